"""A space: what it offers, at what price, and when it is open."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import date
from uuid import UUID, uuid5

from kernel.facts import NETWORK, Aggregate, Created, Event, Refused, event
from services.spaces.domain.extra import Extra
from services.spaces.domain.hours import (
    DayAlreadyClosed,
    DayAlreadyOpen,
    Opening,
    in_order,
    not_past,
)
from services.spaces.domain.quota import Quota
from services.spaces.domain.reduction import Reduction
from services.spaces.domain.resource import (
    TIMED,
    BookedByTheDay,
    BookingRules,
    PartOfItself,
    Prices,
    PricesMissing,
    Resource,
    ResourceCodeTaken,
    Tier,
    units_of,
)


class SpaceAlreadyOpen(Refused):
    """A space of the network already has the code {code}."""


class ExtraAlreadyWithdrawn(Refused):
    """This extra has already been withdrawn."""


class AlreadyOperating(Refused):
    """This space is already in operation."""


class Space(Aggregate):
    """A coworking space of the network."""

    class SpaceOpened(Created):
        code: str
        name: str
        operator_id: UUID
        town: str
        country: str
        timezone: str
        lat: float
        lon: float
        languages: list[str]
        amenities: list[str]
        planned: bool

    class OperationStarted(Event):
        pass

    class ResourceAdded(Event):
        resource_id: UUID
        code: str
        kind: str
        name: str
        units: int
        seats: int | None
        training_id: UUID | None

    class SpaceDescribed(Event):
        languages: list[str]
        amenities: list[str]

    class ResourceRetired(Event):
        resource_id: UUID

    class PricesSet(Event):
        resource_id: UUID
        version: int
        hour_cents: int | None
        half_day_cents: int | None
        day_cents: int | None
        month_cents: int | None
        tiers: list[Tier] = field(default_factory=list)

    class BookingRulesSet(Event):
        resource_id: UUID
        version: int
        shortest_minutes: int | None
        longest_minutes: int | None
        notice_minutes: int
        horizon_days: int
        approval: bool = False

    class PartsSet(Event):
        resource_id: UUID
        parts: list[UUID]

    class QuotasSet(Event):
        version: int
        quotas: list[Quota]

    class ReductionsSet(Event):
        version: int
        reductions: list[Reduction]

    class ExtraOffered(Event):
        code: str
        version: int
        name: str
        per: str
        cents: int
        stock: int | None
        kinds: list[str]
        notice_hours: int = 0

    class ExtraWithdrawn(Event):
        code: str

    class HoursSet(Event):
        hours: list[Opening]

    class TermsSet(Event):
        cancellation_hours: int
        buffer_minutes: int
        midday: int = 13 * 60
        late_fee_percent: int | None = None
        release_minutes: int | None = None
        offer_minutes: int = 120

    class DayClosed(Event):
        day: date
        reason: str

    class DayOpened(Event):
        day: date

    class HolidaysObserved(Event):
        observed: bool

    @staticmethod
    def create_id(space_id: UUID) -> UUID:
        return space_id

    @staticmethod
    def id_of(code: str) -> UUID:
        """One id per code: the log itself cannot hold the same space twice."""
        return uuid5(NETWORK, f"space/{code}")

    @event(SpaceOpened)
    def __init__(
        self,
        id: UUID,
        code: str,
        name: str,
        operator_id: UUID,
        town: str,
        country: str,
        timezone: str,
        lat: float,
        lon: float,
        languages: list[str],
        amenities: list[str],
        planned: bool,
    ) -> None:
        self.code, self.name, self.operator_id = code, name, operator_id
        self.town, self.country, self.timezone = town, country, timezone
        self.lat, self.lon = lat, lon
        self.languages, self.amenities = languages, amenities
        self.operating = not planned
        self.resources: dict[UUID, Resource] = {}
        self.hours: list[Opening] = []
        self.quotas_version = 0
        self.reductions_version = 0
        self.extras: dict[str, Extra] = {}
        self.withdrawn_extras: set[str] = set()
        self.observes_holidays = True
        self.closed: dict[date, str] = {}  # and why
        self.opened: set[date] = set()

    # What a host may ask

    def start_operation(self) -> None:
        """A planned space opens its doors. Refuses AlreadyOperating."""
        if self.operating:
            raise AlreadyOperating
        self._operating()

    def add_resource(
        self,
        code: str,
        kind: str,
        name: str,
        *,
        units: int | None = None,
        seats: int | None = None,
        training_id: UUID | None = None,
    ) -> None:
        """Refuses ResourceCodeTaken (also by a retired one) and what units_of refuses."""
        resource_id = uuid5(self.id, code)
        if resource_id in self.resources:
            raise ResourceCodeTaken(code=code)
        units = units_of(kind, units, seats)
        self._added(resource_id, code, kind, name, units, seats, training_id)

    def retire_resource(self, resource_id: UUID) -> None:
        """Offer it no longer, for good. Refuses NoLongerOffered."""
        self.resources[resource_id].offered()
        self._retired(resource_id)

    def set_prices(
        self,
        resource_id: UUID,
        *,
        hour_cents: int | None = None,
        half_day_cents: int | None = None,
        day_cents: int | None = None,
        month_cents: int | None = None,
        tiers: Sequence[Tier] = (),
    ) -> None:
        """Replace every price of a resource by these; `tiers`, the lowest first.

        Refuses NoLongerOffered, PricesMissing, TierWithoutPrice.
        """
        resource = self.resources[resource_id].offered()
        cents = (hour_cents, half_day_cents, day_cents, month_cents)
        if all(price is None for price in cents):
            raise PricesMissing
        version = resource.prices.version + 1 if resource.prices else 1
        Prices(version, *cents, list(tiers)).must_begin_with_a_price(resource.kind)
        self._priced(resource_id, version, *cents, list(tiers))

    def set_booking_rules(
        self,
        resource_id: UUID,
        *,
        shortest_minutes: int | None,
        longest_minutes: int | None,
        notice_minutes: int,
        horizon_days: int,
        approval: bool,
    ) -> None:
        """Replace the rules of booking a resource. Refuses NoLongerOffered, BookedByTheDay."""
        resource = self.resources[resource_id].offered()
        lengths = (shortest_minutes, longest_minutes)
        if lengths != (None, None) and resource.kind not in TIMED:
            raise BookedByTheDay
        version = resource.rules.version + 1 if resource.rules else 1
        self._ruled(resource_id, version, *lengths, notice_minutes, horizon_days, approval)

    def set_parts(self, resource_id: UUID, parts: list[UUID]) -> None:
        """Replace what belongs to a room or machine, and is booked with it.

        Refuses NoLongerOffered, BookedByTheDay, PartOfItself.
        """
        of_others = {part for each in self.resources.values() for part in each.parts}
        for each in (resource_id, *parts):
            if self.resources[each].offered().kind not in TIMED:
                raise BookedByTheDay
        whole = any(self.resources[part].parts for part in parts)
        if resource_id in parts or whole or (parts and resource_id in of_others):
            raise PartOfItself
        self._parted(resource_id, sorted(set(parts)))

    def set_quotas(self, quotas: list[Quota]) -> None:
        """Replace how much one person, or one membership, may book here."""
        self._quotas(self.quotas_version + 1, quotas)

    def set_reductions(self, reductions: list[Reduction]) -> None:
        """Replace who pays less here, and how much less."""
        self._reductions(self.reductions_version + 1, reductions)

    def offer_extra(
        self,
        code: str,
        *,
        name: str,
        per: str,
        cents: int,
        stock: int | None,
        kinds: list[str],
        notice_hours: int = 0,
    ) -> None:
        """Something to be had with a booking, or from now on in another way."""
        before = self.extras.get(code)
        version = before.version + 1 if before else 1
        said = (name, per, cents, stock, sorted(set(kinds)), notice_hours)
        self._extra_offered(code, version, *said)

    def withdraw_extra(self, code: str) -> None:
        """It can be had no more, until it is offered again. Refuses ExtraAlreadyWithdrawn."""
        if code in self.withdrawn_extras:
            raise ExtraAlreadyWithdrawn
        self._extra_withdrawn(code)

    def set_hours(self, openings: Iterable[Opening]) -> None:
        """Replace the hours of every week. Refuses ClosesBeforeItOpens, HoursOverlap."""
        self._hours(in_order(openings))

    def close_day(self, day: date, reason: str, *, today: date) -> None:
        """Close for a whole day, today at the earliest. Refuses DayIsPast, DayAlreadyClosed."""
        not_past(day, today)
        if day in self.closed:
            raise DayAlreadyClosed(day=day)
        self._closed(day, reason)

    def open_day(self, day: date, *, today: date) -> None:
        """Open on a day that was closed, or on a holiday. Refuses DayIsPast, DayAlreadyOpen."""
        not_past(day, today)
        if day in self.opened:
            raise DayAlreadyOpen(day=day)
        self._opened(day)

    # What then is true

    @event(OperationStarted)
    def _operating(self) -> None:
        self.operating = True

    @event(ResourceAdded)
    def _added(
        self,
        resource_id: UUID,
        code: str,
        kind: str,
        name: str,
        units: int,
        seats: int | None,
        training_id: UUID | None,
    ) -> None:
        self.resources[resource_id] = Resource(code, kind, name, units, seats, training_id)

    @event(ResourceRetired)
    def _retired(self, resource_id: UUID) -> None:
        self.resources[resource_id].retired = True

    @event(PricesSet)
    def _priced(
        self,
        resource_id: UUID,
        version: int,
        hour_cents: int | None,
        half_day_cents: int | None,
        day_cents: int | None,
        month_cents: int | None,
        tiers: list[Tier],
    ) -> None:
        prices = Prices(version, hour_cents, half_day_cents, day_cents, month_cents, tiers)
        self.resources[resource_id].prices = prices

    @event(BookingRulesSet)
    def _ruled(
        self,
        resource_id: UUID,
        version: int,
        shortest_minutes: int | None,
        longest_minutes: int | None,
        notice_minutes: int,
        horizon_days: int,
        approval: bool,
    ) -> None:
        self.resources[resource_id].rules = BookingRules(
            version, shortest_minutes, longest_minutes, notice_minutes, horizon_days, approval
        )

    @event(PartsSet)
    def _parted(self, resource_id: UUID, parts: list[UUID]) -> None:
        self.resources[resource_id].parts = tuple(parts)

    @event(QuotasSet)
    def _quotas(self, version: int, quotas: list[Quota]) -> None:
        self.quotas_version = version

    @event(ReductionsSet)
    def _reductions(self, version: int, reductions: list[Reduction]) -> None:
        self.reductions_version = version

    @event(ExtraOffered)
    def _extra_offered(
        self,
        code: str,
        version: int,
        name: str,
        per: str,
        cents: int,
        stock: int | None,
        kinds: list[str],
        notice_hours: int,
    ) -> None:
        self.extras[code] = Extra(version, name, per, cents, stock, kinds, notice_hours)
        self.withdrawn_extras.discard(code)

    @event(ExtraWithdrawn)
    def _extra_withdrawn(self, code: str) -> None:
        self.withdrawn_extras.add(code)

    @event(HoursSet)
    def _hours(self, hours: list[Opening]) -> None:
        self.hours = hours

    @event(TermsSet)
    def set_terms(
        self,
        cancellation_hours: int,
        buffer_minutes: int,
        midday: int,
        late_fee_percent: int | None,
        release_minutes: int | None,
        offer_minutes: int,
    ) -> None:
        """Hours to cancel before a booking, minutes free between two, minute the morning ends;
        percent that a late cancellation costs (None: not possible), minutes after which a booking
        is released (None: never), minutes to take a place that is offered."""

    @event(DayClosed)
    def _closed(self, day: date, reason: str) -> None:
        self.closed[day] = reason
        self.opened.discard(day)

    @event(DayOpened)
    def _opened(self, day: date) -> None:
        self.opened.add(day)
        self.closed.pop(day, None)

    @event(SpaceDescribed)
    def describe(self, languages: list[str], amenities: list[str]) -> None:
        """The languages spoken there (ISO 639), and what everybody finds there."""
        self.languages, self.amenities = languages, amenities

    @event(HolidaysObserved)
    def observe_holidays(self, observed: bool) -> None:
        """Whether public holidays of the space's own country close it."""
        self.observes_holidays = observed
