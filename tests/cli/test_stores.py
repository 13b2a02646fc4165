"""`leadmodel init`, and what every command says of a database that it cannot work on."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from leadmodel.entities import Lead
from leadmodel.stores import SqlStore
from leadmodel.values import Ref
from tests.cli.command import Here

#: One command of each kind: that reads, that looks first, that writes.
COMMANDS = (
    ("find", "lead"), ("history", "lead", "l01"), ("log",), ("feed", "--updates", "-"), ("convert", "--dry-run"),
    ("move", "d05", "Closed Won"), ("edit", "lead", "l01", "title=CTO"), ("undo", "1"),
)  # fmt: skip


def foreign(path: Path) -> bytes:
    """Make a database of somebody else, and give what is in the file."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE customers (name TEXT)")
        database.commit()
    return path.read_bytes()


def set_version(path: Path, version: int) -> None:
    """Say of a database that its tables are of another version."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE leadmodel_schema SET version = ?", (version,))
        database.commit()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of a database, as somebody does who is writing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield


class TestInit:
    """A database is made once, and never over anything."""

    @pytest.mark.parametrize("name", ["crm.db", "sqlite:///crm.db", "a b%20c?d#e.db", "café.db"])
    def test_database_is_made_under_its_name(self, here: Here, folder: Path, name: str) -> None:
        """A path is a path, whatever characters are in it; an address is one as well."""
        done = here("init", name)

        assert (done.code, done.out, done.err) == (0, f"{name} is made: no records yet\n", "")
        assert (folder / name.removeprefix("sqlite:///")).exists()
        assert here("find", "lead", "--count", "--store", name).out == "0\n"

    @pytest.mark.usefixtures("crm")
    def test_database_that_is_there_stays(self, here: Here, folder: Path) -> None:
        """A script may make sure of it each time; whose records are counted can be said."""
        before = (folder / "crm.db").read_bytes()

        again, other = here("init", "crm.db"), here("init", "crm.db", "--tenant", "acme")

        assert again.out == (
            "crm.db is there already: 16 leads, 24 contacts, 11 accounts, 60 deals, 3 activities, 2 tasks, 3 notes\n"
        )
        assert other.out == "crm.db is there already: no records yet\n"
        assert (again.code, other.code, (folder / "crm.db").read_bytes()) == (0, 0, before)

    @pytest.mark.usefixtures("folder")
    def test_environment_may_name_it(self, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
        """The same name serves all commands."""
        monkeypatch.setenv("LEADMODEL_STORE", "crm.db")

        assert (here("init").code, here("find", "lead", "--count").out) == (0, "0\n")

    def test_somebody_elses_database_is_left_alone(self, here: Here, folder: Path) -> None:
        """The file is not touched, not even its header."""
        before = foreign(folder / "shop.db")

        done = here("init", "shop.db")

        assert (done.code, done.out) == (1, "")
        assert "the database holds tables, and none of leadmodel's" in done.err
        assert (folder / "shop.db").read_bytes() == before

    @pytest.mark.parametrize("name", [":memory:", "sqlite://", " "])
    def test_database_that_would_not_last_is_refused(self, here: Here, name: str) -> None:
        """Nobody loads records into what is gone a moment later."""
        done = here("init", name)

        assert done.code == 2
        assert "would end with the command; name a file, such as crm.db" in " ".join(done.err.split())

    def test_folder_has_to_be_there(self, here: Here, folder: Path) -> None:
        """A slip in a path makes no folders."""
        done = here("init", "nowhere/crm.db")

        assert (done.code, list(folder.iterdir())) == (1, [])
        assert "the file cannot be opened; check its folder and its permissions" in done.err

    def test_older_tables_are_led_on_when_asked(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """First the command says what to do, then it does it, and the records are still there."""
        set_version(folder / "crm.db", 1)

        refused, found = here("init", "crm.db"), here("find", "lead", *crm)
        done = here("init", "crm.db", "--migrate")

        assert (refused.code, found.code) == (1, 1)
        assert "have version 1" in refused.err
        assert "make a copy, then: leadmodel init --migrate" in found.err
        assert (done.code, done.out.partition(",")[0]) == (0, "crm.db is up to date now: 16 leads")
        assert here("find", "lead", "--count", *crm).out == "16\n"

    @pytest.mark.usefixtures("crm")
    def test_newer_tables_ask_for_a_newer_leadmodel(self, here: Here, folder: Path) -> None:
        """Migration leads forward only."""
        set_version(folder / "crm.db", 99)

        done = here("init", "crm.db", "--migrate")

        assert done.code == 1
        assert "have version 99" in done.err
        assert "install a newer leadmodel" in done.err


class TestOpening:
    """A command that cannot work on a database says why in a sentence, and makes none."""

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
    def test_slip_in_a_path_makes_no_database(self, here: Here, folder: Path, command: tuple[str, ...]) -> None:
        """The sentence says how to make one."""
        done = here(*command, "--store", "cmr.db")

        assert (done.code, done.out, list(folder.iterdir())) == (1, "", [])
        assert done.err.startswith("Error: open cmr.db: there is no such file; check the path, or")
        assert "leadmodel init" in done.err

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "the database is empty; make the tables: leadmodel init ["),
            (b"Dear diary, today I kept no records at all.", "the file is no SQLite database; check the path"),
        ],
    )
    def test_file_of_another_kind_is_refused(self, here: Here, folder: Path, content: bytes, said: str) -> None:
        """It stays as it is."""
        (folder / "crm.db").write_bytes(content)

        done = here("find", "lead", "--store", "crm.db")

        assert (done.code, done.out, (folder / "crm.db").read_bytes()) == (1, "", content)
        assert said in done.err

    @pytest.mark.parametrize("address", ["mysql://crm/crm", "://"])
    def test_address_has_to_be_one_of_a_store(self, here: Here, address: str) -> None:
        """What there is no store for is named."""
        done = here("find", "lead", "--store", address)

        assert (done.code, done.out) == (1, "")
        assert "write sqlite:///crm.db for a file" in done.err

    @pytest.mark.parametrize("command", [("find", "lead"), ("edit", "lead", "l01", "title=CTO"), ("log",)])
    def test_database_has_to_be_named(self, here: Here, command: tuple[str, ...]) -> None:
        """On the command line or in the environment."""
        done = here(*command)

        assert (done.code, done.out) == (2, "")
        assert "which database? Name it with --store crm.db, or in LEADMODEL_STORE" in " ".join(done.err.split())

    def test_writer_waits_no_longer_than_it_was_told(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """Who reads does not wait at all; who writes says what to do, and nothing has changed."""
        with held(folder / "crm.db"):
            read = here("find", "lead", "--count", *crm)
            done = here("edit", "lead", "l01", "title=CTO", "--wait", "0", *crm)

        assert (read.code, read.out) == (0, "16\n")
        assert (done.code, done.out) == (1, "")
        assert "somebody else is writing; try again, or give it longer with --wait" in done.err
        assert here("history", "lead", "l01", *crm).out.count("created") == 1

    @pytest.mark.skipif(os.geteuid() == 0, reason="whoever may do everything can write a read-only file")
    def test_read_only_file_can_be_read(self, here: Here, crm: tuple[str, str], folder: Path) -> None:
        """Looking needs no right to write."""
        (folder / "crm.db").chmod(0o444)

        assert here("find", "lead", "--count", *crm).out == "16\n"
        assert here("edit", "lead", "l01", "title=CTO", *crm).code == 1

    def test_tenants_do_not_see_each_other(
        self, here: Here, crm: tuple[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The option, or the environment, says whose records are meant."""
        monkeypatch.setenv("LEADMODEL_TENANT", "acme")

        assert here("find", "lead", "--count", *crm).out == "0\n"
        assert here("find", "lead", "--count", "--tenant", "default", *crm).out == "16\n"

    def test_tenant_without_a_name_is_refused(self, here: Here, crm: tuple[str, str]) -> None:
        """A blank is none."""
        done = here("find", "lead", "--tenant", " ", *crm)

        assert (done.code, "tenant" in done.err) == (1, True)

    def test_missing_library_is_named_with_its_extra(self, crm: tuple[str, str]) -> None:
        """Without SQLAlchemy there is a line to type, and what needs none still works."""
        program = "import sys; sys.modules['sqlalchemy'] = None; from leadmodel.cli import main; main(sys.argv[1:])"

        done, rules = (
            subprocess.run([sys.executable, "-c", program, *args], capture_output=True, text=True, check=False)
            for args in (("find", "lead", *crm), ("rules", "networks"))
        )

        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == 'Error: SqlStore needs sqlalchemy; install it with: pip install "leadmodel[sql]"\n'
        assert rules.returncode == 0


def test_two_processes_may_write_at_once(crm: tuple[str, str], folder: Path) -> None:
    """Each waits for the other; no change is lost, and none is half done."""
    many = [("edit", "lead", "l01", f"title=Title {n}", *crm) for n in range(4)]

    running = [
        subprocess.Popen([sys.executable, "-m", "leadmodel", *each], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for each in many
    ]
    ends = [(each.communicate(), each.returncode) for each in running]

    with SqlStore.open(f"sqlite:///{folder / 'crm.db'}") as store:
        titles = [entry.after.title for entry in store.history(Ref(Lead, "l01")) if isinstance(entry.after, Lead)]
    assert [(code, err.count(b"written at position")) for (_, err), code in ends] == [(0, 1)] * 4
    assert sorted(titles) == ["", *(f"Title {n}" for n in range(4))]


class TestServer:
    """A database on a server is named by its address; whoever looks over the shoulder learns no password."""

    def test_commands_work_on_a_server(self, here: Here, database: str) -> None:
        """Made, filled, asked, taken back: as in a file."""
        secret = database.replace("//tests@", "//tests:geheim@")

        kept = here("demo", "--keep", secret)
        again = here("init", secret)
        undone = here("undo", "1", "--dry-run", "--store", secret)

        shown = database.replace("//tests@", "//tests:***@")
        assert (kept.code, again.code, undone.code) == (0, 0, 0)
        assert kept.out.startswith(f"{shown} is made: 16 leads")
        assert again.out.startswith(f"{shown} is there already: 16 leads")
        assert here("find", "contact", "--count", "--store", secret).out == "24\n"
        assert "geheim" not in "".join(each.out + each.err for each in (kept, again, undone))

    @pytest.mark.parametrize(
        "address", ["postgresql://ada:geheim@/crm?host=/nowhere", "postgresql://ada@/crm?host=/nowhere&password=geheim"]
    )
    def test_server_that_is_not_there_is_told(self, here: Here, address: str) -> None:
        """With what the driver says, and without the password."""
        done = here("find", "lead", "--store", address)

        assert done.code == 1
        assert "the database cannot be reached" in done.err
        assert "geheim" not in done.out + done.err
