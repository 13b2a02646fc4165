"""
A large organisation in PostgreSQL: what a batch costs does not grow with what is on record.

LEADMODEL_SCALE says how large, as a part of 3 million contacts with 9 million deals; a hundredth unless it is set.
"""

import os
from collections.abc import Callable, Iterator
from itertools import count
from time import perf_counter
from typing import Final

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel import (
    Changes,
    Contact,
    Deal,
    Lead,
    Profile,
    SocialUpdate,
    classify_many,
    convert_leads,
    pipelines,
    where,
)
from leadmodel.stores import SqlStore
from tests.benchmarks.measuring import check, recorded, seconds
from tests.benchmarks.test_conversion import NOON, PLAYBOOK
from tests.postgres import Databases

CONTACTS: Final = round(3_000_000 * float(os.environ.get("LEADMODEL_SCALE") or 0.01))
#: How much smaller the other organisation is.
SMALLER: Final = 10
BATCH: Final = 500
CONVERTED: Final = 50
ROUNDS: Final = 5
STAGES: Final = ("Closed Won", "Closed Lost", "Qualification")
_NEW: Final = count()


def fill(store: SqlStore, contacts: int) -> None:
    """Put so many contacts on record, each with three deals, and say so to the server."""
    for first in range(0, contacts, 10_000):
        numbers = range(first, min(first + 10_000, contacts))
        people = [Contact(id=f"c{n}", last_name=f"N{n}", profiles=[Profile("x", f"p{n}")]) for n in numbers]
        deals = [Deal(id=f"d{n}-{stage}", stage=stage, contact_id=f"c{n}") for n in numbers for stage in STAGES]
        store.apply(Changes(created=[*people, *deals]))
    with store._connections.engine.connect() as connection:
        connection.connection.cursor().execute("ANALYZE")


def asked(store: SqlStore, contacts: int) -> dict[str, Callable[[], object]]:
    """Give what is asked of an organisation of so many contacts."""
    step = contacts // BATCH
    feed = [SocialUpdate(id=f"u{n}", author=Profile("x", f"p{n * step}")) for n in range(BATCH)]

    def convert() -> None:
        fresh = [Lead(id=f"l{next(_NEW)}", last_name="Byron", company="Acme") for _ in range(CONVERTED)]
        store.apply(Changes(created=fresh))
        store.apply(convert_leads(fresh, store, at=NOON, playbook=PLAYBOOK).groups)

    return {
        "classifying a feed": lambda: classify_many(feed, store.directory_for(feed, pipelines=pipelines.ZOHO)),
        "finding pages": lambda: [
            store.find(where(Deal, "contact_id", "is", f"c{n * step}"), limit=50) for n in range(50)
        ],
        "paging on": lambda: store.find(Contact, limit=200, after=store.find(Contact, limit=200).after),
        "converting a batch": convert,
        "history": lambda: [store.history(Contact(id=f"c{n * step}", last_name="N").ref) for n in range(20)],
    }


@pytest.fixture(scope="module")
def organisations(databases: Databases) -> Iterator[list[tuple[SqlStore, int]]]:
    """Give the smaller organisation and the larger one."""
    with databases.made() as one, databases.made() as two, SqlStore.open(one) as little, SqlStore.open(two) as much:
        fill(little, CONTACTS // SMALLER)
        fill(much, CONTACTS)
        yield [(little, CONTACTS // SMALLER), (much, CONTACTS)]


@pytest.mark.parametrize("question", asked(None, BATCH))  # type: ignore[arg-type]  # for the names alone
def test_batch_costs_the_same_in_a_larger_organisation(
    benchmark: BenchmarkFixture, organisations: list[tuple[SqlStore, int]], question: str
) -> None:
    """The same question, of the smaller organisation and of the larger one, in turns."""
    asks = [asked(*organisation)[question] for organisation in organisations]
    times: tuple[list[float], list[float]] = [], []

    def both() -> None:
        for ask, taken in zip(asks, times, strict=True):
            taken.append(seconds(ask, clock=perf_counter))

    recorded(benchmark, both, rounds=ROUNDS)
    name = f"{question} among {CONTACTS:,} contacts, against a {SMALLER}th"
    check(benchmark, name, min(times[1]) / min(times[0]), 1.5)
