"""
What stores are tried with: hostile words, ids that look alike, records with every field filled, values at their ends.
"""
# ruff: noqa: RUF001  (look-alikes and words of many scripts are what is tried here)

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

import attrs

from leadmodel.changes import Cause, Changes, Updated
from leadmodel.entities import (
    ENTITIES,
    Account,
    Contact,
    Converted,
    DealContact,
    Entity,
    Facts,
    Kind,
    Lead,
    Relation,
    StageChange,
    facts_of,
)
from leadmodel.networks import Profile
from leadmodel.values import Address, Consent, Money, PhoneNumber, Ref
from leadmodel.values.text import identity_fault

NOON: Final = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)

# fmt: off
#: Words that a store may take for something else, or bring into another form.
HOSTILE: Final = (
    "O'Brien", 'say "no"', "Robert'); DROP TABLE lead;--", "100 %", "a_b", "%", "_", "back\\slash", "\\", "`tick`",
    "[x]", "$where", "$decimal", "{{7*7}}", "{}", "%s", "%(id)s", ":name", "?", "-- a comment", "/* one */",
    "a;b,c|d=e", "../etc", "null", "None", "NULL", "true", "0", "007", "1e3", "-0", "2026-06-15", "<b>&amp;</b>",
    " before", "after ", "a\u00a0b", "é", "e\u0301", "ﬁne", "İstanbul", "i\u0307", "Straße", "STRASSE", "ſ", "\u212a",
    "\u2126", "\u03a9", "שלום", "مرحبا", "ไทย", "\uac01", "\u1100\u1161\u11a8", "山田太郎", "𝔘𝔫𝔦", "👍", "🇩🇪",
    "tab\there", "two\nlines", "one\r\ntwo", "a\u200bb", "👩\u200d👧", "\u202edesrever", "\ufeffmark", "\x01", "\x7f",
    "ＦＵＬＬ", "a\u2028b", "\ue000", "\uffff", "\U0010ffff", "x" * 255,
)
#: Ids that are all different, and that a careless store takes for one another.
ALIKE: Final = (
    "a", "A", "a ", " a", "a\u00a0", "á", "a\u0301", "ａ", "а", "ß", "ss", "SS", "ﬁ", "fi", "İ", "i\u0307", "i", "I",
    "ı", "\u212a", "K", "k", "1", "01", "1.0", "+1", "1e0", "١", "１", "a%", "a_", "a*", "null", "None", "0", "x" * 255,
    "x" * 254,
)
# fmt: on
#: Those of the words that an identity may be.
KEYS: Final = tuple(word for word in HOSTILE if not identity_fault(word))

_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
#: Instants at their ends, between two milliseconds, and written in other zones.
INSTANTS: Final = (
    _FIRST, _LAST, datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 6, 15, 12, 30, 15, 1, tzinfo=UTC), datetime(2026, 6, 15, 12, 30, 15, 999_999, tzinfo=UTC),
    datetime(2026, 6, 15, 12, 30, 15, 120_000, tzinfo=UTC), datetime(1900, 1, 1, 0, 0, 0, 7, tzinfo=UTC),
    datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=1))),
    datetime(2026, 6, 15, 12, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
    datetime(2026, 6, 15, 12, tzinfo=timezone(timedelta(hours=14))),
)  # fmt: skip
DAYS: Final = (date(1, 1, 1), date(9999, 12, 31), date(1582, 10, 10), date(1970, 1, 1), date(2024, 2, 29))
AMOUNTS: Final = (
    Money("0", "EUR"), Money("0.0001", "USD"), Money("-0.0001", "USD"), Money("99999999999999.9999", "EUR"),
    Money("-99999999999999.9999", "EUR"), Money("0.1", "EUR"), Money("1.5", "EUR"), Money("1.50", "USD"),
    Money("123456789.01", "GBP"), Money("100", "JPY"), Money("1E+3", "EUR"), Money("90071992547409.93", "EUR"),
)  # fmt: skip
#: What an organisation's own fields may hold: values that are easily taken for each other, side by side.
OWN: Final[Mapping[str, Any]] = {
    "nothing": None, "empty text": "", "blank": "  ", "no": False, "zero": 0, "yes": True, "one": 1, "one point": 1.0,
    "one exact": Decimal(1), "text one": "1", "text true": "true", "text null": "null", "fine": Decimal("0.10"),
    "scaled": Decimal("1.500"), "tiny": Decimal("1E-30"), "huge": Decimal("12345678901234567890.123456789"),
    "negative zero": -0.0, "float": 0.1, "big float": 1.7976931348623157e308, "small float": 5e-324,
    "largest": 2**63 - 1, "smallest": -(2**63), "beyond a float": 2**53 + 1, "day": date(2024, 2, 29),
    "instant": datetime(2026, 6, 15, 12, 30, 15, 7, tzinfo=UTC), "first instant": _FIRST,
    "text day": "2024-02-29", "text instant": "2026-06-15T12:30:15Z", "money": Money("1.5", "EUR"),
    "empty list": (), "empty set": frozenset(), "empty mapping": {}, "list": ("b", "a", "b", None, ("a",), 1, True),
    "set": frozenset({"b", "a", 1, Decimal("2.5")}), "mapping": {"a": {"b": {"c": [{"d": frozenset({"e"})}]}}},
    "$decimal": "1.50", "$": {"$set": ["x"]}, "$$": "$", "a.b": {"c.d": "e"}, "custom": {"custom": "x"},
}  # fmt: skip


# Records with every field filled

_Make = Callable[[str, str], Any]


def filled(record_type: type[Entity], record_id: str, word: str = "Ada") -> Entity:
    """
    Give a record of a type in which every field but the version holds something.

    Args:
        record_type: The type.
        record_id: Its id.
        word: What stands in every text; where only an identity may stand, it does so if it is one.
    """
    key = word if word in KEYS else "plain"
    fields = {
        name: _BY_NAME[name](word, key) if name in _BY_NAME else _made(fact, word, key)
        for name, fact in facts_of(record_type).items()
        if name not in {"id", "version"}
    }
    return record_type(id=record_id, **fields)


def _made(fact: Facts, word: str, key: str) -> Any:  # noqa: ANN401  (what the field holds)
    if fact.kind is Kind.NUMBER:
        return max(fact.low, min(fact.high, 3))
    if fact.kind is Kind.CHOICE:
        return key if fact.types[0] is str else next(iter(fact.types[0]))  # type: ignore[call-overload]  # a choice is an enum
    if fact.kind is Kind.VALUE:
        return _BY_TYPE[fact.types[0]](word, key)
    return _BY_KIND[fact.kind](word, key)


def _moves(_: str, key: str) -> tuple[StageChange, ...]:
    return (
        StageChange(to="Offer", at=NOON, pipeline="zoho", probability=0),
        StageChange(
            to=key, at=NOON + HOUR, come_from="Offer", pipeline=key, by=key, amount=Money("1.5", "EUR"), probability=75,
            from_pipeline="zoho", reopened=True,
        ),
    )  # fmt: skip


_BY_NAME: Final[Mapping[str, _Make]] = {
    "emails": lambda *_: ("Ada.Vale@acme.example", "o'brien+%_@münchen.example"),
    "phones": lambda *_: (PhoneNumber("+49 (30) 12-34", "mobile"), PhoneNumber("555 x7")),
    "profiles": lambda *_: (
        Profile("x", "ada", uid="12"), Profile("mastodon", "@Ada@social.example"), Profile("flickr", uid="o'1%ü"),
    ),
    "tags": lambda _, key: frozenset({key, "b", "B"}),
    "viewed_by": lambda _, key: frozenset({key, "u2"}),
    "relations": lambda *_: frozenset({Relation.CUSTOMER, Relation.VENDOR}),
    "contacts": lambda _, key: (DealContact(contact_id=f"{key[:200]} 2", role=key), DealContact(contact_id="c3")),
    "history": _moves,
    "consent": lambda *_: {"email": Consent.GRANTED, "phone": Consent.DENIED},
}  # fmt: skip
_BY_TYPE: Final[Mapping[type, _Make]] = {
    Address: lambda word, _: Address(street=f"{word}\n2", city=word, region="R", postal_code="01234", country="DE"),
    Converted: lambda _, key: Converted(at=NOON, contact_id=key, account_id="a1", deal_id="d1", digest=key),
    Money: lambda *_: Money("1234.5600", "EUR"),
    Profile: lambda *_: Profile("mastodon", "@Ada@social.example", uid="https://social.example/users/1"),
    Ref: lambda _, key: Ref(Contact, key),
}
_BY_KIND: Final[Mapping[Kind, _Make]] = {
    Kind.IDENTITY: lambda _, key: key,
    Kind.LINE: lambda word, _: word,
    Kind.URL: lambda word, _: f"https://acme.example/{word}",
    Kind.TEXT: lambda word, _: f"{word}\n\n{word}\t.",
    Kind.INSTANT: lambda *_: NOON + timedelta(microseconds=1),
    Kind.DATE: lambda *_: date(1990, 2, 28),
    Kind.MAPPING: lambda word, key: {key: word, "nested": {key: [word, {key: word}]}, "size": Decimal("1.50")},
}


def everything(word: str = "Ada", record_id: str = "r1") -> list[Entity]:
    """
    Give a filled record of every type.
    """
    return [filled(record_type, record_id, word) for record_type in ENTITIES]


def lead(record_id: str, **fields: Any) -> Lead:  # noqa: ANN401  (any field of a lead)
    """
    Give a lead.
    """
    return Lead(id=record_id, **{"last_name": "Vale", **fields})


def leads(*ids: str, **fields: Any) -> list[Lead]:  # noqa: ANN401  (as above)
    """
    Give leads that differ in their ids.
    """
    return [lead(record_id, **fields) for record_id in ids]


def account(record_id: str, **fields: Any) -> Account:  # noqa: ANN401  (any field of an account)
    """
    Give an account.
    """
    return Account(id=record_id, **{"name": "Acme", **fields})


# Changes, made by hand: no rule has a say in them


def creating(*records: Entity, at: datetime = NOON) -> Changes:
    """
    Give changes that create records as they are.
    """
    return Changes(created=records, cause=Cause(at=at))


def updating(record: Entity, *, at: datetime = NOON, version: int | None = None, **fields: Any) -> Changes:  # noqa: ANN401  (any field of a record)
    """
    Give changes that set fields of a record, whosever they are.

    Args:
        record: The record as it stands.
        at: When it happens.
        version: That of the record after it; None is the next one.
        fields: The new values.
    """
    version = record.version + 1 if version is None else version
    return replacing(record, attrs.evolve(record, version=version, **fields), at=at)


def replacing(before: Entity, after: Entity, *, at: datetime = NOON) -> Changes:
    """
    Give changes that put one state of a record in the place of another one.
    """
    return Changes(updated=[Updated(before, after)], cause=Cause(at=at))


def deleting(*records: Entity, at: datetime = NOON, into: Ref | None = None) -> Changes:
    """
    Give changes that delete records, or merge them into another one.
    """
    merged = [] if into is None else [(record.ref, into) for record in records]
    return Changes(deleted=records, merged=merged, cause=Cause(at=at))


def ids_of(records: Iterable[Entity]) -> list[str]:
    """
    Give the ids of records, in order.
    """
    return [record.id for record in records]


def there(store: Any) -> Iterator[Entity]:  # noqa: ANN401  (a reader of any kind)
    """
    Give every record of a store, by type and id.
    """
    for record_type in ENTITIES:
        yield from store.find(record_type)
