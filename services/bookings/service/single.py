"""One booking: of a desk, a room, a machine or an office; its changes, and whether they came."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from kernel.service import handles
from services.bookings.domain import Booking, OfficeLets, by_the_month, months_of
from services.bookings.messages import (
    ApproveBooking,
    BookDesk,
    BookMachine,
    BookOffice,
    BookRoom,
    CancelBooking,
    ChangeExtras,
    CheckIn,
    DeclineBooking,
    MoveBooking,
    RecordNoShow,
    ReleasePlace,
)
from services.bookings.service.extras import Chosen, as_chosen
from services.bookings.service.offered import Times
from services.bookings.service.promises import Changed, Promises
from vocabulary import calendar


class SingleBookings(Promises):
    @handles(BookDesk)
    def book_desk(
        self,
        space_id: UUID,
        resource_id: UUID,
        person_id: UUID,
        days: list[date],
        part: str,
        people: int,
        extras: Chosen,
        on_request: bool,
    ) -> Changed:
        space, desks = self.offered("desk", space_id, resource_id, person_id)
        slots = self.desk_slots(space, days, part)
        asked = (space, desks, person_id, slots, people, extras)
        return self.book(*asked, on_request=on_request)

    @handles(BookRoom)
    def book_room(
        self,
        space_id: UUID,
        resource_id: UUID,
        person_id: UUID,
        times: Times,
        people: int,
        extras: Chosen,
        on_request: bool,
    ) -> Changed:
        space, room = self.offered("room", space_id, resource_id, person_id)
        asked = (space, room, person_id, self.timed_slots(space, times), people, extras)
        return self.book(*asked, on_request=on_request)

    @handles(BookMachine)
    def book_machine(
        self,
        space_id: UUID,
        resource_id: UUID,
        person_id: UUID,
        times: Times,
        extras: Chosen,
        on_request: bool,
    ) -> Changed:
        space, machines = self.offered("machine", space_id, resource_id, person_id)
        asked = (space, machines, person_id, self.timed_slots(space, times), 1, extras)
        return self.book(*asked, on_request=on_request)

    @handles(BookOffice)
    def book_office(
        self,
        space_id: UUID,
        resource_id: UUID,
        person_id: UUID,
        first_month: date,
        months: int,
        extras: Chosen,
    ) -> Changed:
        space, office = self.offered("office", space_id, resource_id, person_id)
        lease = space.lease(first_month, months, now=self.now())
        office.rules.must_be_time(space.timezone, lease.first, 0, self.now())
        order = self.order(space, office, months_of(lease), extras)
        price = by_the_month(office.prices, months)
        less = self.reduction(space, person_id, lease.first, price.cents)
        price = price.with_lines([*less, *order.lines])
        basis = self.basis(space, office, person_id, [], order=order)
        booking = self.made(space, office, person_id, price, basis, [], lease)
        lets = self.log.find(OfficeLets, resource_id) or OfficeLets(space_id, resource_id)
        lets.let(booking.id, person_id, *lease)
        return booking, lets, *order.hold(booking.id)

    @handles(CancelBooking)
    def cancel_booking(self, booking_id: UUID) -> Changed:
        booking = self.log.load(Booking, booking_id)
        return self.cancelled(self.space(booking.space_id), booking)

    @handles(MoveBooking)
    def move_booking(
        self,
        booking_id: UUID,
        people: int | None,
        resource_id: UUID | None,
        extras: Chosen | None,
        days: Sequence[date] = (),
        part: str = "",
        times: Times = (),
    ) -> Changed:
        booking = self.log.load(Booking, booking_id)
        booking.must_move_by(times=bool(times))
        space, resource = self.offered(
            booking.kind, booking.space_id, resource_id or booking.resource_id, booking.person_id
        )
        slots = self.timed_slots(space, times) if times else self.desk_slots(space, days, part)
        return self.moved(space, resource, booking, slots, people or booking.people, extras)

    @handles(ChangeExtras)
    def change_extras(self, booking_id: UUID, extras: Chosen) -> Changed:
        """What stays as it is keeps its price; what is another number costs that of today."""
        booking = self.log.load(Booking, booking_id)
        space = self.space(booking.space_id)
        resource, slots = space.resources[booking.resource_id], booking.held_with()
        kept = [each for each in as_chosen(booking) if each in extras]
        others = [each for each in extras if each not in kept]
        self.must_be_in_time(space, booking, [e for e in as_chosen(booking) if e not in kept])
        order = self.order(space, resource, slots, others, but=booking.id)
        held = self.all_extras_of(booking)
        had = booking.charged.had | {
            each.code: (each, line) for each, line in zip(order.booked, order.lines, strict=True)
        }
        booking.change_extras(
            [had[each["code"]] for each in extras], zone=space.timezone, now=self.now()
        )
        changed = [each for each in held if each.code not in {e["code"] for e in kept}]
        self.given_back_by(booking, changed)
        days = {each.id: each for each in (*changed, *order.hold(booking.id))}
        return booking, *days.values()

    @handles(ApproveBooking)
    def approve_booking(self, booking_id: UUID) -> Booking:
        booking = self.log.load(Booking, booking_id)
        booking.approve()
        return booking

    @handles(DeclineBooking)
    def decline_booking(self, booking_id: UUID) -> Changed:
        booking = self.log.load(Booking, booking_id)
        booking.decline()
        returned = self.returned(self.space(booking.space_id), booking)
        return booking, *returned, *self.uncounted(booking)

    @handles(CheckIn)
    def check_in(self, booking_id: UUID, day: date | None, at: datetime | None) -> Changed:
        booking = self.log.load(Booking, booking_id)
        space, now = self.space(booking.space_id), self.now()
        day = day or calendar.today(space.timezone, now)
        missed = day in booking.missed
        booking.check_in(day, at, zone=space.timezone, now=now)
        return booking, *(self.held_again(space, booking, day) if missed else ())

    @handles(RecordNoShow)
    def record_no_show(self, booking_id: UUID, day: date) -> Booking:
        booking = self.log.load(Booking, booking_id)
        zone = self.space(booking.space_id).timezone
        booking.record_no_show(day, zone=zone, now=self.now())
        return booking

    @handles(ReleasePlace)
    def release_place(self, booking_id: UUID, day: date) -> Changed:
        booking = self.log.load(Booking, booking_id)
        space = self.space(booking.space_id)
        minutes = space.terms.release_minutes
        booking.release(day, minutes, zone=space.timezone, now=self.now())
        extras = self.given_back_by(booking, self.extras_of(booking, [day]))
        return booking, self.given_back(space, booking, day), *extras
