"""Stores for the tests of the shell, of every kind."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import pytest

from leadmodel.ports import Keeper
from tests.crm.stores import STORES

OpenStore = Callable[..., Keeper]


@pytest.fixture(params=STORES)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """Give a function that opens an empty store, for a new tenant or a named one; all share one place."""
    numbers = count()
    with ExitStack() as stack:

        def opened(tenant: str = "") -> Keeper:
            store = STORES[request.param](tmp_path, tenant or f"tenant {next(numbers)}")
            if hasattr(store, "close"):
                stack.enter_context(closing(store))
            return store

        yield opened


@pytest.fixture
def store(open_store: OpenStore) -> Keeper:
    """Give an empty store."""
    return open_store()
