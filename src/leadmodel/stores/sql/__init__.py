"""
The store over SQL, on SQLAlchemy Core: SQLite with the extra `sql`, PostgreSQL with the extra `postgres`.
"""

from leadmodel.stores.sql.store import SqlStore
from leadmodel.stores.sql.tables import METADATA

__all__ = ["METADATA", "SqlStore"]
