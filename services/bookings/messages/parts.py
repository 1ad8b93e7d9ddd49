"""What several messages are made of: times, how many come, and what is had with a place."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from vocabulary.fields import Code, Day, WallTime, Whole, YesOrNo

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


class OnRequest(Schema):
    """Whether the host is asked, who says yes or no, also where no booking needs it.

    A guest whom nobody knows asks so. Until the answer the place is held.
    """

    on_request = YesOrNo(load_default=False)


class WithExtras(Schema):
    """What is had with the booking, of the extras that the space offers with that place.

    Refused when it does not (ExtraNotOffered), or has not as many left (ExtraTaken).
    """

    extras = fields.List(fields.Nested(Chosen), load_default=list, validate=EXTRAS)
