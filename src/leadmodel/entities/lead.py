"""
Leads: prospects nobody has qualified yet.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import cast

import attrs

from leadmodel.entities.convert import Unread, as_choice, as_instant
from leadmodel.entities.facts import Kind, holds
from leadmodel.entities.parts import instant_problems, key_problems
from leadmodel.entities.person import Person
from leadmodel.errors import InvalidValue, Problem
from leadmodel.values import Money
from leadmodel.values.text import identity_fault


@attrs.frozen(kw_only=True)
class Converted:
    """
    What became of a converted lead (CONV-9).

    Raises:
        InvalidValue: The instant is naive, or an id breaks the text policy; all is reported.
    """

    #: When it was converted; None where an import did not say.
    at: datetime | None = attrs.field(default=None, converter=as_instant)
    contact_id: str = ""
    account_id: str = ""
    deal_id: str = ""
    #: A digest of the request, by which the same request is known again (CONV-10).
    digest: str = attrs.field(default="", repr=False)

    def __attrs_post_init__(self) -> None:
        problems = [*key_problems(self, "contact_id", "account_id", "deal_id", "digest")]
        if self.at is not None:
            problems += instant_problems(self.at, "at")
        if problems:
            raise InvalidValue(subject="conversion", problems=tuple(problems))

    def __str__(self) -> str:
        ids = (("contact", self.contact_id), ("account", self.account_id), ("deal", self.deal_id))
        parts = [f"{noun} {record_id}" for noun, record_id in ids if record_id]
        if self.at is not None:
            parts.append(f"{self.at:%Y-%m-%d %H:%M}")
        return ", ".join(parts) or "converted"


class Rating(StrEnum):
    """
    How promising a lead looks.
    """

    HOT = "hot"
    WARM = "warm"
    COLD = "cold"


def _as_rating(value: Rating | str | None) -> Rating | None:
    return None if value is None else as_choice(Rating, value, "rating")


def _as_status(value: str | None) -> str | None:
    """
    Keep the key of a status; a blank one is missing (NET-7).
    """
    if not isinstance(value, str):
        return value  # None, or refused by the check
    fault = identity_fault(value)
    if not fault:
        return value
    return cast("str", Unread(value, (Problem(what=f"the status {fault}", value=value),))) if value.strip() else None


@attrs.frozen(kw_only=True, repr=False)
class Lead(Person):
    """
    An unqualified prospect: a person, a company, or a person at a company.

    Raises:
        InvalidRecord: A field breaks its rules, or there is neither a last name nor a company (LEAD-1).
    """

    company: str = attrs.field(default="", metadata=holds(Kind.LINE))
    website: str = attrs.field(default="", metadata=holds(Kind.URL))
    industry: str = attrs.field(default="", metadata=holds(Kind.LINE))
    annual_revenue: Money | None = attrs.field(default=None, metadata=holds(Kind.VALUE, Money))
    employees: int | None = attrs.field(default=None, metadata=holds(Kind.NUMBER, int, low=0))
    #: Where the lead came from: "Web", "Trade Show", a network (LEAD-6).
    source: str = attrs.field(default="", metadata=holds(Kind.LINE))
    #: Who referred the lead: an id or a name.
    referred_by: str = attrs.field(default="", metadata=holds(Kind.LINE, personal=True))
    #: A returning customer: the contact that is already on record (LEAD-6).
    contact_id: str = attrs.field(default="", metadata=holds(Kind.IDENTITY))
    #: The key of a status; None is "not yet set" (LEAD-3).
    status: str | None = attrs.field(
        default=None, converter=_as_status, metadata=holds(Kind.CHOICE, str, verb="move_lead")
    )
    rating: Rating | None = attrs.field(default=None, converter=_as_rating, metadata=holds(Kind.CHOICE, Rating))
    #: 1 is most urgent, 5 least (VIEW-3).
    priority: int | None = attrs.field(default=None, metadata=holds(Kind.NUMBER, int, low=1, high=5))
    score: int | None = attrs.field(default=None, metadata=holds(Kind.NUMBER, int, bookkeeping=True))
    #: What became of the lead; None until it is converted.
    conversion: Converted | None = attrs.field(default=None, metadata=holds(Kind.VALUE, Converted, verb="convert_lead"))

    def own_problems(self) -> Sequence[Problem]:
        """
        A lead is a person or a company (LEAD-1).
        """
        if self.last_name or self.company:
            return ()
        what = "a lead has a last name or a company"
        return (Problem(what=what, hint="give one of them", field="last_name", rule="LEAD-1"),)

    def label(self) -> str:
        """
        The person, the company, or both.
        """
        return ", ".join(part for part in (self.name, self.company) if part)
