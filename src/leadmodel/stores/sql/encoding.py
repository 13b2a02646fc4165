"""
How values stand in columns and in keys: exactly, and so that a database orders them as Python does.

What engines disagree about never reaches them. Instants and dates are texts of one length, money is a whole number of
ten-thousandths, numbers in keys are texts that sort by value, and text is folded before it is stored (CRIT-3).
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from leadmodel.criteria.kinds import COMPARABLE, FieldKind, fits
from leadmodel.values import Money, fold

#: Ten-thousandths: the finest amount of money.
_SCALE: Final = 10**4
#: Characters that a key in the index may have; longer ones are cut and marked with their digest.
KEY_LIMIT: Final = 120
#: Characters of a long key that stand in the index as they are.
KEY_KEPT: Final = 80
_DIGEST: Final = 40
#: Digits of a number that stand in a key; more than any operand of a criterion has.
_DIGITS: Final = 40
_BIAS: Final = 10**19
_COMPLEMENT: Final = str.maketrans("0123456789", "9876543210")


def instant_text(instant: datetime) -> str:
    """
    Write an instant in UTC, always to the microsecond: texts sort as instants do.
    """
    return f"{instant.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def instant_from(text: str) -> datetime:
    """
    Read an instant that was written here.
    """
    return datetime.fromisoformat(text)


def cents(money: Money) -> int:
    """
    Give an amount of money as a whole number of ten-thousandths.
    """
    return int(money.amount * _SCALE)


def amount_number(amount: Decimal) -> int:
    """
    Give an amount that money may have as a whole number of ten-thousandths.
    """
    return int(amount * _SCALE)


def shortened(key: str) -> str:
    """
    Give the form in which a key stands in the index: whole if it is short, otherwise its beginning and its digest.
    """
    if len(key) <= KEY_LIMIT:
        return key
    return f"{key[:KEY_KEPT]}…{hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]}"


def ordered(number: int | Decimal) -> str:
    """
    Write a number as a text that sorts by value: sign, size, digits; those of negative numbers are turned round.
    """
    value = Decimal(number)
    if not value:
        return "1"
    _, digits, _ = value.as_tuple()
    shown = "".join(map(str, digits)).rstrip("0")
    if len(shown) > _DIGITS:
        shown = f"{shown[:_DIGITS]}5"  # longer than any operand, so it need only lie between its neighbours
    text = f"{value.adjusted() + _BIAS:020d}{shown}"
    return f"0{text.translate(_COMPLEMENT)}~" if value < 0 else f"2{text}"


def _money_key(money: Money) -> str:
    return f"{money.currency} {ordered(money.amount)}"


def _truth(value: bool) -> str:
    return "1" if value else "0"


@attrs.frozen
class Tag:
    """
    How a custom field stands in the index where it is compared as one kind: a mark, and how its keys are written.
    """

    mark: str
    write: Callable[[Any], str]

    @property
    def end(self) -> str:
        """
        The first text that is beyond every key with this mark.
        """
        return chr(ord(self.mark) + 1)


#: The marks of the keys of custom fields, by the kind that they are compared as; "!" says that something is there.
TAGS: Final[Mapping[FieldKind, Tag]] = {
    FieldKind.TEXT: Tag("t", shortened),
    FieldKind.CHOICE: Tag("t", shortened),
    FieldKind.IDENTITY: Tag("=", shortened),
    FieldKind.NUMBER: Tag("n", ordered),
    FieldKind.MONEY: Tag("m", _money_key),
    FieldKind.DATE: Tag("d", date.isoformat),
    FieldKind.INSTANT: Tag("i", instant_text),
    FieldKind.BOOLEAN: Tag("b", _truth),
    FieldKind.COLLECTION: Tag("c", shortened),
    FieldKind.VALUE: Tag("!", lambda _: ""),
}


def custom_keys(value: object) -> Iterator[str]:
    """
    Give the keys of what a custom field holds: for every kind as which it may be compared.
    """
    for kind, tag in TAGS.items():
        if kind is FieldKind.CHOICE or not fits(kind, value):
            continue  # a choice is compared like a text
        if kind is FieldKind.COLLECTION:
            members = {fold(each) for each in value if fits(FieldKind.TEXT, each)}  # type: ignore[attr-defined]  # it fits
            yield from (f"{tag.mark}{tag.write(member)}" for member in members)
        elif (compared := COMPARABLE[kind](value)) is not None:
            yield f"{tag.mark}{tag.write(compared)}"
