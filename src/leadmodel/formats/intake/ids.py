"""
Ids of updates whose source gives none, or one that is too long.
"""

from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5

from leadmodel.formats.intake.html import storable
from leadmodel.values.text import ID_LIMIT

__all__ = ["settled_id"]


def settled_id(candidates: Iterable[str], says: Iterable[str]) -> tuple[str, str]:
    """
    Give the id of an update, and the one that it stands for where that is too long.

    Args:
        candidates: What may serve as the id, best first; "" for what is missing.
        says: What the update says; without a candidate, a UUIDv5 over this, so that reading again gives the same.
    """
    for candidate in candidates:
        if candidate:
            short = len(candidate) <= ID_LIMIT
            return (candidate, "") if short else (_derived(candidate), candidate)
    return _derived("\x1f".join(says)), ""


def _derived(text: str) -> str:
    """
    Give the id that follows from a text, also from one that cannot be encoded: that is for the record to refuse.
    """
    return str(uuid5(NAMESPACE_URL, storable(text)))
