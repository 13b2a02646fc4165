"""Freezing the short way: the same as the long way wherever it is taken, and taken only where nothing is wrong."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.payloads import ANYTHING

from leadmodel.errors import InvalidValue
from leadmodel.formats.intake.freezing import frozen_or_given
from leadmodel.values import EMPTY, FrozenMap

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def nested(levels: int) -> dict[str, Any]:
    """Give an object with so many others within."""
    return {"a": nested(levels - 1)} if levels else {"a": "x"}


@pytest.mark.parametrize(
    "content",
    [
        {"a": "x", "b": "", "c": "two\nlines"},
        {"a": 5, "b": -(2**63), "c": Decimal("1.50"), "d": True, "e": None, "f": NOON},
        {"a": ["x", 5, None, ["y"]], "b": ("z",), "c": {"d": {"e": []}}},
        {f"key {number}": "x" for number in range(100)},
        nested(8),
    ],
    ids=["texts", "scalars", "collections", "many keys", "levels"],
)
def test_what_is_sound_is_frozen(content: dict[str, Any]) -> None:
    """What JSON holds has the read-only form that a record would give it."""
    found = frozen_or_given(content)

    assert type(found) is FrozenMap
    assert (found, repr(dict(found))) == (FrozenMap(content), repr(dict(FrozenMap(content))))


def test_nothing_is_the_empty_mapping() -> None:
    """Records with nothing besides share one mapping."""
    assert frozen_or_given({}) is EMPTY


@pytest.mark.parametrize(
    "content",
    [
        {"a": "\x00"},
        {"a": ["\ud800"]},
        {"a": "x" * 60_000, "b": "x" * 60_000},
        {"": "x"},
        {"a": {"b\u200b": "x"}},
        {"": "x", **{f"key {number}": "x" for number in range(100)}},
        {"a": 2**63},
        {"a": Decimal("NaN")},
        {"a": 1.5},
        {"a": datetime(2024, 5, 1, 14, tzinfo=timezone(timedelta(hours=2)))},
        {"a": {"x"}},
        nested(9),
    ],
    ids=lambda content: repr(content)[:20],
)
def test_what_may_be_wrong_is_given_as_it_is(content: dict[str, Any]) -> None:
    """A record looks at it itself, and explains."""
    assert frozen_or_given(content) is content


def test_what_is_frozen_does_not_change() -> None:
    """The payload may: nothing of it is shared."""
    content: dict[str, Any] = {"a": {"b": ["x"]}}
    found = frozen_or_given(content)
    content["a"]["b"].append("y")

    assert found == {"a": {"b": ("x",)}}


@given(st.dictionaries(st.text(max_size=4), ANYTHING, max_size=4))
def test_the_short_way_leads_where_the_long_way_does(content: dict[str, Any]) -> None:
    """Whatever the content, a record keeps the same or refuses the same."""
    outcomes: list[object] = []
    for mapping in (content, frozen_or_given(content)):
        try:
            outcomes.append(FrozenMap(mapping))
        except InvalidValue as error:
            outcomes.append(error)

    assert outcomes[0] == outcomes[1]
