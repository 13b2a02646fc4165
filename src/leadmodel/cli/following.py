"""
Following files of JSON lines while they grow, as `tail -F` does.

A file is looked at a few times a second, and what was written to it since is read; a line counts once it is whole. A
file that became shorter, or that another one took the place of, is read from its beginning. Standard input is read as
it comes, until it ends.
"""

import os
import select
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import attrs

from leadmodel.cli.printing import complain
from leadmodel.cli.reading import STANDARD_INPUT
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, Problem, shown
from leadmodel.formats.intake.sources import LINE_LIMIT, parsed_line
from leadmodel.formats.updates import DEPTH_LIMIT, updates_in

T = TypeVar("T")

#: Seconds between two looks at files that have not grown.
PAUSE: Final = 0.2
#: Things that are answered together at most.
TOGETHER: Final = 500
#: Bytes that are taken at once.
_CHUNK: Final = 262_144
#: Bytes of a line; no character takes more than four.
_LIMIT: Final = 4 * LINE_LIMIT

#: A line and its number, the first being 1; None where the line is too long to be kept.
Line = tuple[int, bytes | None]


def together(things: Iterable[T]) -> Iterator[list[T]]:
    """
    Give things in lists of some hundreds at most, in order.
    """
    rest = iter(things)
    while several := list(islice(rest, TOGETHER)):
        yield several


class Lines:
    """
    Lines put together out of the pieces in which a file comes.
    """

    def __init__(self) -> None:
        self._number = 0
        self._held: list[bytes] = []
        self._length = 0

    def taken(self, piece: bytes) -> Iterator[Line]:
        """
        Give the lines that end in a piece, and hold back what may go on.
        """
        *ends, rest = piece.split(b"\n")
        for end in ends:
            self._hold(end)
            yield self._whole()
        self._hold(rest)

    def last(self) -> Iterator[Line]:
        """
        Give what was held back: it does not go on.
        """
        if self._length:
            yield self._whole()

    def _hold(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length <= _LIMIT:
            self._held.append(piece)

    def _whole(self) -> Line:
        self._number += 1
        line = b"".join(self._held) if self._length <= _LIMIT else None
        self._held, self._length = [], 0
        return self._number, line


class Growing:
    """
    A file that is written to, or that others take the place of.
    """

    def __init__(self, path: str) -> None:
        """
        Open the file.

        Raises:
            InvalidInput: It cannot be opened.
        """
        self._path = path
        self.name: str = Path(path).name
        try:
            self._file = open(path, "rb")  # noqa: SIM115  (it stays open as long as the command runs)
        except OSError as error:
            what = f"{shown(path, 200)} cannot be opened: {str(error.strerror).lower()}"
            problem = Problem(what=what, hint="check the path; a file that is followed is there when that begins")
            raise InvalidInput(subject=self.name, problems=(problem,)) from error
        self._lines = Lines()

    def close(self) -> None:
        """
        Close the file.
        """
        self._file.close()

    def lines(self) -> Iterator[Line]:
        """
        Give the lines that have become whole since the last time.

        Once another file stands under the path, what is left of this one is given first, a line without an end too.
        """
        yield from self._more()
        if self._stands():
            return
        try:
            successor = open(self._path, "rb")  # noqa: SIM115  (as above)
        except OSError:  # for a moment there may be none, while they are exchanged
            return
        yield from self._more()
        yield from self._lines.last()
        self._file.close()
        self._file, self._lines = successor, Lines()
        yield from self._more()

    def _stands(self) -> bool:
        """
        Say whether this file still stands under its path.
        """
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(self._file.fileno()))
        except OSError:
            return False

    def _more(self) -> Iterator[Line]:
        if os.fstat(self._file.fileno()).st_size < self._file.tell():
            self._file.seek(0)
            self._lines = Lines()
        while piece := self._file.read(_CHUNK):
            yield from self._lines.taken(piece)


@attrs.define
class Following:
    """
    Updates as they are written. A line that cannot be read is told at once, and does not end it.
    """

    #: Files that grow; standard input stands alone.
    paths: Sequence[str]
    #: Says how a file is to be read, in the words of `updates_in`.
    how: Callable[[str], dict[str, Any]]
    #: Is told of a line that cannot be read.
    complain: Callable[[InvalidInput], object] = complain
    wait: Callable[[float], object] = time.sleep

    def __iter__(self) -> Generator[list[SocialUpdate], None, None]:
        """
        Give the updates that have come at once, list by list.

        Raises:
            InvalidInput: A file cannot be opened.
            BrokenPipeError: Nobody reads the answers any more.
        """
        come = self._piped() if STANDARD_INPUT in self.paths else self._grown()
        for path, name, lines in come:
            for several in together(lines):
                yield [update for number, line in several for update in self._read(path, name, number, line)]

    def _piped(self) -> Iterator[tuple[str, str, Iterator[Line]]]:
        lines = Lines()
        while piece := os.read(sys.stdin.fileno(), _CHUNK):
            yield STANDARD_INPUT, "standard input", lines.taken(piece)
        yield STANDARD_INPUT, "standard input", lines.last()

    def _grown(self) -> Iterator[tuple[str, str, Iterator[Line]]]:
        with ExitStack() as opened:
            files = [(path, opened.enter_context(closing(Growing(path)))) for path in self.paths]
            while True:
                for path, file in files:
                    yield path, file.name, file.lines()
                if nobody_reads():
                    raise BrokenPipeError
                self.wait(PAUSE)

    def _read(self, path: str, name: str, number: int, line: bytes | None) -> Sequence[SocialUpdate]:
        where = f"{name} line {number:,}"
        if line is not None and (not line or line.isspace()):
            return ()
        try:
            return updates_in(_parsed(line, where), where=where, **self.how(path))
        except InvalidInput as error:
            self.complain(error)
            return cast("Sequence[SocialUpdate]", error.partial)


def _parsed(line: bytes | None, where: str) -> object:
    """
    Parse one line.

    Raises:
        InvalidInput: It is no JSON.
    """
    if line is None:
        problem = Problem(what=f"the line has more than {_LIMIT:,} bytes", hint="write one payload a line", where=where)
        raise InvalidInput(subject=where, problems=(problem,))
    return parsed_line(line, where, depth=DEPTH_LIMIT)


def nobody_reads() -> bool:
    """
    Say whether whoever read standard output has gone; where that cannot be asked, it shows with the next answer.
    """
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
    except (AttributeError, OSError):  # no such question on this system, or output that is no file
        return False
    return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, event in poll.poll(0))
