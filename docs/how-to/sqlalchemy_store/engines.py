"""An engine over SQLite on which a transaction is one."""

from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool


def engine_of(path):
    """Make an engine: a transaction takes the lock when it begins (S-17), and foreign keys are looked after."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def connected(connection, _):
        connection.isolation_level = None  # the driver begins nothing by itself
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begun(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
