"""A `Writer` over the models of a program that was there before: what has a column is kept, and all else is refused."""

from contextlib import closing, contextmanager
from functools import cache

from sqlalchemy import delete, insert, select, true, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

import leadmodel as lm
from leadmodel.stores import OpenTransaction, PlainReader, joined, settled

from .mapping import BECAME, OTHERS, TABLES, refuse, targets
from .models import Commit, Handle, owner_of


@cache
def asked(record_type):
    """Ask for all columns of a model, and for the references of the rows that it points to."""
    model, _, links, _ = TABLES[record_type]
    statement = select(*model.__table__.columns)
    for column, (target, _) in links.items():
        other = aliased(TABLES[target][0])
        statement = statement.outerjoin(other, other.no == getattr(model, column))
        statement = statement.add_columns(other.reference.label(f"{column}_reference"))
    return statement


class OrmReader(PlainReader):
    """Everything that is asked, and what is written, in one session."""

    def __init__(self, session):
        self.session = session

    def get(self, record_type, record_id):
        return next(iter(self.standing(record_type, "id", [record_id])), None)

    def candidates(self, record_type, criterion):  # noqa: ARG002  (all of them may match)
        return self.select(record_type, true())

    def standing(self, record_type, place, keys):
        keys, column = list(keys), {"contact": "client_no", "account": "firm_no"}.get(place)
        if record_type not in TABLES:
            return []
        model, _, links, _ = TABLES[record_type]
        if place == "id":
            return self.select(record_type, model.called(keys))
        if place in {"profile", "look-alike"}:
            return self.select(record_type, model.no.in_(Handle.owners(model, place, keys)))
        if place == "about":
            return self.select(record_type, model.about.in_(keys))
        if column:
            target = TABLES[links[column][0]][0]
            return self.select(record_type, getattr(model, column).in_(select(target.no).where(target.called(keys))))
        return super().standing(record_type, place, keys)  # the other places are looked for among all

    def select(self, record_type, where):
        if record_type not in TABLES:
            return []
        model, columns, links, others = TABLES[record_type]
        handles = Handle.by_owner(self.session, model, where) if "profiles" in others else {}
        found = []
        for row in map(dict, self.session.execute(asked(record_type).where(where)).mappings()):
            row["handles"] = handles.get(row["no"], ())
            for column, (target, _) in links.items():
                row[column] = TABLES[target][0].id_of(row[column], row[f"{column}_reference"])
            fields = {field: row[column] for field, column in columns.items()}
            fields |= {field: row[column] for column, (_, field) in links.items() if column not in BECAME}
            fields |= {field: OTHERS[field][0](row) for field in others}
            found.append(record_type(id=model.id_of(row["no"], row["reference"]), **fields))
        return found

    def write(self, changes, key):
        whole = joined(changes, key)
        if key is not None:
            raise lm.StoreError(doing="apply", what="this store knows no keys", hint="leave it out", rule="S-18")
        refuse([*whole.created, *(update.after for update in whole.updated)], new=whole.created)
        ids = {}
        for ref in whole.refs():
            ids.setdefault(ref.type, []).append(ref.id)
        there = {record.ref: record for kind in ids for record in self.standing(kind, "id", ids[kind])}
        whole = settled(whole, there, {})  # nobody keeps the versions of what is gone
        for record in whole.deleted:
            model = TABLES[type(record)][0]
            self.session.execute(delete(model).where(model.called([record.id])))
        for kind, (model, *_) in TABLES.items():
            records = [record for record in whole.created if type(record) is kind]
            values = [{"reference": record.id, **each} for record, each in self.valued(records)]
            if values:
                adding = insert(model).returning(model.reference, model.no)
                made = dict(self.session.execute(adding, values).all())
                Handle.keep(self.session, model, [(record, made[record.id]) for record in records])
        for each in whole.updated:
            self.update(each.before, each.after)
        return self.session.scalars(insert(Commit).returning(Commit.no)).one()

    def update(self, before, after):
        ((_, values),) = self.valued([after])
        model = TABLES[type(after)][0]
        self.session.execute(update(model).where(model.called([after.id])).values(**values))
        if getattr(after, "profiles", ()) != getattr(before, "profiles", ()):
            number = self.session.scalars(select(model.no).where(model.called([after.id]))).one()
            self.session.execute(delete(Handle).where(owner_of(Handle, model) == number))
            Handle.keep(self.session, model, [(after, number)])

    def valued(self, records):
        """Give records, each with what is written of it; whoever is pointed to has to be there (S-9)."""
        wanted, numbers = {}, {}
        for ref in (ref for record in records for ref in targets(record).values()):
            wanted.setdefault(ref.type, set()).add(ref.id)
        for target, ids in wanted.items():
            model = TABLES[target][0]
            rows = self.session.execute(select(model.no, model.reference).where(model.called(ids)))
            numbers |= {lm.Ref(target, model.id_of(*row)): row[0] for row in rows}
        for record in records:
            _, columns, links, others = TABLES[type(record)]
            values = {column: getattr(record, field) for field, column in columns.items()}
            for field in others:
                values |= OTHERS[field][1](getattr(record, field))
            there = targets(record)
            if gone := [ref for ref in there.values() if ref not in numbers]:
                what = f"{record.ref} points to {gone[0]}, which is not on record"
                raise lm.StoreError(doing="apply", what=what, hint="create it first", rule="S-9")
            yield record, values | {column: numbers.get(there.get(column)) for column in links}


class OrmStore:
    """The store: a session and a transaction for whatever it is asked."""

    def __init__(self, engine):
        self.engine = engine

    def get(self, record_type, record_id):
        with self.transaction() as opened:
            return opened.get(record_type, record_id)

    def find(self, question, **options):
        with self.transaction() as opened:
            return opened.find(question, **options)

    def count(self, question, **options):
        with self.transaction() as opened:
            return opened.count(question, **options)

    def directory_for(self, wanted, *, pipelines):
        with self.transaction() as opened:
            return opened.directory_for(wanted, pipelines=pipelines)

    def apply(self, changes, *, key=None):
        with self.transaction() as opened:
            return opened.apply(changes, key=key)

    @contextmanager
    def transaction(self):
        with explained("transaction"), Session(self.engine) as session, session.begin():
            reader = OrmReader(session)
            session.connection()  # the lock is taken before anything is read (S-17)
            with closing(OpenTransaction(reader, reader.write)) as opened:
                yield opened


@contextmanager
def explained(doing):
    """Give every failure of the database as a typed error, with its cause (S-10)."""
    try:
        yield
    except DBAPIError as error:
        kind = lm.StoreBusy if "locked" in str(error.orig) else lm.StoreError
        raise kind(doing=doing, what=str(error.orig)) from error
