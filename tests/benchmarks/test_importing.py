"""What `import leadmodel` costs, and what it leaves alone."""

import subprocess
import sys

from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.measuring import check, recorded

TIMED = "import time; start = time.perf_counter(); import {name}; print(time.perf_counter() - start)"
#: Nothing of what an extra brings, nor the codec's library.
EXTRAS = ("cattrs", "click", "rich", "hypothesis", "pytest", "django", "sphinx")


def imported(name: str) -> float:
    """Give the seconds that an import takes in a fresh interpreter; byte code is written already."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", TIMED.format(name=name)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def test_import(benchmark: BenchmarkFixture) -> None:
    """In turns, each in interpreters of their own; a third of the modules would be loaded anyway by `import attrs`."""
    of_attrs: list[float] = []
    of_ours: list[float] = []
    recorded(
        benchmark,
        lambda: of_ours.append(imported("leadmodel")),
        setup=lambda: of_attrs.append(imported("attrs")),
        rounds=15,
    )
    check(benchmark, "import leadmodel, against import attrs", min(of_ours) / min(of_attrs), 4)


def test_import_leaves_extras_alone(benchmark: BenchmarkFixture) -> None:
    """Importing leadmodel loads no extra and no codec."""
    asked = f"import sys, leadmodel; print(*(name for name in {EXTRAS!r} if name in sys.modules))"
    done = recorded(
        benchmark, subprocess.run, args=([sys.executable, "-c", asked],),
        kwargs={"capture_output": True, "text": True, "check": True}, rounds=1,
    )  # fmt: skip

    assert done.stdout.split() == []
