"""
Updates from ActivityStreams 2.0: what ActivityPub servers send, and what exports hold.

What each type makes is a row of `TYPES`; see `leadmodel.formats.posts.vocabulary`. A post that somebody created is the
object, not the activity around it; who passed a post on is not its author (AUTH-11); a reaction is an update of its
own that says nothing but who and to what; taking something back makes nothing.

Rule:
    W3C Recommendations Activity Streams 2.0 and Activity Vocabulary; AUTH-11, AUTH-12, NET-1.
"""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any, Final

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.errors import shown
from leadmodel.formats.intake.html import storable
from leadmodel.formats.intake.ids import settled_id
from leadmodel.formats.intake.languages import UNDETERMINED
from leadmodel.formats.intake.payloads import Intake, besides, host_of, kind_of
from leadmodel.formats.posts.properties import NOBODY, WORDLESS, Party, Properties, Words, has_known_type
from leadmodel.formats.posts.vocabulary import TYPES, Makes
from leadmodel.values.hydration import copied

__all__ = ["TYPES", "Makes", "looks_like", "updates_from"]

_CONTEXTS: Final = frozenset(
    f"{scheme}://www.w3.org/ns/activitystreams{end}" for scheme in ("https", "http") for end in ("", "#", "/")
)
_PAGES: Final = frozenset({"CollectionPage", "OrderedCollectionPage"})
_LINKS: Final = frozenset({"Link", "Mention"})
_TEXTS: Final = ("name", "summary", "content")
#: Levels of collections, and of activities about activities.
_DEPTH: Final = 16
#: Keys that other formats of social data do not have.
_TELLING: Final = frozenset({"@context", "@graph", "@type", "attributedTo", "orderedItems"})
#: Keys of which an object has one whose type the vocabulary does not have.
_PROPERTIES: Final = frozenset({"actor", "content", "contentMap", "inReplyTo"})
#: Keys of ActivityStreams 1, which 2.0 renamed.
_OLDER: Final = frozenset({"objectType", "verb"})


def looks_like(payload: object) -> bool:
    """
    Say whether a payload has the shape of an ActivityStreams object.

    Others have types as well: alone, one tells only where the vocabulary has it.
    """
    if not isinstance(payload, dict):
        return False
    keys = payload.keys()
    if _is_older(payload) or not keys.isdisjoint(_TELLING):
        return True
    typed = "type" in keys and "account" not in keys
    return typed and (not keys.isdisjoint(_PROPERTIES) or has_known_type(payload))


def updates_from(
    payload: object, *, server: str = "", zone: tzinfo | None = None, where: str = ""
) -> list[SocialUpdate]:
    """
    Read the updates out of an ActivityStreams document: an object, an activity, a collection or a graph.

    The text is name, summary and content, one paragraph each. The author is whom `attributedTo` names, else the
    actor. Documents that say nothing, such as a person or an empty object, are sound and give no update.

    The id of an update is the id of its object, or of its activity where that is not a Create; else its web address;
    else a UUIDv5 over type, author, object, instant and text, so that reading again gives the same. An id of more than
    255 characters becomes a UUIDv5 as well.

    What the source says besides stands in `extra`: `type` (of the activity, else of the object), `object` (the address
    of what an Announce, Add or Update is about) and `objects` (further ones), `actor` where that is not the author,
    `authors` and `also_in_reply_to` (those after the first), `mentions` (addresses) and `hashtags`, `language`,
    `edited_at`, and `id` where it was too long.

    Args:
        payload: Plain data.
        server: The server that sent it: a handle without a server belongs there.
        zone: The zone of instants that come without one; without it they are refused.
        where: The place of the payload, for errors: "feed.jsonl line 7".

    Raises:
        InvalidInput: It is no ActivityStreams document, or one of version 1; everything wrong with it is listed.
    """
    intake = Intake(server=server, zone=zone)
    reader = _Reader(Properties(intake), intake)
    reader.document(payload)
    intake.finish("ActivityStreams document", where)
    return reader.updates


@attrs.frozen(kw_only=True)
class _Post:
    """
    An object as it was read.
    """

    id: str = ""
    url: str = ""
    words: Words = WORDLESS
    author: Party = NOBODY
    published: datetime | None = None
    edited: datetime | None = None
    replies_to: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    #: Whether it can be a post; a person, a place or a link cannot, but may be announced all the same.
    postable: bool = True

    @property
    def address(self) -> str:
        return self.id or self.url


@attrs.define
class _Reader:
    properties: Properties
    intake: Intake
    updates: list[SocialUpdate] = attrs.field(factory=list)

    def document(self, payload: object) -> None:
        """
        Read a document: an object with its context, or a graph of several.
        """
        if not isinstance(payload, dict):
            older = isinstance(payload, list) and any(isinstance(it, dict) and _is_older(it) for it in payload)
            what = "this is ActivityStreams 1" if older else f"{kind_of(payload)} is no ActivityStreams object"
            hint = "pass one object; put several into a Collection, or pass each by itself"
            self.intake.refuse("$", what, hint, payload)
            return
        self.open_context(payload.get("@context"))
        if "@graph" not in payload:
            self.visit(payload, "$", 0)
            return
        for member, place in self.properties.members(payload, "@graph", "$"):
            if isinstance(member, dict):
                self.visit(member, place, 1)

    def open_context(self, context: object) -> None:
        """
        Look at the context: it may be missing, but not be another vocabulary's alone.
        """
        contexts = context if isinstance(context, list) else [context]
        for member in contexts:
            if member is not None and not isinstance(member, (str, dict)):
                self.intake.refuse("$.@context", f"{kind_of(member)} is no context", "give its address", member)
                return
        named = [member.get("@vocab") if isinstance(member, dict) else member for member in contexts]
        if context is not None and not any(isinstance(name, str) and name in _CONTEXTS for name in named):
            hint = 'add "https://www.w3.org/ns/activitystreams" to it'
            self.intake.refuse("$.@context", "the context does not name ActivityStreams", hint, context)
        languages = [member.get("@language") for member in contexts if isinstance(member, dict)]
        self.properties.language = next((tag for tag in languages if isinstance(tag, str) and tag != UNDETERMINED), "")

    def visit(self, node: dict[str, Any], path: str, depth: int) -> None:
        """
        Read one object and add the updates that it makes.
        """
        if depth > _DEPTH:
            self._refuse_depth(path)
            return
        if _is_older(node):
            hint = "pass it as ActivityStreams 2.0, which names things otherwise"
            self.intake.refuse(path, "this is ActivityStreams 1", hint)
            return
        type_, makes = self._type(node, path)
        match makes:
            case Makes.ITSELF:
                self._add_post(self._post(node, path), path, type_)
            case Makes.POST | Makes.NEWS:
                self._news(node, path, type_, makes)
            case Makes.REPOST:
                self._repost(node, path, type_)
            case Makes.REACTION:
                self._reaction(node, path, type_)
            case Makes.MEMBERS:
                self._members(node, path, type_, depth)
            case _:
                self._check(node, path)

    def _type(self, node: dict[str, Any], path: str) -> tuple[str, Makes]:
        """
        Say what an object is and what that makes: the first of its types that the vocabulary has decides.
        """
        types = self.properties.types(node, path)
        known = next((name for name in types if name in TYPES), None)
        if known is not None:
            return known, TYPES[known]
        has_content = node.get("content") is not None or node.get("contentMap") is not None
        return types[0] if types else "", Makes.ITSELF if has_content else Makes.NOTHING

    def _check(self, node: dict[str, Any], path: str) -> None:
        """
        Look for mistakes in an object that makes nothing; what stands in it is looked at no deeper.
        """
        self.properties.id(node, path)
        self.properties.told(node, path, *_TEXTS)
        self.properties.page(node, path)
        for key in ("actor", "attributedTo", "object"):
            for _ in self.properties.members(node, key, path):
                pass

    def _members(self, node: dict[str, Any], path: str, type_: str, depth: int) -> None:
        self._check(node, path)
        right, wrong = ("orderedItems", "items") if type_.startswith("Ordered") else ("items", "orderedItems")
        if node.get(wrong) is not None:
            self.intake.refuse(
                f"{path}.{wrong}", f"{_a(type_)} has no {wrong}", f"call them {right}, or correct the type"
            )
        for member, place in self.properties.members(node, right, path):
            if isinstance(member, dict):
                self.visit(member, place, depth + 1)
        for key in ("first", "next"):
            for page, place in self.properties.members(node, key, path):
                if isinstance(page, dict):
                    self._page(page, place, depth + 1)

    def _page(self, page: dict[str, Any], path: str, depth: int) -> None:
        """
        Read a page that stands where its address would do.
        """
        type_, _ = self._type(page, path)
        if type_ in _PAGES:
            self.visit(page, path, depth)
        elif type_ not in _LINKS:
            what = f"{_a(type_)} is no page" if type_ else "it is no page"
            self.intake.refuse(path, what, f"give a page or its address: {' or '.join(sorted(_PAGES))}")

    def _post(self, node: dict[str, Any], path: str, *, by: tuple[str, ...] = ("attributedTo", "actor")) -> _Post:
        """
        Read an object, or an activity: who is behind it stands under the first of the keys *by* that is filled.

        A question is an activity in the vocabulary, so an object may name an actor too.
        """
        properties = self.properties
        parties = [properties.party(node, key, path) for key in by]
        tags = [(member, place) for member, place in properties.members(node, "tag", path) if isinstance(member, dict)]
        mentions = (properties.address(tag, place) for tag, place in tags if "Mention" in properties.types(tag, place))
        hashtags = (
            properties.words(tag, "name", place).text
            for tag, place in tags
            if "Hashtag" in properties.types(tag, place)
        )
        return _Post(
            id=properties.id(node, path),
            url=properties.page(node, path),
            words=properties.told(node, path, *_TEXTS),
            author=next((party for party in parties if party != NOBODY), NOBODY),
            published=self.intake.instant(node, "published", path),
            edited=self.intake.instant(node, "updated", path),
            replies_to=properties.addresses(node, "inReplyTo", path),
            mentions=tuple(filter(None, mentions)),
            hashtags=tuple(filter(None, map(storable, hashtags))),
        )

    def _objects(self, node: dict[str, Any], path: str, depth: int = 0) -> Iterator[_Post]:
        """
        Read the posts that an activity is about; of an activity about a Create or the like, those of the inner one.

        An address alone is a post of which nothing else is known. An activity that makes no post, such as a vote or a
        deletion that a community sends on, is none either.
        """
        for member, place in self.properties.members(node, "object", path):
            if isinstance(member, str):
                yield _Post(id=member.strip())
                continue
            _, makes = self._type(member, place)
            if makes is Makes.ITSELF:
                yield self._post(member, place)
            elif makes in (Makes.POST, Makes.NEWS):
                yield from self._inner(member, place, depth + 1)
            else:
                self._check(member, place)
                if member.get("actor") is None:
                    yield _Post(id=self.properties.address(member, place), postable=False)

    def _inner(self, activity: dict[str, Any], path: str, depth: int) -> Iterator[_Post]:
        """
        Read the posts of an activity that stands within another one; those that credit nobody are its actor's.
        """
        if depth > _DEPTH:
            self._refuse_depth(path)
            return
        actor = self._post(activity, path, by=("actor",)).author
        for post in self._objects(activity, path, depth):
            yield copied(post, author=actor) if post.postable and post.author == NOBODY else post

    def _refuse_depth(self, path: str) -> None:
        hint = "pass the inner objects by themselves"
        self.intake.refuse(path, f"it is nested more than {_DEPTH} levels deep", hint)

    def _news(self, node: dict[str, Any], path: str, type_: str, makes: Makes) -> None:
        activity = self._post(node, path, by=("actor",))
        for number, about in enumerate(self._objects(node, path)):
            if not about.postable:
                continue
            own = (activity.id, activity.url) if number == 0 else ()
            author = about.author.completed(activity.author)
            post = copied(
                about,
                author=author,
                words=about.words if about.words.text else activity.words,
                published=about.published or activity.published,
            )
            extra = {} if author.is_same(activity.author) else {"actor": activity.author.address}
            if makes is Makes.NEWS:
                self._add_post(post, path, type_, ids=own, extra=extra | {"object": post.address})
            else:
                self._add_post(post, path, type_, ids=(post.id, post.url, *own), extra=extra)

    def _repost(self, node: dict[str, Any], path: str, type_: str) -> None:
        activity = self._post(node, path, by=("actor",))
        addresses = self.properties.addresses(node, "object", path)
        posts = list(self._objects(node, path))
        if not posts and any(self.properties.members(node, "object", path)):
            return
        post = copied(next(iter(posts), _Post()), published=activity.published)
        extra = {"object": post.address, "objects": addresses[1:]}
        self._add_post(post, path, type_, ids=(activity.id, activity.url), extra=extra, reposter=activity.author)

    def _reaction(self, node: dict[str, Any], path: str, type_: str) -> None:
        activity = self._post(node, path, by=("actor",))
        addresses = self.properties.addresses(node, "object", path)
        activity = copied(activity, replies_to=addresses[:1])
        self._add_post(activity, path, type_, extra={"objects": addresses[1:]})

    def _add_post(
        self,
        post: _Post,
        path: str,
        type_: str,
        *,
        ids: tuple[str, ...] | None = None,
        extra: dict[str, Any] | None = None,
        reposter: Party = NOBODY,
    ) -> None:
        """
        Add the update that a post makes, if it says what or who.

        Args:
            post: What was read.
            path: Where it stands.
            type_: The type of the outermost object.
            ids: What may serve as the id of the update, best first; by default the post's own.
            extra: What there is to say besides.
            reposter: Who passed it on.
        """
        if not post.words.text and post.author == NOBODY and reposter == NOBODY:
            return
        about = post.address or "".join(post.replies_to[:1])
        key = (type_, post.author.address, reposter.address, about, str(post.published), post.words.text)
        id_, long = settled_id((post.id, post.url) if ids is None else ids, key)
        more = {
            "type": type_,
            "language": post.words.language,
            "edited_at": post.edited,
            "authors": post.author.others,
            "also_in_reply_to": post.replies_to[1:],
            "mentions": post.mentions,
            "hashtags": post.hashtags,
            "id": long,
            **(extra or {}),
        }
        facts = {
            "id": id_,
            "author": post.author.profile,
            "author_name": post.author.name,
            "text": post.words.text,
            "posted_at": post.published,
            "url": post.url or (post.id if host_of(post.id) else ""),
            "reposted_by": reposter.profile,
            "in_reply_to": post.replies_to[0] if post.replies_to else "",
            "extra": besides(more),
        }
        if (update := self.intake.update(path, facts)) is not None:
            self.updates.append(update)


def _is_older(node: dict[str, Any]) -> bool:
    """
    Say whether an object is of ActivityStreams 1: 2.0 has types, and no verbs.
    """
    keys = node.keys()
    return not keys.isdisjoint(_OLDER) and keys.isdisjoint(("type", "@type", "@context"))


def _a(type_: str) -> str:
    return f"{'an' if type_[:1] in 'AEIOU' else 'a'} {shown(type_)[1:-1]}"
