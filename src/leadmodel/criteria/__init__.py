"""
Criteria: yes-or-no questions about one record.

A criterion is a tree: conditions, joined by all-of, any-of and not. It is made by `where`, read from text, from JSON or
from rows, and answered in Python by `holds` and `compile`. Other engines read the same tree: `Condition.field` says
what is asked about, the row of `OPERATORS` says how, `Condition.arguments` with what.
"""

from leadmodel.criteria.building import where
from leadmodel.criteria.condition import Condition
from leadmodel.criteria.evaluating import Asking, Related
from leadmodel.criteria.fields import CustomField, Field, Hop, fields_of
from leadmodel.criteria.kinds import FieldKind
from leadmodel.criteria.limits import LEAVES_LIMIT, LEVELS_LIMIT, OPERANDS_LIMIT
from leadmodel.criteria.nodes import AllOf, AnyOf, Criterion, Not
from leadmodel.criteria.operators import OPERATORS, Operator, Takes
from leadmodel.criteria.parsing import parse_criterion
from leadmodel.criteria.reading import criterion_from_plain
from leadmodel.criteria.rows import criterion_from_rows, criterion_to_rows

__all__ = [
    "LEAVES_LIMIT",
    "LEVELS_LIMIT",
    "OPERANDS_LIMIT",
    "OPERATORS",
    "AllOf",
    "AnyOf",
    "Asking",
    "Condition",
    "Criterion",
    "CustomField",
    "Field",
    "FieldKind",
    "Hop",
    "Not",
    "Operator",
    "Related",
    "Takes",
    "criterion_from_plain",
    "criterion_from_rows",
    "criterion_to_rows",
    "fields_of",
    "parse_criterion",
    "where",
]
