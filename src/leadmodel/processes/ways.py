"""
Ways: what a process says about one step following another, found once and kept.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from leadmodel.criteria import Criterion
from leadmodel.errors import shown
from leadmodel.processes.parts import Gate, MoveRule, Step, Transition

if TYPE_CHECKING:
    from leadmodel.processes.process import Process

S = TypeVar("S", bound=Step)
S_co = TypeVar("S_co", bound=Step, covariant=True)


@attrs.frozen(kw_only=True)
class Way(Generic[S_co]):
    """
    The way from where a record stands to a step.
    """

    #: The step that is left; None where the record stands on none of this process.
    start: S_co | None
    #: What the record counts as before the move: what the step that is left means.
    mark: StrEnum
    to: S_co
    #: The cell of the move table.
    row: MoveRule
    #: The transition that leads this way, where the process declares any.
    transition: Transition | None
    #: Whether the tables let records go this way.
    is_open: bool
    #: The fields that the record must hold after the move, each with the question whether it is empty.
    required: tuple[tuple[str, Criterion], ...]
    #: What must be true of the record after the move, and who asks it.
    guards: tuple[tuple[str, Criterion], ...]


def find_way(process: "Process[S]", start: S | None, to: S, mark: StrEnum) -> Way[S]:
    """
    Put together what the steps, the move table and the transitions say.
    """
    row = process.cell(mark, to.mark)
    transition = process.transition("" if start is None else start.key, to.key)
    begins = start is None and to is process.first  # to begin where records begin, no transition is needed
    gates = [gate for gate in (to, row, transition) if gate is not None]
    paths = dict.fromkeys(path for gate in gates for path in gate.requires)
    return Way(
        start=start, mark=mark, to=to, row=row, transition=transition,
        is_open=row.allowed and (begins or transition is not None or not process.transitions),
        required=tuple((path, process.lacks(path)) for path in paths),
        guards=tuple((_named(gate, process), gate.guard) for gate in gates if gate.guard is not None),
    )  # fmt: skip


def ways_from(process: "Process[S]", start: S | None, mark: StrEnum) -> Iterator[Way[S]]:
    """
    Give the ways that the tables leave open, in the order of the steps.
    """
    for to in process.steps:
        if to is not start:
            way = process.way(start, to, mark)
            if way.is_open:
                yield way


def _named(gate: Gate, process: "Process[Any]") -> str:
    if isinstance(gate, MoveRule):
        return f"a move from {gate.come_from} to {gate.to}"
    if isinstance(gate, Transition):
        return f"the transition {shown(gate.name)}"
    step: Any = gate
    return f"the {process.nouns[1]} {shown(step.key)}"
