"""Where deals begin: the first stage, another one, and what that asks for."""

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from leadmodel import (
    Account,
    CannotMove,
    Changes,
    Deal,
    InvalidCriterion,
    InvalidRecord,
    InvalidValue,
    Pipeline,
    Problem,
    Ref,
    Stage,
    StageChange,
    UnknownStage,
    create,
    move_deal,
    new_deal,
    where,
)
from leadmodel.testing.laws import check_changes
from tests.moves.making import (
    DAY,
    DECLARED,
    EAST,
    EUR,
    HOUR,
    NOON,
    RENEWAL,
    SALES,
    begun,
    refusal,
    rules_of,
)


def test_new_deal_stands_on_the_first_stage_and_its_history_begins_there() -> None:
    """A deal begins with all that its pipeline says of the first stage (PIPE-11)."""
    deal = new_deal(id="d1", name="Mill", pipeline=SALES, at=NOON, by="u1", amount=EUR, contact_id="c1")
    began = StageChange(to="First", at=NOON, pipeline="sales", by="u1", amount=EUR, probability=10)

    assert deal == Deal(
        id="d1", name="Mill", pipeline="sales", stage="First", contact_id="c1", amount=EUR, created_at=NOON,
        history=[began],
    )  # fmt: skip
    assert deal.version == 0


def test_new_deal_begins_where_the_pipeline_says() -> None:
    """The first stage is the one that is marked so, wherever it stands in the order."""
    pipeline = Pipeline(key="p", stages=[Stage("A", "A", "open"), Stage("B", "B", "open", first=True)])

    assert begun(pipeline).stage == "B"


def test_first_stage_is_the_first_open_one() -> None:
    """Where none is marked, deals do not begin on a closed stage that happens to lead the list."""
    pipeline = Pipeline(key="p", stages=[Stage("Won", "Won", "won"), Stage("A", "A", "open"), Stage("B", "B", "open")])

    assert begun(pipeline).stage == "A"


@pytest.mark.parametrize("several", [[RENEWAL, SALES], {"renewal": RENEWAL, "sales": SALES}], ids=["list", "mapping"])
def test_new_deal_begins_in_the_first_of_several_pipelines(several: Any) -> None:  # noqa: ANN401
    """The first in order is the organisation's standard one."""
    deal = begun(several)

    assert (deal.pipeline, deal.stage, deal.history[0].pipeline) == ("renewal", "Due", "renewal")


def test_plain_constructor_does_not_guess() -> None:
    """A deal that is only put together has the stage that it was given, and no history (PIPE-11)."""
    with pytest.raises(TypeError, match="stage"):
        Deal(id="d1")  # type: ignore[call-arg]  # that is the point

    assert Deal(id="d1", stage="Offer") == attrs.evolve(Deal(id="d1", stage="Offer"), pipeline="", history=())


def test_new_deal_can_begin_on_another_stage() -> None:
    """A deal may come in half-way."""
    deal = begun(stage="Offer")

    assert (deal.stage, deal.closed_at) == ("Offer", None)
    assert deal.history == (StageChange(to="Offer", at=NOON, pipeline="sales", probability=70),)


@pytest.mark.parametrize("stage", ["Signed", "Gone"])
def test_deal_that_begins_closed_is_closed_at_that_instant(stage: str) -> None:
    """What is written down after the handshake was closed when it began."""
    deal = begun(stage=stage)

    assert deal.closed_at == deal.created_at == NOON


def test_stage_to_begin_at_asks_for_its_facts() -> None:
    """A deal cannot begin where it could not go (PIPE-2)."""
    error = refusal(begun, SALES.requiring("Signed", "amount"), stage="Signed")

    assert error.problems == (
        Problem(what="it is missing", hint="give it with the move: given={'amount': …}", field="amount", rule="PIPE-2"),
    )
    assert str(error) == (
        "deal d1 cannot go to 'Signed': amount: it is missing; give it with the move: given={'amount': …} [PIPE-2]"
    )


def test_facts_given_at_the_beginning_are_enough() -> None:
    """What the stage asks for may come with the deal."""
    deal = begun(SALES.requiring("Signed", "amount"), stage="Signed", amount=EUR)

    assert deal.amount == deal.history[0].amount == EUR


def test_deal_cannot_begin_on_a_stage_that_an_open_one_cannot_become() -> None:
    """A deal that stands nowhere counts as open: the table speaks of beginnings too (PIPE-2)."""
    error = refusal(begun, SALES.refusing("open", "won", hint="sell first"), stage="Signed")

    assert rules_of(error.problems) == [("stage", "PIPE-2")]
    assert error.problems[0].hint == "sell first"
    assert error.allowed == ("First", "Talk", "Offer", "Gone", "Rival")


def test_deal_begins_on_the_first_stage_without_a_transition() -> None:
    """Declared ways lead between stages; the beginning needs none (PIPE-3)."""
    assert begun(DECLARED).stage == "First"


def test_deal_begins_elsewhere_along_a_transition_from_anywhere_alone() -> None:
    """In declared mode, another stage to begin at has to be declared (PIPE-3)."""
    error = refusal(begun, DECLARED, stage="Talk")

    assert begun(DECLARED, stage="Gone").stage == "Gone"
    assert [problem.what for problem in error.problems] == ["no transition leads from outside to 'Talk'"]
    assert rules_of(error.problems) == [("stage", "PIPE-3")]


def test_guard_judges_the_deal_that_begins() -> None:
    """A guard sees the deal as it would be, its stage and its history included."""
    guard = where(Deal, "stage", "is", "First") & where(Deal, "owner_id", "is", "u1")
    pipeline = SALES.requiring("First", guard=guard)

    assert begun(pipeline, owner_id="u1").stage == "First"
    assert rules_of(refusal(begun, pipeline, owner_id="u2").problems) == [("guard", "PIPE-2")]


def test_guard_about_time_is_asked_of_the_instant_of_the_beginning() -> None:
    """The clock is what the caller says it is."""
    pipeline = SALES.requiring("First", guard=where(Deal, "closes_on", "today"))

    assert begun(pipeline, closes_on=NOON.date()).stage == "First"
    with pytest.raises(CannotMove):
        begun(pipeline, closes_on=NOON.date() + DAY)


def test_guard_about_a_related_record_is_answered_at_the_beginning() -> None:
    """The account of a new deal may be asked about."""
    pipeline = SALES.requiring("First", "account.website", guard=where(Deal, "account.industry", "is", "Steel"))
    steel, wood = (
        {Ref(Account, "a1"): Account(id="a1", name="A", industry=industry, website=site)}.get
        for industry, site in (("Steel", "a.example"), ("Wood", ""))
    )

    assert begun(pipeline, account_id="a1", related=steel).account_id == "a1"
    error = refusal(begun, pipeline, account_id="a1", related=wood)
    assert [problem.field for problem in error.problems] == ["account.website", "guard"]


def test_probability_set_by_hand_at_the_beginning_is_kept() -> None:
    """The deal keeps it, and its history says what was in force (PIPE-6)."""
    deal = begun(probability=33)

    assert (deal.probability, deal.history[0].probability) == (33, 33)


def test_probability_of_nought_is_set_by_hand_too() -> None:
    """Nought is a number like any other."""
    deal = begun(probability=0)

    assert (deal.probability, deal.history[0].probability) == (0, 0)


def test_instant_of_the_beginning_is_kept_in_utc() -> None:
    """The zone of the caller's clock is no part of the deal."""
    deal = begun(at=NOON.astimezone(EAST), stage="Signed")

    assert [deal.created_at, deal.closed_at, deal.history[0].at] == [NOON] * 3
    assert {each.tzinfo for each in (deal.created_at, deal.closed_at, deal.history[0].at) if each} == {UTC}


@pytest.mark.parametrize("at", [datetime(2026, 1, 15), date(2026, 1, 15), None, "2026-01-15"])  # noqa: DTZ001
def test_beginning_needs_an_instant(at: Any) -> None:  # noqa: ANN401  (anything may be tried)
    """Without a zone, nobody knows when it was."""
    with pytest.raises(InvalidValue, match=r"^new deal: at: ") as caught:
        begun(at=at)

    assert caught.value.problems[0].value == at


def test_all_that_is_wrong_with_a_new_deal_is_reported() -> None:
    """Fields of verbs, unknown fields, and values that do not fit are told together."""
    with pytest.raises(InvalidRecord) as caught:
        begun(
            id="", history=[], version=3, closed_at=NOON, created_at=NOON, ownr_id="u1", amount=3, probability=101
        )  # fmt: skip

    assert caught.value.subject == "new Deal ''"
    assert [(problem.field, problem.rule) for problem in caught.value.problems] == [
        ("history", "PIPE-12"), ("version", "PIPE-12"), ("closed_at", "PIPE-12"), ("created_at", "PIPE-12"),
        ("ownr_id", ""), ("id", ""), ("amount", ""), ("probability", ""),
    ]  # fmt: skip


def test_field_that_a_verb_sets_names_the_verb_where_it_cannot_be_given() -> None:
    """The way to set it is part of the refusal (PIPE-12)."""
    with pytest.raises(InvalidRecord) as caught:
        begun(history=[])

    assert str(caught.value) == (
        "new Deal 'd1': history: the field history cannot be given; it is set by move_deal [PIPE-12]"
    )


def test_unknown_field_of_a_new_deal_offers_the_nearest() -> None:
    """A slip of the pen is named, with what was meant; the right answers come as data."""
    with pytest.raises(InvalidRecord, match="there is no field 'ownr_id'; did you mean 'owner_id'") as caught:
        begun(ownr_id="u1")

    assert "owner_id" in caught.value.problems[0].options
    assert caught.value.problems[0].value == "u1"


def test_id_of_a_new_deal_is_the_callers() -> None:
    """The one field of a verb that a caller gives."""
    assert begun(id="from us").id == "from us"


def test_new_deal_is_put_on_record_by_create() -> None:
    """`create` keeps the instant at which the deal began."""
    deal = begun()
    changes = create(deal, at=NOON + HOUR)

    assert changes == Changes(created=(deal,))
    check_changes(changes)


def test_unknown_stage_to_begin_at_is_never_guessed() -> None:
    """A label is no key, though it may look like one (AUTH-14)."""
    with pytest.raises(UnknownStage, match="there is no stage 'Won soon' in pipeline sales") as caught:
        begun(stage="Won soon")

    assert (caught.value.rule, caught.value.known) == ("AUTH-14", tuple(stage.key for stage in SALES.stages))


@pytest.mark.parametrize("stage", ["", "Old"])
def test_no_deal_begins_in_a_pipeline_of_former_times(stage: str) -> None:
    """The refusal says why, and not that a stage is not there yet (PIPE-10)."""
    former = Pipeline(key="former", stages=[], retired=[Stage("Old", "Old", "open")])
    with pytest.raises(UnknownStage) as caught:
        begun(former, stage=stage)

    assert caught.value == UnknownStage(
        kind="stage", name=stage, known=(), within="pipeline former", rule="PIPE-10",
        hint="the pipeline is one of former times, to which no deal comes any more; take another",
    )  # fmt: skip


@pytest.mark.parametrize("by", ["", 7])
def test_author_of_a_beginning_has_an_id_or_is_left_out(by: Any) -> None:  # noqa: ANN401  (anything may be tried)
    """A blank name is nobody's."""
    with pytest.raises(InvalidValue) as caught:
        begun(by=by)

    assert [(problem.field, problem.value) for problem in caught.value.problems] == [("by", by)]


def test_guard_about_a_related_record_needs_the_look_up_at_the_beginning() -> None:
    """What cannot be answered is an error, and no refusal."""
    strict = SALES.requiring("First", guard=where(Deal, "account.industry", "is", "Tools"))
    with pytest.raises(InvalidCriterion, match="pass related="):
        begun(strict, account_id="a1")


def test_retired_stage_is_none_to_begin_at_or_go_to() -> None:
    """Stages of former times stand in histories alone (PIPE-10)."""
    pipeline = attrs.evolve(SALES, retired=[Stage("Old", "Old", "open")])

    for verb in (lambda: begun(pipeline, stage="Old"), lambda: move_deal(begun(), "Old", at=NOON, pipeline=pipeline)):
        with pytest.raises(UnknownStage):
            verb()
