"""The same booking every week, every fortnight, or once a month."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from kernel.wire import Message
from services.bookings.messages.parts import (
    EVERY,
    PART,
    PartOrTimes,
    Party,
    WithExtras,
    be_steps,
)
from vocabulary.fields import Day, WallTime, YesOrNo


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
    skip_school_holidays = YesOrNo(load_default=False)
    keep = fields.List(Day(), load_default=list, validate=validate.Length(max=200))

    @validates_schema
    def _end_after_it_begins(self, words: dict[str, Any], **_: Any) -> None:
        if words["until"] < words["first"]:
            raise ValidationError("Must not be before the first day.", "until")


class BookDeskSeries(Recurrence, Party, Message):
    """Book a desk for somebody every week, every fortnight, or once a month, as one series.

    Each date is a booking of its own, with its own price. Every month means the same weekday of the
    month as the first date: the second Tuesday, say; the fifth is the last one. Dates to `skip` are
    left out. When others clash (no desk left, closed, a holiday) the series is refused and the days
    are named (SeriesClashes), or with `skip_clashes` they are left out too. So are, with
    `skip_school_holidays`, days on which the schools of the country are closed, but for those to
    `keep`; as far ahead as the holidays are published. The preview shows them, each with its
    reason.
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
