"""The store in memory keeps the storage contract; surviving a crash is its one declared gap."""

from collections.abc import Callable

import pytest

from leadmodel.stores import Clock, MemoryStore, utc_now
from leadmodel.testing import Capabilities, Level, StoreConformance


def memory_stores() -> Callable[..., MemoryStore]:
    """Give what opens stores: one for each tenant, for as long as the program lives."""
    stores: dict[str, MemoryStore] = {}

    def open_store(tenant: str = "acme", now: Clock = utc_now) -> MemoryStore:
        return stores.setdefault(tenant, MemoryStore(now=now))

    return open_store


class TestMemoryStore(StoreConformance):
    """Clause by clause."""

    capabilities = Capabilities(level=Level.KEEPER, gaps={"S-3": "keeps nothing beyond the end of the program"})

    @pytest.fixture
    def open_store(self) -> Callable[..., MemoryStore]:
        """Open stores over the same records."""
        return memory_stores()

    def after_crash(self, open_store: Callable[..., MemoryStore]) -> Callable[..., MemoryStore]:
        """Begin again from nothing."""
        del open_store
        return memory_stores()
