"""
The operator rows serve another engine: SQL over stored folds, with SQLAlchemy and SQLite.

What is written here is what an engine has to bring: columns for the kinds of field, and its own spelling of the few
functions that Python and SQL spell differently. There is no second list of operators.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel import Lead
from leadmodel.criteria import (
    OPERATORS,
    AllOf,
    AnyOf,
    Asking,
    Condition,
    Criterion,
    FieldKind,
    Not,
    Operator,
    where,
)
from leadmodel.criteria.operators import contains, ends_with, has_all, has_any, is_missing, one_of, starts_with
from leadmodel.testing.strategies import NOW
from leadmodel.testing.strategies.criterion import trees
from leadmodel.values import fold
from tests.criteria.test_operators import CASES, FIELDS, SITUATIONS, lead, operands_for

sa = pytest.importorskip("sqlalchemy")

#: One field of each kind, and its column.
COLUMNS: Final = {
    "company": "String", "contact_id": "String", "employees": "Scaled", "annual_revenue": "Scaled",
    "birth_date": "Date", "created_at": "DateTime", "status": "String", "custom.ok": "Boolean",
}  # fmt: skip


class Scaled(sa.TypeDecorator[Any]):
    """An exact number, stored as a whole one: so many millionths."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, _: Any) -> Any:  # noqa: ANN401
        """Scale a number on its way into the database."""
        return None if value is None else int(Decimal(value) * 10**6)


_KINDS: Final = {"Scaled": Scaled, "String": sa.String, "Date": sa.Date, "DateTime": sa.DateTime, "Boolean": sa.Boolean}
META: Final = sa.MetaData()
LEADS: Final = sa.Table(
    "leads", META, sa.Column("n", sa.Integer, primary_key=True),
    *(sa.Column(path, _KINDS[kind]()) for path, kind in COLUMNS.items()),
    sa.Column("currency", sa.String), sa.Column("custom", sa.Boolean),
)  # fmt: skip
TAGS: Final = sa.Table("tags", META, sa.Column("n", sa.Integer), sa.Column("key", sa.String))


class Members:
    """The members of a collection in a table of their own."""

    def any(self, *conditions: Any) -> Any:  # noqa: ANN401
        """Whether a member is there that meets the conditions."""
        return sa.exists().where(TAGS.c.n == LEADS.c.n, *conditions)


#: How SQL spells what it does not spell like Python; each key is a function of the table of operators.
WORDS: Final[dict[Callable[..., Any], Callable[..., Any]]] = {
    is_missing: lambda value: ~value.any() if isinstance(value, Members) else value.is_(None),
    one_of: lambda column, keys: column.in_(sorted(keys)),
    contains: lambda column, text: sa.func.instr(column, text) > 0,
    starts_with: lambda column, text: sa.func.substr(column, 1, len(text)) == text,
    ends_with: lambda column, text: sa.and_(
        sa.func.length(column) >= len(text), sa.func.substr(column, -len(text)) == text
    ),
    has_any: lambda members, keys: members.any(TAGS.c.key.in_(sorted(keys))),
    has_all: lambda members, keys: sa.and_(*(members.any(TAGS.c.key == key) for key in keys)),
}


def sql(criterion: Criterion, asking: Asking) -> Any:  # noqa: ANN401
    """Write a criterion as SQL: two-valued at every leaf, so that NOT is the exact complement."""
    if isinstance(criterion, AllOf):
        return sa.and_(*(sql(part, asking) for part in criterion.parts))
    if isinstance(criterion, AnyOf):
        return sa.or_(*(sql(part, asking) for part in criterion.parts))
    if isinstance(criterion, Not):
        return sa.not_(sql(criterion.part, asking))
    assert isinstance(criterion, Condition)
    row, path = criterion.row, criterion.field.path
    value = Members() if path == "tags" else LEADS.c[path]
    arguments = asking.arguments(criterion.field, row, criterion.arguments)
    test = WORDS.get(row.test, row.test)(value, *arguments)
    if row.sees_missing or isinstance(value, Members):
        return test
    of_currency = LEADS.c.currency == criterion.currency if criterion.currency else sa.true()
    return sa.and_(value.is_not(None), of_currency, test)


def stored(number: int, lead: Lead) -> dict[str, Any]:
    """Give a lead as a row, with folds instead of texts."""
    money = lead.annual_revenue
    return {
        "n": number, "company": fold(lead.company) or None, "contact_id": lead.contact_id or None,
        "employees": lead.employees, "annual_revenue": money and money.amount, "currency": money and money.currency,
        "birth_date": lead.birth_date, "created_at": lead.created_at, "status": lead.status and fold(lead.status),
        "custom.ok": lead.custom.get("ok"), "custom": bool(lead.custom) or None,
    }  # fmt: skip


#: A lead for each value of each kind of field; all others are missing in it.
ON_RECORD: Final = [lead(path, value) for path, values, _ in SITUATIONS.values() for value in values]


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    """Give a database in memory that holds the leads."""
    engine = sa.create_engine("sqlite://")
    META.create_all(engine)
    with engine.begin() as connection:
        connection.execute(LEADS.insert(), [stored(number, lead) for number, lead in enumerate(ON_RECORD)])
        connection.execute(
            TAGS.insert(), [{"n": n, "key": fold(tag)} for n, lead in enumerate(ON_RECORD) for tag in lead.tags]
        )
        yield connection
    engine.dispose()


def found_in_sql(connection: Any, criterion: Criterion) -> list[int]:  # noqa: ANN401
    """Answer a criterion in the database: the numbers of the leads for which it holds."""
    return list(connection.scalars(sa.select(LEADS.c.n).where(sql(criterion, Asking(at=NOW))).order_by(LEADS.c.n)))


def found_in_python(criterion: Criterion) -> list[int]:
    """Answer a criterion in Python."""
    holds = criterion.compile(NOW)
    return [number for number, lead in enumerate(ON_RECORD) if holds(lead)]


def questions(row: Operator, kind: FieldKind) -> list[Criterion]:
    """Give what a row can be asked about a kind of field."""
    path, _, pool = SITUATIONS[kind]
    return [where(Lead, path, row.name, *operands, fields=FIELDS) for operands in operands_for(row, pool)]


@pytest.mark.parametrize(("row", "kind"), CASES, ids=[f"{row.name}-{kind.name}" for row, kind in CASES])
def test_operator_means_the_same_in_sql(connection: Any, row: Operator, kind: FieldKind) -> None:  # noqa: ANN401
    """Each row and its complement give the same records in SQL, over stored folds (CRIT-2)."""
    asked = [each for question in questions(row, kind) for each in (question, ~question)]

    given = [found_in_sql(connection, question) for question in asked]

    assert given == [found_in_python(question) for question in asked]


@given(criterion=trees(st.sampled_from(CASES).flatmap(lambda case: st.sampled_from(questions(*case)))))
def test_criterion_means_the_same_in_sql(connection: Any, criterion: Criterion) -> None:  # noqa: ANN401
    """So do whole trees."""
    assert found_in_sql(connection, criterion) == found_in_python(criterion)


def test_engine_brings_a_few_words_only() -> None:
    """Most rows serve SQL as they are: comparisons, ends of spans, questions about time."""
    as_they_are = [row.name for row in OPERATORS.values() if row.test not in WORDS]

    assert as_they_are == (
        "is is_not below at_most above at_least between today this_week last_days next_days older_than_days".split()
    )
