"""Processes change while records stand in them: nobody is left standing nowhere, and the past is told as before."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadmodel as lm
from leadmodel.rules.deals import GivenPipelines
from leadmodel.rules.story import outcome_at
from leadmodel.testing import strategies

MONDAY: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
TUESDAY, WEDNESDAY, FRIDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 4))
LATER: Final = datetime(9000, 1, 1, tzinfo=UTC)

OURS: Final = lm.Pipeline(
    key="ours",
    stages=[
        lm.Stage("Asked", "Asked", "open", 10),
        lm.Stage("Offered", "Offer is out", "open", 50),
        lm.Stage("Won", "Won", "won", 100),
        lm.Stage("Lost", "Lost", "lost"),
    ],
)
THEIRS: Final = lm.Pipeline(
    key="theirs", stages=[lm.Stage("Asked", "Asked", "open", 30), lm.Stage("Sold", "Sold", "won", 100)]
)
BOTH: Final = (OURS, THEIRS)
WAYS: Final = (
    lm.Transition(name="offer", come_from="Asked", to="Offered"),
    lm.Transition(name="sign", come_from=["Asked", "Offered"], to="Won"),
    lm.Transition(name="give up", to="Lost"),
)
DECLARED: Final = attrs.evolve(OURS, transitions=WAYS)


def deal(id: str, *stages: str, pipeline: lm.Pipeline = OURS, **fields: object) -> lm.Deal:
    """Give a deal that began on Monday and has moved through stages, one each day."""
    made = lm.new_deal(id=id, pipeline=pipeline, stage=stages[0], at=MONDAY, **fields)
    for days, stage in enumerate(stages[1:], 1):
        made = lm.move_deal(made, stage, at=MONDAY + timedelta(days=days), pipeline=pipeline).deal
    return made


def after(changes: lm.Changes, records: Iterable[Any]) -> list[Any]:
    """Give records as they are once changes are made."""
    kept = {record.ref: record for record in records}
    changes.apply_to(kept)
    return list(kept.values())


def keys(process: lm.Process[Any]) -> list[str]:
    """Give the keys of the steps of a process, in order."""
    return [step.key for step in process.steps]


class TestAddingAStage:
    """A stage is added where it is wanted."""

    NEW: Final = lm.Stage("Met", "Met", "open", 20)

    @pytest.mark.parametrize(
        ("place", "order"),
        [
            ({}, "Asked Offered Won Lost Met"),
            ({"before": "Asked"}, "Met Asked Offered Won Lost"),
            ({"after": "Asked"}, "Asked Met Offered Won Lost"),
            ({"before": "Lost"}, "Asked Offered Won Met Lost"),
            ({"after": "Lost"}, "Asked Offered Won Lost Met"),
        ],
    )
    def test_new_stage_stands_where_it_was_put(self, place: Mapping[str, str], order: str) -> None:
        """Before a stage, after one, or at the end; all else stays as it was."""
        pipeline = lm.add_stage(DECLARED, self.NEW, **place)

        assert keys(pipeline) == order.split()
        assert pipeline.stage("Met") is self.NEW
        assert attrs.evolve(pipeline, stages=DECLARED.stages) == DECLARED

    def test_two_places_are_refused(self) -> None:
        """Before and after at once has no single meaning."""
        with pytest.raises(lm.InvalidValue, match="new stage: before, after: 'Won' and 'Asked' are both given"):
            lm.add_stage(OURS, self.NEW, before="Won", after="Asked")

    @pytest.mark.parametrize("place", ["before", "after"])
    def test_unknown_neighbour_is_refused(self, place: str) -> None:
        """The nearest stage is offered."""
        with pytest.raises(lm.UnknownStage, match="did you mean 'Offered'"):
            lm.add_stage(OURS, self.NEW, **{place: "Ofered"})

    def test_key_of_another_stage_is_refused(self) -> None:
        """Keys are unique."""
        with pytest.raises(lm.InvalidTable, match="the key 'Won' is given 2 times"):
            lm.add_stage(OURS, lm.Stage("Won", "Won again", "won"))

    def test_retired_stage_comes_back(self) -> None:
        """It is in use, and no longer retired."""
        without = lm.remove_stage(OURS, "Offered", at=MONDAY).pipeline

        pipeline = lm.add_stage(without, lm.Stage("Offered", "Proposal", "open", 60), after="Asked")

        assert keys(pipeline) == keys(OURS)
        assert pipeline.stage("Offered").label == "Proposal"
        assert pipeline.retired == ()

    def test_retired_stage_keeps_its_outcome(self) -> None:
        """With another outcome, histories would tell another story (AUTH-15)."""
        without = lm.remove_stage(OURS, "Offered", at=MONDAY).pipeline

        with pytest.raises(lm.InvalidTable, match="the retired stage 'Offered' was open, and this one is won"):
            lm.add_stage(without, lm.Stage("Offered", "Offered", "won"))


class TestRenamingAStage:
    """A stage gets another key, and whoever names it says so."""

    def test_deal_in_the_stage_and_its_history_are_rewritten(self) -> None:
        """No move is logged: the deal has not moved."""
        stands = deal("d1", "Asked", "Offered")

        change = lm.rename_stage(OURS, "Offered", to="Proposed", deals=[stands], at=FRIDAY, by="u1")
        (renamed,) = after(change.changes, [stands])

        began, moved = stands.history
        assert renamed == attrs.evolve(
            stands, stage="Proposed", history=(began, attrs.evolve(moved, to="Proposed")), modified_at=FRIDAY
        )
        assert (renamed.version, renamed.modified_at) == (stands.version + 1, FRIDAY)
        assert change.changes.cause == lm.Cause(at=FRIDAY, by="u1", rules=("PIPE-10",))

    def test_deal_that_has_moved_on_is_rewritten(self) -> None:
        """Its history names the stage, as the one that it came to and the one that it left."""
        gone_on = deal("d1", "Asked", "Offered", "Won")

        change = lm.rename_stage(OURS, "Offered", to="Proposed", deals=[gone_on], at=FRIDAY)
        (renamed,) = after(change.changes, [gone_on])

        assert [(move.come_from, move.to) for move in renamed.history] == [
            (None, "Asked"), ("Asked", "Proposed"), ("Proposed", "Won"),
        ]  # fmt: skip
        assert renamed.stage == "Won"

    def test_deal_that_has_gone_to_another_pipeline_is_rewritten(self) -> None:
        """What it left is renamed; the stage of the same key in the other pipeline is another one."""
        elsewhere = lm.move_deal(
            deal("d1", "Asked"), "Asked", at=TUESDAY, pipeline=BOTH, to_pipeline="theirs"
        ).deal  # fmt: skip

        change = lm.rename_stage(OURS, "Asked", to="Inquired", deals=[elsewhere], at=FRIDAY)
        (renamed,) = after(change.changes, [elsewhere])

        assert [(move.from_pipeline, move.come_from, move.pipeline, move.to) for move in renamed.history] == [
            ("", None, "ours", "Inquired"), ("ours", "Inquired", "theirs", "Asked"),
        ]  # fmt: skip
        assert (renamed.pipeline, renamed.stage) == ("theirs", "Asked")

    def test_deal_that_names_no_pipeline_is_rewritten(self) -> None:
        """Where there is one pipeline, deals and entries need not name it."""
        stands = lm.Deal(id="d1", stage="Asked", history=[lm.StageChange(to="Asked", at=MONDAY)])

        change = lm.rename_stage(OURS, "Asked", to="Inquired", deals=[stands], at=FRIDAY)
        (renamed,) = after(change.changes, [stands])

        assert (renamed.stage, renamed.history[0].to) == ("Inquired", "Inquired")

    def test_deals_that_never_stood_there_are_left_alone(self) -> None:
        """Neither those of other stages nor those of other pipelines change."""
        others = [deal("d1", "Asked", "Won"), deal("d2", "Asked", pipeline=THEIRS)]
        entry = lm.StageChange(to="Offered", at=MONDAY)
        others.append(lm.Deal(id="d3", pipeline="third", stage="Offered", history=[entry]))

        change = lm.rename_stage(OURS, "Offered", to="Proposed", deals=others, at=FRIDAY)

        assert change.changes == lm.Changes()

    def test_pipeline_names_it_in_its_stages_and_transitions(self) -> None:
        """Order, outcomes and everything else stay."""
        pipeline = lm.rename_stage(DECLARED, "Offered", to="Proposed", at=FRIDAY).pipeline

        assert pipeline.stages == (
            OURS.stages[0], lm.Stage("Proposed", "Offer is out", "open", 50), *OURS.stages[2:],
        )  # fmt: skip
        assert pipeline.transitions == (
            attrs.evolve(WAYS[0], to="Proposed"), attrs.evolve(WAYS[1], come_from=["Asked", "Proposed"]), WAYS[2],
        )  # fmt: skip

    def test_label_that_was_the_key_is_renamed_too(self) -> None:
        """Nobody had given it a label of its own."""
        pipeline = lm.rename_stage(OURS, "Asked", to="Inquired", at=FRIDAY).pipeline

        assert pipeline.first == lm.Stage("Inquired", "Inquired", "open", 10)

    def test_retired_stage_can_be_renamed(self) -> None:
        """Histories that name it are rewritten."""
        gone_on = deal("d1", "Asked", "Offered", "Won")
        without = lm.remove_stage(OURS, "Offered", at=FRIDAY).pipeline

        change = lm.rename_stage(without, "Offered", to="Proposed", deals=[gone_on], at=FRIDAY)

        assert keys(change.pipeline) == ["Asked", "Won", "Lost"]
        assert [stage.key for stage in change.pipeline.retired] == ["Proposed"]
        assert after(change.changes, [gone_on])[0].history[1].to == "Proposed"

    @pytest.mark.parametrize("taken", ["Won", "Asked", "Offered"])
    def test_key_that_is_or_was_there_is_refused(self, taken: str) -> None:
        """Two stages would become one, and nobody could part them again."""
        without = lm.remove_stage(OURS, "Offered", at=FRIDAY).pipeline

        with pytest.raises(lm.InvalidTable) as caught:
            lm.rename_stage(without, "Asked", to=taken, at=FRIDAY)

        (problem,) = caught.value.problems
        assert (problem.what, problem.value) == (f"there is a stage {taken!r} already, or there was one", taken)

    def test_blank_key_is_refused(self) -> None:
        """A key is an identity."""
        with pytest.raises(lm.InvalidTable, match="blank"):
            lm.rename_stage(OURS, "Asked", to=" ", at=FRIDAY)

    def test_unknown_stage_is_refused(self) -> None:
        """There is nothing to rename."""
        with pytest.raises(lm.UnknownStage):
            lm.rename_stage(OURS, "Offer is out", to="Proposed", at=FRIDAY)


class TestRemovingAStage:
    """A stage is retired, and the deals in it go elsewhere."""

    def test_deals_move_and_their_history_says_so(self) -> None:
        """They move as by move_deal."""
        stands = deal("d1", "Asked", "Offered", probability=80)

        change = lm.remove_stage(OURS, "Offered", to="Asked", deals=[stands], at=FRIDAY, by="u1")

        move = lm.move_deal(stands, "Asked", at=FRIDAY, pipeline=OURS, by="u1")
        assert change.changes == move.changes
        assert after(change.changes, [stands]) == [move.deal]
        assert change.changes.cause == lm.Cause(at=FRIDAY, by="u1", rules=("PIPE-10", "PIPE-2", "PIPE-8"))

    def test_stage_is_retired(self) -> None:
        """No deal may stand there any more, and histories still name it."""
        pipeline = lm.remove_stage(OURS, "Offered", at=FRIDAY).pipeline

        assert keys(pipeline) == ["Asked", "Won", "Lost"]
        assert pipeline.retired == (OURS.stage("Offered"),)

    def test_other_deals_are_left_alone(self) -> None:
        """A deal in another stage, and one of another pipeline with a stage of the same key."""
        others = [deal("d1", "Asked", "Offered", "Won"), deal("d2", "Asked", pipeline=THEIRS)]

        change = lm.remove_stage(OURS, "Asked", to="Offered", deals=others, at=FRIDAY)

        assert change.changes == lm.Changes()

    def test_deal_that_names_no_pipeline_moves(self) -> None:
        """It stands in the only one there is."""
        change = lm.remove_stage(OURS, "Asked", to="Offered", deals=[lm.Deal(id="d1", stage="Asked")], at=FRIDAY)

        assert [update.after.stage for update in change.changes.updated] == ["Offered"]

    def test_deals_without_a_place_are_all_named(self) -> None:
        """Nothing is moved before everything can be."""
        standing = [deal("d1", "Asked"), deal("d2", "Asked"), deal("d3", "Asked", "Offered")]

        with pytest.raises(lm.StillInUse) as caught:
            lm.remove_stage(OURS, "Asked", deals=standing, at=FRIDAY)

        told = {"what": "it stands in 'Asked'", "hint": "say where it goes: to=…", "rule": "PIPE-10"}
        assert caught.value == lm.StillInUse(
            kind="stage", name="Asked", problems=tuple(lm.Problem(where=f"deal {id}", **told) for id in ("d1", "d2"))
        )
        assert str(caught.value) == (
            "the stage 'Asked' is still in use: 2 problems\n"
            "  - deal d1: it stands in 'Asked'; say where it goes: to=… [PIPE-10]\n"
            "  - deal d2: it stands in 'Asked'; say where it goes: to=… [PIPE-10]"
        )

    def test_deals_that_cannot_go_are_all_named_with_all_reasons(self) -> None:
        """What the other stage asks for is asked of each; the one that could go stays as well."""
        asking = OURS.requiring("Offered", "amount", "next_step")
        amount = lm.Money("10", "EUR")
        could = deal("d3", "Asked", amount=amount, next_step="call")

        with pytest.raises(lm.StillInUse) as caught:
            lm.remove_stage(
                asking, "Asked", to="Offered", deals=[deal("d1", "Asked"), deal("d2", "Asked", amount=amount), could],
                at=FRIDAY,
            )  # fmt: skip

        assert [(problem.where, problem.field) for problem in caught.value.problems] == [
            ("deal d1", "amount"), ("deal d1", "next_step"), ("deal d2", "next_step"),
        ]  # fmt: skip

    def test_one_deal_that_cannot_go_is_told_in_one_line(self) -> None:
        """Won deals do not become open by the back door."""
        with pytest.raises(lm.StillInUse) as caught:
            lm.remove_stage(OURS, "Won", to="Asked", deals=[deal("d1", "Asked", "Won")], at=FRIDAY)

        assert str(caught.value) == (
            "the stage 'Won' is still in use: deal d1, stage: what is won cannot become open; "
            'where deals do so, say allowing("won", "open") [PIPE-4]'
        )  # fmt: skip

    def test_given_values_are_set_with_the_moves(self) -> None:
        """What the other stage asks for can be given for all."""
        asking = OURS.requiring("Offered", "next_step")

        change = lm.remove_stage(
            asking, "Asked", to="Offered", deals=[deal("d1", "Asked")], at=FRIDAY, given={"next_step": "call"}
        )

        assert [update.after.next_step for update in change.changes.updated] == ["call"]

    def test_given_value_that_a_deal_cannot_hold_is_told(self) -> None:
        """A wrong value is one more reason, deal by deal."""
        with pytest.raises(lm.StillInUse) as caught:
            lm.remove_stage(
                OURS, "Asked", to="Offered", deals=[deal("d1", "Asked")], at=FRIDAY, given={"amuont": 1}
            )  # fmt: skip

        assert [(problem.where, problem.what) for problem in caught.value.problems] == [
            ("deal d1", "there is no field 'amuont'")
        ]

    def test_guard_finds_related_records(self) -> None:
        """What the other stage asks about an account is asked."""
        in_tools = lm.where(lm.Deal, "account.industry", "is", "Tools")
        asking = OURS.requiring("Offered", guard=in_tools)
        acme = lm.Account(id="a1", name="Acme", industry="Tools")

        change = lm.remove_stage(
            asking, "Asked", to="Offered", deals=[deal("d1", "Asked", account_id="a1")], at=FRIDAY,
            related={acme.ref: acme}.get,
        )  # fmt: skip

        assert len(change.changes.updated) == 1

    def test_no_transition_is_needed(self) -> None:
        """It is an administrator's move: no way leads from Offered back to Asked."""
        stands = deal("d1", "Asked", "Offered", pipeline=DECLARED)

        change = lm.remove_stage(DECLARED, "Offered", to="Asked", deals=[stands], at=FRIDAY)

        assert [update.after.stage for update in change.changes.updated] == ["Asked"]

    def test_transitions_go_with_the_stage(self) -> None:
        """The way to it goes, and it is no longer one of the places that others lead from."""
        pipeline = lm.remove_stage(DECLARED, "Offered", at=FRIDAY).pipeline

        assert pipeline.transitions == (attrs.evolve(WAYS[1], come_from=["Asked"]), WAYS[2])

    def test_transition_from_there_alone_goes(self) -> None:
        """Without a place to come from, it would lead from anywhere."""
        ways = (lm.Transition(name="sign", come_from="Offered", to="Won"), WAYS[2])

        pipeline = lm.remove_stage(attrs.evolve(OURS, transitions=ways), "Offered", at=FRIDAY).pipeline

        assert pipeline.transitions == (WAYS[2],)

    def test_last_transition_does_not_go(self) -> None:
        """Without any, deals could move anywhere: nobody asked for that."""
        with pytest.raises(lm.InvalidTable, match="no transition is left, and every move would be free"):
            lm.remove_stage(attrs.evolve(OURS, transitions=WAYS[:1]), "Offered", at=FRIDAY)

    def test_last_open_stage_does_not_go(self) -> None:
        """Deals have to begin somewhere."""
        with pytest.raises(lm.InvalidTable, match="no stage is open"):
            lm.remove_stage(THEIRS, "Asked", at=FRIDAY)

    def test_only_stage_does_not_go(self) -> None:
        """A pipeline is taken out by a verb of its own."""
        alone = lm.Pipeline(key="alone", stages=OURS.stages[:1])

        with pytest.raises(lm.InvalidTable, match="'Asked' is the only stage"):
            lm.remove_stage(alone, "Asked", at=FRIDAY)

    @pytest.mark.parametrize(("key", "to"), [("Gone", ""), ("Asked", "Asked"), ("Asked", "Gone")])
    def test_unknown_stages_are_refused(self, key: str, to: str) -> None:
        """Also the one that goes is no place to go to, and that is said when no deal stands there."""
        with pytest.raises(lm.UnknownStage):
            lm.remove_stage(OURS, key, to=to, at=FRIDAY)


class TestImportedDeals:
    """A closed deal that came without a history keeps what its instants tell of the past, wherever it goes (PIPE-8)."""

    def test_closed_deal_was_not_closed_before(self) -> None:
        """It was open until it was closed, and the move out of the removed stage does not change that (AUTH-15)."""
        imported = lm.Deal(id="d1", stage="Won", created_at=MONDAY, closed_at=WEDNESDAY)
        signed = lm.add_stage(OURS, lm.Stage("Signed", "Signed", "won", 100))

        change = lm.remove_stage(signed, "Won", to="Signed", deals=[imported], at=FRIDAY)
        (moved,) = after(change.changes, [imported])

        assert [lm.stage_at(each, TUESDAY) for each in (imported, moved)] == [None, None]
        assert [(entry.come_from, entry.to, entry.at) for entry in moved.history] == [
            (None, "Won", WEDNESDAY), ("Won", "Signed", FRIDAY),
        ]  # fmt: skip
        assert moved.closed_at == WEDNESDAY

    @pytest.mark.parametrize(
        ("created_at", "closed_at", "entries"),
        [
            (None, WEDNESDAY, 2),
            (MONDAY, FRIDAY, 2),
            (WEDNESDAY, WEDNESDAY, 1),
            (MONDAY, None, 1),
        ],
    )
    def test_history_begins_with_what_is_known(
        self, created_at: datetime | None, closed_at: datetime | None, entries: int
    ) -> None:
        """An instant that is that of the beginning tells nothing besides."""
        imported = lm.Deal(id="d1", stage="Won", created_at=created_at, closed_at=closed_at)

        moved = lm.move_deal(imported, "Asked", at=FRIDAY, pipeline=OURS.allowing("won", "open")).deal

        assert len(moved.history) == entries


class TestRemovingAPipeline:
    """A pipeline is taken out of use, and its deals go to another."""

    MAP: Final = {"Asked": "Asked", "Offered": "Asked", "Won": "Sold"}

    def test_deals_move_by_the_map(self) -> None:
        """They move as by move_deal, between the pipelines."""
        standing = [deal("d1", "Asked", "Offered"), deal("d2", "Asked", "Won")]

        change = lm.remove_pipeline(BOTH, "ours", into="theirs", stages=self.MAP, deals=standing, at=FRIDAY, by="u1")

        moves = [
            lm.move_deal(each, to, at=FRIDAY, pipeline=BOTH, to_pipeline="theirs", by="u1").changes
            for each, to in zip(standing, ("Asked", "Sold"), strict=True)
        ]
        assert change.changes == lm.Changes.of(*moves)
        assert change.changes.cause == lm.Cause(at=FRIDAY, by="u1", rules=("PIPE-10", "PIPE-7", "PIPE-8"))

    def test_pipeline_stays_with_retired_stages_alone(self) -> None:
        """Histories name it; it stands last, so that new deals begin elsewhere."""
        change = lm.remove_pipeline([DECLARED, THEIRS], "ours", at=FRIDAY)

        assert list(change.pipelines) == ["theirs", "ours"]
        assert change.pipelines["theirs"] is THEIRS
        assert change.pipelines["ours"] == attrs.evolve(OURS, stages=(), retired=OURS.stages)
        assert lm.new_deal(id="d9", pipeline=change.pipelines, at=FRIDAY).pipeline == "theirs"

    def test_past_of_its_deals_can_be_read(self) -> None:
        """Who was a customer by a deal of that pipeline was one, whatever became of the pipeline since (AUTH-15)."""
        profile = lm.Profile("x", "ada")
        ada = lm.Contact(id="c1", last_name="Lovelace", profiles=[profile])
        standing = [deal("d1", "Asked", "Won", contact_id="c1")]
        before = lm.Directory.of(contacts=[ada], deals=standing, pipelines=BOTH)

        change = lm.remove_pipeline(BOTH, "ours", into="theirs", stages=self.MAP, deals=standing, at=FRIDAY)

        now = lm.Directory.of(
            contacts=[ada], deals=after(change.changes, standing), pipelines=change.pipelines
        )  # fmt: skip
        instants = [MONDAY - timedelta(days=1), MONDAY, TUESDAY, WEDNESDAY, FRIDAY]
        told = [[lm.classify_author(profile, each, as_of=at).rule for at in instants] for each in (before, now)]
        assert told == [["AUTH-4", "AUTH-2", "AUTH-3", "AUTH-3", "AUTH-3"]] * 2
        assert lm.classify_author(profile, now).category is lm.Category.CUSTOMER

    def test_no_deal_begins_or_comes_there_any_more(self) -> None:
        """A pipeline of former times is for reading."""
        pipelines = lm.remove_pipeline(BOTH, "ours", at=FRIDAY).pipelines
        theirs = deal("d1", "Asked", pipeline=THEIRS)

        with pytest.raises(lm.UnknownStage):
            lm.new_deal(id="d2", pipeline=pipelines["ours"], at=FRIDAY)
        with pytest.raises(lm.UnknownStage):
            lm.move_deal(theirs, "Offered", at=FRIDAY, pipeline=pipelines, to_pipeline="ours")
        with pytest.raises(lm.InvalidDirectory):
            lm.Directory.of(deals=[deal("d3", "Asked")], pipelines=pipelines)

    def test_it_comes_back_with_a_stage(self) -> None:
        """What was retired can be put into use again."""
        former = lm.remove_pipeline(BOTH, "ours", at=FRIDAY).pipelines["ours"]

        pipeline = lm.add_stage(former, OURS.stages[0])

        assert (keys(pipeline), pipeline.retired) == (["Asked"], OURS.stages[1:])

    def test_former_stages_stay_retired(self) -> None:
        """Those that were retired before stand before the others."""
        without = lm.remove_stage(OURS, "Offered", at=MONDAY).pipeline

        former = lm.remove_pipeline([without, THEIRS], "ours", at=FRIDAY).pipelines["ours"]

        assert [stage.key for stage in former.retired] == ["Offered", "Asked", "Won", "Lost"]

    def test_deals_of_other_pipelines_are_left_alone(self) -> None:
        """Also where their stages have the same keys."""
        others = [deal("d1", "Asked", pipeline=THEIRS)]

        change = lm.remove_pipeline(BOTH, "ours", into="theirs", stages=self.MAP, deals=others, at=FRIDAY)

        assert change.changes == lm.Changes()

    def test_deals_without_a_place_are_all_named(self) -> None:
        """Every stage in which a deal stands has a place in the map."""
        standing = [deal("d1", "Asked"), deal("d2", "Asked", "Lost"), deal("d3", "Asked", "Offered")]

        with pytest.raises(lm.StillInUse) as caught:
            lm.remove_pipeline(BOTH, "ours", into="theirs", stages={"Asked": "Asked"}, deals=standing, at=FRIDAY)

        told = {"hint": "say where it goes: into=…, stages={…}", "rule": "PIPE-10"}
        assert caught.value == lm.StillInUse(
            kind="pipeline", name="ours",
            problems=(
                lm.Problem(where="deal d2", what="it stands in 'Lost'", **told),
                lm.Problem(where="deal d3", what="it stands in 'Offered'", **told),
            ),
        )  # fmt: skip

    def test_deals_without_another_pipeline_are_named(self) -> None:
        """Neither the pipeline nor the map is guessed."""
        with pytest.raises(lm.StillInUse, match="deal d1: it stands in 'Asked'"):
            lm.remove_pipeline(BOTH, "ours", deals=[deal("d1", "Asked")], at=FRIDAY)

    def test_deals_that_cannot_go_are_named_with_the_reasons(self) -> None:
        """What the other pipeline asks for holds; its transitions do not."""
        ways = [lm.Transition(name="sell", come_from="Asked", to="Sold")]
        asking = attrs.evolve(THEIRS, transitions=ways).requiring("Sold", "amount")
        paid = deal("d2", "Asked", "Won", amount=lm.Money("10", "EUR"))
        standing = [deal("d1", "Asked", "Won"), paid]

        with pytest.raises(lm.StillInUse) as caught:
            lm.remove_pipeline([OURS, asking], "ours", into="theirs", stages=self.MAP, deals=standing, at=FRIDAY)
        change = lm.remove_pipeline([OURS, asking], "ours", into="theirs", stages=self.MAP, deals=[paid], at=FRIDAY)

        assert [(problem.where, problem.field) for problem in caught.value.problems] == [("deal d1", "amount")]
        assert [update.after.stage for update in change.changes.updated] == ["Sold"]
        assert change.pipelines["theirs"] is asking

    @pytest.mark.parametrize("pipelines", [(OURS,), lm.remove_pipeline(BOTH, "theirs", at=MONDAY).pipelines])
    def test_last_pipeline_in_use_does_not_go(self, pipelines: GivenPipelines) -> None:
        """One of former times does not count."""
        with pytest.raises(lm.InvalidTable, match="the pipeline 'ours' is the only one in use"):
            lm.remove_pipeline(pipelines, "ours", at=FRIDAY)

    @pytest.mark.parametrize(
        ("key", "into", "stages", "kind"),
        [
            ("mine", "", {}, "pipeline"),
            ("ours", "mine", {}, "pipeline"),
            ("ours", "ours", {}, "pipeline"),
            ("ours", "theirs", {"Gone": "Asked"}, "stage"),
            ("ours", "theirs", {"Asked": "Gone"}, "stage"),
        ],
    )
    def test_unknown_names_are_refused(self, key: str, into: str, stages: Mapping[str, str], kind: str) -> None:
        """Also where no deal stands there: a slip of the pen is found at once."""
        with pytest.raises(lm.UnknownName) as caught:
            lm.remove_pipeline(BOTH, key, into=into, stages=stages, at=FRIDAY)

        assert caught.value.kind == kind


STATUSES: Final = lm.Statuses(
    key="ours",
    members=[
        lm.Status("New", "New", "new"),
        lm.Status("Called", "Was called", "working"),
        lm.Status("Junk", "Junk", "unqualified"),
        lm.Status("Converted", "Converted", "converted"),
    ],
)


def lead(id: str, status: str | None, **fields: object) -> lm.Lead:
    """Give a lead with a status."""
    return lm.Lead(id=id, last_name="Lovelace", status=status, **fields)


class TestStatuses:
    """The statuses of leads change in the same way; leads have no history."""

    @pytest.mark.parametrize(
        ("place", "order"),
        [
            ({}, "New Called Junk Converted Met"),
            ({"before": "Called"}, "New Met Called Junk Converted"),
            ({"after": "Called"}, "New Called Met Junk Converted"),
        ],
    )
    def test_new_status_stands_where_it_was_put(self, place: Mapping[str, str], order: str) -> None:
        """Before one, after one, or at the end."""
        statuses = lm.add_status(STATUSES, lm.Status("Met", "Met", "working"), **place)

        assert keys(statuses) == order.split()

    def test_two_places_are_refused(self) -> None:
        """Before and after at once has no single meaning."""
        with pytest.raises(lm.InvalidValue, match="new status: before, after"):
            lm.add_status(STATUSES, lm.Status("Met", "Met", "working"), before="New", after="New")

    def test_renamed_status_is_renamed_for_its_leads(self) -> None:
        """Also for a converted one, which no move could reach; the others are left alone."""
        became = lm.Converted(at=MONDAY, contact_id="c1")
        leads = [lead("l1", "Called"), lead("l2", "New"), lead("l3", "Called", conversion=became), lead("l4", None)]

        change = lm.rename_status(STATUSES, "Called", to="Phoned", leads=leads, at=FRIDAY, by="u1")

        assert keys(change.statuses) == ["New", "Phoned", "Junk", "Converted"]
        assert change.statuses.status("Phoned").label == "Was called"
        assert change.changes == lm.Changes(
            updated=[
                lm.Updated(each, attrs.evolve(each, status="Phoned", version=1, modified_at=FRIDAY))
                for each in (leads[0], leads[2])
            ]
        )
        assert [(each.after.version, each.after.modified_at) for each in change.changes.updated] == [(1, FRIDAY)] * 2
        assert change.changes.cause == lm.Cause(at=FRIDAY, by="u1", rules=("LEAD-3",))

    def test_renamed_status_is_renamed_in_transitions(self) -> None:
        """A way that names it says its new key."""
        ways = [lm.Transition(name="call", come_from="New", to="Called")]

        change = lm.rename_status(attrs.evolve(STATUSES, transitions=ways), "New", to="Fresh", at=FRIDAY)

        assert change.statuses.transitions == (attrs.evolve(ways[0], come_from="Fresh"),)
        assert change.statuses.first == lm.Status("Fresh", "Fresh", "new")

    def test_key_that_is_there_is_refused(self) -> None:
        """Two statuses would become one."""
        with pytest.raises(lm.InvalidTable, match="there is a status 'Junk' already"):
            lm.rename_status(STATUSES, "Called", to="Junk", at=FRIDAY)

    def test_leads_of_a_removed_status_get_another(self) -> None:
        """They move as by move_lead, without a transition; the others are left alone."""
        ways = [lm.Transition(name="call", come_from="New", to="Called"), lm.Transition(name="drop", to="Junk")]
        declared = attrs.evolve(STATUSES, transitions=ways)
        called, new = lead("l1", "Called"), lead("l2", "New")

        change = lm.remove_status(declared, "Called", to="New", leads=[called, new], at=FRIDAY, by="u1")

        assert keys(change.statuses) == ["New", "Junk", "Converted"]
        assert change.statuses.transitions == (ways[1],)
        assert change.changes == lm.move_lead(called, "New", at=FRIDAY, statuses=STATUSES).changes
        assert change.changes.cause == lm.Cause(at=FRIDAY, by="u1", rules=("LEAD-3",))

    def test_leads_that_cannot_go_are_all_named(self) -> None:
        """What the other status asks for is asked, and a converted lead stays as it is."""
        asking = STATUSES.requiring("Called", "source")
        became = lm.Converted(at=MONDAY, contact_id="c1")
        leads = [lead("l1", "New"), lead("l2", "New", source="Web"), lead("l3", "New", conversion=became)]

        with pytest.raises(lm.StillInUse) as caught:
            lm.remove_status(asking, "New", to="Called", leads=leads, at=FRIDAY)

        assert (caught.value.kind, caught.value.name) == ("status", "New")
        assert [(problem.where, problem.rule) for problem in caught.value.problems] == [
            ("lead l1", "LEAD-4"), ("lead l3", "CONV-9"),
        ]  # fmt: skip

    def test_leads_without_a_place_are_named(self) -> None:
        """No status is guessed."""
        with pytest.raises(lm.StillInUse) as caught:
            lm.remove_status(STATUSES, "New", leads=[lead("l1", "New")], at=FRIDAY)

        told = lm.Problem(
            where="lead l1", what="it stands in 'New'", hint="say which one it gets: to=…", rule="LEAD-3"
        )  # fmt: skip
        assert caught.value == lm.StillInUse(kind="status", name="New", problems=(told,))

    @pytest.mark.parametrize(("key", "to"), [("Gone", ""), ("New", "New"), ("New", "Gone")])
    def test_unknown_statuses_are_refused(self, key: str, to: str) -> None:
        """Also the one that goes is no status to get."""
        with pytest.raises(lm.UnknownName):
            lm.remove_status(STATUSES, key, to=to, at=FRIDAY)

    def test_last_live_status_does_not_go(self) -> None:
        """Leads have to begin somewhere."""
        few = lm.remove_status(STATUSES, "New", at=FRIDAY).statuses

        with pytest.raises(lm.InvalidTable, match="no status is"):
            lm.remove_status(few, "Called", at=FRIDAY)


@pytest.mark.parametrize(
    "verb",
    [
        lambda at: lm.rename_stage(OURS, "Asked", to="Inquired", at=at),
        lambda at: lm.remove_stage(OURS, "Asked", at=at),
        lambda at: lm.remove_pipeline(BOTH, "ours", at=at),
        lambda at: lm.rename_status(STATUSES, "New", to="Fresh", at=at),
        lambda at: lm.remove_status(STATUSES, "New", at=at),
    ],
)
def test_naive_instant_is_refused(verb: Callable[[datetime], object]) -> None:
    """Also where no record changes."""
    with pytest.raises(lm.InvalidValue, match="at: "):
        verb(datetime(2026, 3, 2))  # noqa: DTZ001  (a naive instant is the point)


# ---------------------------------------------------------------- whatever the pipeline, whatever the deals


def free(pipeline: lm.Pipeline) -> lm.Pipeline:
    """Give a pipeline that refuses no move between outcomes."""
    return attrs.evolve(pipeline, moves=[attrs.evolve(row, allowed=True, hint="") for row in pipeline.moves])


@st.composite
def drawn(draw: st.DrawFn) -> tuple[lm.Pipeline, lm.Pipeline, list[lm.Deal], str]:
    """Give a pipeline, another one with stages of the same keys, deals of both, and the key of a stage."""
    pipeline = free(draw(strategies.pipelines(outcomes=frozenset(lm.Outcome))))
    other = attrs.evolve(pipeline, key=f"{pipeline.key} too", stages=draw(st.permutations(pipeline.stages)))
    told = st.sampled_from([pipeline, other]).flatmap(
        lambda each: strategies.deals(pipeline=each, version=st.integers(0, 9))
    )
    deals = draw(st.lists(told, max_size=4, unique_by=lambda each: each.id))
    return pipeline, other, deals, draw(st.sampled_from(pipeline.stages)).key


def instants(deals: Iterable[lm.Deal]) -> list[datetime]:
    """Give every instant at which something happened to deals, and one before and after each."""
    told = {move.at for each in deals for move in each.history}
    told |= {at for each in deals for at in (each.created_at, each.closed_at) if at is not None}
    return sorted({at + timedelta(seconds=seconds) for at in told for seconds in (-1, 0, 1)})


def check(before: Iterable[lm.Deal], old: GivenPipelines, changes: lm.Changes, new: GivenPipelines) -> list[lm.Deal]:
    """See that deals hold together, that their past is told as before, and that the changes can be taken back."""
    before = list(before)
    now = after(changes, before)
    was = lm.Directory.of(deals=before, pipelines=old, partial=True)
    is_now = lm.Directory.of(deals=now, pipelines=new, partial=True)
    for at in instants(before):
        assert [outcome_at(each, at, is_now) for each in now] == [outcome_at(each, at, was) for each in before]

    records = {each.ref: each for each in now}
    lm.revert(changes, records, at=LATER).apply_to(records)
    assert list(records.values()) == before
    assert [each.version for each in now] == [
        each.version + any(update.before is each for update in changes.updated) for each in before
    ]
    return now


@given(case=drawn(), to=st.data())
def test_renaming_changes_names_alone(
    case: tuple[lm.Pipeline, lm.Pipeline, list[lm.Deal], str], to: st.DataObject
) -> None:
    """After a stage was renamed, every stay is told by its new name, and all else as before."""
    pipeline, other, deals, key = case
    taken = {stage.key for stage in pipeline.stages}
    new = to.draw(strategies.ids().filter(lambda drawn: drawn not in taken))

    change = lm.rename_stage(pipeline, key, to=new, deals=deals, at=LATER)

    def renamed(stay: lm.Stay) -> lm.Stay:
        return attrs.evolve(stay, stage=new) if (stay.pipeline, stay.stage) == (pipeline.key, key) else stay

    now = check(deals, [pipeline, other], change.changes, [change.pipeline, other])
    assert [lm.stage_history(each, as_of=LATER) for each in now] == [
        tuple(map(renamed, lm.stage_history(each, as_of=LATER))) for each in deals
    ]
    back = lm.rename_stage(change.pipeline, new, to=key, deals=now, at=LATER)
    assert after(back.changes, now) == deals
    assert [stage.key for stage in back.pipeline.stages] == [stage.key for stage in pipeline.stages]


@given(case=drawn(), data=st.data())
def test_nobody_stands_in_a_removed_stage(
    case: tuple[lm.Pipeline, lm.Pipeline, list[lm.Deal], str], data: st.DataObject
) -> None:
    """After a stage was removed, its deals stand in the one that was named, and the others where they stood."""
    pipeline, other, deals, key = case
    left = [stage for stage in pipeline.stages if stage.key != key]
    if not any(stage.outcome is lm.Outcome.OPEN for stage in left):
        with pytest.raises(lm.InvalidTable):
            lm.remove_stage(pipeline, key, to=left[0].key, deals=deals, at=LATER)
        return
    to = data.draw(st.sampled_from(left)).key

    change = lm.remove_stage(pipeline, key, to=to, deals=deals, at=LATER)

    now = check(deals, [pipeline, other], change.changes, [change.pipeline, other])
    stood = [(each.pipeline, each.stage) == (pipeline.key, key) for each in deals]
    assert [each.stage for each in now] == [
        to if moved else each.stage for each, moved in zip(deals, stood, strict=True)
    ]
    assert [update.before for update in change.changes.updated] == sorted(
        (each for each, moved in zip(deals, stood, strict=True) if moved), key=lambda each: each.id
    )


@given(case=drawn(), data=st.data())
def test_nobody_stands_in_a_removed_pipeline(
    case: tuple[lm.Pipeline, lm.Pipeline, list[lm.Deal], str], data: st.DataObject
) -> None:
    """After a pipeline was removed, its deals stand where the map sent them, and the others where they stood."""
    pipeline, other, deals, _ = case
    places = st.sampled_from([stage.key for stage in other.stages])
    stages = {stage.key: data.draw(places) for stage in pipeline.stages}

    change = lm.remove_pipeline([pipeline, other], pipeline.key, into=other.key, stages=stages, deals=deals, at=LATER)

    now = check(deals, [pipeline, other], change.changes, change.pipelines)
    assert [(each.pipeline, each.stage) for each in now] == [
        (other.key, stages[each.stage] if each.pipeline == pipeline.key else each.stage) for each in deals
    ]
