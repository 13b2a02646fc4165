"""
Moves and histories on real data.

Deals of Salesforce samples, which say only where they stand, and stage intervals that a connector landed.
"""

import csv
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from leadmodel import (
    Deal,
    Outcome,
    Pipeline,
    StageChange,
    Stay,
    can_move,
    expected_revenue,
    move_deal,
    new_deal,
    probability_of,
    stage_at,
    stage_history,
    time_in_stages,
)
from leadmodel.formats import salesforce
from leadmodel.formats.toml import read_processes
from leadmodel.processes import pipelines
from leadmodel.testing.laws import check_changes
from tests.shared_data import needs_shared_data

Shared = Callable[..., Path]

#: The pipeline of the samples as their owners would write it down: a deal is won only with an amount.
TOML: Final = """
format = 1

[pipelines.opportunities]
label = "Opportunities"
stages = [
    { key = "Prospecting", outcome = "open", probability = 10 },
    { key = "Qualification", outcome = "open", probability = 10 },
    { key = "Needs Analysis", outcome = "open", probability = 20 },
    { key = "Value Proposition", outcome = "open", probability = 50 },
    { key = "Id. Decision Makers", outcome = "open", probability = 60 },
    { key = "Perception Analysis", outcome = "open", probability = 70 },
    { key = "Proposal/Price Quote", outcome = "open", probability = 75 },
    { key = "Negotiation/Review", outcome = "open", probability = 90 },
    { key = "Closed Won", outcome = "won", probability = 100, requires = ["amount"] },
    { key = "Closed Lost", outcome = "lost" },
]
"""

#: The samples: the files, how many deals they hold, and how many of them are open, won and lost.
SAMPLES: Final = {
    "salesforce_devorg_sample": ("treeapi/Opportunity.json", {"open": 13, "won": 18}),
    "salesforce_trailhead_samples": ("lwc-recipes/Opportunities.json", {"open": 17, "won": 2, "lost": 1}),
}

samples: Final = pytest.mark.parametrize(
    "sample", [pytest.param(name, marks=needs_shared_data(name)) for name in SAMPLES]
)
WEEK: Final = timedelta(weeks=1)


def own() -> Pipeline:
    """Read the pipeline."""
    (pipeline,) = read_processes(TOML).pipelines
    return pipeline


def deals_of(sample: str, shared: Shared) -> list[Deal]:
    """Read the deals of a sample, as they stand."""
    records = salesforce.read_tree(shared(sample, *SAMPLES[sample][0].split("/")), currency="USD").records
    return [record for record in records if isinstance(record, Deal)]


def rebuilt(deal: Deal, pipeline: Pipeline) -> Iterator[Deal]:
    """
    Give a deal at every stage that it may have gone through to where it stands, a week at each.

    The last move falls on the day on which the deal was to close.
    """
    assert deal.closes_on is not None
    stages = [stage.key for stage in pipeline.stages if stage.outcome is Outcome.OPEN]
    path = stages[: stages.index(deal.stage) + 1] if deal.stage in stages else [*stages, deal.stage]
    end = datetime.combine(deal.closes_on, time(12), UTC)
    begin = end - (len(path) - 1) * WEEK
    now = new_deal(id=deal.id, name=deal.name, pipeline=pipeline, at=begin, account_id=deal.account_id)
    yield now
    for number, stage in enumerate(path[1:], 1):
        given = {"amount": deal.amount} if stage == path[-1] else None
        made = move_deal(now, stage, at=begin + number * WEEK, pipeline=pipeline, by="u1", given=given)
        check_changes(made.changes)
        now = made.deal
        yield now


def test_pipeline_in_toml_is_the_preset_with_one_requirement() -> None:
    """Written down by hand, it says what the preset says, and that a won deal has an amount."""
    pipeline = own()
    preset = pipelines.SALESFORCE.requiring("Closed Won", "amount")

    assert [(one.key, one.outcome, one.probability, one.requires) for one in pipeline.stages] == [
        (one.key, one.outcome, one.probability, one.requires) for one in preset.stages
    ]
    assert pipeline.moves == preset.moves


@samples
def test_sample_is_read_whole(sample: str, shared: Shared) -> None:
    """Claims about no deals would hold."""
    pipeline = own()
    outcomes = [pipeline.stage(deal.stage).outcome.value for deal in deals_of(sample, shared)]

    assert {outcome: outcomes.count(outcome) for outcome in outcomes} == SAMPLES[sample][1]


@samples
def test_legal_history_leads_to_every_deal(sample: str, shared: Shared) -> None:
    """Each stage of the samples is reached move by move; the outcome says whether and when the deal was closed."""
    pipeline = own()
    for deal in deals_of(sample, shared):
        *_, last = rebuilt(deal, pipeline)
        closed = pipeline.stage(deal.stage).outcome is not Outcome.OPEN

        assert (last.stage, last.history[-1].to) == (deal.stage, deal.stage)
        assert (last.closed_at is not None and last.closed_at.date()) == (closed and deal.closes_on)
        assert len(last.history) == pipeline.stages.index(pipeline.stage(deal.stage)) + (
            0 if deal.stage == "Closed Lost" else 1
        )


@samples
def test_rebuilt_histories_have_no_gap_and_add_up(sample: str, shared: Shared) -> None:
    """A week at each stage, and the rest in the last one (PIPE-8)."""
    pipeline = own()
    for deal in deals_of(sample, shared):
        *_, last = rebuilt(deal, pipeline)
        as_of = last.history[-1].at + timedelta(days=100)
        stays = stage_history(last, as_of=as_of)
        times = time_in_stages(last, as_of=as_of)

        assert [one.stage for one in stays] == [entry.to for entry in last.history]
        assert all(one.until == two.since for one, two in pairwise(stays))
        assert last.created_at is not None
        assert sum(times.values(), timedelta()) == as_of - last.created_at
        assert list(times.values()) == [WEEK] * (len(stays) - 1) + [timedelta(days=100)]


@samples
def test_past_of_a_rebuilt_deal_is_what_it_was(sample: str, shared: Shared) -> None:
    """At the instant of each move, the deal stood where that move brought it (AUTH-15)."""
    pipeline = own()
    for deal in deals_of(sample, shared):
        steps = list(rebuilt(deal, pipeline))

        assert [stage_at(steps[-1], one.history[-1].at) for one in steps] == [one.stage for one in steps]


@samples
def test_no_deal_is_won_without_an_amount(sample: str, shared: Shared) -> None:
    """The amounts of the samples are what the requirement asks for."""
    pipeline = own()
    won = [deal for deal in deals_of(sample, shared) if deal.stage == "Closed Won"]
    before = [list(rebuilt(deal, pipeline))[-2] for deal in won]

    assert won
    assert {can_move(one, "Closed Won", pipeline=pipeline).missing for one in before} == {("amount",)}


@needs_shared_data("salesforce_devorg_sample")
def test_probability_is_the_one_that_the_sample_states(shared: Shared) -> None:
    """Each record gives its own number: the rebuilt deal has it from its stage, and its worth follows (PIPE-6)."""
    pipeline = own()
    deals = deals_of("salesforce_devorg_sample", shared)
    for deal in deals:
        *_, last = rebuilt(deal, pipeline)

        assert last.probability is None
        assert probability_of(last, pipeline=pipeline) == deal.probability == last.history[-1].probability
        if last.amount is not None:
            assert expected_revenue(last, pipeline=pipeline) == expected_revenue(deal, pipeline=pipeline)
    assert {deal.probability for deal in deals} == {10, 20, 50, 60, 70, 75, 90, 100}


def instant(text: str) -> datetime:
    """Read an instant of the seeds, which are in UTC and do not pad their hours."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def padded(text: str) -> str:
    """Write an instant as SQL wants it, without reading it."""
    day, clock = text.split(" ")
    return f"{day} {clock:0>8}"


@pytest.fixture
def intervals(shared: Shared) -> list[dict[str, str]]:
    """Read the stage intervals."""
    path = shared("hubspot_connector_seeds", "deal_stage_data.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def interval_deal(row: dict[str, str]) -> Deal:
    """Give the deal of an open interval: all that is known is the stage, a hash, and since when."""
    entered = StageChange(to=row["value"], at=instant(row["_fivetran_start"]))
    return Deal(id=row["deal_id"], stage=row["value"], history=[entered])


class TestStageIntervals:
    """Fourteen deals, one open interval each."""

    def test_seeds_hold_one_open_interval_for_each_deal(self, intervals: list[dict[str, str]]) -> None:
        """What the other claims stand on."""
        assert len(intervals) == len({row["deal_id"] for row in intervals}) == 14
        assert {(row["_fivetran_active"], row["_fivetran_end"]) for row in intervals} == {
            ("TRUE", "2050-01-01 00:00:00")
        }
        assert len({row["value"] for row in intervals}) == 3

    def test_interval_is_the_only_stay(self, intervals: list[dict[str, str]]) -> None:
        """It begins when the deal entered the stage, and lasts."""
        for row in intervals:
            as_of, end = instant(row["_fivetran_synced"]), instant(row["_fivetran_end"])
            deal = interval_deal(row)

            assert stage_history(deal, as_of=as_of) == (
                Stay(stage=row["value"], since=instant(row["date_entered"]), until=as_of),
            )
            assert stage_at(deal, end) == row["value"]
            assert stage_at(deal, instant(row["date_entered"]) - timedelta(seconds=1)) is None

    @pytest.mark.parametrize("until", ["_fivetran_synced", "_fivetran_end"])
    def test_time_in_the_present_stage_is_what_sql_says(self, intervals: list[dict[str, str]], until: str) -> None:
        """SQL subtracts the seeds' own columns: up to when they were read, and up to the end that stands for none."""
        tables = sqlite3.connect(":memory:")
        seconds = "SELECT CAST(strftime('%s', ?) AS INTEGER) - CAST(strftime('%s', ?) AS INTEGER)"
        for row in intervals:
            ((expected,),) = tables.execute(seconds, (padded(row[until]), padded(row["date_entered"])))
            spent = time_in_stages(interval_deal(row), as_of=instant(row[until]))

            assert spent == {row["value"]: timedelta(seconds=expected)}
            assert expected > 0
        tables.close()

    def test_stages_are_named_by_hash_in_a_pipeline_of_their_own(self, intervals: list[dict[str, str]]) -> None:
        """Under a pipeline of those three stages, the deals can go on from where they stand."""
        keys = sorted({row["value"] for row in intervals})
        rows = "".join(f'{{ key = "{key}", outcome = "open" }},\n' for key in keys)
        (pipeline,) = read_processes(f"format = 1\n[pipelines.seeds]\nstages = [\n{rows}]\n").pipelines
        for row in intervals:
            deal = interval_deal(row)
            to = next(key for key in keys if key != deal.stage)
            moved = move_deal(deal, to, at=instant(row["_fivetran_synced"]), pipeline=pipeline).deal
            first, second = stage_history(moved, as_of=instant(row["_fivetran_end"]))

            assert (first.stage, second.stage) == (row["value"], to)
            assert first.until == second.since == instant(row["_fivetran_synced"])
