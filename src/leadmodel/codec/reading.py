"""
Strict JSON: text in and plain values out.

JSON from elsewhere is read under one policy, whatever it holds: numbers are exact, nothing is quietly overwritten by a
second key of the same name, and what would exhaust the stack or the memory is refused before it does.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn

from leadmodel.errors import InvalidInput, Problem, shown

__all__ = ["JSON_LIMIT", "parse_json"]

#: Characters that a document may have, unless the caller says otherwise.
JSON_LIMIT: Final = 10_000_000
#: Levels of nesting; as many as a record may keep.
DEPTH_LIMIT: Final = 64
#: Digits of a whole number: as many as Python converts unless told otherwise.
DIGIT_LIMIT: Final = 4_300

#: A string, closed or not: possessive throughout, so that no text makes the search go back.
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
_BRACKETS: Final = re.compile(rf"{_STRING}|([\[{{])|([\]}}])", re.DOTALL)
_DIGITS: Final = re.compile(rf"{_STRING}|(\d++)", re.DOTALL | re.ASCII)
_CONSTANTS: Final = re.compile(rf"{_STRING}|(-?Infinity|NaN)", re.DOTALL)
#: Characters of a document whose brackets are worth counting: longer ones have too many in the end.
_COUNTED: Final = 20_000
#: What a quick look at a whole document needs of it: quotes and brackets, both kinds alike.
_ESCAPED: Final = re.compile(rb"\\.", re.DOTALL)
_NEITHER_QUOTE_NOR_BRACKET: Final = bytes(set(range(256)) - set(b'"[]{}'))
_ALIKE: Final = bytes.maketrans(b"{}", b"[]")
#: Of a number that is too long, ten characters at least are seen, one after the other, by who looks at every 430th.
_STEP: Final = DIGIT_LIMIT // 10
_TEN_DIGITS: Final = re.compile("[0-9]{10}")
#: White space as JSON means it.
_SPACE: Final = " \t\n\r"

#: How files begin that are text, but not UTF-8, and the name of what they are.
_MARKS: Final = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x1f\x8b", "compressed with gzip"))


def parse_json(
    text: str | bytes, *, subject: str = "JSON", limit: int = JSON_LIMIT, depth: int = DEPTH_LIMIT
) -> object:
    """
    Read one JSON document strictly: whole numbers as `int`, fractions as `Decimal`, so that no digit is lost.

    Args:
        text: The document; bytes are UTF-8, with or without a byte order mark.
        subject: What is read, for errors: "people.json".
        limit: The most characters that the document may have.
        depth: The most levels of nesting that it may have; a few hundred are safe.

    Raises:
        InvalidInput: It is no JSON or no UTF-8, is too long, nested too deep, names a key twice in one
            object, or holds NaN, an infinity or a number of more than 4,300 digits. Line and column are in the place
            of the problem wherever they are known.
    """
    content = _as_text(text, subject, limit).removeprefix("\ufeff")
    if len(content) > limit:
        _refuse(subject, f"it has {len(content):,} characters, and {limit:,} is the limit", "split it, or raise limit=")
    problems: list[Problem] = []
    if not _is_shallow(content, depth):
        problems += _depth_problems(content, depth)
    if not _has_short_numbers(content):
        problems += _number_problems(content)
    if problems:
        raise InvalidInput(subject=subject, problems=tuple(problems))
    return _parsed(content, subject)


def _as_text(text: object, subject: str, limit: int) -> str:
    if isinstance(text, str):
        return text
    if not isinstance(text, (bytes, bytearray)):
        _refuse(subject, f"a {type(text).__name__} is no JSON text", "pass text or bytes", value=text)
    if len(text) > 4 * limit + 3:  # no character takes more than four bytes, and a byte order mark takes three
        _refuse(
            subject, f"it has {len(text):,} bytes, and {limit:,} characters is the limit", "split it, or raise limit="
        )
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        mark = next((name for start, name in _MARKS if text.startswith(start)), "")
        hint = f"it looks {mark}" if "gzip" in mark else f"it looks like {mark}" if mark else "save it as UTF-8"
        what = f"byte {error.start:,} (0x{text[error.start]:02x}) is no UTF-8"
        where = _place(text[: error.start].decode("utf-8"), error.start)
        problem = Problem(what=what, hint=hint, where=where, value=error.start)
        raise InvalidInput(subject=subject, problems=(problem,)) from error


def _is_shallow(text: str, limit: int) -> bool:
    """
    Say whether a document is seen to be nested no deeper than allowed, before anything is called recursively.

    It is where there are not so many brackets, or where those outside of strings vanish when their innermost pairs are
    taken away so many times.
    """
    if len(text) <= _COUNTED and text.count("[") + text.count("{") <= limit:
        return True
    unescaped = _ESCAPED.sub(b"", text.encode("utf-8", "replace"))
    marks = unescaped.translate(None, _NEITHER_QUOTE_NOR_BRACKET)
    # Strings without brackets are two quotes in a row by now; without these, all else is as much inside or outside.
    outside = marks.replace(b'""', b"").split(b'"')[::2]
    brackets = b"".join(outside).translate(_ALIKE)
    for _ in range(limit):
        left = brackets.replace(b"[]", b"")
        if len(left) == len(brackets):
            break
        brackets = left
    return not brackets


def _depth_problems(text: str, limit: int) -> Iterator[Problem]:
    """
    Say where a document is nested too deep, if it is.
    """
    depth = 0
    for found in _BRACKETS.finditer(text):
        if found[1]:
            depth += 1
            if depth > limit:
                what = f"it is nested more than {limit} levels deep"
                yield Problem(what=what, hint="flatten it", where=_place(text, found.start()))
                return
        elif found[2]:
            depth -= 1


def _has_short_numbers(text: str) -> bool:
    """
    Say whether a document is seen to hold no number that is too long.
    """
    return len(text) <= DIGIT_LIMIT or not _TEN_DIGITS.search(text[::_STEP])


def _number_problems(text: str) -> Iterator[Problem]:
    for found in _DIGITS.finditer(text):
        if found[1] and len(found[1]) > DIGIT_LIMIT:
            what = f"a number has {len(found[1]):,} digits, and {DIGIT_LIMIT:,} is the limit"
            yield Problem(what=what, hint="write it as text", where=_place(text, found.start()))


def _parsed(text: str, subject: str) -> object:
    """
    Parse a document that is known to be neither too deep nor too long.
    """
    stripped = text.strip(_SPACE)
    try:
        value, end = _SOUND.raw_decode(stripped)
        if end == len(stripped):
            return value
    except (_Unsound, ValueError, InvalidOperation):
        pass  # rarely; then it is looked over once more, to say all that is wrong
    return _explained(text, subject)


class _Unsound(Exception):
    """
    A document is JSON, and not what this policy takes.
    """


def _as_sound(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise _Unsound
    return content


def _as_constant(_: str) -> NoReturn:
    raise _Unsound


#: One for all documents: it takes longer to make than many a document to read.
_SOUND: Final = json.JSONDecoder(object_pairs_hook=_as_sound, parse_float=Decimal, parse_constant=_as_constant)


def _explained(text: str, subject: str) -> NoReturn:
    """
    Say everything that is wrong with a document.
    """
    problems: list[Problem] = []

    def as_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        content = dict(pairs)
        if len(content) < len(pairs):
            problems.extend(_repeated(pairs))
        return content

    constants: list[str] = []
    try:
        json.loads(text, object_pairs_hook=as_object, parse_float=Decimal, parse_constant=constants.append)
    except json.JSONDecodeError as error:
        reason = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at").removesuffix(" starting")
        hint = (
            "pass one document; of JSON lines, pass each line by itself" if error.msg == "Extra data" else "correct it"
        )
        problem = Problem(what=f"it is no JSON: {reason}", hint=hint, where=_place(text, error.pos))
        raise InvalidInput(subject=subject, problems=(*problems, problem)) from error
    except (InvalidOperation, ValueError) as error:
        problem = Problem(what="it holds a number that is too long to be kept exactly", hint="write it as text")
        raise InvalidInput(subject=subject, problems=(problem,)) from error
    if constants:
        problems.extend(_constants(text))
    raise InvalidInput(subject=subject, problems=tuple(problems))


def _repeated(pairs: list[tuple[str, object]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            what = f"the key {shown(key)} is given twice in one object"
            yield Problem(what=what, hint="keep one of the two", field=key, value=key)
        seen.add(key)


def _constants(text: str) -> Iterator[Problem]:
    for found in _CONSTANTS.finditer(text):
        if found[1]:
            what, hint = f"{found[1]} is no JSON number", "write null, or leave it out"
            yield Problem(what=what, hint=hint, where=_place(text, found.start()), value=found[1])


def _place(text: str, position: int) -> str:
    """
    Give line and column of a position in a text, both counted from one.
    """
    before = text[:position]
    return f"line {before.count(chr(10)) + 1:,}, column {len(before) - before.rfind(chr(10)):,}"


def _refuse(subject: str, what: str, hint: str, value: object = None) -> NoReturn:
    raise InvalidInput(subject=subject, problems=(Problem(what=what, hint=hint, value=value),))
