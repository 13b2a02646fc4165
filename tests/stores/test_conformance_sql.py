"""The store over SQL keeps the storage contract: on a server, in a file, and in memory but for what must survive."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from leadmodel.stores import SqlStore, utc_now
from leadmodel.stores.sql import METADATA
from leadmodel.stores.sql.engines import begun
from leadmodel.testing import Capabilities, Level, StoreConformance


@contextmanager
def statements(store: SqlStore) -> Iterator[Callable[[], int]]:
    """Count the statements that a store sends."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    event.listen(store._connections.engine, "before_cursor_execute", note)
    try:
        yield lambda: len(sent)
    finally:
        event.remove(store._connections.engine, "before_cursor_execute", note)


@contextmanager
def out_of_order(store: SqlStore) -> Iterator[None]:
    """Take the tables away from under a store, and put them back."""
    with begun(store._connections.engine, "") as connection:
        for table in METADATA.sorted_tables:
            connection.exec_driver_sql(f"ALTER TABLE {table.name} RENAME TO away_{table.name}")
        connection.commit()
    try:
        yield
    finally:
        with begun(store._connections.engine, "") as connection:
            for table in METADATA.sorted_tables:
                connection.exec_driver_sql(f"ALTER TABLE away_{table.name} RENAME TO {table.name}")
            connection.commit()


def in_memory() -> Callable[..., SqlStore]:
    """Give what opens stores over one database in memory."""
    base = SqlStore.open("sqlite://")
    return lambda tenant="acme", now=utc_now: base.of_tenant(tenant, now=now)


class Unmeasured(StoreConformance):
    """A suite whose long run is not measured: that of `MemoryStore`, and the clauses, run the same lines."""

    @pytest.mark.usefixtures("not_measured")
    def test_all_clauses_hold_together(self, open_store: Callable[..., SqlStore]) -> None:
        """S-1 to S-18: as for every store."""
        super().test_all_clauses_hold_together(open_store)


class TestFile(Unmeasured):
    """Clause by clause, in a file; each opening has connections of its own."""

    counting = staticmethod(statements)
    failing = staticmethod(out_of_order)

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Callable[..., SqlStore]:
        """Open stores over one file."""
        return lambda tenant="acme", now=utc_now: SqlStore.open(f"sqlite:///{tmp_path}/crm.db", tenant=tenant, now=now)


class TestMemory(Unmeasured):
    """Clause by clause, in memory; every tenant shares one connection."""

    capabilities = Capabilities(level=Level.KEEPER, gaps={"S-3": "a database in memory ends with its store"})
    counting = staticmethod(statements)
    failing = staticmethod(out_of_order)

    @pytest.fixture
    def open_store(self) -> Callable[..., SqlStore]:
        """Open stores over one database."""
        return in_memory()

    def after_crash(self, open_store: Callable[..., SqlStore]) -> Callable[..., SqlStore]:
        """Begin again from nothing."""
        del open_store
        return in_memory()


class TestServer(Unmeasured):
    """Clause by clause, on a PostgreSQL server; each opening has connections of its own."""

    counting = staticmethod(statements)
    failing = staticmethod(out_of_order)

    @pytest.fixture
    def open_store(self, database: str) -> Callable[..., SqlStore]:
        """Open stores over one database."""
        return lambda tenant="acme", now=utc_now: SqlStore.open(database, tenant=tenant, now=now)
