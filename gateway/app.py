"""The one door, for partners and for people. It knows every route, and no business.

uvicorn gateway.app:app --no-server-header
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import (
    asking,
    assets,
    auditing,
    calendars,
    clock,
    disclosures,
    docs,
    health,
    portable,
    register,
)
from gateway.accounts import ERRANDS as ACCOUNTS
from gateway.api import Run, answering, commanding, plain, previewing, running, tagged
from gateway.ask import services
from gateway.audit import audit
from gateway.credentials import Credentials
from gateway.door import Door, Endpoint, resources
from gateway.errands import Errand
from gateway.notary import notary
from gateway.openapi import describe
from gateway.operation import SeeOperation, see_operation
from gateway.outside.addresses import anywhere
from gateway.outside.calendars import OutsideCalendars
from gateway.outside.errands import ERRANDS as OUTSIDE
from gateway.outside.fetching import Fetcher
from gateway.outside.turns import Turns
from gateway.pages import PAGES
from gateway.pages.host.outside import LONGER
from gateway.pages.page import show
from gateway.partners import doors
from gateway.post.wishes import Wishes
from gateway.questions import Views
from gateway.records import pool
from gateway.trust import staff_needs_second_factor
from gateway.views import QUESTIONS, VIEWS
from kernel.ops import logs
from kernel.where import broker, database
from kernel.wire import Message, kinds
from services.bookings import messages as bookings
from services.members import messages as members
from services.mobility import messages as mobility
from services.spaces import messages as spaces
from services.training import messages as training

SERVICES = (members, spaces, bookings, mobility, training)
COMMANDS: list[type[Message]] = [m for service in SERVICES for m in kinds(Message, service)]
ERRANDS: dict[type[Errand], Run] = {**ACCOUNTS, **asking.ERRANDS, **calendars.ERRANDS, **OUTSIDE}
ERRANDS |= {SeeOperation: see_operation} | disclosures.ERRANDS | portable.ERRANDS
ERRANDS |= auditing.ERRANDS
CONTRACT = describe(COMMANDS, QUESTIONS, list(ERRANDS))
DOCS = docs.page(CONTRACT)


def under_v1(message: type[Message], endpoint: Endpoint, below: str = "") -> tuple[str, Endpoint]:
    return message.route.replace(" /", " /v1/", 1) + below, endpoint


async def openapi(request: Request) -> Response:
    return tagged(request, plain(CONTRACT), public=True)


def routes() -> list[Route]:
    return resources(
        [
            *(under_v1(question, answering(question)) for question in QUESTIONS),
            *(under_v1(message, commanding(message)) for message in COMMANDS),
            *(under_v1(m, previewing(m), "/preview") for m in COMMANDS if m.has_preview),
            *(under_v1(errand, running(errand, run)) for errand, run in ERRANDS.items()),
            *PAGES,
            *register.ROUTES,
            (f"GET {calendars.ROUTE}", calendars.read_calendar),
            ("GET /openapi.json", openapi),
            ("GET /docs", DOCS),
            ("GET /healthz", health.alive),
            ("GET /readyz", health.ready),
            ("GET /static/{name}", assets.send),
        ]
    )


@asynccontextmanager
async def life(_: Any) -> AsyncIterator[dict[str, Any]]:
    logs.configure()
    logging.getLogger("uvicorn.access").propagate = False  # requests are counted instead
    async with (
        pool(database("gateway")) as opened,
        services(broker()) as asked,
        audit() as auditor,
        notary() as signer,
    ):
        views = Views(opened, VIEWS)
        with health.operators_door(asked, views):
            needed = staff_needs_second_factor()
            credentials = Credentials(opened, staff_needs_second=needed, partners=doors())
            turns = Turns(OutsideCalendars(opened), asked, views, Fetcher(anywhere()))
            state = {
                "services": asked,
                "views": views,
                "credentials": credentials,
                "wishes": Wishes(opened),
                "outside": turns,
                "audit": auditor,
                "notary": signer,
                "register": register.Register(auditor),
            }
            async with clock.ticking(asked, views), turns.taking():
                yield state


app = Door(routes(), life, show, LONGER)
