"""The mapping table: each field of a lead once, and none lost without a line."""

from collections import Counter
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from leadmodel import (
    Account,
    Contact,
    ConversionPlan,
    ConversionRules,
    Deal,
    Lead,
    Match,
    New,
    NewDeal,
    Omit,
    Policy,
    convert_lead,
    plan_conversion,
)
from leadmodel.entities import Record, facts_of
from leadmodel.rules.conversion import MAPPING
from leadmodel.rules.conversion.carrying import is_blank
from leadmodel.testing import strategies
from tests.conversion.making import BOOK, NOON, plan, world

CHOICES = st.sampled_from([Match(), New(), Omit()])


def test_no_field_of_a_lead_is_forgotten() -> None:
    """A field that is added to leads gets a row: where it goes, or why it goes nowhere (CONV-4)."""
    fields = [field.name for field in attrs.fields(Lead)]
    rows = Counter(row.field for row in MAPPING)

    assert [name for name in fields if rows[name] != 1] == []
    assert [name for name in rows if name not in fields] == []
    assert list(facts_of(Lead)) == fields


def test_every_row_says_where_or_why() -> None:
    """Targets or a reason, not both."""
    assert [row.field for row in MAPPING if bool(row.targets) is bool(row.dropped)] == []


def test_usual_targets_are_those_of_zoho() -> None:
    """As the rule lists them (CONV-4)."""
    persons = (
        "first_name last_name salutation title emails profiles consent language birth_date preferences tags description"
    )
    both = {"address": [Account, Contact], "phones": [Contact, Account], "source": [Contact, Deal]}
    wanted: dict[str, list[type[Record]]] = {
        **{field: [Account] for field in "company industry annual_revenue employees website".split()},
        **{field: [Contact] for field in persons.split()},
        **both,
        "owner_id": [Account, Contact, Deal],
    }

    assert {row.field: [target.record_type for target in row.targets] for row in MAPPING if row.targets} == wanted
    assert {(target.field, row.field) for row in MAPPING for target in row.targets if target.field != row.field} == {
        ("name", "company")
    }
    policies = {row.field: target.policy for row in MAPPING for target in row.targets}
    assert {field for field, policy in policies.items() if policy is not Policy.FILL} == {"consent"}


@given(st.data())
def test_every_field_of_a_lead_has_exactly_one_line(data: st.DataObject) -> None:
    """Filled or not, converted or blocked: nothing is lost without a word."""
    subject = data.draw(strategies.leads())
    subject = attrs.evolve(subject, conversion=None, status=None, contact_id="")
    how: dict[str, Any] = {"account": data.draw(CHOICES), "contact": data.draw(CHOICES)}
    made = plan_conversion(
        subject, world(), at=NOON, playbook=BOOK, deal=data.draw(st.sampled_from([None, NewDeal()])), **how
    )

    fields = [*facts_of(Lead), *(f"custom.{name}" for name in subject.custom)]
    assert Counter(line.field for line in made.fields) == Counter(fields)
    for line in made.fields:
        name = line.field.removeprefix("custom.")
        assert line.value == (subject.custom[name] if line.field != name else getattr(subject, name))
        filled = not is_blank(line.value)
        assert filled is bool(line.carried or line.dropped), line


@given(strategies.leads(), st.sampled_from([None, NewDeal()]))
def test_what_a_line_says_stands_in_the_record(subject: Lead, deal: NewDeal | None) -> None:
    """A value that is told to be carried is there."""
    subject = attrs.evolve(subject, conversion=None, status=None, contact_id="")
    done = convert_lead(subject, world(), at=NOON, playbook=BOOK, deal=deal)
    records = {Account: done.account, Contact: done.contact, Deal: done.deal}

    for line in done.plan.fields:
        for carried in line.carried:
            assert getattr(records[carried.record_type], carried.field) == carried.after


def test_lines_of_a_replay_are_none() -> None:
    """Nothing is carried a second time."""
    done = convert_lead(Lead(id="l1", last_name="Vale"), world(), at=NOON, playbook=BOOK)
    again: ConversionPlan = plan(done.lead)

    assert again.fields == ()
    assert ConversionRules().mapping == MAPPING
