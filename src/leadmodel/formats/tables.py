"""
Tables: the rows of a CSV file, each with its line, and what is wrong with its shape.

Delimiters are told from the header line alone. A row with too many or too few cells is a problem: nobody can say which
cell belongs where.
"""

import csv
from collections.abc import Iterator
from typing import Final

from leadmodel.display import counted
from leadmodel.errors import InvalidInput, Problem, shown
from leadmodel.formats.sources import Source, lines_of, name_of
from leadmodel.values.text import identity_fault

#: What may stand between cells, the most usual first.
DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


class Table:
    """
    A CSV file whose header has been read: its columns, and its rows as they come.

    Args:
        source: Where the text comes from.
        name: What errors call it.
        encoding: How bytes are read.
        delimiter: What stands between cells; None tells it from the header line.
        ragged: "refuse" makes a row with too few cells a problem, "fill" takes what is not there as blank.

    Raises:
        InvalidInput: The source cannot be opened or decoded, is empty, or its header names a column twice or not at all.
    """

    def __init__(
        self, source: Source, *, name: str = "", encoding: str = "utf-8-sig", delimiter: str | None = None,
        ragged: str = "refuse",
    ) -> None:  # fmt: skip
        self.name = name_of(source, name)
        self._lines = lines_of(source, name=self.name, encoding=encoding)
        self._fill = ragged == "fill"
        first = next((line for line in self._numbered() if line.strip()), "")
        if not first:
            self._refuse(Problem(what="the file is empty", hint="its first line names the columns"))
        self.delimiter = delimiter or _delimiter_of(first)
        self._rows = csv.reader(_with(first, self._numbered()), delimiter=self.delimiter, strict=True)
