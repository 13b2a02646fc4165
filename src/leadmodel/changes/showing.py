"""
How changes are shown: what a person reads before saying yes.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leadmodel.display import counted, one_line

if TYPE_CHECKING:
    from leadmodel.changes.change import Changes

_SHOWN = 60


def change_text(changes: "Changes") -> str:
    """
    Say in lines what changes: `+` a record that is created, `~` one that is updated, field by field, `-` one that goes.
    """
    if not changes:
        return "no changes"
    lines = [counted(len(changes.created) + len(changes.updated) + len(changes.deleted), "change")]
    lines += [f"+ {record}" for record in changes.created]
    for update in changes.updated:
        lines.append(f"~ {update.after}")
        lines += [f"    {c.field}: {_shown(c.before)} → {_shown(c.after)}" for c in update.difference]
    lines += [f"- {record}" for record in changes.deleted]
    lines += [f"  {gone} is merged into {survivor}" for gone, survivor in changes.merged]
    lines += [f"! {effect.kind} {effect.key}" for effect in changes.effects]
    return "\n".join(lines)


def change_rows(changes: "Changes") -> Iterator[tuple[object, ...]]:
    """
    Give the rows of a table: record, field, before, after.
    """
    for record in changes.created:
        yield record, "", "", "created"
    for update in changes.updated:
        for change in update.difference:
            yield update.after, change.field.replace("_", " "), _shown(change.before), _shown(change.after)
    for record in changes.deleted:
        yield record, "", "deleted", ""
    for gone, survivor in changes.merged:
        yield gone, "", "merged into", survivor
    for effect in changes.effects:
        yield effect.key, "", "", effect.kind


def _shown(value: object) -> str:
    if value is None or value in ("", (), frozenset()):
        return "–"
    if isinstance(value, (tuple, frozenset)):
        text = ", ".join(sorted(map(str, value)) if isinstance(value, frozenset) else map(str, value))
    else:
        text = str(value)
    text = one_line(text)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
