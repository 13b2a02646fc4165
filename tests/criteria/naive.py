"""
A second, plain answer to every criterion: slow, without tables, written from the rules alone.

It reads the tree (paths, names of operators, operands as they are kept) and nothing of what the evaluator prepares.
"""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from leadmodel import Account, Contact, EmailAddress, FrozenMap, Money, PhoneNumber, Profile, Ref
from leadmodel.criteria import AllOf, AnyOf, Condition, Criterion, Field, FieldKind, Not
from leadmodel.entities import DealContact, Entity, StageChange

Related = Callable[[Ref], Entity | None]


def naive(
    criterion: Criterion, record: Entity, now: datetime | None = None, related: Related | None = None,
    zone: tzinfo = UTC,
) -> bool:  # fmt: skip
    """Answer a criterion for a record, step by step."""
    if isinstance(criterion, AllOf):
        return all([naive(part, record, now, related, zone) for part in criterion.parts])
    if isinstance(criterion, AnyOf):
        return any([naive(part, record, now, related, zone) for part in criterion.parts])
    if isinstance(criterion, Not):
        return not naive(criterion.part, record, now, related, zone)
    assert isinstance(criterion, Condition)
    value = held(record, criterion.field.path, related)
    if criterion.field.custom:
        value = as_declared(value, criterion.field.kind)
    asked = [asked_for(operand, criterion.field) for operand in criterion.operands]
    return answer(value, criterion.operator, asked, criterion.field.kind, now, zone)


def folded(text: str) -> str:
    """Fold a text: NFKC, case folded, NFKC (CRIT-3)."""
    once = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", once)


def held(record: Entity, path: str, related: Related | None) -> Any:  # noqa: ANN401  (what a field holds)
    """Give what stands at a path, None where nothing does; collections as sets of what their members are known by."""
    first, _, rest = path.partition(".")
    target = {"contact": Contact, "account": Account, "reports_to": Contact, "parent": Account}.get(first)
    if target is not None and rest:
        record_id = getattr(record, f"{first}_id")
        found = related(Ref(target, record_id)) if related is not None and record_id else None
        return None if found is None else held(found, rest, related)
    value = getattr(record, first)
    if first == "custom" and rest:
        value = value.get(rest)
    elif rest:
        value = None if value is None else getattr(value, rest)
    if isinstance(value, (tuple, frozenset)):
        value = {key for member in value for key in known_by(member)}
    return None if value in ("", set(), FrozenMap()) else value


def known_by(member: object) -> list[str]:
    """Give what a member of a collection is known by."""
    if isinstance(member, EmailAddress):
        return [folded(member.address)]
    if isinstance(member, PhoneNumber):
        return [member.key]
    if isinstance(member, Profile):
        return member.identity.split("\n")
    if isinstance(member, DealContact):
        return [member.contact_id]
    if isinstance(member, StageChange):
        return [folded(member.to)]
    return [folded(member)] if isinstance(member, str) and member.strip() else []


def as_declared(value: Any, kind: FieldKind) -> Any:  # noqa: ANN401  (as above)
    """Give what a custom field holds, None where it is not what was declared."""
    types: dict[FieldKind, Any] = {
        FieldKind.TEXT: str, FieldKind.IDENTITY: str, FieldKind.CHOICE: str, FieldKind.NUMBER: (int, float, Decimal),
        FieldKind.MONEY: Money, FieldKind.DATE: date, FieldKind.INSTANT: datetime, FieldKind.BOOLEAN: bool,
        FieldKind.COLLECTION: set, FieldKind.VALUE: object,
    }  # fmt: skip
    wrong = (kind is FieldKind.NUMBER and isinstance(value, bool)) or (
        kind is FieldKind.DATE and isinstance(value, datetime)
    )
    if isinstance(value, str) and not value.strip():
        return None
    return value if isinstance(value, types[kind]) and not wrong else None


def answer(  # noqa: PLR0917  (each in its turn)
    value: Any,  # noqa: ANN401  (as above)
    operator: str,
    operands: list[Any],
    kind: FieldKind,
    now: datetime | None,
    zone: tzinfo,
) -> bool:
    """Answer one condition about what a field holds."""
    if operator == "is_empty":
        return value is None
    if value is None:
        return False
    if kind is FieldKind.COLLECTION:
        return any(key in value for key in operands) if operator == "has_any" else all(key in value for key in operands)
    if kind in {FieldKind.TEXT, FieldKind.CHOICE}:
        value, operands = folded(value), [folded(operand) for operand in operands]
    if isinstance(value, Money):
        if any(operand.currency != value.currency for operand in operands):
            return False
        value, operands = value.amount, [operand.amount for operand in operands]
    if isinstance(value, float):
        value = Decimal(repr(value))
    if operator in {"today", "this_week", "last_days", "next_days", "older_than_days"}:
        assert now is not None
        return timed(value, operator, operands, now, zone)
    return compared(value, operator, operands)


def asked_for(operand: Any, field: Field) -> Any:  # noqa: ANN401  (any operand)
    """Give what is looked for among the members of a collection; other operands are compared as they are."""
    if field.kind is not FieldKind.COLLECTION or field.member in {Profile, DealContact}:
        return operand
    return PhoneNumber(operand).key if field.member is PhoneNumber else folded(operand)


def compared(value: Any, operator: str, operands: list[Any]) -> bool:  # noqa: ANN401  (as above)
    """Compare a value that is there."""
    first, last = (operands[0], operands[-1]) if operands else (None, None)
    answers: dict[str, Callable[[], Any]] = {
        "is": lambda: value == first,
        "is_not": lambda: value != first,
        "in": lambda: any(value == operand for operand in operands),
        "contains": lambda: first in value,
        "starts_with": lambda: value[: len(first)] == first,
        "ends_with": lambda: len(first) <= len(value) and value[len(value) - len(first) :] == first,
        "below": lambda: value < first,
        "at_most": lambda: not value > first,
        "above": lambda: value > first,
        "at_least": lambda: not value < first,
        "between": lambda: not (value < first or value > last),
    }
    return bool(answers[operator]())


def timed(value: date, operator: str, operands: list[int], now: datetime, zone: tzinfo) -> bool:
    """Answer a question about time: by the calendar of the zone, or by hours from now."""
    local = now.astimezone(zone).date()
    if operator in {"today", "this_week"}:
        day = value.astimezone(zone).date() if isinstance(value, datetime) else value
        return day == local if operator == "today" else day.isocalendar()[:2] == local.isocalendar()[:2]
    here: Any = now if isinstance(value, datetime) else local
    distance, span, none = value - here, timedelta(days=operands[0]), timedelta()
    if operator == "last_days":
        return -span <= distance <= none
    return none <= distance <= span if operator == "next_days" else distance < -span
