"""
Pipelines: the stages that a deal passes through.

A stage has a key, which deals hold, and a label, which people see. Its outcome, its probability and its forecast
category are independent of each other and of the label: real organisations have open stages at 100 % and won stages
at 60 %, so nothing is ever concluded from a name or a number (AUTH-13).

Rule:
    PIPE-1 and the presets.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

import attrs

from leadmodel.display import html_table, text_table
from leadmodel.entities.parts import is_percentage
from leadmodel.errors import InvalidTable, Problem, UnknownName, UnknownStage, shown
from leadmodel.processes.steps import key_fault, step_problems
from leadmodel.values.choice import choice


class Outcome(StrEnum):
    """
    What a stage means for the sale.
    """

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Forecast(StrEnum):
    """
    How a stage counts in a forecast.
    """

    PIPELINE = "pipeline"
    BEST_CASE = "best_case"
    COMMIT = "commit"
    CLOSED = "closed"
    OMITTED = "omitted"


def _as_outcome(value: Outcome | str) -> Outcome:
    return choice(Outcome, value, "outcome")


def _as_forecast(value: Forecast | str) -> Forecast:
    return choice(Forecast, value, "forecast category")


@attrs.frozen
class Stage:
    """
    A stage of a pipeline.

    Raises:
        InvalidValue: The outcome or the forecast category is none of the listed ones.
    """

    #: What deals hold: the vendor's stored value in the presets.
    key: str
    #: What people see.
    label: str
    outcome: Outcome = attrs.field(converter=_as_outcome)
    #: Percent, 0–100.
    probability: int = 0
    forecast: Forecast = attrs.field(default=Forecast.PIPELINE, converter=_as_forecast)


def _as_stages(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    return tuple(stages)


@attrs.frozen(kw_only=True, repr=False)
class Pipeline:
    """
    An ordered set of stages.

    Raises:
        InvalidTable: There are no stages, a key is given twice or is no key, a probability is no percentage.
    """

    key: str
    label: str = ""
    stages: tuple[Stage, ...] = attrs.field(converter=_as_stages)

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise InvalidTable(subject=f"pipeline {shown(self.key)}", problems=problems)

    def _problems(self) -> Iterator[Problem]:
        if fault := key_fault(self.key):
            yield Problem(what=f"the key {fault}", field="key", value=self.key, rule="PIPE-1")
        yield from step_problems(self.stages, "stages")
        for stage in self.stages:
            if not is_percentage(stage.probability):
                yield Problem(
                    what=f"a probability of {shown(stage.probability)} is no percentage",
                    hint="use a whole number from 0 to 100",
                    field=f"stages {shown(stage.key)}",
                    value=stage.probability,
                )

    def stage(self, key: str) -> Stage:
        """
        Give the stage with this key.

        Raises:
            UnknownStage: There is none; labels and near misses are not accepted (AUTH-14).
        """
        for stage in self.stages:
            if stage.key == key:
                return stage
        known = tuple(stage.key for stage in self.stages)
        raise UnknownStage(kind="stage", name=key, known=known, within=f"pipeline {self.key}", rule="AUTH-14")

    def __repr__(self) -> str:
        return f"Pipeline(key={self.key!r}, {len(self.stages)} stages)"

    def __str__(self) -> str:
        return f"pipeline {self.label or self.key}\n{text_table(_HEADERS, self._rows())}"

    def _repr_html_(self) -> str:
        return html_table(_HEADERS, self._rows(), caption=f"pipeline {self.label or self.key}")

    def _rows(self) -> list[tuple[object, ...]]:
        return [(s.key, s.label, s.outcome, f"{s.probability} %", s.forecast) for s in self.stages]


_HEADERS = ("key", "label", "outcome", "probability", "forecast")

Pipelines = Mapping[str, Pipeline]


def as_pipelines(pipelines: Pipeline | Iterable[Pipeline] | Pipelines) -> dict[str, Pipeline]:
    """
    Give pipelines by key, out of one, several, or a mapping.

    Raises:
        InvalidTable: There are none, two have one key, or a mapping has one under another key than its own.
    """
    if isinstance(pipelines, Pipeline):
        return {pipelines.key: pipelines}
    if isinstance(pipelines, Mapping) and (wrong := [key for key, p in pipelines.items() if key != p.key]):
        said = [(f"pipeline {shown(pipelines[key].key)} stands under the key {shown(key)}", key) for key in wrong]
        problems = tuple(Problem(what=what, hint="use its own key", value=key) for what, key in said)
        raise InvalidTable(subject="pipelines", problems=problems)
    several = list(pipelines.values() if isinstance(pipelines, Mapping) else pipelines)
    by_key = {pipeline.key: pipeline for pipeline in several}
    if not several or len(by_key) < len(several):
        what = "two pipelines have one key" if several else "there is no pipeline"
        problem = Problem(what=what, hint="give each its own key" if several else "give at least one")
        raise InvalidTable(subject="pipelines", problems=(problem,))
    return by_key


def pipeline_of(key: str, pipelines: Pipelines) -> Pipeline:
    """
    Give the pipeline that a deal names; "" is the only one there is.

    Raises:
        UnknownName: There is no such pipeline, or none is named and there are several.
    """
    if key in pipelines:
        return pipelines[key]
    if not key and len(pipelines) == 1:
        return next(iter(pipelines.values()))
    raise UnknownName(kind="pipeline", name=key, known=tuple(pipelines), rule="AUTH-14")


_OPEN, _WON, _LOST = Outcome
_PIPELINE, _CLOSED, _OMITTED = Forecast.PIPELINE, Forecast.CLOSED, Forecast.OMITTED

# fmt: off
#: Zoho CRM's standard stages. No vendor publishes these probabilities in one table: they are what a new account shows.
ZOHO: Final = Pipeline(key="zoho", label="Zoho CRM", stages=[
    #     key                              label                            outcome  %   forecast
    Stage("Qualification",                 "Qualification",                 _OPEN,  10, _PIPELINE),
    Stage("Needs Analysis",                "Needs Analysis",                _OPEN,  20, _PIPELINE),
    Stage("Value Proposition",             "Value Proposition",             _OPEN,  40, _PIPELINE),
    Stage("Id. Decision Makers",           "Identify Decision Makers",      _OPEN,  60, _PIPELINE),
    Stage("Proposal/Price Quote",          "Proposal/Price Quote",          _OPEN,  75, _PIPELINE),
    Stage("Negotiation/Review",            "Negotiation/Review",            _OPEN,  90, _PIPELINE),
    Stage("Closed Won",                    "Closed Won",                    _WON,  100, _CLOSED),
    Stage("Closed Lost",                   "Closed Lost",                   _LOST,   0, _OMITTED),
    Stage("Closed Lost to Competition",    "Closed Lost to Competition",    _LOST,   0, _OMITTED),
])

#: Salesforce's standard stages.
SALESFORCE: Final = Pipeline(key="salesforce", label="Salesforce", stages=[
    Stage("Prospecting",                   "Prospecting",                   _OPEN,  10, _PIPELINE),
    Stage("Qualification",                 "Qualification",                 _OPEN,  10, _PIPELINE),
    Stage("Needs Analysis",                "Needs Analysis",                _OPEN,  20, _PIPELINE),
    Stage("Value Proposition",             "Value Proposition",             _OPEN,  50, _PIPELINE),
    Stage("Id. Decision Makers",           "Id. Decision Makers",           _OPEN,  60, _PIPELINE),
    Stage("Perception Analysis",           "Perception Analysis",           _OPEN,  70, _PIPELINE),
    Stage("Proposal/Price Quote",          "Proposal/Price Quote",          _OPEN,  75, _PIPELINE),
    Stage("Negotiation/Review",            "Negotiation/Review",            _OPEN,  90, _PIPELINE),
    Stage("Closed Won",                    "Closed Won",                    _WON,  100, _CLOSED),
    Stage("Closed Lost",                   "Closed Lost",                   _LOST,   0, _OMITTED),
])

#: The least that a pipeline can be.
SIMPLE: Final = Pipeline(key="simple", label="Simple", stages=[
    Stage("Open",                          "Open",                          _OPEN,  50, _PIPELINE),
    Stage("Won",                           "Won",                           _WON,  100, _CLOSED),
    Stage("Lost",                          "Lost",                          _LOST,   0, _OMITTED),
])
# fmt: on

#: The presets by key.
PRESETS: Final = {pipeline.key: pipeline for pipeline in (SIMPLE, ZOHO, SALESFORCE)}
