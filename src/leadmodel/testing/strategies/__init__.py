"""
Strategies: what Hypothesis draws values, records, tables and whole worlds from.

Every draw is valid at once, and all of it follows the text policy. Strategies are plural nouns with options by keyword;
they draw from the tables of leadmodel, so that a new row, stage, kind or field is drawn the day it is written.
"""

from leadmodel.testing.strategies import showing as _showing
from leadmodel.testing.strategies.changing import changes_to
from leadmodel.testing.strategies.converting import conversion_requests, conversion_worlds, playbooks
from leadmodel.testing.strategies.criterion import askable_records, conditions, criteria, related_records
from leadmodel.testing.strategies.moving import moved_deals
from leadmodel.testing.strategies.pools import NOW
from leadmodel.testing.strategies.process import author_rules, pipelines, processes, statuses
from leadmodel.testing.strategies.profile import handle_spellings, handles, profiles, stable_ids
from leadmodel.testing.strategies.record import (
    accounts,
    activities,
    contacts,
    deals,
    leads,
    notes,
    social_updates,
    stage_changes,
    tasks,
)
from leadmodel.testing.strategies.text import ids, lines, names, texts
from leadmodel.testing.strategies.value import (
    addresses,
    consents,
    conversions,
    custom_fields,
    days,
    deal_contacts,
    email_addresses,
    instants,
    money,
    phone_numbers,
    refs,
)
from leadmodel.testing.strategies.world import worlds

__all__ = [
    "NOW",
    "accounts",
    "activities",
    "addresses",
    "askable_records",
    "author_rules",
    "changes_to",
    "conditions",
    "consents",
    "contacts",
    "conversion_requests",
    "conversion_worlds",
    "conversions",
    "criteria",
    "custom_fields",
    "days",
    "deal_contacts",
    "deals",
    "email_addresses",
    "handle_spellings",
    "handles",
    "ids",
    "instants",
    "leads",
    "lines",
    "money",
    "moved_deals",
    "names",
    "notes",
    "phone_numbers",
    "pipelines",
    "playbooks",
    "processes",
    "profiles",
    "refs",
    "related_records",
    "social_updates",
    "stable_ids",
    "stage_changes",
    "statuses",
    "tasks",
    "texts",
    "worlds",
]

_showing.show_records()
