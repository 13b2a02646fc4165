"""
Failures of the driver as errors of ours, each with the driver's own error as its cause (S-10).
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import attrs
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from leadmodel.errors import SchemaMismatch, StoreBusy, StoreError, StoreIsReadOnly, StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")


@attrs.frozen
class _Fault:
    """
    One kind of failure: how SQLite's name for it begins, and what is said about it.
    """

    name: str
    error: type[StoreError]
    what: str
    hint: str


_FAULTS: Final = (
    _Fault("SQLITE_BUSY", StoreBusy, "somebody else is writing", "try again, or pass a longer timeout"),
    _Fault("SQLITE_LOCKED", StoreBusy, "somebody else is writing", "try again"),
    _Fault("SQLITE_READONLY", StoreIsReadOnly, "the database can only be read", "open a copy that you may write"),
    _Fault("SQLITE_CANTOPEN", StoreUnavailable, "the file cannot be opened", "check its folder and its permissions"),
    _Fault("SQLITE_NOTADB", SchemaMismatch, "the file is no SQLite database", "check the path"),
    _Fault("SQLITE_CORRUPT", StoreUnavailable, "the file is damaged", "restore it from a copy"),
    _Fault("SQLITE_FULL", StoreUnavailable, "the disk is full", "make room; nothing was changed"),
    _Fault("SQLITE_IOERR", StoreUnavailable, "the disk could not be read or written", "check the disk"),
)  # fmt: skip
_OTHER: Final = _Fault("", StoreError, "the database refused", "see the cause")


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
        raise _explained(doing, error.orig) from error.orig
    except SQLAlchemyError as error:
        raise StoreUnavailable(doing=doing, what=_first_line(error), hint="see the cause") from error
    except sqlite3.Error as error:
        raise _explained(doing, error) from error


def explaining(method: Callable[P, T]) -> Callable[P, T]:
    """
    Raise what the driver raises in a method as an error of ours.
    """

    @wraps(method)
    def asked(*given: P.args, **named: P.kwargs) -> T:
        with explained(method.__name__):
            return method(*given, **named)

    return asked


def _explained(doing: str, error: BaseException | None) -> StoreError:
    name = getattr(error, "sqlite_errorname", "") or ""
    fault = next((fault for fault in _FAULTS if name.startswith(fault.name)), _OTHER)
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return StoreUnavailable(doing=doing, what="the store is closed", hint="open it again")
    what = f"{fault.what}: {_first_line(error)}" if fault is _OTHER else fault.what
    return fault.error(doing=doing, what=what, hint=fault.hint)


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0]
