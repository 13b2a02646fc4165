"""The laws of moves hold for what is drawn and made, and are broken by what is broken on purpose."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadmodel import (
    Changes,
    Converted,
    Deal,
    Lead,
    Money,
    Pipeline,
    Problem,
    Stage,
    StageChange,
    Transition,
    can_move,
    create,
    move_deal,
    move_lead,
    new_deal,
    next_stages,
    next_statuses,
    pipelines,
    statuses,
)
from leadmodel.rules.deals import DealMove
from leadmodel.rules.leads import LeadMove
from leadmodel.rules.moving import MoveCheck
from leadmodel.testing import laws, strategies
from leadmodel.testing.laws import moves as move_law
from leadmodel.testing.strategies import NOW

DAY: Final = timedelta(days=1)
SIMPLE: Final = pipelines.SIMPLE
#: A pipeline of declared ways, of which one asks for an amount.
STEPS: Final = attrs.evolve(SIMPLE, transitions=[
    Transition(name="win", come_from="Open", to="Won", requires="amount"), Transition(name="lose", to="Lost"),
])  # fmt: skip
#: A reason that nothing gives.
REASON: Final = Problem(what="it is not wanted")

_quiet = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def none_of(ref: object) -> None:
    """Find no related record."""
    del ref


def broken_deals(monkeypatch: pytest.MonkeyPatch, broken: Callable[[DealMove], DealMove], *, to: str) -> None:
    """Let every move to a stage go wrong."""

    def moved(deal: Deal, key: str, **asked: Any) -> DealMove:  # noqa: ANN401  (as for the verb)
        move = move_deal(deal, key, **asked)
        return broken(move) if key == to else move

    monkeypatch.setattr(move_law, "move_deal", moved)


OPENED: Final = SIMPLE.allowing("won", "open").allowing("lost", "open", requires="next_step")
MOVING: Final = new_deal(id="d1", pipeline=SIMPLE, at=NOW - 9 * DAY, amount=Money("100", "EUR"))
WON: Final = Deal(id="d2", stage="Won", pipeline="simple", created_at=NOW - 9 * DAY, closed_at=NOW - 2 * DAY)
REOPENED: Final = attrs.evolve(WON, id="d3", history=[StageChange(to="Won", at=NOW - DAY, come_from="Open")])


class TestMoves:
    """What is said of a move is what happens."""

    @_quiet
    @given(st.data())
    def test_drawn_deals_keep_the_laws(self, data: st.DataObject) -> None:
        """In pipelines of every shape, with whole histories and with gaps."""
        pipeline = data.draw(strategies.pipelines(moves=None, declared=None, guarded=None, retired=None))
        deal = data.draw(strategies.moved_deals(pipeline=pipeline, gaps=None))
        laws.check_moves(deal, pipeline, at=NOW, related=none_of)

    @_quiet
    @given(st.data())
    def test_deals_of_several_pipelines_keep_the_laws(self, data: st.DataObject) -> None:
        """Moving elsewhere too, at an instant that may be too early, with other fields given."""
        unique = st.lists(strategies.pipelines(moves=None), min_size=2, max_size=2, unique_by=lambda each: each.key)
        several = data.draw(unique)
        deal = data.draw(strategies.moved_deals(pipeline=several, gaps=None))
        given_too = data.draw(st.sampled_from((None, {"probability": 30}, {"amount": None, "name": "Mill"})))
        laws.check_moves(deal, several, at=data.draw(st.sampled_from((NOW, NOW - 390 * DAY))), given=given_too)

    @pytest.mark.parametrize("deal", [MOVING, WON, REOPENED], ids=["open", "imported", "closed"])
    @pytest.mark.parametrize("pipeline", [SIMPLE, OPENED], ids=["usual", "opened"])
    def test_known_deals_keep_the_laws(self, deal: Deal, pipeline: Pipeline) -> None:
        """Deals that were won before anybody wrote histories included."""
        laws.check_moves(deal, pipeline, at=NOW)

    def test_deal_that_is_closed_later_keeps_the_laws(self) -> None:
        """What an import says about an instant that is to come is no past."""
        laws.check_moves(attrs.evolve(WON, closed_at=NOW + DAY), SIMPLE.allowing("won", "lost"), at=NOW)

    @pytest.mark.parametrize(
        ("facts", "message"),
        [
            ({"closed_at": None}, "and should be"),
            ({"probability": 7}, "and should be"),
            ({"name": "?"}, "and should be"),
            ({"version": 9}, "version 0 is followed by 9"),
            ({"history": ()}, "the history of deal d1 is gone"),
            ({"history": MOVING.history * 2}, "is written down as"),
            ({"history": MOVING.history * 3}, r"1 moves of deal d1 are now 2 \+ 1"),
            ({"history": (attrs.evolve(MOVING.history[0], by="?"), StageChange(to="Won", at=NOW))},
             "has changed earlier ones"),
        ],
        ids=["closing", "probability", "another field", "version", "no history", "another entry", "two entries",
             "another past"],
    )  # fmt: skip
    def test_move_that_does_something_else_is_found(
        self, facts: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever the deal that comes out of a move should not have become."""
        broken_deals(monkeypatch, lambda move: attrs.evolve(move, deal=attrs.evolve(move.deal, **facts)), to="Won")

        with pytest.raises(AssertionError, match=message):
            laws.check_moves(MOVING, SIMPLE, at=NOW)

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            (lambda _: Changes(), "and its changes make"),
            (lambda move: create(attrs.evolve(move.deal, id="d9"), at=NOW), "and its changes make"),
        ],
        ids=["none", "others"],
    )
    def test_move_with_other_changes_is_found(
        self, changes: Callable[[DealMove], Changes], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The changes make of the deal what the move gave."""
        broken_deals(monkeypatch, lambda move: attrs.evolve(move, changes=changes(move)), to="Won")

        with pytest.raises(AssertionError, match=message):
            laws.check_moves(MOVING, SIMPLE, at=NOW)

    def test_revert_that_restores_nothing_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A move that cannot be taken back."""
        monkeypatch.setattr(move_law, "revert", lambda *_, **__: Changes())

        with pytest.raises(AssertionError, match="moved and reverted, is"):
            laws.check_moves(MOVING, SIMPLE, at=NOW)

    @pytest.mark.parametrize(
        ("broken", "message"),
        [
            (lambda check: attrs.evolve(check, problems=(REASON,)), "and moving it gives"),
            (lambda check: attrs.evolve(check, missing=("name",)), r"next_stages tells of 'Won'"),
        ],
        ids=["verdict", "another check"],
    )
    def test_check_that_departs_from_the_move_is_found(
        self, broken: Callable[[MoveCheck[Stage]], MoveCheck[Stage]], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`can_move` says no and the deal moves; or it says something that `next_stages` does not."""
        monkeypatch.setattr(move_law, "can_move", lambda *asked, **how: broken(can_move(*asked, **how)))

        with pytest.raises(AssertionError, match=message):
            laws.check_moves(MOVING, SIMPLE, at=NOW)

    def test_check_that_is_refused_for_other_reasons_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A refusal says why, and the check says the same."""

        def other(*asked: Any, **how: Any) -> MoveCheck[Stage]:  # noqa: ANN401  (as for the verb)
            check = can_move(*asked, **how)
            return check if check else attrs.evolve(check, problems=(REASON,))

        monkeypatch.setattr(move_law, "can_move", other)

        with pytest.raises(AssertionError, match="moving it, for"):
            laws.check_moves(WON, SIMPLE, at=NOW)

    @pytest.mark.parametrize("found", [(), "twice"], ids=["none", "too many"])
    def test_next_stages_that_are_not_those_of_the_tables_are_found(
        self, found: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Exactly the stages that the rows and the transitions leave open."""
        monkeypatch.setattr(
            move_law, "next_stages", lambda *asked, **how: next_stages(*asked, **how) * 2 if found else ()
        )

        with pytest.raises(AssertionError, match="and its tables leave open"):
            laws.check_moves(MOVING, STEPS if found else SIMPLE, at=NOW)

    def test_move_to_the_same_stage_that_does_something_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Standing still is no move (PIPE-5)."""
        broken_deals(monkeypatch, lambda move: attrs.evolve(move, deal=attrs.evolve(move.deal, name="?")), to="Open")

        with pytest.raises(AssertionError, match="stands in 'Open' already, and moving there makes"):
            laws.check_moves(MOVING, SIMPLE, at=NOW)

    @pytest.mark.parametrize(
        ("broken", "message"),
        [
            (
                lambda deal, moment: "?" if moment == NOW and deal.stage == "Won" else None,
                r"moved to 'Won', deal d1 stood in '\?'",
            ),
            (lambda deal, moment: "Won" if deal.stage == "Won" and moment < NOW else deal.stage, "stood in .*; now in"),
        ],
        ids=["after", "before"],
    )
    def test_move_that_changes_the_past_is_found(
        self, broken: Callable[[Deal, datetime], str | None], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where a deal stands is known at the instant of the move, and before it what was known stays known."""
        monkeypatch.setattr(move_law, "check_history", lambda *_, **__: None)
        monkeypatch.setattr(move_law, "stage_at", broken)

        with pytest.raises(AssertionError, match=message):
            laws.check_moves(MOVING, SIMPLE, at=NOW)


class TestLeadMoves:
    """The same for leads."""

    @_quiet
    @given(st.data())
    def test_drawn_leads_keep_the_laws(self, data: st.DataObject) -> None:
        """Among statuses of every shape, converted leads included."""
        own = data.draw(strategies.statuses(moves=None, declared=None, guarded=None))
        lead = data.draw(strategies.leads(statuses=own))
        laws.check_lead_moves(lead, own, at=NOW, related=none_of)

    @pytest.mark.parametrize("status", [None, "New", "Unqualified"])
    def test_known_leads_keep_the_laws(self, status: str | None) -> None:
        """With other fields given, and without a status yet."""
        laws.check_lead_moves(
            Lead(id="l1", company="Mill", status=status), statuses.SIMPLE, at=NOW, given={"title": "Dr"}
        )

    def test_converted_lead_keeps_the_laws(self) -> None:
        """Nothing can be given to a lead that goes nowhere."""
        lead = Lead(id="l1", company="Mill", status="Converted", conversion=Converted(at=NOW))
        laws.check_lead_moves(lead, statuses.SIMPLE, at=NOW, given={"title": "Dr"})

    @pytest.mark.parametrize(
        ("broken", "to", "message"),
        [
            (lambda move: attrs.evolve(move, lead=attrs.evolve(move.lead, title="?")), "Contacted", "moved to"),
            (lambda move: attrs.evolve(move, changes=Changes()), "Contacted", "and its changes make"),
            (lambda move: attrs.evolve(move, lead=attrs.evolve(move.lead, title="?")), "New", "already, and moving"),
        ],
        ids=["another field", "no changes", "standing still"],
    )
    def test_move_that_does_something_else_is_found(
        self, broken: Callable[[LeadMove], LeadMove], to: str, message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever the lead that comes out of a move should not have become."""

        def moved(lead: Lead, key: str, **asked: Any) -> LeadMove:  # noqa: ANN401  (as for the verb)
            move = move_lead(lead, key, **asked)
            return broken(move) if key == to else move

        monkeypatch.setattr(move_law, "move_lead", moved)

        with pytest.raises(AssertionError, match=message):
            laws.check_lead_moves(Lead(id="l1", company="Mill", status="New"), statuses.SIMPLE, at=NOW)

    def test_move_past_the_table_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """No move converts a lead (LEAD-3)."""
        open_too = statuses.SIMPLE.allowing("new", "converted")
        monkeypatch.setattr(
            move_law, "move_lead", lambda lead, key, **asked: move_lead(lead, key, **{**asked, "statuses": open_too})
        )

        with pytest.raises(AssertionError, match="next_statuses has no 'Converted', and lead l1 moved there"):
            laws.check_lead_moves(Lead(id="l1", company="Mill", status="New"), statuses.SIMPLE, at=NOW)

    def test_verdict_that_departs_from_the_move_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """`next_statuses` says that something is missing, and the lead moves."""
        monkeypatch.setattr(
            move_law, "next_statuses",
            lambda lead, **how: tuple(attrs.evolve(each, problems=(REASON,)) for each in next_statuses(lead, **how)),
        )  # fmt: skip

        with pytest.raises(AssertionError, match="and moving it gives"):
            laws.check_lead_moves(Lead(id="l1", company="Mill", status="New"), statuses.SIMPLE, at=NOW)


class TestHistory:
    """What is told of a deal's past adds up."""

    @_quiet
    @given(strategies.moved_deals(gaps=None), st.integers(0, 400))
    def test_drawn_histories_keep_the_law(self, deal: Deal, days: int) -> None:
        """As of any instant, before the deal began too."""
        laws.check_history(deal, as_of=NOW - days * DAY)

    @pytest.mark.parametrize(
        ("name", "broken", "message"),
        [
            ("stage_history", lambda told: told[1:] + told[:1], "does not begin where it ends"),
            ("stage_history", lambda told: told[:1], "the last stay ends before"),
            ("time_in_stages", lambda told: {**told, "Open": DAY}, "add up to"),
            ("stage_at", lambda _: "?", "its stays until then end in"),
        ],
        ids=["order", "an end that is missing", "time", "stage"],
    )
    def test_history_that_does_not_add_up_is_found(
        self, name: str, broken: Callable[[Any], Any], message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each of the three questions, planted with a mistake."""
        right = getattr(move_law, name)
        monkeypatch.setattr(move_law, name, lambda *asked, **how: broken(right(*asked, **how)))
        moved = move_deal(MOVING, "Won", at=NOW - DAY, pipeline=SIMPLE).deal

        with pytest.raises(AssertionError, match=message):
            laws.check_history(moved, as_of=NOW)
