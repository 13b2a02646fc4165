"""
`leadmodel history` and `leadmodel log`: what has happened to a record, and what was written last.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import click

from leadmodel.changes import Cause, Changes
from leadmodel.cli.kinds import with_type
from leadmodel.cli.printing import say, table
from leadmodel.cli.stores import Place, opened, stored
from leadmodel.cli.telling import instant_text, print_changes, value_text
from leadmodel.display import counted, fitted, plural
from leadmodel.entities import Entity
from leadmodel.errors import NotOnRecord
from leadmodel.ports import Commit, Entry
from leadmodel.values import Ref, type_name

if TYPE_CHECKING:
    from leadmodel.stores import SqlStore

#: Columns of a value before or after a change.
_VALUE: Final = 40
_HEADERS: Final = ("position", "when", "who", "what", "from", "to")


@click.command(
    short_help="Show what has happened to a record.",
    epilog="""\b
TYPE is lead, contact, account, deal, social-update, activity, task or note.
\b
Examples:
  leadmodel history lead l1 --store crm.db
  leadmodel history deal d1 --json --store crm.db
""",
)
@with_type
@click.argument("record_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each entry.")
@stored
def history(place: Place, which: type[Entity], record_id: str, *, as_json: bool) -> None:
    """
    Show who has changed a record, when, and which fields from what to what.
    """
    ref = Ref(which, record_id)
    with opened(place, read_only=True) as store:
        entries = store.history(ref)
        survivor = store.resolve(ref)
    if not entries:
        raise NotOnRecord(ref=ref, hint=f"leadmodel find {type_name(which).replace(' ', '-')} lists what there is")
    if as_json:
        for entry in entries:
            say(json.dumps(_facts(entry)))
        return
    table(f"history of {ref}", _HEADERS, [row for entry in entries for row in _rows(entry)])
    if survivor != ref:
        say(f"it was merged into {survivor}")


def _rows(entry: Entry) -> Iterator[tuple[object, ...]]:
    """
    Give the rows of an entry: what happened, or each field that changed.
    """
    head: tuple[object, ...] = (entry.position, *_who(entry))
    if entry.verb != "updated":
        yield *head, entry.verb, "", ""
        return
    for change in entry.difference:
        values = (fitted(value_text(value), _VALUE) or "–" for value in (change.before, change.after))
        yield *head, change.field.replace("_", " "), *values
        head = ("", "", "")


def _who(each: Entry | Commit) -> tuple[str, str]:
    """
    Say when something happened, as far as it says so itself, and who did it.
    """
    cause = each.cause if isinstance(each, Entry) else each.changes.cause
    return instant_text(cause.at if cause else each.recorded_at), (cause.by if cause else None) or "–"


def _facts(entry: Entry) -> Mapping[str, Any]:
    from leadmodel.codec import to_plain

    before, after = (to_plain(record) if record else None for record in (entry.before, entry.after))
    changed = [change.field for change in entry.difference]
    changes = [
        {"field": field, "before": (before or {}).get(field), "after": (after or {}).get(field)} for field in changed
    ]
    return {
        "position": entry.position,
        "recorded_at": entry.recorded_at.isoformat(),
        **_reasons(entry.cause),
        "verb": entry.verb,
        **({"changes": changes} if entry.verb == "updated" else {"record": after or before} if after or before else {}),
    }


def _reasons(cause: Cause | None) -> Mapping[str, Any]:
    if cause is None:
        return {"at": None, "by": None, "rules": []}
    return {"at": cause.at.isoformat(), "by": cause.by, "rules": list(cause.rules)}


@click.command(
    short_help="Show what was written last, and where.",
    epilog="""\b
Every line has a position: leadmodel undo POSITION takes it back.
\b
Examples:
  leadmodel log --store crm.db                what was written last
  leadmodel log 7 --store crm.db              all that changed at one position
  leadmodel log --json --limit 5 --store crm.db
""",
)
@click.argument("position", type=int, required=False, metavar="[POSITION]")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N",
              help="The most positions to show.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each position.")
@stored
def log(place: Place, position: int | None, *, limit: int, as_json: bool) -> None:
    """
    Show the last things that were written, the newest first; or all that changed at one POSITION.
    """
    with opened(place, read_only=True) as store:
        commits = _last(store, limit) if position is None else _at(store, position)
    if as_json:
        for commit in commits:
            say(json.dumps(_commit_facts(commit, whole=position is not None)))
        return
    rows = [(commit.position, *_who(commit), _brief(commit.changes)) for commit in commits]
    table("the log", _HEADERS[:4], rows) if rows else say("nothing was written yet")
    if position is not None:
        print_changes(commits[0].changes)


def _at(store: "SqlStore", position: int) -> list[Commit]:
    """
    Give the commit at a position.

    Raises:
        UnknownName: There is none.
    """
    store.changes(position)
    return [*store.log(after=position - 1, limit=1)]


def _last(store: "SqlStore", limit: int) -> list[Commit]:
    """
    Give the last commits, the newest first.
    """
    end = _end(store, limit) if _is_there(store, limit + 1) else limit
    return [*store.log(after=end - limit)][::-1]


def _end(store: "SqlStore", known: int) -> int:
    """
    Find the last position beyond one that is known: positions have no gaps, so halving finds it.
    """
    end, step = known, 1
    while _is_there(store, end + step):
        end, step = end + step, step * 2
    while step > 1:
        step //= 2
        end += step if _is_there(store, end + step) else 0
    return end


def _is_there(store: "SqlStore", position: int) -> bool:
    return next(store.log(after=position - 1, limit=1), None) is not None


def _brief(changes: Changes) -> str:
    """
    Say in a few words what changed: the record if it was one, numbers if there were several.
    """
    kinds = (
        ("created", changes.created),
        ("updated", tuple(update.after for update in changes.updated)),
        ("deleted", changes.deleted),
    )
    told = [f"{verb} {_those(records)}" for verb, records in kinds if records]
    told += [f"forgotten {_named(changes.erased)}"] if changes.erased else []
    told += [counted(len(changes.effects), "effect")] if changes.effects else []
    return "; ".join(told) or "nothing"


def _those(records: Sequence[Entity]) -> str:
    return str(records[0]) if len(records) == 1 else _numbers(map(type, records))


def _named(refs: Sequence[Ref]) -> str:
    return str(refs[0]) if len(refs) == 1 else _numbers(ref.type for ref in refs)


def _numbers(types: Iterable[type[object]]) -> str:
    numbers = Counter(map(type_name, types))
    return ", ".join(counted(number, word, plural(word)) for word, number in numbers.items())


def _commit_facts(commit: Commit, *, whole: bool) -> Mapping[str, Any]:
    from leadmodel.codec import changes_to_json

    changes = commit.changes
    numbers = {name: len(getattr(changes, name)) for name in ("created", "updated", "deleted", "erased", "effects")}
    return {
        "position": commit.position,
        "recorded_at": commit.recorded_at.isoformat(),
        **_reasons(changes.cause),
        **(json.loads(changes_to_json(attrs.evolve(changes, cause=None))) if whole else numbers),
    }
