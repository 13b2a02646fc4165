"""
How processes are shown: their steps, and who may move where.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leadmodel.display import html_table, text_table

if TYPE_CHECKING:
    from leadmodel.processes.parts import Gate
    from leadmodel.processes.process import Process

Rows = Sequence[Sequence[object]]


def step_table(process: "Process[Any]") -> tuple[Sequence[str], Rows]:
    """
    Give the headers and rows of the table of steps; what steps ask for is a column where any asks.
    """
    headers, rows = process.columns(), [process.cells_of(step) for step in process.steps]
    asked = [asks(step) for step in process.steps]
    if not any(asked):
        return headers, rows
    return (*headers, "asks for"), [(*row, said) for row, said in zip(rows, asked, strict=True)]


def transition_table(process: "Process[Any]") -> tuple[Sequence[str], Rows]:
    """
    Give the headers and rows of the named transitions.
    """
    rows = [(way.name, ", ".join(way.come_from) or "anywhere", way.to, asks(way)) for way in process.transitions]
    return ("transition", "from", "to", "asks for"), rows


def asks(gate: "Gate") -> str:
    """
    Say what a step, a cell or a transition asks of the record that would result.
    """
    return "; ".join((*gate.requires, *(() if gate.guard is None else (str(gate.guard),))))


def process_text(process: "Process[Any]") -> str:
    """
    Show a process as a table of its steps, and one of its transitions where it has any.
    """
    parts = [f"{process.nouns[0]} {process.label or process.key}", text_table(*step_table(process))]
    if process.transitions:
        parts += ["", text_table(*transition_table(process))]
    return "\n".join(parts)


def process_html(process: "Process[Any]") -> str:
    """
    The same for a notebook.
    """
    html = html_table(*step_table(process), caption=f"{process.nouns[0]} {process.label or process.key}")
    return html + html_table(*transition_table(process), caption="transitions") if process.transitions else html
