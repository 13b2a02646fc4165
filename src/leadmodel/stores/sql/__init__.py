"""
The store over SQL, on SQLAlchemy Core: SQLite here, with the extra `sql`.
"""

from leadmodel.stores.sql.store import SqlStore
from leadmodel.stores.sql.tables import METADATA

__all__ = ["METADATA", "SqlStore"]
