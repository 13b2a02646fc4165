"""
A store that fails at each call in turn, for every verb of the shell.

Whatever fails, at whichever call: everything that the verb does is there, or nothing; the error is the store's own; and
the same call again, under the same key, ends as if nothing had failed (S-1, S-10, S-17, S-18).
"""

import inspect
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import Any, Final

import attrs
import pytest
from hypothesis import settings

from leadmodel import (
    Account,
    Changes,
    Contact,
    Effect,
    Lead,
    NewDeal,
    Note,
    Profile,
    Ref,
    SocialUpdate,
    create,
    new_deal,
)
from leadmodel.crm import Crm
from leadmodel.entities import Entity
from leadmodel.errors import StoreBusy, StoreError, StoreUnavailable
from leadmodel.ports import Commit, Keeper, KeptTransaction
from leadmodel.stores import MemoryStore, SqlStore
from tests.crm.making import ADA, BOOK, HOUR, NOON, NOTE, shell
from tests.crm.watched import Watched
from tests.postgres import Databases
from tests.unmeasured import unmeasured

POST: Final = SocialUpdate(id="u1", author=Profile("x", "bob"), author_name="Bob Moor")
DEAL: Final = new_deal(id="d1", name="Mill", pipeline=BOOK.pipelines, at=NOON)
#: What is on record before a verb; position 2 of the log is what `undo` takes back.
BEFORE: Final = (
    Changes(created=[ADA, attrs.evolve(ADA, id="l2", emails=["bea@acme.example"]), NOTE, DEAL]),
    create(Contact(id="c1", last_name="Moor"), at=NOON),
)
NEWCO: Final = attrs.evolve(
    create(Account(id="a9", name="Newco"), at=NOON), effects=[Effect(key="welcome a9", kind="email")]
)

#: What is called of every verb. `how` is a key, a dry run, or nothing.
CALLS: Final[dict[str, Callable[..., object]]] = {
    "get": lambda crm: crm.get(Lead, "gone"),
    "find": lambda crm: crm.find(Lead),
    "count": lambda crm: crm.count(Lead),
    "history": lambda crm: crm.history(Lead, "l1"),
    "feed": lambda crm: list(crm.feed([POST])),
    "tabs": lambda crm: crm.tabs([POST]),
    "plan": lambda crm: crm.plan("l1", deal=NewDeal()),
    "create": lambda crm, **how: crm.create(Account(id="a8", name="Newco"), **how),
    "add_lead": lambda crm, **how: crm.add_lead(POST, **how),
    "add_contact": lambda crm, **how: crm.add_contact(POST, **how),
    "edit": lambda crm, **how: crm.edit(Lead, "l1", {"title": "CTO"}, **how),
    "delete": lambda crm, **how: crm.delete(Note, "n1", **how),
    "apply": lambda crm, **how: crm.apply(NEWCO, **how),
    "move": lambda crm, **how: crm.move("d1", "Closed Won", **how),
    "move_lead": lambda crm, **how: crm.move_lead("l1", "Contacted", **how),
    "qualify": lambda crm, **how: crm.qualify("l1", **how),
    "disqualify": lambda crm, **how: crm.disqualify("l1", **how),
    "convert": lambda crm, **how: crm.convert("l1", deal=NewDeal(), **how),
    "apply_plan": lambda crm, **how: crm.apply_plan(crm.plan("l1", deal=NewDeal()), **how),
    "convert_all": lambda crm, **how: crm.convert_all(Lead, batch=1, deal=NewDeal(), **how),
    "undo": lambda crm, **how: crm.undo(2, **how),
    "forget": lambda crm, **how: crm.forget(Lead, "l1", **how),
}
READING: Final = ("get", "find", "count", "history", "feed", "tabs", "plan")
WRITING: Final = tuple(name for name in CALLS if name not in READING)


def takes(verb: str, name: str) -> bool:
    """Say whether a verb has a parameter of this name."""
    return name in inspect.signature(getattr(Crm, verb)).parameters


#: The verbs that know keys.
KEYED: Final = tuple(name for name in WRITING if takes(name, "key"))


# The store that fails


@attrs.define
class Faults:
    """
    What fails: one call, or none.

    Args:
        at: Which call, counted from 1 over everything that is asked; 0 is none.
        after: Whether the call has its effect before it fails.
        kind: The error.
    """

    at: int = 0
    after: bool = False
    kind: type[StoreError] = StoreUnavailable
    #: The calls, by name.
    calls: list[str] = attrs.field(factory=list)
    #: The error that was raised.
    raised: StoreError | None = None

    def met(self, name: str, *, after: bool) -> None:
        """Count a call before it is made, and fail where it is the one."""
        if not after:
            self.calls.append(name)
        if len(self.calls) == self.at and after is self.after and self.raised is None:
            self.raised = self.kind(doing=name, what="it was to fail")
            raise self.raised


# What is there


@attrs.frozen
class State:
    """Everything that a store holds."""

    records: dict[Ref, Entity]
    log: list[Commit]
    waiting: tuple[Any, ...]


def state(store: Keeper) -> State:
    """Look at everything that a store holds."""
    log = list(store.log())
    kinds = {ref.type for commit in log for ref in commit.changes.refs()}
    records = {record.ref: record for kind in kinds for record in store.find(kind)}
    return State(records, log, tuple(store.outbox()))


TENANTS: Final = count()


@attrs.frozen
class Stores:
    """
    What makes stores with the records that verbs work on; all of them are alike.

    Args:
        make: Makes an empty one.
        every: Whether a store of its own is made for every call that fails; otherwise for those alone that write. The
            others leave nothing behind, which is tested for each of them.
    """

    make: Callable[[], Keeper]
    every: bool

    def __call__(self) -> Keeper:
        """Make one."""
        store = self.make()
        for changes in BEFORE:
            store.apply(changes)
        return store

    def turns(self, calls: list[str]) -> list[int]:
        """Give which calls fail, counted from 1, each in a store of its own."""
        return [at for at, name in enumerate(calls, start=1) if self.every or name in {"apply", "leave"}]


@pytest.fixture(scope="module")
def on_postgresql(databases: Databases) -> Iterator[SqlStore]:
    """Give a store in a database of its own; every tenant of it is empty."""
    with databases.made() as address, SqlStore.open(address, now=lambda: NOON) as store:
        yield store


@pytest.fixture(scope="module")
def on_sqlite() -> Iterator[SqlStore]:
    """Give a store in memory; every tenant of it is empty."""
    with SqlStore.open("sqlite://", now=lambda: NOON) as store:
        yield store


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Give what makes stores of each kind."""
    with unmeasured():
        if request.param == "memory":
            yield Stores(lambda: MemoryStore(now=lambda: NOON), every=True)
            return
        first: SqlStore = request.getfixturevalue(f"on_{request.param}")
        yield Stores(lambda: first.of_tenant(f"tenant {next(TENANTS)}"), every=settings().max_examples > 1_000)


def called(verb: str, store: Keeper, faults: Faults | None = None, *, at: datetime = NOON, **how: Any) -> Any:  # noqa: ANN401  (what it gives)
    """Call a verb on a store that fails, or on one that does not."""
    return CALLS[verb](shell(Watched(store, (faults or Faults()).met), now=lambda: at), **how)


def states_of(verb: str, filled: Stores, **how: Any) -> tuple[list[str], list[State]]:  # noqa: ANN401
    """Give the calls that a verb makes of its store, and what the store holds before it and after each commit."""
    store, faults = filled(), Faults()
    before = state(store)
    called(verb, store, faults, **how)
    end = state(store)
    between = [_at(end, position) for position in range(len(before.log) + 1, len(end.log))]
    return faults.calls, [before, *between, end] if len(end.log) > len(before.log) else [before]


def _at(end: State, position: int) -> State:
    """Give what a store held after a position: what its log says."""
    records: dict[Ref, Entity] = {}
    for commit in end.log[:position]:
        commit.changes.apply_to(records)
    waiting = tuple(each for each in end.waiting if each.position <= position)
    return State(
        {ref: records[ref] for ref in sorted(records, key=list(end.records).index)}, end.log[:position], waiting
    )


# The tests


def test_every_verb_is_called() -> None:
    """A verb that is new is tested here, or this fails."""
    verbs = {name for name, _ in inspect.getmembers(Crm, inspect.isfunction) if not name.startswith("_")}

    assert verbs == set(CALLS)
    assert {name for name in verbs if takes(name, "dry_run")} == set(WRITING)
    assert set(WRITING) - set(KEYED) == {"convert_all"}


def test_failing_store_is_a_keeper() -> None:
    """With every method of the port, in its transactions too; a call that is not the one passes."""
    faults = Faults(at=3)
    store = Watched(MemoryStore(), faults.met)

    def block() -> None:
        with store.transaction() as tx:
            assert isinstance(tx, KeptTransaction)
            tx.apply(NEWCO)
            tx.count(Account)

    with pytest.raises(StoreUnavailable) as caught:
        block()

    assert isinstance(store, Keeper)
    assert caught.value is faults.raised
    assert faults.calls == ["transaction", "apply", "count"]
    assert store.inner.count(Account) == 0


def test_effect_that_fails_afterwards_has_happened() -> None:
    """Which is what a lost answer looks like."""
    faults = Faults(at=3, after=True)
    store = Watched(MemoryStore(), faults.met)
    with pytest.raises(StoreUnavailable), store.transaction() as tx:
        tx.apply(NEWCO)

    assert faults.calls == ["transaction", "apply", "leave"]
    assert store.inner.count(Account) == 1


@pytest.mark.parametrize("verb", READING)
def test_reading_tells_what_failed(filled: Stores, verb: str) -> None:
    """At whichever call; nothing is asked again, and the next question is answered."""
    store = filled()
    before, calm = state(store), Faults()
    answer = called(verb, store, calm)
    for at in range(1, len(calm.calls) + 1):
        faults = Faults(at=at)
        with pytest.raises(StoreUnavailable) as caught:
            called(verb, store, faults)
        assert caught.value is faults.raised
        assert len(faults.calls) == at
        assert called(verb, store) == answer
    assert calm.calls
    assert state(store) == before


@pytest.mark.parametrize("verb", WRITING)
def test_dry_run_tells_what_failed(filled: Stores, verb: str) -> None:
    """It opens no transaction, and writes nothing whatever fails."""
    store = filled()
    before, calm = state(store), Faults()
    called(verb, store, calm, dry_run=True)
    for at in range(1, len(calm.calls) + 1):
        faults = Faults(at=at)
        with pytest.raises(StoreUnavailable) as caught:
            called(verb, store, faults, dry_run=True)
        assert caught.value is faults.raised
    assert {"transaction", "apply", "leave"}.isdisjoint(calm.calls)
    assert state(store) == before


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize("verb", WRITING)
def test_verb_writes_everything_or_nothing(filled: Stores, verb: str, after: bool) -> None:
    """Whichever call fails, before it or after it had its effect: whole commits, and the store's own error."""
    calls, states = states_of(verb, filled)
    store = filled()
    for at, name in enumerate(calls, start=1):
        faults = Faults(at=at, after=after)
        with pytest.raises(StoreUnavailable) as caught:
            called(verb, store, faults)
        written = calls[:at].count("leave") - (0 if after or name != "leave" else 1)
        assert caught.value is faults.raised
        assert faults.calls == calls[:at]
        if written or at == len(calls):  # what a call before has left behind would still be there
            assert state(store) == states[written]
            store = filled()
    assert len(states) == calls.count("leave") + 1
    assert len(states) == (3 if verb == "convert_all" else 2)


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize("verb", KEYED)
def test_same_key_again_ends_as_if_nothing_had_failed(filled: Stores, verb: str, after: bool) -> None:
    """Whether the first call had written or not, which nobody knows: one outcome, told as it was (S-18)."""
    calls, (before, end) = states_of(verb, filled, key="once")
    for at in filled.turns(calls):
        store = filled()
        with pytest.raises(StoreUnavailable):
            called(verb, store, Faults(at=at, after=after), key="once")
        written = after and at == len(calls)
        assert state(store) == (end if written else before)
        done = called(verb, store, at=NOON + HOUR if written else NOON, key="once")
        assert (done.position, done.replayed) == (3, written)
        assert state(store) == end


@pytest.mark.parametrize("verb", ["add_lead", "add_contact", "convert", "convert_all"])
def test_verb_that_may_be_done_twice_needs_no_key(filled: Stores, verb: str) -> None:
    """The same author again, the same request again: whatever failed, the second call ends where one would have."""
    calls, states = states_of(verb, filled)
    for at in filled.turns(calls):
        for after in (False, True):
            store = filled()
            with pytest.raises(StoreUnavailable):
                called(verb, store, Faults(at=at, after=after))
            called(verb, store)
            assert state(store) == states[-1]
    assert len(calls) > 3


@pytest.mark.parametrize("verb", [verb for verb in WRITING if verb != "apply"])
def test_busy_store_is_tried_again_at_whichever_call(filled: Stores, verb: str) -> None:
    """Somebody else was writing: the verb begins again, and its outcome is the one that it would have had."""
    calls, states = states_of(verb, filled)
    first = calls.index("transaction") + 1  # what is looked at before is no part of an attempt
    for at in (at for at in filled.turns(calls) if at >= first):
        store, faults = filled(), Faults(at=at, kind=StoreBusy)
        called(verb, store, faults)
        assert faults.raised is not None
        assert state(store) == states[-1]
    assert len(calls) > 3


@pytest.mark.parametrize("verb", [*READING, "apply"])
def test_busy_store_is_told_where_nothing_is_tried_again(filled: Stores, verb: str) -> None:
    """Questions, and changes that are the caller's."""
    calm, store = Faults(), filled()
    called(verb, filled(), calm)
    before = state(store)
    for at in range(1, len(calm.calls) + 1):
        faults = Faults(at=at, kind=StoreBusy)
        with pytest.raises(StoreBusy) as caught:
            called(verb, store, faults)
        assert caught.value is faults.raised
        assert state(store) == before
