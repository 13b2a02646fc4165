"""What a draw costs, strategy by strategy: told beside what the docstring says, and not judged."""

import inspect
import re
from collections.abc import Callable
from time import process_time
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel import Deal, Profile
from leadmodel.samples import World
from leadmodel.samples import world as sample_world
from leadmodel.testing import strategies
from tests.benchmarks.measuring import check

DRAWS: Final = 150

WORLD: Final[Callable[[], World]] = sample_world
#: What the strategies that need an argument are given.
GIVEN: Final[dict[str, Callable[[], st.SearchStrategy[Any]]]] = {
    "askable_records": lambda: strategies.askable_records(Deal),
    "changes_to": lambda: strategies.changes_to(WORLD()),
    "conditions": lambda: strategies.conditions(Deal),
    "criteria": lambda: strategies.criteria(Deal),
    "handle_spellings": lambda: strategies.handle_spellings(Profile("x", "ada")),
    "handles": lambda: strategies.handles("x"),
    "stable_ids": lambda: strategies.stable_ids("x"),
}
#: What is dearer because more is asked for.
FULL: Final = ("leads", "contacts", "accounts", "deals", "social_updates", "worlds")
NAMES: Final = sorted(set(strategies.__all__) - {"NOW"})


def milliseconds(strategy: st.SearchStrategy[Any], draws: int = DRAWS) -> float:
    """Give what a draw costs on average, in processor time: the work of Hypothesis around an example aside."""
    spent: list[float] = []

    @st.composite
    def timed(draw: st.DrawFn) -> None:
        """Draw, and take the time."""
        start = process_time()
        draw(strategy)
        spent.append(process_time() - start)

    @settings(
        max_examples=draws, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(timed())
    def run(_: None) -> None:
        """Draw once."""

    run()
    return 1_000 * sum(spent) / len(spent)


def documented(name: str, *, full: bool = False) -> float:
    """Give what the docstring says that a draw costs, in milliseconds."""
    text = inspect.getdoc(getattr(strategies, name)) or ""
    pattern = r"([\d.]+) (µs|ms) in full" if full else r"About ([\d.]+) (µs|ms) a draw"
    said = re.search(pattern, text)
    assert said, f"the docstring of {name} does not say what a draw costs"
    return float(said[1]) / (1_000 if said[2] == "µs" else 1)


@pytest.mark.parametrize("name", NAMES)
def test_draw(benchmark: BenchmarkFixture, name: str) -> None:
    """As many draws as an afternoon of tests would make."""
    strategy = GIVEN[name]() if name in GIVEN else getattr(strategies, name)()
    milliseconds(strategy, 5)
    took = benchmark.pedantic(milliseconds, (strategy,), rounds=1)

    check(benchmark, f"a draw of {name}, in ms (documented: {documented(name):g})", took)


@pytest.mark.parametrize("name", FULL)
def test_full_draw(benchmark: BenchmarkFixture, name: str) -> None:
    """With every field filled."""
    strategy = getattr(strategies, name)(full=True)
    milliseconds(strategy, 5)
    took = benchmark.pedantic(milliseconds, (strategy,), rounds=1)

    check(benchmark, f"a full draw of {name}, in ms (documented: {documented(name, full=True):g})", took)
