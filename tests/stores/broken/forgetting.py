"""Stores that remember somebody whom they were told to forget."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import attrs

from leadmodel.changes import Changes
from leadmodel.ports import Commit, Entry, Waiting
from leadmodel.stores import MemoryStore, PlainReader, settled
from leadmodel.values import Ref
from tests.stores.broken.row import Broken


class Remembering(MemoryStore):
    """A store that keeps a copy of what it has been told, for its own faults."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401  (as the store in memory)
        super().__init__(**given)
        self._entries: dict[tuple[Ref, int], Entry] = {}
        self._commits: dict[int, Commit] = {}

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        position = super()._apply(changes, key)
        commit = self._log[position - 1]
        if not commit.changes.erased:
            self._commits.setdefault(position, commit)
            self._entries |= {(ref, position): self._history[ref][-1] for ref in commit.changes.refs()}
        return position


class NotForgotten(MemoryStore):
    """To forget somebody does nothing."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        bare = attrs.evolve(changes, erased=()) if isinstance(changes, Changes) else changes
        return super()._apply(bare, key)


class OnlyDeleted(MemoryStore):
    """To forget somebody is to delete them."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        if isinstance(changes, Changes) and changes.erased:
            there = {ref: record for ref in changes.refs() if (record := self._find(ref)) is not None}
            changes = settled(changes, there, {})
        return super()._apply(changes, key)


class UnknownIsRefused(MemoryStore):
    """Whoever is not there cannot be forgotten."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes)
        if isinstance(changes, Changes) and any(self._find(ref) is None for ref in changes.erased):
            raise LookupError("there is nobody to forget")
        return super()._apply(changes, key)


class OldEntryKept(Remembering):
    """The first entry of somebody still says who they were."""

    def history(self, ref: Ref) -> Sequence[Entry]:
        """Tell it."""
        first, *others = super().history(ref) or [None]
        return [self._entries.get((ref, first.position), first), *others] if first else []


class EntriesGone(MemoryStore):
    """The entries of somebody go with them."""

    def history(self, ref: Ref) -> Sequence[Entry]:
        """Leave them out."""
        return [each for each in super().history(ref) if each.erased is None]


class CauseForgotten(MemoryStore):
    """Nobody knows why anything was done to somebody."""

    def history(self, ref: Ref) -> Sequence[Entry]:
        """Leave the causes out."""
        return [attrs.evolve(each, cause=None) if each.erased else each for each in super().history(ref)]


class CommitKept(Remembering):
    """The log still says what was applied, and only `changes` does not."""

    def log(self, **asked: Any) -> Iterator[Commit]:  # noqa: ANN401  (as in the port)
        """Tell it."""
        return (self._commits.get(each.position, each) for each in super().log(**asked))


class ChangesKept(Remembering):
    """The changes at a position are still those that were applied, and only the log is not."""

    def changes(self, position: int) -> Changes:
        """Tell them."""
        now = super().changes(position)
        return self._commits[position].changes if position in self._commits else now


class CommitSilent(MemoryStore):
    """The log does not say whom it leaves out."""

    def log(self, **asked: Any) -> Iterator[Commit]:  # noqa: ANN401  (as in the port)
        """Leave the references out too."""
        for each in super().log(**asked):
            yield attrs.evolve(each, changes=attrs.evolve(each.changes, erased=(), merged=()))


class PayloadKept(Remembering):
    """The log still says what an effect was to say."""

    def log(self, **asked: Any) -> Iterator[Commit]:  # noqa: ANN401  (as in the port)
        """Tell it."""
        for each in super().log(**asked):
            effects = self._commits.get(each.position, each).changes.effects
            yield attrs.evolve(each, changes=attrs.evolve(each.changes, effects=effects))


class EffectStillWaits(MemoryStore):
    """The outbox still hands out what names nobody."""

    def _forget(self, changes: Changes, position: int, at: datetime) -> None:
        before = dict(self._effects)
        super()._forget(changes, position, at)
        self._effects |= {key: each for key, each in before.items() if each and not each.effect.about}


class NamedEffectStillWaits(MemoryStore):
    """The outbox still hands out what names somebody who changed in another commit."""

    def _forget(self, changes: Changes, position: int, at: datetime) -> None:
        before = dict(self._effects)
        super()._forget(changes, position, at)
        self._effects |= {key: each for key, each in before.items() if each and each.effect.about}


class EveryEffectGone(MemoryStore):
    """Effects of commits that have nothing to do with it wait no more."""

    def _forget(self, changes: Changes, position: int, at: datetime) -> None:
        super()._forget(changes, position, at)
        self._effects = dict.fromkeys(self._effects)


class EffectKeyForgotten(MemoryStore):
    """An effect that has left the outbox is queued again when it comes again."""

    def _forget(self, changes: Changes, position: int, at: datetime) -> None:
        super()._forget(changes, position, at)
        self._effects = {key: each for key, each in self._effects.items() if each is not None}


class FarewellNotSent(MemoryStore):
    """What tells of the forgetting is forgotten too."""

    def outbox(self, *, limit: int | None = None) -> Sequence[Waiting]:
        """Leave it out."""
        return [
            each for each in super().outbox(limit=limit)
            if set(each.effect.about).isdisjoint(super(FarewellNotSent, self).changes(each.position).erased)
        ]  # fmt: skip


class VersionForgotten(MemoryStore):
    """An id starts again."""

    def _forget(self, changes: Changes, position: int, at: datetime) -> None:
        super()._forget(changes, position, at)
        self._forgotten.clear()


class MergedKept(MemoryStore):
    """Whoever was merged into somebody is remembered."""

    def _merged_into(self, refs: Collection[Ref]) -> list[Ref]:
        return super()._merged_into([]) if refs else []


class MergedOnceForgotten(MemoryStore):
    """Only those who were merged into somebody directly are forgotten."""

    def _merged_into(self, refs: Collection[Ref]) -> list[Ref]:
        there = [ref for ref in refs if self._find(ref) is not None]
        return super()._merged_into(there)


class LeadsNowhere(MemoryStore):
    """The ids of those who were merged away lead nowhere."""

    def _forget(self, changes: Changes, position: int, at: datetime) -> None:
        super()._forget(changes, position, at)
        self._merged = {gone: into for gone, into in self._merged.items() if into not in changes.erased}


class ShownAsOf(Remembering):
    """The records as they were still show somebody."""

    def as_of(self, instant: datetime) -> PlainReader:
        """Look at what was told then."""
        whole = MemoryStore(now=self._now)
        whole._log = [self._commits.get(each.position, each) for each in self._log]
        return whole.as_of(instant)


class ForgottenAnyway(MemoryStore):
    """A transaction that fails forgets all the same."""

    def _copy(self) -> dict[str, Any]:
        return {}

    def _take_back(self, commit: Commit) -> None:
        if not commit.changes.erased:
            super()._take_back(commit)


FORGETTING: Final = tuple(
    Broken("LIFE-2", kind)
    for kind in (
        NotForgotten, OnlyDeleted, UnknownIsRefused, OldEntryKept, EntriesGone, CauseForgotten, CommitKept,
        ChangesKept, CommitSilent, PayloadKept, EffectStillWaits, NamedEffectStillWaits, EveryEffectGone,
        EffectKeyForgotten, FarewellNotSent, VersionForgotten, MergedKept, MergedOnceForgotten, LeadsNowhere,
        ShownAsOf, ForgottenAnyway,
    )
)  # fmt: skip
