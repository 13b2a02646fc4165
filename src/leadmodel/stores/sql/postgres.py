"""
PostgreSQL: how a server is reached, how transactions begin there, and how many rows are written at once.

Whoever writes for a tenant takes an advisory lock of that tenant first, and then sees what was written before: writers
of one tenant follow each other, those of different tenants do not wait, and no two ever hold each other up (S-17).
Whoever reads sees one state of the database from the first question to the last.
"""

import hashlib
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import cache
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from leadmodel.errors import InvalidValue, MissingExtra, Problem, SchemaMismatch, shown
from leadmodel.stores.sql.engines import LOCK, Opening, Reached, no_address, watched
from leadmodel.stores.sql.tables import METADATA

#: Connections that are kept open.
_KEPT: Final = 5
_READS: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


def reach(address: URL, _: str, opening: Opening) -> Reached:
    """
    Reach a database on a server.

    Raises:
        InvalidValue: The address names no database, or there may be no connection.
        MissingExtra: The driver is not installed.
    """
    name = address.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
    if not address.database:
        hint = "write postgresql://user@host/database"
        raise no_address(f"{shown(name)} names no database", hint, name)
    if opening.connections < 1:
        what, hint = f"{opening.connections} is no number of connections", "pass 1 or more"
        problem = Problem(what=what, hint=hint, field="connections", value=opening.connections)
        raise InvalidValue(subject="store", problems=(problem,))
    try:
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",  # transactions begin where they are told to
            paramstyle="format",
            poolclass=QueuePool,
            pool_size=min(_KEPT, opening.connections),
            max_overflow=max(opening.connections - _KEPT, 0),
            pool_timeout=opening.timeout,
            connect_args={"connect_timeout": max(round(opening.timeout), 2)},  # libpq knows whole seconds, from 2 on
        )
    except ImportError as error:  # psycopg, or the library of PostgreSQL that it needs
        raise MissingExtra(library="psycopg", extra="postgres", purpose="a store in PostgreSQL") from error

    def settled(connection: Any, _: object) -> None:  # noqa: ANN401  (the driver's)
        _check_encoding(connection, name)
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {max(round(opening.timeout * 1_000), 1)}")
            cursor.execute("SET client_encoding = 'UTF8'")
            if opening.read_only:
                cursor.execute("SET default_transaction_read_only = on")

    event.listen(engine, "connect", settled)
    return Reached(engine=watched(engine, _begin), name=name, shared=True, load=_copy, clean=_vacuumed)


def _check_encoding(connection: Any, name: str) -> None:  # noqa: ANN401  (as above)
    """
    Refuse a database that counts bytes, or has no place for every character.
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        what = f"the database is encoded in {encoding}, not in UTF8"
        hint = "make one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        raise SchemaMismatch(doing=f"open {name}", what=what, hint=hint)


def _begin(connection: Connection) -> None:
    lock = connection.get_execution_options().get(LOCK)
    connection.exec_driver_sql(_READS if lock is None else f"BEGIN; SELECT pg_advisory_xact_lock({_number(lock)})")


@cache
def _number(lock: str) -> int:
    """
    Give the number of a lock; two that share one wait for each other without need, and that is all.
    """
    digest = hashlib.sha256(f"leadmodel {lock}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _vacuumed(engine: Engine) -> None:
    """
    Take rows that are gone out of our tables and their indexes, as far as the user may do that.

    What cannot be done now, the server does later by itself.
    """
    tables = ", ".join(map(engine.dialect.identifier_preparer.format_table, METADATA.sorted_tables))
    with (
        suppress(SQLAlchemyError, engine.dialect.loaded_dbapi.Error),
        closing(engine.raw_connection()) as connection,
        closing(connection.cursor()) as cursor,
    ):
        cursor.execute(f"VACUUM (SKIP_LOCKED, INDEX_CLEANUP ON) {tables}")


def _cursor(connection: Connection) -> Any:  # noqa: ANN401  (the driver's)
    return connection.connection.cursor()


def _copy(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """
    Write many rows at once.
    """
    preparer = connection.dialect.identifier_preparer
    columns = ", ".join(preparer.quote(column.name) for column in table.c)
    with (
        closing(_cursor(connection)) as cursor,
        cursor.copy(f"COPY {preparer.format_table(table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
