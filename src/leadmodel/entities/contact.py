"""
Contacts: people with whom a relation exists.
"""

from collections.abc import Iterable
from enum import StrEnum

import attrs

from leadmodel.entities.convert import as_choices
from leadmodel.entities.facts import Kind, holds
from leadmodel.entities.person import Person


class Relation(StrEnum):
    """
    What a contact or an account is to the organisation (REL-1). Descriptive: no rule about authors reads it.
    """

    CUSTOMER = "customer"
    VENDOR = "vendor"
    SUPPLIER = "supplier"
    PARTNER = "partner"
    INVESTOR = "investor"
    EMPLOYEE = "employee"
    OTHER = "other"


def as_relations(values: Iterable[Relation | str]) -> frozenset[Relation]:
    """
    Accept relations as members or as their texts.
    """
    return as_choices(Relation, values, "relation")


@attrs.frozen(kw_only=True, repr=False)
class Contact(Person):
    """
    A person with whom a relation exists. What they are at the moment follows from their deals (AUTH).

    Raises:
        InvalidRecord: A field breaks its rules; all are reported.
    """

    account_id: str = attrs.field(default="", metadata=holds(Kind.IDENTITY))
    #: Another contact: the one they report to.
    reports_to_id: str = attrs.field(default="", metadata=holds(Kind.IDENTITY))
    #: Where the contact came from.
    source: str = attrs.field(default="", metadata=holds(Kind.LINE))
    relations: frozenset[Relation] = attrs.field(
        default=frozenset(), converter=as_relations, metadata=holds(Kind.COLLECTION, frozenset)
    )
