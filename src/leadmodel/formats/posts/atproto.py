"""
Addresses and instants as the AT Protocol writes them.

Whoever writes a record says when that was. Nobody checks it, so a claim is believed only as far as it can be true: not
before the network could have had it, and not after a server had it already.

Rule:
    AT Protocol: at-uri scheme, datetime syntax; Bluesky's guidelines on timestamps.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from leadmodel.errors import shown
from leadmodel.formats.intake.payloads import Intake, kind_of
from leadmodel.networks import Profile

__all__ = ["EPOCH", "NOWHERE", "Place", "claimed_at", "place_of", "received_at"]

#: A claim before this instant is not believed.
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Stricter than ISO 8601 and RFC 3339: both letters are capitals and seconds are given.
_DATETIME: Final = re.compile(
    r"(\d{4})(-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|\+\d\d:\d\d|-(?!00:00)\d\d:\d\d)?)", re.ASCII
)
#: Years in which an instant may have no form in UTC that Python knows, with years of the same length that have one.
_EDGES: Final = {"0000": "2000", "0001": "2001", "9999": "2003"}
_HINT: Final = 'write it like "2024-05-01T09:30:00Z"'


class Place(NamedTuple):
    """
    Where a record is: the account in whose repository, the collection there, and the key in that.
    """

    owner: str = ""
    collection: str = ""
    key: str = ""

    @property
    def address(self) -> str:
        """
        The address of the record, "at://did:plc:…/app.bsky.feed.post/…"; "" where a part of it is missing.
        """
        return f"at://{self.owner}/{self.collection}/{self.key}" if all(self) else ""

    def page(self, author: Profile | None) -> str:
        """
        Give the address of a post's page, by the author's handle where it is known; "" for other records.
        """
        if self.collection != "app.bsky.feed.post" or not self.key:
            return ""
        whose = (author.handle or author.uid) if author else self.owner
        return f"https://bsky.app/profile/{whose}/post/{self.key}"


#: Where nothing is.
NOWHERE: Final = Place()


def place_of(uri: str) -> Place:
    """
    Give the parts of an address; those of another kind of address are all blank.
    """
    if not uri.startswith("at://"):
        return NOWHERE
    owner, _, rest = uri[5:].partition("/")
    collection, _, key = rest.partition("/")
    return Place(owner, collection, key)


def claimed_at(
    record: Mapping[str, Any], path: str, seen: datetime | None, intake: Intake
) -> tuple[datetime | None, str]:
    """
    Read when a record was made: as it claims, or when a server saw it where that cannot be.

    Args:
        record: The record, with its claim under `createdAt`.
        path: Where it stands.
        seen: When a server saw it first, where that is known.
        intake: Keeps the problems.

    Returns:
        The instant, and the claim where it is not believed.
    """
    claim = record.get("createdAt")
    if claim is None or claim == "":
        return seen, ""
    instant = _instant(record, "createdAt", path, intake)
    if instant is None or instant < EPOCH or (seen is not None and instant > seen):
        return seen, claim if isinstance(claim, str) else ""
    return instant, ""


def received_at(node: Mapping[str, Any], key: str, path: str, intake: Intake) -> datetime | None:
    """
    Read when a server saw something: an instant, or microseconds since 1970.
    """
    value = node.get(key)
    if type(value) is int:
        try:
            return EPOCH + timedelta(microseconds=value)
        except OverflowError:
            intake.refuse(f"{path}.{key}", f"{shown(value)} is no instant", "give microseconds since 1970", value)
            return None
    return _instant(node, key, path, intake)


def _instant(node: Mapping[str, Any], key: str, path: str, intake: Intake) -> datetime | None:
    """
    Read an instant strictly; None also for one that is sound and outside of the years that Python knows in UTC.
    """
    value = node.get(key)
    if value is None or value == "":
        return None
    found = _DATETIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        what = f"{shown(value) if isinstance(value, str) else kind_of(value)} is no instant"
        intake.refuse(f"{path}.{key}", what, _HINT, value)
        return None
    if found[1] not in _EDGES:
        return _read(value) or intake.instant(node, key, path)
    instant = _stand_in(found[1], found[2])
    if instant is None or (instant.tzinfo is None and intake.zone is None):
        intake.refuse(f"{path}.{key}", f"{shown(value)} is no instant", _HINT, value)
    return None


def _read(value: str) -> datetime | None:
    """
    Read an instant with a zone, in UTC; None where it has no zone or does not exist.
    """
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:  # such as the month 0
        return None
    if instant.tzinfo is None:
        return None
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def _stand_in(year: str, rest: str) -> datetime | None:
    """
    Give an instant of another year in the place of one that Python may not know; before the year 0, there is none.
    """
    try:
        instant = datetime.fromisoformat(f"{_EDGES[year]}{rest}")
    except ValueError:  # such as the month 0
        return None
    before = year == "0000" and instant.tzinfo is not None and instant.astimezone(UTC).year < int(_EDGES[year])
    return None if before else instant
