"""
The version of the tables, and the way from each to the next.

A migration runs in one transaction, before anything else is asked. What a table keeps besides the bodies of records is
derived from them, so it can always be made again: that is most of what migrations do.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection, delete, insert, inspect, select, update

from leadmodel.entities import ENTITIES
from leadmodel.errors import SchemaMismatch
from leadmodel.stores.sql.body import plain_from, record_from
from leadmodel.stores.sql.columns import COLUMNS, keys_of_record
from leadmodel.stores.sql.tables import KEYS, METADATA, PREFIX, RECORDS, SCHEMA, VERSION
from leadmodel.values import type_name


def derive_again(connection: Connection) -> None:
    """
    Make again what is derived from the bodies of records: their columns, and their rows of the side table.
    """
    connection.execute(delete(KEYS))
    for record_type in ENTITIES:
        table, word = RECORDS[record_type], type_name(record_type)
        for tenant, record_id, body in connection.execute(select(table.c.tenant, table.c.id, table.c.body)).all():
            record = record_from(record_type, plain_from(body))
            values = {stored.name: stored.value(record) for stored in COLUMNS[record_type]}
            connection.execute(update(table).where(table.c.tenant == tenant, table.c.id == record_id).values(values))
            rows = [
                {"tenant": tenant, "type": word, "id": record_id, "field": field, "key": key}
                for field, key in keys_of_record(record)
            ]
            if rows:
                connection.execute(insert(KEYS), rows)


def _places(connection: Connection) -> None:
    """
    From 1 to 2: records are looked for by name, domain, look-alike and what they are about; merges have a table.
    """
    METADATA.create_all(connection)
    derive_again(connection)


#: What leads from each version of the tables to the next.
MIGRATIONS: Final[Mapping[int, Callable[[Connection], None]]] = {1: _places}


def version_of(connection: Connection) -> int | None:
    """
    Give the version of the tables that are there; 0 is an empty database, None one with somebody else's tables.
    """
    names = set(inspect(connection).get_table_names())
    if VERSION.name in names:
        return connection.scalar(select(VERSION.c.version)) or 0
    return None if names else 0


def settle(connection: Connection) -> int | None:
    """
    Make the tables, or lead older ones to this version, and give the version that is there then.
    """
    version = version_of(connection)
    if version == 0:
        METADATA.create_all(connection)
        connection.execute(insert(VERSION).values(version=SCHEMA))
    elif version is not None:
        for number in range(version, SCHEMA):
            MIGRATIONS[number](connection)
        if version < SCHEMA:
            connection.execute(update(VERSION).values(version=SCHEMA))
    return version_of(connection)


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
