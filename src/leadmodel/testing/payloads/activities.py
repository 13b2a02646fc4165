"""
Payloads of ActivityStreams 2.0, as servers of the fediverse send it.
"""

from typing import Final

from leadmodel.entities import SocialUpdate
from leadmodel.testing.payloads.facts import Person, Post
from leadmodel.testing.payloads.html import html_of, moment
from leadmodel.testing.payloads.social import Rows, author_of, filling, reposter_of, update
from leadmodel.testing.payloads.writing import Holds, Key, under


def _host(person: Person) -> str:
    return person.handle.partition("@")[2]


def _note(post: Post) -> str:
    return f"{post.author.uid}/statuses/{post.id}"


# fmt: off
_NOTE: Final[Rows] = (
    Key("id",            _note,                                          Holds.WORD),
    Key("type",          lambda _: "Note"),
    Key("content",       lambda post: html_of(post.text),                Holds.WORD, ("an object where",)),
    Key("published",     lambda post: moment(post.at),                   Holds.INSTANT),
    Key("attributedTo",  lambda post: post.author.uid),
    Key("url",           lambda post: f"https://{_host(post.author)}/@{post.author.handle.partition('@')[0]}/{post.id}"),
    Key("inReplyTo",     lambda post: f"https://tea.example/notes/{post.answers}" if post.answers else None),
    Key("to",            lambda _: ["https://www.w3.org/ns/activitystreams#Public"]),
    Key("tag",           lambda _: []),
)
_AS_PERSON: Final[Rows] = (
    Key("id",                lambda who: who.uid,                        Holds.HANDLE),
    Key("type",              lambda _: "Person"),
    Key("preferredUsername", lambda who: who.handle.partition("@")[0],   Holds.WORD),
    Key("name",              lambda who: who.name or None,               Holds.TEXT, ("an object where",)),
)
CREATE: Final[Rows] = (
    Key("@context",      lambda _: "https://www.w3.org/ns/activitystreams"),
    Key("id",            lambda post: f"{_note(post)}/activity",         Holds.WORD),
    Key("type",          lambda _: "Create"),
    Key("actor",         lambda _: {},                                   Holds.PART, ("text where", "a list where")),
    *(filling(row, "actor.name", "author_name") for row in under("actor", _AS_PERSON, author_of)),
    Key("published",     lambda post: moment(post.at),                   Holds.INSTANT),
    Key("object",        lambda _: {},                                   Holds.PART, ("text where", "a list where")),
    *under("object", _NOTE),
)
ANNOUNCE: Final[Rows] = (
    Key("@context",      lambda _: "https://www.w3.org/ns/activitystreams"),
    Key("id",            lambda post: f"{post.reposter.uid}/announces/{post.repost_id}", Holds.WORD),
    Key("type",          lambda _: "Announce"),
    Key("actor",         lambda _: {},                                   Holds.PART, ("text where", "a list where")),
    *under("actor", _AS_PERSON, reposter_of),
    Key("published",     lambda post: moment(post.reposted_at),          Holds.INSTANT),
    Key("object",        lambda _: {},                                   Holds.PART, ("text where", "a list where")),
    *under("object", _NOTE),
)
# fmt: on


def activity_means(post: Post) -> SocialUpdate:
    """
    Give the meaning of an activity: what is announced names its author by address, and so without a name.
    """
    local, _, host = post.author.handle.partition("@")
    answers = f"https://tea.example/notes/{post.answers}" if post.answers else ""
    id_ = f"{post.reposter.uid}/announces/{post.repost_id}" if post.reposter else _note(post)
    more = {"author_name": ""} if post.reposter else {}
    return update(post, id_=id_, url=f"https://{host}/@{local}/{post.id}", answers=answers, **more)
