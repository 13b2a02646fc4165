"""
Pipelines and statuses on paper: the steps, who may move where, and the diagram.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadmodel.cli.printing import say, table
from leadmodel.display import counted, one_line
from leadmodel.processes import Process, diagram
from leadmodel.processes.forms import row_to_plain, shape_of
from leadmodel.processes.showing import asks, step_table, transition_table

Rows = Sequence[Mapping[str, object]]


def title_of(process: Process[Any]) -> str:
    """
    Name a process: "pipeline zoho".
    """
    return f"{process.nouns[0]} {one_line(process.key)}"


def size_of(process: Process[Any]) -> str:
    """
    Say how large a process is: "9 stages".
    """
    return counted(len(process.steps), *process.counted_as)


def print_process(process: Process[Any]) -> None:
    """
    Print the steps of a process, the moves between them, and the diagram.
    """
    title = title_of(process)
    table(title, *step_table(process))
    table(f"moves of {title}", *_matrix(process))
    for line in _asking(process):
        say(line)
    if process.transitions:
        table(f"transitions of {title}", *transition_table(process))
    say(f"diagram of {title}\n\n{diagram(process)}\n")


def rows_of(process: Process[Any]) -> Iterator[tuple[str, Rows]]:
    """
    Give the steps and the moves of a process as plain data, each under its title.
    """
    shape, title = shape_of(process), title_of(process)
    yield title, [row_to_plain(shape.step, step, whole=True) for step in process.steps]
    yield f"moves of {title}", [row_to_plain(shape.move, row, whole=True) for row in process.moves]


def _matrix(process: Process[Any]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """
    Give the move table with a row for what is left and a column for what is entered.
    """
    rows = [(str(one), *(_cell(process, one, two) for two in process.marks)) for one in process.marks]
    return ("from \\ to", *map(str, process.marks)), rows


def _cell(process: Process[Any], come_from: str, to: str) -> str:
    row = process.cell(come_from, to)
    return f"{'yes' if row.allowed else 'no'}{' ◆' if row.allowed and asks(row) else ''}"


def _asking(process: Process[Any]) -> Iterator[str]:
    """
    Say what the moves with a diamond ask for.
    """
    asking = [row for row in process.moves if row.allowed and asks(row)]
    yield from (f"◆ {row.come_from} to {row.to}: {one_line(asks(row))}" for row in asking)
    yield from [""] * bool(asking)
