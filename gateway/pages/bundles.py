"""For auditors: a file of facts with their proof, made for them, to be checked without us.

What is private to one person alone is not in it, so a bundle of all services says that it is not
of everything. Each one that is made is logged, with whoever asked.
"""

import logging
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway.api import looking
from gateway.auditing import ListRegistered
from gateway.disclosures import SeeDisclosure
from gateway.language import HERE
from gateway.pages.page import CENTURY, Form, done_before, form_of, page, signed_in
from gateway.people import Caller
from gateway.permissions import admit, permit
from gateway.positions import SERVICES
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.feed import PRIVATE

MOST = 100
REFUSED = {404: "nothing", 422: "details"}
FIELDS = ("de", "a", "journal", "objets", "communication")

logger = logging.getLogger(__name__)


async def see(request: Request) -> Response:
    admit(ListRegistered.verb(), await signed_in(request))
    typed = {name: request.query_params.get(name, "") for name in FIELDS}
    number = id_in(typed["communication"])
    return await shown(request, typed, said=done_before(request), number=number)


async def make(request: Request) -> Response:
    caller = await signed_in(request)
    admit(ListRegistered.verb(), caller)
    form = await form_of(request)
    wish, wrong = understood(form)
    if (number := id_in(form.get("communication", ""))) is None:
        wrong.add("communication")
    if wrong:
        return await shown(request, form, 422, wrong=wrong)
    try:
        if number:
            wish["details"] = await disclosed(request, caller, number)
        pieces = await request.state.audit.bundle(wish)
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        return await shown(request, form, problem.status, refused=REFUSED[problem.status])
    told = {name: each for name, each in wish.items() if name != "details"}
    logger.info("a bundle was made for %s: %s", caller.by, told)
    headers = {"Content-Disposition": 'attachment; filename="bundle.zip"'}
    headers["Cache-Control"] = "no-store"
    return StreamingResponse(pieces, headers=headers, media_type="application/zip")


async def shown(request: Request, typed: Form, status: int = 200, **more: Any) -> Response:
    words: Row = {"services": SERVICES, "refused": "", "wrong": set(), "said": None}
    words |= {"number": None, **more}
    return await page(request, "audit/bundle.html", status, typed=typed, **words)


def understood(form: Form) -> tuple[Row, set[str]]:
    """What the auditor's process is asked, and the fields that make no sense.

    Days are those of Brussels and Paris, both ends included.
    """
    wish: Row = {"without": sorted(PRIVATE)}
    wrong = set()
    for field, name, days in (("de", "since", 0), ("a", "until", 1)):
        if form.get(field):
            try:
                day = date.fromisoformat(form[field])
                if not CENTURY[0] <= day <= CENTURY[1]:
                    raise ValueError
                there = datetime.combine(day + timedelta(days=days), time(), HERE)
                wish[name] = there.isoformat()
            except ValueError:
                wrong.add(field)
    if not wrong and wish.get("until", "x") <= wish.get("since", ""):
        wrong.add("a")
    if journal := form.get("journal"):
        wish["services"] = [journal]
        if journal not in SERVICES:
            wrong.add("journal")
    things = form.get("objets", "").split()
    try:
        wish["subjects"] = [str(UUID(each)) for each in things]
    except ValueError:
        wrong.add("objets")
    if len(things) > MOST or (things and any(form.get(each) for each in ("de", "a", "journal"))):
        wrong.add("objets")
    return wish, wrong


def id_in(text: str) -> str | None:
    """An id as everybody writes it, or nothing for nothing. None for what is no id."""
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        return None


async def disclosed(request: Request, caller: Caller, number: str) -> list[Row]:
    """What a disclosure tells that the caller asked for (`POST /v1/disclosures`)."""
    known = {"disclosure_id": UUID(number)}
    await permit(SeeDisclosure.verb(), caller, known, looking(request, known))
    told: list[Row] = await request.state.services.ask("members", "disclosed", number)
    return told


PAGES = [("GET /audit/dossier", see), ("POST /audit/dossier", make)]
