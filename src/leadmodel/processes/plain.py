"""
Processes to and from plain data: the form in which pipelines and statuses are kept in files.

    {"format": 1, "pipelines": {"sales": {"stages": [{"key": "Open", "outcome": "open"}, …]}}, "statuses": {…}}

Whatever holds anyhow may be left out, and is left out: the label that is the key, the forecast category that goes with
the outcome, the cells of the move table that are as in every process of that kind.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from leadmodel.errors import InvalidInput, InvalidTable, Problem, shown
from leadmodel.processes.forms import FIELD, PIPELINES, STATUSES, TRANSITION, Shape, row_to_plain, shape_of
from leadmodel.processes.pipelines import Pipeline
from leadmodel.processes.process import Process
from leadmodel.processes.reading import read_processes_of
from leadmodel.processes.rows import Rows
from leadmodel.processes.statuses import Statuses

#: The version of the form; readers accept all earlier ones.
FORMAT: Final = 1


def _as_pipelines(given: Pipeline | Iterable[Pipeline]) -> tuple[Pipeline, ...]:
    return (given,) if isinstance(given, Pipeline) else tuple(given)


def _as_statuses(given: Statuses | Iterable[Statuses]) -> tuple[Statuses, ...]:
    return (given,) if isinstance(given, Statuses) else tuple(given)


@attrs.frozen
class Processes:
    """
    The processes of an organisation, as one file keeps them.

    Raises:
        InvalidTable: Two pipelines, or two lists of statuses, have one key.
    """

    pipelines: tuple[Pipeline, ...] = attrs.field(default=(), converter=_as_pipelines)
    statuses: tuple[Statuses, ...] = attrs.field(default=(), converter=_as_statuses)

    def __attrs_post_init__(self) -> None:
        problems = tuple(
            Problem(what=f"{times} have the key {shown(key)}", hint="give each its own", field=name, value=key)
            for name, several in (("pipelines", self.pipelines), ("statuses", self.statuses))
            for key, times in Counter(each.key for each in several).items()
            if times > 1
        )
        if problems:
            raise InvalidTable(subject="processes", problems=problems)

    @property
    def all(self) -> tuple[Process[Any], ...]:
        """
        The pipelines, then the statuses.
        """
        return (*self.pipelines, *self.statuses)


def processes_from_plain(data: Mapping[str, Any], *, subject: str = "processes") -> Processes:
    """
    Read pipelines and statuses from plain data: the way back from `processes_to_plain`.

    Args:
        data: Tables, lists, texts, whole numbers, true and false, as they come out of TOML or JSON.
        subject: What is read, for errors: "pipelines.toml".

    Raises:
        InvalidInput: A key is unknown or missing, a value is of the wrong type or none of the listed words, a guard
            is no criterion, or a process contradicts itself; all is reported, each at its place.

    Rule:
        PIPE-1 to PIPE-4, LEAD-3, LEAD-4.
    """
    problems: list[Problem] = []
    processes = Processes(*_read(data, problems))
    if problems:
        raise InvalidInput(subject=subject, problems=tuple(problems))
    return processes


def _read(data: object, problems: list[Problem]) -> tuple[list[Any], list[Any]]:
    shapes = (PIPELINES, STATUSES)
    table = read_top(data, [shape.name for shape in shapes], problems, "pass what processes_to_plain gives")
    pipelines, statuses = (list(read_processes_of(shape, table.get(shape.name, {}), problems)) for shape in shapes)
    return pipelines, statuses


def read_top(data: object, names: Iterable[str], problems: list[Problem], hint: str) -> Mapping[str, Any]:
    """
    Give what stands at the top of plain data, where its version of the form can be read; what is wrong is added.

    Args:
        data: What was given as plain data.
        names: The keys that it may have, besides that of the version.
        problems: What was found wrong so far.
        hint: What to pass, where it is no table.
    """
    version = data.get("format", FORMAT) if isinstance(data, Mapping) else FORMAT
    if type(version) is not int or version < 1:
        what = f"{shown(version)} is no version of the form"
        problems.append(Problem(what=what, hint=f"write format = {FORMAT}", where="format", value=version))
    elif version > FORMAT:  # what else looks wrong may be right there
        what, hint = f"format {shown(version)} is not known", "use a newer version of leadmodel"
        problems.append(Problem(what=what, hint=hint, where="format", value=version))
        return {}
    return Rows(Pipeline.record_type, problems).table(data, "", ("format", *names), hint) or {}


def processes_to_plain(processes: Processes) -> dict[str, Any]:
    """
    Give pipelines and statuses as plain data, ready for TOML or JSON; `processes_from_plain` reads it.
    """
    told: dict[str, Any] = {"format": FORMAT}
    for name in (PIPELINES.name, STATUSES.name):
        if several := getattr(processes, name):
            told[name] = {process.key: process_to_plain(process) for process in several}
    return told


def process_to_plain(process: Process[Any]) -> dict[str, Any]:
    """
    Give one process as plain data, without its key.
    """
    shape = shape_of(process)
    told: dict[str, Any] = {"label": process.label} if process.label else {}
    lists = {name: (shape.step, getattr(process, name)) for name in shape.lists}
    lists |= {
        "moves": (shape.move, _own_cells(process, shape)),
        "transitions": (TRANSITION, process.transitions),
        "fields": (FIELD, process.fields),
    }
    for name, (form, rows) in lists.items():
        if rows:
            told[name] = [row_to_plain(form, row) for row in rows]
    return told


def _own_cells(process: Process[Any], shape: Shape) -> list[Any]:
    """
    Give the cells that differ from what holds anyhow; all of them where they stand in another order.
    """
    cells = shape.cells
    same_order = [(row.come_from, row.to) for row in process.moves] == list(cells)
    return [row for row in process.moves if not same_order or row != cells[str(row.come_from), str(row.to)]]
