"""Where places are held, given back, and handed on to those who wait for them."""

from collections.abc import Sequence, Set
from datetime import date, datetime, timedelta

from services.bookings.domain import (
    Booking,
    KnownSpace,
    Place,
    Slot,
    SpaceDay,
    Wait,
    WantedExtra,
    moment,
)
from services.bookings.service.extras import Extras


class Places(Extras):
    def promise(
        self,
        space: KnownSpace,
        booking: Booking,
        places: Sequence[Place],
        held: Set[date] = frozenset(),
    ) -> tuple[SpaceDay, ...]:
        """The places for its slots, once what it held until now is given back. In order of days,
        so that two who want the same days meet at the first of them. What was given back is still
        to be handed on."""
        found = {day: self.space_day(space, day) for day in sorted(held | booking.days())}
        if held:  # looked at as a whole before anything is given back
            for slot in booking.slots:
                asked = booking.person_id, places, slot.start, slot.end
                found[slot.day].must_have_left(*asked, but=booking.id)
        for day in sorted(held):
            found[day].give_back(booking.id)
        for slot in booking.slots:
            found[slot.day].promise(booking.id, booking.person_id, places, slot.start, slot.end)
        return tuple(found.values())

    def space_day(self, space: KnownSpace, day: date) -> SpaceDay:
        """As it is by now: what nobody took in time has gone to the next in the line."""
        found = self.log.find(SpaceDay, space.space_id, day) or SpaceDay(space.space_id, day)
        if found.lapse(self.now()):
            self.hand_on(space, found)
        return found

    def hand_on(self, space: KnownSpace, day: SpaceDay) -> None:
        """What is free on a day is offered to those who wait for it."""
        now, minutes = self.now(), timedelta(minutes=space.terms.offer_minutes)

        def until(wait: Wait) -> datetime | None:
            notice = space.resources[wait.resource_id].rules.notice_minutes
            last = moment(space.timezone, day.day, wait.start) - timedelta(minutes=notice)
            return min(now + minutes, last) if now < last else None

        def lacking(wait: Wait) -> list[str]:
            there = {each.code for each in self.still_there(space, day.day, wait)}
            return [each.code for each in wait.extras if each.code not in there]

        day.offer(space.places_for, until, lacking)

    def still_there(self, space: KnownSpace, day: date, wait: Wait) -> list[WantedExtra]:
        """Of what was to be had with the place, that which can be had."""
        resource = space.resources[wait.resource_id]
        slot = Slot(day, wait.start, wait.end, wait.half_days)
        return [each for each in wait.extras if self.there_are(space, resource, slot, vars(each))]

    def given_back(self, space: KnownSpace, booking: Booking, day: date) -> SpaceDay:
        held = self.log.load(SpaceDay, space.space_id, day)
        held.give_back(booking.id)
        self.hand_on(space, held)
        return held
