"""
Reading: a store's questions, asked of the tables over one connection.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any, Final, TypeVar, cast

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)

from leadmodel.criteria import Asking, Criterion, FieldKind
from leadmodel.directory import Directory, Wanted
from leadmodel.entities import Entity
from leadmodel.ports import Page
from leadmodel.processes.pipelines import Pipeline, Pipelines
from leadmodel.stores.gathering import gather
from leadmodel.stores.paging import Order, OrderKey, Place, order_of
from leadmodel.stores.places import keys_at
from leadmodel.stores.reading import check_limit, parted, related_to
from leadmodel.stores.sql.among import Within, in_keys, listed, own
from leadmodel.stores.sql.asking import Writer, supported
from leadmodel.stores.sql.body import plain_from, record_from
from leadmodel.stores.sql.columns import STORED, column_name, place_field
from leadmodel.stores.sql.encoding import amount_number, shortened
from leadmodel.stores.sql.faults import explaining
from leadmodel.stores.sql.prepared import Statements
from leadmodel.stores.sql.tables import KEYS, RECORDS
from leadmodel.values import fold, type_name
from leadmodel.values.text import sound

E = TypeVar("E", bound=Entity)

#: Records that are fetched at a time where some are still to be asked in Python.
_FETCHED: Final = 1_000


class SqlReader:
    """
    The questions of one tenant, over one connection.
    """

    def __init__(self, connection: Connection, tenant: str, statements: Statements) -> None:
        self.connection = connection
        self.tenant = tenant
        self.statements = statements

    @explaining
    def get(self, record_type: type[E], record_id: str) -> E | None:
        """
        Give the record with this type and id, or None.
        """
        rows = self.statements.run(self.connection, *getting(record_type), tenant=self.tenant, id=id_asked(record_id))
        return next((record_from(record_type, plain_from(body)) for (body,) in rows), None)

    def standing(self, record_type: type[Entity], place: str, keys: Collection[str]) -> list[Entity]:
        """
        Give the records of a type that stand at a place under any of some keys.
        """
        rows = self.statements.run(
            self.connection, *standing(record_type, place), tenant=self.tenant, **there(record_type, place, keys)
        )
        return [record_from(record_type, plain_from(body)) for (body,) in rows]

    @explaining
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
        Find records: see `leadmodel.ports.Reader`.
        """
        record_type, _ = parted(question)
        order = order_of(record_type, order_by)
        check_limit(limit)
        place = None if after is None else order.place(after)
        asked = self._asked(question, now, zone)
        found = self._found(asked, order, place, None if limit is None else limit + 1)
        if limit is None:
            return Page(records=tuple(found))
        records = tuple(islice(found, limit + 1))
        if len(records) <= limit:
            return Page(records=records)
        return Page(records=records[:limit], after=order.cursor(records[limit - 1]))

    @explaining
    def count(self, question: type[Entity] | Criterion, *, now: datetime | None = None, zone: tzinfo = UTC) -> int:
        """
        Count what `find` would give.
        """
        record_type, _ = parted(question)
        asked = self._asked(question, now, zone)
        if asked.rest is not None:
            return sum(1 for _ in self._found(asked, order_of(record_type, ()), None, None))
        table = RECORDS[record_type]
        statement = select(func.count()).select_from(table).where(table.c.tenant == self.tenant, *asked.pushed(table))
        return cast("int", self.connection.scalar(statement))

    @explaining
    def directory_for(
        self, wanted: Collection[Wanted], *, pipelines: Pipeline | Iterable[Pipeline] | Pipelines
    ) -> Directory:
        """
        Make the directory of everybody whom the wanted could match: see `leadmodel.People`.
        """
        return gather(self.standing, wanted, pipelines=pipelines)

    def _asked(self, question: type[Entity] | Criterion, now: datetime | None, zone: tzinfo) -> "_Asked":
        """
        Part a question, once it is known that nothing is missing to answer it.
        """
        _, criterion = parted(question)
        asking = Asking(at=now, zone=zone)
        if criterion is None:
            return _Asked(None, None, asking, self.tenant)
        criterion.compile(now, lambda _: None, zone=zone)  # says what is missing before anything is asked
        push, rest = criterion.split(supported)
        return _Asked(push, rest, asking, self.tenant)

    def _found(self, asked: "_Asked", order: Order, place: Place | None, limit: int | None) -> Iterator[Entity]:
        """
        Give what is found after a place, in order; at most so many are asked for at once where nothing is left to ask.
        """
        if asked.rest is None:
            yield from self._fetched(asked, order, place, limit)
            return
        while True:
            several = list(self._fetched(asked, order, place, _FETCHED))
            related = related_to(asked.rest, several, self.standing)
            yield from filter(asked.rest.compile(asked.asking.at, related, zone=asked.asking.zone), several)
            if len(several) < _FETCHED:
                return
            place = order.place_of(several[-1])

    def _fetched(self, asked: "_Asked", order: Order, place: Place | None, limit: int | None) -> Iterator[Entity]:
        """
        Fetch records in order. One field of the order is walked along its index: first those that have a value.
        """
        table = RECORDS[order.record_type]
        usual = (table.c.tenant == self.tenant, *asked.pushed(table))
        for where, by in _stretches(order, table, place):
            statement = select(table.c.body).where(*usual, *where).order_by(*by).limit(limit)
            for (body,) in self.connection.execute(statement):
                yield record_from(order.record_type, plain_from(body))
                if limit is not None:
                    limit -= 1
            if limit == 0:
                return


@attrs.frozen
class _Asked:
    """
    A criterion, parted into what the database is asked and what is asked of the records that it gives.
    """

    push: Criterion | None
    rest: Criterion | None
    asking: Asking
    tenant: str

    def pushed(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        """
        Give what the database is asked.
        """
        return () if self.push is None else (Writer(self.tenant, self.asking).predicate(self.push, table),)


#: Places that are columns of the tables.
_COLUMNS: Final = {"id": "id", "account": "account_id"}


def getting(record_type: type[Entity]) -> tuple[Hashable, Callable[[], Select[Any]]]:
    """
    Give the statement for one record: its name, and what writes it.
    """
    table = RECORDS[record_type]
    return ("get", record_type), lambda: select(table.c.body).where(own(table), table.c.id == bindparam("id"))


def id_asked(record_id: object) -> str | None:
    """
    Give an id to ask for; what no record can have is asked for as nothing, which nobody has.
    """
    return record_id if isinstance(record_id, str) and sound(record_id) else None


def standing(record_type: type[Entity], place: str) -> tuple[Hashable, Callable[[], Select[Any]]]:
    """
    Give the statement for the records at a place: its name, and what writes it.
    """
    keys_at(record_type, place)  # says where nobody stands
    return ("standing", record_type, place), lambda: _standing(record_type, place)


def there(record_type: type[Entity], place: str, keys: Iterable[str]) -> dict[str, str]:
    """
    Give the parameters of the statement for the records at a place, the tenant aside.
    """
    if place in _COLUMNS:
        return {"keys": listed(keys)}
    return {"type": type_name(record_type), "field": place_field(place), "keys": listed(map(shortened, keys))}


def _standing(record_type: type[Entity], place: str) -> Select[Any]:
    table = RECORDS[record_type]
    if place in _COLUMNS:
        return select(table.c.body).where(own(table), in_keys(table.c[_COLUMNS[place]]))
    ids = select(KEYS.c.id).where(
        own(KEYS), KEYS.c.field == bindparam("field"), in_keys(KEYS.c.key), KEYS.c.type == bindparam("type")
    )
    return select(table.c.body).where(own(table), Within(table.c.id, ids.scalar_subquery()))


#: A part of an order: what is asked besides, and by what it is ordered.
_Stretch = tuple[tuple[ColumnElement[bool], ...], tuple[ColumnElement[Any], ...]]


def _stretches(order: Order, table: Table, place: Place | None) -> Iterator[_Stretch]:
    """
    Part an order into stretches that an index can walk: by one field, those with a value, then those without.
    """
    later = () if place is None else (table.c.id > place.id,)
    if not order.keys:
        yield later, (table.c.id,)
    elif len(order.keys) == 1 and order.keys[0].field.kind is not FieldKind.MONEY:
        key = order.keys[0]
        (column,) = _columns(key, table)
        if place is None or place.values[0] is not None:
            yield (column.is_not(None), *_beyond(key, column, table, place)), (_directed(key, column), table.c.id)
            later = ()
        yield (column.is_(None), *later), (table.c.id,)
    else:
        by = [part for key in order.keys for part in _by(key, table)]
        where = () if place is None else (_after(order, table, place),)
        yield where, (*by, table.c.id)


def _beyond(
    key: OrderKey, column: ColumnElement[Any], table: Table, place: Place | None
) -> tuple[ColumnElement[bool], ...]:
    if place is None:
        return ()
    (value,) = _values(key, place.values[0])
    if key.descending:
        return (column <= value, or_(column < value, table.c.id > place.id))
    return (tuple_(column, table.c.id) > tuple_(value, place.id),)


def _after(order: Order, table: Table, place: Place) -> ColumnElement[bool]:
    """
    Ask whether a row comes after a place: it does by a later field, if it is equal in all before.
    """
    options: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for key, last in zip(order.keys, place.values, strict=True):
        values = (None,) * len(_columns(key, table)) if last is None else _values(key, last)
        for column, value in zip(_columns(key, table), values, strict=True):
            if value is not None:
                later = column < value if key.descending else column > value
                options.append(and_(*equal, or_(column.is_(None), later)))
            equal.append(column.is_(None) if value is None else column == value)
    return or_(*options, and_(*equal, table.c.id > place.id))


def _by(key: OrderKey, table: Table) -> Iterator[ColumnElement[Any]]:
    for column in _columns(key, table):
        yield column.is_(None)
        yield _directed(key, column)


def _directed(key: OrderKey, column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column.desc() if key.descending else column.asc()


def _columns(key: OrderKey, table: Table) -> tuple[ColumnElement[Any], ...]:
    """
    Give the columns of a field to order by: money is ordered by its currency first.
    """
    name = column_name(key.field.path)
    if key.field.kind is FieldKind.MONEY:
        return table.c[f"{name}_currency"], table.c[name]
    return (table.c[name],)


def _values(key: OrderKey, value: Any) -> tuple[Any, ...]:  # noqa: ANN401  (what is ordered by)
    if key.field.kind is FieldKind.MONEY:
        return fold(value[0]), amount_number(value[1])
    return (STORED[key.field.kind][1](value),)
