"""
Telling what a command has written: what changed, where it stands in the log, and how to take it back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from leadmodel.changes import Changes
from leadmodel.cli.printing import note, say
from leadmodel.cli.stores import Place
from leadmodel.crm import Done
from leadmodel.display import one_line

#: Lines about changes that are printed; more are counted.
_LINES: Final = 60


def tell(done: Done, place: Place, *, dry_run: bool) -> None:
    """
    Print what a verb has done, or would do.
    """
    print_changes(done.changes)
    if dry_run:
        note("a dry run: nothing was written")
    elif done.position is not None:
        note(written_at([done.position], place))


def print_changes(changes: Changes) -> None:
    """
    Print changes for people; of very many, the first.
    """
    lines = str(changes).split("\n")
    for line in lines[:_LINES]:
        say(one_line(line))
    if len(lines) > _LINES:
        say(f"… and {len(lines) - _LINES:,} lines more")


def written_at(positions: Sequence[int], place: Place) -> str:
    """
    Say where something stands in the log, and how to take it back: the last first.
    """
    command = " && ".join(
        " ".join(filter(None, ("leadmodel undo", str(position), place.options))) for position in reversed(positions)
    )
    return f"written at {_named(positions)}; to take it back: {command}"


def _named(positions: Sequence[int]) -> str:
    if len(positions) == 1:
        return f"position {positions[0]:,}"
    return f"positions {positions[0]:,} to {positions[-1]:,}"


def instant_text(moment: datetime | None) -> str:
    """
    Write an instant for people, in UTC; "" where there is none.
    """
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def members(value: object) -> Iterable[object]:
    """
    Give the members of a collection in an order that stays; any other value alone, and nothing of none.
    """
    if isinstance(value, frozenset):
        return sorted(value, key=str)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def value_text(value: object) -> str:
    """
    Write the value of a field for people.
    """
    return "; ".join(instant_text(each) if isinstance(each, datetime) else str(each) for each in members(value))
