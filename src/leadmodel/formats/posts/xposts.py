"""
Posts of X as version 2 of its API gives them, and what they share with those of version 1.1.

Rule:
    The data dictionary of X's API, version 2; AUTH-11, AUTH-12, NET-1.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.formats.intake.html import storable
from leadmodel.formats.intake.payloads import Intake, besides, held, kind_of
from leadmodel.networks import Profile

__all__ = ["Includes", "Posts", "Repost", "address", "included", "language", "said", "texts", "withheld"]

#: How the copy of another's post begins, where its own beginning was cut off for it.
_COPY: Final = re.compile(r"RT @(\w{1,20}): ?", re.ASCII)
_COPIED: Final = "RT @"
#: Where a name stands in such a copy.
_NAMED_AT: Final = (3, "3")
#: Where the fields of a profile stand in an account, and in a post that names its author by id alone.
_KEYS: Final = {"handle": "username", "uid": "id"}
_BY_ID: Final = {"uid": "author_id"}
#: Languages that say nothing: not determined, and X's own marks for links, pictures and the like.
_NO_LANGUAGES: Final = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})


def said(text: str) -> str:
    """
    Give the text that somebody wrote, out of the escaped one that X gives; "&amp;lt;" is what was written as "&lt;".
    """
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return storable(text).strip()


def address(id_: str, author: Profile | None) -> str:
    """
    Give the address of a post's page.
    """
    return f"https://x.com/{(author and author.handle) or 'i/web'}/status/{id_}" if id_ else ""


def language(tag: str) -> str:
    """
    Give the language of a post; "" where X could not tell one.
    """
    return "" if tag in _NO_LANGUAGES else tag


def texts(members: object) -> list[str]:
    """
    Give the texts of a list.
    """
    return [member for member in members if isinstance(member, str)] if isinstance(members, list) else []


def withheld(codes: object, copyright_: object) -> dict[str, Any]:
    """
    Give where a post is not shown, and whether that is for the sake of somebody's copyright.
    """
    where = {"country_codes": texts(codes), "copyright": copyright_ is True}
    return {key: value for key, value in where.items() if value}


@attrs.frozen
class Repost:
    """
    A copy of another's post: all that is known of the original where that does not stand beside it.
    """

    handle: str
    #: The stable id of the author, where the copy says it.
    uid: str
    text: str

    @classmethod
    def of(cls, text: str, mentions: object, start: str, uid: str) -> "Repost | None":
        """
        Read a copy, if a text is one.

        Args:
            text: The text.
            mentions: The accounts that are named in it.
            start: The key under which a mention says where it begins; the first of a list counts.
            uid: The key under which a mention says the stable id.
        """
        found = _COPY.match(text)
        if found is None:
            return None
        for mention in mentions if isinstance(mentions, list) else ():
            at = mention.get(start) if isinstance(mention, dict) else None
            if (at[0] if isinstance(at, list) and at else at) in _NAMED_AT and isinstance(mention.get(uid), str):
                return cls(found[1], mention[uid], text[found.end() :])
        return cls(found[1], "", text[found.end() :])


@attrs.frozen
class Includes:
    """
    What an answer gives beside its posts: accounts and posts by their ids, with their places, and rules that fit.
    """

    users: Mapping[str, tuple[dict[str, Any], str]] = attrs.field(factory=dict)
    posts: Mapping[str, tuple[dict[str, Any], str]] = attrs.field(factory=dict)
    rules: list[str] = attrs.field(factory=list)


def included(body: Mapping[str, Any], path: str, intake: Intake) -> Includes:
    """
    Read what an answer gives beside its posts.
    """
    beside, place = body.get("includes"), f"{path}.includes"
    if beside is None:
        beside = {}
    if not isinstance(beside, dict):
        intake.refuse(
            place, f"{kind_of(beside)} stands where an object belongs", "give the answer as X gave it", beside
        )
        beside = {}
    rules = body.get("matching_rules")
    tags = [rule.get("tag") for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
    return Includes(_by_id(beside, "users", place, intake), _by_id(beside, "tweets", place, intake), texts(tags))


def _by_id(beside: Mapping[str, Any], key: str, path: str, intake: Intake) -> dict[str, tuple[dict[str, Any], str]]:
    members = {}
    for member, place in held(beside.get(key), f"{path}.{key}"):
        if isinstance(member, dict):
            members[str(member.get("id"))] = (member, place)
        else:
            intake.refuse(
                place, f"{kind_of(member)} stands where an object belongs", "give the answer as X gave it", member
            )
    return members


@attrs.frozen
class Posts:
    """
    Makes updates of posts; everything that is wrong with them goes to its intake.
    """

    intake: Intake

    def read(self, post: dict[str, Any], path: str, beside: Includes) -> SocialUpdate | None:
        """
        Read one post.

        Args:
            post: The post.
            path: Where it stands.
            beside: What came with it.
        """
        intake, before = self.intake, len(self.intake.problems)
        references = self.references(post, path)
        author, name = self.author(post, path, beside)
        facts: dict[str, Any] = {
            "id": intake.id(post, "id", path),
            "posted_at": intake.instant(post, "created_at", path),
        }
        extra = _beside_it(post, beside)
        if "retweeted" in references:
            original_id, reference, place = references["retweeted"]
            facts["reposted_by"], extra["original_id"] = author, original_id
            extra["repost"] = author is None
            original, place = beside.posts.get(original_id) or (reference, place)
            if "text" in original:
                author, name = self.author(original, place, beside)
                facts |= self.words(original, place, self.references(original, place), extra)
            else:
                author, name = self.copied(post, path, facts, extra), ""
            facts["url"] = address(original_id, author)
        elif not references and str(post.get("text")).startswith(_COPIED):
            facts["reposted_by"], extra["repost"] = author, author is None
            facts["url"] = address(facts["id"], author)
            author, name = self.copied(post, path, facts, extra), ""
        else:
            facts |= self.words(post, path, references, extra)
            facts["url"] = address(facts["id"], author)
        facts |= {"author": author, "author_name": name, "extra": besides(extra)}
        return intake.update(path, facts) if len(intake.problems) == before else None

    def references(self, post: Mapping[str, Any], path: str) -> dict[str, tuple[str, dict[str, Any], str]]:
        """
        Read which posts a post refers to, by how: "retweeted", "quoted", "replied_to".
        """
        found: dict[str, tuple[str, dict[str, Any], str]] = {}
        if not post.get("referenced_tweets"):
            return found
        for member, place in held(post.get("referenced_tweets"), f"{path}.referenced_tweets"):
            if isinstance(member, dict):
                found.setdefault(
                    self.intake.text(member, "type", place), (self.intake.id(member, "id", place), member, place)
                )
            else:
                self.intake.refuse(place, f"{kind_of(member)} refers to no post", 'give {"type": …, "id": …}', member)
        return found

    def words(
        self, post: Mapping[str, Any], path: str, references: Mapping[str, tuple[str, Any, str]], extra: dict[str, Any]
    ) -> dict[str, Any]:
        """
        Read what a post says and answers.
        """
        note = post.get("note_tweet")
        long = self.intake.text(note, "text", f"{path}.note_tweet") if isinstance(note, dict) else ""
        extra["quoted_id"] = references["quoted"][0] if "quoted" in references else ""
        extra["language"] = language(self.intake.text(post, "lang", path))
        return {
            "text": said(long or self.intake.text(post, "text", path)),
            "in_reply_to": references["replied_to"][0] if "replied_to" in references else "",
        }

    def copied(
        self, post: Mapping[str, Any], path: str, facts: dict[str, Any], extra: dict[str, Any]
    ) -> Profile | None:
        """
        Read the original's author and text from a copy; nobody, where the text is none.
        """
        text, entities = self.intake.text(post, "text", path), post.get("entities")
        mentions = entities.get("mentions") if isinstance(entities, dict) else None
        copy = Repost.of(text, mentions, "start", "id")
        facts["text"] = said(copy.text if copy else text)
        if copy is None:
            return None
        extra |= {"truncated": text.endswith("…"), "language": language(self.intake.text(post, "lang", path))}
        return self.intake.profile("x", copy.handle, copy.uid, f"{path}.text", {})

    def author(self, post: Mapping[str, Any], path: str, beside: Includes) -> tuple[Profile | None, str]:
        """
        Read who wrote a post: the account with the id that it names, else the id alone, else nobody.
        """
        id_ = "" if post.get("author_id") is None else self.intake.id(post, "author_id", path)
        account, place = beside.users.get(id_) or (post.get("author"), f"{path}.author")
        if not isinstance(account, dict):
            return (self.intake.profile("x", "", id_, path, _BY_ID) if id_ else None), ""
        name = storable(self.intake.text(account, "name", place)).strip()
        handle = self.intake.text(account, "username", place)
        return self.intake.profile("x", handle, id_ or self.intake.id(account, "id", place), place, _KEYS), name


def _beside_it(post: Mapping[str, Any], beside: Includes) -> dict[str, Any]:
    """
    Read what a post says besides.
    """
    conversation = post.get("conversation_id")
    versions = texts(post.get("edit_history_tweet_ids"))
    hidden = post.get("withheld")
    return {
        "conversation": conversation if isinstance(conversation, str) and conversation != post.get("id") else "",
        "versions": versions if len(versions) > 1 else (),
        "withheld": withheld(hidden.get("country_codes"), hidden.get("copyright")) if isinstance(hidden, dict) else {},
        "sensitive": post.get("possibly_sensitive") is True,
        "rules": beside.rules,
    }
