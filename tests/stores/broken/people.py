"""Stores that show the wrong people, show them to others, or fail in the wrong way."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from typing import Any, ClassVar, Final

from leadmodel.directory import Directory
from leadmodel.entities import Entity
from leadmodel.errors import StoreError, StoreUnavailable
from leadmodel.stores import Clock, MemoryStore, utc_now
from leadmodel.testing.conformance.basis import Counter
from leadmodel.values import Ref
from tests.stores.broken.row import Broken, Opens, Suite, opening

# Directories


class Forgetting(MemoryStore):
    """A store that leaves a place out of its directories."""

    place: ClassVar[str]
    types: ClassVar[tuple[str, ...]] = ()

    def standing(self, record_type: type[Any], place: str, keys: Collection[str]) -> Iterable[Any]:
        """Find nobody there."""
        forgotten = place == self.place and (not self.types or record_type.__name__ in self.types)
        return [] if forgotten else super().standing(record_type, place, keys)


class DealsForgotten(Forgetting):
    """A directory has no deals of contacts."""

    place = "contact"


class AccountDealsForgotten(Forgetting):
    """A directory has no deals of accounts."""

    place, types = "account", ("Deal",)


class ColleaguesForgotten(Forgetting):
    """A directory has no contacts of the accounts that match."""

    place, types = "account", ("Contact",)


class LookAlikesForgotten(Forgetting):
    """A directory has no look-alikes."""

    place = "look-alike"


class ChildrenForgotten(Forgetting):
    """A directory has no notes, activities and tasks."""

    place = "about"


class NotesForgotten(Forgetting):
    """A directory has no notes."""

    place, types = "about", ("Note",)


class MailForgotten(Forgetting):
    """A directory knows nobody by an address."""

    place = "email"


class NamesForgotten(Forgetting):
    """A directory knows no account by its name."""

    place = "name"


class SitesForgotten(Forgetting):
    """A directory knows no account by its website."""

    place = "domain"


class NamedForgotten(MemoryStore):
    """A directory leaves out whoever is named outright."""

    def directory_for(self, wanted: Collection[Any], **asked: Any) -> Directory:  # type: ignore[override]  # noqa: ANN401  (as in the port)
        """Leave out references."""
        return super().directory_for([each for each in wanted if not isinstance(each, Ref)], **asked)


class EverybodyComesAlong(MemoryStore):
    """A directory holds all contacts, whoever is wanted."""

    def directory_for(self, wanted: Collection[Any], **asked: Any) -> Directory:  # type: ignore[override]  # noqa: ANN401  (as in the port)
        """Name them all."""
        return super().directory_for(
            [*wanted, *(each.ref for kind in self.by_type for each in self.candidates(kind, None))], **asked
        )


class OldPlaceKept(MemoryStore):
    """Records are found where they stood before."""

    def put(self, before: Entity | None, after: Entity | None) -> None:
        """Leave the index alone when a record changes."""
        if before is not None and after is not None:
            self.by_type[type(after)][after.id] = after
        else:
            super().put(before, after)


# Tenants


def one_pot() -> Opens:
    """Open one store for all tenants."""
    store = MemoryStore()
    return lambda tenant="acme": store  # noqa: ARG005  (that is the fault)


def tenants_folded() -> Opens:
    """Open one store for tenants that differ in case."""
    opens = opening(MemoryStore)
    return lambda tenant="acme": opens(tenant.casefold())


def keys_shared() -> Opens:
    """Let a key be known to all tenants."""
    opens, positions = opening(MemoryStore), dict[str, int]()

    def open_store(tenant: str = "acme") -> Any:  # noqa: ANN401  (a store)
        store = opens(tenant)
        store._positions = positions
        return store

    return open_store


class _Neighbour(MemoryStore):
    """A store that looks at its neighbours when it makes a directory."""

    neighbours: ClassVar[list["_Neighbour"]] = []

    def __init__(self, *, now: Clock = utc_now) -> None:
        super().__init__(now=now)
        self.neighbours.append(self)

    def directory_for(self, wanted: Collection[Any], **asked: Any) -> Directory:  # type: ignore[override]  # noqa: ANN401  (as in the port)
        found: dict[type[Entity], dict[str, Entity]] = {}
        with self._lock:
            whole = MemoryStore()
            for store in (*(each for each in self.neighbours if each is not self), self):
                for kind, records in store.by_type.items():
                    found.setdefault(kind, {}).update(records)
            for records in found.values():
                for each in records.values():
                    whole.put(None, each)
        return whole.directory_for(wanted, **asked)


def directory_leaks() -> Opens:
    """Make directories of the records of all tenants."""
    kind = type("Leaking", (_Neighbour,), {"neighbours": []})
    return opening(kind)


# Failures and statements


class Driven(MemoryStore):
    """A store with a driver beneath it, which counts statements, can fail, and can be closed."""

    #: What is asked of the driver, once each.
    asking: ClassVar[tuple[str, ...]] = (
        "get", "candidates", "standing", "apply", "history", "changes", "log", "as_of", "outbox", "acknowledge",
        "resolve", "transaction",
    )  # fmt: skip

    def __init__(self, *, now: Clock = utc_now) -> None:
        super().__init__(now=now)
        self.statements = 0
        self.broken = self.closed = False
        self._inner = threading.local()
        for name in self.asking:
            setattr(self, name, self._driven(getattr(self, name)))

    def _driven(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(ask)
        def driven(*given: Any, **options: Any) -> Any:  # noqa: ANN401  (whatever is asked)
            if getattr(self._inner, "asking", False):
                return ask(*given, **options)  # a part of what is asked already
            self.statements += 1
            if self.closed:
                raise self.when_closed()
            if self.broken:
                self.fail()
            self._inner.asking = True
            try:
                return ask(*given, **options)
            finally:
                self._inner.asking = False

        return driven

    def when_closed(self) -> Exception:
        """Give the error of a closed store."""
        return StoreUnavailable(doing="ask", what="the store is closed")

    def fail(self) -> None:
        """Fail as the driver does."""
        raise StoreError(doing="ask", what="the driver failed") from OSError("the disk is gone")

    def close(self) -> None:
        """Close."""
        self.closed = True

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Let the driver fail for a while."""
        self.broken = True
        try:
            yield
        finally:
            self.broken = False


class DrivenSuite(Suite):
    """The suite for stores with a driver."""

    def counting(self, store: Any) -> AbstractContextManager[Counter]:  # noqa: ANN401  (a driven store)
        """Count its statements."""

        @contextmanager
        def counted() -> Iterator[Counter]:
            yield lambda: store.statements

        return counted()

    def failing(self, store: Any) -> AbstractContextManager[object]:  # noqa: ANN401  (a driven store)
        """Let its driver fail."""
        failing: AbstractContextManager[object] = store.failing()
        return failing


class ClosedAnswers(Driven):
    """A closed store answers as if nothing had happened."""

    def close(self) -> None:
        """Do nothing."""


class ClosedTransacts(Driven):
    """A closed store opens transactions as if nothing had happened."""

    asking = tuple(each for each in Driven.asking if each != "transaction")


class ClosedTwiceRaises(Driven):
    """A store that is closed twice raises."""

    def close(self) -> None:
        """Close once."""
        if self.closed:
            raise StoreUnavailable(doing="close", what="the store is closed")
        super().close()


class DriverShows(Driven):
    """The driver's own error comes out."""

    def fail(self) -> None:
        """Raise it."""
        raise OSError("the disk is gone")


class CauseLostOfFailure(Driven):
    """The driver's own error is hidden."""

    def fail(self) -> None:
        """Raise without a cause."""
        raise StoreError(doing="ask", what="the driver failed")


class StatementEach(Driven):
    """Each record is looked up by itself."""

    def directory_for(self, wanted: Collection[Any], **asked: Any) -> Directory:  # type: ignore[override]  # noqa: ANN401  (as in the port)
        """Ask once for each."""
        self.statements += len(wanted)
        return super().directory_for(wanted, **asked)


PEOPLE: Final = (
    Broken("S-16", DealsForgotten),
    Broken("S-16", AccountDealsForgotten),
    Broken("S-16", ColleaguesForgotten),
    Broken("S-16", LookAlikesForgotten),
    Broken("S-16", ChildrenForgotten),
    Broken("S-16", NotesForgotten),
    Broken("S-16", MailForgotten),
    Broken("S-16", NamesForgotten),
    Broken("S-16", SitesForgotten),
    Broken("S-16", NamedForgotten),
    Broken("S-16", EverybodyComesAlong),
    Broken("S-16", OldPlaceKept),
    Broken("S-11", one_pot),
    Broken("S-11", tenants_folded),
    Broken("S-11", keys_shared),
    Broken("S-11", directory_leaks),
    Broken("S-10", ClosedAnswers, DrivenSuite),
    Broken("S-10", ClosedTransacts, DrivenSuite),
    Broken("S-10", ClosedTwiceRaises, DrivenSuite),
    Broken("S-10", DriverShows, DrivenSuite),
    Broken("S-10", CauseLostOfFailure, DrivenSuite),
    Broken("S-16", StatementEach, DrivenSuite),
)
