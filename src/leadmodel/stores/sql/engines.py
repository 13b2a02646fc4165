"""
Engines: what is the same about every database, however it is reached.

A database has a module of its own, which makes the engine; `addresses` knows which. How a transaction begins is the
database's own affair too: it is told by an option of the connection whose writing is to be kept apart (S-17).
"""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar

import attrs
from sqlalchemy import Connection, Engine, Table, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from leadmodel.errors import InvalidValue, Problem

P = ParamSpec("P")
T = TypeVar("T")

#: The option of a connection that is going to write: what it keeps other writers from, a tenant's name or "" for the
#: tables themselves. None is a connection that only reads.
LOCK: Final = "leadmodel_lock"
#: Where a connection remembers that a statement has failed since its transaction began.
_FAILED: Final = "leadmodel_failed"
#: Where a connection remembers the process that has made it.
_PROCESS: Final = "leadmodel_process"

#: Writes many rows of a table at once; each has a value for every column.
Load: TypeAlias = Callable[[Connection, Table, Sequence[tuple[Any, ...]]], None]
#: Cleans what a database keeps of rows that are gone, outside any transaction.
Clean: TypeAlias = Callable[[Engine], None]


@attrs.frozen(kw_only=True)
class Opening:
    """
    How a database is to be opened.
    """

    #: Whether a database is made that is not there.
    create: bool
    #: Whether nothing may be written.
    read_only: bool
    #: Seconds to wait for somebody else who is writing.
    timeout: float
    #: Connections to a server that may be open at a time.
    connections: int


@attrs.frozen(kw_only=True)
class Reached:
    """
    A database that can be reached.
    """

    engine: Engine
    #: Its address as it may be shown: without password.
    name: str
    #: What threads take turns by where there is one connection only.
    turn: AbstractContextManager[object] = attrs.field(factory=nullcontext)
    #: Whether other tables than ours may stand beside them.
    shared: bool = False
    #: The quick way to write many rows, where there is one.
    load: Load | None = None
    #: Cleans what the database keeps of rows that are gone, once somebody was forgotten.
    clean: Clean | None = None


def watched(engine: Engine, begin: Callable[[Connection], None]) -> Engine:
    """
    Let transactions begin as a database wants it, note where a statement fails, and keep processes apart.

    Args:
        engine: The engine.
        begin: Begins a transaction on a connection.
    """

    def started(connection: Connection) -> None:
        connection.info.pop(_FAILED, None)
        begin(connection)

    event.listen(engine, "begin", started)
    event.listen(engine, "handle_error", _note_failure)
    event.listen(engine, "connect", _note_process)
    event.listen(engine, "checkout", _check_process)
    return engine


def begun(engine: Engine, lock: str | None) -> Connection:
    """
    Give a connection on which a transaction has begun; what is not committed is taken back when it is closed.

    A connection that was lost while nobody used it is replaced: nothing has been asked of it yet.
    """
    return again_if_lost(_begun, engine, lock)


def again_if_lost(ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """
    Give what is asked for, with another connection where the first one turns out to have been lost.
    """
    try:
        return ask(*args, **kwargs)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    return ask(*args, **kwargs)


def _begun(engine: Engine, lock: str | None) -> Connection:
    connection = engine.connect().execution_options(**{LOCK: lock})
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def has_failed(connection: Connection) -> bool:
    """
    Say whether a statement has failed since the transaction began.
    """
    return connection.invalidated or _FAILED in connection.info


def note_failure(connection: Connection) -> None:
    """
    Remember that a statement has failed: the transaction must not be committed.
    """
    connection.info[_FAILED] = True


def _note_failure(context: ExceptionContext) -> None:
    if context.connection is not None:
        note_failure(context.connection)


def _note_process(_: object, record: ConnectionPoolEntry) -> None:
    record.info[_PROCESS] = os.getpid()


def _check_process(_: object, record: Any, fairy: Any) -> None:  # noqa: ANN401  (SQLAlchemy's own)
    """
    Leave a connection to the process that has made it: a child has a copy, and two cannot talk over one line.
    """
    if record.info[_PROCESS] != os.getpid():
        record.dbapi_connection = fairy.dbapi_connection = None
        raise DisconnectionError("it belongs to another process")


def no_address(what: str, hint: str, url: object) -> InvalidValue:
    """
    Make the error for what is no address.
    """
    return InvalidValue(subject="store", problems=(Problem(what=what, hint=hint, field="url", value=url),))
