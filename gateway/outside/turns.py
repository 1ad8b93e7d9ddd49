"""Each outside calendar in its turn: read it, and let bookings know what it blocks.

What a calendar says is kept first; then bookings are told of the days on which what everybody sees
is something else. So nothing is lost when bookings, or this process, is away in between, and the
same order given twice changes nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.api import outcome
from gateway.ask import Services
from gateway.outside.busy import Times
from gateway.outside.calendars import Added, OutsideCalendars
from gateway.outside.fetching import Fetcher, Known
from gateway.outside.reading import read, understood
from gateway.outside.troubles import Trouble
from gateway.problems import Away, NoAnswer, Problem
from gateway.questions import Views
from gateway.records import Row
from gateway.views.calendar import clock
from services.bookings.messages import BlockTimes
from vocabulary import calendar as days

logger = logging.getLogger(__name__)

BEAT = 5.0
BY = "outside-calendars"
SOON, LATER = 10, 60
"""Seconds: to look whether everybody sees it; after nobody answered."""
USUAL_HORIZON = 366
AT_ONCE = 31
"""Days in one order."""


class Turns:
    def __init__(
        self, calendars: OutsideCalendars, services: Services, views: Views, fetcher: Fetcher
    ) -> None:
        self.calendars, self.services, self.views = calendars, services, views
        self.fetcher = fetcher

    @asynccontextmanager
    async def taking(self, beat: float = BEAT) -> AsyncIterator[None]:
        """One turn after the other, while this process lives."""
        task = asyncio.create_task(self._take(beat))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _take(self, beat: float) -> None:
        while True:
            await asyncio.sleep(beat)
            try:
                while turn := await self.calendars.take():
                    await self.take(turn)
            except Exception as trouble:  # the others have their turns all the same
                logger.warning("outside calendars wait: %s", type(trouble).__name__)

    async def add(
        self, calendar: UUID, space: Row, resource: UUID, name: str, source: str | bytes
    ) -> int:
        """From an address, or the text of a file, if it can be read now. How far bookings are with
        what they are told. Raises Trouble."""
        zone = space["timezone"]
        today = days.today(zone, datetime.now(UTC))
        if isinstance(source, bytes):
            address, times, known = None, await understood(source, zone, today), Known()
        else:
            read_now = await read(self.fetcher, source, Known(), zone, today)
            address, times, known = source, read_now.times or {}, read_now.known
        about = (calendar, space["space"], resource, name)
        turn = await self.calendars.add(Added(*about, address, times, known, today))
        return await self.take(turn) if turn else 0

    async def take(self, turn: Row) -> int:
        """How far bookings are with what it was told; 0 when there was nothing to tell."""
        now = datetime.now(UTC)
        today = days.today(turn["zone"], now)
        gone = turn["removed"] or turn["retired"]
        times: Times = turn["times"]
        if turn["address"] and turn["read_is_due"] and not gone:
            times = await self._read(turn, today)
        last = today + timedelta(days=turn["horizon_days"] or USUAL_HORIZON)
        return await self._tell(turn, {} if gone else within(times, today, last), today, gone)

    async def _read(self, turn: Row, today: date) -> Times:
        """What it says now, or what it said before. As much as all comes anew once a day."""
        whole = turn["whole_on"] != today
        known = Known() if whole else Known(turn["etag"], turn["modified"])
        calendar = turn["calendar"]
        try:
            found = await read(self.fetcher, turn["address"], known, turn["zone"], today)
        except Trouble as trouble:
            logger.info("outside calendar %s: %s", calendar, trouble)
            await self.calendars.was_not_read(calendar, str(trouble))
            before: Times = turn["times"]
            return before
        return await self.calendars.was_read(calendar, found.times, found.known, today)

    async def _tell(self, turn: Row, wanted: Times, today: date, gone: bool) -> int:
        calendar, position = turn["calendar"], 0
        if await self.calendars.shown() < turn["ordered_at"]:
            await self.calendars.again(calendar, SOON)
            return 0
        blocked = await self.calendars.blocked(calendar, today)
        differ = sorted(d for d in wanted | blocked if said(wanted, d) != said(blocked, d))
        if gone and not differ:
            await self.calendars.forget(calendar)
            return 0
        try:
            for some in bundles(differ):
                position = await self._order(turn, {day: said(wanted, day) for day in some})
        except (Away, NoAnswer, Problem) as trouble:
            logger.warning("outside calendar %s waits: %s", calendar, type(trouble).__name__)
            await self.calendars.again(calendar, LATER, position)
        else:
            await self.calendars.again(calendar, SOON if differ else None, position)
        return position

    async def _order(self, turn: Row, times: Times) -> int:
        words: dict[str, Any] = {
            each: str(turn[each]) for each in ("space", "resource", "calendar")
        }
        words = {f"{each}_id": value for each, value in words.items()}
        words["days"] = [
            {"day": day, "times": [{"start": clock(a), "end": clock(b)} for a, b in spans]}
            for day, spans in times.items()
        ]
        service, verb = BlockTimes.service(), BlockTimes.verb()
        answer = await self.services.ask(service, verb, words, partner=BY)
        outcome(answer)
        position: int = answer["position"] or 0
        self.views.hear(service, position)
        return position


def within(times: Times, first: date, last: date) -> Times:
    return {day: spans for day, spans in times.items() if str(first) <= day <= str(last)}


def said(times: Times, day: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in times.get(day, [])]


def bundles(some: list[str]) -> Iterator[list[str]]:
    for n in range(0, len(some), AT_ONCE):
        yield some[n : n + AT_ONCE]
