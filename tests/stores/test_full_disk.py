"""
A disk that is full under PostgreSQL: nothing of what was acknowledged is lost, and nothing else is there (S-1, S-3).

The disk is a small one of the test's own, in memory, which takes a user who may mount it.
"""

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from leadmodel import Changes, Lead, Ref, StoreUnavailable
from leadmodel.ports import walk
from leadmodel.stores import SqlStore
from tests.postgres import Databases, Server, programs
from tests.unmeasured import unmeasured

#: What a server takes before anything is written, and a little more, in MB.
_SMALL: Final = 64
_LARGE: Final = 4 * _SMALL
#: So many leads are written at once; so many times are more than a small disk holds.
_LEADS: Final = 50
_TIMES: Final = 200


class Disk:
    """
    A small disk of the test's own.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="leadmodel-disk-"))
        self._mounted(f"size={_SMALL}m,mode=755")

    def _mounted(self, options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "leadmodel", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            self.folder.rmdir()
            pytest.skip(f"no disk can be mounted: {done.stderr.strip()}")

    def grow(self) -> None:
        """Make room."""
        self._mounted(f"remount,size={_LARGE}m")

    def close(self) -> None:
        """Take the disk away."""
        subprocess.run(["umount", str(self.folder)], check=True)
        self.folder.rmdir()


@pytest.fixture
def disk() -> Iterator[Disk]:
    """Give a small disk."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root may mount a small disk")
    disk = Disk()
    try:
        yield disk
    finally:
        disk.close()


@pytest.fixture
def on_disk(disk: Disk) -> Iterator[Server]:
    """Give a server all of whose files are on the small disk."""
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL of our own that may be short of room")
    server = Server(found, disk.folder)
    try:
        yield server
    finally:
        server.close()


def leads(number: int) -> list[Lead]:
    """Give the leads of one commit, each of which takes some room that no compression saves."""
    chance = random.Random(number)
    several = range(_LEADS)
    return [Lead(id=f"{number}.{i}", last_name="Moor", description=chance.randbytes(4_000).hex()) for i in several]


def fill(store: SqlStore) -> Iterator[int]:
    """Commit until the disk is full; give each position that was acknowledged."""
    for number in range(_TIMES):
        yield store.apply(Changes(created=leads(number)))


def check(store: SqlStore, acknowledged: list[int], more: int) -> None:
    """Check that what was acknowledged is there whole, at most so many commits more, and nothing else."""
    log = list(store.log())
    assert [commit.position for commit in log[: len(acknowledged)]] == acknowledged
    assert len(log) <= len(acknowledged) + more
    written = {ref for commit in log for ref in commit.changes.refs()}
    assert written == {Ref(Lead, f"{number}.{each}") for number in range(len(log)) for each in range(_LEADS)}
    assert {lead.ref for lead in walk(store, Lead)} == written


def test_tables_that_find_no_room_are_told_and_nothing_is_torn(
    disk: Disk, server: Server, databases: Databases
) -> None:
    """The log of the server has room: the commit is refused as such, and with more room it succeeds."""
    folder = disk.folder / "tables"
    folder.mkdir()
    server.owned(folder)
    databases.told(f"CREATE TABLESPACE small LOCATION '{folder}'")
    acknowledged: list[int] = []
    with unmeasured():
        with databases.made("TABLESPACE small") as address, SqlStore.open(address) as store:
            with pytest.raises(StoreUnavailable) as caught:
                acknowledged.extend(fill(store))
            number = len(acknowledged)
            readable = (store.last(), store.get(Lead, "0.0"), store.get(Lead, f"{number}.0"))
            disk.grow()
            check(store, acknowledged, more=0)
            after = store.apply(Changes(created=leads(number)))
            check(store, [*acknowledged, after], more=0)
        databases.told("DROP TABLESPACE small")

    assert "the server's disk is full" in str(caught.value)
    assert readable == (number, leads(0)[0], None)
    assert number > 1
    assert after == number + 1


def test_server_that_finds_no_room_at_all_keeps_what_it_acknowledged(disk: Disk, on_disk: Server) -> None:
    """Where its own log has none either, it goes down; with more room it is back, and nothing is torn."""
    acknowledged: list[int] = []
    with SqlStore.open(on_disk.address("postgres"), timeout=2) as store, unmeasured():
        with pytest.raises(StoreUnavailable):
            acknowledged.extend(fill(store))
        disk.grow()
        on_disk.revive()
        check(store, acknowledged, more=1)
        last = store.last()
        after = store.apply(Changes(created=leads(last)))
        check(store, [*range(1, last + 1), after], more=0)

    assert len(acknowledged) > 1
    assert after == last + 1
