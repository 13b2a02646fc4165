"""
Where deals stood and for how long, as their histories tell it.

A history that the moves of this library have written has no gaps. Others have: what stood before the first entry, or
before a deal without entries was closed, is not known, and is told as such instead of guessed.

Rule:
    PIPE-8, AUTH-15.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import attrs

from leadmodel.entities import Deal
from leadmodel.errors import InvalidValue, Problem
from leadmodel.values.instants import instant_fault


@attrs.frozen(kw_only=True)
class Stay:
    """
    The time that a deal spent in one stage without leaving it.
    """

    #: The key of the stage; None where it is not known.
    stage: str | None
    #: The key of the pipeline of the stage; "" is the only one there is.
    pipeline: str = ""
    #: When the deal came; None where that is not known.
    since: datetime | None
    #: When it left; of the last stay, the instant as of which was asked.
    until: datetime

    @property
    def duration(self) -> timedelta | None:
        """
        How long the deal stayed; None where it is not known when it came.
        """
        return None if self.since is None else self.until - self.since

    def __str__(self) -> str:
        length = "for an unknown time" if self.duration is None else f"for {self.duration}"
        return f"{self.stage or 'a stage that is not known'} {length}, until {self.until:%Y-%m-%d %H:%M}"


def stage_history(deal: Deal, *, as_of: datetime) -> tuple[Stay, ...]:
    """
    Give the stays of a deal up to an instant, oldest first; the last one is the stage in which it stood then.

    Each stay begins where the one before it ends, and together they last from the creation of the deal to the instant.
    A deal that did not exist yet has none.

    Args:
        deal: The deal; its history is read as it is told today.
        as_of: The instant; aware.

    Raises:
        InvalidValue: The instant is naive.

    Rule:
        PIPE-8.
    """
    until = _checked(as_of, "as_of")
    stays: list[Stay] = []
    for arrival in reversed([each for each in _arrivals(deal) if each.at is None or each.at <= until]):
        stays.append(Stay(stage=arrival.stage, pipeline=arrival.pipeline, since=arrival.at, until=until))
        until = arrival.at or until  # only the first arrival may have no instant
    return tuple(reversed(stays))


def time_in_stages(deal: Deal, *, as_of: datetime) -> Mapping[str | None, timedelta]:
    """
    Give the whole time that a deal has spent in each stage, the present one included; None is one that is not known.

    Stays whose beginning is not known do not count.

    Args:
        deal: The deal.
        as_of: The instant up to which time is counted; aware.

    Raises:
        InvalidValue: The instant is naive.

    Rule:
        PIPE-8.
    """
    total: dict[str | None, timedelta] = {}
    for stay in stage_history(deal, as_of=as_of):
        if stay.duration is not None:
            total[stay.stage] = total.get(stay.stage, timedelta()) + stay.duration
    return total


def stage_at(deal: Deal, instant: datetime) -> str | None:
    """
    Give the key of the stage in which a deal stood; None where it did not exist yet, or the stage is not known.

    Args:
        deal: The deal.
        instant: The instant; aware.

    Raises:
        InvalidValue: The instant is naive.

    Rule:
        AUTH-15, PIPE-8.
    """
    standing = standing_at(deal, _checked(instant, "instant"))
    return standing.stage if standing else None


class Arrival(NamedTuple):
    """
    A deal comes to a stage.
    """

    #: None where it is not known when.
    at: datetime | None
    pipeline: str
    #: None where the stage is not known.
    stage: str | None


def standing_at(deal: Deal, instant: datetime) -> Arrival | None:
    """
    Give how a deal came to where it stood at an instant; None where it did not exist yet.
    """
    past = [each for each in _arrivals(deal) if each.at is None or each.at <= instant]
    return past[-1] if past else None


def _arrivals(deal: Deal) -> Iterator[Arrival]:
    """
    Give every arrival of a deal at a stage, oldest first.
    """
    if not deal.history:
        yield from _untold(deal)
        return
    first, created = deal.history[0], deal.created_at
    if first.come_from is not None:
        if created is None or created < first.at:
            yield Arrival(created, first.from_pipeline or first.pipeline or deal.pipeline, first.come_from)
    elif created is not None and created < first.at:
        yield Arrival(created, "", None)
    told = [Arrival(move.at, move.pipeline or deal.pipeline, move.to) for move in deal.history]
    before = 0 if created is None else sum(move.at < created for move in deal.history)
    if before:  # moves of a time before the deal was created: it begins where they had led (AUTH-15)
        yield told[before - 1]._replace(at=created)
    yield from told[before:]


def _untold(deal: Deal) -> Iterator[Arrival]:
    """
    Give what is known of a deal without a history: it was open, in no known stage, until it was closed (AUTH-15).
    """
    closed, created = deal.closed_at, deal.created_at
    if closed is not None and (created is None or created < closed):
        yield Arrival(created, "", None)
        created = closed
    yield Arrival(created, deal.pipeline, deal.stage)


def _checked(instant: datetime, name: str) -> datetime:
    if fault := instant_fault(instant):
        problem = Problem(what=f"{instant} {fault}", field=name, value=instant)
        raise InvalidValue(subject="stage history", problems=(problem,))
    return instant.astimezone(UTC)
