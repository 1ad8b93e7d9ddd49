"""What is counted: by quotas, by memberships and by credits, for whoever books."""

from datetime import date
from uuid import UUID

from services.bookings.domain import (
    Booking,
    Count,
    Credit,
    KnownMembership,
    KnownOrganisation,
    KnownPlan,
    KnownSpace,
    Resource,
    Slot,
    Spending,
    Subscription,
    Usage,
)
from services.bookings.service.offered import Offered
from vocabulary.identity import membership_of

Usages = dict[UUID, Usage]


class Counting(Offered):
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

    def uncounted(self, booking: Booking) -> list[Usage | Credit]:
        counted = self.counted(booking)
        for each in counted:
            each.give_back(booking.id)
        return counted

    def subscription(self, space: KnownSpace, person_id: UUID, day: date) -> Subscription | None:
        """By her own membership of that space; or else by that of an organisation of hers."""
        for subscriber in self.person(person_id).subscribers(space.space_id):
            membership_id = membership_of(space.space_id, subscriber)
            if membership := self.log.find(KnownMembership, membership_id):
                plan_id = membership.plan_on(day)
                if plan_id and (plan := self.log.find(KnownPlan, plan_id)):
                    return Subscription(membership_id, plan)
        return None
