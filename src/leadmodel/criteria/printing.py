"""
The text form of conditions: what a person reads, and what the parser reads back.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Context, Decimal
from typing import Any, Final

from leadmodel.criteria.fields import Field
from leadmodel.criteria.kinds import FieldKind
from leadmodel.criteria.operators import LISTS, Operator, Takes
from leadmodel.values import Money

#: Words that join conditions; as text they stand in quotes.
KEYWORDS: Final = frozenset({"and", "or", "not"})
#: Text that needs no quotes.
_BARE: Final = re.compile(r"[^\W\d][\w.:@+/-]*")
#: More digits than an operand can have.
_EXACT: Final = Context(prec=80)


def quoted(text: str) -> str:
    """
    Give a text as it is written in a criterion: in quotes where it needs them, with the escapes of JSON.
    """
    if _BARE.fullmatch(text) and text.casefold() not in KEYWORDS:
        return text
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    plain = character.isprintable() and character not in '"\\'
    return character if plain else json.dumps(character)[1:-1]


def number_text(number: int | Decimal) -> str:
    """
    Give a number in digits, without an exponent and without zeros at the end that say nothing.
    """
    return str(number) if isinstance(number, int) else f"{_EXACT.normalize(number):f}"


def _money_text(money: Money) -> str:
    return f"{number_text(money.amount)} {money.currency}"


def _boolean_text(value: bool) -> str:
    return "true" if value else "false"


_TEXTS: Final[Mapping[FieldKind, Callable[[Any], str]]] = {
    FieldKind.NUMBER: number_text,
    FieldKind.MONEY: _money_text,
    FieldKind.DATE: date.isoformat,
    FieldKind.INSTANT: lambda instant: instant.isoformat(),
    FieldKind.BOOLEAN: _boolean_text,
}


def path_text(field: Field) -> str:
    """
    Give the path of a field; the name of a custom field may need quotes.
    """
    if not field.custom:
        return field.path
    return f"{field.path.removesuffix(field.part)}{quoted(field.part)}"


def condition_text(field: Field, row: Operator, operands: tuple[Any, ...], *, hide: bool) -> str:
    """
    Give a condition as text.

    Args:
        field: What it asks about.
        row: Its operator.
        operands: As they are kept.
        hide: Whether operands that meet personal data are left out.
    """
    if row.takes is Takes.NOTHING:
        return f"{path_text(field)} {row.name}"
    if hide and field.personal:
        texts = ["…"] * bool(operands)
    else:
        write = str if row.takes is Takes.DAYS else _TEXTS.get(field.kind, quoted)
        texts = [write(operand) for operand in operands]
    listed = f"({', '.join(texts)})" if row.takes in LISTS else " and ".join(texts)
    return f"{path_text(field)} {row.name} {listed}"
