"""Every broken store is caught by the clause that is meant for it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from unittest import SkipTest

import pytest

from leadmodel.testing import StoreConformance
from leadmodel.testing.conformance import CLAUSES
from tests.stores.broken import BROKEN, Broken, opening
from tests.stores.broken.people import Driven, DrivenSuite
from tests.stores.broken.row import prefix


def draws(name: str) -> bool:
    """Tell whether a test draws its examples: then it takes long to say what it has found."""
    return "_drawn_" in name or "_together" in name


def outcomes(
    suite: type[StoreConformance], opener: Callable[[], Any], names: Iterable[str]
) -> Iterator[tuple[str, Exception | None]]:
    """Run tests of the suite one after another, each on stores of its own, and give what each has come to."""
    for name in names:
        try:
            getattr(suite(), name)(opener())
        except Exception as error:  # noqa: BLE001  (a broken store may raise anything)
            yield name, error
        else:
            yield name, None


def caught_by(broken: Broken) -> str:
    """Give the first test of the store's clause that fails, or "" where all pass."""
    names = sorted(broken.suite.named(broken.clause), key=lambda name: (draws(name), "_as_by_all_" in name))
    found = outcomes(broken.suite, broken.opener, names)
    return next((name for name, error in found if error is not None and not isinstance(error, SkipTest)), "")


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_broken_store_is_caught_by_the_clause_meant_for_it(broken: Broken) -> None:
    """A test whose name has the number of the clause fails."""
    assert caught_by(broken).startswith(prefix(broken.clause))


def test_every_clause_catches_some_broken_store() -> None:
    """No clause is there that nothing can break."""
    assert {broken.clause for broken in BROKEN} == set(CLAUSES)


def test_whole_store_is_caught_by_nothing() -> None:
    """
    The store that the broken ones are made of passes every test, and none is skipped.

    It is the store in memory with a driver beneath it, so that all of the suite can be asked of it. Tests that draw
    their examples are left to the store in memory itself.
    """
    found = outcomes(DrivenSuite, lambda: opening(Driven), (name for name in DrivenSuite.named() if not draws(name)))

    assert [each for each in found if each[1] is not None] == []
