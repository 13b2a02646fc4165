"""
Failures: whatever goes wrong beneath a store is a typed error with its cause (S-10).
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from unittest import SkipTest

from leadmodel.changes import Changes
from leadmodel.entities import Lead
from leadmodel.errors import StoreError
from leadmodel.networks import Profile
from leadmodel.processes import pipelines
from leadmodel.testing.conformance.basis import Conformance, Opener, clause
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.comparing import raised, same
from leadmodel.testing.conformance.samples import NOON, creating, ids_of, lead
from leadmodel.values import Ref


class FailureClauses(Conformance):
    """
    S-10: every failure of the driver becomes a typed error with the cause.
    """

    @clause("S-10")
    def test_s10_a_closed_store_says_so(self, open_store: Opener) -> None:
        """
        S-10: once it is closed, a store raises a StoreError for whatever it is asked; to close it again does nothing.
        """
        store: Any = open_store()
        if not hasattr(store, "close"):
            raise SkipTest("not checked: the store has no `close`")
        self.fill(store, [lead("l1")])
        store.close()
        store.close()

        for what, ask in self._everything(store).items():
            raised(StoreError, ask, f"{what}, of a closed store")

    @clause("S-10")
    def test_s10_a_failure_below_is_a_typed_error_with_its_cause(self, open_store: Opener) -> None:
        """
        S-10: where the driver fails, a StoreError comes with the driver's own error as its cause, and nothing is lost.
        """
        store = open_store()
        self.fill(store, [lead("l1")])
        for what, ask in self._everything(store).items():
            failing = self.failing(store)
            if failing is None:
                raise SkipTest("not checked: nobody lets the driver fail; say how with `failing`")
            with failing:
                error = raised(StoreError, ask, f"{what}, while the driver fails")
            same(error.__cause__ is not None, True, f"{what}, while the driver fails: whether the error has a cause")

        same(ids_of(store.find(Lead)), ["l1"], "the records once the driver works again")

    def _everything(self, store: Any) -> Mapping[str, Callable[[], object]]:  # noqa: ANN401  (a store of any level)
        """
        Give everything that a store of this level can be asked.
        """
        ref = Ref(Lead, "l1")
        asked: dict[str, Callable[[], object]] = {
            "get": lambda: store.get(Lead, "l1"),
            "find": lambda: store.find(Lead),
            "count": lambda: store.count(Lead),
            "directory_for": lambda: store.directory_for([Profile("x", "ada")], pipelines=pipelines.SIMPLE),
        }
        if self.capabilities.level >= Level.WRITER:
            asked |= {"apply": partial(store.apply, creating(lead("l2"))), "transaction": partial(_transacted, store)}
        if self.capabilities.level >= Level.KEEPER:
            asked |= {
                "history": partial(store.history, ref), "changes": partial(store.changes, 1),
                "log": lambda: list(store.log()), "as_of": lambda: store.as_of(NOON).count(Lead),
                "outbox": store.outbox, "acknowledge": lambda: store.acknowledge(["e1"]),
                "resolve": partial(store.resolve, ref),
            }  # fmt: skip
        return asked


def _transacted(store: Any) -> None:  # noqa: ANN401  (as above)
    with store.transaction() as transaction:
        transaction.apply(Changes(created=[lead("l3")]))
