"""The store over the models keeps the storage contract, as a `Writer`, but for the gaps that it declares."""

from contextlib import contextmanager

import attrs
import pytest
from sqlalchemy import event

from leadmodel.testing import Capabilities, Level, StoreConformance

from .engines import engine_of
from .mapping import TABLES, lacking, targets
from .models import Base
from .store import OrmStore

GAPS = {
    "S-2": "nobody keeps the versions of what is gone",
    "S-5": "a reference has at most 40 characters, and nobody else makes an id out of a row's number",
    "S-6": "many fields have no column, and tasks, activities and updates have no table",
    "S-9": "foreign keys: nobody points to what is not on record, and they are emptied when that is deleted",
    "S-14": "ratings and revenues have no column, so nothing is ordered by them",
}


class TestOrmStore(StoreConformance):
    """Clause by clause."""

    capabilities = Capabilities(level=Level.WRITER, gaps=GAPS)

    @pytest.fixture
    def open_store(self, tmp_path):
        """Give what opens stores: each organisation has a database of its own, which is empty at the beginning."""
        engines = {}

        def open_store(tenant="acme"):
            if tenant not in engines:
                engines[tenant] = engine_of(tmp_path / f"{len(engines)}.db")
                Base.metadata.create_all(engines[tenant])
            return OrmStore(engines[tenant])

        return open_store

    def kept(self, records):
        """Leave out what has no room, and whoever is pointed to and is not there."""
        records = [record for record in records if type(record) in TABLES]
        there = {record.ref for record in records}
        for record in records:
            links, fields = TABLES[type(record)][2], attrs.fields_dict(type(record))
            gone = [links[column][1].partition(".")[0] for column, ref in targets(record).items() if ref not in there]
            yield attrs.evolve(record, **{name: fields[name].default for name in (*lacking(record), *gone)})

    @contextmanager
    def failing(self, store):
        """Let the database fail: it is gone for a while (S-10)."""
        engine, store.engine = store.engine, engine_of("/nowhere/gone.db")
        try:
            yield
        finally:
            store.engine = engine

    @contextmanager
    def counting(self, store):
        """Count the statements (S-16)."""
        seen = []
        event.listen(store.engine, "before_cursor_execute", count := lambda *_: seen.append(1))
        yield lambda: len(seen)
        event.remove(store.engine, "before_cursor_execute", count)
