"""
The acceptance scenarios of pipelines and stages, each under its tag; where no clock is given, it is `NOW`.

Ordering keys on a board (PL-15) and thresholds of age (PL-17, PL-19) are no part of moves, and come later.
"""

from datetime import UTC, datetime
from typing import Final

import attrs
import pytest

from leadmodel import (
    CannotMove,
    Deal,
    DealContact,
    Directory,
    InvalidDirectory,
    InvalidRecord,
    InvalidValue,
    Money,
    Outcome,
    Pipeline,
    Stage,
    Transition,
    UnknownStage,
    can_move,
    edit,
    expected_revenue,
    move_deal,
    move_lead,
    new_deal,
    new_lead,
    next_stages,
    probability_of,
    where,
)
from leadmodel.processes import statuses
from leadmodel.processes.pipelines import SIMPLE, ZOHO

NOW: Final = datetime(2026, 1, 15, 9, tzinfo=UTC)

#: A pipeline whose deals may reopen, with two stages of each outcome.
REOPENING: Final = Pipeline(key="team 1", stages=[
    Stage("New", "New", "open", 10), Stage("Proposition", "Proposition", "open", 40),
    Stage("Won", "Won", "won", 100), Stage("Delivered", "Delivered", "won", 100),
    Stage("Lost", "Lost", "lost", 0), Stage("Cancelled", "Cancelled", "lost", 0),
]).allowing("won", "open").allowing("lost", "open").allowing("won", "lost")  # fmt: skip

#: Stages with the default probabilities of PL-29, in percent.
DEFAULTS: Final = Pipeline(key="defaults", stages=[
    Stage("in progress", "In progress", "open", 10), Stage("identification", "Identification", "open", 30),
    Stage("needs", "Needs", "open", 20), Stage("solution", "Solution", "open", 50),
    Stage("negotiation", "Negotiation", "open", 80), Stage("won", "Won", "won", 100), Stage("lost", "Lost", "lost", 0),
])  # fmt: skip


def deal(pipeline: Pipeline = SIMPLE, *, at: datetime = NOW, stage: str = "", amount: Money | None = None) -> Deal:
    """Begin a deal."""
    return new_deal(id="d1", name="Mill", pipeline=pipeline, at=at, stage=stage, amount=amount)


def moved(one: Deal, to: str, pipeline: Pipeline = SIMPLE, *, at: datetime = NOW, **given: object) -> Deal:
    """Move a deal, and give it."""
    return move_deal(one, to, at=at, pipeline=pipeline, given=given).deal


# ---------------------------------------------------------------- PL-01: the instant of closing


EVENING: Final = datetime(2020, 2, 2, 18, tzinfo=UTC)
NEXT_DAY: Final = datetime(2020, 2, 3, 8, tzinfo=UTC)
NEW_YEAR: Final = datetime(2020, 1, 1, tzinfo=UTC)


def test_pl_01_winning_closes_an_open_deal_and_leaves_the_instant_of_a_won_one() -> None:
    """Both come to a second won stage: the one that was won before keeps its instant."""
    won, still_open = deal(REOPENING, at=NEW_YEAR, stage="Won"), deal(REOPENING, at=NEW_YEAR)

    assert moved(won, "Delivered", REOPENING, at=EVENING).closed_at == won.closed_at == NEW_YEAR
    assert moved(still_open, "Delivered", REOPENING, at=EVENING).closed_at == EVENING


def test_pl_01_reopening_empties_the_instant() -> None:
    """Back on an open stage, neither is closed."""
    for stage in ("Won", "New"):
        won = moved(deal(REOPENING, at=NEW_YEAR, stage=stage), "Delivered", REOPENING, at=EVENING)
        assert moved(won, "New", REOPENING, at=NEXT_DAY).closed_at is None


def test_pl_01_losing_closes() -> None:
    """
    Open ones lose at the instant of the move; won ones too, where the pipeline lets them.

    The scenario has them reopened before; the rule restamps what is lost after it was won (PIPE-2).
    """
    for stage in ("Won", "New"):
        assert moved(deal(REOPENING, at=NEW_YEAR, stage=stage), "Lost", REOPENING, at=EVENING).closed_at == EVENING
    reopened = moved(deal(REOPENING, at=NEW_YEAR, stage="Won"), "New", REOPENING, at=EVENING)
    assert moved(reopened, "Lost", REOPENING, at=NEXT_DAY).closed_at == NEXT_DAY


# ---------------------------------------------------------------- PL-03: stamps change only on change


def test_pl_03_last_entry_of_the_history_says_when_the_stage_changed() -> None:
    """An owner is set without a trace in the history; a win leaves one."""
    sixth, later, last = (datetime(2023, 11, day, 8, tzinfo=UTC) for day in (6, 23, 26))
    begun = deal(at=sixth)
    owned = edit(begun, {"owner_id": "u1"}, at=later).updated[0].after
    assert isinstance(owned, Deal)
    won = moved(owned, "Won", at=last)

    assert [one.history[-1].at for one in (begun, owned, won)] == [sixth, sixth, last]
    assert owned.history == begun.history
    assert won.owner_id == "u1"


# ---------------------------------------------------------------- PL-05: losing


def test_pl_05_lost_deal_keeps_its_reason_and_has_no_chance() -> None:
    """The reason comes with the move; a probability that was set by hand is dropped; one entry is added."""
    hopeful = attrs.evolve(deal(REOPENING), probability=32)
    lost = moved(hopeful, "Lost", REOPENING, loss_reason="price")

    assert (lost.loss_reason, lost.probability, probability_of(lost, pipeline=REOPENING)) == ("price", None, 0)
    assert len(lost.history) == len(hopeful.history) + 1
    assert lost.history[-1].probability == 0


# ---------------------------------------------------------------- PL-07: rights


def test_pl_07_guard_on_the_owner_refuses_with_a_typed_error() -> None:
    """Rights are the host's; a guard that the host sets keeps others from losing a deal."""
    mine = SIMPLE.requiring("Lost", guard=where(Deal, "owner_id", "is", "u1"))
    theirs, own = (attrs.evolve(deal(), owner_id=owner) for owner in ("u2", "u1"))
    with pytest.raises(CannotMove) as caught:
        moved(theirs, "Lost", mine)

    assert [(problem.field, problem.rule) for problem in caught.value.problems] == [("guard", "PIPE-2")]
    assert moved(own, "Lost", mine).stage == "Lost"


# ---------------------------------------------------------------- PL-09: outcomes are a closed list


def test_pl_09_stage_of_an_unknown_outcome_is_refused() -> None:
    """Adding one leaves the pipeline with the three stages that it had."""
    with pytest.raises(InvalidValue, match="test") as caught:
        attrs.evolve(SIMPLE, stages=[*SIMPLE.stages, Stage("Test", "Test", "test")])

    assert caught.value.problems[0].options == tuple(Outcome)
    assert [stage.key for stage in SIMPLE.stages] == ["Open", "Won", "Lost"]


# ---------------------------------------------------------------- PL-11: defaults


def test_pl_11_new_deal_stands_on_the_first_stage_of_the_first_pipeline() -> None:
    """`new_deal` decides, by the order of what it is given."""
    begun = new_deal(id="d1", pipeline=[ZOHO, SIMPLE], at=NOW)

    assert (begun.pipeline, begun.stage) == ("zoho", "Qualification")


def test_pl_11_constructor_does_not_guess() -> None:
    """A deal that is only put together names its stage itself (PIPE-11)."""
    with pytest.raises(TypeError):
        Deal(id="d1")  # type: ignore[call-arg]  # that is the point

    assert Deal(id="d1", stage="Won").pipeline == ""


# ---------------------------------------------------------------- PL-13: two processes


def test_pl_13_status_of_a_lead_and_stage_of_a_deal_have_nothing_to_do_with_each_other() -> None:
    """The scenario maps one onto the other; here a move touches one record, and no process knows the other."""
    lead = new_lead(id="l1", last_name="Vale", statuses=statuses.SIMPLE)
    working = move_lead(lead, "Contacted", at=NOW, statuses=statuses.SIMPLE)
    won = move_deal(deal(), "Won", at=NOW, pipeline=SIMPLE)

    assert list(working.changes.refs()) == [lead.ref]
    assert list(won.changes.refs()) == [won.deal.ref]
    assert [change.field for change in working.changes.updated[0].difference] == ["status"]


# ---------------------------------------------------------------- PL-21, PL-23: closing


NEEDS_AMOUNT: Final = SIMPLE.requiring("Won", "amount")


def test_pl_21_winning_without_an_amount_is_refused() -> None:
    """The fact comes from the pipeline's own row; the deal stays where it is."""
    bare = deal()
    with pytest.raises(CannotMove) as caught:
        moved(bare, "Won", NEEDS_AMOUNT)

    assert [problem.field for problem in caught.value.problems] == ["amount"]
    assert bare == deal()


def test_pl_21_resulting_deal_is_judged() -> None:
    """An amount that stands already is enough, and so is one that comes with the move."""
    stored = attrs.evolve(deal(), amount=Money(4000, "EUR"))

    assert moved(stored, "Won", NEEDS_AMOUNT).stage == "Won"
    assert moved(deal(), "Won", NEEDS_AMOUNT, amount=Money(4000, "EUR")).stage == "Won"


def test_pl_21_date_of_closing_is_never_missing() -> None:
    """The scenario asks for a date; here the instant of the move is the instant of closing (PIPE-2)."""
    assert moved(deal(), "Lost", NEEDS_AMOUNT).closed_at == NOW


def test_pl_21_open_stages_need_neither() -> None:
    """Requirements stand with the stage that has them."""
    two = attrs.evolve(NEEDS_AMOUNT, stages=[Stage("Early", "Early", "open"), *NEEDS_AMOUNT.stages])

    assert moved(deal(two), "Open", two).stage == "Open"


def test_pl_21_closer_is_recorded() -> None:
    """Whoever moves a deal, or begins one that is closed, stands in its history."""
    won = move_deal(deal(), "Won", at=NOW, pipeline=SIMPLE, by="u1").deal
    born = new_deal(id="d2", pipeline=SIMPLE, at=NOW, stage="Won", by="u2")

    assert (won.history[-1].by, born.history[-1].by) == ("u1", "u2")


def test_pl_23_won_deal_is_closed_now() -> None:
    """At the instant that is given, whatever day was expected."""
    expected = edit(deal(amount=Money(10_000, "EUR")), {"closes_on": NOW.date().replace(month=12)}, at=NOW)
    hopeful = expected.updated[0].after
    assert isinstance(hopeful, Deal)
    won = moved(hopeful, "Won")

    assert (hopeful.closed_at, won.closed_at, won.closes_on) == (None, NOW, hopeful.closes_on)


# ---------------------------------------------------------------- PL-25: one primary contact


def test_pl_25_deal_has_at_most_one_primary_contact() -> None:
    """There is one field for it; naming the same contact among the others is an error (AUTH-9)."""
    with pytest.raises(InvalidRecord, match="is the primary contact already"):
        Deal(id="d1", stage="Open", contact_id="c1", contacts=[DealContact(contact_id="c1")])


def test_pl_25_switching_the_primary_contact_unmarks_the_other() -> None:
    """To switch is to set both fields; the one contact is not made primary by itself."""
    one = Deal(id="d1", stage="Open", contact_id="c1", contacts=[DealContact(contact_id="c2")])
    other = edit(one, {"contact_id": "c2", "contacts": [DealContact(contact_id="c1")]}, at=NOW).updated[0].after

    assert other == Deal(id="d1", stage="Open", contact_id="c2", contacts=[DealContact(contact_id="c1")])
    assert Deal(id="d1", stage="Open", contacts=[DealContact(contact_id="c2")]).contact_id == ""


# ---------------------------------------------------------------- PL-27: won only from some stages


def test_pl_27_deal_is_won_only_from_the_stages_that_are_declared() -> None:
    """Declared transitions say which; without the flag the move is refused, with it accepted."""
    ways = [
        Transition(name="propose", come_from="New", to="Proposition"),
        Transition(name="win", come_from="Proposition", to="Won"),
    ]
    strict = attrs.evolve(REOPENING, transitions=ways)
    flagged = attrs.evolve(strict, transitions=[ways[0], attrs.evolve(ways[1], come_from=["New", "Proposition"])])
    with pytest.raises(CannotMove) as caught:
        moved(deal(strict), "Won", strict)

    assert [problem.rule for problem in caught.value.problems] == ["PIPE-3"]
    assert moved(moved(deal(strict), "Proposition", strict), "Won", strict).stage == "Won"
    assert moved(deal(flagged), "Won", flagged).stage == "Won"


# ---------------------------------------------------------------- PL-29: probability


@pytest.mark.parametrize(("stage", "percent"), [("solution", 50), ("needs", 20), ("won", 100), ("lost", 0)])
def test_pl_29_probability_follows_the_stage(stage: str, percent: int) -> None:
    """In percent; nothing is written into the deal (PIPE-6)."""
    one = moved(deal(DEFAULTS), stage, DEFAULTS)

    assert (one.probability, probability_of(one, pipeline=DEFAULTS)) == (None, percent)


def test_pl_29_probability_that_is_given_goes_before_the_stages() -> None:
    """With the move or by an edit alone."""
    one = moved(deal(DEFAULTS), "solution", DEFAULTS, probability=25)
    other = edit(deal(DEFAULTS), {"probability": 25}, at=NOW).updated[0].after
    assert isinstance(other, Deal)

    assert probability_of(one, pipeline=DEFAULTS) == probability_of(other, pipeline=DEFAULTS) == 25
    assert other.stage == "in progress"


def test_pl_29_unknown_stage_is_an_error() -> None:
    """The scenario gives none; here nothing is guessed (AUTH-14)."""
    with pytest.raises(UnknownStage):
        probability_of(Deal(id="d1", stage="elsewhere"), pipeline=DEFAULTS)
    with pytest.raises(UnknownStage):
        moved(deal(DEFAULTS), "elsewhere", DEFAULTS)


def test_pl_29_expected_revenue_follows_the_probability() -> None:
    """What is set by hand counts."""
    one = moved(deal(DEFAULTS, amount=Money(200, "EUR")), "solution", DEFAULTS, probability=25)

    assert expected_revenue(one, pipeline=DEFAULTS) == Money(50, "EUR")


# ---------------------------------------------------------------- PL-31: stages


def test_pl_31_stage_has_one_outcome() -> None:
    """Won and lost at once cannot be said."""
    with pytest.raises(InvalidValue):
        Stage("Both", "Both", ("won", "lost"))  # type: ignore[arg-type]  # that is the point

    assert [stage.outcome for stage in SIMPLE.stages] == [Outcome.OPEN, Outcome.WON, Outcome.LOST]


def test_pl_31_stage_in_use_cannot_be_taken_away() -> None:
    """Records and pipelines that do not go together are refused; an unused stage can go (PIPE-10)."""
    used = deal(REOPENING, stage="Proposition")
    stages = {stage.key: stage for stage in REOPENING.stages}
    without = {
        key: attrs.evolve(REOPENING, stages=[stage for stage in stages.values() if stage.key != key])
        for key in ("Proposition", "Cancelled")
    }
    with pytest.raises(InvalidDirectory, match="Proposition"):
        Directory.of(deals=[used], pipelines=without["Proposition"])

    assert Directory.of(deals=[used], pipelines=without["Cancelled"])


def test_pl_31_stages_are_listed_as_they_are_given() -> None:
    """Their order is that of the list; nothing is numbered."""
    turned = attrs.evolve(REOPENING, stages=REOPENING.stages[::-1])

    assert [stage.key for stage in turned.stages] == [stage.key for stage in REOPENING.stages][::-1]
    assert next_stages(deal(turned), pipeline=turned)[0].to.key == "Cancelled"


# ---------------------------------------------------------------- PL-33: reopening


def test_pl_33_reopening_keeps_what_comes_with_it() -> None:
    """Stage and amount change together; the history says that the deal was reopened (PIPE-4)."""
    won = moved(deal(REOPENING), "Won", REOPENING)
    again = moved(won, "New", REOPENING, amount=Money(10, "EUR"))

    assert (again.stage, again.amount, again.closed_at) == ("New", Money(10, "EUR"), None)
    assert [entry.reopened for entry in again.history] == [False, False, True]


def test_pl_33_presets_do_not_reopen() -> None:
    """The scenario lets every deal reopen; here a pipeline declares that it does (PIPE-2)."""
    assert not can_move(moved(deal(), "Won"), "Open", pipeline=SIMPLE)


# ---------------------------------------------------------------- PL-35: quotations


def test_pl_35_quotation_moves_no_deal_by_itself() -> None:
    """There are no line items: the host that submits a quotation moves the deal."""
    quoted = moved(new_deal(id="d1", pipeline=ZOHO, at=NOW), "Proposal/Price Quote", ZOHO)

    assert (quoted.stage, probability_of(quoted, pipeline=ZOHO)) == ("Proposal/Price Quote", 75)
    assert not {"quotation", "items", "products"} & {field.name for field in attrs.fields(Deal)}
