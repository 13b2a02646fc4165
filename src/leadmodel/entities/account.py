"""
Accounts: organisations.
"""

import attrs

from leadmodel.entities.contact import Relation, as_relations
from leadmodel.entities.convert import as_address, as_phones, as_profiles
from leadmodel.entities.facts import Kind, holds
from leadmodel.entities.record import Record
from leadmodel.networks import Profile
from leadmodel.values import Address, Money, PhoneNumber


@attrs.frozen(kw_only=True, repr=False)
class Account(Record):
    """
    An organisation: a company, a household, a public body.

    Raises:
        InvalidRecord: The name is missing or a field breaks its rules; all are reported.
    """

    name: str = attrs.field(metadata=holds(Kind.LINE, required=True))
    website: str = attrs.field(default="", metadata=holds(Kind.URL))
    phones: tuple[PhoneNumber, ...] = attrs.field(
        default=(), converter=as_phones, metadata=holds(Kind.COLLECTION, tuple)
    )
    #: The organisation's own presences, as opposed to its people's (AUTH-10).
    profiles: tuple[Profile, ...] = attrs.field(
        default=(), converter=as_profiles, metadata=holds(Kind.COLLECTION, tuple)
    )
    address: Address | None = attrs.field(default=None, converter=as_address, metadata=holds(Kind.VALUE, Address))
    industry: str = attrs.field(default="", metadata=holds(Kind.LINE))
    annual_revenue: Money | None = attrs.field(default=None, metadata=holds(Kind.VALUE, Money))
    employees: int | None = attrs.field(default=None, metadata=holds(Kind.NUMBER, int, low=0))
    #: The account that this one is a part of.
    parent_id: str = attrs.field(default="", metadata=holds(Kind.IDENTITY))
    relations: frozenset[Relation] = attrs.field(
        default=frozenset(), converter=as_relations, metadata=holds(Kind.COLLECTION, frozenset)
    )

    def label(self) -> str:
        """
        The organisation's name.
        """
        return self.name
