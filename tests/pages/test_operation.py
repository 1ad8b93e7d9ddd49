"""What an operator sees while something stands still, and what there is to type."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.operation import LETTERS
from gateway.problems import Away, Failed, away
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


# The register


def test_how_far_the_register_is(world, seen):
    told = seen().text
    assert "notaire répond · processus pour auditeurs répond 3 faits sont enregistrés" in told
    assert "dont 2 sous le dernier point de contrôle (14 h 05 le 8 mars). acquis" in told
    assert "bookings en retard 3 1" in told
    assert "namur.example/witness à jour 2" in told
    assert "Tout est en ordre" in told  # one fact is on its way


def test_a_log_that_the_notary_does_not_go_on_with(world, seen):
    world.notary.wants["bookings"] = "the log holds something <else> at position 3"
    told = seen().text
    assert "Le notaire est arrêté dans le journal de bookings" in told
    assert "the log holds something <else> at position 3" in told
    assert "python -m audit check" in told and "bookings arrêté 3 1" in told
    assert "notaire répond" in told, "it goes on with the others"


def test_it_is_said_also_while_nobody_tells_of_the_register(world, seen):
    world.notary.wants["members"] = "the log was changed"
    world.audit.tells["/register"] = away()
    told = seen().text
    assert "members arrêté ? ?" in told and "the log was changed" in told


def test_a_notary_that_may_not_sign_says_why(world, seen):
    world.notary.wants = {"register": "The register's database holds 2 entries, and 3 were signed"}
    told = seen().text
    assert "Le notaire ne signe pas." in told and "holds 2 entries" in told
    assert "notaire en panne" in told and "Tout est en ordre" not in told


def test_a_notary_that_is_away_and_one_that_nobody_told_us_of(world, seen):
    world.notary.wants = ConnectionError()
    assert "python -m audit notary" in seen().text
    world.notary.wants = None
    told = seen().text
    assert "notaire inconnu" in told and "Tout est en ordre" in told


def test_the_process_for_auditors_is_away_or_cannot(world, seen):
    world.audit.is_here = {"state": "away", "reason": None}
    world.audit.tells["/register"] = away()
    assert "uvicorn audit.app:app" in seen().text
    world.audit.is_here = {"state": "failing", "reason": "Not here: bookings."}
    told = seen().text
    assert "Not here: bookings." in told and "uvicorn audit.app:app" not in told
    world.audit.is_here = {"state": "unknown", "reason": None}
    assert "Tout est en ordre" in seen().text


@pytest.mark.parametrize(
    ("minutes", "state"), [(0, "à jour"), (59, "en retard"), (61, "en retard")]
)
def test_a_witness_may_be_away_for_an_hour(world, seen, minutes, state):
    since = datetime.now(UTC) - timedelta(minutes=minutes)
    witness = world.audit.tells["/register"]["witnesses"][0]
    witness["since"] = since.isoformat() if minutes else None
    told = seen().text
    late = minutes > 60
    assert ("Tout est en ordre" in told) is not late
    assert ("Le témoin namur.example/witness" in told) is late
    assert f"namur.example/witness {state} 2" in told


def test_what_is_not_settled_says_what_is(world, seen):
    world.audit.tells["/register"]["checkpoint"]["settled"] = False
    assert "Le dernier point de contrôle acquis porte sur 2 faits." in seen().text
    world.audit.tells["/register"]["settled_size"] = None
    assert "pas encore acquis" in seen().text
    world.audit.tells["/register"] |= {"checkpoint": None, "signed_at": None}
    assert "a encore été signé." in seen().text


def test_who_takes_too_long_holds_nobody_up(world, seen, monkeypatch):
    async def never():
        await asyncio.Event().wait()

    monkeypatch.setattr("gateway.operation.PATIENCE", 0.1)
    world.notary.needs = world.audit.state = never
    told = seen().text
    assert "notaire absent" in told and "uvicorn audit.app:app" in told
