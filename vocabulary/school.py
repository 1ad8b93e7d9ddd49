"""When schools are closed: in the Federation Wallonia-Brussels for Belgium, and in zone B, to which
the academy of Reims and with it the Ardennes belong, for France.

Dates are those of the package `holidays`, and are told only for the school years that both
ministries have published, which a test pins day by day:

- Belgium: calendars 2026-2029, enseignement.be/calendrier-scolaire, by the decree of 31 March 2022.
- France: arrêtés of 22 October 2025 (2026-27, JORFTEXT000052416058) and of 21 July 2026 (2027-28,
  JORFTEXT000054457294). When classes begin again after the summer of 2028 is not published yet.

The package goes on by rule after that. Whoever moves KNOWN on has seen the publication.
"""

from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import holidays

VERSION = "2026-11"
"""Of what is known: year and month in which it was last compared with the publications."""
AREAS = {"BE": "French", "FR": "Zone B"}
KNOWN = {
    "BE": (date(2026, 8, 24), date(2028, 8, 27)),
    "FR": (date(2026, 9, 1), date(2028, 7, 4)),
}
"""Country: the first and the last day for which it is known whether schools are closed."""


class Break(NamedTuple):
    """From the first day without school to the last, `name` in French."""

    first: date
    last: date
    name: str


def school_holiday(country: str, day: date) -> str | None:
    """What it is called, in French, when schools are closed on a day; also on a single one."""
    first, last = KNOWN.get(country, (date.max, date.min))
    return _year(country, day.year).get(day) if first <= day <= last else None


def known_until(country: str) -> date | None:
    """The last day of which it is known; None where nothing is."""
    return KNOWN[country][1] if country in KNOWN else None


def breaks(country: str, first: date, last: date) -> list[Break]:
    """The holidays of which a day lies between first and last, as long as they are."""
    if country not in KNOWN:
        return []
    start, end = KNOWN[country]
    days = [
        (day, name)
        for year in range(first.year - 1, last.year + 2)
        for day, name in sorted(_year(country, year).items())
        if start <= day <= end
    ]
    found = []
    # Days in a row under one name have the same distance from their place in the list.
    for (_, name), each in groupby(
        enumerate(days), lambda at: (at[1][0] - timedelta(at[0]), at[1][1])
    ):
        run = [day for _, (day, _) in each]
        found.append(Break(run[0], run[-1], name))
    return [each for each in found if each.first <= last and first <= each.last]


@lru_cache(maxsize=64)
def _year(country: str, year: int) -> dict[date, str]:
    """A public holiday within the school's is called as the days around it."""
    area, school = AREAS[country], ("school",)
    found = holidays.country_holidays(
        country, subdiv=area, years=year, categories=school, language="fr"
    )
    return {day: name.split("; ")[-1] for day, name in found.items()}
