"""Somebody without a booking stands at the counter: a desk from now on, in one step."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from gateway import problems
from gateway.api import perform
from gateway.pages.host.by_name import SHORTEST, people_called
from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.page import (
    Form,
    at_the_form,
    form_of,
    key_in,
    new_key,
    next_key,
    onward,
    today,
)
from gateway.pages.reader import language_of
from gateway.pages.sign_up import residences
from gateway.problems import Away, NoAnswer, Problem, makes_no_sense, nothing_known
from gateway.records import Row
from gateway.words import understood
from services.bookings.messages import PART, BookDesk, CheckIn
from services.members.messages import STATUSES, JoinNetwork

ASKED = ("given_name", "family_name", "email", "status", "residence")


async def see(request: Request) -> Response:
    """Who is it? A name is looked for; somebody new is asked for the least."""
    space = await run_by_caller(request, "find_members")
    return await form_for(request, space, {"country": space["country"]})


async def welcome(request: Request) -> Response:
    """Joined if new, booked and checked in. What was done before something failed stays done,
    and is not done again when the form is sent again."""
    space = await run_by_caller(request, "find_members")
    form = await form_of(request)
    desks = [each for each in space["resources"] if each["kind"] == "desks"]
    desk = next((each for each in desks if each["code"] == form.get("resource")), None)
    if desk is None:
        raise nothing_known()
    key = key_in(form)
    try:
        if not form.get("person"):
            form["person"] = await joined(request, space, form, key)
        where = {"space_id": str(space["space"]), "resource_id": desk["resource"]}
        day = today(space["timezone"]).isoformat()
        when = {"days": [day], "part": form.get("part", "")}
        words = {**where, "person_id": form["person"], **when}
        booked = await perform(request, BookDesk, words, key)
        done = await perform(request, CheckIn, {"booking_id": booked.id, "day": day}, key)
    except (Problem, Away, NoAnswer) as what:
        problem = at_the_form(problems.of(what))
        return await form_for(request, space, form | {"key": next_key(form, problem)}, problem)
    return onward(f"/espaces/{space['code']}/jour/{day}?fait=accueil", done)


async def joined(request: Request, space: Row, form: Form, key: str) -> str:
    """The id of somebody who joins the network here, at home in this space."""
    about = {name: form.get(name, "") for name in ASKED}
    home = {"home_space_id": str(space["space"]), "language": language_of(request).code}
    mistakes = {} if form.get("told") == "yes" else {"told": ["Missing."]}
    if form.get("part") not in PART.choices:  # nobody joins whom no desk could be given
        mistakes["part"] = ["Must be a part of the day."]
    try:
        understood(JoinNetwork, about | home)
    except Problem as problem:
        mistakes |= problem.more["errors"]
    if mistakes:
        raise makes_no_sense(mistakes)
    return (await perform(request, JoinNetwork, about | home, key)).id


async def form_for(
    request: Request, space: Row, typed: Form, problem: Problem | None = None
) -> Response:
    asked = request.query_params.get("nom", "").strip()
    looked_for = len(asked) >= SHORTEST
    return await shown(
        request,
        "host/walk_in.html",
        space,
        problem,
        typed={"key": new_key(), "part": part_now(space)} | typed,
        asked=asked,
        shortest=SHORTEST,
        found=await people_called(request, space, asked) if looked_for else None,
        desks=[each for each in space["resources"] if each["kind"] == "desks"],
        statuses=STATUSES,
        residences=residences(language_of(request)),
    )


def part_now(space: Row) -> str:
    """Whoever comes after midday stays for the afternoon, unless they say otherwise."""
    now = datetime.now(UTC).astimezone(ZoneInfo(space["timezone"])).strftime("%H:%M")
    return "day" if now < space["midday"] else "afternoon"
