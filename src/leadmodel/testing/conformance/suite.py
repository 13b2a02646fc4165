"""
The whole suite: one class and one fixture prove a store.
"""

from collections.abc import Callable
from typing import Any
from unittest import SkipTest

from leadmodel.testing.conformance.applying import ApplyClauses, DurableClauses, UnjudgingClauses
from leadmodel.testing.conformance.asking import AnswerClauses
from leadmodel.testing.conformance.effects import MergeClauses, OutboxClauses
from leadmodel.testing.conformance.failing import FailureClauses
from leadmodel.testing.conformance.finding import OrderClauses, PageClauses
from leadmodel.testing.conformance.forgetting import ForgetClauses
from leadmodel.testing.conformance.keeping import AsOfClauses, LogClauses
from leadmodel.testing.conformance.people import BatchClauses
from leadmodel.testing.conformance.tenants import TenantClauses
from leadmodel.testing.conformance.together import TogetherClauses
from leadmodel.testing.conformance.transactions import TransactionClauses
from leadmodel.testing.conformance.values import IdClauses, ValueClauses
from leadmodel.testing.conformance.writing import AtomicClauses, VersionClauses


class StoreConformance(
    IdClauses, ValueClauses, PageClauses, OrderClauses, AnswerClauses, FailureClauses, TenantClauses, BatchClauses,
    AtomicClauses, VersionClauses, DurableClauses, UnjudgingClauses, ApplyClauses, TransactionClauses, LogClauses,
    AsOfClauses, MergeClauses, OutboxClauses, ForgetClauses, TogetherClauses,
):  # fmt: skip
    """
    The storage contract as tests: a store that passes them at its level keeps it.

    Inherit from it, say what the store can do, and open it in a fixture; pytest does the rest. Each test names its
    clause. It needs Hypothesis, and of pytest only that it collects the class: each test is a plain method that takes
    what opens stores.

        class TestMyStore(StoreConformance):
            capabilities = Capabilities(level=Level.WRITER, gaps={"S-11": "there is one organisation alone"})

            @pytest.fixture
            def open_store(self, tmp_path):
                return lambda tenant="acme": MyStore(tmp_path / "crm.db", tenant)

    `open_store(tenant)` gives a store of that tenant over the same records each time it is called, and none at the
    beginning of a test. Where it takes `now` as well, the log is tried under a clock. `fill`, `after_crash`, `counting`
    and `failing` are for a store's owner to say in other words.

    A declared gap must really be one: where no test of its clause fails, the last of them to run fails instead and says
    that the gap can go. The last test tells what was not checked; it is skipped with the list, or passes where there is
    nothing to tell.
    """

    def test_tells_what_was_not_checked(self, open_store: Callable[..., Any]) -> None:
        """
        Tell which clauses were not asked of the store, and why.
        """
        report = self.report(open_store)
        if report.unchecked:
            raise SkipTest(str(report))
