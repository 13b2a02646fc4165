"""
Sources: where the text of a file comes from, and what can be wrong with it before anybody looks at its meaning.

A source is a path, bytes, text, or an open file, text or binary. Every reader takes any of them, and every problem says
the name of the source, the line and, where bytes were given, the byte.
"""

import codecs
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, NoReturn, TypeAlias, cast

import attrs

from leadmodel.codec import parse_json
from leadmodel.errors import InvalidInput, Problem, shown

__all__ = ["LINE_LIMIT", "Source", "joined", "lines_of", "name_of", "parsed_line", "peeked", "read_on", "whole_of"]

#: A path, the content itself, or an open file. A `str` is a path, unless it holds a line break or begins like JSON.
Source: TypeAlias = str | os.PathLike[str] | bytes | IO[str] | IO[bytes]

#: Characters that one line may have.
LINE_LIMIT: Final = 10_000_000
#: Characters or bytes that are taken from a file at once.
_CHUNK: Final = 262_144
_UNDECODED: Final = 'pass encoding=, such as "cp1252" (Windows, Excel), "utf-16" (Excel\'s Unicode text) or "mac-roman"'


def name_of(source: Source, name: str = "") -> str:
    """
    Name a source in errors: as the caller says, by the last part of its path, or "input".
    """
    path = source if _is_path(source) else getattr(source, "name", "")
    return name or (Path(path).name if isinstance(path, (str, os.PathLike)) else "") or "input"


def lines_of(source: Source, *, name: str = "", encoding: str = "utf-8-sig") -> Iterator[str]:
    """
    Give the lines of a source one by one, each with its line break as it was; the whole is never held at once.

    Args:
        source: Where the text comes from; only what this function opens is closed by it.
        name: What errors call it.
        encoding: How bytes are read; the default takes UTF-8 with or without a byte order mark.

    Raises:
        InvalidInput: The source cannot be opened or decoded, holds NUL, or has a line of more than 10,000,000
            characters.
    """
    name, number = name_of(source, name), 1
    held: list[str] = []  # the line that may go on: its carriage return may be half of a line break
    length = 0

    def number_after(text: str) -> int:  # counted only where something is wrong: it takes longer than decoding
        return number + _breaks("".join(held) + text)

    for text in _decoded(source, name, encoding, number_after):
        if _goes_on(held, text):
            held.append(text)
            length += len(text)
        else:
            *whole, last = _parted("".join(held) + text if held else text)
            for line in whole:
                _check_length(len(line), name, number)
                yield line
                number += 1
            held, length = [last], len(last)
        _check_length(length, name, number)
    if rest := "".join(held):
        yield rest


def _parted(text: str) -> list[str]:
    """
    Part a text into lines, each with its line break; the last one is what follows the last break, unless that is "".
    """
    if "\r" in text:
        return [*io.StringIO(text, newline="")]
    *whole, last = text.split("\n")
    lines = [f"{line}\n" for line in whole]
    return [*lines, last] if last else lines


def _goes_on(held: list[str], text: str) -> bool:
    """
    Say whether a text holds no line break and follows none.
    """
    return not ("\n" in text or "\r" in text or (held and held[-1].endswith(("\r", "\n"))))


def whole_of(source: Source, *, name: str = "", limit: int = 4 * LINE_LIMIT) -> str | bytes:
    """
    Give all that a source holds, as it holds it: text stays text and bytes stay bytes.

    Args:
        source: Where it comes from; only what this function opens is closed by it.
        name: What errors call it.
        limit: Characters or bytes after which reading stops; a little more is given, so that the caller can see it.

    Raises:
        InvalidInput: The source cannot be opened or read.
    """
    chunks, length = [], 0
    for chunk in _chunks(source, name_of(source, name)):
        chunks.append(chunk)
        length += len(chunk)
        if length > limit:
            break
    return b"".join(chunks) if chunks and isinstance(chunks[0], bytes) else "".join(chunks)  # type: ignore[arg-type]  # a file gives one of the two


def peeked(source: Source, *, name: str = "") -> tuple[str | bytes, Source]:
    """
    Give how a source begins, and the source, to be read from its beginning.
    """
    chunks = _chunks(source, name_of(source, name))
    first = next(chunks, "")
    return first, read_on(chain([first], chunks))


def read_on(pieces: Iterator[str] | Iterator[str | bytes]) -> Source:
    """
    Give what is left of a source as a source: a file that can only be read on, piece by piece.
    """
    return cast("Source", _Rest(pieces))


class _Rest:
    def __init__(self, pieces: Iterator[str] | Iterator[str | bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int = -1) -> str | bytes:
        """
        Give the next piece, "" after the last one.
        """
        return next(self._pieces, "")


def joined(lines: Iterable[str], limit: int) -> str:
    """
    Put the lines of a document together; a little more than is allowed, so that too much can be seen.
    """
    parts, length = [], 0
    for line in lines:
        parts.append(line)
        length += len(line)
        if length > limit:
            break
    return "".join(parts)


def parsed_line(line: str | bytes, where: str, **limits: int) -> object:
    """
    Parse one line of a source that holds a payload in each.

    Args:
        line: The line.
        where: Its place in the source.
        limits: As for `parse_json`.

    Raises:
        InvalidInput: It is no JSON; what is wrong stands at its place in the source.
    """
    try:
        return parse_json(line, subject=where, **limits)
    except InvalidInput as error:  # whoever parses takes it for the first line
        inner = (attrs.evolve(problem, where=problem.where.removeprefix("line 1, ")) for problem in error.problems)
        raise InvalidInput(subject=where, problems=tuple(problem.at(where) for problem in inner)) from error


def _is_path(source: object) -> bool:
    if isinstance(source, str):
        return not ("\n" in source or "\r" in source or source.lstrip().startswith(("{", "[", "<")))
    return isinstance(source, os.PathLike)


def _check_length(length: int, name: str, number: int) -> None:
    if length > LINE_LIMIT:
        what = f"the line has more than {LINE_LIMIT:,} characters"
        _refuse(name, what, "look for a quote that is never closed", where=_line(name, number))


def _breaks(text: str) -> int:
    """
    Count the line breaks of a text.
    """
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _decoded(source: Source, name: str, encoding: str, number_after: Callable[[str], int]) -> Iterator[str]:
    """
    Give a source's text in pieces.

    Args:
        source: Where it comes from.
        name: What errors call it.
        encoding: How bytes are read.
        number_after: Gives the number of the line in which a text ends that follows all that was given before.
    """
    decoder = _Decoder(name, encoding, number_after)
    for chunk in _chunks(source, name):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


class _Decoder:
    """
    Decodes piece by piece, and knows at which byte and in which line it is.
    """

    def __init__(self, name: str, encoding: str, number_after: Callable[[str], int]) -> None:
        try:
            "a".encode(encoding, "replace")  # knows which codecs are encodings of text
            self._decoder = codecs.getincrementaldecoder(encoding)()
        except LookupError as error:
            what = f"there is no encoding {shown(encoding)}"
            _refuse(name, what, _UNDECODED, field="encoding", value=encoding, cause=error)
        self._name = name
        self._number_after = number_after
        self._bytes = 0

    def decode(self, chunk: str | bytes, *, final: bool = False) -> str:
        if isinstance(chunk, bytes):
            self._bytes += len(chunk)
            try:
                text = self._decoder.decode(chunk, final)
            except UnicodeDecodeError as error:
                self._explain(error)
        else:
            text = chunk
        if "\x00" in text:
            before = text[: text.index("\x00")]
            hint = 'remove it; if the file is UTF-16, pass encoding="utf-16"'
            _refuse(self._name, "the line holds NUL", hint, where=_line(self._name, self._number_after(before)))
        return text

    def _explain(self, error: UnicodeDecodeError) -> NoReturn:
        offset = self._bytes - len(error.object) + error.start
        before = error.object[: error.start].decode(error.encoding, "replace")
        where = f"{_line(self._name, self._number_after(before))}, byte {offset:,}"
        utf16 = offset == 0 and error.object.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        hint = 'the file begins like UTF-16: pass encoding="utf-16"' if utf16 else _UNDECODED
        what = f"0x{error.object[error.start]:02x} is no {error.encoding.upper()}"
        _refuse(self._name, what, hint, where=where, value=error.object[error.start], cause=error)


def _chunks(source: Source, name: str) -> Iterator[str | bytes]:
    with _opened(source, name) as file:
        while chunk := _next(file, name):
            yield chunk


def _next(file: IO[Any], name: str) -> str | bytes:
    try:
        chunk: str | bytes = file.read(_CHUNK)
    except UnicodeDecodeError as error:
        what = f"0x{error.object[error.start]:02x} is no {error.encoding.upper()}"
        hint = "open the file with its encoding, or pass its path and encoding="
        _refuse(name, what, hint, value=error.object[error.start], cause=error)
    except (OSError, ValueError) as error:
        _refuse(name, f"it cannot be read: {error}", "pass a file that is open for reading, or a path", cause=error)
    return chunk


@contextmanager
def _opened(source: Source, name: str) -> Iterator[IO[Any]]:
    """
    Open what is not open yet, and close that again.
    """
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif _is_path(source):
        with _file(str(source), name) as file:
            yield file
    elif isinstance(source, str):
        yield io.StringIO(source, newline="")
    elif hasattr(source, "read"):
        yield source  # type: ignore[misc]  # whatever reads is a file
    else:
        hint = "pass a path, bytes, text or an open file"
        _refuse(name, f"a {type(source).__name__} cannot be read", hint, value=source)


def _file(path: str, name: str) -> IO[bytes]:
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "check the path; content itself is passed as bytes, as text with line breaks or as an open file"
        _refuse(
            name,
            f"{shown(path, 200)} cannot be opened: {reason[:1].lower()}{reason[1:]}",
            hint,
            value=path,
            cause=error,
        )


def _line(name: str, number: int) -> str:
    return f"{name} line {number:,}"


def _refuse(name: str, what: str, hint: str, *, cause: Exception | None = None, **facts: Any) -> NoReturn:  # noqa: ANN401  (fields of a problem)
    raise InvalidInput(subject=name, problems=(Problem(what=what, hint=hint, **facts),)) from cause
