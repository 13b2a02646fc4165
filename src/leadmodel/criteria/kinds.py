"""
The kinds of field that a criterion can ask about: what decides which operators fit.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from leadmodel.entities import DealContact, Kind, StageChange
from leadmodel.networks import Profile
from leadmodel.values import EMPTY, EmailAddress, Money, PhoneNumber, fold


class FieldKind(StrEnum):
    """
    What a field is compared as.
    """

    #: Compared by the fold: case and Unicode spelling do not matter (CRIT-3).
    TEXT = "text"
    #: An id is compared as it stands: two ids that differ in case are two records.
    IDENTITY = "id"
    NUMBER = "number"
    #: Compared with money of the same currency; money of another is neither more, nor less, nor equal (CRIT-3).
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    #: One of several, compared by the fold.
    CHOICE = "choice"
    BOOLEAN = "yes or no"
    #: Several members, each compared by its key: the fold of a tag, the digits of a phone number.
    COLLECTION = "collection"
    #: Whatever can only be there or not.
    VALUE = "value"


#: What each kind of field in the facts of the records is compared as; money is found by its type.
OF_FACTS: Final[Mapping[Kind, FieldKind]] = {
    Kind.IDENTITY: FieldKind.IDENTITY,
    Kind.LINE: FieldKind.TEXT,
    Kind.URL: FieldKind.TEXT,
    Kind.TEXT: FieldKind.TEXT,
    Kind.NUMBER: FieldKind.NUMBER,
    Kind.INSTANT: FieldKind.INSTANT,
    Kind.DATE: FieldKind.DATE,
    Kind.CHOICE: FieldKind.CHOICE,
    Kind.VALUE: FieldKind.VALUE,
    Kind.COLLECTION: FieldKind.COLLECTION,
    Kind.MAPPING: FieldKind.VALUE,
}


def _folded(value: str | None) -> str | None:
    return (fold(value) or None) if value else None


def _itself(value: Any) -> Any:  # noqa: ANN401  (any comparable value)
    return value


def _identity(value: str) -> str | None:
    return value or None


def exact(number: int | float | Decimal) -> int | Decimal:
    """
    Give a number as it is written: the float 0.1 is the decimal 0.1.
    """
    return Decimal(repr(number)) if isinstance(number, float) else number


#: What is as good as missing.
_NOTHING: Final[tuple[object, ...]] = (None, "", (), frozenset(), EMPTY)


def _present(value: object) -> object:
    return None if value in _NOTHING else value


#: Makes what is compared out of what a field holds; None is a missing value. Collections have `MEMBER_KEYS`.
COMPARABLE: Final[Mapping[FieldKind, Callable[[Any], Any]]] = {
    FieldKind.TEXT: _folded,
    FieldKind.IDENTITY: _identity,
    FieldKind.NUMBER: exact,
    FieldKind.MONEY: _itself,
    FieldKind.DATE: _itself,
    FieldKind.INSTANT: _itself,
    FieldKind.CHOICE: _folded,
    FieldKind.BOOLEAN: _itself,
    FieldKind.VALUE: _present,
}

#: The keys under which the members of a collection are compared, by the type of the member.
MEMBER_KEYS: Final[Mapping[type, Callable[[Any], tuple[str, ...]]]] = {
    str: lambda text: (fold(text),),
    EmailAddress: lambda email: (email.key,),
    PhoneNumber: lambda phone: (phone.key,),
    Profile: lambda profile: profile.keys,
    DealContact: lambda member: (member.contact_id,),
    StageChange: lambda move: (fold(move.to),),
}

#: What a custom field of each kind may hold; anything else in it counts as missing.
HELD: Final[Mapping[FieldKind, tuple[type, ...]]] = {
    FieldKind.TEXT: (str,),
    FieldKind.IDENTITY: (str,),
    FieldKind.NUMBER: (int, float, Decimal),
    FieldKind.MONEY: (Money,),
    FieldKind.DATE: (date,),
    FieldKind.INSTANT: (datetime,),
    FieldKind.CHOICE: (str,),
    FieldKind.BOOLEAN: (bool,),
    FieldKind.COLLECTION: (tuple, frozenset),
    FieldKind.VALUE: (object,),
}


def fits(kind: FieldKind, value: object) -> bool:
    """
    Say whether what a custom field holds is of the kind that was declared: `True` is no number, an instant no date.
    """
    if isinstance(value, str) and not value.strip():
        return False  # blank text is missing text (NET-7)
    wrong = bool if kind is FieldKind.NUMBER else datetime if kind is FieldKind.DATE else ()
    return isinstance(value, HELD[kind]) and not isinstance(value, wrong)
