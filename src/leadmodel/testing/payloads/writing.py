"""
Writing: payloads out of tables, and payloads in which one place is wrong.

A row of a table says where a fact stands in a payload, and what kind of thing stands there. The row is all that is
needed both to write a sound payload and to know what would be wrong in its place.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs

from leadmodel.entities import Account, Contact, Deal, Lead, SocialUpdate

__all__ = [
    "ABSENT", "FAULTS", "Broken", "Fault", "Holds", "Key", "Meaning", "Path", "Payload", "body_of", "faults_in",
    "found", "put", "shown_path", "under",
]  # fmt: skip

#: What a payload means: what an importer of leadmodel's records makes of it.
Meaning: TypeAlias = SocialUpdate | Lead | Contact | Account | Deal
#: Where something stands in a payload: keys of objects and places in lists.
Path: TypeAlias = tuple[str | int, ...]

F = TypeVar("F")


class _Absent:
    """
    Stands for a key that is not there.
    """

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


class Holds(StrEnum):
    """
    What kind of thing stands in a place, and so what would be wrong there: see `FAULTS`.
    """

    #: Something that no importer has to look at.
    ANYTHING = "anything"
    #: The id of a record: text, and there.
    ID = "id"
    #: The same of a network that counts: whole numbers are ids as well, if no digit is lost.
    NUMBER_ID = "number id"
    #: Text that may be missing, and is kept as it stands.
    TEXT = "text"
    #: Text that means something, such as an address or a language; it may be missing.
    WORD = "word"
    #: An instant with its zone.
    INSTANT = "instant"
    #: An instant in words of the format's own, such as those of RSS.
    WORDED_INSTANT = "worded instant"
    #: A calendar date.
    DAY = "day"
    #: A handle: an identity, in which everything can be seen.
    HANDLE = "handle"
    #: A number.
    NUMBER = "number"
    #: An e-mail address.
    EMAIL = "e-mail"
    #: An object that has to be there.
    OBJECT = "object"
    #: An object that may be missing.
    PART = "part"


@attrs.frozen
class Key(Generic[F]):
    """
    One place in a payload, and what stands there: a row of a format's table.
    """

    #: Keys of objects and places in lists, parted by dots: "referenced_tweets.0.id".
    path: str
    #: Gives what stands there, out of the facts; `ABSENT` is left out.
    of: Callable[[F], object]
    holds: Holds = Holds.ANYTHING
    #: What can be wrong elsewhere and is not in this place: the first words of faults.
    but: tuple[str, ...] = ()
    #: The field of the record that is filled from here and nothing else.
    fills: str = ""

    @property
    def steps(self) -> Path:
        """
        The path, step by step.
        """
        return tuple(int(step) if step.isdigit() else step for step in self.path.split("."))


def _of_part(write: Callable[[Any], object], of: Callable[[Any], Any]) -> Callable[[Any], object]:
    return lambda facts: write(of(facts))


def under(
    prefix: str, rows: Iterable[Key[Any]], of: Callable[[Any], Any] = lambda facts: facts
) -> tuple[Key[Any], ...]:
    """
    Give rows that stand under a key, about a part of the facts.
    """
    return tuple(attrs.evolve(row, path=f"{prefix}.{row.path}", of=_of_part(row.of, of)) for row in rows)


@attrs.frozen(kw_only=True)
class Payload:
    """
    A payload as a service sends it, and what it means.
    """

    #: The strategy that drew it: a key of `FORMATS`.
    format: str
    #: Plain data, as a parser of JSON gives it; of formats that are no JSON, the text.
    body: Any
    #: What it means, in its order: updates without `extra`, or records.
    means: tuple[Meaning, ...]
    #: The server that sent it, where bare handles belong to it; "" where nothing is to be known about it.
    server: str = ""
    #: The types of the records, where the payload does not tell them and the importer is told.
    record_type: type[Meaning] = SocialUpdate

    @property
    def text(self) -> str:
        """
        The payload as it is sent.
        """
        return self.body if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False)


@attrs.frozen(kw_only=True)
class Broken:
    """
    A payload in which one thing is wrong.

    An importer refuses it, or what is wrong with it; the rest may be taken. Or it makes of it one of what it
    `may_mean`: what would be there without the mistake, where nobody needs the place that is wrong, or the mistake put
    right in a way that is no guess. Anything else is read wrongly.
    """

    format: str
    #: The payload: plain data, or text or bytes where it is broken before anybody looks into it.
    body: Any
    #: What is wrong: "the 31st of February".
    what: str
    #: Where: "$[1].account.acct"; "" where the whole of it is wrong.
    where: str
    #: What all of it may be taken to mean in spite of the mistake.
    may_mean: tuple[tuple[Meaning, ...], ...] = ()
    #: What the rest of it means, as far as it is sound.
    rest: tuple[Meaning, ...] = ()
    server: str = ""
    record_type: type[Meaning] = SocialUpdate

    @property
    def data(self) -> str | bytes:
        """
        The payload as it is sent.
        """
        return self.body if isinstance(self.body, (str, bytes)) else json.dumps(self.body)


@attrs.frozen
class Fault:
    """
    One way in which a place can be wrong.
    """

    what: str
    #: Gives what stands there instead, out of what stood there.
    instead: Callable[[Any], object]
    #: Gives the text that is meant all the same, out of what the record holds there; None where nobody knows.
    meant: Callable[[str], str] | None = None


def _always(value: object) -> Callable[[Any], object]:
    return lambda _: value


def _within(sign: str) -> Callable[[Any], object]:
    """
    Put a sign into the middle of a text.
    """
    return lambda text: f"{text[: len(text) // 2]}{sign}{text[len(text) // 2 :]}"


_DEEP: Final = 50


def _deep(_: object) -> object:
    value: object = []
    for _level in range(_DEEP):
        value = [value]
    return value


_NO_TEXT: Final = (
    Fault("a list where text belongs", lambda text: [text]),
    Fault("an object where text belongs", lambda text: {"text": text}),
    Fault("true where text belongs", _always(True)),
    Fault("lists in lists where text belongs", _deep),
)
_NO_OBJECT: Final = (
    Fault("a list where an object belongs", lambda value: [value]),
    Fault("text where an object belongs", _always("ada")),
    Fault("true where an object belongs", _always(True)),
)
_UNSEEN: Final = (
    Fault("a mark of direction in an identity", _within("\u202e")),
    Fault("a control character in an identity", _within("\x07")),
    Fault("a character without width in an identity", _within("\u200b")),
    Fault("half a character in an identity", _within("\ud83d")),
    Fault("NUL in an identity", _within("\x00")),
)
_NO_ID: Final = (
    Fault("no id", _always(ABSENT)),
    Fault("null for an id", _always(None)),
    Fault("a blank id", _always(" ")),
    Fault("a fraction for an id", _always(1.5)),
    Fault("a list for an id", lambda id_: [id_]),
    Fault("an object for an id", lambda id_: {"id": id_}),
    Fault("true for an id", _always(True)),
    Fault("an id that was rounded", lambda id_: float(id_) if id_.isdigit() else 1e18),
)
#: What can be wrong in a place, by what stands there. The names are the sentences.
FAULTS: Final[Mapping[Holds, tuple[Fault, ...]]] = {
    Holds.ANYTHING: (),
    Holds.ID: _NO_ID,
    Holds.NUMBER_ID: (*_NO_ID, Fault("a number for an id", int, str)),
    Holds.WORD: _NO_TEXT,
    Holds.TEXT: (
        *_NO_TEXT,
        Fault("a number where text belongs", _always(7)),
        Fault("half a character in a text", lambda text: f"{text}\ud83d", lambda text: f"{text}\ufffd"),
        Fault("NUL in a text", lambda text: f"{text}\x00", lambda text: f"{text}\ufffd"),
    ),
    Holds.INSTANT: (
        *_NO_TEXT,
        Fault("the 31st of February", _always("2024-02-31T09:30:00Z")),
        Fault("the 25th hour", _always("2024-05-01T25:30:00Z")),
        Fault("an instant without a zone", _always("2024-05-01T09:30:00")),
        Fault("words for an instant", _always("yesterday")),
        Fault("a fraction for an instant", _always(1714555800.25)),
    ),
    Holds.WORDED_INSTANT: (
        Fault("the 31st of February", _always("Sat, 31 Feb 2024 09:30:00 GMT")),
        Fault("the 25th hour", _always("Wed, 01 May 2024 25:30:00 GMT")),
        Fault("an instant without a zone", _always("Wed, 01 May 2024 09:30:00")),
        Fault("words for an instant", _always("yesterday")),
    ),
    Holds.DAY: (
        *_NO_TEXT,
        Fault("the 31st of February", _always("2024-02-31")),
        Fault("a date in a country's own order", _always("02/05/2024")),
        Fault("words for a date", _always("soon")),
    ),
    Holds.HANDLE: (*_NO_TEXT, *_UNSEEN),
    Holds.NUMBER: (
        Fault("words for a number", _always("a lot")),
        Fault("a number with separators", _always("1,234.50")),
        Fault("a list for a number", lambda number: [number]),
        Fault("an object for a number", lambda number: {"number": number}),
        Fault("true for a number", _always(True)),
    ),
    Holds.EMAIL: (
        Fault("an address without a host", _always("ada")),
        Fault("two at signs in an address", _always("ada@@tea.example")),
        *_UNSEEN,
        Fault("an object where text belongs", lambda text: {"text": text}),
    ),
    Holds.OBJECT: (*_NO_OBJECT, Fault("nothing where an object belongs", _always(None)),
                   Fault("no key where an object belongs", _always(ABSENT))),
    Holds.PART: _NO_OBJECT,
}  # fmt: skip


def put(body: Any, path: Path, value: object) -> Any:  # noqa: ANN401  (any payload)
    """
    Give a payload with something else in one place, where `ABSENT` takes it out; the given one stays as it is.
    """
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        listed = list(body or ())
        listed += [None] * (step + 1 - len(listed))
        listed[step] = put(listed[step], rest, value)
        return listed
    held = dict(body or {})
    changed = put(held.get(step), rest, value)
    if changed is ABSENT:
        held.pop(step, None)
    else:
        held[step] = changed
    return held


def body_of(rows: Sequence[Key[F]], facts: F) -> dict[str, Any]:
    """
    Write facts as the rows say.
    """
    body: dict[str, Any] = {}
    for row in rows:
        value = row.of(facts)
        if value is not ABSENT:
            body = put(body, row.steps, value)
    return body


def found(body: Any, path: Path) -> Any:  # noqa: ANN401  (as above)
    """
    Give what stands in a place; None where nothing does.
    """
    for step in path:
        if isinstance(step, str):
            body = body.get(step) if isinstance(body, dict) else None
        else:
            body = body[step] if isinstance(body, list) and step < len(body) else None
    return body


def faults_in(rows: Iterable[Key[Any]], body: object) -> list[tuple[Key[Any], Fault]]:
    """
    Give everything that can be wrong in a body: in the places of its rows that hold something.
    """
    return [
        (row, fault)
        for row in rows
        if found(body, row.steps) not in (None, "")
        for fault in FAULTS[row.holds]
        if not fault.what.startswith(row.but)
    ]


def shown_path(path: Path) -> str:
    """
    Write a path as tools of JSON do: "$.data[0].id".
    """
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
