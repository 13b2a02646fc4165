"""Stores that write something else than what they were told, or at the wrong time."""

import time
from collections.abc import Iterable
from typing import Any, Final

import attrs

from leadmodel.changes import Changes, Updated
from leadmodel.criteria import Criterion
from leadmodel.entities import Deal, Entity, Note
from leadmodel.errors import Conflict, InvalidValue, Problem
from leadmodel.processes import pipelines
from leadmodel.stores import MemoryStore
from leadmodel.stores.applying import joined
from tests.stores.broken.row import Broken, Opens, Suite

# All or none


class TornApply(MemoryStore):
    """Records are written one by one."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401  (one or several changes, as below)
        whole = joined(changes, key)
        parts = [Changes(created=[each]) for each in whole.created]
        parts += [Changes(updated=[each]) for each in whole.updated]
        parts += [Changes(deleted=[each]) for each in whole.deleted]
        return [super(TornApply, self)._apply(each, None) for each in [*parts, Changes(effects=whole.effects)]][-1]


class TornAmongSeveral(MemoryStore):
    """Several changes are several commits."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        if isinstance(changes, Changes) or not isinstance(changes, Iterable):
            return super()._apply(changes, key)
        return [super(TornAmongSeveral, self)._apply(each, key) for each in [*changes, Changes()]][-1]


class FirstConflictAlone(MemoryStore):
    """Of several conflicts, the first one is named."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        try:
            return super()._apply(changes, key)
        except Conflict as error:
            raise attrs.evolve(error, others=()) from None


class PartsAreSeen(MemoryStore):
    """Readers do not wait for writers."""

    def put(self, before: Entity | None, after: Entity | None) -> None:
        """Take some time."""
        if after is not None and before is not None:
            self.by_type[type(after)][after.id] = after
            time.sleep(0.001)
        else:
            super().put(before, after)

    def candidates(self, record_type: type[Any], criterion: Criterion | None) -> list[Any]:  # noqa: ARG002  (as there)
        """Look at once."""
        return list(self.by_type.get(record_type, {}).values())


class KeyOfFailureKept(MemoryStore):
    """A key is known although what came with it was refused."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        try:
            return super()._apply(changes, key)
        except Conflict:
            if key is not None:
                self._positions[key] = len(self._log)
            raise


class PositionOfFailureTaken(MemoryStore):
    """What was refused takes a place in the log."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        try:
            return super()._apply(changes, key)
        except Conflict:
            super()._apply(Changes(), None)
            raise


# Versions


class LostUpdate(MemoryStore):
    """The last update wins, whatever it starts from."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        whole = joined(changes, key)
        now = [Updated(self._find(each.before.ref) or each.before, each.after) for each in whole.updated]
        return super()._apply(attrs.evolve(whole, updated=now), key)


class StaleDeletion(MemoryStore):
    """A deletion needs no version."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        whole = joined(changes, key)
        now = [self._find(each.ref) or each for each in whole.deleted]
        return super()._apply(attrs.evolve(whole, deleted=now), key)


class OlderAlone(MemoryStore):
    """An update from a version that is still to come is let through."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        whole = joined(changes, key)
        now = []
        for each in whole.updated:
            there = self._find(each.before.ref)
            now.append(Updated(there, each.after) if there and there.version < each.before.version else each)
        return super()._apply(attrs.evolve(whole, updated=now), key)


class VersionRestarted(MemoryStore):
    """An id that comes again begins anew."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        refs = list(joined(changes, key).refs()) if isinstance(changes, Changes) else []
        gone = {ref: self._history.pop(ref) for ref in refs if self._gone(ref) is not None}
        try:
            return super()._apply(changes, key)
        finally:
            for ref, past in gone.items():
                self._history[ref] = [*past, *self._history.get(ref, ())]


class VersionKept(MemoryStore):
    """The store raises no version."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        position = super()._apply(changes, key)
        for each in changes.updated if isinstance(changes, Changes) else ():
            now = self._find(each.after.ref)
            if now is not None and now.version != each.after.version:
                self.put(now, each.after)
        return position


class VersionCounted(MemoryStore):
    """The store counts versions itself, whatever it is given."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        whole = joined(changes, key)
        next_ones = [
            Updated(each.before, attrs.evolve(each.after, version=each.before.version + 1)) for each in whole.updated
        ]
        return super()._apply(attrs.evolve(whole, updated=next_ones), key)


class CreatesOver(MemoryStore):
    """Creating what is there replaces it."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        whole = joined(changes, key)
        there = [(self._find(each.ref), each) for each in whole.created]
        return super()._apply(attrs.evolve(
            whole, created=[each for now, each in there if now is None],
            updated=[*whole.updated, *(Updated(now, each) for now, each in there if now is not None)],
        ), key)  # fmt: skip


class StampIsNoChange(MemoryStore):
    """An update that changes nothing but the stamp is left out."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        whole = joined(changes, key)
        return super()._apply(attrs.evolve(whole, updated=[each for each in whole.updated if each.difference]), key)


# Later readers


def reader_of_its_own() -> Opens:
    """Give each reader a store of its own."""
    return lambda tenant="acme": MemoryStore()  # noqa: ARG005  (that is the fault)


def reader_of_then() -> Opens:
    """Give each reader what was there when it was opened first, and write into the last one alone."""
    kept: dict[str, list[MemoryStore]] = {}

    def open_store(tenant: str = "acme") -> MemoryStore:
        stores = kept.setdefault(tenant, [])
        new = MemoryStore()
        for commit in stores[-1].log() if stores else ():
            new.apply(commit.changes)
        stores.append(new)
        return new

    return open_store


class CrashSuite(Suite):
    """The suite for a store that keeps its records through a crash, and nothing else."""

    def after_crash(self, open_store: Any) -> Any:  # noqa: ANN401  (what opens stores)
        """Copy the records."""
        store = open_store()
        new = MemoryStore()
        new.apply(Changes(created=[each for kind in store.by_type for each in store.find(kind)]))
        return lambda tenant="acme": new  # noqa: ARG005  (there is one alone)


class LogLostInCrash(MemoryStore):
    """A crash takes the log."""


# Judgement


class StagesJudged(MemoryStore):
    """A deal in an unknown stage is refused."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        known = {stage.key for each in pipelines.PRESETS.values() for stage in each.stages}
        for _, after in joined(changes, key).pairs():
            if isinstance(after, Deal) and after.stage not in known:
                raise InvalidValue(subject="deal", problems=(Problem(what="unknown stage"),))
        return super()._apply(changes, key)


class ConvertedStays(MemoryStore):
    """A converted lead cannot be written."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        for before, _ in joined(changes, key).pairs():
            if getattr(before, "conversion", None) is not None:
                raise InvalidValue(subject="lead", problems=(Problem(what="converted"),))
        return super()._apply(changes, key)


class Cascading(MemoryStore):
    """Whoever is deleted takes the notes along."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        whole = joined(changes, key)
        gone = {each.ref for each in whole.deleted}
        notes = [each for each in super().candidates(Note, None) if each.about in gone]
        return super()._apply(attrs.evolve(whole, deleted=[*whole.deleted, *notes]), key)


# Positions and keys


class KeyIgnored(MemoryStore):
    """A key is nothing."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        joined(changes, key)
        return super()._apply(changes, None)


class KeyTrimmed(MemoryStore):
    """Keys that look alike are one."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        joined(changes, key)
        return super()._apply(changes, key.strip().lower() if key else key)


class KeyWritesAgain(MemoryStore):
    """A key that is known gives the first position, and what comes with it is written again."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        known = self._positions.get(key) if key else None
        if known is None:
            return super()._apply(changes, key)
        try:
            super()._apply(changes, None)
        except Conflict:
            return known
        return known


class PositionRepeated(MemoryStore):
    """Empty changes take no position."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        if isinstance(changes, Changes) and not changes and key is None:
            return len(self._log) or 1
        return super()._apply(changes, key)


class PositionsSkip(MemoryStore):
    """Positions are counted in twos."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        return 2 * super()._apply(changes, key)


class OneAtATime(MemoryStore):
    """Several changes are refused."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        if not isinstance(changes, Changes):
            raise InvalidValue(subject="apply", problems=(Problem(what="several"),))
        return super()._apply(changes, key)


class RecordsWillDo(MemoryStore):
    """A record is taken for its creation."""

    def _apply(self, changes: Any, key: str | None) -> int:  # noqa: ANN401
        return super()._apply(Changes(created=[changes]) if isinstance(changes, Entity) else changes, key)


WRITING: Final = (
    Broken("S-1", TornApply),
    Broken("S-1", TornAmongSeveral),
    Broken("S-1", FirstConflictAlone),
    Broken("S-1", PartsAreSeen),
    Broken("S-1", KeyOfFailureKept),
    Broken("S-1", PositionOfFailureTaken),
    Broken("S-2", LostUpdate),
    Broken("S-2", StaleDeletion),
    Broken("S-2", OlderAlone),
    Broken("S-2", VersionRestarted),
    Broken("S-2", VersionKept),
    Broken("S-2", VersionCounted),
    Broken("S-2", CreatesOver),
    Broken("S-2", StampIsNoChange),
    Broken("S-3", reader_of_its_own),
    Broken("S-3", reader_of_then),
    Broken("S-3", LogLostInCrash, CrashSuite),
    Broken("S-9", StagesJudged),
    Broken("S-9", ConvertedStays),
    Broken("S-9", Cascading),
    Broken("S-18", KeyIgnored),
    Broken("S-18", KeyTrimmed),
    Broken("S-18", KeyWritesAgain),
    Broken("S-18", PositionRepeated),
    Broken("S-18", PositionsSkip),
    Broken("S-18", OneAtATime),
    Broken("S-18", RecordsWillDo),
)
