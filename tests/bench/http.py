"""Bookings and reads through the door: how many, how soon, and what they cost."""

from itertools import repeat
from statistics import median

from tests.bench.rounds import Question, ask_in_turn, typical_costs
from tests.bench.table import Row, spread, waits
from tests.bench.town import new_town

CLIENTS = (1, 8, 32)
BOOKINGS, WEEKS, PAGES = "bookings", "weeks of 10 rooms", "the same, as pages"
BARS = {BOOKINGS: ">= 325", WEEKS: ">= 260"}


def rows(bench):
    with bench.network() as running:
        yield from quickly(running) if bench.quick else fully(running)


def quickly(running):
    """What a booking costs with 8 clients, in half a minute."""
    question = Question(BOOKINGS, running, new_town(running, members=16).orders, 201, 8)
    rounds = ask_in_turn([[question]], rounds=7, seconds=2.0)[question]
    yield rate(question, rounds)
    yield costs(BOOKINGS, rounds)


def fully(running):
    town = new_town(running)
    week, page = town.week(town.fill_a_week())
    asked = {BOOKINGS: (town.orders, 201), WEEKS: (repeat(week), 200), PAGES: (repeat(page), 200)}
    questions = {
        (what, clients): Question(what, running, *asked[what], clients)
        for what in asked
        for clients in CLIENTS
    }
    found = ask_in_turn([[each] for each in questions.values()], rounds=5, seconds=2.0)
    for question in questions.values():
        yield rate(question, found[question])
    for what in (WEEKS, PAGES):
        one = found[questions[what, 8]][0].load
        bar = "<= 50" if what == WEEKS else ""
        yield Row(f"{what}: kB", one.bytes / one.count / 1000, bar, "of one, not compressed", 1)
    for what in asked:
        yield costs(what, found[questions[what, 8]])


def rate(question, rounds, bars=BARS):
    rates, loads = [each.load.rate for each in rounds], [each.load for each in rounds]
    bar = bars.get(question.what, "") if question.clients == 8 else ""
    about = f"{spread(rates)}; {waits(loads)}"
    if unexpected := sum(each.unexpected for each in rounds):
        about += f"; {unexpected} of {sum(each.count for each in loads)} not done"
    return Row(f"{question.what} a second, {question.clients} at once", median(rates), bar, about)


def costs(what, rounds):
    """In all, and of each process."""
    parts = typical_costs(rounds)
    own = parts.pop("the client")
    told = ", ".join(f"{part} {cost:.2f}" for part, cost in parts.items() if cost >= 0.05)
    found = [each.cost for each in rounds]
    about = f"{spread(found, 2)}; {told}; the client {own:.2f}"
    return Row(f"{what}: CPU ms each, 8 at once", median(found), "", about, 2)
