"""
Engines: how a database is reached, and how its transactions begin.

SQLite files are kept in write-ahead mode, so that reading and writing do not wait for each other. A transaction that
writes takes the lock at once, so that it never finds out half-way that somebody was faster (S-17).
"""

import sqlite3
import threading
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool, StaticPool

from leadmodel.errors import InvalidValue, Problem, StoreUnavailable, shown, suggestion

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
    database = _address(url).database or ""
    in_memory = database in _MEMORY
    if in_memory:
        source = "file::memory:"
    else:
        file = Path(database).absolute()
        if not file.exists() and (read_only or not create):
            hint = "check the path, or make it: leadmodel init" if not read_only else "check the path"
            raise StoreUnavailable(doing=f"open {database}", what="there is no such file", hint=hint)
        source = f"{file.as_uri()}?mode={'ro' if read_only else 'rwc' if create else 'rw'}"

    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(source, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)
        try:
            for setting in _settings(in_memory=in_memory, read_only=read_only):
                made.execute(setting)
        except BaseException:
            made.close()
            raise
        return made

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool if in_memory else QueuePool)
    event.listen(engine, "begin", _begin)
    return engine, threading.RLock() if in_memory else nullcontext()


def _settings(*, in_memory: bool, read_only: bool) -> tuple[str, ...]:
    if in_memory:
        return ()
    return ("PRAGMA query_only = ON",) if read_only else ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _address(url: object) -> URL:
    """
    Read the address of a database.
    """
    hint = "write sqlite:///crm.db for a file in this folder, or sqlite:// for a database in memory"
    try:
        address = make_url(url)  # type: ignore[arg-type]  # what is none is refused
        name = address.get_backend_name()
    except (ArgumentError, ValueError):
        problem = Problem(what=f"{shown(url)} is no address of a database", hint=hint, field="url", value=url)
        raise InvalidValue(subject="store", problems=(problem,)) from None
    if name not in _KNOWN:
        what = f"there is no store for {shown(name)}"
        problem = Problem(what=what, hint=f"{suggestion(name, _KNOWN)}; {hint}", field="url", value=url)
        raise InvalidValue(subject="store", problems=(problem,))
    return address
