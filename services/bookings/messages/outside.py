"""What takes a place and was not booked here."""

from marshmallow import Schema, fields, validate

from kernel.wire import Message
from services.bookings.messages.parts import WallTimes, each_day_once
from vocabulary.fields import Day


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
