"""
Progress on long input: a line on standard error, where somebody looks at it and nothing else is printed.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

if TYPE_CHECKING:
    from rich.live import Live

T = TypeVar("T")

#: Seconds of work after which something is shown.
PATIENCE: Final = 1.0
#: Things done between two looks at the clock.
STRIDE: Final = 256


class Progress:
    """
    Says what is being done once it takes a while; it says nothing where standard error is no terminal.

    Args:
        quiet: Whether to say nothing anyway.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._speaks = sys.stderr.isatty() and not quiet
        self._since = time.monotonic()
        self._line: Live | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def say(self, what: str) -> None:
        """
        Say what is being done.
        """
        if not self._speaks or time.monotonic() - self._since < PATIENCE:
            return
        from rich.spinner import Spinner

        if self._line is None:
            from rich.console import Console
            from rich.live import Live

            # Left to itself, rich would catch standard output as well and print it where this line is.
            self._line = Live(console=Console(stderr=True), transient=True, redirect_stdout=False)
            self._line.start()
        self._line.update(Spinner("dots", what))

    def counting(self, things: Iterable[T]) -> Iterator[T]:
        """
        Give the things, and say how many it has been.
        """
        for number, thing in enumerate(things, 1):
            yield thing
            if not number % STRIDE:
                self.say(f"{number:,} updates")

    def stop(self) -> None:
        """
        Take the line away.
        """
        self._speaks = False
        if self._line is not None:
            self._line.stop()
