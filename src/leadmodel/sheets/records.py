"""
The sheets of records: a column for each field, and several where a field is made of parts.

The names are those of the fields, and of their parts as criteria and files name them: `address.city`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

import attrs

from leadmodel.display import plural
from leadmodel.entities import ENTITIES, Converted, Entity, Facts, Kind, facts_of
from leadmodel.sheets.columns import Column, Plain, Sheet, plain
from leadmodel.values import Address, FrozenMap, Money, type_name
from leadmodel.values.person import ADDRESS_PARTS

#: The parts that a value falls into: the end of the column's name, its type, the attribute.
_PARTS: Final[Mapping[type, tuple[tuple[str, type, str], ...]]] = {
    Money: (("", Decimal, "amount"), (".currency", str, "currency")),
    Address: tuple((f".{part}", str, part) for part in ADDRESS_PARTS),
    Converted: (
        (".at", datetime, "at"), (".contact_id", str, "contact_id"), (".account_id", str, "account_id"),
        (".deal_id", str, "deal_id"),
    ),
}  # fmt: skip
_TYPES: Final = {Kind.NUMBER: int, Kind.INSTANT: datetime, Kind.DATE: date}


def _columns(record_type: type[Entity]) -> Iterator[Column]:
    for name, fact in facts_of(record_type).items():
        parts = _PARTS.get(fact.types[0]) if fact.types else None
        if parts is None:
            yield Column(name, _TYPES.get(fact.kind, str), _taking(name), _said(fact))
            continue
        for end, kind, attribute in parts:
            yield Column(f"{name}{end}", kind, _part(name, attribute), "")


def _taking(name: str) -> Callable[[Any], Plain]:
    take = attrgetter(name)
    return lambda record: plain(take(record))


def _part(name: str, attribute: str) -> Callable[[Any], Plain]:
    take, part = attrgetter(name), attrgetter(attribute)

    def get(record: Entity) -> Plain:
        value = take(record)
        return None if value is None else plain(part(value))

    return get


def _said(fact: Facts) -> str:
    if fact.kind is Kind.COLLECTION:
        return "one text, with semicolons between the members"
    return "one text, `name: value`, with semicolons between the members" if fact.kind is Kind.MAPPING else ""


#: The sheet of each type of record.
RECORDS: Final[Mapping[type[Entity], Sheet]] = {
    record_type: Sheet(plural(type_name(record_type)), tuple(_columns(record_type))) for record_type in ENTITIES
}


def with_custom(sheet: Sheet, names: Iterable[str]) -> Sheet:
    """
    Give a sheet of records with a column for each of some fields of the organisation's own, `custom.size`.
    """
    own = (Column(f"custom.{name}", object, _own(name)) for name in names)
    return attrs.evolve(sheet, columns=(*sheet.columns, *own))


def _own(name: str) -> Callable[[Any], Plain]:
    def get(record: Any) -> Plain:  # noqa: ANN401  (a record that has fields of the organisation's own)
        custom: FrozenMap[Any] = record.custom
        return plain(custom.get(name))

    return get
