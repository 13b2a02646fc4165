"""
Deals on their way: where they begin, where they may go, what a move does, and what they are worth.

A move gives the deal as it would be and the changes that make it so; nothing is written. What is allowed stands in the
pipeline's move table, and what is asked for with its stages, cells and transitions: nothing is decided here.

Rule:
    PIPE-2 to PIPE-9, PIPE-11.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final, TypeAlias, cast

import attrs

from leadmodel.changes import Cause, Changes
from leadmodel.changes.change import updating
from leadmodel.changes.verbs import next_version, with_values
from leadmodel.criteria import Related
from leadmodel.entities import Deal, StageChange
from leadmodel.errors import Problem, UnknownStage, shown
from leadmodel.processes import Closing, Outcome, Pipeline, Stage
from leadmodel.processes.pipelines import Pipelines, as_pipelines, pipeline_of
from leadmodel.processes.ways import Way, ways_from
from leadmodel.rules.beginning import begun, moment
from leadmodel.rules.moving import MoveCheck, already_there, checked, problems_of, refuse_any
from leadmodel.values import Money
from leadmodel.values.hydration import copied, hydrator

#: One pipeline, several, or a mapping by key.
GivenPipelines: TypeAlias = Pipeline | Iterable[Pipeline] | Pipelines

#: What a check without an instant takes for the instant of closing, of a deal that has no instant of its own.
_SOMETIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class DealMove:
    """
    What a move gives: the deal as it would be, and the changes that make it so.
    """

    deal: Deal
    changes: Changes

    def __str__(self) -> str:
        return str(self.changes)

    def _repr_html_(self) -> str:
        return self.changes._repr_html_()


_entry: Callable[..., StageChange] = hydrator(StageChange)
_move: Callable[..., DealMove] = hydrator(DealMove)


def new_deal(
    *,
    id: str,
    pipeline: GivenPipelines,
    at: datetime,
    name: str = "",
    stage: str = "",
    by: str | None = None,
    related: Related | None = None,
    **fields: Any,  # noqa: ANN401  (any field of a deal)
) -> Deal:
    """
    Begin a deal: on the first stage of the first pipeline, with a history that starts there.

    `create` makes the changes that put it on record.

    Args:
        id: The caller's.
        pipeline: The pipeline; of several, the first.
        at: When it begins; aware.
        name: What people call it.
        stage: The key of another stage to begin at; what it asks for is asked of the deal.
        by: The user who does it.
        related: Finds the record behind a reference, where a guard asks about one.
        fields: Other fields of a deal, such as `amount`; not those that a verb sets.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        InvalidRecord: A field does not exist, belongs to a verb, or cannot hold the value; all is reported.
        UnknownStage: The pipeline has no such stage, or none at all any more (PIPE-10).
        CannotMove: The stage asks for something that is missing, or no deal may begin there.
        InvalidCriterion: A guard asks about a related record, and `related` is missing.

    Rule:
        PIPE-11, PIPE-8.
    """
    at = moment(at, "new deal", by=by)
    target = next(iter(as_pipelines(pipeline).values()))
    way = target.way(None, target.stage(stage) if stage else target.first)
    owned = {
        "stage": way.to.key, "pipeline": target.key, "created_at": at,
        "closed_at": at if way.row.closing is Closing.STAMP else None,
    }  # fmt: skip
    deal = begun(Deal, {"id": id, "name": name, **fields}, owned)
    probability = way.to.probability if deal.probability is None else deal.probability
    began = StageChange(
        to=deal.stage, at=at, pipeline=deal.pipeline, by=by, amount=deal.amount, probability=probability
    )
    deal = copied(deal, history=(began,))
    found = problems_of(target, way, deal, at=at, related=related)
    refuse_any(target, way, deal, found, left="", related=related)
    return deal


def move_deal(
    deal: Deal,
    to: str,
    *,
    at: datetime,
    pipeline: GivenPipelines,
    by: str | None = None,
    given: Mapping[str, object] | None = None,
    to_pipeline: str = "",
    related: Related | None = None,
) -> DealMove:
    """
    Move a deal to a stage.

    The move is added to the deal's history, sets or clears `closed_at` as the move table says, and drops a probability
    that was set by hand, unless one is given. A deal that stands there already is given back with no changes.

    Args:
        deal: The deal as it stands.
        to: The key of a stage.
        at: When it happens; aware, and not before the deal's last move.
        pipeline: The pipeline in which the deal stands, or all that there are.
        by: The user who does it.
        given: Other fields to be set with the move, such as the amount that a stage asks for.
        to_pipeline: The key of the pipeline to move to; "" stays in the deal's own.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        InvalidEdit: A given field does not exist, belongs to a verb, or cannot hold the value; or the deal stands there
            already, and is not changed by a move.
        UnknownName: There is no such pipeline.
        UnknownStage: The pipeline has no such stage, or not the one in which the deal stands (AUTH-14).
        CannotMove: The move is not allowed, comes before what is known of the deal, or something that it asks for is
            missing; all is reported.
        InvalidCriterion: A guard asks about a related record, and `related` is missing.

    Rule:
        PIPE-2 to PIPE-9; see `leadmodel.pipelines.MOVES`.
    """
    at = moment(at, "move", by=by)
    target, way = _way(deal, to, as_pipelines(pipeline), to_pipeline)
    if way.to is way.start:
        already_there(deal, given, way.to.key)
        return DealMove(deal=deal, changes=Changes(cause=Cause(at=at, by=by, rules=("PIPE-5",))))
    after = _moved(deal, target, way, at=at, by=by, given=given)
    found = chain(_order_problems(deal, at), problems_of(target, way, after, at=at, related=related))
    refuse_any(target, way, after, found, left=deal.stage, related=related)
    rules = (way.row.rule, "PIPE-8") if way.start is not None else (way.row.rule, "PIPE-7", "PIPE-8")
    return _move(after, updating(deal, after, at=at, by=by, rules=rules))


def can_move(
    deal: Deal,
    to: str,
    *,
    pipeline: GivenPipelines,
    given: Mapping[str, object] | None = None,
    at: datetime | None = None,
    to_pipeline: str = "",
    related: Related | None = None,
) -> MoveCheck[Stage]:
    """
    Say whether a deal may move to a stage, and if not, why not.

    Args:
        deal: The deal as it stands.
        to: The key of a stage.
        pipeline: The pipeline in which the deal stands, or all that there are.
        given: Other fields that would be set with the move.
        at: When it would happen; needed where a guard asks about time. Without it, order in time is not looked at.
        to_pipeline: The key of the pipeline to move to; "" stays in the deal's own.
        related: As for `move_deal`.

    Raises:
        InvalidValue: The instant is naive.
        InvalidEdit: As for `move_deal`.
        UnknownName: There is no such pipeline.
        UnknownStage: As for `move_deal`.
        InvalidCriterion: A guard asks about time or about a related record, and `at` or `related` is missing.

    Rule:
        PIPE-2 to PIPE-9.
    """
    target, way = _way(deal, to, as_pipelines(pipeline), to_pipeline)
    return _checked(deal, target, way, given=given, at=at, related=related)


def next_stages(
    deal: Deal,
    *,
    pipeline: GivenPipelines,
    given: Mapping[str, object] | None = None,
    at: datetime | None = None,
    related: Related | None = None,
) -> tuple[MoveCheck[Stage], ...]:
    """
    Give the stages of its pipeline to which the tables let a deal go, in order, and what each of them asks for.

    Those that ask for something the deal does not hold are among them: `missing` and `problems` say what it is.

    Args:
        deal: The deal as it stands.
        pipeline: The pipeline in which the deal stands, or all that there are.
        given: As for `can_move`.
        at: As for `can_move`.
        related: As for `can_move`.

    Raises:
        InvalidValue: The instant is naive.
        InvalidEdit: As for `move_deal`.
        UnknownName: There is no such pipeline.
        UnknownStage: The pipeline does not have the stage in which the deal stands.
        InvalidCriterion: As for `can_move`.

    Rule:
        PIPE-2, PIPE-3.
    """
    own = pipeline_of(deal.pipeline, as_pipelines(pipeline))
    stands = own.stage(deal.stage)
    ways = ways_from(own, stands, stands.mark)
    return tuple(_checked(deal, own, way, given=given, at=at, related=related) for way in ways)


def probability_of(deal: Deal, *, pipeline: GivenPipelines) -> int:
    """
    Give the probability with which a deal will be won, in percent: the one that was set by hand, or the stage's.

    Args:
        deal: The deal.
        pipeline: The pipeline in which the deal stands, or all that there are.

    Raises:
        UnknownName: There is no such pipeline.
        UnknownStage: The pipeline does not have the stage in which the deal stands.

    Rule:
        PIPE-6.
    """
    if deal.probability is not None:
        return deal.probability
    return pipeline_of(deal.pipeline, as_pipelines(pipeline)).stage(deal.stage).probability


def expected_revenue(deal: Deal, *, pipeline: GivenPipelines) -> Money | None:
    """
    Give the amount of a deal times its probability, to four decimals (half to even); None where it has no amount.

    Args:
        deal: The deal.
        pipeline: The pipeline in which the deal stands, or all that there are.

    Raises:
        UnknownName: There is no such pipeline.
        UnknownStage: The pipeline does not have the stage in which the deal stands.

    Rule:
        PIPE-6.
    """
    probability = probability_of(deal, pipeline=pipeline)
    return None if deal.amount is None else deal.amount.share(probability)


# How a move is made


def _way(deal: Deal, to: str, pipelines: Pipelines, to_pipeline: str) -> tuple[Pipeline, Way[Stage]]:
    """
    Find the pipeline to which a deal would go, and the way there.
    """
    own = pipelines.get(deal.pipeline) or pipeline_of(deal.pipeline, pipelines)
    target = pipeline_of(to_pipeline, pipelines) if to_pipeline else own
    start = own.stage(deal.stage)
    try:
        stage = target.stage(to)
    except UnknownStage as error:
        raise _elsewhere(error, pipelines, own) from None
    return target, target.way(start, stage) if target is own else target.way(None, stage, start.mark)


def _elsewhere(error: UnknownStage, pipelines: Pipelines, own: Pipeline) -> UnknownStage:
    """
    Where a pipeline that was not searched has the stage, say how to move there (PIPE-7); the deal's own comes first.
    """
    others = [each for each in pipelines.values() if any(stage.key == error.name for stage in each.stages)]
    if not others:
        return error
    hint = f"to move to another pipeline, pass to_pipeline={others[0].key!r}"
    if own in others:
        hint = f"the deal's own pipeline {own.key} has it: leave to_pipeline out"
    return UnknownStage(
        kind=error.kind, name=error.name, known=error.known, within=error.within, rule="PIPE-7", hint=hint
    )


def _moved(
    deal: Deal, target: Pipeline, way: Way[Stage], *, at: datetime, by: str | None, given: Mapping[str, object] | None
) -> Deal:
    """
    Give the deal as it is after the move.
    """
    base = with_values(deal, given) if given else deal
    elsewhere, left = way.start is None, cast("Outcome", way.mark)
    history = deal.history or _beginning(deal, at)
    if elsewhere:
        history = tuple(move if move.pipeline else attrs.evolve(move, pipeline=deal.pipeline) for move in history)
    probability = base.probability if given and "probability" in given else None
    pipeline = target.key if elsewhere else deal.pipeline
    entry = _entry(
        way.to.key, at, deal.stage, pipeline, by, base.amount,
        way.to.probability if probability is None else probability,
        deal.pipeline if elsewhere else "",
        left.closed and not way.to.outcome.closed,
    )  # fmt: skip
    closing = way.row.closing
    return copied(
        base, stage=way.to.key, pipeline=pipeline, probability=probability, history=(*history, entry),
        closed_at=at if closing is Closing.STAMP else None if closing is Closing.CLEAR else deal.closed_at,
        version=next_version(deal), modified_at=at,
    )  # fmt: skip


def _beginning(deal: Deal, at: datetime) -> tuple[StageChange, ...]:
    """
    Give what is known of a closed deal without a history, and is not to be forgotten: when it came to its stage.
    """
    closed, created = deal.closed_at, deal.created_at
    if closed is None or closed > at or (created is not None and created >= closed):
        return ()
    return (StageChange(to=deal.stage, at=closed, pipeline=deal.pipeline),)


def _order_problems(deal: Deal, at: datetime) -> Iterator[Problem]:
    """
    Say that a move would come before the last one, or before the deal began or was closed (PIPE-9).
    """
    created, closed = deal.created_at, None if deal.history else deal.closed_at
    if deal.history and at < deal.history[-1].at:
        last = deal.history[-1]
        what = f"{at} lies before the last move, to {shown(last.to)} at {last.at}"
        yield Problem(what=what, hint="moves are made in order", field="at", value=at, rule="PIPE-9")
    elif created is not None and at < created:
        what = f"{at} lies before the deal was created, at {created}"
        yield Problem(what=what, hint="moves come after it", field="at", value=at, rule="PIPE-9")
    elif closed is not None and at < closed:
        what = f"{at} lies before the deal came to {shown(deal.stage)}, at {closed}"
        yield Problem(what=what, hint="moves are made in order", field="at", value=at, rule="PIPE-9")


def _checked(
    deal: Deal, target: Pipeline, way: Way[Stage], *, given: Mapping[str, object] | None, at: datetime | None,
    related: Related | None,
) -> MoveCheck[Stage]:  # fmt: skip
    """
    Look at a move without making it.
    """
    if at is not None:
        at = moment(at, "move")
    if way.to is way.start:
        already_there(deal, given, way.to.key)
        return checked(target, way, deal, (), left=deal.stage, related=related)
    when = at or (deal.history[-1].at if deal.history else deal.closed_at or deal.created_at) or _SOMETIME
    after = _moved(deal, target, way, at=when, by=None, given=given)
    order = () if at is None else _order_problems(deal, at)
    problems = (*order, *problems_of(target, way, after, at=at, related=related))
    return checked(target, way, after, problems, left=deal.stage, related=related)
