"""What it costs to ask many records: a compiled criterion against a comprehension that was written by hand."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel import Lead, fold
from leadmodel.criteria import parse_criterion
from tests.benchmarks.data import SEED
from tests.benchmarks.measuring import check, ratio

RECORDS = 100_000
NOW = datetime(2026, 6, 1, tzinfo=UTC)
COLD = "status in (New, Contacted) and (last_activity_at older_than_days 30 or last_activity_at is_empty)"
BIG = f"{COLD} and company starts_with ac and employees at_least 10"


@pytest.fixture(scope="module")
def leads() -> list[Lead]:
    """Give leads of whom some fields are missing, others in another case."""
    chance = random.Random(SEED)
    return [
        Lead(
            id=f"l{number}",
            last_name="Lovelace",
            status=chance.choice((None, "New", "Contacted", "Lost")),
            employees=chance.choice((None, 5, 50)),
            company=chance.choice(("", "Acme", "Ölmühle", "Beta")),
            last_activity_at=chance.choice((None, NOW - timedelta(days=chance.randrange(100)))),
        )
        for number in range(RECORDS)
    ]


def test_filtering(benchmark: BenchmarkFixture, leads: list[Lead]) -> None:
    """Three conditions, one of them about time."""
    holds = parse_criterion(Lead, COLD).compile(NOW)
    since = NOW - timedelta(days=30)

    def by_hand() -> list[Lead]:
        return [
            lead
            for lead in leads
            if lead.status is not None
            and fold(lead.status) in {"new", "contacted"}
            and (lead.last_activity_at is None or lead.last_activity_at < since)
        ]

    assert [lead for lead in leads if holds(lead)] == by_hand()
    measured = ratio(benchmark, lambda: [lead for lead in leads if holds(lead)], by_hand)
    check(benchmark, "filtering 100,000 records, three conditions", measured, 8)


def test_filtering_by_more(benchmark: BenchmarkFixture, leads: list[Lead]) -> None:
    """Five conditions, on text, numbers and time."""
    holds = parse_criterion(Lead, BIG).compile(NOW)
    since = NOW - timedelta(days=30)

    def by_hand() -> list[Lead]:
        return [
            lead
            for lead in leads
            if lead.status is not None
            and fold(lead.status) in {"new", "contacted"}
            and (lead.last_activity_at is None or lead.last_activity_at < since)
            and fold(lead.company).startswith("ac")
            and lead.employees is not None
            and lead.employees >= 10
        ]

    assert [lead for lead in leads if holds(lead)] == by_hand()
    measured = ratio(benchmark, lambda: [lead for lead in leads if holds(lead)], by_hand)
    check(benchmark, "filtering 100,000 records, five conditions", measured, 8)


def test_parsing(benchmark: BenchmarkFixture) -> None:
    """Reading a text of 5,000 operands costs what its length says: ten times one of 500."""

    def text(operands: int) -> str:
        return f"status in ({', '.join(f'key{number}' for number in range(operands))})"

    short, long = text(500), text(5_000)

    assert parse_criterion(Lead, short).operand_count == 500
    measured = ratio(benchmark, lambda: parse_criterion(Lead, long), lambda: parse_criterion(Lead, short), rounds=30)
    check(benchmark, "parsing ten times as much", measured, 15)
