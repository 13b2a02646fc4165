"""
Instants: aware, and kept in UTC.
"""

from datetime import UTC, datetime


def instant_fault(value: object) -> str:
    """
    Say why something is no instant that can be kept in UTC, or "" where it is one.
    """
    if not isinstance(value, datetime):
        return "is no instant"
    if value.tzinfo is UTC:
        return ""
    if value.utcoffset() is None:
        return "has no time zone; give it one, such as tzinfo=datetime.UTC"
    try:
        value.astimezone(UTC)
    except OverflowError:
        return "lies outside the years 1 to 9999 in UTC"
    return ""
