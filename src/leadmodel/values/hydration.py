"""
Hydration: making values out of parts that are known to be right.

An attrs class converts and checks what it is given. Where everything has been checked before, such as in a verb that
sets fields of its own, or in a store that reads back what it has written, that is work for nothing: here a value is put
together without it. Whatever comes from outside goes through the class itself.
"""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, cast

import attrs

T = TypeVar("T")


@cache
def hydrator(kind: type[T]) -> Callable[..., T]:
    """
    Give the function that makes a value of a class out of all of its fields, in order and as they are kept.

    It is the one function whose source is generated: a loop over the fields takes twice as long.

    Args:
        kind: A slotted attrs class.
    """
    names = [field.name for field in attrs.fields(cast("Any", kind))]
    lines = [f"def hydrate({', '.join(f'v{i}' for i in range(len(names)))}):", "    new = make(kind)"]
    lines += [f"    put{i}(new, v{i})" for i in range(len(names))]
    room: dict[str, Any] = {f"put{i}": getattr(kind, name).__set__ for i, name in enumerate(names)}
    room |= {"kind": kind, "make": object.__new__}
    exec("\n".join([*lines, "    return new"]), room)  # noqa: S102  (made of numbers alone)
    return cast("Callable[..., T]", room["hydrate"])


def copied(value: T, **changed: Any) -> T:  # noqa: ANN401  (what the fields hold)
    """
    Give a copy with other values in some fields, without converting or checking anything again.

    For verbs that have checked what they set: a record of two dozen fields is copied in a fraction of the time that it
    takes to make one. What comes from outside goes through `attrs.evolve`, which checks all of it.
    """
    kind: Any = type(value)
    read, places, hydrate = _layout(kind)
    fields = list(read(value))
    for name, new in changed.items():
        fields[places[name]] = new
    return cast("T", hydrate(*fields))


class _Layout(NamedTuple):
    """
    What reads all fields of a class at once, the place of each, and what puts a value together again.
    """

    read: Callable[[object], tuple[Any, ...]]
    places: Mapping[str, int]
    hydrate: Callable[..., object]


@cache
def _layout(kind: Any) -> _Layout:  # noqa: ANN401  (a class, which mypy takes for unhashable)
    names = [field.name for field in attrs.fields(kind)]
    return _Layout(attrgetter(*names), {name: place for place, name in enumerate(names)}, hydrator(kind))
