"""
What is PostgreSQL's own: reaching a server, losing it and finding it again, waiting for others, and its limits.
"""

import multiprocessing
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import psycopg
import pytest

from leadmodel import (
    Changes,
    Contact,
    Effect,
    InvalidValue,
    Lead,
    MissingExtra,
    Ref,
    SchemaMismatch,
    StoreBusy,
    StoreError,
    StoreIsReadOnly,
    StoreUnavailable,
    Updated,
    where,
)
from leadmodel.stores import SqlStore
from leadmodel.stores.sql import METADATA
from leadmodel.stores.sql.engines import begun
from tests.postgres import Databases, Server, programs
from tests.stores.line import line_to

ADA: Final = Lead(id="ada", last_name="Lovelace")
BYRON: Final = Lead(id="byron", last_name="Byron")
#: Ends every other connection to the database.
END_OTHERS: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def store(database: str) -> Iterator[SqlStore]:
    """Give a store in a database of its own."""
    with SqlStore.open(database) as store:
        yield store


def told(address: str, statement: str) -> None:
    """Run a statement beside the store."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # our own text


# Reaching


@pytest.mark.parametrize("word", ["postgresql", "postgres", "postgresql+psycopg"])
def test_server_is_reached_by_each_of_its_names(word: str, database: str) -> None:
    """People write the address as their other programs do."""
    with SqlStore.open(database.replace("postgresql", word, 1)) as store:
        assert store.apply(Changes(created=[ADA])) == 1


def test_address_names_a_database() -> None:
    """A server alone is no place for records."""
    with pytest.raises(InvalidValue) as caught:
        SqlStore.open("postgresql://ada:secret@db.example/")

    assert "'postgresql://ada:***@db.example/' names no database" in str(caught.value)


def test_no_connection_at_all_is_refused() -> None:
    """A pool without connections would be one without an end."""
    with pytest.raises(InvalidValue, match="connections: 0 is no number of connections; pass 1 or more"):
        SqlStore.open("postgresql://ada@db.example/crm", connections=0)


def test_password_is_never_shown() -> None:
    """Neither a store nor an error tells it, wherever in the address it stands."""
    with pytest.raises(StoreUnavailable) as caught:
        SqlStore.open("postgresql://ada:secret@/crm?host=/nowhere&password=secret", timeout=1)

    assert str(caught.value).startswith("open postgresql://ada:***@/crm: the database cannot be reached: ")
    assert "secret" not in f"{caught.value}{caught.value!r}"


def test_database_that_is_not_there_is_named(databases: Databases) -> None:
    """The server's own words say what is missing."""
    with pytest.raises(StoreUnavailable) as caught:
        SqlStore.open(databases.address("nowhere"))

    assert 'database "nowhere" does not exist; check the address and the server' in str(caught.value)
    assert isinstance(caught.value.__cause__, psycopg.OperationalError)


def test_database_in_another_encoding_is_refused(databases: Databases) -> None:
    """One that counts bytes would cut texts elsewhere than Python does."""
    with (
        databases.made("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0") as address,
        pytest.raises(SchemaMismatch) as caught,
    ):
        SqlStore.open(address)

    assert "the database is encoded in LATIN1, not in UTF8; make one with: CREATE DATABASE" in str(caught.value)


def test_tables_stand_beside_those_of_others(database: str) -> None:
    """Who has a database has it for other things too."""
    told(database, "CREATE TABLE invoice (id integer)")

    with SqlStore.open(database) as store:
        store.apply(Changes(created=[ADA]))
    with SqlStore.open(database, create=False) as store:
        assert store.get(Lead, "ada") == ADA


def test_tables_without_their_version_are_refused(database: str) -> None:
    """Whatever has our names and is not ours is left alone."""
    told(database, "CREATE TABLE leadmodel_lead (id integer)")

    with pytest.raises(SchemaMismatch):
        SqlStore.open(database)


def test_empty_database_is_left_empty_where_nothing_is_to_be_made(database: str) -> None:
    """Only who asks for tables gets them."""
    with pytest.raises(SchemaMismatch, match="the database is empty"):
        SqlStore.open(database, create=False)

    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'leadmodel%'").fetchone() == (0,)


def test_many_programs_open_an_empty_database_at_once(database: str) -> None:
    """One makes the tables, and the others find them."""
    program = "import sys; from leadmodel.stores import SqlStore; print(SqlStore.open(sys.argv[1]).count.__name__)"
    running = [
        subprocess.Popen([sys.executable, "-c", program, database], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]

    assert [each.communicate() for each in running] == [(b"count\n", b"")] * len(running)


def test_driver_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra that brings it is told."""
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(MissingExtra) as caught:
        SqlStore.open("postgresql://ada@db.example/crm")

    assert str(caught.value) == (
        'a store in PostgreSQL needs psycopg; install it with: pip install "leadmodel[postgres]"'
    )


# Reading only


def test_store_for_reading_cannot_write_whatever_is_tried(store: SqlStore, database: str) -> None:
    """The server itself refuses, should anything get past the store."""
    store.apply(Changes(created=[ADA]))
    with SqlStore.open(database, read_only=True) as reading:
        assert reading.get(Lead, "ada") == ADA
        with pytest.raises(StoreIsReadOnly):
            reading.apply(Changes(created=[BYRON]))
        with (
            begun(reading._connections.engine, "default") as connection,
            pytest.raises(Exception, match="read-only transaction"),
        ):
            connection.execute(METADATA.tables["leadmodel_lead"].delete())


def test_user_who_may_only_read_is_told(store: SqlStore, database: str, databases: Databases) -> None:
    """What the database forbids is the same typed error."""
    store.apply(Changes(created=[ADA]))
    role = f"reader_{id(store)}"
    databases.told(f"CREATE ROLE {role} LOGIN")
    try:
        told(database, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        with SqlStore.open(database.replace("//tests@", f"//{role}@")) as reading:
            assert reading.get(Lead, "ada") == ADA
            with pytest.raises(StoreIsReadOnly, match="the user may not do that"):
                reading.apply(Changes(created=[BYRON]))
        told(database, f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    finally:
        databases.told(f"DROP ROLE {role}")


# Waiting for others


def test_writer_waits_for_another_of_its_tenant_only(store: SqlStore, database: str) -> None:
    """Another tenant's writer goes on; one's own waits, and says so after a while."""
    with (
        SqlStore.open(database, timeout=0.2) as second,
        second.of_tenant("other") as other,
        store.transaction() as tx,
    ):
        tx.apply(Changes(created=[ADA]))
        assert other.apply(Changes(created=[BYRON])) == 1
        assert second.count(Lead) == 0
        with pytest.raises(StoreBusy, match="somebody else is writing; try again, or pass a longer timeout"):
            second.apply(Changes(created=[BYRON]))

    assert store.apply(Changes(created=[BYRON])) == 2


def test_reader_sees_one_state_while_others_write(store: SqlStore) -> None:
    """What is asked within one question was true at one moment."""
    store.apply(Changes(created=[ADA]))
    with store._reading("find") as reader:
        before = reader.count(Lead)
        store.apply(Changes(created=[BYRON]))

        assert (before, reader.count(Lead), reader.get(Lead, "byron")) == (1, 1, None)


def test_connections_that_are_all_in_use_are_a_store_that_is_busy(database: str) -> None:
    """Whoever finds no connection waits, and says so after a while."""
    with SqlStore.open(database, connections=1, timeout=0.2) as store, store.transaction() as tx:
        tx.apply(Changes(created=[ADA]))
        with pytest.raises(StoreBusy, match="all connections are in use; try again, or open the store with more"):
            store.count(Lead)


def test_many_threads_write_through_one_store(store: SqlStore) -> None:
    """Every change is there once, and positions have no gaps."""
    numbers = count()

    def write() -> None:
        for _ in range(10):
            store.apply(Changes(created=[Lead(id=f"l{next(numbers)}", last_name="Byron")]))

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [commit.position for commit in store.log()] == list(range(1, 61))
    assert store.count(Lead) == 60


def _write_in_child(store: SqlStore, name: str) -> None:
    store.apply(Changes(created=[Lead(id=name, last_name="Byron")]))


def test_child_process_has_connections_of_its_own(store: SqlStore) -> None:
    """A store that was opened before a fork works on both sides of it."""
    store.apply(Changes(created=[ADA]))
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_write_in_child, args=(store, f"child {n}")) for n in range(3)]
    for child in children:
        child.start()
    store.apply(Changes(created=[BYRON]))
    for child in children:
        child.join()

    assert [child.exitcode for child in children] == [0, 0, 0]
    assert [each.id for each in store.find(Lead)] == ["ada", "byron", "child 0", "child 1", "child 2"]


def test_connection_of_another_process_is_left_alone(store: SqlStore) -> None:
    """What a child has a copy of is replaced by a connection of its own."""
    store.apply(Changes(created=[ADA]))
    with store._connections.engine.connect() as connection:
        connection.info["leadmodel_process"] = -1
        other = connection.connection.dbapi_connection
    with store._connections.engine.connect() as connection:
        assert connection.connection.dbapi_connection is not other
    assert other is not None
    other.close()

    assert store.count(Lead) == 1


# Losing the server


def test_connection_that_was_lost_meanwhile_is_replaced(store: SqlStore, database: str) -> None:
    """Nobody notices that the server was away while nobody asked."""
    asked: list[Any] = [
        lambda: store.apply(Changes(created=[ADA])), lambda: store.get(Lead, "ada"), lambda: store.count(Lead),
    ]  # fmt: skip
    for ask in asked:
        told(database, END_OTHERS)

        assert ask() in {1, ADA}


def test_connection_that_is_lost_in_a_transaction_loses_the_transaction(store: SqlStore, database: str) -> None:
    """It is told, nothing of it is there, and the store works again."""

    def block() -> None:
        with store.transaction() as tx:
            tx.apply(Changes(created=[ADA]))
            told(database, END_OTHERS)
            tx.get(Lead, "ada")

    with pytest.raises(StoreUnavailable) as caught:
        block()

    assert isinstance(caught.value.__cause__, psycopg.Error)
    assert store.count(Lead) == 0
    assert store.apply(Changes(created=[ADA])) == 1


def test_loss_that_is_swallowed_does_not_look_like_success(store: SqlStore, database: str) -> None:
    """Who goes on after the connection was lost is told at the end of the block."""

    def block() -> None:
        with store.transaction() as tx:
            tx.apply(Changes(created=[ADA]))
            told(database, END_OTHERS)
            with pytest.raises(StoreUnavailable):
                tx.get(Lead, "ada")

    with pytest.raises(StoreError, match="nothing was written; let errors leave the block"):
        block()

    assert store.count(Lead) == 0


@pytest.mark.parametrize("arrives", [True, False], ids=["the commit arrives", "the commit is lost"])
def test_commit_with_unknown_result_is_told_and_made_good_by_its_key(database: str, arrives: bool) -> None:
    """The answer is lost: perhaps it was written, perhaps not. The same key again gives the one outcome (S-18)."""
    changes = Changes(created=[ADA], effects=[Effect(key="welcome ada", kind="email")])
    with line_to(database) as line, SqlStore.open(line.address) as store:
        line.cut_after, line.cut_before = (_is_commit, line.cut_before) if arrives else (line.cut_after, _is_commit)
        with pytest.raises(StoreUnavailable) as caught:
            store.apply(changes, key="once")
        line.cut_after = line.cut_before = lambda _: False

        assert caught.value.rule == "S-18"
        assert "perhaps it was, perhaps not; apply it again under the same key" in str(caught.value)
        assert store.apply(changes, key="once") == 1
        assert [entry.position for entry in store.history(ADA.ref)] == [1]
        assert [waiting.effect.key for waiting in store.outbox()] == ["welcome ada"]


def _is_commit(said: bytes) -> bool:
    return b"COMMIT" in said


def test_commit_of_a_transaction_with_unknown_result_is_told(database: str) -> None:
    """A block that ends while the line is cut does not look as if it had gone well."""

    def block() -> None:
        with store.transaction() as tx:
            tx.apply(Changes(created=[ADA]), key="once")
            line.cut_after = _is_commit

    with (
        line_to(database) as line,
        SqlStore.open(line.address) as store,
        pytest.raises(StoreUnavailable, match="perhaps it was, perhaps not"),
    ):
        block()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL], ids=lambda how: how.name)
def test_server_that_goes_away_and_comes_back(how: signal.Signals) -> None:
    """In the middle of a transaction: typed errors, nothing torn, and it works again after."""
    where_to_find = programs()
    if where_to_find is None:
        pytest.skip("no PostgreSQL of our own that may be stopped")
    server = Server(where_to_find)

    def block() -> None:
        with store.transaction() as tx:
            tx.apply(Changes(created=[BYRON], deleted=[ADA]))
            server.stop(how)

    try:
        with SqlStore.open(server.address("postgres"), timeout=2) as store:
            store.apply(Changes(created=[ADA]))
            with pytest.raises(StoreUnavailable):
                block()
            with pytest.raises(StoreUnavailable, match="the database cannot be reached"):
                store.get(Lead, "ada")
            with pytest.raises(StoreUnavailable, match="the database cannot be reached"):
                store.apply(Changes(created=[BYRON]))

            server.start()

            assert list(store.find(Lead)) == [ADA]
            assert [commit.position for commit in store.log()] == [1]
            assert store.apply(Changes(created=[BYRON])) == 2
    finally:
        server.close()


# Writing


@pytest.mark.parametrize("number", [1, 19, 20, 21, 2_500])
def test_few_rows_and_many_are_written_alike(number: int, store: SqlStore) -> None:
    """Whether a statement for each or a stream of them: the same records, entries and keys."""
    leads = [
        Lead(id=f"l{n:05}", last_name="By\tron\\N\n", description="a\tb\nc\\d", tags=["a", f"t{n}"], custom={"n": n})
        for n in range(number)
    ]
    store.apply(Changes(created=leads))

    assert list(store.find(Lead)) == leads
    assert list(store.changes(1).created) == leads
    assert [each.id for each in store.find(where(Lead, "tags", "has_any", [f"t{number - 1}"]))] == [leads[-1].id]


def test_failure_in_the_middle_of_many_rows_takes_all_back(store: SqlStore) -> None:
    """What the server refuses of one row, it refuses of all."""
    with begun(store._connections.engine, "") as connection:
        connection.exec_driver_sql("ALTER TABLE leadmodel_lead ADD CHECK (last_name <> 'byron')")
        connection.commit()
    leads = [Lead(id=f"l{n}", last_name="Byron" if n == 90 else "Ada") for n in range(100)]

    with pytest.raises(StoreError) as caught:
        store.apply(Changes(created=leads))

    assert isinstance(caught.value.__cause__, psycopg.errors.CheckViolation)
    assert (store.count(Lead), list(store.log())) == (0, [])


def test_commit_that_the_database_refuses_is_told(store: SqlStore) -> None:
    """What it looks at only then is refused then, and nothing is there."""
    with begun(store._connections.engine, "") as connection:
        connection.exec_driver_sql(
            "ALTER TABLE leadmodel_lead ADD CONSTRAINT once UNIQUE (last_name) DEFERRABLE INITIALLY DEFERRED"
        )
        connection.commit()

    with pytest.raises(StoreBusy) as caught:
        store.apply(Changes(created=[Lead(id="l1", last_name="Byron"), Lead(id="l2", last_name="Byron")]))

    assert isinstance(caught.value.__cause__, psycopg.errors.UniqueViolation)
    assert store.count(Lead) == 0


def test_what_the_index_cannot_hold_is_told(database: str) -> None:
    """Ids of the greatest length, of characters of the greatest size, all at once."""
    long = [chr(0x20000 + 37 * n) for n in range(255)]
    tenant, account, person = ("".join(long[turn:] + long[:turn]) for turn in (0, 10, 20))
    with SqlStore.open(database, tenant=tenant) as store:
        with pytest.raises(StoreError) as caught:
            store.apply(Changes(created=[Contact(id=person, last_name="Byron", account_id=account)]))

        assert "an id or a key is too long for the database's index; use shorter ones" in str(caught.value)
        assert store.count(Contact) == 0


def test_updates_and_deletions_in_great_number(store: SqlStore) -> None:
    """As many as anybody likes, in one commit."""
    leads = [Lead(id=f"l{n:04}", last_name="Byron", tags=["old"]) for n in range(600)]
    store.apply(Changes(created=leads))
    renamed = [Lead(id=each.id, last_name="Lovelace", tags=["new"], version=1) for each in leads[:300]]

    store.apply(
        Changes(
            updated=[Updated(*pair) for pair in zip(leads, renamed, strict=False)],
            deleted=leads[300:],
            merged=[(each.ref, leads[0].ref) for each in leads[300:]],
        )
    )

    assert list(store.find(where(Lead, "tags", "has_any", ["new"]))) == renamed
    assert store.count(where(Lead, "tags", "has_any", ["old"])) == 0
    assert store.resolve(Ref(Lead, "l0599")) == Ref(Lead, "l0000")
