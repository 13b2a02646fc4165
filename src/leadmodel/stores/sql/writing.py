"""
Writing: changes to rows, all of them in one transaction.

What is there is read first, once for all records of a type, so that every conflict is found before anything is written
and the log keeps the difference to what really stood there.

Rule:
    S-1, S-2, S-4, S-12, S-13, S-18.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby, islice
from typing import Any, Final, cast

from sqlalchemy import (
    ClauseElement,
    Connection,
    Table,
    bindparam,
    delete,
    select,
    update,
)

from leadmodel.changes import Changes
from leadmodel.changes.change import Pair
from leadmodel.codec import CONVERTER, record_type_of
from leadmodel.entities import Entity
from leadmodel.stores.applying import Clock, forgetting, joined, not_before, settled
from leadmodel.stores.sql.among import in_keys, listed, own
from leadmodel.stores.sql.body import Plain, difference, plain_from, plain_of, record_from, text_of
from leadmodel.stores.sql.columns import KEY_FIELDS, column_values, keys_of_record
from leadmodel.stores.sql.encoding import instant_text
from leadmodel.stores.sql.forgetting import Eraser, ids_by_type
from leadmodel.stores.sql.logbook import Logbook, content_of
from leadmodel.stores.sql.prepared import Statements, Writes
from leadmodel.stores.sql.tables import COMMITS, EFFECTS, ENTRIES, KEYS, MERGED, RECORDS
from leadmodel.values import Ref, type_name

#: The columns that no update changes.
_IDENTITY: Final = frozenset({"tenant", "id"})
#: Records that are written at a time; a load of any size takes the memory of so many rows.
_WRITTEN: Final = 1_000


class Pen:
    """
    What writes for one tenant, over one connection that is in a transaction.
    """

    def __init__(self, connection: Connection, tenant: str, statements: Statements) -> None:
        self._connection = connection
        self._tenant = tenant
        self._statements = statements
        self._log = Logbook(connection, tenant, statements)
        self._eraser = Eraser(connection, tenant, statements)
        #: Whether it was asked to forget somebody: the database has to be cleaned after the commit.
        self.forgets: bool = False

    def apply(self, changes: Changes | Iterable[Changes], key: str | None, now: Clock) -> int:
        """
        Write changes and give the position of the commit.

        Raises:
            Conflict: Records have changed since, are there already, or are gone.
        """
        whole = joined(changes, key)
        self.forgets = bool(whole.erased)
        if key is not None and (first := self._position_of(key)) is not None:
            return first
        there = self._there(whole)
        whole = settled(whole, {ref: record for ref, (record, _) in there.items()}, self._gone(whole), keeps=True)
        if whole.erased:
            whole = forgetting(whole, self._eraser.merged_into)
        last, recorded_at = self._log.last()
        position = last + 1
        self._insert(
            COMMITS,
            [(self._tenant, position, instant_text(not_before(recorded_at, now())), content_of(whole), key)],
        )
        if whole.erased:
            self._forget(whole, position)
        self._create(whole, position)
        self._update(whole, position, {ref: plain for ref, (_, plain) in there.items()})
        self._delete(whole, position)
        self._send(whole, position)
        return position

    # What is there

    def _position_of(self, key: str) -> int | None:
        """
        Give the position of the commit that was made under a key.
        """
        row = self._run("commit by key", _commit_by_key, key=key).fetchone()
        return None if row is None else int(row[0])

    def _there(self, changes: Changes) -> dict[Ref, tuple[Entity, Plain]]:
        """
        Give the records that changes name as they stand, and their plain data.
        """
        found: dict[Ref, tuple[Entity, Plain]] = {}
        named = _by_type(changes.pairs())
        for ref in changes.erased:
            named.setdefault(cast("type[Entity]", ref.type), []).append(ref.id)
        for record_type, ids in named.items():
            rows = self._run(("there", record_type), partial(_there, record_type), keys=listed(ids))
            for (body,) in rows:
                plain = plain_from(body)
                record = record_from(record_type, plain)
                found[record.ref] = record, plain
        return found

    def _gone(self, changes: Changes) -> dict[Ref, int]:
        """
        Give the last versions of records that are to be created and were there before.
        """
        last: dict[Ref, int] = {}
        for record_type, ids in _by_type((None, record) for record in changes.created).items():
            versions = self._log.last_versions(type_name(record_type), listed(ids))
            last.update((Ref(record_type, record_id), version) for record_id, version in versions)
        return last

    # What is written

    def _create(self, changes: Changes, position: int) -> None:
        for record_type, records in groupby(changes.created, key=type):
            word = type_name(record_type)
            while several := list(islice(records, _WRITTEN)):
                self._create_some(record_type, word, several, position)

    def _create_some(self, record_type: type[Entity], word: str, records: list[Entity], position: int) -> None:
        tenant = self._tenant
        rows, keys, entries = [], [], []
        for record in records:
            plain = plain_of(record)
            body, record_id, version = text_of(plain), record.id, record.version
            rows.append((tenant, record_id, version, body, *column_values(record, plain)))
            keys += [(tenant, word, record_id, field, key) for field, key in keys_of_record(record)]
            entries.append((tenant, word, record_id, position, version, body, 1))
        self._insert(RECORDS[record_type], rows)
        self._insert(KEYS, keys)
        self._insert(ENTRIES, entries)
        self._run("not merged", _not_merged, type=word, keys=listed(record.id for record in records))

    def _update(self, changes: Changes, position: int, plains: Mapping[Ref, Plain]) -> None:
        for record_type, updates in groupby(changes.updated, key=lambda updated: type(updated.after)):
            word = type_name(record_type)
            rows, gone, new, entries = [], [], [], []
            in_index = KEY_FIELDS[record_type]
            for updated in updates:
                record = updated.after
                plain = plain_of(record)
                change = difference(plains[record.ref], plain)
                rows.append((record.version, text_of(plain), *column_values(record, plain), self._tenant, record.id))
                entries.append((self._tenant, word, record.id, position, record.version, text_of(change), 0))
                if not in_index.isdisjoint(change):
                    before, after = set(keys_of_record(updated.before)), set(keys_of_record(record))
                    gone += [(self._tenant, word, record.id, *key) for key in before - after]
                    new += [(self._tenant, word, record.id, *key) for key in after - before]
            self._many(("update", record_type), partial(_update, record_type), rows)
            self._many("delete key", _delete_key, gone)
            self._insert(KEYS, new)
            self._insert(ENTRIES, entries)

    def _delete(self, changes: Changes, position: int) -> None:
        for record_type, records in groupby(changes.deleted, key=type):
            word = type_name(record_type)
            several = list(records)
            self._remove(record_type, listed(record.id for record in several))
            entries = [(self._tenant, word, record.id, position, record.version, None, 0) for record in several]
            self._insert(ENTRIES, entries)
        merged = [
            (self._tenant, type_name(gone.type), gone.id, type_name(survivor.type), survivor.id)
            for gone, survivor in changes.merged
        ]
        self._insert(MERGED, merged)

    def _remove(self, record_type: type[Entity], ids: str) -> None:
        self._run(("delete", record_type), partial(_delete, record_type), keys=ids)
        self._run("delete keys", _delete_keys, type=type_name(record_type), keys=ids)

    def _forget(self, changes: Changes, position: int) -> None:
        """
        Take records out of all that is kept; where they went that were merged away stays known.
        """
        for kind, ids in ids_by_type(changes.erased).items():
            self._remove(record_type_of(kind), ids)
        for kind, ids in ids_by_type(gone for gone, _ in changes.merged).items():
            self._run("not merged", _not_merged, type=kind, keys=ids)
        self._eraser.forget(changes, position)

    def _send(self, changes: Changes, position: int) -> None:
        """
        Put effects into the outbox; one whose key is known has been put there before.
        """
        if not changes.effects:
            return
        keys = listed(effect.key for effect in changes.effects)
        known = {key for (key,) in self._run("known effects", _known_effects, keys=keys)}
        rows = [
            (self._tenant, effect.key, position, number, text_of(CONVERTER.unstructure(effect)), 0)
            for number, effect in enumerate(changes.effects)
            if effect.key not in known
        ]
        self._insert(EFFECTS, rows)

    def _run(self, name: Hashable, write: Writes, **given: Any) -> Any:  # noqa: ANN401  (as in `Statements`)
        return self._statements.run(self._connection, name, write, tenant=self._tenant, **given)

    def _many(self, name: Hashable, write: Writes, rows: Sequence[tuple[Any, ...]]) -> None:
        self._statements.run_many(self._connection, name, write, rows)

    def _insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        self._statements.insert(self._connection, table, rows)


def _by_type(pairs: Iterable[Pair]) -> dict[type[Entity], list[str]]:
    """
    Give the ids of the records that change, by type.
    """
    ids: dict[type[Entity], list[str]] = {}
    for before, after in pairs:
        record = cast("Entity", after or before)
        ids.setdefault(type(record), []).append(record.id)
    return ids


# The statements


def _commit_by_key() -> ClauseElement:
    return select(COMMITS.c.position).where(own(COMMITS), COMMITS.c.key == bindparam("key"))


def _there(record_type: type[Entity]) -> ClauseElement:
    table = RECORDS[record_type]
    return select(table.c.body).where(own(table), in_keys(table.c.id))


def _not_merged() -> ClauseElement:
    return delete(MERGED).where(own(MERGED), MERGED.c.type == bindparam("type"), in_keys(MERGED.c.id))


def _update(record_type: type[Entity]) -> ClauseElement:
    table = RECORDS[record_type]
    names = [column.name for column in table.c if column.name not in _IDENTITY]
    return (
        update(table)
        .where(own(table), table.c.id == bindparam("the_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )


def _delete(record_type: type[Entity]) -> ClauseElement:
    table = RECORDS[record_type]
    return delete(table).where(own(table), in_keys(table.c.id))


def _delete_keys() -> ClauseElement:
    return delete(KEYS).where(own(KEYS), KEYS.c.type == bindparam("type"), in_keys(KEYS.c.id))


def _delete_key() -> ClauseElement:
    named = (KEYS.c[name] == bindparam(name) for name in ("type", "id", "field", "key"))
    return delete(KEYS).where(own(KEYS), *named)


def _known_effects() -> ClauseElement:
    return select(EFFECTS.c.key).where(own(EFFECTS), in_keys(EFFECTS.c.key))
