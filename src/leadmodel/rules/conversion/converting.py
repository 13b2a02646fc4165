"""
Converting: plan one lead, carry a plan out, convert one lead or many.

Rule:
    CONV-1, CONV-10, CONV-12.
"""

from datetime import datetime

import attrs

from leadmodel.changes import Changes
from leadmodel.changes.parts import differing
from leadmodel.directory import People
from leadmodel.display import html_facts
from leadmodel.entities import Account, Contact, Deal, Lead
from leadmodel.errors import AlreadyConverted, CannotConvert, PlanOutdated
from leadmodel.rules.beginning import moment
from leadmodel.rules.conversion.planning import ConversionPlan, planned
from leadmodel.rules.conversion.policies import Selling
from leadmodel.rules.conversion.requests import Choice, DealChoice, Match, Request

_MATCH = Match()


@attrs.frozen(kw_only=True)
class Conversion:
    """
    What a conversion gives: the records as they are after it, and the changes that make it so.
    """

    lead: Lead
    contact: Contact | None
    account: Account | None
    deal: Deal | None
    changes: Changes
    #: The plan that was carried out.
    plan: ConversionPlan = attrs.field(repr=False)

    def __str__(self) -> str:
        return str(self.changes)

    def _repr_html_(self) -> str:
        told = (("lead", self.lead), ("contact", self.contact), ("account", self.account), ("deal", self.deal))
        facts = [(name, record) for name, record in told if record]
        return f"{html_facts('conversion', facts)}{self.changes._repr_html_()}"


def plan_conversion(
    lead: Lead,
    people: People,
    *,
    at: datetime,
    playbook: Selling,
    account: Choice = _MATCH,
    contact: Choice = _MATCH,
    deal: DealChoice = None,
    by: str | None = None,
) -> ConversionPlan:
    """
    Plan the conversion of a lead: everything that would happen, and nothing happens.

    Args:
        lead: The lead; where *people* has it, today's is taken.
        people: A directory, a store, or whoever can say who is on record.
        at: When it would happen; aware.
        playbook: How the organisation sells.
        account: `Match()`, `New()`, `Use(id)` or `Omit()`.
        contact: The same.
        deal: `NewDeal(…)`, `Use(id)` or None.
        by: The user who does it.

    Raises:
        InvalidValue: The instant is naive, the user is no id, or a choice is none. What stands in the way of the
            conversion itself is no error here: the plan's `problems` say it.

    Rule:
        CONV-1 to CONV-10, CONV-13 to CONV-15.
    """
    at = moment(at, "conversion", by=by)
    request = Request(account=account, contact=contact, deal=deal)
    directory = people.directory_for([lead, *request.refs()], pipelines=playbook.pipelines)
    return planned(lead, directory, request, at=at, by=by, playbook=playbook)


def convert_lead(
    lead: Lead,
    people: People,
    *,
    at: datetime,
    playbook: Selling,
    account: Choice = _MATCH,
    contact: Choice = _MATCH,
    deal: DealChoice = None,
    by: str | None = None,
) -> Conversion:
    """
    Convert a lead. The same request again gives today's records and no changes, so it can be retried safely.

    Args:
        lead: As for `plan_conversion`.
        people: As for `plan_conversion`.
        at: When it happens; aware.
        playbook: How the organisation sells.
        account: As for `plan_conversion`.
        contact: As for `plan_conversion`.
        deal: As for `plan_conversion`.
        by: The user who does it.

    Raises:
        InvalidValue: The instant is naive, the user is no id, or a choice is none.
        AlreadyConverted: The lead was converted before, by another request.
        CannotConvert: Something stands in the way; all of it is reported.

    Rule:
        CONV-1 to CONV-10, CONV-13 to CONV-15.
    """
    plan = plan_conversion(lead, people, at=at, playbook=playbook, account=account, contact=contact, deal=deal, by=by)
    return _carried_out(plan)


def apply_plan(plan: ConversionPlan, people: People, *, playbook: Selling) -> Conversion:
    """
    Carry out exactly what a plan has shown: it is planned again against today's records, and must come out the same.

    Where the lead has been converted by the same request meanwhile, today's records are given, with no changes.

    Args:
        plan: The plan that was looked at.
        people: Today's records; inside a writing transaction, those that it reads.
        playbook: How the organisation sells.

    Raises:
        AlreadyConverted: The lead was converted meanwhile, by another request.
        CannotConvert: The plan was blocked, and still is in the same way.
        PlanOutdated: Records have changed since, and something else would happen now; the error has both plans.

    Rule:
        CONV-1, CONV-10.
    """
    directory = people.directory_for([plan.before, *plan.request.refs()], pipelines=playbook.pipelines)
    today = planned(plan.before, directory, plan.request, at=plan.at, by=plan.by, playbook=playbook)
    if today.before.conversion is None and (today.problems != plan.problems or not _same(plan.changes, today.changes)):
        raise PlanOutdated(ref=plan.before.ref, planned=plan, today=today)
    return _carried_out(today)


def _same(one: Changes, two: Changes) -> bool:
    """
    Say whether two changes do the same, bookkeeping aside.
    """
    pairs, others = ([*each.pairs()] for each in (one, two))
    if len(pairs) != len(others):
        return False
    for (before, after), (before_two, after_two) in zip(pairs, others, strict=True):
        for record, other in ((before, before_two), (after, after_two)):
            if record is None or other is None:
                if record is not other:
                    return False
            elif record.ref != other.ref or differing(record, other, bookkeeping=False):
                return False
    return one.effects == two.effects and one.merged == two.merged


def _carried_out(plan: ConversionPlan) -> Conversion:
    """
    Give what a plan comes to.

    Raises:
        CannotConvert: It is blocked.
    """
    if plan.lead is None:
        raise refusal(plan)
    return Conversion(
        lead=plan.lead, contact=plan.contact, account=plan.account, deal=plan.deal, changes=plan.changes, plan=plan
    )


def refusal(plan: ConversionPlan) -> CannotConvert:
    """
    Give the error of a plan that is blocked.
    """
    ref = plan.before.ref
    if plan.before.conversion is not None:
        return AlreadyConverted(ref=ref, problems=plan.problems, first=plan.before.conversion)
    return CannotConvert(ref=ref, problems=plan.problems)
