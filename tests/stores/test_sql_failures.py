"""Failures of the driver are errors of ours, wherever they happen; errors of others are left alone (S-10)."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import text
from sqlalchemy.exc import PendingRollbackError

from leadmodel import Changes, Lead, Ref, StoreError, StoreUnavailable, create
from leadmodel.stores import SqlStore
from leadmodel.stores.sql.faults import explained
from leadmodel.testing.strategies import NOW
from tests.stores.test_conformance_sql import out_of_order

ADA: Final = Lead(id="l1", last_name="Lovelace")

#: What can be asked within a transaction.
QUESTIONS: Final[dict[str, Callable[[Any], object]]] = {
    "get": lambda tx: tx.get(Lead, "l1"),
    "find": lambda tx: tx.find(Lead),
    "count": lambda tx: tx.count(Lead),
    "directory_for": lambda tx: tx.directory_for([ADA], pipelines=()),
    "history": lambda tx: tx.history(Ref(Lead, "l1")),
    "changes": lambda tx: tx.changes(1),
    "resolve": lambda tx: tx.resolve(Ref(Lead, "l1")),
    "apply": lambda tx: tx.apply(create(ADA, at=NOW)),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Give a store in a file."""
    with SqlStore.open(f"sqlite:///{tmp_path}/crm.db") as store:
        yield store


@pytest.mark.parametrize("name", QUESTIONS)
def test_failure_within_a_transaction_is_typed_at_once(store: SqlStore, name: str) -> None:
    """Whoever asks in the middle of a transaction catches the same errors as outside; and it cannot be kept."""

    def block() -> None:
        with store.transaction() as tx:
            with pytest.raises(StoreError) as caught:
                QUESTIONS[name](tx)
            errors.append(caught.value)

    errors: list[StoreError] = []
    with out_of_order(store), pytest.raises(StoreError, match="nothing was written; let errors leave the block"):
        block()

    (error,) = errors
    assert error.doing == name
    assert isinstance(error.__cause__, sqlite3.Error)


def test_transaction_in_which_the_database_has_failed_writes_nothing(store: SqlStore) -> None:
    """Who swallows a failure after having written does not learn it from silence."""

    def block() -> None:
        with store.transaction() as tx:
            tx.apply(create(ADA, at=NOW))
            with pytest.raises(StoreError):
                tx.get(Lead, "l1")

    store._statements._known["get", Lead] = store._statements._prepared("broken", lambda: text("SELECT no_such_column"))

    with pytest.raises(StoreError) as caught:
        block()

    assert (caught.value.doing, caught.value.rule) == ("transaction", "S-17")
    assert store.count(Lead) == 0


def test_failure_of_the_quick_way_is_typed(store: SqlStore) -> None:
    """A single record is asked for on the driver itself."""
    with out_of_order(store), pytest.raises(StoreError) as caught:
        store.get(Lead, "l1")

    assert isinstance(caught.value.__cause__, sqlite3.Error)


@pytest.mark.parametrize("error", [sqlite3.OperationalError("mine"), PendingRollbackError("mine"), KeyError("mine")])
def test_error_of_the_block_itself_is_left_alone(store: SqlStore, error: Exception) -> None:
    """Who talks to a database of their own within the block gets their own error, and nothing is written."""

    def block() -> None:
        with store.transaction() as tx:
            tx.apply(Changes(created=[ADA]))
            raise error

    with pytest.raises(type(error)) as caught:
        block()

    assert caught.value is error
    assert store.count(Lead) == 0


def test_failure_of_the_tool_between_is_typed() -> None:
    """Not every failure reaches the driver."""
    with pytest.raises(StoreUnavailable) as caught, explained("find"):
        raise PendingRollbackError("it cannot go on\nfor a long reason")

    assert caught.value == StoreUnavailable(doing="find", what="it cannot go on", hint="see the cause")


def test_connection_that_was_closed_says_so(store: SqlStore) -> None:
    """A connection that somebody has closed is a store that is closed."""
    with store._connections.engine.connect() as connection:
        connection.connection.dbapi_connection.close()
        with pytest.raises(StoreUnavailable) as caught, explained("get"):
            connection.exec_driver_sql("SELECT 1")

    assert caught.value == StoreUnavailable(doing="get", what="the store is closed", hint="open it again")
