"""What a record costs, against the plainest frozen slotted attrs class with the same fields."""

import tracemalloc
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import leadmodel as lm
from leadmodel.entities import Entity
from tests.benchmarks.measuring import check, ratio, recorded

AT = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
ADA = lm.Profile("x", "ada")
EMAIL = lm.EmailAddress("ada@acme.example")
LEAD = lm.Ref(lm.Lead, "l1")
TEXT = "The engine weaves algebraic patterns just as the loom weaves flowers and leaves."

#: What one usually says about a record of each type; the values exist already on both sides.
USUAL: dict[type[Entity], dict[str, Any]] = {
    lm.Lead: {
        "id": "l1", "first_name": "Ada", "last_name": "Lovelace", "company": "Acme", "emails": (EMAIL,),
        "profiles": (ADA,), "source": "Web", "status": "New", "created_at": AT,
    },
    lm.Contact: {
        "id": "c1", "first_name": "Ada", "last_name": "Lovelace", "title": "CTO", "emails": (EMAIL,),
        "profiles": (ADA,), "account_id": "a1", "created_at": AT,
    },
    lm.Account: {"id": "a1", "name": "Acme", "website": "https://acme.example", "industry": "Tools", "created_at": AT},
    lm.Deal: {
        "id": "d1", "name": "Engines", "stage": "Qualification", "contact_id": "c1", "account_id": "a1",
        "amount": lm.Money("120000.00", "EUR"), "created_at": AT,
    },
    lm.SocialUpdate: {"id": "u1", "author": ADA, "author_name": "Ada Lovelace", "text": TEXT, "posted_at": AT},
    lm.Activity: {"id": "v1", "about": LEAD, "kind": lm.ActivityKind.CALL, "at": AT, "by": "u7"},
    lm.Task: {"id": "t1", "about": LEAD, "subject": "Call back", "due_at": AT, "owner_id": "u7"},
    lm.Note: {"id": "n1", "about": LEAD, "text": TEXT, "at": AT, "by": "u7"},
}  # fmt: skip


def plain(record_type: type[Entity]) -> type[Any]:
    """Make the plainest class with the same fields: the same defaults, no converter, no check, nothing computed."""
    fields = {
        field.name: attrs.field(default=field.default if field.init else "") for field in attrs.fields(record_type)
    }
    return attrs.make_class(f"Plain{record_type.__name__}", fields, frozen=True, slots=True, kw_only=True)


@pytest.mark.parametrize("record_type", USUAL)
def test_time(benchmark: BenchmarkFixture, record_type: type[Entity]) -> None:
    """A record is made with the keyword arguments that are usual for its type, five hundred times a round."""
    usual, bare = USUAL[record_type], plain(record_type)

    def ours() -> None:
        for _ in range(500):
            record_type(**usual)

    def base() -> None:
        for _ in range(500):
            bare(**usual)

    ours()
    check(benchmark, f"time of a record: {record_type.__name__}", ratio(benchmark, ours, base, rounds=200), 2)


@pytest.mark.parametrize("record_type", USUAL)
def test_bytes(benchmark: BenchmarkFixture, record_type: type[Entity]) -> None:
    """Everything that a thousand records allocate, shared values aside."""

    def allocated(kind: type[Any]) -> int:
        kept: list[Any] = [None] * 1_000
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for i in range(len(kept)):
            kept[i] = kind(**USUAL[record_type])
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return after - before

    record_type(**USUAL[record_type])
    ours = recorded(benchmark, allocated, args=(record_type,), rounds=1)
    check(benchmark, f"bytes of a record: {record_type.__name__}", ours / allocated(plain(record_type)), 1.5)
