"""
Leads on their way: where they begin, which status may follow, and qualification.

Behaviour follows the kinds of the statuses. That no move converts a lead, and that a converted one stays as it is, are
rows of the move table.

Rule:
    LEAD-3, LEAD-4, CONV-9.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from leadmodel.changes import Cause, Changes
from leadmodel.changes.change import updating
from leadmodel.changes.verbs import next_version, with_values
from leadmodel.criteria import Related
from leadmodel.entities import Lead
from leadmodel.errors import CannotMove, Problem, UnknownName
from leadmodel.processes import Status, Statuses, StatusKind
from leadmodel.processes.ways import Way, ways_from
from leadmodel.rules.beginning import begun, moment
from leadmodel.rules.moving import MoveCheck, already_there, checked, problems_of, refuse_any
from leadmodel.values.hydration import copied


@attrs.frozen(kw_only=True)
class LeadMove:
    """
    What a move gives: the lead as it would be, and the changes that make it so.
    """

    lead: Lead
    changes: Changes

    def __str__(self) -> str:
        return str(self.changes)

    def _repr_html_(self) -> str:
        return self.changes._repr_html_()


def new_lead(
    *,
    id: str,
    statuses: Statuses,
    status: str = "",
    at: datetime | None = None,
    related: Related | None = None,
    **fields: Any,  # noqa: ANN401  (any field of a lead)
) -> Lead:
    """
    Begin a lead on the first status. `create` makes the changes that put it on record.

    Args:
        id: The caller's.
        statuses: The organisation's.
        status: The key of another status to begin at; what it asks for is asked of the lead.
        at: When it begins; aware. Without it, `create` says when.
        related: Finds the record behind a reference, where a guard asks about one.
        fields: Other fields of a lead, such as `last_name`; not those that a verb sets.

    Raises:
        InvalidValue: The instant is naive.
        InvalidRecord: A field does not exist, belongs to a verb, or cannot hold the value; all is reported.
        UnknownName: There is no such status.
        CannotMove: The status asks for something that is missing, or no lead may begin there.
        InvalidCriterion: A guard asks about time or about a related record, and `at` or `related` is missing.

    Rule:
        LEAD-3, LEAD-4.
    """
    if at is not None:
        at = moment(at, "new lead")
    way = statuses.way(None, statuses.status(status) if status else statuses.first)
    lead = begun(Lead, {"id": id, **fields}, {"status": way.to.key, "created_at": at})
    found = problems_of(statuses, way, lead, at=at, related=related)
    refuse_any(statuses, way, lead, found, left="", related=related)
    return lead


def move_lead(
    lead: Lead,
    to: str,
    *,
    at: datetime,
    statuses: Statuses,
    by: str | None = None,
    given: Mapping[str, object] | None = None,
    related: Related | None = None,
) -> LeadMove:
    """
    Move a lead to a status. A lead that has it already is given back with no changes.

    No move converts a lead, and a converted one stays as it is: conversion and its revert do that.

    Args:
        lead: The lead as it stands.
        to: The key of a status.
        at: When it happens; aware.
        statuses: The organisation's.
        by: The user who does it.
        given: Other fields to be set with the move.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        InvalidEdit: A given field does not exist, belongs to a verb, or cannot hold the value; or the lead has the
            status already, and is not changed by a move.
        UnknownName: There is no such status, or not the one that the lead has.
        CannotMove: The move is not allowed, or something that it asks for is missing; all is reported.
        InvalidCriterion: A guard asks about a related record, and `related` is missing.

    Rule:
        LEAD-3, LEAD-4, CONV-9; see `leadmodel.statuses.MOVES`.
    """
    at = moment(at, "move", by=by)
    way = _way(lead, to, statuses)
    rules = (way.row.rule,)
    if way.to is way.start:
        already_there(lead, given, way.to.key)
        return LeadMove(lead=lead, changes=Changes(cause=Cause(at=at, by=by, rules=rules)))
    after = _moved(lead, way, at, given)
    found = problems_of(statuses, way, after, at=at, related=related)
    refuse_any(statuses, way, after, found, left=lead.status or "", related=related)
    return LeadMove(lead=after, changes=updating(lead, after, at=at, by=by, rules=rules))


def next_statuses(
    lead: Lead,
    *,
    statuses: Statuses,
    given: Mapping[str, object] | None = None,
    at: datetime | None = None,
    related: Related | None = None,
) -> tuple[MoveCheck[Status], ...]:
    """
    Give the statuses to which the tables let a lead go, in order, and what each of them asks for.

    Args:
        lead: The lead as it stands.
        statuses: The organisation's.
        given: Other fields that would be set with the move.
        at: When it would happen; needed where a guard asks about time.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        InvalidValue: The instant is naive.
        InvalidEdit: As for `move_lead`.
        UnknownName: There is no such status as the lead has.
        InvalidCriterion: A guard asks about time or about a related record, and `at` or `related` is missing.

    Rule:
        LEAD-3, LEAD-4.
    """
    if at is not None:
        at = moment(at, "move")
    start = _status_of(lead, statuses)
    checks = []
    for way in ways_from(statuses, start, _counts_as(lead, start, statuses)):
        after = _moved(lead, way, at, given)
        problems = problems_of(statuses, way, after, at=at, related=related)
        checks.append(checked(statuses, way, after, problems, left=lead.status or "", related=related))
    return tuple(checks)


def qualify_lead(
    lead: Lead,
    *,
    at: datetime,
    statuses: Statuses,
    status: str = "",
    by: str | None = None,
    given: Mapping[str, object] | None = None,
    related: Related | None = None,
) -> LeadMove:
    """
    Move a lead to the first status that means qualified, or to the one of that kind that is named.

    Args:
        lead: The lead as it stands.
        at: When it happens; aware.
        statuses: The organisation's.
        status: The key of a status of that kind; "" is the first.
        by: The user who does it.
        given: Other fields to be set with the move.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        InvalidEdit: As for `move_lead`.
        UnknownName: There is no status of that kind, or not the named one.
        CannotMove: The lead is qualified already, the move is not allowed, or something is missing.
        InvalidCriterion: As for `move_lead`.

    Rule:
        LEAD-3, LEAD-4.
    """
    to = _of_kind(lead, StatusKind.QUALIFIED, status, statuses)
    return move_lead(lead, to, at=at, statuses=statuses, by=by, given=given, related=related)


def disqualify_lead(
    lead: Lead,
    *,
    at: datetime,
    statuses: Statuses,
    status: str = "",
    by: str | None = None,
    given: Mapping[str, object] | None = None,
    related: Related | None = None,
) -> LeadMove:
    """
    Move a lead to the first status that means unqualified, or to the one of that kind that is named.

    Args:
        lead: The lead as it stands.
        at: When it happens; aware.
        statuses: The organisation's.
        status: The key of a status of that kind; "" is the first.
        by: The user who does it.
        given: Other fields to be set with the move.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        InvalidValue: The instant is naive, or the user is no id; both are reported.
        InvalidEdit: As for `move_lead`.
        UnknownName: There is no status of that kind, or not the named one.
        CannotMove: The lead is unqualified already, the move is not allowed, or something is missing.
        InvalidCriterion: As for `move_lead`.

    Rule:
        LEAD-3, LEAD-4.
    """
    to = _of_kind(lead, StatusKind.UNQUALIFIED, status, statuses)
    return move_lead(lead, to, at=at, statuses=statuses, by=by, given=given, related=related)


# How a move is made


def _status_of(lead: Lead, statuses: Statuses) -> Status | None:
    return None if lead.status is None else statuses.status(lead.status)


def _counts_as(lead: Lead, start: Status | None, statuses: Statuses) -> StatusKind:
    """
    Say what a lead counts as: one that has been converted is converted, whatever an import made of its status.
    """
    if lead.conversion is not None:
        return StatusKind.CONVERTED
    return statuses.unset if start is None else start.kind


def _way(lead: Lead, to: str, statuses: Statuses) -> Way[Status]:
    start = _status_of(lead, statuses)
    return statuses.way(start, statuses.status(to), _counts_as(lead, start, statuses))


def _moved(lead: Lead, way: Way[Status], at: datetime | None, given: Mapping[str, object] | None) -> Lead:
    """
    Give the lead as it is after the move.
    """
    base = lead
    if given:
        # A converted lead cannot be edited: where the move is refused, that says so better than the edit would.
        base = with_values(lead if way.is_open else copied(lead, conversion=None), given)
    return copied(
        base, status=way.to.key, conversion=lead.conversion, version=next_version(lead),
        modified_at=at or lead.modified_at,
    )  # fmt: skip


def _of_kind(lead: Lead, kind: StatusKind, named: str, statuses: Statuses) -> str:
    """
    Find the status of a kind, and see that the lead is not of that kind already.
    """
    several = statuses.of_kind(kind)
    start = _status_of(lead, statuses)
    if start is not None and start.kind is kind:
        what, hint = f"it is {kind} already", "move_lead changes the status"
        problem = Problem(what=what, hint=hint, field="status", value=start.key, rule="LEAD-3")
        raise CannotMove(ref=lead.ref, come_from=start.key, to=named or start.key, problems=(problem,), allowed=())
    if not several or (named and named not in {status.key for status in several}):
        known = tuple(status.key for status in several)
        within = f"statuses {statuses.key}"
        raise UnknownName(kind=f"{kind} status", name=named, known=known, within=within, rule="LEAD-3")
    return named or several[0].key
