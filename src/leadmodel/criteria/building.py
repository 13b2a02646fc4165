"""
`where`: how a criterion begins.
"""

from collections.abc import Iterable

from leadmodel.criteria.condition import Condition
from leadmodel.criteria.faults import refuse, refuse_any
from leadmodel.criteria.fields import CustomField, Field, declared, field_of
from leadmodel.criteria.nodes import Criterion
from leadmodel.criteria.operands import given
from leadmodel.criteria.operators import Operator, Takes, operator_of
from leadmodel.entities import ENTITIES, Entity
from leadmodel.errors import Problem, shown
from leadmodel.values import type_name


def where(
    record_type: type[Entity], field: str, operator: str, *operands: object, fields: Iterable[CustomField] | None = None
) -> Criterion:
    """
    Ask one thing about a record: `where(Lead, "status", "in", ["New", "Contacted"])`.

    A comparison with a missing value is false, `is_not` too; only `is_empty` sees what is missing.

    Args:
        record_type: The type of record that is asked about.
        field: A field; a part of one, `address.city`; a field of a related record, `account.industry`; one of the
            organisation's own, `custom.size`.
        operator: The name of a row of `OPERATORS`.
        operands: What to compare with: none, one, two, or a list, which may be passed as one argument.
        fields: The organisation's own fields.

    Raises:
        InvalidCriterion: A name is unknown, or something does not fit; all is reported, with the nearest names.

    Rule:
        CRIT-1 to CRIT-6, CRIT-8.
    """
    found, row = resolved(record_type, field, operator, fields)
    if row.takes is Takes.MANY and not operands:
        what, hint = f"{shown(row.name)} takes a list of values, and none came", "an empty list is one: []"
        refuse(Problem(what=what, hint=hint, field="operands", rule="CRIT-5"))
    return Condition(found, row.name, given(row, operands))


def resolved(
    record_type: type[Entity], path: object, operator: object, fields: Iterable[CustomField] | None
) -> tuple[Field, Operator]:
    """
    Find field and operator by their names.

    Raises:
        InvalidCriterion: One of them is unknown, or they do not go together; both are reported.
    """
    check_type(record_type)
    field = field_of(record_type, path, declared(fields))
    known = isinstance(field, Field)
    row = operator_of(operator, field.path if known else "", field.kind if known else None)  # type: ignore[union-attr]  # known
    refuse_any(each for each in (field, row) if isinstance(each, Problem))
    return field, row  # type: ignore[return-value]  # neither is a problem


def check_type(record_type: object) -> None:
    """
    Refuse what is no type of record.

    Raises:
        InvalidCriterion: It is none.
    """
    if record_type not in ENTITIES:
        names = ", ".join(each.__name__ for each in ENTITIES)
        what = f"{shown(record_type)} is no type of record"
        refuse(Problem(what=what, hint=f"pass one of {names}", field="record_type", value=record_type, rule="CRIT-6"))


def type_of(name: object) -> type[Entity] | None:
    """
    Find a type of record by the word for it: "lead", "social update".
    """
    return next((each for each in ENTITIES if type_name(each) == name), None)
