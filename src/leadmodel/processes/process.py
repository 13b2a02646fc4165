"""
The one generic process: keyed steps in order, a total table of moves between what they mean, and named transitions.

Pipelines of deals and statuses of leads are its two instances. A process is data: another policy is another value, made
by `allowing`, `refusing` and `requiring`, and everything about it is checked together when it is made.

Rule:
    PIPE-1 to PIPE-3, LEAD-3, LEAD-4.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar

import attrs

from leadmodel.criteria import Criterion, CustomField
from leadmodel.display import counted
from leadmodel.entities import Record
from leadmodel.errors import InvalidTable, Problem, UnknownName, shown
from leadmodel.processes.checks import emptiness, process_problems
from leadmodel.processes.parts import Gate, MoveRule, Step, Transition, as_fields, as_keys, as_moves
from leadmodel.processes.showing import process_html, process_text
from leadmodel.processes.ways import Way, find_way

S = TypeVar("S", bound=Step)


def _as_transitions(transitions: Iterable[Transition]) -> tuple[Transition, ...]:
    return tuple(transitions)


@attrs.frozen(kw_only=True, repr=False)
class Process(ABC, Generic[S]):
    """
    What pipelines and statuses have in common.
    """

    key: str
    label: str = ""
    #: The move table: one row for each pair of what two steps can mean. See `allowing` and `refusing`.
    moves: tuple[MoveRule, ...] = attrs.field(converter=as_moves)
    #: The ways that may be taken; where there are none, every step can be reached from every other.
    transitions: tuple[Transition, ...] = attrs.field(default=(), converter=_as_transitions)
    #: The organisation's own fields that requirements and guards may name, as `custom.size`.
    fields: tuple[CustomField, ...] = attrs.field(default=(), converter=as_fields)
    _cells: Mapping[tuple[str, str], MoveRule] = attrs.field(init=False, eq=False)
    _steps: Mapping[str, S] = attrs.field(init=False, eq=False)
    _transitions: Mapping[tuple[str, str], Transition] = attrs.field(init=False, eq=False)
    #: The ways that were asked for, by the keys of the steps that are left and entered, and the mark.
    _marked: Mapping[str, tuple[S, ...]] = attrs.field(init=False, eq=False)
    _ways: dict[tuple[str, str, str], Way[S]] = attrs.field(init=False, eq=False, factory=dict)
    _empty: Mapping[str, Criterion] = attrs.field(init=False, eq=False)
    #: Whether a guard asks about time, so that the instant of a move matters to it.
    timed: bool = attrs.field(init=False, eq=False)

    #: The type of record that passes through.
    record_type: ClassVar[type[Record]]
    #: All that a step can mean.
    marks: ClassVar[type[StrEnum]]
    #: What a record counts as that stands on no step yet.
    unset: ClassVar[StrEnum]
    #: What a step may mean at which records begin; some step has such a meaning.
    live: ClassVar[frozenset[StrEnum]]
    #: What errors and tables call the process, one of its steps and the meaning of that.
    nouns: ClassVar[tuple[str, str, str]]
    #: One step, and several.
    counted_as: ClassVar[tuple[str, str]]
    #: The name of the field that holds the steps, and the id of the rule about them.
    steps_field: ClassVar[str]
    steps_rule: ClassVar[str]
    #: The id of the rule by which steps and cells ask for something.
    gate_rule: ClassVar[str]

    def __attrs_post_init__(self) -> None:
        problems = tuple(process_problems(self))
        if problems:
            raise InvalidTable(subject=f"{self.nouns[0]} {shown(self.key)}", problems=problems)
        put = object.__setattr__
        put(self, "_cells", {(row.come_from, row.to): row for row in self.moves})
        put(self, "_steps", {step.key: step for step in self.steps})
        put(self, "_marked", {mark: tuple(step for step in self.steps if step.mark == mark) for mark in self.marks})
        put(self, "_transitions", {(start, t.to): t for t in self.transitions for start in t.come_from or ("",)})
        gates = tuple(self.gates())
        put(self, "_empty", {path: emptiness(self, path) for gate in gates for path in gate.requires})
        guards = [gate.guard for gate in gates if gate.guard is not None]
        put(self, "timed", any(each.row.when is not None for guard in guards for each in guard.conditions()))

    @property
    @abstractmethod
    def steps(self) -> tuple[S, ...]:
        """
        The steps in order.
        """

    @abstractmethod
    def _with_steps(self, steps: Iterable[S]) -> Self:
        """
        Give the process with other steps.
        """

    @abstractmethod
    def columns(self) -> Sequence[str]:
        """
        Name the columns of the table of steps.
        """

    @abstractmethod
    def cells_of(self, step: S) -> Sequence[object]:
        """
        Give the row of a step in that table.
        """

    def own_problems(self) -> Iterable[Problem]:
        """
        Say what is wrong beyond what holds for every process.
        """
        return ()

    @property
    def past_steps(self) -> tuple[S, ...]:
        """
        The steps of former times, where the process keeps any; with some, it may have none of today (PIPE-10).
        """
        return ()

    @property
    def first(self) -> S:
        """
        Where records begin: the step that says so, or the first in order that is live.

        Raises:
            UnknownName: The process is of former times, and nothing begins there any more (PIPE-10).
        """
        live = [step for step in self.steps if step.mark in self.live]
        if not live:
            raise self._unknown("")
        return next((step for step in live if step.first), live[0])

    def step(self, key: str) -> S:
        """
        Give the step with this key.

        Raises:
            UnknownName: There is none; labels and near misses are not accepted (AUTH-14, LEAD-3).
        """
        found = self._steps.get(key) if isinstance(key, str) else None
        if found is None:
            raise self._unknown(key)
        return found

    def of_mark(self, mark: str) -> tuple[S, ...]:
        """
        Give the steps with a meaning, in order.
        """
        return self._marked.get(mark, ())

    def find(self, key: str) -> S | None:
        """
        Give the step with this key, or None.
        """
        return self._steps.get(key)

    def _unknown(self, key: str) -> UnknownName:
        within = f"{self.nouns[0]} {self.key}"
        return UnknownName(kind=self.nouns[1], name=key, known=tuple(self._steps), within=within, rule=self.steps_rule)

    def cell(self, come_from: str, to: str) -> MoveRule:
        """
        Give the row of the move table for what two steps mean, such as "won" and "open".

        Raises:
            UnknownName: A step cannot mean that.
        """
        found = self._cells.get((come_from, to))
        if found is None:
            marks = tuple(self.marks)
            wrong = to if come_from in marks else come_from
            raise UnknownName(kind=self.nouns[2], name=wrong, known=marks)
        return found

    def transition(self, come_from: str, to: str) -> Transition | None:
        """
        Give the transition that leads from one step to another, where one is declared; "" is the beginning.
        """
        return self._transitions.get((come_from, to)) or self._transitions.get(("", to))

    def way(self, start: S | None, to: S, mark: StrEnum | None = None) -> Way[S]:
        """
        Give all that the process says about a step following another.

        Args:
            start: The step that is left; None where a record stands on none of this process.
            to: The step that is entered.
            mark: What the record counts as, where that is not what the step that is left means.
        """
        # Texts and no members of an enumeration, whose hash costs a call.
        asked = ("" if start is None else start.key, to.key, "" if mark is None else str(mark))
        way = self._ways.get(asked)
        if way is None:
            counts = mark or (self.unset if start is None else start.mark)
            way = self._ways[asked] = find_way(self, start, to, counts)
        return way

    def gates(self) -> Iterable[Gate]:
        """
        Give all that may ask for something: steps, cells and transitions.
        """
        return (*self.steps, *self.moves, *self.transitions)

    def lacks(self, path: str) -> Criterion:
        """
        Give the question whether a required field is empty.
        """
        return self._empty[path]

    def allowing(
        self, come_from: str, to: str, *, requires: Iterable[str] = (), guard: Criterion | None = None
    ) -> Self:
        """
        Give the same process with one kind of move allowed: `pipelines.ZOHO.allowing("won", "open")` can reopen deals.

        Args:
            come_from: What the step that is left means.
            to: What the step that is entered means.
            requires: Fields that the record must hold after the move.
            guard: What must be true of the record after the move.

        Raises:
            UnknownName: A step cannot mean that.
            InvalidTable: A field does not exist, or the guard asks about another type of record.

        Rule:
            PIPE-2.
        """
        return self._with_cell(come_from, to, allowed=True, hint="", requires=as_keys(requires), guard=guard)

    def refusing(self, come_from: str, to: str, *, hint: str = "") -> Self:
        """
        Give the same process with one kind of move refused.

        Args:
            come_from: What the step that is left means.
            to: What the step that is entered means.
            hint: What to do instead.

        Raises:
            UnknownName: A step cannot mean that.
            InvalidTable: A transition leads that way.

        Rule:
            PIPE-2.
        """
        return self._with_cell(come_from, to, allowed=False, hint=hint, requires=(), guard=None)

    def _with_cell(self, come_from: str, to: str, **facts: Any) -> Self:  # noqa: ANN401  (the facts of a row)
        old = self.cell(come_from, to)
        new = attrs.evolve(old, **facts)
        return attrs.evolve(self, moves=[new if row is old else row for row in self.moves])

    def requiring(self, key: str, *fields: str, guard: Criterion | None = None) -> Self:
        """
        Give the same process in which a step asks for more: `ZOHO.requiring("Closed Won", "amount")`.

        Args:
            key: The step.
            fields: Fields that a record must hold to come here, besides those that the step requires already.
            guard: What must be true of a record to come here, besides what the step asks already.

        Raises:
            UnknownName: There is no such step.
            InvalidTable: A field does not exist, or the guard asks about another type of record.

        Rule:
            PIPE-2, LEAD-4.
        """
        old = self.step(key)
        requires = tuple(dict.fromkeys((*old.requires, *fields)))
        both = guard if old.guard is None else old.guard if guard is None else old.guard & guard
        return self._with_step(old, requires=requires, guard=both)

    def _with_step(self, old: S, **facts: Any) -> Self:  # noqa: ANN401  (the facts of a step)
        known: Any = old  # every step is an attrs class
        new = attrs.evolve(known, **facts)
        return self._with_steps(new if step is old else step for step in self.steps)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key={self.key!r}, {counted(len(self.steps), *self.counted_as)})"

    def __str__(self) -> str:
        return process_text(self)

    def _repr_html_(self) -> str:
        return process_html(self)
