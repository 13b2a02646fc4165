"""The stores on which the shell is tested, by name. Also those that lack something, or let somebody else in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from leadmodel import Changes
from leadmodel.errors import StoreBusy
from leadmodel.stores import KeptOpenTransaction, MemoryStore

#: The kinds of store on which the shell is tested.
STORES: Final = ("memory", "sqlite", "postgresql")


class OnlyReader:
    """A store that can be asked, and nothing else."""

    def __init__(self, inner: MemoryStore) -> None:
        self.inner = inner
        self.get, self.find, self.count = inner.get, inner.find, inner.count
        self.directory_for = inner.directory_for


class _OnlyTransaction(OnlyReader):
    """A transaction that knows no past."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401  (a transaction)
        super().__init__(inner)
        self.apply = inner.apply


class OnlyWriter(OnlyReader):
    """A store that can be written and keeps nothing of what has happened."""

    def apply(self, changes: Changes | Iterable[Changes], *, key: str | None = None) -> int:
        """Apply changes; keys are nothing to it."""
        del key
        return self.inner.apply(changes)

    @contextmanager
    def transaction(self) -> Iterator[_OnlyTransaction]:
        """Open a transaction."""
        with self.inner.transaction() as tx:
            yield _OnlyTransaction(tx)


class Crowded(MemoryStore):
    """
    A store that locks nobody out: what was read may be stale when it is written, and is refused then.

    Others come in between the reads and the write, one after another.
    """

    def __init__(self, *others: Callable[[MemoryStore], object]) -> None:
        super().__init__()
        self.others = list(others)

    def transaction(self) -> AbstractContextManager[KeptOpenTransaction]:
        """Open a transaction in which everybody else may write."""
        return self._unlocked()

    @contextmanager
    def _unlocked(self) -> Iterator[KeptOpenTransaction]:
        yield KeptOpenTransaction(self, self._late)

    def _late(self, changes: Changes | Iterable[Changes], key: str | None) -> int:
        if self.others:
            self.others.pop(0)(self)
        return self.apply(changes, key=key)


class Busy(MemoryStore):
    """A store that is busy for the first few transactions."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def transaction(self) -> AbstractContextManager[KeptOpenTransaction]:
        """Open a transaction, unless somebody else is writing."""
        self.times -= 1
        if self.times >= 0:
            raise StoreBusy(doing="transaction", what="somebody else is writing")
        return super().transaction()


class Shaky(MemoryStore):
    """A store whose transactions break down while they are read, for the first few times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def get(self, record_type: Any, record_id: str) -> Any:  # noqa: ANN401  (a record of the type)
        """Give the record, unless somebody else wrote meanwhile."""
        self.times -= 1
        if self.times >= 0:
            raise StoreBusy(doing="get", what="somebody else wrote what is read")
        return super().get(record_type, record_id)


class Spied(MemoryStore):
    """A store that counts what it is asked; what it asks itself for that is its own affair."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[str] = []
        self._busy = False

    def get(self, record_type: Any, record_id: str) -> Any:  # noqa: ANN401  (a record of the type)
        """Count and give."""
        return self._counted("get", super().get, record_type, record_id)

    def find(self, question: Any, **how: Any) -> Any:  # noqa: ANN401  (a page)
        """Count and find."""
        return self._counted("find", super().find, question, **how)

    def directory_for(self, wanted: Any, **how: Any) -> Any:  # noqa: ANN401  (a directory)
        """Count and give."""
        return self._counted("directory_for", super().directory_for, wanted, **how)

    def _counted(self, name: str, ask: Callable[..., Any], *what: Any, **how: Any) -> Any:  # noqa: ANN401
        if self._busy:
            return ask(*what, **how)
        self.questions.append(name)
        self._busy = True
        try:
            return ask(*what, **how)
        finally:
            self._busy = False
