"""Taking a conversion back: equal records, or a refusal that says which record changed since, and how (CONV-11)."""

from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    CannotRevert,
    Changes,
    ChildRow,
    Contact,
    Conversion,
    ConversionRules,
    Deal,
    DealContact,
    Directory,
    Lead,
    Match,
    Money,
    New,
    NewDeal,
    Note,
    Omit,
    Playbook,
    Ref,
    Target,
    Task,
    Use,
    convert_lead,
    convert_leads,
    create,
    edit,
    revert,
)
from leadmodel.entities import Entity
from tests.conversion.making import ACME, ADA, BOOK, DAY, HOUR, NOON, book, lead, ruled, world

NOTE: Final = Note(id="n1", about=Ref(Lead, "l1"))
TASK: Final = Task(id="t1", about=Ref(Lead, "l1"), subject="Call")
DEAL: Final = Deal(id="d1", name="Mill", stage="Qualification")
GALE: Final = Account(id="a9", name="Gale")
FACTS: Final[dict[str, Any]] = {
    "emails": ["ada@acme.example"], "title": "CTO", "website": "https://acme.example", "tags": ["fair"],
    "consent": {"email": "denied"}, "custom": {"size": 3}, "annual_revenue": Money("5", "EUR"), "status": "Contacted",
}  # fmt: skip

#: Every kind of conversion: what is asked for, who is there, and by which rules.
KINDS: Final[dict[str, tuple[dict[str, Any], list[Entity], Playbook]]] = {
    "all new": ({"deal": NewDeal()}, [], BOOK),
    "new beside equals": ({"account": New(), "contact": New()}, [ACME, ADA], BOOK),
    "all matched": ({}, [ACME, ADA], BOOK),
    "all named": ({"account": Use("a9"), "contact": Use("c1"), "deal": Use("d1")}, [GALE, ADA, DEAL], BOOK),
    "account alone": ({"contact": Omit()}, [], BOOK),
    "contact alone": ({"account": Omit()}, [], BOOK),
    "deal alone": ({"account": Omit(), "contact": Omit(), "deal": NewDeal()}, [], BOOK),
    "contact leaves": ({"contact": Match(replace_account=True)}, [attrs.evolve(ADA, account_id="a9"), GALE], BOOK),
    "joins a deal": (
        {"deal": Use("d1")},
        [ADA, attrs.evolve(DEAL, contact_id="c2", contacts=[DealContact(contact_id="c3")]),
         Contact(id="c2", last_name="Dale"), Contact(id="c3", last_name="Hale")],
        BOOK,
    ),
    "children move": ({}, [NOTE, TASK], BOOK),
    "children copied": ({}, [NOTE, TASK], book(children=[ChildRow(Note, "copy"), ChildRow(Task, "copy")])),
    "overwritten": (
        {}, [attrs.evolve(ADA, title="CFO", consent={"email": "granted"})],
        ruled(ConversionRules().keeping("title", "overwrite").carrying("custom.size", Target(Contact, "custom.n"))),
    ),
}  # fmt: skip


def converted(*records: Entity, playbook: Playbook = BOOK, **how: Any) -> tuple[Directory, Conversion]:  # noqa: ANN401
    """Convert a lead, and give the directory afterwards too."""
    subject = lead(**FACTS)
    directory = world(subject, *records)
    done = convert_lead(subject, directory, at=NOON, playbook=playbook, **how)
    directory.update(done.changes)
    return directory, done


def back(directory: Directory, changes: Changes) -> Changes:
    """Take changes back a day later, with everything asked that can be asked."""
    return revert(changes, directory.current(changes), at=NOON + DAY, referring=directory.referring)


def refused(directory: Directory, changes: Changes) -> CannotRevert:
    """Give the error with which it is refused."""
    with pytest.raises(CannotRevert) as caught:
        back(directory, changes)
    return caught.value


def everything(directory: Directory) -> set[Entity]:
    """Give all records of a directory."""
    kinds: list[Any] = [Lead, Contact, Account, Deal, Note, Task]
    return {record for kind in kinds for record in directory.all(kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_reverting_gives_back_equal_records(kind: str) -> None:
    """Whatever was created goes, whatever was changed is as it was, and the lead is open again."""
    how, records, playbook = KINDS[kind]
    directory, done = converted(*records, playbook=playbook, **how)
    before = {lead(**FACTS), *records}
    assert everything(directory) != before

    directory.update(back(directory, done.changes))

    assert everything(directory) == before


def test_reverting_counts_as_a_change() -> None:
    """Versions grow on, and the instant is noted."""
    directory, done = converted()
    changes = back(directory, done.changes)
    (update,) = changes.updated

    assert isinstance(update.after, Lead)
    assert (update.after.version, update.after.modified_at) == (2, NOON + DAY)
    assert changes.cause is not None
    assert changes.cause.at == NOON + DAY


def test_bookkeeping_since_is_kept() -> None:
    """Who has seen the contact, and when something last happened, is no obstacle."""
    directory, done = converted(ACME)
    assert done.account is not None
    directory.update(edit(done.account, {"last_activity_at": NOON}, at=NOON + HOUR))
    directory.update(back(directory, done.changes))

    (account,) = directory.all(Account)
    assert account == attrs.evolve(ACME, last_activity_at=NOON)


def test_account_that_was_edited_since_is_named_with_the_fields() -> None:
    """Nothing of it is lost."""
    directory, done = converted(ACME)
    assert done.account is not None
    directory.update(edit(done.account, {"industry": "Wool", "employees": 7}, at=NOON + HOUR))
    error = refused(directory, done.changes)

    assert [(problem.where, problem.field, problem.value) for problem in error.problems] == [
        ("account a1", "industry", "Wool"), ("account a1", "employees", 7),
    ]  # fmt: skip


def test_born_contact_that_was_edited_since_stays() -> None:
    """Somebody has worked on it."""
    directory, done = converted()
    assert done.contact is not None
    directory.update(edit(done.contact, {"title": "CEO"}, at=NOON + HOUR))
    error = refused(directory, done.changes)

    assert ("title", "CEO") in [(problem.field, problem.value) for problem in error.problems]


def test_everything_that_keeps_a_born_contact_is_told() -> None:
    """It was edited, and a note hangs on it: one refusal names both."""
    directory, done = converted()
    assert done.contact is not None
    directory.update(edit(done.contact, {"title": "CEO"}, at=NOON + HOUR))
    directory.update(create(Note(id="n9", about=done.contact.ref), at=NOON + HOUR))
    told = [each.what for each in refused(directory, done.changes).problems if each.where == str(done.contact.ref)]

    assert told == ["it has changed since", "note n9 refers to it"]


def test_born_contact_with_a_new_deal_stays() -> None:
    """The deal would be left with nobody: it is named."""
    directory, done = converted()
    assert done.contact is not None
    later = attrs.evolve(DEAL, contact_id=done.contact.id)
    directory.update(create(later, at=NOON + HOUR))
    error = refused(directory, done.changes)

    assert (str(done.contact.ref), "deal d1 refers to it") in [(each.where, each.what) for each in error.problems]
    assert everything(directory) >= {done.contact, done.lead}


def test_born_contact_in_a_role_of_a_new_deal_stays() -> None:
    """As above."""
    directory, done = converted()
    assert done.contact is not None
    later = attrs.evolve(DEAL, contacts=[DealContact(contact_id=done.contact.id)])
    directory.update(create(later, at=NOON + HOUR))

    assert str(done.contact.ref) in [each.where for each in refused(directory, done.changes).problems]


def test_born_account_with_another_contact_stays() -> None:
    """Somebody else is at the company by now."""
    directory, done = converted()
    assert done.account is not None
    directory.update(create(Contact(id="c9", last_name="Gale", account_id=done.account.id), at=NOON + HOUR))
    error = refused(directory, done.changes)

    assert [(each.where, each.what) for each in error.problems] == [(str(done.account.ref), "contact c9 refers to it")]


def test_born_contact_with_a_new_note_stays() -> None:
    """The note would hang on nothing."""
    directory, done = converted()
    assert done.contact is not None
    directory.update(create(Note(id="n9", about=done.contact.ref), at=NOON + HOUR))
    error = refused(directory, done.changes)

    assert "note n9 refers to it" in [each.what for each in error.problems]


def test_born_account_of_another_lead_stays() -> None:
    """The second lead was converted into what the first one made."""
    first, second = lead(), lead(id="l2", first_name="Bo")
    directory = world(first, second)
    one = convert_lead(first, directory, at=NOON, playbook=BOOK)
    directory.update(one.changes)
    two = convert_lead(second, directory, at=NOON, playbook=BOOK)
    directory.update(two.changes)
    error = refused(directory, one.changes)

    assert one.account is not None
    assert two.contact is not None
    assert {(each.where, each.value) for each in error.problems} == {
        (str(one.account.ref), two.contact.ref), (str(one.account.ref), two.lead.ref),
    }  # fmt: skip
    directory.update(back(directory, two.changes))
    directory.update(back(directory, one.changes))
    assert everything(directory) == {first, second}


def test_what_can_be_taken_back_is_offered_and_not_done() -> None:
    """The lead is open again and the contact is gone; the account that somebody needs stays."""
    directory, done = converted()
    assert done.account is not None
    other = Contact(id="c9", last_name="Gale", account_id=done.account.id)
    directory.update(create(other, at=NOON + HOUR))
    error = refused(directory, done.changes)

    assert error.partial is not None
    directory.update(error.partial)
    (left,) = directory.all(Contact)
    assert left.id == "c9"
    assert [*directory.all(Account)] == [done.account]
    assert [*directory.all(Lead)] == [lead(**FACTS)]


def test_nothing_is_offered_where_nothing_can_be_taken_back() -> None:
    """The conversion was never made: every record stands in another way than it would."""
    subject = Lead(id="l1", company="Acme Mills")
    directory = world(subject)
    done = convert_lead(subject, directory, at=NOON, playbook=BOOK)
    error = refused(directory, done.changes)

    assert done.account is not None
    assert error.partial is None
    assert {each.where for each in error.problems} == {str(done.lead.ref), str(done.account.ref)}


def test_reverting_twice_is_refused() -> None:
    """There is nothing left to take back."""
    directory, done = converted()
    directory.update(back(directory, done.changes))
    error = refused(directory, done.changes)

    assert {each.what for each in error.problems} == {"it is gone", "it has changed since"}


def test_batch_is_taken_back_group_by_group() -> None:
    """In any order."""
    leads = [lead(id=f"l{n}", last_name=f"Vale {n}", company=company) for n, company in enumerate(("A", "B", "A"))]
    directory = world(*leads, NOTE)
    made = convert_leads(leads, directory, at=NOON, playbook=BOOK, deal=NewDeal())
    for group in made.groups:
        directory.update(group)
    assert len(directory) == 3 + 1 + 2 + 3 + 3

    for group in made.groups:
        directory.update(back(directory, group))
    assert everything(directory) == {*leads, NOTE}
