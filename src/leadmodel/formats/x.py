"""
Updates from X: what its API answers, in versions 2 and 1.1, what its streams send, and what its archive holds.

What is special about X stands here, in `leadmodel.formats.posts.xposts` and in `leadmodel.formats.posts.xstatuses`:

* An id has more digits than a floating-point number keeps. It is text, or a whole number with all of its digits.
* In version 2, a post names its author by id. The account stands once for the whole page, under `includes`, if it was
  asked for; without it, the author is known by the stable id alone, and without the id by nobody (AUTH-12).
* What the API could not give, such as a deleted post, stands under `errors`, beside what it could. That is no mistake.
* The archive that people download is a program, "window.YTD.tweets.part0 = [...]"; its posts do not say whose they are.

Rule:
    The data dictionaries of X's API, versions 2 and 1.1; AUTH-11, AUTH-12, NET-1.
"""

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, Final

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.errors import shown
from leadmodel.formats.intake.payloads import Intake, Shape, Shapes, bodies_in, held, is_no, kind_of
from leadmodel.formats.posts.xposts import Includes, Posts, included
from leadmodel.formats.posts.xstatuses import Statuses

__all__ = ["SHAPES", "looks_like", "updates_from", "without_program"]

# fmt: off
#: The first row that fits says what a body is. Bodies without updates have a row, so that a refusal can name them.
SHAPES: Final = (
    Shape("a post",                           ("id", "text", "edit_history_tweet_ids"),         makes="post"),
    Shape("a post",                           ("id", "text", "author_id"),                      makes="post"),
    Shape("a post",                           ("id", "text", "conversation_id"),                makes="post"),
    Shape("a post",                           ("id", "text", "referenced_tweets"),              makes="post"),
    Shape("a post",                           ("id", "text", "public_metrics"),                 makes="post"),
    Shape("a post of version 1.1",            ("id_str", "full_text"),                          makes="status"),
    Shape("a post of version 1.1",            ("id_str", "text"),                               makes="status"),
    Shape("a post of the archive",            ("tweet",),                                       makes="archived"),
    Shape("the answer that something failed", ("title", "detail", "status"),                    makes="failure"),
    Shape("the answer that something failed", ("title", "detail", "type"), lacks=("@context",), makes="failure"),
    Shape("an answer",                        ("data",), lacks=("@context", "paging"),          makes="answer"),
    Shape("a page of results",                ("statuses", "search_metadata"),                  inside=("statuses",)),
    Shape("an account",                       ("id", "username", "name")),
    Shape("an account",                       ("id_str", "screen_name")),
    Shape("a page of accounts",               ("users", "next_cursor_str")),
    Shape("a like of the archive",            ("like",)),
    Shape("a long post of the archive",       ("noteTweet",)),
    Shape("a deletion in a stream",           ("delete",),                                      makes="notice"),
    Shape("a notice of a stream",             ("limit",),                                       makes="notice"),
    Shape("a notice of a stream",             ("scrub_geo",),                                   makes="notice"),
    Shape("a notice of a stream",             ("status_withheld",),                             makes="notice"),
    Shape("a notice of a stream",             ("user_withheld",),                               makes="notice"),
    Shape("a notice of a stream",             ("warning",),                                     makes="notice"),
    Shape("a notice of a stream",             ("disconnect",),                                  makes="notice"),
    Shape("an answer without posts",          ("errors",),                                      makes="answer"),
    Shape("an answer without posts",          ("meta",),                                        makes="answer"),
)
# fmt: on
_SHAPES: Final = Shapes(SHAPES)
#: Keys of errors, each set as one version of the API has them.
_FAILURES: Final = ({"code", "message"}, {"parameters", "message"}, {"title", "detail"})
_EXPECTED: Final = "pass a post, a list of posts, or what holds them: an answer of the API, a page of results"
#: The beginning of a file of an archive: a program that keeps a list under a name.
_PROGRAM: Final = re.compile(r"\s*(?:window\.YTD|Grailbird\.data)[\w.]{0,80}\s{0,9}=(?=\s{0,9}(?:\[|$))", re.ASCII)


def looks_like(payload: object) -> bool:
    """
    Say whether a payload has the shape of something that X sends, updates or not.

    Keys that others have too, such as `data`, tell by what stands under them.
    """
    shape = _SHAPES.of(payload)
    if shape is None or not isinstance(payload, dict):
        return False
    if shape.makes == "notice":
        [value, *more] = payload.values()
        return isinstance(value, dict) and not more
    if shape.makes == "archived":
        return isinstance(tweet := payload["tweet"], dict) and {"id", "id_str"} & tweet.keys() != set()
    if shape.makes == "answer":
        return _is_answer(payload)
    return True


def updates_from(
    payload: object, *, server: str = "", zone: tzinfo | None = None, where: str = ""
) -> list[SocialUpdate]:
    """
    Read the updates out of what X sent: an answer of its API, a line of a stream, or the posts of an archive.

    A repost's own text is a shortened copy of the original, which stands beside it if it was asked for. Without it,
    the author is read from how the copy begins, "RT @ada: "; so it is where a payload says neither whose a post is nor
    whether it is a repost. The repost has the instant, the original the text and the address.

    "&amp;", "&lt;" and "&gt;" in a text become what they stand for, once. Long posts are read whole where the payload
    holds them whole.

    What the source says besides stands in `extra`: `language`; `quoted_id`; `conversation`, the first post of one;
    `original_id` of a repost, and `repost` where nothing else says that it is one; `versions`, the ids of an edited
    post, oldest first: each version is an update of its own; `truncated` where only a part of the text was sent;
    `withheld` (`country_codes`, `copyright`) and `sensitive`; and `rules`, the tags of the rules of a stream.

    Args:
        payload: Plain data.
        server: Not needed: X is one server.
        zone: The zone of instants that come without one; X sends none of these.
        where: The place of the payload, for errors: "feed.jsonl line 7".

    Raises:
        InvalidInput: Something in it is no post, or a post is not sound; everything wrong with it is listed.
    """
    intake = Intake(server=server, zone=zone)
    reader = _Reader(intake, Posts(intake), Statuses(intake))
    updates = [update for body, path in bodies_in(payload) for update in reader.read(body, path) if update is not None]
    intake.finish("posts of X", where)
    return updates


def without_program(text: str) -> str:
    """
    Take the program out of the text of a file of an archive, so that JSON is left; places stay as they are.

    Any other text is given back as it is.
    """
    found = _PROGRAM.match(text)
    return " " * found.end() + text[found.end() :] if found else text


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _is_answer(body: dict[str, Any]) -> bool:
    """
    Tell an answer of X by its first post or account, by the count of its results, or by what it could not give.
    """
    member, meta = _first(body.get("data")), body.get("meta")
    if isinstance(member, dict):
        return "id" in member and not {"text", "username"}.isdisjoint(member)
    return (isinstance(meta, dict) and "result_count" in meta) or _is_partial(body) or _is_failure(body)


def _is_partial(body: dict[str, Any]) -> bool:
    error = _first(body.get("errors"))
    return isinstance(error, dict) and "resource_type" in error


def _is_failure(body: dict[str, Any]) -> bool:
    error = _first(body.get("errors"))
    return isinstance(error, dict) and any(keys <= error.keys() for keys in _FAILURES)


@attrs.frozen
class _Reader:
    intake: Intake
    posts: Posts
    statuses: Statuses

    def read(self, body: object, path: str) -> Iterator[SocialUpdate | None]:
        """
        Read what a body holds; one that can hold no post is refused.
        """
        shape = _SHAPES.of(body)
        if shape is None or not isinstance(body, dict):
            self.intake.refuse(path, is_no(body, "post"), _EXPECTED, body)
            return
        match shape.makes:
            case "post":
                yield self.posts.read(body, path, Includes())
            case "status":
                yield self.statuses.read(body, path)
            case "archived":
                yield self.status(body["tweet"], f"{path}.tweet")
            case "answer":
                yield from self.answer(body, path)
            case "notice":
                pass
            case "failure":
                self.refuse_failure(body, path)
            case _ if shape.inside:
                for member, place in held(body["statuses"], f"{path}.statuses"):
                    yield self.status(member, place)
            case _:
                self.intake.refuse(path, f"this is no post; it looks like {shape.label}", _EXPECTED)

    def refuse_failure(self, error: object, path: str) -> None:
        """
        Refuse the answer that something failed, with what it says.
        """
        facts = error if isinstance(error, dict) else {}
        said = (facts.get(key) for key in ("title", "detail", "message"))
        texts = dict.fromkeys(text for text in said if isinstance(text, str) and text)
        why = f": {shown(': '.join(texts), 200)}" if texts else ""
        self.intake.refuse(path, f"this is no post; it looks like the answer that something failed{why}", _EXPECTED)

    def status(self, body: object, path: str) -> SocialUpdate | None:
        """
        Read what must be a post of version 1.1.
        """
        if isinstance(body, dict):
            return self.statuses.read(body, path)
        self.intake.refuse(path, f"{kind_of(body)} is no post", _EXPECTED, body)
        return None

    def answer(self, body: dict[str, Any], path: str) -> Iterator[SocialUpdate | None]:
        """
        Read the posts of an answer, each with the accounts and posts that came beside them.
        """
        if body.get("data") is None and not _is_partial(body) and body.get("errors"):
            self.refuse_failure(_first(body["errors"]), path)
            return
        beside = included(body, path, self.intake)
        for post, place in held(body.get("data"), f"{path}.data"):
            if isinstance(post, dict) and "text" in post:
                yield self.posts.read(post, place, beside)
            else:
                shape = _SHAPES.of(post)
                what = f"this is no post; it looks like {shape.label}" if shape else f"{kind_of(post)} is no post"
                self.intake.refuse(place, what, _EXPECTED, post)
