"""Processes of every shape: with guards, requirements, own fields, transitions, former stages and odd texts."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.criteria import CustomField, fields_of
from leadmodel.processes import (
    Closing,
    Forecast,
    Outcome,
    Pipeline,
    Process,
    Processes,
    Stage,
    Status,
    Statuses,
    StatusKind,
    Transition,
    pipelines,
    statuses,
)
from leadmodel.testing.strategies import criteria, ids
from tests.criteria.drawing import CUSTOM

#: Texts that a file could take for something else.
_ODD: Final = (
    "a.b", "a b", '"', "'", '"""', "'''", "\\", "#", "=", "[x]", "{y}", "true", "7", "2026-01-01", "Größe", "商談中",
    "مرحبا", "e\u0301", "🙂", "from",
)  # fmt: skip
_TEXTS: Final = st.sampled_from((*_ODD, "", " ", "two\nlines", "a\r\nb", "\ttab", "\x7f", "\u2028")) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)
_KEYS: Final = st.sampled_from(_ODD) | ids()
#: Few sets of own fields, since the strategies remember what can be asked about each.
_FIELDS: Final = ((), CUSTOM[2:3], CUSTOM)
_NOUNS: Final = {Pipeline: ("stages", Outcome, pipelines.MOVES), Statuses: ("members", StatusKind, statuses.MOVES)}


@attrs.frozen
class _Gates:
    """What steps, cells and transitions may ask for: a few draws that are used again and again."""

    draw: DrawFn
    pool: Sequence[dict[str, Any]]

    def __call__(self) -> dict[str, Any]:
        """Give nothing for most, and some fields or a guard for the others."""
        return self.draw(st.sampled_from(({}, *self.pool)))


@cache
def _pools(record_type: Any, fields: tuple[CustomField, ...]) -> SearchStrategy[list[dict[str, Any]]]:  # noqa: ANN401  (mypy takes no class for hashable)
    paths = [field.path for field in fields_of(record_type, fields)]
    requires = st.lists(st.sampled_from(paths), max_size=2)
    guard = st.none() | criteria(record_type, fields=fields, related=True, max_leaves=3)
    return st.lists(st.fixed_dictionaries({"requires": requires, "guard": guard}), min_size=1, max_size=3)


def processes(kind: type[Process[Any]]) -> SearchStrategy[Any]:
    """Give pipelines or statuses that use everything a process can hold."""
    return _processes(kind)


@st.composite
def _processes(draw: DrawFn, kind: Any) -> Process[Any]:  # noqa: ANN401  (one of the two kinds)
    name, marks, cells = _NOUNS[kind]
    fields = draw(st.sampled_from(_FIELDS))
    gates = _Gates(draw, draw(_pools(kind.record_type, fields)))
    keys = draw(st.lists(_KEYS, min_size=1, max_size=6, unique=True))
    live = draw(st.sampled_from(sorted(kind.live)))
    steps = [
        _step(draw, key, draw(st.sampled_from(marks)) if number else live, gates) for number, key in enumerate(keys)
    ]
    first = draw(st.sampled_from([None, *(step for step in steps if step.mark in kind.live)]))
    steps = draw(st.permutations([attrs.evolve(step, first=step is first) for step in steps]))
    own = draw(st.sets(st.sampled_from(cells), max_size=4))
    moves = [_cell(draw, cell, gates) if cell in own else cell for cell in cells]
    facts: dict[str, Any] = {name: steps, "moves": draw(st.just(moves) | st.permutations(moves)), "fields": fields}
    if kind is Pipeline:
        former = draw(st.lists(_KEYS.filter(lambda key: key not in keys), max_size=2, unique=True))
        facts["retired"] = [_step(draw, key, Outcome.LOST, gates) for key in former]
        if former and not draw(st.integers(0, 4)):
            facts["stages"] = steps = []  # a pipeline of former times
    facts["transitions"] = _transitions(draw, steps, moves, gates) if draw(st.booleans()) else []
    made: Process[Any] = kind(key=draw(_KEYS), label=draw(_TEXTS), **facts)
    return made


def _step(draw: DrawFn, key: str, mark: Any, gates: _Gates) -> Any:  # noqa: ANN401  (a stage or a status)
    label = draw(st.just(key) | _TEXTS)
    if isinstance(mark, StatusKind):
        return Status(key, label, mark, **gates())
    percent = draw(st.sampled_from((0, 50, 100)))
    return Stage(key, label, mark, percent, draw(st.sampled_from(Forecast)), **gates())


def _cell(draw: DrawFn, cell: Any, gates: _Gates) -> Any:  # noqa: ANN401  (a cell, and a cell)
    return attrs.evolve(
        cell,
        allowed=draw(st.booleans()),
        closing=draw(st.sampled_from(Closing)),
        rule=draw(st.sampled_from((cell.rule, "OWN-1"))),
        hint=draw(st.sampled_from((cell.hint, "")) | _TEXTS),
        **gates(),
    )


def _transitions(draw: DrawFn, steps: Any, moves: Any, gates: _Gates) -> list[Transition]:  # noqa: ANN401  (as above)
    open_ways = {(row.come_from, row.to) for row in moves if row.allowed}
    ways = [
        (one.key, two.key) for one in steps for two in steps if one is not two and (one.mark, two.mark) in open_ways
    ]
    chosen = draw(st.lists(st.sampled_from(ways), unique=True, max_size=4)) if ways else []
    keys = [step.key for step in steps]
    anywhere = draw(st.lists(st.sampled_from(keys), unique=True, max_size=1)) if keys else []
    by_target: dict[str, list[str]] = {key: [] for key in anywhere}
    for start, to in chosen:
        if to not in anywhere:
            by_target.setdefault(to, []).append(start)
    names = draw(st.lists(_KEYS, min_size=len(by_target), max_size=len(by_target), unique=True))
    return [
        Transition(name=name, come_from=start, to=to, **gates())
        for name, (to, start) in zip(names, by_target.items(), strict=True)
    ]


def several() -> SearchStrategy[Processes]:
    """Give what one file holds: some pipelines and some statuses."""
    return st.builds(
        Processes,
        st.lists(processes(Pipeline), max_size=2, unique_by=lambda process: process.key),
        st.lists(processes(Statuses), max_size=2, unique_by=lambda process: process.key),
    )
