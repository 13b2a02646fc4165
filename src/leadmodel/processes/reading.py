"""
The plain form of a process, read: strictly, with everything that is wrong told at once and at its place.

A part that cannot be read is left out or stood in for, so that the rest is still looked at; what can only be judged
with that part in place is not judged, so that nothing is called wrong that is right.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from leadmodel.errors import InvalidTable, Problem, shown
from leadmodel.processes.forms import TRANSITION, Holds, Key, Shape
from leadmodel.processes.parts import MoveRule, Transition
from leadmodel.processes.process import Process
from leadmodel.processes.rows import Rows, filled

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
#: How the check of a process names a key of a row, and how the file does.
_ASKED: Final = {f", {name}": f".{name}" for name in ("requires", "guard", "label", "hint", "rule")}
_LABEL: Final = Key("label", Holds.TEXT)


def read_process(shape: Shape, key: object, data: object, problems: list[Problem]) -> Process[Any] | None:
    """
    Read one process, or give None and add what is wrong with it to *problems*.

    Args:
        shape: The plain form of its kind.
        key: Its key, under which it stands.
        data: Its table.
        problems: What was found wrong so far.
    """
    before = len(problems)
    made = _Reader(shape, key, problems).process(data)
    return made if len(problems) == before else None


def place_of(shape: Shape, key: object) -> str:
    """
    Say where the process with this key stands: "pipelines.sales".
    """
    bare = isinstance(key, str) and _BARE.fullmatch(key)
    return f"{shape.name}.{key if bare else shown(key)}"


class _Reader:
    """
    One process on its way out of plain data.
    """

    def __init__(self, shape: Shape, key: object, problems: list[Problem]) -> None:
        self._shape = shape
        self._key = key
        self._place = place_of(shape, key)
        self._rows = Rows(shape.makes.record_type, problems)
        #: Whether all steps and cells could be read: transitions are judged only then.
        self._steps_known = True
        #: Where that stands in the file which the check of a process calls by another name.
        self._places = {"key": self._place}

    def process(self, data: object) -> Process[Any] | None:
        """
        Read as much as can be read, and check it.
        """
        known = ("label", *self._shape.lists, "moves", "transitions", "fields")
        table = self._rows.table(data, self._place, known, f"write [{self._place}] over it")
        if table is None:
            return None
        label = self._rows.value(_LABEL, table.get("label", ""), f"{self._place}.label")
        fields = self._rows.own_fields(*self._list(table, "fields"))
        steps = {name: self._steps(table, name) for name in self._shape.lists}
        moves, transitions = self._moves(table), self._transitions(table)
        if not self._steps_known:
            transitions = []
        return self._made(
            key=self._key, label=label or "", fields=fields, **steps, moves=moves, transitions=transitions
        )

    def _made(self, **facts: Any) -> Process[Any] | None:  # noqa: ANN401  (the facts of a process)
        try:
            return self._shape.makes(**facts)
        except InvalidTable as error:
            for problem in error.problems:
                self._rows.refuse_as(self._found(problem.field), problem)
            return None

    def _found(self, field: str) -> str:
        part = next((part for part in _ASKED if field.endswith(part)), "")
        name = field.removesuffix(part)
        return self._places.get(name, f"{self._place}.{name}") + _ASKED.get(part, "")

    def _list(self, table: Mapping[str, Any], name: str) -> tuple[object, str]:
        return table.get(name, []), f"{self._place}.{name}"

    def _steps(self, table: Mapping[str, Any], name: str) -> list[Any]:
        """
        Read steps; what is missing of one is stood in for by what breaks no rule.
        """
        shape, steps = self._shape, []
        for number, (values, place, whole) in enumerate(self._rows.list_of(*self._list(table, name), shape.step)):
            self._steps_known &= whole
            values.setdefault("key", f"({name}[{number}])")
            values.setdefault(shape.mark, shape.makes.unset)
            step = shape.step.makes(**filled(shape.step, values))
            self._call(f"{shape.lists[0]} {shown(step.key)}", place, name)
            steps.append(step)
        return steps

    def _moves(self, table: Mapping[str, Any]) -> list[MoveRule]:
        """
        Give the whole move table: that which holds anyhow, with the cells that the rows say.

        The rows keep their order where they say every cell.
        """
        form, cells = self._shape.move, self._shape.cells
        given: dict[tuple[str, str], MoveRule] = {}
        for values, place, whole in self._rows.list_of(*self._list(table, "moves"), form):
            self._steps_known &= whole
            if not whole:
                continue
            cell = (str(values["come_from"]), str(values["to"]))
            if cell in given:
                what = f"another row says already whether {cell[0]} may become {cell[1]}"
                self._rows.refuse(place, what, "keep one of them", rule="PIPE-2")
            given[cell] = MoveRule(**filled(form, values))
            self._places[f"moves {cell[0]} to {cell[1]}"] = place
        order = given if given.keys() == cells.keys() else cells
        return [given.get(cell, cells[cell]) for cell in order]

    def _transitions(self, table: Mapping[str, Any]) -> list[Transition]:
        found = []
        for values, place, whole in self._rows.list_of(*self._list(table, "transitions"), TRANSITION):
            if whole:
                found.append(Transition(**filled(TRANSITION, values)))
                self._call(f"transitions {shown(values['name'])}", place, "transitions")
        return found

    def _call(self, called: str, place: str, name: str) -> None:
        """
        Remember where something stands; of several that are called alike, only the list can be named.
        """
        self._places[called] = f"{self._place}.{name}" if called in self._places else place


def read_processes_of(shape: Shape, data: object, problems: list[Problem]) -> Iterator[Process[Any]]:
    """
    Read the processes of one kind, each under its key; what is wrong is added to *problems*.
    """
    if not isinstance(data, Mapping):
        rows = Rows(shape.makes.record_type, problems)
        rows.table(data, shape.name, (), f"write [{shape.name}.NAME] over each")
        return
    for key, table in data.items():
        process = read_process(shape, key, table, problems)
        if process is not None:
            yield process
