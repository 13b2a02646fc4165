"""
Posts of X as version 1.1 of its API gave them, as its old streams sent them, and as its archive holds them.

Rule:
    The data dictionary of X's API, version 1.1; AUTH-11, AUTH-12, NET-1.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.errors import shown
from leadmodel.formats.intake.html import storable
from leadmodel.formats.intake.payloads import Intake, besides, kind_of
from leadmodel.formats.posts.xposts import Repost, address, language, said, texts, withheld
from leadmodel.networks import Profile

__all__ = ["Statuses"]

#: "Wed Oct 10 20:19:24 +0000 2018", whatever the language of the machine is.
_INSTANT: Final = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) (\d{4})", re.ASCII
)
#: "2014-05-01 12:00:00 +0000", in archives of old.
_OLD_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)", re.ASCII)
_MONTHS: Final = {
    name: f"{number:02}" for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
#: Where the fields of a profile stand in an account.
_KEYS: Final = {"handle": "screen_name", "uid": "id_str"}


@attrs.frozen
class Statuses:
    """
    Makes updates of posts; everything that is wrong with them goes to its intake.
    """

    intake: Intake

    def read(self, status: dict[str, Any], path: str) -> SocialUpdate | None:
        """
        Read one post.

        A post of the archive has no account: it is nobody's, and whether it is a repost is told by its text alone.
        """
        intake, before = self.intake, len(self.intake.problems)
        author, name = self.author(status, path)
        original, place = status.get("retweeted_status"), f"{path}.retweeted_status"
        facts: dict[str, Any] = {"id": self.id(status, "id", path), "posted_at": self.instant(status, path)}
        extra = _beside_it(status)
        if original is None:
            original, place = status, path
        elif isinstance(original, dict):
            facts["reposted_by"], extra["original_id"] = author, self.id(original, "id", place)
            author, name = self.author(original, place)
        else:
            intake.refuse(place, f"{kind_of(original)} is no post", "give the post that was passed on", original)
            return None
        text, whole = self.text(original, place)
        copy = self.copy(status, text) if status.get("user") is None else None
        if copy:
            author = intake.profile("x", copy.handle, copy.uid, path, {})
            text, whole, extra["repost"] = copy.text, not text.endswith("…"), True
        facts |= {
            "url": address(extra.get("original_id") or facts["id"], None if copy else author),
            "author": author,
            "author_name": name,
            "text": said(text),
            "in_reply_to": self.answered(original, place),
        }
        extra |= {"truncated": not whole, "language": language(intake.text(original, "lang", place))}
        extra["quoted_id"] = self.id(original, "quoted_status_id", place) if self.quotes(original) else ""
        facts["extra"] = besides(extra)
        return intake.update(path, facts) if len(intake.problems) == before else None

    def id(self, node: Mapping[str, Any], key: str, path: str) -> str:
        """
        Read an id, from its text rather than from its number.
        """
        return self.intake.id(node, f"{key}_str" if node.get(f"{key}_str") is not None else key, path)

    def quotes(self, status: Mapping[str, Any]) -> bool:
        """
        Say whether a post quotes another one.
        """
        return status.get("quoted_status_id_str") is not None or status.get("quoted_status_id") is not None

    def answered(self, status: Mapping[str, Any], path: str) -> str:
        """
        Give the id of the post that one answers.
        """
        key = "in_reply_to_status_id"
        answers = status.get(f"{key}_str") is not None or status.get(key) is not None
        return self.id(status, key, path) if answers else ""

    def text(self, status: Mapping[str, Any], path: str) -> tuple[str, bool]:
        """
        Read the text of a post, and whether it is whole: where it stands depends on how the post was asked for.
        """
        extended = status.get("extended_tweet")
        if isinstance(extended, dict):
            return self.intake.text(extended, "full_text", f"{path}.extended_tweet"), True
        if status.get("full_text") is not None:
            return self.intake.text(status, "full_text", path), True
        return self.intake.text(status, "text", path), status.get("truncated") is not True

    def copy(self, status: Mapping[str, Any], text: str) -> Repost | None:
        """
        Read a post of the archive as a copy of another's, if it is one.
        """
        entities = status.get("entities")
        mentions = entities.get("user_mentions") if isinstance(entities, dict) else None
        return Repost.of(text, mentions, "indices", "id_str")

    def author(self, status: Mapping[str, Any], path: str) -> tuple[Profile | None, str]:
        """
        Read the account of a post; it may be cut down to its id, and posts of the archive have none.
        """
        user, place = status.get("user"), f"{path}.user"
        if user is None:
            return None, ""
        if not isinstance(user, dict):
            self.intake.refuse(place, f"{kind_of(user)} is no account", "give the account as X gave it", user)
            return None, ""
        name = storable(self.intake.text(user, "name", place)).strip()
        handle = self.intake.text(user, "screen_name", place)
        return self.intake.profile("x", handle, self.id(user, "id", place), place, _KEYS), name

    def instant(self, status: Mapping[str, Any], path: str) -> datetime | None:
        """
        Read when a post was made.
        """
        value = status.get("created_at")
        written = value if isinstance(value, str) else ""
        if found := _INSTANT.fullmatch(written):
            month, day, time, hours, minutes, year = found.groups()
            written = f"{year}-{_MONTHS.get(month, '00')}-{day}T{time}{hours}:{minutes}"
        elif found := _OLD_INSTANT.fullmatch(written):
            written = f"{found[1]}{found[2]}:{found[3]}"
        else:
            return self.intake.instant(status, "created_at", path)
        try:
            return datetime.fromisoformat(written).astimezone(UTC)
        except (ValueError, OverflowError):  # such as the 30th of February
            hint = 'write it like "Wed Oct 10 20:19:24 +0000 2018"'
            self.intake.refuse(f"{path}.created_at", f"{shown(value)} is no instant", hint, value)
            return None


def _beside_it(status: Mapping[str, Any]) -> dict[str, Any]:
    """
    Read what a post says besides.
    """
    return {
        "versions": _versions(status),
        "withheld": withheld(status.get("withheld_in_countries"), status.get("withheld_copyright")),
        "sensitive": status.get("possibly_sensitive") is True,
    }


def _versions(status: Mapping[str, Any]) -> list[str]:
    """
    Give the ids of the versions of an edited post, oldest first; of one that was never edited, none.
    """
    history, info = status.get("edit_history"), status.get("edit_info")
    edit = info.get("edit") if isinstance(info, dict) else None
    control = edit.get("editControlInitial") if isinstance(edit, dict) else None
    first = info.get("initial") if isinstance(info, dict) else None
    for holder, key in ((history, "edit_tweet_ids"), (control, "editTweetIds"), (first, "editTweetIds")):
        if isinstance(holder, dict) and len(versions := texts(holder.get(key))) > 1:
            return versions
    return []
