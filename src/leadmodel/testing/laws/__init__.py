"""
Laws: what is true of every sound table, process, playbook, directory, feed, change, conversion and store, as functions.

Each returns nothing where the law holds, and raises an AssertionError that says what was compared where it does not.
They draw nothing and need no other package: combine them with the strategies, or call them on your own records
and tables. `check_store` alone needs Hypothesis, once it is called.
"""

from leadmodel.testing.laws.authors import SHIPPED, check_author_rules
from leadmodel.testing.laws.changes import check_changes
from leadmodel.testing.laws.conversion import check_conversion
from leadmodel.testing.laws.criteria import check_criterion
from leadmodel.testing.laws.directories import check_directory
from leadmodel.testing.laws.feeds import check_feed, check_story
from leadmodel.testing.laws.moves import check_history, check_lead_moves, check_moves
from leadmodel.testing.laws.playbooks import check_playbook
from leadmodel.testing.laws.processes import check_process
from leadmodel.testing.laws.profiles import check_profile
from leadmodel.testing.laws.stores import check_store

__all__ = [
    "SHIPPED",
    "check_author_rules",
    "check_changes",
    "check_conversion",
    "check_criterion",
    "check_directory",
    "check_feed",
    "check_history",
    "check_lead_moves",
    "check_moves",
    "check_playbook",
    "check_process",
    "check_profile",
    "check_store",
    "check_story",
]
