"""
The mapping table: where each field of a lead goes when it is converted.

Every field of a lead stands here once: with its targets, or with the reason why it goes nowhere. A field that is
forgotten fails a test. Organisations change single rows (`ConversionRules.carrying`), and add rows for fields of their
own.

Rule:
    CONV-4 to CONV-6.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import attrs

from leadmodel.entities import Account, Contact, Deal, Record
from leadmodel.values import PhoneKind
from leadmodel.values.choice import choice


class Policy(StrEnum):
    """
    What becomes of a field of a record that is there already (CONV-5). A blank field of a new record is always filled.
    """

    #: What is there stays, even if it is nothing.
    KEEP = "keep"
    #: What is there stays; a blank is filled.
    FILL = "fill"
    #: The lead's value replaces what is there.
    OVERWRITE = "overwrite"
    #: What is there stays, and what the lead has besides is added: members of a collection, lines of a text.
    JOIN = "join"
    #: By channel, the stricter of the two (CONV-6).
    STRICTER = "stricter"


def _as_policy(value: Policy | str) -> Policy:
    return choice(Policy, value, "policy")


def _as_kinds(values: Iterable[PhoneKind | str]) -> frozenset[str]:
    several = (values,) if isinstance(values, str) else values
    return frozenset(choice(PhoneKind, value, "kind") for value in several)


@attrs.frozen
class Target:
    """
    A field of another record to which a field of a lead goes.

    Raises:
        InvalidValue: The policy, or a kind, is none of the listed ones.
    """

    record_type: type[Record]
    field: str
    policy: Policy = attrs.field(default=Policy.FILL, converter=_as_policy)
    #: Of phone numbers, the kinds that go there; none is all.
    kinds: frozenset[str] = attrs.field(default=frozenset(), converter=_as_kinds)


def as_targets(targets: Iterable[Target]) -> tuple[Target, ...]:
    """
    Keep several targets in order; one alone may be given without a list around it.
    """
    return (targets,) if isinstance(targets, Target) else tuple(targets)


@attrs.frozen
class MappingRow:
    """
    One field of a lead: where it goes, or why it goes nowhere.
    """

    #: A field of a lead; one of the organisation's own is `custom.size`.
    field: str
    targets: tuple[Target, ...] = attrs.field(default=(), converter=as_targets)
    #: Why it goes nowhere.
    dropped: str = ""


def _to(*records: type[Record], field: str = "", policy: Policy = Policy.FILL) -> tuple[Target, ...]:
    return tuple(Target(record, field, policy) for record in records)


_ALL: Final = (Account, Contact, Deal)
_STAYS: Final = "stays with the lead"

# fmt: off
#: Zoho's defaults (CONV-4): each field of a lead once.
MAPPING: Final = (
    #          field               targets                                       or why it is dropped
    MappingRow("company",          _to(Account, field="name")),
    MappingRow("website",          _to(Account, field="website")),
    MappingRow("industry",         _to(Account, field="industry")),
    MappingRow("annual_revenue",   _to(Account, field="annual_revenue")),
    MappingRow("employees",        _to(Account, field="employees")),
    MappingRow("first_name",       _to(Contact, field="first_name")),
    MappingRow("last_name",        _to(Contact, field="last_name")),
    MappingRow("salutation",       _to(Contact, field="salutation")),
    MappingRow("title",            _to(Contact, field="title")),
    MappingRow("emails",           _to(Contact, field="emails")),
    MappingRow("phones",           (Target(Contact, "phones"), Target(Account, "phones", kinds=frozenset({"main"})))),
    MappingRow("profiles",         _to(Contact, field="profiles")),
    MappingRow("address",          _to(Account, Contact, field="address")),
    MappingRow("language",         _to(Contact, field="language")),
    MappingRow("birth_date",       _to(Contact, field="birth_date")),
    MappingRow("consent",          _to(Contact, field="consent", policy=Policy.STRICTER)),
    MappingRow("preferences",      _to(Contact, field="preferences")),
    MappingRow("tags",             _to(Contact, field="tags")),
    MappingRow("description",      _to(Contact, field="description")),
    MappingRow("source",           _to(Contact, Deal, field="source")),
    MappingRow("owner_id",         _to(*_ALL, field="owner_id")),
    MappingRow("referred_by",      dropped=_STAYS),
    MappingRow("contact_id",       dropped="says who the contact is, and stays with the lead"),
    MappingRow("rating",           dropped=_STAYS),
    MappingRow("priority",         dropped=_STAYS),
    MappingRow("status",           dropped="conversion sets it"),
    MappingRow("score",            dropped="is counted anew for each record"),
    MappingRow("viewed_by",        dropped="is counted anew for each record"),
    MappingRow("custom",           dropped="goes by the rows of its own fields"),
    MappingRow("id",               dropped=_STAYS),
    MappingRow("version",          dropped="is counted anew for each record"),
    MappingRow("created_at",       dropped=_STAYS),
    MappingRow("modified_at",      dropped="is counted anew for each record"),
    MappingRow("last_activity_at", dropped="is counted anew for each record"),
    MappingRow("conversion",       dropped="conversion sets it"),
)
# fmt: on
