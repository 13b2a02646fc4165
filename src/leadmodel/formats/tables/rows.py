"""
Rows: a record out of the cells of one row, and all records of a source with all that is wrong with them.

Which cell is read how is settled once, for all rows. A row that cannot be read is explained and left out, and the next
one is read; at the end, everything that is wrong is raised together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from leadmodel.entities import Deal, Record, facts_of
from leadmodel.errors import InvalidInput, InvalidRecord, InvalidValue, Problem, masked, shown
from leadmodel.formats.tables.cells import Options, Read, identity, text
from leadmodel.formats.targets import Gather, Target

__all__ = ["Column", "Faults", "Intake", "RowReader"]

R = TypeVar("R", bound=Record)

#: What is wrong with a row: the index of the column, and the problem.
Faults: TypeAlias = list[tuple[int, Problem]]
#: Columns that are read together: index, part of the field, reader.
_Members: TypeAlias = list[tuple[int, str, Read]]


@attrs.frozen
class Column:
    """
    One column: its name in the source, and what it is read as; None where it is ignored.
    """

    name: str
    target: Target | None


class RowReader(Generic[R]):
    """
    Makes records of one type out of rows whose columns are known.
    """

    def __init__(self, record_type: type[R], columns: Sequence[Column], options: Options) -> None:
        self._type = record_type
        self._columns = columns
        self._options = options
        self._start: dict[str, Any] = {name: "" for name, fact in facts_of(record_type).items() if fact.required}
        if record_type is Deal and options.pipeline:
            self._start["pipeline"] = options.pipeline
        placed = [(i, column.target) for i, column in enumerate(columns) if column.target]
        self._plain: _Members = [(i, t.part, t.read) for i, t in placed if t.gather is None]
        gathers = {field: t.gather for _, t in placed if t.gather for field in t.fields}
        self._groups: list[tuple[str, Gather, _Members]] = [
            (field, gather, [(i, t.part, t.read) for i, t in placed if field in t.fields])
            for field, gather in gathers.items()
        ]
        self._targets = dict(placed)
        #: The columns that fill more than `custom`.
        self._telling = [i for i, t in placed if t.fields != ("custom",)]

    def says_something(self, cells: Sequence[Any]) -> bool:
        """
        Say whether a row fills any field but `custom`.
        """
        return any(not _blank(cells[i]) for i in self._telling)

    def read(self, cells: Sequence[Any], where: str, start: Mapping[str, Any], problems: list[Problem]) -> R | None:
        """
        Make the record of a row, or add what is wrong with it to *problems* and give None.

        Args:
            cells: A text or a plain value for each column.
            where: The place of the row, for problems.
            start: Fields that no column may fill, such as an id made of the line.
            problems: What was wrong so far.
        """
        faults: Faults = []
        values = {**self._start, **start, **dict(_taken(cells, self._plain, faults))}
        for field, gather, members in self._groups:
            before = len(faults)
            parts = _taken(cells, members, faults)
            if parts and len(faults) == before:
                try:
                    values[field] = gather(parts, self._options)
                except InvalidValue as error:
                    faults += [(_member_of(problem.field, cells, members), problem) for problem in error.problems]
        try:
            record = self._type(**values)
        except InvalidRecord as error:
            problems += self._explained(cells, where, faults, error.problems)
            return None
        if faults:
            problems += self._explained(cells, where, faults, ())
            return None
        return record

    def _explained(
        self, cells: Sequence[Any], where: str, faults: Faults, wrong: Iterable[Problem]
    ) -> Iterator[Problem]:
        """
        Give the problems of a row with its place and their columns; a cell that was refused is not also missing.
        """
        refused: set[str] = set()
        for i, problem in faults:
            target, what = self._targets[i], problem.what
            refused.update(target.fields)
            if target.personal:
                what = what.replace(shown(problem.value), masked(problem.value))
            yield attrs.evolve(problem, what=what, where=where, field=self._columns[i].name)
        for problem in wrong:
            if problem.field not in refused:
                yield attrs.evolve(problem, where=where, field=self._named(problem, cells))

    def _named(self, problem: Problem, cells: Sequence[Any]) -> str:
        """
        Give the column that a problem of the record is about, or the field where no single column is.
        """
        filling = [
            i for i, column in enumerate(self._columns) if column.target and _fills(column.target, problem.field)
        ]
        exact = [i for i in filling if cells[i] == problem.value] or filling
        return self._columns[exact[0]].name if len(exact) == 1 else problem.field


def _fills(target: Target, field: str) -> bool:
    """
    Say whether a target is behind a field of a problem, such as "custom.size[2]" or "emails[0]".
    """
    return field == target.name or field.startswith((f"{target.name}.", f"{target.name}[")) or field in target.fields


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _taken(cells: Sequence[Any], members: _Members, faults: Faults) -> list[tuple[str, Any]]:
    """
    Read the cells of some columns; those that hold nothing are passed over, and refusals are added to *faults*.
    """
    taken = []
    for i, part, read in members:
        cell = cells[i]
        if cell is None:
            continue
        if type(cell) is str:
            cell = cell.strip()
            if read is text or read is identity:  # as most are, and text is text
                if cell:
                    taken.append((part, cell))
                continue
        if cell == "":
            continue
        try:
            taken.append((part, read(cell)))
        except InvalidValue as error:
            faults += [(i, problem) for problem in error.problems]
    return taken


def _member_of(part: str, cells: Sequence[Any], members: _Members) -> int:
    """
    Find the column of a part, or the first one that holds anything.
    """
    filled = [(i, name) for i, name, _ in members if not _blank(cells[i])]
    return next((i for i, name in filled if name == part), filled[0][0])


class Intake(Generic[R]):
    """
    The records of a source as they come in; ids are unique among the records of one type.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.records: list[R] = []
        self.problems: list[Problem] = []
        self._places: dict[tuple[type[Record], str], str] = {}

    def take(self, record: R | None, where: str) -> None:
        """
        Keep a record, unless its id was there before.
        """
        if record is None:
            return
        first = self._places.setdefault((type(record), record.id), where)
        if first is not where:
            what = f"the id {shown(record.id)} stands in {first} as well"
            hint = "each record has an id of its own"
            self.problems.append(Problem(what=what, hint=hint, where=where, field="id", value=record.id))
        else:
            self.records.append(record)

    def finish(self) -> tuple[R, ...]:
        """
        Give the records.

        Raises:
            InvalidInput: Anything was wrong with any of them.
        """
        if self.problems:
            raise InvalidInput(subject=self.name, problems=tuple(self.problems))
        return tuple(self.records)
