"""The life of a booking: made, approved, moved, cancelled, checked in to, or nobody came."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.bookings.domain.arrivals import arrival, is_before
from services.bookings.domain.booking_refusals import (
    AlreadyBegun,
    AlreadyCancelled,
    AlreadyCheckedIn,
    AlreadyMissed,
    AlreadyUsed,
    DesksMoveByPart,
    HeldAllDay,
    NotApprovedYet,
    NotBegunYet,
    NothingToApprove,
    NotReleasedYet,
    NotThatDay,
    OfficesStay,
    RoomsMoveByTimes,
    TenantsComeAndGo,
    TooLateToCancel,
)
from services.bookings.domain.charged import Charged, Had
from services.bookings.domain.extras import BookedExtra
from services.bookings.domain.office_lets import Lease, months_of
from services.bookings.domain.pricing import Price, PriceLine, half_up
from services.bookings.domain.slots import Slot, moment


@dataclass(frozen=True)
class Basis:
    """On what a booking was decided: the versions of what the space said and the plan of whoever
    books, whether the host must approve it, the usages in which what it holds is counted, the
    credits of which it holds something, and the extras that are had with it."""

    rules_version: int = 0
    awaits_approval: bool = False
    plan_id: UUID | None = None
    quotas_version: int = 0
    counted_in: list[UUID] = field(default_factory=list)
    credits: list[UUID] = field(default_factory=list)
    extras: list[BookedExtra] = field(default_factory=list)

    def asked_of_the_host(self) -> "Basis":
        """The same, but that the host must approve it."""
        return replace(self, awaits_approval=True)


class Booking(Aggregate):
    """Slots at a desk, in a room or on a machine; or an office from the first day to the last."""

    class BookingMade(Created):
        person_id: UUID
        space_id: UUID
        resource_id: UUID
        kind: str
        slots: list[Slot]
        first: date | None
        last: date | None
        price_cents: int
        price_version: int
        price_rule: str
        price_lines: list[PriceLine] = field(default_factory=list)
        rules_version: int = 0
        series_id: UUID | None = None
        awaits_approval: bool = False
        plan_id: UUID | None = None
        quotas_version: int = 0
        counted_in: list[UUID] = field(default_factory=list)
        people: int = 1
        credits: list[UUID] = field(default_factory=list)
        extras: list[BookedExtra] = field(default_factory=list)

    class BookingApproved(Event):
        pass

    class BookingDeclined(Event):
        pass

    class BookingMoved(Event):
        slots: list[Slot]
        price_cents: int
        price_version: int
        price_rule: str
        price_lines: list[PriceLine] = field(default_factory=list)
        rules_version: int = 0
        awaits_approval: bool = False
        plan_id: UUID | None = None
        quotas_version: int = 0
        counted_in: list[UUID] = field(default_factory=list)
        people: int = 1
        resource_id: UUID | None = None
        credits: list[UUID] = field(default_factory=list)
        extras: list[BookedExtra] = field(default_factory=list)

    class ExtrasChanged(Event):
        extras: list[BookedExtra]
        price_cents: int
        price_rule: str
        price_lines: list[PriceLine]

    class BookingCancelled(Event):
        fee_cents: int = 0

    class CheckedIn(Event):
        person_id: UUID
        space_id: UUID
        day: date
        half_days: int
        people: int = 1
        at: datetime | None = None

    class ArrivedEarlier(Event):
        day: date
        at: datetime

    class NoShowRecorded(Event):
        day: date
        at: datetime | None = None

    @staticmethod
    def create_id(booking_id: UUID) -> UUID:
        return booking_id

    @event(BookingMade)
    def __init__(
        self,
        id: UUID,
        person_id: UUID,
        space_id: UUID,
        resource_id: UUID,
        kind: str,
        slots: list[Slot],
        first: date | None,
        last: date | None,
        price_cents: int,
        price_version: int,
        price_rule: str,
        price_lines: list[PriceLine],
        rules_version: int,
        series_id: UUID | None,
        awaits_approval: bool,
        plan_id: UUID | None,
        quotas_version: int,
        counted_in: list[UUID],
        people: int,
        credits: list[UUID],
        extras: list[BookedExtra],
    ) -> None:
        self.person_id = person_id
        self.space_id = space_id
        self.resource_id = resource_id
        self.kind = kind
        self.people = people
        self.slots = slots
        self.first = first
        self.last = last
        self.charged = Charged.of(price_cents, price_rule, price_lines, extras)
        self.awaits_approval = awaits_approval
        self.counted_in = counted_in
        self.credits = credits
        self.cancelled = False
        self.checked_in: dict[date, datetime | None] = {}
        self.missed: dict[date, datetime | None] = {}

    # What a partner may ask

    def approve(self) -> None:
        """Refuses AlreadyCancelled, NothingToApprove."""
        self._must_await_approval()
        self._approved()

    def decline(self) -> None:
        """Refuses AlreadyCancelled, NothingToApprove."""
        self._must_await_approval()
        self._declined()

    def cancel(
        self, fee_percent: int | None = None, *, zone: str, hours: int, now: datetime
    ) -> None:
        """Until so many hours before the first start; later for a fee, if there is one.

        Refuses AlreadyCancelled, AlreadyUsed, AlreadyBegun, TooLateToCancel.
        """
        try:
            self._must_be_changeable(zone, hours, now)
        except TooLateToCancel:
            if fee_percent is None:
                raise
            self._cancelled(half_up(fee_percent * self.charged.cents, 100))
        else:
            self._cancelled(0)

    def move(
        self,
        resource_id: UUID,
        slots: list[Slot],
        price: Price,
        basis: Basis,
        people: int,
        *,
        zone: str,
        hours: int,
        now: datetime,
    ) -> None:
        """To other slots of that resource, for so many people, at today's price, as late as it
        could be cancelled without a fee.

        Refuses as cancel.
        """
        self._must_be_changeable(zone, hours, now)
        paid = (price.cents, price.version, price.rule, price.lines)
        self._moved(slots, *paid, **vars(basis), people=people, resource_id=resource_id)

    def change_extras(self, had: Iterable[Had], *, zone: str, now: datetime) -> None:
        """These, each with what it costs, instead of those that it has; the place costs what it
        cost. Until it begins, and nothing happens when they are the same.

        Refuses AlreadyCancelled, AlreadyUsed, AlreadyBegun.
        """
        self._must_be_changeable(zone, 0, now)
        if (new := self.charged.having(had)) != self.charged:
            self._extras_changed(new.extras, new.cents, new.rule, new.lines)

    def check_in(self, day: date, at: datetime | None = None, *, zone: str, now: datetime) -> None:
        """Once on each day: now, or at the moment at which somebody noted it who could not tell.

        Of two moments the earlier one stays. Whoever was noted before they were missed has come.
        Refuses AlreadyCancelled, NotThatDay, NotApprovedYet, NotToday, AlreadyCheckedIn,
        AlreadyMissed; and of a moment NotArrivedYet, ArrivedLongAgo, ArrivedOnAnotherDay.
        """
        self._must_be_for(day)
        if self.awaits_approval:
            raise NotApprovedYet
        arrived = arrival(day, at, zone, now)
        if day in self.checked_in:
            if not is_before(arrived, self.checked_in[day]):
                raise AlreadyCheckedIn(day=day)
            self._arrived_earlier(day, arrived)
        elif day in self.missed and not is_before(arrived, self.missed[day]):
            raise AlreadyMissed(day=day)
        else:
            whose = self.person_id, self.space_id
            self._checked_in(*whose, day, self.half_days(day), self.people, arrived)

    def record_no_show(self, day: date, *, zone: str, now: datetime) -> None:
        """Once the last slot of the day has begun and nobody has checked in.

        Refuses TenantsComeAndGo, AlreadyCancelled, NotThatDay, AlreadyCheckedIn, AlreadyMissed,
        NotBegunYet.
        """
        self._must_be_expected_to_come(day)
        if now < self._last_begins(zone, day):
            raise NotBegunYet(day=day)
        self._no_show(day, now)

    def release(self, day: date, minutes: int | None, *, zone: str, now: datetime) -> None:
        """Nobody came within so many minutes after the last slot of the day began.

        Refuses HeldAllDay, NotReleasedYet, and as record_no_show.
        """
        self._must_be_expected_to_come(day)
        if minutes is None:
            raise HeldAllDay
        if now < self._last_begins(zone, day) + timedelta(minutes=minutes):
            raise NotReleasedYet(minutes=minutes)
        self._no_show(day, now)

    # What is asked of it on the way

    def begins(self, zone: str) -> datetime:
        if self.first:
            return moment(zone, self.first, 0)
        slot = min(self.slots)
        return moment(zone, slot.day, slot.start)

    def half_days(self, day: date) -> int:
        """How much of a day the booking is for on that day: 0, 1 or 2 halves."""
        if self.first and self.last:
            return 2 if self.first <= day <= self.last else 0
        return min(2, sum(slot.half_days for slot in self.slots if slot.day == day))

    def days(self) -> set[date]:
        return {slot.day for slot in self.slots}

    def held_with(self) -> list[Slot]:
        """When its extras are held: with its slots; of an office, in each of its months."""
        if self.first and self.last:
            return months_of(Lease(self.first, self.last))
        return self.slots

    def must_move_by(self, *, times: bool) -> None:
        """Refuses OfficesStay; DesksMoveByPart for times, RoomsMoveByTimes for parts of a day."""
        if self.kind == "office":
            raise OfficesStay
        if times != (self.kind != "desk"):
            raise DesksMoveByPart if times else RoomsMoveByTimes

    def is_changeable(self, *, zone: str, hours: int, now: datetime) -> bool:
        """Whether it could still be moved or cancelled."""
        try:
            self._must_be_changeable(zone, hours, now)
        except Refused:
            return False
        return True

    def _must_be_changeable(self, zone: str, hours: int, now: datetime) -> None:
        if self.cancelled:
            raise AlreadyCancelled
        if self.checked_in or self.missed:
            raise AlreadyUsed
        if now >= self.begins(zone):
            raise AlreadyBegun
        if now > self.begins(zone) - timedelta(hours=hours) and not self.awaits_approval:
            raise TooLateToCancel(hours=hours)

    def _must_await_approval(self) -> None:
        if self.cancelled:
            raise AlreadyCancelled
        if not self.awaits_approval:
            raise NothingToApprove

    def _must_be_expected_to_come(self, day: date) -> None:
        if self.kind == "office":
            raise TenantsComeAndGo
        self._must_be_expected(day)

    def _last_begins(self, zone: str, day: date) -> datetime:
        return moment(zone, day, max(slot.start for slot in self.slots if slot.day == day))

    def _must_be_for(self, day: date) -> None:
        if self.cancelled:
            raise AlreadyCancelled
        if not self.half_days(day):
            raise NotThatDay(day=day)

    def _must_be_expected(self, day: date) -> None:
        self._must_be_for(day)
        if day in self.checked_in:
            raise AlreadyCheckedIn(day=day)
        if day in self.missed:
            raise AlreadyMissed(day=day)

    # What then is true

    @event(BookingMoved)
    def _moved(
        self,
        slots: list[Slot],
        price_cents: int,
        price_version: int,
        price_rule: str,
        price_lines: list[PriceLine],
        rules_version: int,
        awaits_approval: bool,
        plan_id: UUID | None,
        quotas_version: int,
        counted_in: list[UUID],
        people: int,
        resource_id: UUID | None,
        credits: list[UUID],
        extras: list[BookedExtra],
    ) -> None:
        self.slots = slots
        self.resource_id = resource_id or self.resource_id
        self.people = people
        self.charged = Charged.of(price_cents, price_rule, price_lines, extras)
        self.awaits_approval = awaits_approval
        self.counted_in = counted_in
        self.credits = credits

    @event(ExtrasChanged)
    def _extras_changed(
        self,
        extras: list[BookedExtra],
        price_cents: int,
        price_rule: str,
        price_lines: list[PriceLine],
    ) -> None:
        lines = price_lines[len(price_lines) - len(extras) :]
        self.charged = self.charged.having(zip(extras, lines, strict=True))

    @event(BookingApproved)
    def _approved(self) -> None:
        self.awaits_approval = False

    @event(BookingDeclined)
    def _declined(self) -> None:
        self.cancelled = True

    @event(BookingCancelled)
    def _cancelled(self, fee_cents: int) -> None:
        self.cancelled = True

    @event(CheckedIn)
    def _checked_in(
        self,
        person_id: UUID,
        space_id: UUID,
        day: date,
        half_days: int,
        people: int,
        at: datetime | None,
    ) -> None:
        self.checked_in[day] = at
        self.missed.pop(day, None)

    @event(ArrivedEarlier)
    def _arrived_earlier(self, day: date, at: datetime) -> None:
        self.checked_in[day] = at

    @event(NoShowRecorded)
    def _no_show(self, day: date, at: datetime | None) -> None:
        self.missed[day] = at
