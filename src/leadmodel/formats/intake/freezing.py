"""
Freezing: the read-only form of what JSON holds, the short way.

A `FrozenMap` looks at everything in it, value by value, and can explain what it refuses. Payloads are sound as a rule,
so here they are looked at all at once: only what is not seen to be sound at a glance goes the long way.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from leadmodel.values import EMPTY
from leadmodel.values.frozen import INT_MAX, INT_MIN, kept_map
from leadmodel.values.text import TEXT_LIMIT, key_fault, sound

__all__ = ["frozen_or_given"]

#: Levels that are looked at; what is deeper goes the long way, which has a limit.
_DEPTH: Final = 8
#: Combinations of keys that are remembered as sound, and the keys that each may have: objects come with the same ones.
_KEYS_KEPT: Final = 1_024
_KEYS: Final = 32
#: Types of which every value is sound; texts are looked at together.
_ALWAYS: Final = frozenset({bool, type(None)})


class _Unusual(Exception):
    """
    Something is not sound at a glance.
    """


def frozen_or_given(content: dict[str, Any]) -> Mapping[str, Any]:
    """
    Give the read-only form of an object where all in it is sound; else the object as it is, for its record to judge.

    Args:
        content: What a record is to keep in an open mapping, such as `custom`.
    """
    if not content:
        return EMPTY
    texts: list[str] = []
    try:
        frozen = _members(content, texts, 0)
    except _Unusual:
        return content
    joined = "".join(texts)
    return kept_map(frozen) if len(joined) <= TEXT_LIMIT and sound(joined) else content


def _members(content: dict[str, Any], texts: list[str], depth: int) -> dict[str, Any]:
    keys = tuple(content)
    (_check_keys if len(keys) <= _KEYS else _check_keys.__wrapped__)(keys)
    return {
        key: value if value.__class__ in _ALWAYS else _frozen(value, texts, depth) for key, value in content.items()
    }


def _frozen(value: Any, texts: list[str], depth: int) -> object:  # noqa: ANN401  (whatever stands in a payload)
    kind = value.__class__
    if kind is str:
        texts.append(value)
        return value
    if kind in _ALWAYS or (kind is int and INT_MIN <= value <= INT_MAX) or (kind is Decimal and value.is_finite()):
        return value
    if kind is datetime and value.tzinfo is UTC:
        return value
    if depth < _DEPTH and kind is dict:
        return kept_map(_members(value, texts, depth + 1))
    if depth < _DEPTH and (kind is list or kind is tuple):
        return tuple([_frozen(member, texts, depth + 1) for member in value])
    raise _Unusual


@lru_cache(_KEYS_KEPT)
def _check_keys(keys: tuple[object, ...]) -> None:
    """
    Look at the keys of an object. What raises is not remembered, so what is remembered has a bounded length.
    """
    if any(map(key_fault, keys)):
        raise _Unusual
