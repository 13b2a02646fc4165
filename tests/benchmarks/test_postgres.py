"""What the store over PostgreSQL costs: against COPY, against the driver, and against an ORM that keeps no log."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from time import perf_counter
from typing import Any, Final

import attrs
import psycopg
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel import Changes, Lead, convert_leads
from leadmodel.stores import SqlStore
from tests.benchmarks import orm_leads
from tests.benchmarks.measuring import check, ratio, recorded, seconds
from tests.benchmarks.test_conversion import NOON, PLAYBOOK, leads
from tests.postgres import Databases

LEADS: Final = 50_000
ASKED: Final = 500
CONVERTED: Final = 300
TABLES: Final = ("leadmodel_lead", "leadmodel_key", "leadmodel_entry", "leadmodel_commit")


@attrs.frozen
class Loaded:
    """A database with all leads in it, its store, and a bare connection to it."""

    leads: list[Lead]
    store: SqlStore
    driver: psycopg.Connection[Any]


@pytest.fixture(scope="module")
def loaded(databases: Databases) -> Iterator[Loaded]:
    """Load all leads."""
    several = leads(LEADS)
    with databases.made() as address, SqlStore.open(address) as store, psycopg.connect(address) as driver:
        store.apply(Changes(created=several))
        driver.execute("ANALYZE")
        driver.commit()
        yield Loaded(several, store, driver)


def test_applying_against_copy(benchmark: BenchmarkFixture, loaded: Loaded, databases: Databases) -> None:
    """The same rows of the same tables with the same indexes, ready, by COPY."""
    rows = {name: loaded.driver.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}  # noqa: S608

    def bare(driver: psycopg.Connection[Any]) -> None:
        with driver.transaction(), driver.cursor() as cursor:
            for name, several in rows.items():
                with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                    for row in several:
                        copy.write_row(row)

    with ExitStack() as stack:

        def fresh() -> tuple[SqlStore, psycopg.Connection[Any]]:
            one, two = (stack.enter_context(databases.made()) for _ in range(2))
            stack.enter_context(SqlStore.open(two))
            return stack.enter_context(SqlStore.open(one)), stack.enter_context(psycopg.connect(two))

        def ours(store: SqlStore) -> None:
            store.apply(Changes(created=loaded.leads))

        measured = ratio(benchmark, ours, bare, rounds=3, prepare=fresh, clock=perf_counter)
    check(benchmark, "applying in PostgreSQL, against COPY", measured, 2)


def test_reading_against_the_driver(benchmark: BenchmarkFixture, loaded: Loaded) -> None:
    """Fetching the rows and calling the constructor with ready values."""
    fields = [{field.name: getattr(lead, field.name) for field in attrs.fields(Lead)} for lead in loaded.leads]

    def bare() -> tuple[list[Any], list[Lead]]:
        rows = loaded.driver.execute("SELECT body FROM leadmodel_lead ORDER BY tenant, id").fetchall()
        return rows, [Lead(**each) for each in fields]

    measured = ratio(benchmark, lambda: loaded.store.find(Lead), bare, rounds=3, clock=perf_counter)
    check(benchmark, "reading from PostgreSQL, against fetchall and the constructor", measured, 2)


def test_looking_for_many_identities(benchmark: BenchmarkFixture, loaded: Loaded) -> None:
    """Five hundred e-mail addresses in one statement, against one statement for each of them."""
    emails = [lead.emails[0].key for lead in loaded.leads[:: LEADS // ASKED]]

    def at_once() -> Sequence[Lead]:
        return loaded.store.standing(Lead, "email", emails)

    def one_by_one() -> list[Sequence[Lead]]:
        return [loaded.store.standing(Lead, "email", [email]) for email in emails]

    assert len(at_once()) == len(emails) == ASKED
    measured = 1 / ratio(benchmark, at_once, one_by_one, rounds=5, clock=perf_counter)
    check(benchmark, "500 identities for the price of one by one: times as many", measured)


def test_converting_against_an_orm(benchmark: BenchmarkFixture, databases: Databases) -> None:
    """The same conversion lead by lead, as a view does it, over SQLAlchemy's ORM and without a log."""
    several = leads(CONVERTED)
    ours: list[float] = []
    theirs: list[float] = []

    def both() -> None:
        with databases.made() as address:
            with SqlStore.open(address) as store:
                store.apply(Changes(created=several))
                ours.append(
                    seconds(
                        lambda: store.apply(convert_leads(several, store, at=NOON, playbook=PLAYBOOK).groups),
                        clock=perf_counter,
                    )
                )
            with orm_leads.new_session(address.replace("postgresql", "postgresql+psycopg", 1)) as session:
                session.add_all(orm_leads.rows(several))
                session.commit()
                theirs.append(
                    seconds(lambda: [orm_leads.convert(session, lead.id) for lead in several], clock=perf_counter)
                )
                session.get_bind().engine.dispose()

    recorded(benchmark, both, rounds=3)
    check(
        benchmark, "leads converted in PostgreSQL for the price of one over SQLAlchemy", min(theirs) / min(ours), 10,
        at_least=True,
    )  # fmt: skip
