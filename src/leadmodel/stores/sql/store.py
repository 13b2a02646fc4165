"""
The store over SQL: opened by address, bound to one tenant.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime, tzinfo
from itertools import islice
from types import TracebackType
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, select, update

from leadmodel.changes import Changes, Effect
from leadmodel.codec import CONVERTER
from leadmodel.criteria import Criterion
from leadmodel.directory import Directory, Wanted
from leadmodel.entities import Entity
from leadmodel.errors import InvalidValue, Problem, shown
from leadmodel.ports import Commit, Entry, Page, Waiting
from leadmodel.processes.pipelines import Pipeline, Pipelines
from leadmodel.stores.applying import Clock, checked_instant, utc_now
from leadmodel.stores.reading import PlainReader, check_limit
from leadmodel.stores.sql.addresses import reach
from leadmodel.stores.sql.among import among
from leadmodel.stores.sql.body import plain_from, record_from
from leadmodel.stores.sql.connecting import Connections
from leadmodel.stores.sql.engines import Opening, Reached
from leadmodel.stores.sql.faults import explained
from leadmodel.stores.sql.migrating import check_version, settle, version_of
from leadmodel.stores.sql.past import AsOf, SqlPast
from leadmodel.stores.sql.prepared import Statements, Writes
from leadmodel.stores.sql.reading import getting, id_asked, standing, there
from leadmodel.stores.sql.tables import EFFECTS, SCHEMA
from leadmodel.stores.sql.writing import Pen
from leadmodel.stores.transactions import KeptOpenTransaction
from leadmodel.values import Ref
from leadmodel.values.text import key_fault

E = TypeVar("E", bound=Entity)

#: Commits that are put together at a time.
_CHUNK: Final = 200


class SqlStore:
    """
    A `Keeper` over SQLite, `SqlStore.open("sqlite:///crm.db")`, or PostgreSQL, `"postgresql://user@host/database"`.

    Any number of threads may share it, and any number of programs may open one database: whoever writes lets other
    writers of the tenant wait, and nobody who reads. `METADATA` in `leadmodel.stores.sql` describes the tables.
    """

    def __init__(
        self,
        reached: Reached,
        tenant: str,
        now: Clock,
        *,
        read_only: bool,
    ) -> None:
        self._tenant = tenant
        self._now = now
        self._connections = Connections(reached, read_only)
        self._statements = Statements(reached)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        tenant: str = "default",
        now: Clock = utc_now,
        create: bool = True,
        migrate: bool = False,
        read_only: bool = False,
        timeout: float = 30.0,
        connections: int = 15,
    ) -> "SqlStore":
        """
        Open a database.

        Args:
            url: "sqlite:///crm.db" for a file, "sqlite://" for one in memory, which ends with the store;
                "postgresql://user@host/database" for a server.
            tenant: Whose records these are; no tenant ever sees another's.
            now: Tells the time with which the log is stamped.
            create: Whether to make the tables in a database that is empty or not there yet.
            migrate: Whether to bring older tables to this version; make a copy first.
            read_only: Whether nothing may be written.
            timeout: Seconds to wait for somebody else who is writing.
            connections: How many connections to a server may be open at a time; a file has one for each thread.

        Raises:
            InvalidValue: The address or the tenant is none.
            MissingExtra: The driver of the database is not installed.
            SchemaMismatch: The tables are older, newer or somebody else's, or there are none.
            StoreUnavailable: The database cannot be opened.
            StoreBusy: Somebody else is writing, for longer than *timeout*.
        """
        _check_tenant(tenant)
        how = Opening(create=create, read_only=read_only, timeout=timeout, connections=connections)
        reached = reach(url, how)
        store = cls(reached, tenant, now, read_only=read_only)
        doing = f"open {reached.name}"
        try:
            store._prepare(doing, create=create and not read_only, migrate=migrate and not read_only)
        except BaseException:
            store.close()
            raise
        return store

    def of_tenant(self, tenant: str, *, now: Clock | None = None) -> "SqlStore":
        """
        Give the store of another tenant over the same connections; whoever opened the first one closes them.

        Args:
            tenant: Whose records these are.
            now: Tells the time with which the log is stamped; None takes the clock of this store.

        Raises:
            InvalidValue: The tenant is none.
        """
        _check_tenant(tenant)
        twin = copy(self)
        twin._tenant, twin._now, twin._connections = tenant, now or self._now, self._connections.shared()
        return twin

    def _prepare(self, doing: str, *, create: bool, migrate: bool) -> None:
        """
        Look which tables are there; make them, or bring them up to date, as far as that was asked for.
        """
        shared = self._connections.reached.shared
        with self._connections.connected(doing) as connection:
            version = version_of(connection, shared=shared)
        lead_on = create if version == 0 else migrate and version is not None and version < SCHEMA
        if lead_on:
            with self._connections.connected(doing, lock="") as connection:
                version = settle(connection, shared=shared)
        check_version(version, doing=doing)

    # Reading

    def get(self, record_type: type[E], record_id: str) -> E | None:
        """
        Give the record with this type and id, or None (S-5, S-6, S-7).
        """
        rows = self._fetch("get", getting(record_type), id=id_asked(record_id))
        return record_from(record_type, plain_from(rows[0][0])) if rows else None

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
        Find records: see `leadmodel.Reader` (S-8, S-14, S-15).
        """
        with self._reading("find") as reader:
            return reader.find(question, now=now, zone=zone, order_by=order_by, limit=limit, after=after)

    def count(self, question: type[Entity] | Criterion, *, now: datetime | None = None, zone: tzinfo = UTC) -> int:
        """
        Count what `find` would give (S-15).
        """
        with self._reading("count") as reader:
            return reader.count(question, now=now, zone=zone)

    def directory_for(
        self, wanted: Collection[Wanted], *, pipelines: Pipeline | Iterable[Pipeline] | Pipelines
    ) -> Directory:
        """
        Make the directory of everybody whom the wanted could match (S-16): see `leadmodel.People`.
        """
        with self._reading("directory_for") as reader:
            return reader.directory_for(wanted, pipelines=pipelines)

    def standing(self, record_type: type[E], place: str, keys: Collection[str]) -> Sequence[E]:
        """
        Give the records of a type that stand at a place under any of some keys.

        It is the quick way to whoever has an e-mail address: `store.standing(Lead, "email", ["ada@acme.example"])`.

        Args:
            record_type: A type of record.
            place: "id", or one of `leadmodel.stores.PLACES`.
            keys: The keys, as records have them there.
        """
        rows = self._fetch("standing", standing(record_type, place), **there(record_type, place, keys))
        return [record_from(record_type, plain_from(body)) for (body,) in rows]

    # Writing

    def apply(self, changes: Changes | Iterable[Changes], *, key: str | None = None) -> int:
        """
        Apply changes, all of them or none, and give the position of the commit (S-1, S-2, S-3, S-18).

        Raises:
            Conflict: Records have changed since, are there already, or are gone; all of them are named.
            StoreBusy: Somebody else is writing, for longer than the store waits.
            StoreIsReadOnly: The store was opened for reading.
        """
        with self._connections.connected("apply", lock=self._tenant) as connection:
            pen = self._pen(connection)
            position = pen.apply(changes, key, self._now)
        if pen.forgets:
            self._connections.cleaned()
        return position

    @contextmanager
    def transaction(self) -> Iterator[KeptOpenTransaction]:
        """
        Open a transaction; other writers wait until it ends (S-17).

        Raises:
            StoreBusy: Somebody else is writing, for longer than the store waits.
            StoreIsReadOnly: The store was opened for reading.
        """
        with self._connections.transaction("transaction", lock=self._tenant) as connection:
            pen = self._pen(connection)

            def apply(changes: Changes | Iterable[Changes], key: str | None) -> int:
                with explained("apply"):
                    return pen.apply(changes, key, self._now)

            transaction = KeptOpenTransaction(self._past(connection), apply)
            try:
                yield transaction
            finally:
                transaction.close()
        if pen.forgets:
            self._connections.cleaned()

    # The past

    def last(self) -> int:
        """
        Give the position of the last commit; 0 where nothing has been applied yet (S-4).
        """
        with self._reading("last") as reader:
            return reader.last()

    def history(self, ref: Ref) -> Sequence[Entry]:
        """
        Give what has happened to a record, in order (S-4).
        """
        with self._reading("history") as reader:
            return reader.history(ref)

    def changes(self, position: int) -> Changes:
        """
        Give what was applied at a position (S-4, S-18).

        Raises:
            UnknownName: There is no such position.
        """
        with self._reading("changes") as reader:
            return reader.changes(position)

    def log(self, *, after: int = 0, limit: int | None = None) -> Iterator[Commit]:
        """
        Go through the commits after a position, in order, without holding them all (S-4).
        """
        check_limit(limit)
        return islice(self._commits(max(after, 0), min(limit or _CHUNK, _CHUNK)), limit)

    def _commits(self, after: int, size: int) -> Iterator[Commit]:
        """
        Give the commits after a position; so many are put together at a time.
        """
        while True:
            with self._reading("log") as reader:
                last, _ = reader.log.last()
                until = reader.log.until(after, size)
                several = reader.log.commits(after, until)
            yield from several
            if until >= last:
                return
            after = until

    def as_of(self, instant: datetime) -> PlainReader:
        """
        Give a reader of the records as they had been recorded at an instant (S-4).

        Raises:
            InvalidValue: The instant is naive.
        """
        until = checked_instant(instant)
        with self._reading("as_of") as reader:
            return AsOf(self._reading, reader.log.position_at(until))

    def resolve(self, ref: Ref) -> Ref:
        """
        Give the record that one was merged into, as far as that goes; any other is itself (S-12).
        """
        with self._reading("resolve") as reader:
            return reader.resolve(ref)

    def outbox(self, *, limit: int | None = None) -> Sequence[Waiting]:
        """
        Give the effects that wait, oldest first; each again and again, until it is acknowledged (S-13).
        """
        check_limit(limit)
        statement = (
            select(EFFECTS.c.position, EFFECTS.c.content)
            .where(EFFECTS.c.tenant == self._tenant, EFFECTS.c.sent == 0)
            .order_by(EFFECTS.c.position, EFFECTS.c.number)
            .limit(limit)
        )
        with self._connections.connected("outbox") as connection:
            rows = connection.execute(statement).all()
        return tuple(
            Waiting(position=position, effect=CONVERTER.structure(plain_from(content), Effect))
            for position, content in rows
        )

    def acknowledge(self, keys: Iterable[str]) -> int:
        """
        Say that effects have been sent, by their keys, and give how many of them had waited (S-13).
        """
        sent = among(EFFECTS.c.key, set(keys))
        statement = update(EFFECTS).where(EFFECTS.c.tenant == self._tenant, EFFECTS.c.sent == 0, sent).values(sent=1)
        with self._connections.connected("acknowledge", lock=self._tenant) as connection:
            return connection.execute(statement).rowcount

    # The connection

    def close(self) -> None:
        """
        Close the store; nothing can be asked of it any more. It may be closed twice.
        """
        self._connections.close()

    def __enter__(self) -> "SqlStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        line = self._connections
        return f"SqlStore({line.reached.name!r}, tenant={self._tenant!r}{', closed' if line.closed else ''})"

    def _past(self, connection: Connection) -> SqlPast:
        return SqlPast(connection, self._tenant, self._statements)

    def _pen(self, connection: Connection) -> Pen:
        return Pen(connection, self._tenant, self._statements)

    @contextmanager
    def _reading(self, doing: str) -> Iterator["SqlPast"]:
        with self._connections.connected(doing) as connection:
            yield self._past(connection)

    def _fetch(self, doing: str, statement: tuple[Hashable, Writes], /, **given: str | None) -> list[tuple[Any, ...]]:
        """
        Run one statement that reads, on the driver itself.
        """
        line = self._connections
        line.check_open(doing)
        with line.turn, explained(doing):
            return self._statements.fetch(line.engine, *statement, tenant=self._tenant, **given)


def _check_tenant(tenant: object) -> None:
    if fault := key_fault(tenant):
        problem = Problem(what=f"the tenant {shown(tenant)} {fault}", field="tenant", value=tenant)
        raise InvalidValue(subject="store", problems=(problem,))
