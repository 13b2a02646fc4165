"""
The one shape of every preview.
"""

from typing import Generic, TypeVar

import attrs

from leadmodel.changes.change import Changes
from leadmodel.display import counted, html_facts, listed
from leadmodel.errors import Problem

E_co = TypeVar("E_co", covariant=True)


@attrs.frozen(kw_only=True, repr=False)
class Plan(Generic[E_co]):
    """
    What would change, what stands in the way, and what speaks for it. Problems block; warnings stand in the evidence.
    """

    changes: Changes
    problems: tuple[Problem, ...] = ()
    evidence: tuple[E_co, ...] = ()

    def __bool__(self) -> bool:
        return not self.problems

    def __repr__(self) -> str:
        return f"Plan({self.changes!r}, {counted(len(self.problems), 'problem')})"

    def __str__(self) -> str:
        parts = [f"blocked: {problem}" for problem in self.problems]
        return "\n".join([*parts, str(self.changes), *(f"because {reason}" for reason in self.evidence)])

    def _repr_html_(self) -> str:
        told = (("blocked", self.problems), ("because", self.evidence))
        facts = [(name, listed(members, of=len(members))) for name, members in told if members]
        return f"{html_facts('plan', facts)}{self.changes._repr_html_()}"
