"""The work year: on which days of a year somebody worked, in which country."""

from collections import Counter
from datetime import date
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event

HALF_DAYS_A_DAY = 2


class NotWorkedYet(Refused):
    """That day has not come yet."""


class DayIsFull(Refused):
    """A day has two halves, and {counted} of them are counted already."""


class NothingCounted(Refused):
    """No work is counted for that day in that country."""


class WorkYear(Aggregate):
    """The days one person worked in one calendar year, in half-days, by country.

    Never more than two half-days a day, whoever says so, and first come first counted.
    What the worker contests no longer counts, and stays on record.
    """

    class WorkYearOpened(Created):
        person_id: UUID
        year: int

    class WorkDayCounted(Event):
        """`place_kind`: space, home, employer or travel. `source`: check-in or declared."""

        day: date
        country: str
        place_kind: str
        half_days: int
        source: str

    class WorkDayContested(Event):
        day: date
        country: str

    @staticmethod
    def create_id(person_id: UUID, year: int) -> UUID:
        return uuid5(person_id, f"work-year/{year}")

    # What a partner may ask

    def count_check_in(self, day: date, country: str, half_days: int) -> None:
        """Count what was worked in a space, as far as the day has room for it."""
        if counted := min(half_days, HALF_DAYS_A_DAY - self.half_days_on(day)):
            self._counted(day, country, "space", counted, "check-in")

    def declare(
        self, day: date, country: str, place_kind: str, half_days: int, *, today: date
    ) -> None:
        """Count what the worker says. Refused: NotWorkedYet, DayIsFull."""
        if day > today:
            raise NotWorkedYet
        counted = self.half_days_on(day)
        if counted + half_days > HALF_DAYS_A_DAY:
            raise DayIsFull(counted=counted)
        self._counted(day, country, place_kind, half_days, "declared")

    def contest(self, day: date, country: str) -> None:
        """Count no more what has been counted there that day. Refused: NothingCounted."""
        if not self.counted[day, country]:
            raise NothingCounted
        self._contested(day, country)

    # What then is true

    @event(WorkYearOpened)
    def __init__(self, person_id: UUID, year: int) -> None:
        self.person_id = person_id
        self.year = year
        self.counted: Counter[tuple[date, str]] = Counter()
        self.contested: Counter[tuple[date, str]] = Counter()

    @event(WorkDayCounted)
    def _counted(
        self, day: date, country: str, place_kind: str, half_days: int, source: str
    ) -> None:
        self.counted[day, country] += half_days

    @event(WorkDayContested)
    def _contested(self, day: date, country: str) -> None:
        self.contested[day, country] += self.counted.pop((day, country))

    def half_days_on(self, day: date) -> int:
        return sum(half_days for (on, _), half_days in self.counted.items() if on == day)

    @property
    def half_days_by_country(self) -> dict[str, int]:
        totals: Counter[str] = Counter()
        for (_, country), half_days in self.counted.items():
            totals[country] += half_days
        return dict(totals)
