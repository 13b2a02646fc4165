"""Nothing of whoever is forgotten is left in a database: not in a file, nor beside it, nor in a dump (LIFE-2)."""

import json
import random
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import attrs
import psycopg
import pytest

from leadmodel import (
    Activity,
    ActivityKind,
    Address,
    Cause,
    Changes,
    Contact,
    Effect,
    Lead,
    Money,
    NewDeal,
    Note,
    PhoneNumber,
    Profile,
    Ref,
    SocialUpdate,
    StoreBusy,
    StoreUnavailable,
    edit,
    playbooks,
)
from leadmodel.crm import Crm
from leadmodel.stores import SqlStore
from leadmodel.stores.sql import METADATA
from tests.postgres import programs

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE: Final = Ref(Lead, "l1")
#: What is known of a person, none of which may be found afterwards; each stands somewhere at some time.
WORDS: Final = (
    "Quixano", "Alonso", "alonso@mancha.example", "rocinante@mancha.example", "+34926555017", "Calle del Toboso",
    "donquixote", "774411", "Hidalgo", "Caballero andante", "Tilts at windmills", "Owes a barber a basin",
    "Called about lances", "Dear Alonso", "Barataria", "Ñoño Ülrich", "Zitrone", "Sancho knows him",
)  # fmt: skip


def person() -> Lead:
    """Give a lead in which much is filled."""
    return Lead(
        id="l1", first_name="Alonso", last_name="Quixano", title="Hidalgo", company="Mancha Mills",
        emails=["alonso@mancha.example"],
        profiles=[Profile("x", "donquixote", uid="774411")], description="Tilts at windmills",
        custom={"nick": "Ñoño Ülrich", "likes": ["Zitrone"]}, tags=["Barataria"],
    )  # fmt: skip


def live(store: SqlStore) -> None:
    """Let everything happen to a person, beside others who stay."""
    crm = Crm(store, playbook=playbooks.SIMPLE, now=lambda: NOON, by="u1")
    crm.create(person())
    crm.apply(Changes(
        created=[Lead(id=f"s{number}", last_name=f"Stays {number}") for number in range(40)],
        effects=[Effect(key="mail", kind="email", payload={"to": "Dear Alonso"}, about=[ONE])],
    ))  # fmt: skip
    crm.edit("lead", "l1", {"title": "Caballero andante", "emails": ["rocinante@mancha.example"]})
    crm.create(Note(id="n1", about=ONE, text="Owes a barber a basin"))
    crm.create(Note(id="n2", about=ONE, text="Sancho knows him"))
    crm.create(Activity(id="a1", about=ONE, kind=ActivityKind.CALL, at=NOON, detail={"text": "Called about lances"}))
    crm.create(SocialUpdate(id="u1", author=Profile("x", "donquixote"), author_name="Quixano", text="Zitrone"))
    crm.delete("note", "n2")
    done = crm.convert("l1", deal=NewDeal(name="Mills", amount=Money("5", "EUR")))
    assert done.contact is not None
    home = {"address": Address(street="Calle del Toboso"), "phones": [PhoneNumber("+34926555017")]}
    crm.edit("contact", done.contact.id, home)
    old = Contact(id="old", first_name="Alonso", last_name="Quixano", profiles=[Profile("x", "old", uid="774411")])
    crm.apply(Changes(created=[old], effects=[Effect(key="greeting", kind="email", payload={"to": "Dear Alonso"})]))
    crm.apply(Changes(deleted=[old], merged=[(old.ref, done.contact.ref)], cause=Cause(at=NOON)))
    crm.edit("lead", "s1", {"last_name": "Stays as well"})


def traces(raw: bytes) -> list[str]:
    """Give the words that stand in bytes, in any of the ways in which texts are written."""
    found = []
    for word in WORDS:
        forms = {word, word.lower(), word.upper(), json.dumps(word)[1:-1], "".join(filter(str.isalnum, word))}
        written = {form.encode(how) for form in forms for how in ("utf-8", "utf-16-le", "utf-16-be")}
        if any(form in raw for form in written | {word.encode("latin-1")}):
            found.append(word)
    return found


def raw_bytes(path: Path) -> bytes:
    """Give all that stands in a database and beside it."""
    return b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of a database."""
    return tmp_path / "crm.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    """Give a store in a file."""
    with SqlStore.open(f"sqlite:///{path}", timeout=0.1) as store:
        yield store


class TestFile:
    """A database in a file."""

    def test_nothing_is_left_in_the_file_or_beside_it(self, store: SqlStore, path: Path) -> None:
        """Nor in pages that are free; before, every word stands there."""
        live(store)
        assert traces(raw_bytes(path)) == list(WORDS)
        done = Crm(store, playbook=playbooks.SIMPLE).forget("lead", "l1")

        assert traces(raw_bytes(path)) == []
        assert path.with_name("crm.db-wal").stat().st_size == 0
        assert len(done.forgotten) == 7
        assert b"Stays as well" in raw_bytes(path)

    def test_nothing_is_left_where_pages_were_split(self, store: SqlStore, path: Path) -> None:
        """Rows that have moved from page to page leave copies behind, which deleting them does not reach."""
        chance = random.Random(5)
        ids = [f"{chance.getrandbits(64):016x}" for _ in range(700)]
        marks = {record_id: f"Quixano{number:03}" for number, record_id in enumerate(chance.sample(ids, 40))}
        records = [
            Lead(id=each, last_name=marks.get(each, "Vale"), company="x" * chance.randrange(200) + marks.get(each, ""))
            for each in ids
        ]
        for start in range(0, len(records), 35):
            store.apply(Changes(created=records[start : start + 35]))
        wide = [attrs.evolve(each, title="t" * chance.randrange(200) + marks.get(each.id, "")) for each in records]
        for record, after in zip(records, wide, strict=True):
            if chance.random() < 0.2:
                store.apply(edit(record, {"title": after.title}, at=NOON))
        assert b"quixano000" in raw_bytes(path).lower()
        store.apply(Changes(erased=[Ref(Lead, each) for each in marks]))

        assert b"quixano" not in raw_bytes(path).lower()
        assert store.count(Lead) == 660

    def test_whoever_reads_keeps_traces_until_it_is_done_again(self, store: SqlStore, path: Path) -> None:
        """The records are forgotten all the same, and the error says so."""
        store.apply(Changes(created=[person()]))
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM leadmodel_lead").fetchone()
            with pytest.raises(StoreBusy) as caught:
                store.apply(Changes(erased=[ONE]), key="k1")
        assert caught.value == StoreBusy(
            doing="forget",
            what="the records are forgotten, and the file still holds traces of them, because somebody else"
            " reads or writes",
            hint="forget them again: that finishes it", rule="LIFE-2",
        )  # fmt: skip
        assert store.get(Lead, "l1") is None
        assert traces(raw_bytes(path)) != []

        assert store.apply(Changes(erased=[ONE]), key="k1") == 2
        assert traces(raw_bytes(path)) == []

    def test_whoever_writes_keeps_traces_too(
        self, store: SqlStore, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Somebody begins to write as soon as the records are forgotten."""
        store.apply(Changes(created=[person()]))
        clean = store._connections.clean
        assert clean is not None
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:

            def beside(engine: Any) -> None:  # noqa: ANN401  (an engine)
                writer.execute("BEGIN IMMEDIATE")
                clean(engine)

            monkeypatch.setattr(store._connections, "clean", beside)
            with pytest.raises(StoreBusy, match="the records are forgotten"), store.transaction() as transaction:
                transaction.apply(Changes(erased=[ONE]))
            writer.execute("ROLLBACK")
        assert store.get(Lead, "l1") is None
        monkeypatch.setattr(store._connections, "clean", clean)
        with store.transaction() as transaction:
            transaction.apply(Changes(erased=[ONE]))

        assert traces(raw_bytes(path)) == []

    def test_full_disk_is_told(self, store: SqlStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """To write the file anew needs room for it; they are forgotten, and the rest can be done later."""
        store.apply(Changes(created=[person(), *(Lead(id=f"m{n}", company="x" * 200) for n in range(300))]))
        clean, (usual, most) = store._connections.clean, resource.getrlimit(resource.RLIMIT_FSIZE)
        assert clean is not None

        def without_room(engine: Any) -> None:  # noqa: ANN401  (an engine)
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, most))
            try:
                clean(engine)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (usual, most))

        monkeypatch.setattr(store._connections, "clean", without_room)
        with pytest.raises(StoreUnavailable, match="the records are forgotten, and the file still holds") as caught:
            store.apply(Changes(erased=[ONE]))
        assert (caught.value.hint, caught.value.rule) == (
            "make room for a copy of the file, and forget them again", "LIFE-2",
        )  # fmt: skip
        assert store.get(Lead, "l1") is None
        monkeypatch.setattr(store._connections, "clean", clean)
        store.apply(Changes(erased=[ONE]))

        assert traces(raw_bytes(path)) == []

    def test_database_in_memory_is_left_alone(self) -> None:
        """It ends with the store."""
        with SqlStore.open("sqlite://") as store:
            store.apply(Changes(created=[person()]))
            store.apply(Changes(erased=[ONE]))

            assert [entry.verb for entry in store.history(ONE)] == ["forgotten", "forgotten"]


class TestServer:
    """A database on a server."""

    @pytest.fixture
    def dumped(self, database: str) -> Any:  # noqa: ANN401  (a function)
        """Give what dumps the database."""
        where = programs()
        if where is None or not (where / "pg_dump").exists():
            pytest.skip("no pg_dump beside PostgreSQL's other programs")

        def dump() -> bytes:
            done = subprocess.run([where / "pg_dump", database], capture_output=True, check=True)
            return done.stdout

        return dump

    def test_nothing_is_left_in_a_dump(self, database: str, dumped: Any) -> None:  # noqa: ANN401  (a function)
        """Before, every word stands there."""
        with SqlStore.open(database) as store:
            live(store)
            assert traces(dumped()) == list(WORDS)
            Crm(store, playbook=playbooks.SIMPLE).forget("lead", "l1")

            assert traces(dumped()) == []
            assert b"Stays as well" in dumped()

    def test_no_row_that_is_gone_is_left(self, database: str) -> None:
        """They are taken out of the tables at once, and not when the server gets round to it."""
        with SqlStore.open(database) as store, psycopg.connect(database, autocommit=True) as beside:
            beside.execute("CREATE EXTENSION pgstattuple")
            live(store)
            Crm(store, playbook=playbooks.SIMPLE).forget("lead", "l1")

            dead = {
                name: beside.execute("SELECT dead_tuple_count FROM pgstattuple(%s)", [name]).fetchone()
                for name in (table.name for table in METADATA.sorted_tables)
            }
        assert set(dead.values()) == {(0,)}

    def test_whoever_may_not_clean_up_forgets_all_the_same(self, database: str) -> None:
        """What is not theirs to clean, the server cleans by itself."""
        with SqlStore.open(database) as store:
            store.apply(Changes(created=[person()]))
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute("DROP ROLE IF EXISTS clerk")
            owner.execute("CREATE ROLE clerk LOGIN")
            owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk")
        try:
            with SqlStore.open(database.replace("tests@", "clerk@")) as store:
                store.apply(Changes(erased=[ONE]))

                assert [entry.verb for entry in store.history(ONE)] == ["forgotten", "forgotten"]
        finally:
            with psycopg.connect(database, autocommit=True) as owner:
                owner.execute("DROP OWNED BY clerk")
                owner.execute("DROP ROLE clerk")

    def test_server_that_cannot_clean_up_now_is_no_error(self, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The line is cut after the commit: they are forgotten, and the server cleans up later."""
        with SqlStore.open(database) as store, psycopg.connect(database, autocommit=True) as beside:
            store.apply(Changes(created=[person()]))
            clean = store._connections.clean
            assert clean is not None

            def cut(engine: Any) -> None:  # noqa: ANN401  (an engine)
                beside.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                clean(engine)

            monkeypatch.setattr(store._connections, "clean", cut)
            store.apply(Changes(erased=[ONE]))

            assert store.get(Lead, "l1") is None
