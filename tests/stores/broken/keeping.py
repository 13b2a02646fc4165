"""Stores that remember something else than what has happened."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

import attrs

from leadmodel.changes import Changes
from leadmodel.ports import Commit, Entry, Waiting
from leadmodel.stores import MemoryStore, PlainReader
from leadmodel.stores.applying import checked_instant
from leadmodel.stores.memory import _Records
from leadmodel.stores.reading import check_limit
from leadmodel.values import Ref
from tests.stores.broken.row import Broken

# The log


class EntryMissing(MemoryStore):
    """Empty commits do not stand in the log."""

    def log(self, **asked: Any) -> Iterator[Commit]:  # noqa: ANN401  (as in the port)
        """Leave them out."""
        return filter(lambda commit: bool(commit.changes), super().log(**asked))


class DeletionsMissing(MemoryStore):
    """The log does not tell what was deleted."""

    def log(self, **asked: Any) -> Iterator[Commit]:  # noqa: ANN401  (as in the port)
        """Leave them out."""
        for each in super().log(**asked):
            yield attrs.evolve(each, changes=attrs.evolve(each.changes, deleted=(), merged=()))


class LogOutOfOrder(MemoryStore):
    """The last commit comes first."""

    def log(self, *, after: int = 0, limit: int | None = None) -> Iterator[Commit]:
        """Turn it round."""
        return islice(reversed(list(super().log(after=after))), limit)


class LastOneForgotten(MemoryStore):
    """A commit without records is not counted."""

    def last(self) -> int:
        """Count what has changed records."""
        return sum(1 for commit in self.log() if commit.changes)


class LogFromTheStart(MemoryStore):
    """The commit at which one has ended comes again."""

    def log(self, *, after: int = 0, limit: int | None = None) -> Iterator[Commit]:
        """Begin one too early."""
        return super().log(after=after - 1, limit=limit)


class LogRewritten(MemoryStore):
    """The log tells records as they are today."""

    def changes(self, position: int) -> Changes:
        """Look at today's records."""
        then = super().changes(position)
        return attrs.evolve(then, created=[self._find(each.ref) or each for each in then.created])


class CauseLost(MemoryStore):
    """The log does not say why."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        bare = attrs.evolve(changes, cause=None) if isinstance(changes, Changes) else changes
        return super()._apply(bare, key)


class RulesLost(MemoryStore):
    """The log does not say under which rules."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        if isinstance(changes, Changes) and changes.cause is not None:
            changes = attrs.evolve(changes, cause=attrs.evolve(changes.cause, rules=()))
        return super()._apply(changes, key)


class AskedVersionLogged(MemoryStore):
    """The log has the version that was asked for, and not the one that was written."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        position = super()._apply(changes, key)
        if isinstance(changes, Changes):
            last = self._log[position - 1]
            self._log[position - 1] = attrs.evolve(last, changes=attrs.evolve(changes, deleted=last.changes.deleted))
        return position


class UnknownPositionEmpty(MemoryStore):
    """At a position that there is not, nothing was applied."""

    def changes(self, position: int) -> Changes:
        """Give nothing."""
        return super().changes(position) if 0 < position <= len(self._log) else Changes()


class HistoryWithoutEnd(MemoryStore):
    """A history does not tell that a record was deleted."""

    def history(self, ref: Ref) -> Sequence[Entry]:
        """Leave it out."""
        return [each for each in super().history(ref) if each.after is not None]


class HistoryOfTheLast(MemoryStore):
    """A history begins when an id came for the last time."""

    def history(self, ref: Ref) -> Sequence[Entry]:
        """Leave out the lives before."""
        entries = list(super().history(ref))
        births = [number for number, each in enumerate(entries) if each.before is None]
        return entries[births[-1] :] if births else entries


class ClockTurnsTheLog(MemoryStore):
    """An entry has the instant that the clock tells, whatever came before."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        position = super()._apply(changes, key)
        self._log[position - 1] = attrs.evolve(self._log[position - 1], recorded_at=self._now())
        return position


class StampedByCause(MemoryStore):
    """An entry has the instant at which it happened."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        position = super()._apply(changes, key)
        last = self._log[position - 1]
        at = last.changes.cause.at if last.changes.cause else last.recorded_at
        self._log[position - 1] = attrs.evolve(last, recorded_at=at)
        return position


class _Past(MemoryStore):
    """A store that decides itself which commits are past."""

    def is_past(self, commit: Commit, until: datetime) -> bool:
        """Say whether a commit is past."""
        return commit.recorded_at <= until

    def as_of(self, instant: datetime) -> PlainReader:
        """Read what is past."""
        until, past = checked_instant(instant), _Records()
        for commit in self._log:
            if self.is_past(commit, until):
                for before, after in commit.changes.pairs():
                    if before is None or past.get(type(before), before.id) is not None:
                        past.put(before, after)
        return past


class AsOfByAt(_Past):
    """The past is what had happened, and not what had been recorded."""

    def is_past(self, commit: Commit, until: datetime) -> bool:
        """Look at the cause."""
        return (commit.changes.cause.at if commit.changes.cause else commit.recorded_at) <= until


class AsOfExclusive(_Past):
    """An instant does not belong to the past of itself."""

    def is_past(self, commit: Commit, until: datetime) -> bool:
        """Look before it."""
        return commit.recorded_at < until


class AsOfToTheSecond(_Past):
    """The past is known to the second."""

    def is_past(self, commit: Commit, until: datetime) -> bool:
        """Cut."""
        return commit.recorded_at.replace(microsecond=0) <= until


class AsOfToday(MemoryStore):
    """The past is today."""

    def as_of(self, instant: datetime) -> PlainReader:
        """Give today."""
        checked_instant(instant)
        return self


# Merges


class MergeOneStep(MemoryStore):
    """A merge is followed one step."""

    def resolve(self, ref: Ref) -> Ref:
        """Follow one."""
        if self._gone(ref) is None:
            return ref
        return dict(self._log[self._history[ref][-1].position - 1].changes.merged).get(ref, ref)


class MergeForEver(MemoryStore):
    """Who was merged once is so for ever."""

    def resolve(self, ref: Ref) -> Ref:
        """Follow whatever was merged."""
        merged = {gone: into for commit in self._log for gone, into in commit.changes.merged}
        while ref in merged:
            ref = merged[ref]
        return ref


class MergeForgotten(MemoryStore):
    """Who was merged leads nowhere."""

    def resolve(self, ref: Ref) -> Ref:
        """Follow nothing."""
        return ref


class MergeByIdAlone(MemoryStore):
    """A merge is about an id, whatever its type."""

    def resolve(self, ref: Ref) -> Ref:
        """Look at ids."""
        for commit in self._log:
            for gone, into in commit.changes.merged:
                if gone.id == ref.id and super().resolve(gone) != gone:
                    return Ref(ref.type, super().resolve(into).id)
        return super().resolve(ref)


# Effects


class EffectGoneOnceSeen(MemoryStore):
    """An effect is handed out once."""

    def outbox(self, *, limit: int | None = None) -> Sequence[Waiting]:
        """Forget what is handed out."""
        found = super().outbox(limit=limit)
        self.acknowledge(each.effect.key for each in found)
        return found


class EffectLost(MemoryStore):
    """Of several effects, the last is lost."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        if isinstance(changes, Changes) and len(changes.effects) > 1:
            changes = attrs.evolve(changes, effects=changes.effects[:-1])
        return super()._apply(changes, key)


class EffectTwice(MemoryStore):
    """An effect that was acknowledged is queued again when it comes again."""

    def acknowledge(self, keys: Iterable[str]) -> int:
        """Forget what was sent."""
        several = list(keys)
        number = super().acknowledge(several)
        self._effects = {key: each for key, each in self._effects.items() if each is not None}
        return number


class EffectReplaced(MemoryStore):
    """An effect that comes again takes the place of the first."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        position = super()._apply(changes, key)
        for each in changes.effects if isinstance(changes, Changes) else ():
            if self._effects[each.key] is not None:
                self._effects[each.key] = Waiting(position=position, effect=each)
        return position


class EffectsSorted(MemoryStore):
    """Effects come in order of their keys."""

    def outbox(self, *, limit: int | None = None) -> Sequence[Waiting]:
        """Sort them."""
        check_limit(limit)
        return sorted(super().outbox(), key=lambda each: each.effect.key)[:limit]


class AcknowledgingCountsKeys(MemoryStore):
    """Acknowledging counts what it is told."""

    def acknowledge(self, keys: Iterable[str]) -> int:
        """Count keys."""
        several = list(keys)
        super().acknowledge(several)
        return len(several)


class AcknowledgingIgnoresCase(MemoryStore):
    """Keys of effects that look alike are one."""

    def acknowledge(self, keys: Iterable[str]) -> int:
        """Fold them."""
        folded = {key.casefold() for key in keys}
        return super().acknowledge([key for key in self._effects if key.casefold() in folded])


class PayloadOfTexts(MemoryStore):
    """The payload of an effect comes back as text."""

    def outbox(self, *, limit: int | None = None) -> Sequence[Waiting]:
        """Write everything as text."""
        return [
            attrs.evolve(each, effect=attrs.evolve(
                each.effect, payload={key: str(value) for key, value in each.effect.payload.items()}
            ))
            for each in super().outbox(limit=limit)
        ]  # fmt: skip


KEEPING: Final = (
    Broken("S-4", LastOneForgotten),
    Broken("S-4", EntryMissing), Broken("S-4", DeletionsMissing), Broken("S-4", LogOutOfOrder),
    Broken("S-4", LogFromTheStart), Broken("S-4", LogRewritten), Broken("S-4", CauseLost), Broken("S-4", RulesLost),
    Broken("S-4", AskedVersionLogged), Broken("S-4", UnknownPositionEmpty), Broken("S-4", HistoryWithoutEnd),
    Broken("S-4", HistoryOfTheLast), Broken("S-4", ClockTurnsTheLog), Broken("S-4", StampedByCause),
    Broken("S-4", AsOfByAt), Broken("S-4", AsOfExclusive), Broken("S-4", AsOfToTheSecond), Broken("S-4", AsOfToday),
    Broken("S-12", MergeOneStep), Broken("S-12", MergeForEver), Broken("S-12", MergeForgotten),
    Broken("S-12", MergeByIdAlone), Broken("S-13", EffectGoneOnceSeen), Broken("S-13", EffectLost),
    Broken("S-13", EffectTwice), Broken("S-13", EffectReplaced), Broken("S-13", EffectsSorted),
    Broken("S-13", AcknowledgingCountsKeys), Broken("S-13", AcknowledgingIgnoresCase), Broken("S-13", PayloadOfTexts),
)  # fmt: skip
