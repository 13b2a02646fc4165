"""
Copies of records with values that are known to be right.
"""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

import attrs

from leadmodel.entities.record import Entity

E = TypeVar("E", bound=Entity)


def copied(record: E, **values: Any) -> E:  # noqa: ANN401  (what the fields hold)
    """
    Give a copy with other values in some fields, without converting or checking anything again.

    For verbs that have checked what they set: a record of two dozen fields is copied in a fraction of the time that it
    takes to make one. Whatever comes from outside goes through `attrs.evolve`, which checks all of it.
    """
    kind: Any = type(record)  # hashable, as every class is
    read, slots = _slots(kind)
    new = kind.__new__(kind)
    for put, value in zip(slots.values(), read(record), strict=True):
        put(new, value)
    for name, value in values.items():
        slots[name](new, value)
    return cast("E", new)


@cache
def _slots(
    kind: type[Entity],
) -> tuple[Callable[[Entity], tuple[Any, ...]], Mapping[str, Callable[[Entity, Any], None]]]:
    """
    Give what reads all fields of a type of record at once, and what writes each: a frozen record has no other way in.
    """
    names = tuple(field.name for field in attrs.fields(kind))
    return attrgetter(*names), {name: getattr(kind, name).__set__ for name in names}
