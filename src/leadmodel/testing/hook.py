"""
The hook: Hypothesis calls `register` when it is imported, and from then on `st.from_type(Lead)` gives valid leads.

Without it, Hypothesis would guess from annotations and nearly every draw would be refused by the checks of the record.
Registering costs an import of leadmodel alone; the strategies are imported when one of the types is first asked for.
Set `HYPOTHESIS_NO_PLUGINS=1` to do without.
"""

from typing import TYPE_CHECKING, Any, Final, get_args

from leadmodel.display import plural
from leadmodel.entities import ENTITIES, Converted, DealContact, StageChange
from leadmodel.networks import Profile
from leadmodel.playbook import Playbook
from leadmodel.processes import Pipeline, Processes, Statuses
from leadmodel.rules.author_rules import AuthorRules
from leadmodel.rules.conversion import Request
from leadmodel.values import Address, Consent, EmailAddress, FrozenMap, Money, PhoneNumber, Ref, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

#: Every type that `st.from_type` knows: the records, the values under them, the tables.
TYPES: Final[tuple[type[object], ...]] = (
    *ENTITIES, Address, AuthorRules, Converted, DealContact, EmailAddress, FrozenMap, Money, PhoneNumber, Pipeline,
    Playbook, Processes, Profile, Ref, Request, StageChange, Statuses,
)  # fmt: skip
#: Strategies whose name is not the plural of the type's.
_IRREGULAR: Final = {
    AuthorRules: "author_rules", Converted: "conversions", FrozenMap: "custom_fields", Money: "money",
    Processes: "processes", Request: "conversion_requests", Statuses: "statuses",
}  # fmt: skip


def strategy_name(record_type: type[object]) -> str:
    """
    Give the name of the strategy for a type: its plural, as in "social_updates".
    """
    if record_type in _IRREGULAR:
        return _IRREGULAR[record_type]
    return plural(type_name(record_type)).replace(" ", "_")


def register() -> None:
    """
    Tell Hypothesis how to make every type in `TYPES`.
    """
    from hypothesis.strategies import register_type_strategy

    for known in TYPES:
        register_type_strategy(known, _later(strategy_name(known)))


def _later(name: str) -> "Callable[[type[object]], SearchStrategy[Any]]":
    """
    Give a function that finds the strategy with this name once it is wanted.
    """

    def strategy_for(wanted: type[object]) -> "SearchStrategy[Any]":
        from leadmodel.testing import strategies

        named = "consents" if Consent in get_args(wanted) else name
        found: SearchStrategy[Any] = getattr(strategies, named)()
        return found

    return strategy_for
