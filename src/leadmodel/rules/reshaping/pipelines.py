"""
Changing pipelines while deals stand in them.

What histories tell can be read as before: a removed stage is retired, and so is every stage of a removed pipeline.

Rule:
    PIPE-10.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import attrs

from leadmodel.changes import Changes, Updated
from leadmodel.changes.verbs import stamped
from leadmodel.criteria import Related
from leadmodel.entities import Deal, StageChange
from leadmodel.errors import InvalidTable, Problem, shown
from leadmodel.processes import Pipeline, Stage
from leadmodel.processes.pipelines import Pipelines, as_pipelines, pipeline_of
from leadmodel.rules.beginning import moment
from leadmodel.rules.deals import GivenPipelines, move_deal
from leadmodel.rules.reshaping.steps import (
    PIPELINE,
    STAGE,
    check_new,
    joined,
    placed,
    refusal,
    renamed_step,
    renamed_way,
    settled,
    ways_without,
)
from leadmodel.values import FrozenMap
from leadmodel.values.hydration import copied

#: No stage goes anywhere.
_NO_STAGES: Final[Mapping[str, str]] = FrozenMap({})


@attrs.frozen(kw_only=True)
class PipelineChange:
    """
    What changing a pipeline gives: the pipeline as it would be, and the changes that its deals need.
    """

    pipeline: Pipeline
    changes: Changes

    def __str__(self) -> str:
        return f"{self.pipeline}\n\n{self.changes}"

    def _repr_html_(self) -> str:
        return f"{self.pipeline._repr_html_()}{self.changes._repr_html_()}"


def _as_pipelines(pipelines: Pipelines) -> FrozenMap[Pipeline]:
    return FrozenMap(pipelines)


@attrs.frozen(kw_only=True)
class PipelinesChange:
    """
    What taking out a pipeline gives: the pipelines as they would be, and the changes that the deals need.
    """

    #: By key; those that are in use come first.
    pipelines: FrozenMap[Pipeline] = attrs.field(converter=_as_pipelines)
    changes: Changes

    def __str__(self) -> str:
        return "\n\n".join(map(str, (*self.pipelines.values(), self.changes)))

    def _repr_html_(self) -> str:
        return "".join(each._repr_html_() for each in self.pipelines.values()) + self.changes._repr_html_()


# Stages


def add_stage(pipeline: Pipeline, stage: Stage, *, before: str = "", after: str = "") -> Pipeline:
    """
    Give a pipeline with one more stage. A stage that was retired comes back in this way.

    Where the pipeline declares transitions, none leads there yet.

    Args:
        pipeline: The pipeline as it is.
        stage: The new stage.
        before: The key of the stage that it comes before.
        after: The key of the stage that it comes after; without either, it is the last.

    Raises:
        InvalidValue: Both places are given.
        UnknownStage: There is no such stage to come before or after.
        InvalidTable: There is a stage with its key, or there was one with another outcome: what histories tell would
            change; or the stage contradicts the pipeline.

    Rule:
        PIPE-10, AUTH-15.
    """
    former = next((each for each in pipeline.retired if each.key == stage.key), None)
    if former is not None and former.outcome is not stage.outcome:
        what = f"the retired stage {shown(stage.key)} was {former.outcome}, and this one is {stage.outcome}"
        raise refusal(pipeline, what, "histories name it: give it that outcome, or another key", stage.key, "PIPE-10")
    retired = [each for each in pipeline.retired if each is not former]
    return attrs.evolve(pipeline, stages=placed(pipeline, stage, before, after), retired=retired)


def rename_stage(
    pipeline: Pipeline, key: str, *, to: str, deals: Iterable[Deal] = (), at: datetime, by: str | None = None
) -> PipelineChange:
    """
    Give a stage another key, in the pipeline and wherever deals and their histories name it; nothing moves.

    A label that is the key is renamed with it. A guard that asks about `stage` itself is left as it is.

    Args:
        pipeline: The pipeline as it is.
        key: The key of a stage, which may be retired.
        to: The new key.
        deals: All deals: those that have moved on name the stage in their histories.
        at: When it happens; aware.
        by: The user who does it.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        UnknownStage: There is no such stage.
        InvalidTable: There is, or there was, a stage with the new key; or it is no key.

    Rule:
        PIPE-10, PIPE-8.
    """
    at = moment(at, "renaming", by=by)
    pipeline.past_stage(key)
    check_new(pipeline, to)
    renamed = attrs.evolve(
        pipeline,
        stages=[renamed_step(stage, key, to) for stage in pipeline.stages],
        retired=[renamed_step(stage, key, to) for stage in pipeline.retired],
        transitions=[renamed_way(way, key, to) for way in pipeline.transitions],
    )
    updated = [
        Updated(deal, stamped(after, deal, at))
        for deal in deals
        if (after := _told_anew(deal, pipeline.key, key, to)) != deal
    ]
    return PipelineChange(pipeline=renamed, changes=joined(updated, ("PIPE-10",), at, by))


def remove_stage(
    pipeline: Pipeline,
    key: str,
    *,
    to: str = "",
    deals: Iterable[Deal] = (),
    at: datetime,
    by: str | None = None,
    given: Mapping[str, object] | None = None,
    related: Related | None = None,
) -> PipelineChange:
    """
    Retire a stage, and move the deals that stand in it to another.

    They move as by `move_deal`: the move table and what the other stage asks for hold, and histories tell of it. The
    transitions alone do not: this is an administrator's move. Transitions to the stage go with it, and so do those that
    led from there alone.

    Args:
        pipeline: The pipeline as it is.
        key: The key of the stage.
        to: The key of the stage to which its deals go.
        deals: The deals; those that stand elsewhere are left alone.
        at: When it happens; aware.
        by: The user who does it.
        given: Other fields to be set with the moves.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        UnknownStage: There is no such stage, or not the one to which deals are to go.
        InvalidTable: No stage, or no open one, would be left, or no transition where there are some.
        StillInUse: Deals stand there that cannot go, or nothing says where; each is named, with all reasons.

    Rule:
        PIPE-10, PIPE-2, PIPE-8.
    """
    at = moment(at, "removal", by=by)
    gone = pipeline.stage(key)
    if len(pipeline.stages) == 1:
        what, hint = f"{shown(key)} is the only stage", "add another first, or take out the pipeline: remove_pipeline"
        raise refusal(pipeline, what, hint, key, "PIPE-10")
    rest = attrs.evolve(
        pipeline,
        stages=[stage for stage in pipeline.stages if stage is not gone],
        retired=(*pipeline.retired, gone),
        transitions=ways_without(pipeline, key),
    )
    if to:
        rest.stage(to)
    free = attrs.evolve(pipeline, transitions=())

    def moved(deal: Deal, place: str) -> Changes:
        return move_deal(deal, place, at=at, pipeline=free, by=by, given=given, related=related).changes

    places = [(deal, to) for deal in deals if deal.stage == key and deal.pipeline in {"", pipeline.key}]
    changes = settled(gone.key, STAGE, places, moved, at=at, by=by)
    return PipelineChange(pipeline=rest, changes=changes)


# Pipelines


def remove_pipeline(
    pipelines: GivenPipelines,
    key: str,
    *,
    into: str = "",
    stages: Mapping[str, str] = _NO_STAGES,
    deals: Iterable[Deal] = (),
    at: datetime,
    by: str | None = None,
    given: Mapping[str, object] | None = None,
    related: Related | None = None,
) -> PipelinesChange:
    """
    Take a pipeline out of use, and move its deals to another.

    Histories go on naming it, so it stays among the pipelines, as the last, with all of its stages retired: they can
    be read, no deal can stand in one, and none can begin or come there. The deals move as with `remove_stage`.

    Args:
        pipelines: All that there are.
        key: The key of the pipeline.
        into: The key of the pipeline to which its deals go.
        stages: Where they go: keys of that pipeline's stages, by the keys of the stages that they leave.
        deals: The deals; those of other pipelines are left alone.
        at: When it happens; aware.
        by: The user who does it.
        given: Other fields to be set with the moves.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        UnknownName: There is no such pipeline, or not the one to which deals are to go.
        UnknownStage: The map names a stage that is not there.
        InvalidTable: No pipeline would be left in use.
        StillInUse: Deals stand there that cannot go, or nothing says where; each is named, with all reasons.

    Rule:
        PIPE-10, PIPE-7, PIPE-8.
    """
    at = moment(at, "removal", by=by)
    known = as_pipelines(pipelines)
    gone = pipeline_of(key, known)
    others = {name: each for name, each in known.items() if each is not gone}
    if not any(each.stages for each in others.values()):
        what, hint = f"the pipeline {shown(gone.key)} is the only one in use", "add another first"
        problem = Problem(what=what, hint=hint, value=gone.key, rule="PIPE-10")
        raise InvalidTable(subject="pipelines", problems=(problem,))
    target = pipeline_of(into, others) if into or stages else gone
    for old, new in stages.items():
        gone.stage(old)
        target.stage(new)
    free = {**known, target.key: attrs.evolve(target, transitions=())}

    def moved(deal: Deal, place: str) -> Changes:
        return move_deal(
            deal, place, at=at, pipeline=free, by=by, given=given, to_pipeline=target.key, related=related
        ).changes

    former = attrs.evolve(gone, stages=(), retired=(*gone.retired, *gone.stages), transitions=())
    places = [(deal, stages.get(deal.stage, "")) for deal in deals if deal.pipeline == gone.key]
    changes = settled(gone.key, PIPELINE, places, moved, at=at, by=by)
    return PipelinesChange(pipelines={**others, gone.key: former}, changes=changes)


# Histories


def _told_anew(deal: Deal, pipeline: str, key: str, to: str) -> Deal:
    """
    Give a deal that names a stage by its new key, in its history too; "" is the only pipeline there is.
    """
    own = {"", pipeline}

    def entry(move: StageChange) -> StageChange:
        came_to = move.pipeline or deal.pipeline
        came_from = move.from_pipeline or came_to
        arrived = to if came_to in own and move.to == key else move.to
        left = to if came_from in own and move.come_from == key else move.come_from
        same = (arrived, left) == (move.to, move.come_from)
        return move if same else attrs.evolve(move, to=arrived, come_from=left)

    stage = to if deal.pipeline in own and deal.stage == key else deal.stage
    return copied(deal, stage=stage, history=tuple(map(entry, deal.history)))
