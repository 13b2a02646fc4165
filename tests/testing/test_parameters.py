"""What can be asked of strategies: stages, statuses, networks, currencies, data of nobody, full records."""

import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty
from tests.house import SOURCE
from tests.pages import bare
from tests.testing.drawing import drawn, refused, smallest, told

from leadmodel import (
    ENTITIES,
    NETWORKS,
    Account,
    Activity,
    Contact,
    ConversionRules,
    CustomField,
    Deal,
    DealContact,
    EmailAddress,
    Lead,
    Money,
    Network,
    Note,
    Outcome,
    PhoneNumber,
    Pipeline,
    Playbook,
    Profile,
    Ref,
    SocialUpdate,
    Stage,
    Status,
    Statuses,
    StatusKind,
    Task,
    Transition,
    author_rules,
    pipelines,
    playbooks,
    sort_feed,
    statuses,
    where,
)
from leadmodel.entities import Entity, facts_of
from leadmodel.processes.statuses import PRESETS
from leadmodel.samples import World
from leadmodel.testing import strategies
from leadmodel.testing.hook import strategy_name
from leadmodel.testing.strategies import NOW
from leadmodel.testing.strategies.field import STATES, Wish
from leadmodel.testing.strategies.fitting import Asked, fitting

#: Types of records with profiles, with amounts, with personal data, and those that can be filled whole.
WITH_PROFILES: Final = (Lead, Contact, Account, SocialUpdate)
WITH_MONEY: Final = (Lead, Account, Deal)
PERSONAL: Final = (Lead, Contact, Account, Deal, SocialUpdate, Activity, Note)


#: Values that are looked at as a whole.
ATOMS: Final = (Money, Profile, PhoneNumber, EmailAddress)


def records(record_type: type[Entity], **wished: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401  (whatever is wished)
    """Give the strategy for a type of record, with wishes."""
    made: st.SearchStrategy[Any] = getattr(strategies, strategy_name(record_type))(**wished)
    return made


def parts_of(value: object) -> Iterator[object]:
    """Give a value and all that it is made of; the names of custom fields are not."""
    yield value
    inner: Any = ()
    if isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, tuple | frozenset):
        inner = value
    elif attrs.has(type(value)) and not isinstance(value, ATOMS):
        inner = attrs.asdict(value, recurse=False, filter=lambda field, _: field.init).values()  # type: ignore[arg-type]
    for each in inner:
        yield from parts_of(each)


def profiles_in(value: object) -> set[str]:
    """Give the networks of all profiles in a value."""
    return {part.network for part in parts_of(value) if isinstance(part, Profile)}


# Networks and currencies


@pytest.mark.parametrize("record_type", WITH_PROFILES, ids=lambda each: each.__name__)
def test_profiles_are_on_the_wished_network(record_type: type[Entity]) -> None:
    """Wherever a record holds a profile."""
    seen = drawn(records(record_type, network="mastodon", full=True), 20)

    assert {network for record in seen for network in profiles_in(record)} == {"mastodon"}


@pytest.mark.parametrize("record_type", WITH_MONEY, ids=lambda each: each.__name__)
def test_amounts_are_in_the_wished_currency(record_type: type[Entity]) -> None:
    """Wherever a record has a field for an amount."""
    seen = drawn(records(record_type, currency="CHF", full=True, own=()), 20)

    assert {part.currency for each in seen for part in parts_of(each) if isinstance(part, Money)} == {"CHF"}


def test_moves_are_in_the_wished_currency() -> None:
    """The amount that a move was made with."""
    seen = {move.amount and move.amount.currency for move in drawn(strategies.stage_changes(currency="CHF"), 40)}

    assert seen == {None, "CHF"}


# Stages and statuses


def test_deals_stand_in_any_of_several_pipelines() -> None:
    """Given as several or by key, as a playbook has them; a wish narrows all of them."""
    several = (pipelines.SIMPLE, pipelines.HUBSPOT)
    won = drawn(strategies.deals(pipeline={each.key: each for each in several}, outcome=Outcome.WON), 40)

    assert {(deal.pipeline, deal.stage) for deal in won} == {("simple", "Won"), ("hubspot", "closedwon")}
    assert {deal.pipeline for deal in drawn(strategies.deals(pipeline=several), 40)} == {"simple", "hubspot"}


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"status": "Contacted"}, {("Contacted", False)}),
        ({"status": "Converted"}, {("Converted", True)}),
        ({"kind": StatusKind.UNQUALIFIED}, {("Unqualified", False)}),
        ({"kind": StatusKind.CONVERTED}, {("Converted", True)}),
        ({"kind": StatusKind.CONVERTED, "conversion": None}, {("Converted", False)}),
    ],
    ids=str,
)
def test_leads_stand_in_the_wished_status(wish: dict[str, Any], expected: set[tuple[str, bool]]) -> None:
    """And are converted where it means that, unless the caller says otherwise."""
    leads = drawn(strategies.leads(statuses=statuses.SIMPLE, **wish), 30)

    assert {(lead.status, lead.conversion is not None) for lead in leads} == expected


@pytest.mark.parametrize("wish", [{"status": "Contact"}, {"status": "New", "kind": StatusKind.CONVERTED}], ids=str)
def test_leads_in_no_status_cannot_be_asked_for(wish: dict[str, Any]) -> None:
    """A status that is not there, or means something else, is found when the strategy is made."""
    with pytest.raises(ValueError, match="no status of 'simple' has the key"):
        strategies.leads(statuses=statuses.SIMPLE, **wish)


# Nobody's data


def looks_like_nobody(part: object) -> bool:
    """Tell whether a text, an e-mail address, a number or a profile is a placeholder."""
    if isinstance(part, PhoneNumber):
        return part.number.startswith("+00 555 010")
    if isinstance(part, EmailAddress):
        return part.address.endswith("@nobody.example")
    if isinstance(part, Profile):
        return (not part.handle or "nobody" in part.handle) and (
            not part.uid or "nobody" in part.uid or part.uid.startswith("900000000000000000")
        )
    return not isinstance(part, str) or not part or "nobody" in part.casefold()


def personal_parts(record: Entity) -> Iterator[object]:
    """Give what stands in the fields of a record that hold personal data, and all addresses of any kind in it."""
    for name, fact in facts_of(type(record)).items():
        whole = parts_of(getattr(record, name))
        yield from whole if fact.personal else (part for part in whole if isinstance(part, ATOMS))


@pytest.mark.parametrize("record_type", PERSONAL, ids=lambda each: each.__name__)
def test_records_of_nobody_hold_placeholders(record_type: type[Entity]) -> None:
    """Every field that holds personal data, whichever there will be, and every address and profile."""
    for record in (
        *drawn(records(record_type, personal=False), 30),
        *drawn(records(record_type, personal=False, full=True), 20),
    ):
        assert [part for part in personal_parts(record) if not looks_like_nobody(part)] == []


def test_organisations_and_pages_of_nobody_are_placeholders() -> None:
    """Names of companies, postal addresses and web addresses look like nobody's too."""
    (one, *_) = drawn(strategies.accounts(personal=False, full=True), 1)

    assert "Nobody" in one.name
    assert one.website.startswith("https://nobody.example/")
    assert "Nobody's Lane" in str(one.address)


@pytest.mark.parametrize("network", sorted(NETWORKS))
def test_every_network_has_profiles_of_nobody(network: str) -> None:
    """Handles are placeholders that the pattern of the network admits."""
    seen = drawn(strategies.profiles(network=network, personal=False), 20)

    assert all(looks_like_nobody(profile) for profile in seen)
    assert all(
        looks_like_nobody(Profile(network, handle)) for handle in drawn(strategies.handles(network, personal=False), 5)
    )
    assert {profile.network for profile in seen} == {network}


def test_network_that_admits_no_placeholder_gives_what_it_admits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing better can be had."""
    row = Network(key="dial", label="Dial", handle=re.compile("[0-9]{4}"), form="4 digits", uid=re.compile("[A-F]"))
    monkeypatch.setitem(NETWORKS, "dial", row)
    seen = drawn(strategies.profiles(network="dial", personal=False), 20)

    assert all(re.fullmatch("[0-9]{4}|", profile.handle) for profile in seen)
    assert {"A"} <= set(drawn(strategies.stable_ids("dial", personal=False), 20))
    assert drawn(strategies.worlds(network="dial"), 40)


def test_values_of_nobody_are_placeholders() -> None:
    """Each value that a strategy gives for nobody."""
    made = (
        strategies.names(personal=False), strategies.email_addresses(personal=False),
        strategies.phone_numbers(personal=False), strategies.addresses(personal=False).map(str),
    )  # fmt: skip

    assert [each for strategy in made for each in drawn(strategy, 5) if not looks_like_nobody(each)] == []


# Full records


@pytest.mark.parametrize("record_type", ENTITIES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("personal", [True, False])
def test_full_records_hold_something_in_every_field(record_type: type[Entity], personal: bool) -> None:
    """Whichever fields there will be; what a state of the record sets depends on it."""
    wish = {} if record_type is Task else {"personal": personal}
    declared = attrs.fields_dict(record_type)
    several = drawn(records(record_type, full=True, **wish), 10)
    empty = {
        name for record in several for name in facts_of(record_type)
        if name not in STATES | {"contacts"} and getattr(record, name) in {declared[name].default, None, ""}
    }  # fmt: skip

    assert empty == set()


def test_full_deals_have_a_history_and_full_leads_a_status() -> None:
    """What depends on a state is there as far as it can be."""
    assert all(deal.history and deal.created_at for deal in drawn(strategies.deals(full=True), 20))
    assert all(lead.status for lead in drawn(strategies.leads(full=True), 20))


def test_own_fields_are_filled_as_they_were_declared() -> None:
    """An organisation's own field is drawn the day it is declared, and is never anybody's where nothing is to be."""
    own = (CustomField("size", "number"), CustomField("words", "collection"), CustomField("note", "text"))
    for lead in drawn(strategies.leads(own=own), 30):
        assert lead.custom.keys() == {"size", "words", "note"}
        assert isinstance(lead.custom["words"], tuple)

    (nobodys, *_) = drawn(strategies.contacts(own=own, personal=False), 1)
    assert "Nobody" in nobodys.custom["note"]
    assert "Nobody" in nobodys.custom["words"][0]
    assert drawn(strategies.deals(own=()), 1)[0].custom == {}


# Worlds that fit

DEAR: Final = where(Deal, "amount", "at_least", Money(500, "EUR"))
#: A playbook that asks for something on the way: fields, own ones, related ones, and guards.
SELLING: Final = Playbook(
    key="selling",
    pipelines=[
        Pipeline(
            key="new",
            stages=[
                Stage("Talk", "Talk", Outcome.OPEN),
                Stage("Offer", "Offer", Outcome.OPEN, requires=["amount", "contact_id", "custom.size"]),
                Stage("Won", "Won", Outcome.WON, requires=["amount", "contacts"], guard=DEAR),
                Stage("Lost", "Lost", Outcome.LOST, requires=["loss_reason"]),
            ],
            transitions=[
                Transition(name="offer", come_from=["Talk"], to="Offer"),
                Transition(name="win", come_from=["Offer"], to="Won"),
                Transition(name="lose", come_from=["Talk", "Offer"], to="Lost"),
            ],
            fields=[CustomField("size", "number")],
        ),
        Pipeline(key="renewal", stages=[Stage("Due", "Due", Outcome.OPEN), Stage("Renewed", "Renewed", Outcome.WON)]),
        Pipeline(key="former", stages=[], retired=[Stage("Old", "Old", Outcome.WON)]),
    ],
    statuses=Statuses(
        key="own",
        members=[
            Status("Fresh", "Fresh", StatusKind.NEW, requires=["source"]),
            Status(
                "Good",
                "Good",
                StatusKind.QUALIFIED,
                requires=["address.city"],
                guard=where(Lead, "rating", "is", "hot"),
            ),
            Status("Done", "Done", StatusKind.CONVERTED),
        ],
    ),
    conversion=ConversionRules(requires=["emails", "custom.budget"], fields=[CustomField("budget", "money")]),
)


@pytest.fixture(scope="module")
def fitted() -> list[World]:
    """Worlds of that playbook, bare and full."""
    return [
        *drawn(strategies.worlds(playbook=SELLING), 60),
        *drawn(strategies.worlds(playbook=SELLING, full=True, size=2), 12),
    ]


def test_deals_hold_what_their_stage_asks_for(fitted: list[World]) -> None:
    """Required fields and guards, of all pipelines in which deals can stand; each stage is reached."""
    deals = [(world, deal) for world in fitted for deal in world.deals]
    for world, deal in deals:
        pipeline = SELLING.pipelines[deal.pipeline]
        stage = pipeline.stage(deal.stage)
        assert [path for path in stage.requires if pipeline.lacks(path).holds(deal)] == []
        assert stage.guard is None or stage.guard.holds(deal)
        assert {deal.contact_id, *(each.contact_id for each in deal.contacts)} <= {"", *(c.id for c in world.contacts)}

    assert {deal.stage for _, deal in deals} == {"Talk", "Offer", "Won", "Lost", "Due", "Renewed"}
    assert all(len(world.directory()) == len(world.records) for world in fitted)
    assert all(
        sort_feed(world.updates, world.directory(), rules=world.rules).all or not world.updates for world in fitted
    )


def test_leads_hold_what_their_status_and_their_conversion_ask_for(fitted: list[World]) -> None:
    """Each status is reached, and none, and a lead that was converted could be."""
    leads = [lead for world in fitted for lead in world.leads]
    for lead in leads:
        status = SELLING.statuses.find(lead.status or "")
        assert (status is not None and status.kind is StatusKind.CONVERTED) is (lead.conversion is not None)
        assert lead.conversion is None or [*SELLING.conversion.missing(lead)] == []
        if status is not None:
            assert [path for path in status.requires if SELLING.statuses.lacks(path).holds(lead)] == []
            assert status.guard is None or status.guard.holds(lead)

    assert {lead.status for lead in leads} == {None, "Fresh", "Good", "Done"}


def test_histories_go_ways_that_are_open(fitted: list[World]) -> None:
    """From the beginning to the stage that the deal stands in."""
    stories = [deal for world in fitted for deal in world.deals if deal.history]
    for deal in stories:
        pipeline = SELLING.pipelines[deal.pipeline]
        for move in deal.history:
            start = None if move.come_from is None else pipeline.stage(move.come_from)
            assert pipeline.way(start, pipeline.stage(move.to)).is_open

    assert {(move.come_from, move.to) for deal in stories for move in deal.history} >= {
        (None, "Talk"), ("Due", "Renewed"), (None, "Due"),
    }  # fmt: skip


def test_full_worlds_have_the_fields_that_the_playbook_declares(fitted: list[World]) -> None:
    """Own fields of deals and of leads, and any where none are declared."""
    full = [world for world in fitted if world.leads and "budget" in world.leads[0].custom and world.leads[0].title]

    assert full
    assert all(lead.custom.keys() == {"budget"} for world in full for lead in world.leads)
    assert {"size"} in [set(deal.custom) for world in fitted for deal in world.deals]


@pytest.mark.parametrize("fault", ["nowhere", "former"])
def test_deal_that_fits_nowhere_is_left_out(fault: str) -> None:
    """Where no stage can be met, or there is none of today, the world has no deals."""
    never = where(Deal, "priority", "above", 3) & where(Deal, "priority", "below", 3)
    impossible = Pipeline(key="p", stages=[Stage("Gate", "Gate", Outcome.OPEN, guard=never)])
    former = Pipeline(key="p", stages=[], retired=[Stage("Old", "Old", Outcome.OPEN)])
    book = attrs.evolve(playbooks.SIMPLE, pipelines=impossible if fault == "nowhere" else former)

    worlds = drawn(strategies.worlds(playbook=book, size=2), 15)
    born = [each for change in drawn(strategies.changes_to(worlds[0]), 60) for made in change for each in made.created]

    assert [deal for world in worlds for deal in world.deals] == []
    assert {world.pipeline for world in worlds} == {book.pipelines["p"]}
    assert {Deal, Contact} & {type(record) for record in born} == {Contact}


def test_lead_that_cannot_be_converted_or_stand_anywhere_has_no_status() -> None:
    """It stays as it is."""
    never = where(Lead, "priority", "above", 3) & where(Lead, "priority", "below", 3)
    gated = Statuses(
        key="s", members=[Status("A", "A", StatusKind.NEW, guard=never), Status("Z", "Z", StatusKind.CONVERTED)]
    )
    book = Playbook(key="b", pipelines=pipelines.SIMPLE, statuses=gated, conversion=ConversionRules(guard=never))
    leads = [lead for world in drawn(strategies.worlds(playbook=book, size=2), 15) for lead in world.leads]

    assert {(lead.status, lead.conversion) for lead in leads} == {(None, None)}


#: Guards that can be met by a deal alone.
_SIZE: Final = (CustomField("size", "number"),)
GUARDS: Final = (
    where(Deal, "amount", "above", Money(500, "EUR")),
    where(Deal, "amount.currency", "is", "CHF"),
    where(Deal, "priority", "above", 3),
    where(Deal, "priority", "below", 3) & where(Deal, "priority", "above", 1),
    where(Deal, "probability", "is_empty") & where(Deal, "next_step", "is", "call"),
    where(Deal, "closes_on", "next_days", 10),
    where(Deal, "closes_on", "below", NOW.date()),
    where(Deal, "last_activity_at", "older_than_days", 30),
    where(Deal, "last_activity_at", "above", NOW),
    where(Deal, "tags", "has_all", ["vip"]),
    where(Deal, "custom.size", "at_most", -7, fields=_SIZE),
    where(Deal, "custom.size", "is_empty", fields=_SIZE) & where(Deal, "source", "in", ["Web", "Fair"]),
    ~where(Deal, "loss_reason", "is_empty"),
)


@pytest.mark.parametrize("guard", GUARDS, ids=str)
def test_guards_are_met_by_what_they_name_and_its_neighbours(guard: Any) -> None:  # noqa: ANN401  (a criterion on deals)
    """A deal that holds something else is given what the guard asks for."""
    held = Deal(
        id="d1", stage="Gate", probability=50, next_step="wait", custom={"size": 5}, closes_on=NOW.date(),
        last_activity_at=NOW,
    )  # fmt: skip

    (deal, *_) = drawn(fit(held, Asked((), (guard,))), 1)
    assert guard.holds(deal, NOW)


def test_guard_about_another_record_is_not_met_by_changing_that() -> None:
    """Nor is one about a field that a verb owns."""
    guard = where(Deal, "account.industry", "is", "Steel")
    stage = where(Deal, "stage", "is", "Gate")
    there: dict[Ref, Entity] = {Ref(Account, "a1"): Account(id="a1", name="Acme", industry="Steel")}
    deal = Deal(id="d1", stage="Talk", account_id="a1")

    assert drawn(fit(deal, Asked((), (guard,)), there), 1) == [deal]
    assert drawn(fit(attrs.evolve(deal, account_id=""), Asked((), (guard,)), there), 1) == [None]
    assert drawn(fit(deal, Asked((), (stage,)), there), 1) == [None]


def test_required_people_are_those_on_record() -> None:
    """The primary contact is named once; where nobody is there, nothing can be named."""
    lacks = tuple(where(Deal, path, "is_empty") for path in ("contact_id", "contacts"))
    one: dict[Ref, Entity] = {Ref(Contact, "c1"): Contact(id="c1")}
    two = {**one, Ref(Contact, "c2"): Contact(id="c2")}
    deal = Deal(id="d1", stage="Talk", contacts=[DealContact(contact_id="c1")])

    assert drawn(fit(deal, Asked(lacks[:1], ()), one), 1) == [attrs.evolve(deal, contact_id="c1", contacts=())]
    assert drawn(fit(deal, Asked(lacks, ()), one), 1) == [None]
    assert drawn(fit(deal, Asked(lacks, ()), two), 1)[0].contacts == (DealContact(contact_id="c2"),)
    assert drawn(fit(Deal(id="d1", stage="Talk"), Asked(lacks, ()), {}), 1) == [None]


def test_value_that_a_field_cannot_hold_leaves_the_record_as_it_is() -> None:
    """Neighbours of an operand may lie beyond what there can be."""
    guard = where(Deal, "probability", "above", 99)

    assert drawn(fit(Deal(id="d1", stage="Talk", probability=0), Asked((), (guard,))), 1)[0].probability == 100
    assert drawn(fit(Deal(id="d1", stage="Talk"), Asked((), (where(Deal, "probability", "above", 100),))), 1) == [None]


@st.composite
def fit(draw: st.DrawFn, record: Any, asked: Asked, there: Mapping[Ref, Entity] | None = None) -> Any:  # noqa: ANN401  (a record)
    """Give a record with what is asked of it, or None."""
    return fitting(draw, record, asked, there or {}, Wish())


# Worlds as they are wished for


def test_worlds_carry_the_tables_that_are_given() -> None:
    """One, several, or drawn ones; Zoho's unless asked otherwise."""
    both = (author_rules.ZOHO, author_rules.HUBSPOT)
    tables = strategies.author_rules(strict=False)

    assert {world.rules for world in drawn(strategies.worlds(size=0), 5)} == {author_rules.ZOHO}
    assert {world.rules for world in drawn(strategies.worlds(size=0, tables=both), 30)} == set(both)
    assert {w.rules for w in drawn(strategies.worlds(size=0, tables=author_rules.HUBSPOT), 5)} == {author_rules.HUBSPOT}
    assert len({world.rules.name for world in drawn(strategies.worlds(size=0, tables=tables), 10)}) > 1


def test_worlds_are_drawn_for_playbooks_that_are_drawn() -> None:
    """Each fits its own."""
    worlds = drawn(strategies.worlds(playbook=strategies.playbooks(), size=1), 15)
    leads = {(world.statuses.key, lead.status) for world in worlds for lead in world.leads if lead.status}

    assert len({world.playbook for world in worlds}) > 1
    assert all(PRESETS[key].find(status) for key, status in leads)
    assert all({d.pipeline for d in world.deals} <= {"", *world.pipelines} for world in worlds)


def test_conversion_worlds_stand_in_several_pipelines() -> None:
    """Of the playbook that is given, or drawn; leads in its statuses, or in what there is not any more."""
    worlds = drawn(strategies.conversion_worlds(playbook=st.just(SELLING), size=2), 40)

    assert {deal.pipeline for world in worlds for deal in world.deals} == {"new", "renewal"}
    assert {lead.status for world in worlds for lead in world.leads} <= {None, "Fresh", "Good", "Done", "gone"}
    assert all(len(world.directory()) == len(world.records) for world in worlds)


def test_worlds_keep_to_a_network_a_currency_and_nobody() -> None:
    """In everything that they hold, the feed and its strangers too."""
    worlds = drawn(
        strategies.worlds(full=True, personal=False, network="mastodon", currency="CHF", playbook=SELLING, size=2), 15
    )
    everything = [record for world in worlds for record in (*world.records, *world.updates)]
    amounts = {each.amount.currency for each in everything if isinstance(each, Deal) and each.amount}

    assert {network for record in everything for network in profiles_in(record)} == {"mastodon"}
    assert amounts <= {"CHF", "EUR"}
    assert [part for each in everything for part in personal_parts(each) if not looks_like_nobody(part)] == []


def test_bare_worlds_of_nobody_name_nobody() -> None:
    """Names and e-mail addresses that worlds give by themselves."""
    worlds = drawn(strategies.worlds(personal=False), 20)
    everything = [record for world in worlds for record in (*world.records, *world.updates)]

    assert {lead.last_name for world in worlds for lead in world.leads} == {"Nobody 1"}
    assert {account.name for world in worlds for account in world.accounts} == {"Nobody 1"}
    texts = [part for each in everything for part in personal_parts(each) if not looks_like_nobody(part)]
    assert {*texts} <= {"A note.", "stranger", Profile("x", "stranger")}


@pytest.mark.parametrize("wish", [{"full": True}, {"playbook": SELLING}], ids=["full", "playbook"])
def test_nearly_every_wished_world_is_valid_at_once(wish: dict[str, Any]) -> None:
    """Wishes are met by drawing, not by throwing away."""
    assert refused(strategies.worlds(**wish, size=1), 60) <= 0.03


# New rows


def test_new_network_is_drawn_as_soon_as_it_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """By strategies that were there before: a row that is registered is drawn from at once."""
    before = strategies.social_updates(full=True)
    row = Network(key="guestbook", label="Guestbook", handle=re.compile("guest[0-9]"), form="guest and a digit")
    monkeypatch.setitem(NETWORKS, "guestbook", row)

    assert told(before, profiles_in, {"guestbook"}) >= {"guestbook"}
    worlds = drawn(strategies.worlds(network="guestbook", size=1), 20)
    assert {network for world in worlds for contact in world.contacts for network in profiles_in(contact)} == {
        "guestbook"
    }


def test_new_stage_status_and_own_field_are_drawn_as_soon_as_the_playbook_has_them() -> None:
    """Of a playbook that an organisation writes."""
    stage, status = Stage("Pilot", "Pilot", Outcome.OPEN), Status("Parked", "Parked", StatusKind.WORKING)
    field = CustomField("colour", "text")
    pipeline = attrs.evolve(pipelines.SIMPLE, stages=[*pipelines.SIMPLE.stages, stage], fields=[field])
    several = attrs.evolve(statuses.SIMPLE, members=[*statuses.SIMPLE.members, status])
    book = Playbook(key="own", pipelines=pipeline, statuses=several)

    worlds = drawn(strategies.worlds(playbook=book), 60)
    full = drawn(strategies.worlds(playbook=book, full=True, size=1), 20)
    assert "Pilot" in {deal.stage for world in worlds for deal in world.deals}
    assert "Parked" in {lead.status for world in worlds for lead in world.leads}
    assert {"colour"} in [set(deal.custom) for world in full for deal in world.deals]


#: Rows as somebody would write them into the source: the file, a line that stands there, and what is put before it.
ROWS: Final = (
    (
        "networks/rows.py", '    Network(\n        key="mastodon",',
        '    Network(key="guestbook", label="Guestbook", handle=re.compile(r"guest[0-9]"), form="-"),\n',
    ),
    (
        "processes/pipelines.py", '    Stage("Id. Decision Makers",           "Identify Decision Makers", ',
        '    Stage("Pilot", "Pilot", _OPEN),\n',
    ),
    ("processes/statuses.py", '    Status("Attempted to Contact",', '    Status("Parked", "Parked", _WORKING),\n'),
    ("entities/activity.py", '    CALL = "call"\n', '    VISIT = "visit"\n'),
    (
        "entities/contact.py", "    source: str",
        '    nickname: str = attrs.field(default="", metadata=holds(Kind.LINE, personal=True))\n',
    ),
)  # fmt: skip
#: What draws until all of them have come, and says which have not.
DRAWS: Final = """
from hypothesis import HealthCheck, Phase, given, settings
from leadmodel.testing import strategies
wanted = {"guestbook", "Pilot", "Parked", "visit", "nickname"}
small = strategies.worlds(size=2, full=True, personal=False)
@settings(max_examples=1_000, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(strategies.profiles(), strategies.deals(contacts=()), strategies.leads(conversion=None),
       strategies.activities(), strategies.contacts(full=True, personal=False))
def draw(profile, deal, lead, activity, contact):
    if wanted:
        wanted.difference_update({profile.network, deal.stage, lead.status, activity.kind.value})
        wanted.difference_update({"nickname"} if "Nobody" in contact.nickname else ())
draw()
print(sorted(wanted))
"""


def test_new_row_in_the_source_is_drawn_the_same_day(tmp_path: Path) -> None:
    """A network, a stage, a status, a kind and a field: whoever writes the row needs to do no more."""
    shutil.copytree(SOURCE, tmp_path / "leadmodel", ignore=shutil.ignore_patterns("__pycache__"))
    for name, line, row in ROWS:
        path = tmp_path / "leadmodel" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(line) == 1, f"{line!r} stands in {name} {text.count(line)} times"
        path.write_text(text.replace(line, row + line), encoding="utf-8")

    assert without_pytest(DRAWS, path=tmp_path) == "[]\n"


# Used by people


def without_pytest(script: str, *, path: Path = SOURCE.parent) -> str:
    """Run a script in which pytest cannot be imported, and give what it prints."""
    blocked = "import sys\nsys.modules['pytest'] = sys.modules['_pytest'] = None\n"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", blocked + script], capture_output=True, text=True, check=False,
        env={**environment, "PYTHONPATH": str(path)},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    return done.stdout


def test_strategies_and_laws_need_no_pytest() -> None:
    """A script finds, tests and checks by plain calls."""
    script = """
import leadmodel as lm
from hypothesis import find, given, settings
from leadmodel.samples import World
from leadmodel.testing import StoreConformance, laws, strategies

@settings(max_examples=5, database=None)
@given(strategies.worlds(playbook=lm.playbooks.ZOHO, tables=lm.author_rules.HUBSPOT, size=1))
def every_feed_is_sorted(world):
    assert len(lm.sort_feed(world.updates, world.directory(), rules=world.rules).all) == len(world.updates)

every_feed_is_sorted()
plain = settings(max_examples=200, derandomize=True, database=None)
world = find(strategies.worlds(), lambda world: bool(world.deals), settings=plain)
laws.check_author_rules(lm.author_rules.ZOHO)
print(type(world) is World, len(world.deals), "pytest" in StoreConformance.__module__)
"""
    assert without_pytest(script) == "True 1 False\n"


@pytest.mark.parametrize("name", sorted(set(strategies.__all__) - {"NOW"}))
def test_every_strategy_says_what_a_draw_costs(name: str) -> None:
    """In its docstring; the benchmarks measure it."""
    text = inspect.getdoc(getattr(strategies, name)) or ""

    assert re.search(r"About [\d.]+ (?:µs|ms) a draw", text), text


# Shown


def test_small_world_shows_its_records_and_a_large_one_their_numbers() -> None:
    """As a person reads them: a line for each record, with what it holds."""
    world = World(
        leads=(Lead(id="l1", last_name="Ada", tags={"b", "a"}),),
        contacts=(Contact(id="c1", profiles=[Profile("x", "ada", uid="1"), Profile("x", uid="2")], created_at=NOW),),
        accounts=(), children=(),
        deals=(
            Deal(id="d1", stage="Won", contact_id="c1"), Deal(id="d2", stage="?", pipeline="?"),
            Deal(
                id="d3", stage="Lost", pipeline="simple",
                contacts=[DealContact(contact_id="c1", role="user"), DealContact(contact_id="c2")],
            ),
        ),
        updates=(SocialUpdate(id="u1", author=Profile("x", "ada")),),
        misfiled=Deal(id="d9", stage="?"), playbook=playbooks.SIMPLE,
    )  # fmt: skip

    assert [line.rstrip() for line in str(world).splitlines()[2:]] == [
        "lead           l1  tags a and b, last name Ada",
        "contact        c1  created at 2026-06-03 09:30, profiles x:ada #1 and x#2",
        "deal           d1  stage Won (won), contact id c1",
        "deal           d2  pipeline ?, stage ?",
        "deal           d3  pipeline simple, stage Lost (lost), contacts c1 (user) and c2",
        "social update  u1  author x:ada",
    ]
    assert "<td>deal</td><td>d1</td><td>stage Won (won), contact id c1</td>" in bare(world._repr_html_())
    assert str(attrs.evolve(world, updates=world.updates * 20)).splitlines()[2:] == [
        "leads     1", "contacts  1", "accounts  0", "deals     3", "updates   20",
    ]  # fmt: skip
    assert repr(world) == "World(1 lead, 1 contact, 0 accounts, 3 deals, 1 update)"


def test_failing_world_shows_the_tables_that_are_not_the_usual_ones() -> None:
    """By their names."""
    world = smallest(strategies.worlds(tables=author_rules.HUBSPOT), lambda _: True)

    assert pretty(world) == "World(playbook=playbooks.SIMPLE, rules=author_rules.HUBSPOT)"
