"""
What has happened, beside what is: the questions about the past, and the records as they were.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar, cast

from sqlalchemy import select

from leadmodel.changes import Changes
from leadmodel.codec import record_type_of
from leadmodel.criteria import Criterion
from leadmodel.entities import Entity
from leadmodel.ports import Entry
from leadmodel.stores.reading import PlainReader
from leadmodel.stores.sql.faults import explaining
from leadmodel.stores.sql.logbook import Logbook
from leadmodel.stores.sql.reading import SqlReader
from leadmodel.stores.sql.tables import MERGED
from leadmodel.values import Ref, type_name

E = TypeVar("E", bound=Entity)


class SqlPast(SqlReader):
    """
    What is asked within one transaction: records, and what has happened to them.
    """

    @property
    def log(self) -> Logbook:
        """
        The log.
        """
        return Logbook(self.connection, self.tenant, self.statements)

    @explaining
    def last(self) -> int:
        """
        Give the position of the last commit.
        """
        position, _ = self.log.last()
        return position

    @explaining
    def history(self, ref: Ref) -> Sequence[Entry]:
        """
        Give what has happened to a record, in order.
        """
        return self.log.history(ref)

    @explaining
    def changes(self, position: int) -> Changes:
        """
        Give what was applied at a position.

        Raises:
            UnknownName: There is no such position.
        """
        return self.log.changes(position)

    @explaining
    def resolve(self, ref: Ref) -> Ref:
        """
        Give the record that one was merged into, as far as that goes.
        """
        passed = set[Ref]()
        while ref not in passed:  # a circle has no survivor
            passed.add(ref)
            statement = select(MERGED.c.into_type, MERGED.c.into_id).where(
                MERGED.c.tenant == self.tenant, MERGED.c.type == type_name(ref.type), MERGED.c.id == ref.id
            )
            row = self.connection.execute(statement).fetchone()
            if row is None:
                return ref
            ref = Ref(record_type_of(row[0]), row[1])
        return ref


class AsOf(PlainReader):
    """
    The records as they were after a position, put together out of the log when they are asked for.

    Args:
        reading: Opens a transaction that reads, for what is said to be done in it.
        until: The position.
    """

    def __init__(self, reading: Callable[[str], AbstractContextManager[SqlPast]], until: int) -> None:
        self._reading = reading
        self._until = until

    def get(self, record_type: type[E], record_id: str) -> E | None:
        """
        Give the record as it was, or None.
        """
        return next(iter(self.standing(record_type, "id", [record_id])), None)

    def candidates(self, record_type: type[E], criterion: Criterion | None) -> Iterator[E]:  # noqa: ARG002  (all may match)
        """
        Give all records of a type as they were, one after the other.
        """
        with self._reading("as_of") as reader:
            yield from reader.log.states(record_type, self._until)

    def standing(self, record_type: type[E], place: str, keys: Collection[str]) -> list[E]:
        """
        Give the records that stood at a place.
        """
        if place != "id":
            return cast("list[E]", super().standing(record_type, place, keys))
        with self._reading("as_of") as reader:
            return list(reader.log.states(record_type, self._until, keys))
