"""
References to records, and ids that are derived rather than drawn.

The identity of a record is its type and its id: lead 1 and contact 1 are different records.
"""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid5

import attrs

from leadmodel.errors import InvalidValue, Problem, shown
from leadmodel.values.hydration import hydrator
from leadmodel.values.text import key_fault


@attrs.frozen
class Ref:
    """
    The identity of a record: `Ref(Lead, "l1")`. It prints as "lead l1".

    Raises:
        InvalidValue: The id is blank, too long, or holds a character that cannot be seen; or the type is no class.
    """

    type: type[object]
    id: str

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.type, type) or key_fault(self.id):
            raise InvalidValue(subject="reference", problems=tuple(_problems(self.type, self.id)))

    def __str__(self) -> str:
        return f"{type_name(self.type)} {self.id}"

    def __repr__(self) -> str:
        return f"Ref({self.type.__name__}, {self.id!r})"


#: Gives a reference to a record that is there: its id has been checked when it was made.
ref_of: Callable[[type[object], str], Ref] = hydrator(Ref)


def _problems(record_type: object, record_id: object) -> Iterator[Problem]:
    if not isinstance(record_type, type):
        hint = "pass the class of the record, such as Lead"
        yield Problem(what=f"{shown(record_type)} is no type", hint=hint, field="type", value=record_type)
    if fault := key_fault(record_id):
        yield Problem(what=f"the id {fault}", field="id", value=record_id)


def type_name(record_type: type[object]) -> str:
    """
    Give the word for a record type as it stands in sentences and files: "lead", "social update".
    """
    known = _NAMES.get(record_type)
    if known is None:
        name = record_type.__name__
        known = "".join(f" {c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
        _NAMES[record_type] = known
    return known


#: The words found so far.
_NAMES: dict[type[object], str] = {}


def derived_id(namespace: UUID, role: str, key: str) -> str:
    """
    Derive an id that everybody who holds *namespace* derives alike: UUIDv5 over the role and the key.

    The namespace is a random UUID that the organisation keeps; without it, nobody can go from an id to a person.

    Args:
        namespace: The organisation's own; never one that is published, outside samples and tests.
        role: What the record is for, such as "lead"; one key in two roles gives two ids.
        key: What the id is derived from.

    Rule:
        CONV-10.
    """
    return str(uuid5(namespace, f"{role}\x1f{key}"))
