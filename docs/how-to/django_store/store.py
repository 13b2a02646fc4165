"""A `Writer` over the models of an app that was there before: what has a column is kept, and all else is refused."""

from contextlib import closing, contextmanager

from django.db import Error, transaction
from django.db.models import Q

import leadmodel as lm
from leadmodel.stores import OpenTransaction, PlainReader, joined, settled

from .mapping import BECAME, OTHERS, TABLES, refuse, targets
from .models import Commit, Handle


class DjangoStore(PlainReader):
    """The store: whoever asks within `transaction.atomic()` of their own is a part of that."""

    def __init__(self, using="default"):
        self.using = using

    def get(self, record_type, record_id):
        return next(iter(self.standing(record_type, "id", [record_id])), None)

    def candidates(self, record_type, criterion):  # noqa: ARG002  (all of them may match)
        return self.select(record_type, Q())

    def standing(self, record_type, place, keys):
        keys, column = list(keys), {"contact": "person", "account": "company"}.get(place)
        if record_type not in TABLES:
            return []
        model, _, links, _ = TABLES[record_type]
        if place == "id":
            return self.select(record_type, model.called(keys))
        if place in {"profile", "look-alike"}:
            return self.select(record_type, Q(pk__in=Handle.owners(self.rows(Handle), model, place, keys)))
        if place == "about":
            return self.select(record_type, Q(about__in=keys))
        if column:
            return self.select(record_type, TABLES[links[column][0]][0].called(keys, f"{column}__"))
        return super().standing(record_type, place, keys)  # the other places are looked for among all

    def select(self, record_type, where):
        if record_type not in TABLES:
            return []
        model, columns, links, others = TABLES[record_type]
        joins = [f"{column}__reference" for column in links]
        found = []
        with explained("find"), transaction.atomic(self.using):
            rows = self.rows(model).filter(where)
            handles = Handle.by_owner(self.rows(Handle), model, rows) if "profiles" in others else {}
            for row in rows.values(*(field.attname for field in model._meta.concrete_fields), *joins):
                row["handles"] = handles.get(row["id"], ())
                for column, (target, _) in links.items():
                    row[column] = TABLES[target][0].id_of(row[f"{column}_id"], row[f"{column}__reference"])
                fields = {field: row[column] for field, column in columns.items()}
                fields |= {field: row[column] for column, (_, field) in links.items() if column not in BECAME}
                fields |= {field: OTHERS[field][0](row) for field in others}
                found.append(record_type(id=model.id_of(row["id"], row["reference"]), **fields))
        return found

    def rows(self, model):
        return model.objects.using(self.using)

    def apply(self, changes, *, key=None):
        with self.transaction() as opened:
            return opened.apply(changes, key=key)

    @contextmanager
    def transaction(self):
        begun = explained("transaction"), transaction.atomic(self.using)
        with begun[0], begun[1], closing(OpenTransaction(self, self.write)) as opened:
            yield opened

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
            self.row(record).delete()
        for kind, (model, *_) in TABLES.items():
            records = [record for record in whole.created if type(record) is kind]
            made = self.rows(model).bulk_create(
                model(reference=record.id, **values) for record, values in self.valued(records)
            )
            Handle.keep(self.rows(Handle), zip(records, made, strict=True))
        for update in whole.updated:
            for record, values in self.valued([update.after]):
                self.row(record).update(**values)
                if getattr(record, "profiles", ()) != getattr(update.before, "profiles", ()):
                    owner = self.row(record).get()
                    owner.handles.all().delete()
                    Handle.keep(self.rows(Handle), [(record, owner)])
        return self.rows(Commit).create().pk

    def row(self, record):
        model = TABLES[type(record)][0]
        return self.rows(model).filter(model.called([record.id]))

    def valued(self, records):
        """Give records, each with what is written of it; whoever is pointed to has to be there (S-9)."""
        wanted, numbers = {}, {}
        for ref in (ref for record in records for ref in targets(record).values()):
            wanted.setdefault(ref.type, set()).add(ref.id)
        for target, ids in wanted.items():
            model = TABLES[target][0]
            rows = self.rows(model).filter(model.called(ids)).values_list("pk", "reference")
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
            yield record, values | {f"{column}_id": numbers.get(there.get(column)) for column in links}


@contextmanager
def explained(doing):
    """Give every failure of the database as a typed error, with its cause (S-10)."""
    try:
        yield
    except Error as error:
        kind = lm.StoreBusy if "locked" in str(error) else lm.StoreError
        raise kind(doing=doing, what=str(error)) from error
