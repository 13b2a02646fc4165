"""
The tables: one for each type of record, derived from `ENTITIES`; a side table; the log; the outbox.

`METADATA` is an ordinary SQLAlchemy collection of tables, which an application's own migrations can include.
Every row names its tenant.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table

from leadmodel.criteria.kinds import FieldKind
from leadmodel.entities import ENTITIES, Entity
from leadmodel.stores.sql.columns import COLUMNS, EXACT, FLAG, WHOLE
from leadmodel.values import type_name

#: The version of the tables that are described here; `migrations` leads to it.
SCHEMA: Final = 2
#: What the name of every table begins with.
PREFIX: Final = "leadmodel_"

METADATA: Final = MetaData()

#: Columns of text, numbers and instants by which lists are ordered so often that an index pays.
_ORDERED: Final = frozenset({"created_at", "modified_at"})


def _table(name: str, *parts: Column[object] | PrimaryKeyConstraint | Index) -> Table:
    return Table(f"{PREFIX}{name}", METADATA, *parts, sqlite_strict=True)


def _records(record_type: type[Entity]) -> Table:
    """
    Make the table of a type of record.
    """
    name = type_name(record_type).replace(" ", "_")
    table = _table(
        name,
        Column("tenant", EXACT, nullable=False),
        Column("id", EXACT, nullable=False),
        Column("version", WHOLE, nullable=False),
        Column("body", EXACT, nullable=False),
        *(Column(stored.name, stored.type) for stored in COLUMNS[record_type]),
        PrimaryKeyConstraint("tenant", "id"),
    )
    for stored in COLUMNS[record_type]:
        if stored.field.kind is FieldKind.IDENTITY or stored.name in _ORDERED:
            column = table.c[stored.name]
            Index(f"{PREFIX}{name}_{stored.name}", table.c.tenant, column, table.c.id)
    return table


#: The table of each type of record.
RECORDS: Final[Mapping[type[Entity], Table]] = {record_type: _records(record_type) for record_type in ENTITIES}

#: Identities, members of collections, custom fields, places: whatever a record has several of, one key a row.
KEYS: Final = _table(
    "key",
    Column("tenant", EXACT, nullable=False),
    Column("type", EXACT, nullable=False),
    Column("id", EXACT, nullable=False),
    Column("field", EXACT, nullable=False),
    Column("key", EXACT, nullable=False),
)
Index(f"{PREFIX}key_by_key", KEYS.c.tenant, KEYS.c.field, KEYS.c.key, KEYS.c.type, KEYS.c.id)
Index(f"{PREFIX}key_by_record", KEYS.c.tenant, KEYS.c.type, KEYS.c.id)

#: The log: one row for each commit.
COMMITS: Final = _table(
    "commit",
    Column("tenant", EXACT, nullable=False),
    Column("position", WHOLE, nullable=False),
    Column("recorded_at", EXACT, nullable=False),
    #: Cause, merges and effects, as the codec writes them.
    Column("content", EXACT, nullable=False),
    #: The caller's own key of the commit.
    Column("key", EXACT),
    PrimaryKeyConstraint("tenant", "position"),
)
Index(f"{PREFIX}commit_by_key", COMMITS.c.tenant, COMMITS.c.key, unique=True)
Index(f"{PREFIX}commit_by_time", COMMITS.c.tenant, COMMITS.c.recorded_at, COMMITS.c.position)

#: What a commit did to a record: its plain data where it was created, the difference where it was updated.
ENTRIES: Final = _table(
    "entry",
    Column("tenant", EXACT, nullable=False),
    Column("type", EXACT, nullable=False),
    Column("id", EXACT, nullable=False),
    Column("position", WHOLE, nullable=False),
    #: The version after the commit; of a record that went, its last one.
    Column("version", WHOLE, nullable=False),
    #: None where the record was deleted.
    Column("difference", EXACT),
    #: Whether the record was created: the difference is all of it.
    Column("whole", FLAG, nullable=False),
    PrimaryKeyConstraint("tenant", "type", "id", "position"),
)
Index(f"{PREFIX}entry_by_position", ENTRIES.c.tenant, ENTRIES.c.position, ENTRIES.c.type, ENTRIES.c.id)

#: Effects, those that wait and those that were sent.
EFFECTS: Final = _table(
    "effect",
    Column("tenant", EXACT, nullable=False),
    Column("key", EXACT, nullable=False),
    Column("position", WHOLE, nullable=False),
    Column("number", WHOLE, nullable=False),
    Column("content", EXACT, nullable=False),
    Column("sent", FLAG, nullable=False),
    PrimaryKeyConstraint("tenant", "key"),
)
Index(f"{PREFIX}effect_waiting", EFFECTS.c.tenant, EFFECTS.c.sent, EFFECTS.c.position, EFFECTS.c.number)

#: Records that were merged away, and where they went.
MERGED: Final = _table(
    "merged",
    Column("tenant", EXACT, nullable=False),
    Column("type", EXACT, nullable=False),
    Column("id", EXACT, nullable=False),
    Column("into_type", EXACT, nullable=False),
    Column("into_id", EXACT, nullable=False),
    PrimaryKeyConstraint("tenant", "type", "id"),
)

#: The version of the tables, in one row.
VERSION: Final = _table("schema", Column("version", Integer, primary_key=True))
