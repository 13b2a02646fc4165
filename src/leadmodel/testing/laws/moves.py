"""
The laws of moves: what is said of a move is what happens, and what happened can be told and taken back.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from leadmodel.changes import Changes, revert
from leadmodel.criteria import Related
from leadmodel.entities import Deal, Entity, Lead
from leadmodel.errors import CannotMove, Problem
from leadmodel.processes import Closing, Outcome, Process, Stage, Statuses, StatusKind
from leadmodel.processes.pipelines import as_pipelines, pipeline_of
from leadmodel.processes.ways import Way
from leadmodel.rules.deals import GivenPipelines, can_move, move_deal, next_stages
from leadmodel.rules.histories import stage_at, stage_history, time_in_stages
from leadmodel.rules.leads import move_lead, next_statuses
from leadmodel.rules.moving import MoveCheck

if TYPE_CHECKING:
    from leadmodel.values import Ref

_MOMENT = timedelta(microseconds=1)


def check_moves(
    deal: Deal,
    pipeline: GivenPipelines,
    *,
    at: datetime,
    given: Mapping[str, object] | None = None,
    related: Related | None = None,
) -> None:
    """
    Check every move of a deal to every stage.

    `can_move` says yes where `move_deal` moves, and no for the same reasons; `next_stages` are the stages that the
    tables leave open, and no others. A move sets what it should and nothing else: `closed_at` as the cell says, a
    history that is longer by one, no probability set by hand unless it was given. Made and reverted, it gives an equal
    deal; made again, it changes nothing (PIPE-5); and what was known of the deal before the instant is still told.

    Args:
        deal: Any deal; see `leadmodel.testing.strategies.moved_deals`.
        pipeline: The pipeline in which it stands, or all that there are.
        at: When it would move; aware.
        given: Other fields that would be set with the move.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        AssertionError: One of the laws does not hold.
        UnknownName: The deal stands in no pipeline of these, or in none of its stages.
        InvalidEdit: What is given cannot be set.
        InvalidCriterion: A guard asks about a related record, and `related` is missing.

    Rule:
        PIPE-2 to PIPE-9.
    """
    several, at = as_pipelines(pipeline), at.astimezone(UTC)
    check_history(deal, as_of=at)
    own = pipeline_of(deal.pipeline, several)
    start = own.stage(deal.stage)
    options: dict[str, Any] = {"pipeline": several, "at": at, "related": related}
    found = next_stages(deal, given=given, **options)
    _check_next(own, start, start.mark, found)
    for target, stage in ((each, stage) for each in several.values() for stage in each.stages):
        to_pipeline = "" if target is own else target.key
        if target is own and stage is start:
            _check_staying(deal, stage.key, options)
            continue
        asked = {**options, "given": given, "to_pipeline": to_pipeline}
        check, tried = can_move(deal, stage.key, **asked), _try_deal(deal, stage.key, asked)
        _check_verdict(check, tried)
        if target is own:
            listed = [each for each in found if each.to is stage]
            assert listed in ([], [check]), f"next_stages tells of {stage.key!r} {listed}, and can_move {[check]}"
        if tried.after is not None:
            way = own.way(start, stage) if target is own else target.way(None, stage, start.mark)
            _check_moved(deal, tried.after, way, at, given or {}, pipeline=to_pipeline)
            _check_changes(deal, tried.after, tried.changes, at)
            _check_staying(tried.after, stage.key, {**options, "at": at + _MOMENT})


def check_lead_moves(
    lead: Lead,
    statuses: Statuses,
    *,
    at: datetime,
    given: Mapping[str, object] | None = None,
    related: Related | None = None,
) -> None:
    """
    Check every move of a lead to every status, as `check_moves` checks those of a deal.

    `next_statuses` are those that the table leaves open, and `move_lead` moves to the ones of them that ask for
    nothing more. A move sets the status and what was given, and converts no lead (LEAD-3); a converted one stays as it
    is where its table says so (CONV-9).

    Args:
        lead: Any lead.
        statuses: The organisation's, one of which the lead has, or none.
        at: When it would move; aware.
        given: Other fields that would be set with the move.
        related: Finds the record behind a reference, where a guard asks about one.

    Raises:
        AssertionError: One of the laws does not hold.
        UnknownName: The lead has another status than these.
        InvalidEdit: What is given cannot be set.
        InvalidCriterion: A guard asks about a related record, and `related` is missing.

    Rule:
        LEAD-3, LEAD-4, CONV-9.
    """
    at = at.astimezone(UTC)
    start = None if lead.status is None else statuses.status(lead.status)
    mark = StatusKind.CONVERTED if lead.conversion else start.kind if start else statuses.unset
    options: dict[str, Any] = {"statuses": statuses, "at": at, "related": related}
    found = next_statuses(lead, given=given if _may_move(statuses, start, mark) else None, **options)
    _check_next(statuses, start, mark, found)
    checks = {check.to.key: check for check in found}
    for status in statuses.members:
        if status is start:
            _check_staying(lead, status.key, options)
            continue
        tried = _try_lead(lead, status.key, {**options, "given": given if status.key in checks else None})
        if status.key in checks:
            _check_verdict(checks[status.key], tried)
        else:
            assert tried.after is None, f"next_statuses has no {status.key!r}, and {lead.ref} moved there"
        if tried.after is not None:
            facts: dict[str, Any] = {**(given or {}), "status": status.key}
            expected = attrs.evolve(lead, **facts)
            assert tried.after == expected, f"moved to {status.key!r}, {lead} is {tried.after}, not {expected}"
            _check_changes(lead, tried.after, tried.changes, at)
            _check_staying(tried.after, status.key, options)


def check_history(deal: Deal, *, as_of: datetime) -> None:
    """
    Check that what is told of a deal's past adds up: each stay begins where the one before it ends, and the last lasts.

    The time in all stages is the time since the first arrival that is known (PIPE-8), and `stage_at` names at any
    instant the stage in which the stays up to that instant end (AUTH-15).

    Args:
        deal: Any deal, whatever is missing from its history.
        as_of: Up to when; aware.

    Raises:
        AssertionError: One of the laws does not hold.

    Rule:
        PIPE-8, AUTH-15.
    """
    stays = stage_history(deal, as_of=as_of)
    for one, two in pairwise(stays):
        assert one.until == two.since, f"{one} is followed by {two}, which does not begin where it ends"
    assert not stays or stays[-1].until == as_of, f"the last stay ends before {as_of}: {stays[-1]}"
    known = [stay.since for stay in stays if stay.since is not None]
    total, spent = sum(time_in_stages(deal, as_of=as_of).values(), timedelta()), as_of - min(known, default=as_of)
    assert total == spent, f"the times in the stages of {deal.ref} add up to {total}, not to {spent}"
    for moment in {as_of, *known, *(instant - _MOMENT for instant in known)}:
        past = stage_history(deal, as_of=moment)
        told, ended = stage_at(deal, moment), past[-1].stage if past else None
        assert told == ended, f"at {moment} {deal.ref} stood in {told!r}; its stays until then end in {ended!r}"


# One move


class _Tried(NamedTuple):
    """
    What came of a move: the record after it, or None and what stood in the way.
    """

    after: Any
    changes: Changes
    problems: tuple[Problem, ...]


def _try_deal(deal: Deal, to: str, asked: Mapping[str, Any]) -> _Tried:
    try:
        move = move_deal(deal, to, **asked)
    except CannotMove as error:
        return _Tried(None, Changes(), error.problems)
    return _Tried(move.deal, move.changes, ())


def _try_lead(lead: Lead, to: str, asked: Mapping[str, Any]) -> _Tried:
    try:
        move = move_lead(lead, to, **asked)
    except CannotMove as error:
        return _Tried(None, Changes(), error.problems)
    return _Tried(move.lead, move.changes, ())


def _may_move(process: Process[Any], start: Any, mark: StrEnum) -> bool:  # noqa: ANN401  (a step or None)
    return any(process.way(start, step, mark).is_open for step in process.steps)


def _check_next(process: Process[Any], start: Any, mark: StrEnum, found: Iterable[MoveCheck[Any]]) -> None:  # noqa: ANN401  (as above)
    """
    Check that exactly the steps are told that the rows and the transitions leave open.
    """
    allowed = {(row.come_from, row.to) for row in process.moves if row.allowed}
    left = "" if start is None else start.key
    expected = [
        step.key for step in process.steps
        if step is not start and (mark, step.mark) in allowed
        and (
            not process.transitions or (start is None and step is process.first)
            or any(way.to == step.key and (not way.come_from or left in way.come_from) for way in process.transitions)
        )
    ]  # fmt: skip
    told = [check.to.key for check in found]
    assert told == expected, f"from {left!r} {process!r} tells of {told}, and its tables leave open {expected}"


def _check_verdict(check: MoveCheck[Any], tried: _Tried) -> None:
    assert bool(check) is (tried.after is not None), f"{check!r}, and moving it gives {tried.after or tried.problems}"
    assert check.problems == tried.problems, f"{check!r} for {check.problems}; moving it, for {tried.problems}"


def _check_staying(record: Any, key: str, options: Mapping[str, Any]) -> None:  # noqa: ANN401  (a deal or a lead)
    """
    Check that moving to where a record stands changes nothing (PIPE-5).
    """
    tried = (_try_deal if isinstance(record, Deal) else _try_lead)(record, key, options)
    same = tried.after == record and not tried.changes
    assert same, f"{record.ref} stands in {key!r} already, and moving there makes {tried.changes!r} of it"


def _check_moved(
    deal: Deal, after: Deal, way: Way[Stage], at: datetime, given: Mapping[str, object], *, pipeline: str
) -> None:
    """
    Check what a move has made of a deal, field by field, and what is told of it since and before.
    """
    closed = {Closing.STAMP: at, Closing.CLEAR: None}.get(way.row.closing, deal.closed_at)
    facts: dict[str, Any] = {
        "probability": None, **given, "stage": way.to.key, "pipeline": pipeline or deal.pipeline, "closed_at": closed,
        "history": after.history,
    }  # fmt: skip
    expected = attrs.evolve(deal, **facts)
    assert after == expected, f"moved to {way.to.key!r}, the deal is\n{after}\nand should be\n{expected}"
    assert after.version == deal.version + 1, f"version {deal.version} is followed by {after.version}"
    _check_entry(deal, after, way, at, elsewhere=pipeline)
    check_history(after, as_of=at)
    assert stage_at(after, at) == after.stage, f"moved to {after.stage!r}, {deal.ref} stood in {stage_at(after, at)!r}"
    moments = [entry.at for entry in deal.history] or [deal.created_at or at, deal.closed_at or at]
    for moment in (each - early for each in (*moments, at) for early in (_MOMENT, timedelta())):
        told, known = stage_at(after, moment), stage_at(deal, moment)
        assert moment >= at or told == known, f"at {moment}, {deal.ref} stood in {known!r}; now in {told!r}"


def _check_entry(deal: Deal, after: Deal, way: Way[Stage], at: datetime, *, elsewhere: str) -> None:
    """
    Check the history: it is longer by one, and by what was known of a closed deal that had none.
    """
    assert after.history, f"the history of {deal.ref} is gone: {deal.history}"
    *earlier, entry = after.history
    began = 1 if len(earlier) == 1 and not deal.history and deal.closed_at == earlier[0].at else 0
    assert len(earlier) == len(deal.history) + began, (
        f"{len(deal.history)} moves of {deal.ref} are now {len(earlier)} + 1"
    )
    kept = [
        attrs.evolve(one, pipeline="") == attrs.evolve(two, pipeline="")
        for one, two in zip(deal.history, earlier, strict=False)
    ]
    assert all(kept), f"a move has changed earlier ones: {deal.history} became {earlier}"
    told = {
        "to": way.to.key, "at": at, "come_from": deal.stage, "pipeline": after.pipeline, "amount": after.amount,
        "from_pipeline": deal.pipeline if elsewhere else "",
        "probability": way.to.probability if after.probability is None else after.probability,
        "reopened": way.mark in _CLOSED and way.to.outcome not in _CLOSED,
    }  # fmt: skip
    written = {name: getattr(entry, name) for name in told}
    assert written == told, f"the move of {deal.ref} is written down as {written}, and was {told}"


_CLOSED = frozenset(outcome for outcome in Outcome if outcome.closed)


def _check_changes(record: Entity, after: Entity, changes: Changes, at: datetime) -> None:
    """
    Check that changes make of one record what the move gave, and that reverting them gives an equal one.
    """
    there: dict[Ref, Entity] = {record.ref: record}
    changes.apply_to(there)
    assert there == {record.ref: after}, f"the move gives {after}, and its changes make {there}"
    revert(changes, there, at=at).apply_to(there)
    assert there == {record.ref: record}, f"{record}, moved and reverted, is {there}"
