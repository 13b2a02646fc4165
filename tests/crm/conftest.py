"""Stores for the tests of the shell, of every kind."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from leadmodel.ports import Keeper
from leadmodel.stores import MemoryStore, SqlStore
from tests.crm.stores import STORES
from tests.postgres import Databases

OpenStore = Callable[..., Keeper]
Opens = Callable[[str], Keeper]


#: Tenants of a database that many tests share.
NUMBERS: Final = count()


@pytest.fixture(scope="session")
def on_server(databases: Databases) -> Iterator[SqlStore]:
    """Give a store in a database of a server, of which each test takes tenants of its own."""
    with databases.made() as address, SqlStore.open(address) as store:
        yield store


@pytest.fixture(params=STORES)
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Opens:
    """Give what opens the store of a tenant, for each kind of store; all are in one place."""
    if request.param == "memory":
        return lambda _: MemoryStore()
    if request.param == "sqlite":
        return lambda tenant: SqlStore.open(f"sqlite:///{tmp_path}/crm.db", tenant=tenant)
    on_server: SqlStore = request.getfixturevalue("on_server")
    return on_server.of_tenant


@pytest.fixture
def open_store(opens: Opens) -> Iterator[OpenStore]:
    """Give a function that opens an empty store, for a new tenant or a named one."""
    first = next(NUMBERS)
    with ExitStack() as stack:

        def opened(tenant: str = "") -> Keeper:
            store = opens(f"{first} {tenant or next(NUMBERS)}")
            if hasattr(store, "close"):
                stack.enter_context(closing(store))
            return store

        yield opened


@pytest.fixture
def store(open_store: OpenStore) -> Keeper:
    """Give an empty store."""
    return open_store()
