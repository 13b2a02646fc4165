"""
Every operator means in SQL what it means in Python, on every kind of field (CRIT-2).

It is enumerated here, and drawn in `test_agreement`. The rows of the operators serve the columns as they are; what SQL
spells differently is a handful of words.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest

from leadmodel import OPERATORS, Changes, Contact, Criterion, CustomField, FieldKind, Lead, Operator, where
from leadmodel.entities import Entity
from leadmodel.stores import MemoryStore, SqlStore
from leadmodel.stores.sql.asking import WORDS, supported
from leadmodel.stores.sql.encoding import KEY_KEPT, KEY_LIMIT
from leadmodel.testing.strategies import NOW
from tests.criteria.test_operators import CASES, FIELDS, SITUATIONS, lead, operands_for

#: What a custom field of each kind may hold besides what a field of a record may.
ODD: Final[dict[FieldKind, tuple[Any, ...]]] = {
    FieldKind.NUMBER: (
        -1, Decimal("-0.5"), Decimal("-0.55"), Decimal("10.50"), 10.0, 0.1, Decimal("0.1"), 10**18, -(10**18),
        Decimal("1E-18"), Decimal(f"10.{'0' * 50}1"), Decimal(f"-0.5{'0' * 50}1"),
    ),
    FieldKind.TEXT: (" ", "acme" * KEY_LIMIT, "acme" * KEY_LIMIT + "!", "a" * KEY_KEPT + "me", 7, True),
    FieldKind.IDENTITY: ("c1" * KEY_LIMIT, "C1" * KEY_LIMIT),
    FieldKind.COLLECTION: (("vip", "new", 7), frozenset({"VIP", "strasse"}), ("vip" * KEY_LIMIT,)),
    FieldKind.VALUE: ({"deep": "er"}, {}, 0, False),
}  # fmt: skip


#: What is asked for in texts that are longer than a key of the side table.
LONGER: Final[dict[FieldKind, tuple[str, ...]]] = {
    FieldKind.TEXT: ("acme",), FieldKind.IDENTITY: ("c1",), FieldKind.COLLECTION: ("vip",),
}  # fmt: skip


#: What is asked for besides what the situations ask.
FINER: Final[dict[FieldKind, tuple[Any, ...]]] = {FieldKind.NUMBER: (Decimal("-0.5"), Decimal("-0.55"), -1)}


def own_records(kind: FieldKind) -> list[Entity]:
    """Give a lead for each value that a field of a kind may hold."""
    path, values, _ = SITUATIONS[kind]
    return [lead(path, value) for value in values]


def custom_values(kind: FieldKind) -> Iterator[Any]:
    """Give what a custom field may hold that is asked about as one of a kind; None is one that is not there."""
    path, values, _ = SITUATIONS[kind]
    taken = [value.get("ok") for value in values] if path == "custom.ok" else list(values)
    yield from (*taken, *ODD.get(kind, ()), "a text", 7)


def questions(path: str, row: Operator, kind: FieldKind) -> Iterator[Criterion]:
    """Give what a row can be asked about a path, and the opposite of each."""
    fields = (*FIELDS, CustomField("x", kind))
    pool = SITUATIONS[kind][2]
    longer = [each * KEY_LIMIT for each in LONGER.get(kind, ())] + [*FINER.get(kind, ())]
    for operands in operands_for(row, (*pool, *longer)):
        asked = where(Lead, path, row.name, *operands, fields=fields)
        yield from (asked, ~asked)


def holding(record_type: type[Entity], value: object) -> Entity:
    """Make a record that holds a value in a custom field."""
    custom = {"y": "acme"} if value is None else {"x": value}
    names = {"last_name": "Lovelace"} if record_type is Lead else {}
    return record_type(id="r", custom=custom, **names)


def numbered(records: list[Entity]) -> list[Entity]:
    """Give each record an id of its own."""
    return [attrs.evolve(record, id=f"r{number:04}") for number, record in enumerate(records)]


def both(sql: SqlStore, tenant: str, records: list[Entity]) -> tuple[SqlStore, MemoryStore]:
    """Put records into a tenant's store, unless they are there already, and into memory."""
    own, memory = sql.of_tenant(tenant), MemoryStore()
    memory.apply(Changes(created=records))
    if not own.count(Lead):
        own.apply(Changes(created=records))
    return own, memory


def agree(sql: SqlStore, memory: MemoryStore, asked: list[Criterion]) -> None:
    """Ask both the same, and compare."""
    given = [(str(each), [record.id for record in sql.find(each, now=NOW)]) for each in asked]

    assert given == [(str(each), [record.id for record in memory.find(each, now=NOW)]) for each in asked]
    assert any(0 < len(ids) < sql.count(Lead) for _, ids in given)


every_case = pytest.mark.parametrize(("row", "kind"), CASES, ids=[f"{row.name}-{kind.name}" for row, kind in CASES])


@every_case
def test_operator_means_the_same_of_a_field(sql: SqlStore, row: Operator, kind: FieldKind) -> None:
    """Each row and its complement, asked about a field of the record."""
    own, memory = both(sql, f"own {kind}", numbered(own_records(kind)))

    agree(own, memory, list(questions(SITUATIONS[kind][0], row, kind)))


@every_case
def test_operator_means_the_same_of_a_custom_field(sql: SqlStore, row: Operator, kind: FieldKind) -> None:
    """Each row and its complement, asked about a custom field, whatever else records hold in it."""
    values = list(custom_values(kind))
    records = numbered([holding(Lead, value) for value in values])
    others = numbered([holding(Contact, value) for value in reversed(values)])  # of the same ids
    own, memory = both(sql, f"custom {kind}", [*records, *others])

    agree(own, memory, list(questions("custom.x", row, kind)))


@every_case
def test_operator_means_the_same_of_a_related_field(sql: SqlStore, row: Operator, kind: FieldKind) -> None:
    """Each row and its complement, asked about a related record: one that is there, one that is not, none at all."""
    contacts = numbered([holding(Contact, value) for value in custom_values(kind)])
    linked = [Lead(id="l", last_name="Lovelace", contact_id=contact.id) for contact in contacts]
    astray = [Lead(id="l", last_name="Lovelace", contact_id="gone"), Lead(id="l", last_name="Lovelace")]
    own, memory = both(sql, f"related {kind}", [*contacts, *numbered([*linked, *astray])])

    agree(own, memory, list(questions("contact.custom.x", row, kind)))


def test_related_record_is_looked_for_in_the_tenant_alone(sql: SqlStore) -> None:
    """Another tenant's contact of the same id answers nothing (S-11)."""
    asked = where(Lead, "contact.last_name", "is", "Byron")
    for tenant, name in (("ours", "Lovelace"), ("theirs", "Byron")):
        records = [Contact(id="c1", last_name=name), Lead(id="l1", last_name="Lovelace", contact_id="c1")]
        sql.of_tenant(tenant).apply(Changes(created=records))

    assert [sql.of_tenant(tenant).count(asked) for tenant in ("ours", "theirs")] == [0, 1]


@pytest.mark.parametrize(
    ("path", "operator", "operand", "is_asked"),
    [
        ("company", "contains", "acme", True),
        ("employees", "below", Decimal("10.5"), False),
        ("employees", "below", Decimal("10.0"), True),
        ("employees", "at_most", 10**18 - 1, True),
        ("custom.ok", "is", True, True),
        ("custom.x", "is", "acme" * KEY_LIMIT, True),
        ("custom.x", "starts_with", "a" * KEY_KEPT, True),
        ("custom.x", "starts_with", "a" * (KEY_KEPT + 1), False),
        ("custom.x", "contains", "acme", False),
        ("custom.x", "ends_with", "acme", False),
    ],
)
def test_database_is_asked_what_it_answers_exactly(path: str, operator: str, operand: object, is_asked: bool) -> None:
    """A number between two whole ones and the inside of a text that may have been cut are left to Python."""
    asked = where(Lead, path, operator, operand, fields=(*FIELDS, CustomField("x", FieldKind.TEXT)))

    assert supported(asked) is is_asked


@pytest.mark.parametrize("order_by", [(), ("-company",)], ids=["id", "company"])
def test_what_is_left_to_python_is_asked_of_all_records(sql: SqlStore, order_by: tuple[str, ...]) -> None:
    """A question that the database cannot answer goes through them part by part, however many they are."""
    asked = where(Lead, "custom.x", "ends_with", "7", fields=[CustomField("x", FieldKind.TEXT)])
    records = numbered([Lead(id="r", last_name="x", company=f"c{n % 9}", custom={"x": f"t{n}"}) for n in range(2_300)])
    own, memory = both(sql, "many", records)

    assert own.find(asked, order_by=order_by) == memory.find(asked, order_by=order_by)
    assert own.count(asked) == 230


def test_sql_spells_a_few_words_differently_and_has_no_list_of_operators() -> None:
    """Comparisons, ends of spans and questions about time serve a column as they are; collections have their table."""
    as_they_are = [
        row.name for row in OPERATORS.values() if row.test not in WORDS and FieldKind.COLLECTION not in row.kinds
    ]

    assert as_they_are == (
        "is is_not below at_most above at_least between today this_week last_days next_days older_than_days".split()
    )
