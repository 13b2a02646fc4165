"""
Changes that can be made to a world, one after another, and leave it whole.
"""

from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from leadmodel.changes import Changes, Updated
from leadmodel.entities import Account, Activity, Contact, Deal, Entity, Lead, Note, Task
from leadmodel.networks import Profile
from leadmodel.samples import World
from leadmodel.testing.strategies.choosing import pick
from leadmodel.testing.strategies.world import Cast, draw_one
from leadmodel.values import Ref

_KINDS = (Contact, Deal, Lead, Account, Note, Activity, Task)


def changes_to(world: World, *, max_size: int = 3, forgetting: bool = False) -> SearchStrategy[tuple[Changes, ...]]:
    """
    Give sequences of changes that can be made to a world one after another: each is valid after those before it.

    Records are created (some under the id of one that was deleted), updated in any field that the rules about authors
    read, and deleted; a deleted contact's deals are deleted with it or lose it. One change may hold several records.

    Histories go any way, whatever the playbook says.

    About 5 ms a draw. Shrinks to no changes.

    Args:
        world: Where the first change is made.
        max_size: How many changes there are at most.
        forgetting: Whether records are forgotten as well, some of which were never there, and which cannot be reverted.
    """
    return _sequences(world, max_size, forgetting)


_PARTS, _TOGETHER = st.integers(1, 3), st.booleans()


@st.composite
def _sequences(draw: DrawFn, world: World, max_size: int, forgetting: bool) -> tuple[Changes, ...]:
    state = _State(world)
    steps = (_create, _update, _delete, *((_forget,) if forgetting else ()))
    found = []
    for _ in range(draw(st.integers(0, max_size))):
        step = _Step(state)
        for _ in range(draw(_PARTS)):
            pick(draw, steps)(draw, state, step)
        found.append(step.changes())
    return tuple(change for change in found if change)


class _State:
    """
    The world as it is after the changes drawn so far.
    """

    def __init__(self, world: World) -> None:
        records = world.records
        self.records: dict[Ref, Entity] = {record.ref: record for record in records}
        self.born = 0
        held = [*(profile for record in records for profile in getattr(record, "profiles", ()))]
        held += [update.author for update in world.updates if update.author]
        identities = tuple(dict.fromkeys(held)) or (Profile("x", "ada"),)
        self.cast = Cast(identities=identities, playbook=world.playbook, typed_ids=False, there=self.records)

    def there(self) -> dict[type[Any], list[str]]:
        """
        Give the ids of the records that are there, by type.
        """
        return {kind: [ref.id for ref in self.records if ref.type is kind] for kind in (Contact, Account, Lead, Deal)}


class _Step:
    """
    One change in the making: the records that it names, before and after.
    """

    def __init__(self, state: _State) -> None:
        self.start = dict(state.records)
        self.after: dict[Ref, Entity | None] = {}
        self.erased: set[Ref] = set()

    def changes(self) -> Changes:
        """
        Give the change.
        """
        made = {ref: record for ref, record in self.after.items() if record is not None}
        return Changes(
            created=[record for ref, record in made.items() if ref not in self.start],
            updated=[Updated(self.start[ref], record) for ref, record in made.items() if ref in self.start],
            deleted=[
                self.start[ref] for ref, record in self.after.items() if record is None and ref not in self.erased
            ],
            erased=self.erased,
        )


def _put(state: _State, step: _Step, record: Entity | None) -> None:
    if record is not None:  # a deal for which there is no stage
        state.records[record.ref] = step.after[record.ref] = record


def _create(draw: DrawFn, state: _State, step: _Step) -> None:
    kind = pick(draw, _KINDS)
    free = [f"{number}" for number in range(4) if Ref(kind, f"{number}") not in {*state.records, *step.after}]
    state.born += 1
    record_id = pick(draw, (*free, f"new{state.born}"))
    _put(state, step, draw(draw_one(state.cast, kind, record_id, state.there())))


def _update(draw: DrawFn, state: _State, step: _Step) -> None:
    free = [ref for ref in state.records if ref not in step.after]
    if free:
        ref = pick(draw, free)
        _put(state, step, draw(draw_one(state.cast, ref.type, ref.id, state.there())))


def _delete(draw: DrawFn, state: _State, step: _Step) -> None:
    free = [ref for ref in state.records if ref not in step.after]
    if not free:
        return
    ref = pick(draw, free)
    deals = [record for record in state.records.values() if isinstance(record, Deal) and names(record, ref)]
    if any(deal.ref in step.after for deal in deals):
        return
    del state.records[ref]
    step.after[ref] = None
    for deal in deals:
        if draw(_TOGETHER):
            del state.records[deal.ref]
            step.after[deal.ref] = None
        else:
            _put(state, step, _without(deal, ref.id))


def _forget(draw: DrawFn, state: _State, step: _Step) -> None:
    """
    Forget what could be deleted, or else whoever never was.
    """
    before = set(step.after)
    _delete(draw, state, step)
    gone = [ref for ref in step.after if ref not in before and step.after[ref] is None]
    step.erased.update(gone[:1] or [Ref(Lead, "never")])


def names(deal: Deal, ref: Ref) -> bool:
    """
    Say whether a deal has this contact, as its primary one or in a role.
    """
    return ref.type is Contact and ref.id in {deal.contact_id, *(other.contact_id for other in deal.contacts)}


def _without(deal: Deal, contact_id: str) -> Deal:
    return attrs.evolve(
        deal,
        contact_id="" if deal.contact_id == contact_id else deal.contact_id,
        contacts=[other for other in deal.contacts if other.contact_id != contact_id],
    )
