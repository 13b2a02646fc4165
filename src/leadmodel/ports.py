"""
The ports: what a store has to do, at three levels, and the values that it gives back.

A `Reader` finds records. A `Writer` applies changes too. A `Keeper` also keeps what has happened. Every level is a
Protocol, so a store need not inherit anything; each method names the clauses of the storage contract that it answers to
(S-1 to S-18 and LIFE-2, in the documentation), and `leadmodel.testing.StoreConformance` proves them.

A store keeps values and judges none (S-9): rules have decided before anything is applied.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, tzinfo
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast, overload, runtime_checkable

import attrs

from leadmodel.changes import Cause, Changes, Effect, FieldChange, Updated
from leadmodel.criteria import Criterion
from leadmodel.directory import Directory, People, Wanted
from leadmodel.display import counted, html_facts, html_table
from leadmodel.entities import Entity
from leadmodel.processes.pipelines import Pipeline, Pipelines
from leadmodel.values import Ref

E = TypeVar("E", bound=Entity)
E_co = TypeVar("E_co", bound=Entity, covariant=True)

#: What is asked for: every record of a type, or those for which a criterion holds.
Question: TypeAlias = type[E] | Criterion


@attrs.frozen(kw_only=True, repr=False)
class Page(Sequence[E_co], Generic[E_co]):
    """
    Records that were found, in order, and where the next page begins.
    """

    records: tuple[E_co, ...]
    #: What to pass as `after=` for the next page: an opaque text. None: this was the last one.
    after: str | None = None

    @overload
    def __getitem__(self, index: int) -> E_co: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[E_co]: ...
    def __getitem__(self, index: int | slice) -> E_co | Sequence[E_co]:
        return self.records[index]

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        return f"Page({self._told()})"

    def _told(self) -> str:
        return f"{counted(len(self), 'record')}{', and more' if self.after else ''}"

    def __str__(self) -> str:
        return "\n".join((*map(str, self.records), *(("… and more",) if self.after else ())))

    def _repr_html_(self) -> str:
        rows = ((record.label(), record.id) for record in self)
        return html_table(("record", "id"), rows, caption=self._told(), of=len(self))


@attrs.frozen(kw_only=True, repr=False)
class Entry:
    """
    What one commit did to one record.
    """

    #: The place of the commit in the log.
    position: int
    #: When the store wrote it down; never before the entry that precedes it.
    recorded_at: datetime
    #: When it happened, who did it, under which rules; None where the changes did not say.
    cause: Cause | None
    #: The record before; None where it was created, or is forgotten.
    before: Entity | None
    #: The record after; None where it was deleted, or is forgotten.
    after: Entity | None
    #: The record, where it was forgotten, at this position or a later one: nothing else is known of it (LIFE-2).
    erased: Ref | None = None

    @property
    def ref(self) -> Ref:
        """
        The record.
        """
        return self.erased or cast("Entity", self.after or self.before).ref

    @property
    def difference(self) -> tuple[FieldChange, ...]:
        """
        The fields that changed; nothing where the record was created or deleted.
        """
        return Updated(self.before, self.after).difference if self.before and self.after else ()

    @property
    def verb(self) -> str:
        """
        What happened to the record: "created", "updated", "deleted"; "forgotten" is what nobody knows any more.
        """
        if self.erased is not None:
            return "forgotten"
        return "created" if self.before is None else "deleted" if self.after is None else "updated"

    def __repr__(self) -> str:
        return f"Entry({self.position}: {self.ref} {self.verb})"

    def _repr_html_(self) -> str:
        title = f"{self.position}: {self.ref} {self.verb}"
        return f"{html_facts(title, _log_facts(self.recorded_at, self.cause))}{self._changes()._repr_html_()}"

    def _changes(self) -> Changes:
        if self.before and self.after:
            return Changes(updated=[Updated(self.before, self.after)])
        return Changes(
            created=[self.after] if self.after else (), deleted=[self.before] if self.before else (),
            erased=[self.erased] if self.erased else (),
        )  # fmt: skip


@attrs.frozen(kw_only=True, repr=False)
class Commit:
    """
    Everything that was applied at once: one entry of the log.
    """

    position: int
    recorded_at: datetime
    changes: Changes

    def __repr__(self) -> str:
        return f"Commit({self.position}: {self.changes!r})"

    def _repr_html_(self) -> str:
        facts = _log_facts(self.recorded_at, self.changes.cause)
        return f"{html_facts(f'commit {self.position}', facts)}{self.changes._repr_html_()}"


def _log_facts(recorded_at: datetime, cause: Cause | None) -> list[tuple[str, object]]:
    """
    Say when something was recorded, and why it happened, as far as that was told.
    """
    told = (("happened at", cause.at), ("by", cause.by), ("rules", ", ".join(cause.rules))) if cause else ()
    return [("recorded at", recorded_at), *((name, value) for name, value in told if value)]


@attrs.frozen(kw_only=True)
class Waiting:
    """
    An effect that waits in the outbox to be sent.
    """

    #: The commit that it belongs to.
    position: int
    effect: Effect


@runtime_checkable
class Reader(People, Protocol):
    """
    A store that can be asked: the first level.

    S-5: ids are the caller's strings. S-6: values come back equal. S-10: every failure of the driver is a `StoreError`
    with the cause. S-11: a store is bound to one tenant and never shows another's records. S-14: ids and order survive
    a round trip. S-16: the number of statements does not grow with the number of records.
    """

    def get(self, record_type: type[E], record_id: str) -> E | None:
        """
        Give the record with this type and id, or None (S-5, S-6, S-7).
        """
        ...

    @overload
    def find(
        self, question: type[E], *, now: datetime | None = None, zone: tzinfo = UTC, order_by: Sequence[str] = (),
        limit: int | None = None, after: str | None = None,
    ) -> Page[E]: ...  # fmt: skip
    @overload
    def find(
        self, question: Criterion, *, now: datetime | None = None, zone: tzinfo = UTC, order_by: Sequence[str] = (),
        limit: int | None = None, after: str | None = None,
    ) -> Page[Any]: ...  # fmt: skip
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
        Find the records of a type, or those for which a criterion holds (S-8, S-14, S-15).

        Paging shows every record that matches throughout, and whose order does not change, exactly once, whatever is
        written in between (S-8).

        Args:
            question: A type of record, or a criterion.
            now: The moment; needed only where the criterion asks about time.
            zone: Whose days count in questions about days and weeks.
            order_by: Fields to order by, such as "created_at"; "-created_at" is the other way round. Text is ordered
                by its fold, missing values come last, and equal ones are ordered by id, which alone is the order where
                nothing is said.
            limit: The most records to give; None gives all of them.
            after: Where to go on: the `after` of the page before, with the same order.

        Raises:
            InvalidCriterion: The criterion needs *now*, a field cannot be ordered by, or *after* is of another order.
        """
        ...

    def count(self, question: type[Entity] | Criterion, *, now: datetime | None = None, zone: tzinfo = UTC) -> int:
        """
        Count what `find` would give (S-15).
        """
        ...

    def directory_for(
        self,
        wanted: Collection[Wanted],
        *,
        pipelines: Pipeline | Iterable[Pipeline] | Pipelines,
    ) -> Directory:
        """
        Make the directory of everybody whom the wanted could match (S-16): see `People`.
        """
        ...


@runtime_checkable
class Transaction(Reader, Protocol):
    """
    Reads and one `apply` that behave as if nobody else were there (S-17).
    """

    def apply(self, changes: Changes | Iterable[Changes], *, key: str | None = None) -> int:
        """
        Apply changes, once in a transaction; what is read after it sees them.
        """
        ...


@runtime_checkable
class Writer(Reader, Protocol):
    """
    A store that can be written: the second level.
    """

    def apply(self, changes: Changes | Iterable[Changes], *, key: str | None = None) -> int:
        """
        Apply changes, all of them or none, and give the position of the commit (S-1, S-2, S-3, S-18).

        A record that is updated or deleted must have the version that the changes start from, and one that is created
        must not be there. The version of an id never restarts: what is created under an id that was there before
        continues above its last version; the store sets it.

        A record that is forgotten goes, if it is there; of a `Keeper`, its past goes as well (LIFE-2).

        Args:
            changes: Changes, or several that follow each other.
            key: The same key again gives the first position and writes nothing. Only a `Keeper` knows it.

        Raises:
            Conflict: Records have changed since, are there already, or are gone; all of them are named.
        """
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """
        Open a transaction: what is read in it stays true until it ends, or writing raises (S-17).

        An error that leaves the block takes back what was applied in it.
        """
        ...


@runtime_checkable
class Past(Protocol):
    """
    What has happened, beside what is: asked of a keeper, and of its transactions.
    """

    def last(self) -> int:
        """
        Give the position of the last commit; 0 where nothing has been applied yet (S-4).
        """
        ...

    def history(self, ref: Ref) -> Sequence[Entry]:
        """
        Give what has happened to a record, in order; nothing for one that never was (S-4).
        """
        ...

    def changes(self, position: int) -> Changes:
        """
        Give what was applied at a position, records whole, as they were then (S-4, S-18).

        Raises:
            UnknownName: There is no such position.
        """
        ...

    def resolve(self, ref: Ref) -> Ref:
        """
        Give the record that one was merged into, as far as that goes; any other is itself (S-12).
        """
        ...


@runtime_checkable
class KeptTransaction(Transaction, Past, Protocol):
    """
    A transaction of a keeper: it can be asked about the past as well.
    """


@runtime_checkable
class Keeper(Writer, Past, Protocol):
    """
    A store that keeps what has happened: the third level.

    LIFE-2: what is forgotten leaves no trace but ids, positions, instants and causes: not in the records, the log, the
    outbox, an index or a page that is free. Records that were merged into it are forgotten with it. The entries of all
    of them stay, and say nothing; effects that tell of them lose their payload and are handed out no more; versions go
    on. Nothing else ever rewrites the log.
    """

    def transaction(self) -> AbstractContextManager[KeptTransaction]:
        """
        As for a writer, and it can be asked about the past.
        """
        ...

    def log(self, *, after: int = 0, limit: int | None = None) -> Iterator[Commit]:
        """
        Go through the commits after a position, in order, without holding them all (S-4).
        """
        ...

    def as_of(self, instant: datetime) -> Reader:
        """
        Give a reader of the records as they had been recorded at an instant (S-4).

        Raises:
            InvalidValue: The instant is naive.
        """
        ...

    def outbox(self, *, limit: int | None = None) -> Sequence[Waiting]:
        """
        Give the effects that wait, oldest first; each again and again, until it is acknowledged (S-13).
        """
        ...

    def acknowledge(self, keys: Iterable[str]) -> int:
        """
        Say that effects have been sent, by their keys, and give how many of them had waited (S-13).
        """
        ...


def walk(
    reader: Reader,
    question: type[Entity] | Criterion,
    *,
    now: datetime | None = None,
    zone: tzinfo = UTC,
    order_by: Sequence[str] = (),
    batch: int = 1_000,
) -> Iterator[Any]:
    """
    Go through everything that is found, page by page, in constant memory.

    Args:
        reader: Any store.
        question: As for `Reader.find`.
        now: As for `Reader.find`.
        zone: As for `Reader.find`.
        order_by: As for `Reader.find`.
        batch: Records of a page.
    """
    after: str | None = None
    while True:
        page: Page[Entity] = reader.find(question, now=now, zone=zone, order_by=order_by, limit=batch, after=after)
        yield from page
        after = page.after
        if after is None:
            return
