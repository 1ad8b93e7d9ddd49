"""How the network has to bear it when something is away: quickly said, and well again soon."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain

import psycopg

from gateway.views import VIEWS
from tests.faults import oracle
from tests.network import SERVICES

QUICKLY = 2.0
SOON = 10.0
PAGE = {"Accept": "text/html"}
ALWAYS_THERE = ("/openapi.json", "/docs", "/healthz")
FOLLOWERS = [(service, f"{service.upper()}_DB", "public") for service in SERVICES]
FOLLOWERS += [(view.name, "GATEWAY_DB", view.name) for view in VIEWS]


@contextmanager
def away(story, stop, start):
    """Gone, and back afterwards whatever happens. Then everything must be well again soon."""
    stop()
    try:
        yield
    finally:
        start()
        becomes_well(story)


def becomes_well(story):
    """Orders are taken, and every follower gets as far as every log had got by now."""
    deadline = time.monotonic() + SOON
    within(deadline, lambda: ends_of(story.network))
    ends = ends_of(story.network)
    within(deadline, story.is_well)
    within(deadline, lambda: reaches(story.network, ends))


def within(deadline, look):
    """What it answers, in the end. If it never does: what was wrong, and since when."""
    begun, said = time.monotonic(), {}
    while True:
        try:
            return look()
        except (AssertionError, psycopg.OperationalError) as wrong:
            now = time.monotonic()
            said.setdefault(str(wrong)[:90], f"after {now - begun:.1f} s")
            if now > deadline:
                wrong.add_note(f"First seen: {said}")
                raise
            time.sleep(0.1)


def ends_of(network):
    """Source -> the last position of its log."""
    last = "SELECT coalesce(max(position), 0) FROM events"
    return {source: ask(network, f"{source.upper()}_DB", last)[0][0] for source in SERVICES}


def reaches(network, ends):
    for follower, database, schema in FOLLOWERS:
        for source, place in ask(network, database, f"SELECT source, place FROM {schema}.places"):
            late = f"{follower} is at {source}/{place}, and not at {ends[source]}"
            assert place >= ends[source], late


def ask(network, database, question):
    with psycopg.connect(network.databases[database]) as sql:
        return sql.execute(question).fetchall()


def everything_adds_up(network):
    """Once nobody orders any more, and what answers to the last order has been heard."""

    def look():
        assert not (wrong := oracle.network(network.databases)), wrong

    within(time.monotonic() + SOON, look)


def quickly(ask, *args, **kwargs):
    started = time.monotonic()
    answer = ask(*args, **kwargs)
    took = time.monotonic() - started
    assert took < QUICKLY, f"{answer.url}: {answer.status_code} after {took:.1f} s"
    return answer


def is_away(answer):
    """The problem that says: nobody is there, try again."""
    assert answer.status_code == 503, f"{answer.status_code} {answer.text}"
    problem = answer.json()
    assert problem["status"] == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert problem["type"] == "/problems/away" and problem["title"]
    return True


def nothing_is_taken(story):
    for service in SERVICES:
        assert is_away(quickly(story.give, service))


def all_but_one_take_orders(story, missing):
    """From somebody who has seen nothing yet, for which one would have to wait."""
    for service in SERVICES:
        answer = quickly(story.give, service, story.network.client(story.token))
        assert is_away(answer) if service == missing else answer.status_code == 201, answer.text


def looks(story, at_once=8):
    """What every address of the API answers, and every page, each of them quickly."""

    def question(path):
        return quickly(story.client.get, path)

    def page(path):
        return quickly(story.browser.get, path, headers=PAGE, follow_redirects=True)

    with ThreadPoolExecutor(at_once) as looking:
        questions, pages = story.questions(), story.pages()
        return list(looking.map(question, questions)), list(looking.map(page, pages))


def all_is_shown(story):
    for answer in chain(*looks(story)):
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text}"
    programs_still_read_the_contract(story)


def nothing_is_shown(story):
    """Programs and people are told so, and the contract can still be read."""
    questions, pages = looks(story)
    assert all(map(is_away, questions))
    for page in pages:
        assert page.status_code == 503 and page.headers["Retry-After"], page.url
    programs_still_read_the_contract(story)


def programs_still_read_the_contract(story):
    for path in ALWAYS_THERE:
        assert quickly(story.client.get, path).status_code == 200


def all_live(network):
    return all(process.poll() is None for process in network.running.values())
