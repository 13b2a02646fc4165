"""Children: notes, activities and tasks that hang on a lead move along, are copied, or stay (CONV-8)."""

from collections.abc import Iterable
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    Activity,
    ChildLine,
    ChildRow,
    Contact,
    Deal,
    Follow,
    Lead,
    NewDeal,
    Note,
    Omit,
    Ref,
    Task,
    derived_id,
)
from tests.conversion.making import BOOK, NOON, book, lead, plan

ABOUT: Final = Ref(Lead, "l1")
NOTES: Final = [Note(id="n1", about=ABOUT, text="Called"), Note(id="n2", about=ABOUT, version=4)]
CALL: Final = Activity(id="x1", about=ABOUT, kind="call", at=NOON)
TASK: Final = Task(id="t1", about=ABOUT, subject="Call back")


def about(records: Iterable[Any]) -> dict[str, Ref]:
    """Give what each record is about."""
    return {record.id: record.about for record in records}


def test_everything_moves_to_the_contact() -> None:
    """The usual policy; the version grows, and nothing else changes."""
    made = plan(lead(), *NOTES, CALL, TASK)
    assert made.contact is not None
    moved = [update for update in made.changes.updated if not isinstance(update.after, Lead)]

    assert about(update.after for update in moved) == dict.fromkeys(["n1", "n2", "x1", "t1"], made.contact.ref)
    assert [attrs.evolve(update.after, about=ABOUT) for update in moved] == [update.before for update in moved]
    assert [update.after.version - update.before.version for update in moved] == [1] * 4
    assert made.children == (
        ChildLine(Note, 2, Follow.MOVE, Contact), ChildLine(Activity, 1, Follow.MOVE, Contact),
        ChildLine(Task, 1, Follow.MOVE, Contact),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("how", "to"),
    [
        ({"contact": Omit(), "deal": NewDeal()}, Account),
        ({"contact": Omit(), "account": Omit(), "deal": NewDeal()}, Deal),
    ],
)
def test_without_a_contact_they_go_to_the_next(how: dict[str, Any], to: type) -> None:
    """To the account, and then to the deal."""
    made = plan(lead(), *NOTES, **how)

    assert made.children == (ChildLine(Note, 2, Follow.MOVE, to),)
    notes = [update.after for update in made.changes.updated if isinstance(update.after, Note)]
    assert {ref.type for ref in about(notes).values()} == {to}


def test_copies_are_new_records() -> None:
    """The originals stay with the lead; ids are derived, so that everybody makes the same copies."""
    rules = book(children=[ChildRow(Note, "copy", (Account,)), ChildRow(Task, "copy", (Deal, Contact))])
    made = plan(lead(), *NOTES, TASK, playbook=rules)
    assert made.account is not None
    assert made.contact is not None
    copies = [record for record in made.changes.created if isinstance(record, (Note, Task))]

    assert set(copies) == {
        *(attrs.evolve(n, id=derived_id(BOOK.namespace, "copy of note", n.id), about=made.account.ref) for n in NOTES),
        attrs.evolve(TASK, id=derived_id(BOOK.namespace, "copy of task", "t1"), about=made.contact.ref),
    }
    assert {copy.version for copy in copies} == {1}
    assert [type(update.after) for update in made.changes.updated] == [Lead]
    assert made.children == (ChildLine(Note, 2, Follow.COPY, Account), ChildLine(Task, 1, Follow.COPY, Contact))


def test_what_is_left_stays_with_the_lead() -> None:
    """By policy, for want of a row, or for want of a record to go to; the report counts it all the same."""
    rules = book(children=[ChildRow(Note, "leave"), ChildRow(Task, "move", (Deal,))])
    made = plan(lead(), *NOTES, CALL, TASK, playbook=rules)

    assert [type(update.after) for update in made.changes.updated] == [Lead]
    assert made.children == (
        ChildLine(Note, 2, Follow.LEAVE, None), ChildLine(Task, 1, Follow.LEAVE, None),
        ChildLine(Activity, 1, Follow.LEAVE, None),
    )  # fmt: skip


def test_lead_without_children_has_no_lines() -> None:
    """Those of others are no matter."""
    assert plan(lead(), lead(id="l2"), Note(id="n9", about=Ref(Lead, "l2"))).children == ()
