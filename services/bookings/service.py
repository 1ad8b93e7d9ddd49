"""Bookings at work: each message, each neighbour, and what changes."""

from collections.abc import Sequence, Set
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid4

from kernel.service import Fact, Service, follows, handles
from services.bookings.domain import (
    Booking,
    KnownPerson,
    KnownSpace,
    Lease,
    OfficeLets,
    Opening,
    Place,
    Price,
    Prices,
    Resource,
    Rules,
    Slot,
    SpaceDay,
    Terms,
    UnknownPerson,
    UnknownSpace,
    by_the_month,
)
from services.bookings.messages import (
    BookDesk,
    BookMachine,
    BookOffice,
    BookRoom,
    CancelBooking,
    CheckIn,
    MoveBooking,
    RecordNoShow,
)
from vocabulary import calendar

Changed = tuple[Booking | SpaceDay | OfficeLets, ...]
"""The booking first, as its id is the answer's, and all that it holds: saved at once."""
T = TypeVar("T", Opening, Prices, Rules, Terms)
Times = Sequence[dict[str, Any]]
"""Each with a day, and a start and an end in minutes after midnight."""


class Bookings(Service):
    name = "bookings"

    @handles(BookDesk)
    def book_desk(
        self, space_id: UUID, resource_id: UUID, person_id: UUID, days: list[date], part: str
    ) -> Changed:
        space, desks = self.offered("desk", space_id, resource_id, person_id)
        return self.book(space, desks, person_id, self.desk_slots(space, days, part))

    @handles(BookRoom)
    def book_room(
        self, space_id: UUID, resource_id: UUID, person_id: UUID, times: Times
    ) -> Changed:
        space, room = self.offered("room", space_id, resource_id, person_id)
        return self.book(space, room, person_id, self.timed_slots(space, times))

    @handles(BookMachine)
    def book_machine(
        self, space_id: UUID, resource_id: UUID, person_id: UUID, times: Times
    ) -> Changed:
        space, machines = self.offered("machine", space_id, resource_id, person_id)
        return self.book(space, machines, person_id, self.timed_slots(space, times))

    @handles(BookOffice)
    def book_office(
        self, space_id: UUID, resource_id: UUID, person_id: UUID, first_month: date, months: int
    ) -> Changed:
        space, office = self.offered("office", space_id, resource_id, person_id)
        lease = space.lease(first_month, months, now=self.now())
        office.rules.must_be_time(space.timezone, lease.first, 0, self.now())
        price = by_the_month(office.prices, months)
        booking = self.made(space, office, person_id, price, lease=lease)
        lets = self.log.find(OfficeLets, resource_id) or OfficeLets(space_id, resource_id)
        lets.let(booking.id, person_id, *lease)
        return booking, lets

    @handles(CancelBooking)
    def cancel_booking(self, booking_id: UUID) -> Changed:
        booking = self.log.load(Booking, booking_id)
        space = self.space(booking.space_id)
        booking.cancel(zone=space.timezone, hours=space.terms.cancellation_hours, now=self.now())
        held = self.held(booking)
        for each in held:
            each.give_back(booking.id)
        return booking, *held

    @handles(MoveBooking)
    def move_booking(
        self, booking_id: UUID, days: Sequence[date] = (), part: str = "", times: Times = ()
    ) -> Changed:
        booking = self.log.load(Booking, booking_id)
        booking.must_move_by(times=bool(times))
        space, resource = self.offered(
            booking.kind, booking.space_id, booking.resource_id, booking.person_id
        )
        slots = self.timed_slots(space, times) if times else self.desk_slots(space, days, part)
        resource.rules.must_allow(space.timezone, slots, self.now())
        price = space.price(resource, slots)
        held = booking.days()
        zone, hours = space.timezone, space.terms.cancellation_hours
        rules = resource.rules.version
        booking.move(slots, price, rules, zone=zone, hours=hours, now=self.now())
        return booking, *self.promise(booking, space.place(resource), held)

    @handles(CheckIn)
    def check_in(self, booking_id: UUID, day: date | None) -> Booking:
        booking = self.log.load(Booking, booking_id)
        today = calendar.today(self.space(booking.space_id).timezone, self.now())
        booking.check_in(day or today, today=today)
        return booking

    @handles(RecordNoShow)
    def record_no_show(self, booking_id: UUID, day: date) -> Booking:
        booking = self.log.load(Booking, booking_id)
        zone = self.space(booking.space_id).timezone
        booking.record_no_show(day, zone=zone, now=self.now())
        return booking

    # What neighbours say becomes ours

    @follows("members")
    def learn_from_members(self, fact: Fact) -> KnownPerson | None:
        if fact.type == "members.PersonJoined":
            return self.known_person(UUID(fact.subject))
        return None

    @follows("training")
    def learn_from_training(self, fact: Fact) -> KnownPerson | None:
        if fact.type == "training.CourseCompleted":
            person = self.known_person(UUID(fact.data["person_id"]))
            person.learn_training(UUID(fact.data["course_id"]))
            return person
        return None

    @follows("spaces")
    def learn_from_spaces(self, fact: Fact) -> KnownSpace | None:
        said, about = fact.data, UUID(fact.subject)
        if fact.type == "spaces.SpaceOpened":
            return KnownSpace(about, said["country"], said["timezone"], said["planned"])
        if (space := self.log.find(KnownSpace, about)) is None:
            return None  # it is about a loan
        match fact.type:
            case "spaces.OperationStarted":
                space.learn_operation()
            case "spaces.ResourceAdded":
                course = UUID(said["training_id"]) if said["training_id"] else None
                space.learn_resource(UUID(said["resource_id"]), said["kind"], said["units"], course)
            case "spaces.ResourceRetired":
                space.learn_resource_retirement(UUID(said["resource_id"]))
            case "spaces.PricesSet":
                space.learn_prices(UUID(said["resource_id"]), understood(Prices, said))
            case "spaces.BookingRulesSet":
                space.learn_rules(UUID(said["resource_id"]), understood(Rules, said))
            case "spaces.HoursSet":
                space.learn_hours([understood(Opening, each) for each in said["hours"]])
            case "spaces.TermsSet":
                space.learn_terms(understood(Terms, said))
            case "spaces.DayClosed":
                space.learn_closure(date.fromisoformat(said["day"]), said["reason"])
            case "spaces.DayOpened":
                space.learn_opening(date.fromisoformat(said["day"]))
            case "spaces.HolidaysObserved":
                space.learn_holiday_rule(said["observed"])
        return space

    # On the way

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

    def known_person(self, person_id: UUID) -> KnownPerson:
        """Training may be heard before members: who has completed a course is somebody."""
        return self.log.find(KnownPerson, person_id) or KnownPerson(person_id)

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

    def made(
        self,
        space: KnownSpace,
        resource: Resource,
        person_id: UUID,
        price: Price,
        slots: list[Slot] | None = None,
        lease: Lease | None = None,
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
        )

    def promise(
        self, booking: Booking, place: Place, held: Set[date] = frozenset()
    ) -> tuple[SpaceDay, ...]:
        """The places for its slots, once what it held until now is given back. In order of days,
        so that two who want the same days meet at the first of them."""
        about, days = booking.space_id, sorted(held | booking.days())
        found = {day: self.log.find(SpaceDay, about, day) or SpaceDay(about, day) for day in days}
        for day in sorted(held):
            found[day].give_back(booking.id)
        for slot in booking.slots:
            found[slot.day].promise(booking.id, booking.person_id, place, slot.start, slot.end)
        return tuple(found.values())

    def held(self, booking: Booking) -> list[SpaceDay | OfficeLets]:
        if booking.kind == "office":
            return [self.log.load(OfficeLets, booking.resource_id)]
        days = sorted(booking.days())
        return [self.log.load(SpaceDay, booking.space_id, day) for day in days]


def understood(kind: type[T], said: dict[str, Any]) -> T:
    """What we know how to read of what was said: it may say more, but not less."""
    return kind(**{each.name: said[each.name] for each in fields(kind)})
