"""What every decision about bookings has in common: who is offered what, and what holds it."""

from collections.abc import Sequence, Set
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.bookings.domain import (
    Basis,
    Booking,
    Count,
    Credit,
    ExtraDay,
    KnownMembership,
    KnownOrganisation,
    KnownPerson,
    KnownPlan,
    KnownSpace,
    Lease,
    OfficeLets,
    Order,
    Place,
    Price,
    PriceLine,
    Resource,
    Series,
    Slot,
    SpaceDay,
    Spending,
    Subscription,
    UnknownPerson,
    UnknownSpace,
    Usage,
    Wait,
    WantedExtra,
    moment,
    reduced,
)
from services.bookings.service.extras import Chosen, Extras, as_chosen
from vocabulary.identity import membership_of

Changeable = Booking | Series | SpaceDay | OfficeLets | Usage | Credit | ExtraDay
Changed = tuple[Changeable, ...]
"""The booking or series first, as its id is the answer's, and all that it holds: saved at once."""
Usages = dict[UUID, Usage]
Times = Sequence[dict[str, Any]]
"""Each with a day, and a start and an end in minutes after midnight."""


class Promises(Extras):
    # What is offered

    def offered(
        self, kind: str, space_id: UUID, resource_id: UUID, person_id: UUID
    ) -> tuple[KnownSpace, Resource]:
        """What is offered to a person. Refuses what is unknown, unfit, or needs a training."""
        space = self.space(space_id)
        resource = space.offered(resource_id, kind)
        self.person(person_id).must_have_completed(resource.training_id)
        return space, resource

    def space(self, space_id: UUID) -> KnownSpace:
        if (space := self.log.find(KnownSpace, space_id)) is None:
            raise UnknownSpace
        return space

    def person(self, person_id: UUID) -> KnownPerson:
        if (person := self.log.find(KnownPerson, person_id)) is None:
            raise UnknownPerson
        return person

    def desk_slots(self, space: KnownSpace, days: Sequence[date], part: str) -> list[Slot]:
        return [space.desk_slot(day, part, now=self.now()) for day in sorted(days)]

    def timed_slots(self, space: KnownSpace, times: Times) -> list[Slot]:
        return sorted(space.timed_slot(**each, now=self.now()) for each in times)

    def terms(self, space: KnownSpace) -> dict[str, Any]:
        """Until when something can be changed there, and what time it is."""
        hours = space.terms.cancellation_hours
        return {"zone": space.timezone, "hours": hours, "now": self.now()}

    # What is made of it

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
    ) -> Changed:
        """Everything that can be refused is looked at before anything changes.

        `people`: how many come; a desk for each of them. `usages`: those that the same decision has
        changed already.
        """
        resource.rules.must_allow(space.timezone, slots, self.now())
        places = space.places(resource, people)
        count = self.count(space, resource, person_id, slots, people, usages)
        spending = self.spending(space, resource, person_id, slots, count)
        order = self.order(space, resource, slots, extras)
        price = self.price(space, resource, person_id, slots, people, spending, order)
        basis = self.basis(space, resource, person_id, slots, count, spending, order)
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
        """`extras`: those that it has already, if nothing else is said."""
        resource.rules.must_allow(space.timezone, slots, self.now())
        places = space.places(resource, people)
        person_id, held = booking.person_id, booking.days()
        count = self.count(space, resource, person_id, slots, people, usages, but=booking.id)
        spending = self.spending(space, resource, person_id, slots, count, but=booking.id)
        chosen = as_chosen(booking) if extras is None else extras
        order = self.order(space, resource, slots, chosen, but=booking.id)
        price = self.price(space, resource, person_id, slots, people, spending, order)
        basis = self.basis(space, resource, person_id, slots, count, spending, order)
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

    def given_back(self, space: KnownSpace, booking: Booking, day: date) -> SpaceDay:
        held = self.log.load(SpaceDay, space.space_id, day)
        held.give_back(booking.id)
        self.hand_on(space, held)
        return held

    def uncounted(self, booking: Booking) -> list[Usage | Credit]:
        counted = self.counted(booking)
        for each in counted:
            each.give_back(booking.id)
        return counted

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

    # Where places are held

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

    # What is counted

    def count(
        self,
        space: KnownSpace,
        resource: Resource,
        person_id: UUID,
        slots: list[Slot],
        people: int,
        usages: Usages | None = None,
        but: UUID | None = None,
    ) -> Count:
        known = {} if usages is None else usages

        def subscribed(day: date) -> Subscription | None:
            return self.subscription(space, person_id, day)

        def usage(holder_id: UUID, counted: str, first: date) -> Usage:
            about = (space.space_id, holder_id, counted, first)
            usage_id = Usage.id_of(*about)
            if usage_id not in known:
                known[usage_id] = self.log.find(Usage, usage_id) or Usage(usage_id, *about)
            return known[usage_id]

        timed, kind = space.timed(slots), resource.booked_as()
        units = resource.units_for(people)
        return Count(kind, person_id, timed, space.quotas, subscribed, usage, but, units)

    def spending(
        self,
        space: KnownSpace,
        resource: Resource,
        person_id: UUID,
        slots: list[Slot],
        count: Count,
        but: UUID | None = None,
    ) -> Spending:
        """What is free of charge takes nothing of a credit."""
        kind = resource.booked_as()
        found = [] if resource.is_free_of_charge() else self.credits_on(min(slots).day, person_id)
        needed = [
            (slot.day, slot.half_days if kind == "desk" else took)
            for slot, took in space.timed(slots)
        ]
        fit = (each for each in found if each.kind == kind)
        return Spending(fit, space.space_id, needed, count.included, but)

    def credits_on(self, day: date, person_id: UUID) -> list[Credit]:
        """Her own, and those of the organisations to which she belongs."""
        person = self.person(person_id)
        known = [self.log.find(KnownOrganisation, each) for each in person.organisations]
        held = [each.credits_on(day) for each in (person, *known) if each]
        return [self.log.load(Credit, credit_id) for ids in held for credit_id in ids]

    def counted(self, booking: Booking) -> list[Usage | Credit]:
        usages = (self.log.load(Usage, usage_id) for usage_id in booking.counted_in)
        credits = (self.log.load(Credit, credit_id) for credit_id in booking.credits)
        return [*usages, *credits]

    def subscription(self, space: KnownSpace, person_id: UUID, day: date) -> Subscription | None:
        """By her own membership of that space; or else by that of an organisation of hers."""
        for subscriber in self.person(person_id).subscribers(space.space_id):
            membership_id = membership_of(space.space_id, subscriber)
            if membership := self.log.find(KnownMembership, membership_id):
                plan_id = membership.plan_on(day)
                if plan_id and (plan := self.log.find(KnownPlan, plan_id)):
                    return Subscription(membership_id, plan)
        return None
