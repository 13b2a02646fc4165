"""
The moment at which a criterion is asked, for questions about today, this week and the last days.

Instants are counted in days of 24 hours from the moment itself; calendar days begin at midnight in the zone that was
given, UTC otherwise, and weeks begin on Monday. What would fall outside the years 1 to 9999 ends there.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Protocol

import attrs

_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


class Moment(Protocol):
    """
    A moment as instants or as calendar dates, whichever the field holds.
    """

    @property
    def here(self) -> date:
        """
        The moment itself, or its day.
        """

    @property
    def weekday(self) -> int:
        """
        Days since Monday.
        """

    def away(self, days: int) -> date:
        """
        So many days later; earlier, if negative.
        """

    def day(self, days: int) -> date:
        """
        The beginning of the day that is so many days away.
        """


@attrs.frozen
class OnTheDay:
    """
    The moment for calendar dates: its day.
    """

    here: date

    @property
    def weekday(self) -> int:
        """
        Days since Monday.
        """
        return self.here.weekday()

    def away(self, days: int) -> date:
        """
        So many days later, as far as the calendar goes.
        """
        try:
            return self.here + timedelta(days=days)
        except OverflowError:
            return date.max if days > 0 else date.min

    def day(self, days: int) -> date:
        """
        The same: a date is its own beginning.
        """
        return self.away(days)


@attrs.frozen
class AtTheInstant:
    """
    The moment for instants.
    """

    here: datetime
    zone: tzinfo

    @property
    def calendar(self) -> OnTheDay:
        """
        The day that it is in the zone.
        """
        return OnTheDay(self.here.astimezone(self.zone).date())

    @property
    def weekday(self) -> int:
        """
        Days since Monday, in the zone.
        """
        return self.calendar.weekday

    def away(self, days: int) -> datetime:
        """
        So many times 24 hours later, as far as time goes.
        """
        try:
            return self.here + timedelta(days=days)
        except OverflowError:
            return _LAST if days > 0 else _FIRST

    def day(self, days: int) -> datetime:
        """
        Midnight in the zone, so many days away.
        """
        midnight = datetime.combine(self.calendar.away(days), time(), self.zone)
        try:
            return midnight.astimezone(UTC)
        except OverflowError:
            return _LAST if days > 0 else _FIRST
