"""What the tests of conversion are made of: a playbook, worlds of a few records, and what a plan or an error says."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import attrs
import pytest

from leadmodel import (
    Account,
    Activity,
    CannotConvert,
    Changes,
    Contact,
    Conversion,
    ConversionPlan,
    ConversionRules,
    Deal,
    Directory,
    Lead,
    Note,
    Playbook,
    Ref,
    Task,
    convert_lead,
    plan_conversion,
    playbooks,
    revert,
)
from leadmodel.entities import Entity

#: Where no clock is given, it is this instant.
NOON: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

#: An organisation with a namespace of its own.
BOOK: Final = attrs.evolve(
    playbooks.ZOHO, key="acme", namespace=UUID("11111111-2222-4333-8444-555555555555")
)  # fmt: skip

#: The companies and persons that most tests are about.
ACME: Final = Account(id="a1", name="Acme Mills")
ADA: Final = Contact(id="c1", first_name="Ada", last_name="Vale", emails=["ada@acme.example"])


def lead(**facts: Any) -> Lead:  # noqa: ANN401  (any field of a lead)
    """Give a lead: Ada Vale of Acme Mills, unless something else is said."""
    return Lead(**{"id": "l1", "first_name": "Ada", "last_name": "Vale", "company": "Acme Mills", **facts})


def book(**rules: Any) -> Playbook:  # noqa: ANN401  (any field of the rules)
    """Give the playbook with other rules of conversion."""
    return attrs.evolve(BOOK, conversion=ConversionRules(**rules))


def ruled(rules: ConversionRules) -> Playbook:
    """Give the playbook with these rules of conversion."""
    return attrs.evolve(BOOK, conversion=rules)


def world(*records: Entity, playbook: Playbook = BOOK) -> Directory:
    """Give a directory of records of any type."""
    kinds: dict[str, Any] = {"leads": Lead, "contacts": Contact, "accounts": Account, "deals": Deal}
    given: dict[str, Any] = {name: [r for r in records if type(r) is kind] for name, kind in kinds.items()}
    children = [record for record in records if isinstance(record, (Note, Activity, Task))]
    return Directory.of(**given, children=children, pipelines=playbook.pipelines)


def plan(subject: Lead, *records: Entity, playbook: Playbook = BOOK, **how: Any) -> ConversionPlan:  # noqa: ANN401
    """Plan a conversion at noon, in a world of these records."""
    directory = world(subject, *records, playbook=playbook)
    return plan_conversion(subject, directory, playbook=playbook, **{"at": NOON, **how})


def convert(subject: Lead, *records: Entity, playbook: Playbook = BOOK, **how: Any) -> Conversion:  # noqa: ANN401
    """Convert at noon, in a world of these records."""
    directory = world(subject, *records, playbook=playbook)
    return convert_lead(subject, directory, playbook=playbook, **{"at": NOON, **how})


def refusal(subject: Lead, *records: Entity, **how: Any) -> CannotConvert:  # noqa: ANN401
    """Give the error with which a conversion is refused."""
    with pytest.raises(CannotConvert) as caught:
        convert(subject, *records, **how)
    return caught.value


def faults(made: ConversionPlan | CannotConvert) -> list[tuple[str, str]]:
    """Give the field and the rule of each problem."""
    return [(problem.field, problem.rule) for problem in made.problems]


def warnings(made: ConversionPlan) -> list[str]:
    """Give the warnings of a plan."""
    return [each.said for each in made.evidence if each.warning]


def reasons(made: ConversionPlan) -> list[str]:
    """Give what a plan says for itself, warnings aside."""
    return [each.said for each in made.evidence if not each.warning]


def line(made: ConversionPlan, field: str) -> Any:  # noqa: ANN401  (a line)
    """Give the one line of a field."""
    (found,) = [each for each in made.fields if each.field == field]
    return found


def treatments(made: ConversionPlan, field: str) -> list[tuple[type, str, str]]:
    """Say to which fields of which records a field of the lead went, and what came of it."""
    return [(done.record_type, done.field, str(done.treatment)) for done in line(made, field).carried]


def mapped(records: Iterable[Entity]) -> dict[Ref, Entity]:
    """Give records by reference."""
    return {record.ref: record for record in records}


def made_in(records: Iterable[Entity], *several: Changes) -> dict[Ref, Entity]:
    """Give what records become when changes are made to them one after another."""
    there = mapped(records)
    for changes in several:
        changes.apply_to(there)
    return there


def taken_back(changes: Changes, there: dict[Ref, Entity]) -> dict[Ref, Entity]:
    """Give what records become when changes that were made to them are taken back a day later."""
    after = dict(there)
    revert(changes, after, at=NOON + DAY).apply_to(after)
    return after
