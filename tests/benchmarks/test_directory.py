"""What it costs to have a directory: to build it, and to keep it up to date."""

from typing import TYPE_CHECKING

import attrs
from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel import Changes, Deal, Updated, classify_many
from tests.benchmarks.data import World, world
from tests.benchmarks.measuring import check, ratio, recorded, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadmodel.entities import Entity


def bare(everybody: World) -> tuple[dict[str, object], dict[str, list[Deal]], list[dict[str, object]]]:
    """Build the bare dicts that hold the same entries: identity → person, contact → deals, id → record."""
    by_identity: dict[str, object] = {
        key: person for person in everybody.people for profile in person.profiles for key in profile.keys
    }
    by_contact: dict[str, list[Deal]] = {}
    for deal in everybody.deals:
        by_contact.setdefault(deal.contact_id, []).append(deal)
    kinds: tuple[Iterable[Entity], ...] = (
        everybody.leads, everybody.contacts, everybody.accounts, everybody.deals,
    )  # fmt: skip
    by_id: list[dict[str, object]] = [{record.id: record for record in records} for records in kinds]
    return by_identity, by_contact, by_id


def test_building(benchmark: BenchmarkFixture) -> None:
    """100,000 people and 300,000 deals; ours also checks them and links deals and contacts to their accounts."""
    everybody = world()
    measured = ratio(benchmark, everybody.directory, lambda: bare(everybody))
    check(benchmark, "building the directory", measured, 4)


def test_one_change(benchmark: BenchmarkFixture) -> None:
    """A deal moves to another stage, there and back; the directory has answers for everybody."""
    everybody = world()
    directory = everybody.directory()
    classify_many(everybody.authors(300_000), directory)
    deal = everybody.deals[1_000]
    moved = attrs.evolve(deal, stage="Closed Won" if deal.stage != "Closed Won" else "Closed Lost")
    there, back = (Changes(updated=[Updated(*pair)]) for pair in ((deal, moved), (moved, deal)))

    def both() -> None:
        for _ in range(500):
            directory.update(there)
            directory.update(back)

    rebuild = min(seconds(everybody.directory) for _ in range(3))
    recorded(benchmark, both, rounds=7)
    one = min(seconds(both) for _ in range(7)) / 1_000

    assert directory.get(Deal, deal.id) is deal
    check(benchmark, "changes for the price of a rebuild", rebuild / one, 10_000, at_least=True)
