"""
A PostgreSQL server for the tests: a real one, of the test run's own, on a Unix socket in a folder that goes with it.

The environment variable LEADMODEL_TEST_POSTGRES may name a server instead, as whoever may make databases there
("postgresql://ada@db.example/postgres"). Without either, the tests that need one are skipped, and say why.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest

#: Names a server that is there already.
VARIABLE: Final = "LEADMODEL_TEST_POSTGRES"
#: The oldest version that is supported.
OLDEST: Final = 15
#: Where Debian keeps the programs of each version.
_DEBIAN: Final = Path("/usr/lib/postgresql")
#: Nothing is forced to the disk: no test pulls the plug of the machine.
_SETTINGS: Final = {
    "listen_addresses": "", "fsync": "off", "full_page_writes": "off", "max_connections": "200",
    "shared_buffers": "64MB", "max_wal_size": "512MB", "autovacuum_naptime": "10s",
}  # fmt: skip
_PATIENCE: Final = 60.0
_numbers: Final = count(1)


class Server:
    """
    A server that these tests have started, and may stop and kill.

    Args:
        programs: The folder of PostgreSQL's programs.
        within: The small disk on which it has its folder; wherever temporary files are, if None.
    """

    def __init__(self, programs: Path, within: Path | None = None) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="leadmodel-postgres-", dir=within))
        self._user = _owner()
        self._process: subprocess.Popen[bytes] | None = None
        self.owned(self._folder)
        segments = ["--wal-segsize=1"] if within else []
        form = ["-E", "UTF8", "--locale=C", "--no-sync", *segments]
        self._run("initdb", "-D", self._data, "-U", "tests", "-A", "trust", *form)
        self.start()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        done = subprocess.run(command, cwd=self._folder, user=self._user, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        given = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", self._data, "-k", str(self._folder), *given]
        log = (self._folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(command, cwd=self._folder, user=self._user, stdout=log, stderr=log)
        if not self._answers():
            raise RuntimeError(f"the server does not start: {(self._folder / 'log').read_text()}")

    def _answers(self) -> bool:
        """Wait until the server answers, or has ended."""
        deadline = time.monotonic() + _PATIENCE
        while self._process is not None and self._process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.address("postgres")).close()
                return True
            time.sleep(0.02)
        return False

    def revive(self) -> None:
        """Wait until a server that has failed has mended itself, or start it again where it has given up."""
        if not self._answers():
            self.start()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: fast with SIGINT, at once with SIGQUIT; SIGTERM would wait for whoever is connected."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_PATIENCE)
            self._process = None

    def address(self, database: str) -> str:
        """Give the address of a database."""
        return f"postgresql://tests@/{database}?host={quote(str(self._folder), safe='')}"

    def owned(self, folder: Path) -> None:
        """Give a folder to the user as whom the server runs."""
        if self._user:
            shutil.chown(folder, self._user)

    def close(self) -> None:
        """Stop the server and take its folder away."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


class Databases:
    """
    Where the tests get databases of their own.

    Args:
        address: The address of a database from which others can be made.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def address(self, name: str) -> str:
        """Give the address of a database of this name."""
        parts = urlsplit(self._address)
        return urlunsplit(parts._replace(path=f"/{name}"))

    @contextlib.contextmanager
    def made(self, options: str = "") -> Iterator[str]:
        """Make a database, give its address, and take it away."""
        name = f"leadmodel_{os.getpid()}_{next(_numbers)}"
        self.told(f'CREATE DATABASE "{name}" {options}')
        try:
            yield self.address(name)
        finally:
            self.told(f'DROP DATABASE "{name}" WITH (FORCE)')

    def told(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]  # our own text


def _owner() -> str | None:
    """Give the user as whom a server can run: it refuses to be root's."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def programs() -> Path | None:
    """Find the folder of PostgreSQL's programs: the newest of Debian's, or wherever `initdb` is."""
    versions = [int(folder.name) for folder in _DEBIAN.glob("[0-9]*") if (folder / "bin" / "initdb").exists()]
    if versions and max(versions) >= OLDEST:
        return _DEBIAN / str(max(versions)) / "bin"
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Give a server of the test run's own."""
    where = programs()
    if where is None:
        pytest.skip(f"no PostgreSQL; install Debian's package postgresql, or name a server in {VARIABLE}")
    server = Server(where)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Give whoever makes databases: on the server that is named, or on one of our own."""
    named = os.environ.get(VARIABLE)
    return Databases(named or request.getfixturevalue("server").address("postgres"))


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """Give the address of an empty database."""
    with databases.made() as address:
        yield address
