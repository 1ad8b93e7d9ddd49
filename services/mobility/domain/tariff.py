"""The tariff: what a host asks for a visit, from a day on."""

from dataclasses import dataclass
from datetime import date

from kernel.facts import Refused


class TariffStartsTooEarly(Refused):
    """The tariff before this one starts on {starts}. A new one does not start earlier."""


class HalfDayDearerThanDay(Refused):
    """Half a day does not cost more than a day."""


@dataclass(frozen=True)
class Tariff:
    """One version. Amounts are EUR cents; versions count from 1 for each host."""

    version: int
    valid_from: date
    half_day_cents: int
    day_cents: int

    def amount(self, half_days: int) -> int:
        """What a visit of one half-day, or of two (a day), costs in cents."""
        return self.half_day_cents if half_days == 1 else self.day_cents


NO_TARIFF = Tariff(version=0, valid_from=date.min, half_day_cents=0, day_cents=0)
"""Before anything is agreed, hosts receive each other's members for nothing."""
