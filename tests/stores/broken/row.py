"""One broken store: how it is opened, and the clause that has to catch it."""

from collections.abc import Callable
from typing import Any

import attrs

from leadmodel.changes import Changes, Updated
from leadmodel.entities import Entity
from leadmodel.stores import Clock, MemoryStore, utc_now
from leadmodel.testing import StoreConformance

#: Opens stores by tenant.
Opens = Callable[..., Any]


class Suite(StoreConformance):
    """The suite for stores in memory which need not survive a crash."""


@attrs.frozen
class Broken:
    """A broken store."""

    clause: str
    #: A kind of store, or what makes an opener.
    make: type[MemoryStore] | Callable[[], Opens]
    suite: type[StoreConformance] = Suite

    @property
    def name(self) -> str:
        """Name the fault."""
        return f"{self.clause} {self.make.__name__}"

    def opener(self) -> Opens:
        """Give an opener of stores without any record."""
        return opening(self.make) if isinstance(self.make, type) else self.make()


def prefix(clause: str) -> str:
    """Give what the names of a clause's tests begin with: "test_s04_" for S-4."""
    word, _, number = clause.partition("-")
    return f"test_{word.lower()}{int(number):02}_"


def opening(kind: type[MemoryStore]) -> Opens:
    """Give an opener that keeps one store for each tenant."""
    stores: dict[str, MemoryStore] = {}

    def open_store(tenant: str = "acme", now: Clock = utc_now) -> MemoryStore:
        return stores.setdefault(tenant, kind(now=now))

    return open_store


def mapped(changes: Any, change: Callable[[Entity], Entity]) -> Any:  # noqa: ANN401  (one or several changes)
    """Give changes whose records were all changed in some way."""
    if not isinstance(changes, Changes):
        return [mapped(each, change) for each in changes]
    return attrs.evolve(
        changes,
        created=[change(each) for each in changes.created],
        updated=[Updated(change(each.before), change(each.after)) for each in changes.updated],
        deleted=[change(each) for each in changes.deleted],
    )
