"""What those who run a space may ask for: outside calendars that block what it offers."""

from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import UUID, uuid4

from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from starlette.requests import Request
from starlette.responses import Response

from gateway.api import Run, look_up, plain
from gateway.errands import Errand
from gateway.outside.addresses import anywhere
from gateway.outside.calendars import MOST
from gateway.outside.troubles import Trouble
from gateway.outside.turns import Turns
from gateway.people import Caller
from gateway.problems import Problem, nothing_known
from gateway.records import Row
from gateway.views.calendar import clock
from gateway.views.directory import SeeSpace
from gateway.words import Words, understood
from vocabulary.fields import Line

SUBSCRIBED = ("webcal", "webcals")
"""What calendar programs write for https."""
BY_THE_DAY = ("desks", "room", "studio", "machines")


def is_web_address(text: str) -> None:
    """https, or webcal, which means it; and nothing in it by which somebody signs in."""
    try:
        found = urlsplit(text)
        good = bool(found.hostname) and found.port != 0 and "@" not in found.netloc
    except ValueError:
        good = False
        found = SplitResult("", "", "", "", "")
    schemes = {"https", *SUBSCRIBED, *(["http"] if anywhere() else [])}
    if not good or found.scheme.lower() not in schemes or not text.isprintable() or " " in text:
        raise ValidationError("Expected an address that begins with https or webcal.")


class BlockedNext(Schema):
    day = fields.Date(required=True)
    start = fields.String(required=True)
    end = fields.String(required=True)


class OutsideCalendar(Schema):
    calendar_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    name = fields.String(required=True)
    host = fields.String(required=True, allow_none=True)
    added_at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True)
    trouble = fields.String(required=True, allow_none=True)
    next = fields.Nested(BlockedNext, required=True, allow_none=True)


class OutsideCalendars(Schema):
    items = fields.List(fields.Nested(OutsideCalendar), required=True)


class CalendarAdded(Schema):
    calendar_id = fields.UUID(required=True)


class ListOutsideCalendars(Errand):
    """The outside calendars of a space: when each was last read, and what has been in the way since
    (`trouble`), if anything; and what it blocks next. Of its address only the host: the rest is a
    secret. What a calendar that cannot be read blocked before stays blocked.
    """

    route = "GET /spaces/{space_id}/outside-calendars"
    answer = OutsideCalendars
    tag = "bookings"

    space_id = fields.UUID(required=True)


class AddOutsideCalendar(Errand):
    """Let an outside calendar block a resource: by its `address`, from which it is read every
    quarter of an hour, or by its `text` (iCalendar), which is read once.

    Its events take all units of the resource; only their times are kept. It is read at once, and
    not added if that cannot be done: then `trouble` says why (422). Ten for each resource
    (TooManyCalendars); not for offices and amenities (NotByTheDay).
    """

    route = "POST /spaces/{space_id}/resources/{resource_id}/outside-calendars"
    answer = CalendarAdded
    tag = "bookings"

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    name = Line(100, required=True, metadata={"example": "Mairie"})
    address = fields.String(validate=[validate.Length(max=2000), is_web_address])
    text = fields.String()

    @validates_schema
    def _be_one_or_the_other(self, words: dict[str, Any], **_: Any) -> None:
        if len(words.keys() & {"address", "text"}) != 1:
            raise ValidationError("Either an address, or a text.", "address")


class ReadOutsideCalendar(Errand):
    """Read an outside calendar now, and not only when it is its turn."""

    route = "POST /spaces/{space_id}/outside-calendars/{calendar_id}/reading"
    answer = CalendarAdded
    tag = "bookings"

    space_id = fields.UUID(required=True)
    calendar_id = fields.UUID(required=True)


class RemoveOutsideCalendar(Errand):
    """Forget an outside calendar: what it blocks can be booked again."""

    route = "DELETE /spaces/{space_id}/outside-calendars/{calendar_id}"
    answer = CalendarAdded
    tag = "bookings"

    space_id = fields.UUID(required=True)
    calendar_id = fields.UUID(required=True)


async def list_outside_calendars(request: Request, caller: Caller, words: Words) -> Response:
    known = understood(ListOutsideCalendars, words)
    return plain({"items": await listed(request, known["space_id"])})


async def listed(request: Request, space: UUID) -> list[Row]:
    turns: Turns = request.state.outside
    return [shown(row) for row in await turns.calendars.of(space)]


def shown(row: Row) -> Row:
    following = row["next"]
    if following:
        times = {name: clock(following[name]) for name in ("start", "end")}
        following = {"day": following["day"], **times}
    ids = {f"{each}_id": row[each] for each in ("calendar", "resource")}
    told = {each: row[each] for each in ("name", "added_at", "read_at", "trouble")}
    host = urlsplit(row["address"]).hostname if row["address"] else None
    return {**ids, **told, "host": host, "next": following}


async def add_outside_calendar(request: Request, caller: Caller, words: Words) -> Response:
    known = understood(AddOutsideCalendar, words)
    calendar = uuid4()
    await add(request, calendar, known)
    return plain({"calendar_id": calendar}, 201)


async def add(request: Request, calendar: UUID, known: Words) -> int:
    """How far bookings are then. What prevents it is a Problem."""
    space: Row = await look_up(request, SeeSpace, {"space_id": str(known["space_id"])})
    wanted = str(known["resource_id"])
    resource = next((each for each in space["resources"] if each["resource"] == wanted), None)
    if resource is None:
        raise nothing_known()
    if resource["kind"] not in BY_THE_DAY:
        why = "An office is let by the month: nothing else can take a part of it."
        raise Problem(409, why, "/problems/NotByTheDay", values={})
    turns: Turns = request.state.outside
    others = [str(each["resource"]) for each in await turns.calendars.of(space["space"])]
    if others.count(wanted) >= MOST:
        why = f"A resource can be blocked by {MOST} outside calendars at most."
        raise Problem(409, why, "/problems/TooManyCalendars", values={})
    source = by_https(known["address"]) if "address" in known else known["text"].encode()
    try:
        return await turns.add(calendar, space, known["resource_id"], known["name"], source)
    except Trouble as trouble:
        field = "address" if "address" in known else "text"
        wrong = {field: [f"Could not be read: {trouble}."]}
        why, kind = "This calendar could not be read.", "/problems/calendar-not-read"
        raise Problem(422, why, kind, errors=wrong, trouble=str(trouble)) from trouble


def by_https(address: str) -> str:
    scheme, rest = address.split(":", 1)
    return f"https:{rest}" if scheme.lower() in SUBSCRIBED else address


async def read_outside_calendar(request: Request, caller: Caller, words: Words) -> Response:
    known = understood(ReadOutsideCalendar, words)
    await read_now(request, known)
    return plain({"calendar_id": known["calendar_id"]}, 201)


async def read_now(request: Request, known: Words) -> int:
    turns: Turns = request.state.outside
    turn = await turns.calendars.take_now(known["space_id"], known["calendar_id"])
    if turn is None:
        raise nothing_known()
    return await turns.take(turn)


async def remove_outside_calendar(request: Request, caller: Caller, words: Words) -> Response:
    known = understood(RemoveOutsideCalendar, words)
    await remove(request, known)
    return plain({"calendar_id": known["calendar_id"]})


async def remove(request: Request, known: Words) -> int:
    turns: Turns = request.state.outside
    turn = await turns.calendars.remove(known["space_id"], known["calendar_id"])
    if turn is None:
        raise nothing_known()
    return await turns.take(turn)


ERRANDS: dict[type[Errand], Run] = {
    ListOutsideCalendars: list_outside_calendars,
    AddOutsideCalendar: add_outside_calendar,
    ReadOutsideCalendar: read_outside_calendar,
    RemoveOutsideCalendar: remove_outside_calendar,
}
