"""
Comparing: records and changes to the last detail, with messages that say what differs.

Two records are equal where all that counts is; a store has to bring back the rest too: the version, the stamp, and
addresses and numbers as they were written. The scale of money is no part of it (S-6).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from decimal import Context, Decimal
from enum import Enum
from typing import Any, Final, TypeVar, cast

import attrs

from leadmodel.entities import Entity
from leadmodel.errors import shown
from leadmodel.values import Money

X = TypeVar("X", bound=BaseException)

_EXACT: Final = Context(prec=30)


def whole(value: object) -> object:
    """
    Give all that a value holds, in a form in which what is not the same is not equal: 1, 1.0 and True differ.
    """
    if isinstance(value, Money):
        return "money", str(_EXACT.normalize(value.amount) if value.amount else Decimal(0)), value.currency
    if attrs.has(type(value)):
        fields: Any = attrs.fields(cast("Any", type(value)))
        return type(value).__name__, {each.name: whole(getattr(value, each.name)) for each in fields if each.init}
    if isinstance(value, Mapping):
        return "mapping", {key: whole(member) for key, member in value.items()}
    if isinstance(value, (tuple, list)):
        return [whole(member) for member in value]
    if isinstance(value, (set, frozenset)):
        return "set", sorted((whole(member) for member in value), key=repr)
    return _single(value)


def _single(value: object) -> object:
    if isinstance(value, type):
        return "type", value.__name__
    if isinstance(value, Enum):
        return type(value).__name__, value.value
    if isinstance(value, datetime):
        return "instant", value.isoformat()
    return type(value).__name__, repr(value)


def same(given: object, expected: object, what: str) -> None:
    """
    Check that two values are equal.

    Args:
        given: What the store gave.
        expected: What it should have given.
        what: What is compared, for the message.
    """
    assert given == expected, f"{what}: it gave {shown(given)}, and {shown(expected)} was expected"


def same_records(given: Iterable[Entity | None], expected: Iterable[Entity | None], what: str) -> None:
    """
    Check that records are the same to the last detail, and in the same order.
    """
    here, there = list(given), list(expected)
    same([each and str(each.ref) for each in here], [each and str(each.ref) for each in there], what)
    for one, two in zip(here, there, strict=True):
        if one is not None and two is not None and whole(one) != whole(two):
            differing = [name for name in _fields(two) if whole(getattr(one, name)) != whole(getattr(two, name))]
            values = "; ".join(f"{name} {getattr(one, name)!r}, not {getattr(two, name)!r}" for name in differing)
            raise AssertionError(f"{what}: {one.ref} came back with {values}")


def _fields(record: Entity) -> list[str]:
    return [field.name for field in attrs.fields(type(record)) if field.init]


def same_set(given: Iterable[Any], expected: Iterable[Any], what: str) -> None:
    """
    Check that two collections hold the same, each as often, in whatever order.
    """
    same(sorted(map(str, given)), sorted(map(str, expected)), what)


def raised(kind: type[X], ask: Callable[[], object], what: str) -> X:
    """
    Give the error that a question raises; anything else that comes of it is wrong.
    """
    try:
        answer = ask()
    except kind as error:
        return error
    except Exception as error:
        raise AssertionError(f"{what}: a {kind.__name__} was expected, and a {type(error).__name__} came") from error
    raise AssertionError(f"{what}: a {kind.__name__} was expected, and it gave {shown(answer)}")


def each_once(seen: Collection[str], wanted: Collection[str], what: str) -> None:
    """
    Check that everything wanted was seen, and nothing of it twice.
    """
    same({one: list(seen).count(one) for one in wanted}, dict.fromkeys(wanted, 1), what)
