"""
Bodies and the log: every record comes back as it was, in every field, and so does every state that it has been in.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadmodel import Changes, Lead, Money, Ref, Updated
from leadmodel.codec import from_plain, to_plain
from leadmodel.entities import ENTITIES, Entity
from leadmodel.errors import StoreUnavailable
from leadmodel.stores import MemoryStore, SqlStore
from leadmodel.stores.sql.body import changed, difference, plain_from, plain_of, record_from, text_of
from leadmodel.stores.sql.columns import COLUMNS, column_values
from leadmodel.testing import strategies
from leadmodel.values import FrozenMap, type_name

TENANTS: Final = count()
DRAWN: Final[dict[str, st.SearchStrategy[Any]]] = {
    "lead": strategies.leads(), "contact": strategies.contacts(), "account": strategies.accounts(),
    "deal": strategies.deals(), "social update": strategies.social_updates(), "activity": strategies.activities(),
    "task": strategies.tasks(), "note": strategies.notes(),
}  # fmt: skip
RECORDS: Final = st.one_of(*(DRAWN[type_name(kind)] for kind in ENTITIES))

often = settings(max_examples=150, suppress_health_check=[*HealthCheck])


@pytest.fixture(scope="module")
def database() -> Iterator[SqlStore]:
    """Give a database in memory, of which each case takes a tenant of its own."""
    with SqlStore.open("sqlite://") as store:
        yield store


def shape(value: object) -> object:
    """Give a value with the type of each of its parts: 1, 1.0 and true are three shapes."""
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))  # type: ignore[arg-type]  # it is one of attrs
        return type(value), [(field.name, shape(getattr(value, field.name))) for field in fields]
    if isinstance(value, Mapping):
        return type(value), sorted((key, shape(each)) for key, each in value.items())
    if isinstance(value, tuple):
        return type(value), [shape(each) for each in value]
    if isinstance(value, frozenset):
        return type(value), sorted(map(repr, map(shape, value)))
    if isinstance(value, datetime):
        return type(value), value.isoformat(), value.tzinfo is UTC
    return type(value), repr(value)


def stamped(record: Entity, version: int) -> Entity:
    """Give a record a version and, where it has one, a stamp: they stand outside equality."""
    stamp = {"modified_at": datetime(2026, 1, 1, tzinfo=UTC)} if hasattr(record, "modified_at") else {}
    return attrs.evolve(record, version=version, **stamp)  # type: ignore[call-arg]  # every record has a version


@often
@given(record=RECORDS, version=st.integers(0, 2**63 - 1))
def test_record_comes_back_in_every_field(record: Entity, version: int) -> None:
    """With the types of all its parts, version and stamp, as the codec would read it."""
    record = stamped(record, version)
    text = text_of(plain_of(record))
    back = record_from(type(record), plain_from(text))

    assert shape(back) == shape(record)
    assert hash(back) == hash(record)
    assert shape(back) == shape(from_plain(to_plain(record)))


@often
@given(record=RECORDS)
def test_columns_are_those_of_the_record(record: Entity) -> None:
    """What is left out of the plain data is missing from the columns too."""
    for each in (record, stamped(record, 3)):
        assert column_values(each, plain_of(each)) == tuple(stored.value(each) for stored in COLUMNS[type(each)])


@often
@given(data=st.data())
def test_difference_turns_one_record_into_the_other(data: st.DataObject) -> None:
    """Fields that are set, changed, and at their default again; what does not differ is not kept."""
    kind = data.draw(st.sampled_from(ENTITIES))
    one, two = (plain_of(data.draw(DRAWN[type_name(kind)])) for _ in "ab")
    two["id"] = one["id"]
    apart = difference(one, two)

    assert text_of(sorted(changed(one, plain_from(text_of(apart))).items())) == text_of(sorted(two.items()))
    assert set(apart) <= one.keys() | two.keys()
    assert difference(one, one) == difference(two, two) == {}


@pytest.mark.parametrize(("one", "two"), [(1, True), (0, False), (1, 1.0), (True, 1.0), ((1,), (True,)), (-0.0, 0.0)])
def test_difference_sees_what_equality_does_not(database: SqlStore, one: object, two: object) -> None:
    """In an own field, 1, 1.0 and true are three things: record, log and past say the same."""
    store = database.of_tenant(f"tenant {next(TENANTS)}")
    before = Lead(id="l", last_name="Byron", custom={"x": one})
    after = attrs.evolve(before, custom={"x": two}, version=1)
    store.apply(Changes(created=[before]))
    store.apply(Changes(updated=[Updated(before, after)]))
    seen = [store.get(Lead, "l"), store.history(before.ref)[-1].after, store.changes(2).updated[0].after]

    assert [shape(record) for record in seen] == [shape(after)] * 3
    assert shape(store.changes(1).created[0]) == shape(before)


def test_own_field_of_every_kind_comes_back(database: SqlStore) -> None:
    """Deep mappings, money, days, and names that look like marks of the codec."""
    values: dict[str, Any] = {
        "$decimal": "1", "deep": {"$money": {"amount": 1}, "list": [1, [True, None]]}, "money": Money("1.50", "EUR"),
        "set": frozenset({"a", "b"}), "empty": {}, "none": None, "day": datetime(2026, 1, 1, tzinfo=UTC).date(),
        "at": datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC), "nothing": (), "text": "",
    }  # fmt: skip
    lead = Lead(id="l", last_name="Byron", custom=values)
    store = database.of_tenant(f"tenant {next(TENANTS)}")
    store.apply(Changes(created=[lead]))
    found = store.get(Lead, "l")

    assert found is not None
    assert shape(found) == shape(lead)
    assert isinstance(found.custom, FrozenMap)


@pytest.mark.parametrize(
    "body", ["", "{", "[" * 100_000, "5", "null", '{"x": 1}', '{"id": "l", "created_at": "never"}']
)
def test_damaged_text_is_told(database: SqlStore, body: str) -> None:
    """A record whose text somebody else has changed cannot be read; the error names no more than its type."""
    store = database.of_tenant(f"tenant {next(TENANTS)}")
    store.apply(Changes(created=[Lead(id="l", last_name="Byron")]))
    with store._connections.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE leadmodel_lead SET body = ? WHERE tenant = ?", (body, store._tenant)
        )  # fmt: skip
    for ask in (lambda: store.get(Lead, "l"), lambda: store.find(Lead)):
        with pytest.raises(StoreUnavailable) as caught:
            ask()
        assert "the text cannot be read" in str(caught.value)
        assert caught.value.__cause__ is not None


# The log


@st.composite
def chains(draw: st.DrawFn) -> list[Changes]:
    """Draw what happens to one record: other values, defaults again, own fields gone, deleted and created anew."""
    kind = draw(st.sampled_from(ENTITIES))
    states = draw(st.lists(st.one_of(st.none(), DRAWN[type_name(kind)]), min_size=1, max_size=12))
    now: Entity | None = None
    found = []
    for version, state in enumerate(states, 1):
        after = None if state is None else attrs.evolve(state, id="one", version=version)  # type: ignore[call-arg]
        if now is None and after is not None:
            found.append(Changes(created=[after]))
        elif now is not None and after is None:
            found.append(Changes(deleted=[now]))
        elif now is not None and after is not None:
            found.append(Changes(updated=[Updated(now, after)]))
        now = after
    return found


@often
@given(chain=chains())
def test_long_chains_of_differences_hold_every_state(database: SqlStore, chain: list[Changes]) -> None:
    """Every commit, the history and every moment of the past are those that the store in memory keeps whole."""
    clock = iter(range(1, 100))
    times = [datetime(2026, 1, 1, 0, number, tzinfo=UTC) for number in range(60)]
    memory = MemoryStore(now=lambda: times[next(clock)])
    again = iter(range(1, 100))
    sql = database.of_tenant(f"tenant {next(TENANTS)}", now=lambda: times[next(again)])
    for changes in chain:
        assert memory.apply(changes) == sql.apply(changes)
    for position in range(1, len(chain) + 1):
        assert shape(sql.changes(position)) == shape(memory.changes(position))
    if chain:
        kind = type((chain[0].created)[0])
        ref = Ref(kind, "one")
        assert [shape(each) for each in sql.history(ref)] == [shape(each) for each in memory.history(ref)]
        for at in times[: len(chain) + 2]:
            assert shape(sql.as_of(at).get(kind, "one")) == shape(memory.as_of(at).get(kind, "one"))
            assert shape(sql.as_of(at).find(kind).records) == shape(memory.as_of(at).find(kind).records)
    assert shape(tuple(sql.log())) == shape(tuple(memory.log()))


def test_log_is_read_some_commits_at_a_time(database: SqlStore) -> None:
    """A long log is given in order, from any position, as far as is wanted."""
    store = database.of_tenant(f"tenant {next(TENANTS)}")
    for number in range(450):
        store.apply(Changes(created=[Lead(id=f"l{number}", last_name="B")]))

    assert [commit.position for commit in store.log()] == list(range(1, 451))
    assert [commit.position for commit in store.log(after=199, limit=203)] == list(range(200, 403))
    assert list(store.log(after=450)) == []
