"""
Applying: what every store has to decide alike before it writes, whatever it writes into.

Rule:
    S-1, S-2, S-18, LIFE-2.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeAlias, cast

import attrs

from leadmodel.changes import Changes, Effect, Updated
from leadmodel.changes.forgetting import as_deletions
from leadmodel.entities import Entity
from leadmodel.errors import Conflict, InvalidValue, Problem, UnknownName, shown
from leadmodel.values import Ref
from leadmodel.values.hydration import copied
from leadmodel.values.instants import instant_fault
from leadmodel.values.text import key_fault

#: Tells the time: what a store stamps its log with.
Clock: TypeAlias = Callable[[], datetime]


def utc_now() -> datetime:
    """
    Tell the time of the machine, in UTC.
    """
    return datetime.now(UTC)


def joined(changes: Changes | Iterable[Changes], key: object = None) -> Changes:
    """
    Give what is to be applied as one; several follow each other.

    Raises:
        InvalidValue: It is no changes, or the key is none.
        Conflict: A later one does not start where an earlier one ended.
    """
    if isinstance(changes, Changes):
        several: tuple[object, ...] = (changes,)
    else:
        several = tuple(changes) if isinstance(changes, Iterable) else (changes,)
    problems = [
        Problem(what=f"{shown(each)} is no changes", hint="pass what a verb gave", field="changes", value=each)
        for each in several
        if not isinstance(each, Changes)
    ]
    if key is not None and (fault := key_fault(key)):
        problems.append(Problem(what=f"the key {shown(key)} {fault}", field="key", value=key))
    if problems:
        raise InvalidValue(subject="apply", problems=tuple(problems))
    parts = [each for each in several if isinstance(each, Changes)]
    return parts[0] if len(parts) == 1 else Changes.of(*parts)


def settled(changes: Changes, there: Mapping[Ref, Entity], last: Mapping[Ref, int], *, keeps: bool = False) -> Changes:
    """
    Give changes as they are written: starting from what is there, with versions that only grow.

    Args:
        changes: What is to be applied.
        there: Those of its records that are there today.
        last: The last versions of those that were there and are gone.
        keeps: Whether the store keeps a past, and takes those that are forgotten out of it. For one that does not, to
            forget what is there is to delete it, and to forget anything else is nothing.

    Raises:
        Conflict: Records have another version than the changes start from, are there already, or are gone; all of them
            are named.
    """
    if not (there or last or changes.updated or changes.deleted or changes.erased):
        return changes  # records that were never there: the usual case of a load
    if conflicts := list(_conflicts(changes, there)):
        raise Conflict.of(conflicts)
    born = [_above(record, _version(record.ref, there, last)) for record in changes.created]
    whole = Changes(
        created=born if there or last else changes.created,
        updated=[_from_today(update, there[update.before.ref]) for update in changes.updated],
        deleted=[there[record.ref] for record in changes.deleted],
        erased=changes.erased,
        merged=changes.merged,
        effects=changes.effects,
        cause=changes.cause,
    )
    return whole if keeps or not changes.erased else as_deletions(whole, there)


def forgetting(changes: Changes, merged_into: Callable[[Collection[Ref]], Iterable[Ref]]) -> Changes:
    """
    Give changes that forget the records as well which were merged into those that they forget, as far as that goes.

    What else the changes say about these is gone, but for what they create: that is another record under the same id.

    Args:
        changes: Changes that have been settled.
        merged_into: Gives the records that were merged into any of some records before.
    """
    found, waiting = set(changes.erased), set(changes.erased)
    while waiting:
        now = {gone for gone, survivor in changes.merged if survivor in waiting}
        waiting = now.union(merged_into(waiting)) - found
        found |= waiting
    deleted = [record for record in changes.deleted if record.ref not in found]
    return attrs.evolve(changes, deleted=deleted, erased=found)


def without(changes: Changes, forgotten: Collection[Ref]) -> Changes:
    """
    Give changes as a log tells them once some of their records are forgotten: who they were is all that is left.

    Effects that tell of them lose their payload; those that name nobody tell of every record of the changes.
    """
    found = [ref for ref in changes.refs() if ref in forgotten]
    return attrs.evolve(
        changes,
        created=[record for record in changes.created if record.ref not in forgotten],
        updated=[update for update in changes.updated if update.before.ref not in forgotten],
        deleted=[record for record in changes.deleted if record.ref not in forgotten],
        erased=[*changes.erased, *found],
        effects=[
            effect.forgotten() if tells_of(effect, forgotten, touched=bool(found)) else effect
            for effect in changes.effects
        ],
    )


def tells_of(effect: Effect, refs: Collection[Ref], *, touched: bool) -> bool:
    """
    Say whether an effect tells of any of some records.

    Args:
        effect: The effect.
        refs: The records.
        touched: Whether one of them changes together with it.
    """
    return any(ref in refs for ref in effect.about) if effect.about else touched


def _version(ref: Ref, there: Mapping[Ref, Entity], last: Mapping[Ref, int]) -> int:
    return there[ref].version if ref in there else last.get(ref, -1)


def _conflicts(changes: Changes, there: Mapping[Ref, Entity]) -> Iterator[Conflict]:
    erased = set(changes.erased)
    for before, after in changes.pairs():
        record = cast("Entity", before or after)
        now = None if record.ref in erased else there.get(record.ref)
        expected = before.version if before else None
        found = now.version if now else None
        if expected != found:
            yield Conflict(ref=record.ref, expected=expected, found=found)


def _from_today(update: Updated, now: Entity) -> Updated:
    after = _above(update.after, now.version)
    return update if update.before is now and after is update.after else Updated(now, after)


def _above(record: Entity, version: int) -> Entity:
    """
    Give a record a version above one that was there, unless it has one.
    """
    return record if record.version > version else copied(record, version=version + 1)


def checked_instant(instant: object) -> datetime:
    """
    Give an instant in UTC.

    Raises:
        InvalidValue: It is none, or naive.
    """
    fault = instant_fault(instant)
    if fault or not isinstance(instant, datetime):
        what = f"{shown(instant)} {fault or 'is no instant'}"
        raise InvalidValue(subject="as of", problems=(Problem(what=what, field="instant", value=instant),))
    return instant.astimezone(UTC)


def not_before(last: datetime | None, now: datetime) -> datetime:
    """
    Give the instant at which something is recorded: a clock that was turned back does not turn back the log (S-4).
    """
    now = now.astimezone(UTC)
    return now if last is None or last <= now else last


def no_position(position: object, last: int) -> UnknownName:
    """
    Give the error about a position that the log does not have.
    """
    hint = f"positions go from 1 to {last:,}" if last else "nothing has been applied yet"
    return UnknownName(kind="position", name=str(position), known=(), within="the log", hint=hint, rule="S-4")
