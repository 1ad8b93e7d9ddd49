"""What else a resource is taken for: outside calendars that block it, by address or as a file."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway import positions, problems
from gateway.api import Done
from gateway.outside.errands import (
    BY_THE_DAY,
    AddOutsideCalendar,
    ReadOutsideCalendar,
    RemoveOutsideCalendar,
    add,
    listed,
    read_now,
    remove,
)
from gateway.outside.fetching import LONGEST
from gateway.pages.host.frame import may, run_by_caller, shown
from gateway.pages.host.offer import about, of, resource_in
from gateway.pages.page import (
    Form,
    all_of,
    at_the_form,
    done_before,
    form_of,
    form_with_file,
    key_in,
    mistaken,
    next_key,
    onward,
)
from gateway.problems import Away, NoAnswer, Problem, nothing_known
from gateway.records import Row
from gateway.views.clashes import SeeClashes
from gateway.words import understood

FILE = "/espaces/{code}/offre/{resource}/agendas/fichier"
LONGER = {FILE: LONGEST + 64 * 1024}
"""A form with a file may be longer than others: the file, and what stands around it."""
AS_TYPED = {"name": "file_name", "text": "file"}
"""What the form with the file calls otherwise: the two forms stand on one page."""


async def see(request: Request) -> Response:
    return await form_for(request, *await asked_about(request, "list_outside_calendars"), {})


async def add_address(request: Request) -> Response:
    asked = await asked_about(request, "add_outside_calendar")
    form = await form_of(request)
    words = {name: form.get(name, "") for name in ("name", "address")}
    return await added(request, *asked, form, words)


async def add_file(request: Request) -> Response:
    asked = await asked_about(request, "add_outside_calendar")
    form, text = await form_with_file(request, "file")
    words = {"name": form.get("file_name", ""), "text": text.decode("utf-8", "replace")}
    return await added(request, *asked, form, words)


async def read_again(request: Request) -> Response:
    space, resource = await asked_about(request, "read_outside_calendar")
    await form_of(request)
    known = understood(ReadOutsideCalendar, named(request, space))
    return onward_to(request, space, resource, "agenda-lu", await read_now(request, known))


async def take_away(request: Request) -> Response:
    space, resource = await asked_about(request, "remove_outside_calendar")
    await form_of(request)
    known = understood(RemoveOutsideCalendar, named(request, space))
    return onward_to(request, space, resource, "agenda-retire", await remove(request, known))


async def added(
    request: Request, space: Row, resource: Row, form: Form, words: dict[str, Any]
) -> Response:
    """The key of the form names the calendar: sent twice, it is added once."""
    words = {**about(space), "resource_id": resource["resource"], **words}
    try:
        known = understood(AddOutsideCalendar, words)
        position = await add(request, UUID(key_in(form)), known)
    except (Problem, Away, NoAnswer) as what:
        problem = at_the_form(problems.of(what))
        return await form_for(request, space, resource, form, problem)
    return onward_to(request, space, resource, "agenda-ajoute", position)


async def asked_about(request: Request, verb: str) -> tuple[Row, Row]:
    space = await run_by_caller(request, verb)
    resource = resource_in(request, space)
    if resource["kind"] not in BY_THE_DAY:
        raise nothing_known()
    return space, resource


def named(request: Request, space: Row) -> Row:
    try:
        calendar = UUID(request.path_params["calendar_id"])
    except ValueError as mistake:
        raise nothing_known() from mistake
    return {**about(space), "calendar_id": str(calendar)}


def onward_to(request: Request, space: Row, resource: Row, what: str, position: int) -> Response:
    """To the page, which shows already what is blocked."""
    reached = positions.merged(positions.of(request), {"bookings": position} if position else {})
    address = f"{of(space)}/{resource['code']}/agendas?fait={what}"
    return onward(address, Done(resource["resource"], [], reached))


async def form_for(
    request: Request, space: Row, resource: Row, form: Form, problem: Problem | None = None
) -> Response:
    wrong = mistaken(problem) if problem else set()
    if "file_name" in form:
        wrong = {AS_TYPED.get(name, name) for name in wrong}
    calendars = await listed(request, space["space"])
    words = {**about(space), "resource_id": resource["resource"]}
    sees = await may(request, "see_clashes", space)
    return await shown(
        request,
        "host/outside.html",
        space,
        problem,
        resource=resource,
        calendars=[each for each in calendars if str(each["resource_id"]) == resource["resource"]],
        clashes=await all_of(request, SeeClashes, words) if sees else [],
        typed=form | ({"key": next_key(form, problem)} if problem else {}),
        wrong=wrong,
        why=problem.more.get("trouble") if problem else None,
        said=done_before(request),
    )
