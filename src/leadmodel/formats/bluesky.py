"""
Updates from Bluesky: what its API, its repositories and its stream of events give, and the bodies that hold them.

What is special about Bluesky stands here and nowhere else:

* An account is its DID. Its handle is a domain name that comes and goes; "handle.invalid" stands where it could not be
  verified, and is nobody's. Such an author is known by the DID alone (NET-1).
* The address of a record begins with the account that wrote it: "at://did:plc:…/app.bsky.feed.post/…". Records that
  come without an author, as those of repositories do, are that account's.
* `createdAt` is what the author's program claims. It may lie in the future, or before the network was made, so the
  server's own instant bounds it: see `updates_from`.
* A repost is a record of its own, which says only where the original is; a feed shows the original and, beside it, who
  passed it on. Either way the original's author is the author (AUTH-11).
* Posts that are blocked, deleted or hidden leave a mark where they stood. That is no mistake, and no update.

Rule:
    The lexicons `app.bsky.*` and `com.atproto.*` of the AT Protocol; AUTH-11, AUTH-12, NET-1.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, Final

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.formats.intake.html import storable
from leadmodel.formats.intake.ids import settled_id
from leadmodel.formats.intake.payloads import Intake, Shape, Shapes, bodies_in, held, is_no, kind_of
from leadmodel.formats.posts.atproto import Place, place_of, received_at
from leadmodel.formats.posts.atrecords import Found, RecordReader
from leadmodel.networks import Profile

__all__ = ["SHAPES", "looks_like", "updates_from"]

# fmt: off
#: The first row that fits says what a body is. Bodies without updates have a row, so that a refusal can name them.
SHAPES: Final = (
    Shape("an event of the stream",             ("did", "time_us", "kind"),               makes="event"),
    Shape("a post that is not there",           ("uri", "notFound"),                      makes="nothing"),
    Shape("a blocked post",                     ("uri", "blocked"),                       makes="nothing"),
    Shape("a place in a thread",                ("uri", "depth", "value"),                inside=("value",)),
    Shape("a post",                             ("uri", "record"),                        makes="view"),
    Shape("a record of a repository",           ("uri", "value"),                         makes="stored"),
    Shape("a bookmark",                         ("subject", "item"),                      inside=("item",)),
    Shape("a post in its thread",               ("post", "replies"),                      makes="thread"),
    Shape("a post in its thread",               ("post", "parent"),                       makes="thread"),
    Shape("a post in a feed",                   ("post",), lacks=("@context",),           makes="item"),
    Shape("a thread",                           ("thread",),                              inside=("thread",)),
    Shape("a feed",                             ("feed",), lacks=("version", "entries"),  inside=("feed",)),
    Shape("a list of posts",                    ("posts",),                               inside=("posts",)),
    Shape("notifications",                      ("notifications",),                       inside=("notifications",)),
    Shape("bookmarks",                          ("bookmarks",),                           inside=("bookmarks",)),
    Shape("the records of a repository",        ("records",),                             inside=("records",)),
    Shape("a record without its address",       ("$type",),                               makes="bare"),
    Shape("an account",                         ("did", "handle")),
    Shape("the likes of a post",                ("uri", "likes")),
    Shape("the accounts that passed a post on", ("uri", "repostedBy")),
    Shape("the followers of an account",        ("subject", "followers")),
    Shape("the accounts that one follows",      ("subject", "follows")),
    Shape("a list of accounts",                 ("actors",)),
    Shape("the answer that something failed",   ("error", "message")),
)
# fmt: on
_SHAPES: Final = Shapes(SHAPES)
_LEXICONS: Final = ("app.bsky.", "com.atproto.", "chat.bsky.")
_EXPECTED: Final = "pass a post, a feed, a thread, notifications, or records with their addresses, or a list of these"
_SKELETON: Final = "fetch the posts themselves, with app.bsky.feed.getPosts"
#: What stands for the handle of an account whose handle cannot be verified.
_UNVERIFIED: Final = "handle.invalid"
#: Levels of bodies within bodies: a page, its members, and what stands in these.
_DEPTH: Final = 4
#: Where the fields of a profile stand in an account.
_KEYS: Final = {"handle": "handle", "uid": "did"}


def looks_like(payload: object) -> bool:
    """
    Say whether a payload has the shape of something that Bluesky sends, updates or not.

    What holds bodies is told by the first of them.
    """
    for _ in range(_DEPTH):
        shape = _SHAPES.of(payload)
        if shape is None or not isinstance(payload, dict):
            return False
        if shape.makes == "bare":
            return str(payload["$type"]).startswith(_LEXICONS)
        key = "post" if shape.makes in ("item", "thread") else next(iter(shape.inside), "")
        if not key:
            return True
        payload = payload[key]
        if isinstance(payload, list):
            if not payload:
                return True
            payload = payload[0]
        if isinstance(payload, str):
            return payload.startswith("at://")
    return False


def updates_from(
    payload: object, *, server: str = "", zone: tzinfo | None = None, where: str = ""
) -> list[SocialUpdate]:
    """
    Read the updates out of a body that Bluesky sent: what its API answers, records, or one event of its stream.

    The id of an update is the address of its record; that of an edited record has the version after it, after "#". A
    repost that a feed shows without the address of its record, and a record without an address, get a UUIDv5 over what
    is known of them; so does an address of more than 255 characters, which `extra` then keeps as `uri`.

    The instant is `createdAt`, unless that lies after the one at which the server saw the record, or before 1970: then
    it is the server's, if there is one, and `extra` keeps the claim as `claimed_at`. A repost in a feed happened when
    the server saw it.

    The text is kept as it is shown, links shortened. What the source says besides stands in `extra`: `language` and,
    of several, `languages`; `links`, `mentions` (DIDs) and `tags`, out of the text's facets; `quoted_id`; `thread`,
    the first post of a conversation; `labels`; `original_id` of a repost; `type` of a reaction, "like" or "follow".

    Args:
        payload: Plain data.
        server: Not needed: DIDs and handles say by themselves whose they are.
        zone: The zone of instants that come without one, as those of some old programs do; without it they are refused.
        where: The place of the payload, for errors: "feed.jsonl line 7".

    Raises:
        InvalidInput: Something in it is no post, or a post is not sound; everything wrong with it is listed.
    """
    intake = Intake(server=server, zone=zone)
    reader = _Reader(intake, RecordReader(intake))
    updates = [
        update for body, path in bodies_in(payload) for update in reader.read(body, path, 0) if update is not None
    ]
    intake.finish("Bluesky posts", where)
    return updates


@attrs.frozen
class _Reader:
    intake: Intake
    records: RecordReader

    def read(self, body: object, path: str, depth: int) -> Iterator[SocialUpdate | None]:
        """
        Read what a body holds; one that can hold no update is refused.
        """
        shape = _SHAPES.of(body)
        if shape is None or not isinstance(body, dict):
            self.intake.refuse(path, is_no(body, "post"), _EXPECTED, body)
            return
        match shape.makes:
            case "view":
                yield self.records.made(self.view(body, path))
            case "item":
                yield self.item(body, path)
            case "thread":
                for member, place in _thread(body, path):
                    yield self.item(member, place)
            case "event":
                yield self.event(body, path)
            case "stored":
                yield self.records.made(self.stored(body, path))
            case "bare":
                yield self.records.made(Found(record=body, place=path, path=path))
            case "nothing":
                pass
            case _:
                yield from self.inside(body, path, shape, depth)

    def inside(self, body: dict[str, Any], path: str, shape: Shape, depth: int) -> Iterator[SocialUpdate | None]:
        """
        Read the bodies that a body holds.
        """
        if not shape.inside or depth >= _DEPTH:
            self.intake.refuse(path, f"this is no post; it looks like {shape.label}", _EXPECTED)
        for key in shape.inside if depth < _DEPTH else ():
            for member, place in held(body.get(key), f"{path}.{key}"):
                yield from self.read(member, place, depth + 1)

    def view(self, view: dict[str, Any], path: str) -> Found:
        """
        Read what the API shows of a record: whose it is, and when the server saw it.
        """
        uri, at = self.address(view, path)
        given = view.get("author")
        if given is None:
            author, name = self.records.owner(at, f"{path}.uri"), ""
        else:
            author, name = self.person(given, f"{path}.author")
        return Found(
            record=view.get("record"),
            place=f"{path}.record",
            path=path,
            uri=uri,
            at=at,
            author=author,
            name=name,
            seen=received_at(view, "indexedAt", path, self.intake),
            labels=view.get("labels"),
        )

    def stored(self, body: dict[str, Any], path: str) -> Found:
        """
        Read a record as a repository gives it: its address says whose it is.
        """
        uri, at = self.address(body, path)
        author = self.records.owner(at, f"{path}.uri")
        return Found(record=body.get("value"), place=f"{path}.value", path=path, uri=uri, at=at, author=author)

    def event(self, event: dict[str, Any], path: str) -> SocialUpdate | None:
        """
        Read an event of the stream: a record that was made or changed; deletions and news of accounts say nothing.
        """
        commit, place = event.get("commit"), f"{path}.commit"
        if commit is None:
            return None
        if not isinstance(commit, dict):
            self.intake.refuse(place, f"{kind_of(commit)} is no commit", "give the event as the stream gave it", commit)
            return None
        operation = self.intake.text(commit, "operation", place)
        if operation == "delete":
            return None
        at = Place(
            self.intake.text(event, "did", path),
            self.intake.text(commit, "collection", place),
            self.intake.text(commit, "rkey", place),
        )
        return self.records.made(
            Found(
                record=commit.get("record"),
                place=f"{place}.record",
                path=path,
                uri=at.address,
                at=at,
                author=self.records.owner(at, f"{path}.did"),
                seen=received_at(event, "time_us", path, self.intake),
                version=self.intake.text(commit, "cid", place) if operation == "update" else "",
            )
        )

    def item(self, item: dict[str, Any], path: str) -> SocialUpdate | None:
        """
        Read a post as a feed or a thread shows it, with whoever passed it on.
        """
        post, place = item.get("post"), f"{path}.post"
        if not isinstance(post, dict):
            what = "this is the address of a post alone" if isinstance(post, str) else f"{kind_of(post)} is no post"
            self.intake.refuse(place, what, _SKELETON, post)
            return None
        found = self.view(post, place)
        reason, because = item.get("reason"), f"{path}.reason"
        if reason is None or (isinstance(reason, dict) and "by" not in reason):  # a pinned post is passed on by nobody
            return self.records.made(found)
        if not isinstance(reason, dict):
            hint = "give the feed as the server gave it"
            self.intake.refuse(because, f"{kind_of(reason)} is no reason", hint, reason)
            return None
        found = attrs.evolve(found, path=path)  # what is wrong with who passed it on spoils the whole
        booster, _ = self.person(reason["by"], f"{because}.by")
        at = received_at(reason, "indexedAt", because, self.intake)
        id_ = self.intake.text(reason, "uri", because)
        whose = booster.identity if booster else ""
        id_ = id_ or settled_id((), ("repost", found.uri, whose, str(at)))[0]
        return self.records.made(found, id_=id_, booster=booster, passed_on_at=at)

    def address(self, body: dict[str, Any], path: str) -> tuple[str, Place]:
        """
        Read the address of a record, whole and in its parts.
        """
        uri = self.intake.text(body, "uri", path).strip()
        return uri, place_of(uri)

    def person(self, account: object, path: str) -> tuple[Profile | None, str]:
        """
        Read the profile and the name of an account.
        """
        if not isinstance(account, dict):
            self.intake.refuse(
                path, f"{kind_of(account)} is no account", "give the account as the server gave it", account
            )
            return None, ""
        text = self.intake.text
        did, handle = text(account, "did", path), text(account, "handle", path)
        name = storable(text(account, "displayName", path)).strip()
        if handle.lower() == _UNVERIFIED:
            handle = ""
        return self.intake.profile("bluesky", handle, did, path, _KEYS), name


def _thread(root: dict[str, Any], path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """
    Give the posts of a thread in the order of reading: what is answered before its answers.

    Threads nest deeper than functions should call themselves. Marks of posts that cannot be seen are passed over.
    """
    above = [(root, path)]
    while isinstance(parent := above[-1][0].get("parent"), dict) and "post" in parent:
        above.append((parent, f"{above[-1][1]}.parent"))
    yield from reversed(above[1:])
    waiting = [(root, path)]
    while waiting:
        post, place = waiting.pop()
        yield post, place
        answers = [(answer, where) for answer, where in held(post.get("replies"), f"{place}.replies")]
        waiting += [(a, where) for a, where in reversed(answers) if isinstance(a, dict) and "post" in a]
