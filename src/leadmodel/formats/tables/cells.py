"""
Cells: one text, or one plain value of a payload, read as one thing.

Nothing is guessed: a number with thousands separators, a date in a country's own order, a time without a zone are
refused with the form in which they would be understood. Texts come here without the space around them, and never blank.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NoReturn, TypeAlias, TypedDict, TypeVar

import attrs

from leadmodel.errors import InvalidValue, Problem, shown, suggestion
from leadmodel.formats.emails import check_library
from leadmodel.formats.phones import check_region
from leadmodel.values import CURRENCIES, fold

__all__ = [
    "CellOptions",
    "Options",
    "Read",
    "day",
    "identity",
    "instant",
    "member",
    "number",
    "refuse",
    "several",
    "text",
    "truth",
    "whole_number",
]

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

#: Reads a cell that is not blank.
Read: TypeAlias = Callable[[Any], Any]


class CellOptions(TypedDict, total=False):
    """
    What cells leave open, and the caller knows: the options that all readers of records share.
    """

    #: The currency of amounts whose record names none, an ISO 4217 code.
    currency: str
    #: The zone of times that are written without an offset; such times are refused without it.
    zone: tzinfo | None
    #: The key of the pipeline of deals whose record names none.
    pipeline: str
    #: The country of phone numbers that name none, such as "BE": they are completed by `leadmodel.formats.phones`, and
    #: what is no number there stays as it is.
    region: str
    #: Whether e-mail addresses that cannot be delivered are refused, by `leadmodel.formats.emails`.
    strict_emails: bool


def _known_currency(_: object, __: object, value: str) -> None:
    if value and value not in CURRENCIES:
        hint = suggestion(value, CURRENCIES) if isinstance(value, str) else 'write three capitals, such as "EUR"'
        refuse(f"{shown(value)} is no ISO 4217 code", hint, value, field="currency")


def _known_region(_: object, __: object, value: str) -> None:
    if value:
        check_region(value)


def _has_library(_: object, __: object, value: bool) -> None:
    if value:
        check_library()


@attrs.frozen(kw_only=True)
class Options:
    """
    `CellOptions` with their defaults.

    Raises:
        InvalidValue: The currency is no ISO 4217 code, or the region is no country.
        MissingExtra: The library that phone numbers or e-mail addresses are to be read by is not installed.
    """

    currency: str = attrs.field(default="", validator=_known_currency)
    zone: tzinfo | None = None
    pipeline: str = ""
    region: str = attrs.field(default="", validator=_known_region)
    strict_emails: bool = attrs.field(default=False, validator=_has_library)

    def alone(self) -> "Options":
        """
        Give the options without what a reader has besides: equal for readers that leave the same open.
        """
        return Options(**{field.name: getattr(self, field.name) for field in attrs.fields(Options)})


_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
#: Digits that a whole number may have before anybody writes them out.
_MAGNITUDE: Final = 30
_TRUE: Final = frozenset({"true", "yes", "y", "t", "1"})
_FALSE: Final = frozenset({"false", "no", "n", "f", "0"})
#: Parts between separators; a separator within double quotes belongs to a name.
_LIST: Final = re.compile(r'(?:"[^"]*"|[^;,])++')
#: What may stand between members, or around one.
_SEPARATOR: Final = re.compile(r'[;,"\r\n]')
_COLONS: Final = " ::: "
_LINES: Final = re.compile(r"[^;\r\n]++")


def refuse(what: str, hint: str, value: object, *, options: Iterable[str] = (), field: str = "") -> NoReturn:
    """
    Refuse a cell.

    Raises:
        InvalidValue: Always.
    """
    problem = Problem(what=what, hint=hint, field=field, value=value, options=tuple(options))
    raise InvalidValue(subject="cell", problems=(problem,))


def text(value: object) -> str:
    """
    Read text; a number of a payload becomes its digits.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value)
    refuse(f"{shown(value)} is no text", "write it as text", value)


def identity(value: object) -> str:
    """
    Read an id or a key: text, or a whole number; a program that has made a fraction of an id has rounded it.
    """
    if isinstance(value, Decimal):
        refuse(
            f"{shown(value)} is no id: ids are text or whole numbers", "write it as text, with all its digits", value
        )
    return text(value)


def truth(value: object) -> bool:
    """
    Read a yes or a no.
    """
    if isinstance(value, bool):
        return value
    word = fold(text(value))
    if word not in _TRUE | _FALSE:
        refuse(f"{shown(value)} is neither yes nor no", "write true or false", value, options=("true", "false"))
    return word in _TRUE


def number(value: object) -> Decimal:
    """
    Read a number exactly: plain digits with a point, or scientific notation.
    """
    written = text(value)
    if not _NUMBER.fullmatch(written):
        grouped = written[0] in "+-0123456789" and (any(c in written for c in ",'_") or len(written.split()) > 1)
        what = f"{shown(value)} is no plain number" + (": its separators could mean two things" if grouped else "")
        refuse(what, "write digits and a decimal point, such as 350000000.50", value)
    return Decimal(written)


def whole_number(value: object) -> int:
    """
    Read a whole number: "6.0" and "9E3" are, "6.5" is not.
    """
    exact = number(value)
    if exact.adjusted() > _MAGNITUDE:
        refuse(f"{shown(value)} is too large", "correct it", value)
    if exact != exact.to_integral_value():
        refuse(f"{shown(value)} is no whole number", "round it first", value)
    return int(exact)


def instant(value: object, zone: tzinfo | None) -> datetime:
    """
    Read an instant in ISO 8601; one without an offset is taken in *zone*.
    """
    moment = _moment(value, "instant", "2026-03-01T09:30:00Z")
    if moment.tzinfo is None:
        if zone is None:
            hint = 'write an offset, or pass the zone, such as zone=ZoneInfo("Europe/Berlin")'
            refuse(f"{shown(value)} has no time zone", hint, value)
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        refuse(f"{shown(value)} lies outside the years 1 to 9999", "correct it", value)


def day(value: object) -> date:
    """
    Read a calendar date in ISO 8601; midnight is taken as its day, as it is written.
    """
    moment = _moment(value, "date", "2026-03-01")
    if moment.time() != time():
        refuse(f"{shown(value)} is an instant, and a date is wanted", "leave out the time of day", value)
    return moment.date()


def _moment(value: object, kind: str, example: str) -> datetime:
    try:
        return datetime.fromisoformat(text(value))
    except ValueError as error:
        what, hint = f"{shown(value)} is no {kind} of ISO 8601", f"write it like {example}"
        problem = Problem(what=what, hint=hint, value=value)
        raise InvalidValue(subject="cell", problems=(problem,)) from error


def member(choices: type[E], value: object) -> E:
    """
    Read one of a closed list by its value, in any case; spaces and hyphens count as underscores.
    """
    word = fold(text(value)).replace(" ", "_").replace("-", "_")
    found = choices._value2member_map_.get(word)
    if not isinstance(found, choices):
        what = f"{shown(value)} is none of the choices"
        refuse(what, suggestion(text(value), choices), value, options=choices)
    return found


def several(value: object, read: Callable[[str], T], *, commas: bool = True) -> tuple[T, ...]:
    """
    Read the members of a list: a payload's own, or a text whose members stand between semicolons or commas.

    Google's contacts part theirs by three colons.

    Args:
        value: The cell.
        read: Reads one member.
        commas: Whether commas separate; if not, line breaks do.

    Raises:
        InvalidValue: Some members cannot be read; all of those are reported.
    """
    if isinstance(value, str) and _COLONS in value:
        value = value.split(_COLONS)
    if isinstance(value, str) and not _SEPARATOR.search(value):
        return (read(value),)
    members = map(text, value) if isinstance(value, list) else (_LIST if commas else _LINES).findall(text(value))
    kept: list[T] = []
    problems: list[Problem] = []
    for one in filter(None, map(str.strip, members)):
        try:
            kept.append(read(one))
        except InvalidValue as error:
            problems += error.problems
    if problems:
        raise InvalidValue(subject="cell", problems=tuple(problems))
    return tuple(kept)
