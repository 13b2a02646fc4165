"""
Connections: a store's way to its database, which the stores of other tenants share.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import attrs
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from leadmodel.errors import StoreError, StoreIsReadOnly, StoreUnavailable
from leadmodel.stores.sql.engines import Clean, Reached, begun, has_failed
from leadmodel.stores.sql.faults import explained


@attrs.define(eq=False)
class Connections:
    """
    The connections to a database, until they are closed.

    Args:
        reached: The database.
        read_only: Whether nothing may be written.
        first: Those of which these are another tenant's; they end with them.
    """

    reached: Reached
    read_only: bool
    first: "Connections | None" = None
    closed: bool = False
    engine: Engine = attrs.field(init=False)
    #: What threads take turns by.
    turn: AbstractContextManager[object] = attrs.field(init=False)
    #: Cleans what the database keeps of rows that are gone.
    clean: Clean | None = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.engine, self.turn, self.clean = self.reached.engine, self.reached.turn, self.reached.clean

    def shared(self) -> "Connections":
        """
        Give the same connections for another tenant, who may close them for himself.
        """
        return Connections(self.reached, self.read_only, self.first or self)

    def close(self) -> None:
        """
        Ask nothing any more; whoever was first closes them for all. They may be closed twice.
        """
        self.closed = True
        if self.first is None:
            self.engine.dispose()

    def check_open(self, doing: str) -> None:
        """
        Check that they are not closed.

        Raises:
            StoreUnavailable: They are.
        """
        if self.closed or (self.first is not None and self.first.closed):
            raise StoreUnavailable(doing=doing, what="the store is closed", hint="open it again")

    @contextmanager
    def connected(self, doing: str, *, lock: str | None = None) -> Iterator[Connection]:
        """
        Give a connection in a transaction, which ends with the block; what the driver raises in it is explained.

        Args:
            doing: What is done in it.
            lock: What other writers are kept from; None only reads.

        Raises:
            StoreBusy: Somebody else is writing, for longer than the store waits.
            StoreIsReadOnly: It is to be written, and the store was opened for reading.
            StoreUnavailable: The database cannot be reached, or the store is closed.
        """
        with self.transaction(doing, lock=lock) as connection, explained(doing):
            yield connection

    @contextmanager
    def transaction(self, doing: str, *, lock: str | None) -> Iterator[Connection]:
        """
        Give a connection in a transaction, which ends with the block; what is raised in it is left alone.

        Args:
            doing: What is done in it.
            lock: As in `connected`, which raises the same.
        """
        self.check_open(doing)
        if self.read_only and lock is not None:
            raise StoreIsReadOnly(doing=doing, what="the store was opened for reading only", hint="open it for writing")
        with self.turn, closing(self._begun(doing, lock)) as connection:
            yield connection
            _commit(connection, doing)

    def _begun(self, doing: str, lock: str | None) -> Connection:
        with explained(doing):
            return begun(self.engine, lock)

    def cleaned(self) -> None:
        """
        Let the database clean up behind whoever was forgotten, where it has to be told to (LIFE-2).

        Raises:
            StoreBusy: Somebody who reads is in the way: the records are forgotten, and to ask again cleans up.
        """
        if self.clean is not None:
            with explained("forget"):
                self.clean(self.engine)


def _commit(connection: Connection, doing: str) -> None:
    """
    Keep what was written.

    Raises:
        StoreError: A statement has failed before, so nothing is kept; or the database refuses.
        StoreUnavailable: The connection was lost meanwhile, and nobody knows whether it was kept.
    """
    if has_failed(connection):
        what, hint = "the database had refused something in it, so nothing was written", "let errors leave the block"
        raise StoreError(doing=doing, what=what, hint=hint, rule="S-17")
    with explained(doing):
        try:
            connection.commit()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            what = "the connection was lost while it was being written: perhaps it was, perhaps not"
            hint = "apply it again under the same key, or look before you do"
            raise StoreUnavailable(doing=doing, what=what, hint=hint, rule="S-18") from error.orig
