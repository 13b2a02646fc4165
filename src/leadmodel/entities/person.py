"""
What leads and contacts have in common: they are people one can reach.
"""

from datetime import date
from typing import Any

import attrs

from leadmodel.entities.convert import (
    as_address,
    as_consent,
    as_date,
    as_emails,
    as_keys,
    as_mapping,
    as_phones,
    as_profiles,
)
from leadmodel.entities.facts import Kind, holds
from leadmodel.entities.record import Record
from leadmodel.networks import Profile
from leadmodel.values import EMPTY, Address, Consent, EmailAddress, FrozenMap, PhoneNumber


@attrs.frozen(kw_only=True, repr=False)
class Person(Record):
    """
    A person on record, with the ways to reach them and what they agreed to.
    """

    first_name: str = attrs.field(default="", metadata=holds(Kind.LINE, personal=True))
    last_name: str = attrs.field(default="", metadata=holds(Kind.LINE, personal=True))
    salutation: str = attrs.field(default="", metadata=holds(Kind.LINE))
    #: What the person does, in the organisation's words: "CTO".
    title: str = attrs.field(default="", metadata=holds(Kind.LINE))
    #: The first one is the main one.
    emails: tuple[EmailAddress, ...] = attrs.field(
        default=(), converter=as_emails, metadata=holds(Kind.COLLECTION, tuple, personal=True)
    )
    phones: tuple[PhoneNumber, ...] = attrs.field(
        default=(), converter=as_phones, metadata=holds(Kind.COLLECTION, tuple, personal=True)
    )
    #: Presences on social networks: by these the author of an update is recognised.
    profiles: tuple[Profile, ...] = attrs.field(
        default=(), converter=as_profiles, metadata=holds(Kind.COLLECTION, tuple, personal=True)
    )
    address: Address | None = attrs.field(
        default=None, converter=as_address, metadata=holds(Kind.VALUE, Address, personal=True)
    )
    #: A language tag, carried as it is: "en", "pt-BR".
    language: str = attrs.field(default="", metadata=holds(Kind.LINE))
    birth_date: date | None = attrs.field(
        default=None, converter=as_date, metadata=holds(Kind.DATE, date, personal=True)
    )
    #: Consent by channel ("email", "phone" …); a channel that is not there is UNKNOWN.
    consent: FrozenMap[Consent] = attrs.field(
        default=EMPTY, converter=as_consent, metadata=holds(Kind.MAPPING, FrozenMap)
    )
    #: What the person likes, by name.
    preferences: FrozenMap[Any] = attrs.field(
        default=EMPTY, converter=as_mapping, metadata=holds(Kind.MAPPING, FrozenMap, personal=True)
    )
    #: Users who have seen the record since it came in (VIEW-3).
    viewed_by: frozenset[str] = attrs.field(
        default=frozenset(), converter=as_keys, metadata=holds(Kind.COLLECTION, frozenset, bookkeeping=True)
    )

    @property
    def name(self) -> str:
        """
        First and last name, as far as they are known.
        """
        return f"{self.first_name} {self.last_name}".strip()

    def label(self) -> str:
        """
        The person's name.
        """
        return self.name
