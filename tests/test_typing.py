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


def mypy_lines(path: Path) -> set[int]:
    """Give the lines of a file in which mypy sees an error."""
    done = run("mypy", "--strict", "--no-pretty", "--no-incremental", "--output=json", str(path))
    findings = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {finding["line"] for finding in findings if finding["severity"] == "error"}


def pyright_lines(path: Path) -> set[int]:
    """Give the lines of a file in which pyright sees an error."""
    done = run("pyright", "--outputjson", "--pythonpath", sys.executable, str(path))
    findings = json.loads(done.stdout)["generalDiagnostics"]
    return {finding["range"]["start"]["line"] + 1 for finding in findings if finding["severity"] == "error"}


@needs_mypy
def test_user_script_is_clean_under_strict_mypy() -> None:
    """A user's strict mypy has nothing to say about the main job."""
    done = run("mypy", "--strict", str(SCRIPT))

    assert done.returncode == 0, done.stdout + done.stderr


@needs_pyright
def test_user_script_is_clean_under_pyright() -> None:
    """A user's editor underlines nothing in the main job."""
    done = run("pyright", "--pythonpath", sys.executable, str(SCRIPT))

    assert done.returncode == 0, done.stdout + done.stderr


def test_user_script_runs() -> None:
    """What the checkers are shown does what it says."""
    done = subprocess.run([sys.executable, str(SCRIPT)], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@needs_mypy
def test_mypy_sees_a_users_mistakes(tmp_path: Path) -> None:
    """The types are strict enough to help: each mistake is named."""
    script = tmp_path / "wrong.py"
    script.write_text(WRONG, encoding="utf-8")

    assert mypy_lines(script) == {2, 3, 4, 5}


@needs_pyright
def test_pyright_sees_a_users_mistakes(tmp_path: Path) -> None:
    """The types are strict enough to help: each mistake is underlined."""
    script = tmp_path / "wrong.py"
    script.write_text(WRONG, encoding="utf-8")

    assert pyright_lines(script) == {2, 3, 4, 5}


@needs_pyright
def test_every_public_type_is_known() -> None:
    """No public name leaves a type checker guessing."""
    done = run("pyright", "--verifytypes", "leadmodel", "--ignoreexternal", "--outputjson")

    report = json.loads(done.stdout)["typeCompleteness"]
    unknown = [s["name"] for s in report["symbols"] if s["isExported"] and not s["isTypeKnown"]]

    assert unknown == []
    assert report["completenessScore"] == 1
