"""What the tests of the command share."""

import shutil
from pathlib import Path

import pytest

from leadmodel import samples
from leadmodel.changes import Changes
from leadmodel.cli.template import write_template
from leadmodel.stores import SqlStore
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


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests apart from whatever database the user of this machine works on."""
    for name in ("LEADMODEL_STORE", "LEADMODEL_TENANT", "LEADMODEL_PLAYBOOK"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with the sample data, to be copied."""
    path, world = tmp_path_factory.mktemp("database") / "crm.db", samples.world()
    with SqlStore.open(f"sqlite:///{path}") as store:
        store.apply(Changes(created=(*world.leads, *world.contacts, *world.accounts, *world.deals, *world.children)))
    return path


@pytest.fixture
def crm(folder: Path, sample_database: Path) -> tuple[str, str]:
    """Give the option that names a database with the sample data in the current folder."""
    shutil.copy(sample_database, folder / "crm.db")
    return "--store", "crm.db"
