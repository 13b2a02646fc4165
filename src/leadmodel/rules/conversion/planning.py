"""
Planning: everything that a conversion would do, without doing it.

A plan is put together from the request, the search for account and contact, and the mapping; whatever stands in the way
is reported together. A plan that is blocked changes nothing.

Rule:
    CONV-1, CONV-2, CONV-8 to CONV-10, CONV-13 to CONV-15.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

import attrs

from leadmodel.changes import Cause, Changes, Plan, Updated
from leadmodel.changes.change import assembled
from leadmodel.changes.verbs import next_version
from leadmodel.directory import Directory
from leadmodel.display import counted
from leadmodel.entities import Account, Contact, Converted, Deal, DealContact, Entity, Lead, Record, facts_of
from leadmodel.errors import (
    CannotMove,
    InvalidRecord,
    Problem,
    UnknownName,
    shown,
    suggestion,
)
from leadmodel.processes import StatusKind
from leadmodel.rules.conversion.carrying import FieldLine, Treatment, Values, carry
from leadmodel.rules.conversion.children import ChildLine, follow
from leadmodel.rules.conversion.evidence import Evidence
from leadmodel.rules.conversion.matching import DEAL, Matching, taken_id, unknown_id
from leadmodel.rules.conversion.plain import plan_plain
from leadmodel.rules.conversion.policies import PUBLISHED, Attitude, Selling
from leadmodel.rules.conversion.reporting import plan_html, plan_text
from leadmodel.rules.conversion.requests import NewDeal, Request, Use
from leadmodel.rules.deals import new_deal
from leadmodel.values import Money, Ref, derived_id
from leadmodel.values.hydration import copied

R = TypeVar("R", bound=Record)


@attrs.frozen(kw_only=True, repr=False)
class ConversionPlan(Plan[Evidence]):
    """
    What a conversion would do: every record that would be created, used or changed, and every field of the lead.

    It prints as a report. `apply_plan` carries it out, if it still holds.
    """

    request: Request
    at: datetime
    by: str | None = None
    #: The lead as it stands.
    before: Lead
    #: The records as they would be; None where there would be none, and in a plan that is blocked.
    lead: Lead | None = None
    contact: Contact | None = None
    account: Account | None = None
    deal: Deal | None = None
    #: What people call the stage of a new deal.
    stage: str = ""
    #: What people call the status that the lead gets.
    status: str = ""
    #: What becomes of each field of the lead, and of each of the organisation's own.
    fields: tuple[FieldLine, ...] = ()
    #: What becomes of the notes, activities and tasks.
    children: tuple[ChildLine, ...] = ()
    #: Whether the lead was converted before by the same request, so that nothing is left to do.
    replayed: bool = False

    def to_plain(self) -> dict[str, Any]:
        """
        Give the report as plain data, ready for JSON.
        """
        return plan_plain(self)

    def __repr__(self) -> str:
        return f"<plan to convert {self.before.ref}: {counted(len(self.problems), 'problem')}, {self.changes!r}>"

    def __str__(self) -> str:
        return plan_text(self)

    def _repr_html_(self) -> str:
        return plan_html(self)


def planned(
    lead: Lead, directory: Directory, request: Request, *, at: datetime, by: str | None, playbook: Selling
) -> ConversionPlan:
    """
    Plan the conversion of one lead against the records of a directory; at is in UTC.
    """
    today = directory.get(Lead, lead.id) or lead
    if today.conversion is not None:
        return _again(today, today.conversion, directory, request, at=at, by=by)
    return _Draft(today, directory, request, at, by, playbook).plan()


def _again(
    lead: Lead, first: Converted, directory: Directory, request: Request, *, at: datetime, by: str | None
) -> ConversionPlan:
    """
    Plan what has been done: the same request gives today's records and no changes, another one is a problem (CONV-10).
    """
    cause = Cause(at=at, by=by, rules=("CONV-10",))
    plan = ConversionPlan(request=request, at=at, by=by, before=lead, changes=Changes(cause=cause))
    if first.digest != request.digest():
        when = f" at {first.at}" if first.at else ""
        what = f"the lead was converted{when}, by another request"
        problem = Problem(what=what, hint="revert that first, or work with what became of it", rule="CONV-10")
        return attrs.evolve(plan, problems=(problem,))
    said = Evidence("the lead was converted before by the same request; nothing is left to do", "CONV-10")
    return attrs.evolve(
        plan, evidence=(said,), replayed=True, lead=lead,
        contact=directory.get(Contact, first.contact_id) if first.contact_id else None,
        account=directory.get(Account, first.account_id) if first.account_id else None,
        deal=directory.get(Deal, first.deal_id) if first.deal_id else None,
    )  # fmt: skip


@attrs.define
class _Draft:
    """
    A plan in the making.
    """

    lead: Lead
    directory: Directory
    request: Request
    at: datetime
    by: str | None
    playbook: Selling
    problems: list[Problem] = attrs.field(factory=list)
    evidence: list[Evidence] = attrs.field(factory=list)
    created: list[Entity] = attrs.field(factory=list)
    updated: list[Updated] = attrs.field(factory=list)
    stage: str = ""
    status: str = ""

    def plan(self) -> ConversionPlan:
        """
        Put everything together.
        """
        self._look_at_lead()
        found = Matching.of(self.lead, self.request, self.directory, self.playbook)
        self.problems += found.problems
        self.evidence += found.evidence
        used = self._used_deal()
        if not (found.account.id or found.contact.id or self.request.deal or self.problems):
            what = "nothing would become of the lead: no account, no contact and no deal"
            self._object(what, "ask for one of them", rule="CONV-2")
        values, lines = self._carry(found, used)
        account = self._account(found, values.get(Account, {}))
        contact = self._contact(found, values.get(Contact, {}), account)
        settled = bool((account or found.account.reason) and (contact or found.contact.reason))
        deal = self._deal(used, values.get(Deal, {}), contact, account, settled=settled)
        if self.problems:
            return self._blocked(lines)
        return self._done(lines, account, contact, deal)

    def _blocked(self, lines: tuple[FieldLine, ...]) -> ConversionPlan:
        return ConversionPlan(
            request=self.request, at=self.at, by=self.by, before=self.lead, changes=Changes(), fields=lines,
            problems=tuple(self.problems), evidence=tuple(self.evidence),
        )  # fmt: skip

    def _done(
        self, lines: tuple[FieldLine, ...], account: Account | None, contact: Contact | None, deal: Deal | None
    ) -> ConversionPlan:
        there: dict[type[Record], Ref] = {type(each): each.ref for each in (account, contact, deal) if each}
        children = follow(self.lead, self.directory, self.playbook, there)
        self.created += children.created
        self.updated += children.updated
        lead = self._converted(account, contact, deal)
        self.updated.append(Updated(self.lead, lead))
        cause = Cause(at=self.at, by=self.by, rules=("CONV-1",))
        return ConversionPlan(
            request=self.request, at=self.at, by=self.by, before=self.lead, lead=lead, account=account, contact=contact,
            deal=deal, changes=assembled(self.created, self.updated, cause), fields=lines,
            children=children.lines, stage=self.stage, status=self.status, evidence=tuple(self.evidence),
        )  # fmt: skip

    def _object(self, what: str, hint: str, *, field: str = "", rule: str) -> None:
        self.problems.append(Problem(what=what, hint=hint, field=field, rule=rule))

    def _warn(self, said: str, rule: str, *refs: Ref) -> None:
        self.evidence.append(Evidence(said, rule, refs, warning=True))

    # The lead

    def _look_at_lead(self) -> None:
        """
        See whether the lead may be converted at all (CONV-14, CONV-15).
        """
        lead, rules = self.lead, self.playbook.conversion
        for path in rules.missing(lead):
            self._object("it is missing", "a lead needs it to be converted", field=path, rule="CONV-15")
        if rules.guard is not None and not rules.guard.holds(lead, self.at, self.directory.find):
            self._object(f"the lead is held: {rules.guard!s} does not hold", "change the lead first", rule="CONV-14")
        statuses = self.playbook.statuses
        status = statuses.find(lead.status) if lead.status else None
        if lead.status and status is None:
            hint = suggestion(lead.status, (each.key for each in statuses.members))
            self._object(f"there is no status {shown(lead.status)}", hint, field="status", rule="LEAD-3")
        elif status is not None and status.kind is StatusKind.UNQUALIFIED:
            if rules.unqualified is Attitude.REFUSE:
                self._object("the lead is unqualified", "qualify it first", field="status", rule="CONV-14")
            else:
                self._warn(f"the lead is unqualified: {status.label}", "CONV-14")
        if self.playbook.namespace == PUBLISHED:
            said = "ids are derived under the published namespace of the presets; set one of your own"
            self._warn(said, "CONV-10")

    def _converted(self, account: Account | None, contact: Contact | None, deal: Deal | None) -> Lead:
        became = Converted(
            at=self.at, contact_id=contact.id if contact else "", account_id=account.id if account else "",
            deal_id=deal.id if deal else "", digest=self.request.digest(),
        )  # fmt: skip
        status = self.playbook.statuses.of_kind(StatusKind.CONVERTED)
        self.status = status[0].label if status else ""
        return copied(
            self.lead, conversion=became, status=status[0].key if status else self.lead.status,
            version=next_version(self.lead), modified_at=self.at,
        )  # fmt: skip

    # What is carried

    def _carry(self, found: Matching, used: Deal | None) -> tuple[dict[type[Record], Values], tuple[FieldLine, ...]]:
        records: dict[type[Record], Record | None] = {}
        missing: dict[type[Record], str] = {}
        for record_type, chosen in ((Account, found.account), (Contact, found.contact)):
            if chosen.id:
                records[record_type] = chosen.record
            else:
                missing[record_type] = chosen.reason or f"there is no {record_type.__name__.lower()}"
        if self.request.deal is None or (isinstance(self.request.deal, Use) and used is None):
            missing[Deal] = "no deal was asked for"
        else:
            records[Deal] = used
        asked = self.request.deal
        given: dict[type[Record], Values] = {Deal: asked.given()} if isinstance(asked, NewDeal) else {}
        values, lines = carry(self.lead, self.playbook.conversion, records, missing, given)
        for line in lines:
            for carried in line.carried:
                if carried.treatment is Treatment.REPLACED and _currencies(carried.before, carried.after) > 1:
                    what = f"{carried.before} would be replaced by {carried.after}: two currencies"
                    self._object(what, "convert the amount first", field=line.field, rule="CONV-13")
        return values, lines

    # The records

    def _account(self, found: Matching, values: Values) -> Account | None:
        chosen = found.account
        if chosen.record is not None:
            return self._changed(chosen.record, values)
        return self._born(Account, chosen.new_id, values) if chosen.new_id else None

    def _contact(self, found: Matching, values: Values, account: Account | None) -> Contact | None:
        chosen = found.contact
        if account is not None and (chosen.record is None or found.moves_account or not chosen.record.account_id):
            values = {**values, "account_id": account.id}
        if chosen.record is not None:
            return self._changed(chosen.record, values)
        return self._born(Contact, chosen.new_id, values) if chosen.new_id else None

    def _changed(self, record: R, values: Values) -> R:
        """
        Give a record that is there with what it gets.
        """
        if not values:
            return record
        fields: dict[str, Any] = {**values, "version": next_version(record), "modified_at": self.at}
        try:
            after = attrs.evolve(record, **fields)
        except InvalidRecord as error:
            self.problems += [problem.at(str(record.ref)) for problem in error.problems]
            return record
        self.updated.append(Updated(record, after))
        return after

    def _born(self, record_type: type[R], record_id: str, values: Values) -> R | None:
        fields: dict[str, Any] = {
            **_UNTOLD[record_type], **values, "id": record_id, "created_at": self.at, "modified_at": self.at,
        }  # fmt: skip
        try:
            record = record_type(**fields, version=1)
        except InvalidRecord as error:
            self.problems += [problem.at(f"new {record_type.__name__.lower()}") for problem in error.problems]
            return None
        self.created.append(record)
        return record

    # The deal

    def _used_deal(self) -> Deal | None:
        """
        Find the deal that was named, and see whether it can be used.
        """
        asked = self.request.deal
        if not isinstance(asked, Use):
            return None
        deal = self.directory.get(Deal, asked.id)
        if deal is None:
            self.problems.append(unknown_id(self.directory, Deal, asked.id, "deal", "CONV-2"))
        elif self.directory.outcome(deal).closed:
            self._warn(f"the deal {deal.label()} is {self.directory.outcome(deal)} already", "CONV-2", deal.ref)
        return deal

    def _deal(
        self, used: Deal | None, values: Values, contact: Contact | None, account: Account | None, *, settled: bool
    ) -> Deal | None:
        """
        Give the deal; while contact or account are not *settled*, what it asks of them is not judged.
        """
        asked = self.request.deal
        account_id = account.id if account else contact.account_id if contact else ""
        if used is not None:
            return self._joined_deal(used, values, contact, account_id)
        if not isinstance(asked, NewDeal):
            return None
        return self._new_deal(asked, values, contact, account_id, settled=settled)

    def _joined_deal(self, deal: Deal, values: Values, contact: Contact | None, account_id: str) -> Deal:
        """
        Give a deal that is there, with the contact and the account on it.
        """
        values = dict(values)
        if contact is not None and not deal.contact_id:
            values["contact_id"] = contact.id
            values["contacts"] = tuple(each for each in deal.contacts if each.contact_id != contact.id)
        elif contact is not None and contact.id not in {deal.contact_id, *(each.contact_id for each in deal.contacts)}:
            values["contacts"] = (*deal.contacts, DealContact(contact_id=contact.id))
        if account_id and not deal.account_id:
            values["account_id"] = account_id
        elif account_id and deal.account_id != account_id:
            what = f"{deal.ref} is with another account, account {deal.account_id}"
            self._object(what, "use that account, or another deal", field="deal", rule="CONV-13")
        return self._changed(deal, {name: value for name, value in values.items() if getattr(deal, name) != value})

    def _new_deal(
        self, asked: NewDeal, values: Values, contact: Contact | None, account_id: str, *, settled: bool
    ) -> Deal | None:
        lead, pipelines = self.lead, self.playbook.pipelines
        deal_id = derived_id(self.playbook.namespace, DEAL, lead.id)
        if self.directory.get(Deal, deal_id) is not None:
            self.problems.append(taken_id(Deal, deal_id))
            return None
        values.setdefault("name", lead.company or lead.name)
        pipeline = pipelines.get(asked.pipeline) if asked.pipeline else next(iter(pipelines.values()))
        if pipeline is None:
            hint = suggestion(asked.pipeline, pipelines)
            self._object(f"there is no pipeline {shown(asked.pipeline)}", hint, field="pipeline", rule="CONV-13")
            return None
        try:
            deal = new_deal(
                id=deal_id, pipeline=pipeline, stage=asked.stage, at=self.at, by=self.by, related=self.directory.find,
                contact_id=contact.id if contact else "", account_id=account_id, **values,
            )  # fmt: skip
        except UnknownName as error:
            self._object(str(error).rpartition(" [")[0], "", field="stage", rule="CONV-13")
            return None
        except (CannotMove, InvalidRecord) as error:
            self.problems += [problem.at("new deal") for problem in error.problems if settled or _is_own(problem)]
            return None
        self.stage = pipeline.stage(deal.stage).label
        deal = copied(deal, version=1, modified_at=self.at)
        self.created.append(deal)
        return deal


#: What a new record must hold, as blanks: where the mapping carries nothing there, the record says what is missing.
_UNTOLD: Final[Mapping[type[Record], Values]] = {
    record_type: {name: "" for name, facts in facts_of(record_type).items() if facts.required and not facts.verb}
    for record_type in (Account, Contact)
}


def _is_own(problem: Problem) -> bool:
    """
    Say whether a problem of a deal is its own, whoever its contact and its account are.
    """
    return problem.field != "guard" and not problem.field.startswith(("account", "contact"))


def _currencies(*amounts: object) -> int:
    return len({amount.currency for amount in amounts if isinstance(amount, Money)})
