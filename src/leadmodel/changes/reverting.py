"""
Taking changes back: one verb for everything.

Reverting restores the fields that the changes set, and leaves alone what only keeps books. It is refused where a record
has changed since in any other way: then it says which, and how.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import cast

import attrs

from leadmodel.changes.change import Cause, Changes, Updated, differing
from leadmodel.changes.verbs import stamped
from leadmodel.entities import Entity, facts_of
from leadmodel.errors import CannotRevert, InvalidValue, Problem
from leadmodel.values import Ref
from leadmodel.values.instants import instant_fault


def revert(changes: Changes, current: Mapping[Ref, Entity], *, at: datetime, by: str | None = None) -> Changes:
    """
    Take changes back, against the records as they are today. Effects cannot be taken back; they stand in the changes.

    Args:
        changes: What was applied.
        current: Today's records by reference; only those that the changes name are asked for.
        at: When it happens; aware.
        by: The user who does it.

    Raises:
        InvalidValue: The instant is naive.
        CannotRevert: Records have changed since; all of them are named, with the fields.
    """
    if fault := instant_fault(at):
        raise InvalidValue(subject="revert", problems=(Problem(what=f"{at} {fault}", field="at", value=at),))
    problems = [problem for before, after in changes.pairs() for problem in _obstacles(before, after, current)]
    if problems:
        raise CannotRevert(problems=tuple(problems))
    at = at.astimezone(UTC)
    return Changes(
        created=[attrs.evolve(record, version=record.version + 1) for record in changes.deleted],
        updated=[
            Updated(now, _restored(now, update.before, at))
            for update in changes.updated
            for now in (current[update.after.ref],)
            if differing(update.before, now, bookkeeping=False)
        ],
        deleted=[current[record.ref] for record in changes.created],
        cause=Cause(at=at, by=by),
    )


def _obstacles(before: Entity | None, after: Entity | None, current: Mapping[Ref, Entity]) -> Iterator[Problem]:
    ref = cast("Entity", after or before).ref
    now = current.get(ref)
    if after is None:
        if now is not None:
            yield Problem(what="it is there again", hint="rename or delete it first", where=str(ref))
    elif now is None:
        yield Problem(what="it is gone", hint="revert what deleted it first", where=str(ref))
    else:
        for name in differing(after, now, bookkeeping=False):
            yield Problem(
                what="it has changed since", hint="revert that change first", where=str(ref), field=name,
                value=getattr(now, name),
            )  # fmt: skip


def _restored(now: Entity, before: Entity, at: datetime) -> Entity:
    fields = {name: getattr(before, name) for name, facts in facts_of(type(now)).items() if not facts.bookkeeping}
    return stamped(attrs.evolve(now, **fields), now, at)
