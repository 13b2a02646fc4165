"""
Changing a process while records stand in it: pipelines and their stages, and the statuses of leads.

Each verb gives the process as it would be and the changes that the records need; nothing is written. Nobody is left
standing where nothing is any more.
"""

from leadmodel.rules.reshaping.pipelines import (
    PipelineChange,
    PipelinesChange,
    add_stage,
    remove_pipeline,
    remove_stage,
    rename_stage,
)
from leadmodel.rules.reshaping.statuses import StatusesChange, add_status, remove_status, rename_status

__all__ = [
    "PipelineChange",
    "PipelinesChange",
    "StatusesChange",
    "add_stage",
    "add_status",
    "remove_pipeline",
    "remove_stage",
    "remove_status",
    "rename_stage",
    "rename_status",
]
