"""What a move does to a deal: history, closing, probability, order in time, and the changes that it gives."""

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from leadmodel import (
    CannotRevert,
    Cause,
    Changes,
    Deal,
    DealContact,
    InvalidEdit,
    InvalidValue,
    Money,
    Problem,
    Ref,
    StageChange,
    Transition,
    UnknownName,
    UnknownStage,
    Updated,
    can_move,
    create,
    edit,
    expected_revenue,
    move_deal,
    next_stages,
    probability_of,
    revert,
    where,
)
from leadmodel.codec import changes_from_json, changes_to_json
from leadmodel.testing.laws import check_changes
from tests.moves.making import (
    BOTH,
    DAY,
    EAST,
    EUR,
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

# ---------------------------------------------------------------- what a move does


def test_move_gives_the_deal_and_its_changes() -> None:
    """The deal is as it would be, and the changes make it so; nothing else differs (PIPE-8)."""
    deal = begun(amount=EUR, owner_id="u1", tags=["big"], contacts=[DealContact(contact_id="c2")])
    made = move_deal(deal, "Offer", at=NOON + HOUR, pipeline=SALES, by="u2")
    entry = StageChange(
        to="Offer", at=NOON + HOUR, come_from="First", pipeline="sales", by="u2", amount=EUR, probability=70
    )

    assert made.deal == attrs.evolve(deal, stage="Offer", history=[*deal.history, entry])
    assert made.changes == Changes(updated=[Updated(deal, made.deal)])
    assert (made.deal.version, made.deal.modified_at) == (1, NOON + HOUR)


def test_changes_say_why() -> None:
    """When, by whom and under which rules: the row's own, and the one about histories."""
    changes = move_deal(begun(), "Signed", at=NOON.astimezone(EAST), pipeline=SALES, by="u2").changes
    reopened = move_deal(closed("won"), "Offer", at=NOON + DAY, pipeline=OPEN_ALL).changes

    assert changes.cause == Cause(at=NOON, by="u2", rules=("PIPE-2", "PIPE-8"))
    assert reopened.cause == Cause(at=NOON + DAY, rules=("PIPE-4", "PIPE-8"))


def test_cause_names_the_rule_of_the_pipelines_own_row() -> None:
    """An organisation's policy has ids of its own."""
    moves = [attrs.evolve(row, rule="OWN-7") if row.to == "won" else row for row in SALES.moves]
    changes = move_deal(begun(), "Signed", at=NOON, pipeline=attrs.evolve(SALES, moves=moves)).changes

    assert changes.cause == Cause(at=NOON, rules=("OWN-7", "PIPE-8"))


def test_entry_keeps_amount_and_probability_as_they_stood_after_the_move() -> None:
    """What comes with the move is in the entry, not what stood before (PIPE-8)."""
    given = {"amount": Money("9", "USD"), "probability": 55}
    moved = move_deal(begun(amount=EUR), "Offer", at=NOON, pipeline=SALES, given=given).deal

    assert (moved.history[-1].amount, moved.history[-1].probability) == (Money("9", "USD"), 55)
    assert (moved.amount, moved.probability) == (Money("9", "USD"), 55)


def test_instants_of_a_move_are_kept_in_utc() -> None:
    """History, closing and stamp are on one time line."""
    moved = move_deal(begun(), "Signed", at=(NOON + HOUR).astimezone(EAST), pipeline=SALES).deal
    instants = [moved.history[-1].at, moved.closed_at, moved.modified_at]

    assert instants == [NOON + HOUR] * 3
    assert [instant.tzinfo for instant in instants if instant] == [UTC] * 3


def test_version_grows_from_where_it_is() -> None:
    """A move is one change of the record."""
    assert move_deal(attrs.evolve(begun(), version=41), "Talk", at=NOON, pipeline=SALES).deal.version == 42


def test_history_of_former_moves_stays_as_it_was() -> None:
    """Entries are added, never rewritten, within a pipeline."""
    first = move_deal(begun(), "Talk", at=NOON, pipeline=SALES).deal
    second = move_deal(first, "Offer", at=NOON, pipeline=SALES).deal

    assert second.history[:-1] == first.history
    assert [entry.come_from for entry in second.history] == [None, "First", "Talk"]


def test_deal_without_a_history_gets_one_entry() -> None:
    """An imported deal says from now on where it goes."""
    moved = move_deal(standing("Talk"), "Offer", at=NOON + HOUR, pipeline=SALES).deal

    assert [(entry.come_from, entry.to, entry.pipeline) for entry in moved.history] == [("Talk", "Offer", "sales")]


def test_deal_of_the_only_pipeline_needs_not_name_it() -> None:
    """Where there is one pipeline, it stays unnamed."""
    moved = move_deal(Deal(id="d1", stage="Talk"), "Offer", at=NOON, pipeline=SALES).deal

    assert (moved.pipeline, moved.history[-1].pipeline) == ("", "")


def test_other_fields_are_set_with_the_move() -> None:
    """`given` sets what `edit` would set, in the same change."""
    made = move_deal(begun(), "Gone", at=NOON, pipeline=SALES, given={"loss_reason": "price", "tags": ["lost"]})

    assert (made.deal.loss_reason, made.deal.tags) == ("price", frozenset({"lost"}))
    assert {change.field for change in made.changes.updated[0].difference} == {
        "loss_reason", "tags", "stage", "closed_at", "history",
    }  # fmt: skip


@pytest.mark.parametrize("field", ["stage", "pipeline", "history", "closed_at", "id", "version", "created_at"])
def test_field_that_a_verb_owns_cannot_be_given(field: str) -> None:
    """What `edit` refuses, a move refuses, with the same words (PIPE-12)."""
    values = {field: getattr(begun(), field)}
    errors = []
    for verb in (
        lambda: edit(begun(), values, at=NOON),
        lambda: move_deal(begun(), "Talk", at=NOON, pipeline=SALES, given=values),
        lambda: move_deal(begun(), "First", at=NOON, pipeline=SALES, given=values),
        lambda: can_move(begun(), "Talk", pipeline=SALES, given=values),
        lambda: can_move(begun(), "First", pipeline=SALES, given=values),
        lambda: next_stages(begun(), pipeline=SALES, given=values),
    ):
        with pytest.raises(InvalidEdit) as caught:
            verb()
        errors.append(caught.value)

    assert [error.problems[0].rule for error in errors] == ["PIPE-12"] * 6
    assert errors == [errors[0]] * 6


def test_everything_wrong_with_the_given_fields_is_told() -> None:
    """Unknown names, verbs' fields and wrong values are reported together, as `edit` reports them."""
    values = {"stage": "Talk", "ownr_id": "u1", "amount": 4, "probability": 101}
    with pytest.raises(InvalidEdit) as moving:
        move_deal(begun(), "Talk", at=NOON, pipeline=SALES, given=values)
    with pytest.raises(InvalidEdit) as editing:
        edit(begun(), values, at=NOON)

    assert moving.value == editing.value
    assert len(moving.value.problems) == 4


def test_primary_contact_cannot_come_in_twice() -> None:
    """What comes with a move is checked with the whole record (AUTH-9)."""
    with pytest.raises(InvalidEdit, match="is the primary contact already"):
        move_deal(
            begun(contact_id="c1"), "Talk", at=NOON, pipeline=SALES, given={"contacts": [DealContact(contact_id="c1")]}
        )


@pytest.mark.parametrize("by", ["", " ", "u\0", "u" * 256, 7])
@pytest.mark.parametrize("to", ["Talk", "First", "Signed"])
def test_author_of_a_move_has_an_id_or_is_left_out(to: str, by: Any) -> None:  # noqa: ANN401  (anything may be tried)
    """A blank name is nobody's: also where nothing would move, and where the move would be refused."""
    strict = SALES.refusing("open", "won")
    with pytest.raises(InvalidValue) as caught:
        move_deal(begun(), to, at=NOON, pipeline=strict, by=by)

    assert [(problem.field, problem.value) for problem in caught.value.problems] == [("by", by)]


def test_instant_and_author_of_a_move_are_judged_together() -> None:
    """Both are told at once."""
    with pytest.raises(InvalidValue) as caught:
        move_deal(begun(), "Talk", at=NOON.replace(tzinfo=None), pipeline=SALES, by="")

    assert [problem.field for problem in caught.value.problems] == ["at", "by"]


@pytest.mark.parametrize("at", [datetime(2026, 1, 15), date(2026, 1, 15), None, "2026-01-15"])  # noqa: DTZ001
@pytest.mark.parametrize("to", ["Talk", "First"])
def test_move_needs_an_instant(at: Any, to: str) -> None:  # noqa: ANN401  (anything may be tried)
    """Naive instants are refused, also where nothing would move."""
    with pytest.raises(InvalidValue, match=r"^move: at: "):
        move_deal(begun(), to, at=at, pipeline=SALES)


@pytest.mark.parametrize("ask", [lambda **k: can_move(begun(), "Talk", **k), lambda **k: next_stages(begun(), **k)])
def test_check_of_a_move_refuses_a_naive_instant(ask: Callable[..., object]) -> None:
    """A question is as strict as the move."""
    with pytest.raises(InvalidValue, match="has no time zone"):
        ask(pipeline=SALES, at=datetime(2026, 1, 15))  # noqa: DTZ001


def test_instant_outside_the_calendar_is_no_instant() -> None:
    """The last hours of the year 9999 in the west lie beyond it in UTC."""
    end = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))
    with pytest.raises(InvalidValue, match="outside the years"):
        move_deal(begun(), "Talk", at=end, pipeline=SALES)


def test_records_are_unchanged_after_a_refusal() -> None:
    """A refused move leaves the deal, its history and what was given as they were."""
    deal, values = begun(), {"amount": EUR}
    before, kept = pickle.dumps(deal), dict(values)
    refusal(move_deal, deal, "Signed", at=NOON - DAY, pipeline=SALES, given=values)

    assert pickle.dumps(deal) == before
    assert values == kept


def test_deal_that_is_moved_stays_as_it_was() -> None:
    """A move gives another value; the old one can still be moved elsewhere."""
    deal = begun()
    before = pickle.dumps(deal)
    move_deal(deal, "Signed", at=NOON, pipeline=SALES)

    assert pickle.dumps(deal) == before
    assert move_deal(deal, "Gone", at=NOON, pipeline=SALES).deal.stage == "Gone"


def test_moved_deal_passes_all_checks_again() -> None:
    """A moved deal could have been made by hand."""
    moved = move_deal(begun(amount=EUR), "Signed", at=NOON, pipeline=SALES, given={"owner_id": " "}).deal

    assert attrs.evolve(moved) == moved
    assert moved.owner_id == ""


# ---------------------------------------------------------------- the same stage


def test_move_to_the_same_stage_gives_the_same_deal_and_no_change() -> None:
    """Nothing happened, and nothing is logged (PIPE-5)."""
    deal = begun(probability=33)
    made = move_deal(deal, "First", at=NOON + HOUR, pipeline=SALES, by="u1")

    assert made.deal is deal
    assert made.changes == Changes()
    assert made.changes.cause == Cause(at=NOON + HOUR, by="u1", rules=("PIPE-5",))


def test_same_stage_is_no_move_even_where_the_table_refuses() -> None:
    """Who stands there already asks for nothing: no fact, no cell, no transition, no order in time."""
    pipeline = SALES.refusing("open", "open").requiring("First", "amount", guard=where(Deal, "owner_id", "is", "u9"))
    pipeline = attrs.evolve(pipeline, transitions=[Transition(name="sign", come_from="Offer", to="Signed")])
    deal = begun()

    assert move_deal(deal, "First", at=NOON - DAY, pipeline=pipeline).deal is deal
    assert can_move(deal, "First", pipeline=pipeline)


def test_check_of_the_same_stage_agrees_with_the_move() -> None:
    """What would change nothing may always be done, at whatever instant (PIPE-5)."""
    assert move_deal(begun(), "First", at=NOON - DAY, pipeline=SALES).deal == begun()
    assert can_move(begun(), "First", pipeline=SALES, at=NOON - DAY)


def test_given_field_that_says_nothing_new_is_welcome_on_the_same_stage() -> None:
    """What is equal to what stands there is no change."""
    deal = begun(amount=Money("1.5", "EUR"), tags=["a"])
    values = {"amount": Money("1.50", "EUR"), "tags": ["a"], "name": "Mill"}

    assert move_deal(deal, "First", at=NOON, pipeline=SALES, given=values).deal is deal
    assert can_move(deal, "First", pipeline=SALES, given=values)


@pytest.mark.parametrize("ask", [lambda *a, **k: move_deal(*a, **k, at=NOON), can_move], ids=["move_deal", "can_move"])
def test_given_field_is_not_dropped_in_silence_on_the_same_stage(ask: Callable[..., object]) -> None:
    """A move that changes nothing sets nothing: it says so, and names `edit` (PIPE-5)."""
    with pytest.raises(InvalidEdit) as caught:
        ask(begun(), "First", pipeline=SALES, given={"name": "Mill", "amount": EUR, "probability": 5})

    assert caught.value.problems == tuple(
        Problem(
            what="deal d1 stands in 'First' already, so no move sets it", hint="use edit", field=field, value=value,
            rule="PIPE-5",
        )
        for field, value in (("amount", EUR), ("probability", 5))
    )  # fmt: skip
    assert caught.value.subject == "move of deal d1"


def test_the_stage_in_which_a_deal_stands_is_no_next_one() -> None:
    """What is next is elsewhere."""
    assert "First" not in {check.to.key for check in next_stages(begun(), pipeline=SALES)}


# ---------------------------------------------------------------- probability


def test_probability_follows_the_stage() -> None:
    """Where nobody said otherwise, the stage's number holds, before and after a move."""
    deal = begun()

    assert probability_of(deal, pipeline=SALES) == 10
    assert probability_of(move_deal(deal, "Offer", at=NOON, pipeline=SALES).deal, pipeline=SALES) == 70


@pytest.mark.parametrize("percent", [0, 33, 100])
def test_probability_set_by_hand_goes_before_the_stages(percent: int) -> None:
    """Nought is a number like any other."""
    assert probability_of(begun(probability=percent), pipeline=SALES) == percent


def test_probability_set_by_hand_is_dropped_by_the_next_move() -> None:
    """A guess about one stage is none about another (PIPE-6)."""
    moved = move_deal(begun(probability=33), "Offer", at=NOON, pipeline=SALES).deal

    assert (moved.probability, moved.history[-1].probability) == (None, 70)


@pytest.mark.parametrize("percent", [0, 33, 100])
def test_probability_given_with_the_move_is_kept(percent: int) -> None:
    """It is set by hand for the stage that the deal comes to (PIPE-6)."""
    moved = move_deal(begun(probability=50), "Offer", at=NOON, pipeline=SALES, given={"probability": percent}).deal

    assert (moved.probability, moved.history[-1].probability) == (percent, percent)


def test_probability_can_be_dropped_with_the_move() -> None:
    """None follows the stage."""
    moved = move_deal(begun(probability=50), "Offer", at=NOON, pipeline=SALES, given={"probability": None}).deal

    assert (moved.probability, moved.history[-1].probability) == (None, 70)


def test_other_given_fields_do_not_save_the_probability() -> None:
    """Only a probability that is given is kept."""
    moved = move_deal(begun(probability=50), "Offer", at=NOON, pipeline=SALES, given={"amount": EUR}).deal

    assert (moved.probability, moved.history[-1].probability) == (None, 70)


def test_probability_of_a_deal_of_another_pipeline_is_that_pipelines() -> None:
    """Two pipelines have a stage of one key, with two numbers."""
    deal = Deal(id="d1", stage="Offer", pipeline="renewal")

    assert probability_of(deal, pipeline=BOTH) == 80
    assert probability_of(attrs.evolve(deal, pipeline="sales"), pipeline=BOTH) == 70


@pytest.mark.parametrize(
    ("amount", "percent", "expected"),
    [
        (Money("100", "EUR"), 10, Money("10", "EUR")),
        (Money("99.99", "USD"), 33, Money("32.9967", "USD")),
        (Money("0.0001", "EUR"), 50, Money("0", "EUR")),
        (Money("0.0003", "EUR"), 50, Money("0.0002", "EUR")),
        (Money("0.0005", "EUR"), 50, Money("0.0002", "EUR")),
        (Money("-0.0003", "EUR"), 50, Money("-0.0002", "EUR")),
        (Money("0.0001", "EUR"), 51, Money("0.0001", "EUR")),
        (Money("1000", "JPY"), 7, Money("70", "JPY")),
        (Money("99999999999999.9999", "EUR"), 100, Money("99999999999999.9999", "EUR")),
        (Money("99999999999999.9999", "EUR"), 99, Money("98999999999999.9999", "EUR")),
        (Money("12.34", "EUR"), 0, Money("0", "EUR")),
    ],
)
def test_expected_revenue_is_the_share_of_the_amount(amount: Money, percent: int, expected: Money) -> None:
    """Exact to four decimals, half to even, in the currency of the amount."""
    deal = begun(amount=amount, probability=percent)

    assert expected_revenue(deal, pipeline=SALES) == expected


def test_expected_revenue_follows_the_stage() -> None:
    """Without a number of the deal's own, the stage's counts."""
    assert expected_revenue(begun(amount=Money(1000, "CHF"), stage="Offer"), pipeline=SALES) == Money(700, "CHF")


def test_deal_without_an_amount_has_no_expected_revenue() -> None:
    """Nothing is not nought."""
    assert expected_revenue(begun(), pipeline=SALES) is None


@pytest.mark.parametrize("ask", [expected_revenue, probability_of])
def test_worth_of_a_deal_in_no_stage_is_not_guessed(ask: Callable[..., object]) -> None:
    """An unknown stage or pipeline is an error (AUTH-14)."""
    with pytest.raises(UnknownStage):
        ask(Deal(id="d1", stage="Nowhere", amount=EUR), pipeline=SALES)
    with pytest.raises(UnknownName):
        ask(Deal(id="d1", stage="Offer", pipeline="gone", amount=EUR), pipeline=BOTH)


# ---------------------------------------------------------------- order in time


def test_move_before_the_last_one_is_refused() -> None:
    """Histories run forwards (PIPE-9)."""
    deal = move_deal(begun(), "Talk", at=NOON + HOUR, pipeline=SALES).deal
    early = NOON + HOUR - timedelta(microseconds=1)
    error = refusal(move_deal, deal, "Offer", at=early, pipeline=SALES)

    assert error.problems == (
        Problem(
            what=f"{early} lies before the last move, to 'Talk' at {NOON + HOUR}", hint="moves are made in order",
            field="at", value=early, rule="PIPE-9",
        ),
    )  # fmt: skip


def test_move_at_the_instant_of_the_last_one_is_allowed() -> None:
    """Two moves of one instant are kept in the order in which they were made (PIPE-9)."""
    deal = move_deal(begun(), "Talk", at=NOON, pipeline=SALES).deal
    moved = move_deal(deal, "Offer", at=NOON, pipeline=SALES).deal

    assert [entry.to for entry in moved.history] == ["First", "Talk", "Offer"]


def test_order_is_that_of_the_instants_and_not_of_the_clocks_on_the_wall() -> None:
    """A later reading of a clock further east may be an earlier instant."""
    deal = move_deal(begun(), "Talk", at=NOON + HOUR, pipeline=SALES).deal
    late_on_the_wall = NOON.astimezone(EAST)
    early_on_the_wall = (NOON + 2 * HOUR).astimezone(timezone(timedelta(hours=-11)))

    assert rules_of(refusal(move_deal, deal, "Offer", at=late_on_the_wall, pipeline=SALES).problems) == [
        ("at", "PIPE-9")
    ]
    assert move_deal(deal, "Offer", at=early_on_the_wall, pipeline=SALES).deal.history[-1].at == NOON + 2 * HOUR


@pytest.mark.parametrize("history", [(), (StageChange(to="Talk", at=NOON - DAY),)], ids=["none", "older"])
def test_move_before_the_deal_was_created_is_refused(history: tuple[StageChange, ...]) -> None:
    """A deal moves once it exists; at its first instant it may (PIPE-9)."""
    deal = standing("Talk", history=history)
    error = refusal(move_deal, deal, "Offer", at=NOON - HOUR, pipeline=SALES)

    assert [(p.what, p.hint, p.field, p.value, p.rule) for p in error.problems] == [
        (f"{NOON - HOUR} lies before the deal was created, at {NOON}", "moves come after it", "at", NOON - HOUR,
         "PIPE-9"),
    ]  # fmt: skip
    assert move_deal(deal, "Offer", at=NOON, pipeline=SALES).changes


@pytest.mark.parametrize("created_at", [NOON, None], ids=["known", "unknown"])
def test_move_before_an_imported_deal_was_closed_is_refused(created_at: datetime | None) -> None:
    """Its story is that it stood elsewhere until then; a history that begins earlier would contradict it (PIPE-9)."""
    deal = standing("Signed", closed_at=NOON + HOUR, created_at=created_at)
    early = NOON + HOUR / 2
    error = refusal(move_deal, deal, "Paid", at=early, pipeline=SALES)

    assert error.problems == (
        Problem(
            what=f"{early} lies before the deal came to 'Signed', at {NOON + HOUR}", hint="moves are made in order",
            field="at", value=early, rule="PIPE-9",
        ),
    )  # fmt: skip
    assert can_move(deal, "Paid", pipeline=SALES)
    assert move_deal(deal, "Paid", at=NOON + HOUR, pipeline=SALES).changes


def test_history_and_not_the_instant_of_closing_says_what_came_last() -> None:
    """Where there is a history, it is heeded alone: an import may have stamped the closing of a deal later (PIPE-9)."""
    history = [StageChange(to="Signed", at=NOON)]
    deal = standing("Signed", closed_at=NOON + HOUR, history=history)

    assert move_deal(deal, "Paid", at=NOON, pipeline=SALES).changes


def test_deal_that_does_not_say_when_it_began_may_move_at_any_time() -> None:
    """What is not known cannot be before anything."""
    deal = standing("Talk", created_at=None)

    assert move_deal(deal, "Offer", at=datetime(1, 1, 1, tzinfo=UTC), pipeline=SALES).changes


def test_check_looks_at_order_in_time_where_it_is_told_when() -> None:
    """Without an instant, it says whether the deal may move at all."""
    deal = begun()
    early = can_move(deal, "Talk", pipeline=SALES, at=NOON - HOUR)

    assert can_move(deal, "Talk", pipeline=SALES)
    assert rules_of(early.problems) == [("at", "PIPE-9")]
    assert can_move(deal, "Talk", pipeline=SALES, at=NOON)


# ---------------------------------------------------------------- the changes of a move


def test_changes_of_a_move_are_read_back_from_json() -> None:
    """What a log keeps is what happened, its cause included."""
    changes = move_deal(
        begun(amount=EUR), "Signed", at=NOON + HOUR, pipeline=SALES, by="u1", given={"probability": 95}
    ).changes
    read = changes_from_json(changes_to_json(changes))

    assert read == changes
    assert read.cause == changes.cause
    assert isinstance(read.updated[0].after, Deal)
    assert read.updated[0].after.history == changes.updated[0].after.history  # type: ignore[attr-defined]  # a deal


def test_moves_keep_the_laws_of_changes() -> None:
    """They can be taken back, joined and applied like any other change."""
    deal = begun()
    steps = [create(deal, at=NOON)]
    for number, (to, other) in enumerate([("Talk", ""), ("Signed", ""), ("Due", "renewal"), ("Lapsed", "")]):
        two = (SALES, RENEWAL.allowing("won", "open"))
        now = steps[-1].created[0] if number == 0 else steps[-1].updated[0].after
        assert isinstance(now, Deal)
        steps.append(move_deal(now, to, at=NOON + number * HOUR, pipeline=two, to_pipeline=other).changes)

    check_changes(*steps)


def test_move_can_be_taken_back() -> None:
    """Stage, closing, probability and history are as they were; the version grows on."""
    deal = begun(probability=33)
    changes = move_deal(deal, "Signed", at=NOON + HOUR, pipeline=SALES, given={"amount": EUR}).changes
    back = revert(changes, {deal.ref: changes.updated[0].after}, at=NOON + DAY)
    restored = back.updated[0].after

    assert restored == deal
    assert restored.version == 2
    check_changes(changes, back)


def test_move_is_not_taken_back_once_the_deal_has_moved_on() -> None:
    """The refusal says which fields have changed since."""
    changes = move_deal(begun(), "Talk", at=NOON, pipeline=SALES).changes
    talking = changes.updated[0].after
    assert isinstance(talking, Deal)
    signed = move_deal(talking, "Signed", at=NOON, pipeline=SALES).deal
    with pytest.raises(CannotRevert) as caught:
        revert(changes, {signed.ref: signed}, at=NOON)

    assert [problem.field for problem in caught.value.problems] == ["stage", "closed_at", "history"]


def test_move_is_one_change_of_the_record_with_what_was_given() -> None:
    """Stage and given fields come together or not at all."""
    changes = move_deal(begun(), "Signed", at=NOON, pipeline=SALES, given={"amount": EUR}).changes
    records: dict[Ref, Any] = {Ref(Deal, "d1"): begun()}
    changes.apply_to(records)

    assert records == {Ref(Deal, "d1"): changes.updated[0].after}
    assert (changes.created, changes.deleted, changes.merged, changes.effects) == ((), (), (), ())
