"""Wall-clock time in a space's own zone, and the public holidays of its country.

A time of day is a number of minutes after local midnight; 1440 is the midnight that ends the day.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays


class NoSuchTime(ValueError):
    """On the day the clocks change, this time of day does not happen, or happens twice."""


def holiday(country: str, day: date) -> str | None:
    """The name, in French where there is one, of the country's public holiday on that day."""
    return _year(country, day.year).get(day)


@lru_cache(maxsize=64)
def _year(country: str, year: int) -> dict[date, str]:
    if country not in holidays.list_supported_countries():
        return {}
    kind = holidays.country_holidays(country)
    language = "fr" if "fr" in kind.supported_languages else kind.default_language
    return dict(holidays.country_holidays(country, years=year, language=language))


def today(zone: str, now: datetime) -> date:
    """Which day it is in that zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def moment(zone: str, day: date, minute: int) -> datetime:
    """The one moment, in UTC, at which clocks in that zone show this. Raises NoSuchTime."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    early, late = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if early.utcoffset() != late.utcoffset():
        raise NoSuchTime(f"{day} {minute // 60:02d}:{minute % 60:02d} in {zone}")
    return early.astimezone(UTC)


def elapsed(zone: str, day: date, start: int, end: int) -> int:
    """How many minutes really pass between two times of a day. Raises NoSuchTime."""
    passed = moment(zone, day, end) - moment(zone, day, start)
    return round(passed.total_seconds() / 60)
