"""
The strategies: one for each format, and one for payloads in which something is wrong.

Those of records stand in `leadmodel.testing.payloads.products`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal

import attrs
from hypothesis import strategies as st

from leadmodel.errors import UnknownName
from leadmodel.testing.payloads import activities, feeds, social
from leadmodel.testing.payloads.drafts import DRAFTS, Draft, broken_of, of_payloads, under
from leadmodel.testing.payloads.facts import FACTS, Facts, Person, Post, posts
from leadmodel.testing.payloads.people import Network, by_mail, by_page, key_of, on_bluesky, on_mastodon, on_x
from leadmodel.testing.payloads.products import hubspot, salesforce, table, vcard, zoho
from leadmodel.testing.payloads.writing import Broken, Payload

_MILLI: Final = timedelta(milliseconds=1)
_SECOND: Final = timedelta(seconds=1)
#: Names that a byline can hold without being taken apart.
_BARE: Final = ("", "Ada", "Ada Lovelace", "O'Brien & Daughters", "山田太郎")


def _crowd(facts: Facts, make: Callable[[str, str], Person], *, bare: bool) -> list[Person]:
    """
    Make a few people, each with one name.
    """
    people = [make(facts.handle(), facts.pick(_BARE) if bare else facts.name()) for _ in range(facts.pick((1, 2, 3)))]
    return list({who.handle: who for who in people}.values())


def _told(
    make: Callable[[str, str], Person], form: Callable[[list[Post]], Draft], *, ids: Callable[[Facts], str] = Facts.id,
    unit: timedelta = _MILLI, bare: bool = False, reposts: bool | None, size: int | None, page: bool | None,
) -> st.SearchStrategy[Draft]:  # fmt: skip
    """
    Draw what people said, and put it into a form.

    Args:
        make: Makes a person out of a handle and a name.
        form: Makes the draft.
        ids: Makes the ids of the network.
        unit: How exactly the format tells instants.
        bare: Whether names are such that a byline can hold them.
        reposts: Whether all is passed on, or nothing; None draws it.
        size: How much there is; None draws it.
        page: Whether it stands in a page, or is one body alone; None draws it.
    """

    def drawn(facts: Facts) -> Draft:
        single = size in (None, 1) and (facts.pick((False, True)) if page is None else not page)
        number = 1 if single else facts.pick((1, 2, 3)) if size is None else size
        people = _crowd(facts, make, bare=bare)
        draft = form(posts(facts, people, ids, unit=unit, reposts=reposts, size=number))
        return attrs.evolve(draft, inside=None) if single else draft

    return FACTS.map(drawn)


def _list(bodies: Sequence[Any], _: Sequence[Any]) -> Any:  # noqa: ANN401  (a page)
    return list(bodies)


# Social networks


@of_payloads
def mastodon(
    *, server: str = "tea.example", reposts: bool | None = None, size: int | None = None, page: bool | None = None
) -> st.SearchStrategy[Draft]:
    """
    Give statuses as Mastodon's REST API sends them, boosts among them.

    About 2 ms a draw. Shrinks to one status, "tea" by ada.

    Args:
        server: The server that sends them; bare handles belong there.
        reposts: Whether all of them are boosts, or none; None draws it.
        size: How many there are; None draws one to three.
        page: Whether they stand in a list; False gives one status by itself, None draws it.
    """

    def form(told: list[Post]) -> Draft:
        rows, means = social.mastodon_rows(server), social.mastodon_means(server)
        return Draft(format="mastodon", facts=told, rows=rows, means=means, page=_list, server=server)

    return _told(on_mastodon(server), form, reposts=reposts, size=size, page=page)


@of_payloads
def bluesky(
    *, shape: Literal["feed", "posts", "records"] = "feed", reposts: bool | None = None, size: int | None = None,
    page: bool | None = None,
) -> st.SearchStrategy[Draft]:  # fmt: skip
    """
    Give posts as Bluesky's API shows them, or as repositories hold them.

    About 2 ms a draw.

    Args:
        shape: "feed" with reposts beside the posts, "posts" without, or "records" of repositories.
        reposts: As for `mastodon`; a list of posts has none.
        size: How many there are; None draws one to three.
        page: As for `mastodon`.
    """

    def form(told: list[Post]) -> Draft:
        return Draft(
            format="bluesky", facts=told, rows=social.bluesky_rows(shape), means=social.bluesky_means(shape),
            page=under(shape, cursor="abc"), inside=(shape,),
        )  # fmt: skip

    reposts = False if shape == "posts" else reposts
    return _told(on_bluesky, form, ids=key_of, reposts=reposts, size=size, page=page)


@of_payloads
def x(
    *, version: Literal["2", "1.1"] = "2", reposts: bool | None = None, size: int | None = None,
    page: bool | None = None,
) -> st.SearchStrategy[Draft]:  # fmt: skip
    """
    Give posts as X's API answers, with accounts and originals beside them.

    About 2 ms a draw.

    Args:
        version: "2", or "1.1", in which everything stands within the post.
        reposts: As for `mastodon`.
        size: How many there are; None draws one to three.
        page: As for `mastodon`; in version 2 there is always one.
    """
    current = version == "2"
    both = (social.X_POST, social.X_REPOST) if current else (social.X_STATUS, social.X_STATUS_REPOST)

    def form(told: list[Post]) -> Draft:
        return Draft(
            format="x", facts=told, rows=lambda post: both[post.reposter is not None], means=social.x_means,
            page=social.x_answer if current else _list, inside=("data",) if current else (),
        )  # fmt: skip

    unit, page = (_MILLI, True) if current else (_SECOND, page)  # of version 2, a post alone does not tell its author
    return _told(on_x, form, unit=unit, reposts=reposts, size=size, page=page)


@of_payloads
def activitystreams(
    *, server: str = "tea.example", reposts: bool | None = None, size: int | None = None, page: bool | None = None
) -> st.SearchStrategy[Draft]:
    """
    Give what servers of the fediverse send: notes that are created, and notes that are announced.

    About 2 ms a draw.

    Args:
        server: Where about half of the people are.
        reposts: Whether all are announced, or all created; None draws it.
        size: How many there are; None draws one to three.
        page: Whether they stand in a collection; None draws it.
    """

    def form(told: list[Post]) -> Draft:
        collection = under(
            "orderedItems", type="OrderedCollection", **{"@context": "https://www.w3.org/ns/activitystreams"}
        )
        return Draft(
            format="activitystreams", facts=told, means=activities.activity_means, page=collection,
            rows=lambda post: activities.ANNOUNCE if post.reposter else activities.CREATE, inside=("orderedItems",),
        )  # fmt: skip

    return _told(on_mastodon(server), form, reposts=reposts, size=size, page=page)


@of_payloads
def plain(
    *, network: Network = "x", server: str = "tea.example", reposts: bool | None = None, size: int | None = None,
    page: bool | None = None,
) -> st.SearchStrategy[Draft]:  # fmt: skip
    """
    Give updates in leadmodel's own plain form.

    About 2 ms a draw.

    Args:
        network: Where the people are.
        server: Where about half of them are, on Mastodon.
        reposts: As for `mastodon`.
        size: How many there are; None draws one to three.
        page: As for `mastodon`.
    """

    def form(told: list[Post]) -> Draft:
        return Draft(
            format="plain", facts=told, means=social.plain_means, page=_list,
            rows=lambda post: social.PLAIN_REPOST if post.reposter else social.PLAIN,
        )  # fmt: skip

    made = {"bluesky": on_bluesky, "mastodon": on_mastodon(server), "x": on_x}[network]
    return _told(made, form, reposts=reposts, size=size, page=page)


# Feeds


def _feed(make: Callable[[str, str], Person], size: int | None, **form: Any) -> st.SearchStrategy[Draft]:  # noqa: ANN401  (of a draft)
    """
    Draw what people wrote, and put it into a feed.
    """

    def made(told: list[Post]) -> Draft:
        return Draft(facts=told, means=feeds.feed_means, **form)

    return _told(make, made, bare=True, unit=_SECOND, reposts=False, size=size, page=True)


@of_payloads
def rss(*, size: int | None = None) -> st.SearchStrategy[Draft]:
    """
    Give documents of RSS 2.0, whose authors are known by their mail addresses.

    About 2 ms a draw.

    Args:
        size: How many items there are; None draws one to three.
    """
    return _feed(by_mail, size, format="rss", rows=lambda _: feeds.RSS, page=feeds.rss, inside=("item",), kind="xml")


@of_payloads
def atom(*, network: Network = "x", size: int | None = None) -> st.SearchStrategy[Draft]:
    """
    Give documents of Atom, whose authors are known by the address of a page.

    About 2 ms a draw.

    Args:
        network: Where the page is.
        size: How many entries there are; None draws one to three.
    """
    return _feed(
        by_page(network), size, format="atom", rows=lambda _: feeds.ATOM, page=feeds.atom, inside=("entry",), kind="xml"
    )


@of_payloads
def jsonfeed(*, network: Network = "x", size: int | None = None) -> st.SearchStrategy[Draft]:
    """
    Give documents of JSON Feed 1.1, whose authors are known by the address of a page.

    About 2 ms a draw.

    Args:
        network: Where the page is.
        size: How many items there are; None draws one to three.
    """
    page = under("items", version="https://jsonfeed.org/version/1.1", title="Tea", home_page_url="https://tea.example/")
    return _feed(
        by_page(network), size, format="jsonfeed", rows=lambda _: feeds.JSON_ITEM, page=page, inside=("items",)
    )


#: The formats, and the strategy of each.
FORMATS: Final[Mapping[str, Callable[..., st.SearchStrategy[Payload]]]] = {
    strategy.__name__: strategy
    for strategy in (
        mastodon, bluesky, x, activitystreams, plain, jsonfeed, rss, atom, zoho, hubspot, salesforce, vcard, table,
    )
}  # fmt: skip


def broken(format: str, **options: Any) -> st.SearchStrategy[Broken]:  # noqa: A002, ANN401  (what it is, in a user's words; options of its strategy)
    """
    Give payloads of a format with one mistake in them, and what the mistake is.

    About 3 ms a draw.

    Args:
        format: A key of `FORMATS`.
        options: Those of its strategy.

    Raises:
        UnknownName: There is no such format.
    """
    if format not in DRAFTS:
        raise UnknownName(kind="format", name=format, known=tuple(FORMATS))
    return DRAFTS[format](**options).flatmap(broken_of)
