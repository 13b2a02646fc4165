"""
The store in memory: the meaning of the contract, in the shortest code that keeps it. Read it first.

It keeps everything but what has to survive the end of the program (S-3).
"""

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice, takewhile
from typing import Any, TypeVar, cast

import attrs

from leadmodel.changes import Changes
from leadmodel.criteria import Criterion
from leadmodel.directory.buckets import Buckets
from leadmodel.display import counted
from leadmodel.entities import Entity
from leadmodel.ports import Commit, Entry, Waiting
from leadmodel.stores.applying import (
    Clock,
    checked_instant,
    forgetting,
    joined,
    no_position,
    not_before,
    settled,
    tells_of,
    utc_now,
    without,
)
from leadmodel.stores.places import PLACES_OF, keys_at
from leadmodel.stores.reading import PlainReader, check_limit
from leadmodel.stores.transactions import KeptOpenTransaction
from leadmodel.values import Ref

E = TypeVar("E", bound=Entity)


class _Records(PlainReader):
    """
    Records in dictionaries, and an index of the places where they are looked for.
    """

    def __init__(self) -> None:
        self.by_type: dict[type[Entity], dict[str, Entity]] = {}
        self._standing: Buckets[tuple[type[Entity], str, str], Entity] = Buckets()

    def get(self, record_type: type[E], record_id: str) -> E | None:
        return cast("E | None", self.by_type.get(record_type, {}).get(record_id))

    def candidates(self, record_type: type[E], criterion: Criterion | None) -> list[E]:  # noqa: ARG002  (all may match)
        return cast("list[E]", list(self.by_type.get(record_type, {}).values()))

    def standing(self, record_type: type[Entity], place: str, keys: Collection[str]) -> Iterable[Entity]:
        keys_at(record_type, place)
        if place == "id":
            return filter(None, map(partial(self.get, record_type), keys))
        found = (record for key in keys for record in self._standing.get((record_type, place, key), ()))
        return {record.id: record for record in found}.values()

    def put(self, before: Entity | None, after: Entity | None) -> None:
        """
        Put one state of a record in the place of another one; None is a record that is not there.
        """
        if before is not None:
            del self.by_type[type(before)][before.id]
            for key in _keys(before):
                self._standing.take(key, before)
        if after is not None:
            self.by_type.setdefault(type(after), {})[after.id] = after
            for key in _keys(after):
                self._standing.add(key, after)


def _keys(record: Entity) -> Iterator[tuple[type[Entity], str, str]]:
    kind = type(record)
    return ((kind, place.name, key) for place in PLACES_OF.get(kind, ()) for key in place.keys(record))


class MemoryStore(_Records):
    """
    A `Keeper` that keeps its records in memory: for tests, notebooks and whatever need not survive.

    Any number of threads may share it; while one writes, the others wait.

    Args:
        now: Tells the time with which the log is stamped.
    """

    def __init__(self, *, now: Clock = utc_now) -> None:
        super().__init__()
        self._now = now
        self._lock = threading.RLock()
        self._log: list[Commit] = []
        self._history: Buckets[Ref, Entry] = Buckets()
        self._positions: dict[str, int] = {}
        #: Every effect that was ever applied; those that were sent, None.
        self._effects: dict[str, Waiting | None] = {}
        #: Records that were merged away, and where they went.
        self._merged: dict[Ref, Ref] = {}
        #: The last versions of those that were forgotten: they never start again.
        self._forgotten: dict[Ref, int] = {}
        #: Of a transaction that is open, everything as it was before it has forgotten somebody; empty until it does.
        self._whole: dict[str, Any] | None = None

    # Reading

    def get(self, record_type: type[E], record_id: str) -> E | None:
        """
        Give the record with this type and id, or None (S-5, S-6, S-7).
        """
        with self._lock:
            return super().get(record_type, record_id)

    def candidates(self, record_type: type[E], criterion: Criterion | None) -> list[E]:
        """
        Give all records of a type, as they stand at this moment (S-8).
        """
        with self._lock:
            return super().candidates(record_type, criterion)

    def standing(self, record_type: type[Entity], place: str, keys: Collection[str]) -> Iterable[Entity]:
        """
        Give the records that stand at a place under any of some keys.
        """
        with self._lock:
            return list(super().standing(record_type, place, keys))

    # Writing

    def apply(self, changes: Changes | Iterable[Changes], *, key: str | None = None) -> int:
        """
        Apply changes, all of them or none, and give the position of the commit (S-1, S-2, S-18).

        Raises:
            Conflict: Records have changed since, are there already, or are gone.
        """
        with self._lock:
            return self._apply(changes, key)

    @contextmanager
    def transaction(self) -> Iterator[KeptOpenTransaction]:
        """
        Open a transaction; everybody else waits until it ends (S-17).
        """
        with self._lock:
            transaction = KeptOpenTransaction(self, self._apply)
            before, merged = len(self._log), self._merged.copy()
            self._whole = {}
            try:
                yield transaction
            except BaseException:
                vars(self).update(self._whole)
                while len(self._log) > before:
                    self._take_back(self._log.pop())
                self._merged = merged
                raise
            finally:
                self._whole = None
                transaction.close()

    def _apply(self, changes: Changes | Iterable[Changes], key: str | None) -> int:
        whole = joined(changes, key)
        if key is not None and key in self._positions:
            return self._positions[key]
        refs = list(whole.refs())
        there = {ref: record for ref in refs if (record := self._find(ref)) is not None}
        last = {ref: version for ref in refs if (version := self._last_version(ref)) is not None}
        whole = settled(whole, there, last, keeps=True)
        position = len(self._log) + 1
        at = not_before(self._log[-1].recorded_at if self._log else None, self._now())
        if whole.erased:
            whole = forgetting(whole, self._merged_into)
            self._whole = self._copy() if self._whole == {} else self._whole
            self._forget(whole, position, at)
        for before, after in whole.pairs():
            self.put(before, after)
            entry = Entry(position=position, recorded_at=at, cause=whole.cause, before=before, after=after)
            self._history.add(entry.ref, entry)
        for record in whole.created:
            self._merged.pop(record.ref, None)
        self._merged.update(whole.merged)
        for effect in whole.effects:
            self._effects.setdefault(effect.key, Waiting(position=position, effect=effect))
        self._log.append(Commit(position=position, recorded_at=at, changes=whole))
        if key is not None:
            self._positions[key] = position
        return position

    def _take_back(self, commit: Commit) -> None:
        """
        Undo a commit of a transaction that has failed, as if it had never been.
        """
        for before, after in commit.changes.pairs():
            self.put(after, before)
        for ref in commit.changes.refs():
            self._history.take(ref, self._history[ref][-1])
        self._positions = {key: place for key, place in self._positions.items() if place != commit.position}
        for effect in commit.changes.effects:
            waiting = self._effects[effect.key]
            if waiting is not None and waiting.position == commit.position:
                del self._effects[effect.key]

    def _find(self, ref: Ref) -> Entity | None:
        return super().get(cast("type[Entity]", ref.type), ref.id)

    def _last_version(self, ref: Ref) -> int | None:
        """
        Give the last version of a record that is gone.
        """
        gone = self._gone(ref)
        return gone.version if gone else self._forgotten.get(ref)

    def _gone(self, ref: Ref) -> Entity | None:
        """
        Give the last state of a record that is gone, unless it is forgotten.
        """
        past = self._history.get(ref)
        return past[-1].before if past and past[-1].after is None else None

    # Forgetting

    def _merged_into(self, refs: Collection[Ref]) -> list[Ref]:
        return [gone for gone, survivor in self._merged.items() if survivor in refs]

    def _copy(self) -> dict[str, Any]:
        """
        Give all that forgetting rewrites, as it is: what a transaction that fails goes back to.
        """
        return {
            "by_type": {kind: records.copy() for kind, records in self.by_type.items()},
            "_standing": self._standing.twin(),
            "_log": self._log.copy(),
            "_history": self._history.twin(),
            "_positions": self._positions.copy(),
            "_effects": self._effects.copy(),
            "_merged": self._merged.copy(),
            "_forgotten": self._forgotten.copy(),
        }

    def _forget(self, changes: Changes, position: int, at: datetime) -> None:
        """
        Take records out of all that is kept; their entries stay, without what they said (LIFE-2).
        """
        refs, born = set(changes.erased), {record.ref for record in changes.created}
        touched = {entry.position for ref in refs for entry in self._history.get(ref, ())}
        for ref in changes.erased:
            record, version = self._find(ref), self._last_version(ref)
            if record is not None:
                self.put(record, None)
                version = record.version
            if version is None:
                continue  # it never was
            self._forgotten[ref] = version
            now = Entry(position=position, recorded_at=at, cause=changes.cause, before=None, after=None, erased=ref)
            past = [attrs.evolve(entry, before=None, after=None, erased=ref) for entry in self._history[ref]]
            self._history[ref] = past if ref in born else [*past, now]
        for place, commit in enumerate(self._log):
            if commit.position in touched or any(
                tells_of(each, refs, touched=False) for each in commit.changes.effects
            ):
                self._log[place] = attrs.evolve(commit, changes=without(commit.changes, refs))
        for key, waiting in self._effects.items():
            if waiting and tells_of(waiting.effect, refs, touched=waiting.position in touched):
                self._effects[key] = None

    # The past

    def last(self) -> int:
        """
        Give the position of the last commit (S-4).
        """
        with self._lock:
            return len(self._log)

    def history(self, ref: Ref) -> Sequence[Entry]:
        """
        Give what has happened to a record, in order (S-4).
        """
        with self._lock:
            return tuple(self._history.get(ref, ()))

    def changes(self, position: int) -> Changes:
        """
        Give what was applied at a position (S-4, S-18).

        Raises:
            UnknownName: There is no such position.
        """
        with self._lock:
            if not 0 < position <= len(self._log):
                raise no_position(position, len(self._log))
            return self._log[position - 1].changes

    def log(self, *, after: int = 0, limit: int | None = None) -> Iterator[Commit]:
        """
        Go through the commits after a position, in order (S-4).
        """
        check_limit(limit)
        with self._lock:
            return islice(iter(self._log[max(after, 0) :]), limit)

    def as_of(self, instant: datetime) -> PlainReader:
        """
        Give a reader of the records as they had been recorded at an instant (S-4).

        Raises:
            InvalidValue: The instant is naive.
        """
        until = checked_instant(instant)
        past = _Records()
        with self._lock:
            for commit in takewhile(lambda commit: commit.recorded_at <= until, self._log):
                for before, after in commit.changes.pairs():
                    past.put(before, after)
        return past

    def resolve(self, ref: Ref) -> Ref:
        """
        Give the record that one was merged into, as far as that goes; any other is itself (S-12).
        """
        with self._lock:
            passed = set[Ref]()
            while ref in self._merged and ref not in passed:  # a circle has no survivor
                passed.add(ref)
                ref = self._merged[ref]
            return ref

    def outbox(self, *, limit: int | None = None) -> Sequence[Waiting]:
        """
        Give the effects that wait, oldest first; each again and again, until it is acknowledged (S-13).
        """
        check_limit(limit)
        with self._lock:
            return tuple(islice(filter(None, self._effects.values()), limit))

    def acknowledge(self, keys: Iterable[str]) -> int:
        """
        Say that effects have been sent, by their keys, and give how many of them had waited (S-13).
        """
        with self._lock:
            waiting = [key for key in dict.fromkeys(keys) if self._effects.get(key) is not None]
            self._effects.update(dict.fromkeys(waiting))
            return len(waiting)

    def __repr__(self) -> str:
        with self._lock:
            return f"MemoryStore({counted(sum(map(len, self.by_type.values())), 'record')})"
