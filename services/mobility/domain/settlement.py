"""The settlement: what a home space owes a host for the visits of a month."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, event
from services.mobility.domain.tariff import Tariff
from services.mobility.domain.visit import Visit


@dataclass(frozen=True)
class Line:
    """One visit, at the tariff version that was in force on its day. EUR cents."""

    pass_id: UUID
    booking_id: UUID
    day: date
    half_days: int
    amount_cents: int
    tariff_version: int


class Settlement(Aggregate):
    """One direction, one month: the home space owes, the host receives. Nothing is netted here."""

    class SettlementOpened(Created):
        home_space_id: UUID
        host_space_id: UUID
        month: str

    class SettlementLineAdded(Event):
        pass_id: UUID
        booking_id: UUID
        day: date
        half_days: int
        amount_cents: int
        tariff_version: int

    @staticmethod
    def create_id(home_space_id: UUID, host_space_id: UUID, month: str) -> UUID:
        return uuid5(home_space_id, f"settlement/{host_space_id}/{month}")

    def add_visit(self, pass_id: UUID, visit: Visit, tariff: Tariff) -> None:
        """Owe the tariff for a visit that a pass has covered. Version 0 means: for nothing."""
        self._line_added(
            pass_id,
            visit.booking_id,
            visit.day,
            visit.half_days,
            tariff.amount(visit.half_days),
            tariff.version,
        )

    @event(SettlementOpened)
    def __init__(self, home_space_id: UUID, host_space_id: UUID, month: str) -> None:
        self.home_space_id = home_space_id
        self.host_space_id = host_space_id
        self.month = month
        self.lines: list[Line] = []

    @event(SettlementLineAdded)
    def _line_added(
        self,
        pass_id: UUID,
        booking_id: UUID,
        day: date,
        half_days: int,
        amount_cents: int,
        tariff_version: int,
    ) -> None:
        line = Line(pass_id, booking_id, day, half_days, amount_cents, tariff_version)
        self.lines.append(line)

    @property
    def owed_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)
