"""Deals of an organisation with several pipelines, and moves from one to another."""

import attrs
import pytest

from leadmodel import (
    Cause,
    Deal,
    StageChange,
    UnknownName,
    UnknownStage,
    can_move,
    move_deal,
    next_stages,
)
from tests.moves.making import (
    BOTH,
    DECLARED,
    EUR,
    HOUR,
    NOON,
    RENEWAL,
    SALES,
    begun,
    refusal,
    rules_of,
    standing,
)


def test_move_to_another_pipeline_is_told_whole() -> None:
    """The deal leaves one pipeline and comes to a stage of another; its history says both (PIPE-7)."""
    deal = begun(amount=EUR, probability=5)
    made = move_deal(deal, "Offer", at=NOON + HOUR, pipeline=BOTH, to_pipeline="renewal")
    entry = StageChange(
        to="Offer", at=NOON + HOUR, come_from="First", pipeline="renewal", from_pipeline="sales", amount=EUR,
        probability=80,
    )  # fmt: skip

    assert made.deal == attrs.evolve(
        deal, stage="Offer", pipeline="renewal", probability=None, history=[*deal.history, entry]
    )
    assert made.changes.cause == Cause(at=NOON + HOUR, rules=("PIPE-2", "PIPE-7", "PIPE-8"))


def test_move_to_another_pipeline_needs_a_stage() -> None:
    """Nothing chooses one (PIPE-7)."""
    with pytest.raises(UnknownStage, match="in pipeline renewal"):
        move_deal(begun(), "", at=NOON, pipeline=BOTH, to_pipeline="renewal")


def test_stage_of_the_same_key_in_another_pipeline_is_another_stage() -> None:
    """A move between two stages of one key is a move, unless the pipeline is the same too."""
    deal = begun(stage="Offer")
    made = move_deal(deal, "Offer", at=NOON, pipeline=BOTH, to_pipeline="renewal")

    assert (made.deal.pipeline, made.deal.history[-1].come_from) == ("renewal", "Offer")
    assert move_deal(deal, "Offer", at=NOON, pipeline=BOTH, to_pipeline="sales").deal is deal


def test_to_name_the_deals_own_pipeline_is_to_stay() -> None:
    """Saying what is so changes nothing."""
    stayed = move_deal(begun(), "Talk", at=NOON, pipeline=BOTH, to_pipeline="sales")

    assert stayed == move_deal(begun(), "Talk", at=NOON, pipeline=BOTH)
    assert stayed.deal.history[-1].from_pipeline == ""
    assert stayed.changes.cause == Cause(at=NOON, rules=("PIPE-2", "PIPE-8"))


def test_unnamed_only_pipeline_can_be_named() -> None:
    """A deal that names none stands in the only one."""
    deal = Deal(id="d1", stage="Talk")

    assert move_deal(deal, "Talk", at=NOON, pipeline=SALES, to_pipeline="sales").deal is deal


def test_history_entries_without_a_pipeline_keep_their_meaning() -> None:
    """
    An entry that names no pipeline means the deal's own.

    Before the deal goes elsewhere, such entries name the one that they meant (PIPE-7).
    """
    history = [
        StageChange(to="First", at=NOON), StageChange(to="Due", at=NOON, come_from="First", pipeline="renewal"),
        StageChange(to="Talk", at=NOON, come_from="Due", from_pipeline="renewal"),
    ]  # fmt: skip
    deal = standing("Talk", history=history)
    away = move_deal(deal, "Renewed", at=NOON, pipeline=BOTH, to_pipeline="renewal").deal

    assert [entry.pipeline for entry in away.history] == ["sales", "renewal", "sales", "renewal"]
    assert away.history[:3] == (
        attrs.evolve(history[0], pipeline="sales"), history[1], attrs.evolve(history[2], pipeline="sales"),
    )  # fmt: skip
    assert move_deal(deal, "Offer", at=NOON, pipeline=BOTH).deal.history[:3] == tuple(history)


def test_move_to_another_pipeline_heeds_the_other_ones_table() -> None:
    """Whether a won deal may be open elsewhere is for the pipeline that it comes to (PIPE-2)."""
    won = begun(stage="Signed")
    lax, strict = (RENEWAL.allowing("won", "open"), SALES), (RENEWAL, SALES.allowing("won", "open"))
    moved = move_deal(won, "Due", at=NOON + HOUR, pipeline=lax, to_pipeline="renewal").deal
    error = refusal(move_deal, won, "Due", at=NOON + HOUR, pipeline=strict, to_pipeline="renewal")

    assert (moved.closed_at, moved.history[-1].reopened) == (None, True)
    assert rules_of(error.problems) == [("stage", "PIPE-4")]
    assert error.allowed == ("Renewed",)


def test_won_deal_stays_closed_when_it_is_won_elsewhere() -> None:
    """Won to won keeps the instant of closing, across pipelines too."""
    won = begun(stage="Signed")

    assert move_deal(won, "Renewed", at=NOON + HOUR, pipeline=BOTH, to_pipeline="renewal").deal.closed_at == NOON


def test_move_to_another_pipeline_asks_for_what_the_stage_asks() -> None:
    """Requirements and guards of the stage that is entered hold (PIPE-2)."""
    two = (SALES, RENEWAL.requiring("Due", "amount"))

    assert can_move(begun(), "Due", pipeline=two, to_pipeline="renewal").missing == ("amount",)
    assert move_deal(begun(), "Due", at=NOON, pipeline=two, to_pipeline="renewal", given={"amount": EUR}).changes


def test_declared_pipeline_is_entered_on_its_first_stage_or_from_anywhere() -> None:
    """To come from outside is to begin (PIPE-3)."""
    two = (RENEWAL, DECLARED)
    deal = begun(two)

    assert [bool(can_move(deal, stage.key, pipeline=two, to_pipeline="declared")) for stage in DECLARED.stages] == [
        True, False, False, False, False, True, False,
    ]  # fmt: skip


def test_stage_of_another_pipeline_is_not_reached_by_its_key_alone() -> None:
    """The refusal says how to get there (PIPE-7)."""
    with pytest.raises(UnknownStage) as caught:
        move_deal(begun(), "Due", at=NOON, pipeline=BOTH)

    assert caught.value == UnknownStage(
        kind="stage", name="Due", known=tuple(stage.key for stage in SALES.stages),
        within="pipeline sales", rule="PIPE-7", hint="to move to another pipeline, pass to_pipeline='renewal'",
    )  # fmt: skip


def test_stage_of_the_own_pipeline_is_not_reached_through_another() -> None:
    """The pipeline that was searched is no way out, and the deal's own is not another one (PIPE-7)."""
    with pytest.raises(UnknownStage) as caught:
        move_deal(begun(), "Talk", at=NOON, pipeline=BOTH, to_pipeline="renewal")

    assert caught.value == UnknownStage(
        kind="stage", name="Talk", known=tuple(stage.key for stage in RENEWAL.stages), within="pipeline renewal",
        rule="PIPE-7", hint="the deal's own pipeline sales has it: leave to_pipeline out",
    )  # fmt: skip


def test_unknown_stage_is_never_guessed() -> None:
    """A label, a near miss or nonsense is an error that offers the nearest (AUTH-14)."""
    for to in ("Talks", "talk", "", "nonsense"):
        with pytest.raises(UnknownStage) as caught:
            move_deal(begun(), to, at=NOON, pipeline=BOTH)
        assert (caught.value.name, caught.value.rule) == (to, "AUTH-14")
    with pytest.raises(UnknownStage, match="did you mean 'Talk'"):
        can_move(begun(), "talk", pipeline=SALES)


@pytest.mark.parametrize("facts", [{"pipeline": "gone"}, {"pipeline": ""}], ids=["unknown", "unnamed"])
def test_pipeline_of_a_deal_is_never_guessed(facts: dict[str, str]) -> None:
    """Where there are several, the deal names one of them (AUTH-14)."""
    deal = standing("Offer", **facts)
    for ask in (
        lambda: move_deal(deal, "Talk", at=NOON, pipeline=BOTH),
        lambda: can_move(deal, "Talk", pipeline=BOTH),
        lambda: next_stages(deal, pipeline=BOTH),
    ):
        with pytest.raises(UnknownName, match="there is no pipeline"):
            ask()


def test_unknown_pipeline_to_move_to_is_an_error() -> None:
    """It is named, and the known ones are listed."""
    with pytest.raises(UnknownName, match="there is no pipeline 'renewals'; did you mean 'renewal'"):
        move_deal(begun(), "Due", at=NOON, pipeline=BOTH, to_pipeline="renewals")


def test_deal_in_no_stage_of_its_pipeline_cannot_move() -> None:
    """Where a deal stands is never guessed either (AUTH-14)."""
    deal = standing("Nowhere")
    for ask in (
        lambda: move_deal(deal, "Talk", at=NOON, pipeline=BOTH),
        lambda: move_deal(deal, "Due", at=NOON, pipeline=BOTH, to_pipeline="renewal"),
        lambda: next_stages(deal, pipeline=BOTH),
    ):
        with pytest.raises(UnknownStage, match="there is no stage 'Nowhere' in pipeline sales"):
            ask()
