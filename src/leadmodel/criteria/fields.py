"""
The fields that a criterion can ask about, derived from the records themselves.

A path names one: `status`; a part of a value, `address.city`; a field of a related record, `account.industry`; a field
of the organisation's own, `custom.size`. Only what the facts of the records do not say stands in tables here.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, get_args

import attrs

from leadmodel.criteria.faults import refuse_any, unknown
from leadmodel.criteria.kinds import MEMBER_KEYS, OF_FACTS, FieldKind
from leadmodel.entities import TARGETS, Converted, Entity, Facts, Kind, facts_of
from leadmodel.errors import Problem, shown
from leadmodel.networks import Profile
from leadmodel.values import Address, Money, Ref, type_name
from leadmodel.values.person import ADDRESS_PARTS
from leadmodel.values.text import key_fault

#: The parts of a value that can be asked about by themselves.
PARTS: Final[Mapping[type, Mapping[str, FieldKind]]] = {
    Address: dict.fromkeys(ADDRESS_PARTS, FieldKind.TEXT),
    Converted: {
        "at": FieldKind.INSTANT,
        "contact_id": FieldKind.IDENTITY,
        "account_id": FieldKind.IDENTITY,
        "deal_id": FieldKind.IDENTITY,
    },
    Money: {"currency": FieldKind.CHOICE},
    Profile: {"network": FieldKind.TEXT, "handle": FieldKind.TEXT, "key": FieldKind.TEXT},
    Ref: {"id": FieldKind.IDENTITY},
}

#: Records that one path may step over: `contact.account.industry` steps over two.
HOPS_LIMIT: Final = 4

_CUSTOM: Final = "custom"


def _as_kind(value: FieldKind | Kind | str) -> FieldKind:
    """
    Take a kind of field, a kind out of the facts of the records, or its text; others are refused by the check.
    """
    if isinstance(value, Kind):
        return OF_FACTS[value]
    try:
        return FieldKind(value)
    except ValueError:
        return value  # type: ignore[return-value]  # refused by the check


@attrs.frozen
class CustomField:
    """
    One of the organisation's own fields: `CustomField("size", "number")` is asked about as `custom.size`.

    What a record holds in a custom field and is not of the declared kind counts as missing.

    Args:
        name: The key in the record's `custom`.
        kind: What it is compared as: a `FieldKind`, or its text.

    Raises:
        InvalidCriterion: The name is blank or the kind is none.
    """

    name: str
    kind: FieldKind = attrs.field(converter=_as_kind)

    def __attrs_post_init__(self) -> None:
        refuse_any(self._problems())

    def _problems(self) -> Iterator[Problem]:
        if fault := key_fault(self.name):
            yield Problem(what=f"the name {shown(self.name)} of a custom field {fault}", field="name", value=self.name)
        if not isinstance(self.kind, FieldKind):
            yield unknown(f"{shown(self.kind)} is no kind of field", self.kind, FieldKind, field="kind")


@attrs.frozen
class Hop:
    """
    One step to a related record: the field that holds its id, and its type.
    """

    id_field: str
    target: type[Entity]


@attrs.frozen(kw_only=True, repr=False)
class Field:
    """
    One field of one type of record, and how to come by what is compared.
    """

    record_type: type[Entity]
    #: As it is written: "account.industry".
    path: str
    kind: FieldKind
    #: The related records to step over.
    hops: tuple[Hop, ...] = ()
    #: The attribute of the record at the end.
    attribute: str
    #: The part of its value that is meant, or the name of the custom field; "" is the whole.
    part: str = ""
    #: The type of a member of a collection, or of a choice.
    member: type = str
    custom: bool = False
    #: Personal data: operands are masked in messages.
    personal: bool = False

    def __str__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"Field({self.record_type.__name__}.{self.path}, {self.kind.value})"


def fields_of(record_type: type[Entity], fields: Iterable[CustomField] | None = None) -> tuple[Field, ...]:
    """
    Give the fields that a criterion on a type of record can ask about, those of related records aside.

    Args:
        record_type: A type of record.
        fields: The organisation's own fields.

    Raises:
        InvalidCriterion: Two custom fields have one name.
    """
    known = dict(_KNOWN[record_type].fields)
    if _CUSTOM in known:
        known |= {f"{_CUSTOM}.{name}": _custom(record_type, each) for name, each in declared(fields).items()}
    return tuple(known.values())


def declared(fields: Iterable[CustomField] | None) -> dict[str, CustomField]:
    """
    Give custom fields by name.

    Raises:
        InvalidCriterion: Two of them have one name, or one is no custom field.
    """
    several = tuple(fields or ())
    refuse_any(_declaration_problems(several))
    return {each.name: each for each in several}


def _declaration_problems(several: tuple[CustomField, ...]) -> Iterator[Problem]:
    names = set()
    for number, each in enumerate(several):
        field = f"fields[{number}]"
        if not isinstance(each, CustomField):
            hint = "make one: CustomField(name, kind)"
            yield Problem(what=f"{shown(each)} is no custom field", hint=hint, field=field, value=each)
        elif each.name in names:
            what = f"the custom field {shown(each.name)} is declared twice"
            yield Problem(what=what, hint="keep one of the two", field=field, value=each)
        else:
            names.add(each.name)


def field_of(record_type: type[Entity], path: object, custom: Mapping[str, CustomField]) -> Field | Problem:
    """
    Find the field that a path names, or say why there is none.
    """
    if not isinstance(path, str):
        what = f"{shown(path)} names no field"
        return Problem(what=what, hint='write its name as text, such as "status"', field="field", value=path)
    hops, target, rest = _walked(record_type, path)
    if len(hops) > HOPS_LIMIT:
        what = f"{shown(path)} steps over {len(hops)} related records, and {HOPS_LIMIT} is the limit"
        return Problem(what=what, hint="ask about a nearer record", field="field", value=path, rule="CRIT-9")
    own = _KNOWN[target].fields
    found = own.get(rest)
    prefix = path[: len(path) - len(rest)]
    if found is None and _CUSTOM in own and rest.startswith("custom.") and rest[7:] in custom:
        found = _custom(target, custom[rest[7:]])
    if found is None:
        return _no_field(record_type, target, path, prefix, custom)
    return attrs.evolve(found, record_type=record_type, path=path, hops=hops) if hops else found


def _walked(record_type: type[Entity], path: str) -> tuple[tuple[Hop, ...], type[Entity], str]:
    """
    Follow the relations that a path begins with: the steps, the type of record at their end, the rest of the path.
    """
    hops: list[Hop] = []
    target, rest = record_type, path
    while True:
        name, dot, further = rest.partition(".")
        hop = _KNOWN[target].relations.get(name) if dot else None
        if hop is None or len(hops) > HOPS_LIMIT:
            return tuple(hops), target, rest
        hops.append(hop)
        target, rest = hop.target, further


def _no_field(
    record_type: type[Entity], target: type[Entity], path: str, prefix: str, custom: Mapping[str, CustomField]
) -> Problem:
    """
    Say that a path names nothing, and what comes nearest: among custom fields, another one of them.
    """
    known = _KNOWN[target]
    what = f"a {type_name(record_type)} has no field {shown(path)}"
    own = [f"{prefix}{_CUSTOM}.{name}" for name in custom] if _CUSTOM in known.fields else []
    if path.startswith(f"{prefix}{_CUSTOM}.") and _CUSTOM in known.fields:
        problem = unknown(what, path, own, field="field")
        if "did you mean" in problem.hint:
            return problem
        return attrs.evolve(problem, hint=f"declare it, with fields=[CustomField(…)]; {problem.hint}")
    names = [f"{prefix}{name}" for name in known.fields]
    related = [f"{prefix}{word}.{name}" for word, hop in known.relations.items() for name in _KNOWN[hop.target].fields]
    return unknown(what, path, (*names, *own), field="field", wider=related)


@attrs.frozen
class _Known:
    """
    What is known of a type of record: its fields with the parts of their values, by path, and its relations, by name.
    """

    fields: Mapping[str, Field]
    relations: Mapping[str, Hop]


class _Catalogue(dict[type[Entity], _Known]):
    """
    What is known of the types of record, each looked into when it is first asked about.
    """

    def __missing__(self, record_type: type[Entity]) -> _Known:
        facts = facts_of(record_type)
        fields = [field for name, fact in facts.items() for field in _described(record_type, name, fact)]
        hops = {name.removesuffix("_id"): Hop(name, target) for name, target in TARGETS.items() if name in facts}
        known = self[record_type] = _Known({field.path: field for field in fields}, hops)
        return known


_KNOWN: Final = _Catalogue()


def _described(record_type: type[Entity], name: str, facts: Facts) -> Iterator[Field]:
    """
    Describe a field, and the parts of its value.
    """
    kind = OF_FACTS[facts.kind]
    member: type = str
    if Money in facts.types:
        kind = FieldKind.MONEY
    elif kind is FieldKind.CHOICE:
        member = facts.types[0]
    elif kind is FieldKind.COLLECTION:
        member = _member_type(record_type, name)
    whole = Field(record_type=record_type, path=name, kind=kind, attribute=name, member=member, personal=facts.personal)
    yield whole
    for value_type in facts.types:
        for part, part_kind in PARTS.get(value_type, {}).items():
            yield attrs.evolve(whole, path=f"{name}.{part}", kind=part_kind, part=part)


def _member_type(record_type: type[Entity], name: str) -> type:
    """
    Give the type of the members of a collection, out of its annotation.
    """
    annotation: Any = attrs.fields_dict(record_type)[name].type
    member: type = get_args(annotation)[0]
    return member


def _custom(record_type: type[Entity], declaration: CustomField) -> Field:
    return Field(
        record_type=record_type, path=f"{_CUSTOM}.{declaration.name}", kind=declaration.kind, attribute=_CUSTOM,
        part=declaration.name, custom=True, personal=True,
    )  # fmt: skip


def member_reader(member: type) -> Any:  # noqa: ANN401  (a function of the member, whose type is the argument)
    """
    Give the function that takes the keys out of one member of a collection.
    """
    return MEMBER_KEYS[str if issubclass(member, StrEnum) else member]
