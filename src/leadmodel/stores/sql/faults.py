"""
Failures of the driver as errors of ours, each with the driver's own error as its cause (S-10).
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import attrs
from sqlalchemy import exc
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from leadmodel.errors import SchemaMismatch, StoreBusy, StoreError, StoreIsReadOnly, StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")


@attrs.frozen
class _Fault:
    """
    One kind of failure: how the driver's name for it begins, and what is said about it.
    """

    #: SQLite's own name, or the SQLSTATE of other databases.
    name: str
    error: type[StoreError]
    what: str
    hint: str


# fmt: off
#: The first row whose name the driver's begins with says what has happened.
_FAULTS: Final = (
    _Fault("SQLITE_BUSY", StoreBusy, "somebody else is writing", "try again, or pass a longer timeout"),
    _Fault("SQLITE_LOCKED", StoreBusy, "somebody else is writing", "try again"),
    _Fault("SQLITE_READONLY", StoreIsReadOnly, "the database can only be read", "open a copy that you may write"),
    _Fault("SQLITE_CANTOPEN", StoreUnavailable, "the file cannot be opened", "check its folder and its permissions"),
    _Fault("SQLITE_NOTADB", SchemaMismatch, "the file is no SQLite database", "check the path"),
    _Fault("SQLITE_CORRUPT", StoreUnavailable, "the file is damaged", "restore it from a copy"),
    _Fault("SQLITE_FULL", StoreUnavailable, "the disk is full", "make room; nothing was changed"),
    _Fault("SQLITE_IOERR", StoreUnavailable, "the disk could not be read or written", "check the disk"),
    _Fault("55P03", StoreBusy, "somebody else is writing", "try again, or pass a longer timeout"),
    _Fault("40", StoreBusy, "somebody else was faster", "try again"),
    _Fault("23505", StoreBusy, "somebody else was faster", "try again"),
    _Fault("57014", StoreBusy, "the database has cancelled it", "try again; its administrator may have set a limit"),
    _Fault("53300", StoreBusy, "the server has no connection left", "try again, or pass fewer connections"),
    _Fault("53100", StoreUnavailable, "the server's disk is full", "make room; nothing was changed"),
    _Fault("25006", StoreIsReadOnly, "the database can only be read", "ask the server that may be written"),
    _Fault("42501", StoreIsReadOnly, "the user may not do that", "ask the database's owner: GRANT …"),
    _Fault("42P01", SchemaMismatch, "a table of leadmodel's is not there", "restore it from a copy"),
    _Fault("54000", StoreError, "an id or a key is too long for the database's index", "use shorter ones"),
    _Fault("57P", StoreUnavailable, "the server has ended the connection", "try again when it is back"),
    _Fault("08", StoreUnavailable, "the connection is gone", "try again"),
)
# fmt: on
_OTHER: Final = _Fault("", StoreError, "the database refused", "see the cause")
_UNREACHED: Final = _Fault("", StoreUnavailable, "the database cannot be reached", "check the address and the server")


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """
    Raise what the driver raises in the block as an error of ours.

    Args:
        doing: What is done in it.
    """
    try:
        yield
    except DBAPIError as error:
        raise _explained(doing, error) from error.orig
    except exc.TimeoutError as error:
        hint = "try again, or open the store with more connections"
        raise StoreBusy(doing=doing, what="all connections are in use", hint=hint) from error
    except SQLAlchemyError as error:
        raise StoreUnavailable(doing=doing, what=_first_line(error), hint="see the cause") from error


def explaining(method: Callable[P, T]) -> Callable[P, T]:
    """
    Raise what the driver raises in a method as an error of ours.
    """

    @wraps(method)
    def asked(*given: P.args, **named: P.kwargs) -> T:
        with explained(method.__name__):
            return method(*given, **named)

    return asked


def _explained(doing: str, error: DBAPIError) -> StoreError:
    driver = error.orig
    name = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None) or ""
    fault = next((fault for fault in _FAULTS if name.startswith(fault.name)), _OTHER)
    if error.connection_invalidated and isinstance(driver, sqlite3.ProgrammingError):
        return StoreUnavailable(doing=doing, what="the store is closed", hint="open it again")
    if not name and isinstance(error, OperationalError) and not isinstance(driver, sqlite3.Error):
        fault = _UNREACHED
    what = f"{fault.what}: {_first_line(driver)}" if fault in {_OTHER, _UNREACHED} else fault.what
    return fault.error(doing=doing, what=what, hint=fault.hint)


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0]
