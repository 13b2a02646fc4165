"""
What every clause stands on: how a test is marked, how stores are opened and filled, and how a declared gap is tried.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import partial, wraps
from itertools import count
from typing import Any, ClassVar, Final, TypeAlias, TypeVar, cast
from unittest import SkipTest

import attrs
from hypothesis import settings

from leadmodel.changes import Changes
from leadmodel.entities import ENTITIES, Entity
from leadmodel.errors import StoreError
from leadmodel.ports import Keeper, Writer
from leadmodel.testing.conformance.capabilities import CLAUSES, Capabilities, Level

#: A test of the suite: it takes whatever opens stores.
Test: TypeAlias = Callable[[Any, Any], None]
#: Says how many statements a store has sent so far.
Counter: TypeAlias = Callable[[], int]

E = TypeVar("E", bound=Entity)

TENANT: Final = "acme"
OTHER_TENANT: Final = "globex"
#: The clauses that whatever is done to a store at random would touch: versions, ids, values, references.
_TOUCHED: Final = ("S-2", "S-5", "S-6", "S-9")


class Opener:
    """
    Opens stores of one test, and closes those that can be closed when the test ends.

    Args:
        open_store: The user's: gives a store for a tenant, over the same records each time.
        closing: What is closed at the end.
    """

    def __init__(self, open_store: Callable[..., Any], closing: ExitStack) -> None:
        #: The user's own.
        self.opens = open_store
        self._closing = closing
        self.numbers: Iterator[int] = count(1)
        #: Whether stores can be given a clock.
        self.takes_clock: bool = takes_clock(open_store)

    def __call__(self, tenant: str = TENANT, **options: Any) -> Keeper:  # noqa: ANN401  (what the opener takes)
        """
        Open a store; it is typed as the highest level, and a test asks of it what its own level has.
        """
        store = self.opens(tenant, **options)
        if close := getattr(store, "close", None):
            self._closing.callback(_closed, close)
        return cast("Keeper", store)

    def over(self, open_store: Callable[..., Any]) -> "Opener":
        """
        Give an opener of other stores, which are closed together with these.
        """
        return Opener(open_store, self._closing)


def _closed(close: Callable[[], object]) -> None:
    with suppress(StoreError):  # a test may have closed it already
        close()


def takes_clock(open_store: Callable[..., Any]) -> bool:
    """
    Say whether what opens stores takes a clock, as the keyword `now`.
    """
    return "now" in inspect.signature(open_store).parameters


def clause(name: str, level: Level | None = None) -> Callable[[Test], Test]:
    """
    Mark a test of the suite with the clause that it is about.

    Args:
        name: The clause; "" is all of them together.
        level: The level that the test needs; None is the clause's own.
    """
    needed = CLAUSES[name][0] if level is None else level

    def marked(test: Test) -> Test:
        @wraps(test)
        def checked(self: "Conformance", open_store: Callable[..., Any]) -> None:
            if needed > self.capabilities.level:
                raise SkipTest(f"asked of a {needed} alone")
            with ExitStack() as closing:
                run = partial(test, self, Opener(open_store, closing))
                if name in self.capabilities.gaps:
                    self._try_gap(name, test.__name__, run)
                else:
                    run()

        told: Any = checked
        told.clause, told.level = name, needed
        return checked

    return marked


@attrs.frozen
class Report:
    """
    What the suite has not checked of a store, line by line.
    """

    level: Level
    unchecked: tuple[str, ...]

    def __str__(self) -> str:
        if not self.unchecked:
            return f"every clause of a {self.level} was checked"
        return "\n".join((f"of a {self.level}, this was not checked:", *(f"  - {line}" for line in self.unchecked)))


class Conformance:
    """
    A store under test: what its owner says of it, and how the suite gets at it.
    """

    capabilities: ClassVar[Capabilities] = Capabilities()
    #: What the tests of declared gaps have come to: kept, not kept, or None where they could not be tried.
    _tried: ClassVar[dict[str, dict[str, bool | None]]] = {}

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        cls._tried = {}

    # What a store's owner may say in other words

    def fill(self, store: Any, records: Iterable[Entity]) -> None:  # noqa: ANN401  (a store of any level)
        """
        Put records where the store will find them; none of them is there yet.

        Whoever is no `Writer` says here how that is done.
        """
        cast("Writer", store).apply(Changes(created=records))

    def kept(self, records: Iterable[Entity]) -> Iterable[Entity]:
        """
        Give of records what the store has room for: fewer of them, or some with fewer fields.

        It is asked where S-6 is a declared gap, so that the clauses besides are tried with what can be kept. What it
        leaves out has to be refused by the store, which is for its owner to test.
        """
        return records

    def after_crash(self, open_store: Callable[..., Any]) -> Callable[..., Any]:
        """
        Give what opens the stores once the program has died: only what survives that is there.

        As it stands, stores are opened once more. A store that keeps anything in the program itself says here how it is
        begun without that.
        """
        return open_store

    def counting(self, store: Any) -> AbstractContextManager[Counter] | None:  # noqa: ANN401  (as above)
        """
        Count the statements that a store sends; without it, that part of S-16 is not checked.
        """
        del store
        return None

    def failing(self, store: Any) -> AbstractContextManager[object] | None:  # noqa: ANN401  (as above)
        """
        Let everything that the store does fail in its driver; without it, that part of S-10 is not checked.
        """
        del store
        return None

    # What was checked

    @classmethod
    def named(cls, *clauses: str) -> Mapping[str, str]:
        """
        Give the names of the tests with their clauses, those of some clauses or of all.
        """
        marks = {name: getattr(getattr(cls, name), "clause", None) for name in dir(cls) if name.startswith("test_")}
        return {name: mark for name, mark in marks.items() if mark is not None and (not clauses or mark in clauses)}

    def report(self, open_store: Callable[..., Any]) -> Report:
        """
        Say what the suite does not check of this store: higher levels, declared gaps, and what it was not told.
        """
        told = self.capabilities
        lines = [f"{name}, {CLAUSES[name][1]}: asked of a {CLAUSES[name][0]} alone" for name in told.above()]
        lines += [f"{name}, {CLAUSES[name][1]}: a declared gap; {reason}" for name, reason in told.gaps.items()]
        if told.level >= Level.WRITER and (missing := self.in_the_way()):
            lines.append(f"all clauses together, beside the store in memory: it would meet {', '.join(missing)}")
        with ExitStack() as closing:
            store = Opener(open_store, closing)()
            if "S-16" not in told.gaps and self.counting(store) is None:
                lines.append("S-16, how many statements there are: say how with `counting`")
            if "S-10" not in told.gaps:
                if self.failing(store) is None:
                    lines.append("S-10, failures of the driver: say how with `failing`")
                if not hasattr(store, "close"):
                    lines.append("S-10, what a closed store says: it has no `close`")
        if self.keeps("S-4") and not takes_clock(open_store):
            lines.append("S-4, a log under a clock of ours: let `open_store` take `now`")
        if self.keeps("S-4") and "S-11" in told.gaps:
            lines.append("S-4, a log beside that of the store in memory: there is one tenant alone")
        return Report(told.level, tuple(lines))

    def _try_gap(self, name: str, test: str, run: Callable[[], None]) -> None:
        """
        Run a test of a declared gap; the last one of the clause to run finds out whether the gap is there at all.
        """
        tried = self._tried.setdefault(name, {})
        reason = self.capabilities.gaps[name]
        try:
            run()
        except SkipTest:
            tried[test] = None
            self._decide(name, tried)
            raise
        except Exception as error:
            tried[test] = False
            raise SkipTest(f"{name} is a declared gap: {reason} ({type(error).__name__})") from error
        tried[test] = True
        self._decide(name, tried)

    def _decide(self, name: str, tried: Mapping[str, bool | None]) -> None:
        asked = {test for test in self.named(name) if getattr(self, test).level <= self.capabilities.level}
        found = set(tried.values())
        if asked <= tried.keys() and True in found and False not in found:
            raise AssertionError(f"{name} is declared a gap, and every test of it passes: take the gap out")

    # What the tests are made with

    def fresh(self, open_store: Opener, **options: Any) -> Keeper:  # noqa: ANN401  (what the opener takes)
        """
        Open a store without any record: that of another tenant, or, where there is one tenant alone, an emptied one.
        """
        if "S-11" not in self.capabilities.gaps:
            return open_store(f"tenant {next(open_store.numbers)}", **options)
        if self.capabilities.level < Level.WRITER:
            raise SkipTest("there is one tenant alone, and nobody who empties it")
        store = open_store(**options)
        store.apply(Changes(deleted=[record for kind in ENTITIES for record in store.find(kind)]))
        return store

    def as_kept(self, store: Any, records: Iterable[E]) -> list[E]:  # noqa: ANN401  (a store of any level)
        """
        Give records as an emptied store keeps them: with versions that go on from those that were there before (S-2).
        """
        if "S-11" not in self.capabilities.gaps:
            return list(records)
        return [attrs.evolve(each, version=store.get(type(each), each.id).version) for each in records]

    def room(self, records: Iterable[Entity]) -> list[Entity]:
        """
        Give records as they are, or, where S-6 is a declared gap, what the store has room for.
        """
        return list(self.kept(records) if "S-6" in self.capabilities.gaps else records)

    def in_the_way(self) -> list[str]:
        """
        Name the declared gaps because of which a store cannot be compared with the one in memory, whatever is done.
        """
        return [name for name in _TOUCHED if name in self.capabilities.gaps]

    def keeps(self, name: str) -> bool:
        """
        Say whether a clause is asked of the store.
        """
        return CLAUSES[name][0] <= self.capabilities.level and name not in self.capabilities.gaps


def few(examples: int) -> settings:
    """
    Give the settings of a test with drawn examples: the profile's own, with a lid on how many there are.
    """
    profile = settings()
    return settings(profile, max_examples=min(profile.max_examples, examples), deadline=None)
