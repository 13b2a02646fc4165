"""
The number of statements does not grow with the records, and what is asked for often goes by an index (S-16).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs
import pytest
from hypothesis import settings
from sqlalchemy import Engine, Table, event

import leadmodel as lm
from leadmodel import (
    Account,
    Changes,
    Contact,
    CustomField,
    Deal,
    Effect,
    FieldKind,
    Lead,
    Note,
    Profile,
    SocialUpdate,
    Updated,
    convert_leads,
    where,
)
from leadmodel.entities import Entity
from leadmodel.stores import SqlStore

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
#: Records of each kind; in the thorough run, as many as a busy team has.
SIZES: Final = (10, 1_000, 5_000, *([100_000] if settings().max_examples > 1_000 else []))
FIELDS: Final = (CustomField("size", FieldKind.NUMBER), CustomField("note", FieldKind.TEXT))


def person(number: int) -> list[Entity]:
    """Give everything about one person: records of five types."""
    lead = Lead(
        id=f"l{number:06}", last_name=f"N{number}", company=f"Acme {number}", emails=[f"p{number}@acme.example"],
        profiles=[Profile("x", f"p{number}")], contact_id=f"c{number}", created_at=START + timedelta(minutes=number),
        custom={"size": number, "note": f"note {number}"},
    )  # fmt: skip
    return [
        lead,
        Account(id=f"a{number}", name=f"Acme {number}", website=f"https://acme{number}.example"),
        Contact(id=f"c{number}", last_name=f"N{number}", account_id=f"a{number}"),
        Deal(id=f"d{number}", stage="Qualification", contact_id=f"c{number}"),
        Note(id=f"n{number}", about=lead.ref, text="A note."),
    ]


@contextmanager
def counted(store: SqlStore) -> Iterator[list[str]]:
    """Collect the statements that are run in the block."""
    found: list[str] = []

    def note(*given: Any) -> None:  # noqa: ANN401  (SQLAlchemy's own)
        found.append(given[2])

    event.listen(store._connections.engine, "before_cursor_execute", note)
    raw = store._statements.fetch

    def fetch(connection: Any, name: Any, write: Any, **given: Any) -> Any:  # noqa: ANN401  (as the driver's own way)
        found.append(str(name))
        return raw(connection, name, write, **given)

    def load(connection: Any, table: Table, rows: Any) -> None:  # noqa: ANN401  (as above)
        found.append(f"COPY {table.name}")
        assert quick is not None
        quick(connection, table, rows)

    quick = store._statements._load
    store._statements.fetch = fetch  # type: ignore[method-assign]  # it goes past SQLAlchemy, and its events
    store._statements._load = quick and load
    try:
        yield found
    finally:
        event.remove(store._connections.engine, "before_cursor_execute", note)
        del store._statements.fetch
        store._statements._load = quick


def updates(count: int) -> list[SocialUpdate]:
    """Give a feed."""
    return [SocialUpdate(id=f"u{number}", author=Profile("x", f"p{number}")) for number in range(count)]


def renamed(lead: Lead) -> Updated:
    """Give another company to a lead."""
    return Updated(lead, attrs.evolve(lead, company="Globex", version=lead.version + 1))


def asked(store: SqlStore) -> dict[str, Callable[[int], object]]:
    """Give what a store is asked about so many records, by name."""

    def leads(count: int) -> list[Lead]:
        return list(store.find(Lead, limit=count))

    return {
        "get": lambda _: store.get(Lead, "l000001"),
        "find all": lambda _: store.find(Lead),
        "find by criterion": lambda _: store.find(where(Lead, "custom.size", "above", 3, fields=FIELDS)),
        "find by related": lambda _: store.find(where(Lead, "contact.last_name", "starts_with", "n")),
        "page": lambda n: store.find(Lead, order_by=["-created_at", "last_name"], limit=n),
        "count": lambda _: store.count(where(Lead, "emails", "has_any", "p1@acme.example")),
        "standing": lambda n: store.standing(Lead, "email", [f"p{k}@acme.example" for k in range(n)]),
        "directory of a feed": lambda n: store.directory_for(updates(n), pipelines=lm.pipelines.ZOHO),
        "directory of leads": lambda n: store.directory_for(leads(n), pipelines=lm.pipelines.ZOHO),
        "history": lambda _: store.history(lm.Ref(Lead, "l000001")),
        "changes": lambda _: store.changes(1),
        "resolve": lambda _: store.resolve(lm.Ref(Lead, "l000001")),
        "convert": lambda n: convert_leads(leads(n), store, at=START, playbook=lm.playbooks.ZOHO),
        "create": lambda n: store.apply(Changes(created=[Lead(id=f"x{k}", last_name="X") for k in range(n)])),
        "update": lambda n: store.apply(Changes(updated=list(map(renamed, leads(n))))),
        "delete": lambda n: store.apply(Changes(deleted=leads(n))),
        "effects": lambda n: store.apply(Changes(effects=[Effect(key=f"k{k}", kind="email") for k in range(n)])),
        "outbox": lambda _: store.outbox(),
        "acknowledge": lambda n: store.acknowledge([f"k{k}" for k in range(n)]),
    }  # fmt: skip


def statements(store: SqlStore, size: int, batch: int) -> dict[str, int]:
    """Count the statements of each question, over so many records, about so many of them."""
    several = [record for number in range(size) for record in person(number)]
    store.apply(Changes(created=several))
    found = {}
    for name, ask in asked(store).items():
        with counted(store) as run:
            ask(batch)
        found[name] = len(run)
    with counted(store) as run, store.transaction() as transaction:
        transaction.find(Lead)
        transaction.history(lm.Ref(Lead, "l000001"))
        transaction.apply(Changes(created=[Note(id=f"tn{k}", about=lm.Ref(Lead, "x")) for k in range(batch)]))
    found["transaction"] = len(run)
    return found


@pytest.fixture(scope="module")
def usual(sql: SqlStore) -> dict[str, int]:
    """Give how many statements there are over ten records."""
    return statements(sql.of_tenant("usual"), 10, 5)


@pytest.mark.usefixtures("not_measured")
@pytest.mark.parametrize("size", SIZES[1:])
def test_statements_do_not_grow_with_the_tables(sql: SqlStore, size: int, usual: dict[str, int]) -> None:
    """A batch of five needs as many statements among thousands as among ten."""
    assert statements(sql.of_tenant(f"of {size}"), size, 5) == usual


@pytest.mark.usefixtures("not_measured")
@pytest.mark.parametrize("batch", [50, 900])
def test_statements_do_not_grow_with_the_batch(sql: SqlStore, batch: int, usual: dict[str, int]) -> None:
    """A batch of hundreds needs as many statements as one of five."""
    assert statements(sql.of_tenant(f"in {batch}"), 1_000, batch) == usual


def test_statements_are_few(usual: dict[str, int]) -> None:
    """What is asked most needs one statement, or a handful."""
    assert {name for name, number in usual.items() if number == 1} >= {"get", "standing"}
    assert max(usual.values()) <= 60


def test_what_the_database_is_not_asked_costs_a_statement_for_every_thousand() -> None:
    """A criterion with a part for Python fetches a thousand records at a time, with their related ones."""
    with SqlStore.open("sqlite://") as store:
        store.apply(Changes(created=[person(number)[0] for number in range(2_500)]))
        criterion = where(Lead, "custom.note", "contains", "99", fields=FIELDS)
        with counted(store) as run:
            assert len(store.find(criterion)) == len([n for n in range(2_500) if "99" in str(n)])

    assert len([statement for statement in run if statement.startswith("SELECT")]) == 3


# Plans


def plans(store: SqlStore, ask: Callable[[], object]) -> list[str]:
    """Give how SQLite goes about what is asked."""
    found: list[str] = []

    def explain(*given: Any) -> None:  # noqa: ANN401  (as above)
        made, _, statement, parameters, *_ = given
        if statement.startswith("SELECT"):
            rows = made.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.extend(row[3] for row in rows.fetchall())

    def fetch(engine: Engine, name: Any, write: Any, **given: Any) -> Any:  # noqa: ANN401  (as above)
        prepared = store._statements._prepared(name, write)
        with engine.connect() as connection:
            asked = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {prepared.text}", prepared.parameters(given))
            found.extend(row[3] for row in asked)
        return raw(engine, name, write, **given)

    raw = store._statements.fetch
    event.listen(store._connections.engine, "before_cursor_execute", explain)
    store._statements.fetch = fetch  # type: ignore[method-assign]  # as above
    try:
        ask()
    finally:
        event.remove(store._connections.engine, "before_cursor_execute", explain)
        del store._statements.fetch
    return found


@pytest.fixture(scope="module")
def filled() -> Iterator[SqlStore]:
    """Give a store with a few hundred people."""
    with SqlStore.open("sqlite://") as store:
        store.apply(Changes(created=[record for number in range(300) for record in person(number)]))
        yield store


def middle(store: SqlStore, *order_by: str) -> str | None:
    """Give where a page ends in the middle of everything."""
    return store.find(Lead, order_by=order_by, limit=100).after


#: What is asked so often that it has to go by an index, in order.
QUICK: Final[dict[str, Callable[[SqlStore], object]]] = {
    "get": lambda store: store.get(Lead, "l000001"),
    "ids": lambda store: store.standing(Lead, "id", ["l000001", "l000002"]),
    "e-mail": lambda store: store.standing(Lead, "email", ["p1@acme.example", "p2@acme.example"]),
    "profile": lambda store: store.standing(Lead, "profile", ["x:@p1"]),
    "name": lambda store: store.standing(Account, "name", ["acme 1"]),
    "contacts of an account": lambda store: store.standing(Contact, "account", ["a1"]),
    "children": lambda store: store.standing(Note, "about", ["lead:l000001"]),
    "walk by id": lambda store: store.find(Lead, limit=100, after=middle(store)),
    "walk by instant": lambda store: store.find(
        Lead, order_by=["created_at"], limit=100, after=middle(store, "created_at")
    ),
    "walk by instant, newest first": lambda store: store.find(
        Lead, order_by=["-created_at"], limit=100, after=middle(store, "-created_at")
    ),
    "history": lambda store: store.history(lm.Ref(Lead, "l000001")),
    "directory": lambda store: store.directory_for(updates(5), pipelines=lm.pipelines.ZOHO),
    "outbox": lambda store: store.outbox(),
    "resolve": lambda store: store.resolve(lm.Ref(Lead, "l000001")),
}


@pytest.mark.parametrize("name", QUICK)
def test_quick_questions_go_by_an_index(name: str, filled: SqlStore) -> None:
    """No table is gone through, and nothing is sorted besides."""
    found = plans(filled, lambda: QUICK[name](filled))

    assert found
    assert [step for step in found if re.match(r"SCAN (?!json_each|CONSTANT)", step)] == []
    if "walk" in name:  # equal instants are put in order of their ids, which newest first is not that of the index
        steps = [step for step in found if "TEMP B-TREE" in step]
        assert set(steps) <= ({"USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"} if "newest" in name else set())


def test_a_question_without_an_index_is_seen_to_have_none(filled: SqlStore) -> None:
    """What is looked for in the plans is there where it is expected: sorting by a field that has no index."""
    found = plans(filled, lambda: filled.find(Lead, order_by=["company"], limit=10))

    assert any("TEMP B-TREE" in step for step in found)


def test_log_of_large_commits_is_read_in_small_parts(sql: SqlStore) -> None:
    """So many records are put together at a time, whatever the number of commits."""
    store = sql.of_tenant("large commits")
    for first in range(0, 2_800, 700):
        store.apply(Changes(created=[Lead(id=f"l{n}", last_name="X") for n in range(first, first + 700)]))

    assert [(commit.position, len(commit.changes.created)) for commit in store.log()] == [
        (number, 700) for number in (1, 2, 3, 4)
    ]
