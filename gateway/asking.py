"""A guest asks for a place: first by a form, then, once the address is proven, of the host."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway import positions
from gateway.api import Done, Run, look_up, order, plain
from gateway.errands import AskForPlace, Errand
from gateway.forgotten import too_many_links
from gateway.guests import Guests, not_for_guests, nothing_free, request_over
from gateway.people import VISITOR, Caller
from gateway.problems import makes_no_sense, nothing_known
from gateway.records import Row
from gateway.signing_in import address_of
from gateway.views.availability import SeeAvailability
from gateway.words import Words, understood
from kernel.wire import Message
from services.bookings.messages import BookDesk, BookMachine, BookRoom
from services.members.messages import GUEST, JoinNetwork, Reachable
from vocabulary import calendar

MESSAGES: dict[str, type[Message]] = {
    "desks": BookDesk,
    "room": BookRoom,
    "studio": BookRoom,
    "machines": BookMachine,
}
"""What a guest may ask for, and the order that it becomes."""
WHO = (*Reachable().fields, "residence")
WHEN = ("day", "part", "start", "end", "people")


async def ask_for_place(request: Request, caller: Caller, words: Words) -> Response:
    await ask(request, words)
    return plain({"asked": True}, 201)


async def ask(request: Request, words: Words) -> None:
    """A letter with a link, if it makes sense and there is such a place. Nothing is told of whether
    anybody has this address, nor looked up."""
    known = understood(AskForPlace, words)
    said = {name: value for name, value in AskForPlace().dump(known).items() if value is not None}
    wanted = {name: said[name] for name in ("space_id", "resource_id", *WHEN) if name in said}
    await must_be_free(request, wanted)
    await may_ask(request, known["email"])
    details = {name: said[name] for name in WHO if name in said}
    details |= {"home_space_id": said["space_id"], "status": GUEST}
    await guests_of(request).ask(known["email"], known["language"], details, wanted)


async def may_ask(request: Request, email: str) -> None:
    """As often as one may fail to sign in."""
    guesses = request.state.credentials.guesses
    if wait := await guesses.wait(f"guest at {email}", address_of(request)):
        raise too_many_links(wait)


async def must_be_free(request: Request, wanted: Row) -> Row:
    """What is wanted, as the views know it. The service has the last word, when it is booked."""
    about = {"space_id": wanted["space_id"], "day": wanted["day"]}
    found = await look_up(request, SeeAvailability, about)
    here = (each for each in found["resources"] if each["resource"] == wanted["resource_id"])
    if (resource := next(here, None)) is None:
        raise nothing_known()
    if not is_for_guests(resource):
        raise not_for_guests()
    if ("part" in wanted) != (resource["kind"] == "desks"):
        raise makes_no_sense({"part": ["Desks go by parts of a day, the others by times."]})
    if wanted["day"] < calendar.today(found["timezone"], datetime.now(UTC)).isoformat():
        raise nothing_free()
    if not is_free(resource, wanted):
        raise nothing_free()
    return dict(found) | {"resource": resource}


def is_for_guests(resource: Row) -> bool:
    return resource["kind"] in MESSAGES and not resource["training"]


def is_free(resource: Row, wanted: Row) -> bool:
    if resource["kind"] == "desks":
        return bool(resource["free_desks"][wanted["part"]] >= wanted["people"])
    seats = resource["seats"] if resource["kind"] != "machines" else 1
    start, end = wanted["start"], wanted["end"]
    fits = any(first <= start and end <= last for first, last in resource["free"])
    return fits and wanted["people"] <= (seats or wanted["people"])


# Once the link is followed


async def place(request: Request, secret: str) -> Done:
    """The person is known from now on, and the booking waits for the host. Sent twice, it is done
    once: the key of both orders is that of the request."""
    guests = guests_of(request)
    if (found := await guests.asked(secret)) is None:
        raise request_over()
    wanted, key = found["wanted"], str(found["id"])
    resource = (await must_be_free(request, wanted))["resource"]
    person = await person_of(request, found, key)
    await request.state.views.keep_up("agenda", positions.of(request))
    await guests.must_not_hold_too_much(person)
    where = {name: wanted[name] for name in ("space_id", "resource_id")}
    words = {**where, "person_id": str(person), **when(resource["kind"], wanted)}
    message = MESSAGES[resource["kind"]]
    done = await order(request, message, words | {"on_request": True}, str(person), key)
    await guests.placed(found["id"], UUID(done.id), wanted["day"])
    return done


async def person_of(request: Request, found: Row, key: str) -> UUID:
    """Whoever has the address, which is proven now; else somebody new."""
    await request.state.views.keep_up("people", positions.of(request))
    person = await guests_of(request).known(found["email"])
    if person is None:
        joined = await order(request, JoinNetwork, found["details"], VISITOR.by, key)
        person = UUID(joined.id)
    return person


def when(kind: str, wanted: Row) -> dict[str, Any]:
    """In the words of the order."""
    people = {} if kind == "machines" else {"people": wanted["people"]}
    if kind == "desks":
        return {"days": [wanted["day"]], "part": wanted["part"], **people}
    return {"times": [{name: wanted[name] for name in ("day", "start", "end")}], **people}


def guests_of(request: Request) -> Guests:
    guests: Guests = request.state.credentials.guests
    return guests


ERRANDS: dict[type[Errand], Run] = {AskForPlace: ask_for_place}
