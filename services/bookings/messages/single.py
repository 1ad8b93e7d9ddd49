"""One booking: of a desk, a room, a machine or an office; its changes, and whether they came."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from kernel.wire import Message
from services.bookings.messages.parts import (
    DAYS,
    EXTRAS,
    MOST_PEOPLE,
    PART,
    TIMES,
    Chosen,
    OnRequest,
    Party,
    Times,
    WithExtras,
)
from vocabulary.fields import Day, Month, Whole


class BookDesk(Party, WithExtras, OnRequest, Message):
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


class BookRoom(Party, WithExtras, OnRequest, Message):
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


class BookMachine(WithExtras, OnRequest, Message):
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

    Asked by the member or by the host. Without a day, today at the space is meant. A host who noted
    it where there was no network says at which moment of the day that was (`at`), within 24 hours
    (NotArrivedYet, ArrivedLongAgo, ArrivedOnAnotherDay). Of two moments the earlier one stays. Who
    was noted before being recorded as a no-show has come, unless the place was released and is
    somebody else's by now (PlaceGivenAway).
    """

    route = "POST /bookings/{booking_id}/check-in"

    booking_id = fields.UUID(required=True)
    day = Day(load_default=None)
    at = fields.AwareDateTime(load_default=None, metadata={"example": "2027-03-02T09:12:00+01:00"})


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
