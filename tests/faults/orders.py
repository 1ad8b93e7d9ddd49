"""Several hands book desks while something breaks. What they were told is what is in the log.

with orders_coming_in(story) as orders:
    ...                                  # break something, and mend it
# here it was compared
"""

import random
import time
from collections import defaultdict
from contextlib import contextmanager
from itertools import product
from threading import Event, Thread
from typing import NamedTuple
from uuid import uuid4

import httpx
import psycopg

from tests import plain
from tests.faults.away import QUICKLY, SOON, everything_adds_up, within
from tests.place import in_days

PAUSE = 0.1
PATIENCE = 6.0
"""Nobody waits longer for an answer, not even at the moment when something breaks."""
IN_DOUBT = 5
PARTS = ("morning", "afternoon")
MORNING = 8 * 60


class Order(NamedTuple):
    """What somebody wants. Who asks for the same again has the same in mind."""

    person: str
    day: str
    part: str


class Told(NamedTuple):
    """`answer` is None when the door itself was shut."""

    order: Order
    at: float
    took: float
    answer: httpx.Response | None

    def __str__(self):
        what = f"{self.answer.status_code} {self.answer.text}" if self.answer else "nothing"
        return f"{self.order}: {what} after {self.took:.1f} s"


class Hand:
    """Orders one half day after the other, for a person of its own.

    A patient one gives each order a key, and asks again until it knows what became of it: when
    some are in doubt, before it orders anything new. One that is not patient asks once.
    """

    def __init__(self, story, desk, patient=True):
        self.place, self.desk, self.patient = story.place, desk, patient
        self.person = story.place.newcomer()
        headers = {"Authorization": f"Bearer {story.token}"}
        self.client = plain.Client(base_url=story.network.url, timeout=15, headers=headers)
        self.keys: dict[Order, str] = {}
        self.known: dict[Order, httpx.Response] = {}
        self.told: list[Told] = []

    def work(self, over):
        for day, part in product(range(1, 180), PARTS):
            if over.is_set():
                return
            self.order(Order(self.person, in_days(day), part))
            time.sleep(PAUSE)
            while self.patient and len(doubts := self.in_doubt()) >= IN_DOUBT:
                if over.is_set():
                    return
                self.order(random.choice(doubts))
                time.sleep(PAUSE)

    def in_doubt(self):
        return [order for order in self.keys if order not in self.known]

    def order(self, order):
        where = {"space_id": self.place.space, "resource_id": self.desk}
        words = {**where, "person_id": self.person, "days": [order.day], "part": order.part}
        key = self.keys.setdefault(order, str(uuid4()))
        headers = {"Idempotency-Key": key} if self.patient else {}
        at = time.monotonic()
        try:
            answer = self.client.post("/v1/desk-bookings", json=words, headers=headers)
        except httpx.TransportError:
            answer = None
        self.told.append(Told(order, at, time.monotonic() - at, answer))
        if answer and answer.status_code in (201, 409):
            self.known[order] = answer


class Orders:
    """Two hands that are patient, one that is not, and two who always want the same desk."""

    def __init__(self, story):
        self.story = story
        plenty = story.place.offers["desks"]
        scarce = story.place.offer("desks", code=f"scarce-{uuid4().hex[:8]}", units=1)
        self.rivals = [Hand(story, scarce), Hand(story, scarce)]
        self.hands = [Hand(story, plenty), Hand(story, plenty), Hand(story, plenty, patient=False)]
        self.hands += self.rivals
        self.over = Event()
        self.threads = [Thread(target=each.work, args=[self.over]) for each in self.hands]

    @property
    def told(self):
        return [told for hand in self.hands for told in list(hand.told)]

    def since(self, moment):
        """What was asked after a moment, and has been answered; each of them quickly."""
        found = [told for told in self.told if told.at >= moment]
        for told in found:
            assert told.took < QUICKLY, told
        return found

    def leave(self):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def ask_until_all_is_known(self):
        deadline = time.monotonic() + SOON
        for hand in self.hands:
            while hand.patient and (doubts := hand.in_doubt()):
                hand.order(doubts[0])
                assert time.monotonic() < deadline, f"still no answer to {hand.told[-1]}"

    # The verdict

    def were_answered_well(self, shut):
        """Done, refused, or a problem that says when to try again."""
        for told in self.told:
            if told.answer is None:
                assert shut, f"the door was shut to {told}"
                continue
            assert told.took < PATIENCE, told
            assert told.answer.status_code in (201, 409, 503, 504), told
            if told.answer.is_server_error:
                assert told.answer.headers["Content-Type"] == "application/problem+json", told
                assert int(told.answer.headers["Retry-After"]) > 0, told

    def are_stored_as_told(self):
        """Each acknowledged one once, nothing that was refused, nothing that nobody asked for."""
        stored = self.stored()
        assert stored, "nothing was taken at all"
        for hand in self.hands:
            for order in hand.keys:
                found, answer = stored.pop(order, []), hand.known.get(order)
                if answer is None:  # asked once, and nobody knew
                    assert len(found) <= 1, f"{order} is stored as {found}"
                else:
                    made = [answer.json()["id"]] if answer.status_code == 201 else []
                    assert found == made, f"{order}: {answer.text} is stored as {found}"
        assert not stored

    def each_half_day_went_to_one_rival(self):
        one, other = self.rivals
        for order, answer in one.known.items():
            if answer_to_other := other.known.get(order._replace(person=other.person)):
                both = {answer.status_code, answer_to_other.status_code}
                assert both == {201, 409}, f"{order}: {answer.text} {answer_to_other.text}"

    def are_shown_as_stored(self):
        stored = defaultdict(list)
        for order, found in self.stored().items():
            stored[order.person] += found
        for hand in self.hands:
            shown = [each["booking"] for each in self.bookings_of(hand.person)]
            assert sorted(shown) == sorted(stored[hand.person])

    def bookings_of(self, person):
        path, page = f"/v1/persons/{person}/bookings", {"next": ""}
        while (after := page["next"]) is not None:
            page = self.story.operator.read(path, after=after, limit=200)
            yield from page["items"]

    def stored(self):
        """Order -> the bookings that the log has for it."""
        found = defaultdict(list)
        select = """
            SELECT originator_id::text, state->>'person_id', slot->>'day', (slot->>'start')::int
            FROM events, json_array_elements(state->'slots') AS slot
            WHERE topic = 'bookings.BookingMade' AND state->>'person_id' = ANY(%s)
        """
        with psycopg.connect(self.story.network.databases["BOOKINGS_DB"]) as sql:
            for booking, person, day, start in sql.execute(
                select, [[h.person for h in self.hands]]
            ):
                found[Order(person, day, PARTS[start > MORNING])].append(booking)
        return found


@contextmanager
def orders_coming_in(story, shut=False):
    """Meanwhile. In the end all is well, and everybody has got what they were told, and once.

    `shut` says that the door itself may be shut in between.
    """
    within(time.monotonic() + SOON, story.is_well)
    orders = Orders(story)
    for thread in orders.threads:
        thread.start()
    try:
        time.sleep(0.5)
        yield orders
        time.sleep(0.5)
        orders.leave()
        orders.ask_until_all_is_known()
    finally:
        orders.leave()
        for hand in orders.hands:
            hand.client.close()
    everything_adds_up(story.network)
    orders.were_answered_well(shut)
    orders.are_stored_as_told()
    orders.each_half_day_went_to_one_rival()
    orders.are_shown_as_stored()
