"""
Engines: how a database is reached, and how its transactions begin.

SQLite files are kept in write-ahead mode, so that reading and writing do not wait for each other. A transaction that
writes takes the lock at once, so that it never finds out half-way that somebody was faster (S-17).
"""

import sqlite3
import threading
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Final
from urllib.parse import unquote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool, StaticPool

from leadmodel.errors import InvalidValue, Problem, StoreBusy, StoreUnavailable, shown, suggestion
from leadmodel.stores.sql.tables import VERSION
from leadmodel.values.text import sound

#: The option of a connection that is going to write.
WRITES: Final = "leadmodel_writes"

_MEMORY: Final = frozenset({"", ":memory:"})
_KNOWN: Final = ("sqlite",)


def engine_for(
    url: str, *, create: bool, read_only: bool, timeout: float
) -> tuple[Engine, AbstractContextManager[object]]:
    """
    Make the engine for an address, and what threads take turns by where there is one connection only.

    Args:
        url: The address.
        create: Whether a file is made that is not there.
        read_only: Whether nothing may be written.
        timeout: Seconds to wait for somebody else who is writing.

    Raises:
        InvalidValue: It is no address of a database that is known here.
        StoreUnavailable: The file is not there.
    """
    database = _database(url)
    in_memory = database in _MEMORY
    if in_memory:
        source = "file::memory:"
    else:
        file = Path(database).absolute()
        if not _is_there(file) and (read_only or not create):
            hint = "check the path, or make it: leadmodel init" if not read_only else "check the path"
            raise StoreUnavailable(doing=f"open {database}", what="there is no such file", hint=hint)
        source = f"{file.as_uri()}?mode={'ro' if read_only else 'rwc' if create else 'rw'}"

    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(source, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)
        try:
            if read_only:
                made.execute("PRAGMA query_only = ON")
            elif not in_memory:
                _keep_ahead(made, create=create)
        except BaseException:
            made.close()
            raise
        return made

    if in_memory:
        engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    else:  # as many connections as there are threads: whoever waits to write holds up nobody who reads
        engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, max_overflow=-1)
    event.listen(engine, "begin", _begin)
    return engine, _Turn(timeout) if in_memory else nullcontext()


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


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        hint = "check the path and its permissions"
        raise StoreUnavailable(doing=f"open {file}", what=error.strerror or str(error), hint=hint) from error


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _database(url: object) -> str:
    """
    Read the address of a database, and give the path of its file.
    """
    hint = "write sqlite:///crm.db for a file in this folder, or sqlite:// for a database in memory"
    try:
        address = make_url(url)  # type: ignore[arg-type]  # what is none is refused
    except (ArgumentError, ValueError):
        raise _no_address(f"{shown(url)} is no address of a database", hint, url) from None
    name = address.drivername
    if name not in _KNOWN:
        raise _no_address(f"there is no store for {shown(name)}", f"{suggestion(name, _KNOWN)}; {hint}", url)
    if address != URL.create(name, database=address.database):
        what = f"{shown(url)} names more than a file: a host, or options"
        raise _no_address(what, f"{hint}; a question mark in a path is %3F", url)
    database = unquote(str(url).partition(":///")[2])  # versions of SQLAlchemy differ in it
    if not sound(database):
        raise _no_address(f"no file can be named {shown(database)}", hint, url)
    return database


def _no_address(what: str, hint: str, url: object) -> InvalidValue:
    return InvalidValue(subject="store", problems=(Problem(what=what, hint=hint, field="url", value=url),))
