"""
Records that fit a playbook: what a stage, a status or the conversion asks for is there, and histories go open ways.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import islice, product
from typing import Any, Final, TypeVar

import attrs
from hypothesis.strategies import DrawFn

from leadmodel.criteria import Criterion, CustomField, FieldKind, where
from leadmodel.criteria.fields import Field
from leadmodel.entities import TARGETS, Contact, Deal, DealContact, Entity, Lead, facts_of
from leadmodel.errors import LeadmodelError
from leadmodel.processes import Pipeline, Process, Stage
from leadmodel.rules.conversion import ConversionRules
from leadmodel.testing.strategies.choosing import pick
from leadmodel.testing.strategies.field import Wish, held, own_value
from leadmodel.testing.strategies.pools import NOW
from leadmodel.testing.strategies.text import names
from leadmodel.values import Address, Money, Ref

E = TypeVar("E", bound=Entity)

#: How many ways to answer a guard are tried.
_TRIES: Final = 500


@attrs.frozen
class Asked:
    """
    What is asked of a record: fields that must hold something, each as the question whether it is empty, and guards.
    """

    lacks: tuple[Criterion, ...]
    guards: tuple[Criterion, ...]

    def __bool__(self) -> bool:
        return bool(self.lacks or self.guards)

    def __add__(self, other: "Asked") -> "Asked":
        return Asked((*self.lacks, *other.lacks), (*self.guards, *other.guards))

    def met_by(self, record: Entity, there: Mapping[Ref, Entity]) -> bool:
        """
        Say whether a record holds all that is asked for, at `NOW`, among the others that are there.
        """
        related = there.get
        return not any(each.holds(record, NOW, related) for each in self.lacks) and all(
            each.holds(record, NOW, related) for each in self.guards
        )


def asked_by(process: Process[Any], step: Any) -> Asked:  # noqa: ANN401  (a stage or a status)
    """
    Give what a step asks of the records that stand in it.
    """
    return Asked(tuple(map(process.lacks, step.requires)), () if step.guard is None else (step.guard,))


def asked_of_converted(rules: ConversionRules) -> Asked:
    """
    Give what the rules ask of the leads that are converted.
    """
    lacks = (where(Lead, path, "is_empty", fields=rules.fields) for path in rules.requires)
    return Asked(tuple(lacks), () if rules.guard is None else (rules.guard,))


def fitting(draw: DrawFn, record: E, asked: Asked, there: Mapping[Ref, Entity], wish: Wish) -> E | None:
    """
    Give the record with all that is asked for; None where nothing that is tried meets it.

    Required fields are drawn. For a guard, the fields that it asks about are given the values that it names, their
    neighbours, nothing, and a drawn one, together, until it says yes.
    """
    for lacking in asked.lacks:
        if lacking.holds(record, NOW, there.get):
            record = _with(record, field := _field(lacking), _drawn(draw, record, field, there, wish))
    if asked.met_by(record, there):
        return record
    options = _options(draw, record, asked.guards, there, wish)
    for values in islice(product(*options.values()), _TRIES):
        other = record
        for field, value in zip(options, values, strict=True):
            other = _with(other, field, value)
        if asked.met_by(other, there):
            return other
    return None


def _field(question: Criterion) -> Field:
    return next(iter(question.conditions())).field


_KEEP: Final = object()


def _options(
    draw: DrawFn, record: Entity, guards: Iterable[Criterion], there: Mapping[Ref, Entity], wish: Wish
) -> dict[Field, list[object]]:
    """
    Give, for each field of the record that the guards ask about, what it might hold.
    """
    found: dict[Field, list[object]] = {}
    for condition in (each for guard in guards for each in guard.conditions()):
        field = condition.field
        if field.hops or (not field.custom and facts_of(type(record))[field.attribute].verb):
            continue
        options = found.setdefault(field, [_KEEP, _drawn(draw, record, field, there, wish), None])
        options += [near for value in condition.operands for near in _near(field.kind, value)]
    return found


def _near(kind: FieldKind, value: Any) -> Sequence[object]:  # noqa: ANN401  (any operand)
    """
    Give an operand and its neighbours; of days to look back or ahead, the instants or dates that lie there.
    """
    if kind in {FieldKind.DATE, FieldKind.INSTANT}:
        days = isinstance(value, int)
        near = [NOW + timedelta(days=step * (value + 1)) for step in (-1, 1)] if days else [value + _DAY, value - _DAY]
        near.append(NOW if days else value)
        return [each.date() for each in near] if days and kind is FieldKind.DATE else near
    if kind is FieldKind.MONEY:
        return value, *(attrs.evolve(value, amount=value.amount + step) for step in (1, -1))
    return (value, value + 1, value - 1) if kind is FieldKind.NUMBER else (value,)


_DAY: Final = timedelta(days=1)


def _drawn(draw: DrawFn, record: Entity, field: Field, there: Mapping[Ref, Entity], wish: Wish) -> object:
    """
    Draw something that a field may hold; None where it names a record and none is there.
    """
    if field.custom:
        return draw(own_value(CustomField(field.part, field.kind), personal=wish.personal))
    known = [ref.id for ref in there if ref.type is TARGETS.get(field.attribute, Contact)]
    if field.attribute in TARGETS:
        return pick(draw, known) if known else None
    if field.attribute == "contacts":
        return [DealContact(contact_id=each) for each in known if each != getattr(record, "contact_id", "")][:1]
    if field.attribute == "address" and field.part:
        return draw(names(personal=wish.personal))
    return draw(held(type(record), attrs.evolve(wish, full=True))[field.attribute])


def _with(record: E, field: Field, value: Any) -> E:  # noqa: ANN401  (whatever the field may hold)
    """
    Give the record with another value in a field, None for nothing; as it is where the field cannot hold that.
    """
    known: Any = record  # every record is an attrs class
    name = field.attribute
    if value is _KEEP:
        return record
    changed = {name: _value(known, field, value)}
    if name == "contact_id" and isinstance(known, Deal):  # the primary contact is named once (AUTH-9)
        changed["contacts"] = [each for each in known.contacts if each.contact_id != value]
    try:
        evolved: E = attrs.evolve(known, **changed)
    except LeadmodelError:
        return record
    return evolved


def _value(record: Any, field: Field, value: Any) -> object:  # noqa: ANN401  (a record, and what a field may hold)
    """
    Give what the attribute of a field is to be, so that the field holds a value.
    """
    if field.custom:
        kept = {name: each for name, each in record.custom.items() if name != field.part}
        return kept if value is None else {**kept, field.part: value}
    if field.attribute == "address" and field.part:
        return attrs.evolve(record.address or Address(), **{field.part: value or ""})
    if value is None:
        return attrs.fields_dict(type(record))[field.attribute].default
    if field.part == "currency" and isinstance(value, str):
        return Money(1, value)
    alone = field.kind is FieldKind.COLLECTION and not isinstance(value, list | tuple | frozenset)
    return [value] if alone else value


# Histories


def open_paths(pipeline: Pipeline, stage: Stage, length: int) -> list[tuple[Stage, ...]]:
    """
    Give the paths of so many stages before a stage along which the tables let a deal come there from the beginning.
    """
    if not length:
        return [()] if pipeline.way(None, stage).is_open else []
    return [
        (*path, before)
        for before in pipeline.stages
        if before is not stage and pipeline.way(before, stage).is_open
        for path in open_paths(pipeline, before, length - 1)
    ]
