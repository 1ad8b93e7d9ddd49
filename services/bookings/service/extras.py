"""What is had with a booking: looked up, held, and given back."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kernel.service import Service
from services.bookings.domain import Booking, ExtraDay, KnownSpace, Order, Resource, Slot

Chosen = Sequence[dict[str, Any]]
"""Each with the short name of an extra, and a quantity."""


class Extras(Service):
    def order(
        self,
        space: KnownSpace,
        resource: Resource,
        slots: list[Slot],
        chosen: Chosen,
        but: UUID | None = None,
    ) -> Order:
        """At the prices of today. Refuses ExtraNotOffered, ExtraTaken."""
        days: dict[tuple[str, date], ExtraDay] = {}

        def on(code: str, day: date) -> ExtraDay:
            key = (space.space_id, code, day)
            if (code, day) not in days:
                days[code, day] = self.log.find(ExtraDay, *key) or ExtraDay(*key)
            return days[code, day]

        extras = [
            (space.offered_extra(each["code"], resource), each["quantity"]) for each in chosen
        ]
        return Order(extras, space.timed(slots) if extras else [], on, but)

    def extras_of(self, booking: Booking, days: Iterable[date]) -> list[ExtraDay]:
        """What the booking holds on these days."""
        return [
            self.log.load(ExtraDay, booking.space_id, extra.code, day)
            for day in sorted(days)
            for extra in booking.extras
        ]

    def extras_returned(self, booking: Booking, days: Iterable[date]) -> list[ExtraDay]:
        held = self.extras_of(booking, days)
        for each in held:
            each.give_back(booking.id)
        return held


def as_chosen(booking: Booking) -> Chosen:
    return [{"code": each.code, "quantity": each.quantity} for each in booking.extras]
