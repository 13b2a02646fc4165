"""The command over long feeds: every update comes out, and memory does not grow with their number."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from leadmodel import samples
from leadmodel.cli.template import write_template
from tests.benchmarks import statuses

#: Runs the command, counts the lines that come out, and reports the most memory that the command itself has held.
CHILD = """
import resource, subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "leadmodel", *sys.argv[1:]], stdout=subprocess.PIPE)
lines = sum(1 for _ in child.stdout)
print(child.wait(), lines, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def ran(*arguments: str) -> tuple[int, int, int]:
    """Give exit code, lines of output and peak memory of the command, in the unit of the system."""
    done = subprocess.run([sys.executable, "-c", CHILD, *arguments], capture_output=True, text=True, check=True)
    code, lines, peak = map(int, done.stdout.split())
    return code, lines, peak


@pytest.mark.parametrize("form", ["--json", "--csv"])
@pytest.mark.parametrize("authors", [statuses.lines, statuses.new_authors])
def test_memory_does_not_grow_with_statuses(form: str, authors: Callable[[int], Iterable[str]], tmp_path: Path) -> None:
    """Neither with those of authors who come again, nor with those of ever new ones, once the bounds are reached."""
    peaks = []
    for number in (100_000, 250_000):
        feed = tmp_path / f"{number}.jsonl"
        with feed.open("w", encoding="utf-8") as file:
            file.writelines(authors(number))
        code, lines, peak = ran("feed", *statuses.people(tmp_path), "--updates", str(feed), form)
        feed.unlink()
        print(f"{authors.__name__} {form} {number:>9,} statuses: {lines:,} lines, peak {peak:,}")
        peaks.append(peak)

        assert (code, lines) == (0, number + (form == "--csv"))

    assert peaks[1] <= 1.1 * peaks[0] + _IDS


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_memory_does_not_grow_with_the_feed(form: str, tmp_path: Path) -> None:
    """Ten times as many updates take at most a tenth more memory, as streams are never held whole."""
    files = write_template(samples.world(), tmp_path / "crm")
    sample = [json.loads(line) for line in files["updates"].read_text("utf-8").splitlines()]
    records = ("--people", str(files["people"]), "--deals", str(files["deals"]))
    peaks = []
    for number in (10_000, 100_000):
        feed = tmp_path / f"{number}.jsonl"
        with feed.open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(sample[n % 120] | {'id': str(n)})}\n" for n in range(number))
        code, lines, peak = ran("feed", *records, "--updates", str(feed), form)
        print(f"{form} {number:>7,} updates: {lines:,} lines, peak {peak:,} (in units of ru_maxrss)")
        peaks.append(peak)

        assert (code, lines) == (0, number + (form == "--csv"))

    assert peaks[1] <= 1.1 * peaks[0] + _IDS


#: The ids of the last 50,000 to 100,000 updates are remembered, to find one that is given twice: about 10 MB at most.
_IDS = 10 * 1024 * (1024 if sys.platform == "darwin" else 1)
