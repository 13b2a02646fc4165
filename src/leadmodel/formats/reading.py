"""
Readings: what a reader made of a source, and where each of its columns went.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Generic, TypeVar

import attrs

from leadmodel.display import counted, html_table, text_table
from leadmodel.entities import Entity
from leadmodel.values import EMPTY, FrozenMap, type_name

__all__ = ["Reading"]

T = TypeVar("T", bound=Entity)
R_co = TypeVar("R_co", bound=Entity, covariant=True)

_HEADERS = ("column", "read as")


@attrs.frozen(kw_only=True, repr=False)
class Reading(Generic[R_co]):
    """
    The records of a source, in its order, and how they were read.
    """

    #: What errors call the source: "people.csv".
    source: str
    records: tuple[R_co, ...]
    #: Each column of the source and the target that it was read as; None for a column that was told to be ignored.
    columns: FrozenMap[str | None] = attrs.field(default=EMPTY)
    #: Columns that no field is meant for: their cells are in `custom`, unless they were to be ignored.
    unplaced: tuple[str, ...] = ()
    #: What was left out, one sentence each; nothing is left out silently.
    skipped: tuple[str, ...] = ()

    def of(self, record_type: type[T]) -> tuple[T, ...]:
        """
        Give the records of one type, where the source held several.
        """
        return tuple(record for record in self.records if isinstance(record, record_type))

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[R_co]:
        return iter(self.records)

    def __getitem__(self, place: int) -> R_co:
        return self.records[place]

    def __repr__(self) -> str:
        return f"Reading({self.source!r}, {self._counts()})"

    def __str__(self) -> str:
        lines = [f"{self.source}: {self._counts()}"]
        if self.columns:
            lines.append(text_table(_HEADERS, self._rows()))
        lines += [f"skipped: {what}" for what in self.skipped]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [*self._rows(), *(("skipped", what) for what in self.skipped)]
        return html_table(_HEADERS, rows, caption=f"{self.source}: {self._counts()}")

    def _rows(self) -> list[tuple[str, str]]:
        unplaced = set(self.unplaced)
        return [
            (column, (target or "ignored") + (" (no other place)" if target and column in unplaced else ""))
            for column, target in self.columns.items()
        ]

    def _counts(self) -> str:
        counts = Counter(type_name(type(record)) for record in self.records)
        return ", ".join(counted(number, name) for name, number in counts.items()) or "no records"
