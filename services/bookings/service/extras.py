"""What is had with a booking: looked up, held, and given back."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kernel.service import Service
from services.bookings.domain import (
    Booking,
    ExtraDay,
    ExtraNotOffered,
    ExtraTaken,
    ExtraTooLate,
    KnownSpace,
    Order,
    Resource,
    Slot,
    moment,
)

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
        """At the prices of today. Refuses ExtraNotOffered, ExtraTooLate, ExtraTaken."""
        days: dict[tuple[str, date], ExtraDay] = {}

        def on(code: str, day: date) -> ExtraDay:
            key = (space.space_id, code, day)
            if (code, day) not in days:
                days[code, day] = self.log.find(ExtraDay, *key) or ExtraDay(*key)
            return days[code, day]

        extras = [
            (space.offered_extra(each["code"], resource), each["quantity"]) for each in chosen
        ]
        for extra, _ in extras:
            begin = min(slots)
            begins = moment(space.timezone, begin.day, begin.start)
            extra.must_be_in_time(begins, self.now())
        return Order(extras, space.timed(slots) if extras else [], on, but)

    def there_are(
        self, space: KnownSpace, resource: Resource, slot: Slot, chosen: dict[str, Any]
    ) -> bool:
        """Whether so many of an extra could be had then."""
        try:
            self.order(space, resource, [slot], [chosen])
        except (ExtraNotOffered, ExtraTooLate, ExtraTaken):
            return False
        return True

    def must_be_in_time(self, space: KnownSpace, booking: Booking, changed: Chosen) -> None:
        """What it has already, and is to have no longer or another number of. Refuses
        ExtraTooLate, by the notice of today where it is still offered."""
        for each in changed:
            if extra := space.extras.get(each["code"]):
                extra.must_be_in_time(booking.begins(space.timezone), self.now())

    def all_extras_of(self, booking: Booking) -> list[ExtraDay]:
        return self.extras_of(booking, {slot.day for slot in booking.held_with()})

    def extras_of(self, booking: Booking, days: Iterable[date]) -> list[ExtraDay]:
        """What the booking holds on these days."""
        return [
            self.log.load(ExtraDay, booking.space_id, extra.code, day)
            for day in sorted(days)
            for extra in booking.charged.extras
        ]

    @staticmethod
    def given_back_by(booking: Booking, held: list[ExtraDay]) -> list[ExtraDay]:
        for each in held:
            each.give_back(booking.id)
        return held


def as_chosen(booking: Booking) -> Chosen:
    return [{"code": each.code, "quantity": each.quantity} for each in booking.charged.extras]
