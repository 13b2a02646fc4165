"""
How an organisation sells, as one value: its pipelines, its statuses, and how it converts leads.
"""

from leadmodel.playbook import presets as playbooks
from leadmodel.playbook.plain import playbook_from_plain, playbook_to_plain
from leadmodel.playbook.playbook import Playbook

__all__ = ["Playbook", "playbook_from_plain", "playbook_to_plain", "playbooks"]
