"""
The same criterion gives the same records in Python, in SQLite and in PostgreSQL (CRIT-2).

With missing values, Unicode, time zones, exact numbers, empty collections, custom fields and related records; with
parts that the database is asked and parts that it is not.
"""

from datetime import UTC, timedelta, timezone
from itertools import count
from typing import Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadmodel import Changes, CustomField, FieldKind
from leadmodel.criteria import fields_of
from leadmodel.entities import ENTITIES, Entity
from leadmodel.ports import walk
from leadmodel.stores import MemoryStore, SqlStore
from leadmodel.testing.strategies import NOW, askable_records, criteria, related_records
from tests.unmeasured import unmeasured

#: A custom field of every kind, with names that would hurt where they were pasted into a statement.
CUSTOM: Final = tuple(CustomField(f"{kind.name.lower()}'; --", kind) for kind in FieldKind)
#: 2,000 cases over all types of record, and 20,000 in the thorough run.
CASES: Final = (20_000 if settings().max_examples > 1_000 else 2_000) // len(ENTITIES)
PLACES_TO_LIVE: Final = (UTC, timezone(timedelta(hours=13)), timezone(-timedelta(hours=11)))
TENANTS: Final = count()
#: So many cases of each type are measured besides; the others run the same lines.
MEASURED: Final = 20


def stored(sql: SqlStore, records: list[Any]) -> tuple[SqlStore, MemoryStore]:
    """Put records into a new tenant's store, and into memory."""
    pair = sql.of_tenant(f"tenant {next(TENANTS)}"), MemoryStore()
    for store in pair:
        store.apply(Changes(created=records))
    return pair


def numbered(records: list[Entity]) -> list[Entity]:
    """Give every record an id of its own; two that differ in case are two."""
    return [attrs.evolve(record, id=f"{'rR'[number % 2]}{number // 2}") for number, record in enumerate(records)]


def orders(record_type: type[Entity]) -> st.SearchStrategy[list[str]]:
    """Draw what records may be ordered by."""
    kinds = {FieldKind.COLLECTION, FieldKind.VALUE}
    paths = [field.path for field in fields_of(record_type) if field.kind not in kinds]
    return st.lists(st.tuples(st.sampled_from(["", "-"]), st.sampled_from(paths)).map("".join), max_size=3)


@pytest.mark.parametrize("record_type", ENTITIES, ids=lambda kind: kind.__name__)
def test_python_and_sql_agree(sql: SqlStore, record_type: type[Entity]) -> None:
    """Any criterion over any records: the same ids in the same order, page by page, and the same count."""

    def agree(cases: int) -> None:
        @settings(max_examples=cases, suppress_health_check=[*HealthCheck])
        @given(data=st.data())
        def check(data: st.DataObject) -> None:
            records = numbered(data.draw(st.lists(askable_records(record_type, fields=CUSTOM), min_size=1, max_size=5)))
            related = data.draw(related_records(fields=CUSTOM, max_size=3))
            others = [record for record in related.values() if type(record) is not record_type]
            criterion = data.draw(criteria(record_type, fields=CUSTOM, related=True))
            order_by, zone = data.draw(orders(record_type)), data.draw(st.sampled_from(PLACES_TO_LIVE))
            asked_of, memory = stored(sql, [*records, *others])
            asked: dict[str, Any] = {"now": NOW, "zone": zone}

            expected = [record.id for record in memory.find(criterion, order_by=order_by, **asked)]

            assert [record.id for record in asked_of.find(criterion, order_by=order_by, **asked)] == expected
            assert [record.id for record in walk(asked_of, criterion, order_by=order_by, batch=2, **asked)] == expected
            assert asked_of.count(criterion, **asked) == memory.count(criterion, **asked) == len(expected)

        check()

    agree(MEASURED)
    with unmeasured():
        agree(CASES)
