"""What bookings knows of a space, as the spaces service last told us."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.bookings.domain.extras import Extra, ExtraNotOffered
from services.bookings.domain.hours import (
    HolidayClosed,
    NoOpeningHours,
    Opening,
    SpaceClosed,
    Span,
    by_weekday,
    must_be_open,
    part_of_day,
)
from services.bookings.domain.office_lets import Lease, months_from
from services.bookings.domain.pricing import Price, PriceLine, Prices, by_the_day, by_the_hour
from services.bookings.domain.reductions import Reduction
from services.bookings.domain.resource import NotByTheDay, Resource, SharedByAll
from services.bookings.domain.rules import Rules
from services.bookings.domain.slots import (
    Slot,
    minutes,
    moment,
    must_not_be_over,
    must_not_be_past,
    timed_slot,
)
from services.bookings.domain.space_day import Place, Wait
from services.bookings.domain.usage import Quota
from vocabulary import calendar


class UnknownSpace(Refused):
    """No space of the network is known under this id."""


class UnknownResource(Refused):
    """The space has no resource under this id."""


class NotOperatingYet(Refused):
    """This space is planned; it takes bookings once it operates."""


@dataclass(frozen=True)
class Terms:
    """How bookings are handled.

    Until how many hours before its start a booking can be cancelled without fee; how long a room
    stays free between two bookings; the minute of the day at which mornings end. What is cancelled
    later costs so many percent of its price, or cannot be (None). So many minutes after it began, a
    booking to which nobody came is released; never (None). Whoever waits for a place has so many
    minutes to take it once it is offered.
    """

    cancellation_hours: int = 24
    buffer_minutes: int = 0
    midday: int = 13 * 60
    late_fee_percent: int | None = None
    release_minutes: int | None = None
    offer_minutes: int = 120


class KnownSpace(Aggregate):
    """Where it is, what it offers, when it is open, at which prices and terms."""

    class SpaceLearned(Created):
        space_id: UUID
        country: str
        timezone: str
        planned: bool

    class OperationLearned(Event):
        pass

    class ResourceLearned(Event):
        resource_id: UUID
        kind: str
        units: int
        training_id: UUID | None
        seats: int | None = None

    class ResourceRetirementLearned(Event):
        resource_id: UUID

    class PricesLearned(Event):
        resource_id: UUID
        prices: Prices

    class RulesLearned(Event):
        resource_id: UUID
        rules: Rules

    class PartsLearned(Event):
        resource_id: UUID
        parts: list[UUID]

    class QuotasLearned(Event):
        version: int
        quotas: list[Quota]

    class ReductionsLearned(Event):
        version: int
        reductions: list[Reduction]

    class ExtraLearned(Event):
        extra: Extra

    class ExtraWithdrawalLearned(Event):
        code: str

    class HoursLearned(Event):
        hours: list[Opening]

    class TermsLearned(Event):
        terms: Terms

    class ClosureLearned(Event):
        day: date
        reason: str

    class OpeningLearned(Event):
        day: date

    class HolidayRuleLearned(Event):
        observed: bool

    @staticmethod
    def create_id(space_id: UUID) -> UUID:
        return uuid5(space_id, "known-space")

    # What the space said

    @event(SpaceLearned)
    def __init__(self, space_id: UUID, country: str, timezone: str, planned: bool) -> None:
        self.space_id = space_id
        self.country = country
        self.timezone = timezone
        self.operating = not planned
        self.resources: dict[UUID, Resource] = {}
        self.week: dict[int, list[Span]] = {}
        self.closures: dict[date, str] = {}
        self.openings: set[date] = set()
        self.holidays_observed = True
        self.terms = Terms()
        self.quotas: list[Quota] = []
        self.quotas_version = 0
        self.reductions: list[Reduction] = []
        self.extras: dict[str, Extra] = {}

    @event(OperationLearned)
    def learn_operation(self) -> None:
        self.operating = True

    @event(ResourceLearned)
    def learn_resource(
        self,
        resource_id: UUID,
        kind: str,
        units: int,
        training_id: UUID | None,
        seats: int | None = None,
    ) -> None:
        self.resources[resource_id] = Resource(resource_id, kind, units, training_id, seats)

    @event(ResourceRetirementLearned)
    def learn_resource_retirement(self, resource_id: UUID) -> None:
        self.resources[resource_id] = replace(self.resources[resource_id], retired=True)

    @event(PricesLearned)
    def learn_prices(self, resource_id: UUID, prices: Prices) -> None:
        self.resources[resource_id] = replace(self.resources[resource_id], prices=prices)

    @event(RulesLearned)
    def learn_rules(self, resource_id: UUID, rules: Rules) -> None:
        self.resources[resource_id] = replace(self.resources[resource_id], rules=rules)

    @event(PartsLearned)
    def learn_parts(self, resource_id: UUID, parts: list[UUID]) -> None:
        self.resources[resource_id] = replace(self.resources[resource_id], parts=tuple(parts))

    @event(QuotasLearned)
    def learn_quotas(self, version: int, quotas: list[Quota]) -> None:
        self.quotas, self.quotas_version = quotas, version

    @event(ReductionsLearned)
    def learn_reductions(self, version: int, reductions: list[Reduction]) -> None:
        self.reductions = reductions

    @event(ExtraLearned)
    def learn_extra(self, extra: Extra) -> None:
        self.extras[extra.code] = extra

    @event(ExtraWithdrawalLearned)
    def learn_extra_withdrawal(self, code: str) -> None:
        del self.extras[code]

    @event(HoursLearned)
    def learn_hours(self, hours: list[Opening]) -> None:
        self.week = by_weekday(hours)

    @event(TermsLearned)
    def learn_terms(self, terms: Terms) -> None:
        self.terms = terms

    @event(ClosureLearned)
    def learn_closure(self, day: date, reason: str) -> None:
        self.closures[day] = reason

    @event(OpeningLearned)
    def learn_opening(self, day: date) -> None:
        self.closures.pop(day, None)
        self.openings.add(day)

    @event(HolidayRuleLearned)
    def learn_holiday_rule(self, observed: bool) -> None:
        self.holidays_observed = observed

    # What follows from it for a booking

    def offered(self, resource_id: UUID, kind: str) -> Resource:
        """The resource, if it may be booked with a booking of that kind (desk, room, ...).

        Refuses UnknownResource, NotOperatingYet, SharedByAll, NoLongerOffered, NotADesk and so on.
        """
        if (resource := self.resources.get(resource_id)) is None:
            raise UnknownResource
        if not self.operating:
            raise NotOperatingYet
        resource.must_be_offered_as(kind)
        return resource

    def on_a_day(self, resource_id: UUID) -> Resource:
        """The resource, offered still or no longer, if single days of it are booked.

        Refuses UnknownResource, SharedByAll, NotByTheDay.
        """
        if (resource := self.resources.get(resource_id)) is None:
            raise UnknownResource
        if not resource.booked_as():
            raise SharedByAll
        if resource.booked_as() == "office":
            raise NotByTheDay
        return resource

    def offered_extra(self, code: str, resource: Resource) -> Extra:
        """What is offered with that resource under a short name. Refuses ExtraNotOffered."""
        extra = self.extras.get(code)
        if extra is None or resource.kind not in extra.kinds:
            raise ExtraNotOffered(code=code)
        return extra

    def timed_kind(self, resource_id: UUID) -> str:
        """As what something is booked from one time to another, whether it exists or not."""
        resource = self.resources.get(resource_id)
        return "machine" if resource and resource.kind == "machines" else "room"

    def place(self, resource: Resource, wanted: int = 1) -> Place:
        """The resource as a day sees it: a room is one, with a buffer; desks are many."""
        kind, everything = resource.booked_as(), self.resources.values()
        alike = frozenset(each.id for each in everything if each.booked_as() == kind)
        offered = (each for each in everything if not each.retired)
        wholes = frozenset(each.id for each in offered if resource.id in each.parts)
        room = kind == "room"
        units, buffer = (1, self.terms.buffer_minutes) if room else (resource.units, 0)
        return Place(resource.id, kind, units, alike, buffer, wholes, wanted)

    def places(self, resource: Resource, people: int) -> list[Place]:
        """What so many people take of the resource, and its parts. Refuses TooManyPeople."""
        parts = [self.place(self.resources[part]) for part in resource.parts]
        return [self.place(resource, resource.units_for(people)), *parts]

    def places_for(self, wait: Wait) -> list[Place]:
        """Nothing when it is no longer offered."""
        resource = self.resources[wait.resource_id]
        return [] if resource.retired else self.places(resource, wait.people)

    def open_on(self, day: date) -> list[Span]:
        """When the space is open on that day. The last word about a day goes before holidays.

        Refuses SpaceClosed, HolidayClosed, NoOpeningHours.
        """
        if day in self.closures:
            raise SpaceClosed(day=day, reason=self.closures[day])
        if self.holidays_observed and day not in self.openings:
            holiday = calendar.holiday(self.country, day)
            if holiday:
                raise HolidayClosed(day=day, holiday=holiday)
        if not (spans := self.week.get(day.isoweekday())):
            raise NoOpeningHours(day=day)
        return spans

    def desk_slot(self, day: date, part: str, *, now: datetime) -> Slot:
        """A part (day, morning, afternoon) of a day at a desk.

        Refuses InThePast, PartClosed, NoSuchTime, and as open_on.
        """
        must_not_be_past(self.timezone, day, now)
        start, end = part_of_day(day, self.open_on(day), part, self.terms.midday)
        slot = Slot(day, start, end, half_days=2 if part == "day" else 1)
        must_not_be_over(self.timezone, slot, now)
        return slot

    def timed_slot(self, day: date, start: int, end: int, *, now: datetime) -> Slot:
        """From one time of a day to another.

        Refuses InThePast, OutsideHours, NoSuchTime, and as open_on.
        """
        must_not_be_past(self.timezone, day, now)
        must_be_open(day, self.open_on(day), start, end)
        slot = timed_slot(self.timezone, day, start, end)
        must_not_be_over(self.timezone, slot, now)
        return slot

    def lease(self, first: date, months: int, *, now: datetime) -> Lease:
        """Whole calendar months in an office. Refuses InThePast, NoSuchTime."""
        must_not_be_past(self.timezone, months_from(first, 1).last, now)
        moment(self.timezone, first, 0)
        return months_from(first, months)

    def timed(self, slots: list[Slot]) -> list[tuple[Slot, int]]:
        """Each slot with the minutes that really pass in it. Refuses NoSuchTime."""
        return [(slot, minutes(self.timezone, slot)) for slot in slots]

    def price(
        self,
        resource: Resource,
        slots: list[Slot],
        paid: Sequence[int] = (),
        by_credits: Sequence[PriceLine] = (),
        people: int = 1,
    ) -> Price:
        """The list price of a booking, but for the half-days or minutes that are paid already.

        Refuses NoPriceSet.
        """
        if resource.booked_as() == "desk":
            half_days = [slot.half_days for slot in slots]
            return by_the_day(resource.prices, half_days, paid, by_credits, people - 1)
        times = [took for _, took in self.timed(slots)]
        return by_the_hour(resource.prices, times, paid, by_credits)
