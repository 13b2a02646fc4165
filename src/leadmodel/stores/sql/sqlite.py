"""
SQLite: how a file is opened, and how its transactions begin.

Files are kept in write-ahead mode, so that reading and writing do not wait for each other. A transaction that writes
takes the lock at once, so that it never finds out half-way that somebody was faster (S-17).
"""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Final, cast
from urllib.parse import unquote

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.pool import QueuePool, StaticPool

from leadmodel.errors import StoreBusy, StoreUnavailable, shown
from leadmodel.stores.sql.engines import LOCK, Opening, Reached, no_address, watched
from leadmodel.stores.sql.tables import VERSION
from leadmodel.values.text import sound

_MEMORY: Final = frozenset({"", ":memory:"})
_TRACES: Final = "the records are forgotten, and the file still holds traces of them"
_HINT: Final = "write sqlite:///crm.db for a file in this folder, or sqlite:// for a database in memory"


def reach(address: URL, url: str, opening: Opening) -> Reached:
    """
    Reach a file, or a database in memory, which ends with the store.

    Raises:
        InvalidValue: The address names more than a file.
        StoreUnavailable: The file is not there.
    """
    database = _file(address, url)
    in_memory = database in _MEMORY
    if in_memory:
        source = "file::memory:"
    else:
        file = Path(database).absolute()
        if not _is_there(file) and (opening.read_only or not opening.create):
            hint = "check the path, or make it: leadmodel init" if not opening.read_only else "check the path"
            raise StoreUnavailable(doing=f"open {database}", what="there is no such file", hint=hint)
        source = f"{file.as_uri()}?mode={'ro' if opening.read_only else 'rwc' if opening.create else 'rw'}"

    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(source, uri=True, timeout=opening.timeout, isolation_level=None, check_same_thread=False)
        try:
            if opening.read_only:
                made.execute("PRAGMA query_only = ON")
            elif not in_memory:
                made.execute("PRAGMA secure_delete = ON")
                _keep_ahead(made, create=opening.create)
        except BaseException:
            made.close()
            raise
        return made

    if in_memory:
        engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
        return Reached(engine=watched(engine, _begin), name=url, turn=_Turn(opening.timeout))
    # as many connections as there are threads: whoever waits to write holds up nobody who reads
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, max_overflow=-1)
    return Reached(engine=watched(engine, _begin), name=url, clean=_cleaned)


class _Turn:
    """
    What threads take turns by that share one connection.

    Nobody takes a second turn within the first: what ends the inner one would end the transaction of the outer one.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._lock = threading.Lock()
        self._holder = 0

    def __enter__(self) -> None:
        me = threading.get_ident()
        if self._holder == me:
            hint = "ask the transaction itself, or keep the records in a file"
            raise StoreBusy(doing="ask a database in memory", what="this thread is in the middle of it", hint=hint)
        if not self._lock.acquire(timeout=self._timeout):
            hint = "try again, or pass a longer timeout"
            raise StoreBusy(doing="ask a database in memory", what="somebody else is in the middle of it", hint=hint)
        self._holder = me

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._holder = 0
        self._lock.release()


def _keep_ahead(connection: sqlite3.Connection, *, create: bool) -> None:
    """
    Put a database into write-ahead mode that is ours, or is about to be; somebody else's stays as it is.
    """
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if VERSION.name in names or (create and not names):
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _cleaned(engine: Engine) -> None:
    """
    Write the database anew, into a file that holds what is there and nothing else, and empty the one beside it.

    What is deleted is overwritten at once, and that is not enough: pages that were split before still hold copies.

    Raises:
        StoreBusy: Somebody writes or reads for longer than the store waits.
        StoreUnavailable: There is no room for a copy of the file.
    """
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_) = cast("tuple[int, int, int]", cursor.fetchone())
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                what, hint = f"{_TRACES}: {error}", "make room for a copy of the file, and forget them again"
                raise StoreUnavailable(doing="forget", what=what, hint=hint, rule="LIFE-2") from error
            busy = 1
    if busy:
        what, hint = f"{_TRACES}, because somebody else reads or writes", "forget them again: that finishes it"
        raise StoreBusy(doing="forget", what=what, hint=hint, rule="LIFE-2")


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        hint = "check the path and its permissions"
        raise StoreUnavailable(doing=f"open {file}", what=error.strerror or str(error), hint=hint) from error


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(LOCK) is not None
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _file(address: URL, url: str) -> str:
    """
    Give the path of the file that an address names.
    """
    if address != URL.create(address.drivername, database=address.database):
        what = f"{shown(url)} names more than a file: a host, or options"
        raise no_address(what, f"{_HINT}; a question mark in a path is %3F", url)
    database = unquote(url.partition(":///")[2])  # versions of SQLAlchemy differ in it
    if not sound(database):
        raise no_address(f"no file can be named {shown(database)}", _HINT, url)
    return database
