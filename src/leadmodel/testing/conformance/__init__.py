"""
The conformance suite: what proves that a store of any kind keeps the storage contract, clause by clause.
"""

from leadmodel.testing.conformance.basis import Report
from leadmodel.testing.conformance.capabilities import CLAUSES, Capabilities, Level
from leadmodel.testing.conformance.suite import StoreConformance

__all__ = ["CLAUSES", "Capabilities", "Level", "Report", "StoreConformance"]
