"""
Activities: what a person did, or what was done with them.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import attrs

from leadmodel.entities.convert import as_choice, as_instant, as_mapping, as_ref
from leadmodel.entities.facts import Kind, holds
from leadmodel.entities.record import Entity
from leadmodel.values import EMPTY, FrozenMap, Ref


class ActivityKind(StrEnum):
    """
    What happened: one member for each kind (ACT-1).
    """

    EMAIL_SENT = "email_sent"
    EMAIL_OPENED = "email_opened"
    PAGE_VISITED = "page_visited"
    DOWNLOADED = "downloaded"
    FORM_SUBMITTED = "form_submitted"
    EVENT_ATTENDED = "event_attended"
    CALL = "call"
    MEETING = "meeting"
    DEMO_SIGNED_UP = "demo_signed_up"
    PURCHASED = "purchased"
    UNSUBSCRIBED = "unsubscribed"


def _as_kind(value: ActivityKind | str) -> ActivityKind:
    return as_choice(ActivityKind, value, "kind of activity")


@attrs.frozen(kw_only=True, repr=False)
class Activity(Entity):
    """
    Something that happened between a person and the organisation.

    Raises:
        InvalidRecord: A field breaks its rules; all are reported.
    """

    #: The record that it is about.
    about: Ref = attrs.field(converter=as_ref, metadata=holds(Kind.VALUE, Ref))
    kind: ActivityKind = attrs.field(converter=_as_kind, metadata=holds(Kind.CHOICE, ActivityKind))
    at: datetime = attrs.field(converter=as_instant, metadata=holds(Kind.INSTANT, datetime))
    #: What is known of it besides: the page, the file, the subject of the e-mail.
    detail: FrozenMap[Any] = attrs.field(
        default=EMPTY, converter=as_mapping, metadata=holds(Kind.MAPPING, FrozenMap, personal=True)
    )
    #: The user who did it; "" where the person did.
    by: str = attrs.field(default="", metadata=holds(Kind.LINE))

    def label(self) -> str:
        """
        What happened, and with whom.
        """
        return f"{self.kind.replace('_', ' ')}, {self.about}"
