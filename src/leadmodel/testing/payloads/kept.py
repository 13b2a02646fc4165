"""
What is kept of people and deals: records, made before anybody has decided which product gives them out.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias

from leadmodel.entities import Account, Contact, Deal, Lead
from leadmodel.testing.payloads.facts import Facts
from leadmodel.values import Address, Consent, EmailAddress, Money, PhoneKind, PhoneNumber

CrmRecord: TypeAlias = Lead | Contact | Account | Deal
#: The types of records, by the names that strategies take.
KINDS: Final[Mapping[str, type[CrmRecord]]] = {"lead": Lead, "contact": Contact, "account": Account, "deal": Deal}

#: Keys of stages and the like: identities, in which everything can be seen.
_STEPS: Final = ("New", "Contacted", "Closed Won", "Qualification & Budget", "Größe", "見込み")
_RATINGS: Final = ("hot", "warm", "cold")
_CURRENCIES: Final = ("EUR", "USD", "INR")
_COUNTRIES: Final = ("DE", "Perú", "日本")
_SECOND: Final = timedelta(seconds=1)
#: Makes the value of one field.
Make: TypeAlias = Callable[[Facts], Any]


def _email(facts: Facts) -> list[EmailAddress]:
    return [EmailAddress(f"{facts.handle()}@tea.example")]


def _address(facts: Facts) -> Address:
    code = str(facts.number(90_000) + 10_000)
    return Address(street=facts.line(), city=facts.line(), postal_code=code, country=facts.pick(_COUNTRIES))


def _day(facts: Facts) -> date:
    return date(1940, 1, 1) + timedelta(days=facts.number(90 * 365))


def _amount(facts: Facts) -> Money:
    cents = facts.number(10**11)
    return Money(f"{cents // 100}.{cents % 100:02}", facts.pick(_CURRENCIES))


def _numbers(*kinds: PhoneKind) -> Make:
    return lambda facts: [PhoneNumber(f"+49 30 {facts.number(10**8) + 10**6}", kind=kind) for kind in kinds]


def _moment(facts: Facts) -> datetime:
    return facts.instant(_SECOND)


def _opted(_: Facts) -> dict[str, Consent]:
    return {"email": Consent.DENIED}


def _step(facts: Facts) -> str:
    return str(facts.pick(_STEPS))


_EVERY: Final[dict[str, Make]] = {
    "owner_id": Facts.id, "description": Facts.text, "created_at": _moment, "modified_at": _moment,
}  # fmt: skip
_PERSON: Final[dict[str, Make]] = {
    **_EVERY, "first_name": Facts.line, "last_name": Facts.line, "title": Facts.line, "emails": _email,
    "phones": _numbers(PhoneKind.MAIN, PhoneKind.MOBILE), "address": _address, "source": Facts.line, "consent": _opted,
}  # fmt: skip
_WHERE: Final[dict[str, Make]] = {
    "website": lambda _: "https://tea.example", "industry": Facts.line, "employees": lambda facts: facts.number(10**6),
}  # fmt: skip
#: The fields of each type of record; all but the id and a few may be missing.
FIELDS: Final[Mapping[type[CrmRecord], dict[str, Make]]] = {
    Lead: {
        **_PERSON, **_WHERE, "company": Facts.line, "status": _step, "rating": lambda facts: facts.pick(_RATINGS),
    },
    Contact: {**_PERSON, "account_id": Facts.id, "birth_date": _day},
    Account: {
        **_EVERY, **_WHERE, "name": Facts.line, "phones": _numbers(PhoneKind.MAIN), "address": _address,
    },
    Deal: {
        **_EVERY, "name": Facts.line, "pipeline": _step, "stage": _step, "amount": _amount, "closes_on": _day,
        "probability": lambda facts: facts.number(101), "contact_id": Facts.id, "account_id": Facts.id,
        "source": Facts.line, "next_step": Facts.line,
    },
}  # fmt: skip
_NEEDED: Final[Mapping[type[CrmRecord], tuple[str, ...]]] = {
    Lead: ("last_name", "company"), Contact: ("last_name",), Account: ("name",), Deal: ("name", "stage", "pipeline"),
}  # fmt: skip


def records(facts: Facts, kind: type[CrmRecord], *, lacks: Sequence[str], size: int) -> list[Any]:
    """
    Make records of one type whose ids all differ.

    Args:
        facts: Where facts come from.
        kind: The type.
        lacks: Fields that the product has no name for.
        size: How many there are.
    """
    fields = {name: make for name, make in FIELDS[kind].items() if name not in lacks}
    needed = _NEEDED[kind]
    return [
        kind(
            id=facts.id(),
            **{name: make(facts) for name, make in fields.items() if name in needed or facts.pick((False, True, True))},
        )
        for _ in range(size)
    ]
