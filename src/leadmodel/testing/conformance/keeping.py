"""
The past: the log is append-only, ordered and complete (S-4).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any, Final
from unittest import SkipTest

import attrs

from leadmodel.changes import Cause, Changes, Effect, Updated
from leadmodel.criteria import where
from leadmodel.entities import ENTITIES, Contact, Entity, Lead
from leadmodel.errors import InvalidCriterion, InvalidValue, UnknownName
from leadmodel.networks import Profile
from leadmodel.ports import Commit, Keeper
from leadmodel.processes import pipelines
from leadmodel.stores import MemoryStore
from leadmodel.testing.conformance.basis import Conformance, Opener, clause
from leadmodel.testing.conformance.comparing import raised, same, same_records, whole
from leadmodel.testing.conformance.samples import (
    HOUR,
    KEYS,
    NOON,
    creating,
    deleting,
    everything,
    ids_of,
    lead,
    leads,
    replacing,
    there,
    updating,
)
from leadmodel.values import Ref

_LATER: Final = NOON + timedelta(days=400)


class Clock:
    """
    A clock that stands still until it is set.
    """

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        """
        Tell the time to which it was set.
        """
        return self.at


def _story() -> list[Changes]:
    """
    Give changes in which everything happens: creating, updating, deleting, creating again, merging, effects, nothing.
    """
    one, two = lead("l1"), lead("l2", employees=3)
    updated = attrs.evolve(one, title="CTO", version=1, modified_at=NOON)
    effects = [Effect(key=f"{word} {n}", kind="email", payload={"text": word}) for n, word in enumerate(KEYS[:5])]
    return [
        Changes(created=everything(), cause=Cause(at=_LATER, by="u1", rules=("CONV-1", "PIPE-2"))),
        Changes(created=[one, two], effects=effects, cause=Cause(at=NOON - HOUR)),
        Changes(updated=[Updated(one, updated)], effects=[Effect(key="last", kind="webhook")]),
        deleting(updated, at=_LATER),
        Changes(cause=Cause(at=NOON, rules=("CONV-10",))),
        creating(attrs.evolve(one, company="Acme", version=2)),
        deleting(two, into=one.ref),
        replacing(attrs.evolve(one, company="Acme", version=2), attrs.evolve(one, version=7)),
    ]


class LogClauses(Conformance):
    """
    S-4: the log is append-only, ordered and complete.
    """

    @clause("S-4")
    def test_s04_the_last_position_is_known(self, open_store: Opener) -> None:
        """
        S-4: the last position is that of the last commit, 0 before the first, in a transaction as well.
        """
        store = open_store()
        same(store.last(), 0, "the last position of an empty log")
        for number, changes in enumerate(_story(), 1):
            with store.transaction() as transaction:
                same(transaction.last(), number - 1, "the last position before a commit")
                position = transaction.apply(changes)
                same((position, transaction.last()), (number, number), "the last position within the transaction")
            same(store.last(), number, "the last position after a commit")
        store.apply(Changes(), key="again")
        store.apply(Changes(), key="again")
        same(store.last(), len(_story()) + 1, "the last position after a commit whose key was known")

    @clause("S-4")
    def test_s04_the_log_tells_everything_in_order(self, open_store: Opener) -> None:
        """
        S-4: each commit with its position, its records whole, effects, merges and cause; recorded in order.
        """
        store, story = open_store(), _story()
        for each in story:
            store.apply(each)
        log = list(open_store().log())

        same([each.position for each in log], list(range(1, len(story) + 1)), "the positions")
        _same_story((each.changes for each in log), story, "the log")
        _same_story((store.changes(each.position) for each in log), story, "the changes at each position")
        stamps = [each.recorded_at for each in log]
        same(stamps, sorted(stamps), "the instants at which they were recorded, in order")
        same({each.utcoffset() for each in stamps}, {timedelta()}, "the zone of these instants: UTC")

    @clause("S-4")
    def test_s04_the_log_replayed_gives_the_records(self, open_store: Opener) -> None:
        """
        S-4: applied in order to an empty store, the log gives every record, its version and its history.
        """
        store, again = open_store(), MemoryStore()
        for each in _story():
            store.apply(each)
        for commit in store.log():
            again.apply(commit.changes)

        same_records(there(store), there(again), "the records, and those of the replay")
        for kind in ENTITIES:
            for record_id in ("r1", "l1", "l2"):
                ref = Ref(kind, record_id)
                told = [
                    [(each.position, each.before, each.after) for each in one.history(ref)] for one in (store, again)
                ]
                same(told[0], told[1], f"the history of {ref}, and that of the replay")

    @clause("S-4")
    def test_s04_the_log_is_read_in_parts(self, open_store: Opener) -> None:
        """
        S-4: the commits after a position, so many at most; after the last one there is none.
        """
        store = open_store()
        same(list(store.log()), [], "the log of an empty store")
        for number in range(7):
            store.apply(creating(lead(f"l{number}")))

        def positions(**asked: Any) -> list[int]:  # noqa: ANN401  (the options of `log`)
            return [each.position for each in store.log(**asked)]

        same(positions(after=3), [4, 5, 6, 7], "after 3")
        same(positions(limit=2), [1, 2], "two at most")
        same(positions(after=5, limit=9), [6, 7], "after 5, nine at most")
        same(positions(after=7), [], "after the last one")
        same(positions(after=99), [], "after what is not there yet")
        raised(InvalidCriterion, lambda: list(store.log(limit=0)), "none at most")

    @clause("S-4")
    def test_s04_what_is_in_the_log_stays_as_it_was(self, open_store: Opener) -> None:
        """
        S-4: whatever is applied later changes nothing of what was written down before, not even while it is read.
        """
        store = open_store()
        store.apply(creating(lead("l1"), lead("l2")))
        store.apply(updating(lead("l1"), title="CTO"))
        before, history = list(store.log()), list(store.history(Ref(Lead, "l1")))
        reading = iter(store.log())
        first = next(reading)
        store.apply([updating(lead("l1", title="CTO", version=1), title="CEO"), deleting(lead("l2"))])
        store.apply(deleting(lead("l1", title="CEO", version=2)))
        second = next(reading)

        same([whole(each) for each in (first, second)], [whole(each) for each in before], "commits read meanwhile")
        same([whole(each) for each in list(store.log())[:2]], [whole(each) for each in before], "the first commits")
        same([whole(each) for each in store.history(Ref(Lead, "l1"))[:2]], [whole(each) for each in history], "entries")
        same_records(store.changes(1).created, leads("l1", "l2"), "what was created at first")

    @clause("S-4")
    def test_s04_an_unknown_position_is_refused(self, open_store: Opener) -> None:
        """
        S-4: where the log has no such position, the error says so.
        """
        store = open_store()
        raised(UnknownName, lambda: store.changes(1), "position 1 of an empty log")
        store.apply(creating(lead("l1")))
        for position in (0, 2, -1, 2**40):
            raised(UnknownName, partial(store.changes, position), f"position {position}")

    @clause("S-4")
    def test_s04_the_history_of_a_record_is_whole(self, open_store: Opener) -> None:
        """
        S-4: each commit that touched a record is an entry, with the record before and after, the cause, the position.
        """
        store, story = open_store(), _story()
        for each in story:
            store.apply(each)
        entries = list(open_store().history(Ref(Lead, "l1")))
        log = {each.position: each for each in store.log()}

        told = [(each.position, each.verb) for each in entries]
        same(told, [(2, "created"), (3, "updated"), (4, "deleted"), (6, "created"), (8, "updated")], "what happened")
        pairs = [pair for each in story for pair in each.pairs() if (pair[0] or pair[1] or lead("?")).id == "l1"]
        same_records((each.before for each in entries), (before for before, _ in pairs), "the record before")
        same_records((each.after for each in entries), (after for _, after in pairs), "the record after")
        for entry in entries:
            commit = log[entry.position]
            same(whole(entry.cause), whole(commit.changes.cause), "the cause of an entry, and of its commit")
            same(entry.recorded_at, commit.recorded_at, "when an entry was recorded, and its commit")
        same(list(store.history(Ref(Lead, "never"))), [], "the history of what never was")
        same(list(store.history(Ref(Contact, "l1"))), [], "the history of another type")

    @clause("S-4")
    def test_s04_a_version_that_the_store_sets_stands_in_the_log(self, open_store: Opener) -> None:
        """
        S-4, S-2: the log tells what was written, and not what was asked for.
        """
        store = open_store()
        store.apply(creating(lead("l1", version=3)))
        store.apply(updating(lead("l1", version=3), version=1, title="CTO"))
        store.apply(deleting(lead("l1", version=4)))
        store.apply(creating(lead("l1")))

        same([each.version for each in store.changes(4).created], [5], "the version of what was created again")
        versions = [each.after and each.after.version for each in store.history(Ref(Lead, "l1"))]
        same(versions, [3, 4, None, 5], "the versions in the history")


class AsOfClauses(Conformance):
    """
    S-4: a reader of the records as they had been recorded at an instant.
    """

    @clause("S-4")
    def test_s04_records_are_read_as_of_every_commit(self, open_store: Opener) -> None:
        """
        S-4: at the instant of each commit, and between, the records are those that had been recorded until then.

        It is the instant of recording that counts: the instants at which things happened are in disorder here.
        """
        store = open_store()
        for each in _story():
            store.apply(each)
        _check_past(store)

    @clause("S-4")
    def test_s04_the_past_can_be_asked_anything(self, open_store: Opener) -> None:
        """
        S-4: the reader of an instant finds, counts, pages and makes directories as any reader does.
        """
        store = open_store()
        ada = Contact(id="c1", last_name="Vale", profiles=[Profile("x", "ada")])
        store.apply(creating(ada, *leads("l1", "l2", "l3", company="Acme")))
        last = list(store.log())[-1]
        past = store.as_of(last.recorded_at)
        page = past.find(Lead, order_by=["-id"], limit=2)

        same(ids_of(page), ["l3", "l2"], "a page")
        same(ids_of(past.find(Lead, order_by=["-id"], limit=2, after=page.after)), ["l1"], "the next page")
        same(past.count(where(Lead, "company", "is", "ACME")), 3, "a count")
        found = past.directory_for([Profile("x", "ada")], pipelines=pipelines.SIMPLE)
        same([each.id for each in found.all(Contact)], ["c1"], "a directory")

    @clause("S-4")
    def test_s04_an_instant_without_a_zone_is_refused(self, open_store: Opener) -> None:
        """
        S-4: a naive instant lies nowhere on the time line.
        """
        store: Any = open_store()
        for wrong in (datetime(2026, 6, 15), NOON.date(), "2026-06-15", None):  # noqa: DTZ001  (naive on purpose)
            raised(InvalidValue, partial(store.as_of, wrong), f"as of {wrong!r}")

    @clause("S-4")
    def test_s04_the_log_is_stamped_by_the_clock(self, open_store: Opener) -> None:
        """
        S-4: each commit has the instant that the clock tells, to the microsecond and in UTC, whatever happened when.
        """
        store, clock = self._clocked(open_store)
        for shift in (timedelta(), timedelta(microseconds=1), HOUR, timedelta(days=300)):
            clock.at = (NOON + shift).astimezone(timezone(timedelta(hours=5)))
            store.apply(Changes(cause=Cause(at=_LATER)))

        expected = [NOON, NOON + timedelta(microseconds=1), NOON + HOUR, NOON + timedelta(days=300)]
        same([each.recorded_at for each in store.log()], expected, "the instants of the commits")
        same({each.recorded_at.utcoffset() for each in store.log()}, {timedelta()}, "their zone: UTC")

    @clause("S-4")
    def test_s04_a_clock_that_is_turned_back_does_not_turn_back_the_log(self, open_store: Opener) -> None:
        """
        S-4: no entry is recorded before the one that precedes it, by another writer neither.
        """
        store, clock = self._clocked(open_store)
        other = open_store(now=clock)
        for number, shift in enumerate((0, 2, 1, -5, 2, 3)):
            clock.at = NOON + shift * HOUR
            (other if number % 2 else store).apply(creating(lead(f"l{number}")))

        hours = [(each.recorded_at - NOON) // HOUR for each in store.log()]
        same(hours, [0, 2, 2, 2, 2, 3], "the hours at which the commits were recorded")

    @clause("S-4")
    def test_s04_the_past_is_what_had_been_recorded(self, open_store: Opener) -> None:
        """
        S-4: before the first commit there is nothing; several at one instant count together; the instant belongs to it.
        """
        store, clock = self._clocked(open_store)
        for number, each in enumerate(_story()):
            clock.at = NOON + (number // 2) * HOUR
            store.apply(each)
        _check_past(store)

        moment = timedelta(microseconds=1)
        counts = {NOON - moment: 0, NOON: 3, NOON + HOUR - moment: 3, NOON + HOUR: 2, NOON + 3 * HOUR: 2, _LATER: 2}
        for instant, number in counts.items():
            for zone in (NOON.tzinfo, timezone(timedelta(hours=-11))):
                same(store.as_of(instant.astimezone(zone)).count(Lead), number, f"how many leads as of {instant}")

    def _clocked(self, open_store: Opener) -> tuple[Keeper, Clock]:
        if not open_store.takes_clock:
            raise SkipTest("not checked: `open_store` takes no `now`")
        clock = Clock()
        return open_store(now=clock), clock


def _same_story(given: Iterable[Changes], expected: Iterable[Changes], what: str) -> None:
    for number, (one, two) in enumerate(zip(given, expected, strict=True), 1):
        same(whole(one), whole(two), f"{what}, commit {number}")


def _check_past(store: Keeper) -> None:
    """
    Compare the records as of each commit with those that its log comes to until then.
    """
    log = list(store.log())
    moment = timedelta(microseconds=1)
    instants = sorted({each.recorded_at + shift for each in log for shift in (-moment, timedelta(), moment)})
    for instant in instants:
        _same_past(store.as_of(instant), [each for each in log if each.recorded_at <= instant], f"as of {instant}")


def _same_past(past: Any, log: Iterable[Commit], what: str) -> None:  # noqa: ANN401  (a reader)
    then = MemoryStore()
    for commit in log:
        then.apply(commit.changes)
    expected: list[Entity] = list(there(then))
    same_records(there(past), expected, what)
    same_records((past.get(type(each), each.id) for each in expected), expected, f"{what}, one by one")
    same([past.count(kind) for kind in ENTITIES], [then.count(kind) for kind in ENTITIES], f"{what}, counted")
