"""
Columns: what is settled about a table before its rows are read.

The caller's word comes first, then a guess at what is left, then `custom`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeAlias, TypeVar

import attrs

from leadmodel.entities import Lead, Record, facts_of
from leadmodel.errors import InvalidInput, InvalidValue, Problem, nearest, shown
from leadmodel.formats.tables.cells import Options
from leadmodel.formats.tables.rows import Column, RowReader
from leadmodel.formats.targets import Target, target_of
from leadmodel.values import type_name

__all__ = ["Guess", "Layout", "Placed", "decided", "lay_out"]

R = TypeVar("R", bound=Record)

#: What columns are read as, by header; None ignores one.
Placed: TypeAlias = Mapping[str, str | None]
#: Finds targets for the columns that are not decided: (record type, headers, what is decided) to targets by header.
Guess: TypeAlias = Callable[[type[Record], Sequence[str], Placed], Mapping[str, str]]

#: Targets of which every record needs one, besides the fields that are required by themselves.
_EITHER: Final[Mapping[type[Record], tuple[str, ...]]] = {Lead: ("last_name", "company")}


@attrs.frozen(eq=False)
class Layout(Generic[R]):
    """
    How the rows of one record type are read. Two are equal if they are one.
    """

    record_type: type[R]
    columns: tuple[Column, ...]
    reader: RowReader[R]
    placed: Placed
    #: Columns that found no place of their own.
    unplaced: tuple[str, ...]
    #: The columns that are read, each with its index.
    read: tuple[tuple[int, Column], ...] = attrs.field(init=False)

    @read.default
    def _read(self) -> tuple[tuple[int, Column], ...]:
        return tuple((i, column) for i, column in enumerate(self.columns) if column.target)


def decided(columns: Placed, header: Sequence[str], record_types: Sequence[type[Record]], name: str) -> Placed:
    """
    Give what the caller decided about columns, by the header as it was read.

    Raises:
        InvalidInput: The table lacks a column, or no record type has a target; all are reported.
    """
    found, problems = {}, []
    for column, target in columns.items():
        column_name = " ".join(column.split())
        found[column_name] = target
        if column_name not in header:
            problems.append(_no_column(column_name, header))
        elif target is not None and not any(_has(record_type, target) for record_type in record_types):
            problems += _refusals(record_types[0], target, column_name)
    if problems:
        raise InvalidInput(subject=name, problems=tuple(problems))
    return found


def _no_column(column: str, header: Sequence[str]) -> Problem:
    close = nearest(column, header)
    hint = f"did you mean {shown(close)}?" if close else f"it has {', '.join(map(shown, header[:20]))}"
    what = f"there is no column {shown(column)}"
    return Problem(what=what, hint=hint, field="columns", value=column, options=tuple(header))


def _has(record_type: type[Record], target: str) -> bool:
    return not list(_refusals(record_type, target, ""))


def _refusals(record_type: type[Record], target: str, column: str) -> Iterator[Problem]:
    try:
        target_of(record_type, target, Options())
    except InvalidValue as error:
        for problem in error.problems:
            yield attrs.evolve(problem, field=column)


def lay_out(
    record_type: type[R], header: Sequence[str], known: Placed, guess: Guess, options: Options, *,
    name: str, keep: bool, ids: bool, lines: bool = False,
) -> Layout[R]:  # fmt: skip
    """
    Settle what each column is for one record type.

    Args:
        record_type: What the rows are.
        header: The columns, in order.
        known: What the caller decided; a target that this record type lacks leaves its column without a place.
        guess: Finds targets for the others.
        options: What cells leave open.
        name: What errors call the source.
        keep: Whether columns without a place go to `custom`.
        ids: Whether a column has to give the ids.
        lines: Whether ids may be made of the lines instead.

    Raises:
        InvalidInput: Two columns have one target, or a field that every record needs has no column.
    """
    mine = {column: target for column, target in known.items() if target is None or _has(record_type, target)}
    placed: dict[str, str | None] = {**mine, **guess(record_type, header, {**known, **mine})}
    unplaced = tuple(column for column in header if column not in placed)
    placed |= {column: f"custom.{column}" if keep else None for column in unplaced}
    columns = tuple(Column(column, _target(record_type, placed[column], options)) for column in header)
    problems = [*_collisions(columns), *_missing(record_type, columns, ids=ids, lines=lines)]
    if problems:
        raise InvalidInput(subject=name, problems=tuple(problems))
    reader = RowReader(record_type, columns, options)
    return Layout(record_type, columns, reader, {column: placed[column] for column in header}, unplaced)


def _target(record_type: type[Record], name: str | None, options: Options) -> Target | None:
    return None if name is None else target_of(record_type, name, options)


def _collisions(columns: Sequence[Column]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for column in columns:
        target = column.target
        if target and not target.repeats and first.setdefault(target.name, column.name) != column.name:
            what = f"{shown(first[target.name])} and {shown(column.name)} are both read as {shown(target.name)}"
            hint = "map one of them to another target, or to None to ignore it"
            yield Problem(what=what, hint=hint, field=column.name, value=target.name)


def _missing(record_type: type[Record], columns: Sequence[Column], *, ids: bool, lines: bool) -> Iterator[Problem]:
    filled = {target.name for column in columns if (target := column.target)}
    header = tuple(column.name for column in columns)
    needed: list[tuple[str, ...]] = [
        (field,) for field, fact in facts_of(record_type).items() if fact.required and field != "id"
    ]
    if record_type in _EITHER:
        needed.append(_EITHER[record_type])
    if ids:
        needed.insert(0, ("id",))
    for targets in needed:
        if filled.isdisjoint(targets):
            words = " or ".join(map(repr, targets))
            what = f"no column is read as {words}, which every {type_name(record_type)} has"
            hint = f'add a column {words}, or say which one it is: columns={{"…": {targets[0]!r}}}'
            hint += ', or pass ids="line" to make ids of the lines' if lines and targets == ("id",) else ""
            yield Problem(what=what, hint=hint, field=targets[0], options=header)
