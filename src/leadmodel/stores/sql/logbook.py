"""
The log: what was applied, in order; read forward from the creation of a record, since it keeps differences.

Rule:
    S-4.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final, TypeVar, cast

import attrs
from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, select

from leadmodel.changes import Cause, Changes, Effect, Updated
from leadmodel.codec import CONVERTER, record_type_of
from leadmodel.entities import Entity
from leadmodel.ports import Commit, Entry
from leadmodel.stores.applying import no_position
from leadmodel.stores.sql.among import among, in_keys, own
from leadmodel.stores.sql.body import Plain, changed, plain_from, record_from, text_of
from leadmodel.stores.sql.encoding import instant_from, instant_text
from leadmodel.stores.sql.prepared import Statements
from leadmodel.stores.sql.tables import COMMITS, ENTRIES
from leadmodel.values import Ref, type_name

E = TypeVar("E", bound=Entity)

#: Rows that are fetched at a time.
_FETCHED: Final = 1_000
#: What stands in the place of `whole` where a record is forgotten.
FORGOTTEN: Final = 2
#: No position is beyond this one.
_LAST: Final = 2**63 - 1


@attrs.frozen
class _Step:
    """
    One row of the log: a record before and after a commit, as plain data; None is a record that is not there.
    """

    position: int
    type: str
    id: str
    before: Plain | None
    after: Plain | None
    #: Whether the record was forgotten, then or later.
    forgotten: bool = False

    @property
    def ref(self) -> Ref:
        """
        The record.
        """
        return Ref(record_type_of(self.type), self.id)


def steps(rows: Iterable[Any]) -> Iterator[_Step]:
    """
    Go through rows of the log, record by record and in order, and put each state of a record together.

    Args:
        rows: Type, id, position, difference, and whether it is whole or forgotten, ordered by the first three.
    """
    for (kind, record_id), several in groupby(rows, key=lambda row: (row[0], row[1])):
        state: Plain | None = None
        for _, _, position, text, whole in several:
            before = state
            if text is None:
                state = None
            else:
                plain = plain_from(text)
                state = plain if whole or state is None else changed(state, plain)
            yield _Step(position, kind, record_id, before, state, whole == FORGOTTEN)


def content_of(changes: Changes) -> str:
    """
    Write what a commit holds besides its records.
    """
    content = {
        "cause": CONVERTER.unstructure(changes.cause) if changes.cause else None,
        "erased": [CONVERTER.unstructure(ref) for ref in changes.erased],
        "merged": [[CONVERTER.unstructure(ref) for ref in merge] for merge in changes.merged],
        "effects": CONVERTER.unstructure(changes.effects, tuple[Effect, ...]),
    }
    return text_of({name: value for name, value in content.items() if value})


@attrs.frozen
class _Content:
    """
    What a commit holds besides its records.
    """

    recorded_at: datetime
    cause: Cause | None
    erased: tuple[Ref, ...]
    merged: tuple[tuple[Ref, Ref], ...]
    effects: tuple[Effect, ...]


def _content(recorded_at: str, text: str) -> _Content:
    plain: Mapping[str, Any] = plain_from(text)
    cause = plain.get("cause")
    return _Content(
        instant_from(recorded_at),
        None if cause is None else CONVERTER.structure(cause, Cause),
        CONVERTER.structure(plain.get("erased", ()), tuple[Ref, ...]),
        _merges(plain),
        CONVERTER.structure(plain.get("effects", ()), tuple[Effect, ...]),
    )


def merges_of(text: str) -> tuple[tuple[Ref, Ref], ...]:
    """
    Give the merges that the content of a commit tells of.
    """
    return _merges(plain_from(text))


def _merges(plain: Mapping[str, Any]) -> tuple[tuple[Ref, Ref], ...]:
    merged = [CONVERTER.structure(merge, list[Ref]) for merge in plain.get("merged", ())]
    return tuple((gone, survivor) for gone, survivor in merged)


_ROW: Final = (ENTRIES.c.type, ENTRIES.c.id, ENTRIES.c.position, ENTRIES.c.difference, ENTRIES.c.whole)
_IN_ORDER: Final = (ENTRIES.c.type, ENTRIES.c.id, ENTRIES.c.position)


class Logbook:
    """
    The log of one tenant, over one connection.
    """

    def __init__(self, connection: Connection, tenant: str, statements: Statements) -> None:
        self._connection = connection
        self._tenant = tenant
        self._statements = statements

    def last(self) -> tuple[int, datetime | None]:
        """
        Give the last position and when it was recorded; 0 where nothing was applied yet.
        """
        for position, recorded_at in self._statements.run(
            self._connection, "last commit", _last_commit, tenant=self._tenant
        ):
            return position, instant_from(recorded_at)
        return 0, None

    def last_versions(self, kind: str, keys: str) -> list[tuple[str, int]]:
        """
        Give the last version that each of some records ever had, by id.

        Args:
            kind: The word for their type.
            keys: Their ids, as `listed` writes them.
        """
        rows = self._statements.run(
            self._connection, "last versions", _last_versions, tenant=self._tenant, type=kind, keys=keys
        )
        return [(record_id, version) for record_id, version in rows]

    def history(self, ref: Ref) -> tuple[Entry, ...]:
        """
        Give what has happened to a record, in order.
        """
        kind = type_name(ref.type)
        rows = self._connection.execute(
            select(*_ROW)
            .where(ENTRIES.c.tenant == self._tenant, ENTRIES.c.type == kind, ENTRIES.c.id == ref.id)
            .order_by(ENTRIES.c.position)
        )
        several = list(steps(rows))
        own = select(ENTRIES.c.position).where(
            ENTRIES.c.tenant == self._tenant, ENTRIES.c.type == kind, ENTRIES.c.id == ref.id
        )
        contents = self._contents(COMMITS.c.position.in_(own))
        return tuple(
            Entry(
                position=step.position,
                recorded_at=contents[step.position].recorded_at,
                cause=contents[step.position].cause,
                before=_record(kind, step.before),
                after=_record(kind, step.after),
                erased=ref if step.forgotten else None,
            )
            for step in several
        )

    def commits(self, after: int, until: int) -> list[Commit]:
        """
        Give the commits between two positions, the second one included.
        """
        after, until = min(after, _LAST), min(until, _LAST)
        touched = ENTRIES.alias()
        rows = self._connection.execute(
            select(*_ROW)
            .where(
                ENTRIES.c.tenant == self._tenant,
                ENTRIES.c.position <= until,
                select(touched.c.position)
                .where(
                    touched.c.tenant == self._tenant, touched.c.type == ENTRIES.c.type,
                    touched.c.id == ENTRIES.c.id, touched.c.position > after, touched.c.position <= until,
                )
                .exists(),
            )
            .order_by(*_IN_ORDER)
        )  # fmt: skip
        found: dict[int, list[_Step]] = {}
        for step in steps(rows):
            if step.position > after:
                found.setdefault(step.position, []).append(step)
        contents = self._contents(and_(COMMITS.c.position > after, COMMITS.c.position <= until))
        return [
            Commit(
                position=position, recorded_at=content.recorded_at, changes=_changes(content, found.get(position, ()))
            )
            for position, content in contents.items()
        ]

    def until(self, after: int, size: int) -> int:
        """
        Give the position up to which commits are put together at a time: so many, or fewer where they are large.
        """
        after, until = min(after, _LAST), min(after + size, _LAST)
        records = func.count()
        rows = self._connection.execute(
            select(ENTRIES.c.position, records)
            .where(ENTRIES.c.tenant == self._tenant, ENTRIES.c.position > after, ENTRIES.c.position <= until)
            .group_by(ENTRIES.c.position)
            .order_by(ENTRIES.c.position)
        )
        seen = 0
        for position, number in rows:
            seen += number
            if seen > _FETCHED:
                return max(int(position) - 1, after + 1)
        return until

    def changes(self, position: int) -> Changes:
        """
        Give what was applied at a position.

        Raises:
            UnknownName: There is no such position.
        """
        several = self.commits(position - 1, position) if 0 < position <= _LAST else []
        if not several:
            raise no_position(position, self.last()[0])
        return several[0].changes

    def position_at(self, instant: datetime) -> int:
        """
        Give the last position that had been recorded at an instant; 0 is none.
        """
        statement = select(func.max(COMMITS.c.position)).where(
            COMMITS.c.tenant == self._tenant, COMMITS.c.recorded_at <= instant_text(instant)
        )
        return cast("int | None", self._connection.scalar(statement)) or 0

    def states(self, record_type: type[E], until: int, ids: Iterable[str] | None = None) -> Iterator[E]:
        """
        Give the records of a type as they were after a position; of some ids, or all of them, one after the other.
        """
        kind = type_name(record_type)
        statement = select(*_ROW).where(
            ENTRIES.c.tenant == self._tenant, ENTRIES.c.type == kind, ENTRIES.c.position <= until
        )
        if ids is not None:
            statement = statement.where(among(ENTRIES.c.id, list(ids)))
        rows = self._connection.execution_options(yield_per=_FETCHED).execute(statement.order_by(*_IN_ORDER))
        for _, several in groupby(steps(rows), key=lambda step: step.id):
            *_, last = several
            if last.after is not None:
                yield record_from(record_type, last.after)

    def _contents(self, which: ColumnElement[bool]) -> dict[int, _Content]:
        statement = (
            select(COMMITS.c.position, COMMITS.c.recorded_at, COMMITS.c.content)
            .where(COMMITS.c.tenant == self._tenant, which)
            .order_by(COMMITS.c.position)
        )
        return {position: _content(at, text) for position, at, text in self._connection.execute(statement)}


def _last_commit() -> Select[Any]:
    return (
        select(COMMITS.c.position, COMMITS.c.recorded_at)
        .where(own(COMMITS))
        .order_by(COMMITS.c.position.desc())
        .limit(1)
    )


def _last_versions() -> Select[Any]:
    return (
        select(ENTRIES.c.id, func.max(ENTRIES.c.version))
        .where(own(ENTRIES), ENTRIES.c.type == bindparam("type"), in_keys(ENTRIES.c.id))
        .group_by(ENTRIES.c.id)
    )


def _record(kind: str, plain: Plain | None) -> Entity | None:
    return None if plain is None else record_from(record_type_of(kind), plain)


def _changes(content: _Content, steps: Collection[_Step]) -> Changes:
    pairs = [(_record(step.type, step.before), _record(step.type, step.after)) for step in steps]
    return Changes(
        created=[after for before, after in pairs if after is not None and before is None],
        updated=[Updated(before, after) for before, after in pairs if before is not None and after is not None],
        deleted=[before for before, after in pairs if before is not None and after is None],
        erased=[*content.erased, *(step.ref for step in steps if step.forgotten)],
        merged=content.merged,
        effects=content.effects,
        cause=content.cause,
    )
