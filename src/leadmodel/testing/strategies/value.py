"""
The values that records are made of, and the instants and days in them.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from leadmodel.entities import ENTITIES, Converted, DealContact, Entity
from leadmodel.testing.strategies import placeholders
from leadmodel.testing.strategies.text import UNSEEN, ids, lines, texts
from leadmodel.values import (
    CURRENCIES,
    Address,
    Consent,
    EmailAddress,
    FrozenMap,
    Money,
    PhoneKind,
    PhoneNumber,
    Ref,
)

#: The years that strategies draw from, unless asked otherwise.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2040, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
_CHANNELS = ("email", "phone", "sms", "post", "social")
_DOMAINS = ("acme.example", "mail.acme.example", "münchen.example", "xn--mnchen-3ya.example", "EXAMPLE.example")


def instants(*, min_value: datetime = EARLIEST, max_value: datetime = LATEST) -> st.SearchStrategy[datetime]:
    """
    Give aware instants in UTC, to the microsecond, from 2000 to 2040 unless asked otherwise.

    About 500 µs a draw.

    Args:
        min_value: The first one; aware.
        max_value: The last one; aware.
    """
    first, last = (bound.astimezone(UTC).replace(tzinfo=None) for bound in (min_value, max_value))
    return st.datetimes(first, last, timezones=st.just(UTC))


def days() -> st.SearchStrategy[date]:
    """
    Give calendar dates, from 1900 to 2100. About 150 µs a draw.
    """
    return st.dates(date(1900, 1, 1), date(2100, 12, 31))


def money(*, currency: str | None = None) -> st.SearchStrategy[Money]:
    """
    Give amounts of any size, sign and scale that money can have. About 300 µs a draw.

    Args:
        currency: An ISO 4217 code; None draws one of all that there are.
    """
    whole = st.integers(-(10**14) + 1, 10**14 - 1)
    exact = st.integers(-(10**18) + 1, 10**18 - 1).map(lambda number: Decimal(f"{number}e-4"))
    usual = st.integers(0, 10**9).map(lambda number: Decimal(f"{number}e-2"))
    currencies = st.sampled_from(("EUR", *sorted(CURRENCIES - {"EUR"}))) if currency is None else st.just(currency)
    return st.builds(Money, st.one_of(usual, whole, exact), currencies)


def email_addresses(*, personal: bool = True) -> st.SearchStrategy[EmailAddress]:
    """
    Give e-mail addresses in domains that nobody owns, some beyond ASCII.

    About 500 µs a draw.

    Args:
        personal: Whether they may look like somebody's; if not, they are placeholders: "nobody1@nobody.example".
    """
    if not personal:
        return placeholders.MAILS.map(EmailAddress)
    characters = st.characters(exclude_categories=(*UNSEEN, "Zs"), exclude_characters='@<>"(),:;')
    local = st.sampled_from(("ada", "Ada.Lovelace", "sales+eu", "o'brien")) | st.text(
        characters, min_size=1, max_size=64
    )
    return st.builds(lambda name, domain: EmailAddress(f"{name}@{domain}"), local, st.sampled_from(_DOMAINS))


def phone_numbers(*, kind: PhoneKind | None = None, personal: bool = True) -> st.SearchStrategy[PhoneNumber]:
    """
    Give phone numbers in the ways that people write them, some with an extension.

    About 500 µs a draw.

    Args:
        kind: What they are for; None draws any.
        personal: Whether they may be somebody's; if not, they are placeholders such as "+00 555 0101".
    """
    kinds = st.sampled_from(PhoneKind) if kind is None else st.just(kind)
    if not personal:
        return st.builds(PhoneNumber, placeholders.PHONES, kinds)
    digits = st.text("0123456789", min_size=1, max_size=15)
    written = st.builds(
        lambda plus, first, seam, rest, extension: f"{plus}{first}{seam}{rest}{extension}",
        st.sampled_from(("", "+", "00")), digits, st.sampled_from(("", " ", "-", " (0) ", ".", "/")), digits,
        st.sampled_from(("", " x12", " ext. 7", " #3")),
    )  # fmt: skip
    return st.builds(PhoneNumber, written, kinds)


def addresses(*, personal: bool = True) -> st.SearchStrategy[Address]:
    """
    Give postal addresses, any part of which may be missing; where all are, a record has no address.

    About 1 ms a draw.

    Args:
        personal: Whether they may look like somebody's; if not, they are placeholders such as "1 Nobody's Lane".
    """
    if not personal:
        return st.builds(Address, street=placeholders.STREETS, city=placeholders.NAMES)
    part = st.just("") | lines(max_size=30)
    return st.builds(
        Address, street=st.just("") | texts(max_size=60), city=part, region=part, postal_code=part, country=part
    )


def consents(*, min_size: int = 0) -> st.SearchStrategy[FrozenMap[Consent]]:
    """
    Give consent by channel; a channel that is not there is unknown.

    About 1 ms a draw.

    Args:
        min_size: How many channels are known at least.
    """
    return st.dictionaries(st.sampled_from(_CHANNELS), st.sampled_from(Consent), min_size=min_size).map(FrozenMap)


def custom_fields(
    *, min_size: int = 0, max_size: int = 4, personal: bool = True, currency: str | None = None
) -> st.SearchStrategy[FrozenMap[Any]]:
    """
    Give an organisation's own fields: every kind of value that has a read-only form, nested lists and mappings too.

    About 5 ms a draw.

    Args:
        min_size: How many fields there are at least.
        max_size: How many fields there are at most.
        personal: Whether texts in them may tell of somebody; if not, they are placeholders.
        currency: The currency of amounts in them; None draws any.
    """
    return st.dictionaries(ids(), _values(personal, currency), min_size=min_size, max_size=max_size).map(FrozenMap)


def refs(*, record_type: type[Entity] | None = None) -> st.SearchStrategy[Ref]:
    """
    Give references to records, which need not be there. About 400 µs a draw.

    Args:
        record_type: What they refer to; None draws any type of record.
    """
    return st.builds(Ref, st.sampled_from(ENTITIES) if record_type is None else st.just(record_type), ids())


def conversions() -> st.SearchStrategy[Converted]:
    """
    Give what became of converted leads: any of the born records may be missing, and the instant too.

    About 1 ms a draw.
    """
    born = st.just("") | ids()
    return st.builds(
        Converted, at=st.none() | instants(), contact_id=born, account_id=born, deal_id=born, digest=st.just("")
    )


def deal_contacts(*, contact_id: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[DealContact]:
    """
    Give those who take part in deals besides the primary contacts. About 500 µs a draw.

    Args:
        contact_id: Where to draw the contacts from; None draws any id.
    """
    roles = st.sampled_from(("", "decision maker", "user"))
    return st.builds(DealContact, contact_id=ids() if contact_id is None else contact_id, role=roles)


@cache
def _values(personal: bool, currency: str | None) -> st.SearchStrategy[object]:
    """
    Give what a field of an organisation's own may hold, nested too.
    """
    leaves: st.SearchStrategy[object] = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
        texts(max_size=40) if personal else placeholders.TEXTS,
        days(),
        instants(),
        money(currency=currency),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.frozensets(leaves, max_size=3), st.dictionaries(ids(), inner, max_size=3)
        ),
        max_leaves=4,
    )
