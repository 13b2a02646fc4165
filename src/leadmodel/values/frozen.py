"""
Read-only mappings, deep: what a record holds in `custom`, `extra`, `preferences` and `consent`.

A `FrozenMap` is hashable, comparable and picklable, and so is everything in it: lists become tuples, sets frozensets,
mappings frozen mappings. What has no such form is refused when the map is made, and all refusals are reported together.
"""

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Generic, TypeVar

from leadmodel.display import counted
from leadmodel.errors import InvalidValue, Problem, shown
from leadmodel.values.instants import instant_fault
from leadmodel.values.text import TEXT_LIMIT, key_fault, text_fault

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
#: Levels of nesting that a frozen mapping may have; more would exhaust the stack of whatever reads it.
DEPTH_LIMIT = 64


class FrozenMap(Mapping[str, V_co], Generic[V_co]):
    """
    A mapping from text to values that can no longer change.

    Values may be text, whole numbers of 64 bits, finite numbers, booleans, dates, aware instants, hashable values of
    leadmodel such as money, None, and lists, sets and mappings of these.
    Equality ignores order, as for any mapping; a plain dict is equal when it holds the same frozen values.

    Raises:
        InvalidValue: A key is blank or a value has no frozen form; all are reported.
    """

    __slots__ = ("_content", "_hash")

    _content: dict[str, V_co]
    _hash: int | None

    def __init__(self, content: Mapping[str, V_co] | Iterable[tuple[str, V_co]] = (), /) -> None:
        problems: list[Problem] = []
        frozen = _frozen_items(dict(content), problems, "", 0)
        if problems:
            raise InvalidValue(subject="mapping", problems=tuple(problems))
        _set_content(self, frozen)
        _set_hash(self, None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a FrozenMap cannot change; make a new one instead of setting {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a FrozenMap cannot change; make a new one instead of deleting {name}")

    def __getitem__(self, key: str) -> V_co:
        return self._content[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)

    def keys(self) -> KeysView[str]:
        """
        Give the keys.
        """
        return self._content.keys()

    def values(self) -> ValuesView[V_co]:
        """
        Give the values.
        """
        return self._content.values()

    def items(self) -> ItemsView[str, V_co]:
        """
        Give the keys with their values.
        """
        return self._content.items()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMap):
            return self._content == other._content
        return self._content == other

    def __hash__(self) -> int:
        if self._hash is None:
            _set_hash(self, hash(frozenset(self._content.items())))
        return self._hash  # type: ignore[return-value]  # set in the line above

    def __reduce__(self) -> tuple[type["FrozenMap[V_co]"], tuple[dict[str, V_co]]]:
        return FrozenMap, (self._content,)

    def __repr__(self) -> str:
        if not self._content:
            return "FrozenMap()"
        return f"FrozenMap({counted(len(self._content), 'key')}: {', '.join(sorted(self._content))})"


_set_content = FrozenMap.__dict__["_content"].__set__
_set_hash = FrozenMap.__dict__["_hash"].__set__


def kept_map(content: dict[str, V]) -> FrozenMap[V]:
    """
    Give the frozen form of a mapping whose keys and values are known to be right and cannot change.

    Args:
        content: A dict of one's own, which the map takes over.
    """
    new: FrozenMap[V] = FrozenMap.__new__(FrozenMap)
    _set_content(new, content)
    _set_hash(new, None)
    return new


def freeze(value: object, problems: list[Problem], where: str, depth: int = 0) -> object:
    """
    Give the read-only form of a value; what has none is added to *problems* with its path.
    """
    if value is None or isinstance(value, (bool, str)):
        fault = text_fault(value, TEXT_LIMIT) if isinstance(value, str) else ""
    elif isinstance(value, (int, float, Decimal)):
        fault = _number_fault(value)
    elif isinstance(value, datetime):
        fault = instant_fault(value)
        if not fault:
            return value.astimezone(UTC)
    elif isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return _frozen_collection(value, problems, where, depth)
    else:
        known = isinstance(value, (date, Enum)) or type(value).__module__.startswith("leadmodel.")
        fault = "" if known else f"is a {type(value).__name__}, which has no read-only form"
    if fault:
        problems.append(Problem(what=fault, field=where, value=value))
    return value


def _number_fault(value: int | float | Decimal) -> str:
    if isinstance(value, int):
        return "" if INT_MIN <= value <= INT_MAX else "does not fit into 64 bits"
    finite = value.is_finite() if isinstance(value, Decimal) else isfinite(value)
    return "" if finite else f"is {value}, which is no number"


def _frozen_collection(
    value: Mapping[str, object] | Iterable[object], problems: list[Problem], where: str, depth: int
) -> object:
    if depth >= DEPTH_LIMIT:
        problems.append(Problem(what=f"is nested more than {DEPTH_LIMIT} levels deep", field=where))
        return None
    if isinstance(value, FrozenMap):
        return value
    if isinstance(value, Mapping):
        frozen: FrozenMap[object] = FrozenMap.__new__(FrozenMap)
        _set_content(frozen, _frozen_items(dict(value), problems, f"{where}.", depth + 1))
        _set_hash(frozen, None)
        return frozen
    members = (freeze(member, problems, f"{where}[{i}]", depth + 1) for i, member in enumerate(value))
    return frozenset(members) if isinstance(value, (set, frozenset)) else tuple(members)


def _key_fault(key: object) -> str:
    return key_fault(key)


def _frozen_items(content: dict[str, V_co], problems: list[Problem], prefix: str, depth: int) -> dict[str, V_co]:
    faults = ((key, _key_fault(key)) for key in content)
    problems += [Problem(what=f"the key {shown(key)} {fault}", value=key) for key, fault in faults if fault]
    return {key: freeze(value, problems, f"{prefix}{key}", depth) for key, value in content.items()}  # type: ignore[misc]  # frozen forms stand in for what they were made of


#: The empty mapping, shared by every record that has nothing to put in one.
EMPTY: FrozenMap[object] = FrozenMap()
