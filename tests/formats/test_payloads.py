"""What the readers of payloads share: shapes that are told by keys, and what a source says besides."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import pytest

from leadmodel.formats.intake import payloads as module
from leadmodel.formats.intake.payloads import Shape, Shapes, besides
from leadmodel.values import EMPTY, FrozenMap

NOON: Final = datetime(2024, 5, 1, 12, tzinfo=UTC)
ROWS: Final = (
    Shape("a long post", ("text", "note")),
    Shape("a post", ("text",), lacks=("draft",)),
    Shape("a draft", ("text",)),
)


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ({"text": 1, "note": 2, "draft": 3}, "a long post"),
        ({"id": 0, "text": 1}, "a post"),
        ({"draft": 3, "text": 1}, "a draft"),
        ({"note": 2}, None),
        ({}, None),
        ([], None),
        (None, None),
    ],
)
def test_first_row_that_fits_says_what_a_body_is(body: object, label: str | None) -> None:
    """A body is told by its keys, and told alike when it comes again."""
    shapes = Shapes(ROWS)

    assert [shape and shape.label for shape in (shapes.of(body), shapes.of(body))] == [label, label]


def test_keys_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither many bodies nor long keys take memory for good, and both are told all the same."""
    monkeypatch.setattr(module, "_KEYS_KEPT", 2)
    shapes = Shapes(ROWS)

    found = [shapes.of({"text": 1, key: 2}) for key in ("k" * 5_000, "a", "b", "c", "d")]

    assert found == [ROWS[1]] * 5
    assert list(shapes._seen) == [("text", "a"), ("text", "b")]


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({}, {}),
        ({"a": "", "b": None, "c": False, "d": [], "e": ()}, {}),
        ({"a": "x", "b": True, "c": ["x", "y"], "d": NOON}, {"a": "x", "b": True, "c": ("x", "y"), "d": NOON}),
        ({"a": "x\ny", "b": 5, "c": ["x", 5], "d": {"e": "f"}}, {"a": "x\ny", "b": 5, "c": ("x", 5), "d": {"e": "f"}}),
    ],
)
def test_what_is_said_besides_is_ready_to_be_kept(facts: dict[str, Any], kept: dict[str, Any]) -> None:
    """Blank facts are left out; sound ones need no second look."""
    found = besides(facts)

    assert type(found) is FrozenMap
    assert found == kept == FrozenMap(kept)


def test_nothing_besides_is_shared() -> None:
    """Updates without anything besides share one empty mapping."""
    assert besides({"a": ""}) is EMPTY


@pytest.mark.parametrize(
    "value",
    [
        "a\x00b",
        "\ud800",
        "x" * 100_001,
        ["x", "\x00"],
        {"": "b"},
        2**63,
        1.5,
        datetime(2024, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))),
    ],
    ids=str,
)
def test_what_could_be_wrong_is_left_to_the_record(value: object) -> None:
    """Whatever is not seen to be right at once is handed on as it is, and judged there."""
    found = besides({"a": value})

    assert type(found) is dict
    assert found == {"a": value}
