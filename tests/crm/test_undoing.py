"""Taking back what was applied: conversions, undos of undos, refusals, what cannot be taken back."""

from typing import Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadmodel import (
    Account,
    CannotRevert,
    Changes,
    Contact,
    Deal,
    DealContact,
    Effect,
    Lead,
    NewDeal,
    Note,
    Ref,
    UnknownName,
    Use,
    create,
    new_deal,
)
from leadmodel.crm import Crm, referring
from leadmodel.errors import StoreError
from leadmodel.ports import Keeper
from leadmodel.samples import World
from leadmodel.stores import MemoryStore
from leadmodel.testing import strategies
from tests.crm.conftest import OpenStore
from tests.crm.making import ADA, BOOK, NOON, NOTE, inside, put, shell, versions
from tests.crm.stores import OnlyWriter, Spied

MAIL: Final = Effect(key="welcome l1", kind="email")


class TestUndo:
    """What was done is taken back."""

    def test_conversion_is_taken_back(self, store: Keeper) -> None:
        """All records are as they were; versions go on, and the log keeps both."""
        put(store, ADA, NOTE)
        before = inside(store)
        crm = shell(store)
        crm.convert("l1", deal=NewDeal())
        done = crm.undo(2, by="u1")

        assert inside(store) == before
        assert (done.position, done.undone, done.left, done.irreversible) == (3, 2, (), ())
        assert done.changes.cause == store.changes(3).cause
        assert versions(store)[ADA.ref] == 2

    def test_undo_can_be_undone(self, store: Keeper) -> None:
        """And that again, as often as one likes; what is told has the versions of the store."""
        put(store, ADA, NOTE)
        crm = shell(store)
        crm.convert("l1", deal=NewDeal())
        there, before = inside(store), {ADA.ref: ADA, NOTE.ref: NOTE}
        for position, expected in ((2, before), (3, there), (4, before), (5, there)):
            done = crm.undo(position)
            assert inside(store) == expected
            told = {record.ref: record.version for record in done.records}
            assert told == {ref: number for ref, number in versions(store).items() if ref in told}

    def test_deletion_is_taken_back(self, store: Keeper) -> None:
        """The record is there again, with the version that follows."""
        put(store, ADA)
        crm = shell(store)
        crm.delete(Lead, "l1")
        done = crm.undo(2)

        assert (done.records, store.get(Lead, "l1")) == ((ADA,), ADA)
        assert done.records[0].version == versions(store)[ADA.ref] == 1

    def test_bookkeeping_of_today_stays(self, store: Keeper) -> None:
        """The score was counted since."""
        put(store, ADA)
        crm = shell(store)
        crm.edit(Lead, "l1", {"title": "CTO"})
        crm.edit(Lead, "l1", {"score": 7})
        crm.undo(2)

        assert store.get(Lead, "l1") == attrs.evolve(ADA, score=7)

    def test_commit_without_changes_is_nothing_to_take_back(self, store: Keeper) -> None:
        """There is no commit for it."""
        store.apply(Changes())
        done = shell(store).undo(1)

        assert (done.position, done.changes) == (None, Changes())

    def test_effects_cannot_be_taken_back(self, store: Keeper) -> None:
        """They are told, with the records that were taken back."""
        put(store, ADA)
        edited = attrs.evolve(create(attrs.evolve(ADA, id="l2"), at=NOON), effects=[MAIL])
        store.apply(edited)
        done = shell(store).undo(2)

        assert (done.irreversible, done.changes.effects) == ((MAIL,), ())
        assert str(done).splitlines()[-1] == "cannot be taken back: email welcome l1"
        assert [waiting.effect for waiting in store.outbox()] == [MAIL]

    def test_key_tells_of_the_first(self, store: Keeper) -> None:
        """A double click takes back once, and does not take back what was done again since."""
        put(store, ADA)
        store.apply(attrs.evolve(create(attrs.evolve(ADA, id="l2"), at=NOON), effects=[MAIL]))
        crm = shell(store)
        first, again = crm.undo(2, key="k1"), crm.undo(2, key="k1")

        assert (again.position, again.changes, again.replayed) == (first.position, first.changes, True)
        assert (again.undone, again.irreversible) == (2, (MAIL,))


class TestRefusals:
    """Where it cannot be taken back."""

    def test_contact_that_got_a_deal_since_stays(self, store: Keeper) -> None:
        """And its account with it; partially, the rest is taken back."""
        put(store, ADA, NOTE)
        crm = shell(store)
        made = crm.convert("l1")
        assert made.contact is not None
        assert made.account is not None
        deal = new_deal(id="d1", pipeline=BOOK.pipelines, at=NOON, contact_id=made.contact.id)
        crm.create(deal)
        with pytest.raises(CannotRevert) as caught:
            crm.undo(2)
        assert {(problem.where, problem.value) for problem in caught.value.problems} == {
            (str(made.contact.ref), deal.ref), (str(made.account.ref), made.contact.ref),
        }  # fmt: skip
        looked = crm.undo(2, partial=True, dry_run=True)
        done = crm.undo(2, partial=True)

        assert (looked.changes, done.changes) == (caught.value.partial, caught.value.partial)
        assert {*looked.left} == {*done.left} == {*caught.value.problems}
        assert inside(store).keys() == {ADA.ref, NOTE.ref, made.contact.ref, made.account.ref, deal.ref}
        assert store.get(Lead, "l1") == ADA
        assert f"left: {made.contact.ref}: deal d1 refers to it" in str(done)

    def test_change_since_is_named_with_its_field(self, store: Keeper) -> None:
        """Nothing is written, and where nothing is left to take back, not partially either."""
        put(store, ADA)
        crm = shell(store)
        crm.edit(Lead, "l1", {"title": "CTO"})
        crm.edit(Lead, "l1", {"title": "CEO"})
        for partial in (False, True):
            with pytest.raises(CannotRevert) as caught:
                crm.undo(2, partial=partial)
            assert [(problem.where, problem.field) for problem in caught.value.problems] == [("lead l1", "title")]

        assert len(list(store.log())) == 3

    def test_record_that_is_there_again_or_gone_is_named(self, store: Keeper) -> None:
        """What was deleted has been created anew, what was created is deleted."""
        put(store, ADA)
        crm = shell(store)
        crm.delete(Lead, "l1")
        crm.create(ADA)
        with pytest.raises(CannotRevert, match="it is there again"):
            crm.undo(2)
        crm.create(Note(id="n9", about=ADA.ref))
        crm.delete(Note, "n9")
        with pytest.raises(CannotRevert, match="it is gone"):
            crm.undo(4)

    @pytest.mark.parametrize("position", [0, 2, -1])
    def test_unknown_position_is_refused(self, store: Keeper, position: int) -> None:
        """With those that there are."""
        put(store, ADA)
        with pytest.raises(UnknownName, match="positions go from 1 to 1"):
            shell(store).undo(position)

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_store_that_keeps_nothing_cannot_take_back(self, dry_run: bool) -> None:
        """It says so."""
        with pytest.raises(StoreError, match="undo: the store keeps nothing of what has happened") as caught:
            shell(OnlyWriter(MemoryStore())).undo(1, dry_run=dry_run)

        assert caught.value.rule == "S-4"


class TestReferring:
    """Who refers to a record is asked of the store."""

    def test_every_way_to_refer_is_found(self, store: Keeper) -> None:
        """And what only has an id in common is not."""
        made = shell(store)
        put(store, attrs.evolve(ADA, company=""))
        put(store, Contact(id="c1", last_name="Vale", account_id="x"), Account(id="x", name="Acme"))
        put(
            store,
            Contact(id="c2", reports_to_id="x"), Contact(id="x", account_id="other"),
            Account(id="a2", name="Branch", parent_id="x"),
            Deal(id="d1", stage="Qualification", contact_id="x"), Deal(id="d2", stage="Qualification", account_id="x"),
            Deal(id="d3", stage="Qualification", contacts=[DealContact(contact_id="x")]),
            Note(id="n1", about=Ref(Contact, "x")), Note(id="n2", about=Ref(Account, "x")),
            Lead(id="l2", last_name="Vale", contact_id="x"),
        )  # fmt: skip
        put(store, Deal(id="d9", stage="Qualification"))
        made.convert("l1", contact=Use("c1"), deal=Use("d9"))
        found = referring(store)

        assert _ids(found(Ref(Contact, "x"))) == ["contact c2", "deal d1", "deal d3", "lead l2", "note n1"]
        assert _ids(found(Ref(Account, "x"))) == ["account a2", "contact c1", "deal d2", "deal d9", "note n2"]
        assert _ids(found(Ref(Contact, "c1"))) == ["deal d9", "lead l1"]
        assert _ids(found(Ref(Deal, "d9"))) == ["lead l1"]
        assert _ids(found(Ref(Lead, "x"))) == []

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(world=strategies.conversion_worlds() | strategies.worlds())
    def test_store_answers_as_a_directory_does(self, open_store: OpenStore, world: World) -> None:
        """For every record of any world, asked for one by one or all at once."""
        store = open_store()
        records = (*world.leads, *world.contacts, *world.accounts, *world.deals, *world.children)
        put(store, *records)
        directory, refs = world.directory(), [record.ref for record in records]
        one, all_at_once = referring(store), referring(store, refs)

        for ref in refs:
            expected = sorted(str(record.ref) for record in directory.referring(ref))
            assert _ids(one(ref)) == _ids(all_at_once(ref)) == expected

    def test_questions_do_not_grow_with_the_records(self) -> None:
        """A conversion of ten leads or of four hundred is taken back with as many questions."""
        counts = []
        for number in (10, 400):
            store = Spied()
            put(store, *(attrs.evolve(ADA, id=f"l{n}", company=f"Mills {n}", emails=()) for n in range(number)))
            crm = shell(store)
            crm.convert_all(Lead)
            store.questions.clear()
            crm.undo(2)
            counts.append(len(store.questions))

        assert counts[0] == counts[1]
        assert counts[0] < 30

    def test_more_than_a_criterion_holds_are_asked_in_parts(self) -> None:
        """Ten thousand ids are the limit of one."""
        store = MemoryStore()
        notes = [Note(id=f"n{n}", about=Ref(Lead, f"l{n}")) for n in range(10_001)]
        put(store, *notes)
        found = referring(store, [note.about for note in notes])

        assert [list(found(note.about)) for note in (notes[0], notes[-1])] == [[notes[0]], [notes[-1]]]


def _ids(records: Any) -> list[str]:  # noqa: ANN401  (records of any type)
    return sorted(str(record.ref) for record in records)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
def test_random_changes_are_taken_back(open_store: OpenStore, data: st.DataObject) -> None:
    """The store is as it was before, or what would go is referred to; taken back again, it is as it was after."""
    store = open_store()
    world = data.draw(strategies.worlds())
    put(store, *world.leads, *world.contacts, *world.accounts, *world.deals, *world.children)
    crm, before = shell(store), inside(store)
    drawn = data.draw(strategies.changes_to(world, max_size=1))
    position = crm.apply(drawn).position
    if position is None:
        return
    for expected in (before, inside(store)):
        counted = versions(store)
        looked = _refused(crm, position)
        if looked is not None:
            assert all("refers to it" in problem.what for problem in looked.problems)
            return
        done = crm.undo(position)
        assert inside(store) == expected
        assert all(number >= counted.get(ref, 0) for ref, number in versions(store).items())
        if done.position is None:
            return
        position = done.position


def _refused(crm: Crm, position: int) -> CannotRevert | None:
    """Give the error of an undo, or None where it is not refused."""
    try:
        crm.undo(position, dry_run=True)
    except CannotRevert as refused:
        return refused
    return None
