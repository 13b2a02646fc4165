"""
The story as told today: what was the case at an instant.

Deals stand in the stage that their history gives for the instant, records that were created later are invisible, and
a conversion that came later is ignored. What was *recorded* at an instant is another question; a store answers it.

Rule:
    AUTH-15.
"""

from datetime import datetime

from leadmodel.directory import Directory
from leadmodel.entities import Deal, Lead, Record
from leadmodel.processes import Outcome
from leadmodel.rules.histories import standing_at


def existed(record: Record, as_of: datetime | None) -> bool:
    """
    Say whether a record was there: one that does not say when it was created always was.
    """
    return as_of is None or record.created_at is None or record.created_at <= as_of


def was_converted(lead: Lead, as_of: datetime | None) -> bool:
    """
    Say whether a lead had been converted: one that does not say when always was.
    """
    if lead.conversion is None:
        return False
    return as_of is None or lead.conversion.at is None or lead.conversion.at <= as_of


def outcome_at(deal: Deal, as_of: datetime, directory: Directory) -> Outcome:
    """
    Give the outcome of the stage that a deal stood in.

    Without a history, a deal was open until it was closed; where it does not say when that was, it stands as it does.

    Raises:
        UnknownStage: The history names a stage that its pipeline does not know (AUTH-14).
    """
    standing = standing_at(deal, as_of)
    if standing is None or standing.stage is None:
        return Outcome.OPEN
    return directory.outcome_of(standing.pipeline, standing.stage, deal)
