"""
The parts of a process: a step, a cell of its move table, a named transition, and what each may ask for.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

import attrs

from leadmodel.criteria import Criterion, CustomField
from leadmodel.values.choice import choice


class Gate(Protocol):
    """
    Whatever may ask something of the record that a move would result in: a step, a cell or a transition.
    """

    @property
    def requires(self) -> tuple[str, ...]:
        """
        The fields that must hold something.
        """
        ...

    @property
    def guard(self) -> Criterion | None:
        """
        The question that must be answered with yes.
        """
        ...


class Step(Gate, Protocol):
    """
    One step of a process: a stage of a pipeline or a status of a lead.
    """

    @property
    def key(self) -> str:
        """
        What records hold.
        """
        ...

    @property
    def label(self) -> str:
        """
        What people see.
        """
        ...

    @property
    def mark(self) -> StrEnum:
        """
        What the step means: the outcome of a stage, the kind of a status.
        """
        ...

    @property
    def first(self) -> bool:
        """
        Whether records begin here.
        """
        ...


class Closing(StrEnum):
    """
    What a move does to the instant at which a deal was closed.
    """

    KEEP = "keep"
    STAMP = "stamp"
    CLEAR = "clear"


def as_keys(values: Iterable[str]) -> tuple[str, ...]:
    """
    Keep several keys in order; one alone may be given without a list around it.
    """
    return (values,) if isinstance(values, str) else tuple(values)


def as_fields(fields: Iterable[CustomField]) -> tuple[CustomField, ...]:
    """
    Keep the declarations of the organisation's own fields in order.
    """
    return tuple(fields)


def as_moves(moves: "Iterable[MoveRule]") -> "tuple[MoveRule, ...]":
    """
    Keep the rows of a move table in order.
    """
    return tuple(moves)


def _as_closing(value: Closing | str) -> Closing:
    return choice(Closing, value, "closing")


@attrs.frozen
class MoveRule:
    """
    One cell of a move table: whether records may go from steps of one meaning to steps of another.

    Raises:
        InvalidValue: The closing is none of the listed ones.
    """

    #: What the step that is left means: an outcome, or the kind of a status.
    come_from: str
    #: What the step that is entered means.
    to: str
    allowed: bool
    closing: Closing = attrs.field(default=Closing.KEEP, converter=_as_closing)
    #: The id of the rule.
    rule: str = "PIPE-2"
    #: What to do instead, where the move is not allowed.
    hint: str = ""
    #: Fields that the record must hold after the move.
    requires: tuple[str, ...] = attrs.field(default=(), converter=as_keys, kw_only=True)
    #: What must be true of the record after the move.
    guard: Criterion | None = attrs.field(default=None, kw_only=True)


@attrs.frozen(kw_only=True)
class Transition:
    """
    A named way between steps. Where a process has any, nothing moves but along them (PIPE-3).
    """

    name: str
    #: The keys of the steps that it leads from; none stands for every step, and for the beginning.
    come_from: tuple[str, ...] = attrs.field(default=(), converter=as_keys)
    #: The key of the step that it leads to.
    to: str
    #: Fields that the record must hold after the move.
    requires: tuple[str, ...] = attrs.field(default=(), converter=as_keys)
    #: What must be true of the record after the move.
    guard: Criterion | None = None
