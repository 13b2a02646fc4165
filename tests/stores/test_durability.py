"""
What was acknowledged stays, whole, whatever ends the writer, the line or the server (S-1, S-3, S-13, S-18).

Writers are killed with SIGKILL, files cannot grow, and lines to a server are cut at one message after another. What is
promised, how that was tested and what was not tested stands in the documentation, under "Durability".
"""

import os
import random
import resource
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs
import pytest
from hypothesis import settings

from leadmodel import (
    Account,
    Changes,
    Contact,
    Effect,
    Lead,
    Playbook,
    Ref,
    StoreUnavailable,
    Updated,
    playbooks,
    where,
)
from leadmodel.crm import Crm
from leadmodel.entities import ENTITIES, Entity
from leadmodel.ports import Commit, Reader, walk
from leadmodel.stores import SqlStore
from leadmodel.testing.strategies import NOW
from tests.stores.children import Tell, children
from tests.stores.line import Line, line_to
from tests.unmeasured import unmeasured

#: How many writers are killed in each kind of store.
ROUNDS: Final = 1_000 if settings().max_examples > 1_000 else 200
#: Up to so many commits of a writer are awaited; then it is killed during the next one, within so many seconds.
_AWAITED: Final = 3
_WITHIN: Final = 0.2
#: So many of them are killed between their commit and their word of it.
_SILENT: Final = 0.15

#: A long call is cut at every message in the thorough run, and at one in so many otherwise.
STRIDE: Final = 1 if settings().max_examples > 1_000 else 8

BOOK: Final[Playbook] = playbooks.ZOHO


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database of each kind that outlives a program."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/crm.db"
    return str(request.getfixturevalue("database"))


def inside(reader: Reader) -> dict[Ref, Entity]:
    """Give everything in a store by reference."""
    return {record.ref: record for kind in ENTITIES for record in reader.find(kind)}


# Killed writers


def acme(position: int) -> Account:
    """Give the shared account as it is after a commit: it counts them."""
    return Account(id="acme", name="Acme Mills", custom={"commits": position}, version=position - 1)


def lead(turn: int, number: int) -> Lead:
    """Give the lead that one commit creates."""
    name = f"l{turn}.{number}"
    return Lead(id=name, last_name="Byron", emails=[f"{name}@acme.example"], tags=[f"turn {turn}"])


def step(turn: int, number: int, position: int) -> Changes:
    """Give what a writer commits: a lead, the count in the account, every third time the end of a lead, an effect."""
    older = [lead(turn, number - 2)] if number % 3 == 0 else []
    effect = Effect(key=f"welcome {turn}.{number}", kind="email")
    if position == 1:
        return Changes(created=[lead(turn, number), acme(1)], effects=[effect])
    counted = Updated(acme(position - 1), acme(position))
    return Changes(created=[lead(turn, number)], updated=[counted], deleted=older, effects=[effect])


def key(turn: int, number: int) -> str:
    """Give the key of a commit."""
    return f"turn {turn}, number {number}"


def write(store: SqlStore, turn: int, last: int, silent: int = 0) -> Callable[[Tell], None]:
    """
    Give what commits after a position for as long as it lives, and tells each position that it is given.

    Where that is asked for, it is killed after so many commits, before it can tell of the last.
    """

    def work(tell: Tell) -> None:
        for number in count(1):
            position = store.apply(step(turn, number, last + number), key=key(turn, number))
            if number == silent:
                os.kill(os.getpid(), signal.SIGKILL)
            tell(position)

    return work


@attrs.define
class Killer:
    """
    Kills one writer after another, and looks what each has left behind.

    Args:
        store: Where they write.
        chance: Says when each is killed.
    """

    store: SqlStore
    chance: random.Random
    #: The position up to which the log goes.
    last: int = 0
    #: About as many seconds as a commit takes: a writer is killed within that time, and so at any moment of a commit.
    pace: float = 0.01

    def kill_one(self, turn: int) -> None:
        """
        Let a writer be killed, and check what is there.

        What it was about is done again under its key, so that it is there once whether it was there before or not.
        """
        store, before = self.store, self.last
        told = self._killed(turn)
        with store.transaction():
            pass  # a server may still be writing what it was told; whoever writes next waits for that
        number, there = len(told) + 1, store.get(Account, "acme")

        assert told == list(range(before + 1, before + number))
        assert (there.custom["commits"] if there else 0) - before in {number - 1, number}
        self.last = before + number
        assert store.apply(step(turn, number, self.last), key=key(turn, number)) == self.last
        assert store.get(Account, "acme") == acme(self.last)
        assert {each.id for each in store.find(where(Lead, "tags", "has_any", [f"turn {turn}"]))} == left(turn, number)
        effects = [waiting.effect.key for waiting in store.outbox()]
        assert effects == [f"welcome {turn}.{each}" for each in range(1, number + 1)]
        assert store.acknowledge(effects) == number

    def _killed(self, turn: int) -> list[int]:
        """Kill a writer after some commits, in the middle of another one, and give the positions that it has told."""
        if self.store._connections.engine.name == "sqlite":
            self.store._connections.engine.dispose()  # its connections are no child's to inherit
        many = self.chance.randint(0, _AWAITED)
        silent = many if self.chance.random() < _SILENT else 0
        with children(write(self.store, turn, self.last, silent)) as (child,):
            if silent:
                return child.lines()
            times = []
            told = []
            for _ in range(many):
                told.append(child.line())
                times.append(time.monotonic())
            if len(times) > 1:
                self.pace = (times[-1] - times[0]) / (len(times) - 1)
            time.sleep(self.chance.uniform(0, min(self.pace, _WITHIN)))
            child.kill()
            return told + child.lines()


def left(turn: int, done: int) -> set[str]:
    """Give the ids of a turn's leads that are there after so many commits."""
    gone = {number - 2 for number in range(3, done + 1, 3)}
    return {lead(turn, number).id for number in range(1, done + 1) if number not in gone}


def replayed(log: list[Commit]) -> dict[Ref, Entity]:
    """Give the records that a log ends with."""
    records: dict[Ref, Entity] = {}
    for commit in log:
        commit.changes.apply_to(records)
    return records


def test_killed_writer_loses_nothing_that_was_acknowledged(address: str) -> None:
    """Killed at any moment: every position that was given back is there whole, and at most one more."""
    expected: list[Changes] = []
    with SqlStore.open(address) as store, unmeasured():
        killer = Killer(store, random.Random(address[:6]))
        for turn in range(ROUNDS):
            before = killer.last
            killer.kill_one(turn)
            last = killer.last
            expected += [step(turn, at - before, at) for at in range(before + 1, last + 1)]
    with SqlStore.open(address, create=False) as store, unmeasured():
        log, records = list(store.log()), inside(store)
        emails = [f"l{turn}.{number}@acme.example" for turn in range(ROUNDS) for number in range(1, 99)]

        assert [commit.position for commit in log] == list(range(1, last + 1))
        assert [commit.changes for commit in log] == expected
        assert replayed(log) == records
        assert [entry.position for entry in store.history(Ref(Account, "acme"))] == list(range(1, last + 1))
        assert {each.ref for each in store.standing(Lead, "email", emails)} | {Ref(Account, "acme")} == set(records)
        assert store.outbox() == ()
    if address.startswith("sqlite"):
        with sqlite3.connect(address.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()


def test_file_that_cannot_grow_is_told_and_nothing_is_torn(tmp_path: Path) -> None:
    """The disk refuses in the middle of a commit: what was acknowledged is there, no more, and it works again after."""
    address = f"sqlite:///{tmp_path}/crm.db"

    def apply_all(tell: Tell) -> None:
        for number in range(1, 10_000):
            tell(store.apply(step(0, number, number)))

    def work(tell: Tell) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, most))
        with pytest.raises(StoreUnavailable) as caught:
            apply_all(tell)
        tell(caught.value.what)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        tell(store.apply(Changes(created=[lead(1, 1)])))

    with SqlStore.open(address) as store:
        store._connections.engine.dispose()
        with children(work) as (child,):
            *told, what, after = child.lines()
        log = list(store.log())

        assert what == "the disk could not be read or written"
        assert told == list(range(1, len(told) + 1))
        assert len(told) > 1
        assert [commit.position for commit in log] == [*told, after]
        assert replayed(log) == inside(store)


# Cut lines


class Cut:
    """
    A line that is cut at one message, counted from now on.

    Args:
        line: The line.
        at: Which message, counted from 1.
        arrives: Whether the server still gets that message; nobody gets its answer.
        counted: Says which messages count.
    """

    def __init__(self, line: Line, at: int, *, arrives: bool, counted: Callable[[bytes], bool]) -> None:
        self._numbers = count(1)
        self._at = at
        self._line = line
        self._counted = counted
        #: Whether there were as many messages.
        self.happened = False
        if arrives:
            line.cut_after = self._is_it
        else:
            line.cut_before = self._is_it

    def _is_it(self, said: bytes) -> bool:
        if self._counted(said) and next(self._numbers) == self._at:
            self.happened = True
            return True
        return False

    def end(self) -> None:
        """Cut nothing any more."""
        self._line.cut_after = self._line.cut_before = lambda _: False


#: A new tenant's store, and what cuts the line from then on.
Turns: TypeAlias = Iterator[tuple[SqlStore, Callable[[], Cut]]]


def anything(_: bytes) -> bool:
    """Count every message."""
    return True


def commits(said: bytes) -> bool:
    """Count the messages that ask the server to keep what was written."""
    return b"COMMIT" in said


@contextmanager
def cuts(
    address: str, *, arrives: bool, counted: Callable[[bytes], bool] = anything, stride: int = 1
) -> Iterator[Turns]:
    """
    Go through the messages of a call: for each a new tenant's store, and what cuts the line there.

    It ends with a call that has fewer messages, whose line was not cut any more.
    """
    with line_to(address) as line, SqlStore.open(line.address, timeout=5) as store, unmeasured():

        def turns() -> Turns:
            for at in range(1, 1_000, stride):
                begun: list[Cut] = []

                def begin(at: int = at, begun: list[Cut] = begun) -> Cut:
                    begun.append(Cut(line, at, arrives=arrives, counted=counted))
                    return begun[0]

                yield store.of_tenant(f"tenant {at}"), begin
                (cut,) = begun
                if not cut.happened:
                    assert at > 2 * stride
                    return

        yield turns()


def tried(ask: Callable[[], Any]) -> tuple[Any, StoreUnavailable | None]:
    """Give the answer, or the one error that a cut line may lead to."""
    try:
        return ask(), None
    except StoreUnavailable as error:
        return None, error


arriving = pytest.mark.parametrize("arrives", [True, False], ids=["the message arrives", "the message is lost"])


def conversions_cut(address: str, **how: Any) -> list[StoreUnavailable]:  # noqa: ANN401  (as for `cuts`)
    """Convert two leads in two batches, cut, look, do it again, and give the errors that came of the cuts."""
    leads = [Lead(id=f"l{n}", last_name=f"Vale {n}", company="Acme Mills") for n in range(2)]
    ends: list[dict[Ref, Entity]] = []
    errors: list[StoreUnavailable] = []
    with cuts(address, **how) as turns:
        for store, begin in turns:
            store.apply(Changes(created=leads))
            crm = Crm(store, playbook=BOOK, now=lambda: NOW)
            cut = begin()
            _, error = tried(lambda crm=crm: crm.convert_all(Lead, batch=1))
            cut.end()
            errors += [error] if error else []
            batches = len(list(store.log())) - 1
            assert store.count(where(Lead, "status", "is", "Converted")) == store.count(Contact) == batches
            crm.convert_all(Lead, batch=1)
            assert [commit.position for commit in store.log()] == [1, 2, 3]
            ends.append(inside(store))
    assert ends == [ends[-1]] * len(ends)
    assert [type(record) for record in ends[-1].values()] == [Lead, Lead, Contact, Contact, Account]
    return errors


@arriving
def test_batch_conversion_survives_a_line_that_is_cut(database: str, arrives: bool) -> None:
    """Whole batches are there or not, and the same call again ends as if the line had never been cut."""
    errors = conversions_cut(database, arrives=arrives, stride=STRIDE)

    assert {error.rule for error in errors} >= {"S-10"}


@arriving
def test_batch_conversion_with_unknown_result_is_told(database: str, arrives: bool) -> None:
    """Where the commit itself is cut, nobody knows whether it was kept, and that is what is said (S-18)."""
    errors = conversions_cut(database, arrives=arrives, counted=commits)

    assert [error.rule for error in errors] == ["S-18", "S-18"]


@arriving
def test_acknowledging_survives_a_line_that_is_cut(database: str, arrives: bool) -> None:
    """Cut at every message in turn: all effects wait, or none; and to say it again is enough."""
    keys = [f"welcome {n}" for n in range(3)]
    with cuts(database, arrives=arrives) as turns:
        for store, begin in turns:
            store.apply(Changes(effects=[Effect(key=key, kind="email") for key in keys]))
            cut = begin()
            told, error = tried(lambda store=store: store.acknowledge(keys))
            cut.end()
            waiting = [each.effect.key for each in store.outbox()]

            assert waiting in ([], keys) if error else (waiting, told) == ([], 3)
            assert store.acknowledge(keys) == len(waiting)
            assert store.outbox() == ()


@arriving
def test_reading_pages_survives_a_line_that_is_cut(database: str, arrives: bool) -> None:
    """Cut at every message in turn: whoever asks for the same page again meets every record exactly once."""
    leads = [Lead(id=f"l{n}", last_name="Vale") for n in range(5)]
    with cuts(database, arrives=arrives) as turns:
        for store, begin in turns:
            store.apply(Changes(created=leads))
            whole = list(walk(store, Lead, batch=2))
            cut, found, after = begin(), [], None
            for _ in range(10):
                page, _ = tried(lambda store=store, after=after: store.find(Lead, limit=2, after=after))
                if page is None:
                    continue
                found += page
                after = page.after
                if after is None:
                    break
            cut.end()

            assert found == whole == leads


@arriving
def test_conversion_under_a_key_survives_a_line_that_is_cut(database: str, arrives: bool) -> None:
    """The same call under the same key gives the one outcome (S-18)."""
    ada = Lead(id="l1", last_name="Vale", company="Acme Mills")
    with cuts(database, arrives=arrives, stride=STRIDE) as turns:
        for store, begin in turns:
            store.apply(Changes(created=[ada]))
            crm = Crm(store, playbook=BOOK, now=lambda: NOW)
            cut = begin()
            first, _ = tried(lambda crm=crm: crm.convert("l1", key="once"))
            cut.end()
            written = len(list(store.log())) == 2
            again = crm.convert("l1", key="once")

            assert first is None or written
            assert (again.position, again.replayed) == (2, written)
            assert (store.count(Contact), store.count(Account), len(list(store.log()))) == (1, 1, 2)
