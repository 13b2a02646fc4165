"""Stores whose transactions are none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import attrs

from leadmodel.changes import Updated
from leadmodel.stores import KeptOpenTransaction, MemoryStore
from leadmodel.stores.applying import joined
from tests.stores.broken.row import Broken


class RollbackKeeps(MemoryStore):
    """An error takes nothing back."""

    @contextmanager
    def transaction(self) -> Iterator[KeptOpenTransaction]:
        """Leave everything as it is."""
        with self._lock:
            transaction = KeptOpenTransaction(self, self._apply)
            try:
                yield transaction
            finally:
                transaction.close()


class RollbackForgets(MemoryStore):
    """An error takes the records back, and leaves effects, keys and merges."""

    def _take_back(self, commit: Any) -> None:  # noqa: ANN401  (a commit)
        effects, positions = dict(self._effects), dict(self._positions)
        super()._take_back(commit)
        self._effects, self._positions = effects, positions


class ErrorSwallowed(MemoryStore):
    """An error that leaves a transaction is gone."""

    @contextmanager
    def transaction(self) -> Iterator[KeptOpenTransaction]:
        """Swallow it."""
        try:
            with super().transaction() as transaction:
                yield transaction
        except Exception:  # noqa: BLE001, S110  (that is the fault)
            pass


class ErrorWrapped(MemoryStore):
    """An error that leaves a transaction comes as another one."""

    @contextmanager
    def transaction(self) -> Iterator[KeptOpenTransaction]:
        """Wrap it."""
        try:
            with super().transaction() as transaction:
                yield transaction
        except Exception as error:
            raise RuntimeError("rolled back") from error


class NobodyWaits(MemoryStore):
    """A transaction keeps nobody out: others see what it has applied, and write what it has read."""

    @contextmanager
    def transaction(self) -> Iterator[KeptOpenTransaction]:
        """Take no lock."""
        transaction = KeptOpenTransaction(self, self.apply)
        before = len(self._log)
        try:
            yield transaction
        except BaseException:
            while len(self._log) > before:
                self._take_back(self._log.pop())
            raise
        finally:
            transaction.close()


class PhantomsPass(NobodyWaits):
    """A transaction writes at its end, checks versions, and not what it has found."""

    @contextmanager
    def transaction(self) -> Iterator[KeptOpenTransaction]:
        """Write late."""
        written: list[tuple[Any, str | None]] = []
        snapshot = MemoryStore()
        for commit in self.log():
            snapshot.apply(commit.changes)

        def apply(changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
            written.append((changes, key))
            return snapshot.apply(changes, key=key)

        transaction = KeptOpenTransaction(snapshot, apply)
        try:
            yield transaction
            for changes, key in written:
                self.apply(changes, key=key)
        finally:
            transaction.close()


class UnrepeatableReads(NobodyWaits):
    """What others write is read in the middle of a transaction, and overwritten."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        whole = joined(changes, key)
        now = [Updated(self._find(each.before.ref) or each.before, each.after) for each in whole.updated]
        return super()._apply(attrs.evolve(whole, updated=now), key)


class _Open(KeptOpenTransaction):
    def apply(self, changes: Any, *, key: str | None = None) -> int:  # noqa: ANN401  (one or several changes)
        again = self._apply
        try:
            return super().apply(changes, key=key)
        finally:
            self._apply = again


class AppliesTwice(MemoryStore):
    """A transaction applies as often as it is asked."""

    @contextmanager
    def transaction(self) -> Iterator[KeptOpenTransaction]:
        """Open one that does."""
        with self._lock:
            transaction = _Open(self, self._apply)
            try:
                yield transaction
            finally:
                transaction.close()


class NeverEnds(MemoryStore):
    """A transaction answers after its end."""

    @contextmanager
    def transaction(self) -> Iterator[Any]:  # type: ignore[override]  # that is the fault
        """Never close it."""
        with super().transaction():
            yield KeptOpenTransaction(self, self._apply)


class BlindToItself(MemoryStore):
    """What a transaction applies is written at its end, and not seen in it."""

    @contextmanager
    def transaction(self) -> Iterator[KeptOpenTransaction]:
        """Write late."""
        with self._lock:
            written: list[tuple[Any, str | None]] = []

            def apply(changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
                written.append((changes, key))
                return len(self._log) + 1

            transaction = KeptOpenTransaction(self, apply)
            try:
                yield transaction
                for changes, key in written:
                    self._apply(changes, key)
            finally:
                transaction.close()


TRANSACTIONS: Final = (
    Broken("S-17", RollbackKeeps),
    Broken("S-17", RollbackForgets),
    Broken("S-17", ErrorSwallowed),
    Broken("S-17", ErrorWrapped),
    Broken("S-17", NobodyWaits),
    Broken("S-17", PhantomsPass),
    Broken("S-17", UnrepeatableReads),
    Broken("S-17", AppliesTwice),
    Broken("S-17", NeverEnds),
    Broken("S-17", BlindToItself),
)
