"""What conversion costs: against constructors written by hand, against an ORM, and as batches grow."""

import subprocess
import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from math import log
from pathlib import Path
from typing import Final
from uuid import UUID

import attrs
from pytest_benchmark.fixture import BenchmarkFixture

import leadmodel as lm
from leadmodel import Account, Contact, Converted, Directory, Lead, Profile, SocialUpdate, convert_leads
from tests.benchmarks.measuring import check, ratio, recorded, seconds

NOON: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)
ROOT: Final = Path(__file__).parents[2]
PLAYBOOK: Final = attrs.evolve(lm.playbooks.ZOHO, namespace=UUID(int=7))


def leads(number: int) -> list[Lead]:
    """Give leads of as many persons; three of them work at each company."""
    return [
        Lead(
            id=f"l{each:06}", first_name="Ada", last_name=f"Lovelace {each}", company=f"Acme {each // 3}",
            emails=[f"ada{each}@acme.example"], title="CTO", source="Web", owner_id="u1", status="Contacted",
            industry="Machines", tags=["vip"],
        )
        for each in range(number)
    ]  # fmt: skip


def by_hand(several: Sequence[Lead]) -> list[tuple[Lead, Contact, Account | None]]:
    """Make the same records with the constructors alone: no search, no policies, no report, no changes."""
    made = []
    for number, lead in enumerate(several):
        account = None
        if number % 3 == 0:
            account = Account(
                id=f"a{number}", name=lead.company, industry=lead.industry, owner_id=lead.owner_id, created_at=NOON,
                modified_at=NOON, version=1,
            )  # fmt: skip
        contact = Contact(
            id=f"c{number}", first_name=lead.first_name, last_name=lead.last_name, emails=lead.emails,
            title=lead.title, source=lead.source, owner_id=lead.owner_id, tags=lead.tags,
            account_id=f"a{number // 3 * 3}", created_at=NOON, modified_at=NOON, version=1,
        )  # fmt: skip
        became = Converted(at=NOON, contact_id=contact.id, account_id=contact.account_id)
        after = attrs.evolve(lead, conversion=became, status="Converted", version=lead.version + 1, modified_at=NOON)
        made.append((after, contact, account))
    return made


def converted(several: Sequence[Lead], directory: Directory) -> lm.Batch:
    """Plan and convert all of them."""
    return convert_leads(several, directory, at=NOON, playbook=PLAYBOOK)


def test_against_constructors(benchmark: BenchmarkFixture) -> None:
    """Planning, searching, the values of the report, the changes in groups: against what makes the records alone."""
    several = leads(600)
    directory = Directory.of(leads=several)
    batch = converted(several, directory)

    assert len(batch.converted) == 600
    assert all(plan.fields for plan in batch.results)
    assert sum(len(changes.created) for changes in batch.groups) == 800
    measured = ratio(benchmark, lambda: converted(several, directory), lambda: by_hand(several), rounds=15)
    check(benchmark, "converting, against the constructors", measured, 6)


class Asked:
    """Everybody on record, and how often somebody asked for them: once for a batch, whatever its size."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.times = 0

    def directory_for(self, wanted: Collection[Lead | Profile | SocialUpdate], *, pipelines: object) -> Directory:
        """Count, and give the directory."""
        self.times += 1
        return self.directory.directory_for(wanted, pipelines=pipelines)


def test_batches_grow_in_line(benchmark: BenchmarkFixture) -> None:
    """From 10,000 to 100,000 leads in one batch: exponent 1 is in proportion."""
    made = {number: leads(number) for number in (10_000, 100_000)}
    people = {number: Asked(Directory.of(leads=several)) for number, several in made.items()}

    def run(number: int) -> None:
        before = people[number].times
        convert_leads(made[number], people[number], at=NOON, playbook=PLAYBOOK)
        assert people[number].times == before + 1

    short, long = (min(seconds(run, number) for _ in range(2)) for number in made)
    recorded(benchmark, run, args=(10_000,), rounds=1)
    check(benchmark, "growth exponent, 10⁴ to 10⁵ leads", log(long / short) / log(10), 1.05)


def test_against_an_orm(benchmark: BenchmarkFixture) -> None:
    """The same conversion written the usual way over Django models on SQLite in memory, per lead."""
    done = recorded(
        benchmark,
        lambda: subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.django_conversion"], cwd=ROOT, capture_output=True, text=True,
            check=True,
        ),
        rounds=1,
    )  # fmt: skip
    ours, orm = map(float, done.stdout.split())
    check(benchmark, "leads converted for the price of one over an ORM", orm / ours, 20, at_least=True)
