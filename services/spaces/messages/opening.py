"""When a space is open, and on which terms it is booked."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from kernel.wire import Message
from vocabulary.fields import Day, Line, WallTime, Whole, YesOrNo

HOURS_OF_A_YEAR, MINUTES_OF_A_DAY = 366 * 24, 24 * 60


class OpeningHours(Schema):
    """One span of one weekday: 1 is Monday, 7 is Sunday."""

    weekday = Whole(1, 7, required=True)
    opens = WallTime(required=True, metadata={"example": "08:30"})
    closes = WallTime(required=True, metadata={"example": "18:00"})


class SetHours(Message):
    """Say when a space is open in an ordinary week, by the clock on its own wall.

    Done by the host. Replaces all hours. A weekday may have several spans that do not overlap;
    one without a span is closed, and so is a space that never said its hours.
    """

    route = "PUT /spaces/{space_id}/hours"

    space_id = fields.UUID(required=True)
    hours = fields.List(fields.Nested(OpeningHours), required=True, validate=Length(max=70))


class SetTerms(Message):
    """Say how bookings are handled: until when to cancel, the pause between two, midday.

    Done by the host. Until `cancellation_hours` before its start a booking can be cancelled free of
    charge, and later not at all, or for `late_fee_percent` of its price. `buffer_minutes` stay free
    between two bookings of a room; `midday` parts the half-days. A booking to which nobody came is
    released `release_minutes` after it began, if at all; and whoever waits for a place that becomes
    free has `offer_minutes` to take it.
    """

    route = "PUT /spaces/{space_id}/terms"

    space_id = fields.UUID(required=True)
    cancellation_hours = Whole(0, HOURS_OF_A_YEAR, required=True, metadata={"example": 24})
    buffer_minutes = Whole(0, MINUTES_OF_A_DAY, required=True, metadata={"example": 15})
    midday = WallTime(
        load_default=13 * 60,
        validate=Range(1, MINUTES_OF_A_DAY - 1, error="Expected a time within the day."),
        metadata={"example": "13:00"},
    )
    late_fee_percent = Whole(0, 100, load_default=None, allow_none=True, metadata={"example": 50})
    release_minutes = Whole(
        0, MINUTES_OF_A_DAY, load_default=None, allow_none=True, metadata={"example": 60}
    )
    offer_minutes = Whole(5, MINUTES_OF_A_DAY, load_default=120, metadata={"example": 120})


class CloseDay(Message):
    """Close a space for a whole day, today at the earliest. Done by the host.

    The reason is for everybody to read, for ever: never write about a person.
    """

    route = "POST /spaces/{space_id}/closures"

    space_id = fields.UUID(required=True)
    day = Day(required=True)
    reason = Line(200, required=True, metadata={"example": "Works"})


class OpenDay(Message):
    """Open a space on a day that it had closed, or on a public holiday. Done by the host.

    It is then open during the hours of that weekday.
    """

    route = "POST /spaces/{space_id}/openings"

    space_id = fields.UUID(required=True)
    day = Day(required=True)


class ObserveHolidays(Message):
    """Say whether the public holidays of its own country close a space. Done by the host.

    They do unless it says otherwise; a single holiday is opened with an opening.
    """

    route = "PUT /spaces/{space_id}/holidays"

    space_id = fields.UUID(required=True)
    observed = YesOrNo(required=True)
