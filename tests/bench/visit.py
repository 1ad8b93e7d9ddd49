"""A visitor opens the page of a space with ten rooms: how soon it is there, and how much travels.

100,000 bookings are behind the network, and that week is full of meetings. What the page names
(the sheet, the typeface, the scripts) is fetched as a browser does on its first visit.
"""

import re
from datetime import date, timedelta
from itertools import repeat
from statistics import median

from tests import plain
from tests.bench.archive import FACTS_A_BOOKING, OTHER_FACTS
from tests.bench.client import request
from tests.bench.million import aged, founders_town
from tests.bench.rounds import Question, ask_in_turn
from tests.bench.table import Row, spread, waits

BOOKINGS, QUICK = 100_000, 10_000
HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip"}


def rows(bench):
    bookings = QUICK if bench.quick else BOOKINGS
    until = date.today() - timedelta(days=30)  # noqa: DTZ011 - any zone will do
    facts = int(OTHER_FACTS + bookings * FACTS_A_BOOKING)
    with bench.network(aged(until, facts)) as running:
        town = founders_town(running, until)
        page = f"/espaces/{town.spots[0].code}?semaine={town.fill_a_week():%G-W%V}"
        sent = first_visit(running, page)
        asked = Question("page", running, repeat(request("GET", page, **HEADERS)), 200, 1)
        rounds = ask_in_turn([[asked]], rounds=9, seconds=1.0)[asked]
    told = ", ".join(f"{name} {size / 1000:.1f}" for name, size in sent.items())
    yield Row("a space's week, first visit: kB", sum(sent.values()) / 1000, "<= 100", told, 1)
    medians = [median(each.load.waits) * 1000 for each in rounds]
    about = f"{spread(medians, 1)}; {waits([each.load for each in rounds])}; {bookings:,} bookings"
    yield Row("a space's week, median: ms", median(medians), "<= 30", about, 1)


def first_visit(network, path):
    """What travels, without the heads: the page and all that it names."""
    with plain.Client(base_url=network.url, headers=HEADERS) as browser:
        page = browser.get(path).raise_for_status()
        named = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)))
        answers = [page, *(browser.get(each).raise_for_status() for each in named)]
    return {name_of(each): int(each.headers["Content-Length"]) for each in answers}


def name_of(answer):
    path = answer.request.url.path
    return re.sub(r"\.\w{12}", "", path.rpartition("/")[2]) if "/static/" in path else "page"
