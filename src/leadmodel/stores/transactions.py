"""
Transactions: the reads of a store and one `apply`, for as long as a block is open (S-17).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from leadmodel.changes import Changes
from leadmodel.criteria import Criterion
from leadmodel.directory import Directory, Wanted
from leadmodel.entities import Entity
from leadmodel.errors import StoreError
from leadmodel.ports import Entry, Page, Past, Reader
from leadmodel.processes.pipelines import Pipeline, Pipelines
from leadmodel.values import Ref

E = TypeVar("E", bound=Entity)
R = TypeVar("R", bound=Reader)

#: Writes changes, under a key of the caller's or none, and gives their position.
Apply: TypeAlias = Callable[[Changes | Iterable[Changes], str | None], int]


class PastReader(Reader, Past, Protocol):
    """
    What a transaction of a keeper reads from: records, and what has happened to them.
    """


class OpenTransaction(Generic[R]):
    """
    A transaction: what it reads stays true until it ends, and it applies once.

    Args:
        reader: What it reads from.
        apply: What writes.
    """

    def __init__(self, reader: R, apply: Apply) -> None:
        self._reader: R | None = reader
        self._apply: Apply | None = apply

    def get(self, record_type: type[E], record_id: str) -> E | None:
        """
        As `Reader.get`.
        """
        return self._open.get(record_type, record_id)

    def find(
        self,
        question: type[E] | Criterion,
        *,
        now: datetime | None = None,
        zone: tzinfo = UTC,
        order_by: Sequence[str] = (),
        limit: int | None = None,
        after: str | None = None,
    ) -> Page[Any]:
        """
        As `Reader.find`.
        """
        return self._open.find(question, now=now, zone=zone, order_by=order_by, limit=limit, after=after)

    def count(self, question: type[Entity] | Criterion, *, now: datetime | None = None, zone: tzinfo = UTC) -> int:
        """
        As `Reader.count`.
        """
        return self._open.count(question, now=now, zone=zone)

    def directory_for(
        self, wanted: Collection[Wanted], *, pipelines: Pipeline | Iterable[Pipeline] | Pipelines
    ) -> Directory:
        """
        As `Reader.directory_for`.
        """
        return self._open.directory_for(wanted, pipelines=pipelines)

    def apply(self, changes: Changes | Iterable[Changes], *, key: str | None = None) -> int:
        """
        Apply changes: once. What is read after it sees them.

        Raises:
            Conflict: As for `Writer.apply`.
            StoreError: Something was applied already, or the transaction has ended.
        """
        _ = self._open
        if self._apply is None:
            hint = "join the changes, Changes.of(…), or pass all of them at once"
            raise StoreError(doing="apply", what="the transaction has applied changes already", hint=hint, rule="S-17")
        position = self._apply(changes, key)
        self._apply = None
        return position

    def close(self) -> None:
        """
        End the transaction: nothing can be asked of it any more.
        """
        self._reader = None

    @property
    def _open(self) -> R:
        if self._reader is None:
            raise StoreError(doing="transaction", what="it has ended", hint="open another one", rule="S-17")
        return self._reader


class KeptOpenTransaction(OpenTransaction[PastReader]):
    """
    A transaction of a keeper: it can be asked about the past as well.
    """

    def last(self) -> int:
        """
        As `Past.last`.
        """
        return self._open.last()

    def history(self, ref: Ref) -> Sequence[Entry]:
        """
        As `Past.history`.
        """
        return self._open.history(ref)

    def changes(self, position: int) -> Changes:
        """
        As `Past.changes`.
        """
        return self._open.changes(position)

    def resolve(self, ref: Ref) -> Ref:
        """
        As `Past.resolve`.
        """
        return self._open.resolve(ref)
