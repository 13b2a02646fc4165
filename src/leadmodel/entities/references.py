"""
Which records a record refers to.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from leadmodel.entities.account import Account
from leadmodel.entities.contact import Contact
from leadmodel.entities.deal import Deal
from leadmodel.entities.lead import Lead
from leadmodel.entities.record import Entity
from leadmodel.values import Ref

#: The type of record that an id field refers to; the relation is named like the field, without `_id` (CRIT-8).
TARGETS: Final[Mapping[str, type[Entity]]] = {
    "contact_id": Contact,
    "account_id": Account,
    "reports_to_id": Contact,
    "parent_id": Account,
}
#: The same for what a converted lead has become.
_BECAME: Final[Mapping[str, type[Entity]]] = {"contact_id": Contact, "account_id": Account, "deal_id": Deal}


def references(record: Entity) -> Iterator[Ref]:
    """
    Give the records that a record refers to, whether they are on record or not.
    """
    for field, target in TARGETS.items():
        if record_id := getattr(record, field, ""):
            yield Ref(target, record_id)
    if isinstance(record, Deal):
        for other in record.contacts:
            yield Ref(Contact, other.contact_id)
    elif isinstance(record, Lead) and record.conversion is not None:
        for field, target in _BECAME.items():
            if record_id := getattr(record.conversion, field):
                yield Ref(target, record_id)
    elif isinstance(about := getattr(record, "about", None), Ref):
        yield about
