"""The feed command over Mastodon statuses: what it costs against `json.loads` of every line."""

import json
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from leadmodel.cli import main
from tests.benchmarks.measuring import check, ratio
from tests.benchmarks.statuses import lines, people

#: Statuses of one round; those of the whole promise are a million, where the records to be read count for nothing.
NUMBER = 20_000


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Give a file of statuses, one a line."""
    path = tmp_path / "statuses.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines(NUMBER))
    return path


@pytest.mark.parametrize("form", ["--json", "--csv", "--limit=1000"])
def test_command(benchmark: BenchmarkFixture, feed: Path, tmp_path: Path, form: str) -> None:
    """Reading the records, the statuses and printing the answers, in this process, with all modules loaded."""
    files, printed = people(tmp_path), tmp_path / "printed"

    def ours() -> None:
        with printed.open("w", encoding="utf-8") as output, pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdout", output)
            with pytest.raises(SystemExit) as left:
                main(["feed", *files, "--updates", str(feed), form])
        assert left.value.code == 0

    def base() -> None:
        with feed.open(encoding="utf-8") as file:
            for line in file:
                json.loads(line)

    ours()
    answered = printed.read_bytes().count(b"\n")
    target = 4 if form == "--json" else None
    check(benchmark, f"feed command, {form}, against json.loads", ratio(benchmark, ours, base, rounds=3), target)

    assert answered >= NUMBER or form == "--limit=1000"
