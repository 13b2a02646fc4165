"""Somebody else is faster: bounded attempts, and what an observer is told of them."""

import logging
import pickle
import threading
from itertools import count
from typing import Any, Final

import attrs
import pytest

from leadmodel import (
    Account,
    CannotConvert,
    Changes,
    Conflict,
    Contact,
    Effect,
    Lead,
    NewDeal,
    PlanOutdated,
    Profile,
    SocialUpdate,
    create,
    delete,
)
from leadmodel.crm import Applied, Conflicted, Crm, Event, Refused, Retried, Unchanged
from leadmodel.errors import NotOnRecord, StoreBusy, StoreIsReadOnly
from leadmodel.ports import Reader, Writer
from leadmodel.stores import MemoryStore
from tests.crm.making import ADA, NOON, edits, inside, put, shell
from tests.crm.stores import Busy, Crowded, OnlyReader, Shaky

POST: Final = SocialUpdate(id="u1", author=Profile("x", "bob"), author_name="Bob Moor")


def ticking() -> Any:  # noqa: ANN401  (a timer)
    """Give a timer that goes on by a second each time it is asked."""
    seconds = count()
    return lambda: float(next(seconds))


def observed(store: Reader, told: list[Event], **parts: Any) -> Crm:  # noqa: ANN401  (any part)
    """Give a shell that notes what its observer is told."""
    return shell(store, observe=told.append, timer=ticking(), **parts)


class TestAgain:
    """The whole verb again, with the records as they are by then."""

    def test_edit_keeps_what_somebody_else_wrote_in_between(self) -> None:
        """Nobody's change is lost."""
        store = Crowded()
        put(store, ADA)
        store.others += [edits({"title": "CTO"}), edits({"industry": "mills"})]
        done = shell(store).edit(Lead, "l1", {"website": "acme.example"})

        assert done.record == attrs.evolve(ADA, title="CTO", industry="mills", website="acme.example")
        assert (done.position, done.record.version) == (4, 3)
        assert inside(store) == {ADA.ref: done.record}

    def test_conversion_uses_who_has_come_in_between(self) -> None:
        """Another lead became the same person, so the contact is there by now: a race becomes a conflict (CONV-10)."""
        store = Crowded()
        put(store, ADA, attrs.evolve(ADA, id="l2"))
        store.others += [lambda other: shell(other).convert("l2")]
        done = shell(store).convert("l1")

        assert [type(record) for record in done.changes.created] == []
        assert store.count(Contact) == store.count(Account) == 1
        assert done.lead.conversion is not None
        assert done.contact == store.get(Contact, done.lead.conversion.contact_id)

    def test_double_click_at_once_writes_once(self) -> None:
        """The second one finds the lead converted when it tries again."""
        store = Crowded()
        put(store, ADA)
        store.others += [lambda other: shell(other).convert("l1", deal=NewDeal())]
        done = shell(store).convert("l1", deal=NewDeal())

        assert (done.position, done.plan.replayed, len(list(store.log()))) == (None, True, 2)

    def test_author_who_was_added_in_between_is_given(self) -> None:
        """Both of them add one lead."""
        store = Crowded(lambda other: shell(other).add_lead(POST))
        done = shell(store).add_lead(POST)

        assert (done.position, done.record, store.count(Lead)) == (None, store.get(Lead, done.record.id), 1)

    def test_batch_is_planned_again_whole(self) -> None:
        """With the records of the second attempt."""
        store = Crowded()
        put(store, *(attrs.evolve(ADA, id=f"l{n}") for n in range(1, 5)))
        store.others += [lambda other: shell(other).convert("l2")]
        done = shell(store).convert_all(["l1", "l2", "l3", "l4"], batch=2)

        assert (done.leads, done.converted, done.replayed, done.positions) == (4, 3, 1, (3, 4))
        assert store.count(Contact) == 1

    def test_plan_that_is_outdated_in_between_is_refused(self) -> None:
        """It is planned again inside each attempt, and not carried out in another way."""
        store = Crowded()
        put(store, ADA)
        crm = shell(store)
        plan = crm.plan("l1")
        store.others += [edits({"title": "CTO"})]
        with pytest.raises(PlanOutdated):
            crm.apply_plan(plan)

        assert store.count(Contact) == 0

    def test_record_that_has_gone_in_between_is_told(self) -> None:
        """By what became of it."""
        store = Crowded()
        put(store, ADA)
        store.others += [lambda other: other.apply(delete(ADA, at=NOON))]
        with pytest.raises(NotOnRecord, match="it was deleted at position 2"):
            shell(store).edit(Lead, "l1", {"title": "CTO"})

    def test_undo_is_looked_at_again(self) -> None:
        """What has changed in between is not overwritten."""
        store = Crowded()
        put(store, ADA)
        crm = shell(store)
        crm.edit(Lead, "l1", {"title": "CTO"})
        store.others += [edits({"industry": "mills"})]
        undone = crm.undo(2, partial=True, dry_run=True)
        with pytest.raises(Exception, match="industry"):
            crm.undo(2)

        assert undone.records == (ADA,)
        assert store.get(Lead, "l1") == attrs.evolve(ADA, title="CTO", industry="mills")

    def test_threads_lose_nothing(self) -> None:
        """Four of them edit a field of their own each, at once, in a store that locks nobody out."""
        store = Crowded()
        put(store, ADA)
        crm = shell(store, tries=10_000)
        fields = ("title", "industry", "website", "description")

        def work(field: str) -> None:
            for number in range(25):
                crm.edit(Lead, "l1", {field: f"{field}{number}"})

        threads = [threading.Thread(target=work, args=(field,)) for field in fields]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lead = store.get(Lead, "l1")

        assert lead == attrs.evolve(ADA, **{field: f"{field}24" for field in fields})
        assert lead.version == 100


class TestBounds:
    """It does not go on for ever."""

    @pytest.mark.parametrize("tries", [1, 3])
    def test_conflict_is_raised_after_the_last_attempt(self, tries: int) -> None:
        """With the versions of that one."""
        store = Crowded()
        put(store, ADA)
        store.others += [edits({"title": f"CTO {number}"}) for number in range(tries)]
        with pytest.raises(Conflict) as caught:
            shell(store, tries=tries).edit(Lead, "l1", {"industry": "mills"})

        assert caught.value == Conflict(ref=ADA.ref, expected=tries - 1, found=tries)
        assert len(list(store.log())) == tries + 1

    def test_last_attempt_counts(self) -> None:
        """As many as are allowed may be needed."""
        store = Crowded()
        put(store, ADA)
        store.others += [edits({"title": f"CTO {number}"}) for number in range(2)]

        assert shell(store, tries=3).edit(Lead, "l1", {"industry": "mills"}).position == 4

    def test_busy_store_is_tried_again(self) -> None:
        """Somebody else was writing."""
        store = Busy(0)
        put(store, ADA)
        store.times = 2
        done = shell(store).edit(Lead, "l1", {"title": "CTO"})

        assert done.position == 2
        store.times = 5
        with pytest.raises(StoreBusy):
            shell(store).edit(Lead, "l1", {"title": "CEO"})

    def test_read_that_breaks_down_is_tried_again(self) -> None:
        """A serializable transaction may fail at any statement (S-17)."""
        store = Shaky(2)
        put(store, ADA)
        told: list[Event] = []
        done = observed(store, told).edit(Lead, "l1", {"title": "CTO"})

        assert done.position == 2
        assert [type(event) for event in told] == [Conflicted, Retried, Conflicted, Retried, Applied]

    def test_pauses_grow(self) -> None:
        """A hundredth of a second first, and twice as long each time; none after the last attempt."""
        pauses: list[float] = []
        with pytest.raises(StoreBusy):
            shell(Busy(9), wait=pauses.append).create(ADA)

        assert pauses == [0.01, 0.02, 0.04, 0.08]

    def test_ready_changes_are_the_callers(self) -> None:
        """They start from what the caller has read, so that trying again would change nothing."""
        store = Crowded()
        store.others += [lambda other: other.apply(create(ADA, at=NOON))]
        told: list[Event] = []
        with pytest.raises(Conflict):
            observed(store, told).apply(create(ADA, at=NOON))

        assert [type(event) for event in told] == [Conflicted, Refused]

    def test_rules_refuse_once(self) -> None:
        """To ask again would not help."""
        told: list[Event] = []
        store = MemoryStore()
        put(store, attrs.evolve(ADA, status="Nonesuch"))
        with pytest.raises(CannotConvert):
            observed(store, told).convert("l1")

        assert told == [Refused(verb="convert", error=CannotConvert, seconds=1.0, tries=1)]

    def test_verb_that_fails_takes_everything_back(self) -> None:
        """Also where the error is nobody's: a field of the playbook that cannot be asked, a clock that stands still."""
        store = MemoryStore()

        def broken() -> Any:  # noqa: ANN401  (it never gives anything)
            raise ZeroDivisionError

        told: list[Event] = []
        with pytest.raises(ZeroDivisionError):
            observed(store, told, now=broken).create(ADA)

        assert told == [Refused(verb="create", error=ZeroDivisionError, seconds=1.0, tries=1)]
        assert list(store.log()) == []


class TestObserver:
    """What is told, when, and what cannot be broken by it."""

    def test_story_of_a_verb_is_told_in_order(self) -> None:
        """Conflict, another attempt, success: with counts and durations."""
        store = Crowded()
        put(store, ADA)
        store.others += [edits({"title": "CTO"})]
        told: list[Event] = []
        observed(store, told).convert("l1", deal=NewDeal())

        assert told == [
            Conflicted(verb="convert", error=Conflict, attempt=1),
            Retried(verb="convert", attempt=2, pause=0.01),
            Applied(
                verb="convert", position=3, created=3, updated=1, deleted=0, effects=0, seconds=1.0, tries=2
            ),
        ]  # fmt: skip

    def test_every_kind_of_change_is_counted(self) -> None:
        """Created, updated, deleted, effects."""
        told: list[Event] = []
        store = MemoryStore()
        put(store, ADA)
        gone = attrs.evolve(delete(ADA, at=NOON), effects=[Effect(key="e1", kind="email")])
        observed(store, told).apply(gone)

        assert told == [
            Applied(verb="apply", position=2, created=0, updated=0, deleted=1, effects=1, seconds=1.0, tries=1)
        ]

    def test_nothing_to_do_and_done_before_are_told_apart(self) -> None:
        """The one has no position, the other that of the first call."""
        told: list[Event] = []
        store = MemoryStore()
        crm = observed(store, told)
        crm.create(ADA, key="k1")
        crm.create(ADA, key="k1")
        crm.edit(Lead, "l1", {"last_name": "Vale"})

        assert [type(event) for event in told] == [Applied, Applied, Unchanged]
        assert [event.replayed for event in told if isinstance(event, Applied)] == [False, True]
        assert told[2] == Unchanged(verb="edit", seconds=1.0, tries=1)

    def test_call_that_changes_nothing_is_known_again_at_the_same_instant(self) -> None:
        """Under its key it is written once, whatever the clock says."""
        store = MemoryStore()
        put(store, ADA)
        told: list[Event] = []
        crm = shell(store, observe=told.append, now=lambda: NOON)
        first, again = (crm.edit(Lead, ADA.id, {"last_name": ADA.last_name}, key="once") for _ in range(2))

        assert [(done.position, done.replayed) for done in (first, again)] == [(2, False), (2, True)]
        assert [event.replayed for event in told if isinstance(event, Applied)] == [False, True]

    def test_dry_run_is_not_told(self) -> None:
        """Nothing has happened."""
        told: list[Event] = []
        observed(MemoryStore(), told).create(ADA, dry_run=True)

        assert told == []

    def test_store_that_cannot_be_written_is_told(self) -> None:
        """By the type of the error."""
        told: list[Event] = []
        with pytest.raises(StoreIsReadOnly):
            observed(OnlyReader(MemoryStore()), told).create(ADA)

        assert told == [Refused(verb="create", error=StoreIsReadOnly, seconds=1.0, tries=1)]

    def test_events_hold_nothing_personal(self) -> None:
        """Neither names nor addresses nor ids, whatever was refused."""
        told: list[Event] = []
        store = Crowded()
        put(store, ADA)
        store.others += [edits({"title": "Countess"})]
        crm = observed(store, told)
        crm.edit(Lead, "l1", {"description": "secret"})
        for broken in ({"emails": ["ada@"]}, {"nonsense": "secret"}):
            with pytest.raises(ValueError, match="edit"):
                crm.edit(Lead, "l1", broken)

        text = repr(told) + repr(pickle.loads(pickle.dumps(told)))  # noqa: S301  (our own)
        assert [word for word in ("ada", "Vale", "secret", "Countess", "l1", "@") if word in text] == []
        assert len(told) == 5

    def test_observer_that_fails_breaks_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        """What was written is written, what was refused is refused; the error goes to the log."""

        def broken(_: Event) -> None:
            raise ZeroDivisionError

        store = MemoryStore()
        crm = shell(store, observe=broken)
        with caplog.at_level(logging.ERROR, logger="leadmodel.crm"):
            done = crm.create(ADA)
            with pytest.raises(Conflict):
                crm.create(ADA)

        assert (done.position, store.get(Lead, "l1")) == (1, done.record)
        assert [(record.name, record.exc_info and record.exc_info[0]) for record in caplog.records] == [
            ("leadmodel.crm", ZeroDivisionError)
        ] * 2

    def test_observer_is_told_after_the_transaction(self) -> None:
        """It may use the store itself."""
        store = MemoryStore()
        seen: list[object] = []

        def look(_: Event) -> None:
            other = threading.Thread(target=lambda: seen.append(store.get(Lead, "l1")))
            other.start()
            other.join(timeout=10)

        shell(store, observe=look).create(ADA)

        assert seen == [store.get(Lead, "l1")]

    def test_applied_counts_what_changes_hold(self) -> None:
        """None of it is there where nothing changes."""
        told = Applied.of("edit", 1, Changes(), seconds=0.0, tries=1, replayed=False)

        assert (told.created, told.updated, told.deleted, told.effects) == (0, 0, 0, 0)


def test_second_writer_comes_in_once() -> None:
    """What the crowded store promises: others write between the reads and the write, one a transaction."""
    store = Crowded(lambda other: put(other, attrs.evolve(ADA, id="l2")))
    with store.transaction() as tx:
        assert tx.count(Lead) == 0
        tx.apply(create(ADA, at=NOON))
        assert tx.count(Lead) == 2
    assert isinstance(store, Writer)
