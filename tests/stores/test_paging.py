"""
Orders and pages: sorted as by a comparison written out naively, and cursors that nobody can forge into another error.
"""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cmp_to_key, partial
from itertools import count
from typing import Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadmodel import Account, Changes, Contact, Deal, InvalidCriterion, Lead, Money, where
from leadmodel.criteria import FieldKind, fields_of
from leadmodel.entities import ENTITIES, Entity
from leadmodel.ports import walk
from leadmodel.stores import MemoryStore, SqlStore
from leadmodel.stores.paging import Order, order_of
from leadmodel.testing.strategies import askable_records
from leadmodel.values import fold

TENANTS: Final = count()
UNORDERED: Final = {FieldKind.COLLECTION, FieldKind.VALUE}
PATHS: Final = {
    kind: {field.path: field for field in fields_of(kind) if field.kind not in UNORDERED} for kind in ENTITIES
}

often = settings(max_examples=100, suppress_health_check=[*HealthCheck])


@pytest.fixture(scope="module")
def database() -> Iterator[SqlStore]:
    """Give a database in memory, of which each case takes a tenant of its own."""
    with SqlStore.open("sqlite://") as store:
        yield store


def numbered(records: list[Entity]) -> list[Entity]:
    """Give every record an id of its own; some differ in case alone."""
    return [attrs.evolve(record, id=f"{'rR'[number % 2]}{number // 2}") for number, record in enumerate(records)]


def held(record: Entity, path: str) -> Any:  # noqa: ANN401  (what a field holds)
    """Give what a record holds at a path, as people compare it; None is missing."""
    value: Any = record
    for part in path.split("."):
        value = None if value is None else getattr(value, part)
    if PATHS[type(record)][path].kind in {FieldKind.TEXT, FieldKind.CHOICE}:
        return fold(value) if value else None
    if isinstance(value, Money):
        return value.currency, value.amount
    return None if value == "" else value


def naive(order_by: list[str]) -> Any:  # noqa: ANN401  (a sort key)
    """Compare two records field by field: missing ones last, whichever way round; the id decides."""

    def compare(one: Entity, two: Entity) -> int:
        for given_path in order_by:
            turned = -1 if given_path.startswith("-") else 1
            here, there = (held(record, given_path.removeprefix("-")) for record in (one, two))
            if here == there:
                continue
            if here is None or there is None:
                return 1 if here is None else -1
            return turned if here > there else -turned
        return (one.id > two.id) - (one.id < two.id)

    return cmp_to_key(compare)


@st.composite
def ordered(draw: st.DrawFn) -> tuple[list[Entity], list[str]]:
    """Draw records of one type, and what they are ordered by."""
    kind = draw(st.sampled_from(ENTITIES))
    records = numbered(draw(st.lists(askable_records(kind), min_size=1, max_size=6)))
    signs = st.tuples(st.sampled_from(["", "-"]), st.sampled_from(list(PATHS[kind])))
    return records, draw(st.lists(signs.map("".join), max_size=3))


@often
@given(drawn=ordered())
def test_records_are_sorted_as_naively_compared(database: SqlStore, drawn: tuple[list[Entity], list[str]]) -> None:
    """By any fields of any type; in both stores, whole and page by page."""
    records, order_by = drawn
    kind = type(records[0])
    expected = sorted(records, key=naive(order_by))
    memory, sql = MemoryStore(), database.of_tenant(f"tenant {next(TENANTS)}")
    for store in (memory, sql):
        store.apply(Changes(created=records))

        assert list(store.find(kind, order_by=order_by)) == expected
        assert list(walk(store, kind, order_by=order_by, batch=2)) == expected


@often
@given(drawn=ordered())
def test_place_is_between_what_came_and_what_comes(drawn: tuple[list[Entity], list[str]]) -> None:
    """A cursor read back is the place that was written, and parts the records there."""
    records, order_by = drawn
    order = order_of(type(records[0]), order_by)
    several = order.sorted(records)
    for number, record in enumerate(several):
        place = order.place(order.cursor(record))

        assert place == order.place_of(record)
        assert [order.beyond(each, place) for each in several] == [later > number for later in range(len(several))]


# Cursors

ORDERS: Final = {
    "id": order_of(Lead, ()),
    "text": order_of(Lead, ("last_name",)),
    "number": order_of(Lead, ("-employees",)),
    "money": order_of(Lead, ("annual_revenue",)),
    "instant": order_of(Lead, ("created_at",)),
    "date": order_of(Deal, ("closes_on",)),
    "several": order_of(Lead, ("employees", "last_name")),
}  # fmt: skip
FULL: Final = Lead(
    id="l",
    last_name="Lovelace",
    employees=7,
    annual_revenue=Money("1.5", "EUR"),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
DEAL: Final = Deal(id="d", stage="Open", closes_on=date(2026, 1, 1))


def forged(content: object) -> str:
    """Write content as a cursor is written."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def read(cursor: str) -> list[Any]:
    """Read the content of a cursor."""
    found: list[Any] = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    return found


def signed(order: Order) -> list[Any]:
    """Give the content of an honest cursor of an order."""
    return read(order.cursor(DEAL if order.record_type is Deal else FULL))


@pytest.mark.parametrize("name", ORDERS)
def test_cursor_of_an_order_is_read_in_it_alone(name: str) -> None:
    """A cursor of another type, of other fields, or of the other way round is refused."""
    order = ORDERS[name]
    record = DEAL if order.record_type is Deal else FULL
    others = [other for other in ORDERS.values() if other is not order]
    others += [order_of(Contact, ()), order_of(Account, ("-created_at",)), order_of(Lead, ("-created_at",))]

    assert order.place(order.cursor(record)) == order.place_of(record)
    for other in others:
        with pytest.raises(InvalidCriterion) as caught:
            other.place(order.cursor(record))
        assert caught.value.problems[0].field == "after"
        assert "is no end of a page in this order" in caught.value.problems[0].what


#: What stands in the place of a value, where another was written.
STRANGE: Final = (
    {}, [], [1], ["EUR"], ["EUR", "1", "2"], {"EUR": "1"}, True, -1.5, 1e400, float("nan"), 10**30, -(10**4000),
    "", "x", "\ud800", "a\x00b", "2026-01-01", "20260101", "2026-W01-1", "2026-01-01T00:00:00",
    "2026-01-01T00:00:00+02:00",
    "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", ["EUR", "NaN"], ["EUR", "sNaN"], ["EUR", "Infinity"],
    ["EUR", "1E+1000000"], ["EUR", "1E-1000000"], ["EUR", "1E+999999999999999999"], ["eur", "1"], ["\ud800", "1"],
    ["EUR", 1], [5, "1"], ["EUR", [0, [1], 0]], ["EUR", "١"],
)  # fmt: skip
#: Of these, what may honestly have been written, by the order.
HONEST: Final = {
    "text": ("x", "2026-01-01", "20260101", "2026-W01-1", "2026-01-01T00:00:00", "2026-01-01T00:00:00+02:00",
             "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", ""),
    "date": ("2026-01-01",),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in ORDERS if name != "id"])
@pytest.mark.parametrize("value", STRANGE, ids=lambda value: ascii(value)[:30])
def test_forged_value_is_refused_and_nothing_else(database: SqlStore, name: str, value: object) -> None:
    """A cursor whose value was never written is invalid, in both stores; what may have been written is a place."""
    order = ORDERS[name]
    content = signed(order)
    content[1][0] = value
    asked = {"order_by": content[0][1:], "limit": 1, "after": forged(content)}
    for store in (MemoryStore(), database.of_tenant("forged")):
        if any(value is each for each in HONEST.get(name, ())):
            assert len(store.find(order.record_type, **asked)) == 0
        else:
            with pytest.raises(InvalidCriterion):
                store.find(order.record_type, **asked)


@pytest.mark.parametrize(
    "after",
    [
        "", "x", "é", "====", "a" * 10_000, "\ud800", forged({}), forged([]), forged(None), forged("text"), forged(5),
        forged([["lead"], [], "l", "more"]), forged([["lead"], []]), forged([["lead"], [1], "l"]),
        forged([["lead"], {}, 5]),
        forged([["lead"], [], None]), forged([["lead"], [], ["l"]]), forged([["lead"], [], "\ud800"]),
        forged([["lead"], [], "a\x00b"]), forged([["deal"], [], "l"]), forged([["lead", "x"], [], "l"]),
        forged(["lead", [], "l"]), forged([[["lead"]], [], "l"]),
        base64.urlsafe_b64encode(b"[" * 200_000).decode(), base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b'[["lead"],[],"l"').decode(), base64.urlsafe_b64encode(b"1" * 5_000).decode(),
        b"x", 5, 5.0, True, ["x"], {"x": 1}, object(), order_of(Lead, ()).cursor(FULL).encode(),
    ],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(database: SqlStore, after: Any) -> None:  # noqa: ANN401  (whatever a caller passes)
    """Garbage, and what looks like a cursor, are invalid in both stores."""
    for store in (MemoryStore(), database.of_tenant("forged")):
        with pytest.raises(InvalidCriterion) as caught:
            store.find(Lead, after=after)

        assert caught.value.problems[0].field == "after"
        assert "pass the `after` of the page before" in caught.value.problems[0].hint


@settings(max_examples=300)
@given(
    text=st.one_of(st.text(), st.binary().map(lambda given: base64.urlsafe_b64encode(given).decode())),
    name=st.sampled_from([*ORDERS]),
)
def test_any_text_is_a_place_or_refused(text: str, name: str) -> None:
    """No text makes reading a cursor fail in another way."""
    try:
        place = ORDERS[name].place(text)
    except InvalidCriterion as refused:
        assert refused.problems[0].field == "after"  # noqa: PT017  (either way is right)
    else:
        assert isinstance(place.id, str)


LEAF: Final = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(STRANGE[9:]))
SHAPES: Final = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


@settings(max_examples=300, suppress_health_check=[*HealthCheck])
@given(name=st.sampled_from([*ORDERS]), data=st.data())
def test_any_content_is_a_place_that_stores_can_ask_or_refused(
    database: SqlStore, name: str, data: st.DataObject
) -> None:
    """Whatever stands in the place of values and id, SQLite and Python answer alike."""
    order = ORDERS[name]
    content = signed(order)
    content[1] = [data.draw(SHAPES) for _ in order.keys]
    content[2] = data.draw(st.one_of(st.just("l"), st.text()))
    cursor = base64.urlsafe_b64encode(json.dumps(content).encode("utf-8", "surrogatepass")).decode()
    answers = []
    for store in (ONE, database.of_tenant("one")):
        if not store.count(Lead):
            store.apply(Changes(created=[FULL, DEAL]))
        try:
            answers.append([each.id for each in store.find(order.record_type, order_by=content[0][1:], after=cursor)])
        except InvalidCriterion:
            answers.append(["refused"])

    assert answers[0] == answers[1]


ONE: Final = MemoryStore()


# What is asked


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "5", [], 2**62, 10**30])
def test_limit_is_a_number_of_records(database: SqlStore, limit: Any) -> None:  # noqa: ANN401  (whatever a caller passes)
    """A limit below one, beyond any store, or of another kind is refused, wherever one is asked for."""
    for store in (MemoryStore(), database.of_tenant("limits")):
        asked: list[Callable[..., object]] = [partial(store.find, Lead), store.outbox, store.log]
        for ask in asked:
            with pytest.raises(InvalidCriterion) as caught:
                ask(limit=limit)
            assert caught.value.problems[0].field == "limit"


def test_largest_limit_gives_everything(database: SqlStore) -> None:
    """A limit larger than what is there is no limit."""
    for store in (MemoryStore(), database.of_tenant("largest")):
        store.apply(Changes(created=[FULL]))

        assert list(store.find(Lead, limit=2**62 - 1)) == [FULL]
        assert store.find(Lead, limit=1).after is None
        assert len(list(store.log(limit=2**62 - 1))) == 1


def test_log_after_any_position_is_empty_beyond_the_last(database: SqlStore) -> None:
    """A position that no log reaches has nothing after it; one before the first has everything."""
    for store in (MemoryStore(), database.of_tenant("beyond")):
        store.apply(Changes(created=[FULL]))

        assert [len(list(store.log(after=after))) for after in (-(10**30), 0, 1, 2**63, 10**30)] == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("order_by", "what"),
    [
        ("created_at", "a text is no list of fields"),
        (["no_such_field"], "a lead cannot be ordered by 'no_such_field'"),
        (["tags"], "a lead cannot be ordered by 'tags'"),
        (["custom.x"], "a lead cannot be ordered by 'custom.x'"),
        (["--id"], "a lead cannot be ordered by '--id'"),
        (["id", 5], "a lead cannot be ordered by 5"),
        (["id; DROP TABLE leadmodel_lead"], "a lead cannot be ordered by"),
    ],
)
def test_order_is_of_fields_that_have_one(database: SqlStore, order_by: Any, what: str) -> None:  # noqa: ANN401  (as above)
    """A field that is not there, or holds what has no order, is refused before anything is asked."""
    for store in (MemoryStore(), database.of_tenant("orders")):
        with pytest.raises(InvalidCriterion) as caught:
            store.find(Lead, order_by=order_by)

        assert what in caught.value.problems[0].what


@pytest.mark.parametrize("question", [None, "lead", Entity, Lead(id="l", last_name="B"), int, [Lead]])
def test_question_is_a_type_or_a_criterion(database: SqlStore, question: Any) -> None:  # noqa: ANN401  (as above)
    """Anything else is refused, with what can be passed."""
    for store in (MemoryStore(), database.of_tenant("questions")):
        for ask in (store.find, store.count):
            with pytest.raises(InvalidCriterion) as caught:
                ask(question)
            assert "pass a type of record, such as Lead, or a criterion" in caught.value.problems[0].hint


def test_question_about_time_needs_the_moment(database: SqlStore) -> None:
    """It is said before anything is asked, also where there is no record."""
    for store in (MemoryStore(), database.of_tenant("moments")):
        for ask in (store.find, store.count):
            with pytest.raises(InvalidCriterion) as caught:
                ask(where(Lead, "created_at", "today"))
            assert caught.value.problems[0].field == "now"


def test_money_is_ordered_by_currency_and_then_exactly(database: SqlStore) -> None:
    """Two amounts that a float cannot tell apart are two."""
    amounts = [("USD", "1"), ("EUR", "90071992547409.9301"), ("EUR", "90071992547409.9302"), ("EUR", "-5")]
    leads = [
        Lead(id=f"l{n}", last_name="B", annual_revenue=Money(Decimal(amount), currency))
        for n, (currency, amount) in enumerate(amounts)
    ]
    for store in (MemoryStore(), database.of_tenant("money")):
        store.apply(Changes(created=[*leads, Lead(id="none", last_name="B")]))
        for order_by, ids in ((["annual_revenue"], "l3 l1 l2 l0 none"), (["-annual_revenue"], "l0 l2 l1 l3 none")):
            assert " ".join(each.id for each in walk(store, Lead, order_by=order_by, batch=1)) == ids
