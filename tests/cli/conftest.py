"""What the tests of the command share."""

from pathlib import Path

import pytest

from leadmodel import samples
from leadmodel.cli.template import write_template
from tests.cli.command import Here


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Here:
    """Give the command, to be run within this process."""
    return Here(capsys)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Give the options that name the files of the sample data."""
    files = write_template(samples.world(), tmp_path_factory.mktemp("crm"))
    return tuple(part for option, path in files.items() for part in (f"--{option}", str(path)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
