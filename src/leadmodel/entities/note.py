"""
Notes: what somebody wrote down about a record.
"""

from datetime import datetime

import attrs

from leadmodel.entities.convert import as_instant, as_ref
from leadmodel.entities.facts import Kind, holds
from leadmodel.entities.record import Entity
from leadmodel.values import Ref


@attrs.frozen(kw_only=True, repr=False)
class Note(Entity):
    """
    A text about a record.

    Raises:
        InvalidRecord: A field breaks its rules; all are reported.
    """

    #: The record that it is about.
    about: Ref = attrs.field(converter=as_ref, metadata=holds(Kind.VALUE, Ref))
    text: str = attrs.field(default="", metadata=holds(Kind.TEXT, personal=True))
    at: datetime | None = attrs.field(default=None, converter=as_instant, metadata=holds(Kind.INSTANT, datetime))
    #: The user who wrote it.
    by: str = attrs.field(default="", metadata=holds(Kind.LINE))

    def label(self) -> str:
        """
        What the note is about.
        """
        return f"note on {self.about}"
