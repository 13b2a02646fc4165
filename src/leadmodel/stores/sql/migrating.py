"""
The version of the tables, and the way from each to the next.

A migration runs in one transaction, before anything else is asked. What a table keeps besides the bodies of records is
derived from them, so it can always be made again: that is most of what migrations do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, inspect, select, tuple_, update

from leadmodel.entities import ENTITIES, Entity
from leadmodel.errors import SchemaMismatch
from leadmodel.stores.sql.body import plain_from, record_from
from leadmodel.stores.sql.columns import COLUMNS, keys_of_record
from leadmodel.stores.sql.logbook import merges_of
from leadmodel.stores.sql.tables import COMMITS, ENTRIES, KEYS, MERGED, METADATA, PREFIX, RECORDS, SCHEMA, VERSION
from leadmodel.values import type_name

#: Records that are led on at a time.
_FETCHED: Final = 1_000


def derive_again(connection: Connection) -> None:
    """
    Make again what is derived from the bodies of records: their columns, and their rows of the side table.

    It takes the memory of some records, however many there are.
    """
    connection.execute(delete(KEYS))
    for record_type in ENTITIES:
        table = RECORDS[record_type]
        by_key = update(table).where(table.c.tenant == bindparam("of_tenant"), table.c.id == bindparam("of_id"))
        again = by_key.values({stored.name: bindparam(f"new_{stored.name}") for stored in COLUMNS[record_type]})
        for rows in _batches(connection, table):
            records = [(tenant, record_from(record_type, plain_from(body))) for tenant, _, body in rows]
            connection.execute(again, [_columns(tenant, record) for tenant, record in records])
            keys = [key for tenant, record in records for key in _keys(tenant, record)]
            if keys:
                connection.execute(insert(KEYS), keys)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """
    Go through tenant, id and body of every row of a table of records, some at a time.
    """
    key = table.c.tenant, table.c.id
    statement = select(*key, table.c.body).order_by(*key).limit(_FETCHED)
    rows = connection.execute(statement).all()
    while rows:
        yield rows
        last = tuple_(rows[-1][0], rows[-1][1])
        rows = connection.execute(statement.where(tuple_(*key) > last)).all()


def _columns(tenant: str, record: Entity) -> dict[str, Any]:
    values = {f"new_{stored.name}": stored.value(record) for stored in COLUMNS[type(record)]}
    return {**values, "of_tenant": tenant, "of_id": record.id}


def _keys(tenant: str, record: Entity) -> Iterator[dict[str, str]]:
    word = type_name(type(record))
    for field, key in keys_of_record(record):
        yield {"tenant": tenant, "type": word, "id": record.id, "field": field, "key": key}


def _places(connection: Connection) -> None:
    """
    From 1 to 2: records are looked for by name, domain, look-alike and what they are about; merges have a table.
    """
    METADATA.create_all(connection)
    derive_again(connection)
    _merges(connection)


def _merges(connection: Connection) -> None:
    """
    Fill the table of merges from the log: a record stands there if the last that has happened to it was a merge.
    """
    commits = select(COMMITS.c.tenant, COMMITS.c.position, COMMITS.c.content).where(
        COMMITS.c.content.contains("merged")
    )
    for tenant, position, content in connection.execute(commits):
        for gone, survivor in merges_of(content):
            word = type_name(gone.type)
            own = (ENTRIES.c.tenant == tenant, ENTRIES.c.type == word, ENTRIES.c.id == gone.id)
            if connection.scalar(select(func.max(ENTRIES.c.position)).where(*own)) == position:
                row = {"type": word, "id": gone.id, "into_type": type_name(survivor.type), "into_id": survivor.id}
                connection.execute(insert(MERGED).values(tenant=tenant, **row))


#: What leads from each version of the tables to the next.
MIGRATIONS: Final[Mapping[int, Callable[[Connection], None]]] = {1: _places}


def version_of(connection: Connection, *, shared: bool = False) -> int | None:
    """
    Give the version of the tables that are there; 0 is an empty database, None one with somebody else's tables.

    Args:
        connection: Where to look.
        shared: Whether tables of other names do not count.
    """
    names = {name for name in inspect(connection).get_table_names() if not shared or name.startswith(PREFIX)}
    if VERSION.name in names:
        return connection.scalar(select(VERSION.c.version)) or 0
    return None if names else 0


def settle(connection: Connection, *, shared: bool = False) -> int | None:
    """
    Make the tables, or lead older ones to this version, and give the version that is there then.
    """
    version = version_of(connection, shared=shared)
    if version == 0:
        METADATA.create_all(connection)
        connection.execute(insert(VERSION).values(version=SCHEMA))
    elif version is not None and version < SCHEMA:
        for number in range(version, SCHEMA):
            MIGRATIONS[number](connection)
        connection.execute(update(VERSION).values(version=SCHEMA))
    return version_of(connection, shared=shared)


def check_version(version: int | None, *, doing: str) -> None:
    """
    Refuse tables that are not those of this version.

    Raises:
        SchemaMismatch: They are older, newer or somebody else's, or there are none.
    """
    if version == SCHEMA:
        return
    if version is None:
        what = f"the database holds tables, and none of leadmodel's, whose names begin with {PREFIX!r}"
        hint = "check the address, or use a database of its own"
    elif version == 0:
        what, hint = "the database is empty", "make the tables: leadmodel init, or SqlStore.open(…, create=True)"
    elif version > SCHEMA:
        what = f"its tables have version {version}, and this leadmodel knows {SCHEMA}"
        hint = "install a newer leadmodel"
    else:
        what = f"its tables have version {version}, and this leadmodel needs {SCHEMA}"
        hint = "make a copy, then migrate: SqlStore.open(…, migrate=True)"
    raise SchemaMismatch(doing=doing, what=what, hint=hint)
