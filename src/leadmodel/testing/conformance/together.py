"""
Every clause together: a store beside the store in memory.
"""

from itertools import count
from typing import Final
from unittest import SkipTest

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from leadmodel.ports import Keeper
from leadmodel.testing.conformance.basis import Conformance, Opener, clause, few
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.keeping import Clock
from leadmodel.testing.conformance.machine import Twins

#: The clauses about the past.
_PAST: Final = frozenset({"S-4", "S-12", "S-13"})


class TogetherClauses(Conformance):
    """
    Every clause together.
    """

    @clause("", Level.WRITER)
    def test_all_clauses_hold_together(self, open_store: Opener) -> None:
        """
        S-1 to S-18: whatever is done to a store and to the store in memory, both answer alike.

        What stands under a declared gap is not done; where ids, values, references or the versions of what is gone
        are one, nothing is. Where there is one tenant alone, every run begins with a store that has been emptied, with
        ids that are new, and asks nothing about the past.
        """
        if missing := self.in_the_way():
            raise SkipTest(f"not checked: whatever is done would meet declared gaps, {', '.join(missing)}")
        clocked, alone = open_store.takes_clock, "S-11" in self.capabilities.gaps

        def opens(clock: Clock) -> Keeper:
            return self.fresh(open_store, now=clock) if clocked else self.fresh(open_store)

        def keeps(name: str) -> bool:
            return self.keeps(name) and not (alone and name in _PAST)

        prefixes = (f"{number} " if alone else "" for number in count())
        told = {"opens": staticmethod(opens), "keeps": staticmethod(keeps), "timed": clocked, "prefixes": prefixes}
        twins = type("Twins", (Twins,), told)
        run_state_machine_as_test(twins, settings=settings(few(40), stateful_step_count=30))
