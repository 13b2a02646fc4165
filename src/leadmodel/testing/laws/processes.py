"""
The laws of processes: a total table, ways that agree with it, and a value that is read back whatever form it had.
"""

import json
import pickle
from collections.abc import Sequence
from itertools import product
from typing import Any

import attrs

from leadmodel.errors import InvalidTable
from leadmodel.processes import MoveRule, Pipeline, Process, Processes, processes_from_plain, processes_to_plain
from leadmodel.processes.parts import Gate, Step
from leadmodel.processes.ways import Way


def check_process(process: Process[Any]) -> None:
    """
    Check that a process answers every question about a move, and each of them once.

    Every pair of meanings has exactly one row; records begin where it is live; the verdict on every way, what it asks
    for and whose guards hold follow from the steps, the row and the transitions alone. The process is read back equal
    from plain data and from pickles; and allowing a cell undoes refusing it, and the other way round.

    Args:
        process: A pipeline, or statuses, of whatever origin.

    Raises:
        AssertionError: One of the laws does not hold.

    Rule:
        PIPE-1 to PIPE-3, PIPE-11, LEAD-3, LEAD-4.
    """
    _check_table(process)
    if process.steps:
        _check_first(process)
    for start, to in product((None, *process.steps), process.steps):
        _check_way(process, start, to)
    _check_forms(process)
    for row in process.moves:
        _check_permission(process, row)


def _check_table(process: Process[Any]) -> None:
    for come_from, to in product(process.marks, process.marks):
        rows = [row for row in process.moves if (row.come_from, row.to) == (come_from, to)]
        assert len(rows) == 1, f"{len(rows)} rows of {process!r} say whether {come_from} may become {to}"
        found = process.cell(come_from, to)
        assert found == rows[0], f"the cell of {come_from} and {to} is {found}, and its row {rows[0]}"


def _check_first(process: Process[Any]) -> None:
    first = process.first
    live = [step for step in process.steps if step.mark in process.live]
    assert first in live, f"records begin at {first}, and live are {live}"
    expected = next((step for step in live if step.first), live[0])
    assert first == expected, f"records begin at {first}, and should begin at {expected}"


def _check_way(process: Process[Any], start: Any, to: Any) -> None:  # noqa: ANN401  (steps of the process)
    way = process.way(start, to)
    mark = process.unset if start is None else start.mark
    said = f"from {start.key!r} to {to.key!r}" if start else f"to {to.key!r}"
    rows = [row for row in process.moves if (row.come_from, row.to) == (mark, to.mark)]
    assert [way.row] == rows, f"the way {said} is decided by {way.row}, and should be by {rows}"
    leading = _leading(process, start, to)
    found = [way.transition] if way.transition else []
    assert found == leading[:1], f"the way {said} has the transition {way.transition}; there are {leading}"
    begins = start is None and to == process.first
    expected = way.row.allowed and bool(begins or leading or not process.transitions)
    assert way.is_open == expected, f"the way {said} is {'open' if way.is_open else 'closed'}; the tables say otherwise"
    _check_asked(way, [to, way.row, *leading[:1]], said)
    assert process.way(start, to) == way, f"asked again, the way {said} is another one"


def _leading(process: Process[Any], start: Step | None, to: Step) -> list[Any]:
    """
    Give the transitions that lead from one step to another, those that name it before those from anywhere.
    """
    several = [way for way in process.transitions if way.to == to.key]
    named = [way for way in several if start is not None and start.key in way.come_from]
    return named + [way for way in several if not way.come_from]


def _check_asked(way: Way[Any], gates: Sequence[Gate], said: str) -> None:
    paths, asked = {path for gate in gates for path in gate.requires}, [path for path, _ in way.required]
    assert sorted(asked) == sorted(paths), f"the way {said} asks for {asked}, and its parts for {sorted(paths)}"
    guards = [gate.guard for gate in gates if gate.guard is not None]
    held = [guard for _, guard in way.guards]
    assert held == guards, f"the way {said} has the guards {held}, and its parts {guards}"


def _check_forms(process: Process[Any]) -> None:
    given = Processes(pipelines=process) if isinstance(process, Pipeline) else Processes(statuses=[process])  # type: ignore[list-item]  # the two kinds
    text = json.dumps(processes_to_plain(given))
    (read,) = processes_from_plain(json.loads(text)).all
    assert read == process, f"{text}\nreads back as\n{read}"
    copied = pickle.loads(pickle.dumps(process))  # noqa: S301  (our own)
    assert copied == process, f"pickled and read, {process}\nis\n{copied}"


def _check_permission(process: Process[Any], row: MoveRule) -> None:
    """
    Check that allowing and refusing one cell changes that cell alone, and that each takes back the other.
    """
    cell = (row.come_from, row.to)
    allowed = process.allowing(*cell)
    _check_cell(process, allowed, row, expected=True)
    try:
        refused = process.refusing(*cell, hint=row.hint)
    except InvalidTable:
        assert _is_walked(process, row), f"{cell} cannot be refused, and no transition leads that way"
        return
    assert not _is_walked(process, row), f"{cell} was refused, and a transition leads that way"
    _check_cell(process, refused, row, expected=False)
    if row.allowed:
        back = refused.allowing(*cell, requires=row.requires, guard=row.guard)
        expected = attrs.evolve(row, hint="")
    else:
        back, expected = allowed.refusing(*cell, hint=row.hint), attrs.evolve(row, requires=(), guard=None)
    assert back.cell(*cell) == expected, f"there and back, the cell {row} is {back.cell(*cell)}"


def _check_cell(process: Process[Any], changed: Process[Any], row: MoveRule, *, expected: bool) -> None:
    now = changed.cell(row.come_from, row.to)
    verb = "allowing" if expected else "refusing"
    assert now.allowed is expected, f"after {verb} it, the cell {row} is {now}"
    others = ([each for each in several.moves if each is not own] for several, own in ((process, row), (changed, now)))
    before, after = others
    assert before == after, f"{verb} the cell {row} has made of the others {after}"


def _is_walked(process: Process[Any], row: MoveRule) -> bool:
    """
    Say whether a transition names a step that it leaves by this cell.
    """
    marks = {step.key: step.mark for step in process.steps}
    return any(
        (marks[start], marks[way.to]) == (row.come_from, row.to)
        for way in process.transitions
        for start in way.come_from
    )
