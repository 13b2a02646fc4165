"""
Prepared statements: written by SQLAlchemy once for a dialect, run on the driver as they are.

What is asked for every record and every batch is prepared; putting a statement together costs more than running it.
"""

from collections.abc import Callable, Hashable, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Final, TypeAlias

import attrs
from sqlalchemy import ClauseElement, Connection, Engine, Table, insert
from sqlalchemy.exc import DBAPIError

from leadmodel.stores.sql.engines import Reached, again_if_lost, note_failure

#: Rows from which on it pays to write them in the quick way of a database that has one.
_MANY: Final = 20

#: Writes a statement whose parameters have names.
Writes: TypeAlias = Callable[[], ClauseElement]


@attrs.frozen
class Prepared:
    """
    The text of a statement for a driver, and the names of its parameters.
    """

    text: str
    #: In which order the driver wants the parameters.
    order: tuple[str, ...]
    #: What is bound unless something else is given.
    bound: dict[str, Any]

    def parameters(self, given: dict[str, Any]) -> tuple[Any, ...]:
        """
        Give parameters in the order that the driver wants.
        """
        whole = {**self.bound, **given}
        return tuple([whole[name] for name in self.order])


class Statements:
    """
    The prepared statements of one database, each written when it is first run.
    """

    def __init__(self, reached: Reached) -> None:
        self._dialect = reached.engine.dialect
        self._load = reached.load
        self._known: dict[Hashable, Prepared] = {}

    def run(
        self,
        connection: Connection,
        name: Hashable,
        write: Writes,
        /,
        **given: Any,  # noqa: ANN401  (what is bound)
    ) -> Any:  # noqa: ANN401  (SQLAlchemy's result, whose rows have as many columns as were asked for)
        """
        Run a statement.

        Args:
            connection: Where.
            name: The name under which it is known.
            write: Writes it, the first time; its parameters have names.
            given: The parameters.
        """
        statement = self._prepared(name, write)
        return connection.exec_driver_sql(statement.text, statement.parameters(given))

    def fetch(
        self,
        engine: Engine,
        name: Hashable,
        write: Writes,
        /,
        **given: Any,  # noqa: ANN401  (as above)
    ) -> list[tuple[Any, ...]]:
        """
        Run a statement that reads on the driver itself, without a transaction of its own: the quick way.

        A connection that was lost while nobody used it is replaced.
        """
        return again_if_lost(self._fetched, engine, name, write, given)

    def _fetched(self, engine: Engine, name: Hashable, write: Writes, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        statement = self._prepared(name, write)
        try:
            with closing(engine.raw_connection()) as connection:
                cursor = connection.cursor()
                try:
                    cursor.execute(statement.text, statement.parameters(given))
                except self._dialect.loaded_dbapi.Error as error:
                    if not self._dialect.is_disconnect(error, connection, cursor):
                        raise
                    connection.invalidate(error)
                    raise self._wrapped(error, lost=True) from error
                rows: list[tuple[Any, ...]] = cursor.fetchall()  # type: ignore[assignment]  # rows are tuples
                return rows
        except self._dialect.loaded_dbapi.Error as error:
            raise self._wrapped(error) from error

    def run_many(
        self,
        connection: Connection,
        name: Hashable,
        write: Writes,
        rows: Sequence[tuple[Any, ...]],
    ) -> None:
        """
        Run a statement for each of many rows.

        Args:
            connection: Where.
            name: The name under which the statement is known.
            write: Writes it, the first time.
            rows: The parameters, in the order in which the statement names them.
        """
        if rows:
            statement = self._prepared(name, write)
            connection.exec_driver_sql(statement.text, list(rows))

    def insert(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """
        Write rows of a table, each with a value for every column.
        """
        if self._load is None or len(rows) < _MANY:
            self.run_many(connection, ("insert", table.name), partial(insert, table), rows)
            return
        try:
            self._load(connection, table, rows)
        except self._dialect.loaded_dbapi.Error as error:
            note_failure(connection)
            raise self._wrapped(error) from error

    def _wrapped(self, error: Exception, *, lost: bool = False) -> Exception:
        """
        Give what the driver has raised as SQLAlchemy would raise it.
        """
        base = self._dialect.loaded_dbapi.Error
        return DBAPIError.instance(None, None, error, base, connection_invalidated=lost, dialect=self._dialect)

    def _prepared(self, name: Hashable, write: Writes) -> Prepared:
        known = self._known.get(name)
        if known is None:
            compiled = write().compile(dialect=self._dialect)
            order = tuple(compiled.positiontup)  # type: ignore[attr-defined]  # of a driver that binds by position
            known = Prepared(str(compiled), order, dict(compiled.params))
            self._known[name] = known
        return known
