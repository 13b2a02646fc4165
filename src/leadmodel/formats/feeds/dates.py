"""
Instants as feeds write them: RFC 822 with its many misspellings, and ISO 8601 with parts left out.

"Thu, 01 Jan 2004 19:48:21 GMT", "1 January 04 19:48 +0100", "Jan 1, 2004", "2004-01-01T19:48:21Z", "2004-01" and
"Thu Jan  1 19:48:21 EST 2004" are all instants, the third and the fifth only where the zone is known.

Rule:
    RFC 822 and RFC 5322 for the form and for the names of zones; W3C's note on ISO 8601 for dates with parts left out.
"""

import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from leadmodel.errors import shown
from leadmodel.formats.intake.payloads import Intake, kind_of

__all__ = ["ZONES", "instant_in", "instant_of", "zone_of"]

_WRITTEN: Final = """
    z 0  ut 0  utc 0  gmt 0  wet 0  est -300  edt -240  cst -360  cdt -300  mst -420  mdt -360  pst -480  pdt -420
    akst -540  akdt -480  hst -600  nst -210  ndt -150  west 60  cet 60  met 60  cest 120  mest 120  eet 120  eest 180
    msk 180  jst 540  kst 540  acst 570  acdt 630  aest 600  aedt 660  awst 480  nzst 720  nzdt 780
""".split()
#: Names of zones, in minutes east of Greenwich: those of RFC 822, and others that mean one thing everywhere. IST and
#: BST do not; the letters of RFC 822 other than Z were written with both signs, so they say nothing (RFC 5322, 4.3).
ZONES: Final = dict(zip(_WRITTEN[::2], map(int, _WRITTEN[1::2]), strict=True))
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
#: How programs write an instant that was never set.
_UNSET: Final = ("0001-01-01T00:00:00", "Mon, 01 Jan 0001 00:00:00")
#: Characters that an instant may have.
_LIMIT: Final = 100
_TIME: Final = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9})\d*)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
)
_OFFSET: Final = r"[+-]\d{1,2}:?(?:\d\d)?"
#: A zone, and a remark on it.
_ZONE: Final = rf"(?P<zone>{_OFFSET}|(?:etc/)?(?:gmt|utc?) ?{_OFFSET}|(?:etc/)?[a-z]{{1,5}})?(?: ?\([^()]*\))?"
_MONTH: Final = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY: Final = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ?)?"
_MAYBE_TIME: Final = rf"(?:,? (?:at )?{_TIME})?"
_DIGITS: Final = r"(?P<year>\d{4})(?P<monthnumber>\d\d)(?P<day>\d\d)"
_FORMS: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?P<year>\d{{4}})(?:-(?P<monthnumber>\d\d?)(?:-(?P<day>\d\d?)(?:[t ] ?{_TIME})?)?)? ?{_ZONE}",
        rf"{_DIGITS}(?:t(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?)?{_ZONE}",
        rf"{_WEEKDAY}{_DAY}[ -]{_MONTH},?[ -](?P<year>\d{{4}}|\d\d){_MAYBE_TIME} ?{_ZONE}",
        rf"{_WEEKDAY}{_MONTH} {_DAY},? (?P<year>\d{{4}}){_MAYBE_TIME} ?{_ZONE}",
        rf"{_WEEKDAY}{_MONTH} {_DAY} {_TIME} ?{_ZONE} (?P<year>\d{{4}})",
    )
)
_ISO: Final = re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
#: The parts of a time with the last number that each may be: a leap second is the 61st of its minute.
_CLOCK: Final = {"hour": 24, "minute": 59, "second": 60}
_DAYS_END: Final = _CLOCK["hour"]
#: The hours of half a day, where they are counted from one to twelve.
_HALF_DAY: Final = range(1, 13)
#: Years of two digits up to this one are of this century (POSIX).
_PIVOT: Final = 69


def instant_of(text: str) -> datetime | None:
    """
    Read an instant; without a zone where the text names none that means one thing; None where the text is no instant.

    A date without a time is its first moment. A leap second is the moment after it.
    """
    if _ISO.fullmatch(text):  # as many are, and Python reads them at once
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):  # such as a leap second, which the long way knows
            pass
    folded = " ".join(text[: _LIMIT + 1].casefold().split())
    if len(folded) > _LIMIT:
        return None
    found = next((match for form in _FORMS if (match := form.fullmatch(folded))), None)
    if found is None:
        return None
    parts = {name: value for name, value in found.groupdict().items() if value}
    try:
        day = date(_year(parts["year"]), _month(parts), int(parts.get("day", 1)))
        moment = datetime.combine(day, time.min) + _since_midnight(parts)
        zone = zone_of(parts.get("zone", ""))
        return moment if zone is None else moment.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # such as the 30th of February
        return None


def instant_in(value: object, path: str, intake: Intake) -> datetime | None:
    """
    Read an instant in UTC; None where there is none. What cannot be read is kept as a problem.

    Args:
        value: The text; None and "" are missing, and so is what programs write for an instant that was never set.
        path: Where it stands.
        intake: Knows the zone of instants that come without one; without it they are refused.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.startswith(_UNSET):
        return None
    instant = instant_of(value) if isinstance(value, str) else None
    if instant is None:
        what = f"{shown(value) if isinstance(value, str) else kind_of(value)} is no instant"
        intake.refuse(path, what, 'write it like "2024-05-01T09:30:00Z" or "Wed, 01 May 2024 09:30:00 GMT"', value)
    elif instant.tzinfo is None and intake.zone is None:
        hint = "pass zone=, such as zone=datetime.UTC, to read it in that zone"
        intake.refuse(path, f"{shown(value)} has no time zone that means one thing", hint, value)
    else:
        return (instant if instant.tzinfo else instant.replace(tzinfo=intake.zone)).astimezone(UTC)
    return None


def zone_of(text: str) -> tzinfo | None:
    """
    Read a zone: a difference from Greenwich, or a name of `ZONES`; None where it says nothing.

    Raises:
        ValueError: It is more than a day away from Greenwich.
    """
    text = text.removeprefix("etc/")
    offset = text.lstrip("abcdefghijklmnopqrstuvwxyz ")
    if not offset:
        return timezone(timedelta(minutes=ZONES[text])) if text in ZONES else None
    digits = offset[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > len("hh") else (digits, "0")
    size = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-size if offset.startswith("-") else size)


def _year(text: str) -> int:
    year = int(text)
    if len(text) == len("yy"):
        return year + (2000 if year < _PIVOT else 1900)
    if not MINYEAR < year < MAXYEAR:  # in UTC it may be a year that Python does not know
        raise ValueError(text)
    return year


def _month(parts: dict[str, str]) -> int:
    return _MONTHS.index(parts["month"]) + 1 if "month" in parts else int(parts.get("monthnumber", 1))


def _since_midnight(parts: dict[str, str]) -> timedelta:
    hour, minute, second = (int(parts.get(name, 0)) for name in _CLOCK)
    if half := parts.get("half"):
        if hour not in _HALF_DAY:
            raise ValueError(half)
        hour = hour % len(_HALF_DAY) + (len(_HALF_DAY) if half == "p" else 0)
    if (hour, minute, second) > (_DAYS_END, 0, 0) or minute > _CLOCK["minute"] or second > _CLOCK["second"]:
        raise ValueError(hour)
    fraction = int(parts.get("fraction", "0").ljust(6, "0")[:6])
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)
