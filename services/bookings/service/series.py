"""The same booking again and again."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from kernel.service import handles
from services.bookings.domain import (
    ASKED,
    CLASHES,
    SCHOOL,
    Booking,
    KnownSpace,
    LeftOut,
    Occurrence,
    Series,
    Slot,
    days_of,
    must_not_clash,
)
from services.bookings.messages import (
    BookDeskSeries,
    BookMachineSeries,
    BookRoomSeries,
    CancelSeries,
    MoveSeries,
)
from services.bookings.service.counting import Usages
from services.bookings.service.extras import Chosen, as_chosen
from services.bookings.service.promises import Changeable, Changed, Promises
from vocabulary.school import school_holiday


class SeriesOfBookings(Promises):
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
        usages: Usages = {}
        moved, kept = [], []
        for booking in (each for each in coming if len(each.slots) == 1):
            booking.must_move_by(times="start" in to)
            _, resource = self.offered(
                booking.kind, booking.space_id, booking.resource_id, booking.person_id
            )
            [day] = booking.days()
            try:
                slot_on = space.timed_slot if "start" in to else space.desk_slot
                slot = slot_on(day, **to, now=self.now())
                self.space_day(space, day).must_have_left(
                    booking.person_id,
                    space.places(resource, booking.people),
                    slot.start,
                    slot.end,
                    but=booking.id,
                )
                self.order(space, resource, [slot], as_chosen(booking), but=booking.id)
            except CLASHES as clash:
                kept.append(LeftOut(day, type(clash).__name__))
                continue
            to_it = (space, resource, booking, [slot], booking.people, None)
            for each in self.moved(*to_it, usages):
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
        skip_school_holidays: bool,
        keep: Sequence[date],
        extras: Chosen,
        people: int = 1,
    ) -> Changed:
        """A booking for each date on which it is possible, and the series that they make."""
        space, resource = self.offered(kind, space_id, resource_id, person_id)
        series_id = uuid4()
        usages: Usages = {}
        occurrences: list[Occurrence] = []
        left_out = []
        changed: dict[UUID, Changeable] = {}
        for day in days_of(first, every, until):
            if day in skip:
                left_out.append(LeftOut(day, ASKED))
                continue
            if skip_school_holidays and day not in keep and school_holiday(space.country, day):
                left_out.append(LeftOut(day, SCHOOL))
                continue
            try:
                slots = [slot_on(space, day, **at, now=self.now())]
                asked = (space, resource, person_id, slots, people, extras)
                made = self.book(*asked, series_id, usages)
            except CLASHES as clash:
                left_out.append(LeftOut(day, type(clash).__name__))
                continue
            changed |= {each.id: each for each in made}
            occurrences.append(Occurrence(day, made[0].id))
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
