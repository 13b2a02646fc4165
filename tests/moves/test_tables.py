"""Which moves the tables let deals make: the nine cells, declared ways, and policies as values."""

import copy
import pickle
from itertools import product
from typing import Final

import attrs
import pytest

from leadmodel import (
    Closing,
    Deal,
    InvalidTable,
    MoveRule,
    Outcome,
    Pipeline,
    Problem,
    Ref,
    Stage,
    Transition,
    can_move,
    move_deal,
    next_stages,
    where,
)
from leadmodel.processes import pipelines
from tests.moves.making import (
    DAY,
    DECLARED,
    EUR,
    FROM,
    NOON,
    OPEN_ALL,
    SALES,
    TO,
    begun,
    closed,
    refusal,
    rules_of,
    standing,
)

#: The nine published cells, written down a second time: from, to, allowed, what becomes of `closed_at`.
CELLS: Final = [
    ("open", "open", True, "kept"),
    ("open", "won", True, "set"),
    ("open", "lost", True, "set"),
    ("won", "won", True, "kept"),
    ("lost", "lost", True, "kept"),
    ("won", "open", False, "cleared"),
    ("lost", "open", False, "cleared"),
    ("won", "lost", False, "set"),
    ("lost", "won", False, "set"),
]

cells = pytest.mark.parametrize(("come_from", "to", "allowed", "closing"), CELLS)


# ---------------------------------------------------------------- the table


def test_table_of_moves_is_the_one_that_is_published() -> None:
    """The shipped rows say what is published, and ask for nothing (PIPE-2)."""
    effects = {"kept": "keep", "set": "stamp", "cleared": "clear"}
    rows = {(row.come_from, row.to): (row.allowed, row.closing) for row in pipelines.MOVES}

    for one, two, allowed, closing in CELLS:
        assert rows[one, two] == (allowed, effects[closing])
    assert set(rows) == set(product(Outcome, Outcome))
    assert {(row.requires, row.guard) for row in pipelines.MOVES} == {((), None)}


@pytest.mark.parametrize("row", pipelines.MOVES, ids=lambda row: f"{row.come_from} to {row.to}")
def test_instant_of_closing_agrees_with_the_rows_of_the_outcomes(row: MoveRule) -> None:
    """What comes to another closed outcome is stamped, what comes back is cleared, and nothing else is touched."""
    left, entered = Outcome(row.come_from), Outcome(row.to)
    stamped, cleared = entered.closed and left is not entered, left.closed and not entered.closed

    assert row.closing is (Closing.STAMP if stamped else Closing.CLEAR if cleared else Closing.KEEP)


@pytest.mark.parametrize("preset", pipelines.PRESETS.values(), ids=list(pipelines.PRESETS))
def test_presets_ask_for_nothing_and_declare_no_way(preset: Pipeline) -> None:
    """The presets neither reopen nor turn won into lost, and require no fact (PIPE-2)."""
    assert preset.moves == pipelines.MOVES
    assert preset.transitions == ()
    assert not any(gate.requires or gate.guard for gate in preset.gates())


@cells
def test_move_is_allowed_as_the_table_says(come_from: str, to: str, allowed: bool, closing: str) -> None:  # noqa: ARG001
    """Nine cells, and the standard answer of each."""
    check = can_move(closed(come_from), TO[to], pipeline=SALES)

    assert bool(check) is allowed
    assert (check.row.come_from, check.row.to) == (come_from, to)


@cells
def test_instant_of_closing_follows_the_table(come_from: str, to: str, allowed: bool, closing: str) -> None:  # noqa: ARG001
    """Closing stamps the instant of the move, reopening clears it, all else keeps it (PIPE-2, PIPE-4)."""
    deal = closed(come_from)
    moved = move_deal(deal, TO[to], at=NOON + DAY, pipeline=OPEN_ALL).deal

    assert moved.closed_at == {"kept": deal.closed_at, "set": NOON + DAY, "cleared": None}[closing]


@cells
def test_entry_says_whether_a_deal_was_reopened(come_from: str, to: str, allowed: bool, closing: str) -> None:  # noqa: ARG001
    """To come back from won or lost to open is logged as such, and nothing else is (PIPE-4)."""
    moved = move_deal(closed(come_from), TO[to], at=NOON + DAY, pipeline=OPEN_ALL).deal

    assert moved.history[-1].reopened is (come_from != "open" and to == "open")


@pytest.mark.parametrize(("come_from", "to"), [(one, two) for one, two, allowed, _ in CELLS if not allowed])
def test_refused_cell_can_be_declared(come_from: str, to: str) -> None:
    """Another policy is another value; one cell changes and no other (PIPE-2)."""
    pipeline = SALES.allowing(come_from, to)
    others = [(one, two) for one, two in product(FROM, TO) if (one, two) != (come_from, to)]

    assert can_move(closed(come_from), TO[to], pipeline=pipeline)
    for one, two in others:
        assert pipeline.cell(one, two) == SALES.cell(one, two)


@pytest.mark.parametrize(("come_from", "to"), [(one, two) for one, two, allowed, _ in CELLS if allowed])
def test_allowed_cell_can_be_refused(come_from: str, to: str) -> None:
    """An organisation may forbid what others do, and say what to do instead."""
    error = refusal(
        move_deal, closed(come_from), TO[to], at=NOON + DAY,
        pipeline=SALES.refusing(come_from, to, hint="ask the manager"),
    )  # fmt: skip

    assert [problem.hint for problem in error.problems] == ["ask the manager"]


@pytest.mark.parametrize(
    ("come_from", "to", "rule"),
    [("won", "open", "PIPE-4"), ("lost", "open", "PIPE-4"), ("won", "lost", "PIPE-2"), ("lost", "won", "PIPE-2")],
)
def test_refusal_names_the_rule_and_the_way_out(come_from: str, to: str, rule: str) -> None:
    """What is refused says which cell to allow."""
    error = refusal(move_deal, closed(come_from), TO[to], at=NOON + DAY, pipeline=SALES)

    assert error.problems == (
        Problem(
            what=f"what is {come_from} cannot become {to}",
            hint=f'where deals do so, say allowing("{come_from}", "{to}")',
            field="stage", value=TO[to], rule=rule,
        ),
    )  # fmt: skip


def test_refusal_carries_the_facts() -> None:
    """The deal, where it stands, where it was to go, and where it may go, as data and as text."""
    error = refusal(move_deal, closed("won"), "Offer", at=NOON + DAY, pipeline=SALES)

    assert (error.ref, error.come_from, error.to, error.allowed) == (Ref(Deal, "d1"), "Signed", "Offer", ("Paid",))
    assert str(error) == (
        "deal d1 cannot go from 'Signed' to 'Offer': stage: what is won cannot become open; "
        'where deals do so, say allowing("won", "open") [PIPE-4]; from here it may go to: \'Paid\''
    )


def test_refusal_says_where_there_is_nowhere_to_go() -> None:
    """A pipeline of one stage, and a deal that would go back."""
    error = refusal(
        move_deal, Deal(id="d1", stage="Won"), "Open", at=NOON, pipeline=pipelines.SIMPLE.refusing("won", "won")
    )

    assert str(error).endswith("; from here it may go to: nowhere")


def test_refusal_survives_copying_and_pickling() -> None:
    """An error is a value: equal facts make equal errors."""
    error = refusal(move_deal, closed("won"), "Offer", at=NOON + DAY, pipeline=SALES)

    assert pickle.loads(pickle.dumps(error)) == copy.deepcopy(error) == error  # noqa: S301  (our own)


def test_stages_may_be_skipped_in_free_mode() -> None:
    """Where no transition is declared, every stage follows every other (PIPE-3)."""
    stages = [stage.key for stage in SALES.stages if stage.key != "First"]

    assert [check.to.key for check in next_stages(begun(), pipeline=SALES)] == stages
    assert [move_deal(begun(), key, at=NOON, pipeline=SALES).deal.stage for key in stages] == stages


# ---------------------------------------------------------------- declared mode


@pytest.mark.parametrize(
    ("stage", "next_ones"),
    [("First", ["Talk", "Offer", "Gone"]), ("Talk", ["Offer", "Gone"]), ("Offer", ["Signed", "Gone"]), ("Signed", [])],
)
def test_deals_move_along_declared_transitions_alone(stage: str, next_ones: list[str]) -> None:
    """What is not declared is closed, though the table would allow it; what the table refuses is closed too."""
    deal = standing(stage, pipeline="declared")

    assert [check.to.key for check in next_stages(deal, pipeline=DECLARED)] == next_ones


def test_move_without_a_transition_is_refused_by_name() -> None:
    """The refusal tells a closed way from a forbidden one."""
    error = refusal(move_deal, begun(DECLARED), "Signed", at=NOON, pipeline=DECLARED)

    assert error.problems == (
        Problem(
            what="no transition leads from 'First' to 'Signed'", hint="declare one, or take another way",
            field="stage", value="Signed", rule="PIPE-3",
        ),
    )  # fmt: skip
    assert error.allowed == ("Talk", "Offer", "Gone")


def test_transition_from_anywhere_still_heeds_the_table() -> None:
    """To give up is open to all but to those who have won (PIPE-2)."""
    error = refusal(move_deal, standing("Signed", pipeline="declared"), "Gone", at=NOON, pipeline=DECLARED)

    assert rules_of(error.problems) == [("stage", "PIPE-2")]


def test_transition_asks_for_its_facts() -> None:
    """A named way may need what the stage does not (PIPE-3)."""
    deal = standing("Offer", pipeline="declared")
    check = can_move(deal, "Signed", pipeline=DECLARED)

    assert check.transition is not None
    assert (check.transition.name, check.missing, bool(check)) == ("sign", ("amount",), False)
    assert move_deal(deal, "Signed", at=NOON, pipeline=DECLARED, given={"amount": EUR}).deal.stage == "Signed"


def test_guard_of_a_transition_is_named() -> None:
    """The refusal says who asks."""
    guard = where(Deal, "priority", "at_most", 2)
    pipeline = attrs.evolve(SALES, transitions=[Transition(name="rush", come_from="First", to="Offer", guard=guard)])
    error = refusal(move_deal, begun(pipeline, priority=3), "Offer", at=NOON, pipeline=pipeline)

    assert [problem.what for problem in error.problems] == [f"the transition 'rush' asks that {guard}"]
    assert move_deal(begun(pipeline, priority=2), "Offer", at=NOON, pipeline=pipeline).changes


def test_transition_between_two_stages_goes_before_one_from_anywhere() -> None:
    """What is said of one way is said of that way."""
    pipeline = attrs.evolve(SALES, transitions=[
        Transition(name="anyhow", to="Offer", requires="amount"),
        Transition(name="straight", come_from="First", to="Offer"),
    ])  # fmt: skip

    assert can_move(begun(pipeline), "Offer", pipeline=pipeline)
    assert not can_move(standing("Talk"), "Offer", pipeline=pipeline)


def test_transition_cannot_lead_where_the_table_lets_nothing_go() -> None:
    """A contradiction is told when the pipeline is made (PIPE-2)."""
    reopen = Transition(name="reopen", come_from="Signed", to="Offer")
    with pytest.raises(InvalidTable, match="which the move table refuses") as caught:
        attrs.evolve(SALES, transitions=[reopen])

    assert caught.value.problems[0].hint == "allow it: allowing('won', 'open')"
    assert attrs.evolve(SALES.allowing("won", "open"), transitions=[reopen]).transitions == (reopen,)


# ---------------------------------------------------------------- policies as values


def test_requirements_of_a_stage_add_up() -> None:
    """Asking for more keeps what was asked for, once each; guards are joined (LEAD-4)."""
    one, two = where(Deal, "owner_id", "is", "u1"), where(Deal, "source", "is", "web")
    pipeline = SALES.requiring("Signed", "amount", guard=one).requiring("Signed", "name", "amount", guard=two)

    assert pipeline.stage("Signed").requires == ("amount", "name")
    assert pipeline.stage("Signed").guard == one & two
    assert pipeline.requiring("Signed", "source").stage("Signed").guard == one & two
    assert [stage for stage in pipeline.stages if stage.key != "Signed"] == [
        stage for stage in SALES.stages if stage.key != "Signed"
    ]


def test_policy_is_another_value() -> None:
    """The pipeline that was there before is as it was."""
    SALES.allowing("won", "open").requiring("Signed", "amount")

    assert not SALES.cell("won", "open").allowed
    assert SALES.stage("Signed").requires == ()


def test_cell_that_is_allowed_again_forgets_what_it_asked_for() -> None:
    """What is said of a cell last, holds whole."""
    pipeline = SALES.allowing("won", "open", requires="amount").allowing("won", "open")

    assert pipeline.cell("won", "open") == attrs.evolve(SALES.cell("won", "open"), allowed=True, hint="")
    assert pipeline.refusing("won", "open").cell("won", "open") == MoveRule("won", "open", False, "clear", "PIPE-4")


def test_pipelines_of_equal_content_answer_alike() -> None:
    """Asking a pipeline for a way leaves no trace in its value."""
    fresh = attrs.evolve(SALES)
    can_move(begun(), "Offer", pipeline=SALES)

    assert fresh == SALES
    assert can_move(begun(), "Offer", pipeline=fresh) == can_move(begun(), "Offer", pipeline=copy.deepcopy(SALES))


def test_outcomes_alone_decide() -> None:
    """Neither label nor probability nor forecast moves a deal or closes it (PIPE-1, AUTH-13)."""
    odd = Pipeline(key="p", stages=[
        Stage("a", "Closed Lost", "open", 100, "closed"), Stage("b", "Open", "won", 0, "pipeline"),
        Stage("c", "Closed Won", "open", 0, "omitted"),
    ])  # fmt: skip
    deal = begun(odd)
    still_open = move_deal(deal, "c", at=NOON, pipeline=odd).deal
    won = move_deal(deal, "b", at=NOON, pipeline=odd).deal

    assert (still_open.closed_at, won.closed_at) == (None, NOON)
    assert odd.stage("b").outcome is Outcome.WON
    assert not can_move(won, "a", pipeline=odd)
