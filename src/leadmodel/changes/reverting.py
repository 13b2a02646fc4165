"""
Taking changes back: one verb for everything.

Reverting restores the fields that the changes set, and leaves alone what only keeps books. It is refused where a record
has changed since in any other way, or where another record refers by now to one that would go: the refusal says which,
and how, and offers what could be taken back all the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeAlias, cast

import attrs

from leadmodel.changes.change import Changes, Pair, forgotten
from leadmodel.changes.parts import Cause, Updated, cause_problems, differing
from leadmodel.changes.verbs import next_version, stamped
from leadmodel.entities import Entity, facts_of, references
from leadmodel.errors import CannotRevert, InvalidValue, Problem
from leadmodel.values import Ref

#: Gives the records that refer to a record.
Referring: TypeAlias = Callable[[Ref], Iterable[Entity]]


def revert(
    changes: Changes,
    current: Mapping[Ref, Entity],
    *,
    at: datetime,
    by: str | None = None,
    referring: Referring | None = None,
) -> Changes:
    """
    Take changes back, against the records as they are today. Effects cannot be taken back; they stand in the changes.

    Args:
        changes: What was applied.
        current: Today's records by reference; only those that the changes name are asked for.
        at: When it happens; aware.
        by: The user who does it.
        referring: Gives the records that refer to a record, such as `directory.referring`; without it, nobody asks
            whether a record that would go is needed by now.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        CannotRevert: Records have changed since, are referred to, or were forgotten; all of them are named, with the
            fields. The error's `partial` takes back what can be taken back all the same; nothing does that unasked.

    Rule:
        CONV-11, LIFE-2.
    """
    if wrong := tuple(cause_problems(at, by)):
        raise InvalidValue(subject="revert", problems=wrong)
    cause = Cause(at=at.astimezone(UTC), by=by)
    pairs = list(changes.pairs())
    problems = {_ref(pair): found for pair in pairs if (found := list(_obstacles(pair, current)))}
    problems |= {ref: [forgotten(ref)] for ref in changes.erased}
    if referring is not None:
        _needed(pairs, problems, referring)
    free = [pair for pair in pairs if _ref(pair) not in problems]
    if problems:
        told = tuple(problem for found in problems.values() for problem in found)
        raise CannotRevert(problems=told, partial=_back(free, current, cause) if free else None)
    return _back(free, current, cause)


def _back(pairs: Iterable[Pair], current: Mapping[Ref, Entity], cause: Cause) -> Changes:
    """
    Give the changes that take pairs back against which nothing stands.
    """
    created, updated, deleted = [], [], []
    for before, after in pairs:
        now = current.get(_ref((before, after)))
        if before is None:
            deleted.append(cast("Entity", now))
        elif now is None:
            created.append(attrs.evolve(before, version=next_version(before)))
        elif differing(before, now, bookkeeping=False):
            updated.append(Updated(now, _restored(now, before, cause.at)))
    return Changes(created=created, updated=updated, deleted=deleted, cause=cause)


def _ref(pair: Pair) -> Ref:
    before, after = pair
    return cast("Entity", after or before).ref


def _obstacles(pair: Pair, current: Mapping[Ref, Entity]) -> Iterator[Problem]:
    """
    Say how a record has changed since.
    """
    _, after = pair
    ref = _ref(pair)
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


def _needed(pairs: Iterable[Pair], problems: dict[Ref, list[Problem]], referring: Referring) -> None:
    """
    Find the records that cannot go because another one refers to them, which stays or will refer to them again.

    Whoever stays may need others to stay, so this goes on until nothing is added.
    """
    born = dict.fromkeys(_ref(pair) for pair in pairs if pair[0] is None)
    restored = {_ref(pair): pair[0] for pair in pairs if pair[0] is not None and pair[1] is not None}
    staying, told = set(problems), set[tuple[Ref, Ref]]()
    waiting = list(born)
    while waiting:
        ref = waiting.pop()
        for other in sorted(referring(ref), key=lambda record: str(record.ref)):
            before = restored.get(other.ref)
            moves = other.ref not in staying
            goes = moves and other.ref in born
            lets_go = moves and before is not None and not refers(before, ref)
            if not goes and not lets_go and (ref, other.ref) not in told:
                told.add((ref, other.ref))
                what, hint = f"{other.ref} refers to it", "change or delete that first"
                problems.setdefault(ref, []).append(Problem(what=what, hint=hint, where=str(ref), value=other.ref))
        if ref in problems and ref not in staying:
            staying.add(ref)
            waiting += born  # what stays may refer to them


def refers(record: Entity, ref: Ref) -> bool:
    """
    Say whether a record refers to another one.
    """
    return ref in references(record)


def _restored(now: Entity, before: Entity, at: datetime) -> Entity:
    fields = {name: getattr(before, name) for name, facts in facts_of(type(now)).items() if not facts.bookkeeping}
    return stamped(attrs.evolve(now, **fields), now, at)
