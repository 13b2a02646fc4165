"""
Stores: places where records live.

`MemoryStore` is the meaning of the storage contract; `SqlStore` keeps records in SQLite, with the
extra `sql`, or in PostgreSQL, with the extra `postgres`. `PlainReader` answers questions in Python, for a store of
one's own.
"""

from typing import TYPE_CHECKING

from leadmodel.errors import MissingExtra
from leadmodel.stores.applying import Clock, joined, settled, utc_now
from leadmodel.stores.memory import MemoryStore
from leadmodel.stores.places import PLACES, Place
from leadmodel.stores.reading import PlainReader
from leadmodel.stores.transactions import KeptOpenTransaction, OpenTransaction

if TYPE_CHECKING:
    from leadmodel.stores.sql import SqlStore

__all__ = [
    "PLACES",
    "Clock",
    "KeptOpenTransaction",
    "MemoryStore",
    "OpenTransaction",
    "Place",
    "PlainReader",
    "SqlStore",
    "joined",
    "settled",
    "utc_now",
]


def __getattr__(name: str) -> object:
    """
    Import the store over SQL when it is asked for: it needs the extra `sql`.
    """
    if name != "SqlStore":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from leadmodel.stores.sql import SqlStore
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise
        raise MissingExtra(library="sqlalchemy", extra="sql", purpose="SqlStore") from None
    return SqlStore
