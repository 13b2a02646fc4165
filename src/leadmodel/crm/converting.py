"""
Conversions of stored leads.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

from leadmodel.changes import Changes
from leadmodel.crm.done import ConversionDone
from leadmodel.crm.lookups import check_remembered, named
from leadmodel.crm.parts import Again, Parts
from leadmodel.entities import Account, Contact, Deal, Lead
from leadmodel.ports import Reader
from leadmodel.rules.conversion import (
    Conversion,
    ConversionPlan,
    Match,
    Request,
    apply_plan,
    convert_lead,
    plan_conversion,
)
from leadmodel.rules.conversion.requests import Choice, DealChoice
from leadmodel.values import Ref

_MATCH = Match()


@attrs.frozen(eq=False, repr=False)
class Converting(Parts):
    """
    The verbs of conversion.
    """

    def plan(
        self,
        lead_id: str,
        *,
        account: Choice = _MATCH,
        contact: Choice = _MATCH,
        deal: DealChoice = None,
        by: str | None = None,
    ) -> ConversionPlan:
        """
        Plan the conversion of a lead, as `plan_conversion` does: everything that would happen, and nothing happens.

        Args:
            lead_id: The lead.
            account: `Match()`, `New()`, `Use(id)` or `Omit()`.
            contact: The same.
            deal: `NewDeal(…)`, `Use(id)` or None.
            by: The user who does it; None takes the shell's.

        Raises:
            NotOnRecord: There is no such lead.
            InvalidValue: The user is no id, or a choice is none.

        Rule:
            CONV-1.
        """
        lead = named(self.store, Lead, lead_id)
        return plan_conversion(
            lead, self.store, at=self.now(), playbook=self.playbook, account=account, contact=contact, deal=deal,
            by=self._by(by),
        )  # fmt: skip

    def convert(
        self,
        lead_id: str,
        *,
        account: Choice = _MATCH,
        contact: Choice = _MATCH,
        deal: DealChoice = None,
        by: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> ConversionDone:
        """
        Convert a lead, as `convert_lead` does. The same request again gives today's records and writes nothing.

        Args:
            lead_id: The lead.
            account: As for `plan`.
            contact: As for `plan`.
            deal: As for `plan`.
            by: The user who does it; None takes the shell's.
            key: The same key again writes nothing, and tells what was done the first time.
            dry_run: Whether nothing is to be written.

        Raises:
            NotOnRecord: There is no such lead.
            AlreadyConverted: The lead was converted before, by another request.
            CannotConvert: Something stands in the way; all of it is reported.
            InvalidValue: The user is no id, or a choice is none.
            StoreError: The store cannot be written, or knows no keys.

        Rule:
            CONV-1 to CONV-10.
        """

        def make(reader: Reader, at: datetime) -> ConversionDone:
            lead = named(reader, Lead, lead_id)
            made = convert_lead(
                lead, reader, at=at, playbook=self.playbook, account=account, contact=contact, deal=deal,
                by=self._by(by),
            )  # fmt: skip
            return ConversionDone(verb="convert", changes=made.changes, conversion=made)

        again = _again("convert", lead_id, lambda: Request(account=account, contact=contact, deal=deal))
        return self._run("convert", make, again, key=key, dry_run=dry_run)

    def apply_plan(self, plan: ConversionPlan, *, key: str | None = None, dry_run: bool = False) -> ConversionDone:
        """
        Carry out exactly what a plan has shown: it is planned again inside the transaction, and must come out the same.

        Args:
            plan: The plan that was looked at; its instant and its user count.
            key: The same key again writes nothing, and tells what was done the first time.
            dry_run: Whether nothing is to be written.

        Raises:
            NotOnRecord: The lead is gone.
            PlanOutdated: Records have changed since, and something else would happen now; the error has both plans.
            AlreadyConverted: The lead was converted meanwhile, by another request.
            CannotConvert: The plan was blocked, and still is in the same way.
            StoreError: The store cannot be written, or knows no keys.

        Rule:
            CONV-1.
        """

        def make(reader: Reader, at: datetime) -> ConversionDone:
            del at
            named(reader, Lead, plan.before.id)
            made = apply_plan(plan, reader, playbook=self.playbook)
            return ConversionDone(verb="apply_plan", changes=made.changes, conversion=made)

        again = _again("apply_plan", plan.before.id, lambda: plan.request)
        return self._run("apply_plan", make, again, key=key, dry_run=dry_run)


def _again(verb: str, lead_id: str, request: Callable[[], Request]) -> Again[ConversionDone]:
    """
    Give what tells of a lead what was done before under the same key, with the records as they are today.
    """

    def again(reader: Reader, was: Changes, position: int) -> ConversionDone | None:
        check_remembered(was, Ref(Lead, lead_id))
        lead = reader.get(Lead, lead_id)
        changed = (update.after for update in was.updated if update.after.ref == Ref(Lead, lead_id))
        then = next(changed, None) if was else lead
        if not isinstance(then, Lead) or then.conversion is None or was.cause is None:
            return None
        became, cause = then.conversion, was.cause
        there: dict[str, Any] = {
            "lead": lead or then,
            "contact": reader.get(Contact, became.contact_id) if became.contact_id else None,
            "account": reader.get(Account, became.account_id) if became.account_id else None,
            "deal": reader.get(Deal, became.deal_id) if became.deal_id else None,
        }
        plan = ConversionPlan(
            request=request(), at=cause.at, by=cause.by, before=lead or then, changes=was, replayed=True, **there
        )  # fmt: skip
        made = Conversion(changes=was, plan=plan, **there)
        return ConversionDone(verb=verb, changes=was, position=position, replayed=True, conversion=made)

    return again
