"""The host: a space that receives visitors from the other side of the border."""

from datetime import date
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, event
from services.mobility.domain.tariff import (
    NO_TARIFF,
    HalfDayDearerThanDay,
    Tariff,
    TariffStartsTooEarly,
)


class Host(Aggregate):
    """In which country a space lies, and every tariff it has ever agreed."""

    class HostMet(Created):
        space_id: UUID
        country: str
        timezone: str

    class TariffAgreed(Event):
        host_space_id: UUID
        version: int
        valid_from: date
        half_day_cents: int
        day_cents: int

    @staticmethod
    def create_id(space_id: UUID) -> UUID:
        return uuid5(space_id, "host")

    def agree_tariff(self, valid_from: date, *, half_day_cents: int, day_cents: int) -> None:
        """The next version. What has been settled before keeps the version it was settled at.

        Refused: HalfDayDearerThanDay, TariffStartsTooEarly.
        """
        last = self.tariffs[-1]
        if half_day_cents > day_cents:
            raise HalfDayDearerThanDay
        if valid_from < last.valid_from:
            raise TariffStartsTooEarly(starts=last.valid_from.isoformat())
        self._agreed(self.space_id, last.version + 1, valid_from, half_day_cents, day_cents)

    def tariff_on(self, day: date) -> Tariff:
        """The highest version that has started by then."""
        return next(each for each in reversed(self.tariffs) if each.valid_from <= day)

    @event(HostMet)
    def __init__(self, space_id: UUID, country: str, timezone: str) -> None:
        self.space_id = space_id
        self.country = country
        self.timezone = timezone
        self.tariffs = [NO_TARIFF]

    @event(TariffAgreed)
    def _agreed(
        self,
        host_space_id: UUID,
        version: int,
        valid_from: date,
        half_day_cents: int,
        day_cents: int,
    ) -> None:
        self.tariffs.append(Tariff(version, valid_from, half_day_cents, day_cents))
