"""
Purity proven by running: a pytest plugin that refuses every impure call of the core while a test body runs.

`python -m pytest -p tests.purity_plugin tests/test_values.py` fails each test in whose body the core reads a clock,
a random source, the environment, a file or the network, prints, logs or starts something.

Two witnesses are asked, since neither sees everything: the profile function of the interpreter sees each call,
those of C functions included (clocks, randomness, the environment);
the audit events see what leaves the process (files, sockets, commands).
A call is the core's when the first frame outside the standard library, seen from the call, lies in the core:
tests, pytest and Hypothesis may look at the clock, and the core may not hide behind a helper of the standard library.
Loading a module reads a file as well; that is Python's doing and allowed: the syntax tree says what may be imported.
"""

import random
import sys
import sysconfig
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from types import FrameType
from typing import Any, Final

import pytest

from tests.house import core_files, core_rooms

#: C functions that no pure function calls, by the module that they say they are from; None: all of them.
IMPURE_C: Final[dict[str, frozenset[str] | None]] = {
    "_io": None,
    "_socket": None,
    "_sqlite3": None,
    "_uuid": None,
    "builtins": frozenset({"breakpoint", "input", "print"}),
    "io": None,
    "nt": None,
    "posix": None,
    "time": None,
}

#: Functions written in Python that no pure function calls, by module.
IMPURE_PYTHON: Final[dict[str, frozenset[str] | None]] = {
    "logging": None,
    "os": None,
    "pathlib": None,
    "random": None,
    "secrets": None,
    "socket": None,
    "subprocess": None,
    "tempfile": None,
    "uuid": frozenset({"getnode", "uuid1", "uuid4"}),
}

#: Class methods of dates and of date-times that look at the clock.
CLOCKS: Final = frozenset({"now", "today", "utcnow"})

#: Audit events that mean leaving the process, by their first word.
LEAVING: Final = frozenset(
    {"ftplib", "glob", "http", "mmap", "open", "os", "shutil", "smtplib", "socket", "sqlite3", "subprocess", "tempfile"}
)

_STANDARD: Final = tuple({sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")})
# Read once, before anybody watches: looking for files while an event of files is heard would never end.
_CORE: Final = frozenset(map(str, core_files()))
_GENERATED: Final = tuple(f" leadmodel.{room}." for room in core_rooms())
_INSTALLED: Final = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})


class ImpureCallError(Exception):
    """The core did what only the rooms above it may do."""


class Watch:
    """What is seen of the core between `start` and `stop`: one line for each impure call in `found`."""

    def __init__(self, is_core: Callable[[str], bool]) -> None:
        self.is_core = is_core
        self.found: list[str] = []

    def profile(self, frame: FrameType, event: str, argument: Any) -> None:  # noqa: ANN401  (what the interpreter gives)
        """Look at one call; the interpreter calls this, a million times in some tests."""
        if event == "c_call":
            # Most calls are made by others, which is seen at once.
            caller = frame.f_code.co_filename
            if (self.is_core(caller) or _is_standard(caller)) and _is_impure_c(argument):
                self._note(argument.__qualname__, frame)
        elif event == "call":
            names = IMPURE_PYTHON.get(frame.f_globals.get("__name__", ""), frozenset())
            if names is None or frame.f_code.co_name in names:
                self._note(f"{frame.f_globals['__name__']}.{frame.f_code.co_name}", frame.f_back)

    def audit(self, event: str) -> None:
        """Look at one audit event."""
        if event.partition(".")[0] in LEAVING:
            self._note(event, sys._getframe(2))

    def _note(self, what: str, frame: FrameType | None) -> None:
        """Write the call down if the core is behind it."""
        culprit = self._culprit(frame)
        if culprit is not None:
            self.found.append(f"{what} was called at {culprit.f_code.co_filename}:{culprit.f_lineno}")

    def _culprit(self, frame: FrameType | None) -> FrameType | None:
        """Find the frame of the core behind a call, or None where somebody else made it."""
        while frame is not None:
            name = frame.f_code.co_filename
            if self.is_core(name):
                return frame
            if name.startswith("<frozen importlib") or not _is_standard(name):
                return None
            frame = frame.f_back
        return None


def _is_impure_c(function: Any) -> bool:  # noqa: ANN401  (any C function)
    """Tell whether a C function is one that no pure function calls."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, type):
        return issubclass(owner, date) and function.__name__ in CLOCKS
    if isinstance(owner, random.Random):
        return True
    names = IMPURE_C.get(getattr(function, "__module__", None) or "", frozenset())
    return names is None or function.__name__ in names


@cache
def _is_standard(filename: str) -> bool:
    """Tell whether a code file belongs to the standard library."""
    return filename.startswith("<frozen ") or (filename.startswith(_STANDARD) and not filename.startswith(_INSTALLED))


@cache
def is_core(filename: str) -> bool:
    """Tell whether a code file is the core's; what attrs generates for its classes is."""
    if filename.startswith("<attrs generated"):
        return any(room in filename for room in _GENERATED)
    return filename in _CORE


_watches: Final[list[Watch]] = []


def _hear(event: str, _arguments: tuple[object, ...]) -> None:
    """Pass an audit event to whoever watches; an audit hook cannot be taken out again."""
    if _watches:
        _watches[-1].audit(event)


sys.addaudithook(_hear)


@contextmanager
def watching(is_core: Callable[[str], bool] = is_core) -> Iterator[Watch]:
    """Watch the core while the body of the `with` statement runs."""
    watch = Watch(is_core)
    _watches.append(watch)
    former = sys.getprofile()
    sys.setprofile(watch.profile)
    try:
        yield watch
    finally:
        sys.setprofile(former)
        _watches.pop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """Fail a test in whose body the core made an impure call."""
    with watching() as watch:
        result = yield
    if watch.found:
        raise ImpureCallError("the core must be pure:\n" + "\n".join(dict.fromkeys(watch.found)))
    return result
