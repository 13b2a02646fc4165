"""
Updates from web feeds: RSS 0.9x, 1.0 and 2.0, and Atom 0.3 and 1.0.

The library feedparser tells the dialects apart, with the extra `feeds`. What is special about feeds besides:

* An entry that names no author is by the author of the feed that it was taken from, else of the feed that holds it,
  else of whoever's page on a network the feed is about.
* An author is a name, a mail address and an address on the web, in one text or in several elements; see
  `leadmodel.formats.feeds.bylines`. feedparser ends a mail address after four letters of its last part, gives the
  second of two authors the mail address of the first, and writes the name of a podcast's owner over that of its author;
  so people are taken from the document itself.
* A title that only repeats how the text begins is none.
* An entry that was edited has two instants; the first one is when it was posted.
* An id may be missing; the address stands in for it, else one that is derived from what the entry says.

Only well-formed documents are read, apart from what `leadmodel.formats.feeds.xml` mends: feedparser's way with others
is to guess, in a time that nobody can foretell, and half a feed would pass for a whole one.

Rule:
    RFC 4287, RFC 4685 (replies), the RSS Advisory Board's RSS 2.0.11, RSS 1.0; AUTH-12, NET-1.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from typing import Any, Final
from xml.sax import SAXException

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, MissingExtra, Problem
from leadmodel.formats.feeds.bylines import Byline, byline, written
from leadmodel.formats.feeds.dates import instant_in
from leadmodel.formats.feeds.entries import Feed, Said, absolute, update_of
from leadmodel.formats.feeds.xml import Author, Body, Noted, People, begins_like_xml, markup_of
from leadmodel.formats.intake.html import plain_text, storable
from leadmodel.formats.intake.payloads import Intake, host_of, kind_of

__all__ = ["Entry", "entries_of", "looks_like", "updates_from"]

_REPLIES: Final = "http://purl.org/syndication/thread/1.0"
_HTML: Final = frozenset({"", "html", "xhtml", "text/html", "application/xhtml+xml"})
_PLAIN: Final = frozenset({"text", "text/plain", "text/markdown"})
#: What the library calls the parts of an entry that are read; the other texts are kept in `extra` under its names.
_READ: Final = frozenset(
    "id link title summary author authors published created updated language guidislink contributors publisher expired"
    " href name email category item image content subtitle rights info".split()
)
#: Characters of a text that is kept besides, and how many there may be.
_KEPT_LIMIT: Final = 1_000
_KEPT: Final = 50


@attrs.frozen
class Entry:
    """
    One entry of a feed, as the library gives it, and what it has from its feed.
    """

    #: The place in the feed; the first is number 1.
    number: int
    data: dict[str, Any] = attrs.field(repr=False)
    noted: Noted
    feed: Feed
    #: Under which name the library keeps what it replies to.
    replies: str = ""
    #: Whether an id that is an address is the page of the entry as well: so it is in RSS, unless it says otherwise.
    id_is_page: bool = False


def looks_like(payload: object) -> bool:
    """
    Say whether a payload is an entry of a feed, or a document of XML.
    """
    return isinstance(payload, Entry) or (isinstance(payload, (str, bytes)) and begins_like_xml(payload))


def entries_of(source: str | bytes, *, name: str = "", encoding: str = "", address: str = "") -> Iterator[Entry]:
    """
    Part a feed into its entries, so that one that is unsound does not stop the others.

    Args:
        source: The whole document. Of bytes, the encoding is what they say, else UTF-8.
        name: What errors call it.
        encoding: How bytes are read, whatever they say.
        address: Where the feed was taken from: relative addresses begin there.

    Raises:
        InvalidInput: It is no feed, no well-formed XML, no text, or beyond a limit of `leadmodel.formats.feeds.xml`.
        MissingExtra: The library feedparser is not installed.
    """
    name = name or "feed"
    markup = markup_of(source, name=name, encoding=encoding)
    parsed = _parsed(markup.data, name)
    feed = _feed(parsed["feed"], markup.feed.people, address)
    entries = parsed["entries"]
    if len(entries) != len(markup.entries):  # an element of a text has the name of an entry
        hint = "markup within a text is escaped, or stands in a namespace of its own"
        raise InvalidInput(subject=name, problems=(Problem(what="entries stand within entries", hint=hint),))
    prefix = next((prefix for prefix, uri in parsed["namespaces"].items() if uri.lower() == _REPLIES), "")
    replies = f"{prefix}_in-reply-to" if prefix else "in-reply-to"
    is_rss = not str(parsed["version"]).startswith("atom")
    for number, (data, noted) in enumerate(zip(entries, markup.entries, strict=True), 1):
        yield Entry(number, data, noted, feed, replies, is_rss)


def updates_from(
    payload: object, *, server: str = "", zone: tzinfo | None = None, where: str = ""
) -> list[SocialUpdate]:
    """
    Read the updates out of a feed, or out of one entry of it.

    The text is title and content, one paragraph each; the summary, where there is no content. What the source says
    besides stands in `extra`: `title`, `feed` (its title), `language`, `edited_at`, `categories`, `enclosures`,
    `authors` (those after the first), `author_mail` and `author_address` where the profile does not say them, `source`
    (the title of the feed that it was taken from), `also_in_reply_to`, `id` where it was too long, and other texts,
    under the library's names for them.

    Args:
        payload: A document, or an entry out of `entries_of`.
        server: Of no use here: a feed names people by whole addresses.
        zone: The zone of instants that come without one; without it they are refused.
        where: The place of the payload, for errors: "feed.xml".

    Raises:
        InvalidInput: It is no feed, or an entry is not sound; everything wrong with it is listed.
        MissingExtra: The library feedparser is not installed.
    """
    intake = Intake(server=server, zone=zone)
    updates: list[SocialUpdate] = []
    entries: Iterable[Entry] = ()
    if isinstance(payload, Entry):
        entries = (payload,)
    elif isinstance(payload, (str, bytes)):
        entries = entries_of(payload, name=where)
    else:
        intake.refuse("$", f"{kind_of(payload)} is no feed", "pass the text or the bytes of RSS or Atom", payload)
    for entry in entries:
        place = f"entry {entry.number:,}"
        before = len(intake.problems)
        said = _said(entry, place, intake)
        # What is already known to be wrong is not reported once more by the record.
        if len(intake.problems) == before and (update := update_of(said, entry.feed, place, intake)) is not None:
            updates.append(update)
    intake.finish("feed", where)
    return updates


def _parse() -> Callable[..., Any]:
    try:
        from feedparser import parse  # type: ignore[import-untyped]  # the library has no types
    except ModuleNotFoundError as error:
        raise MissingExtra(library="feedparser", extra="feeds", purpose="reading RSS and Atom") from error
    return parse  # type: ignore[no-any-return]  # as above


def _parsed(data: bytes, name: str) -> dict[str, Any]:
    """
    Let the library read a document; bytes are given as a file, since it would take a text for an address or a path.
    """
    parse = _parse()
    try:
        parsed: dict[str, Any] = parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # whatever the library's own code stumbles over
        raise _unreadable(name, error) from error
    failure = parsed.get("bozo_exception")
    if isinstance(failure, SAXException):
        raise _unreadable(name, failure) from failure
    if not parsed["version"] and not parsed["entries"]:
        problem = Problem(what="it is no feed that is known", hint="known: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0")
        raise InvalidInput(subject=name, problems=(problem,))
    return parsed


def _unreadable(name: str, error: Exception) -> InvalidInput:
    what = f"feedparser cannot read it: {storable(str(error))[:200] or type(error).__name__}"
    return InvalidInput(subject=name, problems=(Problem(what=what, hint="check that it is the feed itself"),))


def _feed(head: dict[str, Any], people: People, address: str) -> Feed:
    page = _text(head, "link")
    links = dict.get(head, "links") or ()
    itself = next((link["href"] for link in links if link.get("rel") == "self" and "href" in link), "")
    base = next((place for place in (address, itself, page) if host_of(place)), "")
    return Feed(
        title=_title(head),
        language=_text(head, "language")[:_KEPT_LIMIT],
        page=absolute(page, base),
        base=base,
        bylines=_bylines(people.own),
    )


def _said(entry: Entry, place: str, intake: Intake) -> Said:
    data, base, people = entry.data, entry.feed.base, entry.noted.people
    source = dict.get(data, "source")
    taken = source if isinstance(source, dict) else {}
    body, language = _body(data, entry.noted.body)
    edited_at = instant_in(_text(data, "updated"), f"{place}, updated", intake)
    posted_at = instant_in(_text(data, "published"), f"{place}, published", intake)
    reply = dict.get(data, entry.replies)
    replies = [reply.get("ref") or reply.get("href") or ""] if isinstance(reply, dict) else [_text(data, entry.replies)]
    return Said(
        id=_text(data, "id"),
        link=absolute(_link(data, id_is_page=entry.id_is_page), base),
        title=_title(data),
        text=body,
        bylines=_bylines(people.own or people.sources),
        taken=bool(taken),
        posted_at=posted_at or instant_in(_text(data, "created"), f"{place}, created", intake),
        edited_at=edited_at,
        replies_to=tuple(reply.strip() for reply in replies if reply.strip()),
        language=language,
        extra=_extra(data, entry.replies, _text(taken, "title")),
    )


def _text(node: dict[str, Any], key: str) -> str:
    """
    Take a text. The library's own way of looking a key up has substitutes for some, and warns of them.
    """
    value = dict.get(node, key)
    return storable(value).strip() if isinstance(value, str) else ""


def _title(node: dict[str, Any]) -> str:
    """
    Give a title, which is one line however it was written.
    """
    lines = _words(dict.get(node, "title_detail"), _text(node, "title")).splitlines()
    return " ".join(filter(None, map(str.strip, lines)))


def _words(detail: object, text: str) -> str:
    """
    Give a text without its markup, of which the library knows whether there is any.
    """
    kind = detail.get("type", "") if isinstance(detail, dict) else "text"
    return plain_text(text) if kind in _HTML else text


def _body(data: dict[str, Any], body: Body) -> tuple[str, str]:
    """
    Give what an entry says, and its language: the first content that is text, else the summary.

    The library takes a second summary for content, such as the caption of a picture or what a podcast says of an
    episode. Where no element holds the whole text, the entry's own summary comes first; where more come than there are
    elements, the longest.
    """
    contents, summary = list(dict.get(data, "content") or ()), dict.get(data, "summary_detail")
    if len(contents) > body.elements > 0:
        contents.sort(key=lambda content: len(_text(content, "value")), reverse=True)
    summary_first = not body.elements and body.own_first
    for content in (summary, *contents) if summary_first else (*contents, summary):
        if isinstance(content, dict) and content.get("type", "") in _HTML | _PLAIN and _text(content, "value"):
            kind = content if body.elements or content is summary else {}  # of a second summary it is not known
            return _words(kind, _text(content, "value")), _text(content, "language")
    return _words({}, _text(data, "summary")), ""


def _link(data: dict[str, Any], *, id_is_page: bool) -> str:
    """
    Give the address of an entry: that of its page in HTML, else of its page in another form, else its id.

    The library takes any id for an address, where no link stands before it.
    """
    links = [link for link in dict.get(data, "links") or () if link.get("href")]
    link = _text(data, "link")
    if link and (id_is_page or any(link == other["href"] for other in links)):
        return link
    return next((storable(link["href"]) for link in links if link.get("rel") == "alternate"), "")


def _bylines(authors: list[Author]) -> tuple[Byline, ...]:
    return tuple(
        byline(who.name or who.text, who.mail, who.address)
        if who.name or who.mail or who.address
        else written(who.text)
        for who in authors
    )


def _extra(data: dict[str, Any], replies: str, source: str) -> dict[str, Any]:
    tags = (tag.get("label") or tag.get("term") for tag in dict.get(data, "tags") or ())
    links = (link for link in dict.get(data, "links") or () if link.get("rel") == "enclosure")
    others = (key for key in data if key not in _READ and key != replies and isinstance(dict.get(data, key), str))
    kept = {key: _text(data, key) for _, key in zip(range(_KEPT), others, strict=False)}
    return {
        "categories": tuple(dict.fromkeys(tag.strip() for tag in tags if tag and tag.strip())),
        "enclosures": tuple(link["href"] for link in links if link.get("href")),
        "source": source,
        **{key: text for key, text in kept.items() if 0 < len(text) <= _KEPT_LIMIT},
    }
