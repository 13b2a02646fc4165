"""
What was made of things that come again, for as long as it may be wanted.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def _itself(thing: object) -> object:
    return thing


class Remembered(Generic[T]):
    """
    What a function makes of things, made once for each; when there are too many, all are forgotten.

    Things are told apart by the object: whether two say the same takes longer to tell than many a thing takes to make.

    Args:
        make: Makes it.
        most: How many are remembered.
        part: Gives the part of a thing that decides, where things share one.
    """

    def __init__(self, make: Callable[[Any], T], most: int, part: Callable[[Any], object] = _itself) -> None:
        self._make, self._most, self._part = make, most, part
        self._made: dict[int, tuple[object, T]] = {}

    def of(self, thing: object) -> T:
        """
        Give what was made of a thing.
        """
        part = self._part(thing)
        made = self._made.get(id(part))
        if made is None:
            if len(self._made) >= self._most:
                self._made.clear()
            made = self._made[id(part)] = (part, self._make(thing))  # kept with it, so that no other takes its id
        return made[1]
