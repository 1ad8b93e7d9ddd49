"""What every decision about bookings has in common: what is made of what is offered and asked."""

from datetime import date
from uuid import UUID, uuid4

from services.bookings.domain import (
    TAKEN,
    Basis,
    Booking,
    Count,
    Credit,
    ExtraDay,
    KnownSpace,
    Lease,
    OfficeLets,
    Order,
    PlaceGivenAway,
    Price,
    PriceLine,
    Resource,
    Series,
    Slot,
    SpaceDay,
    Spending,
    Usage,
    reduced,
)
from services.bookings.service.counting import Counting, Usages
from services.bookings.service.extras import Chosen, as_chosen
from services.bookings.service.places import Places

Changeable = Booking | Series | SpaceDay | OfficeLets | Usage | Credit | ExtraDay
Changed = tuple[Changeable, ...]
"""The booking or series first, as its id is the answer's, and all that it holds: saved at once."""


class Promises(Counting, Places):
    def book(
        self,
        space: KnownSpace,
        resource: Resource,
        person_id: UUID,
        slots: list[Slot],
        people: int,
        extras: Chosen = (),
        series_id: UUID | None = None,
        usages: Usages | None = None,
        on_request: bool = False,
    ) -> Changed:
        """Everything that can be refused is looked at before anything changes.

        `people`: how many come; a desk for each of them. `usages`: those that the same decision has
        changed already. `on_request`: the host is asked, whatever the rules of the place.
        """
        resource.rules.must_allow(space.timezone, slots, self.now())
        places = space.places(resource, people)
        count = self.count(space, resource, person_id, slots, people, usages)
        spending = self.spending(space, resource, person_id, slots, count)
        order = self.order(space, resource, slots, extras)
        price = self.price(space, resource, person_id, slots, people, spending, order)
        basis = self.basis(space, resource, person_id, slots, count, spending, order)
        basis = basis.asked_of_the_host() if on_request else basis
        booking = self.made(
            space, resource, person_id, price, basis, slots, None, series_id, people
        )
        promised = self.promise(space, booking, places)
        used: Changed = (
            *count.use(booking.id),
            *spending.use(booking.id),
            *order.hold(booking.id),
        )
        return booking, *promised, *used

    def moved(
        self,
        space: KnownSpace,
        resource: Resource,
        booking: Booking,
        slots: list[Slot],
        people: int,
        extras: Chosen | None = None,
        usages: Usages | None = None,
    ) -> Changed:
        """`extras`: those that it has already, if nothing else is said. What waits for an answer of
        the host still does."""
        resource.rules.must_allow(space.timezone, slots, self.now())
        places = space.places(resource, people)
        person_id, held = booking.person_id, booking.days()
        count = self.count(space, resource, person_id, slots, people, usages, but=booking.id)
        spending = self.spending(space, resource, person_id, slots, count, but=booking.id)
        chosen = as_chosen(booking) if extras is None else extras
        order = self.order(space, resource, slots, chosen, but=booking.id)
        price = self.price(space, resource, person_id, slots, people, spending, order)
        basis = self.basis(space, resource, person_id, slots, count, spending, order)
        basis = basis.asked_of_the_host() if booking.awaits_approval else basis
        given_back = [*self.counted(booking), *self.all_extras_of(booking)]
        booking.move(resource.id, slots, price, basis, people, **self.terms(space))
        promised = self.promise(space, booking, places, held)
        for each in given_back:
            each.give_back(booking.id)
        used: Changed = (
            *count.use(booking.id),
            *spending.use(booking.id),
            *order.hold(booking.id),
        )
        for day in promised:
            if day.day in held:
                self.hand_on(space, day)
        all_used: dict[UUID, Changeable] = {each.id: each for each in (*given_back, *used)}
        return booking, *promised, *all_used.values()

    def price(
        self,
        space: KnownSpace,
        resource: Resource,
        person_id: UUID,
        slots: list[Slot],
        people: int,
        spending: Spending,
        order: Order,
    ) -> Price:
        """A reduction is for her own place, not for guests, and not for what is had with it."""
        about = resource, slots, spending.paid, spending.lines
        price, own = space.price(*about, people), space.price(*about)
        less = self.reduction(space, person_id, min(slots).day, own.cents)
        return price.with_lines([*less, *order.lines])

    def reduction(
        self, space: KnownSpace, person_id: UUID, day: date, cents: int
    ) -> list[PriceLine]:
        person = self.person(person_id)
        kinds = {person.status or ""}
        if person.organisations:
            kinds.add("organisation")
        if space.reductions and self.subscription(space, person_id, day):
            kinds.add("subscriber")
        return reduced(cents, space.reductions, kinds)

    def cancelled(self, space: KnownSpace, booking: Booking) -> Changed:
        """What is cancelled late costs its fee, and the days of a membership or a credit stay
        used."""
        late = not booking.is_changeable(**self.terms(space))
        booking.cancel(space.terms.late_fee_percent, **self.terms(space))
        return booking, *self.returned(space, booking), *([] if late else self.uncounted(booking))

    def returned(
        self, space: KnownSpace, booking: Booking
    ) -> list[SpaceDay | OfficeLets | ExtraDay]:
        """All that it holds, for those who wait: what is had with a place first."""
        extras = self.given_back_by(booking, self.all_extras_of(booking))
        if booking.kind == "office":
            lets = self.log.load(OfficeLets, booking.resource_id)
            lets.give_back(booking.id)
            return [lets, *extras]
        places = [self.given_back(space, booking, day) for day in sorted(booking.days())]
        return [*places, *extras]

    def held_again(self, space: KnownSpace, booking: Booking, day: date) -> Changed:
        """Somebody came in time, and what they had booked was released all the same: their place,
        and of its extras those that there are. Refuses PlaceGivenAway, AlreadyBooked."""
        held = self.space_day(space, day)
        if booking.id in held.promised:  # missed, but not released
            return ()
        resource = space.resources[booking.resource_id]
        places = space.places(resource, booking.people)
        slots = [slot for slot in booking.slots if slot.day == day]
        try:
            for slot in slots:
                held.promise(booking.id, booking.person_id, places, slot.start, slot.end)
        except TAKEN:
            raise PlaceGivenAway from None
        there = [
            each
            for each in as_chosen(booking)
            if all(self.there_are(space, resource, slot, each) for slot in slots)
        ]
        return held, *self.order(space, resource, slots, there).hold(booking.id)

    def made(
        self,
        space: KnownSpace,
        resource: Resource,
        person_id: UUID,
        price: Price,
        basis: Basis,
        slots: list[Slot],
        lease: Lease | None = None,
        series_id: UUID | None = None,
        people: int = 1,
    ) -> Booking:
        return Booking(
            id=uuid4(),
            person_id=person_id,
            space_id=space.space_id,
            resource_id=resource.id,
            kind=resource.booked_as(),
            slots=slots,
            first=lease and lease.first,
            last=lease and lease.last,
            price_cents=price.cents,
            price_version=price.version,
            price_rule=price.rule,
            price_lines=price.lines,
            series_id=series_id,
            people=people,
            **vars(basis),
        )

    def basis(
        self,
        space: KnownSpace,
        resource: Resource,
        person_id: UUID,
        slots: list[Slot],
        count: Count | None = None,
        spending: Spending | None = None,
        order: Order | None = None,
    ) -> Basis:
        subscribed = self.subscription(space, person_id, min(slots).day) if slots else None
        return Basis(
            rules_version=resource.rules.version,
            awaits_approval=resource.rules.approval,
            plan_id=subscribed and subscribed.plan.plan_id,
            quotas_version=space.quotas_version,
            counted_in=count.usages if count else [],
            credits=[each.id for each in spending.used] if spending else [],
            extras=order.booked if order else [],
        )
