"""The command as a user runs it: in a pipe, on a terminal, or within this process."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Final

import attrs
import pytest

from leadmodel.cli import main

COMMAND: Final = (sys.executable, "-m", "leadmodel")
_STEERING: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def matrix(text: str) -> dict[tuple[str, str], str]:
    """Read a printed matrix: its cells by what stands at the side and at the top."""
    head, _, *rows = (re.split(r"\s{2,}", line) for line in text.splitlines())
    return {(row[0], column): cell for row in rows for column, cell in zip(head[1:], row[1:], strict=True)}


@attrs.frozen
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


def in_a_pipe(*arguments: str | Path, given: str = "", **environment: str) -> Done:
    """Run the real command with its output in pipes."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=given.encode(),
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def on_a_terminal(*arguments: str | Path, columns: int = 80, **environment: str) -> Done:
    """Run the real command on a terminal of so many columns; its standard error is the terminal as well."""
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    child = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdin=there, stdout=there, stderr=there,
        env=kept | {"TERM": "xterm-256color"} | environment,
    )  # fmt: skip
    os.close(there)
    said = shown_on(here)
    os.close(here)
    return Done(child.wait(), said.replace("\r\n", "\n"), "")


def shown_on(terminal: int) -> str:
    """Read all that a terminal shows, until nobody writes to it any more."""
    said = b""
    while chunk := _read(terminal):
        said += chunk
    return said.decode()


def _read(terminal: int) -> bytes:
    """Read what a terminal shows; on Linux the end is an error."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


def without_colours(text: str) -> str:
    """Give what a reader sees of a text with colours."""
    return _STEERING.sub("", text)


@attrs.frozen
class Here:
    """Runs the command within this process."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path) -> Done:
        """Run it, and give what it said."""
        self.capture.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        said = self.capture.readouterr()
        return Done(int(left.value.code or 0), said.out, said.err)


def heard() -> None:
    """Let a child hear Ctrl-C, also where whoever started the tests does not: in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def unwatched() -> dict[str, str]:
    """Give the environment of a child that is not measured: a signal may come in the middle of measuring."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
