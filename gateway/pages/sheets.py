"""Attendance sheets of a session, to print and sign: one for each half-day."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up, looking
from gateway.pages.page import all_of, page
from gateway.people import Caller
from gateway.permissions import permit
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.courses import ListParticipants, SeeSession

SEATED = ("enrolled", "completed")
"""Who waits for a seat signs nothing."""


async def see(request: Request) -> Response:
    """For whoever trains the session or runs the network: names, and nothing else of anybody."""
    about = {"session_id": request.path_params["session_id"]}
    found = await all_of(request, ListParticipants, about)
    seated = [each for each in found if each["state"] in SEATED]
    session: Row = await look_up(request, SeeSession, about)
    return await page(
        request,
        "sheets.html",
        session=session,
        participants=sorted(seated, key=by_name),
        slots=sorted(session["slots"], key=lambda slot: (slot["day"], slot["half"])),
    )


def by_name(participant: Row) -> tuple[str, str]:
    return participant["family_name"] or "", participant["given_name"] or ""


async def are_for(request: Request, caller: Caller, session: Row) -> bool:
    """Whether somebody may have the sheets of a session."""
    words = {"session_id": session["session"]}
    try:
        await permit(ListParticipants.verb(), caller, words, looking(request, words))
    except Problem:
        return False
    return True
