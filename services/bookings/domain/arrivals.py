"""When somebody came: now, or at a moment that was noted where nothing could be sent."""

from datetime import UTC, date, datetime, timedelta

from kernel.facts import Refused
from vocabulary import calendar

LATEST = timedelta(hours=24)
"""How long after somebody came it can still be recorded."""
APART = timedelta(minutes=1)
"""So much may the clocks of two machines differ: what is no further ahead is now."""


class NotToday(Refused):
    """Checking in is for today, and at the space it is {today}."""


class NotArrivedYet(Refused):
    """This moment is still to come: nobody has arrived then."""


class ArrivedLongAgo(Refused):
    """An arrival can be recorded within {hours} hours, and this one is older."""


class ArrivedOnAnotherDay(Refused):
    """This arrival was on {arrived}, not on {day}."""


def arrival(day: date, at: datetime | None, zone: str, now: datetime) -> datetime:
    """The moment of an arrival on that day, in UTC: now, if no other is told.

    Refuses NotToday; of a moment that is told NotArrivedYet, ArrivedLongAgo, ArrivedOnAnotherDay.
    """
    if at and at > now + APART:
        raise NotArrivedYet
    if at and at < now - LATEST:
        raise ArrivedLongAgo(hours=LATEST // timedelta(hours=1))
    arrived = min(at or now, now).astimezone(UTC)
    if day != (on := calendar.today(zone, arrived)):
        raise ArrivedOnAnotherDay(arrived=on, day=day) if at else NotToday(today=on)
    return arrived


def is_before(arrived: datetime, recorded: datetime | None) -> bool:
    """Whether somebody came before something else was recorded. What was recorded while moments
    were not kept yet stays as it is."""
    return recorded is not None and arrived < recorded
