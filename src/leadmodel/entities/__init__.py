"""
The records: one module each, and `ENTITIES`, the one list of their types.
"""

from typing import Final

from leadmodel.entities.account import Account
from leadmodel.entities.activity import Activity, ActivityKind
from leadmodel.entities.contact import Contact, Relation
from leadmodel.entities.deal import Deal, DealContact, StageChange
from leadmodel.entities.facts import Facts, Kind, facts_of
from leadmodel.entities.lead import Converted, Lead, Rating
from leadmodel.entities.note import Note
from leadmodel.entities.person import Person
from leadmodel.entities.record import Entity, Record
from leadmodel.entities.references import TARGETS, references
from leadmodel.entities.social import SocialUpdate
from leadmodel.entities.task import Task

#: Every type of record, those that others hang on first.
ENTITIES: Final[tuple[type[Entity], ...]] = (Lead, Contact, Account, Deal, SocialUpdate, Activity, Task, Note)

__all__ = [
    "ENTITIES",
    "TARGETS",
    "Account",
    "Activity",
    "ActivityKind",
    "Contact",
    "Converted",
    "Deal",
    "DealContact",
    "Entity",
    "Facts",
    "Kind",
    "Lead",
    "Note",
    "Person",
    "Rating",
    "Record",
    "Relation",
    "SocialUpdate",
    "StageChange",
    "Task",
    "facts_of",
    "references",
]
