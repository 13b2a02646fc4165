"""
What makes rules of conversion whole: every field of a lead once, and nothing carried where it cannot be kept.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, get_args

import attrs

from leadmodel.criteria import Criterion
from leadmodel.entities import Account, Activity, Contact, Deal, Entity, Facts, Kind, Lead, Note, Record, Task, facts_of
from leadmodel.entities.facts import LIMITS
from leadmodel.errors import Problem, shown, suggestion
from leadmodel.processes.checks import field_problems, line_fault, required_problems, undeclared_problems
from leadmodel.rules.conversion.mapping import MappingRow, Policy, Target
from leadmodel.values import Money, type_name

if TYPE_CHECKING:
    from leadmodel.rules.conversion.policies import ConversionRules

#: The records to which a field of a lead can go.
TARGETS: Final[tuple[type[Record], ...]] = (Account, Contact, Deal)
#: What can hang on a lead.
_CHILDREN: Final[tuple[type[Entity], ...]] = (Note, Activity, Task)
_CUSTOM: Final = "custom."
#: What can be joined.
_JOINED: Final = {Kind.COLLECTION, Kind.MAPPING, *LIMITS}
#: Fields that say which record belongs to which: conversion itself sets them.
_LINKS: Final = {"contact_id", "account_id", "contacts"}


def rules_problems(rules: "ConversionRules") -> Iterator[Problem]:
    """
    Say everything that is wrong with rules of conversion.
    """
    yield from _coverage(rules)
    for row in rules.rows():
        yield from _row_problems(row)
    yield from _meeting(rules)
    yield from _child_problems(rules)
    if wrong := list(field_problems(Lead, rules.fields)):
        yield from wrong  # what asks for one of these fields can only be judged once they are right
        return
    yield from _asking_problems(rules)


def _asking_problems(rules: "ConversionRules") -> Iterator[Problem]:
    """
    Say which required fields do not exist, and that the guard asks about something else (CONV-14, CONV-15).
    """
    yield from required_problems(Lead, rules.fields, rules.requires, "requires", "CONV-15")
    guard: object = rules.guard
    if guard is not None and (not isinstance(guard, Criterion) or guard.record_type is not Lead):
        what, hint = f"{shown(guard)} is no criterion on leads", "make one: where(Lead, …)"
        yield Problem(what=what, hint=hint, field="guard", value=guard, rule="CONV-14")
    elif guard is not None:
        yield from undeclared_problems(guard, rules.fields, "guard", "CONV-14")


def _child_problems(rules: "ConversionRules") -> Iterator[Problem]:
    """
    Say which rows are of nothing that hangs on a lead, or of what another row is of, or lead nowhere (CONV-8).
    """
    times = Counter(row.record_type for row in rules.children)
    for record_type, number in times.items():
        if record_type not in _CHILDREN:
            what, hint = f"no {_called(record_type)} hangs on a lead", "give a row to Note, Activity or Task"
            yield Problem(what=what, hint=hint, field="children", value=record_type, rule="CONV-8")
        elif number > 1:
            what = f"{number} rows say what becomes of a {_called(record_type)}"
            yield Problem(what=what, hint="keep one", field="children", value=record_type, rule="CONV-8")
    for row in rules.children:
        for record_type in row.to:
            if record_type not in TARGETS:
                what, hint = f"nothing follows a lead to {_called(record_type)}", "send it to Account, Contact or Deal"
                yield Problem(what=what, hint=hint, field="children", value=record_type, rule="CONV-8")


def _called(record_type: object) -> str:
    return type_name(record_type) if isinstance(record_type, type) else shown(record_type)


def _coverage(rules: "ConversionRules") -> Iterator[Problem]:
    """
    Say which fields of a lead have no row, or several, and which rows are of no field (CONV-4).
    """
    facts = facts_of(Lead)
    times = Counter(row.field for row in rules.mapping)
    for field in facts:
        if not times[field]:
            what, hint = f"the field {field} of a lead has no row", "say where it goes, or why it goes nowhere"
            yield Problem(what=what, hint=hint, field="mapping", value=field, rule="CONV-4")
    times += Counter(row.field for row in rules.custom)
    for field, number in times.items():
        if number > 1:
            what = f"the field {field} has {number} rows"
            yield Problem(
                what=what, hint="give it one, with several targets", field="mapping", value=field, rule="CONV-4"
            )
    for row in rules.mapping:
        if row.field not in facts:
            what = f"a lead has no field {shown(row.field)}"
            own, options = str(row.field).startswith(_CUSTOM), tuple(facts)
            hint = "its row belongs to custom" if own else suggestion(row.field, facts)
            yield Problem(what=what, hint=hint, field="mapping", value=row.field, options=options, rule="CONV-4")
    for row in rules.custom:
        if not row.field.startswith(_CUSTOM) or row.field == _CUSTOM:
            what, hint = f"{shown(row.field)} is no custom field", "write it as custom.name"
            yield Problem(what=what, hint=hint, field="custom", value=row.field, rule="CONV-4")


def _row_problems(row: MappingRow) -> Iterator[Problem]:
    if not row.targets and not row.dropped:
        what, hint = "it goes nowhere, and nothing says why", "give it a target or a reason"
        yield Problem(what=what, hint=hint, field=row.field, rule="CONV-4")
    elif row.targets and row.dropped:
        what, hint = "it has targets, and a reason why it has none", "leave one of them out"
        yield Problem(what=what, hint=hint, field=row.field, rule="CONV-4")
    if row.dropped and (fault := line_fault(row.dropped)):
        yield Problem(what=f"the reason {fault}", field=row.field, value=row.dropped, rule="CONV-4")
    for target in row.targets:
        yield from _target_problems(row, target)


def _target_problems(row: MappingRow, target: Target) -> Iterator[Problem]:
    if target.record_type not in TARGETS:
        what, hint = f"nothing is carried to {shown(target.record_type)}", "carry it to Account, Contact or Deal"
        yield Problem(what=what, hint=hint, field=row.field, value=target.record_type, rule="CONV-4")
        return
    if target.kinds and row.field != "phones":
        what, hint = "only phone numbers go by their kind", "leave the kinds out"
        yield Problem(what=what, hint=hint, field=row.field, value=target.kinds, rule="CONV-4")
    name, facts = type_name(target.record_type), facts_of(target.record_type)
    source = facts_of(Lead).get(row.field)
    if target.field.startswith(_CUSTOM):
        if target.policy is Policy.STRICTER:
            yield _unfit_policy(row, target)
        if source is not None and not _is_open(row.field):
            what = f"the field {row.field} does not go into a custom field, which keeps texts, numbers, dates and money"
            hint = "choose a field of the same kind"
            yield Problem(what=what, hint=hint, field=row.field, value=target.field, rule="CONV-4")
    elif target.field not in facts:
        what, options = f"the {name} has no field {shown(target.field)}", tuple(facts)
        hint = suggestion(target.field, facts)
        yield Problem(what=what, hint=hint, field=row.field, value=target.field, options=options, rule="CONV-4")
    else:
        held = facts[target.field]
        if held.verb or held.bookkeeping or target.field in _LINKS:
            what = f"the field {target.field} of the {name} is not carried into"
            hint = f"it is set by {held.verb or 'conversion itself'}"
            yield Problem(what=what, hint=hint, field=row.field, value=target.field, rule="PIPE-12")
        elif source is not None and not _fits(row.field, target):
            what = f"{source.kind} does not go into the field {target.field} of the {name}, which is {held.kind}"
            yield Problem(what=what, hint="choose another target", field=row.field, value=target.field, rule="CONV-4")
        if not _policy_fits(target, held):
            yield _unfit_policy(row, target)


def _is_open(field: str) -> bool:
    """
    Say whether what a field of a lead holds can stand in a custom field, and be read back from a file.
    """
    facts = facts_of(Lead)[field]
    if facts.kind is Kind.COLLECTION:
        return get_args(attrs.fields_dict(Lead)[field].type)[0] is str
    return facts.kind is not Kind.VALUE or facts.types == (Money,)


def _fits(field: str, target: Target) -> bool:
    """
    Say whether what a field of a lead holds can stand in a field of another record.

    Any text can stand in any text, and what is no text in a field of the very same type.
    """
    if facts_of(Lead)[field].kind in LIMITS:
        return facts_of(target.record_type)[target.field].kind in LIMITS
    here, there = attrs.fields_dict(Lead)[field], attrs.fields_dict(target.record_type)[target.field]
    return here.type == there.type


def _policy_fits(target: Target, held: Facts) -> bool:
    if target.policy is Policy.STRICTER:
        return target.field == "consent"
    return target.policy is not Policy.JOIN or held.kind in _JOINED


def _unfit_policy(row: MappingRow, target: Target) -> Problem:
    what = f"the policy {target.policy} does not go with the field {target.field}"
    hint = "join is for texts and collections, stricter for consent"
    return Problem(what=what, hint=hint, field=row.field, value=target.policy, rule="CONV-5")


def _meeting(rules: "ConversionRules") -> Iterator[Problem]:
    """
    Say where two fields of a lead go to one field of another record.
    """
    arriving: dict[tuple[type[Record], str], list[str]] = {}
    for row in rules.rows():
        for target in row.targets:
            arriving.setdefault((target.record_type, target.field), []).append(row.field)
    for (record_type, field), sources in arriving.items():
        if len(sources) > 1:
            what = f"{' and '.join(sources)} go to one field, {field} of the {record_type.__name__}"
            yield Problem(what=what, hint="send each to its own", field="mapping", value=field, rule="CONV-4")
