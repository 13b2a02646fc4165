"""
Deals and leads through everything that can be done with them, beside a model made of dicts and ifs.

The records live in a mapping to which changes are applied, as they would be in a store.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final, cast

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from leadmodel import (
    CannotMove,
    CannotRevert,
    Changes,
    Deal,
    InvalidEdit,
    Lead,
    Money,
    Pipeline,
    Ref,
    Stage,
    Status,
    Statuses,
    Transition,
    UnknownStage,
    can_move,
    create,
    delete,
    edit,
    move_deal,
    move_lead,
    new_deal,
    new_lead,
    next_stages,
    next_statuses,
    revert,
    stage_at,
    stage_history,
    time_in_stages,
    where,
)
from leadmodel.codec import changes_from_json, changes_to_json
from leadmodel.entities import Entity
from tests.moves.making import HOUR, NOON

_MINE: Final = where(Deal, "owner_id", "is", "u1")

#: Free mode: an amount before a deal is won, its owner's hand before it is delivered, a next step when it comes back.
FREE: Final = Pipeline(key="free", stages=[
    Stage("New", "New", "open", 10), Stage("Offer", "Offer", "open", 60),
    Stage("Won", "Won", "won", 100, requires="amount"), Stage("Delivered", "Delivered", "won", 100, guard=_MINE),
    Stage("Lost", "Lost", "lost", 0),
]).allowing("won", "open", requires="next_step").allowing("lost", "won")  # fmt: skip

#: Declared mode: three ways, and one from anywhere.
STRICT: Final = attrs.evolve(Pipeline(key="strict", stages=[
    Stage("Due", "Due", "open", 30), Stage("Offer", "Offer", "open", 70), Stage("Renewed", "Renewed", "won", 100),
    Stage("Lapsed", "Lapsed", "lost", 5),
]).allowing("lost", "open"), transitions=[
    Transition(name="offer", come_from="Due", to="Offer"),
    Transition(name="renew", come_from="Offer", to="Renewed", requires="amount"),
    Transition(name="back", come_from="Lapsed", to="Offer", guard=_MINE),
    Transition(name="lapse", to="Lapsed"),
])  # fmt: skip
PIPELINES: Final = (FREE, STRICT)

LEADS: Final = Statuses(key="leads", members=[
    Status("New", "New", "new"), Status("Called", "Called", "working"),
    Status("Sound", "Sound", "qualified", requires="company"), Status("Junk", "Junk", "unqualified"),
    Status("Done", "Done", "converted"),
]).refusing("unqualified", "working")  # fmt: skip

#: The same once more, for the model: the outcome and the probability of each stage.
STAGES: Final = {
    ("free", "New"): ("open", 10), ("free", "Offer"): ("open", 60), ("free", "Won"): ("won", 100),
    ("free", "Delivered"): ("won", 100), ("free", "Lost"): ("lost", 0),
    ("strict", "Due"): ("open", 30), ("strict", "Offer"): ("open", 70), ("strict", "Renewed"): ("won", 100),
    ("strict", "Lapsed"): ("lost", 5),
}  # fmt: skip

Model = dict[str, Any]
Refusals = list[tuple[str, str]]


def table_says(pipeline: str, left: str, entered: str) -> str:
    """Give the rule by which the model's table refuses, or ""."""
    if left == "won" and entered == "open":
        return "" if pipeline == "free" else "PIPE-4"
    if left == "lost" and entered == "open":
        return "" if pipeline == "strict" else "PIPE-4"
    if left == "won" and entered == "lost":
        return "PIPE-2"
    if left == "lost" and entered == "won":
        return "" if pipeline == "free" else "PIPE-2"
    return ""


def no_way(before: Model, pipeline: str, stage: str) -> bool:
    """Say whether the strict pipeline declares no way there."""
    if pipeline == "free" or stage == "Lapsed":
        return False
    if before["pipeline"] != "strict":
        return stage != "Due"
    return (before["stage"], stage) not in {("Due", "Offer"), ("Offer", "Renewed"), ("Lapsed", "Offer")}


def refusals(before: Model, after: Model, at: datetime | None) -> Refusals:
    """Say all that stands in the way of a move: field and rule."""
    found = []
    if at is not None and (at < before["history"][-1][2] or at < before["created"]):
        found.append(("at", "PIPE-9"))
    left = STAGES[before["pipeline"], before["stage"]][0] if before["stage"] else "open"
    place = pipeline, stage = after["pipeline"], after["stage"]
    entered = STAGES[place][0]
    if refused := table_says(pipeline, left, entered):
        return [*found, ("stage", refused)]
    if no_way(before, pipeline, stage):
        return [*found, ("stage", "PIPE-3")]
    if place == ("free", "Won") and after["amount"] is None:
        found.append(("amount", "PIPE-2"))
    if pipeline == "free" and left == "won" and entered == "open" and not after["step"]:
        found.append(("next_step", "PIPE-2"))
    if place == ("strict", "Renewed") and after["amount"] is None:
        found.append(("amount", "PIPE-2"))
    if place == ("free", "Delivered") and after["owner"] != "u1":
        found.append(("guard", "PIPE-2"))
    if (before["pipeline"], before["stage"], *place) == ("strict", "Lapsed", "strict", "Offer") and (
        after["owner"] != "u1"
    ):
        found.append(("guard", "PIPE-2"))
    return found


def moved(before: Model, pipeline: str, stage: str, at: datetime, given: Model) -> Model:
    """Say what becomes of a deal that moves."""
    left, entered = STAGES[before["pipeline"], before["stage"]][0], STAGES[pipeline, stage][0]
    after = before | {"probability": None} | given | {"pipeline": pipeline, "stage": stage}
    if entered == "open":
        after["closed"] = None
    elif entered != left:
        after["closed"] = at
    chance = STAGES[pipeline, stage][1] if after["probability"] is None else after["probability"]
    reopened = left != "open" and entered == "open"
    entry = (pipeline, stage, at, before["stage"], after["amount"], chance, reopened)
    return after | {"history": (*before["history"], entry)}


#: What the model calls the fields of deals that are edited and given.
NAMES: Final = {
    "amount": "amount", "owner": "owner_id", "probability": "probability", "step": "next_step", "company": "company",
}  # fmt: skip


def as_given(values: Model) -> Model:
    """Give values by the names of the fields."""
    return {NAMES[name]: value for name, value in values.items()}


def shape(record: Entity) -> Model:
    """Give a record in the form of the model."""
    if isinstance(record, Lead):
        return {"status": record.status, "company": record.company, "owner": record.owner_id}
    deal = cast("Deal", record)
    return {
        "pipeline": deal.pipeline, "stage": deal.stage, "amount": deal.amount, "owner": deal.owner_id,
        "probability": deal.probability, "step": deal.next_step, "closed": deal.closed_at, "created": deal.created_at,
        "history": tuple(
            (one.pipeline, one.to, one.at, one.come_from, one.amount, one.probability, one.reopened)
            for one in deal.history
        ),
    }  # fmt: skip


_EDITS: Final = st.fixed_dictionaries({}, optional={
    "amount": st.sampled_from([None, Money(1, "EUR"), Money("1.0", "EUR"), Money(2, "USD")]),
    "owner": st.sampled_from(["", "u1", "u2"]),
    "probability": st.sampled_from([None, 0, 33]),
    "step": st.sampled_from(["", "call"]),
})  # fmt: skip
_LEAD_EDITS: Final = st.fixed_dictionaries(
    {}, optional={"company": st.sampled_from(["", "Mill"]), "owner": st.sampled_from(["", "u1"])}
)
_HOURS: Final = st.sampled_from([1, 0, 0, 2, -1, -5])
_PLACES: Final = st.sampled_from(list(STAGES))
_STATUSES: Final = st.sampled_from([status.key for status in LEADS.members])


class Moves(RuleBasedStateMachine):
    """Real records on one side, dicts on the other."""

    def __init__(self) -> None:
        """Begin at noon with nothing."""
        super().__init__()
        self.records: dict[Ref, Entity] = {}
        self.model: dict[Ref, Model] = {}
        self.versions: dict[Ref, int] = {}
        #: What was applied: the changes, the record, and the model before and after.
        self.log: list[tuple[Changes, Ref, Model | None, Model | None]] = []
        self.now = NOON
        self.count = 0

    # ---- what the rules share

    def instant(self, hours: int) -> datetime:
        """Let the clock go on, or look back."""
        at = self.now + hours * HOUR
        self.now = max(self.now, at)
        return at

    def fresh(self) -> str:
        """Give an id that nobody has had."""
        self.count += 1
        return f"{self.count}"

    def apply(self, changes: Changes, ref: Ref, after: Model | None) -> None:
        """Apply changes, which read back from JSON, and let the model follow."""
        read = changes_from_json(changes_to_json(changes))
        assert (read, read.cause) == (changes, changes.cause)
        before = self.model.get(ref)
        changes.apply_to(self.records)
        if after is None:
            del self.model[ref]
        else:
            self.model[ref] = after
            if before is not None:  # one that is gone and comes back follows the deletion that is taken back
                assert self.records[ref].version > self.versions[ref]
            self.versions[ref] = self.records[ref].version
        self.log.append((changes, ref, before, after))

    def some(self, data: st.DataObject, kind: type[Entity]) -> Any:  # noqa: ANN401  (a record of that type)
        """Draw one of the records there are."""
        refs = [ref for ref in self.records if ref.type is kind]
        return self.records[data.draw(st.sampled_from(refs))]

    def has(self, kind: type[Entity]) -> bool:
        """Say whether there is any record of a type."""
        return any(ref.type is kind for ref in self.records)

    # ---- deals

    @precondition(lambda self: len(self.records) < 4)
    @rule(place=_PLACES, first=st.booleans(), values=_EDITS, hours=_HOURS)
    def begin_deal(self, place: tuple[str, str], first: bool, values: Model, hours: int) -> None:
        """Begin a deal on the first stage, or on another."""
        at = self.instant(hours)
        pipeline, stage = place
        chosen = next(one for one in PIPELINES if one.key == pipeline)
        if first:
            stage = "New" if pipeline == "free" else "Due"
        outcome, chance = STAGES[pipeline, stage]
        after: Model = {"amount": None, "owner": "", "probability": None, "step": ""} | values
        chance = chance if after["probability"] is None else after["probability"]
        after |= {"pipeline": pipeline, "stage": stage, "created": at, "closed": None if outcome == "open" else at}
        after["history"] = ((pipeline, stage, at, None, after["amount"], chance, False),)
        nowhere = {"pipeline": "", "stage": "", "history": after["history"], "created": at}
        expected, id = refusals(nowhere, after, at), self.fresh()
        try:
            deal = new_deal(
                id=id, name="Mill", pipeline=chosen, at=at, stage="" if first else stage, **as_given(values)
            )
        except CannotMove as error:
            assert [(one.field, one.rule) for one in error.problems] == expected  # noqa: PT017  (or it goes on)
            assert expected
            return
        assert not expected
        self.apply(create(deal, at=at), deal.ref, after)

    @precondition(lambda self: self.has(Deal))
    @rule(data=st.data(), place=_PLACES, name=st.booleans(), given=_EDITS, hours=_HOURS)
    def move(self, data: st.DataObject, place: tuple[str, str], name: bool, given: Model, hours: int) -> None:
        """Move a deal to any stage; its own pipeline is named or not, another one has to be."""
        deal, at = self.some(data, Deal), self.instant(hours)
        before, (pipeline, stage) = self.model[deal.ref], place
        how: dict[str, Any] = {"pipeline": PIPELINES, "to_pipeline": pipeline, "given": as_given(given)}
        if pipeline == before["pipeline"] and not name:
            del how["to_pipeline"]
        if (before["pipeline"], before["stage"]) == place:
            self.stay(deal, stage, at, how, given)
            return
        after = moved(before, pipeline, stage, at, given)
        expected = refusals(before, after, at)
        check = can_move(deal, stage, at=at, **how)
        assert [(one.field, one.rule) for one in check.problems] == expected
        if expected:
            with pytest.raises(CannotMove) as caught:
                move_deal(deal, stage, at=at, **how)
            assert caught.value == check.refusal()
            return
        made = move_deal(deal, stage, at=at, by="u9", **how)
        assert (deal.version, shape(deal)) == (self.versions[deal.ref], before)
        self.apply(made.changes, deal.ref, after)

    def stay(self, deal: Deal, stage: str, at: datetime, how: dict[str, Any], given: Model) -> None:
        """Move a deal to where it stands."""
        if any(self.model[deal.ref][name] != value for name, value in given.items()):
            with pytest.raises(InvalidEdit):
                move_deal(deal, stage, at=at, **how)
        else:
            made = move_deal(deal, stage, at=at, **how)
            assert made.deal is deal
            assert made.changes == Changes()
            assert can_move(deal, stage, at=at, **how)

    @precondition(lambda self: self.has(Deal))
    @rule(data=st.data(), place=_PLACES)
    def move_without_naming_the_pipeline(self, data: st.DataObject, place: tuple[str, str]) -> None:
        """A stage that the deal's own pipeline has not is not found elsewhere."""
        deal = self.some(data, Deal)
        if (deal.pipeline, place[1]) not in STAGES:
            with pytest.raises(UnknownStage) as caught:
                move_deal(deal, place[1], at=self.now, pipeline=PIPELINES)
            assert caught.value.rule == "PIPE-7"

    # ---- leads

    @precondition(lambda self: len(self.records) < 4)
    @rule(values=_LEAD_EDITS, hours=_HOURS)
    def begin_lead(self, values: Model, hours: int) -> None:
        """Begin a lead on the first status."""
        at = self.instant(hours)
        lead = new_lead(id=self.fresh(), last_name="Vale", statuses=LEADS, at=at, **as_given(values))
        self.apply(create(lead, at=at), lead.ref, {"status": "New", "company": "", "owner": ""} | values)

    @precondition(lambda self: self.has(Lead))
    @rule(data=st.data(), status=_STATUSES, given=_LEAD_EDITS, hours=_HOURS)
    def move_a_lead(self, data: st.DataObject, status: str, given: Model, hours: int) -> None:
        """Move a lead to any status."""
        lead, at = self.some(data, Lead), self.instant(hours)
        before = self.model[lead.ref]
        after = before | given | {"status": status}
        how: dict[str, Any] = {"at": at, "statuses": LEADS, "given": as_given(given)}
        if before["status"] == status:
            if after == before:
                assert move_lead(lead, status, **how).lead is lead
            else:
                with pytest.raises(InvalidEdit):
                    move_lead(lead, status, **how)
            return
        wrong = []
        if status == "Done" or (before["status"], status) == ("Junk", "Called"):
            wrong = [("status", "LEAD-3")]
        elif status == "Sound" and not after["company"]:
            wrong = [("company", "LEAD-4")]
        if wrong:
            with pytest.raises(CannotMove) as caught:
                move_lead(lead, status, **how)
            assert [(one.field, one.rule) for one in caught.value.problems] == wrong
        else:
            self.apply(move_lead(lead, status, **how).changes, lead.ref, after)

    # ---- both

    @precondition(lambda self: self.records)
    @rule(data=st.data(), hours=_HOURS)
    def edit(self, data: st.DataObject, hours: int) -> None:
        """Set fields that no verb owns."""
        record = self.records[data.draw(st.sampled_from(list(self.records)))]
        values: Model = data.draw(_EDITS if isinstance(record, Deal) else _LEAD_EDITS)
        changes = edit(record, as_given(values), at=self.instant(hours))
        after = self.model[record.ref] | values
        if after == self.model[record.ref]:
            assert not changes
        else:
            self.apply(changes, record.ref, after)

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def edit_what_a_verb_owns(self, data: st.DataObject) -> None:
        """Nothing goes past the verbs."""
        record = self.records[data.draw(st.sampled_from(list(self.records)))]
        fields = ("stage", "pipeline", "history", "closed_at") if isinstance(record, Deal) else ("status", "conversion")
        name = data.draw(st.sampled_from(fields))
        with pytest.raises(InvalidEdit, match="it is set by"):
            edit(record, {name: getattr(record, name)}, at=self.now)

    @precondition(lambda self: self.log)
    @rule(data=st.data(), hours=_HOURS)
    def take_back(self, data: st.DataObject, hours: int) -> None:
        """Take back anything that was ever done: it works exactly where the record is as it was left."""
        changes, ref, before, after = self.log[-1 - data.draw(st.integers(0, len(self.log) - 1))]
        at = self.instant(hours)
        if self.model.get(ref) != after:
            with pytest.raises(CannotRevert):
                revert(changes, self.records, at=at)
        else:
            back = revert(changes, self.records, at=at)
            assert all(record.version > changes.deleted[0].version for record in back.created)
            self.apply(back, ref, before)

    @precondition(lambda self: len(self.records) > 1)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """Delete a record; it may come back by being taken back."""
        record = self.records[data.draw(st.sampled_from(list(self.records)))]
        self.apply(delete(record, at=self.now), record.ref, None)

    # ---- what always holds

    @invariant()
    def model_and_records_agree(self) -> None:
        """Each record is what the model says, and passes all its checks once more."""
        assert {ref: shape(record) for ref, record in self.records.items()} == self.model
        for ref, record in self.records.items():
            again = attrs.evolve(record)
            assert (again, again.version) == (record, self.versions[ref])

    @invariant()
    def histories_run_forward_without_a_gap(self) -> None:
        """Stays follow one another and add up to the age of the deal, at any instant."""
        for deal in self.records.values():
            if isinstance(deal, Deal) and deal.created_at is not None:
                assert all(one.at <= two.at for one, two in pairwise(deal.history))
                for instant in (self.now, deal.history[-1].at, deal.created_at - timedelta(seconds=1)):
                    stays = stage_history(deal, as_of=instant)
                    assert all(one.until == two.since for one, two in pairwise(stays))
                    assert stage_at(deal, instant) == (stays[-1].stage if stays else None)
                    age = max(instant - deal.created_at, timedelta())
                    assert sum(time_in_stages(deal, as_of=instant).values(), timedelta()) == age

    @invariant()
    def instant_of_closing_is_that_of_the_last_closing(self) -> None:
        """Read off the history alone."""
        for deal in self.records.values():
            if isinstance(deal, Deal):
                closed, last = None, "open"
                for one in deal.history:
                    outcome = STAGES[one.pipeline, one.to][0]
                    if outcome != last:
                        closed = None if outcome == "open" else one.at
                    last = outcome
                assert deal.closed_at == closed

    @invariant()
    def next_steps_are_those_that_the_tables_let_pass(self) -> None:
        """Whatever is offered is refused for what is missing, or not at all."""
        for record in self.records.values():
            before = self.model[record.ref]
            if isinstance(record, Deal):
                offered = {check.to.key: [(one.field, one.rule) for one in check.problems] for check in
                           next_stages(record, pipeline=PIPELINES)}  # fmt: skip
                said = {
                    stage: refusals(before, moved(before, pipeline, stage, self.now, {}), None)
                    for pipeline, stage in STAGES
                    if pipeline == record.pipeline and stage != record.stage
                }
                closed = {("stage", rule) for rule in ("PIPE-2", "PIPE-3", "PIPE-4")}
                assert offered == {key: problems for key, problems in said.items() if not closed & set(problems)}
            elif isinstance(record, Lead):
                keys = {check.to.key for check in next_statuses(record, statuses=LEADS)}
                shut = {"Done", before["status"]} | ({"Called"} if before["status"] == "Junk" else set())
                assert keys == {"New", "Called", "Sound", "Junk", "Done"} - shut


TestMoves = Moves.TestCase
TestMoves.settings = settings(settings.default, stateful_step_count=30)


def test_model_refuses_what_is_plain() -> None:
    """The model is tried by hand: what it says of three moves."""
    deal: Model = {"pipeline": "free", "stage": "New", "amount": None, "owner": "", "step": "", "probability": None,
                   "closed": None, "created": NOON, "history": (("free", "New", NOON),)}  # fmt: skip

    assert refusals(deal, moved(deal, "free", "Won", NOON, {}), NOON - HOUR) == [("at", "PIPE-9"), ("amount", "PIPE-2")]
    assert refusals(deal, moved(deal, "strict", "Offer", NOON, {}), NOON) == [("stage", "PIPE-3")]
    assert refusals(deal, moved(deal, "strict", "Due", NOON, {}), NOON) == []
