"""
Operands to and from plain data, and to and from words: what JSON and the text form have in common.

What cannot be read as what its field holds is handed on as it is, so that the check of the condition refuses it
together with everything else that is wrong.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from leadmodel.criteria.fields import Field
from leadmodel.criteria.kinds import FieldKind
from leadmodel.criteria.operators import Operator, Takes
from leadmodel.criteria.printing import number_text
from leadmodel.errors import InvalidValue
from leadmodel.values import Money

#: The version of the JSON form; readers accept all earlier ones.
FORMAT: Final = 1

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,40}")


def condition_plain(field: Field, row: Operator, operands: tuple[Any, ...]) -> dict[str, Any]:
    """
    Give a condition as plain data: fractions, dates and instants as text, so that JSON keeps them exactly.
    """
    told: dict[str, Any] = {"field": field.path, "operator": row.name}
    return told if row.takes is Takes.NOTHING else {**told, "operands": [_plain(operand) for operand in operands]}


def _plain(operand: Any) -> Any:  # noqa: ANN401  (any operand, any JSON value)
    if isinstance(operand, Money):
        return {"amount": number_text(operand.amount), "currency": operand.currency}
    if isinstance(operand, Decimal):
        return number_text(operand)
    return operand.isoformat() if isinstance(operand, date) else operand


def operand_from_plain(field: Field, row: Operator, value: object) -> object:
    """
    Read one operand of a condition from plain data.
    """
    if field.kind is FieldKind.MONEY and isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return _money(value["amount"], value["currency"]) or value
    if isinstance(value, str) and row.takes is not Takes.DAYS:
        return _FROM_WORDS.get(field.kind, _itself)(value) if field.kind is not FieldKind.BOOLEAN else value
    return value


def operand_from_words(field: Field, row: Operator, words: str) -> object:
    """
    Read one operand of a condition from the text form.
    """
    if row.takes is Takes.DAYS:
        return int(words) if _WHOLE.fullmatch(words) else words
    return _FROM_WORDS.get(field.kind, _itself)(words)


def _itself(words: str) -> object:
    return words


def _number(words: str) -> object:
    if _WHOLE.fullmatch(words):
        return int(words)
    return Decimal(words) if _NUMBER.fullmatch(words) else words


def _money_words(words: str) -> object:
    amount, _, currency = words.partition(" ")
    return _money(amount, currency.strip()) or words


def _money(amount: object, currency: object) -> Money | None:
    if not isinstance(amount, str) or not _NUMBER.fullmatch(amount) or not isinstance(currency, str):
        return None
    try:
        return Money(amount, currency)
    except InvalidValue:
        return None


def _date(words: str) -> object:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return words


def _instant(words: str) -> object:
    day = _date(words)
    if day is not words:
        return day  # a date alone: the check says what is missing
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return words


def _boolean(words: str) -> object:
    return {"true": True, "false": False}.get(words.casefold(), words)


_FROM_WORDS: Final[Mapping[FieldKind, Callable[[str], object]]] = {
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money_words,
    FieldKind.DATE: _date,
    FieldKind.INSTANT: _instant,
    FieldKind.BOOLEAN: _boolean,
}
