"""
Tasks: what somebody is to do about a record.
"""

from datetime import datetime

import attrs

from leadmodel.entities.convert import as_instant, as_ref
from leadmodel.entities.facts import Kind, holds
from leadmodel.entities.record import Entity
from leadmodel.values import Ref


@attrs.frozen(kw_only=True, repr=False)
class Task(Entity):
    """
    Something to be done about a record.

    Raises:
        InvalidRecord: A field breaks its rules; all are reported.
    """

    #: The record that it is about.
    about: Ref = attrs.field(converter=as_ref, metadata=holds(Kind.VALUE, Ref))
    subject: str = attrs.field(metadata=holds(Kind.LINE, required=True))
    due_at: datetime | None = attrs.field(default=None, converter=as_instant, metadata=holds(Kind.INSTANT, datetime))
    #: None until it is done.
    done_at: datetime | None = attrs.field(default=None, converter=as_instant, metadata=holds(Kind.INSTANT, datetime))
    #: The user who is to do it.
    owner_id: str = attrs.field(default="", metadata=holds(Kind.LINE))

    def label(self) -> str:
        """
        What is to be done.
        """
        return self.subject
