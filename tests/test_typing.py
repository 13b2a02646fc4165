"""The types that users' tools see."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.house import ROOT

SCRIPT: Final = ROOT / "tests" / "typing" / "user_script.py"

needs_mypy = pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")
needs_pyright = pytest.mark.skipif(importlib.util.find_spec("pyright") is None, reason="pyright is not installed")

#: A user's mistakes: each of the lines below the first has one.
WRONG: Final = """\
import leadmodel as lm
lm.Lead(id=1)
lm.Money(1.5, "EUR")
lm.Lead(id="l1").last_name = "Lovelace"
lm.classify_author("ada", lm.Directory.of())
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of this interpreter, which comes first on the search path, unmeasured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [sys.executable, "-m", *arguments]
    environment = kept | {"PATH": path, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a script with the user's mistakes."""
    path = tmp_path_factory.mktemp("typing") / "wrong.py"
    path.write_text(WRONG, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def seen_by_mypy(wrong: Path) -> dict[str, set[int]]:
    """Give the lines with errors under strict mypy, by script; one run checks both, since starting takes long."""
    done = run("mypy", "--strict", "--no-pretty", "--output=json", str(SCRIPT), str(wrong))
    seen: dict[str, set[int]] = {}
    for finding in map(json.loads, done.stdout.splitlines()):
        if finding["severity"] == "error":
            seen.setdefault(Path(finding["file"]).name, set()).add(finding["line"])
    return seen


@pytest.fixture(scope="module")
def seen_by_pyright(wrong: Path) -> dict[str, set[int]]:
    """Give the lines with errors under pyright, by script."""
    done = run("pyright", "--outputjson", "--pythonpath", sys.executable, str(SCRIPT), str(wrong))
    report = json.loads(done.stdout)
    seen: dict[str, set[int]] = {}
    for finding in report["generalDiagnostics"]:
        if finding["severity"] == "error":
            seen.setdefault(Path(finding["file"]).name, set()).add(finding["range"]["start"]["line"] + 1)
    assert report["summary"]["filesAnalyzed"] == 2
    return seen


@needs_mypy
def test_mypy_sees_a_users_mistakes_and_nothing_else(seen_by_mypy: dict[str, set[int]]) -> None:
    """A user's strict mypy finds the user's mistakes, and has nothing to say about the main job."""
    assert seen_by_mypy == {"wrong.py": {2, 3, 4, 5}}


@needs_pyright
def test_pyright_sees_a_users_mistakes_and_nothing_else(seen_by_pyright: dict[str, set[int]]) -> None:
    """A user's editor underlines the user's mistakes, and nothing in the main job."""
    assert seen_by_pyright == {"wrong.py": {2, 3, 4, 5}}


def test_user_script_runs() -> None:
    """What the checkers are shown does what it says."""
    done = subprocess.run([sys.executable, str(SCRIPT)], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@needs_pyright
def test_every_public_type_is_known() -> None:
    """No public name leaves a type checker guessing."""
    done = run("pyright", "--verifytypes", "leadmodel", "--ignoreexternal", "--outputjson")

    report = json.loads(done.stdout)["typeCompleteness"]
    unknown = [s["name"] for s in report["symbols"] if s["isExported"] and not s["isTypeKnown"]]

    assert unknown == []
    assert report["completenessScore"] == 1
