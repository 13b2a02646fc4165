"""
Pipelines: the stages that a deal passes through.

A stage has a key, which deals hold, and a label, which people see. Its outcome, its probability and its forecast
category are independent of each other and of the label: real organisations have open stages at 100 % and won stages
at 60 %, so nothing is ever concluded from a name or a number (AUTH-13).

Rule:
    PIPE-1 to PIPE-4, PIPE-10, PIPE-11, and the presets.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import ClassVar, Final, Self

import attrs

from leadmodel.criteria import Criterion
from leadmodel.entities import Deal
from leadmodel.entities.parts import is_percentage
from leadmodel.errors import InvalidTable, Problem, UnknownName, UnknownStage, shown
from leadmodel.processes.checks import step_problems
from leadmodel.processes.parts import Closing, MoveRule, as_keys, as_moves
from leadmodel.processes.process import Process
from leadmodel.values.choice import choice
from leadmodel.values.text import key_fault


class Counts(StrEnum):
    """
    What a deal counts as where somebody asks about open, won and lost deals and about no others (AUTH-2 to AUTH-4).
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


class Outcome(StrEnum):
    """
    What a stage means for the sale: one row each, with all that follows from it but the moves, which stand in `MOVES`.

    The rows stand in the order in which tables and diagrams show them.
    """

    # fmt: off
    #       value   closed  counts as     forecast
    OPEN = ("open", False,  Counts.OPEN,  Forecast.PIPELINE)
    WON  = ("won",  True,   Counts.WON,   Forecast.CLOSED)
    LOST = ("lost", True,   Counts.LOST,  Forecast.OMITTED)
    # fmt: on

    #: Whether the sale is over: the deal has been closed, and to leave for what is not closed is to reopen it (PIPE-4).
    closed: bool
    #: What such a deal says about its contact (AUTH-2 to AUTH-4).
    counts_as: Counts
    #: How such a stage counts in a forecast where a file does not say.
    forecast: Forecast

    def __new__(cls, value: str, closed: bool, counts_as: Counts, forecast: Forecast) -> Self:
        """
        Read a row: what follows from an outcome is an attribute of it, found without looking anything up.
        """
        member = str.__new__(cls, value)
        member._value_ = value
        member.closed, member.counts_as, member.forecast = closed, counts_as, forecast
        return member


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
    #: Fields that a deal must hold to come here.
    requires: tuple[str, ...] = attrs.field(default=(), converter=as_keys, kw_only=True)
    #: What must be true of a deal that comes here.
    guard: Criterion | None = attrs.field(default=None, kw_only=True)
    #: Whether new deals begin here; where no stage says so, it is the first open one.
    first: bool = attrs.field(default=False, kw_only=True)

    @property
    def mark(self) -> Outcome:
        """
        The outcome: what the stage means for the move table.
        """
        return self.outcome


_OPEN, _WON, _LOST = Outcome.OPEN, Outcome.WON, Outcome.LOST
_KEEP, _STAMP, _CLEAR = Closing

# fmt: off
#: Which moves a deal may make, by the outcomes of the stages, and what they do to `closed_at` (PIPE-2, PIPE-4).
MOVES: Final = (
    #        from   to     allowed  closed_at  rule
    MoveRule(_OPEN, _OPEN, True,    _KEEP,     "PIPE-2"),
    MoveRule(_OPEN, _WON,  True,    _STAMP,    "PIPE-2"),
    MoveRule(_OPEN, _LOST, True,    _STAMP,    "PIPE-2"),
    MoveRule(_WON,  _WON,  True,    _KEEP,     "PIPE-2"),
    MoveRule(_LOST, _LOST, True,    _KEEP,     "PIPE-2"),
    MoveRule(_WON,  _OPEN, False,   _CLEAR,    "PIPE-4",  'where deals do so, say allowing("won", "open")'),
    MoveRule(_LOST, _OPEN, False,   _CLEAR,    "PIPE-4",  'where deals do so, say allowing("lost", "open")'),
    MoveRule(_WON,  _LOST, False,   _STAMP,    "PIPE-2",  'where deals do so, say allowing("won", "lost")'),
    MoveRule(_LOST, _WON,  False,   _STAMP,    "PIPE-2",  'where deals do so, say allowing("lost", "won")'),
)
# fmt: on


def _as_stages(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    return tuple(stages)


@attrs.frozen(kw_only=True, repr=False)
class Pipeline(Process[Stage]):
    """
    An ordered set of stages, and the moves that deals may make between them.

    Without transitions, stages may be skipped; with some, deals move along them alone (PIPE-3).

    Raises:
        InvalidTable: There are no stages, not even retired ones, or none of them is open, a key is given twice or is no
            key, a probability is no percentage, two stages are first, a cell of the move table is missing, a transition
            leads nowhere, a required field does not exist, a guard asks about something else; all is reported.
    """

    stages: tuple[Stage, ...] = attrs.field(converter=_as_stages)
    #: Stages of former times: no deal may stand in one or come to one, but histories still name them (PIPE-10).
    #: A pipeline of former times has retired stages alone.
    retired: tuple[Stage, ...] = attrs.field(default=(), converter=_as_stages)
    moves: tuple[MoveRule, ...] = attrs.field(default=MOVES, converter=as_moves)

    record_type: ClassVar[type[Deal]] = Deal
    marks: ClassVar[type[Outcome]] = Outcome
    unset: ClassVar[Outcome] = _OPEN
    live: ClassVar[frozenset[StrEnum]] = frozenset({_OPEN})
    nouns: ClassVar[tuple[str, str, str]] = ("pipeline", "stage", "outcome")
    counted_as: ClassVar[tuple[str, str]] = ("stage", "stages")
    steps_field: ClassVar[str] = "stages"
    steps_rule: ClassVar[str] = "PIPE-1"
    gate_rule: ClassVar[str] = "PIPE-2"

    @property
    def steps(self) -> tuple[Stage, ...]:
        """
        The stages: what they are called in every process.
        """
        return self.stages

    @property
    def past_steps(self) -> tuple[Stage, ...]:
        """
        The retired stages: what they are called in every process.
        """
        return self.retired

    def _with_steps(self, steps: Iterable[Stage]) -> Self:
        return attrs.evolve(self, stages=steps)

    def own_problems(self) -> Iterator[Problem]:
        """
        Say what is wrong with probabilities and with former stages.
        """
        for stage in (*self.stages, *self.retired):
            if not is_percentage(stage.probability):
                yield Problem(
                    what=f"a probability of {shown(stage.probability)} is no percentage",
                    hint="use a whole number from 0 to 100",
                    field=f"stages {shown(stage.key)}",
                    value=stage.probability,
                )
        yield from step_problems(self.retired, "retired")
        present = {stage.key for stage in self.stages if not key_fault(stage.key)}
        for key in dict.fromkeys(stage.key for stage in self.retired if not key_fault(stage.key)):
            if key in present:
                what = f"the stage {shown(key)} is both in use and retired"
                yield Problem(what=what, hint="take one out", field="retired", value=key, rule="PIPE-10")

    def stage(self, key: str) -> Stage:
        """
        Give the stage with this key.

        Raises:
            UnknownStage: There is none; labels and near misses are not accepted (AUTH-14).
        """
        return self.step(key)

    def past_stage(self, key: str) -> Stage:
        """
        Give the stage that a history names: one of today, or one of former times.

        Raises:
            UnknownStage: There was none (AUTH-14).
        """
        return next((stage for stage in self.retired if stage.key == key), None) or self.step(key)

    def _unknown(self, key: str) -> UnknownName:
        known, within = tuple(stage.key for stage in self.stages), f"pipeline {self.key}"
        if not known:
            hint = "the pipeline is one of former times, to which no deal comes any more; take another"
            return UnknownStage(kind="stage", name=key, known=(), within=within, rule="PIPE-10", hint=hint)
        return UnknownStage(kind="stage", name=key, known=known, within=within, rule="AUTH-14")

    def columns(self) -> Sequence[str]:
        """
        Name the columns of the table of stages.
        """
        return ("key", "label", "outcome", "probability", "forecast")

    def cells_of(self, step: Stage) -> Sequence[object]:
        """
        Give the row of a stage.
        """
        return (step.key, step.label, step.outcome, f"{step.probability} %", step.forecast)


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

#: HubSpot's standard stages, under the ids by which its deals hold them.
HUBSPOT: Final = Pipeline(key="hubspot", label="HubSpot", stages=[
    Stage("appointmentscheduled",          "Appointment Scheduled",         _OPEN,  20, _PIPELINE),
    Stage("qualifiedtobuy",                "Qualified To Buy",              _OPEN,  40, _PIPELINE),
    Stage("presentationscheduled",         "Presentation Scheduled",        _OPEN,  60, _PIPELINE),
    Stage("decisionmakerboughtin",         "Decision Maker Bought-In",      _OPEN,  80, _PIPELINE),
    Stage("contractsent",                  "Contract Sent",                 _OPEN,  90, _PIPELINE),
    Stage("closedwon",                     "Closed Won",                    _WON,  100, _CLOSED),
    Stage("closedlost",                    "Closed Lost",                   _LOST,   0, _OMITTED),
])

#: The least that a pipeline can be.
SIMPLE: Final = Pipeline(key="simple", label="Simple", stages=[
    Stage("Open",                          "Open",                          _OPEN,  50, _PIPELINE),
    Stage("Won",                           "Won",                           _WON,  100, _CLOSED),
    Stage("Lost",                          "Lost",                          _LOST,   0, _OMITTED),
])
# fmt: on

#: The presets by key.
PRESETS: Final = {pipeline.key: pipeline for pipeline in (SIMPLE, ZOHO, SALESFORCE, HUBSPOT)}
