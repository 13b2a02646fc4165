"""
Prepared statements: written by SQLAlchemy once for a dialect, run on the driver as they are.

What is asked for every record and every batch is prepared; putting a statement together costs more than running it.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias

import attrs
from sqlalchemy import ClauseElement, Connection, Dialect, PoolProxiedConnection

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
    The prepared statements of one dialect, each written when it is first run.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
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
        connection: PoolProxiedConnection,
        name: Hashable,
        write: Writes,
        /,
        **given: Any,  # noqa: ANN401  (as above)
    ) -> list[tuple[Any, ...]]:
        """
        Run a statement that reads on the driver itself, without a transaction of its own: the quick way.
        """
        statement = self._prepared(name, write)
        cursor = connection.cursor()
        cursor.execute(statement.text, statement.parameters(given))
        rows: list[tuple[Any, ...]] = cursor.fetchall()  # type: ignore[assignment]  # rows are tuples
        return rows

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

    def _prepared(self, name: Hashable, write: Writes) -> Prepared:
        known = self._known.get(name)
        if known is None:
            compiled = write().compile(dialect=self._dialect)
            order = tuple(compiled.positiontup)  # type: ignore[attr-defined]  # of a driver that binds by position
            known = Prepared(str(compiled), order, dict(compiled.params))
            self._known[name] = known
        return known
