"""
Threads: somebody else who works beside a test.
"""

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar, cast

T = TypeVar("T")

#: Seconds that a test gives somebody else who may have to wait for it: only a store that lets them in is that fast.
SHORT: Final = 0.1
#: Seconds after which somebody is taken to wait for ever.
LONG: Final = 60.0


class Beside(Generic[T]):
    """
    A function that runs in another thread from now on.
    """

    def __init__(self, run: Callable[[], T]) -> None:
        self._run = run
        self._given: T | None = None
        self._raised: BaseException | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._given = self._run()
        except BaseException as error:  # noqa: BLE001  (it is raised where the result is asked for)
            self._raised = error

    def wait(self, seconds: float = SHORT) -> None:
        """
        Let it work for a while, or until it is done.
        """
        self._thread.join(seconds)

    def result(self) -> T:
        """
        Give what it came to, or raise what it raised.
        """
        self._thread.join(LONG)
        assert not self._thread.is_alive(), f"another thread still waits after {LONG:.0f} seconds"
        if self._raised is not None:
            raise self._raised
        return cast("T", self._given)
