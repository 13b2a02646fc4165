"""
How large a criterion may be, so that none exhausts whoever answers it (CRIT-9).
"""

from collections.abc import Iterator
from typing import Final

from leadmodel.errors import Problem

#: Levels of a tree; a condition is one.
LEVELS_LIMIT: Final = 64
#: Conditions of a tree.
LEAVES_LIMIT: Final = 500
#: Operands of all conditions together.
OPERANDS_LIMIT: Final = 10_000


def levels_problem(levels: str) -> Problem:
    """
    Say that a tree is too deep.
    """
    what = f"it is {levels} levels deep, and {LEVELS_LIMIT} is the limit"
    return Problem(what=what, hint="flatten it", rule="CRIT-9")


def leaves_problem(leaves: str) -> Problem:
    """
    Say that a tree has too many conditions.
    """
    what = f"there are {leaves} conditions, and {LEAVES_LIMIT} is the limit"
    return Problem(what=what, hint="ask with in or has_any, which take many operands", rule="CRIT-9")


def operands_problem(operands: str) -> Problem:
    """
    Say that there are too many operands.
    """
    what = f"there are {operands} operands, and {OPERANDS_LIMIT:,} is the limit"
    return Problem(what=what, hint="ask about something that they have in common", rule="CRIT-9")


def size_problems(levels: int, leaves: int, operands: int) -> Iterator[Problem]:
    """
    Say which of the limits a tree exceeds.
    """
    if levels > LEVELS_LIMIT:
        yield levels_problem(str(levels))
    if leaves > LEAVES_LIMIT:
        yield leaves_problem(f"{leaves:,}")
    if operands > OPERANDS_LIMIT:
        yield operands_problem(f"{operands:,}")
