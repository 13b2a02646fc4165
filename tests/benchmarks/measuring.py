"""
How the benchmarks measure: ratios of two things that run in turns, and the ledger of what came out.

A base and our own code run one after the other, round by round, so that whatever else the machine does meets both.
The cyclic garbage collector is swept before and paused during both. The ratio is that of the two fastest rounds:
noise only ever adds time. Time is the processor time of this process, so that waiting for a core does not count; where
a server does a part of the work, it is the time on the wall.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from typing import Any, Final, TypeVar

import attrs
from pytest_benchmark.fixture import BenchmarkFixture

T = TypeVar("T")

#: How far beyond its target a figure may lie before it counts as missed: two runs of one figure differ by so much.
TOLERANCE: Final = 0.1


@attrs.frozen(kw_only=True)
class Figure:
    """One figure: what it says, what it came to, and what it should be at most (None: told, not judged)."""

    name: str
    measured: float
    target: float | None = None
    #: Whether the target is the least that will do, as for "10,000 times cheaper".
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Say whether the target is met."""
        if self.target is None:
            return ""
        beyond = self.target / self.measured - 1 if self.at_least else self.measured / self.target - 1
        return "met" if beyond <= 0 else "met, nearly" if beyond <= TOLERANCE else f"missed by {beyond:.0%}"


#: The figures of this run, in order.
LEDGER: Final[list[Figure]] = []


def check(
    benchmark: BenchmarkFixture, name: str, measured: float, target: float | None = None, *, at_least: bool = False
) -> None:
    """Write a figure down: in the ledger, and with the benchmark's own record."""
    figure = Figure(name=name, measured=measured, target=target, at_least=at_least)
    LEDGER.append(figure)
    benchmark.extra_info[name] = {"measured": round(measured, 3), "target": target, "verdict": figure.verdict}


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector, after a sweep."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def recorded(benchmark: BenchmarkFixture, run: Callable[..., T], **options: object) -> T:
    """Run under the eyes of pytest-benchmark, which records each round; give what the last one returned."""
    pedantic: Callable[..., T] = benchmark.pedantic
    return pedantic(run, **options)


def seconds(run: Callable[..., object], *arguments: object, clock: Callable[[], float] = process_time) -> float:
    """Run once and give the time; what it returns is dropped outside of it."""
    with collector_paused():
        start = clock()
        kept = run(*arguments)
        elapsed = clock() - start
    del kept
    return elapsed


def ratio(
    benchmark: BenchmarkFixture,
    ours: Callable[..., object],
    base: Callable[..., object],
    *,
    rounds: int = 7,
    prepare: Callable[[], tuple[Any, Any]] | None = None,
    clock: Callable[[], float] = process_time,
) -> float:
    """
    Give how many times longer ours takes than the base, in turns.

    Args:
        benchmark: Records our side of each round.
        ours: What is measured.
        base: What it is measured against.
        rounds: How many turns each has.
        prepare: Makes the argument of ours and that of the base afresh before each round, outside the time.
        clock: Tells the time.
    """
    of_base: list[float] = []
    of_ours: list[float] = []

    def setup() -> tuple[tuple[Any, ...], dict[str, Any]]:
        fresh = prepare() if prepare else None
        of_base.append(seconds(base, *(fresh[1:] if fresh else ()), clock=clock))
        return (fresh[:1] if fresh else ()), {}

    recorded(benchmark, lambda *fresh: of_ours.append(seconds(ours, *fresh, clock=clock)), setup=setup, rounds=rounds)
    return min(of_ours) / min(of_base)
