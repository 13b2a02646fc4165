"""
How an organisation sells, as data: the stages that deals pass through, the statuses of leads, and their presets.
"""

from leadmodel.processes import pipelines, statuses
from leadmodel.processes.diagram import diagram
from leadmodel.processes.parts import Closing, MoveRule, Transition
from leadmodel.processes.pipelines import Counts, Forecast, Outcome, Pipeline, Stage
from leadmodel.processes.plain import Processes, processes_from_plain, processes_to_plain
from leadmodel.processes.process import Process
from leadmodel.processes.statuses import Status, Statuses, StatusKind

__all__ = [
    "Closing",
    "Counts",
    "Forecast",
    "MoveRule",
    "Outcome",
    "Pipeline",
    "Process",
    "Processes",
    "Stage",
    "Status",
    "StatusKind",
    "Statuses",
    "Transition",
    "diagram",
    "pipelines",
    "processes_from_plain",
    "processes_to_plain",
    "statuses",
]
