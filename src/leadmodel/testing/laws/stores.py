"""
The laws of stores: the storage contract, asked of a store by a plain call.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

if TYPE_CHECKING:
    from leadmodel.testing.conformance import Capabilities, Report, StoreConformance


def check_store(
    make: Callable[[], Callable[..., Any]],
    *,
    capabilities: "Capabilities | None" = None,
    suite: "type[StoreConformance] | None" = None,
    clauses: Collection[str] = (),
) -> "Report":
    """
    Check that a store keeps the storage contract: what `StoreConformance` does under pytest, by a call.

    It takes minutes, unless a few clauses are named, and needs the extra `testing`.

    Args:
        make: Called before each test; gives what opens stores, as the fixture `open_store` does: called with a tenant,
            a store of that tenant over the same records each time, and none at the beginning.
        capabilities: The level of the store and its declared gaps; None is what the suite says itself.
        suite: A suite of one's own, for a store that has to be filled, counted or broken in another way.
        clauses: The clauses to ask about, such as "S-6"; none are all of them.

    Returns:
        What was not checked, and why: a report for people, with its lines in `unchecked`.

    Raises:
        AssertionError: Clauses are not kept, or a declared gap is none. All of them are told, and what each test raised
            stands in the exception group that is the cause.
        MissingExtra: Hypothesis is not installed.
    """
    from leadmodel.testing import StoreConformance as Usual

    class Asked(suite or Usual):  # type: ignore[misc]  # a suite that is known at run time
        pass

    if capabilities is not None:
        Asked.capabilities = capabilities
    asked = Asked()
    failures = []
    for name in asked.named(*clauses):
        try:
            getattr(asked, name)(make())
        except SkipTest:  # the report tells it
            pass
        except Exception as error:  # noqa: BLE001  (a store may raise anything)
            error.add_note(name)
            failures.append(error)
    if failures:
        told = "".join(f"\n  - {_told(error)}" for error in failures)
        raise AssertionError(f"{len(failures)} tests of the storage contract fail:{told}") from ExceptionGroup(
            "what they raised", failures
        )
    report: Report = asked.report(make())
    return report


def _told(error: Exception) -> str:
    """
    Tell a failure in one line: the test, which has the name of its clause, and what it says first.
    """
    said = str(error).partition("\n")[0]
    return f"{error.__notes__[-1]}: {said or type(error).__name__}"
