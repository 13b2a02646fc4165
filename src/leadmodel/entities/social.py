"""
Social updates: what somebody said on a network.
"""

from datetime import datetime
from typing import Any

import attrs

from leadmodel.entities.convert import as_instance, as_instant, as_mapping
from leadmodel.entities.facts import Kind, holds
from leadmodel.entities.record import Entity
from leadmodel.networks import Profile
from leadmodel.values import EMPTY, FrozenMap


def _as_profile(value: Profile | None) -> Profile | None:
    return as_instance(Profile, value)


def _identity(update: "SocialUpdate") -> str:
    """
    Join the identities of author and reposter; nobody has none, nor has what could not be read as a profile.
    """
    identity = getattr(update.author, "identity", "")
    passed_on = update.reposted_by
    return identity if passed_on is None else f"{identity}\t{getattr(passed_on, 'identity', '')}"


@attrs.frozen(kw_only=True, repr=False)
class SocialUpdate(Entity):
    """
    A post, a comment, a repost: something that somebody said on a network.

    Raises:
        InvalidRecord: A field breaks its rules; all are reported.
    """

    #: Who wrote it; of a repost, the original author (AUTH-11). None where the source does not say (AUTH-12).
    author: Profile | None = attrs.field(
        default=None, converter=_as_profile, metadata=holds(Kind.VALUE, Profile, personal=True)
    )
    #: The author's display name, whole: it is never taken apart.
    author_name: str = attrs.field(default="", metadata=holds(Kind.TEXT, personal=True))
    #: Plain text; a source's markup has been taken out.
    text: str = attrs.field(default="", metadata=holds(Kind.TEXT, personal=True))
    posted_at: datetime | None = attrs.field(default=None, converter=as_instant, metadata=holds(Kind.INSTANT, datetime))
    url: str = attrs.field(default="", metadata=holds(Kind.URL))
    #: Who passed it on, if it is a repost.
    reposted_by: Profile | None = attrs.field(
        default=None, converter=_as_profile, metadata=holds(Kind.VALUE, Profile, personal=True)
    )
    #: What it answers: an id or address at its source.
    in_reply_to: str = attrs.field(default="", metadata=holds(Kind.URL))
    #: What the source said besides, read-only, deep.
    extra: FrozenMap[Any] = attrs.field(
        default=EMPTY, converter=as_mapping, metadata=holds(Kind.MAPPING, FrozenMap, personal=True)
    )
    #: Under what the answer about this update is kept: the author's identity, and a reposter's after a tab.
    identity: str = attrs.field(init=False, eq=False, default=attrs.Factory(_identity, takes_self=True))

    def label(self) -> str:
        """
        The author's name, or their profile.
        """
        return self.author_name or (str(self.author) if self.author else "")
