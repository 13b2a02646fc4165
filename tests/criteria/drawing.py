"""
Random criteria, and records that make them true and false about equally.

Records and operands are drawn from the same small pools, in which values meet, differ in case or in Unicode spelling,
or lie next to each other.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel import (
    Account,
    Address,
    Contact,
    Deal,
    DealContact,
    EmailAddress,
    Lead,
    Money,
    PhoneNumber,
    Profile,
    StageChange,
)
from leadmodel.criteria import (
    OPERATORS,
    Condition,
    Criterion,
    CustomField,
    Field,
    FieldKind,
    Operator,
    Takes,
    fields_of,
    where,
)
from leadmodel.entities import Entity

NOW: Final = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)

#: The organisation's own fields: one of each kind, one with a name that needs quotes.
CUSTOM: Final = (
    CustomField("note", "text"),
    CustomField("code", FieldKind.IDENTITY),
    CustomField("size", "number"),
    CustomField("budget", "money"),
    CustomField("since", "date"),
    CustomField("seen at", "instant"),
    CustomField("tier", "choice"),
    CustomField('the "key", (and) more', "yes or no"),
    CustomField("markets", "collection"),
    CustomField("blob", "value"),
)

WORDS: Final = (
    "Acme", "ACME", "acme", "Acme Ltd", "Straße", "STRASSE", "ﬁne", "FINE", "Ölmühle", "O\u0308LMU\u0308HLE", "İ", "i̇",
    "New", "and", "a, b", 'say "no"', "back\\slash", "two\nlines", "(x)", "10", "2026-06-01", "e", "\u200b", "ſ",
    "x:ada",
)  # fmt: skip
NUMBERS: Final = (0, 1, 2, 10, 100, 10**11)
FINE_NUMBERS: Final = (*NUMBERS, -1, Decimal("1.5"), Decimal("-0.000001"), Decimal("2.50"), 0.1, 1.5)
DAYS: Final = tuple(NOW.date() + timedelta(days=d) for d in (-400, -31, -30, -8, -7, -3, -2, -1, 0, 1, 4, 5, 7, 30))
INSTANTS: Final = tuple(
    NOW + timedelta(days=d, microseconds=m) for d in (-400, -30, -7, -2, -1, 0, 1, 5, 7) for m in (-1, 0, 1)
) + tuple(datetime(2026, 6, d, h, tzinfo=UTC) for d in (1, 3, 4, 8) for h in (0, 12, 22))
AMOUNTS: Final = tuple(
    Money(amount, currency) for amount in ("0", "99.99", "100", "100.00", "100.01", "-5") for currency in ("EUR", "USD")
)
EMAILS: Final = ("ada@acme.example", "ADA@Acme.Example", "bob@acme.example")
PHONES: Final = ("+49 30 1234", "+49 (30) 12-34", "555 x7")
PROFILES: Final = (
    Profile("x", "ada"), Profile("x", "ada", uid="12"), Profile("x", uid="12"), Profile("flickr", "Ada:1"),
    Profile("mastodon", "@ada@social.example"),
)  # fmt: skip
IDS: Final = ("r1", "R1", "r2")
STAGES: Final = ("Qualification", "Closed Won", "closed won")


def _some(pool: Any) -> SearchStrategy[Any]:  # noqa: ANN401  (any pool)
    return st.sampled_from(pool)


def _several(pool: Any) -> SearchStrategy[Any]:  # noqa: ANN401  (any pool)
    return st.lists(st.sampled_from(pool), max_size=3)


#: What a field of each kind may hold, for records and operands alike.
POOLS: Final[Mapping[FieldKind, SearchStrategy[Any]]] = {
    FieldKind.TEXT: _some(WORDS),
    FieldKind.IDENTITY: _some(IDS),
    FieldKind.NUMBER: _some(FINE_NUMBERS),
    FieldKind.MONEY: _some(AMOUNTS),
    FieldKind.DATE: _some(DAYS),
    FieldKind.INSTANT: _some(INSTANTS),
    FieldKind.CHOICE: _some(WORDS),
    FieldKind.BOOLEAN: st.booleans(),
    FieldKind.COLLECTION: _some(WORDS),
    FieldKind.VALUE: _some((0, "", "x")),
}

#: Members of collections as operands.
MEMBERS: Final[Mapping[type, SearchStrategy[Any]]] = {
    EmailAddress: _some(EMAILS),
    PhoneNumber: _some(PHONES),
    Profile: _some((*PROFILES, "x:ada", "https://x.com/ada")),
    DealContact: _some(IDS),
    StageChange: _some(STAGES),
}


def _custom() -> SearchStrategy[dict[str, Any]]:
    right = {each.name: POOLS[each.kind] for each in CUSTOM} | {"markets": _several((*WORDS, 7))}
    anything = st.one_of(*POOLS.values(), st.none())
    return st.fixed_dictionaries({}, optional={name: pool | anything for name, pool in right.items()})


def _address() -> SearchStrategy[Address | None]:
    part = st.just("") | _some(WORDS)
    return st.none() | st.builds(Address, city=part, country=part)


def _common() -> dict[str, SearchStrategy[Any]]:
    keys = [word for word in WORDS if word.isprintable()]
    text = st.just("") | _some(keys)
    return {
        "id": _some(IDS), "tags": _several(keys), "description": text, "custom": _custom(),
        "created_at": st.none() | _some(INSTANTS), "last_activity_at": st.none() | _some(INSTANTS), "owner_id": text,
    }  # fmt: skip


def _person() -> dict[str, SearchStrategy[Any]]:
    return {
        "first_name": st.just("") | _some(WORDS), "emails": _several(EMAILS), "phones": _several(PHONES),
        "profiles": _several(PROFILES), "address": _address(), "birth_date": st.none() | _some(DAYS),
    }  # fmt: skip


def records(record_type: type[Entity]) -> SearchStrategy[Any]:
    """Give records of one of the four types, out of the pools."""
    text, identity = st.just("") | _some(WORDS), st.just("") | _some(IDS)
    own: dict[type[Entity], dict[str, SearchStrategy[Any]]] = {
        Lead: {
            **_person(), "last_name": _some(WORDS), "company": text, "annual_revenue": st.none() | _some(AMOUNTS),
            "employees": st.none() | _some(NUMBERS), "contact_id": identity, "score": st.none() | _some(NUMBERS),
            "status": st.none() | _some([word for word in WORDS if word.isprintable() and word != "\u200b"]),
            "rating": st.none() | _some(("hot", "warm", "cold")),
        },
        Contact: {
            **_person(), "last_name": text, "account_id": identity, "reports_to_id": identity,
            "relations": _several(("customer", "partner")),
        },
        Account: {
            "name": _some(WORDS), "industry": text, "annual_revenue": st.none() | _some(AMOUNTS),
            "employees": st.none() | _some(NUMBERS), "parent_id": identity, "address": _address(),
        },
        Deal: {
            "stage": _some(STAGES), "name": text, "amount": st.none() | _some(AMOUNTS), "contact_id": identity,
            "account_id": identity, "closes_on": st.none() | _some(DAYS), "closed_at": st.none() | _some(INSTANTS),
            "priority": st.none() | st.integers(1, 5),
            "contacts": st.lists(st.builds(DealContact, contact_id=_some(IDS)), max_size=2),
            "history": st.just([]) | _some(STAGES).map(lambda stage: [StageChange(to=stage, at=NOW)]),
        },
    }  # fmt: skip
    return st.builds(record_type, **_common(), **own[record_type])


def fields(record_type: type[Entity]) -> SearchStrategy[Field]:
    """Give fields of a type of record that `records` fills, custom and related ones among them."""
    own = list(fields_of(record_type, CUSTOM))
    paths = [field.path for field in own]
    for relation, target in (
        ("account", Account),
        ("contact", Contact),
        ("parent", Account),
        ("contact.account", Account),
    ):
        first = f"{relation.partition('.')[0]}_id"
        if first in paths:
            paths += [f"{relation}.{field.path}" for field in fields_of(target, CUSTOM)]
    return _some(paths).map(lambda path: _field(record_type, path))


def _field(record_type: type[Entity], path: str) -> Field:
    asked = where(record_type, path, "is_empty", fields=CUSTOM)
    assert isinstance(asked, Condition)
    return asked.field


def operands(field: Field, row: Operator) -> SearchStrategy[list[Any]]:
    """Give what a condition on a field may compare with."""
    if row.takes is Takes.NOTHING:
        return st.just([])
    if row.takes is Takes.DAYS:
        return _some((1, 2, 7, 30, 400, 40_000)).map(lambda days: [days])
    one = POOLS[field.kind]
    if field.kind is FieldKind.COLLECTION:
        one = MEMBERS.get(field.member, one)
    if issubclass(field.member, StrEnum):
        one = _some([*field.member, *(member.value.upper() for member in field.member)])
    if row.takes is Takes.TWO:
        if field.kind is FieldKind.MONEY:
            one = _some([money for money in AMOUNTS if money.currency == "EUR"])
        return st.lists(one, min_size=2, max_size=2)
    least = 0 if row.takes is Takes.MANY else 1
    return st.lists(one, min_size=least, max_size=1 if row.takes is Takes.ONE else 3)


@st.composite
def conditions(draw: DrawFn, record_type: type[Entity]) -> Condition:
    """Give single conditions with every operator that fits."""
    field = draw(fields(record_type))
    row = draw(_some([row for row in OPERATORS.values() if field.kind in row.kinds]))
    return Condition(field, row.name, draw(operands(field, row)))


def criteria(record_type: type[Entity], leaves: SearchStrategy[Criterion] | None = None) -> SearchStrategy[Criterion]:
    """Give trees of conditions."""
    return st.recursive(
        conditions(record_type) if leaves is None else leaves,
        lambda inner: st.one_of(
            st.builds(lambda one, two: one & two, inner, inner),
            st.builds(lambda one, two: one | two, inner, inner),
            st.builds(lambda one: ~one, inner),
        ),
        max_leaves=8,
    )


def related_records() -> SearchStrategy[dict[Any, Entity]]:
    """Give accounts and contacts by reference: those whom the ids of `records` may name."""
    several = st.lists(records(Account) | records(Contact), max_size=4)
    return several.map(lambda found: {record.ref: record for record in found})


TYPES: Final = (Lead, Contact, Account, Deal)
