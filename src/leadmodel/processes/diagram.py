"""
A process drawn with the characters of a terminal: what a person needs to see at a glance.

In free mode the steps stand in frames by what they mean, and an arrow leads from a frame to every frame whose steps may
follow; what may become each other in any order shares a frame. In declared mode every step stands over the
transitions that leave it.

A frame is entered at its upper edge and left at its lower one. Each frame that is left has a line of its own at the
right: where lines meet they join, and where one is interrupted they cross.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

import attrs

from leadmodel.display import fitted, width
from leadmodel.processes.parts import Gate, MoveRule, Step, Transition
from leadmodel.processes.pipelines import Stage
from leadmodel.processes.process import Process
from leadmodel.processes.showing import asks
from leadmodel.values import type_name

#: Columns that a diagram takes at most.
COLUMNS: Final = 100
#: Columns of a label; what is longer is cut.
_LABEL: Final = 56

_BEGIN, _ORDER, _ASKS = "▶", "⇅", "◆"


def diagram(process: Process[Any]) -> str:
    """
    Draw a process in at most 100 columns: the steps, the moves that are allowed, and where records begin.

    A step or arrow with a diamond asks for something; the tables say for what.
    """
    if not process.steps:  # a process of former times
        return f"  no {process.counted_as[1]} any more"
    lines = _declared(process) if process.transitions else _free(process)
    return "\n".join(line.rstrip() for line in lines)


# ---------------------------------------------------------------- free mode


@attrs.frozen
class _Frame:
    """
    Steps in one frame: those of one meaning, or of several that may become each other in any order.
    """

    parts: tuple[tuple[str, tuple[Step, ...]], ...]
    #: Whether its steps may follow one another.
    loose: bool

    @property
    def mark(self) -> str:
        """
        One of the meanings: towards other frames they are all alike.
        """
        return self.parts[0][0]

    @property
    def height(self) -> int:
        """
        The lines that it takes.
        """
        return 1 + sum(len(steps) + 1 for _, steps in self.parts)


@attrs.frozen
class _Line:
    """
    The line at the right that leaves one frame, by rows: where it leaves, what it enters, and what asks for something.
    """

    leaves: int
    enters: frozenset[int]
    asking: frozenset[int]

    @property
    def ends(self) -> tuple[int, int]:
        """
        The first and the last row.
        """
        return min(self.leaves, *self.enters), max(self.leaves, *self.enters)

    def joins(self, row: int) -> bool:
        """
        Whether it meets what stands to its left.
        """
        return row == self.leaves or row in self.enters

    def sign(self, row: int, *, goes_on: bool) -> str:
        """
        Give what it shows in a row; *goes_on* says that another line comes from further right.
        """
        low, high = self.ends
        if self.joins(row):
            return _JOINTS[row > low, row < high, goes_on]
        return "│" if low < row < high else "─" if goes_on else " "


#: Where a line joins: whether it comes from above, goes on below, and is met from the right.
_JOINTS: Final = {
    (False, True, False): "╮", (True, False, False): "╯", (True, True, False): "┤",
    (False, True, True): "┬", (True, False, True): "┴", (True, True, True): "┼",
}  # fmt: skip


def _free(process: Process[Any]) -> Iterator[str]:
    frames = _frames(process)
    lanes = _lanes(process, frames)
    bodies = [tuple(_body(process, frame)) for frame in frames]
    inner = max(line.least for body in bodies for line in body)
    left = {line.leaves for line in lanes}
    for row, line in enumerate(line for body in bodies for line in body):
        yield line.drawn(inner, is_left=row in left) + _beside(lanes, row)
    yield from _legend(process, frames, lanes)


def _frames(process: Process[Any]) -> list[_Frame]:
    """
    Put the steps into frames: meanings that are alike to all others, and become each other unasked, share one.
    """
    among = {str(mark): tuple(step for step in process.steps if step.mark is mark) for mark in process.marks}
    by_mark = {mark: steps for mark, steps in among.items() if steps}
    groups: list[list[str]] = []
    for mark in by_mark:
        group = next((group for group in groups if _alike(process, by_mark, group[0], mark)), None)
        if group is None:
            groups.append([mark])
        else:
            group.append(mark)
    return [
        _Frame(tuple((mark, by_mark[mark]) for mark in group), _is_loose(process, by_mark[group[0]], group))
        for group in groups
    ]


def _is_loose(process: Process[Any], steps: Sequence[Step], group: Sequence[str]) -> bool:
    return len(group) > 1 or (len(steps) > 1 and process.cell(group[0], group[0]).allowed)


def _alike(process: Process[Any], by_mark: Mapping[str, Sequence[Step]], one: str, two: str) -> bool:
    among = [process.cell(*pair) for pair in ((one, two), (two, one))]
    among += [process.cell(mark, mark) for mark in (one, two) if len(by_mark[mark]) > 1]
    others = [mark for mark in by_mark if mark not in {one, two}]
    return all(_free_of(row) for row in among) and all(
        _said(process.cell(one, mark)) == _said(process.cell(two, mark))
        and _said(process.cell(mark, one)) == _said(process.cell(mark, two))
        for mark in others
    )


def _free_of(row: MoveRule) -> bool:
    return row.allowed and not asks(row)


def _said(row: MoveRule) -> tuple[bool, str]:
    return row.allowed, asks(row)


def _lanes(process: Process[Any], frames: Sequence[_Frame]) -> list[_Line]:
    """
    Give a line for each frame that can be left; the shortest stands nearest.
    """
    tops = dict(zip((frame.mark for frame in frames), _tops(frames), strict=True))
    lines = []
    for frame in frames:
        cells = {tops[other.mark]: process.cell(frame.mark, other.mark) for other in frames if other is not frame}
        enters = frozenset(top for top, cell in cells.items() if cell.allowed)
        if enters:
            asking = frozenset(top for top in enters if asks(cells[top]))
            lines.append(_Line(tops[frame.mark] + frame.height - 1, enters, asking))
    return sorted(lines, key=lambda line: (line.ends[1] - line.ends[0], line.ends))


def _tops(frames: Sequence[_Frame]) -> list[int]:
    """
    Give the row at which each frame begins.
    """
    return list(accumulate((frame.height for frame in frames[:-1]), initial=0))


def _beside(lanes: Sequence[_Line], row: int) -> str:
    """
    Draw what stands to the right of the frames in a row: arrows that enter at the top, lines that leave at the bottom.
    """
    last = max((number for number, line in enumerate(lanes) if line.joins(row)), default=-1)
    drawn = ""
    for number, line in enumerate(lanes):
        dash = "─" if number <= last else " "
        drawn += dash + (_ASKS if row in line.asking else dash) + line.sign(row, goes_on=number < last)
    return f"◀{drawn[1:]}" if any(row in line.enters for line in lanes) else drawn


@attrs.frozen
class _Row:
    """
    One line of a frame: an edge with what stands on it, or a step between two bars.
    """

    text: str = ""
    #: What stands at the right end.
    beside: str = ""
    #: The left end, what fills the line, and the right end; the right end of a line that is left there.
    form: tuple[str, str, str, str] = ("│", " ", "│", "│")
    margin: str = " "

    @property
    def least(self) -> int:
        """
        The columns that it needs between its ends.
        """
        return width(self.text) + width(self.beside) + 2 * bool(self.beside)

    def drawn(self, inner: int, *, is_left: bool) -> str:
        """
        Draw it over so many columns.
        """
        left, fill, right, right_left = self.form
        between = self.text + fill * (inner - width(self.text) - width(self.beside)) + self.beside
        return f"{self.margin} {left}{fill}{between}{fill}{right_left if is_left else right}"


_TOP, _MIDDLE, _BOTTOM = ("╭", "─", "╮", "╮"), ("├", "─", "┤", "┤"), ("╰", "─", "╯", "┴")


def _body(process: Process[Any], frame: _Frame) -> Iterator[_Row]:
    """
    Give the lines of a frame.
    """
    for number, (mark, steps) in enumerate(frame.parts):
        order = f" {_ORDER}" if frame.loose and not number else ""
        yield _Row(f" {mark}{order} ", form=_MIDDLE if number else _TOP)
        for step in steps:
            yield _Row(_named(step), _number(step), margin=_BEGIN if step is process.first else " ")
    yield _Row(form=_BOTTOM)


def _named(step: Step) -> str:
    return f"{fitted(step.label or step.key, _LABEL)}{_asking(step)}"


def _asking(gate: Gate) -> str:
    return f" {_ASKS}" if asks(gate) else ""


def _number(step: Step) -> str:
    return f"{step.probability} %" if isinstance(step, Stage) else ""


def _legend(process: Process[Any], frames: Sequence[_Frame], lanes: Sequence[_Line]) -> Iterator[str]:
    """
    Say what the signs mean, and how records come to steps that no arrow leads to.
    """
    pairs = [(one.mark, two.mark) for one in frames for two in frames]
    gates = [*process.steps, *(process.cell(*pair) for pair in pairs if process.cell(*pair).allowed)]
    signs = [(_ORDER, "in any order")] if any(frame.loose for frame in frames) else []
    yield from _told(process, signs, gates)
    entered = {row for line in lanes for row in line.enters}
    for frame, top in zip(frames, _tops(frames), strict=True):
        marks = [mark for mark, _ in frame.parts]
        if top not in entered and process.first.mark not in marks:
            hint = process.cell(process.first.mark, frame.mark).hint
            said = f"no move leads to {', '.join(marks)}"
            yield f"  {fitted(f'{said}: {hint}' if hint else said, COLUMNS - 2)}"


def _told(process: Process[Any], signs: Iterable[tuple[str, str]], gates: Iterable[Gate]) -> Iterator[str]:
    """
    Say what the signs mean that were drawn.
    """
    noun = type_name(process.record_type)
    said = [(_BEGIN, f"new {noun}s begin here"), *signs]
    if any(asks(gate) for gate in gates):
        said.append((_ASKS, "asks for something"))
    yield ""
    yield "  " + "   ".join(f"{sign} {meaning}" for sign, meaning in said)


# ---------------------------------------------------------------- declared mode


def _declared(process: Process[Any]) -> Iterator[str]:
    steps = {step.key: _named(step) for step in process.steps}
    column = max(map(width, steps.values()))
    names = max(width(fitted(way.name, _NAME)) for way in process.transitions)
    for step in process.steps:
        margin = _BEGIN if step is process.first else " "
        label = steps[step.key] + " " * (column - width(steps[step.key]))
        yield f"{margin} {label}  {step.mark:<{_MARK}}  {_number(step):>5}"
        yield from _ways([way for way in process.transitions if step.key in way.come_from], process, names)
    if anywhere := [way for way in process.transitions if not way.come_from]:
        yield ""
        yield "  from anywhere"
        yield from _ways(anywhere, process, names)
    yield from _told(process, [], (*process.steps, *process.transitions))


#: Columns of the name of a transition, and of what a step means.
_NAME, _MARK = 32, len("unqualified")


def _ways(ways: Sequence[Transition], process: Process[Any], column: int) -> Iterator[str]:
    """
    Draw the transitions that leave one step.
    """
    for way in ways:
        corner = "╰" if way is ways[-1] else "├"
        name = fitted(way.name, _NAME)
        line = "─" * (column - width(name) + 2)
        to = process.step(way.to)
        arrow = f"{_ASKS if asks(way) else '─'}{_BEGIN}"
        yield f"  {corner}─ {name} {line}{arrow} {fitted(to.label or to.key, _LABEL)}"
