"""
What the readers of social payloads share: the way from plain data to updates, with every problem kept until the end.

A place in a payload is a path as JSON tools write it: "$[3].account.acct".
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, InvalidRecord, InvalidValue, Problem, shown
from leadmodel.formats.intake.freezing import frozen_or_given
from leadmodel.networks import Profile

__all__ = ["Intake", "Shape", "Shapes", "besides", "bodies_in", "held", "host_of", "is_no", "kind_of"]

#: A date and a time; seconds and their fraction may be missing, and so may the zone. The first and the last year are
#: left out, since in UTC they may be none that Python knows.
_INSTANT: Final = re.compile(
    r"(?!0001|9999)\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,30})?)?(?:[Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)
#: Profiles that are kept, so that an author who comes again is read once.
_PROFILES_KEPT: Final = 4_096
#: Where a place in a payload has its steps, and its end.
_STEPS: Final = re.compile(r"[.\[]|$")

#: Combinations of keys that are remembered, and the characters that each may have.
_KEYS_KEPT: Final = 1_024
_KEYS_LENGTH: Final = 2_000
#: A program that has turned an id into a number with a fraction has rounded it.
_LOSSY: Final = (
    "read the payload with leadmodel.codec.parse_json, or write ids as text: other programs round long numbers"
)

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


def is_no(body: object, what: str) -> str:
    """
    Say that something is none of what is looked for; an object is told by its first keys.
    """
    if isinstance(body, dict) and body:
        return f"this is no {what}: its keys are {', '.join(map(str, list(body)[:5]))[:100]}"
    return f"{kind_of(body)} is no {what}"


def bodies_in(payload: object) -> Iterator[tuple[object, str]]:
    """
    Give the bodies of a payload, which is one or a list of them, with their paths.
    """
    return held(payload, "$") if isinstance(payload, list) else iter([(payload, "$")])


def held(value: object, path: str) -> Iterator[tuple[object, str]]:
    """
    Give what stands under a key: nothing, one thing or each of a list, with the paths.
    """
    if isinstance(value, list):
        yield from ((member, f"{path}[{number}]") for number, member in enumerate(value))
    elif value is not None:
        yield value, path


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


@attrs.frozen
class Shape:
    """
    One kind of body that a service sends, told by its keys: a row of a format's `SHAPES`.
    """

    #: What it is, as it stands in a sentence.
    label: str
    #: Keys that it has.
    has: frozenset[str] = attrs.field(converter=_keys)
    #: Keys that it lacks.
    lacks: frozenset[str] = attrs.field(default=(), converter=_keys)
    #: Keys under which it holds bodies that are read in its place.
    inside: tuple[str, ...] = ()
    #: How the body itself is read, in the words of its format; "" where it is no update.
    makes: str = ""

    def fits(self, body: Mapping[str, object]) -> bool:
        """
        Say whether a body has this shape.
        """
        return self.has <= body.keys() and body.keys().isdisjoint(self.lacks)


class Shapes:
    """
    The shapes of the bodies of a format: the first row that fits says what a body is.

    Which one fits depends on the keys alone, so what was seen of them is remembered, within bounds.
    """

    def __init__(self, rows: Sequence[Shape]) -> None:
        self._rows = rows
        common = Counter(key for row in rows for key in row.has)
        #: Of each row the key that fewest have: a body with none of these is looked at no further.
        self._telling = frozenset(min(row.has, key=lambda key: (common[key], key)) for row in rows)
        self._seen: dict[tuple[str, ...], Shape | None] = {}

    def of(self, body: object) -> Shape | None:
        """
        Give the shape of a body.
        """
        if not isinstance(body, dict) or body.keys().isdisjoint(self._telling):
            return None
        keys = tuple(body)
        try:
            return self._seen[keys]
        except KeyError:
            return self._found(body, keys)

    def _found(self, body: Mapping[str, object], keys: tuple[str, ...]) -> Shape | None:
        shape = next((row for row in self._rows if row.fits(body)), None)
        if len(self._seen) < _KEYS_KEPT and sum(map(len, map(str, keys))) < _KEYS_LENGTH:
            self._seen[keys] = shape
        return shape


def besides(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """
    Give what a source says besides, without what is blank: ready to be kept, if nothing can be wrong with it.
    """
    return frozen_or_given({key: value for key, value in facts.items() if value})


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
    One payload being read: what the caller knows about it, and what was found in it so far, good and wrong.
    """

    #: The server that sent it: a bare Mastodon handle belongs there.
    server: str = ""
    #: The zone of instants that come without one; None refuses them.
    zone: tzinfo | None = None
    problems: list[Problem] = attrs.field(factory=list)
    #: The updates that were made so far, each with its place.
    made: list[tuple[str, SocialUpdate]] = attrs.field(factory=list)

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

    def id(self, node: Mapping[str, Any], key: str, path: str) -> str:
        """
        Read an id that must be there: text, or a whole number, which is exact in Python however long it is.
        """
        value = node.get(key)
        if type(value) is str and value and not value.isspace():
            return value
        if type(value) is int:
            return str(value)
        if value is None or isinstance(value, str):
            what, hint = f"the id is {'missing' if value is None else 'blank'}", "give the id that the server gave"
        elif isinstance(value, (float, Decimal)):
            what, hint = f"{shown(value)} is no id: ids are text or whole numbers", _LOSSY
        else:
            what, hint = f"{kind_of(value)} is no id", "write it as text"
        self.refuse(f"{path}.{key}", what, hint, value)
        return ""

    def instant(self, node: Mapping[str, Any], key: str, path: str) -> datetime | None:
        """
        Take the instant of ISO 8601 under a key, in UTC; null is a missing one.
        """
        value = node.get(key)
        if value is None or value == "":
            return None
        instant = _instant(value)
        if instant is not None and instant.tzinfo is UTC:
            return instant
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
            made = SocialUpdate(**facts)
        except InvalidRecord as error:
            self.problems += [problem.at(where) for problem in error.problems]
            return None
        self.made.append((where, made))
        return made

    def finish(self, subject: str, where: str) -> None:
        """
        Raise with everything that was found wrong, if anything was.

        Raises:
            InvalidInput: Something was.
        """
        if self.problems:
            # A value that is read for two purposes is wrong once.
            problems = dict.fromkeys(problem.at(where) if where else problem for problem in self.problems)
            spoilt = {part for problem in self.problems for part in _above(problem.where)}
            sound = tuple(made for place, made in self.made if place not in spoilt)
            raise InvalidInput(subject=subject, problems=tuple(problems), partial=sound)


def _above(place: str) -> Iterator[str]:
    """
    Give a place in a payload, and all that it is within: "$.feed[2].post", "$.feed[2]", "$.feed", "$".
    """
    return (place[: found.start()] for found in _STEPS.finditer(place))


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
