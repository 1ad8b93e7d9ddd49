"""Bookings at work: each message, each neighbour, and what changes."""

from collections.abc import Callable, Sequence, Set
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid4

from kernel.service import Fact, Service, follows, handles
from services.bookings.domain import (
    CLASHES,
    Booking,
    KnownPerson,
    KnownSpace,
    Lease,
    LeftOut,
    Occurrence,
    OfficeLets,
    Opening,
    Place,
    Price,
    Prices,
    Resource,
    Rules,
    Series,
    Slot,
    SpaceDay,
    Terms,
    UnknownPerson,
    UnknownSpace,
    by_the_month,
    days_of,
    must_not_clash,
)
from services.bookings.messages import (
    BookDesk,
    BookDeskSeries,
    BookMachine,
    BookMachineSeries,
    BookOffice,
    BookRoom,
    BookRoomSeries,
    CancelBooking,
    CancelSeries,
    CheckIn,
    MoveBooking,
    MoveSeries,
    RecordNoShow,
)
from vocabulary import calendar

Changeable = Booking | Series | SpaceDay | OfficeLets
Changed = tuple[Changeable, ...]
"""The booking or series first, as its id is the answer's, and all that it holds: saved at once."""
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
        return self.cancelled(self.space(booking.space_id), booking)

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
        return self.moved(space, resource, booking, slots)

    @handles(BookDeskSeries)
    def book_desk_series(self, part: str, **asked: Any) -> Changed:
        return self.book_series("desk", KnownSpace.desk_slot, {"part": part}, **asked)

    @handles(BookRoomSeries)
    def book_room_series(self, start: int, end: int, **asked: Any) -> Changed:
        times = {"start": start, "end": end}
        return self.book_series("room", KnownSpace.timed_slot, times, **asked)

    @handles(BookMachineSeries)
    def book_machine_series(self, start: int, end: int, **asked: Any) -> Changed:
        times = {"start": start, "end": end}
        return self.book_series("machine", KnownSpace.timed_slot, times, **asked)

    @handles(MoveSeries)
    def move_series(
        self, series_id: UUID, since: date | None, skip_clashes: bool, **to: Any
    ) -> Changed:
        series = self.log.load(Series, series_id)
        space, coming = self.still_to_come(series, since)
        changed: dict[UUID, Changeable] = {series.id: series}
        moved, kept = [], []
        for booking in (each for each in coming if len(each.slots) == 1):
            booking.must_move_by(times="start" in to)
            _, resource = self.offered(
                booking.kind, booking.space_id, booking.resource_id, booking.person_id
            )
            [day], place = booking.days(), space.place(resource)
            try:
                slot_on = space.timed_slot if "start" in to else space.desk_slot
                slot = slot_on(day, **to, now=self.now())
                self.space_day(space.space_id, day).must_have_left(
                    booking.person_id, place, slot.start, slot.end, but=booking.id
                )
            except CLASHES as clash:
                kept.append(LeftOut(day, type(clash).__name__))
                continue
            for each in self.moved(space, resource, booking, [slot]):
                changed[each.id] = each
            moved.append(booking.id)
        must_not_clash(kept, allowed=skip_clashes)
        series.move(since, moved, kept)
        return tuple(changed.values())

    @handles(CancelSeries)
    def cancel_series(self, series_id: UUID, since: date | None) -> Changed:
        series = self.log.load(Series, series_id)
        space, coming = self.still_to_come(series, since)
        changed: dict[UUID, Changeable] = {series.id: series}
        for booking in coming:
            for each in self.cancelled(space, booking):
                changed[each.id] = each
        series.cancel(since, [booking.id for booking in coming])
        return tuple(changed.values())

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

    def book_series(
        self,
        kind: str,
        slot_on: Callable[..., Slot],
        at: dict[str, Any],
        *,
        space_id: UUID,
        resource_id: UUID,
        person_id: UUID,
        every: str,
        first: date,
        until: date,
        skip: Sequence[date],
        skip_clashes: bool,
    ) -> Changed:
        """A booking for each date on which it is possible, and the series that they make."""
        space, resource = self.offered(kind, space_id, resource_id, person_id)
        series_id, place = uuid4(), space.place(resource)
        occurrences: list[Occurrence] = []
        left_out = []
        changed: dict[UUID, Changeable] = {}
        for day in days_of(first, every, until):
            if day in skip:
                left_out.append(LeftOut(day, "asked"))
                continue
            try:
                slots = [slot_on(space, day, **at, now=self.now())]
                resource.rules.must_allow(space.timezone, slots, self.now())
                price = space.price(resource, slots)
                booking = self.made(space, resource, person_id, price, slots, series_id=series_id)
                promised = self.promise(booking, place)
            except CLASHES as clash:
                left_out.append(LeftOut(day, type(clash).__name__))
                continue
            changed[booking.id] = booking
            changed |= {each.id: each for each in promised}
            occurrences.append(Occurrence(day, booking.id))
        must_not_clash(left_out, allowed=skip_clashes)
        where = {"space_id": space.space_id, "resource_id": resource.id, "person_id": person_id}
        dates = {"every": every, "first": first, "until": until}
        series = Series.of(occurrences, left_out, id=series_id, **where, **dates)
        return series, *changed.values()

    def still_to_come(self, series: Series, since: date | None) -> tuple[KnownSpace, list[Booking]]:
        """The bookings of a series that can still be moved or cancelled, from a day on."""
        space = self.space(series.space_id)
        found = [self.log.load(Booking, booking_id) for booking_id in series.bookings]
        coming = [each for each in found if each.is_changeable(**self.terms(space))]
        return space, [each for each in coming if since is None or min(each.days()) >= since]

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


def understood(kind: type[T], said: dict[str, Any]) -> T:
    """What we know how to read of what was said: it may say more, but not less."""
    return kind(**{each.name: said[each.name] for each in fields(kind)})
