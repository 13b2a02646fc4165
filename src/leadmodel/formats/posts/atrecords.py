"""
What the records of Bluesky's repositories say: posts, reposts and reactions.

A record is the same wherever it is found: in a feed, in a repository, in the stream of events. What is known from
around it, such as whose it is, comes along.

Rule:
    The lexicons `app.bsky.feed.post`, `app.bsky.feed.repost`, `app.bsky.feed.like`, `app.bsky.graph.follow`; AUTH-11.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.formats.intake.html import storable
from leadmodel.formats.intake.ids import settled_id
from leadmodel.formats.intake.payloads import Intake, besides, kind_of
from leadmodel.formats.posts.atproto import NOWHERE, Place, claimed_at, place_of
from leadmodel.networks import Profile

__all__ = ["RECORDS", "Found", "RecordReader"]

# fmt: off
#: What the records of each collection make: a post, the repost of one, or a reaction: an update by whoever reacts that
#: says only to what. The records of all other collections make nothing.
RECORDS: Final = {
    "app.bsky.feed.post":    "post",
    "app.bsky.feed.repost":  "repost",
    "app.bsky.feed.like":    "reaction",
    "app.bsky.graph.follow": "reaction",
}
# fmt: on
_NO_KEYS: Final[Mapping[str, str]] = {}


@attrs.frozen(kw_only=True)
class Found:
    """
    A record, with what is known about it from around it.
    """

    record: object
    #: Where the record stands, and where the body that it belongs to.
    place: str
    path: str
    #: Its address, as text and in its parts.
    uri: str = ""
    at: Place = NOWHERE
    author: Profile | None = None
    name: str = ""
    #: When a server saw it first.
    seen: datetime | None = None
    #: What distinguishes a later version of it.
    version: str = ""
    labels: object = None


@attrs.frozen
class RecordReader:
    """
    Makes updates of records; everything that is wrong with them goes to its intake.
    """

    intake: Intake

    def owner(self, at: Place, path: str) -> Profile | None:
        """
        Give the account in whose repository a record is: whoever wrote it.
        """
        if not at.owner:
            return None
        is_did = at.owner.startswith("did:")
        handle, uid = ("", at.owner) if is_did else (at.owner, "")
        return self.intake.profile("bluesky", handle, uid, path, _NO_KEYS)

    def made(
        self, found: Found, *, id_: str = "", booster: Profile | None = None, passed_on_at: datetime | None = None
    ) -> SocialUpdate | None:
        """
        Make the update that a record makes, if it makes one.

        Args:
            found: The record.
            id_: The id of the update, where that is not the record's own.
            booster: Who passed it on.
            passed_on_at: When that was.
        """
        record, place, before = found.record, found.place, len(self.intake.problems)
        if not isinstance(record, dict):
            self.intake.refuse(
                place, f"{kind_of(record)} is no record", "give the record as the server gave it", record
            )
            return None
        makes = RECORDS.get(found.at.collection or self.intake.text(record, "$type", place))
        if makes is None:
            return None
        posted_at, claim = claimed_at(record, place, found.seen, self.intake)
        facts: dict[str, Any] = {"author": found.author, "author_name": found.name, "posted_at": posted_at}
        match makes:
            case "post":
                extra = self.post(found, record, facts)
            case "repost":
                extra = self.repost(found, record, facts)
            case _:
                extra = self.reaction(found, record, facts)
        if booster is not None:
            facts |= {"reposted_by": booster, "posted_at": passed_on_at}
            extra["original_id"] = found.uri
        else:
            extra["claimed_at"] = claim
        known = id_ or (f"{found.uri}#{found.version}" if found.uri and found.version else found.uri)
        facts["id"], extra["uri"] = settled_id((known,), () if known else _says(found, facts, makes))
        facts["extra"] = besides(extra)
        return self.intake.update(found.path, facts) if len(self.intake.problems) == before else None

    def post(self, found: Found, record: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
        """
        Read what a post says, and give what there is to say besides.
        """
        place, intake = found.place, self.intake
        facts["text"] = storable(intake.text(record, "text", place)).strip()
        facts["url"] = found.at.page(found.author)
        extra = _languages(record.get("langs"))
        if (reply := record.get("reply")) is not None:
            parent, root = (self.subject(reply, key, f"{place}.reply") for key in ("parent", "root"))
            facts["in_reply_to"] = parent
            extra["thread"] = root if root != parent else ""
        if record.get("facets"):
            extra |= _facets(record["facets"])
        if record.get("tags"):
            extra["tags"] = [*extra.get("tags", ()), *_texts(record["tags"])]
        if (embed := record.get("embed")) is not None:
            extra["quoted_id"] = _quoted(embed)
        if found.labels:
            extra["labels"] = [val for label in _dicts(found.labels) if isinstance(val := label.get("val"), str)]
        return extra

    def repost(self, found: Found, record: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
        """
        Read the record of a repost: the original is known by its address alone, and that says whose it is.
        """
        original = self.subject(record, "subject", found.place)
        at = place_of(original)
        author = self.owner(at, f"{found.place}.subject.uri")
        facts |= {"author": author, "author_name": "", "reposted_by": found.author, "url": at.page(author)}
        return {"original_id": original}

    def reaction(self, found: Found, record: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
        """
        Read the record of a reaction: to a post, by its address, or to an account, by its DID.
        """
        whom = record.get("subject")
        facts["in_reply_to"] = whom if isinstance(whom, str) else self.subject(record, "subject", found.place)
        collection = found.at.collection or str(record.get("$type"))
        return {"type": collection.rpartition(".")[2]}

    def subject(self, node: object, key: str, path: str) -> str:
        """
        Read the address of a record that another one points to.
        """
        target = node.get(key) if isinstance(node, dict) else node
        if isinstance(target, dict):
            return self.intake.text(target, "uri", f"{path}.{key}").strip()
        hint = 'give it with its address, as {"uri": …}'
        self.intake.refuse(f"{path}.{key}", f"{kind_of(target)} points to no record", hint, target)
        return ""


def _says(found: Found, facts: Mapping[str, Any], makes: str) -> tuple[str, ...]:
    """
    Give what is known of a record without an address, to tell it from others.
    """
    author = found.author.identity if found.author else ""
    about = (facts.get("text", ""), facts.get("in_reply_to", ""), facts.get("url", ""))
    return (makes, author, str(facts["posted_at"]), *about)


def _dicts(members: object) -> list[dict[str, Any]]:
    return [member for member in members if isinstance(member, dict)] if isinstance(members, list) else []


def _texts(members: object) -> list[str]:
    return [member for member in members if isinstance(member, str)] if isinstance(members, list) else []


def _languages(members: object) -> dict[str, Any]:
    languages = _texts(members)
    return {"language": languages[0], "languages": languages[1:] and languages} if languages else {}


def _facets(members: object) -> dict[str, Any]:
    """
    Give the links, mentions and tags in a text. A facet that is not sound is none, as in every program that shows them.
    """
    found: dict[str, Any] = {"links": [], "mentions": [], "tags": []}
    for facet in _dicts(members):
        for feature in _dicts(facet.get("features")):
            for key, name in (("uri", "links"), ("did", "mentions"), ("tag", "tags")):
                if isinstance(feature.get(key), str):
                    found[name].append(feature[key])
    return found


def _quoted(embed: object) -> str:
    """
    Give the address of the post that a post quotes, with pictures beside it or not.
    """
    for _ in range(2):
        embed = embed.get("record") if isinstance(embed, dict) else None
        uri = embed.get("uri") if isinstance(embed, dict) else None
        if isinstance(uri, str):
            return uri if place_of(uri).collection == "app.bsky.feed.post" else ""
    return ""
