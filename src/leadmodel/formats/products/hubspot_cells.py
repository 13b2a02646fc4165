"""
HubSpot's cells: every property is text, and instants, days and probabilities have forms of their own.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from leadmodel.errors import InvalidValue
from leadmodel.formats.tables.cells import number
from leadmodel.formats.tables.rows import Column

__all__ = ["cell_of"]

_EPOCH: Final = re.compile(r"-?\d{10,14}", re.ASCII)
#: An hour of one digit, as connectors write it.
_SHORT_HOUR: Final = re.compile(r"(?<=\d) (?=\d:)", re.ASCII)
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANTS: Final = frozenset({"created_at", "modified_at", "last_activity_at"})
_CONVERTED: Final = _INSTANTS | {"closes_on", "probability"}


def cell_of(value: object, column: Column, *, zone: tzinfo) -> object:
    """
    Give what a property holds as records hold it: instants for milliseconds, days for instants, percents for fractions.
    """
    target = column.target
    if target is None or value == "" or target.name not in _CONVERTED:
        return value
    text = str(value)
    if target.name == "probability":
        return _percent(text)
    if _EPOCH.fullmatch(text):
        text = (_START + timedelta(milliseconds=int(text))).isoformat()
    text = _SHORT_HOUR.sub(" 0", text)
    return text if target.name in _INSTANTS else _day(text, zone)


def _percent(text: str) -> object:
    """
    Give a probability in percent; what is no number is left as it is, and refused where it is read.
    """
    if text.endswith("%"):
        return text[:-1].strip()
    try:
        fraction = number(text)
    except InvalidValue:
        return text
    return int((fraction * 100).to_integral_value()) if 0 <= fraction <= 1 else text


def _day(text: str, zone: tzinfo) -> str:
    """
    Give the day of an instant in a zone; what is no instant is left as it is.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(zone) if moment.tzinfo else moment).date().isoformat()
    except (ValueError, OverflowError):
        return text
