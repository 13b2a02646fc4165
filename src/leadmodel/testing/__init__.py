"""
The testing kit: strategies, laws, the conformance suite of stores, and the hook by which Hypothesis finds them.

`leadmodel.testing.strategies` makes records, criteria and whole consistent worlds for property tests; it needs
Hypothesis, which the extra `testing` brings.
`leadmodel.testing.laws` holds what is true of every sound table, directory, profile, criterion and change, as plain
functions; it needs nothing.
`StoreConformance` proves a store; it needs Hypothesis, and is imported when it is first asked for. pytest collects it,
and is needed by none of these.
"""

from typing import TYPE_CHECKING

from leadmodel.errors import MissingExtra

if TYPE_CHECKING:
    from leadmodel.testing.conformance import Capabilities, Level, StoreConformance

__all__ = ["Capabilities", "Level", "StoreConformance"]


def __getattr__(name: str) -> object:
    """
    Import the conformance suite once it is wanted: whoever imports Hypothesis imports this package.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from leadmodel.testing import conformance
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise MissingExtra(library="hypothesis", extra="testing", purpose="the conformance suite") from error
    return getattr(conformance, name)
