"""
What the readers of social payloads share: the way from plain data to updates, with every problem kept until the end.

A place in a payload is a path as JSON tools write it: "$[3].account.acct".
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, InvalidRecord, InvalidValue, Problem, shown
from leadmodel.networks import Profile

__all__ = ["Intake", "host_of", "kind_of"]

#: A date and a time; seconds and their fraction may be missing, and so may the zone. The first and the last year are
#: left out, since in UTC they may be none that Python knows.
_INSTANT: Final = re.compile(
    r"(?!0001|9999)\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,30})?)?(?:[Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)
#: Profiles that are kept, so that an author who comes again is read once.
_PROFILES_KEPT: Final = 4_096

_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (str, "text"),
    (bool, "true or false"),
    (dict, "an object"),
    (list, "a list"),
    (type(None), "nothing"),
)


def kind_of(value: object) -> str:
    """
    Name what a plain value is, in the words of JSON.
    """
    return next((word for kinds, word in _KINDS if isinstance(value, kinds)), "a number")


def host_of(address: str) -> str:
    """
    Give the host of a web address, with its port where it has one; "" where it has no host.
    """
    try:
        parts = urlsplit(address)
    except ValueError:  # such as an unclosed bracket
        return ""
    return parts.netloc.rpartition("@")[2] if parts.scheme in ("http", "https") else ""


@attrs.define(kw_only=True)
class Intake:
    """
    One payload being read: what the caller knows about it, and everything found wrong with it so far.
    """

    #: The server that sent it: a bare Mastodon handle belongs there.
    server: str = ""
    #: The zone of instants that come without one; None refuses them.
    zone: tzinfo | None = None
    problems: list[Problem] = attrs.field(factory=list)

    def refuse(self, where: str, what: str, hint: str = "", value: object = None, rule: str = "") -> None:
        """
        Keep a problem. Lists and objects are not carried: their kind says enough, and they may be endless.
        """
        carried = None if isinstance(value, (dict, list)) else value
        self.problems.append(Problem(what=what, hint=hint, where=where, value=carried, rule=rule))

    def text(self, node: Mapping[str, Any], key: str, path: str) -> str:
        """
        Take the text under a key; null is a missing one.
        """
        value = node.get(key)
        if type(value) is str:
            return value
        if value is not None:
            self.refuse(f"{path}.{key}", f"{kind_of(value)} stands where text belongs", "write it as text", value)
        return ""

    def instant(self, node: Mapping[str, Any], key: str, path: str) -> datetime | None:
        """
        Take the instant of ISO 8601 under a key, in UTC; null is a missing one.
        """
        value = node.get(key)
        if value is None or value == "":
            return None
        instant = _instant(value)
        if instant is None:
            what = f"{shown(value) if isinstance(value, str) else kind_of(value)} is no instant"
            self.refuse(f"{path}.{key}", what, 'write it like "2024-05-01T09:30:00Z"', value)
        elif instant.tzinfo is None and self.zone is None:
            hint = "pass zone=, such as zone=datetime.UTC, to read it in that zone"
            self.refuse(f"{path}.{key}", f"{shown(value)} has no time zone", hint, value)
        else:
            return (instant if instant.tzinfo else instant.replace(tzinfo=self.zone)).astimezone(UTC)
        return None

    def profile(self, network: str, handle: str, uid: str, path: str, keys: Mapping[str, str]) -> Profile | None:
        """
        Make a profile; what is wrong with it is kept.

        Args:
            network: Key or other name of the network.
            handle: The handle, in any spelling.
            uid: The stable id.
            path: The place of the person in the payload.
            keys: The keys under which the fields of the profile stand there; a field that has none is the person.
        """
        try:
            return _profile(network, handle, uid)
        except InvalidValue as error:
            self.refuse_profile(error, path, keys)
        return None

    def refuse_profile(self, error: InvalidValue, path: str, keys: Mapping[str, str]) -> None:
        """
        Keep what is wrong with a profile; see `profile`.
        """
        for problem in error.problems:
            key = keys.get(problem.field, "")
            self.problems.append(attrs.evolve(problem, where=f"{path}.{key}" if key else path, field=""))

    def update(self, where: str, facts: Mapping[str, Any]) -> SocialUpdate | None:
        """
        Make an update; what is wrong with it is kept.
        """
        try:
            return SocialUpdate(**facts)
        except InvalidRecord as error:
            self.problems += [problem.at(where) for problem in error.problems]
        return None

    def finish(self, subject: str, where: str) -> None:
        """
        Raise with everything that was found wrong, if anything was.

        Raises:
            InvalidInput: Something was.
        """
        if self.problems:
            # A value that is read for two purposes is wrong once.
            problems = dict.fromkeys(problem.at(where) if where else problem for problem in self.problems)
            raise InvalidInput(subject=subject, problems=tuple(problems))


@lru_cache(_PROFILES_KEPT)
def _profile(network: str, handle: str, uid: str) -> Profile:
    return Profile(network, handle, uid=uid)


def _instant(value: object) -> datetime | None:
    """
    Read an instant with or without a zone.
    """
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:  # such as the 30th of February
            pass
    return None
