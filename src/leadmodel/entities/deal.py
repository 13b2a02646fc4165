"""
Deals: sales on their way through a pipeline. Zoho's older word is potential, Salesforce's opportunity.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise

import attrs

from leadmodel.entities.convert import as_date, as_instant, as_members
from leadmodel.entities.facts import Kind, holds
from leadmodel.entities.parts import figure_problems, instant_problems, is_percentage, key_problems, plain_keys
from leadmodel.entities.record import Record
from leadmodel.errors import InvalidValue, Problem, shown
from leadmodel.values import Money


@attrs.frozen(kw_only=True)
class DealContact:
    """
    A contact who takes part in a deal besides its primary one, and the part they take (AUTH-9).

    Raises:
        InvalidValue: The id is missing or a text breaks the text policy; all is reported.
    """

    contact_id: str
    #: In the organisation's words: "decision maker", "user".
    role: str = ""

    def __attrs_post_init__(self) -> None:
        problems = tuple(key_problems(self, "contact_id", "role"))
        if problems:
            raise InvalidValue(subject="contact of a deal", problems=problems)


@attrs.frozen(kw_only=True)
class StageChange:
    """
    One move of a deal, as its history keeps it (PIPE-8).

    Raises:
        InvalidValue: The instant is naive, a key breaks the text policy, the amount is no money or the probability no
            percentage; all is reported.
    """

    #: The key of the stage that the deal came to.
    to: str
    #: When it happened.
    at: datetime = attrs.field(converter=as_instant)
    #: The key of the stage that it came from; None where its history begins.
    come_from: str | None = None
    #: The key of the pipeline of the stage it came to; "" is the deal's own.
    pipeline: str = ""
    by: str | None = None
    #: Amount and probability as they stood after the move.
    amount: Money | None = None
    probability: int | None = None
    #: The key of the pipeline that it came from; "" is the one that it came to (PIPE-7).
    from_pipeline: str = ""
    #: Whether the deal was won or lost before, and open after it (PIPE-4).
    reopened: bool = False

    def __attrs_post_init__(self) -> None:
        if self._is_plain():
            return
        problems = [
            *key_problems(self, "to", "come_from", "pipeline", "by", "from_pipeline"),
            *instant_problems(self.at, "at"),
            *figure_problems(self.amount, self.probability),
        ]
        if problems:
            raise InvalidValue(subject="stage change", problems=tuple(problems))

    def __str__(self) -> str:
        come_from, to = self.come_from, self.to
        if self.from_pipeline:
            come_from, to = f"{come_from} ({self.from_pipeline})", f"{to} ({self.pipeline})"
        moved = f"begins in {to}" if come_from is None else f"{come_from} → {to}"
        by = f" by {self.by}" if self.by else ""
        return f"{moved}, {self.at:%Y-%m-%d %H:%M}{by}{', reopened' if self.reopened else ''}"

    def _is_plain(self) -> bool:
        """
        Say whether the entry is seen to be right at the first look; if not, it may still be.
        """
        return (
            plain_keys(self.to, self.come_from, self.pipeline or None, self.by, self.from_pipeline or None)
            and type(self.at) is datetime
            and self.at.tzinfo is UTC
            and (self.amount is None or type(self.amount) is Money)
            and (self.probability is None or is_percentage(self.probability))
        )


def _as_contacts(values: Iterable[DealContact]) -> tuple[DealContact, ...]:
    return as_members(DealContact, values)


def _as_history(values: Iterable[StageChange]) -> tuple[StageChange, ...]:
    return as_members(StageChange, values)


@attrs.frozen(kw_only=True, repr=False)
class Deal(Record):
    """
    A sale on its way through a pipeline: open, won or lost by the outcome of its stage.

    Raises:
        InvalidRecord: A field breaks its rules, the history runs backwards (PIPE-9), or the primary contact stands
            among the others (AUTH-9); all are reported.
    """

    name: str = attrs.field(default="", metadata=holds(Kind.LINE))
    #: The key of the pipeline; "" where the organisation has only one.
    pipeline: str = attrs.field(default="", metadata=holds(Kind.LINE, verb="move_deal"))
    #: The key of a stage in that pipeline.
    stage: str = attrs.field(metadata=holds(Kind.LINE, required=True, verb="move_deal"))
    #: The primary contact; it stands here alone, not among `contacts` (AUTH-9).
    contact_id: str = attrs.field(default="", metadata=holds(Kind.IDENTITY))
    #: The others who take part.
    contacts: tuple[DealContact, ...] = attrs.field(
        default=(), converter=_as_contacts, metadata=holds(Kind.COLLECTION, tuple)
    )
    account_id: str = attrs.field(default="", metadata=holds(Kind.IDENTITY))
    amount: Money | None = attrs.field(default=None, metadata=holds(Kind.VALUE, Money))
    #: Percent, 0–100, set by hand; None follows the stage (PIPE-6).
    probability: int | None = attrs.field(default=None, metadata=holds(Kind.NUMBER, int, low=0, high=100))
    #: The day on which it is expected to close.
    closes_on: date | None = attrs.field(default=None, converter=as_date, metadata=holds(Kind.DATE, date))
    #: When it was won or lost; None while it is open.
    closed_at: datetime | None = attrs.field(
        default=None, converter=as_instant, metadata=holds(Kind.INSTANT, datetime, verb="move_deal")
    )
    loss_reason: str = attrs.field(default="", metadata=holds(Kind.LINE))
    next_step: str = attrs.field(default="", metadata=holds(Kind.LINE))
    source: str = attrs.field(default="", metadata=holds(Kind.LINE))
    #: 1 is most urgent, 5 least.
    priority: int | None = attrs.field(default=None, metadata=holds(Kind.NUMBER, int, low=1, high=5))
    #: Every move, oldest first (PIPE-8).
    history: tuple[StageChange, ...] = attrs.field(
        default=(), converter=_as_history, metadata=holds(Kind.COLLECTION, tuple, verb="move_deal")
    )

    def own_problems(self) -> Sequence[Problem]:
        """
        The history of a deal runs forwards (PIPE-9), and its primary contact is named once (AUTH-9).
        """
        if self.contacts or self.history:
            return [*self._contact_problems(), *self._history_problems()]
        return ()

    def _contact_problems(self) -> Iterator[Problem]:
        for other in self.contacts if type(self.contacts) is tuple else ():
            if other.contact_id == self.contact_id:
                what, hint = f"{shown(other.contact_id)} is the primary contact already", "name it in contact_id alone"
                yield Problem(what=what, hint=hint, field="contacts", value=other.contact_id, rule="AUTH-9")

    def _history_problems(self) -> Sequence[Problem]:
        if type(self.history) is not tuple:
            return ()
        return [
            Problem(
                what=f"the move to {later.to!r} lies before the one that it follows",
                hint="order the moves by time",
                field=f"history[{number}]",
                value=later.at,
                rule="PIPE-9",
            )
            for number, (earlier, later) in enumerate(pairwise(self.history), 1)
            if later.at < earlier.at
        ]

    def label(self) -> str:
        """
        The deal's name.
        """
        return self.name

    def __repr__(self) -> str:
        return f"Deal(id={self.id!r}, stage={self.stage!r})"
