"""
Processes that use everything a process can hold: moved cells, transitions, requirements and guards, former stages.

What asks for something asks for fields that there are, and its guards come from the strategies of criteria. Keys and
labels are texts that a file could take for something else as well.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.criteria import CustomField, FieldKind, fields_of
from leadmodel.processes import (
    Closing,
    Forecast,
    Outcome,
    Pipeline,
    Process,
    Stage,
    Status,
    Statuses,
    StatusKind,
    Transition,
    pipelines,
    statuses,
)
from leadmodel.testing.strategies.choosing import pick
from leadmodel.testing.strategies.criterion import criteria
from leadmodel.testing.strategies.text import ids

#: An organisation's own fields: one of each kind, one with a name that needs quotes.
OWN_FIELDS: Final = (
    *(CustomField(f"own {kind.value}", kind) for kind in FieldKind), CustomField('the "key", (and) more', "number"),
)  # fmt: skip
#: Few sets of them, since the strategies remember what can be asked about each.
FIELD_SETS: Final = ((), OWN_FIELDS[2:3], OWN_FIELDS)

#: Texts that a file could take for something else.
_ODD: Final = (
    "a.b", "a b", '"', "'", '"""', "'''", "\\", "#", "=", "[x]", "{y}", "true", "7", "2026-01-01", "Größe", "商談中",
    "مرحبا", "e\u0301", "🙂", "from",
)  # fmt: skip
_TEXTS: Final = st.sampled_from(("", *_ODD, " ", "two\nlines", "a\r\nb", "\ttab", "\x7f", "\u2028")) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12
)
_KEYS: Final = ids() | st.sampled_from(_ODD)
_EITHER: Final = st.booleans()
_PERCENT: Final = st.sampled_from((0, 50, 100))
_FORECAST: Final = st.sampled_from(Forecast)


@attrs.frozen(kw_only=True)
class Shape:
    """
    What a process is to use of all that it can; None leaves it to the draw.
    """

    #: Meanings that some step has, whatever else there is.
    marks: frozenset[StrEnum] = frozenset()
    moves: bool | None = None
    declared: bool | None = None
    guarded: bool | None = None
    retired: bool | None = None
    #: Whether the process may be one of former times, which has retired steps alone.
    former: bool = False


@attrs.frozen
class _Kind:
    """
    What differs between pipelines and statuses.
    """

    steps: str
    marks: tuple[StrEnum, ...]
    live: tuple[StrEnum, ...]
    cells: Sequence[Any]


_KINDS: Final[Mapping[type[Process[Any]], _Kind]] = {
    Pipeline: _Kind("stages", tuple(Outcome), tuple(sorted(Pipeline.live)), pipelines.MOVES),
    Statuses: _Kind("members", tuple(StatusKind), tuple(sorted(Statuses.live)), statuses.MOVES),
}


def gated(kind: type[Process[Any]], shape: Shape) -> SearchStrategy[Any]:
    """
    Give pipelines or statuses of a shape.
    """
    return _processes(kind, shape)


@attrs.frozen
class _Gates:
    """
    What steps, cells and transitions may ask for: a few draws that are used again and again.
    """

    draw: DrawFn
    pool: Sequence[dict[str, Any]]

    def __call__(self) -> dict[str, Any]:
        """
        Give nothing for most, and some fields or a guard for the others.
        """
        return pick(self.draw, self.pool)


@cache
def _pools(record_type: Any, fields: tuple[CustomField, ...]) -> SearchStrategy[list[dict[str, Any]]]:  # noqa: ANN401  (mypy takes no class for hashable)
    paths = [field.path for field in fields_of(record_type, fields)]
    requires = st.lists(st.sampled_from(paths), max_size=2)
    guard = st.none() | criteria(record_type, fields=fields, related=True, max_leaves=3)
    return st.lists(st.fixed_dictionaries({"requires": requires, "guard": guard}), min_size=1, max_size=3)


def _settled(draw: DrawFn, wanted: bool | None) -> bool:
    return draw(_EITHER) if wanted is None else wanted


@st.composite
def _processes(draw: DrawFn, kind: Any, shape: Shape) -> Process[Any]:  # noqa: ANN401  (one of the two kinds)
    row = _KINDS[kind]
    guarded = _settled(draw, shape.guarded)
    fields = pick(draw, FIELD_SETS) if guarded else ()
    gates = _Gates(draw, ({}, {}, {}, *draw(_pools(kind.record_type, fields)))) if guarded else _Gates(draw, ({},))
    steps = _steps(draw, row, shape, gates)
    facts: dict[str, Any] = {row.steps: steps, "moves": row.cells, "fields": fields}
    if _settled(draw, shape.moves):
        facts["moves"] = _moves(draw, row, gates)
    if kind is Pipeline and _settled(draw, shape.retired):
        facts["retired"] = _retired(draw, {step.key for step in steps}, gates)
        if shape.former and not draw(st.integers(0, 4)):
            facts["stages"] = steps = []
    if steps and _settled(draw, shape.declared):
        facts["transitions"] = _transitions(draw, steps, facts["moves"], gates)
    made: Process[Any] = kind(key=draw(_KEYS), label=draw(_TEXTS), **facts)
    return made


def _steps(draw: DrawFn, row: _Kind, shape: Shape, gates: _Gates) -> list[Any]:
    """
    Draw steps of which one is live, and perhaps marked as the first.
    """
    marks = [pick(draw, row.live), *sorted(shape.marks)]
    keys = draw(st.lists(_KEYS, min_size=len(marks), max_size=max(6, len(marks)), unique=True))
    marks += [pick(draw, row.marks) for _ in keys[len(marks) :]]
    steps = [_step(draw, key, mark, gates) for key, mark in zip(keys, marks, strict=True)]
    first = pick(draw, [None, *(step for step in steps if step.mark in row.live)])
    return draw(st.permutations([attrs.evolve(step, first=step is first) for step in steps]))


def _step(draw: DrawFn, key: str, mark: Any, gates: _Gates) -> Any:  # noqa: ANN401  (a stage or a status)
    label = draw(_TEXTS) if draw(_EITHER) else key
    if isinstance(mark, StatusKind):
        return Status(key, label, mark, **gates())
    return Stage(key, label, mark, draw(_PERCENT), draw(_FORECAST), **gates())


def _moves(draw: DrawFn, row: _Kind, gates: _Gates) -> list[Any]:
    """
    Draw the move table: some cells are otherwise than usual, and they may stand in any order.
    """
    own = draw(st.sets(st.sampled_from(row.cells), min_size=1, max_size=4))
    moves = [_cell(draw, cell, gates) if cell in own else cell for cell in row.cells]
    return draw(st.permutations(moves)) if draw(_EITHER) else moves


def _cell(draw: DrawFn, cell: Any, gates: _Gates) -> Any:  # noqa: ANN401  (a cell, and a cell)
    return attrs.evolve(
        cell, allowed=draw(_EITHER), closing=draw(st.sampled_from(Closing)), rule=pick(draw, (cell.rule, "OWN-1")),
        hint=draw(_TEXTS) if draw(_EITHER) else cell.hint, **gates(),
    )  # fmt: skip


def _retired(draw: DrawFn, present: set[str], gates: _Gates) -> list[Any]:
    former = draw(st.lists(_KEYS, min_size=1, max_size=2, unique=True))
    return [
        _step(draw, f"{key} (former)" if key in present else key, pick(draw, tuple(Outcome)), gates) for key in former
    ]


def _transitions(draw: DrawFn, steps: Sequence[Any], moves: Sequence[Any], gates: _Gates) -> list[Transition]:
    """
    Draw at least one transition, along what the move table allows; some lead from anywhere.
    """
    allowed = {(row.come_from, row.to) for row in moves if row.allowed}
    ways = [(one.key, two.key) for one in steps for two in steps if one is not two and (one.mark, two.mark) in allowed]
    chosen = draw(st.lists(st.sampled_from(ways), unique=True, max_size=4)) if ways else []
    by_target: dict[str, list[str]] = {}
    for start, to in chosen:
        by_target.setdefault(to, []).append(start)
    if not chosen or draw(_EITHER):
        by_target[pick(draw, steps).key] = []
    names = draw(st.lists(_KEYS, min_size=len(by_target), max_size=len(by_target), unique=True))
    return [
        Transition(name=name, come_from=start, to=to, **gates())
        for name, (to, start) in zip(names, by_target.items(), strict=True)
    ]
