"""
Stores: places where records live.

`MemoryStore` is the meaning of the storage contract; `SqlStore` keeps records in SQLite, with the extra `sql`.
`PlainReader` answers questions in Python, for a store of one's own.
"""

from leadmodel.stores.applying import Clock, utc_now
from leadmodel.stores.memory import MemoryStore
from leadmodel.stores.reading import PlainReader
from leadmodel.stores.transactions import OpenTransaction

__all__ = ["Clock", "MemoryStore", "OpenTransaction", "PlainReader", "utc_now"]
