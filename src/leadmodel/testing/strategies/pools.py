"""
The pools: small sets of values in which records and the operands of criteria meet.

In a pool some values are equal but for case or Unicode spelling, some lie next to each other, and one is more frequent
than the others, so that a comparison of two draws is true about as often as false. Everything about time lies around
one instant, `NOW`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import attrs

from leadmodel.criteria import CustomField, Field, FieldKind, Operator, Takes, fields_of
from leadmodel.entities import Contact, Converted, DealContact, Entity, Facts, Kind, StageChange, facts_of
from leadmodel.entities.facts import LIMITS
from leadmodel.networks import Profile
from leadmodel.values import Address, Consent, EmailAddress, Money, PhoneNumber, Ref
from leadmodel.values.person import ADDRESS_PARTS
from leadmodel.values.text import identity_fault

#: The instant around which criteria and the records asked about are drawn: pass it as `now=`.
NOW: Final = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)

Pool = tuple[Any, ...]

WORDS: Final[Pool] = (
    *("Acme", "ACME", "acme") * 16, *("Acme Ltd", "New") * 2,
    "Straße", "STRASSE", "ﬁne", "FINE", "Ölmühle", "O\u0308LMU\u0308HLE", "İ", "i̇", "and", "a, b", 'say "no"',
    "back\\slash", "two\nlines", "(x)", "10", "2026-06-01", "e", "\u200b", "\u017f", "x:ada",
)  # fmt: skip
#: Words that an identity may be, such as a tag or the key of a status.
KEYS: Final[Pool] = tuple(word for word in WORDS if not identity_fault(word))
IDS: Final[Pool] = (*("r1",) * 3, "R1", "r2")
NUMBERS: Final[Pool] = (*(2,) * 4, 0, 1, 3, 5, 10, 100, 10**11)
#: Numbers that a field of a record cannot hold, and a custom field can.
FINE_NUMBERS: Final[Pool] = (*NUMBERS, -1, Decimal("1.5"), Decimal("-0.000001"), Decimal("2.50"), 0.1, 1.5, 2.0)
DAYS: Final[Pool] = tuple(
    NOW.date() + timedelta(days=day)
    for day in (*(0,) * 9, -400, -400, -60, -60, -60, -31, -30, -8, -7, -3, -2, -1, 1, 4, 5, 7, 30)
)
INSTANTS: Final[Pool] = (
    *(NOW,) * 8,
    *(NOW + timedelta(microseconds=moment) for moment in (-1, 1)),
    *(NOW + timedelta(days=day, microseconds=moment) for day in (-400, -30, -7, -1, 1, 7) for moment in (-1, 0, 1)),
    *(NOW + timedelta(days=day) for day in (-401, -60, -60, -31, -2, 5)),
    *(datetime(2026, 6, 3, hour, tzinfo=UTC) for hour in (0, 0, 8, 9, 10, 12, 22)),
    *(datetime(2026, 6, day, hour, tzinfo=UTC) for day in (1, 4, 8) for hour in (0, 22)),
)
AMOUNTS: Final[Pool] = tuple(
    Money(amount, currency)
    for currency in ("EUR", "EUR", "EUR", "EUR", "EUR", "USD")
    for amount in ("100", "100.00", "0", "99.99", "100.01", "-5")
)
PROFILES: Final[Pool] = (
    *(Profile("x", "ada"), Profile("x", "ada", uid="12")) * 3,
    Profile("x", uid="12"), Profile("flickr", "Ada:1"), Profile("mastodon", "@ada@social.example"),
)  # fmt: skip
EMAILS: Final[Pool] = ("ada@acme.example", "ADA@Acme.Example", "ada@acme.example", "bob@acme.example")
PHONES: Final[Pool] = ("+49 30 1234", "+49 (30) 12-34", "+49 30 1234", "555 x7")
#: How far back or ahead a question about time looks.
SPANS: Final[Pool] = (1, 1, 1, 2, 2, 7, 7, 30, 400, 40_000)

#: What a field of each kind is compared with, and what a custom field of that kind may hold.
BY_KIND: Final[Mapping[FieldKind, Pool]] = {
    FieldKind.TEXT: WORDS,
    FieldKind.IDENTITY: IDS,
    FieldKind.NUMBER: FINE_NUMBERS,
    FieldKind.MONEY: AMOUNTS,
    FieldKind.DATE: DAYS,
    FieldKind.INSTANT: INSTANTS,
    FieldKind.CHOICE: WORDS,
    FieldKind.BOOLEAN: (True, False),
    FieldKind.COLLECTION: WORDS,
    FieldKind.VALUE: (0, "", "x"),
}

#: The members of a collection by their type: what a record holds, and what it is asked for.
_MEMBERS: Final[Mapping[type, tuple[Pool, Pool]]] = {
    EmailAddress: (EMAILS, EMAILS),
    PhoneNumber: (PHONES, PHONES),
    Profile: (PROFILES, (*PROFILES, "x:ada", "https://x.com/ada")),
    DealContact: (tuple(DealContact(contact_id=each) for each in IDS), IDS),
    StageChange: (tuple(StageChange(to=key, at=NOW) for key in KEYS), WORDS),
}


# What records hold

#: Takes one value out of a pool.
Pick = Callable[[Sequence[Any]], Any]


class Picks:
    """
    Picks as a sequence of bytes tells: a record has very many fields, and one draw is faster than one for each.

    Where the bytes are zero, or there are no more, the first value of the pool is picked.
    """

    def __init__(self, told: bytes) -> None:
        self._told = iter(told)

    def __call__(self, pool: Sequence[Any]) -> Any:  # noqa: ANN401  (whatever is in the pool)
        """
        Pick what the next byte tells.
        """
        return pool[next(self._told, 0) * len(pool) >> 8]


def or_missing(pool: Sequence[Any], missing: object) -> Pool:
    """
    Add to a pool what stands for a missing value, so that it is picked about one time in four.
    """
    return (*(missing,) * (len(pool) // 3 or 1), *pool)


def several(pick: Pick, pool: Sequence[Any]) -> list[Any]:
    """
    Pick a collection; one in four is empty.
    """
    return [pick(pool) for _ in range(pick((0, 1, 2, 3)))]


#: How a field is filled.
Fill = Callable[[Pick], Any]


def filling(record_type: type[Entity]) -> dict[str, Fill]:
    """
    Say how each field of a type of record is filled, by the facts about it; the organisation's own fields aside.
    """
    members = {each.attribute: each.member for each in fields_of(record_type) if each.kind is FieldKind.COLLECTION}
    declared = attrs.fields_dict(record_type)
    return {
        name: _filled(fact, members.get(name, str), may_be_none=declared[name].default is None)
        for name, fact in facts_of(record_type).items()
        if name != "custom"
    }


def _filled(fact: Facts, member: type, *, may_be_none: bool) -> Fill:
    if fact.kind is Kind.COLLECTION:
        held = tuple(member) if issubclass(member, StrEnum) else _MEMBERS.get(member, (KEYS, KEYS))[0]
        return lambda pick: several(pick, held)
    if fact.kind is Kind.VALUE:
        make = _VALUES[fact.types[0]]
        return lambda pick: make(pick) if not may_be_none or pick(_THREE_IN_FOUR) else None
    pool = _pool(fact)
    if fact.kind in LIMITS and not fact.required:
        pool = or_missing(pool, "")
    elif may_be_none:
        pool = or_missing(pool, None)
    return lambda pick: pick(pool)


_THREE_IN_FOUR: Final = (False, True, True, True)


def _pool(fact: Facts) -> Pool:
    if fact.kind is Kind.CHOICE and issubclass(fact.types[0], StrEnum):
        return tuple(fact.types[0])
    if fact.kind is Kind.NUMBER:
        return tuple(number for number in NUMBERS if fact.low <= number <= fact.high)
    return _BY_FACTS[fact.kind]


_BY_FACTS: Final[Mapping[Kind, Pool]] = {
    Kind.IDENTITY: IDS,
    Kind.LINE: WORDS,
    Kind.URL: WORDS,
    Kind.TEXT: WORDS,
    Kind.INSTANT: INSTANTS,
    Kind.DATE: DAYS,
    Kind.CHOICE: KEYS,
    Kind.MAPPING: ({}, {"email": Consent.GRANTED}),
}

_WORD: Final = or_missing(WORDS, "")
_ID: Final = or_missing(IDS, "")

#: How values with parts are made, and those that stand for themselves.
_VALUES: Final[Mapping[type, Fill]] = {
    Address: lambda pick: Address(**{part: pick(_WORD) for part in ADDRESS_PARTS}),
    Converted: lambda pick: Converted(
        at=pick(or_missing(INSTANTS, None)), contact_id=pick(_ID), account_id=pick(_ID), deal_id=pick(_ID)
    ),
    Money: lambda pick: pick(AMOUNTS),
    Profile: lambda pick: pick(PROFILES),
    Ref: lambda pick: Ref(Contact, pick(IDS)),
}


def own_fields(pick: Pick, fields: Iterable[CustomField]) -> dict[str, Any]:
    """
    Fill the organisation's own fields: with nothing, with what was declared, or now and then with another kind.
    """
    held = {}
    for field in fields:
        share = pick(range(8))
        if share > 1:
            pool = (*WORDS, 7) if field.kind is FieldKind.COLLECTION else BY_KIND[field.kind]
            right = several(pick, pool) if field.kind is FieldKind.COLLECTION else pick(pool)
            held[field.name] = pick(_ANYTHING) if share == _WRONG else right
    return held


_WRONG: Final = 7
_ANYTHING: Final[Pool] = (None, *(pool[0] for pool in BY_KIND.values()))


# What is asked for


def operands(pick: Pick, field: Field, row: Operator) -> list[Any]:
    """
    Pick what a condition on a field compares with.

    Args:
        pick: Takes one value out of a pool.
        field: What it asks about.
        row: A row of `OPERATORS` that goes with it.
    """
    if row.takes is Takes.NOTHING:
        return []
    if row.takes is Takes.DAYS:
        return [pick(SPANS)]
    pool = _asked(field)
    if row.takes is Takes.TWO:
        return _ends(pick, pool)
    sizes = {Takes.ONE: (1,), Takes.SOME: (1, 1, 2, 3)}.get(row.takes, (0, 1, 2, 3))
    return [pick(pool) for _ in range(pick(sizes))]


def _asked(field: Field) -> Pool:
    if issubclass(field.member, StrEnum):
        return (*field.member, *(member.value.upper() for member in field.member))
    if field.kind is FieldKind.COLLECTION and field.member in _MEMBERS:
        return _MEMBERS[field.member][1]
    return BY_KIND[field.kind]


def _ends(pick: Pick, pool: Pool) -> list[Any]:
    """
    Pick two ends, mostly the lower one first and far apart, and of money both in one currency.
    """
    picked = [pick(pool), pick(pool), pick(pool)]
    if isinstance(picked[0], Money):
        picked = [Money(each.amount, "EUR") for each in picked]
    ends = sorted(picked, key=lambda end: end.amount if isinstance(end, Money) else end)
    return [ends[0], ends[-1]] if pick(_THREE_IN_FOUR) else picked[:2]
