"""
The short notations of the sample rows, and what they stand for.
"""

from datetime import UTC, datetime
from typing import Final

from leadmodel.networks import Profile
from leadmodel.values import Money

#: The year in which the samples play.
YEAR: Final = 2026

#: What a stable id looks like, from its number. X has not yet come to numbers as high as these.
_UIDS: Final = {
    "x": "9000000000000000{:03}",
    "mastodon": "https://{server}/ap/users/{:03}",
    "bluesky": "did:plc:stockmoorsample000000{:03}",
}


def profile(notation: str) -> Profile:
    """
    Make a profile of "network:handle", or of "network:handle#7" where the network gave it stable id number 7.
    """
    key, _, number = notation.partition("#")
    network, _, handle = key.partition(":")
    uid = _UIDS[network].format(int(number), server=handle.rpartition("@")[2]) if number else ""
    return Profile(network, handle, uid=uid)


def profiles(notations: str) -> list[Profile]:
    """
    Make the profiles of notations with spaces between them.
    """
    return [profile(notation) for notation in notations.split()]


def instant(text: str) -> datetime:
    """
    Make an instant of "06-01 08:12" in the year of the samples, or of a whole day such as "2025-03-14".
    """
    moment = datetime.fromisoformat(f"{YEAR}-{text}" if " " in text else text)
    return moment.replace(tzinfo=UTC)


def money(text: str) -> Money | None:
    """
    Make money of "48000 EUR", or none of "".
    """
    amount, _, currency = text.partition(" ")
    return Money(amount, currency) if amount else None
