"""
Steps put in, renamed and taken out of any process, and the records that have to make room.

Rule:
    PIPE-10, LEAD-3.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import attrs

from leadmodel.changes import Cause, Changes, Updated
from leadmodel.entities import Deal, Lead
from leadmodel.errors import CannotMove, InvalidEdit, InvalidTable, InvalidValue, Problem, StillInUse, shown
from leadmodel.processes import Process, Transition
from leadmodel.processes.parts import Step

S = TypeVar("S", bound=Step)
D = TypeVar("D", Deal, Lead)


def placed(process: Process[S], step: S, before: str, after: str) -> Sequence[S]:
    """
    Give the steps of a process with one more among them.
    """
    noun = process.nouns[1]
    if before and after:
        what, hint = f"{shown(before)} and {shown(after)} are both given", "give one of them"
        raise InvalidValue(subject=f"new {noun}", problems=(Problem(what=what, hint=hint, field="before, after"),))
    steps = list(process.steps)
    anchor = process.step(before or after) if before or after else None
    place = len(steps) if anchor is None else steps.index(anchor) + bool(after)
    return [*steps[:place], step, *steps[place:]]


def check_new(process: Process[Any], key: str) -> None:
    """
    Refuse a key that a step has, or had.
    """
    if any(step.key == key for step in (*process.steps, *process.past_steps)):
        what = f"there is a {process.nouns[1]} {shown(key)} already, or there was one"
        raise refusal(process, what, "choose another key", key)


def renamed_step(step: S, key: str, to: str) -> S:
    """
    Give a step by its new key, where it is the one with the old.
    """
    known: Any = step  # every step is an attrs class
    new: S = attrs.evolve(known, key=to, label=to if step.label == key else step.label)
    return new if step.key == key else step


def renamed_way(way: Transition, key: str, to: str) -> Transition:
    """
    Give a transition that names a step by its new key.
    """
    starts = [to if start == key else start for start in way.come_from]
    return attrs.evolve(way, come_from=starts, to=to if way.to == key else way.to)


def ways_without(process: Process[Any], key: str) -> Sequence[Transition]:
    """
    Give the transitions that are left when a step goes.

    One that led from there alone goes with it: without a step to come from, it would lead from everywhere. That the
    last one goes is refused for the same reason: without any, every step can be reached from every other.
    """
    left = []
    for way in process.transitions:
        starts = [start for start in way.come_from if start != key]
        if way.to != key and bool(starts) is bool(way.come_from):
            left.append(attrs.evolve(way, come_from=starts))
    if process.transitions and not left:
        what = f"without the {process.nouns[1]} {shown(key)}, no transition is left, and every move would be free"
        raise refusal(process, what, "declare another transition first, or take all of them out", key, "PIPE-3")
    return left


def refusal(process: Process[Any], what: str, hint: str, key: str, rule: str = "") -> InvalidTable:
    """
    Give the error that says why a process cannot be changed so.
    """
    problem = Problem(what=what, hint=hint, field=process.steps_field, value=key, rule=rule or process.steps_rule)
    return InvalidTable(subject=f"{process.nouns[0]} {shown(process.key)}", problems=(problem,))


# Records


@attrs.frozen
class Removed:
    """
    What is taken out, and what is said of records that stand there.
    """

    kind: str
    hint: str
    #: The ids of the rules by which it goes, the deciding one first.
    rules: tuple[str, ...]


STAGE: Final = Removed("stage", "say where it goes: to=…", ("PIPE-10", "PIPE-2", "PIPE-8"))
PIPELINE: Final = Removed("pipeline", "say where it goes: into=…, stages={…}", ("PIPE-10", "PIPE-7", "PIPE-8"))
STATUS: Final = Removed("status", "say which one it gets: to=…", ("LEAD-3",))


def settled(
    key: str, removed: Removed, places: Iterable[tuple[D, str]], move: Callable[[D, str], Changes], *,
    at: datetime, by: str | None,
) -> Changes:  # fmt: skip
    """
    Move all records to their places, or say of each that cannot go why not.
    """
    updated: list[Updated] = []
    problems: list[Problem] = []
    for record, place in places:
        if not place:
            stands = record.stage if isinstance(record, Deal) else record.status
            what, where = f"it stands in {shown(stands)}", str(record.ref)
            problems.append(Problem(what=what, hint=removed.hint, where=where, rule=removed.rules[0]))
            continue
        try:
            updated += move(record, place).updated
        except (CannotMove, InvalidEdit) as error:
            problems += [problem.at(str(record.ref)) for problem in error.problems]
    if problems:
        raise StillInUse(kind=removed.kind, name=key, problems=tuple(problems))
    return joined(updated, removed.rules, at, by)


def joined(updated: Iterable[Updated], rules: Iterable[str], at: datetime, by: str | None) -> Changes:
    """
    Give all updates as one value; the instant is in UTC.
    """
    cause = Cause(at=at, by=by, rules=tuple(dict.fromkeys(rules)))
    return Changes(updated=updated, cause=cause)
