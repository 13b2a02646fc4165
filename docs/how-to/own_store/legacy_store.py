"""A `Writer` over a table that was there before: people stand in its own columns, all else in a column of JSON."""

import json
import sqlite3
from contextlib import contextmanager
from typing import NamedTuple

import leadmodel as lm
from leadmodel.codec import from_plain, parse_json, to_plain
from leadmodel.stores import PlainReader, joined, settled
from leadmodel.values import type_name


class Table(NamedTuple):
    """The statements of one table; each value is bound, never pasted in."""

    select: str
    insert: str
    update: str
    delete: str


PEOPLE = Table(
    select="SELECT id, version, rest, surname, forename, job, mail FROM people WHERE kind = ?",
    insert="INSERT INTO people (kind, crm_id, version, rest, surname, forename, job, mail) VALUES (?,?,?,?,?,?,?,?)",
    update="UPDATE people SET version=?, rest=?, surname=?, forename=?, job=?, mail=? WHERE kind = ? AND id = ?",
    delete="DELETE FROM people WHERE kind = ? AND id = ?",
)
OTHERS = Table(
    select="SELECT id, version, rest FROM crm_record WHERE kind = ?",
    insert="INSERT INTO crm_record (kind, id, version, rest) VALUES (?, ?, ?, ?)",
    update="UPDATE crm_record SET version = ?, rest = ? WHERE kind = ? AND id = ?",
    delete="DELETE FROM crm_record WHERE kind = ? AND id = ?",
)
#: The records that stand in the table `people`, and the word for them there.
KINDS = {lm.Lead: "prospect", lm.Contact: "client"}
#: The fields that have a column there; the main e-mail address has one as well.
FIELDS = ("last_name", "first_name", "title")


class LegacyReader(PlainReader):
    """Everything that is asked, over one connection in one transaction."""

    def __init__(self, connection):
        self.connection = connection
        self.seen = {}  # nobody else changes what one transaction sees

    def get(self, record_type, record_id):
        return next(iter(self.standing(record_type, "id", [record_id])), None)

    def candidates(self, record_type, criterion):  # noqa: ARG002  (all of them may match)
        if record_type not in self.seen:
            self.seen[record_type] = self.select(record_type)
        return self.seen[record_type]

    def standing(self, record_type, place, keys):
        if place != "id":
            return super().standing(record_type, place, keys)
        return self.select(record_type, " AND id IN (SELECT value FROM json_each(?))", json.dumps(list(keys)))

    def select(self, record_type, more="", *given):
        rows = self.run(table_of(record_type).select + more, kind_of(record_type), *given)
        return [record_from(record_type, row) for row in rows]

    def run(self, statement, *given):
        if self.connection is None:
            raise lm.StoreError(doing="transaction", what="it has ended", hint="open another one", rule="S-17")
        with explained(statement):
            return self.connection.execute(statement, given).fetchall()


class LegacyTransaction(LegacyReader):
    """Reads and one `apply`; whoever has it, holds the lock (S-17)."""

    position = None

    def directory_for(self, wanted, *, pipelines):
        self.run("SELECT 1")  # nothing else is asked where nobody is wanted, and an ended transaction has to say so
        return super().directory_for(wanted, pipelines=pipelines)

    def apply(self, changes, *, key=None):
        whole = joined(changes, key)
        if key is not None:
            raise lm.StoreError(doing="apply", what="this store knows no keys", hint="leave it out", rule="S-18")
        if self.position is not None:
            raise lm.StoreError(doing="apply", what="something was applied already", rule="S-17")
        there = {ref: record for ref in whole.refs() if (record := self.get(ref.type, ref.id)) is not None}
        gone = "SELECT version FROM crm_gone WHERE kind = ? AND id = ?"
        last = {ref: version for ref in whole.refs() for (version,) in self.run(gone, kind_of(ref.type), ref.id)}
        for before, after in settled(whole, there, last).pairs():
            self.write(before, after)
        self.seen.clear()
        ((self.position,),) = self.run("INSERT INTO crm_commit DEFAULT VALUES RETURNING position")
        return self.position

    def write(self, before, after):
        record_type = type(after or before)
        table, which = table_of(record_type), (kind_of(record_type), (after or before).id)
        if after is None:
            self.run(table.delete, *which)
        elif before is None:
            self.run(table.insert, *which, *values_of(after))
        else:
            self.run(table.update, *values_of(after), *which)


class LegacyStore:
    """The store: a connection and a transaction for whatever it is asked."""

    def __init__(self, path):
        self.path = path

    def get(self, record_type, record_id):
        with self.opened() as reader:
            return reader.get(record_type, record_id)

    def find(self, question, **options):
        with self.opened() as reader:
            return reader.find(question, **options)

    def count(self, question, **options):
        with self.opened() as reader:
            return reader.count(question, **options)

    def directory_for(self, wanted, *, pipelines):
        with self.opened() as reader:
            return reader.directory_for(wanted, pipelines=pipelines)

    def apply(self, changes, *, key=None):
        with self.transaction() as transaction:
            return transaction.apply(changes, key=key)

    def transaction(self):
        return self.opened(LegacyTransaction, "BEGIN IMMEDIATE")

    @contextmanager
    def opened(self, kind=LegacyReader, begin="BEGIN"):
        with explained("open"):
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        reader = kind(connection)
        try:
            reader.run(begin)
            yield reader
            reader.run("COMMIT")
        finally:
            reader.connection = None
            connection.close()  # what was not committed is taken back


def kind_of(record_type):
    return KINDS.get(record_type) or type_name(record_type)


def table_of(record_type):
    return PEOPLE if record_type in KINDS else OTHERS


def record_from(record_type, row):
    record_id, version, rest, *columns = row
    plain = parse_json(rest) | {"type": type_name(record_type), "id": record_id, "version": version}
    if columns:
        *texts, mail = columns
        plain |= {field: text for field, text in zip(FIELDS, texts, strict=True) if text}
        plain["emails"] = [*([mail] if mail else []), *plain.get("emails", [])]
    return from_plain(plain)


def values_of(record):
    plain = {field: value for field, value in to_plain(record).items() if field not in {"type", "id", "version"}}
    columns = []
    if type(record) in KINDS:
        mail, *plain["emails"] = plain.get("emails") or [None]
        columns = [*(plain.pop(field, None) for field in FIELDS), mail]
    return record.version, json.dumps(plain, ensure_ascii=False), *columns


@contextmanager
def explained(doing):
    """Give every failure of the driver as a typed error, with its cause (S-10)."""
    try:
        yield
    except sqlite3.Error as error:
        busy = getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")
        raise (lm.StoreBusy if busy else lm.StoreError)(doing=doing, what=str(error)) from error
