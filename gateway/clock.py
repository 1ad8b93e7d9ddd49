"""What nobody orders but time: places of those who did not come, offers that nobody took, and to
erase whoever asked for it once nothing has to be kept any more.

Each process of the gateway looks in the views what is due and gives the order. The service decides
whether it is time, by its own clock; so it does no harm that several give the same order.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import LiteralString

from gateway.ask import Services
from gateway.cleaning import clean
from gateway.questions import Views
from gateway.records import Row
from gateway.views.rights import TO_ERASE
from gateway.views.waiting import TO_OFFER, TO_RELEASE
from kernel.wire import Message
from services.bookings.messages import OfferPlaces, ReleasePlace
from services.members.messages import ErasePerson

logger = logging.getLogger(__name__)

BEAT = 10.0
BY = "clock"
DUE: list[tuple[LiteralString, type[Message], dict[str, str]]] = [
    (TO_RELEASE, ReleasePlace, {"booking": "booking_id", "day": "day"}),
    (TO_OFFER, OfferPlaces, {"space": "space_id", "day": "day"}),
    (TO_ERASE, ErasePerson, {"person": "person_id"}),
]
"""What is due, the order to give, and what its columns are called in the order."""


@asynccontextmanager
async def ticking(services: Services, views: Views, beat: float = BEAT) -> AsyncIterator[None]:
    task = asyncio.create_task(_tick(services, views, beat))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _tick(services: Services, views: Views, beat: float) -> None:
    while True:
        await asyncio.sleep(beat)
        try:
            await give_orders(services, views)
            await clean(views)
        except Exception as trouble:  # a clock that stands still is seen by nobody
            logger.warning("what is due waits: %s", type(trouble).__name__)


async def give_orders(services: Services, views: Views) -> list[tuple[str, Row]]:
    """Everything that is due by now. Tells what was answered, for each order."""
    answers = []
    for due, message, called in DUE:
        for row in await views.rows(due, {}):
            words = {called[column]: str(value) for column, value in row.items()}
            verb = message.verb()
            answers.append((verb, await services.ask(message.service(), verb, words, partner=BY)))
    return answers
