"""
No word that anybody writes becomes a word of a statement: hostile texts in every position, and the tables still stand.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import attrs
import pytest
from sqlalchemy import inspect

import leadmodel as lm
from leadmodel import (
    OPERATORS,
    Account,
    Address,
    Cause,
    Changes,
    Contact,
    CustomField,
    Effect,
    FieldKind,
    InvalidCriterion,
    Lead,
    Note,
    Profile,
    Ref,
    Updated,
    where,
)
from leadmodel.criteria.limits import LEAVES_LIMIT, LEVELS_LIMIT, OPERANDS_LIMIT
from leadmodel.stores import MemoryStore, SqlStore
from leadmodel.stores.sql import METADATA
from leadmodel.testing.strategies import NOW

TENANTS: Final = count()
#: Words that a careless statement would obey.
HOSTILE: Final = (
    "'; DROP TABLE leadmodel_lead; --", '"; DROP TABLE leadmodel_lead; --', "x' OR '1'='1", 'x" OR "1"="1',
    "' UNION SELECT 1 --", "'", "''", '"', '""', "`", "[", "]", ";", "--", "/*", "*/", "%", "_", "\\", "\\'", "%%",
    "%s", "%(x)s", ":name", "::x", "?", "?1",
    "@x", "$1", "{}", "{0}", "${x}", "x'41'", "NULL", "null", "1e999", '","x":"',
    '"]', "\\u0000", "\\u0022", "~name", "custom.x", "leadmodel_lead", "שלום", "Ωmega", "ﬀ", "x" * 200, "tenant",
    "default", "0", "-1",
)  # fmt: skip
#: The same, and what an identity cannot hold.
TEXTS: Final = (*HOSTILE, "\u202edesrever", "line\nbreak", "tab\there", "\x01\x1f\x7f", "x" * 100_000)


@pytest.fixture(scope="module")
def database(sql: SqlStore) -> Iterator[SqlStore]:
    """Give a database of which each case takes a tenant of its own; in the end its tables still stand."""
    sql.apply(Changes(created=[Lead(id="witness", last_name="Witness")]))
    yield sql
    with sql._connections.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == set(METADATA.tables)
    assert [each.id for each in sql.find(Lead)] == ["witness"]


@pytest.fixture
def store(database: SqlStore) -> SqlStore:
    """Give a tenant of its own."""
    return database.of_tenant(f"tenant {next(TENANTS)}")


def test_hostile_tenants_are_apart(database: SqlStore) -> None:
    """Each is a tenant of its own, with one lead."""
    for word in HOSTILE:
        if word != "default":
            database.of_tenant(word).apply(Changes(created=[Lead(id=word, last_name="Byron")]), key=word)
    for word in HOSTILE:
        if word != "default":
            assert [each.id for each in database.of_tenant(word).find(Lead)] == [word]
            assert len(list(database.of_tenant(word).log())) == 1


def test_hostile_ids_are_ids(store: SqlStore) -> None:
    """Created, read, listed, updated, merged, deleted and remembered by id, each by its own."""
    leads = [Lead(id=word, last_name="Byron", owner_id=word, contact_id=word) for word in HOSTILE]
    people = [Contact(id=word, last_name="Byron", reports_to_id=word) for word in HOSTILE]
    notes = [Note(id=word, about=Ref(Lead, word), text=word) for word in HOSTILE]
    store.apply(Changes(created=[*leads, *people, *notes]))
    for lead, person, note in zip(leads, people, notes, strict=True):
        assert (store.get(Lead, lead.id), store.get(Contact, lead.id), store.get(Note, lead.id)) == (lead, person, note)
        assert list(store.standing(Lead, "id", [lead.id])) == [lead]
        assert list(store.standing(Note, "about", [f"lead:{lead.id}"])) == [note]
        assert list(store.find(where(Lead, "id", "is", lead.id))) == [lead]
        assert list(store.find(where(Lead, "contact.reports_to_id", "is", lead.id))) == [lead]
        assert [each.id for each in store.find(Lead, after=store.find(where(Lead, "id", "is", lead.id), limit=1).after)]
    assert list(store.find(Lead)) == sorted(leads, key=lambda each: each.id)

    renamed = [attrs.evolve(lead, last_name=f"{lead.id} again", version=1) for lead in leads]
    store.apply(Changes(updated=[Updated(*pair) for pair in zip(leads, renamed, strict=True)]))
    assert [store.history(lead.ref)[-1].after for lead in renamed] == renamed

    first, *rest = renamed
    store.apply(Changes(deleted=rest, merged=[(each.ref, first.ref) for each in rest]))
    assert {store.resolve(lead.ref) for lead in leads} == {first.ref}
    assert list(store.find(Lead)) == [first]


@pytest.mark.parametrize("order_by", ["last_name", "-last_name", "owner_id", "-id"])
def test_hostile_texts_are_walked_past_page_by_page(order_by: str, store: SqlStore) -> None:
    """Cursors carry any text."""
    memory = MemoryStore()
    for each in (store, memory):
        each.apply(Changes(created=[Lead(id=word, last_name=word, owner_id=word) for word in HOSTILE]))

    found = list(lm.ports.walk(store, Lead, order_by=[order_by], batch=3))

    assert found == list(memory.find(Lead, order_by=[order_by]))


def filled(number: int, word: str) -> Lead:
    """Make a lead that holds a word wherever a text may stand."""
    name = word[:100] if word.isprintable() else "x y"  # a name or a tag holds only what can be seen
    return Lead(
        id=f"l{number:03}", first_name=word[:255], last_name=word[:255], company=word[:255], title=word[:255],
        description=word, tags=[name], address=Address(street=word[:255], city=word[:255]),
        custom={name: word, "x": word, "deep": {name: [word]}},
    )  # fmt: skip


def test_hostile_values_come_back_equal(store: SqlStore) -> None:
    """In every text, tag, name and value of a custom field."""
    leads = [filled(number, word) for number, word in enumerate(TEXTS)]
    store.apply(Changes(created=leads))

    assert [repr(attrs.asdict(each)) for each in store.find(Lead)] == [repr(attrs.asdict(each)) for each in leads]


@pytest.mark.parametrize(
    "path",
    ["last_name", "owner_id", "custom.x", "custom.'; --\"", "contact.last_name", "tags", "custom.tags"],
)  # fmt: skip
def test_hostile_operands_find_exactly_them(path: str, database: SqlStore) -> None:
    """Every operator that takes a text, about every kind of field: what Python finds, and no more."""
    fields = [
        CustomField("x", FieldKind.TEXT), CustomField("'; --\"", FieldKind.TEXT),
        CustomField("tags", FieldKind.COLLECTION),
    ]  # fmt: skip
    people = [Contact(id=f"c{number}", last_name=word) for number, word in enumerate(HOSTILE)]
    leads = [
        Lead(
            id=f"l{number}", last_name=word, owner_id=word, tags=[word], contact_id=f"c{number}",
            custom={"x": word, "'; --\"": word, "tags": (word, "all")},
        )
        for number, word in enumerate(HOSTILE)
    ]  # fmt: skip
    memory, sql = MemoryStore(), database.of_tenant(f"operands {path}")
    for each in (memory, sql):
        each.apply(Changes(created=[*leads, *people]))
    asked = 0
    for row in OPERATORS.values():
        for operands in ((), *((word,) for word in HOSTILE), HOSTILE):
            try:
                criterion = where(Lead, path, row.name, *operands, fields=fields)
            except InvalidCriterion:
                continue  # it takes others, or is about other fields
            asked += 1
            assert sql.find(criterion, now=NOW).records == memory.find(criterion, now=NOW).records
            assert sql.count(~criterion, now=NOW) == memory.count(~criterion, now=NOW)
    assert asked >= len(HOSTILE)


def test_hostile_names_of_custom_fields_are_names(store: SqlStore) -> None:
    """Each field holds its own value, and is asked about alone."""
    words = [word for word in HOSTILE if len(word) <= 100]
    store.apply(Changes(created=[Lead(id="l", last_name="B", custom={word: f"v{n}" for n, word in enumerate(words)})]))
    for number, word in enumerate(words):
        field = CustomField(word, FieldKind.TEXT)

        assert store.count(where(Lead, f"custom.{word}", "is", f"v{number}", fields=[field])) == 1
        assert store.count(where(Lead, f"custom.{word}", "is", "other", fields=[field])) == 0


def test_hostile_keys_are_keys(store: SqlStore) -> None:
    """Of commits, effects, users, rules, places: each stands for itself."""
    for number, word in enumerate(HOSTILE):
        cause = Cause(at=NOW, by=word, rules=(word,))
        effect = Effect(key=word, kind=word, payload={word: [word]})
        account = Account(id=word, name=word, website=f"https://{number}.example")
        person = Contact(id=word, last_name=word, account_id=word, profiles=[Profile("x", f"p{number}")])
        changes = Changes(created=[account, person], effects=[effect], cause=cause)
        assert store.apply(changes, key=word) == store.apply(Changes(), key=word) == number + 1
        assert store.changes(number + 1) == changes
        assert store.history(account.ref)[0].cause == cause
        assert list(store.standing(Contact, "account", [word])) == [person]
    assert [each.effect.key for each in store.outbox()] == list(HOSTILE)
    for left, word in enumerate(reversed(HOSTILE)):
        assert store.acknowledge([word, word]) == 1
        assert len(store.outbox()) == len(HOSTILE) - left - 1


def test_keys_that_no_record_can_have_find_nothing(store: SqlStore) -> None:
    """A text that the domain refuses is nobody's key, neither as it stands nor in part."""
    store.apply(Changes(created=[Lead(id="a", last_name="Byron", emails=["a@acme.example"])]))
    for word in ("a\x00b", "a\x00", "\ud800", "", " "):
        assert list(store.standing(Lead, "id", [word])) == []
        assert list(store.standing(Lead, "email", [word])) == []
        assert store.acknowledge([word]) == 0
    assert [each.id for each in store.standing(Lead, "id", ["\ud800", "a\x00", "a"])] == ["a"]


@pytest.mark.parametrize("word", ["a\x00b", "\ud800", "", " ", 5, None, ("a",)])
def test_id_that_no_record_can_have_is_nobody(store: SqlStore, word: Any) -> None:  # noqa: ANN401  (whatever is passed)
    """Asked for by id, it is not there; the same in memory (S-7)."""
    memory = MemoryStore()
    for each in (store, memory):
        each.apply(Changes(created=[Lead(id="5", last_name="Byron"), Lead(id="a", last_name="Byron")]))

        assert each.get(Lead, word) is None
        with each.transaction() as transaction:
            assert transaction.get(Lead, word) is None


@pytest.mark.parametrize("effect", [{"key": "\ud800"}, {"key": "a\x00b"}, {"key": ""}, {"key": 5}, {"kind": "\ud800"}])
def test_effect_that_no_database_keeps_is_refused(store: SqlStore, effect: dict[str, Any]) -> None:
    """The domain refuses it, before any store is asked."""
    before = store.count(Lead)
    with pytest.raises(lm.InvalidValue):
        store.apply(Changes(effects=[Effect(**{"key": "k", "kind": "email", **effect})]))

    assert (store.count(Lead), store.outbox()) == (before, ())


@pytest.mark.parametrize("rules", [("\ud800",), ("a\x00b",)])
def test_cause_that_no_database_keeps_is_refused(rules: tuple[str, ...]) -> None:
    """As above: the names of rules are kept with the log."""
    with pytest.raises(lm.InvalidValue):
        Cause(at=NOW, rules=rules)


# The largest that may be asked


def test_largest_criterion_is_answered_alike(database: SqlStore) -> None:
    """Sixty-four levels, 500 conditions and 10,000 operands are asked of SQLite as of Python."""
    leads = [Lead(id=f"l{number}", last_name=f"B{number}", tags=[f"t{number}"]) for number in range(20)]
    memory, sql = MemoryStore(), database.of_tenant("largest")
    for each in (memory, sql):
        each.apply(Changes(created=leads))
    many = [f"B{number}" for number in range(3, OPERANDS_LIMIT - LEAVES_LIMIT + 4)]
    leaves = [where(Lead, "last_name", "in", *many)]
    leaves += [where(Lead, "last_name", "is_not", f"x{number}") for number in range(LEAVES_LIMIT - 1)]
    deep, *others = leaves
    for level in range(LEVELS_LIMIT // 2 - 2):
        deep = ~(deep & others[level]) if level % 2 else ~(deep | others[level])
    wide = lm.AllOf(parts=leaves)
    for criterion in (deep, ~deep, wide, ~wide, lm.parse_criterion(Lead, str(wide))):
        assert sql.find(criterion).records == memory.find(criterion).records
        assert sql.count(criterion) == memory.count(criterion)
