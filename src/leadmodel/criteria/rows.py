"""
Zoho's way to write criteria: numbered rows, and a pattern that joins them, such as `((1 and 2) or 3)`.

A pattern knows no precedence: it is read from left to right, so that `1 or 2 and 3` means `(1 or 2) and 3` (CRIT-7).
It has no word for "not" either.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NoReturn

import attrs

from leadmodel.criteria.building import check_type, resolved
from leadmodel.criteria.condition import Condition
from leadmodel.criteria.faults import refuse, refuse_any
from leadmodel.criteria.fields import CustomField, declared
from leadmodel.criteria.limits import LEAVES_LIMIT, LEVELS_LIMIT
from leadmodel.criteria.nodes import AllOf, AnyOf, Criterion
from leadmodel.criteria.operands import given
from leadmodel.criteria.operators import LISTS, Takes
from leadmodel.entities import Entity
from leadmodel.errors import InvalidCriterion, Problem, shown

#: A field, an operator, and what it compares with: None for nothing, a tuple for several.
Row = tuple[str, str, Any]

_TOKEN: Final = re.compile(
    r"\s*+(?:(?P<mark>[()])|(?P<row>[0-9]++)|(?P<word>[^\W\d]++)|(?P<end>\Z)|(?P<other>.))", re.DOTALL
)
_ROW_SIZES: Final = (2, 3)


def criterion_from_rows(
    record_type: type[Entity],
    rows: Iterable[Sequence[Any]],
    pattern: str = "",
    fields: Iterable[CustomField] | None = None,
) -> Criterion:
    """
    Read a criterion from rows and the pattern that joins them.

    Args:
        record_type: The type of record that is asked about.
        rows: Field, operator, and what to compare with, which is left out or None for operators that take nothing.
        pattern: Numbers of rows, counted from 1, with `and`, `or` and brackets, read from left to right; "" asks for
            all rows.
        fields: The organisation's own fields.

    Raises:
        InvalidCriterion: A row is none, or the pattern is none or leaves a row out; all is reported.

    Rule:
        CRIT-7.
    """
    check_type(record_type)
    several, custom = tuple(rows), tuple(declared(fields).values())
    if not 1 <= len(several) <= LEAVES_LIMIT:
        what = f"{len(several):,} rows came, and 1 to {LEAVES_LIMIT} can be joined"
        refuse(Problem(what=what, hint="give rows of field, operator and value", field="rows", rule="CRIT-9"))
    read: list[Criterion] = []
    problems: list[Problem] = []
    for number, row in enumerate(several, 1):
        try:
            read.append(_condition(record_type, row, custom))
        except InvalidCriterion as error:
            problems += [problem.at(f"row {number}") for problem in error.problems]
    refuse_any(problems)
    return _joined(read, pattern or " and ".join(str(number) for number in range(1, len(read) + 1)))


def _condition(record_type: type[Entity], row: Sequence[Any], custom: tuple[CustomField, ...]) -> Criterion:
    if not isinstance(row, (tuple, list)) or len(row) not in _ROW_SIZES:
        refuse(Problem(what=f"{shown(row)} is no row", hint="give field, operator and value", value=row, rule="CRIT-7"))
    field, operator = resolved(record_type, row[0], row[1], custom)
    operands = row[2:] if row[2:] != type(row)((None,)) or operator.takes is not Takes.NOTHING else ()
    return Condition(field, operator.name, given(operator, tuple(operands)))


@attrs.define
class _Group:
    """
    What stands between two brackets, as far as it has been read.
    """

    start: int
    whole: Criterion | None = None
    #: The word that joins what comes next, "" where none has come.
    word: str = ""

    def add(self, part: Criterion) -> None:
        """
        Join one more part to what stands before it: from left to right.
        """
        if self.whole is None:
            self.whole = part
        else:
            self.whole = self.whole & part if self.word == "and" else self.whole | part
        self.word = ""

    @property
    def wants_part(self) -> bool:
        """
        Whether a row or a bracket comes next, and no word that joins.
        """
        return self.whole is None or bool(self.word)


class _Pattern:
    """
    A pattern on its way to becoming a criterion.
    """

    def __init__(self, rows: Sequence[Criterion], pattern: str) -> None:
        self._rows = rows
        self._pattern = pattern
        self._groups = [_Group(0)]
        self.used: set[int] = set()

    def whole(self) -> Criterion:
        """
        Read to the end.
        """
        for found in _TOKEN.finditer(self._pattern):
            kind = str(found.lastgroup)
            text, start = found[kind], found.start(kind)
            if kind != "end":
                self._step(kind, text, start)
        if len(self._groups) > 1:
            self._refuse(self._groups[-1].start, "the bracket is never closed", "close it")
        return self._finished(len(self._pattern))

    def _step(self, kind: str, text: str, start: int) -> None:
        group, word = self._groups[-1], text.casefold()
        if text == ")":
            self._close(start)
        elif group.wants_part and text == "(":
            if len(self._groups) >= LEVELS_LIMIT:
                self._refuse(start, f"brackets are more than {LEVELS_LIMIT - 1} levels deep", "flatten it")
            self._groups.append(_Group(start))
        elif group.wants_part and kind == "row":
            group.add(self._row(text, start))
        elif not group.wants_part and word in {"and", "or"}:
            group.word = word
        else:
            wanted = "the number of a row or a bracket" if group.wants_part else "'and' or 'or'"
            hint = "a pattern has no 'not'; ask the opposite in the row" if word == "not" else f"write {wanted}"
            self._refuse(start, f"here comes {shown(text)}, and {wanted} was expected", hint)

    def _row(self, text: str, start: int) -> Criterion:
        number = int(text[:9])
        if not 1 <= number <= len(self._rows):
            self._refuse(start, f"there is no row {text[:9]}", f"rows are counted from 1 to {len(self._rows)}")
        self.used.add(number)
        return self._rows[number - 1]

    def _close(self, start: int) -> None:
        if len(self._groups) == 1:
            self._refuse(start, "the bracket was never opened", "remove it, or open it")
        part = self._finished(start)
        self._groups.pop()
        self._groups[-1].add(part)

    def _finished(self, start: int) -> Criterion:
        group = self._groups[-1]
        if group.whole is None or group.word:
            self._refuse(start, "here something is missing", "write the number of a row")
        return group.whole

    def _refuse(self, start: int, what: str, hint: str) -> NoReturn:
        refuse(Problem(what=what, hint=hint, where=f"pattern, column {start + 1}", rule="CRIT-7"))


def _joined(rows: Sequence[Criterion], pattern: str) -> Criterion:
    if not isinstance(pattern, str):
        hint = 'write it as text, such as "(1 and 2) or 3"'
        refuse(
            Problem(what=f"{shown(pattern)} is no pattern", hint=hint, field="pattern", value=pattern, rule="CRIT-7")
        )
    reading = _Pattern(rows, pattern)
    whole = reading.whole()
    idle = [number for number in range(1, len(rows) + 1) if number not in reading.used]
    refuse_any(
        Problem(what=f"row {number} is not in the pattern", hint="add it, or remove the row", rule="CRIT-7")
        for number in idle
    )
    return whole


def criterion_to_rows(criterion: Criterion) -> tuple[tuple[Row, ...], str]:
    """
    Write a criterion as rows and the pattern that joins them, each row numbered where it stands.

    Raises:
        InvalidCriterion: It says "not", for which a pattern has no word.

    Rule:
        CRIT-7.
    """
    rows: list[Row] = []
    pattern = _written(criterion, rows)
    return tuple(rows), pattern


def _written(node: Criterion, rows: list[Row]) -> str:
    if isinstance(node, Condition):
        several = node.row.takes in LISTS or node.row.takes is Takes.TWO
        value = node.operands if several else next(iter(node.operands), None)
        rows.append((node.field.path, node.operator, value))
        return str(len(rows))
    if not isinstance(node, (AllOf, AnyOf)):
        what = f"{shown(str(node))} says 'not', and a pattern has no word for it"
        refuse(Problem(what=what, hint="ask the opposite with another operator, such as is_not", rule="CRIT-7"))
    word = "and" if isinstance(node, AllOf) else "or"
    return f"({f' {word} '.join(_written(part, rows) for part in node.parts)})"
