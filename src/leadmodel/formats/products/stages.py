"""
Stages as other products name them: what a deal says about its pipeline and its stage, and the keys that are meant.

Records of some products, and most exports, hold the labels that people see, where a pipeline knows a stage by its key.
A label is taken for a key only where the pipelines are given, and only where it is theirs to the letter.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from leadmodel.display import counted
from leadmodel.entities import Deal
from leadmodel.errors import shown
from leadmodel.processes import Pipeline, Stage
from leadmodel.values import fold

__all__ = ["Stages"]


class Stages:
    """
    The pipelines that deals are in, by all the names of their stages.
    """

    def __init__(self, pipelines: Pipeline | Iterable[Pipeline] = ()) -> None:
        several = [pipelines] if isinstance(pipelines, Pipeline) else list(pipelines)
        self._pipelines: dict[str, Pipeline] = {pipeline.key: pipeline for pipeline in several}
        self._labels = {fold(pipeline.label): pipeline for pipeline in reversed(several) if pipeline.label}

    def stored(self, records: tuple[Any, ...]) -> tuple[Any, ...]:
        """
        Give the records with their deals as the pipelines know them; without pipelines, as they are.
        """
        if not self._pipelines:
            return records
        return tuple(self._stored(record) if isinstance(record, Deal) else record for record in records)

    def told(self, records: Iterable[object]) -> Iterator[str]:
        """
        Say which pipelines were taken for the only one that is known.
        """
        others = Counter(
            record.pipeline
            for record in records
            if isinstance(record, Deal) and record.pipeline and self._assumed(record)
        )
        for name, number in others.items():
            key = next(iter(self._pipelines))
            yield f"{shown(name)} as the pipeline of {counted(number, 'deal')}: {shown(key)} has their stages"

    def _stored(self, deal: Deal) -> Deal:
        pipeline = self._named(deal.pipeline) or (self._assumed(deal) if deal.pipeline else self._only())
        if pipeline is None:
            return deal
        stage = _stage_of(deal.stage, pipeline)
        meant = (pipeline.key if deal.pipeline else "", stage.key if stage else deal.stage)
        if meant == (deal.pipeline, deal.stage):
            return deal
        return attrs.evolve(deal, pipeline=meant[0], stage=meant[1])

    def _named(self, name: str) -> Pipeline | None:
        return self._pipelines.get(name) or self._labels.get(fold(name))

    def _only(self) -> Pipeline | None:
        return next(iter(self._pipelines.values())) if len(self._pipelines) == 1 else None

    def _assumed(self, deal: Deal) -> Pipeline | None:
        """
        Give the only pipeline, where the deal names another one and its stage is one of this.
        """
        only = self._only()
        return only if only and not self._named(deal.pipeline) and _stage_of(deal.stage, only) else None


def _stage_of(name: str, pipeline: Pipeline) -> Stage | None:
    """
    Find a stage by its key, its label, or its label with that of the pipeline: "Closed Won (Sales)".
    """
    stages = (*pipeline.stages, *pipeline.retired)
    exact = next((stage for stage in stages if stage.key == name), None)
    wanted = {fold(name), fold(name).removesuffix(f" ({fold(pipeline.label)})")}
    return exact or next((stage for stage in stages if fold(stage.label) in wanted), None)
