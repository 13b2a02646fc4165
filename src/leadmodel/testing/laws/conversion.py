"""
The laws of conversion: a plan shows everything and is done exactly so, once; and it can be taken back.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from leadmodel.changes import Changes, revert
from leadmodel.directory import Directory
from leadmodel.entities import Account, Activity, Contact, Deal, Entity, Lead, Note, Record, Task, facts_of
from leadmodel.errors import AlreadyConverted, CannotConvert, Problem
from leadmodel.rules.conversion import (
    Conversion,
    ConversionPlan,
    Omit,
    Request,
    Selling,
    apply_plan,
    convert_lead,
    plan_conversion,
)
from leadmodel.rules.conversion.carrying import Treatment, is_blank
from leadmodel.values import Ref

_KINDS = (Lead, Contact, Account, Deal, Note, Activity, Task)
_USUAL = Request()


def check_conversion(
    lead: Lead, directory: Directory, playbook: Selling, request: Request = _USUAL, *, at: datetime
) -> None:
    """
    Check that the plan of a conversion tells everything, and that converting does exactly that, once and for all.

    Every field of the lead has one line, and a value that goes nowhere has a reason. A plan that is blocked changes
    nothing, and converting is refused for the same problems. Otherwise `convert_lead` and `apply_plan` do what the plan
    shows; done again, both change nothing, and another request is refused (CONV-10). Reverted, the records are equal to
    those before (CONV-11), and a new plan is the old one. The directory is left as it is throughout.

    Args:
        lead: Any lead; the directory need not have it.
        directory: Who is on record.
        playbook: How the organisation sells.
        request: What is asked for.
        at: When it would happen; aware.

    Raises:
        AssertionError: One of the laws does not hold.
        InvalidCriterion: A guard asks about something that conversion cannot tell it.

    Rule:
        CONV-1, CONV-4, CONV-9 to CONV-11.
    """
    before = _records(directory)
    there = directory.copy()
    if there.get(Lead, lead.id) is None:
        there.update(Changes(created=(lead,)))
    asked = _Asking(lead, playbook, request, at)
    plan = asked.plan(there)
    if plan.before.conversion is None:
        _check_lines(plan)
        _check_values(plan)
    if plan.problems:
        _check_blocked(asked, plan, there)
    else:
        _check_done(asked, plan, there)
        _check_once(asked, plan, there)
        _check_taken_back(asked, plan, there)
    now = _records(directory)
    touched = [ref for ref in before | now if before.get(ref) is not now.get(ref)]
    assert not touched, f"planning and converting have touched the directory: {touched}"


def _records(directory: Directory) -> dict[Ref, Entity]:
    return {record.ref: record for kind in _KINDS for record in directory.all(kind)}


class _Asking:
    """
    One conversion, asked for again and again.
    """

    def __init__(self, lead: Lead, playbook: Selling, request: Request, at: datetime) -> None:
        self.lead, self.playbook, self.request, self.at = lead, playbook, request, at

    def plan(self, directory: Directory) -> ConversionPlan:
        """
        Plan it.
        """
        return plan_conversion(self.lead, directory, **self._options(self.request))

    def convert(self, directory: Directory, request: Request | None = None) -> Conversion:
        """
        Convert the lead, by this request or another one.
        """
        return convert_lead(self.lead, directory, **self._options(request or self.request))

    def _options(self, request: Request) -> dict[str, Any]:
        asked = {"account": request.account, "contact": request.contact, "deal": request.deal}
        return {**asked, "at": self.at, "playbook": self.playbook}

    def ways(self, plan: ConversionPlan, directory: Directory) -> dict[str, Callable[[], Conversion]]:
        """
        Give both ways to carry out what was planned.
        """
        return {
            "convert_lead": lambda: self.convert(directory),
            "apply_plan": lambda: apply_plan(plan, directory, playbook=self.playbook),
        }


# What is told


def _check_lines(plan: ConversionPlan) -> None:
    lead = plan.before
    held = {name: getattr(lead, name) for name in facts_of(Lead)}
    held |= {f"custom.{name}": value for name, value in lead.custom.items()}
    told = Counter(line.field for line in plan.fields)
    assert told == Counter(held.keys()), f"of {sorted(held)} the plan tells {sorted(told.elements())}"
    for line in plan.fields:
        value = held[line.field]
        assert line.value == value, f"the lead has {value!r} in {line.field}, and the plan says {line.value!r}"
        assert line.carried or line.dropped or is_blank(value), f"{line.field} is lost without a word: {value!r}"


def _check_values(plan: ConversionPlan) -> None:
    """
    Check that the records hold what the lines say; a plan that is blocked has none.
    """
    there: dict[type[Record], Record] = {
        type(record): record for record in (plan.account, plan.contact, plan.deal) if record
    }
    for line in plan.fields:
        for done in line.carried if there else ():
            record = there.get(done.record_type)
            name = done.field.removeprefix("custom.")
            holds = record.custom.get(name) if name != done.field and record else getattr(record, done.field, None)
            expected = done.before if done.treatment in {Treatment.KEPT, Treatment.SAME} else done.after
            said = f"{done.field} of {record and record.ref}"
            assert holds == expected, f"the plan says that {said} becomes {expected!r}, and it is {holds!r}"


def _check_blocked(asked: _Asking, plan: ConversionPlan, directory: Directory) -> None:
    made = [record for record in (plan.lead, plan.account, plan.contact, plan.deal) if record]
    assert not made, f"the plan is blocked, and yet there are {made}"
    assert not plan.changes, f"the plan is blocked, and yet there are {plan.changes!r}"
    for name, way in asked.ways(plan, directory).items():
        given = _refusal(way)
        assert given == plan.problems, f"the plan is blocked by {plan.problems}, and {name} by {given}"


def _refusal(way: Callable[[], Conversion]) -> tuple[Problem, ...]:
    try:
        way()
    except CannotConvert as error:
        return error.problems
    return ()


# What is done


def _check_done(asked: _Asking, plan: ConversionPlan, directory: Directory) -> None:
    again = asked.plan(directory)
    assert again == plan, f"planned again, the plan is\n{again}\nand was\n{plan}"
    for name, way in asked.ways(plan, directory).items():
        done = way()
        given = (done.lead, done.account, done.contact, done.deal, done.changes)
        shown = (plan.lead, plan.account, plan.contact, plan.deal, plan.changes)
        assert given == shown, f"the plan shows {shown}, and {name} gives {given}"


def _check_once(asked: _Asking, plan: ConversionPlan, directory: Directory) -> None:
    """
    Check that the records of the plan are on record afterwards, and that doing it again gives them and no changes.
    """
    after = directory.copy()
    after.update(plan.changes)
    records = [record for record in (plan.lead, plan.account, plan.contact, plan.deal) if record]
    lost = [record for record in records if after.find(record.ref) != record]
    assert not lost, f"the plan shows {lost}, and its changes make {[after.find(record.ref) for record in lost]}"
    for update in plan.changes.updated:
        versions = (update.before.version, update.after.version)
        assert versions[0] < versions[1], f"{update.after.ref} had version {versions[0]}, and has {versions[1]} now"
    for name, way in asked.ways(plan, after).items():
        done = way()
        again = [record for record in (done.lead, done.account, done.contact, done.deal) if record]
        assert not done.changes, f"done again, {name} changes something: {done.changes!r}"
        assert again == records, f"done again, {name} gives {again}, and the first time {records}"
    _check_other_request(asked, after)


def _check_other_request(asked: _Asking, after: Directory) -> None:
    other = Request(account=asked.request.contact, contact=asked.request.account, deal=asked.request.deal)
    if other.digest() == asked.request.digest():
        other = Request(account=Omit(), contact=Omit())
    try:
        done = asked.convert(after, other)
    except AlreadyConverted:
        return
    same = other.digest() == asked.request.digest()
    assert same, f"converted by {asked.request}, the lead was converted by {other} too, to {done}"


def _check_taken_back(asked: _Asking, plan: ConversionPlan, directory: Directory) -> None:
    """
    Check that a conversion that has just been made can be taken back: equal records, and the same plan as before.
    """
    after = directory.copy()
    after.update(plan.changes)
    after.update(revert(plan.changes, after.current(plan.changes), at=asked.at, referring=after.referring))
    start, now = _records(directory), _records(after)
    differ = [ref for ref in start | now if start.get(ref) != now.get(ref)]
    assert not differ, f"converted and reverted, {differ} are not as they were: {[now.get(ref) for ref in differ]}"
    if not plan.replayed:
        again = asked.plan(after)
        assert again.changes == plan.changes, f"reverted, the plan is\n{again}\nand was\n{plan}"
