"""
The operators: one row each, and nothing else of an operator stands anywhere else.

A row's `test` is a function of what a field holds and of its arguments. It is written for Python values, and most of
them serve the columns of a database and the expressions of a dataframe as they are, because those spell `==`, `<` and
`&` alike. An engine that spells a few words differently gives a mapping from those functions to its own, keyed by the
function: `{contains: lambda column, text: func.instr(column, text) > 0, …}`, and looks up
`words.get(row.test, row.test)`. No engine needs a list of operators.

Missing values never reach a test, except that of a row which `sees_missing` (CRIT-1).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

import attrs

from leadmodel.criteria.faults import unknown
from leadmodel.criteria.kinds import FieldKind
from leadmodel.criteria.moments import Moment
from leadmodel.errors import Problem, shown


class Takes(StrEnum):
    """
    What an operator compares with.
    """

    NOTHING = "nothing"
    ONE = "one value"
    #: The first is the lower end.
    TWO = "two values"
    #: The list may be empty.
    MANY = "a list of values"
    SOME = "a list of at least one value"
    #: A whole number of days.
    DAYS = "a number of days"


def is_missing(value: Any) -> Any:  # noqa: ANN401  (a value, a column or an expression)
    """
    Whether nothing is there.
    """
    return value is None


def one_of(value: Any, operands: Any) -> Any:  # noqa: ANN401  (as above)
    """
    Whether the value is among the operands.
    """
    return value in operands


def contains(value: Any, text: Any) -> Any:  # noqa: ANN401  (as above)
    """
    Whether the text stands anywhere in the value.
    """
    return text in value


def starts_with(value: Any, text: Any) -> Any:  # noqa: ANN401  (as above)
    """
    Whether the value begins with the text.
    """
    return value.startswith(text)


def ends_with(value: Any, text: Any) -> Any:  # noqa: ANN401  (as above)
    """
    Whether the value ends with the text.
    """
    return value.endswith(text)


def has_any(members: Any, operands: Any) -> Any:  # noqa: ANN401  (as above)
    """
    Whether a member is among the operands.
    """
    return not members.isdisjoint(operands)


def has_all(members: Any, operands: Any) -> Any:  # noqa: ANN401  (as above)
    """
    Whether every operand is a member.
    """
    return operands <= members


def between(value: Any, low: Any, high: Any) -> Any:  # noqa: ANN401  (as above)
    """
    Whether the value lies between the two, or is one of them (CRIT-4).
    """
    return (value >= low) & (value <= high)


def within(value: Any, start: Any, end: Any) -> Any:  # noqa: ANN401  (as above)
    """
    Whether the value lies in a span of time, whose end no longer belongs to it.
    """
    return (value >= start) & (value < end)


@attrs.frozen
class Operator:
    """
    One operator: a row of the table.
    """

    name: str
    #: The kinds of field that it fits.
    kinds: frozenset[FieldKind]
    takes: Takes
    #: Whether it holds, as a function of what the field holds and of the arguments.
    test: Callable[..., Any]
    #: What it asks, with the operands as "…": for errors, docs and menus.
    says: str
    #: Of a question about time: gives the arguments of the test, out of the moment and the number of days.
    when: Callable[..., tuple[Any, ...]] | None = None
    #: Whether the test is asked about missing values too; no comparison is (CRIT-1).
    sees_missing: bool = False


_EVERY: Final = frozenset(FieldKind)
_DATED: Final = frozenset({FieldKind.DATE, FieldKind.INSTANT})
_ORDERED: Final = _DATED | {FieldKind.NUMBER, FieldKind.MONEY}
_TEXT: Final = frozenset({FieldKind.TEXT})
_NAMED: Final = _TEXT | {FieldKind.IDENTITY, FieldKind.CHOICE}
_COMPARED: Final = _ORDERED | _NAMED
_SEVERAL: Final = frozenset({FieldKind.COLLECTION})
_IS: Final = _COMPARED | {FieldKind.BOOLEAN}


def _this_day(moment: Moment) -> tuple[Any, ...]:
    return moment.day(0), moment.day(1)


def _this_week(moment: Moment) -> tuple[Any, ...]:
    return moment.day(-moment.weekday), moment.day(7 - moment.weekday)


def _last_days(moment: Moment, days: int) -> tuple[Any, ...]:
    return moment.away(-days), moment.here


def _next_days(moment: Moment, days: int) -> tuple[Any, ...]:
    return moment.here, moment.away(days)


def _days_ago(moment: Moment, days: int) -> tuple[Any, ...]:
    return (moment.away(-days),)


# fmt: off
_ROWS: Final = (
    #        name               kinds      takes          test         says
    Operator("is_empty",        _EVERY,    Takes.NOTHING, is_missing,  "holds nothing", sees_missing=True),
    Operator("is",              _IS,       Takes.ONE,     eq,          "is …"),
    Operator("is_not",          _COMPARED, Takes.ONE,     ne,          "is something else than …"),
    Operator("in",              _NAMED,    Takes.MANY,    one_of,      "is one of …"),
    Operator("contains",        _TEXT,     Takes.ONE,     contains,    "has … somewhere in it"),
    Operator("starts_with",     _TEXT,     Takes.ONE,     starts_with, "begins with …"),
    Operator("ends_with",       _TEXT,     Takes.ONE,     ends_with,   "ends with …"),
    Operator("below",           _ORDERED,  Takes.ONE,     lt,          "is less or earlier than …"),
    Operator("at_most",         _ORDERED,  Takes.ONE,     le,          "is … or less or earlier"),
    Operator("above",           _ORDERED,  Takes.ONE,     gt,          "is more or later than …"),
    Operator("at_least",        _ORDERED,  Takes.ONE,     ge,          "is … or more or later"),
    Operator("between",         _ORDERED,  Takes.TWO,     between,     "lies between … and …, or is one of them"),
    Operator("has_any",         _SEVERAL,  Takes.MANY,    has_any,     "has one of … among its members"),
    Operator("has_all",         _SEVERAL,  Takes.SOME,    has_all,     "has each of … among its members"),
    #        questions about time: `when` makes the arguments of the test
    Operator("today",           _DATED,    Takes.NOTHING, within,      "lies in the day that it is", _this_day),
    Operator("this_week",       _DATED,    Takes.NOTHING, within,      "lies in this week, from Monday", _this_week),
    Operator("last_days",       _DATED,    Takes.DAYS,    between,     "lies in the … days up to now", _last_days),
    Operator("next_days",       _DATED,    Takes.DAYS,    between,     "lies in the … days from now on", _next_days),
    Operator("older_than_days", _DATED,    Takes.DAYS,    lt,          "lies more than … days back", _days_ago),
)
# fmt: on

#: The ways to take operands that are written as a list.
LISTS: Final = frozenset({Takes.MANY, Takes.SOME})

#: Every operator by name.
OPERATORS: Final[Mapping[str, Operator]] = {row.name: row for row in _ROWS}


def fitting(kind: FieldKind) -> tuple[str, ...]:
    """
    Name the operators that go with a kind of field.
    """
    return tuple(row.name for row in _ROWS if kind in row.kinds)


def operator_of(name: object, path: str, kind: FieldKind | None) -> Operator | Problem:
    """
    Find the operator of a name, or say why there is none that goes with the field.

    Args:
        name: What was asked for.
        path: The field.
        kind: Its kind; None where the field itself is not known.
    """
    row = OPERATORS.get(name) if isinstance(name, str) else None
    options = tuple(OPERATORS) if kind is None else fitting(kind)
    if row is None:
        return unknown(f"there is no operator {shown(name)}", name, options, field="operator")
    if kind is not None and kind not in row.kinds:
        what = f"{shown(row.name)} does not go with {shown(path)}, which is of the kind {kind.value!r}"
        return unknown(what, name, options, field="operator")
    return row
