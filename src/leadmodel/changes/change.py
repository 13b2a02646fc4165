"""
The values: one record before and after, and all that changes together.

Every change is a pair, the record before and the record after, where nothing stands for a record that is not there.
Creating, updating and deleting are its three shapes, and composing two changes of one record is joining two pairs whose
middle is the same.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, MutableMapping
from datetime import datetime
from typing import TypeAlias, cast

import attrs

from leadmodel.changes.effects import Effect
from leadmodel.changes.parts import Cause, Updated
from leadmodel.changes.showing import change_html, change_text
from leadmodel.display import counted
from leadmodel.entities import ENTITIES, Entity
from leadmodel.errors import CannotRevert, Conflict, InvalidValue, Problem, shown
from leadmodel.values import Ref
from leadmodel.values.hydration import hydrator

#: A record before and after; None is a record that is not there.
Pair: TypeAlias = tuple[Entity | None, Entity | None]

_ORDER = {record_type: number for number, record_type in enumerate(ENTITIES)}


def _place(record: Entity) -> tuple[int, str]:
    """
    Give what records are ordered by.
    """
    if type(record) not in _ORDER:
        problem = Problem(
            what=f"{shown(record)} is no record", hint="pass a lead, a contact, an account …", value=record
        )
        raise InvalidValue(subject="changes", problems=(problem,))
    return _ORDER[type(record)], record.id


def _sorted(records: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(records, key=_place)) if records else ()


def _place_of_update(update: Updated) -> tuple[int, str]:
    return _place(update.after)


def _sorted_updates(updates: Iterable[Updated]) -> tuple[Updated, ...]:
    return tuple(sorted(updates, key=_place_of_update)) if updates else ()


def _as_effects(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    return tuple(dict.fromkeys(effects))


def _as_refs(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """
    Give references in order, each once.
    """
    return tuple(sorted(dict.fromkeys(refs), key=_place_of_ref)) if refs else ()


def _place_of_ref(ref: Ref) -> tuple[int, str]:
    if not isinstance(ref, Ref) or ref.type not in _ORDER:
        problem = Problem(what=f"{shown(ref)} is no reference to a record", hint="pass record.ref", value=ref)
        raise InvalidValue(subject="changes", problems=(problem,))
    return _ORDER[ref.type], ref.id


def _as_merges(merged: Iterable[tuple[Ref, Ref]]) -> tuple[tuple[Ref, Ref], ...]:
    return tuple((gone, survivor) for gone, survivor in merged)


@attrs.frozen(kw_only=True, repr=False)
class Changes:
    """
    Records created, updated and deleted, and effects to be sent: one value to be read, kept, joined and taken back.

    The order in which records are given does not matter: they are kept by type and id.
    The cause stands outside equality: what changes counts, not why.

    Records that are forgotten are named by reference alone, whether they are there or not (LIFE-2). That comes first:
    a record may be created under an id that is forgotten in the same changes.

    Raises:
        InvalidValue: One record is named twice, one key stands for two effects, or a record was merged away and neither
            deleted nor forgotten; all are reported.
    """

    created: tuple[Entity, ...] = attrs.field(default=(), converter=_sorted)
    updated: tuple[Updated, ...] = attrs.field(default=(), converter=_sorted_updates)
    deleted: tuple[Entity, ...] = attrs.field(default=(), converter=_sorted)
    #: Records that are forgotten: they go, and with them what a store keeps of their past. Nothing brings them back.
    erased: tuple[Ref, ...] = attrs.field(default=(), converter=_as_refs)
    #: Pairs of the record that went and the one that it went into; each has its deletion, or is forgotten.
    merged: tuple[tuple[Ref, Ref], ...] = attrs.field(default=(), converter=_as_merges)
    effects: tuple[Effect, ...] = attrs.field(default=(), converter=_as_effects)
    cause: Cause | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if len(self.updated) == 1 and not (self.created or self.deleted or self.erased or self.merged or self.effects):
            return  # one record that changes: the usual case has nothing to contradict
        problems = tuple(self._problems())
        if problems:
            raise InvalidValue(subject="changes", problems=problems)

    def _problems(self) -> Iterator[Problem]:
        refs = list(self.refs())
        if len(set(refs)) < len(refs):
            for ref, times in Counter(refs).items():
                if times > 1:
                    yield Problem(what=f"{ref} is named twice", hint="one change says all about a record")
        keys: set[str] = set()
        for effect in self.effects:
            if effect.key in keys:
                yield Problem(
                    what=f"two effects have the key {effect.key!r}", hint="give each its own", value=effect.key
                )
            keys.add(effect.key)
        gone = {*self.erased, *(record.ref for record in self.deleted)}
        for ref, survivor in self.merged:
            if ref not in gone:
                yield Problem(what=f"{ref} was merged into {survivor} and is not deleted", hint="delete it as well")

    def refs(self) -> Iterator[Ref]:
        """
        Give the identities of the records that change, each once: those of `pairs`, then those that are forgotten.
        """
        yield from map(_ref_of, self.pairs())
        if self.erased:
            born = {record.ref for record in self.created}
            yield from (ref for ref in self.erased if ref not in born)

    def pairs(self) -> Iterator[Pair]:
        """
        Give each change as the record before and after; None is a record that is not there.

        Of what is forgotten, nothing is known but who it was: `erased` names those.
        """
        for record in self.created:
            yield None, record
        for update in self.updated:
            yield update.before, update.after
        for record in self.deleted:
            yield record, None

    @classmethod
    def of(cls, *many: "Changes") -> "Changes":
        """
        Join several changes that follow each other, in linear time; the last cause stands for all.

        Where a record is forgotten, what the changes before that say about it is gone, with the effects that name it.

        Raises:
            Conflict: A later one does not start where an earlier one ended.
        """
        joined: dict[Ref, Pair] = {}
        erased: dict[Ref, None] = {}
        effects: dict[Effect, None] = {}
        for changes in many:
            if changes.erased:
                erased |= dict.fromkeys(changes.erased)
                joined |= dict.fromkeys(changes.erased, (None, None))
                effects = {each: None for each in effects if set(changes.erased).isdisjoint(each.about)}
            for pair in changes.pairs():
                _join(joined, pair)
            effects |= dict.fromkeys(changes.effects)
        merged = {gone: survivor for changes in many for gone, survivor in changes.merged}
        causes = [changes.cause for changes in many if changes.cause]
        cause = causes[-1] if causes else None
        return _from_pairs(joined.values(), erased=erased, merged=merged.items(), effects=effects, cause=cause)

    def then(self, other: "Changes") -> "Changes":
        """
        Join these changes and the ones that follow; what cancels out is gone.

        Raises:
            Conflict: The other one does not start where this one ended.
        """
        return Changes.of(self, other)

    def inverse(self) -> "Changes":
        """
        Give the changes that undo these: records only, effects and merges are irreversible. Versions grow on.

        To take back what others may have touched since, see `revert`.

        Raises:
            CannotRevert: Records were forgotten, which has no inverse (LIFE-2); its `partial` undoes the rest.
        """
        erased = set(self.erased)
        pairs = [(before, after) for before, after in self.pairs() if _ref_of((before, after)) not in erased]
        back = _from_pairs((after, _next(before, after)) for before, after in pairs)
        if erased:
            raise CannotRevert(problems=tuple(map(forgotten, self.erased)), partial=back if pairs else None)
        return back

    def apply_to(self, records: MutableMapping[Ref, Entity]) -> None:
        """
        Make these changes in a mapping by reference: all of them, or none.

        Raises:
            Conflict: A record is there that should not be, is not there that should be, or has another version.
        """
        erased = set(self.erased)
        for before, after in self.pairs():
            ref = _ref_of((before, after))
            now = None if ref in erased else records.get(ref)
            if (now is None) is not (before is None) or (now and before and now.version != before.version):
                raise _conflict(ref, before, now)
        for ref in self.erased:
            records.pop(ref, None)
        for record in self.deleted:
            del records[record.ref]
        records.update((after.ref, after) for _, after in self.pairs() if after)

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.deleted or self.erased or self.effects)

    def __repr__(self) -> str:
        counts = [f"{len(self.created)} created", f"{len(self.updated)} updated", f"{len(self.deleted)} deleted"]
        if self.erased:
            counts.append(f"{len(self.erased)} forgotten")
        if self.effects:
            counts.append(counted(len(self.effects), "effect"))
        return f"Changes({', '.join(counts)})"

    def __str__(self) -> str:
        return change_text(self)

    def _repr_html_(self) -> str:
        return change_html(self)


def updating(before: Entity, after: Entity, *, at: datetime, by: str | None, rules: tuple[str, ...]) -> Changes:
    """
    Give the changes of one verb to one record: the usual case, put together from what the verb has checked.

    Args:
        before: The record as it stands.
        after: The same record after the change.
        at: The instant, in UTC.
        by: The user who does it, whom the verb has checked as well.
        rules: The ids of the rules.
    """
    return _changes((), (_updated(before, after),), (), (), (), (), _cause(at, by, rules))


def assembled(created: Iterable[Entity], updated: Iterable[Updated], cause: Cause | None) -> Changes:
    """
    Give the changes of several records of which it is known that each is named once.
    """
    return _changes(_sorted(created), _sorted_updates(updated), (), (), (), (), cause)


_cause: Callable[..., Cause] = hydrator(Cause)
_changes: Callable[..., Changes] = hydrator(Changes)
_updated: Callable[..., Updated] = hydrator(Updated)


def _ref_of(pair: Pair) -> Ref:
    """
    Give the identity of the record that a pair is about; one of the two is there.
    """
    before, after = pair
    return cast("Entity", after or before).ref


def forgotten(ref: Ref) -> Problem:
    """
    Say why what concerns a record cannot be taken back (LIFE-2).
    """
    return Problem(what="it was forgotten", hint="nothing brings it back", where=str(ref), rule="LIFE-2")


def _conflict(ref: Ref, expected: Entity | None, found: Entity | None) -> Conflict:
    return Conflict(ref=ref, expected=expected.version if expected else None, found=found.version if found else None)


def _join(joined: dict[Ref, Pair], pair: Pair) -> None:
    """
    Let a change follow the ones before it.
    """
    before, after = pair
    ref = _ref_of(pair)
    if ref not in joined:
        joined[ref] = pair
        return
    first, middle = joined[ref]
    if middle != before:
        raise _conflict(ref, before, middle)
    joined[ref] = first, after


def _from_pairs(
    pairs: Iterable[Pair],
    *,
    erased: Collection[Ref] = (),
    merged: Collection[tuple[Ref, Ref]] = (),
    effects: Collection[Effect] = (),
    cause: Cause | None = None,
) -> Changes:
    several = [(before, after) for before, after in pairs if before != after]
    if not erased and not merged and not effects and all(after for _, after in several):
        created = [after for before, after in several if after and not before]
        return assembled(created, [Updated(before, after) for before, after in several if before and after], cause)
    created = [after for before, after in several if after and not before]
    gone = {before.ref for before, after in several if before and not after}
    gone |= set(erased).difference(record.ref for record in created)
    return Changes(
        created=created,
        updated=[Updated(before, after) for before, after in several if before and after],
        deleted=[before for before, after in several if before and not after],
        erased=erased,
        merged=[merge for merge in merged if merge[0] in gone],
        effects=effects,
        cause=cause,
    )


def _next(record: Entity | None, last: Entity | None) -> Entity | None:
    """
    Give a record with the version that follows the last one: undoing is a change too.
    """
    if record is None:
        return None
    return attrs.evolve(record, version=max(record.version, last.version if last else 0) + 1)
