"""
Moves of stored records: deals to a stage, leads to a status.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import attrs

from leadmodel.changes import Changes
from leadmodel.crm.done import RecordDone
from leadmodel.crm.lookups import related_in
from leadmodel.crm.recording import Recording
from leadmodel.entities import Deal, Lead
from leadmodel.ports import Reader
from leadmodel.rules.deals import move_deal
from leadmodel.rules.leads import LeadMove, disqualify_lead, move_lead, qualify_lead


@attrs.frozen(eq=False, repr=False)
class Moving(Recording):
    """
    The moves of single records.
    """

    def move(
        self,
        deal_id: str,
        to: str,
        *,
        given: Mapping[str, object] | None = None,
        to_pipeline: str = "",
        by: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> RecordDone[Deal]:
        """
        Move a deal to a stage, as `move_deal` does. Guards that ask about related records are answered by the store.

        Args:
            deal_id: The deal.
            to: The key of a stage.
            given: Other fields to be set with the move.
            to_pipeline: The key of the pipeline to move to; "" stays in the deal's own.
            by: The user who does it; None takes the shell's.
            key: The same key again writes nothing, and tells what was done the first time.
            dry_run: Whether nothing is to be written.

        Raises:
            NotOnRecord: There is no such deal.
            UnknownStage: The pipeline has no such stage.
            UnknownName: There is no such pipeline.
            CannotMove: The move is not allowed, or something that it asks for is missing; all is reported.
            InvalidEdit: A given field does not exist, belongs to a verb, or cannot hold the value.
            InvalidValue: The id or the user is none.
            StoreError: The store cannot be written, or knows no keys.

        Rule:
            PIPE-2 to PIPE-9.
        """

        def decide(deal: Deal, reader: Reader, at: datetime) -> tuple[Deal, Changes]:
            made = move_deal(
                deal, to, at=at, pipeline=self.playbook.pipelines, by=self._by(by), given=given,
                to_pipeline=to_pipeline, related=related_in(reader),
            )  # fmt: skip
            return made.deal, made.changes

        return self._change("move", Deal, deal_id, decide, key=key, dry_run=dry_run)

    def move_lead(
        self,
        lead_id: str,
        to: str,
        *,
        given: Mapping[str, object] | None = None,
        by: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> RecordDone[Lead]:
        """
        Move a lead to a status, as the pure `move_lead` does; the arguments and the errors are those of `move`.

        Raises:
            NotOnRecord: There is no such lead.
            UnknownName: There is no such status.
            CannotMove: The move is not allowed, or something that it asks for is missing; all is reported.
            InvalidEdit: A given field does not exist, belongs to a verb, or cannot hold the value.

        Rule:
            LEAD-3, LEAD-4, CONV-9.
        """
        to_it = partial(move_lead, to=to)
        return self._move_lead("move_lead", lead_id, to_it, given=given, by=by, key=key, dry_run=dry_run)

    def qualify(
        self,
        lead_id: str,
        *,
        status: str = "",
        given: Mapping[str, object] | None = None,
        by: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> RecordDone[Lead]:
        """
        Move a lead to the first status that means qualified, or to the one that is named, as `qualify_lead` does.

        Raises:
            NotOnRecord: There is no such lead.
            UnknownName: There is no such status of that kind.
            CannotMove: The move is not allowed, or something that it asks for is missing; all is reported.
            InvalidEdit: A given field does not exist, belongs to a verb, or cannot hold the value.

        Rule:
            LEAD-3, LEAD-4.
        """
        to_it = partial(qualify_lead, status=status)
        return self._move_lead("qualify", lead_id, to_it, given=given, by=by, key=key, dry_run=dry_run)

    def disqualify(
        self,
        lead_id: str,
        *,
        status: str = "",
        given: Mapping[str, object] | None = None,
        by: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> RecordDone[Lead]:
        """
        Move a lead to the first status that means unqualified, or to the one that is named, as `disqualify_lead` does.

        Raises:
            NotOnRecord: There is no such lead.
            UnknownName: There is no such status of that kind.
            CannotMove: The move is not allowed, or something that it asks for is missing; all is reported.
            InvalidEdit: A given field does not exist, belongs to a verb, or cannot hold the value.

        Rule:
            LEAD-3, LEAD-4.
        """
        to_it = partial(disqualify_lead, status=status)
        return self._move_lead("disqualify", lead_id, to_it, given=given, by=by, key=key, dry_run=dry_run)

    def _move_lead(
        self, verb: str, lead_id: str, move: Callable[..., LeadMove], *, given: Mapping[str, object] | None,
        by: str | None, key: str | None, dry_run: bool,
    ) -> RecordDone[Lead]:  # fmt: skip
        def decide(lead: Lead, reader: Reader, at: datetime) -> tuple[Lead, Changes]:
            made = move(
                lead, at=at, statuses=self.playbook.statuses, by=self._by(by), given=given,
                related=related_in(reader),
            )  # fmt: skip
            return made.lead, made.changes

        return self._change(verb, Lead, lead_id, decide, key=key, dry_run=dry_run)
