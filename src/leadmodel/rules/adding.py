"""
Adding an unknown author to the records: Zoho's *+Add*.

Rule:
    AUTH-12 and what follows AUTH-15: afterwards the same author is a lead or contact.
"""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from leadmodel.entities import Contact, Lead, Person, SocialUpdate
from leadmodel.errors import NoAuthor
from leadmodel.values import derived_id, type_name

P = TypeVar("P", bound=Person)


def lead_from(update: SocialUpdate, *, at: datetime, namespace: UUID) -> Lead:
    """
    Make a lead of whoever wrote an update.

    Its id is derived from the profile, so adding the same author twice gives the same lead. The display name is taken
    whole as the last name: taking names apart is guessing.

    Args:
        update: The update; of a repost, the original author is taken.
        at: When the author is added; aware.
        namespace: The organisation's own; see `derived_id`.

    Raises:
        NoAuthor: The update does not say who wrote it (AUTH-12).
        InvalidRecord: The instant is naive.
    """
    return _person_from(Lead, update, at, namespace)


def contact_from(update: SocialUpdate, *, at: datetime, namespace: UUID) -> Contact:
    """
    Make a contact of whoever wrote an update, as `lead_from` makes a lead.

    Raises:
        NoAuthor: The update does not say who wrote it (AUTH-12).
        InvalidRecord: The instant is naive.
    """
    return _person_from(Contact, update, at, namespace)


def _person_from(kind: type[P], update: SocialUpdate, at: datetime, namespace: UUID) -> P:
    if update.author is None:
        raise NoAuthor(update=update.id)
    name = update.author_name.strip() or update.author.handle or update.author.uid
    return kind(
        id=derived_id(namespace, type_name(kind), update.author.keys[0]),
        last_name=name[:255],
        profiles=[update.author],
        source=update.author.network,
        created_at=at,
    )  # type: ignore[call-arg]  # leads and contacts both have a source
