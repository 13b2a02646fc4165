"""
What an entry of any feed says, on its way to an update: RSS, Atom and JSON Feed differ in names and agree in this.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urljoin

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.formats.feeds.bylines import UNSIGNED, Byline, owner_of, signed
from leadmodel.formats.intake.freezing import frozen_or_given
from leadmodel.formats.intake.ids import settled_id
from leadmodel.formats.intake.payloads import Intake, host_of
from leadmodel.values.text import URL_LIMIT

__all__ = ["Feed", "Said", "absolute", "update_of"]

#: What ends a title that was cut off.
_CUT: Final = "….[] "
#: Addresses that are whole as they stand, as most are: joined to another one, they stay what they are.
_WHOLE: Final = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:/[\w./~%@:+,=&-]*(?:\?[\w./~%@:+,=&-]+)?)?", re.ASCII)


@attrs.frozen(kw_only=True)
class Feed:
    """
    What a feed says about all of its entries.
    """

    title: str = ""
    language: str = ""
    #: The page that the feed is about, and where its relative addresses begin.
    page: str = ""
    base: str = ""
    bylines: tuple[Byline, ...] = ()


@attrs.frozen(kw_only=True)
class Said:
    """
    What an entry says.
    """

    id: str = ""
    #: Its address, absolute.
    link: str = ""
    title: str = ""
    text: str = ""
    #: Its people; those of the feed that it was taken from, where it says so.
    bylines: tuple[Byline, ...] = ()
    #: Whether it was taken from another feed, whose page need not be that of this one.
    taken: bool = False
    posted_at: datetime | None = None
    edited_at: datetime | None = None
    replies_to: tuple[str, ...] = ()
    language: str = ""
    extra: dict[str, Any] = attrs.field(factory=dict)


def absolute(address: str, base: str) -> str:
    """
    Give an address on the web as a whole one; "" where it is none, or too long for one.
    """
    address = address.strip()
    if len(address) <= URL_LIMIT and _WHOLE.fullmatch(address):
        return address
    try:
        whole = urljoin(base, address) if base and address else address
    except ValueError:  # such as an unclosed bracket
        return ""
    return whole if host_of(whole) and len(whole) <= URL_LIMIT else ""


def update_of(said: Said, feed: Feed, path: str, intake: Intake) -> SocialUpdate | None:
    """
    Make the update that an entry is, None where it says nothing at all; what is wrong with it is kept.
    """
    posted_at = said.posted_at or said.edited_at
    if not any((said.id, said.link, said.title, said.text, said.bylines, posted_at, *said.extra.values())):
        return None
    author, others = _author(said, feed)
    text = _told(said.title, said.text)
    says = ("entry", author.label(), said.link, str(posted_at), text)
    id_, long = settled_id((said.id, said.link), says)
    more = {
        "title": said.title,
        "feed": feed.title,
        "language": said.language or feed.language,
        "edited_at": said.edited_at if said.edited_at != posted_at else None,
        "authors": tuple(person.label() for person in others),
        "author_mail": author.mail if author.mail and not _says(author, "email") else "",
        "author_address": author.address if author.address and _says(author, "email") else "",
        "also_in_reply_to": said.replies_to[1:],
        "id": long,
    }
    facts = {
        "id": id_,
        "author": author.profile,
        "author_name": author.name,
        "text": text,
        "posted_at": posted_at,
        "url": said.link,
        "in_reply_to": said.replies_to[0] if said.replies_to else "",
        "extra": frozen_or_given({key: value for known in (said.extra, more) for key, value in known.items() if value}),
    }
    return intake.update(path, facts)


def _author(said: Said, feed: Feed) -> tuple[Byline, tuple[Byline, ...]]:
    """
    Say who wrote an entry: whom it names itself, else whom its feed names, else whose page the feed is about.
    """
    author, others = signed(_first(said.bylines, feed.bylines))
    if author == UNSIGNED and not said.taken:
        owner = owner_of(feed.page) if feed.page else None
        return (Byline(owner, feed.title, address=feed.page) if owner else UNSIGNED), ()
    return author, others


def _first(*groups: Iterable[Byline]) -> tuple[Byline, ...]:
    found = (tuple(person for person in group if person != UNSIGNED) for group in groups)
    return next((people for people in found if people), ())


def _says(author: Byline, network: str) -> bool:
    return author.profile is not None and author.profile.network == network


def _told(title: str, text: str) -> str:
    """
    Put title and text together, one paragraph each; a title that is how the text begins is left out.
    """
    if not title or not text:
        return title or text
    begins = " ".join(text.split()).startswith(" ".join(title.rstrip(_CUT).split()))
    return text if begins else f"{title}\n\n{text}"
