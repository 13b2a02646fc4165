"""
Changing the statuses of leads while leads have them.

Rule:
    LEAD-3, LEAD-4.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from leadmodel.changes import Changes, Updated
from leadmodel.changes.verbs import stamped
from leadmodel.criteria import Related
from leadmodel.entities import Lead
from leadmodel.processes import Status, Statuses
from leadmodel.rules.beginning import moment
from leadmodel.rules.leads import move_lead
from leadmodel.rules.reshaping.steps import (
    STATUS,
    check_new,
    joined,
    placed,
    renamed_step,
    renamed_way,
    settled,
    ways_without,
)
from leadmodel.values.hydration import copied


@attrs.frozen(kw_only=True)
class StatusesChange:
    """
    What changing the statuses gives: the statuses as they would be, and the changes that the leads need.
    """

    statuses: Statuses
    changes: Changes

    def __str__(self) -> str:
        return f"{self.statuses}\n\n{self.changes}"

    def _repr_html_(self) -> str:
        return f"{self.statuses._repr_html_()}{self.changes._repr_html_()}"


def add_status(statuses: Statuses, status: Status, *, before: str = "", after: str = "") -> Statuses:
    """
    Give statuses with one more. Where they declare transitions, none leads there yet.

    Args:
        statuses: The statuses as they are.
        status: The new one.
        before: The key of the status that it comes before.
        after: The key of the status that it comes after; without either, it is the last.

    Raises:
        InvalidValue: Both places are given.
        UnknownName: There is no such status to come before or after.
        InvalidTable: There is a status with its key, or it contradicts the others.

    Rule:
        LEAD-3.
    """
    return attrs.evolve(statuses, members=placed(statuses, status, before, after))


def rename_status(
    statuses: Statuses, key: str, *, to: str, leads: Iterable[Lead] = (), at: datetime, by: str | None = None
) -> StatusesChange:
    """
    Give a status another key, for the leads that have it too, converted ones among them; nothing moves.

    A label that is the key is renamed with it. A guard that asks about `status` itself is left as it is.

    Args:
        statuses: The statuses as they are.
        key: The key of a status.
        to: The new key.
        leads: The leads; those that have another status are left alone.
        at: When it happens; aware.
        by: The user who does it.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        UnknownName: There is no such status.
        InvalidTable: There is a status with the new key, or it is no key.

    Rule:
        LEAD-3.
    """
    at = moment(at, "renaming", by=by)
    statuses.status(key)
    check_new(statuses, to)
    renamed = attrs.evolve(
        statuses,
        members=[renamed_step(status, key, to) for status in statuses.members],
        transitions=[renamed_way(way, key, to) for way in statuses.transitions],
    )
    updated = [Updated(lead, stamped(copied(lead, status=to), lead, at)) for lead in leads if lead.status == key]
    return StatusesChange(statuses=renamed, changes=joined(updated, ("LEAD-3",), at, by))


def remove_status(
    statuses: Statuses,
    key: str,
    *,
    to: str = "",
    leads: Iterable[Lead] = (),
    at: datetime,
    by: str | None = None,
    given: Mapping[str, object] | None = None,
    related: Related | None = None,
) -> StatusesChange:
    """
    Take a status out, and move the leads that have it to another.

    They move as by `move_lead`, only that no transition is needed. A converted lead cannot move.

    Args:
        statuses: The statuses as they are.
        key: The key of the status.
        to: The key of the status that its leads get.
        leads: The leads; those that have another status are left alone.
        at: When it happens; aware.
        by: The user who does it.
        given: Other fields to be set with the moves.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        UnknownName: There is no such status, or not the one that leads are to get.
        InvalidTable: No live status would be left, or no transition where there are some.
        StillInUse: Leads have it that cannot go, or nothing says where; each is named, with all reasons.

    Rule:
        LEAD-3, LEAD-4.
    """
    at = moment(at, "removal", by=by)
    gone = statuses.status(key)
    rest = attrs.evolve(
        statuses,
        members=[status for status in statuses.members if status is not gone],
        transitions=ways_without(statuses, key),
    )
    if to:
        rest.status(to)
    free = attrs.evolve(statuses, transitions=())

    def moved(lead: Lead, place: str) -> Changes:
        return move_lead(lead, place, at=at, statuses=free, by=by, given=given, related=related).changes

    places = [(lead, to) for lead in leads if lead.status == key]
    changes = settled(gone.key, STATUS, places, moved, at=at, by=by)
    return StatusesChange(statuses=rest, changes=changes)
