"""
Processes of the tests' own: forked from here, where everything is imported, let go together, and killed where asked.

A child tells its parent what it has done, line by line. It is not measured, and ends without tidying up.
"""

import contextlib
import gc
import json
import os
import select
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from coverage import Coverage

#: Seconds after which a child that tells nothing counts as stuck.
PATIENCE: Final = 120.0
_PIECE: Final = 65_536
#: So much of the story of a failure is told: as much as a pipe takes at once.
_STORY: Final = 3_000

#: Tells the parent something that can be written as JSON.
Tell: TypeAlias = Callable[[object], None]
#: What a child does.
Work: TypeAlias = Callable[[Tell], object]


class Child:
    """
    A process that works for a test.

    Args:
        work: What it does; it is given what tells the parent.
        gate: It waits until nobody can write here any more.
        opened: The other end of the gate.
    """

    def __init__(self, work: Work, gate: int, opened: int) -> None:
        self._heard, told = os.pipe()
        self._rest = b""
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # of threads: they are the test runner's, and hold nothing
            self._process = os.fork()
        if self._process == 0:
            _live(work, told, gate, opened)
        os.close(told)

    def line(self) -> Any:  # noqa: ANN401  (what was told)
        """Give the next thing that the child tells; None: it has ended."""
        deadline = time.monotonic() + PATIENCE
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._heard], [], [], max(deadline - time.monotonic(), 0))
            assert ready, "a child is stuck"
            piece = os.read(self._heard, _PIECE)
            if not piece:
                assert not self._rest, "a child was cut off in the middle of a line"
                return None
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        kind, what = json.loads(line)
        assert kind == "told", what
        return what

    def lines(self) -> list[Any]:
        """Give everything that the child still tells, until it ends."""
        return list(iter(self.line, None))

    def kill(self) -> None:
        """Kill the child, as nobody could keep it from."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0

    def close(self) -> None:
        """End the child, and hear no more."""
        self.kill()
        with contextlib.suppress(OSError):
            os.close(self._heard)


def _live(work: Work, told: int, gate: int, opened: int) -> None:
    """Be the child: wait at the gate, work, and end."""

    def tell(what: object, kind: str = "told") -> None:
        os.write(told, json.dumps([kind, what]).encode() + b"\n")

    code = 1
    try:
        gc.disable()  # what the parent has left behind is the parent's to close
        if (measuring := Coverage.current()) is not None:
            measuring.stop()
        os.close(opened)
        os.read(gate, 1)
        work(tell)
        code = 0
    except BaseException:  # noqa: BLE001  (whatever it is, the parent is told)
        with contextlib.suppress(OSError):
            tell(traceback.format_exc()[-_STORY:], "failed")
    finally:
        os._exit(code)


@contextmanager
def children(*works: Work) -> Iterator[list[Child]]:
    """
    Start a child for each work, and let all of them go at the same instant; whoever is left at the end is killed.
    """
    gate, opened = os.pipe()
    born: list[Child] = []
    try:
        try:
            born += [Child(work, gate, opened) for work in works]
        finally:
            os.close(opened)
            os.close(gate)
        yield born
    finally:
        for child in born:
            child.close()
