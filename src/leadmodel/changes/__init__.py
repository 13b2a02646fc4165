"""
What changes is a value: records before and after, effects to send, and why.

A function that would alter the CRM returns `Changes` and writes nothing. Look at them (a dry run), apply them, keep
them (an audit), join two, take them back: one value for all of it.
"""

from leadmodel.changes.change import Changes
from leadmodel.changes.effects import Effect
from leadmodel.changes.parts import Cause, FieldChange, Updated
from leadmodel.changes.plan import Plan
from leadmodel.changes.reverting import revert
from leadmodel.changes.verbs import create, delete, edit

__all__ = ["Cause", "Changes", "Effect", "FieldChange", "Plan", "Updated", "create", "delete", "edit", "revert"]
