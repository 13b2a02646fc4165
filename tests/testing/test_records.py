"""Records as they are drawn: every field, every choice, stories that hold together, options that are kept."""

from collections.abc import Callable, Hashable, Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.testing.drawing import drawn, smallest, told

from leadmodel import (
    ENTITIES,
    Activity,
    ActivityKind,
    Contact,
    Converted,
    Deal,
    DealContact,
    Directory,
    Lead,
    Outcome,
    Pipeline,
    Profile,
    Rating,
    Ref,
    Relation,
    Stage,
    StatusKind,
    pipelines,
    statuses,
)
from leadmodel.entities import Entity
from leadmodel.testing import strategies
from leadmodel.testing.hook import strategy_name


def strategy_of(record_type: type[Entity]) -> Callable[..., st.SearchStrategy[Any]]:
    """Give the strategy for a type of record."""
    made: Callable[..., st.SearchStrategy[Any]] = getattr(strategies, strategy_name(record_type))
    return made


def with_little_but(record_type: type[Entity], *names: str) -> st.SearchStrategy[Any]:
    """Give the strategy for a type of record with these optional fields free and the others at their defaults."""
    fixed = {
        field.name: field.default for field in attrs.fields(record_type)
        if field.init and field.default is not attrs.NOTHING and field.name not in names
    }  # fmt: skip
    return strategy_of(record_type)(**fixed)


@pytest.mark.parametrize("record_type", ENTITIES)
def test_every_field_is_drawn(record_type: type[Entity]) -> None:
    """Every field of every record is left at its default and filled; a deal always names its pipeline."""
    fields = [field for field in attrs.fields(record_type) if field.init]
    optional = [f for f in fields if f.default is not attrs.NOTHING and (record_type, f.name) != (Deal, "pipeline")]
    wanted = {record_type, *((f.name, "filled") for f in fields), *((f.name, "default") for f in optional)}

    def tell(record: Entity) -> Iterator[Hashable]:
        yield type(record)
        for field in fields:
            yield field.name, "default" if getattr(record, field.name) == field.default else "filled"

    assert told(strategy_of(record_type)(), tell, wanted) == wanted


@pytest.mark.parametrize("record_type", ENTITIES)
def test_fields_can_be_given_as_values_or_strategies(record_type: type[Entity]) -> None:
    """What a caller knows is kept, and what they draw is drawn."""
    made = strategy_of(record_type)

    assert {record.id for record in drawn(made(id="7"), 20)} == {"7"}
    assert {record.id for record in drawn(made(id=st.sampled_from(("7", "8"))), 40)} == {"7", "8"}


def test_unknown_field_is_refused_at_once() -> None:
    """A slip of the pen is found when the strategy is made, not when it is drawn from."""
    with pytest.raises(TypeError, match="a Lead has no field compny; it has id, "):
        strategies.leads(compny="Acme")


def test_activities_have_every_kind() -> None:
    """A kind that is added to the list is drawn."""
    assert told(with_little_but(Activity, "kind"), lambda activity: [activity.kind], ActivityKind) == set(ActivityKind)


def test_leads_and_contacts_have_every_rating_and_relation() -> None:
    """A choice that is added to a list is drawn."""
    assert {lead.rating for lead in drawn(strategies.leads(rating=st.sampled_from(Rating)), 60)} == set(Rating)
    assert told(with_little_but(Contact, "relations"), lambda contact: contact.relations, Relation) == set(Relation)


@given(strategies.leads(statuses=statuses.SIMPLE))
def test_converted_leads_stand_in_a_converted_status(lead: Lead) -> None:
    """A lead's status is one of the organisation's and agrees with its conversion, or is not set."""
    converted = lead.conversion is not None
    kinds = {m.key: m.kind is StatusKind.CONVERTED for m in statuses.SIMPLE.members}

    assert lead.status is None or kinds[lead.status] is converted


def test_leads_reach_every_status() -> None:
    """Each status of the list is drawn."""
    wished = {lead.status for lead in drawn(strategies.leads(status=st.sampled_from(("New", None))), 30)}
    open_ones = {lead.status for lead in drawn(strategies.leads(statuses=statuses.SIMPLE, conversion=None), 60)}
    converted = {lead.status for lead in drawn(strategies.leads(statuses=statuses.SIMPLE, conversion=Converted()), 30)}

    assert wished == {"New", None}
    assert open_ones == {None, "New", "Contacted", "Qualified", "Unqualified"}
    assert converted == {None, "Converted"}


@pytest.mark.parametrize("given_field", ["last_name", "company"])
def test_leads_without_one_name_get_the_other(given_field: str) -> None:
    """A lead is a person or a company (LEAD-1), whatever the caller leaves out."""
    missing: dict[str, Any] = {given_field: ""}
    leads = drawn(strategies.leads(**missing), 40)

    assert all(lead.last_name or lead.company for lead in leads)
    assert {getattr(lead, given_field) for lead in leads} == {""}


@pytest.mark.parametrize("record_type", ENTITIES, ids=lambda each: each.__name__)
def test_drawn_records_can_be_changed(record_type: type[Entity]) -> None:
    """A version that is drawn leaves room for the next ones; the last one there is comes at request."""
    last = drawn(strategy_of(record_type)(version=2**63 - 1), 5)

    assert max(record.version for record in drawn(strategy_of(record_type)(), 60)) <= 2**31
    assert {record.version for record in last} == {2**63 - 1}


# Deals


@pytest.mark.parametrize("pipeline", pipelines.PRESETS.values(), ids=lambda each: each.key)
@settings(max_examples=40)
@given(data=st.data())
def test_stories_of_deals_hold_together(pipeline: Pipeline, data: st.DataObject) -> None:
    """History, creation and closing of a deal agree with the stage that it stands in."""
    deal = data.draw(strategies.deals(pipeline=pipeline))
    outcome = pipeline.stage(deal.stage).outcome
    moves = deal.history

    assert deal.pipeline == pipeline.key
    assert (deal.closed_at is None) or outcome.closed
    assert (deal.closed_at is None) or deal.created_at is None or deal.created_at <= deal.closed_at
    assert [move.come_from for move in moves] == [None, *(move.to for move in moves[:-1])][: len(moves)]
    assert not moves or (moves[-1].to == deal.stage and moves[0].at == deal.created_at)
    assert not moves or not outcome.closed or deal.closed_at in {move.at for move in moves}


@pytest.mark.parametrize("outcome", Outcome)
def test_deals_have_the_wished_outcome(outcome: Outcome) -> None:
    """Only stages that mean it are drawn, and each of them is."""
    stages = [Stage(f"{each} {number}", "", each) for each in Outcome for number in range(2)]
    deals = drawn(strategies.deals(pipeline=Pipeline(key="each", stages=stages), outcome=outcome))

    assert {deal.stage for deal in deals} == {f"{outcome} 0", f"{outcome} 1"}


def test_deals_reach_every_stage_with_and_without_history() -> None:
    """Each stage of the pipeline is drawn, told and untold."""
    wanted = {(stage.key, with_history) for stage in pipelines.ZOHO.stages for with_history in (True, False)}

    deals = with_little_but(Deal, "pipeline", "history", "created_at", "closed_at")

    assert told(deals, lambda deal: [(deal.stage, bool(deal.history))], wanted) == wanted


def test_deals_have_the_wished_stage_and_contact() -> None:
    """Both wishes are kept, and a directory of the contact takes the deals."""
    deals = drawn(strategies.deals(stage="Closed Won", contact_id="c1", contacts=(), id="d1"), 40)

    assert {(deal.stage, deal.contact_id) for deal in deals} == {("Closed Won", "c1")}
    assert len(Directory.of(contacts=[Contact(id="c1")], deals=deals[:1])) == 2


def test_primary_contact_of_a_deal_is_named_once() -> None:
    """Whichever of the primary contact and the others is wished, the other gives way where they meet (AUTH-9)."""
    role = DealContact(contact_id="0")
    others = drawn(strategies.deals(contact_id="0", contacts=st.lists(st.just(role), max_size=1)), 40)
    primary = drawn(strategies.deals(contact_id=st.sampled_from(("0", "1")), contacts=(role,)), 40)

    assert {(deal.contact_id, deal.contacts) for deal in primary} == {("", (role,)), ("1", (role,))}
    assert {deal.contact_id for deal in others} == {"", "0"}


@pytest.mark.parametrize("wish", [{"stage": "Closed"}, {"stage": "Closed Won", "outcome": Outcome.OPEN}])
def test_deals_in_no_stage_cannot_be_asked_for(wish: dict[str, Any]) -> None:
    """A stage that is not there, or means something else, is found when the strategy is made."""
    with pytest.raises(ValueError, match="no stage of pipeline 'zoho'"):
        strategies.deals(**wish)


def test_own_history_of_a_deal_is_kept() -> None:
    """Fields that belong to the story can be given too."""
    assert {deal.closed_at for deal in drawn(strategies.deals(closed_at=None, history=()), 60)} == {None}


# Others


def test_updates_have_the_wished_author() -> None:
    """An author is kept; without a wish there are strangers, reposts and updates by nobody."""
    ada = Profile("x", "ada")
    seen = drawn(strategies.social_updates(), 300)

    assert {update.author for update in drawn(strategies.social_updates(author=ada), 30)} == {ada}
    assert {(update.author is None, update.reposted_by is None) for update in seen} == {
        (True, True), (True, False), (False, True), (False, False),
    }  # fmt: skip


def test_children_hang_on_what_is_wished() -> None:
    """Notes, activities and tasks are about the record that the caller names."""
    about = Ref(Lead, "l1")
    made = (strategies.notes(about=about), strategies.activities(about=about), strategies.tasks(about=about))

    assert {child.about for child in drawn(st.one_of(*made), 60)} == {about}


def test_roles_are_drawn_from_the_wished_contacts() -> None:
    """Those who take part in a deal are the caller's."""
    roles = drawn(strategies.deal_contacts(contact_id=st.just("c1")), 20)

    assert {role.contact_id for role in roles} == {"c1"}


def test_moves_stay_within_the_wished_pipeline() -> None:
    """A single move names stages that the pipeline has."""
    moves = drawn(strategies.stage_changes(pipeline=pipelines.SIMPLE), 100)

    assert {move.to for move in moves} == {"Open", "Won", "Lost"}


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (strategies.leads(), Lead(id="0", last_name="Ada")),
        (strategies.contacts(), Contact(id="0")),
        (strategies.deals(), Deal(id="0", pipeline="zoho", stage="Qualification")),
    ],
    ids=["leads", "contacts", "deals"],
)
def test_records_shrink_to_the_least_there_is(strategy: st.SearchStrategy[Entity], expected: Entity) -> None:
    """Nothing stands in a smallest example that does not matter."""
    assert smallest(strategy, lambda _: True) == expected
