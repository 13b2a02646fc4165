"""
Opening a database: every wrong address, foreign file and missing permission is an error that says what to do.

Nothing is changed by the attempt: where a file was there before, its bytes are compared.
"""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

import pytest

from leadmodel import Changes, Effect, Lead, Ref
from leadmodel.errors import (
    InvalidValue,
    MissingExtra,
    SchemaMismatch,
    StoreBusy,
    StoreError,
    StoreIsReadOnly,
    StoreUnavailable,
)
from leadmodel.stores import SqlStore
from leadmodel.stores.sql.tables import SCHEMA

#: Seconds that a test waits for a lock which it knows to be taken.
SHORT: Final = 0.05
ADA: Final = Lead(id="ada", last_name="Lovelace")
BYRON: Final = Lead(id="byron", last_name="Byron")


def address(path: Path) -> str:
    """Give the address of a file."""
    return f"sqlite:///{path}"


def content(folder: Path) -> dict[str, bytes]:
    """Give what stands in a folder, the notes aside that SQLite takes while a file is open."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a database with one lead in it."""
    path = tmp_path / "crm.db"
    with SqlStore.open(address(path)) as store:
        store.apply(Changes(created=[ADA]))
    return path


def refused(kind: type[StoreError], path: Path, **options: Any) -> str:  # noqa: ANN401  (as `open` takes them)
    """Open a file that cannot be opened, and give the message; the folder is as it was."""
    before = content(path.parent)
    with pytest.raises(kind) as caught:
        SqlStore.open(address(path), **options)
    assert type(caught.value) is kind
    assert content(path.parent) == before
    return str(caught.value)


# The address

_BOTH: Final = "known: 'sqlite', 'postgresql'"
_NEAR: Final = "did you mean 'postgresql'?"


@pytest.mark.parametrize(
    ("url", "what", "hint"),
    [
        (cast("str", None), "None is no address of a database", "write sqlite:///crm.db"),
        (cast("str", 5), "5 is no address of a database", "write sqlite:///crm.db"),
        (cast("str", b"sqlite://"), "is no address of a database", "write sqlite:///crm.db"),
        ("", "'' is no address of a database", "write sqlite:///crm.db"),
        ("crm.db", "'crm.db' is no address of a database", "write sqlite:///crm.db"),
        ("/tmp/crm.db", "is no address of a database", "write sqlite:///crm.db"),  # noqa: S108  (no file is made)
        ("sqllite:///crm.db", "there is no store for 'sqllite'", "did you mean 'sqlite'?"),
        ("postgresql://ada@db.example", "'postgresql://ada@db.example' names no database", "user@host/database"),
        ("postgresql+pg8000://db.example/crm", "there is no store for 'postgresql+pg8000'", _NEAR),
        ("mysql://db.example/crm", "there is no store for 'mysql'", _BOTH),
        ("sqlite+aiosqlite:///crm.db", "there is no store for 'sqlite+aiosqlite'", _BOTH),
        ("sqlite+pysqlcipher://:secret@/crm.db", "there is no store for 'sqlite+pysqlcipher'", _BOTH),
        ("sqlite://crm.db", "names more than a file", "write sqlite:///crm.db"),
        ("sqlite://db.example/crm.db", "names more than a file", "write sqlite:///crm.db"),
        ("sqlite:///crm.db?mode=ro", "names more than a file", "a question mark in a path is %3F"),
        ("sqlite:///crm\x00.db", "no file can be named 'crm\\x00.db'", "write sqlite:///crm.db"),
        ("sqlite:///crm\ud800.db", "no file can be named 'crm\\ud800.db'", "write sqlite:///crm.db"),
    ],
)  # fmt: skip
def test_wrong_address_is_refused_with_the_right_form(
    url: str, what: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no address of a database that is known here is an invalid value, and makes no file."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InvalidValue) as caught:
        SqlStore.open(url)

    (problem,) = caught.value.problems
    assert what in problem.what
    assert hint in problem.hint
    assert (problem.field, problem.value) == ("url", url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("tenant", "what"),
    [
        ("", "the tenant '' is blank, and an identity cannot be"),
        ("  ", "the tenant '  ' is blank, and an identity cannot be"),
        ("t" * 256, "is 256 characters long, and 255 is the limit"),
        ("a\x00b", "the tenant 'a\\x00b' holds U+0000, which no database keeps"),
        (cast("str", None), "the tenant None is no text"),
    ],
)
def test_tenant_is_an_identity(tenant: str, what: str) -> None:
    """A tenant that is blank, too long or no text is refused, wherever it is named."""
    with SqlStore.open("sqlite://") as store:
        ways: list[Callable[[], object]] = [
            lambda: SqlStore.open("sqlite://", tenant=tenant),
            lambda: store.of_tenant(tenant),
        ]
        for open_it in ways:
            with pytest.raises(InvalidValue) as caught:
                open_it()

            assert what in caught.value.problems[0].what


@pytest.mark.parametrize(
    "name",
    [
        "crm and more.db",
        "a#b.db",
        "100%.db",
        "%41%00.db",
        "it's.db",
        'a"b.db',
        "Łódź 客户.db",
        "a;b&c=d.db",
        "crm",
        ":x:",
        "a?b.db",
        "a?mode=memory",
    ],
)
def test_any_name_of_a_file_is_kept(name: str, tmp_path: Path) -> None:
    """A path is taken as it is, escaped as in any address; no character of it is a word to the driver."""
    url = f"sqlite:///{tmp_path}/{quote(name)}"
    with SqlStore.open(url) as store:
        store.apply(Changes(created=[ADA]))

    assert set(content(tmp_path)) == {name}
    with SqlStore.open(url, create=False) as again:
        assert again.get(Lead, "ada") == ADA


@pytest.mark.parametrize("name", ["crm and more.db", "a#b.db", "100%.db", "Łódź 客户.db", "it's.db"])
def test_path_need_not_be_escaped(name: str, tmp_path: Path) -> None:
    """Whatever is no escape and no question mark stands for itself."""
    with SqlStore.open(f"sqlite:///{tmp_path}/{name}"):
        pass

    assert set(content(tmp_path)) == {name}


def test_relative_path_is_one_of_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path without a stroke in front stands where the program runs when the store is opened, and stays there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir()

    with SqlStore.open("sqlite:///deep/crm.db") as store:
        monkeypatch.chdir("/")
        store.apply(Changes(created=[ADA]))

    assert (tmp_path / "deep" / "crm.db").exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_database_in_memory_ends_with_its_store(url: str) -> None:
    """Two stores in memory are two databases."""
    with SqlStore.open(url) as one, SqlStore.open(url) as other:
        one.apply(Changes(created=[ADA]))

        assert (one.count(Lead), other.count(Lead)) == (1, 0)


def test_text_tells_address_and_tenant() -> None:
    """Whoever prints a store sees what it is bound to, and whether it is closed."""
    store = SqlStore.open("sqlite://", tenant="acme")
    before = repr(store)
    store.close()

    assert before == "SqlStore('sqlite://', tenant='acme')"
    assert repr(store) == "SqlStore('sqlite://', tenant='acme', closed)"


# The file


def test_folder_has_to_be_there(tmp_path: Path) -> None:
    """No folder is made on the way to a file."""
    with pytest.raises(StoreUnavailable) as caught:
        SqlStore.open(address(tmp_path / "gone" / "crm.db"))

    assert "the file cannot be opened; check its folder and its permissions" in str(caught.value)
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    assert not (tmp_path / "gone").exists()


def test_folder_is_no_database(tmp_path: Path) -> None:
    """A folder cannot be opened."""
    (tmp_path / "crm.db").mkdir()

    assert "the file cannot be opened" in refused(StoreUnavailable, tmp_path / "crm.db")


def test_name_that_no_file_can_have_is_refused() -> None:
    """A name that is too long for the system is told as the system tells it."""
    with pytest.raises(StoreUnavailable) as caught:
        SqlStore.open(f"sqlite:///{'a' * 5_000}")

    assert "File name too long; check the path and its permissions" in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize("options", [{"create": False}, {"read_only": True}])
def test_file_that_is_not_there_is_not_made_unasked(options: dict[str, Any], tmp_path: Path) -> None:
    """Without leave to create, and for reading, a file has to be there."""
    assert "there is no such file; check the path" in refused(StoreUnavailable, tmp_path / "crm.db", **options)


@pytest.mark.parametrize("options", [{"create": False}, {"read_only": True}])
def test_empty_file_is_not_filled_unasked(options: dict[str, Any], tmp_path: Path) -> None:
    """An empty file is an empty database: tables are made where that was asked for."""
    (tmp_path / "crm.db").touch()

    assert "the database is empty; make the tables" in refused(SchemaMismatch, tmp_path / "crm.db", **options)
    with SqlStore.open(address(tmp_path / "crm.db")) as store:
        assert store.count(Lead) == 0


def test_text_file_is_no_database(tmp_path: Path) -> None:
    """A file of something else is refused and left alone."""
    (tmp_path / "crm.db").write_text("Dear diary, " * 1_000)

    assert "the file is no SQLite database; check the path" in refused(SchemaMismatch, tmp_path / "crm.db")


def test_foreign_database_is_left_alone(tmp_path: Path) -> None:
    """A database with other tables is refused, and not even its way of writing is changed."""
    with sqlite3.connect(tmp_path / "crm.db") as foreign:
        foreign.execute("CREATE TABLE invoice (id INTEGER PRIMARY KEY)")
    foreign.close()

    for options in ({}, {"migrate": True}, {"read_only": True}, {"create": False}):
        assert "the database holds tables, and none of leadmodel's" in refused(
            SchemaMismatch, tmp_path / "crm.db", **options
        )


@pytest.mark.parametrize("left", [0.5, 0.9])
def test_truncated_database_is_refused_or_told_when_it_is_read(left: float, file: Path) -> None:
    """A file that has lost its end raises a typed error, never the driver's."""
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * left)])

    with pytest.raises(StoreUnavailable) as caught, SqlStore.open(address(file)) as store:
        store.apply(Changes(created=[Lead(id=f"l{n}", last_name="Byron", tags=["a", "b"]) for n in range(1_000)]))

    assert "the file is damaged; restore it from a copy" in str(caught.value)
    assert isinstance(caught.value.__cause__, sqlite3.DatabaseError)


def test_damaged_page_is_told_when_it_is_read(file: Path) -> None:
    """A file whose pages were overwritten raises a typed error, with the driver's as its cause."""
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))

    with pytest.raises(StoreUnavailable) as caught, SqlStore.open(address(file)) as store:
        store.find(Lead)

    assert "the file is damaged" in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_file_without_permission_is_refused(file: Path) -> None:
    """A file that may not be read is unavailable."""
    file.chmod(0)

    with pytest.raises(StoreUnavailable):
        SqlStore.open(address(file))


def test_newer_tables_are_refused(file: Path) -> None:
    """A database of a newer leadmodel is left alone, whatever is asked."""
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE leadmodel_schema SET version = ?", [SCHEMA + 1])
    raw.close()

    for options in ({}, {"migrate": True}, {"read_only": True}):
        said = refused(SchemaMismatch, file, **options)
        assert f"its tables have version {SCHEMA + 1}, and this leadmodel knows {SCHEMA}; install a newer" in said


# Reading only


def test_store_for_reading_refuses_every_write(file: Path) -> None:
    """Nothing can be applied, acknowledged or begun; the file stays as it is, byte for byte."""
    before = content(file.parent)
    with SqlStore.open(address(file), read_only=True) as store:
        writes: list[Callable[[], object]] = [
            lambda: store.apply(Changes(created=[BYRON])),
            lambda: store.apply(Changes(), key="k"),
            lambda: store.acknowledge(["k"]),
            lambda: store.transaction().__enter__(),
            lambda: store.of_tenant("other").apply(Changes(created=[BYRON])),
        ]
        for write in writes:
            with pytest.raises(StoreIsReadOnly) as caught:
                write()
            assert "the store was opened for reading only; open it for writing" in str(caught.value)
        assert (store.get(Lead, "ada"), store.count(Lead), len(store.history(ADA.ref))) == (ADA, 1, 1)

    assert content(file.parent) == before


def test_reader_sees_what_another_store_writes(file: Path) -> None:
    """A store for reading reads what is there at the moment, not what was there when it was opened."""
    with SqlStore.open(address(file), read_only=True) as reading, SqlStore.open(address(file)) as writing:
        writing.apply(Changes(created=[BYRON]))

        assert reading.get(Lead, "byron") == BYRON


def test_file_on_which_nothing_can_be_written_is_read_only(file: Path) -> None:
    """The driver's own refusal is the same typed error."""
    with SqlStore.open(address(file)) as store:
        store._connections.engine.dispose()  # the next connection is refused whatever it writes
        from sqlalchemy import event

        event.listen(store._connections.engine, "connect", lambda made, _: made.execute("PRAGMA query_only = ON"))

        with pytest.raises(StoreIsReadOnly) as caught:
            store.apply(Changes(created=[BYRON]))

    assert "the database can only be read; open a copy that you may write" in str(caught.value)
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)


def test_full_disk_is_told_and_nothing_is_changed(file: Path) -> None:
    """Where there is no more room, all of a commit is taken back."""
    from sqlalchemy import event

    with SqlStore.open(address(file)) as store:
        store._connections.engine.dispose()
        event.listen(store._connections.engine, "connect", lambda made, _: made.execute("PRAGMA max_page_count = 1"))

        with pytest.raises(StoreUnavailable) as caught:
            store.apply(Changes(created=[Lead(id=f"l{n}", last_name="Byron") for n in range(1_000)]))
        found = [record.id for record in store.find(Lead)]

    assert "the disk is full; make room; nothing was changed" in str(caught.value)
    assert found == ["ada"]


# Closing


def asked(store: SqlStore) -> Iterator[Callable[[], object]]:
    """Give everything that a store can be asked."""
    yield lambda: store.get(Lead, "ada")
    yield lambda: store.standing(Lead, "id", ["ada"])
    yield lambda: store.find(Lead)
    yield lambda: store.count(Lead)
    yield lambda: store.apply(Changes(created=[BYRON]))
    yield lambda: store.transaction().__enter__()
    yield lambda: store.history(ADA.ref)
    yield lambda: store.changes(1)
    yield lambda: list(store.log())
    yield lambda: store.resolve(Ref(Lead, "ada"))
    yield store.outbox
    yield lambda: store.acknowledge(["k"])


@pytest.mark.parametrize("url", ["sqlite://", "file"])
def test_closed_store_answers_nothing(url: str, file: Path) -> None:
    """What is asked of a closed store is refused; it may be closed twice."""
    store = SqlStore.open(address(file) if url == "file" else url)
    store.close()
    store.close()

    for ask in asked(store):
        with pytest.raises(StoreUnavailable) as caught:
            ask()
        assert "the store is closed; open it again" in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite://", "file"])
def test_store_of_another_tenant_ends_with_the_one_that_was_opened(url: str, file: Path) -> None:
    """Whoever opened the first store closes all of them; closing another tenant's closes that one alone."""
    store = SqlStore.open(address(file) if url == "file" else url)
    other, third = store.of_tenant("other"), store.of_tenant("third").of_tenant("fourth")

    other.close()
    answered = store.count(Lead), third.count(Lead)
    store.close()

    assert answered == (1 if url == "file" else 0, 0)
    for closed in (other, third):
        for ask in asked(closed):
            with pytest.raises(StoreUnavailable):
                ask()


# Several at once

LOCKING: Final = """
import sqlite3, sys
holder = sqlite3.connect(sys.argv[1], isolation_level=None)
holder.execute(sys.argv[2])
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lock(file: Path) -> Iterator[Callable[[str], Callable[[], None]]]:
    """Give a function that lets another process lock the file, and gives what ends that."""
    running: list[subprocess.Popen[str]] = []

    def taken(how: str) -> Callable[[], None]:
        process = subprocess.Popen(
            [sys.executable, "-c", LOCKING, str(file), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        return lambda: (process.communicate(), None)[1]

    yield taken
    for process in running:
        process.communicate()


@pytest.mark.parametrize("how", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_locked_file_is_busy_for_writers_and_open_to_readers(
    how: str, file: Path, lock: Callable[[str], Callable[[], None]]
) -> None:
    """While another program writes, writing is refused after a while, reading goes on, and all is well after."""
    with SqlStore.open(address(file), timeout=SHORT) as store:
        let_go = lock(how)
        for write in (
            lambda: store.apply(Changes(created=[BYRON])),
            lambda: store.acknowledge(["k"]),
            lambda: store.transaction().__enter__(),
        ):
            with pytest.raises(StoreBusy) as caught:
                write()
            assert "somebody else is writing; try again, or pass a longer timeout" in str(caught.value)
        assert [record.id for record in store.find(Lead)] == ["ada"]
        with SqlStore.open(address(file), timeout=SHORT) as another:
            assert another.get(Lead, "ada") == ADA
        let_go()

        assert store.apply(Changes(created=[BYRON])) == 2


def test_opening_waits_for_whoever_makes_the_tables(tmp_path: Path) -> None:
    """A file that another program has locked before its first table is busy, and can be opened after."""
    path = tmp_path / "crm.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(StoreBusy):
        SqlStore.open(address(path), timeout=SHORT)
    holder.close()
    with SqlStore.open(address(path), timeout=SHORT) as store:
        assert store.count(Lead) == 0


def test_two_stores_on_one_file_see_each_other(file: Path) -> None:
    """What one has applied, the other one reads; positions go on."""
    with SqlStore.open(address(file)) as one, SqlStore.open(address(file)) as other:
        positions = [
            store.apply(Changes(created=[Lead(id=name, last_name="B")])) for store, name in ((one, "a"), (other, "b"))
        ]

        assert positions == [2, 3]
        assert one.find(Lead) == other.find(Lead)


OPENING: Final = """
import sys
from leadmodel import Changes, Lead
from leadmodel.stores import SqlStore
sys.stdin.readline()
with SqlStore.open("sqlite:///" + sys.argv[1]) as store:
    store.apply(Changes(created=[Lead(id=sys.argv[2], last_name="Byron")]))
"""


def test_programs_that_open_a_new_file_at_once_make_one_database(tmp_path: Path) -> None:
    """Whoever comes second finds the tables made, and waits for them."""
    path, names = tmp_path / "crm.db", ["a", "b"]
    programs = [
        subprocess.Popen([sys.executable, "-c", OPENING, str(path), name], stdin=subprocess.PIPE, text=True)
        for name in names
    ]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    codes = [(program.communicate(), program.returncode)[1] for program in programs]

    assert codes == [0, 0]
    with SqlStore.open(address(path)) as store:
        assert [record.id for record in store.find(Lead)] == names


@pytest.mark.parametrize("url", ["sqlite://", "file"])
def test_many_threads_share_a_store(url: str, file: Path) -> None:
    """Every thread's commits are all there, each at a position of its own."""
    with SqlStore.open(address(file) if url == "file" else url) as store:
        begun = store.count(Lead)

        def load(thread: int) -> list[int]:
            made = []
            for number in range(10):
                record = Lead(id=f"t{thread}-{number}", last_name="Byron")
                made.append(store.apply(Changes(created=[record])))
                assert store.get(Lead, record.id) == record
                assert record in store.find(Lead).records
            return made

        with ThreadPoolExecutor(8) as pool:
            positions = sorted(position for several in pool.map(load, range(8)) for position in several)

        assert positions == list(range(begun + 1, begun + 81))
        assert store.count(Lead) == begun + 80


def test_writers_that_wait_hold_up_nobody_who_reads(file: Path) -> None:
    """However many threads wait for their turn to write, reading goes on."""
    with SqlStore.open(address(file), timeout=600) as store, ThreadPoolExecutor(20) as pool:
        with store.transaction():
            waiting = [
                pool.submit(store.apply, Changes(created=[Lead(id=f"w{number}", last_name="B")]))
                for number in range(20)
            ]
            read = [store.get(Lead, "ada") for _ in range(5)]
            assert not any(one.done() for one in waiting)

        assert read == [ADA] * 5
        assert sorted(one.result() for one in waiting) == list(range(2, 22))


def test_transaction_in_memory_is_not_lost_to_whoever_asks_beside_it() -> None:
    """A thread that asks the store itself within a transaction in memory is told so; the transaction goes on."""
    with SqlStore.open("sqlite://") as store:
        with store.transaction() as transaction:
            transaction.apply(Changes(created=[ADA]))
            for ask in (lambda: store.get(Lead, "ada"), lambda: store.find(Lead), lambda: store.apply(Changes())):
                with pytest.raises(StoreBusy) as caught:
                    ask()
                assert "this thread is in the middle of it; ask the transaction itself" in str(caught.value)

        assert store.get(Lead, "ada") == ADA


def test_threads_take_turns_on_a_database_in_memory() -> None:
    """Whoever waits longer than was said is told that somebody else is in the middle of it."""
    with SqlStore.open("sqlite://", timeout=SHORT) as store, ThreadPoolExecutor(1) as pool:
        with store.transaction(), pytest.raises(StoreBusy) as caught:
            pool.submit(store.count, Lead).result()

        assert "somebody else is in the middle of it; try again, or pass a longer timeout" in str(caught.value)
        assert pool.submit(store.count, Lead).result() == 0


def test_transaction_beside_a_file_sees_only_its_own(file: Path) -> None:
    """Over a file, the store answers beside an open transaction, and shows what stands; it cannot write."""
    with SqlStore.open(address(file), timeout=SHORT) as store:
        with store.transaction() as transaction:
            transaction.apply(Changes(created=[BYRON]))
            seen = transaction.count(Lead), store.count(Lead)
            with pytest.raises(StoreBusy):
                store.apply(Changes())

        assert seen == (2, 1)
        assert store.count(Lead) == 2


def test_reader_in_the_middle_of_a_commit_sees_none_of_it(file: Path) -> None:
    """Another thread that reads while something is applied sees the records before."""
    with SqlStore.open(address(file)) as store, SqlStore.open(address(file)) as other:
        with store.transaction() as transaction:
            transaction.apply(Changes(created=[BYRON], effects=[Effect(key="k", kind="email")]))
            found: list[object] = []
            reader = threading.Thread(target=lambda: found.extend([other.count(Lead), other.outbox()]))
            reader.start()
            reader.join()

        assert found == [1, ()]
        assert (other.count(Lead), len(other.outbox())) == (2, 1)


# The extra


def test_store_over_sql_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library, the name of the store tells what to install; everything else works."""
    import leadmodel.stores

    for name in [name for name in sys.modules if name.startswith("leadmodel.stores.sql")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)

    with pytest.raises(MissingExtra) as caught:
        leadmodel.stores.__getattr__("SqlStore")

    assert caught.value == MissingExtra(library="sqlalchemy", extra="sql", purpose="SqlStore")


def test_another_missing_module_is_no_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation is told as it is."""
    import leadmodel.stores

    monkeypatch.setitem(sys.modules, "leadmodel.stores.sql", None)

    with pytest.raises(ModuleNotFoundError) as caught:
        leadmodel.stores.__getattr__("SqlStore")

    assert caught.value.name == "leadmodel.stores.sql"


def test_stores_have_no_other_names() -> None:
    """A misspelt name is an attribute that is not there."""
    import leadmodel.stores

    with pytest.raises(AttributeError, match="has no attribute 'SqlStor'"):
        _ = leadmodel.stores.SqlStor
