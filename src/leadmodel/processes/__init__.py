"""
How an organisation sells, as data: the stages that deals pass through, the statuses of leads, and their presets.
"""

from leadmodel.processes import pipelines, statuses
from leadmodel.processes.pipelines import Forecast, Outcome, Pipeline, Stage
from leadmodel.processes.statuses import Status, Statuses, StatusKind

__all__ = [
    "Forecast",
    "Outcome",
    "Pipeline",
    "Stage",
    "Status",
    "StatusKind",
    "Statuses",
    "pipelines",
    "statuses",
]
