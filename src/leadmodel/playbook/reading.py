"""
The plain form of conversion rules, read: strictly, with everything that is wrong told at once and at its place.

A row that cannot be read is stood in for by one that breaks no rule, so that nothing is called wrong that is right.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from leadmodel.entities import Lead
from leadmodel.errors import InvalidTable, Problem, shown
from leadmodel.playbook.forms import CHILD, LISTS, ROW, RULES
from leadmodel.processes.forms import Form
from leadmodel.processes.rows import Rows, filled
from leadmodel.rules.conversion import ConversionRules, MappingRow

_PLACE: Final = "conversion"
_UNREAD: Final = "cannot be read"


def read_conversion(data: object, start: ConversionRules, problems: list[Problem]) -> ConversionRules | None:
    """
    Read how leads are converted, or give None and add what is wrong to *problems*.

    Args:
        data: The table `conversion`.
        start: What holds where the table says nothing; of the mapping, each row by itself.
        problems: What was found wrong so far.
    """
    before = len(problems)
    made = _Reader(start, problems).rules(data)
    return made if len(problems) == before else None


class _Reader:
    """
    Conversion rules on their way out of plain data.
    """

    def __init__(self, start: ConversionRules, problems: list[Problem]) -> None:
        self._start = start
        self._rows = Rows(Lead, problems, start.fields)
        #: Where the row of a field of a lead stands in the file.
        self._places: dict[str, str] = {}

    def rules(self, data: object) -> ConversionRules | None:
        """
        Read as much as can be read, and check it.
        """
        names = (*(key.name for key in RULES.keys), *LISTS)
        table = self._rows.table(data, _PLACE, names, f"write [{_PLACE}] over it")
        if table is None:
            return None
        readers = {"fields": self._fields, "mapping": self._mapping, "custom": self._custom, "children": self._children}
        facts: dict[str, Any] = {name: read(table[name]) for name, read in readers.items() if name in table}
        facts |= self._options(table)
        try:
            return attrs.evolve(self._start, **facts)
        except InvalidTable as error:
            for problem in error.problems:
                self._rows.refuse_as(self._found(problem), problem)
            return None

    def _options(self, table: Mapping[str, Any]) -> dict[str, Any]:
        given = [key for key in RULES.keys if key.name in table]
        values = {key.name: self._rows.value(key, table[key.name], f"{_PLACE}.{key.name}") for key in given}
        return {name: value for name, value in values.items() if value is not None}

    def _fields(self, data: object) -> list[Any]:
        return self._rows.own_fields(data, f"{_PLACE}.fields")

    def _mapping(self, data: object) -> list[MappingRow]:
        """
        Give the whole mapping: that which holds anyhow, with the rows that are given.

        The rows keep their order where they say every field.
        """
        given: dict[str, MappingRow] = {}
        usual = {row.field: row for row in self._start.mapping}
        for values, place, sound in self._sound(data, "mapping", ROW):
            field = values.get("field")
            if field is None:  # any field may be meant: of those that are not named, nothing is known
                usual = {name: MappingRow(name, dropped=_UNREAD) for name in usual}
            elif field in given:
                what = f"another row says already where {shown(field)} goes"
                self._rows.refuse(place, what, "keep one of them", rule="CONV-4")
            else:
                self._places[field] = place
                given[field] = MappingRow(**filled(ROW, values)) if sound else MappingRow(field, dropped=_UNREAD)
        whole = usual | given
        order = given if given.keys() == whole.keys() else whole
        return [whole[field] for field in order]

    def _custom(self, data: object) -> list[MappingRow]:
        rows = []
        for values, place, sound in self._sound(data, "custom", ROW):
            if sound:
                row = MappingRow(**filled(ROW, values))
                self._places[row.field] = f"{_PLACE}.custom" if row.field in self._places else place
                rows.append(row)
        return rows

    def _children(self, data: object) -> list[Any]:
        return [
            CHILD.makes(**filled(CHILD, values)) for values, _, sound in self._sound(data, "children", CHILD) if sound
        ]

    def _sound(self, data: object, name: str, form: Form) -> Iterator[tuple[dict[str, Any], str, bool]]:
        """
        Give what could be read of each row, its place, and whether nothing is wrong with it.
        """
        before = len(self._rows.problems)
        for values, place, _ in self._rows.list_of(data, f"{_PLACE}.{name}", form):
            yield values, place, len(self._rows.problems) == before
            before = len(self._rows.problems)

    def _found(self, problem: Problem) -> str:
        """
        Say where that stands in the file which the check of the rules found wrong.
        """
        asked = (problem.value, problem.field) if problem.field in {"mapping", "custom"} else (problem.field,)
        known = [self._places[name] for name in asked if isinstance(name, str) and name in self._places]
        return known[0] if known else f"{_PLACE}.{problem.field}"
