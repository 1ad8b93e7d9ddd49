"""What partners may ask of bookings."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from kernel.wire import Message
from vocabulary.fields import Code, Day, Month, WallTime, Whole, YesOrNo

STEP = 15


class WallTimes(Schema):
    """From one time to another, in steps of a quarter of an hour."""

    start = WallTime(required=True, metadata={"example": "09:30"})
    end = WallTime(required=True, metadata={"example": "12:00"})

    @validates_schema
    def _be_steps(self, times: dict[str, Any], **_: Any) -> None:
        be_steps(times)


class Times(WallTimes):
    """From one time of a day to another."""

    day = Day(required=True)


def be_steps(times: dict[str, Any]) -> None:
    for name in ("start", "end"):
        if times[name] % STEP:
            raise ValidationError(f"Must be a multiple of {STEP} minutes.", name)
    if times["end"] <= times["start"]:
        raise ValidationError("Must be later than the start.", "end")


def each_once(named: list[Any]) -> None:
    if len(set(named)) < len(named):
        raise ValidationError("Each may stand here once.")


def each_day_once(said: list[dict[str, Any]]) -> None:
    each_once([each["day"] for each in said])


DAYS: list[Callable[..., Any]] = [validate.Length(min=1, max=31), each_once]
TIMES = validate.Length(min=1, max=31)
EVERY = validate.OneOf(["week", "fortnight", "month"])
PART = validate.OneOf(["day", "morning", "afternoon"])
MOST_PEOPLE = 500


class Party(Schema):
    """How many come: whoever books, and her guests, who need not be members."""

    people = Whole(1, MOST_PEOPLE, load_default=1)


class Chosen(Schema):
    """So many of an extra that the space offers."""

    code = Code(required=True, metadata={"example": "screen"})
    quantity = Whole(1, 500, load_default=1)


def each_extra_once(extras: list[dict[str, Any]]) -> None:
    each_once([each["code"] for each in extras])


EXTRAS: list[Callable[..., Any]] = [validate.Length(max=20), each_extra_once]


class WithExtras(Schema):
    """What is had with the booking, of the extras that the space offers with that place.

    Refused when it does not (ExtraNotOffered), or has not as many left (ExtraTaken).
    """

    extras = fields.List(fields.Nested(Chosen), load_default=list, validate=EXTRAS)


class BookDesk(Party, WithExtras, Message):
    """Book a desk for somebody, for one or several days: all of them, or none.

    Of several `people` each has a desk; guests pay the list price. A morning ends and an afternoon
    begins at the space's midday. Usually asked by a member for herself, or by the host. Refused
    when the space is closed that day (SpaceClosed, HolidayClosed, NoOpeningHours, PartClosed), when
    no desk is left (NoDeskLeft), when the person already holds one (AlreadyBooked), for days that
    are over or too far ahead, and where there is no price.
    """

    route = "POST /desk-bookings"
    has_preview = True

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    days = fields.List(Day(), required=True, validate=DAYS, metadata={"uniqueItems": True})
    part = fields.String(required=True, validate=PART, metadata={"example": "morning"})


class BookRoom(Party, WithExtras, Message):
    """Book a room or a studio for somebody, for one or several times: all of them, or none.

    Times are those on the wall of the space. Refused when the space is not open all the time
    (SpaceClosed, HolidayClosed, NoOpeningHours, OutsideHours), when the room is taken or being made
    ready (RoomTaken), for more `people` than it has seats (TooManyPeople), and for a start or an
    end that the change of clocks skips or repeats (NoSuchTime); between them, the price counts the
    minutes that really pass.
    """

    route = "POST /room-bookings"
    has_preview = True

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    times = fields.List(fields.Nested(Times), required=True, validate=TIMES)


class BookMachine(WithExtras, Message):
    """Book a machine for somebody, for one or several times: all of them, or none.

    As for a room, but without time between two uses. Refused to those who have not completed the
    training of the machine (TrainingNeeded), and when none is left (NoMachineLeft).
    """

    route = "POST /machine-bookings"
    has_preview = True

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    times = fields.List(fields.Nested(Times), required=True, validate=TIMES)


class BookOffice(WithExtras, Message):
    """Let a private office to somebody, for whole calendar months.

    Its extras are had by the month, in each of them. Refused when it is already let in one of the
    months (OfficeTaken).
    """

    route = "POST /office-bookings"
    has_preview = True

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    first_month = Month(required=True)
    months = Whole(1, 24, required=True)


class Recurrence(WithExtras):
    """The dates of a series, and which of them may be left out."""

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    every = fields.String(required=True, validate=EVERY, metadata={"example": "week"})
    first = Day(required=True)
    until = Day(required=True)
    skip = fields.List(Day(), load_default=list, validate=validate.Length(max=200))
    skip_clashes = YesOrNo(load_default=False)

    @validates_schema
    def _end_after_it_begins(self, words: dict[str, Any], **_: Any) -> None:
        if words["until"] < words["first"]:
            raise ValidationError("Must not be before the first day.", "until")


class BookDeskSeries(Recurrence, Party, Message):
    """Book a desk for somebody every week, every fortnight, or once a month, as one series.

    Each date is a booking of its own, with its own price. Every month means the same weekday of the
    month as the first date: the second Tuesday, say; the fifth is the last one. Dates to `skip` are
    left out. When others clash (no desk left, closed, a holiday) the series is refused and the days
    are named (SeriesClashes), or with `skip_clashes` they are left out too. The preview shows them,
    each with its reason.
    """

    route = "POST /desk-series"
    has_preview = True

    part = fields.String(required=True, validate=PART, metadata={"example": "morning"})


class TimedRecurrence(Recurrence):
    """The same, from one time of the day to another."""

    start = WallTime(required=True, metadata={"example": "09:30"})
    end = WallTime(required=True, metadata={"example": "12:00"})

    @validates_schema
    def _be_steps(self, words: dict[str, Any], **_: Any) -> None:
        be_steps(words)


class BookRoomSeries(TimedRecurrence, Party, Message):
    """Book a room or a studio for somebody every week, every fortnight, or once a month.

    As a series of desks, from one time on the wall of the space to another.
    """

    route = "POST /room-series"
    has_preview = True


class BookMachineSeries(TimedRecurrence, Message):
    """Book a machine for somebody every week, every fortnight, or once a month.

    As a series of desks, from one time on the wall of the space to another.
    """

    route = "POST /machine-series"
    has_preview = True


class PartOrTimes(Schema):
    """Either a part of the day, or from one time to another."""

    part = fields.String(validate=PART)
    start = WallTime(metadata={"example": "09:30"})
    end = WallTime(metadata={"example": "12:00"})

    @validates_schema
    def _be_one_or_the_other(self, words: dict[str, Any], **_: Any) -> None:
        given = words.keys() & {"part", "start", "end"}
        if given not in ({"part"}, {"start", "end"}):
            raise ValidationError("Either part, or start and end.", "part")
        if "start" in given:
            be_steps(words)


class MoveSeries(PartOrTimes, Message):
    """Move what is still to come of a series to another part of the day, or to other times.

    All of it, or `since` a day (this one and the following). Each booking stays on its own day;
    what was cancelled stays cancelled, and what can no longer be moved, or was moved to several
    days, stays as it is. Days that clash are refused and named (SeriesClashes), or with
    `skip_clashes` stay as they are.
    """

    route = "POST /series/{series_id}/move"
    has_preview = True

    series_id = fields.UUID(required=True)
    since = Day(load_default=None)
    skip_clashes = YesOrNo(load_default=False)


class CancelSeries(Message):
    """Give back what is still to come of a series: all of it, or `since` a day.

    Bookings that can no longer be cancelled by the terms of the space stay.
    """

    route = "POST /series/{series_id}/cancellation"
    has_preview = True

    series_id = fields.UUID(required=True)
    since = Day(load_default=None)


class CancelBooking(Message):
    """Give back everything that a booking holds.

    Until so many hours before it begins as the terms of the space say. Later it costs a part of the
    price, where the space has set a fee, or is refused (TooLateToCancel). A preview tells the fee.
    """

    route = "POST /bookings/{booking_id}/cancellation"
    has_preview = True

    booking_id = fields.UUID(required=True)


class MoveBooking(Message):
    """Move a booking to other days and another part (a desk) or other times (a room, a machine).

    All or nothing, at today's prices, and as late as it could be cancelled. The new slots are
    looked for as if the old ones had been given back, where it was, or at another resource of its
    kind. As many `people` come as before, and the extras stay, if nothing else is said. An office
    let stays (OfficesStay).
    """

    route = "POST /bookings/{booking_id}/move"
    has_preview = True

    booking_id = fields.UUID(required=True)
    days = fields.List(Day(), validate=DAYS, metadata={"uniqueItems": True})
    part = fields.String(validate=PART)
    times = fields.List(fields.Nested(Times), validate=TIMES)
    people = Whole(1, MOST_PEOPLE, load_default=None)
    resource_id = fields.UUID(load_default=None)
    extras = fields.List(fields.Nested(Chosen), load_default=None, validate=EXTRAS)

    @validates_schema
    def _be_one_or_the_other(self, words: dict[str, Any], **_: Any) -> None:
        if "times" in words and words.keys() & {"days", "part"}:
            raise ValidationError("Either days and part, or times.", "times")
        for name in ("days", "part"):
            if "times" not in words and name not in words:
                raise ValidationError("Either days and part, or times.", name)


class ChangeExtras(Message):
    """Have other extras with a booking that stands: more, fewer, none.

    These replace all that it has. What stays as it is keeps its price, what is new or another
    number costs that of today, and the place costs what it cost. Until the booking begins
    (AlreadyBegun), or as long before as an extra asks for (ExtraTooLate). Refused when the space
    does not offer one with that place (ExtraNotOffered) or has not as many left (ExtraTaken).
    """

    route = "POST /bookings/{booking_id}/extras"
    has_preview = True

    booking_id = fields.UUID(required=True)
    extras = fields.List(fields.Nested(Chosen), required=True, validate=EXTRAS)


class CheckIn(Message):
    """Say that somebody has arrived with a booking: once a day, on the day itself.

    Asked by the member or by the host. Without a day, today at the space is meant.
    """

    route = "POST /bookings/{booking_id}/check-in"

    booking_id = fields.UUID(required=True)
    day = Day(load_default=None)


class RecordNoShow(Message):
    """Say that nobody came with a booking on a day, once its last slot of the day has begun.

    Asked by the host. Nobody can check in for that day afterwards.
    """

    route = "POST /bookings/{booking_id}/no-show"

    booking_id = fields.UUID(required=True)
    day = Day(required=True)


class ReleasePlace(Message):
    """Let others have the place of somebody who has not come, after the time that the space set.

    Recorded as a no-show; the price stays. Given by the clock of the network, or by the host.
    Refused in a space that holds places all day (HeldAllDay), and before its time (NotReleasedYet).
    """

    route = "POST /bookings/{booking_id}/release"

    booking_id = fields.UUID(required=True)
    day = Day(required=True)


class ApproveBooking(Message):
    """Say yes to a booking that waits for it. Asked by the host."""

    route = "POST /bookings/{booking_id}/approval"

    booking_id = fields.UUID(required=True)


class DeclineBooking(Message):
    """Say no to a booking that waits for an answer: all that it holds is free again.

    Asked by the host.
    """

    route = "POST /bookings/{booking_id}/refusal"

    booking_id = fields.UUID(required=True)


class JoinWaitingList(PartOrTimes, Party, WithExtras, Message):
    """Wait for a place that is taken: a desk for a part of the day, a room or a machine for a time.

    When one becomes free, or as many desks as there are `people`, it is offered to the first in the
    line whom it suits, and held for them as long as the space says. Refused while there is a place
    left (PlaceLeft), and to whoever has one (AlreadyBooked) or waits already (AlreadyWaiting). Of
    the `extras`, those that there are by then are booked with it; the offer says which are not.
    """

    route = "POST /spaces/{space_id}/days/{day}/waiting-list"

    space_id = fields.UUID(required=True)
    day = Day(required=True)
    resource_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)


class LeaveWaitingList(Message):
    """Wait no longer, also for what has been offered: it goes to the next."""

    route = "DELETE /spaces/{space_id}/days/{day}/waiting-list/{entry_id}"

    space_id = fields.UUID(required=True)
    day = Day(required=True)
    entry_id = fields.UUID(required=True)


class TakeOffer(Message):
    """Book the place that is offered to somebody who waited, at today's price, with those of the
    extras they wanted that there are.

    Refused when nothing is offered any more (NothingOffered, NotWaiting).
    """

    route = "POST /spaces/{space_id}/days/{day}/waiting-list/{entry_id}/booking"

    space_id = fields.UUID(required=True)
    day = Day(required=True)
    entry_id = fields.UUID(required=True)


class OfferPlaces(Message):
    """Offer what is free on a day to those who wait for it, also what nobody took in time.

    Happens by itself when something is given back. Given by the clock of the network, or by the
    host.
    """

    route = "POST /spaces/{space_id}/days/{day}/offers"

    space_id = fields.UUID(required=True)
    day = Day(required=True)


class OutsideDay(Schema):
    """All that an outside calendar says of a day: nothing, when it no longer says anything."""

    day = Day(required=True)
    times = fields.List(fields.Nested(WallTimes), required=True, validate=validate.Length(max=96))


class BlockTimes(Message):
    """Say when a resource is taken outside of the network, on some days, by an outside calendar.

    It cannot be booked then, none of its units; when nothing is said of a time any more it is free
    again, and offered to those who wait. For each day this is all that the calendar says of it: the
    same again changes nothing. Bookings made before stay as they are. Given by whoever reads the
    outside calendar, in the name of the network or of a partner, under an id of their own choice.
    Refused for days that are over (InThePast), and for what is not booked by the day (NotByTheDay,
    SharedByAll).
    """

    route = "PUT /spaces/{space_id}/resources/{resource_id}/outside-calendars/{calendar_id}/times"

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    calendar_id = fields.UUID(required=True)
    days = fields.List(
        fields.Nested(OutsideDay), required=True, validate=[validate.Length(1, 31), each_day_once]
    )
