"""
Payloads of social networks, written from what their services document.

Mastodon's REST API, Bluesky's lexicons, the data dictionaries of X's API in its versions 2 and 1.1, and leadmodel's own
plain form.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from leadmodel.entities import SocialUpdate
from leadmodel.networks import Profile
from leadmodel.testing.payloads.facts import Person, Post
from leadmodel.testing.payloads.html import html_of, moment
from leadmodel.testing.payloads.writing import ABSENT, Holds, Key, under

Rows = tuple[Key[Any], ...]

#: Faults of ids that need not be there.
_MISSING: Final = ("no id", "null for an id")
#: Faults of objects that need not be there.
_NOTHING: Final = ("nothing where", "no key where")
#: Faults of texts of which only a part is the fact.
_SIGNS: Final = ("half a character", "NUL")


def update(post: Post, *, id_: str, url: str, answers: str, **more: Any) -> SocialUpdate:  # noqa: ANN401  (fields)
    """
    Say what a post means, whatever format tells it.
    """
    facts: dict[str, Any] = {
        "id": id_,
        "author": post.author.profile,
        "author_name": post.author.name,
        "text": post.text,
        "posted_at": post.told_at,
        "url": url,
        "reposted_by": post.reposter and post.reposter.profile,
        "in_reply_to": answers,
    }
    return SocialUpdate(**facts | more)


def author_of(post: Post) -> Person:
    """
    Give who wrote a post.
    """
    return post.author


def reposter_of(post: Post) -> Person | None:
    """
    Give who passed a post on.
    """
    return post.reposter


# Mastodon


def _page(person: Person, server: str) -> str:
    local, _, host = person.handle.partition("@")
    return f"https://{server}/@{local if host == server else person.handle}"


def _account(server: str) -> Rows:
    """
    Give the rows of an account that a server sends.
    """
    # fmt: off
    return (
        Key("id",             lambda who: str(sum(map(ord, who.handle)))),
        Key("username",       lambda who: who.handle.partition("@")[0]),
        Key("acct",           lambda who: who.handle.removesuffix(f"@{server}"),  Holds.HANDLE),
        Key("display_name",   lambda who: who.name,                              Holds.TEXT),
        Key("url",            lambda who: _page(who, server),                    Holds.WORD),
        Key("uri",            lambda who: who.uid,                               Holds.HANDLE),
        Key("avatar",         lambda _: "https://files.example/missing.png"),
        Key("note",           lambda _: "<p>Tea &amp; engines</p>"),
        Key("bot",            lambda _: False),
    )
    # fmt: on


def mastodon_rows(server: str) -> Callable[[Post], Rows]:
    """
    Give the rows of a status that a server sends.
    """
    account = _account(server)
    # fmt: off
    said: Rows = (
        Key("id",             lambda post: post.id,                              Holds.NUMBER_ID),
        Key("created_at",     lambda post: moment(post.at),                      Holds.INSTANT),
        Key("in_reply_to_id", lambda post: post.answers or None,                 Holds.NUMBER_ID, _MISSING),
        Key("sensitive",      lambda _: False),
        Key("spoiler_text",   lambda _: ""),
        Key("visibility",     lambda _: "public",                                Holds.WORD),
        Key("language",       lambda _: "en",                                    Holds.WORD),
        Key("uri",            lambda post: f"https://{server}/statuses/{post.id}", Holds.WORD),
        Key("url",            lambda post: f"{_page(post.author, server)}/{post.id}", Holds.WORD),
        Key("content",        lambda post: html_of(post.text),                   Holds.WORD),
        Key("reblog",         lambda _: None),
        Key("account",        lambda _: {},                                      Holds.OBJECT),
        *under("account", account, author_of),
        Key("media_attachments", lambda _: []),
        Key("mentions",       lambda _: []),
        Key("edited_at",      lambda _: None),
        Key("x_new_key",      lambda _: {"unknown": True}),
    )
    named = tuple(filling(row, "account.display_name", "author_name") for row in said)
    boost: Rows = (
        Key("id",             lambda post: post.repost_id,                       Holds.NUMBER_ID),
        Key("created_at",     lambda post: moment(post.reposted_at),             Holds.INSTANT),
        Key("uri",            lambda post: f"https://{server}/activities/{post.repost_id}", Holds.WORD),
        Key("visibility",     lambda _: "public",                                Holds.WORD),
        Key("content",        lambda _: "<p>is not looked at</p>"),
        Key("account",        lambda _: {},                                      Holds.OBJECT),
        *under("account", account, reposter_of),
        Key("reblog",         lambda _: {},                                      Holds.PART),
        *(row for row in under("reblog", named) if row.path not in ("reblog.created_at", "reblog.visibility")),
    )
    # fmt: on
    return lambda post: boost if post.reposter else named


def filling(row: Key[Any], path: str, field: str) -> Key[Any]:
    """
    Say of the row with a path which field of the meaning is filled from it.
    """
    return Key(row.path, row.of, row.holds, row.but, field) if row.path == path else row


def mastodon_means(server: str) -> Callable[[Post], SocialUpdate]:
    """
    Give the meaning of a status.
    """
    return lambda post: update(
        post, id_=post.told_id, url=f"{_page(post.author, server)}/{post.id}", answers=post.answers
    )


# Bluesky


def at_uri(did: str, key: str, collection: str = "app.bsky.feed.post") -> str:
    """
    Write the address of a record.
    """
    return f"at://{did}/{collection}/{key}"


def _subject(post: Post) -> dict[str, str]:
    return {"uri": at_uri("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", post.answers), "cid": "bafyreiaaa"}


# fmt: off
_ACTOR: Final[Rows] = (
    Key("did",         lambda who: who.uid,                              Holds.HANDLE),
    Key("handle",      lambda who: who.handle,                           Holds.HANDLE),
    Key("displayName", lambda who: who.name or ABSENT,                   Holds.TEXT),
    Key("avatar",      lambda _: "https://cdn.example/a.jpg"),
    Key("viewer",      lambda _: {"muted": False}),
)
_RECORD: Final[Rows] = (
    Key("$type",       lambda _: "app.bsky.feed.post"),
    Key("text",        lambda post: post.text,                           Holds.TEXT, fills="text"),
    Key("createdAt",   lambda post: moment(post.at),                     Holds.INSTANT),
    Key("langs",       lambda _: ["en"]),
    Key("reply",       lambda post: {"root": _subject(post), "parent": _subject(post)} if post.answers else ABSENT,
                                                                         Holds.PART, ("text where", "list where")),
)
_VIEW: Final[Rows] = (
    Key("uri",         lambda post: at_uri(post.author.uid, post.id),    Holds.WORD),
    Key("cid",         lambda _: "bafyreibbb"),
    Key("author",      lambda _: {},                                     Holds.PART),
    *under("author", _ACTOR, author_of),
    Key("record",      lambda _: {},                                     Holds.OBJECT),
    *under("record", _RECORD),
    Key("likeCount",   lambda _: 3),
    Key("indexedAt",   lambda post: moment(post.reposted_at),            Holds.INSTANT),
    Key("labels",      lambda _: []),
)
BLUESKY_POST: Final = tuple(filling(row, "author.displayName", "author_name") for row in _VIEW)
#: What a feed shows: the post, and beside it who passed it on.
BLUESKY_ITEM: Final[Rows] = (
    Key("post",            lambda _: {},                                 Holds.OBJECT),
    *under("post", BLUESKY_POST),
)
BLUESKY_REPOST: Final[Rows] = (
    *BLUESKY_ITEM,
    Key("reason",          lambda _: {},                                 Holds.PART),
    Key("reason.$type",    lambda _: "app.bsky.feed.defs#reasonRepost"),
    Key("reason.by",       lambda _: {},                                 Holds.PART),
    *under("reason.by", _ACTOR, reposter_of),
    Key("reason.uri",      lambda post: at_uri(post.reposter.uid, post.repost_id, "app.bsky.feed.repost"), Holds.WORD),
    Key("reason.indexedAt", lambda post: moment(post.reposted_at),       Holds.INSTANT),
)
#: What a repository holds: the address says whose it is.
BLUESKY_STORED: Final[Rows] = (
    Key("uri",             lambda post: at_uri(post.author.uid, post.id), Holds.WORD),
    Key("cid",             lambda _: "bafyreibbb"),
    Key("value",           lambda _: {},                                 Holds.OBJECT),
    *under("value", _RECORD),
)
BLUESKY_STORED_REPOST: Final[Rows] = (
    Key("uri",  lambda post: at_uri(post.reposter.uid, post.repost_id, "app.bsky.feed.repost"), Holds.WORD),
    Key("cid",             lambda _: "bafyreiccc"),
    Key("value",           lambda _: {},                                 Holds.OBJECT),
    Key("value.$type",     lambda _: "app.bsky.feed.repost"),
    Key("value.createdAt", lambda post: moment(post.reposted_at),        Holds.INSTANT),
    Key("value.subject",   lambda _: {},                                 Holds.PART, ("text where", "list where")),
    Key("value.subject.uri", lambda post: at_uri(post.author.uid, post.id), Holds.WORD),
    Key("value.subject.cid", lambda _: "bafyreibbb"),
)
# fmt: on


def bluesky_rows(shape: str) -> Callable[[Post], Rows]:
    """
    Give the rows of a post in a feed, among others, or in a repository.
    """
    by_shape = {
        "feed": (BLUESKY_ITEM, BLUESKY_REPOST),
        "posts": (BLUESKY_POST, BLUESKY_POST),
        "records": (BLUESKY_STORED, BLUESKY_STORED_REPOST),
    }
    plain, repost = by_shape[shape]
    return lambda post: repost if post.reposter else plain


def bluesky_means(shape: str) -> Callable[[Post], SocialUpdate]:
    """
    Give the meaning of a post: what a repository holds names accounts by their stable ids alone.
    """
    stored = shape == "records"

    def means(post: Post) -> SocialUpdate:
        id_ = at_uri(post.author.uid, post.id)
        whose = post.author.uid if stored else post.author.handle
        more: dict[str, Any] = {}
        answers = _subject(post)["uri"] if post.answers else ""
        if post.reposter:
            id_ = at_uri(post.reposter.uid, post.repost_id, "app.bsky.feed.repost")
        if stored:
            more = {"author": Profile("bluesky", uid=post.author.uid), "author_name": ""}
        if stored and post.reposter:
            more |= {"reposted_by": Profile("bluesky", uid=post.reposter.uid), "text": ""}
            answers = ""
        return update(post, id_=id_, url=f"https://bsky.app/profile/{whose}/post/{post.id}", answers=answers, **more)

    return means


# X


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _copied(post: Post) -> str:
    return f"RT @{post.author.handle}: {_escaped(post.text)}"[:139] + "…"


def _worded(at: datetime) -> str:
    days, months = "Mon Tue Wed Thu Fri Sat Sun".split(), "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{days[at.weekday()]} {months[at.month - 1]} {at:%d %H:%M:%S} +0000 {at.year}"


# fmt: off
X_POST: Final[Rows] = (
    Key("id",              lambda post: post.id,                         Holds.NUMBER_ID),
    Key("text",            lambda post: _escaped(post.text),             Holds.TEXT, fills="text"),
    Key("author_id",       lambda post: post.author.uid,                 Holds.NUMBER_ID, _MISSING),
    Key("created_at",      lambda post: moment(post.at),                 Holds.INSTANT),
    Key("edit_history_tweet_ids", lambda post: [post.id]),
    Key("conversation_id", lambda post: post.answers or post.id),
    Key("lang",            lambda _: "en",                               Holds.WORD),
    Key("public_metrics",  lambda _: {"like_count": 1}),
    Key("referenced_tweets", lambda post: [{"type": "replied_to", "id": post.answers}] if post.answers else ABSENT),
)
X_REPOST: Final[Rows] = (
    Key("id",              lambda post: post.repost_id,                  Holds.NUMBER_ID),
    Key("text",            _copied),
    Key("author_id",       lambda post: post.reposter.uid,               Holds.NUMBER_ID, _MISSING),
    Key("created_at",      lambda post: moment(post.reposted_at),        Holds.INSTANT),
    Key("edit_history_tweet_ids", lambda post: [post.repost_id]),
    Key("referenced_tweets.0.type", lambda _: "retweeted"),
    Key("referenced_tweets.0.id", lambda post: post.id,                  Holds.ID, _MISSING),
)
_X_USER: Final[Rows] = (
    Key("id",              lambda who: int(who.uid)),
    Key("id_str",          lambda who: who.uid,                          Holds.NUMBER_ID, _MISSING),
    Key("screen_name",     lambda who: who.handle.capitalize(),          Holds.HANDLE),
    Key("name",            lambda who: who.name,                         Holds.TEXT),
    Key("verified",        lambda _: False),
)
_X_STATUS: Final[Rows] = (
    Key("created_at",      lambda post: _worded(post.at),                Holds.INSTANT),
    Key("id",              lambda post: int(post.id)),
    Key("id_str",          lambda post: post.id,                         Holds.NUMBER_ID, _MISSING),
    Key("full_text",       lambda post: _escaped(post.text),             Holds.TEXT),
    Key("truncated",       lambda _: False),
    Key("user",            lambda _: {},                                 Holds.PART),
    *under("user", _X_USER, author_of),
    Key("in_reply_to_status_id", lambda post: int(post.answers) if post.answers else None),
    Key("in_reply_to_status_id_str", lambda post: post.answers or None,  Holds.NUMBER_ID, _MISSING),
    Key("lang",            lambda _: "en",                               Holds.WORD),
)
X_STATUS: Final = tuple(filling(filling(row, "user.name", "author_name"), "full_text", "text") for row in _X_STATUS)
X_STATUS_REPOST: Final[Rows] = (
    Key("created_at",      lambda post: _worded(post.reposted_at),       Holds.INSTANT),
    Key("id",              lambda post: int(post.repost_id)),
    Key("id_str",          lambda post: post.repost_id,                  Holds.NUMBER_ID, _MISSING),
    Key("full_text",       _copied),
    Key("user",            lambda _: {},                                 Holds.PART),
    *under("user", _X_USER, reposter_of),
    Key("retweeted_status", lambda _: {},                                Holds.PART),
    *(row for row in under("retweeted_status", X_STATUS) if row.path != "retweeted_status.created_at"),
)
# fmt: on


def x_answer(bodies: Sequence[object], posts: Sequence[Post]) -> object:
    """
    Put posts into an answer, with the accounts and the posts that they refer to beside them.
    """
    people = {who.uid: who for post in posts for who in (post.author, post.reposter) if who}
    users = [
        {"id": who.uid, "name": who.name, "username": who.handle.capitalize(), "verified": False}
        for who in people.values()
    ]
    originals = [
        {
            "id": post.id, "text": _escaped(post.text), "author_id": post.author.uid, "created_at": moment(post.at),
            "edit_history_tweet_ids": [post.id],
            **({"referenced_tweets": [{"type": "replied_to", "id": post.answers}]} if post.answers else {}),
        }
        for post in posts if post.reposter
    ]  # fmt: skip
    return {
        "data": list(bodies),
        "includes": {"users": users, "tweets": originals},
        "meta": {"result_count": len(bodies), "newest_id": posts[0].told_id},
    }


def x_means(post: Post) -> SocialUpdate:
    """
    Give the meaning of a post of X.
    """
    url = f"https://x.com/{post.author.handle}/status/{post.id}"
    return update(post, id_=post.told_id, url=url, answers=post.answers)


# leadmodel's own plain form

# fmt: off
_PLAIN_PERSON: Final[Rows] = (
    Key("network",        lambda who: who.profile.network),
    Key("handle",         lambda who: who.handle,                        Holds.HANDLE),
    Key("uid",            lambda who: who.uid,                           Holds.HANDLE),
)
PLAIN: Final[Rows] = (
    Key("id",             lambda post: post.told_id,                     Holds.NUMBER_ID),
    Key("network",        lambda post: post.author.profile.network),
    Key("handle",         lambda post: post.author.handle,               Holds.HANDLE),
    Key("uid",            lambda post: post.author.uid,                  Holds.HANDLE),
    Key("name",           lambda post: post.author.name,                 Holds.TEXT, fills="author_name"),
    Key("text",           lambda post: post.text,                        Holds.TEXT, fills="text"),
    Key("posted_at",      lambda post: moment(post.told_at),             Holds.INSTANT),
    Key("url",            lambda post: f"https://tea.example/{post.id}", Holds.WORD),
    Key("in_reply_to",    lambda post: post.answers or None,             Holds.WORD),
)
PLAIN_REPOST: Final[Rows] = (
    *PLAIN,
    Key("reposted_by",    lambda _: {},                                  Holds.PART),
    *under("reposted_by", _PLAIN_PERSON, reposter_of),
)
# fmt: on


def plain_means(post: Post) -> SocialUpdate:
    """
    Give the meaning of an update in the plain form.
    """
    return update(post, id_=post.told_id, url=f"https://tea.example/{post.id}", answers=post.answers)
