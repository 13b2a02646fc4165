"""What stages, cells and transitions ask of a deal, and the checks that say what is missing."""

from collections.abc import Callable
from datetime import UTC, timedelta, timezone
from typing import Any, Final

import attrs
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from leadmodel import (
    Account,
    CannotMove,
    CustomField,
    Deal,
    InvalidCriterion,
    Money,
    MoveCheck,
    Pipeline,
    Ref,
    StageChange,
    Transition,
    can_move,
    move_deal,
    next_stages,
    where,
)
from leadmodel.testing.laws import check_changes
from tests.moves.making import (
    BOTH,
    DAY,
    DECLARED,
    EAST,
    EUR,
    FROM,
    HOUR,
    NOON,
    OPEN_ALL,
    RENEWAL,
    SALES,
    begun,
    closed,
    refusal,
    rules_of,
    standing,
)

# ---------------------------------------------------------------- requirements and guards


def test_every_required_fact_is_asked_for_at_once() -> None:
    """Stage, cell and transition ask together; each field is named once, in that order."""
    pipeline = attrs.evolve(
        SALES.requiring("Signed", "amount", "account_id").allowing("open", "won", requires=["closes_on", "amount"]),
        transitions=[Transition(name="sign", come_from="Offer", to="Signed", requires=["next_step", "closes_on"])],
    )
    check = can_move(standing("Offer"), "Signed", pipeline=pipeline)

    assert check.requires == check.missing == ("amount", "account_id", "closes_on", "next_step")
    assert [problem.field for problem in check.problems] == list(check.missing)


def test_required_fact_may_stand_already_or_come_with_the_move() -> None:
    """The record that would result is asked, not the one that was (PIPE-2)."""
    pipeline = SALES.requiring("Signed", "amount", "account_id")
    check = can_move(begun(amount=EUR), "Signed", pipeline=pipeline, given={"account_id": "a1"})

    assert (bool(check), check.requires, check.missing) == (True, ("amount", "account_id"), ())


def test_fact_that_the_move_takes_away_is_missing() -> None:
    """What is emptied with the move does not count as there."""
    check = can_move(begun(amount=EUR), "Signed", pipeline=SALES.requiring("Signed", "amount"), given={"amount": None})

    assert check.missing == ("amount",)


def test_amount_of_nought_is_an_amount() -> None:
    """Only what is empty is missing."""
    assert can_move(begun(amount=Money(0, "EUR")), "Signed", pipeline=SALES.requiring("Signed", "amount"))


def test_stage_asks_whatever_stage_was_left() -> None:
    """A requirement of a stage holds for every way to it."""
    pipeline = OPEN_ALL.requiring("Paid", "amount")

    assert [can_move(closed(outcome), "Paid", pipeline=pipeline).missing for outcome in FROM] == [("amount",)] * 3


def test_cell_asks_on_its_own_moves_alone() -> None:
    """A requirement of a cell holds for the moves between its outcomes."""
    pipeline = SALES.allowing("won", "open", requires="next_step")

    assert can_move(closed("won"), "Offer", pipeline=pipeline).missing == ("next_step",)
    assert can_move(closed("open"), "Offer", pipeline=pipeline).requires == ()


def test_guard_judges_the_resulting_deal() -> None:
    """What comes with the move is seen, and so are the new stage and the instant of closing (PIPE-2)."""
    guard = (
        where(Deal, "amount", "at_least", EUR)
        & where(Deal, "stage", "is", "Signed")
        & where(Deal, "closed_at", "is", NOON + HOUR)
    )
    pipeline = SALES.requiring("Signed", guard=guard)

    assert move_deal(begun(), "Signed", at=NOON + HOUR, pipeline=pipeline, given={"amount": EUR}).changes
    with pytest.raises(CannotMove):
        move_deal(begun(), "Signed", at=NOON + HOUR, pipeline=pipeline)


def test_guards_of_stage_cell_and_transition_are_all_asked() -> None:
    """Each that says no is told, with who asks it."""
    one, two, three = (where(Deal, field, "is", "yes") for field in ("source", "next_step", "loss_reason"))
    pipeline = attrs.evolve(
        SALES.requiring("Signed", guard=one).allowing("open", "won", guard=two),
        transitions=[Transition(name="sign", come_from="Offer", to="Signed", guard=three)],
    )
    check = can_move(standing("Offer"), "Signed", pipeline=pipeline)

    assert check.guards == (one, two, three)
    assert [problem.what for problem in check.problems] == [
        f"the stage 'Signed' asks that {one}",
        f"a move from open to won asks that {two}",
        f"the transition 'sign' asks that {three}",
    ]
    assert {(p.field, p.hint, p.rule) for p in check.problems} == {
        ("guard", "change the record first, or with the move", "PIPE-2")
    }


def test_guard_about_time_is_asked_of_the_instant_of_the_move() -> None:
    """Whether a day has come depends on the move's own instant."""
    pipeline = SALES.requiring("Signed", guard=where(Deal, "closes_on", "today"))
    deal = begun(closes_on=NOON.date())

    assert move_deal(deal, "Signed", at=NOON + HOUR, pipeline=pipeline).changes
    assert rules_of(refusal(move_deal, deal, "Signed", at=NOON + DAY, pipeline=pipeline).problems) == [
        ("guard", "PIPE-2")
    ]


@pytest.mark.parametrize("ask", [lambda *a, **k: can_move(a[0], "Signed", **k), next_stages])
def test_guard_about_time_needs_an_instant(ask: Callable[..., object]) -> None:
    """Nothing looks at a clock of its own accord."""
    pipeline = SALES.requiring("Signed", guard=where(Deal, "closes_on", "today"))
    deal = begun(closes_on=NOON.date())
    with pytest.raises(InvalidCriterion, match="asks about the time"):
        ask(deal, pipeline=pipeline)

    assert ask(deal, pipeline=pipeline, at=NOON)


@pytest.mark.parametrize("zone", [UTC, EAST, timezone(timedelta(hours=-12))])
def test_day_of_a_guard_is_that_of_utc(zone: timezone) -> None:
    """The zone in which the caller writes the instant does not move the day."""
    pipeline = SALES.requiring("Signed", guard=where(Deal, "closes_on", "today"))

    assert can_move(begun(closes_on=NOON.date()), "Signed", pipeline=pipeline, at=NOON.astimezone(zone))


@pytest.mark.parametrize("facts", [{"guard": where(Deal, "account.industry", "is", "Steel")}, {}])
def test_related_record_is_found_through_the_look_up(facts: dict[str, Any]) -> None:
    """A guard or a requirement may ask about the account of a deal (CRIT-8)."""
    pipeline = SALES.requiring("Signed", *([] if facts else ["account.industry"]), **facts)
    steel, bare = (
        {Ref(Account, "a1"): Account(id="a1", name="A", industry=industry)}.get for industry in ("Steel", "")
    )
    deal = begun(account_id="a1")

    assert move_deal(deal, "Signed", at=NOON, pipeline=pipeline, related=steel).changes
    assert can_move(deal, "Signed", pipeline=pipeline, related=steel)
    assert not can_move(deal, "Signed", pipeline=pipeline, related=bare)
    for related in (bare, lambda _: None):
        assert refusal(move_deal, deal, "Signed", at=NOON, pipeline=pipeline, related=related).problems
    checks = {check.to.key: bool(check) for check in next_stages(deal, pipeline=pipeline, related=bare)}
    assert [key for key, may in checks.items() if not may] == ["Signed"]


def test_guard_about_a_related_record_needs_the_look_up() -> None:
    """The answer is not guessed where the account cannot be seen."""
    pipeline = SALES.requiring("Signed", guard=where(Deal, "account.industry", "is", "Steel"))
    with pytest.raises(InvalidCriterion, match="pass related="):
        move_deal(begun(account_id="a1"), "Signed", at=NOON, pipeline=pipeline)


def test_custom_field_may_be_required() -> None:
    """An organisation's own fields are named where they are declared, and asked for like all others."""
    pipeline = attrs.evolve(SALES, fields=[CustomField("size", "number")]).requiring("Signed", "custom.size")
    error = refusal(move_deal, begun(), "Signed", at=NOON, pipeline=pipeline)

    assert [(problem.field, problem.hint) for problem in error.problems] == [("custom.size", "fill it in first")]
    assert move_deal(begun(), "Signed", at=NOON, pipeline=pipeline, given={"custom": {"size": 4}}).changes


def test_custom_field_of_another_kind_counts_as_missing() -> None:
    """A word where a number is asked for is no number."""
    pipeline = attrs.evolve(SALES, fields=[CustomField("size", "number")]).requiring("Signed", "custom.size")

    assert can_move(begun(custom={"size": "big"}), "Signed", pipeline=pipeline).missing == ("custom.size",)


def test_required_field_that_the_move_cannot_give_is_not_offered_with_it() -> None:
    """A field that a verb sets cannot stand in `given`: the hint does not say that it can (PIPE-12)."""
    pipeline = SALES.requiring("Rival", "closed_at")
    check = can_move(standing("Gone"), "Rival", pipeline=pipeline)

    assert [(problem.field, problem.hint) for problem in check.problems] == [("closed_at", "fill it in first")]


def test_all_that_stands_in_the_way_is_told_together() -> None:
    """Order in time, missing facts and guards (CONV-13 says the same of conversion)."""
    guard = where(Deal, "owner_id", "is", "u1")
    pipeline = SALES.requiring("Signed", "amount", "account_id", guard=guard)
    error = refusal(move_deal, begun(), "Signed", at=NOON - HOUR, pipeline=pipeline)

    assert rules_of(error.problems) == [
        ("at", "PIPE-9"), ("amount", "PIPE-2"), ("account_id", "PIPE-2"), ("guard", "PIPE-2"),
    ]  # fmt: skip
    assert not str(error).endswith("nowhere")
    assert "from here it may go to" not in str(error)  # the tables do allow the stage


def test_closed_way_is_the_whole_answer_of_the_tables() -> None:
    """Where a deal may not go, nobody asks for what it would need there; order in time is told all the same."""
    pipeline = SALES.requiring("Offer", "amount")
    error = refusal(
        move_deal, standing("Signed", history=[StageChange(to="Signed", at=NOON)]), "Offer", at=NOON - HOUR,
        pipeline=pipeline,
    )  # fmt: skip

    assert rules_of(error.problems) == [("at", "PIPE-9"), ("stage", "PIPE-4")]


# ---------------------------------------------------------------- checks


def test_check_says_all_that_is_known_of_a_move() -> None:
    """Where from, where to, which row, what is asked for, and where else it may go."""
    pipeline = SALES.requiring("Signed", "amount")
    check = can_move(begun(), "Signed", pipeline=pipeline)

    assert check == MoveCheck(
        ref=Ref(Deal, "d1"), come_from="First", to=pipeline.stage("Signed"), row=pipeline.cell("open", "won"),
        requires=("amount",), missing=("amount",), problems=check.problems,
        allowed=("Talk", "Offer", "Signed", "Paid", "Gone", "Rival"),
    )  # fmt: skip
    assert rules_of(check.problems) == [("amount", "PIPE-2")]


def test_check_is_true_where_the_deal_may_move() -> None:
    """It answers as a truth value, and reads as a sentence."""
    check = can_move(begun(), "Signed", pipeline=SALES)

    assert check
    assert str(check) == "deal d1 may go from 'First' to 'Signed' [PIPE-2]"
    assert repr(check) == "<deal d1 may go to 'Signed'>"


def test_check_explains_itself_as_the_refusal_would() -> None:
    """What the move would raise, the check says beforehand."""
    check = can_move(closed("won"), "Offer", pipeline=SALES)
    error = refusal(move_deal, closed("won"), "Offer", at=NOON + DAY, pipeline=SALES)

    assert not check
    assert (check.refusal(), str(check)) == (error, str(error))
    assert repr(check) == "<deal d1 cannot go to 'Offer'>"


def test_check_of_a_move_elsewhere_names_the_stage_that_is_left() -> None:
    """Across pipelines too, it says where the deal stands."""
    check = can_move(begun(), "Due", pipeline=BOTH, to_pipeline="renewal")

    assert (check.come_from, check.to, check.allowed) == (
        "First", RENEWAL.stage("Due"), ("Due", "Offer", "Renewed", "Lapsed"),
    )  # fmt: skip


def test_next_stages_name_what_each_of_them_needs() -> None:
    """Those that ask for something are among them, with what is missing."""
    pipeline = SALES.requiring("Signed", "amount").requiring("Gone", "loss_reason")
    checks = next_stages(begun(), pipeline=pipeline, given={"loss_reason": "price"})

    assert [(check.to.key, check.requires, check.missing, bool(check)) for check in checks] == [
        ("Talk", (), (), True), ("Offer", (), (), True), ("Signed", ("amount",), ("amount",), False),
        ("Paid", (), (), True), ("Gone", ("loss_reason",), (), True), ("Rival", (), (), True),
    ]  # fmt: skip


@pytest.mark.parametrize("pipeline", [SALES, OPEN_ALL, DECLARED, SALES.requiring("Signed", "amount")])
def test_next_stages_are_the_checks_that_the_tables_let_pass(pipeline: Pipeline) -> None:
    """Asked one by one, the stages give the same answers."""
    for stage in pipeline.stages:
        deal = standing(stage.key, pipeline=pipeline.key)
        single = [can_move(deal, to.key, pipeline=pipeline) for to in pipeline.stages if to is not stage]
        open_ones = tuple(check for check in single if check.to.key in check.allowed)

        assert next_stages(deal, pipeline=pipeline) == open_ones


def test_next_stages_stay_in_the_deals_own_pipeline() -> None:
    """Other pipelines are another question."""
    deal = Deal(id="d1", stage="Due", pipeline="renewal")

    assert [check.to.key for check in next_stages(deal, pipeline=BOTH)] == ["Offer", "Renewed", "Lapsed"]


def test_next_stages_look_at_order_in_time_where_they_are_told_when() -> None:
    """The instant is asked of each."""
    checks = next_stages(begun(), pipeline=SALES, at=NOON - DAY)

    assert {tuple(rules_of(check.problems)) for check in checks} == {(("at", "PIPE-9"),)}


@pytest.mark.parametrize(
    "deal",
    [begun(), standing("First"), standing("First", created_at=None)],
    ids=["with a history", "without", "without anything"],
)
def test_check_without_an_instant_takes_the_last_one_of_the_deal(deal: Deal) -> None:
    """A guard on the resulting deal may look at the instant of closing before anybody says when that is."""
    pipeline = SALES.requiring("Signed", guard=~where(Deal, "closed_at", "is_empty"))

    assert can_move(deal, "Signed", pipeline=pipeline)


def test_check_without_an_instant_does_not_move_before_the_last_one() -> None:
    """The resulting deal is sound: its history runs forwards, and it closes no sooner than it moved."""
    deal = move_deal(begun(), "Talk", at=NOON + DAY, pipeline=SALES).deal
    asked = where(Deal, "closed_at", "at_least", NOON + DAY)

    assert can_move(deal, "Signed", pipeline=SALES.requiring("Signed", guard=asked))
    assert can_move(standing("Talk"), "Signed", pipeline=SALES.requiring("Signed", guard=~where(
        Deal, "closed_at", "below", NOON)))  # fmt: skip


STAGES: Final = [stage.key for stage in SALES.stages]
POLICIES: Final = (
    SALES, OPEN_ALL, DECLARED, OPEN_ALL.requiring("Offer", "amount").requiring("Paid", guard=where(Deal, "amount",
    "at_least", EUR)), SALES.refusing("open", "open"),
)  # fmt: skip


@attrs.frozen
class Try:
    """A move that is tried: under which policy, from where, to where, with how much, and how many hours after noon."""

    pipeline: Pipeline
    stage: str
    to: str
    amount: Money | None
    hours: int
    with_history: bool


_TRIES: Final = st.builds(
    Try, st.sampled_from(POLICIES), st.sampled_from(STAGES), st.sampled_from(STAGES), st.sampled_from([None, EUR]),
    st.integers(-2, 2), st.booleans(),
)  # fmt: skip


@drawn(_TRIES)
def test_check_agrees_with_the_move(one: Try) -> None:
    """`can_move` says yes exactly where `move_deal` moves, and no with the same refusal."""
    history = [StageChange(to=one.stage, at=NOON, pipeline=one.pipeline.key)] if one.with_history else []
    deal = standing(one.stage, pipeline=one.pipeline.key, amount=one.amount, history=history)
    at = NOON + one.hours * HOUR
    check = can_move(deal, one.to, pipeline=one.pipeline, at=at)
    if check:
        made = move_deal(deal, one.to, at=at, pipeline=one.pipeline)

        assert made.deal.stage == one.to
        check_changes(made.changes)
    else:
        assert check.refusal() == refusal(move_deal, deal, one.to, at=at, pipeline=one.pipeline)
