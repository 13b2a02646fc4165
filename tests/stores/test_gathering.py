"""
The directory that a store makes for a batch answers as one of everything does, whatever the store is.

Three stores are asked: the one in memory, the one over SQLite, and one of somebody's own, which is four lines long.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Final, TypeVar

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadmodel as lm
from leadmodel import (
    Account,
    Activity,
    Changes,
    Contact,
    Criterion,
    Deal,
    Directory,
    Lead,
    Match,
    New,
    NewDeal,
    Note,
    Omit,
    Profile,
    Ref,
    Request,
    SocialUpdate,
    Task,
    classify_author,
    plan_conversion,
)
from leadmodel.directory import Wanted, keys_of
from leadmodel.entities import ENTITIES, DealContact, Entity
from leadmodel.networks import skeleton
from leadmodel.samples import World
from leadmodel.stores import PLACES, MemoryStore, PlainReader, SqlStore
from leadmodel.stores.gathering import gather
from leadmodel.stores.places import keys_at
from leadmodel.testing import strategies
from leadmodel.testing.strategies import NOW

E = TypeVar("E", bound=Entity)
TENANTS: Final = count()
SIMPLE: Final = lm.pipelines.SIMPLE

often = settings(max_examples=60, suppress_health_check=[*HealthCheck])


class Lines(PlainReader):
    """A store of one's own, in four lines."""

    def __init__(self, records: Iterable[Entity]) -> None:
        self.records = {(type(record), record.id): record for record in records}

    def get(self, record_type: type[E], record_id: str) -> E | None:
        """Give a record."""
        return self.records.get((record_type, record_id))  # type: ignore[return-value]  # the key says it

    def candidates(self, record_type: type[E], criterion: Criterion | None) -> Iterable[E]:
        """Give all records of a type."""
        del criterion  # all may match
        return [record for record in self.records.values() if isinstance(record, record_type)]


@pytest.fixture(scope="module")
def database() -> Iterator[SqlStore]:
    """Give a database in memory, of which each case takes a tenant of its own."""
    with SqlStore.open("sqlite://") as store:
        yield store


def stores(database: SqlStore, records: Sequence[Entity]) -> tuple[MemoryStore, SqlStore, Lines]:
    """Put records into three stores."""
    memory, sql = MemoryStore(), database.of_tenant(f"tenant {next(TENANTS)}")
    for store in (memory, sql):
        store.apply(Changes(created=records))
    return memory, sql, Lines(records)


def records_of(world: World) -> list[Entity]:
    """Give all records of a world that stores keep."""
    return [*world.leads, *world.contacts, *world.accounts, *world.deals, *world.children]


def everybody(records: Iterable[Entity], world: World) -> Directory:
    """Give a directory of everything, in order of id."""
    several = sorted(records, key=lambda record: record.id)

    def some(*types: type[Entity]) -> list[Any]:
        return [record for kind in types for record in several if type(record) is kind]

    return Directory.of(
        leads=some(Lead), contacts=some(Contact), accounts=some(Account), deals=some(Deal),
        children=some(Activity, Task, Note), pipelines=world.pipeline, partial=True,
    )  # fmt: skip


# Against everything


@often
@given(data=st.data())
def test_authors_are_classified_as_over_all_records(database: SqlStore, data: st.DataObject) -> None:
    """Every author of a feed, under any rules, with the same reasons: look-alikes, old handles, companies, roles."""
    world = data.draw(strategies.worlds())
    rules = data.draw(strategies.author_rules(strict=False))
    records = records_of(world)
    authors = [*world.updates, *(profile for holder in (*world.leads, *world.contacts) for profile in holder.profiles)]
    expected = [str(classify_author(author, everybody(records, world), rules=rules)) for author in authors]
    for store in stores(database, records):
        batch = store.directory_for(authors, pipelines=world.pipeline)

        assert [str(classify_author(author, batch, rules=rules)) for author in authors] == expected


CHOICES: Final = (Match(), New(), Omit(), Match(replace_account=True))


@often
@given(data=st.data())
def test_conversions_are_planned_as_over_all_records(database: SqlStore, data: st.DataObject) -> None:
    """Every lead, by every kind of request, with own fields, guards and policies: report and changes are the same."""
    world = data.draw(strategies.conversion_worlds())
    book = data.draw(strategies.playbooks(pipeline=world.pipeline, statuses=world.statuses))
    requests = data.draw(st.lists(strategies.conversion_requests(world), min_size=2, max_size=2))
    requests.append(Request(deal=NewDeal(name="Mill")))
    records = records_of(world)
    everything = everybody(records, world)
    three = stores(database, records)
    for lead in world.leads:
        for request in requests:
            asked = {"at": NOW, "playbook": book, "account": request.account, "contact": request.contact}
            expected = plan_conversion(lead, everything, deal=request.deal, **asked)
            for store in three:
                plan = plan_conversion(lead, store, deal=request.deal, **asked)

                assert str(plan) == str(expected)
                assert plan.changes == expected.changes


@settings(often, max_examples=30)
@given(data=st.data())
def test_lead_that_changed_since_is_planned_with_the_one_on_record(database: SqlStore, data: st.DataObject) -> None:
    """A caller's copy that is out of date, or of a lead that is not on record, meets whom everything would show it."""
    world = data.draw(strategies.conversion_worlds().filter(lambda drawn: drawn.leads))
    lead = world.leads[0]
    there = data.draw(st.booleans())
    records = [record for record in records_of(world) if there or record is not lead]
    other = data.draw(st.sampled_from(world.leads))
    stale = attrs.evolve(
        lead,
        company=other.company,
        last_name=other.last_name,
        emails=other.emails,
        website=other.website,
        contact_id=other.contact_id,
    )
    book = attrs.evolve(lm.playbooks.SIMPLE, pipelines=world.pipeline, namespace=lm.playbooks.ZOHO.namespace)
    expected = plan_conversion(stale, everybody(records, world), at=NOW, playbook=book)
    for store in stores(database, records):
        plan = plan_conversion(stale, store, at=NOW, playbook=book)

        assert (str(plan), plan.changes) == (str(expected), expected.changes)


# What comes along

CHAIN: Final = [Account(id=f"a{n}", name=f"Acme {n}", parent_id=f"a{n + 1}") for n in range(8)]
BOSSES: Final = [
    Contact(id=f"c{n}", last_name="Hopper", reports_to_id=f"c{n + 1}", account_id=f"a{n}" if n == 0 else "")
    for n in range(8)
]
COLLEAGUE: Final = Contact(id="colleague", last_name="Byron", account_id="a0")
STRANGER: Final = Contact(id="stranger", last_name="Nobody", account_id="a7")
DEALS: Final = [
    Deal(id="d-account", stage="Open", account_id="a0"),
    Deal(id="d-contact", stage="Open", contact_id="c0"),
    Deal(id="d-role", stage="Open", contacts=[DealContact(contact_id="c0")]),
    Deal(id="d-parent", stage="Open", account_id="a1"),
    Deal(id="d-stranger", stage="Open", contact_id="stranger"),
    Deal(id="d-nobody", stage="Open"),
]
LEADS: Final = [
    Lead(id="l0", last_name="Lovelace", company="acme  0", emails=["ada@acme.example"], contact_id="c2"),
    Lead(id="l1", last_name="Moor", profiles=[Profile("x", "m00r")]),
]
THEIR_DEALS: Final = "Deal: d-account d-contact d-parent d-role"
CHILDREN: Final = [
    Note(id="n0", about=LEADS[0].ref),
    Task(id="t0", subject="Call", about=LEADS[0].ref),
    Activity(id="v0", kind="call", at=NOW, about=LEADS[0].ref),
    Note(id="n1", about=LEADS[1].ref),
    Note(id="nc", about=Ref(Contact, "c0")),
]
ALL: Final = [*CHAIN, *BOSSES, COLLEAGUE, STRANGER, *DEALS, *LEADS, *CHILDREN]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([Ref(Contact, "c0")], f"Account: a0 a1 a2 a3; Contact: c0 c1 c2 c3 c4; {THEIR_DEALS}"),
        ([Ref(Account, "a0")], f"Account: a0 a1 a2 a3 a4; Contact: c0 c1 c2 c3 c4 colleague; {THEIR_DEALS}"),
        ([Ref(Account, "a5")], "Account: a5 a6 a7"),
        ([Ref(Deal, "d-nobody")], "Deal: d-nobody"),
        ([Ref(Lead, "l1")], "Lead: l1"),
        ([Ref(Lead, "l0")], "Contact: c2 c3 c4 c5 c6; Lead: l0"),
        ([Ref(Contact, "gone"), Ref(Note, "n0")], ""),
        ([LEADS[1]], "Lead: l1; Note: n1"),
        ([Lead(id="new", last_name="New", company="ACME 7")], "Account: a7; Contact: stranger; Deal: d-stranger"),
        ([Profile("x", "moor")], "Lead: l1"),
        ([SocialUpdate(id="u", author=Profile("x", "m00r"))], "Lead: l1"),
        ([Lead(id="new", last_name="New", profiles=[Profile("x", "moor")])], ""),
        ([Lead(id="new", last_name="New", emails=["ADA@acme.example"])], "Contact: c2 c3 c4 c5 c6; Lead: l0"),
        ([SocialUpdate(id="u")], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_batch_brings_who_belongs_to_it(database: SqlStore, wanted: list[Wanted], found: str) -> None:
    """Whoever is named, matches or looks alike; what they became; four steps up; deals, and what hangs on leads."""
    for store in stores(database, ALL):
        directory = store.directory_for(wanted, pipelines=SIMPLE)
        types = (Account, Contact, Deal, Lead, Note, Task, Activity)
        there = {kind.__name__: " ".join(sorted(each.id for each in directory.all(kind))) for kind in types}

        assert "; ".join(f"{name}: {ids}" for name, ids in there.items() if ids) == found


def test_lead_brings_what_it_became(database: SqlStore) -> None:
    """A converted lead comes with contact, account and deal of its conversion, also where it links another contact."""
    became = lm.Converted(at=NOW, contact_id="c7", account_id="a6", deal_id="d-nobody")
    lead = Lead(id="done", last_name="Done", conversion=became, contact_id="stranger")
    for store in stores(database, [*ALL, lead]):
        directory = store.directory_for([lead], pipelines=SIMPLE)

        assert sorted(each.id for each in directory.all(Contact)) == ["c7", "stranger"]
        assert sorted(each.id for each in directory.all(Account)) == ["a6", "a7"]
        assert sorted(each.id for each in directory.all(Deal)) == ["d-nobody", "d-stranger"]


def test_nothing_is_asked_twice_and_the_number_of_questions_is_bounded() -> None:
    """However many are wanted, a place is asked a few times, and about each key once."""
    sizes = []
    for number in (1, 50):
        asked: list[tuple[type[Entity], str, frozenset[str]]] = []
        memory = MemoryStore()
        memory.apply(Changes(created=ALL))

        def lookup(
            record_type: type[Entity],
            place: str,
            keys: Collection[str],
            memory: MemoryStore = memory,
            asked: list[tuple[type[Entity], str, frozenset[str]]] = asked,
        ) -> Iterable[Entity]:
            asked.append((record_type, place, frozenset(keys)))
            return memory.standing(record_type, place, keys)

        wanted = [
            Lead(id=f"w{n}", last_name="W", company="Acme 0", emails=[f"w{n}@acme.example"]) for n in range(number)
        ]
        gather(lookup, wanted, pipelines=SIMPLE)
        keys = [(kind, place, key) for kind, place, several in asked for key in several]
        assert len(set(keys)) == len(keys)
        sizes.append(len(asked))

    assert sizes[0] == sizes[1]


# Places


def test_places_are_named_by_type() -> None:
    """Every row says where its types stand; every record stands under its id."""
    for name, place in PLACES.items():
        assert place.name == name
        for kind in place.types:
            assert keys_at(kind, name) is place.keys
    for kind in ENTITIES:
        assert list(keys_at(kind, "id")(BOSSES[0])) == ["c0"]


@pytest.mark.parametrize(("kind", "place"), [(Lead, "emial"), (Lead, "account"), (Deal, "email"), (Task, "about ")])
def test_place_where_nobody_stands_is_told(database: SqlStore, kind: type[Entity], place: str) -> None:
    """A misspelt place, or one of another type, is an unknown name with the nearest known one."""
    memory, sql, lines = stores(database, ALL)
    for store in (memory, sql, lines):
        with pytest.raises(lm.UnknownName) as caught:
            list(store.standing(kind, place, ["k"]))

        assert (caught.value.kind, caught.value.name, caught.value.known[-1]) == ("place", place, "id")


@often
@given(world=strategies.worlds())
def test_records_stand_where_their_keys_say(database: SqlStore, world: World) -> None:
    """Asked for every key of every place, each store gives the records that have it, each once."""
    records = records_of(world)
    memory, sql, lines = stores(database, records)
    for place in PLACES.values():
        for kind in place.types:
            keys = {key for record in records if type(record) is kind for key in place.keys(record)}
            for some in (keys, set(list(keys)[:1]), {"nobody"}):
                expected = sorted(each.id for each in lines.standing(kind, place.name, some))
                for store in (memory, sql):
                    assert sorted(each.id for each in store.standing(kind, place.name, some)) == expected


@given(profile=strategies.profiles())
def test_look_alike_key_is_the_skeleton_of_the_identity(profile: Profile) -> None:
    """Whoever holds a profile is found by how each of its keys looks."""
    lead = Lead(id="l", last_name="Lovelace", profiles=[profile])

    assert set(PLACES["look-alike"].keys(lead)) == {skeleton(key) for key in keys_of(profile)}
    assert set(PLACES["profile"].keys(lead)) == set(keys_of(profile))
