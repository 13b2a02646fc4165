"""Whole worlds as they are drawn: consistent, rich in cases, and small once something is found in them."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty
from tests.testing.drawing import drawn, refused, smallest

from leadmodel import (
    Account,
    Activity,
    Answer,
    Category,
    Changes,
    Contact,
    Deal,
    DealLink,
    Lead,
    Note,
    Outcome,
    Pipeline,
    Profile,
    Reason,
    SocialUpdate,
    Stage,
    Task,
    author_rules,
    classify_author,
    pipelines,
    playbooks,
    statuses,
)
from leadmodel.samples import World
from leadmodel.testing import strategies


@pytest.fixture(scope="module")
def many() -> list[World]:
    """Several hundred worlds, the same ones each time."""
    return drawn(strategies.worlds(), 200)


@pytest.fixture(scope="module")
def answers(many: list[World]) -> list[Answer]:
    """The answers to every update and every profile on record, with all options on and with none."""
    everything = attrs.evolve(author_rules.ZOHO, deals=DealLink, companies=True, match_email=True)
    found: list[Answer] = []
    for world in many:
        directory = world.directory()
        people: tuple[Lead | Contact | Account, ...] = (*world.leads, *world.contacts, *world.accounts)
        authors: list[SocialUpdate | Profile] = [
            *world.updates,
            *(profile for person in people for profile in person.profiles),
        ]
        for author in authors:
            found += [classify_author(author, directory, rules=rules) for rules in (author_rules.ZOHO, everything)]
    return found


@given(strategies.worlds())
def test_worlds_hold_together(world: World) -> None:
    """Ids are unique, deals have their contacts, and every story leads to the stage that a deal stands in."""
    contacts = {contact.id for contact in world.contacts}
    outcomes = {stage.key: stage.outcome for stage in world.pipeline.stages}

    for records in (world.leads, world.contacts, world.accounts, world.deals, world.updates, world.children):
        assert len({record.ref for record in records}) == len(records)
    for deal in world.deals:
        assert {deal.contact_id, *(other.contact_id for other in deal.contacts)} <= {"", *contacts}
        assert deal.closed_at is None or outcomes[deal.stage].closed
        assert not deal.history or deal.history[-1].to == deal.stage
        assert not deal.history or deal.history[0].at == deal.created_at
        assert [move.come_from for move in deal.history[1:]] == [move.to for move in deal.history[:-1]]
    assert world.misfiled.stage not in outcomes
    assert len(world.directory()) == sum(
        map(len, (world.leads, world.contacts, world.accounts, world.deals, world.children))
    )


def test_worlds_are_valid_at_once() -> None:
    """No draw is thrown away."""
    assert refused(strategies.worlds(), 100) == 0


def test_every_answer_occurs(answers: list[Answer]) -> None:
    """Every category, every reason and every rule that can have a part in an answer."""
    assert {answer.category for answer in answers} == set(Category)
    assert {answer.reason for answer in answers} == set(Reason)
    assert {rule for answer in answers for rule in answer.rules} >= {
        "AUTH-1", "AUTH-2", "AUTH-3", "AUTH-4", "AUTH-5", "AUTH-6", "AUTH-7", "AUTH-8", "AUTH-10", "AUTH-11", "AUTH-12",
        "NET-1", "NET-4",
    }  # fmt: skip


def test_every_kind_of_record_and_time_occurs(many: list[World]) -> None:
    """Records with and without an instant of creation, histories of all lengths, ids that are alike across types."""
    children = {type(child) for world in many for child in world.children}
    deals = [deal for world in many for deal in world.deals]

    assert children == {Note, Activity, Task}
    assert {len(deal.history) for deal in deals} == {0, 2, 3}
    assert {deal.created_at is None for deal in deals} == {True, False}
    assert {bool(deal.contacts) for deal in deals} == {True, False}
    assert {bool({lead.id for lead in w.leads} & {c.id for c in w.contacts}) for w in many} == {True, False}
    assert {world.pipeline.key for world in many} == set(pipelines.PRESETS)


def test_size_of_a_world_can_be_wished() -> None:
    """No kind of record exceeds its limit, and each limit is reached."""
    small, large = (drawn(strategies.worlds(size=size), 100) for size in (1, 3))
    kinds = ("leads", "contacts", "accounts", "deals", "updates")

    assert {kind: max(len(getattr(world, kind)) for world in small) for kind in kinds} == dict.fromkeys(kinds, 1)
    assert {kind: max(len(getattr(world, kind)) for world in large) for kind in kinds} == {
        **dict.fromkeys(kinds, 3), "accounts": 2,
    }  # fmt: skip


def test_pipeline_of_a_world_can_be_wished() -> None:
    """An organisation's own stages, and no others."""
    own = Pipeline(key="own", stages=[Stage("Signed", "Signed", Outcome.WON), Stage("Gone", "Gone", Outcome.OPEN)])
    book = attrs.evolve(playbooks.SIMPLE, pipelines=own)
    deals = [deal for world in drawn(strategies.worlds(playbook=book), 60) for deal in world.deals]

    assert {deal.stage for deal in deals} == {"Signed", "Gone"}


# Changes


@settings(max_examples=50)
@given(st.data())
def test_changes_can_be_made_one_after_another(data: st.DataObject) -> None:
    """Each change is valid after those before it, and leaves a world whole."""
    world = data.draw(strategies.worlds())
    directory = world.directory()
    expected = {
        record.ref for record in (*world.leads, *world.contacts, *world.accounts, *world.deals, *world.children)
    }
    for changes in data.draw(strategies.changes_to(world, forgetting=True)):
        directory.update(changes)
        expected |= {record.ref for record in changes.created}
        expected -= {record.ref for record in changes.deleted} | set(changes.erased)

    kinds = (Lead, Contact, Account, Deal, Note, Activity, Task)
    assert {record.ref for kind in kinds for record in directory.all(kind)} == expected


def test_changes_of_every_kind_occur(many: list[World]) -> None:
    """Every kind of record is created, updated and deleted; a contact goes with its deals or without."""
    full = next(world for world in many if world.deals and world.contacts and world.deals[0].contact_id)
    seen = [change for several in drawn(strategies.changes_to(full), 150) for change in several]
    kinds = {Lead, Contact, Account, Deal, Note, Activity, Task}

    assert {type(record) for change in seen for record in change.created} == kinds
    assert {type(update.after) for change in seen for update in change.updated} >= {Lead, Contact, Account, Deal} & {
        type(record) for record in (*full.leads, *full.contacts, *full.accounts, *full.deals)
    }
    assert any(_both_gone(change) for change in seen)
    assert any(_contact_gone_deal_kept(change) for change in seen)
    assert not any(change.erased for change in seen)
    forgotten = {
        ref.type
        for several in drawn(strategies.changes_to(full, forgetting=True), 150)
        for change in several
        for ref in change.erased
    }
    assert forgotten >= {Lead, Contact, Deal}
    assert {len(several) for several in drawn(strategies.changes_to(full, max_size=2), 60)} == {0, 1, 2}


def _both_gone(change: Changes) -> bool:
    return {Contact, Deal} <= {type(record) for record in change.deleted}


def _contact_gone_deal_kept(change: Changes) -> bool:
    gone = {record.id for record in change.deleted if isinstance(record, Contact)}
    return any(isinstance(update.before, Deal) and update.before.contact_id in gone for update in change.updated)


def test_changes_to_an_empty_world_begin_with_a_creation() -> None:
    """There is nothing to update or to delete."""
    empty = smallest(strategies.worlds(), lambda _: True)
    first = [several[0] for several in drawn(strategies.changes_to(empty), 60) if several]

    assert first
    assert all(change.created and not change.updated and not change.deleted for change in first)


# Shrinking


def customer_with_an_open_deal(world: World) -> bool:
    """The planted mistake: somebody took HubSpot's table to say that customers have no open deals."""
    directory = world.directory()
    for contact in world.contacts:
        for profile in contact.profiles:
            answer = classify_author(profile, directory, rules=author_rules.HUBSPOT)
            outcomes = {directory.outcome(deal) for deal in directory.deals_of(contact)}
            if answer.category is Category.CUSTOMER and Outcome.OPEN in outcomes:
                return True
    return False


def test_found_world_is_as_small_as_it_can_be() -> None:
    """What is found shrinks to one contact and two deals, with nothing around them."""
    world = smallest(strategies.worlds(size=2), customer_with_an_open_deal)

    assert len(world.contacts) == 1
    assert len(world.contacts[0].profiles) == 1
    assert len(world.deals) == 2
    assert (world.leads, world.accounts, world.updates, world.children) == ((), (), (), ())


# Showing


def test_failing_example_shows_what_the_repr_hides() -> None:
    """A drawn record is nobody's: Hypothesis prints its fields, those that say something."""
    lead = Lead(id="l1", last_name="Ada", company="Acme", custom={"size": 3})
    world = smallest(strategies.worlds(playbook=playbooks.SIMPLE), lambda world: bool(world.contacts))

    assert repr(lead) == "Lead(id='l1')"
    assert pretty(lead) == "Lead(id='l1', custom=FrozenMap({'size': 3}), last_name='Ada', company='Acme')"
    assert pretty(world) == "World(contacts=(Contact(id='c0'),), playbook=playbooks.SIMPLE)"


@pytest.mark.parametrize(
    ("table", "shown"),
    [
        (author_rules.HUBSPOT, "author_rules.HUBSPOT"),
        (statuses.ZOHO, "statuses.ZOHO"),
        (
            Pipeline(key="p", stages=[Stage("a", "A", Outcome.OPEN)]),
            "Pipeline(key='p',stages=(Stage(key='a',label='A',outcome=<Outcome.OPEN",
        ),
    ],
)
def test_tables_are_shown_by_name_or_in_full(table: object, shown: str) -> None:
    """A preset needs no more than its name; a drawn table is shown whole."""
    assert "".join(pretty(table).split()).startswith(shown)


def test_stranger_is_in_the_feed_at_times(many: list[World]) -> None:
    """Some updates are by nobody on record."""
    authors = {update.author for world in many for update in world.updates}

    assert {None, Profile("x", "stranger")} <= authors
