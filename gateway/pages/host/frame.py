"""What the pages of a host share: whose space it is, and a menu of what the caller may do there."""

from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import looking
from gateway.codes import gettext_noop as _
from gateway.pages.page import mistaken, page, signed_in, space_of
from gateway.permissions import permit
from gateway.problems import Problem
from gateway.records import Row


class Entry(NamedTuple):
    """`verb` is what somebody must be allowed to do to a space to see the page."""

    verb: str
    path: str
    text: str


MENU = (
    Entry("see_visitors", "jour", _("At the counter")),
    Entry("see_planning", "planning", _("Planning")),
    Entry("list_requests", "demandes", _("Requests")),
    Entry("add_resource", "offre", _("Offer and prices")),
    Entry("offer_extra", "supplements", _("Extras")),
    Entry("set_hours", "horaires", _("Hours and terms")),
    Entry("list_memberships", "membres", _("Members and plans")),
    Entry("list_sold_packs", "carnets", _("Packs")),
    Entry("see_occupancy", "frequentation", _("Occupancy")),
)


async def run_by_caller(request: Request, verb: str) -> Row:
    """The space of the address, for those who may do this to it: nobody else sees the page."""
    await signed_in(request)
    space = await space_of(request)
    await permitted(request, verb, space)
    return space


async def permitted(request: Request, verb: str, space: Row) -> None:
    words = {"space_id": space["space"]}
    await permit(verb, request.state.caller, words, looking(request, words))


async def shown(
    request: Request, template: str, space: Row, problem: Problem | None = None, **words: Any
) -> Response:
    """A page of a space, under the menu of those who run it; `wrong` are the fields to look at."""
    status = problem.status if problem else 200
    words = {"wrong": mistaken(problem) if problem else set(), **words}
    menu = [entry for entry in MENU if await may(request, entry.verb, space)]
    return await page(request, template, status, space=space, menu=menu, problem=problem, **words)


async def may(request: Request, verb: str, space: Row) -> bool:
    try:
        await permitted(request, verb, space)
    except Problem:
        return False
    return True
