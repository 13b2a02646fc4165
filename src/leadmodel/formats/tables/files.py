"""
Tables: the rows of a CSV file, each with its line, and what is wrong with its shape.

Delimiters are told from the header line alone. A row with too many or too few cells is a problem: nobody can say which
cell belongs where.
"""

import csv
from collections.abc import Iterator
from itertools import chain
from typing import Final, NoReturn

from leadmodel.display import counted
from leadmodel.errors import InvalidInput, Problem, shown
from leadmodel.formats.intake.sources import Source, lines_of, name_of
from leadmodel.values.text import identity_fault

__all__ = ["COLUMNS_LIMIT", "DELIMITERS", "Table"]

#: What may stand between cells, the most usual first, and what it is called.
DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

#: Columns of a table: as many as a sheet of Excel has.
COLUMNS_LIMIT: Final = 16_384
#: Characters of the header line that tell the delimiter.
_TELLING: Final = 10_000

#: What the csv module says of a row, and what that means.
_FAULTS: Final = (
    ("unexpected end of data", "a quote is never closed"),
    ("field larger than field limit", "a cell is too long, or its quote is never closed"),
    ("expected after", "something follows the closing quote of a cell"),
)


class Table:
    """
    A CSV file whose header has been read: its columns, and its rows as they come.

    Raises:
        InvalidInput: The source cannot be opened or decoded, is empty, or its header names a column twice or not at
            all, or has more than 16,384 of them.
    """

    def __init__(
        self, source: Source, *, name: str = "", encoding: str = "utf-8-sig", delimiter: str | None = None,
        fill: bool = False,
    ) -> None:  # fmt: skip
        #: What errors call the source.
        self.name: str = name_of(source, name)
        #: Whether cells that a short row lacks are blank; if not, they are a problem.
        self._fill = fill
        lines = lines_of(source, name=self.name, encoding=encoding)
        self._skipped, first = 0, ""
        for first in lines:
            if first.strip():
                break
            self._skipped += 1
        if not first.strip():
            self._refuse("the file is empty", "its first line names the columns")
        delimiter = self._checked(delimiter) if delimiter is not None else _delimiter_of(first)
        self._reader = csv.reader(chain((first,), lines), delimiter=delimiter, strict=True)
        #: The columns, in order; white space within a name counts as one space.
        self.header: tuple[str, ...] = self._header(delimiter, first)

    def rows(self, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
        """
        Give the rows that hold anything, each with the line on which it begins; misshapen ones are added to *problems*.

        Raises:
            InvalidInput: Nothing can be read from here on.
        """
        width = len(self.header)
        while (row := self._next()) is not None:
            line, cells = row
            if not "".join(cells).strip():
                continue
            if len(cells) == width:
                yield row
            elif len(cells) < width and self._fill:
                yield line, cells + [""] * (width - len(cells))
            else:
                problems.append(self._misshapen(line, cells))

    def place(self, line: int) -> str:
        """
        Name a line in errors.
        """
        return f"{self.name} line {line:,}"

    def _next(self) -> tuple[int, list[str]] | None:
        line = self._skipped + self._reader.line_num + 1
        try:
            cells = next(self._reader, None)
        except csv.Error as error:
            what = next((meaning for said, meaning in _FAULTS if said in str(error)), str(error))
            hint = "quotes within a quoted cell are doubled, and the cell ends with one"
            self._refuse(what, hint, where=self.place(line), cause=error)
        return None if cells is None else (line, cells)

    def _misshapen(self, line: int, cells: list[str]) -> Problem:
        width = len(self.header)
        what = f"{counted(len(cells), 'cell')} where the header has {width}"
        hint = 'fill it up, or pass ragged="fill" to take what is not there as blank'
        if len(cells) > width:
            hint = "put quotes around cells that hold the delimiter"
        return Problem(what=what, hint=hint, where=self.place(line), value=tuple(cells))

    def _checked(self, delimiter: str) -> str:
        if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n':
            self._refuse(f"{shown(delimiter)} is no delimiter", 'pass one character, such as ";"', field="delimiter")
        return delimiter

    def _header(self, delimiter: str, first: str) -> tuple[str, ...]:
        line, cells = self._next() or (1, [])
        if len(cells) > COLUMNS_LIMIT:
            what = f"the header has {len(cells):,} columns, and {COLUMNS_LIMIT:,} is the limit"
            self._refuse(what, "check that it is a table", where=self.place(line))
        header = tuple(" ".join(cell.split()) for cell in cells)
        problems = [*_header_problems(header, self.place(line))]
        told = _delimiter_of(first)
        if len(header) == 1 and told != delimiter and told in first:
            what = f"the header is one column, {shown(header[0])}, and holds the {DELIMITERS[told]}"
            hint = f"pass delimiter={told!r}, or leave it out"
            problems.append(Problem(what=what, hint=hint, where=self.place(line), field="delimiter", value=delimiter))
        if problems:
            raise InvalidInput(subject=self.name, problems=tuple(problems))
        return header

    def _refuse(
        self, what: str, hint: str, *, where: str = "", field: str = "", cause: Exception | None = None
    ) -> NoReturn:
        problem = Problem(what=what, hint=hint, where=where, field=field)
        raise InvalidInput(subject=self.name, problems=(problem,)) from cause


def _delimiter_of(line: str) -> str:
    """
    Tell the delimiter from the header line: the one that makes the most cells.
    """
    line = line[:_TELLING]
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader((line,), delimiter=delimiter))))


def _header_problems(header: tuple[str, ...], where: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, name in enumerate(header, 1):
        fault = identity_fault(name) if name else "has no name"
        first = seen.setdefault(name, number)
        if fault:
            yield Problem(what=f"column {number} {fault}", hint="give it one, or remove it", where=where, value=name)
        elif first != number:
            what = f"columns {first} and {number} have one name"
            yield Problem(what=what, hint="rename one of them", where=where, field=name, value=name)
