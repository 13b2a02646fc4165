"""What the tests of moves are made of: one pipeline of each kind, instants that follow one another, and refusals."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import pytest

from leadmodel import CannotMove, Deal, Lead, Money, Pipeline, Problem, Stage, Transition, new_deal, new_lead
from leadmodel.processes import statuses
from leadmodel.rules.deals import GivenPipelines

#: Where no clock is given, it is this instant.
NOON: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
EUR: Final = Money("1200.50", "EUR")

#: Three open stages, two won, two lost; labels and probabilities say nothing about outcomes.
SALES: Final = Pipeline(key="sales", label="Sales", stages=[
    Stage("First",  "Won soon", "open", 10),
    Stage("Talk",   "Talks",    "open", 100),
    Stage("Offer",  "Offer",    "open", 70),
    Stage("Signed", "Signed",   "won",  90, "commit"),
    Stage("Paid",   "Paid",     "won",  100, "closed"),
    Stage("Gone",   "Gone",     "lost", 0, "omitted"),
    Stage("Rival",  "Rival",    "lost", 5, "omitted"),
])  # fmt: skip

#: The same, where deals reopen and change between won and lost.
OPEN_ALL: Final = SALES.allowing("won", "open").allowing("lost", "open").allowing("won", "lost").allowing("lost", "won")

#: Another pipeline, which shares the key of a stage with the first.
RENEWAL: Final = Pipeline(key="renewal", label="Renewal", stages=[
    Stage("Due",     "Due",     "open", 50),
    Stage("Offer",   "Offer",   "open", 80),
    Stage("Renewed", "Renewed", "won",  100, "closed"),
    Stage("Lapsed",  "Lapsed",  "lost", 0, "omitted"),
])  # fmt: skip

#: Deals move along four ways alone.
DECLARED: Final = Pipeline(key="declared", stages=SALES.stages, transitions=[
    Transition(name="talk",   come_from="First",           to="Talk"),
    Transition(name="offer",  come_from=["First", "Talk"], to="Offer"),
    Transition(name="sign",   come_from="Offer",           to="Signed", requires="amount"),
    Transition(name="give up",                             to="Gone"),
])  # fmt: skip

#: Two pipelines of one organisation.
BOTH: Final = (SALES, RENEWAL)
#: A stage of `SALES` of each outcome to stand in, and one to go to.
FROM: Final = {"open": "First", "won": "Signed", "lost": "Gone"}
TO: Final = {"open": "Offer", "won": "Paid", "lost": "Rival"}

LEADS: Final = statuses.SIMPLE

#: A zone whose days are not those of UTC.
EAST: Final = timezone(timedelta(hours=14))


def begun(pipeline: GivenPipelines = SALES, **facts: Any) -> Deal:  # noqa: ANN401  (any field of a deal)
    """Begin a deal at noon."""
    return new_deal(**{"id": "d1", "name": "Mill", "pipeline": pipeline, "at": NOON, **facts})


def standing(stage: str, **facts: Any) -> Deal:  # noqa: ANN401
    """Give a deal that an import put into a stage of `SALES`: it has no history."""
    return Deal(**{"id": "d1", "name": "Mill", "stage": stage, "pipeline": "sales", "created_at": NOON, **facts})


def closed(outcome: str) -> Deal:
    """Give a deal that an import put into a stage of this outcome, closed an hour after it was created."""
    return standing(FROM[outcome], closed_at=None if outcome == "open" else NOON + HOUR)


def lead(**facts: Any) -> Lead:  # noqa: ANN401  (any field of a lead)
    """Begin a lead at noon."""
    return new_lead(**{"id": "l1", "last_name": "Vale", "statuses": LEADS, "at": NOON, **facts})


def refusal(verb: Callable[..., object], *subject: object, **how: Any) -> CannotMove:  # noqa: ANN401
    """Give the error with which a verb refuses."""
    with pytest.raises(CannotMove) as caught:
        verb(*subject, **how)
    return caught.value


def rules_of(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """Give the field and the rule of each problem."""
    return [(problem.field, problem.rule) for problem in problems]
