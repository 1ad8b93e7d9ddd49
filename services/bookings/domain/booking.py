"""The life of a booking: made, moved, cancelled, checked in to, or nobody came."""

from dataclasses import field
from datetime import date, datetime, timedelta
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.bookings.domain.pricing import Price, PriceLine
from services.bookings.domain.slots import Slot, moment


class AlreadyCancelled(Refused):
    """This booking has been cancelled."""


class AlreadyUsed(Refused):
    """Somebody has checked in with this booking, or was missed: it can no longer be changed."""


class AlreadyBegun(Refused):
    """This booking has begun: it can no longer be cancelled or moved."""


class TooLateToCancel(Refused):
    """A booking in this space can be cancelled or moved until {hours} hours before it begins."""


class OfficesStay(Refused):
    """An office let cannot be moved: cancel it and let another."""


class DesksMoveByPart(Refused):
    """A desk is moved to days and a part of the day, not to times."""


class RoomsMoveByTimes(Refused):
    """A room or a machine is moved to times, not to parts of the day."""


class NotThatDay(Refused):
    """This booking is not for {day}."""


class NotToday(Refused):
    """Checking in is for today, and at the space it is {today}."""


class AlreadyCheckedIn(Refused):
    """Somebody has already checked in with this booking on {day}."""


class AlreadyMissed(Refused):
    """It is already recorded that nobody came with this booking on {day}."""


class NotBegunYet(Refused):
    """The booking of {day} has not begun: somebody may still come."""


class TenantsComeAndGo(Refused):
    """An office is let by the month: its tenant need not come, and is never missed."""


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

    class BookingMoved(Event):
        slots: list[Slot]
        price_cents: int
        price_version: int
        price_rule: str
        price_lines: list[PriceLine] = field(default_factory=list)
        rules_version: int = 0

    class BookingCancelled(Event):
        pass

    class CheckedIn(Event):
        person_id: UUID
        space_id: UUID
        day: date
        half_days: int

    class NoShowRecorded(Event):
        day: date

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
    ) -> None:
        self.person_id = person_id
        self.space_id = space_id
        self.resource_id = resource_id
        self.kind = kind
        self.slots = slots
        self.first = first
        self.last = last
        self.cancelled = False
        self.checked_in: set[date] = set()
        self.missed: set[date] = set()

    # What a partner may ask

    def cancel(self, *, zone: str, hours: int, now: datetime) -> None:
        """Until so many hours before the first start.

        Refuses AlreadyCancelled, AlreadyUsed, AlreadyBegun, TooLateToCancel.
        """
        self._must_be_changeable(zone, hours, now)
        self._cancelled()

    def move(
        self,
        slots: list[Slot],
        price: Price,
        rules_version: int,
        *,
        zone: str,
        hours: int,
        now: datetime,
    ) -> None:
        """To other slots at today's price, as late as it could be cancelled. Refuses as cancel."""
        self._must_be_changeable(zone, hours, now)
        self._moved(slots, price.cents, price.version, price.rule, price.lines, rules_version)

    def check_in(self, day: date, *, today: date) -> None:
        """Once on each day. Refuses AlreadyCancelled, NotThatDay, NotToday, AlreadyCheckedIn,
        AlreadyMissed."""
        self._must_be_expected(day)
        if day != today:
            raise NotToday(today=today)
        self._checked_in(self.person_id, self.space_id, day, self.half_days(day))

    def record_no_show(self, day: date, *, zone: str, now: datetime) -> None:
        """Once the last slot of the day has begun and nobody has checked in.

        Refuses TenantsComeAndGo, AlreadyCancelled, NotThatDay, AlreadyCheckedIn, AlreadyMissed,
        NotBegunYet.
        """
        if self.kind == "office":
            raise TenantsComeAndGo
        self._must_be_expected(day)
        if now < moment(zone, day, max(slot.start for slot in self.slots if slot.day == day)):
            raise NotBegunYet(day=day)
        self._no_show(day)

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
        if now > self.begins(zone) - timedelta(hours=hours):
            raise TooLateToCancel(hours=hours)

    def _must_be_expected(self, day: date) -> None:
        if self.cancelled:
            raise AlreadyCancelled
        if not self.half_days(day):
            raise NotThatDay(day=day)
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
    ) -> None:
        self.slots = slots

    @event(BookingCancelled)
    def _cancelled(self) -> None:
        self.cancelled = True

    @event(CheckedIn)
    def _checked_in(self, person_id: UUID, space_id: UUID, day: date, half_days: int) -> None:
        self.checked_in.add(day)

    @event(NoShowRecorded)
    def _no_show(self, day: date) -> None:
        self.missed.add(day)
