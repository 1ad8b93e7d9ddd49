"""Who waits for a place in a space that is full, and is offered one when it becomes free."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from kernel.service import handles
from services.bookings.domain import KnownSpace, Slot, SpaceDay, Wait, WantedExtra
from services.bookings.messages import (
    JoinWaitingList,
    LeaveWaitingList,
    OfferPlaces,
    TakeOffer,
)
from services.bookings.service.extras import Chosen
from services.bookings.service.promises import Changed, Promises


class WaitingList(Promises):
    @handles(JoinWaitingList)
    def join_waiting_list(
        self,
        space_id: UUID,
        resource_id: UUID,
        person_id: UUID,
        day: date,
        people: int,
        extras: Chosen,
        **at: Any,
    ) -> SpaceDay:
        """Extras must be offered there; whether there are any left is seen when a place is."""
        kind = "desk" if "part" in at else self.space(space_id).timed_kind(resource_id)
        space, resource = self.offered(kind, space_id, resource_id, person_id)
        slot_on = space.desk_slot if "part" in at else space.timed_slot
        slot = slot_on(day, **at, now=self.now())
        resource.rules.must_allow(space.timezone, [slot], self.now())
        found = self.space_day(space, day)
        for each in extras:
            space.offered_extra(each["code"], resource)
        wanted = [WantedExtra(**each) for each in extras]
        wait = Wait(resource_id, person_id, slot.start, slot.end, slot.half_days, people, wanted)
        found.join(uuid4(), wait, space.places_for(wait))
        return found

    @handles(LeaveWaitingList)
    def leave_waiting_list(self, space_id: UUID, day: date, entry_id: UUID) -> SpaceDay:
        space, found = self.line(space_id, day)
        found.leave(entry_id)
        self.hand_on(space, found)
        return found

    @handles(TakeOffer)
    def take_offer(self, space_id: UUID, day: date, entry_id: UUID) -> Changed:
        """A booking like any other, at today's price, of what has been held until now, with those
        of the wanted extras that there are."""
        space, found = self.line(space_id, day)
        wait = found.take(entry_id)
        kind = space.resources[wait.resource_id].booked_as()
        space, resource = self.offered(kind, space_id, wait.resource_id, wait.person_id)
        slot = Slot(day, wait.start, wait.end, wait.half_days)
        extras = [vars(each) for each in self.still_there(space, day, wait)]
        return self.book(space, resource, wait.person_id, [slot], wait.people, extras)

    @handles(OfferPlaces)
    def offer_places(self, space_id: UUID, day: date) -> SpaceDay:
        """What nobody took in time, and what became free for another reason."""
        space, found = self.line(space_id, day)
        self.hand_on(space, found)
        return found

    def line(self, space_id: UUID, day: date) -> tuple[KnownSpace, SpaceDay]:
        """There is none on a day of which nothing is known. Raises Unknown."""
        self.log.load(SpaceDay, space_id, day)
        space = self.space(space_id)
        return space, self.space_day(space, day)
