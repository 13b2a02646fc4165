"""The store over the table of people keeps the storage contract, at the level of a `Writer`."""

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from legacy_store import LegacyStore

from leadmodel.testing import Capabilities, Level, StoreConformance

HERE = Path(__file__).parent


class TestLegacyStore(StoreConformance):
    """Clause by clause."""

    capabilities = Capabilities(level=Level.WRITER)

    @pytest.fixture
    def open_store(self, tmp_path):
        """Give what opens stores: each organisation has a database of its own, which is empty at the beginning."""
        paths = {}

        def open_store(tenant="acme"):
            if tenant not in paths:
                paths[tenant] = tmp_path / f"{len(paths)}.db"
                make_tables(paths[tenant])
            return LegacyStore(paths[tenant])

        return open_store

    @contextmanager
    def failing(self, store):
        """Let the driver fail: the database is gone for a while (S-10)."""
        path, store.path = store.path, store.path.parent / "gone" / "people.db"
        try:
            yield
        finally:
            store.path = path


def make_tables(path):
    """Make the table that was there before, and what is added to it."""
    with closing(sqlite3.connect(path)) as connection:
        for script in ("legacy.sql", "added.sql"):
            connection.executescript((HERE / script).read_text(encoding="utf-8"))
