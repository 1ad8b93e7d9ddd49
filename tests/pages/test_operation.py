"""What an operator sees while something stands still, and what there is to type."""

import asyncio

import pytest

from gateway.operation import LETTERS
from gateway.problems import Away, Failed
from tests.pages.conftest import level

STOPPED = {"since": "2027-03-08T13:05:00+00:00", "reason": "ValueError: <no such zone>"}


@pytest.fixture
def seen(browser, page):
    def now():
        shown = browser("olga").get("/exploitation")
        assert shown.status_code == 200
        return page(shown)

    return now


def test_it_is_for_operators(browser, page):
    assert browser().get("/exploitation").headers["Location"] == "/connexion?suite=/exploitation"
    assert browser("hugo").get("/exploitation").status_code == 403
    links = [page(browser(who).get("/")).all("a", href="/exploitation") for who in ("olga", "hugo")]
    assert links[0] and not links[1]


def test_all_is_well(browser, seen):
    assert "Tout est en ordre" in seen().text and "À regarder" not in seen().text
    assert browser("olga").get("/exploitation").headers["Refresh"] == "10"


def test_a_follower_that_stopped_is_named_with_what_to_type(world, seen):
    world.services.health["mobility"] |= {"places": {"spaces": 5}, "stopped": {"spaces": STOPPED}}
    told = seen().text
    assert "est arrêté à 14 h 05 le 8 mars : le fait de spaces" in told
    assert "Le service mobility" in told and "vient après la place 5" in told
    assert "ValueError: <no such zone>" in told
    assert "python -m kernel show mobility spaces" in told
    assert "python -m kernel retry mobility spaces" in told


def test_a_view_that_stopped_is_named_as_well(world, seen):
    row = {"source": "bookings", "place": 3, "stopped": STOPPED}
    world.views.found["agenda.places"] = lambda _: [row]
    told = seen().text
    assert "La vue agenda" in told and "est arrêtée à 14 h 05" in told
    assert "python -m kernel retry agenda bookings" in told


def test_how_far_a_view_is_behind(world, seen):
    world.services.health["bookings"]["position"] = 1234567
    world.views.found["agenda.places"] = level(["bookings"], place=1234560)
    assert "agenda suit état place retard file bookings en retard 1 234 560 7 0" in seen().text
    assert "Tout est en ordre" in seen().text  # it is on its way


def test_who_does_not_follow_any_more(world, seen):
    world.services.missing = {"agenda.follows.bookings", "mobility.follows.spaces"}
    told = seen().text
    assert "python -m kernel.follow gateway.views.agenda:Agenda" in told
    assert "python -m kernel.follow services.mobility.service:Mobility" in told


def test_a_service_that_is_away_or_cannot(world, seen):
    world.services.health |= {"training": Away(), "members": Failed("OperationalError")}
    told = seen().text
    assert "Le service training ne répond pas" in told
    assert "python -m kernel.serve services.training.service:Training" in told
    assert "members répond, mais ne peut rien faire" in told
    assert "courses suit état place retard file training inconnu 7 ? 0" in told


def test_without_a_broker_it_is_the_broker_that_is_told(world, seen):
    world.services.health = dict.fromkeys(world.services.health, Away())
    world.services.missing = None
    told = seen().text
    assert "RabbitMQ ne répond pas" in told and "python -m" not in told


def test_what_takes_too_long_is_away(world, seen, monkeypatch):
    async def never(queues):
        await asyncio.Event().wait()

    monkeypatch.setattr("gateway.operation.PATIENCE", 0.1)
    world.services.depths = never
    assert "RabbitMQ ne répond pas" in seen().text


def test_letters_that_wait_or_were_given_up(world, seen):
    assert "Courriels à jour 0 courriel attend" in seen().text
    given_up = {"kind": "booked", "reason": "550 5.1.1", "count": 2}
    late = {"waiting": 12, "since": STOPPED["since"], "late": True, "given_up": [given_up]}
    world.views.found[LETTERS] = lambda _: [late]
    told = seen().text
    assert "être envoyé depuis 14 h 05 le 8 mars" in told and "12 courriels attendent" in told
    assert "Tout est en ordre" not in told
    assert "Réservation confirmée (2) 550 5.1.1" in told
    assert "python -m gateway.post retry" in told


def test_nobody_follows_for_letters(world, seen):
    world.services.missing = {"post.follows.bookings"}
    assert "python -m kernel.follow gateway.post.outbox:Outbox" in seen().text
