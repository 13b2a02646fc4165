"""
Updates from JSON Feed, versions 1 and 1.1.

Authors are a list in version 1.1 and one object in version 1; entries without any are by those of the feed. An id is a
text, and readers are told to take a number for one as well. The content is HTML or plain text; a summary stands in for
it where there is neither.

Rule:
    JSON Feed versions 1 and 1.1; AUTH-12.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from decimal import Decimal
from typing import Any, Final

from leadmodel.entities import SocialUpdate
from leadmodel.errors import shown
from leadmodel.formats.feeds.bylines import Byline, byline
from leadmodel.formats.feeds.dates import instant_in
from leadmodel.formats.feeds.entries import Feed, Said, absolute, update_of
from leadmodel.formats.intake.html import plain_text, storable
from leadmodel.formats.intake.payloads import Intake, host_of, kind_of

__all__ = ["looks_like", "updates_from"]

_VERSION: Final = re.compile(r"(?:https?://)?(?:www\.)?jsonfeed\.org/version/.*|1(?:\.\d)?", re.ASCII)
#: Keys of an entry that are read; the others are kept in `extra`.
_READ: Final = frozenset(
    "id url title content_html content_text summary date_published date_modified author authors language tags"
    " attachments".split()
)


def looks_like(payload: object) -> bool:
    """
    Say whether a payload has the shape of a JSON Feed.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("items"), list):
        return False
    version = payload.get("version")
    return isinstance(version, str) and _VERSION.fullmatch(version) is not None


def updates_from(
    payload: object, *, server: str = "", zone: tzinfo | None = None, where: str = ""
) -> list[SocialUpdate]:
    """
    Read the updates out of a JSON Feed.

    The text is title and content, one paragraph each; the summary, where there is no content. What the source says
    besides stands in `extra`: `title`, `feed` (its title), `language`, `edited_at`, `categories`, `enclosures`,
    `authors` (those after the first), `summary` where there is content, `id` where it was too long, and keys of the
    entry that are unknown here.

    Args:
        payload: Plain data.
        server: Of no use here: a feed names people by whole addresses.
        zone: The zone of instants that come without one; without it they are refused.
        where: The place of the payload, for errors: "feed.json".

    Raises:
        InvalidInput: It is no JSON Feed, or an entry is not sound; everything wrong with it is listed.
    """
    intake = Intake(server=server, zone=zone)
    updates = []
    if not isinstance(payload, dict) or not isinstance(payload.get("items"), list):
        hint = "pass the whole feed: an object with a list of items"
        intake.refuse("$", f"{kind_of(payload)} is no JSON Feed", hint, payload)
    else:
        feed = _feed(payload, intake)
        for number, item in enumerate(payload["items"]):
            path, before = f"$.items[{number}]", len(intake.problems)
            said = _said(item, feed, path, intake)
            # What is already known to be wrong is not reported once more by the record.
            if len(intake.problems) == before and (update := update_of(said, feed, path, intake)) is not None:
                updates.append(update)
    intake.finish("JSON Feed", where)
    return updates


def _feed(payload: Mapping[str, Any], intake: Intake) -> Feed:
    page, itself = (intake.text(payload, key, "$").strip() for key in ("home_page_url", "feed_url"))
    base = next((place for place in (itself, page) if host_of(place)), "")
    return Feed(
        title=storable(intake.text(payload, "title", "$")).strip(),
        language=storable(intake.text(payload, "language", "$")).strip(),
        page=absolute(page, base),
        base=base,
        bylines=tuple(_people(payload, base, "$", intake)),
    )


def _said(item: object, feed: Feed, path: str, intake: Intake) -> Said:
    if not isinstance(item, dict):
        intake.refuse(path, f"{kind_of(item)} is no entry", "write it as an object with an id", item)
        return Said()
    html, summary = intake.text(item, "content_html", path), storable(intake.text(item, "summary", path)).strip()
    text = plain_text(html) or storable(intake.text(item, "content_text", path)).strip()
    extra = {key: value for key, value in item.items() if key not in _READ and value not in (None, "", [], {})}
    return Said(
        id=_id(item.get("id"), f"{path}.id", intake),
        link=absolute(intake.text(item, "url", path), feed.base),
        title=storable(intake.text(item, "title", path)).strip(),
        text=text or summary,
        bylines=tuple(_people(item, feed.base, path, intake)),
        posted_at=instant_in(item.get("date_published"), f"{path}.date_published", intake),
        edited_at=instant_in(item.get("date_modified"), f"{path}.date_modified", intake),
        language=storable(intake.text(item, "language", path)).strip(),
        extra={
            **{str(key): value for key, value in extra.items()},
            "summary": summary if text else "",
            "categories": tuple(tag for tag in _listed(item, "tags") if isinstance(tag, str)),
            "enclosures": tuple(_enclosures(item, feed.base)),
        },
    )


def _people(node: Mapping[str, Any], base: str, path: str, intake: Intake) -> Iterator[Byline]:
    """
    Read the authors: the list of version 1.1, else the one of version 1.
    """
    key = "authors" if node.get("authors") else "author"
    value = node.get(key)
    listed = [(value, f"{path}.{key}")]
    if isinstance(value, list):
        listed = [(person, f"{path}.{key}[{number}]") for number, person in enumerate(value)]
    for person, place in listed:
        if isinstance(person, dict):
            address = intake.text(person, "url", place).strip()
            yield byline(intake.text(person, "name", place), address=absolute(address, base) or address)
        elif person is not None:
            intake.refuse(place, f"{kind_of(person)} is no author", 'write {"name": …, "url": …}', person)


def _id(value: object, path: str, intake: Intake) -> str:
    """
    Read an id: text, or a whole number; "" where there is none.
    """
    if type(value) is int:
        return str(value)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (float, Decimal)):
        intake.refuse(path, f"{shown(value)} is no id: ids are text or whole numbers", "write it as text", value)
    elif value is not None:
        intake.refuse(path, f"{kind_of(value)} is no id", "write it as text", value)
    return ""


def _listed(node: Mapping[str, Any], key: str) -> list[Any]:
    value = node.get(key)
    return value if isinstance(value, list) else []


def _enclosures(item: Mapping[str, Any], base: str) -> Iterator[str]:
    for attachment in _listed(item, "attachments"):
        address = attachment.get("url") if isinstance(attachment, dict) else None
        if isinstance(address, str) and address:
            yield absolute(address, base) or address
