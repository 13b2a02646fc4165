"""
Payloads of web feeds: documents of RSS 2.0, Atom 1.0 and JSON Feed 1.1.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from leadmodel.entities import SocialUpdate
from leadmodel.testing.payloads.facts import Person, Post
from leadmodel.testing.payloads.html import html_of, moment
from leadmodel.testing.payloads.social import Rows, update
from leadmodel.testing.payloads.writing import ABSENT, Holds, Key

_DAYS: Final = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def page_of(person: Person) -> str:
    """
    Give the address of somebody's page, as their network writes it.
    """
    local, _, host = person.handle.partition("@")
    return {
        "bluesky": f"https://bsky.app/profile/{person.handle}",
        "mastodon": f"https://{host}/@{local}",
        "x": f"https://x.com/{person.handle}",
    }.get(person.profile.network, f"mailto:{person.handle}")


def _byline(post: Post) -> str:
    name = post.author.name
    return f"{post.author.handle} ({name})" if name else post.author.handle


def _worded(post: Post) -> str:
    at = post.at
    return f"{_DAYS[at.weekday()]}, {at:%d} {_MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} GMT"


# fmt: off
RSS: Final[Rows] = (
    Key("guid",        lambda post: post.id),
    Key("link",        lambda post: f"https://tea.example/{post.id}"),
    Key("author",      _byline),
    Key("pubDate",     _worded,                                          Holds.WORDED_INSTANT),
    Key("description", lambda post: html_of(post.text)),
    Key("category",    lambda _: "tea"),
)
ATOM: Final[Rows] = (
    Key("id",          lambda post: post.id),
    Key("title",       lambda _: ""),
    Key("link",        lambda post: f"https://tea.example/{post.id}"),
    Key("author.name", lambda post: post.author.name or ABSENT),
    Key("author.uri",  lambda post: page_of(post.author)),
    Key("published",   lambda post: post.at.strftime("%Y-%m-%dT%H:%M:%SZ"), Holds.INSTANT),
    Key("updated",     lambda post: post.reposted_at.strftime("%Y-%m-%dT%H:%M:%SZ"), Holds.INSTANT),
    Key("content",     lambda post: html_of(post.text)),
)
# fmt: on
#: Attributes of elements.
_ATTRIBUTES: Final = {"guid": ' isPermaLink="false"', "title": ' type="text"', "content": ' type="html"'}


def _elements(body: Mapping[str, Any], links: bool) -> str:
    written = []
    for name, value in body.items():
        if isinstance(value, dict):
            written.append(f"<{name}>{_elements(value, links)}</{name}>")
        elif name == "link" and links:
            written.append(f"<link rel='alternate' href={quoteattr(value)}/>")
        else:
            written.append(f"<{name}{_ATTRIBUTES.get(name, '')}>{escape(str(value))}</{name}>")
    return "".join(written)


def rss(bodies: Sequence[Mapping[str, Any]], _: Sequence[object]) -> str:
    """
    Write a document of RSS 2.0.
    """
    items = "".join(f"<item>{_elements(body, links=False)}</item>\n" for body in bodies)
    head = "<title>Tea</title><link>https://tea.example/</link><description>Leaves</description>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}\n{items}</channel></rss>\n'


def atom(bodies: Sequence[Mapping[str, Any]], _: Sequence[object]) -> str:
    """
    Write a document of Atom.
    """
    entries = "".join(f"<entry>{_elements(body, links=True)}</entry>\n" for body in bodies)
    head = "<title>Tea</title><id>tag:tea.example,2024:feed</id><updated>2024-05-01T12:00:00Z</updated>"
    return f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{head}\n{entries}</feed>\n'


# fmt: off
JSON_ITEM: Final[Rows] = (
    Key("id",             lambda post: post.id,                          Holds.WORD),
    Key("url",            lambda post: f"https://tea.example/{post.id}", Holds.WORD),
    Key("content_html",   lambda post: html_of(post.text),               Holds.WORD),
    Key("date_published", lambda post: moment(post.at),                  Holds.INSTANT),
    Key("authors.0",      lambda _: {},                                  Holds.PART),
    Key("authors.0.name", lambda post: post.author.name or ABSENT,       Holds.TEXT, fills="author_name"),
    Key("authors.0.url",  lambda post: page_of(post.author),             Holds.WORD),
    Key("tags",           lambda _: ["tea"]),
    Key("_tea",           lambda _: {"about": "an extension"}),
)
# fmt: on


def feed_means(post: Post) -> SocialUpdate:
    """
    Give the meaning of an entry of a feed.
    """
    return update(post, id_=post.id, url=f"https://tea.example/{post.id}", answers="")
