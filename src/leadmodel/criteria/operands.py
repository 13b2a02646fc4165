"""
Operands: what a user compares with, checked once and brought into the form in which it is compared.

Each reader takes an operand and gives two things: the operand as it is kept and printed, and its key, which meets what
`kinds.COMPARABLE` makes of the field. A reader raises `InvalidValue` where the operand does not fit.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Any, Final

import attrs

from leadmodel.criteria.faults import unfit
from leadmodel.criteria.fields import Field
from leadmodel.criteria.kinds import FieldKind, exact
from leadmodel.criteria.limits import OPERANDS_LIMIT, operands_problem
from leadmodel.criteria.operators import LISTS, Operator, Takes
from leadmodel.display import counted
from leadmodel.entities import DealContact
from leadmodel.errors import InvalidValue, Problem, shown, suggestion
from leadmodel.networks import Profile
from leadmodel.values import EmailAddress, Money, PhoneNumber, fold
from leadmodel.values.instants import instant_fault
from leadmodel.values.text import TEXT_LIMIT, text_fault

#: The most days that a question about time may go back or ahead: more than a century.
DAYS_LIMIT: Final = 40_000
#: A number has at most 18 digits before the point and 18 after it.
_DIGITS: Final = 18

_PROFILE_KEY: Final = re.compile(r"([\w.-]{1,40}?)([:#])(?!//)(.+)", re.DOTALL)

#: What to do where there is nothing to compare with.
_BLANK: Final = "leave the condition out, or ask is_empty"

Read = tuple[object, object]


def _text(operand: object, field: Field) -> Read:
    if not isinstance(operand, str):
        unfit(operand, "is no text", "write it as text", personal=field.personal)
    text = str(operand)  # the plain text of a member of an enumeration
    if not text.strip():
        unfit(operand, "is blank", _BLANK, personal=field.personal)
    if fault := text_fault(text, TEXT_LIMIT):
        unfit(operand, fault, personal=field.personal)
    return text, fold(text)


def _identity(operand: object, field: Field) -> Read:
    text, _ = _text(operand, field)
    return text, text


def _choice(operand: object, field: Field) -> Read:
    text, key = _text(operand, field)
    if not issubclass(field.member, StrEnum):
        return text, key
    known = {fold(member.value): member.value for member in field.member}
    if key not in known:
        unfit(operand, f"is no {field.path.replace('_', ' ')}", suggestion(text, known.values()))
    return known[str(key)], key


def _number(operand: object, field: Field) -> Read:
    if isinstance(operand, bool) or not isinstance(operand, (int, float, Decimal)):
        unfit(operand, "is no number", "write it in digits", personal=field.personal)
    if not (operand.is_finite() if isinstance(operand, Decimal) else isinstance(operand, int) or isfinite(operand)):
        unfit(operand, "is no number", _BLANK)
    number = exact(operand)
    if not -(10**_DIGITS) < number < 10**_DIGITS or _decimals(number) > _DIGITS:
        what = f"has more than {_DIGITS} digits before the point or after it"
        unfit(operand, what, "round it first", personal=field.personal)
    return number, number


def _decimals(number: int | Decimal) -> int:
    return -int(number.as_tuple().exponent) if isinstance(number, Decimal) else 0


def _money(operand: object, field: Field) -> Read:
    if not isinstance(operand, Money):
        hint = 'give an amount and its currency: Money("120", "EUR"), or 120 EUR in a text'
        unfit(operand, "is no money", hint, personal=field.personal)
    return operand, operand.amount


def _date(operand: object, field: Field) -> Read:
    if isinstance(operand, datetime):
        hint = f"pass its date: {operand.date()}" if not field.personal else "pass its date"
        unfit(operand, "is an instant, and no calendar date", hint, personal=field.personal)
    if not isinstance(operand, date):
        unfit(operand, "is no calendar date", "pass a date; in a text, write 2026-06-01", personal=field.personal)
    return operand, operand


def _instant(operand: object, field: Field) -> Read:
    if isinstance(operand, date) and not isinstance(operand, datetime):
        hint = f"say when on that day, and in which zone: {operand}T00:00:00+00:00"
        unfit(operand, "is a calendar date, and no instant", hint, personal=field.personal)
    if not isinstance(operand, datetime):
        hint = "pass an aware datetime; in a text, write 2026-06-01T09:30:00+00:00"
        unfit(operand, "is no instant", hint, personal=field.personal)
    if fault := instant_fault(operand):
        unfit(operand, fault, personal=field.personal)
    instant = operand.astimezone(UTC)
    return instant, instant


def _boolean(operand: object, field: Field) -> Read:
    if not isinstance(operand, bool):
        unfit(operand, "is neither true nor false", "write True or False", personal=field.personal)
    return operand, operand


def _email(operand: object, _: Field) -> Read:
    email = operand if isinstance(operand, EmailAddress) else EmailAddress(operand)  # type: ignore[arg-type]  # refuses others
    return str(email), email.key


def _phone(operand: object, _: Field) -> Read:
    phone = operand if isinstance(operand, PhoneNumber) else PhoneNumber(operand)  # type: ignore[arg-type]  # refuses others
    return phone.number.strip(), phone.key


def _profile(operand: object, _: Field) -> Read:
    """
    Take a profile, its key or the address of its page; it is compared by its handle where there is one.
    """
    profile = operand if isinstance(operand, Profile) else _profile_in(operand)
    return profile.key, profile.key


def _profile_in(text: object) -> Profile:
    key = _PROFILE_KEY.fullmatch(text) if isinstance(text, str) and not text.startswith("did:") else None
    if key is None:
        return Profile.parse(text)  # type: ignore[arg-type]  # refuses what is no text
    network, sign, name = key.groups()
    return Profile(network, uid=name) if sign == "#" else Profile(network, name)


#: How a member of a collection is asked for, by its type; members that are text stand for all others.
_MEMBERS: Final[Mapping[type, Callable[[object, Field], Read]]] = {
    EmailAddress: _email,
    PhoneNumber: _phone,
    Profile: _profile,
    DealContact: _identity,
}


def _member(operand: object, field: Field) -> Read:
    return _MEMBERS.get(field.member, _choice)(operand, field)


_READERS: Final[Mapping[FieldKind, Callable[[object, Field], Read]]] = {
    FieldKind.TEXT: _text,
    FieldKind.IDENTITY: _identity,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money,
    FieldKind.DATE: _date,
    FieldKind.INSTANT: _instant,
    FieldKind.CHOICE: _choice,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.COLLECTION: _member,
}


def _days(operand: object, _: Field) -> Read:
    if isinstance(operand, bool) or not isinstance(operand, int):
        unfit(operand, "is no number of days", "write a whole number")
    if not 1 <= operand <= DAYS_LIMIT:
        unfit(operand, f"is not between 1 and {DAYS_LIMIT:,} days", "correct it")
    return operand, operand


def given(row: Operator, operands: tuple[object, ...]) -> tuple[object, ...]:
    """
    Give the operands one by one, however they were passed: each by itself, or all of them in one list.

    Sets have no order; they are sorted, so that equal questions print alike.
    """
    if row.takes in {*LISTS, Takes.TWO} and len(operands) == 1:
        whole = operands[0]
        if isinstance(whole, (set, frozenset)):
            return tuple(sorted(whole, key=str))
        if isinstance(whole, Iterable) and not isinstance(whole, (str, bytes, Mapping)):
            return tuple(whole)
    return operands


_COUNTS: Final = {Takes.NOTHING: 0, Takes.ONE: 1, Takes.TWO: 2, Takes.DAYS: 1}


def count_problems(row: Operator, operands: tuple[object, ...]) -> Iterator[Problem]:
    """
    Say whether there are too many operands or too few for an operator.
    """
    few = row.takes is Takes.SOME and not operands
    if few or len(operands) != _COUNTS.get(row.takes, len(operands)):
        what = f"{shown(row.name)} takes {row.takes.value}, and {counted(len(operands), 'operand')} came"
        yield Problem(what=what, hint=f"it asks whether the field {row.says}", field="operands", rule="CRIT-5")
    elif len(operands) > OPERANDS_LIMIT:
        yield attrs.evolve(operands_problem(f"{len(operands):,}"), field="operands")


def read_all(field: Field, row: Operator, operands: tuple[object, ...]) -> tuple[list[Any], list[Any], list[Problem]]:
    """
    Read the operands of a condition: as they are kept, as they are compared, and what is wrong with them.
    """
    read = _days if row.takes is Takes.DAYS else _READERS.get(field.kind, _text)  # a whole value has no operands
    kept: list[Any] = []
    keys: list[Any] = []
    problems: list[Problem] = []
    for number, operand in enumerate(operands):
        where = "operand" if row.takes in {Takes.ONE, Takes.DAYS} else f"operands[{number}]"
        if operand is None:
            what = "None is nothing to compare with"
            problems.append(Problem(what=what, hint=_BLANK, field=where, rule="CRIT-5"))
            continue
        try:
            value, key = read(operand, field)
        except InvalidValue as error:
            problems += [attrs.evolve(each, field=where, where="", rule="CRIT-5") for each in error.problems]
        else:
            kept.append(value)
            keys.append(key)
    return kept, keys, problems


def currency_problems(kept: list[Any]) -> Iterator[Problem]:
    """
    Say whether operands that are money are of several currencies: one comparison is in one.
    """
    currencies = sorted({operand.currency for operand in kept if isinstance(operand, Money)})
    if len(currencies) > 1:
        what = f"the operands are in {' and '.join(currencies)}"
        yield Problem(what=what, hint="ask about each currency by itself", field="operands", rule="CRIT-3")
