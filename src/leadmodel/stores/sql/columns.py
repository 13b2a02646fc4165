"""
Columns: what a table keeps of a record besides the record itself, derived from the fields that can be asked about.

A field with one value is a column: its fold, its number, its instant. A field with several members, a custom field, and
the places where records are looked for are rows of one side table.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date
from typing import Any, Final

import attrs
from sqlalchemy import BigInteger, Integer, SmallInteger, Text
from sqlalchemy.types import TypeEngine

from leadmodel.criteria.evaluating import reader
from leadmodel.criteria.fields import Field, fields_of
from leadmodel.criteria.kinds import FieldKind
from leadmodel.entities import ENTITIES, Entity, Record
from leadmodel.stores.places import PLACES_OF
from leadmodel.stores.sql.encoding import cents, custom_keys, instant_text, shortened

#: Text that is compared by code point, whatever the database would do.
EXACT: Final = Text().with_variant(Text(collation="C"), "postgresql")
#: A whole number of 64 bits.
WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")
#: 1, or nothing.
FLAG: Final = SmallInteger().with_variant(Integer(), "sqlite")

#: Fields that are columns of every table, and need none of their own.
_OWN: Final = frozenset({"id", "version"})


def _itself(value: Any) -> Any:  # noqa: ANN401  (what is stored as it is compared)
    return value


def _present(_: object) -> int:
    return 1


#: How what is compared is stored, by the kind of the field.
STORED: Final[Mapping[FieldKind, tuple[TypeEngine[Any], Callable[[Any], Any]]]] = {
    FieldKind.TEXT: (EXACT, _itself),
    FieldKind.CHOICE: (EXACT, _itself),
    FieldKind.IDENTITY: (EXACT, _itself),
    FieldKind.NUMBER: (WHOLE, _itself),
    FieldKind.MONEY: (WHOLE, cents),
    FieldKind.DATE: (EXACT, date.isoformat),
    FieldKind.INSTANT: (EXACT, instant_text),
    FieldKind.VALUE: (FLAG, _present),
}


@attrs.frozen
class Stored:
    """
    One column of a table of records.
    """

    name: str
    field: Field
    type: TypeEngine[Any]
    #: Gives what the column holds of a record; None is a missing value.
    value: Callable[[Entity], Any]


def column_name(path: str) -> str:
    """
    Give the name of the column of a field.
    """
    return path.replace(".", "_")


def _stored(field: Field) -> Stored:
    kind, write = STORED[field.kind]
    read = reader(field)
    if write is _itself:
        return Stored(column_name(field.path), field, kind, read)
    return Stored(
        column_name(field.path), field, kind, lambda record: None if (value := read(record)) is None else write(value)
    )


#: The columns of each type of record.
COLUMNS: Final[Mapping[type[Entity], tuple[Stored, ...]]] = {
    record_type: tuple(
        _stored(field)
        for field in fields_of(record_type)
        if field.kind is not FieldKind.COLLECTION and field.path not in _OWN
    )
    for record_type in ENTITIES
}
#: The field that each column is taken from, and what gives its value.
_TAKEN: Final[Mapping[type[Entity], tuple[tuple[str, Callable[[Entity], Any]], ...]]] = {
    record_type: tuple((stored.field.attribute, stored.value) for stored in several)
    for record_type, several in COLUMNS.items()
}


def column_values(record: Entity, plain: Container[str]) -> tuple[Any, ...]:
    """
    Give what the columns of a record hold.

    Args:
        record: The record.
        plain: The names of the fields that hold something; all others are missing, and need not be looked at.
    """
    return tuple([value(record) if field in plain else None for field, value in _TAKEN[type(record)]])


#: The fields of each type of record that have members, and what gives their keys.
_COLLECTIONS: Final[Mapping[type[Entity], tuple[tuple[str, Callable[[Any], Any]], ...]]] = {
    record_type: tuple(
        (field.path, reader(field)) for field in fields_of(record_type) if field.kind is FieldKind.COLLECTION
    )
    for record_type in ENTITIES
}

#: The fields of each type of record out of which the rows of the side table are made.
KEY_FIELDS: Final[Mapping[type[Entity], frozenset[str]]] = {
    record_type: frozenset(
        (
            "custom",
            *(path for path, _ in several),
            *(field for place in PLACES_OF.get(record_type, ()) for field in place.fields),
        )
    )
    for record_type, several in _COLLECTIONS.items()
}

#: Places whose keys are those of a field.
FIELD_OF_PLACE: Final[Mapping[str, str]] = {"profile": "profiles", "email": "emails"}


def place_field(place: str) -> str:
    """
    Give the name under which the keys of a place stand in the side table; no field has such a name.
    """
    return FIELD_OF_PLACE.get(place, f"~{place}")


def keys_of_record(record: Entity) -> Iterator[tuple[str, str]]:
    """
    Give a record's rows of the side table: field and key.
    """
    record_type = type(record)
    for path, read in _COLLECTIONS[record_type]:
        for key in read(record) or ():
            yield path, shortened(key)
    for place in PLACES_OF.get(record_type, ()):
        if place.name not in FIELD_OF_PLACE:
            for key in place.keys(record):
                yield f"~{place.name}", shortened(key)
    if isinstance(record, Record) and record.custom:
        for name, value in record.custom.items():
            for key in custom_keys(value):
                yield f"custom.{name}", key
