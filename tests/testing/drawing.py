"""
Draw many examples at once, the same ones each time, and count those that were refused.

A few examples are drawn measured, many unmeasured: they run the same lines, and measuring takes several times as long.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from contextlib import nullcontext
from typing import Any, Final, TypeVar, cast

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis.statistics import collector
from tests.unmeasured import unmeasured

T = TypeVar("T")

#: How many examples are drawn with their coverage measured.
MEASURED: Final = 60

_SAME: Final = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)


def drawn(strategy: st.SearchStrategy[T], count: int = 200) -> list[T]:
    """Give examples of a strategy."""
    return _collected(strategy, count)[0]


def told(
    strategy: st.SearchStrategy[T], tell: Callable[[T], Iterable[Hashable]], wanted: Collection[Hashable]
) -> set[Hashable]:
    """Give what examples tell, drawing more of them until all that is wanted was told: which ones come is chance."""
    facts: set[Hashable] = set()
    for count in (100, 300, 1_000, 5_000):
        facts = {fact for value in drawn(strategy, count) for fact in tell(value)}
        if facts.issuperset(wanted):
            break
    return facts


def refused(strategy: st.SearchStrategy[Any], count: int = 200) -> float:
    """Give the share of draws that were refused, by a filter or an assumption."""
    _, statuses = _collected(strategy, count)
    return statuses.count("invalid") / len(statuses)


def _collected(strategy: st.SearchStrategy[T], count: int) -> tuple[list[T], list[str]]:
    values: list[T] = []
    reports: list[Any] = []

    @settings(_SAME, max_examples=count)
    @given(strategy)
    def collect(value: T) -> None:
        values.append(value)

    with unmeasured() if count > MEASURED else nullcontext(), cast("Any", collector).with_value(reports.append):
        collect()
    (report,) = reports
    return values, [case["status"] for case in report["generate-phase"]["test-cases"]]


def smallest(strategy: st.SearchStrategy[T], wanted: Callable[[T], bool]) -> T:
    """Give the smallest example of which something is true."""
    patient = settings(_SAME, max_examples=5_000, phases=[Phase.generate, Phase.shrink])
    with unmeasured():
        return find(strategy, wanted, settings=patient)
