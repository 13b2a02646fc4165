"""
Criteria in SQL: the rows of the operators over columns, and the few words that SQL spells differently.

There is no second list of operators: a row's own test is called with a column where it was called with a value. Missing
values are dealt with at every condition, so that a negation is the exact complement (CRIT-1, CRIT-2). What cannot be
asked exactly is not asked here: `supported` says so, and the criterion is split by it.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs
from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.sql.expression import FromClause

from leadmodel.criteria import AllOf, AnyOf, Asking, Condition, Criterion, FieldKind, Not, Operator
from leadmodel.criteria.fields import Field, Hop
from leadmodel.criteria.operators import contains, ends_with, has_all, has_any, is_missing, one_of, starts_with
from leadmodel.entities import Entity
from leadmodel.stores.sql.among import Position, Whole, among
from leadmodel.stores.sql.columns import STORED, column_name
from leadmodel.stores.sql.encoding import KEY_KEPT, TAGS, Tag, amount_number, ordered, shortened
from leadmodel.stores.sql.tables import KEYS, RECORDS
from leadmodel.values import fold, type_name

Predicate: TypeAlias = ColumnElement[bool]

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1

#: Operators that look into a text: a key of the side table may have been cut.
_INSIDE: Final = frozenset({"contains", "ends_with"})


def supported(condition: Condition) -> bool:
    """
    Say whether the database answers a condition exactly as Python does.
    """
    field, row = condition.field, condition.row
    if row.when is not None or row.sees_missing:
        return True
    if field.custom:
        short = all(len(operand) <= KEY_KEPT for operand in condition.arguments if isinstance(operand, str))
        return row.name not in _INSIDE and (row.name != "starts_with" or short)
    if field.kind is FieldKind.NUMBER:
        return all(_is_whole(operand) for operand in condition.arguments)
    return True


def _is_whole(number: int | Decimal) -> bool:
    return number == int(number) and _INT_MIN <= number <= _INT_MAX


def _starts_with(column: Any, text: str) -> Predicate:  # noqa: ANN401  (a column)
    return func.substr(column, 1, len(text)) == text


def _ends_with(column: Any, text: str) -> Predicate:  # noqa: ANN401  (as above)
    return and_(func.length(column) >= len(text), func.substr(column, func.length(column) - len(text) + 1) == text)


def _contains(column: Any, text: str) -> Predicate:  # noqa: ANN401  (as above)
    return Position(column, text) > 0


#: How SQL spells what it does not spell like Python, by the function of the operator's row.
WORDS: Final[Mapping[Callable[..., Any], Callable[..., Any]]] = {
    is_missing: lambda column: column.is_(None),
    one_of: among,
    contains: _contains,
    starts_with: _starts_with,
    ends_with: _ends_with,
}


def _argument(kind: FieldKind, argument: Any) -> Any:  # noqa: ANN401  (what is compared with)
    """
    Give an argument in the form in which the column holds its values.
    """
    if kind is FieldKind.MONEY:
        return amount_number(argument)
    if kind is FieldKind.NUMBER:
        return int(argument)
    if isinstance(argument, frozenset):
        return argument
    return STORED[kind][1](argument)


@attrs.frozen
class _Rows:
    """
    The rows that are asked about: those of a table, or of an alias of it, and their type of record.
    """

    table: FromClause
    record_type: type[Entity]


@attrs.frozen
class Writer:
    """
    What writes criteria as SQL, for one tenant and one moment.
    """

    tenant: str
    asking: Asking

    def predicate(self, criterion: Criterion, table: FromClause) -> Predicate:
        """
        Write a criterion about the rows of a table of records.
        """
        if isinstance(criterion, AllOf):
            return _joined(and_, [self.predicate(part, table) for part in criterion.parts])
        if isinstance(criterion, AnyOf):
            return _joined(or_, [self.predicate(part, table) for part in criterion.parts])
        if isinstance(criterion, Not):
            return not_(self.predicate(criterion.part, table))
        assert isinstance(criterion, Condition)  # noqa: S101  (there are no other nodes)
        return self._condition(criterion, table)

    def _condition(self, condition: Condition, table: FromClause) -> Predicate:
        """
        Write one condition; of a question about missing values, a related record that is not there answers with yes.
        """
        field, row = condition.field, condition.row
        missing = row.sees_missing

        def at_the_end(rows: _Rows) -> Predicate:
            asked = self._leaf(condition, rows)
            return not_(asked) if missing else asked

        if not field.hops:
            return self._leaf(condition, _Rows(table, field.record_type))
        found = self._stepped(field.hops, table, at_the_end)
        return not_(found) if missing else found

    def _stepped(self, hops: tuple[Hop, ...], table: FromClause, ask: Callable[[_Rows], Predicate]) -> Predicate:
        """
        Ask about the record at the end of some steps, which has to be there.
        """
        hop, *more = hops
        target = RECORDS[hop.target].alias()
        inner = self._stepped(tuple(more), target, ask) if more else ask(_Rows(target, hop.target))
        link = table.c[column_name(hop.id_field)]
        there = select(target.c.id).where(target.c.tenant == self.tenant, inner)
        return and_(link.is_not(None), link.in_(there))

    def _leaf(self, condition: Condition, rows: _Rows) -> Predicate:
        field, row = condition.field, condition.row
        arguments = self.asking.arguments(field, row, condition.arguments)
        if field.custom:
            return self._custom(condition, arguments, rows)
        if field.kind is FieldKind.COLLECTION:
            return self._members(field.attribute, "", row, arguments, rows)
        name = _column(field)
        column = rows.table.c[name]
        words = WORDS.get(row.test, row.test)
        test: Predicate = words(column, *(_argument(field.kind, argument) for argument in arguments))
        if row.sees_missing:
            return test
        parts = [column.is_not(None), test]
        if condition.currency:
            parts.append(rows.table.c[f"{name}_currency"] == fold(condition.currency))
        return and_(*parts)

    def _custom(self, condition: Condition, arguments: tuple[Any, ...], rows: _Rows) -> Predicate:
        """
        Ask about a custom field: its keys carry a mark for the kind as which they are compared.
        """
        field, row, currency = condition.field, condition.row, condition.currency
        tag, name = TAGS[field.kind], f"custom.{field.part}"
        if field.kind is FieldKind.COLLECTION:
            return self._members(name, tag.mark, row, arguments, rows)
        marked = and_(KEYS.c.key >= tag.mark, KEYS.c.key < tag.end)
        if row.sees_missing:
            return not_(self._has(name, marked, rows))
        if currency:
            start = f"{tag.mark}{currency} "
            marked = and_(KEYS.c.key >= start, KEYS.c.key < f"{start}3")
        keys = tuple(_tagged(tag, argument, currency) for argument in arguments)
        return self._has(name, and_(marked, WORDS.get(row.test, row.test)(KEYS.c.key, *keys)), rows)

    def _members(self, name: str, mark: str, row: Operator, arguments: tuple[Any, ...], rows: _Rows) -> Predicate:
        """
        Ask about the members of a collection.
        """
        if row.test is is_missing:
            there = and_(KEYS.c.key >= mark, KEYS.c.key < chr(ord(mark) + 1)) if mark else KEYS.c.key.is_not(None)
            return not_(self._has(name, there, rows))
        keys = frozenset(f"{mark}{shortened(key)}" for key in arguments[0])
        wanted = among(KEYS.c.key, keys)
        if row.test is has_any:
            return self._has(name, wanted, rows)
        assert row.test is has_all  # noqa: S101  (there are no others)
        number = func.count(KEYS.c.key.distinct())
        having = self._ids(name, wanted, rows).group_by(KEYS.c.id).having(number == len(keys))
        return rows.table.c.id.in_(having)

    def _has(self, name: str, test: Predicate, rows: _Rows) -> Predicate:
        return rows.table.c.id.in_(self._ids(name, test, rows))

    def _ids(self, name: str, test: Predicate, rows: _Rows) -> Any:  # noqa: ANN401  (a statement)
        return select(KEYS.c.id).where(
            KEYS.c.tenant == self.tenant, KEYS.c.type == type_name(rows.record_type), KEYS.c.field == name, test
        )


def _joined(join: Callable[..., Predicate], parts: list[Predicate]) -> Predicate:
    """
    Join predicates two by two: SQLite takes a chain of hundreds for a tree of as many levels, and refuses it.
    """
    while len(parts) > 1:
        parts = [Whole(join(*parts[place : place + 2])) for place in range(0, len(parts), 2)]
    return parts[0]


def _column(field: Field) -> str:
    """
    Give the name of the column that a field of the record itself has.
    """
    return column_name(f"{field.attribute}.{field.part}" if field.part else field.attribute)


def _tagged(tag: Tag, argument: Any, currency: str) -> Any:  # noqa: ANN401  (what is compared with)
    """
    Give an argument in the form in which keys of custom fields stand in the side table.
    """
    if isinstance(argument, frozenset):
        return frozenset(f"{tag.mark}{tag.write(member)}" for member in argument)
    if currency:
        return f"{tag.mark}{currency} {ordered(argument)}"
    return f"{tag.mark}{tag.write(argument)}"
