"""
The leaves of the tree: one field, one operator, its operands, checked together when a condition is made.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from leadmodel.criteria.evaluating import Asking, Test, condition_test, following
from leadmodel.criteria.faults import refuse, refuse_any
from leadmodel.criteria.fields import Field
from leadmodel.criteria.nodes import Criterion, Parted
from leadmodel.criteria.operands import count_problems, currency_problems, read_all
from leadmodel.criteria.operators import LISTS, OPERATORS, Operator, operator_of
from leadmodel.criteria.plain import condition_plain
from leadmodel.criteria.printing import condition_text
from leadmodel.errors import Problem
from leadmodel.values import Money


def _as_operands(operands: Iterable[object]) -> tuple[Any, ...]:
    return tuple(operands)


@attrs.frozen(repr=False)
class Condition(Criterion):
    """
    One condition: a field, an operator and its operands. `where` makes it.

    Raises:
        InvalidCriterion: The operator does not go with the field, or an operand not with the two; all is reported.
    """

    field: Field
    #: The name of a row of `OPERATORS`.
    operator: str
    operands: tuple[Any, ...] = attrs.field(default=(), converter=_as_operands)
    #: What the row's test is called with after the value: keys instead of operands, a frozen set instead of a list.
    arguments: tuple[Any, ...] = attrs.field(init=False, eq=False)
    #: Of a comparison with money, the one currency in which it holds; "" otherwise.
    currency: str = attrs.field(init=False, eq=False, default="")

    def __attrs_post_init__(self) -> None:
        row = operator_of(self.operator, self.field.path, self.field.kind)
        if isinstance(row, Problem):
            refuse(row)
        refuse_any(count_problems(row, self.operands))
        kept, keys, problems = read_all(self.field, row, self.operands)
        refuse_any((*problems, *currency_problems(kept)))
        put = object.__setattr__
        put(self, "record_type", self.field.record_type)
        put(self, "operands", tuple(kept))
        put(self, "operand_count", len(kept))
        put(self, "arguments", (frozenset(keys),) if row.takes in LISTS else tuple(keys))
        if kept and isinstance(kept[0], Money):
            put(self, "currency", kept[0].currency)

    @property
    def row(self) -> Operator:
        """
        The row of the operator.
        """
        return OPERATORS[self.operator]

    def conditions(self) -> Iterator["Condition"]:
        """
        Give itself.
        """
        yield self

    def split(self, supported: Callable[["Condition"], bool]) -> Parted:
        """
        Push it whole, or not at all.
        """
        return (self, None) if supported(self) else (None, self)

    def _test(self, asking: Asking) -> Test:
        row, field = self.row, self.field
        test = condition_test(field, row, asking.arguments(field, row, self.arguments), self.currency)
        return following(field.hops, test, asking.related, of_missing=row.sees_missing)

    def _text(self, *, hide: bool) -> str:
        return condition_text(self.field, self.row, self.operands, hide=hide)

    def _plain(self) -> dict[str, Any]:
        return condition_plain(self.field, self.row, self.operands)
