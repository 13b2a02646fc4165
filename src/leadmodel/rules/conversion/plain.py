"""
The report of a plan as plain data: for programs that show it in their own way.

What stands in the printed report stands here too, with the ids and field names that people are spared. The records
themselves are in the plan's changes, which `leadmodel.codec` writes.
"""

from typing import TYPE_CHECKING, Any, Final

from leadmodel.entities import Entity
from leadmodel.errors import Problem
from leadmodel.rules.conversion.carrying import FieldLine, is_blank
from leadmodel.rules.conversion.reporting import results, said
from leadmodel.values import type_name

if TYPE_CHECKING:
    from leadmodel.rules.conversion.planning import ConversionPlan

#: The version of the form; it grows when a key changes its meaning.
FORMAT: Final = 1


def plan_plain(plan: "ConversionPlan") -> dict[str, Any]:
    """
    Give the report as plain data, ready for JSON; values are told in words, whole.
    """
    return {
        "format": FORMAT,
        "lead": _named(plan.before),
        "at": plan.at.isoformat(),
        "by": plan.by,
        "replayed": plan.replayed,
        "problems": [_problem(problem) for problem in plan.problems],
        "evidence": [
            {
                "said": each.said, "rule": each.rule, "warning": each.warning,
                "records": [{"type": type_name(ref.type), "id": ref.id} for ref in each.refs],
            }
            for each in plan.evidence
        ],
        "records": [{**_named(record), "treatment": what} for record, what, _ in results(plan)],
        "fields": [_line(line) for line in plan.fields if not is_blank(line.value)],
        "children": [
            {
                "type": type_name(line.record_type), "number": line.number, "follow": line.follow.value,
                "to": type_name(line.to) if line.to else None,
            }
            for line in plan.children
        ],
    }  # fmt: skip


def _named(record: Entity) -> dict[str, str]:
    return {"type": type_name(type(record)), "id": record.id, "label": record.label()}


def _problem(problem: Problem) -> dict[str, str]:
    return {"what": problem.what, "hint": problem.hint, "field": problem.field, "rule": problem.rule}


def _line(line: FieldLine) -> dict[str, Any]:
    return {
        "field": line.field,
        "value": _told(line.value),
        "carried": [
            {
                "type": type_name(done.record_type), "field": done.field, "before": _told(done.before),
                "after": _told(done.after), "treatment": done.treatment.value,
            }
            for done in line.carried
        ],
        "dropped": line.dropped,
    }  # fmt: skip


def _told(value: object) -> str | None:
    return None if is_blank(value) else said(value, limit=None)
