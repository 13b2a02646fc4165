"""The payloads of the kit: they are what was asked for, they mean something, and a careless importer fails on them."""

import json
from datetime import datetime
from typing import Any, Final

import attrs
import pytest
from hypothesis import strategies as st
from tests.testing.drawing import drawn, smallest

from leadmodel import Account, Contact, Deal, Lead, Profile, SocialUpdate
from leadmodel.errors import UnknownName
from leadmodel.testing import payloads
from leadmodel.testing.payloads import Broken, Payload
from leadmodel.testing.payloads.drafts import DRAFTS, WHOLE
from leadmodel.testing.payloads.facts import Person
from leadmodel.testing.payloads.feeds import page_of
from leadmodel.testing.payloads.writing import ABSENT, FAULTS, Holds, Key, body_of, found, put, shown_path

_QUICK: Final = 40


@pytest.mark.parametrize("name", payloads.FORMATS)
def test_payload_tells_its_format_and_what_it_means(name: str) -> None:
    """Whatever is drawn says which format it is in, and means one to three things, each with an id of its own."""
    for payload in drawn(payloads.FORMATS[name](), _QUICK):
        ids = [meaning.id for meaning in payload.means]

        assert (payload.format, 1 <= len(ids) <= 3, len(set(ids))) == (name, True, len(ids))
        assert {type(meaning) for meaning in payload.means} == {payload.record_type}


@pytest.mark.parametrize("name", payloads.FORMATS)
def test_size_is_what_was_asked_for(name: str) -> None:
    """Four are four."""
    assert {len(payload.means) for payload in drawn(payloads.FORMATS[name](size=4), 10)} == {4}


@pytest.mark.parametrize("name", ["mastodon", "bluesky", "x", "activitystreams", "plain"])
@pytest.mark.parametrize("reposts", [True, False])
def test_reposts_are_what_was_asked_for(name: str, reposts: bool) -> None:
    """All of them are passed on, or none."""
    told = {
        bool(m.reposted_by) for payload in drawn(payloads.FORMATS[name](reposts=reposts), 20) for m in payload.means
    }

    assert told == {reposts}


@pytest.mark.parametrize("name", ["mastodon", "bluesky", "activitystreams", "plain"])
def test_single_body_is_no_page(name: str) -> None:
    """What is drawn without a page is one body, and the same body stands in a page of one."""
    single, page = (drawn(payloads.FORMATS[name](page=paged, size=1), 1)[0] for paged in (False, True))

    assert single.means == page.means
    assert single.body in (
        page.body if isinstance(page.body, list) else next(v for v in page.body.values() if type(v) is list)
    )


def test_old_posts_of_x_come_alone_too() -> None:
    """Version 1.1 gives the account within the post; in version 2 it stands beside it, in the page."""
    (single,) = drawn(payloads.x(version="1.1", page=False), 1)

    assert single.body["user"]["id_str"] == single.means[0].author.uid
    assert all("includes" in payload.body for payload in drawn(payloads.x(), 10))


@pytest.mark.parametrize("network", ["bluesky", "mastodon", "x"])
@pytest.mark.parametrize("name", ["plain", "atom", "jsonfeed"])
def test_network_is_what_was_asked_for(name: str, network: str) -> None:
    """Everybody is there."""
    told = {m.author.network for payload in drawn(payloads.FORMATS[name](network=network), 10) for m in payload.means}

    assert told == {network}


def test_mail_address_is_its_own_page() -> None:
    """Somebody who is on no network is reached by mail."""
    ada = Person(handle="ada@tea.example", uid="", name="Ada", profile=Profile("email", "ada@tea.example"))

    assert page_of(ada) == "mailto:ada@tea.example"


def test_bare_handles_belong_to_the_server_that_sent_them() -> None:
    """The payload says which server that is, and handles from elsewhere are whole."""
    (payload,) = drawn(payloads.mastodon(server="social.example", size=6, reposts=False), 1)
    handles = {
        status["account"]["acct"]: m.author.handle for status, m in zip(payload.body, payload.means, strict=True)
    }

    assert payload.server == "social.example"
    assert all(whole == (acct if "@" in acct else f"{acct}@social.example") for acct, whole in handles.items())


@pytest.mark.parametrize("name", ["zoho", "hubspot", "salesforce", "table"])
@pytest.mark.parametrize(
    ("kind", "record_type"), [("lead", Lead), ("contact", Contact), ("account", Account), ("deal", Deal)]
)
def test_kind_of_record_is_what_was_asked_for(name: str, kind: str, record_type: type) -> None:
    """Each product has all four."""
    assert {payload.record_type for payload in drawn(payloads.FORMATS[name](kind=kind), 5)} == {record_type}


def test_table_is_parted_as_was_asked_for() -> None:
    """With tabs, for one."""
    (payload,) = drawn(payloads.table(delimiter="\t", kind="deal"), 1)

    assert payload.text.startswith("id\towner_id\t")


def test_repository_is_silent_about_names() -> None:
    """What a repository holds knows accounts by their stable ids alone, and of a repost no text."""
    (payload,) = drawn(payloads.bluesky(shape="records", reposts=True, size=1, page=True), 1)
    (repost,) = payload.means

    assert (repost.author.handle, repost.reposted_by.handle, repost.text, repost.author_name) == ("", "", "", "")


def test_options_of_a_strategy_can_be_looked_up() -> None:
    """The signature is the one that was written, and says what comes out."""
    import inspect

    signature = inspect.signature(payloads.mastodon)

    assert list(signature.parameters) == ["server", "reposts", "size", "page"]
    assert signature.return_annotation == st.SearchStrategy[Payload]


class TestBroken:
    """One mistake, and what it is."""

    @pytest.mark.parametrize("name", payloads.FORMATS)
    def test_mistake_has_a_name_and_a_place(self, name: str) -> None:
        """In the words of the tables; the whole is wrong where no place is."""
        sentences = {fault.what for faults in FAULTS.values() for fault in faults}
        wholes = {what for rows in WHOLE.values() for what, _ in rows}
        told = drawn(payloads.broken(name), _QUICK)

        assert {broken.what for broken in told if broken.where} <= sentences
        assert {broken.what for broken in told if not broken.where} <= wholes
        assert {bool(broken.where) for broken in told} == {True, False}

    def test_place_is_where_the_mistake_is(self) -> None:
        """The body differs from a sound one there."""
        broken = mistaken("mastodon", "an id that was rounded", "id", page=True, reposts=False)

        assert broken.where == "$[0].id"
        assert broken.body[0]["id"] == float(broken.may_mean[0][0].id)
        assert broken.rest == ()

    def test_number_for_an_id_loses_nothing(self) -> None:
        """As long as all digits are there, it means what the text means."""
        broken = mistaken("x", "a number for an id", "id", reposts=False)

        assert broken.may_mean[0][0].id in json.dumps(broken.body["data"])

    def test_half_a_character_may_be_put_right(self) -> None:
        """The text ends with the character that stands for a lost one."""
        broken = mistaken("plain", "half a character in a text", "text")
        _, mended = broken.may_mean

        assert mended[0].text.endswith("\ufffd")
        assert attrs.evolve(mended[0], text=mended[0].text[:-1]) == broken.may_mean[0][0]

    def test_text_is_broken_as_text_alone(self) -> None:
        """What stands in a feed, a table or a card is text, whatever is wrong with it."""
        told = [broken for name in ("rss", "table", "vcard") for broken in drawn(payloads.broken(name), _QUICK)]

        assert {type(broken.data) for broken in told} <= {str, bytes}

    def test_mistake_in_plain_data_can_be_sent(self) -> None:
        """As JSON, in which half a character is escaped."""
        broken = mistaken("plain", "half a character in a text", "text")

        assert json.loads(broken.data) == broken.body

    @pytest.mark.parametrize(("kind", "name"), [("json", "zoho"), ("xml", "rss"), ("csv", "table"), ("vcard", "vcard")])
    def test_whole_can_be_wrong_in_each_way(self, kind: str, name: str) -> None:
        """Each changes the text in a way of its own, or has no text left that is one."""
        (payload,) = drawn(payloads.FORMATS[name](size=1), 1)
        changed = [change(payload.text, 77) for _, change in WHOLE[kind]]

        assert len({payload.text, *changed}) == len(WHOLE[kind]) + 1

    def test_unknown_format_is_refused(self) -> None:
        """With the names of those that there are."""
        with pytest.raises(UnknownName) as caught:
            payloads.broken("gopher")

        assert caught.value == UnknownName(kind="format", name="gopher", known=tuple(payloads.FORMATS))


def mistaken(name: str, what: str, path: str, **options: Any) -> Broken:  # noqa: ANN401  (of a strategy)
    """Give a payload of one body with a mistake of one's choice."""
    (draft,) = drawn(DRAFTS[name](size=1, **options), 1)
    return next(draft.with_fault(*fault) for fault in draft.faults() if (fault[1].path, fault[2].what) == (path, what))


def careless(status: dict[str, Any]) -> SocialUpdate:
    """Import a status as people do who have seen three of them."""
    account = status["account"]
    return SocialUpdate(
        id=str(status["id"]),
        author=Profile.parse(account["acct"], network="mastodon", server="tea.example"),
        text=status["content"].removeprefix("<p>").removesuffix("</p>"),
        posted_at=datetime.fromisoformat(status["created_at"]),
    )


class TestCareless:
    """The kit is of use: what goes wrong in importers is found, and shrinks to what a person can read."""

    def test_markup_is_found(self) -> None:
        """A text that is taken as it stands, with its markup, is another one."""
        payload = _first_failure(lambda update, meant: update.text == meant.text)

        assert careless(payload.body).text != payload.means[0].text
        assert len(payload.text) < 1_200

    def test_repost_is_found(self) -> None:
        """Who passes a post on is taken for its author."""
        payload = _first_failure(lambda update, meant: update.author.key == meant.author.key)

        assert payload.means[0].reposted_by is not None


def _first_failure(right: Any) -> Payload:  # noqa: ANN401  (a question about two updates)
    return smallest(payloads.mastodon(page=False), lambda payload: not right(careless(payload.body), payload.means[0]))


class TestWriting:
    """The rows, the paths and the places of the engine."""

    def test_path_leads_through_objects_and_lists(self) -> None:
        """Lists grow as far as they have to, and what is absent is not written."""
        rows = (Key[str]("a.1.b", str.upper), Key[str]("c", lambda _: ABSENT), Key[str]("d", len, Holds.NUMBER))

        assert body_of(rows, "tea") == {"a": [None, {"b": "TEA"}], "d": 3}

    def test_place_of_nothing_holds_nothing(self) -> None:
        """Neither beyond the end of a list, nor in what is neither list nor object."""
        body = {"a": [{"b": 1}]}

        assert [found(body, path) for path in ((), ("a", 0, "b"), ("a", 1), ("a", "b"), ("a", 0, "b", 0), ("x",))] == [
            body, 1, None, None, None, None,
        ]  # fmt: skip

    def test_absence_takes_out(self) -> None:
        """Also what was not there; and the given body stays as it was."""
        body = {"a": {"b": 1}}

        assert put(put(body, ("a", "b"), ABSENT), ("c",), ABSENT) == {"a": {}}
        assert body == {"a": {"b": 1}}
        assert put(body, (), 7) == 7

    def test_absence_has_a_name(self) -> None:
        """Whoever prints a row sees what it is."""
        assert repr(ABSENT) == "ABSENT"

    def test_path_is_shown_as_tools_do(self) -> None:
        """With brackets around places in lists."""
        assert shown_path(("data", 0, "id")) == "$.data[0].id"
