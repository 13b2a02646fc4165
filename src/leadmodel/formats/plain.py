"""
Updates in leadmodel's own plain form, which is made to be written by hand.

    {"id": "1", "network": "x", "handle": "ada", "name": "Ada", "text": "Hello", "posted_at": "2024-05-01T09:30Z"}

Only the id is needed. `handle` may be the address of a profile page, which says the network as well; `uid` is the
network's stable id; the text is plain, never HTML. In JSON, `reposted_by` holds a network, a handle and a uid.
"""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidValue, shown, suggestion
from leadmodel.formats.intake.html import storable
from leadmodel.formats.intake.payloads import Intake, kind_of
from leadmodel.networks import Profile

__all__ = ["COLUMNS", "KEYS", "looks_like", "updates_from"]

_PERSON: Final = ("network", "handle", "uid")
#: Where the fields of a profile stand in a person.
_PLACES: Final = {key: key for key in _PERSON}
#: Columns of an update in a table.
COLUMNS: Final = ("id", *_PERSON, "name", "text", "posted_at", "url", "in_reply_to")
#: Keys of an update in JSON.
KEYS: Final = (*COLUMNS, "reposted_by")
#: Keys that other formats of social data do not have.
_TELLING: Final = frozenset({"network", "handle", "posted_at"})


def looks_like(payload: object) -> bool:
    """
    Say whether a payload has the shape of an update in the plain form.
    """
    return isinstance(payload, dict) and (not payload.keys().isdisjoint(_TELLING) or {"id", "text"} <= payload.keys())


def updates_from(
    payload: object, *, server: str = "", zone: tzinfo | None = None, where: str = ""
) -> list[SocialUpdate]:
    """
    Read an update in the plain form, or a list of them.

    Args:
        payload: Plain data.
        server: The server that bare Mastodon handles belong to.
        zone: The zone of instants that come without one; without it they are refused.
        where: The place of the payload, for errors: "feed.jsonl line 7".

    Raises:
        InvalidInput: A key is unknown, an id is missing or a value cannot be read; everything wrong is listed.
    """
    intake = Intake(server=server, zone=zone)
    rows = [(payload, "$")]
    if isinstance(payload, list):
        rows = [(row, f"$[{number}]") for number, row in enumerate(payload)]
    updates = [update for row, path in rows if (update := _update(row, path, intake)) is not None]
    intake.finish("updates", where)
    return updates


def _update(row: object, path: str, intake: Intake) -> SocialUpdate | None:
    if not isinstance(row, dict):
        intake.refuse(path, f"{kind_of(row)} is no update", "write it as an object with an id", row)
        return None
    before = len(intake.problems)
    _check_keys(row, KEYS, path, intake)
    facts = {
        "id": _written(row, "id", path, intake),
        "author": _person(row, path, intake),
        "author_name": storable(intake.text(row, "name", path)).strip(),
        "text": storable(intake.text(row, "text", path)).strip(),
        "posted_at": intake.instant(row, "posted_at", path),
        "url": intake.text(row, "url", path).strip(),
        "reposted_by": _reposter(row, path, intake),
        "in_reply_to": _written(row, "in_reply_to", path, intake),
    }
    # What is already known to be wrong is not reported once more by the record.
    return intake.update(path, facts) if len(intake.problems) == before else None


def _check_keys(row: Mapping[str, Any], known: tuple[str, ...], path: str, intake: Intake) -> None:
    for key in row:
        if key not in known:
            intake.refuse(path, f"there is no key {shown(key)}", suggestion(str(key), known), key)


def _reposter(row: Mapping[str, Any], path: str, intake: Intake) -> Profile | None:
    reposter, path = row.get("reposted_by"), f"{path}.reposted_by"
    if isinstance(reposter, dict):
        _check_keys(reposter, _PERSON, path, intake)
        return _person(reposter, path, intake)
    if reposter is not None:
        hint = 'write {"network": …, "handle": …}'
        intake.refuse(path, f"{kind_of(reposter)} stands where a person belongs", hint, reposter)
    return None


def _person(row: Mapping[str, Any], path: str, intake: Intake) -> Profile | None:
    """
    Read who is meant; nobody, where neither handle nor stable id is given (AUTH-12).
    """
    network, handle = (intake.text(row, key, path).strip() for key in ("network", "handle"))
    uid = _written(row, "uid", path, intake)
    if handle:
        try:
            found = Profile.parse(handle, network=network, server=intake.server)
        except InvalidValue as error:
            intake.refuse_profile(error, path, _PLACES)
            return None
        return intake.profile(found.network, found.handle, uid or found.uid, path, _PLACES)
    if uid and not network:
        intake.refuse(f"{path}.network", "the network is missing", "say which one gave the stable id")
        return None
    return intake.profile(network, "", uid, path, _PLACES) if uid else None


def _written(row: Mapping[str, Any], key: str, path: str, intake: Intake) -> str:
    """
    Give a text that may be written as a whole number: ids often are.
    """
    value = row.get(key)
    return str(value) if type(value) is int else intake.text(row, key, path).strip()
