"""
How changes are shown: what a person reads before saying yes.
"""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from leadmodel.display import ROWS_SHOWN, counted, html_table, one_line

if TYPE_CHECKING:
    from leadmodel.changes.change import Changes
    from leadmodel.changes.parts import FieldChange, Updated

#: One row of the table that a notebook shows.
Row: TypeAlias = tuple[object, ...]

_HEADERS = ("record", "field", "before", "after")

#: Characters of a value that stands beside another one in a line, in a cell, and of members that stand alone.
_SHOWN, _SHOWN_IN_CELL, _SHOWN_ALONE = 60, 240, 120


def change_text(changes: "Changes") -> str:
    """
    Say in lines what changes: `+` a record that is created, `~` one that is updated, field by field, `-` one that goes.

    Of one that is forgotten, its reference is all there is to say.
    """
    if not changes:
        return "no changes"
    lines = [counted(sum(map(len, _named(changes))), "change")]
    lines += [f"+ {record}" for record in changes.created]
    for update in changes.updated:
        lines.append(f"~ {update.after}")
        lines += [f"    {c.field}: {_difference(c)}" for c in update.difference]
    lines += [f"- {record}" for record in changes.deleted]
    lines += [f"- {ref}, forgotten" for ref in changes.erased]
    lines += [f"  {gone} is merged into {survivor}" for gone, survivor in changes.merged]
    lines += [f"! {effect.kind} {effect.key}" for effect in changes.effects]
    return "\n".join(lines)


def change_html(changes: "Changes") -> str:
    """
    Give the same as a table for a notebook: a row for each field that changes.
    """
    rows: list[Row] = []
    told = 0
    for entry in islice(_entries(changes), ROWS_SHOWN):
        rows += entry
        told += 1
        if len(rows) >= ROWS_SHOWN:
            break
    left = len(changes.merged) + len(changes.effects) + sum(map(len, _named(changes))) - told
    return html_table(_HEADERS, rows, caption=counts(changes), of=len(rows) + left, limit=len(rows))


def counts(changes: "Changes") -> str:
    """
    Say how many records are created, updated, deleted and forgotten.
    """
    told = zip(_named(changes), ("created", "updated", "deleted", "forgotten"), strict=True)
    numbers = [f"{len(records):,} {word}" for records, word in told if records]
    if changes.effects:
        numbers.append(counted(len(changes.effects), "effect"))
    return ", ".join(numbers) or "no changes"


def _named(changes: "Changes") -> tuple[Collection[object], ...]:
    return changes.created, changes.updated, changes.deleted, changes.erased


def _entries(changes: "Changes") -> Iterator[list[Row]]:
    """
    Give the rows of each record, and of each effect: record, field, before, after.
    """
    for record in changes.created:
        yield [(record, "", "", "created")]
    for update in changes.updated:
        yield list(_update_rows(update)) or [(update.after, "", "", "updated")]
    for record in changes.deleted:
        yield [(record, "", "deleted", "")]
    for ref in changes.erased:
        yield [(ref, "", "forgotten", "")]
    for gone, survivor in changes.merged:
        yield [(gone, "", "merged into", survivor)]
    for effect in changes.effects:
        yield [(effect.key, "", "", effect.kind)]


def _update_rows(update: "Updated") -> Iterator[Row]:
    for change in update.difference:
        alone = (_shown(each, _SHOWN_IN_CELL) for each in (change.before, change.after))
        before, after = _turned_over(change) or alone
        yield update.after, change.field.replace("_", " "), before, after


def _difference(change: "FieldChange") -> str:
    """
    Say how a field changes: what comes to a collection and what leaves it, or the whole value before and after.
    """
    members = _turned_over(change)
    return " ".join(filter(None, members)) if members else f"{_shown(change.before)} → {_shown(change.after)}"


def _turned_over(change: "FieldChange") -> tuple[str, str] | None:
    """
    Give the members that leave a collection and those that come to it, each with a sign before them.

    None stands for a change that this would not tell: of no collection, of all of its members, or of their order.
    """
    before, after = change.before, change.after
    if not isinstance(before, (tuple, frozenset)) or not isinstance(after, type(before)):
        return None
    kind, old, new = type(before), frozenset(before), frozenset(after)
    gone, come = kind(each for each in before if each not in new), kind(each for each in after if each not in old)
    kept = kind(each for each in before if each in new)
    if (gone and come and not kept) or kept != kind(each for each in after if each in old):
        return None
    return _signed("-", gone), _signed("+", come)


def _signed(sign: str, members: Collection[object]) -> str:
    return f"{sign} {_shown(members, _SHOWN_ALONE)}" if members else ""


def _shown(value: object, limit: int = _SHOWN) -> str:
    if value is None or value in ("", (), frozenset()):
        return "–"
    text = one_line(_listed(value) if isinstance(value, (tuple, frozenset)) else str(value))
    return text if len(text) <= limit else f"{text[:limit]}…"


def _listed(members: tuple[object, ...] | frozenset[object]) -> str:
    texts = sorted(map(str, members)) if isinstance(members, frozenset) else list(map(str, members))
    return ("; " if any(", " in text for text in texts) else ", ").join(texts)
