"""Stores that have no room for everything: S-6 is a declared gap, and the rest is tried with what fits."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from unittest import SkipTest

import attrs
import pytest

from leadmodel import Changes, StoreError
from leadmodel.entities import Account, Contact, Deal, Entity, Lead
from leadmodel.stores import MemoryStore
from leadmodel.testing import Capabilities, Level
from leadmodel.testing.conformance.samples import everything
from tests.stores.broken import Suite, opening
from tests.stores.test_broken_stores import draws, outcomes

GAPS = {"S-6": "tags have no column, and there are four tables"}
#: The clauses whose records the suite may have to make smaller.
TRIED = ("S-3", "S-7", "S-11", "S-15", "S-16")


class Narrow(MemoryStore):
    """A store that has no room for tags, nor for most types."""

    def _apply(self, changes: Changes | Iterable[Changes], key: str | None) -> int:
        for each in [changes] if isinstance(changes, Changes) else changes:
            for record in each.created:
                if type(record) not in {Lead, Contact, Account, Deal} or getattr(record, "tags", ()):
                    raise StoreError(doing="apply", what=f"there is no room for {record.ref}")
        return super()._apply(changes, key)


class NarrowSuite(Suite):
    """The suite, told what there is room for."""

    capabilities = Capabilities(level=Level.WRITER, gaps=GAPS)

    def kept(self, records: Iterable[Entity]) -> Iterator[Entity]:
        """Leave tags out, and most types."""
        for record in records:
            if isinstance(record, (Lead, Contact, Account, Deal)):
                yield attrs.evolve(record, tags=())


def results(suite: type[Suite], opener: Callable[[], Any], *clauses: str) -> dict[str, str]:
    """Run the tests of some clauses, those that draw left out, and give the text of what each raised."""
    found = outcomes(suite, opener, [name for name in suite.named(*clauses) if not draws(name)])
    return {name: "" if error is None else f"{type(error).__name__}: {error}" for name, error in found}


@pytest.mark.parametrize("name", TRIED)
def test_clauses_are_tried_with_what_there_is_room_for(name: str) -> None:
    """Beside S-6 nothing fails; without `kept` some test of each of these clauses does."""

    class Untold(Suite):
        """The suite, which is not told."""

        capabilities = Capabilities(level=Level.WRITER, gaps=GAPS)

    told, untold = (results(suite, lambda: opening(Narrow), name) for suite in (NarrowSuite, Untold))

    assert [text for text in told.values() if text and not text.startswith("SkipTest")] == []
    assert [text for text in untold.values() if text.startswith("StoreError")] != []


def test_missing_room_is_a_gap_that_is_there() -> None:
    """S-6 itself is tried with everything, so the gap is true."""
    found = results(NarrowSuite, lambda: opening(Narrow), "S-6")

    assert {text.partition(" (")[0] for text in found.values() if text} == {
        f"SkipTest: S-6 is a declared gap: {GAPS['S-6']}"
    }


def test_room_is_asked_about_where_the_gap_is_declared_alone() -> None:
    """Whoever keeps S-6 is tried with everything, whatever `kept` says."""

    class Keeping(NarrowSuite):
        """The suite without the gap."""

        capabilities = Capabilities(level=Level.WRITER)

    several = everything()

    assert Keeping().room(several) == several
    assert [type(each) for each in NarrowSuite().room(several)] == [Lead, Contact, Account, Deal]


@pytest.mark.parametrize("gap", ["S-2", "S-5", "S-6", "S-9"])
def test_store_that_cannot_keep_what_is_drawn_is_not_compared(gap: str) -> None:
    """What is done at random would meet the gap: that is said, and told by the report."""

    class Declared(Suite):
        """The suite with the gap."""

        capabilities = Capabilities(level=Level.WRITER, gaps={gap: "not yet"})

    with pytest.raises(SkipTest, match=f"not checked: whatever is done would meet declared gaps, {gap}"):
        Declared().test_all_clauses_hold_together(opening(MemoryStore))
    line = f"all clauses together, beside the store in memory: it would meet {gap}"
    assert line in Declared().report(opening(MemoryStore)).unchecked


def test_version_that_restarts_after_a_crash_is_no_matter_of_the_crash() -> None:
    """S-3 is kept by a store whose gap is S-2: what comes back has the version that it gives."""

    class Forgetful(MemoryStore):
        """A store that forgets the versions of what is gone."""

        def _gone(self, ref: Any) -> None:  # noqa: ANN401  (a reference)
            del ref

    class Declared(Suite):
        """The suite with the gap."""

        capabilities = Capabilities(level=Level.WRITER, gaps={"S-2": "versions of what is gone are forgotten"})

    found = results(Declared, lambda: opening(Forgetful), "S-3")

    assert [text for text in found.values() if text and not text.startswith("SkipTest")] == []
