"""
Updates from Mastodon: statuses as the REST API of a server gives them, and the bodies that hold them.

What is special about Mastodon's statuses stands here and nowhere else:

* A boost is a status of its own around the original. The author is the original's, and so are text and address; the
  booster is who passed it on; id and instant are the boost's own (AUTH-11).
* `acct` is "ada" for an account of the server that answers and "ada@other.example" for any other.
* The numeric id of an account means something on one server only. The stable id is its `uri`, the address of its
  ActivityPub actor (NET-1); servers before Mastodon 4.2 do not send it.
* `content` is HTML; the warning before it, `spoiler_text`, is not.

Rule:
    AUTH-11, NET-1, NET-2.
"""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any, Final

from leadmodel.entities import SocialUpdate
from leadmodel.errors import shown
from leadmodel.formats.intake.html import plain_text, storable
from leadmodel.formats.intake.payloads import Intake, Shape, Shapes, besides, bodies_in, held, host_of, is_no, kind_of
from leadmodel.networks import Profile

__all__ = ["SHAPES", "looks_like", "updates_from"]


#: Keys of ActivityStreams, whose objects have content as well.
_ACTIVITIES: Final = ("@context", "@type", "type", "attributedTo", "objectType")

# fmt: off
#: The first row that fits says what a body is. Bodies without statuses have a row, so that a refusal can name them.
#: The answer to a deletion is a status with its source, `text`, in the place of its content.
SHAPES: Final = (
    Shape("an edit in the history of a status", ("account", "content", "emojis", "media_attachments"),
                                                lacks=("id", "uri", "visibility")),
    Shape("an announcement",                    ("content", "published_at", "all_day")),
    Shape("a status",                           ("content",), lacks=_ACTIVITIES, makes="status"),
    Shape("a boost",                            ("reblog", "account"),          makes="status"),
    Shape("a status",                           ("text", "visibility"),         makes="status"),
    Shape("a notification",                     ("type", "account", "created_at"), inside=("status",)),
    Shape("a conversation",                     ("accounts", "last_status"),    inside=("last_status",)),
    Shape("the context of a status",            ("ancestors", "descendants"),   inside=("ancestors", "descendants")),
    Shape("a page of results",                  ("statuses",),                  inside=("statuses",)),
    Shape("an account",                         ("acct",)),
    Shape("a relationship",                     ("followed_by", "following")),
    Shape("a poll",                             ("options", "votes_count")),
    Shape("the source of a status",             ("text", "spoiler_text")),
    Shape("a status that is still to be sent",  ("scheduled_at", "params")),
    Shape("a media attachment",                 ("preview_url", "type")),
    Shape("the preview of a link",              ("provider_name", "type")),
    Shape("the description of a server",        ("domain", "title")),
    Shape("the answer that something failed",   ("error",)),
)
# fmt: on

_SHAPES: Final = Shapes(SHAPES)
_EXPECTED: Final = (
    "pass a status, a list of them, or what holds them: a context, a notification, a conversation, a page of results"
)


#: Where the fields of a profile stand in an account.
_KEYS: Final = {"handle": "acct", "uid": "uri"}


def looks_like(payload: object) -> bool:
    """
    Say whether a payload has the shape of something that a Mastodon server sends, statuses or not.
    """
    return _SHAPES.of(payload) is not None


def updates_from(
    payload: object, *, server: str = "", zone: tzinfo | None = None, where: str = ""
) -> list[SocialUpdate]:
    """
    Read the updates out of a body that a Mastodon server sent.

    A boost's own text is that of the original. What the source says besides stands in `extra`: `visibility`,
    `language`, `edited_at`, `uri` (the status's own address among servers) and, of a boost, `original_id`.

    Args:
        payload: Plain data: a status, a list of statuses, a context, notifications, conversations or results.
        server: The server that sent it, such as "hachyderm.io". Without it, the server of an account is read from the
            account's own addresses.
        zone: The zone of instants without one; Mastodon sends none of these.
        where: The place of the payload, for errors: "feed.jsonl line 7".

    Raises:
        InvalidInput: Something in it is no status, or a status is not sound; everything wrong with it is listed.
    """
    intake = Intake(server=server, zone=zone)
    updates = [
        update
        for body, path in bodies_in(payload)
        for status, place in _statuses(body, path, intake)
        if (update := _update(status, place, intake)) is not None
    ]
    intake.finish("Mastodon statuses", where)
    return updates


def _statuses(
    body: object, path: str, intake: Intake, *, inside: bool = False
) -> Iterator[tuple[Mapping[str, Any], str]]:
    """
    Find the statuses in a body, with their paths; a body that can hold none is refused.

    Args:
        body: What stands at *path*.
        path: Where it stands.
        intake: Keeps the problems.
        inside: Whether it stands where a status belongs and nothing else.
    """
    shape = _SHAPES.of(body)
    if shape is None or not isinstance(body, dict):
        intake.refuse(path, is_no(body, "status"), _EXPECTED, body)
    elif shape.makes:
        yield body, path
    elif inside or not shape.inside:
        intake.refuse(path, f"this is no status; it looks like {shape.label}", _EXPECTED)
    else:
        for key in shape.inside:
            for member, place in held(body.get(key), f"{path}.{key}"):
                yield from _statuses(member, place, intake, inside=True)


def _update(status: Mapping[str, Any], path: str, intake: Intake) -> SocialUpdate | None:
    before = len(intake.problems)
    original, place, booster = status.get("reblog"), f"{path}.reblog", None
    if original is None:
        original, place = status, path
    else:
        booster = _person(status.get("account"), f"{path}.account", intake)
    if not isinstance(original, dict):
        intake.refuse(place, f"{kind_of(original)} is no status", "give the status that was passed on", original)
        return None
    account = original.get("account")
    facts = {
        "id": intake.id(status, "id", path),
        "author": _person(account, f"{place}.account", intake),
        "author_name": _name(account, f"{place}.account", intake),
        "text": _text(original, place, intake),
        "posted_at": intake.instant(status, "created_at", path),
        "url": intake.text(original, "url", place) or intake.text(original, "uri", place),
        "reposted_by": booster,
        "in_reply_to": "" if original.get("in_reply_to_id") is None else intake.id(original, "in_reply_to_id", place),
        "extra": _extra(status, original, path, place, intake),
    }
    # What is already known to be wrong is not reported once more by the record.
    return intake.update(path, facts) if len(intake.problems) == before else None


def _text(status: Mapping[str, Any], path: str, intake: Intake) -> str:
    warning = storable(intake.text(status, "spoiler_text", path)).strip()
    if status.get("content") is None:
        text = storable(intake.text(status, "text", path)).strip()
    else:
        text = plain_text(intake.text(status, "content", path))
    return f"{warning}\n\n{text}".strip() if warning else text


def _extra(
    status: Mapping[str, Any], original: Mapping[str, Any], path: str, place: str, intake: Intake
) -> Mapping[str, Any]:
    extra: dict[str, Any] = {
        "visibility": intake.text(status, "visibility", path),
        "language": intake.text(original, "language", place),
        "uri": intake.text(status, "uri", path),
        "edited_at": intake.instant(original, "edited_at", place),
    }
    if original is not status:
        extra["original_id"] = intake.id(original, "id", place)
    return besides(extra)


def _name(account: object, path: str, intake: Intake) -> str:
    return storable(intake.text(account, "display_name", path)).strip() if isinstance(account, dict) else ""


def _person(account: object, path: str, intake: Intake) -> Profile | None:
    """
    Read the profile of an account; whatever is missing of it is a problem.
    """
    if not isinstance(account, dict):
        what = "the account is missing" if account is None else f"{kind_of(account)} is no account"
        intake.refuse(path, what, "every status names the account that wrote it", account)
        return None
    before = len(intake.problems)
    acct, uri = intake.text(account, "acct", path).strip(), intake.text(account, "uri", path)
    if len(intake.problems) > before:
        return None
    if not acct:
        intake.refuse(
            f"{path}.acct", "the handle is missing", "give user, or user@server", account.get("acct"), "NET-2"
        )
        return None
    if "@" not in acct.lstrip("@"):
        server = intake.server or host_of(uri) or host_of(intake.text(account, "url", path))
        if not server:
            hint = 'pass server=, the one that sent it, such as server="hachyderm.io"'
            intake.refuse(f"{path}.acct", f"{shown(acct)} does not say its server", hint, acct, "NET-2")
            return None
        acct = f"{acct}@{server}"
    return intake.profile("mastodon", acct, uri, path, _KEYS)
