"""
A database of version 1 becomes one of today, whole: what a new database would hold after the same changes.

The tables of version 1 stand in a text that never changes; they are filled from a store of today.
"""

import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

import leadmodel as lm
from leadmodel import (
    Account,
    Activity,
    Cause,
    Changes,
    Contact,
    Deal,
    Effect,
    Lead,
    Profile,
    Ref,
    SocialUpdate,
    Task,
    Updated,
)
from leadmodel.errors import SchemaMismatch, StoreUnavailable
from leadmodel.stores import SqlStore
from leadmodel.stores.sql import METADATA, migrating
from leadmodel.stores.sql.tables import SCHEMA

SCHEMA_1: Final = (Path(__file__).parent / "schema_1.sql").read_text(encoding="utf-8")
NOON: Final = datetime(2026, 6, 15, 12, tzinfo=UTC)
ACME: Final = Account(id="acme", name="Acme Ltd", website="https://acme.example/about")
GRACE: Final = Contact(
    id="grace", last_name="Hopper", account_id="acme", emails=["grace@acme.example"], profiles=[Profile("x", "gr0ce")]
)
ADA: Final = Lead(
    id="ada",
    last_name="Lovelace",
    company="ACME ltd",
    tags=["vip"],
    custom={"score": 7, "note": "it's"},
    emails=["ada@acme.example"],
    profiles=[Profile("x", "ada_l", uid="1")],
)
CALL: Final = Task(id="call", subject="Call", about=ADA.ref)


def story() -> Iterator[Changes]:
    """Give what has happened: records of several types, an update, a merge, a merge that was undone, an effect."""
    cause = Cause(at=NOON, by="byron", rules=("R-1",))
    twin, third, fourth = (Lead(id=name, last_name="Lovelace") for name in ("twin", "third", "fourth"))
    deal = Deal(id="deal", stage="Qualification", contact_id="grace", account_id="acme")
    yield Changes(created=[ACME, GRACE, ADA, CALL, deal, twin, third, fourth], cause=cause)
    older = attrs.evolve(ADA, company="Acme", version=1, modified_at=NOON)
    yield Changes(updated=[Updated(ADA, older)], effects=[Effect(key="k", kind="email", payload={"merged": "no"})])
    yield Changes(deleted=[twin, third], merged=[(twin.ref, ADA.ref), (third.ref, twin.ref)])
    yield Changes(created=[Lead(id="third", last_name="Third")])
    yield Changes(deleted=[fourth])
    yield Changes(created=[Activity(id="a1", about=GRACE.ref, kind="call", at=NOON)])
    yield Changes(created=[SocialUpdate(id="u1", text="It computes!")])  # which stands in no index


class Clock:
    """Tells the time: a minute later each time."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        """Give the next instant."""
        self.at += timedelta(minutes=1)
        return self.at


def fill(store: SqlStore) -> None:
    """Apply the story for one tenant, and other records for another."""
    for number, changes in enumerate(story()):
        store.apply(changes, key=f"step {number}")
    store.of_tenant("other").apply(Changes(created=[attrs.evolve(ADA, last_name="Other")]))


@pytest.fixture
def today(tmp_path: Path) -> Path:
    """Give a database that was made today."""
    path = tmp_path / "today.db"
    with SqlStore.open(f"sqlite:///{path}", now=Clock()) as store:
        fill(store)
    return path


@pytest.fixture
def old(today: Path) -> Path:
    """Give a database of version 1 with the same rows, as far as it had a place for them."""
    path = today.with_name("old.db")
    make_old(path, today)
    return path


def make_old(path: Path, source: Path) -> None:
    """Make a database of version 1 out of one of today."""
    with sqlite3.connect(path) as raw:
        raw.executescript(SCHEMA_1)
        raw.execute("ATTACH ? AS source", [str(source)])
        names = [name for (name,) in raw.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
        for name in names:
            if name != "leadmodel_schema":
                columns = ", ".join(f'"{row[1]}"' for row in raw.execute(f"PRAGMA main.table_info({name})"))
                raw.execute(f"INSERT INTO main.{name} ({columns}) SELECT {columns} FROM source.{name}")  # noqa: S608  (ours)
        raw.execute("DELETE FROM main.leadmodel_key WHERE field LIKE '~%'")
    raw.close()


def rows(path: Path) -> dict[str, list[Any]]:
    """Give all rows of all tables, in order."""
    with sqlite3.connect(path) as raw:
        names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(raw.execute(f"SELECT * FROM {name}"), key=repr) for name in names}  # noqa: S608  (ours)
    raw.close()
    return found


def migrated(path: Path) -> SqlStore:
    """Open an older database."""
    return SqlStore.open(f"sqlite:///{path}", migrate=True)


def test_older_tables_are_refused_until_leave_is_given(old: Path) -> None:
    """Without `migrate`, and for reading, an older database stays as it is."""
    before = rows(old)
    for options in ({}, {"create": False}, {"read_only": True}, {"read_only": True, "migrate": True}):
        with pytest.raises(SchemaMismatch) as caught:
            SqlStore.open(f"sqlite:///{old}", **options)
        assert f"its tables have version 1, and this leadmodel needs {SCHEMA}; make a copy, then migrate" in str(
            caught.value
        )

    assert rows(old) == before
    assert before["leadmodel_schema"] == [(1,)]


def test_old_tables_lack_what_the_migration_brings(old: Path, today: Path) -> None:
    """The sample is one of version 1: there is something to be brought."""
    lacking = rows(today).keys() - rows(old).keys()

    assert lacking == {"leadmodel_merged"}
    assert len(rows(old)["leadmodel_key"]) < len(rows(today)["leadmodel_key"])


def test_migrated_database_holds_what_a_new_one_would(old: Path, today: Path) -> None:
    """Table by table, row by row: records, keys, log, effects, merges and the version."""
    migrated(old).close()

    assert rows(old) == rows(today)
    assert rows(old)["leadmodel_schema"] == [(SCHEMA,)]
    assert set(rows(old)) == set(METADATA.tables)


def test_migrated_records_are_found(old: Path, today: Path) -> None:
    """A directory finds by name, domain and look-alike; merged records lead to their survivor; the past is there."""
    wanted = [
        Lead(id="new", last_name="New", company="ACME  ltd"),
        SocialUpdate(id="u", author=Profile("x", "groce")),
        Lead(id="ada", last_name="Lovelace"),
    ]
    with migrated(old) as store, SqlStore.open(f"sqlite:///{today}") as expected:
        directory = store.directory_for(wanted, pipelines=lm.pipelines.ZOHO)
        assert list(directory.all(Account)) == [ACME]
        assert GRACE in directory.all(Contact)
        everything = expected.directory_for(wanted, pipelines=lm.pipelines.ZOHO)
        for kind in (Lead, Contact, Account, Deal, Task):
            assert list(directory.all(kind)) == list(everything.all(kind))
        assert [store.resolve(Ref(Lead, name)).id for name in ("twin", "third", "fourth", "ada")] == [
            "ada", "third", "fourth", "ada",
        ]  # fmt: skip
        for name in ("ada", "twin", "third"):
            assert store.history(Ref(Lead, name)) == expected.history(Ref(Lead, name))
        past = NOON + timedelta(minutes=1)
        assert store.as_of(past).get(Lead, "ada") == ADA != store.get(Lead, "ada")
        assert list(map(repr, store.log())) == list(map(repr, expected.log()))
        assert store.outbox() == expected.outbox()
        assert store.apply(Changes(), key="step 3") == 4


def test_columns_are_made_again(old: Path, today: Path) -> None:
    """What was derived from a body wrongly is derived rightly."""
    with sqlite3.connect(old) as raw:
        raw.execute("UPDATE leadmodel_lead SET company = 'wrong', created_at = NULL")
        raw.execute("UPDATE leadmodel_key SET key = 'wrong'")
    raw.close()

    migrated(old).close()

    assert rows(old) == rows(today)


def test_tables_that_somebody_else_has_led_on_stay_as_they_are() -> None:
    """Whoever was faster has done it: nothing is left to do."""
    with SqlStore.open("sqlite://") as store, store._connections.engine.begin() as connection:
        assert migrating.settle(connection) == SCHEMA


def test_migrating_twice_is_harmless(old: Path) -> None:
    """The second time there is nothing to do."""
    migrated(old).close()
    after = rows(old)

    migrated(old).close()

    assert rows(old) == after


@pytest.mark.parametrize(
    "body", ["{", '{"id": "ada", "last_name": ', '{"no_such_field": 1}', '{"id": "ada", "profiles": 5}', "[" * 100_000]
)
def test_failing_migration_leaves_the_file_as_it_was(body: str, old: Path) -> None:
    """A record that cannot be read stops the migration, and all of it is taken back."""
    with sqlite3.connect(old) as raw:
        raw.execute("UPDATE leadmodel_lead SET body = ? WHERE id = 'ada' AND tenant = 'default'", [body])
    raw.close()
    before = rows(old)

    with pytest.raises(StoreUnavailable) as caught:
        migrated(old)

    assert "the text cannot be read" in str(caught.value)
    assert "restore it from a copy" in caught.value.hint
    assert rows(old) == before


MIGRATING: Final = """
import sys
from leadmodel.stores import SqlStore
sys.stdin.readline()
SqlStore.open("sqlite:///" + sys.argv[1], migrate=True).close()
"""


def test_two_programs_may_migrate_at_once(old: Path, today: Path) -> None:
    """Whoever comes second finds it done."""
    programs = [
        subprocess.Popen([sys.executable, "-c", MIGRATING, str(old)], stdin=subprocess.PIPE, text=True) for _ in "ab"
    ]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()

    assert [(program.communicate(), program.returncode)[1] for program in programs] == [0, 0]
    assert rows(old) == rows(today)


def test_large_tables_are_led_on_some_rows_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All rows of all tenants are led on, in memory that does not grow with their number."""
    monkeypatch.setattr(migrating, "_FETCHED", 50)
    peaks = []
    for number in (200, 1_600):
        source, path = tmp_path / f"today{number}.db", tmp_path / f"old{number}.db"
        with SqlStore.open(f"sqlite:///{source}") as store:
            for tenant in ("b", "a"):
                several = [Account(id=f"{n}", name=f"Acme {n}", description="long " * 200) for n in range(number // 2)]
                store.of_tenant(tenant).apply(Changes(created=several))
        make_old(path, source)
        tracemalloc.start()
        migrated(path).close()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert rows(path)["leadmodel_key"] == rows(source)["leadmodel_key"]

    assert peaks[1] < peaks[0] * 1.5
