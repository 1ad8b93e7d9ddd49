"""What every decision about bookings has in common: who is offered what, and what holds it."""

from collections.abc import Sequence, Set
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from kernel.service import Service
from services.bookings.domain import (
    Booking,
    KnownPerson,
    KnownSpace,
    Lease,
    OfficeLets,
    Place,
    Price,
    Resource,
    Series,
    Slot,
    SpaceDay,
    UnknownPerson,
    UnknownSpace,
)

Changeable = Booking | Series | SpaceDay | OfficeLets
Changed = tuple[Changeable, ...]
"""The booking or series first, as its id is the answer's, and all that it holds: saved at once."""
Times = Sequence[dict[str, Any]]
"""Each with a day, and a start and an end in minutes after midnight."""


class Promises(Service):
    def offered(
        self, kind: str, space_id: UUID, resource_id: UUID, person_id: UUID
    ) -> tuple[KnownSpace, Resource]:
        """What is offered to a person. Refuses what is unknown, unfit, or needs a training."""
        space = self.space(space_id)
        resource = space.offered(resource_id, kind)
        if (person := self.log.find(KnownPerson, person_id)) is None:
            raise UnknownPerson
        person.must_have_completed(resource.training_id)
        return space, resource

    def space(self, space_id: UUID) -> KnownSpace:
        if (space := self.log.find(KnownSpace, space_id)) is None:
            raise UnknownSpace
        return space

    def desk_slots(self, space: KnownSpace, days: Sequence[date], part: str) -> list[Slot]:
        return [space.desk_slot(day, part, now=self.now()) for day in sorted(days)]

    def timed_slots(self, space: KnownSpace, times: Times) -> list[Slot]:
        return sorted(space.timed_slot(**each, now=self.now()) for each in times)

    def book(
        self, space: KnownSpace, resource: Resource, person_id: UUID, slots: list[Slot]
    ) -> Changed:
        resource.rules.must_allow(space.timezone, slots, self.now())
        price = space.price(resource, slots)
        booking = self.made(space, resource, person_id, price, slots=slots)
        return booking, *self.promise(booking, space.place(resource))

    def moved(
        self, space: KnownSpace, resource: Resource, booking: Booking, slots: list[Slot]
    ) -> Changed:
        resource.rules.must_allow(space.timezone, slots, self.now())
        price, held = space.price(resource, slots), booking.days()
        booking.move(slots, price, resource.rules.version, **self.terms(space))
        return booking, *self.promise(booking, space.place(resource), held)

    def cancelled(self, space: KnownSpace, booking: Booking) -> Changed:
        booking.cancel(**self.terms(space))
        held = self.held(booking)
        for each in held:
            each.give_back(booking.id)
        return booking, *held

    def terms(self, space: KnownSpace) -> dict[str, Any]:
        """Until when something can be changed there, and what time it is."""
        hours = space.terms.cancellation_hours
        return {"zone": space.timezone, "hours": hours, "now": self.now()}

    def made(
        self,
        space: KnownSpace,
        resource: Resource,
        person_id: UUID,
        price: Price,
        slots: list[Slot] | None = None,
        lease: Lease | None = None,
        series_id: UUID | None = None,
    ) -> Booking:
        return Booking(
            id=uuid4(),
            person_id=person_id,
            space_id=space.space_id,
            resource_id=resource.id,
            kind=resource.booked_as(),
            slots=slots or [],
            first=lease and lease.first,
            last=lease and lease.last,
            price_cents=price.cents,
            price_version=price.version,
            price_rule=price.rule,
            price_lines=price.lines,
            rules_version=resource.rules.version,
            series_id=series_id,
        )

    def promise(
        self, booking: Booking, place: Place, held: Set[date] = frozenset()
    ) -> tuple[SpaceDay, ...]:
        """The places for its slots, once what it held until now is given back. In order of days,
        so that two who want the same days meet at the first of them."""
        about, days = booking.space_id, sorted(held | booking.days())
        found = {day: self.space_day(about, day) for day in days}
        for day in sorted(held):
            found[day].give_back(booking.id)
        for slot in booking.slots:
            found[slot.day].promise(booking.id, booking.person_id, place, slot.start, slot.end)
        return tuple(found.values())

    def space_day(self, space_id: UUID, day: date) -> SpaceDay:
        return self.log.find(SpaceDay, space_id, day) or SpaceDay(space_id, day)

    def held(self, booking: Booking) -> list[SpaceDay | OfficeLets]:
        if booking.kind == "office":
            return [self.log.load(OfficeLets, booking.resource_id)]
        days = sorted(booking.days())
        return [self.log.load(SpaceDay, booking.space_id, day) for day in days]
