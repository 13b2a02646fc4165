"""The store over the models keeps the storage contract, as a `Writer`, but for the gaps that it declares."""

import shutil
from contextlib import contextmanager

import attrs
import django
import pytest
from django.apps import apps
from django.db import connections
from django.db.backends.signals import connection_created

from leadmodel.testing import Capabilities, Level, StoreConformance

django.setup()  # before the models are imported

from .mapping import TABLES, lacking, targets  # noqa: E402
from .store import DjangoStore  # noqa: E402

GAPS = {
    "S-2": "nobody keeps the versions of what is gone",
    "S-5": "a reference has at most 40 characters, and nobody else makes an id out of a row's number",
    "S-6": "many fields have no column, and tasks, activities and updates have no table",
    "S-9": "foreign keys: nobody points to what is not on record, and the app empties them when that is deleted",
    "S-14": "ratings and revenues have no column, so nothing is ordered by them",
}


class TestDjangoStore(StoreConformance):
    """Clause by clause."""

    capabilities = Capabilities(level=Level.WRITER, gaps=GAPS)

    @pytest.fixture
    def open_store(self, tmp_path):
        """Give what opens stores: each organisation has a database of its own, which is empty at the beginning."""
        made, paths, empty = [], {}, tmp_path / "empty.db"
        connection_created.connect(keep := lambda connection, **_: made.append(connection))
        make_tables(database(empty))
        connections[str(empty)].close()

        def open_store(tenant="acme"):
            if tenant not in paths:
                paths[tenant] = shutil.copy(empty, tmp_path / f"{len(paths)}.db")
            return DjangoStore(database(paths[tenant]))

        yield open_store
        connection_created.disconnect(keep)
        for connection in made:  # those of other threads too
            connection.inc_thread_sharing()
            connection.close()

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
        using, store.using = store.using, database("/nowhere/gone.db")
        try:
            yield
        finally:
            store.using = using

    @contextmanager
    def counting(self, store):
        """Count the statements (S-16)."""
        connection = connections[store.using]
        connection.force_debug_cursor = True
        yield lambda: len(connection.queries_log)
        connection.force_debug_cursor = False


def database(path):
    """Tell Django of a database, and give its alias; a transaction takes the lock when it begins (S-17)."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 30}
    connections.databases[str(path)] = connections.databases["default"] | {"NAME": str(path), "OPTIONS": options}
    return str(path)


def make_tables(using):
    with connections[using].schema_editor() as editor:
        for model in apps.get_app_config("django_store").get_models():
            editor.create_model(model)
