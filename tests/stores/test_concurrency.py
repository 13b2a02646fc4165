"""
Many at once: every change that was acknowledged is there exactly once, and nobody is left with a driver's error.

Processes with connections of their own convert, move and edit the same records, and take effects out of one outbox.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from hypothesis import settings

from leadmodel import (
    Account,
    Changes,
    Conflict,
    Contact,
    Effect,
    Lead,
    LeadmodelError,
    NewDeal,
    Playbook,
    create,
    edit,
    new_deal,
    pipelines,
    playbooks,
)
from leadmodel.crm import Crm
from leadmodel.entities import ENTITIES
from leadmodel.ports import Commit, Keeper
from leadmodel.stores import MemoryStore, SqlStore
from leadmodel.testing.strategies import NOW
from tests.stores.children import PATIENCE, Tell, Work, children
from tests.unmeasured import unmeasured

THOROUGH: Final = settings().max_examples > 1_000
#: Processes, and how much each of them does.
WORKERS: Final = 8 if THOROUGH else 4
CALLS: Final = 500 if THOROUGH else 25
#: Effects of each producer.
EFFECTS: Final = 400 if THOROUGH else 40

BOOK: Final[Playbook] = playbooks.ZOHO
#: Two leads of each person, and three persons of each company.
LEADS: Final = tuple(
    Lead(
        id=f"l{n}", last_name=f"Vale {n // 2}", company=f"Mill {n // 6}", emails=[f"{n // 2}@acme.example"],
        status="Not Contacted",
    )
    for n in range(24)
)  # fmt: skip
DEALS: Final = tuple(new_deal(id=f"d{n}", name=f"Mill {n}", pipeline=BOOK.pipelines, at=NOW) for n in range(6))
COUNTED: Final = Account(id="counted", name="Counted", employees=0)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database that processes may share."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/crm.db"
    return str(request.getfixturevalue("database"))


# The same records


def count_up(crm: Crm, key: str) -> int:
    """Add one to a number that others add to as well: read it, write it, and read it again where one was too slow."""
    for _ in range(WORKERS * CALLS + 1):  # each attempt that fails is one that somebody else has won
        account = crm.get(Account, COUNTED.id)
        assert account is not None
        changes = edit(account, {"employees": (account.employees or 0) + 1}, at=NOW, by=crm.by)
        try:
            return _position(crm.apply(changes, key=key))
        except Conflict:
            continue
    raise AssertionError("nobody else can have been faster as often as that")


def _position(done: Any) -> int:  # noqa: ANN401  (what a verb has done)
    assert done.position is not None
    assert not done.replayed
    return int(done.position)


#: What a worker may do with a key, and how often in proportion.
DOINGS: Final[dict[str, tuple[int, Callable[[Crm, random.Random, str], int]]]] = {
    "convert": (
        6,
        lambda crm, chance, key: _position(
            crm.convert(chance.choice(LEADS).id, deal=chance.choice([None, NewDeal()]), key=key)
        ),
    ),
    "move": (
        4,
        lambda crm, chance, key: _position(
            crm.move(chance.choice(DEALS).id, chance.choice(pipelines.ZOHO.stages).key, key=key)
        ),
    ),
    "edit": (
        4,
        lambda crm, chance, key: _position(crm.edit(Lead, chance.choice(LEADS).id, {"description": key}, key=key)),
    ),
    "create": (2, lambda crm, _, key: _position(crm.create(Lead(id=key, last_name="Moor"), key=key))),
    "delete": (1, lambda crm, chance, key: _position(crm.delete(Lead, chance.choice(LEADS).id, key=key))),
    "count up": (4, lambda crm, _, key: count_up(crm, key)),
}


def busy(address: str, worker: int) -> Work:
    """Give a worker: it tells each key with what was done, and the position or the refusal."""

    def work(tell: Tell) -> None:
        chance = random.Random(worker)
        names, weights = list(DOINGS), [weight for weight, _ in DOINGS.values()]
        with SqlStore.open(address, timeout=PATIENCE) as store:
            crm = Crm(store, playbook=BOOK, by=f"worker {worker}", now=lambda: NOW)
            for number in range(CALLS):
                key = f"{worker}.{number}"
                (name,) = chance.choices(names, weights)
                try:
                    tell([key, name, DOINGS[name][1](crm, chance, key), ""])
                except LeadmodelError as refusal:
                    tell([key, name, 0, type(refusal).__name__])

    return work


@attrs.frozen
class Story:
    """What one of the workers has told of one call."""

    key: str
    doing: str
    position: int
    refusal: str


def fits(story: Story, commit: Commit) -> bool:
    """Say whether a commit is what its caller was told."""
    worker = story.key.partition(".")[0]
    changes = commit.changes
    texts = [getattr(after, "description", None) for _, after in changes.pairs() if after]
    return (
        changes.cause is not None
        and changes.cause.by == f"worker {worker}"
        and (story.doing != "edit" or texts == [story.key])
        and (story.doing != "create" or [record.id for record in changes.created] == [story.key])
        and (story.doing != "count up" or [update.after.id for update in changes.updated] == [COUNTED.id])
    )


def test_many_processes_work_on_the_same_records(address: str) -> None:
    """Each change that was acknowledged is there exactly once, none is lost, and the log tells how it came to this."""
    with SqlStore.open(address) as store:
        store.apply(Changes(created=[*LEADS, *DEALS, COUNTED]))
    with unmeasured(), children(*(busy(address, worker) for worker in range(WORKERS))) as workers:
        stories = [Story(*told) for worker in workers for told in worker.lines()]
    done = {story.position: story for story in stories if story.position}

    with SqlStore.open(address) as store, unmeasured():
        commits = {commit.position: commit for commit in store.log()}

        assert len(stories) == WORKERS * CALLS
        assert {story.refusal for story in stories} <= REFUSALS
        assert len(done) == sum(story.refusal == "" for story in stories)
        assert list(commits) == [1, *sorted(done)] == list(range(1, len(done) + 2))
        assert [story for position, story in done.items() if not fits(story, commits[position])] == []
        assert [store.apply(Changes(), key=story.key) for story in done.values()] == list(done)
        assert_chained(store)
        assert_right(store, [story.doing for story in done.values()])


#: What the rules may say to one of them, since others were there before.
REFUSALS: Final = frozenset({"", "AlreadyConverted", "CannotConvert", "CannotMove", "InvalidEdit", "NotOnRecord"})


def assert_chained(store: Keeper) -> None:
    """Each entry of a record begins where the one before ended, versions grow, and the last is what is there."""
    there = {record.ref: record for kind in ENTITIES for record in store.find(kind)}
    refs = {ref for commit in store.log() for ref in commit.changes.refs()}
    assert there.keys() <= refs
    for ref in refs:
        entries = store.history(ref)
        assert entries[0].before is None
        assert entries[-1].after == there.get(ref)
        assert (entries[-1].after is None) or entries[-1].after.version == there[ref].version
        for before, after in pairwise(entries):
            assert before.after == after.before
            if before.after and after.after:
                assert before.after.version < after.after.version


def assert_right(store: Keeper, doings: list[str]) -> None:
    """The records are what the rules make of so many calls: no person twice, no company twice, no count lost."""
    counted = store.get(Account, COUNTED.id)
    became = [lead for commit in store.log() for lead in _converted(commit)]
    assert counted is not None
    assert counted.employees == doings.count("count up") > 0
    assert 0 < len(became) == len({lead.id for lead in became}) <= doings.count("convert")
    assert store.count(Contact) == len({lead.last_name for lead in became})
    assert store.count(Account) == len({lead.company for lead in became}) + 1
    assert doings.count("move") > 0


def _converted(commit: Commit) -> Iterator[Lead]:
    """Give the leads that a commit has converted."""
    for before, after in commit.changes.pairs():
        if isinstance(before, Lead) and isinstance(after, Lead) and after.conversion and not before.conversion:
            yield after


# The outbox


def produce(store: Keeper, number: int) -> Work:
    """Give what puts effects into the outbox, a few at a time."""

    def work(_: Tell) -> None:
        for start in range(0, EFFECTS, 4):
            store.apply(Changes(effects=[Effect(key=f"{number}.{n}", kind="email") for n in range(start, start + 4)]))
        store.apply(create(Account(id=f"end {number}", name="End"), at=NOW))

    return work


def consume(store: Keeper, producers: int) -> Work:
    """Give what takes effects out of the outbox; it tells which it was handed, and how many had still waited."""

    def work(tell: Tell) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            ended = store.count(Account) == producers
            keys = [waiting.effect.key for waiting in store.outbox(limit=7)]
            if keys:
                tell([keys, store.acknowledge(keys)])
            elif ended:
                return
            else:
                time.sleep(0.002)
        raise AssertionError("the outbox is never empty")

    return work


def forget(store: Keeper) -> Work:
    """Give what takes effects out of the outbox and is gone before it has said that they were sent."""

    def work(tell: Tell) -> None:
        tell([[waiting.effect.key for waiting in store.outbox(limit=7)], 0])

    return work


def check(stories: list[Any], store: Keeper, producers: int) -> None:
    """Each effect was handed out at least once, acknowledged once, and none waits."""
    handed = [key for keys, _ in stories for key in keys]
    everything = {f"{number}.{n}" for number in range(producers) for n in range(EFFECTS)}
    assert set(handed) == everything
    assert sum(first for _, first in stories) == len(everything)
    assert store.outbox() == ()
    assert store.acknowledge(handed) == 0


def test_outbox_is_emptied_by_many_processes(address: str) -> None:
    """Some put effects in, some take them out, and one is gone in between."""
    with SqlStore.open(address, timeout=PATIENCE) as store, unmeasured():
        store._connections.engine.dispose()
        works = [produce(store, 0), produce(store, 1), forget(store), *(consume(store, 2) for _ in range(3))]
        with children(*works) as several:
            stories = [told for child in several for told in child.lines()]
        check(stories, store, 2)


@contextmanager
def _shared(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Keeper]:
    """Give a store that threads may share."""
    if kind == "memory":
        yield MemoryStore()
        return
    addresses = {"sqlite in memory": lambda: "sqlite://", "sqlite": lambda: f"sqlite:///{folder}/crm.db"}
    address = addresses.get(kind, lambda: request.getfixturevalue("database"))()
    with SqlStore.open(address, timeout=PATIENCE) as store:
        yield store


def by_threads(works: list[Work]) -> list[Any]:
    """Let threads do the works at once, and give what they tell."""
    told: list[Any] = []
    barrier = threading.Barrier(len(works), timeout=PATIENCE)

    def begin(work: Work) -> None:
        barrier.wait()
        work(told.append)

    with ThreadPoolExecutor(len(works)) as pool:
        for ended in [pool.submit(begin, work) for work in works]:
            ended.result(PATIENCE)
    return told


@pytest.mark.parametrize("kind", ["memory", "sqlite in memory", "sqlite", "postgresql"])
def test_outbox_is_emptied_by_many_threads(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The same with threads that share a store."""
    with unmeasured(), _shared(kind, request, tmp_path) as store:
        works = [produce(store, 0), produce(store, 1), forget(store), *(consume(store, 2) for _ in range(3))]
        check(by_threads(works), store, 2)
