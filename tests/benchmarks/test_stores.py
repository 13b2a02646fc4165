"""What the store over SQLite costs: against the bare driver, against ORMs that keep no log, and as tables grow."""

import gc
import json
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import attrs
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel import Changes, Lead, convert_leads, walk
from leadmodel.stores import SqlStore, utc_now
from tests.benchmarks import orm_leads
from tests.benchmarks.measuring import check, ratio, recorded, seconds
from tests.benchmarks.test_conversion import NOON, PLAYBOOK, ROOT, leads

LEADS: Final = 100_000
ASKED: Final = 3_000
CONVERTED: Final = 300
TABLES: Final = ("leadmodel_lead", "leadmodel_key", "leadmodel_entry", "leadmodel_commit")


@attrs.frozen
class Loaded:
    """A file with all leads in it, its store, and a bare connection to it."""

    leads: list[Lead]
    store: SqlStore
    driver: sqlite3.Connection
    #: An id and an e-mail address of some of them, in no order.
    asked: list[tuple[str, str]]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Load all leads."""
    path = tmp_path_factory.mktemp("store") / "crm.db"
    several = leads(LEADS)
    chosen = Random(7).sample(several, ASKED)
    with SqlStore.open(f"sqlite:///{path}") as store:
        store.apply(Changes(created=several))
        driver = sqlite3.connect(path)
        yield Loaded(several, store, driver, [(lead.id, lead.emails[0].key) for lead in chosen])
        driver.close()


def applied(several: Sequence[Lead]) -> None:
    """Put leads into a new store."""
    with SqlStore.open("sqlite://") as store:
        store.apply(Changes(created=several))


def seconds_to_apply(several: Sequence[Lead]) -> float:
    """Put leads into a new store, whose opening does not count."""
    with SqlStore.open("sqlite://") as store:
        return seconds(store.apply, Changes(created=several))


def test_applying_against_the_driver(benchmark: BenchmarkFixture, loaded: Loaded) -> None:
    """The same rows of the same tables with the same indexes, ready, by `executemany`."""
    statements = [sql for (sql,) in loaded.driver.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    rows = {name: loaded.driver.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}  # noqa: S608

    def bare() -> None:
        made = sqlite3.connect(":memory:", isolation_level=None)
        for statement in statements:
            made.execute(statement)
        made.execute("BEGIN IMMEDIATE")
        for name, several in rows.items():
            marks = ", ".join("?" * len(several[0]))
            made.executemany(f"INSERT INTO {name} VALUES ({marks})", several)  # noqa: S608
        made.execute("COMMIT")
        made.close()

    measured = ratio(benchmark, lambda: applied(loaded.leads), bare, rounds=3)
    check(benchmark, "applying, against executemany", measured, 3)


def test_applying_against_an_orm(benchmark: BenchmarkFixture, loaded: Loaded) -> None:
    """SQLAlchemy's `add_all` of leads with their e-mail addresses and tags, without a log."""
    several = loaded.leads[: LEADS // 10]
    measured = ratio(benchmark, lambda: applied(several), lambda: orm_leads.add_all(several), rounds=3)
    check(benchmark, "applying, against SQLAlchemy's add_all", measured, 1)


def test_reading_against_the_driver(benchmark: BenchmarkFixture, loaded: Loaded) -> None:
    """Fetching the rows and calling the constructor with ready values."""
    fields = [{field.name: getattr(lead, field.name) for field in attrs.fields(Lead)} for lead in loaded.leads]

    def bare() -> tuple[list[Any], list[Lead]]:
        rows = loaded.driver.execute("SELECT body FROM leadmodel_lead ORDER BY tenant, id").fetchall()
        return rows, [Lead(**each) for each in fields]

    measured = ratio(benchmark, lambda: loaded.store.find(Lead), bare, rounds=3)
    check(benchmark, "reading, against fetchall and the constructor", measured, 2.5)


def test_one_record_by_id(benchmark: BenchmarkFixture, loaded: Loaded) -> None:
    """One record at a time, against its row."""
    sql = "SELECT * FROM leadmodel_lead WHERE tenant = ? AND id = ?"

    def bare() -> list[Any]:
        return [loaded.driver.execute(sql, ("default", record_id)).fetchone() for record_id, _ in loaded.asked]

    measured = ratio(benchmark, lambda: [loaded.store.get(Lead, record_id) for record_id, _ in loaded.asked], bare)
    check(benchmark, "a record by id, against the driver", measured, 5)


def test_one_record_by_email(benchmark: BenchmarkFixture, loaded: Loaded) -> None:
    """One record at a time by an e-mail address, against its row by the same index."""
    sql = (
        "SELECT lead.* FROM leadmodel_key AS key JOIN leadmodel_lead AS lead ON lead.tenant = key.tenant "
        "AND lead.id = key.id WHERE key.tenant = ? AND key.field = 'emails' AND key.key = ? AND key.type = 'lead'"
    )

    def bare() -> list[Any]:
        return [loaded.driver.execute(sql, ("default", email)).fetchall() for _, email in loaded.asked]

    def ours() -> list[Any]:
        return [loaded.store.standing(Lead, "email", [email]) for _, email in loaded.asked]

    assert all(len(found) == 1 for found in ours())
    check(benchmark, "a record by e-mail, against the driver", ratio(benchmark, ours, bare), 5)


@pytest.mark.parametrize("order_by", [(), ("created_at",)], ids=["id", "created_at"])
def test_walking_pages(benchmark: BenchmarkFixture, loaded: Loaded, order_by: tuple[str, ...]) -> None:
    """All pages, one after the other, against one question for everything."""

    def pages() -> int:
        return sum(1 for _ in walk(loaded.store, Lead, order_by=order_by))

    assert pages() == LEADS
    measured = ratio(benchmark, pages, lambda: len(loaded.store.find(Lead, order_by=order_by)), rounds=3)
    check(benchmark, f"walking pages by {''.join(order_by) or 'id'}, against one question", measured, 1.5)


def test_streams_hold_no_more_where_there_is_more(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Records page by page, the log, and a past state: memory does not grow with their number."""

    def peak(size: int) -> int:
        with SqlStore.open(f"sqlite:///{tmp_path}/{size}.db") as store:
            for start in range(0, size, 500):
                store.apply(Changes(created=[Lead(id=f"l{n}", last_name="X") for n in range(start, start + 500)]))
            past = store.as_of(utc_now())
            gc.collect()
            tracemalloc.start()
            for stream in (walk(store, Lead), store.log(), past.candidates(Lead, None)):
                assert sum(1 for _ in stream) > 0
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    little, much = recorded(benchmark, lambda: (peak(10_000), peak(100_000)), rounds=1)
    check(benchmark, "memory of streams, 100,000 records against 10,000", much / little, 1.1)


def in_one_batch(several: Sequence[Lead]) -> None:
    """Plan, apply and log the conversion of leads that are in a store."""
    with SqlStore.open("sqlite://") as store:
        store.apply(Changes(created=several))
        start = seconds(lambda: store.apply(convert_leads(several, store, at=NOON, playbook=PLAYBOOK).groups))
    TIMES.append(start)


TIMES: Final[list[float]] = []


def test_converting_against_sqlalchemy(benchmark: BenchmarkFixture) -> None:
    """The same conversion lead by lead, as a view does it, over SQLAlchemy's ORM and without a log."""
    several = leads(CONVERTED)
    theirs: list[float] = []

    def both() -> None:
        in_one_batch(several)
        with orm_leads.new_session() as session:
            session.add_all(orm_leads.rows(several))
            session.commit()
            theirs.append(seconds(lambda: [orm_leads.convert(session, lead.id) for lead in several]))

    TIMES.clear()
    recorded(benchmark, both, rounds=5)
    check(
        benchmark, "leads converted in a store for the price of one over SQLAlchemy", min(theirs) / min(TIMES), 15,
        at_least=True,
    )  # fmt: skip


def test_against_django(benchmark: BenchmarkFixture, loaded: Loaded) -> None:
    """Django's `bulk_create`, `.get()` and a conversion lead by lead, without a log."""
    done = recorded(
        benchmark,
        lambda: subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.django_conversion", "--json"], cwd=ROOT, capture_output=True,
            text=True, check=True,
        ),
        rounds=1,
    )  # fmt: skip
    theirs = json.loads(done.stdout)
    few = loaded.leads[: theirs["leads"]]
    TIMES.clear()
    for _ in range(5):
        in_one_batch(few)
    ours = {
        "bulk_create": min(seconds_to_apply(few) for _ in range(5)) / len(few),
        "get": min(seconds(lambda: [loaded.store.get(Lead, each) for each, _ in loaded.asked]) for _ in range(5))
        / ASKED,
        "convert": min(TIMES) / len(few),
    }
    check(benchmark, "applying, against Django's bulk_create", ours["bulk_create"] / theirs["bulk_create"], 1)
    check(benchmark, "records for the price of one .get() of Django", theirs["get"] / ours["get"], 2, at_least=True)
    check(
        benchmark, "leads converted in a store for the price of one over Django", theirs["convert"] / ours["convert"],
        15, at_least=True,
    )  # fmt: skip
