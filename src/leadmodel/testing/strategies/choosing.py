"""
Choosing among what is at hand.

To make a strategy costs more than to draw from it, and a world chooses a hundred times, each time among other things.
So what is drawn is a place, from a strategy that is made once for each number of places.
"""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

T = TypeVar("T")


def pick(draw: DrawFn, options: Sequence[T]) -> T:
    """
    Draw one of several. Shrinks to the first.
    """
    return options[draw(places(len(options)))]


def pick_some(draw: DrawFn, options: Sequence[T], *, max_size: int = 2) -> list[T]:
    """
    Draw a few of several, repetition allowed. Shrinks to none.
    """
    return [options[place] for place in draw(_several(len(options), max_size))]


@cache
def places(count: int) -> SearchStrategy[int]:
    """
    Give the whole numbers below a count.
    """
    return st.integers(0, count - 1)


@cache
def _several(count: int, max_size: int) -> SearchStrategy[list[int]]:
    return st.lists(places(count), max_size=max_size)
