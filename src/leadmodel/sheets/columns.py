"""
Columns: a name, the type of what stands below it, and how it is taken out of one item.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any, Final, TypeAlias

import attrs

from leadmodel.values.remembering import Remembered

#: What a cell holds. None is what is not there: an empty text, an empty list, a field without a value.
Plain: TypeAlias = str | int | float | Decimal | bool | datetime | date | None

#: Values that stay as they are; all others become text. A choice is a text.
_PLAIN: Final = (str, int, float, Decimal, date)
#: Shared parts that are kept with their cells.
_KEPT: Final = 4_096


@attrs.frozen
class Column:
    """
    One column of a sheet.
    """

    name: str
    #: The type of every value that is not None.
    type: type
    get: Callable[[Any], Plain]
    #: What stands there, in words.
    says: str = ""
    #: Whether it is about the item itself, where items share a part.
    own: bool = False


@attrs.frozen
class Sheet:
    """
    What one kind of thing looks like in rows.
    """

    #: What the rows are called: "answers", "contacts".
    noun: str
    columns: tuple[Column, ...]
    #: The part of an item that many items share, such as the answer about an author who writes a lot.
    shared: Callable[[Any], object] | None = None

    def reader(self) -> Callable[[Any], dict[str, Plain]]:
        """
        Make a function that gives the row of an item; what items share is looked at once.
        """
        if self.shared is None:
            return self._row
        return partial(self._row_with_shared, Remembered(self._row, _KEPT, self.shared))

    def _row(self, item: object) -> dict[str, Plain]:
        return {column.name: column.get(item) for column in self.columns}

    def _row_with_shared(self, rows: Remembered[dict[str, Plain]], item: object) -> dict[str, Plain]:
        row = rows.of(item).copy()
        row.update((column.name, column.get(item)) for column in self.columns if column.own)
        return row


def plain(value: object) -> Plain:
    """
    Give a value as a cell: numbers, instants and dates as they are, several things as one text, nothing as None.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or value == "":
        return None
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return several(f"{key}: {_word(member)}" for key, member in value.items())
    if isinstance(value, frozenset):
        return several(sorted(map(_word, value)))
    return several(map(_word, value)) if isinstance(value, tuple) else str(value)


def _word(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def several(things: Iterable[object]) -> str | None:
    """
    Give several things as one text, with semicolons between them.
    """
    return "; ".join(map(str, things)) or None
