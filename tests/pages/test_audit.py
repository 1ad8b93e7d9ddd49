"""What auditors see: what happened to a thing, what it was, what changed; and whether the register
says so too. The auditor's process is the real one, where a badge depends on it."""

import asyncio
from datetime import datetime
from importlib import import_module
from sys import modules
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest
from eventsourcing.domain import CanMutateAggregate

from audit.keys import Kind
from audit.proof import Proof
from gateway.audit import PRIVATE_THINGS, Audit
from gateway.language import HERE, LANGUAGES
from gateway.pages.fact_words import fact_words, thing_words
from gateway.problems import away
from gateway.register import Register
from kernel.facts import Aggregate
from kernel.log import Log
from kernel.wire import kinds
from services.mobility.domain import Pass
from tests.audit.process import running
from tests.audit.registering import LOG, WITNESS, register_all
from tests.network import SERVICES
from tests.pages import samples
from tests.pages.samples import AUDITS, MOMENTS, THE_BOOKING, plain, told

HISTORY = f"/histories{THE_BOOKING.removeprefix('/audit')}"


# Who may


@pytest.mark.parametrize("address", AUDITS)
def test_it_is_for_auditors_and_operators(browser, world, address):
    for who, status in (("aude", 200), ("olga", 200), ("carla", 403), ("hugo", 403), ("lise", 403)):
        world.audit.asked.clear()
        assert browser(who).get(address).status_code == status
        assert status == 200 or not world.audit.asked
    assert browser().get(address).headers["Location"].startswith("/connexion?suite=/audit")


def test_only_they_are_led_there(browser, page):
    led = {who: page(browser(who).get("/")).all("a", href="/audit") for who in ("aude", "carla")}
    assert led["aude"] and not led["carla"]


def test_where_somebody_worked_is_for_nobody(browser, world, page):
    """Neither its history, nor what it was, nor what it says, nor that it changed."""
    aude = browser("aude")
    fact = told("registered")
    fact["fact"]["type"] = "mobility.WorkDayCounted"
    world.audit.tells[HISTORY]["facts"] = [fact]
    assert aude.get(THE_BOOKING).status_code == 404
    start = page(aude.get("/audit"))
    assert "Pour une seule personne" in start.text and "WorkDayCounted" not in start.text
    changes = aude.get("/v1/changes/bookings?since=2027-03-01T00:00Z&until=2027-04-01T00:00Z")
    assert [each["what"] for each in changes.json()["items"]] == ["bookings.Booking"]
    assert changes.json()["withheld"] == 1
    world.audit.tells["/register/entry/bookings/1"] = b'{"type":"mobility.WorkDayCounted"}'
    assert aude.get("/v1/proofs/bookings/1").status_code == 404
    assert aude.get("/audit/faits/bookings/1.json").status_code == 404
    state = world.audit.tells[HISTORY.replace("histories", "states")]
    state["what"] = "mobility.WorkYear"
    assert aude.get(f"/v1{HISTORY.replace('histories', 'states')}").status_code == 404


# What is away, and what is changed


@pytest.mark.parametrize("address", AUDITS)
def test_when_the_auditors_process_is_away_that_is_said(browser, world, address):
    if address == "/audit/changements":
        return  # an empty form asks nobody
    world.audit.tells = dict.fromkeys(world.audit.tells, away("The register cannot be asked."))
    gone = browser("aude").get(address)
    assert gone.status_code == 503 if address != "/audit?quoi=la-ferme" else True
    assert gone.headers["Retry-After"] == "1"
    assert "ne répond pas" in gone.text


@pytest.mark.parametrize(
    ("standing", "says", "all_well"),
    [
        ("registered", "Au registre", True),
        ("unsigned", "pas encore signé", None),
        ("unregistered", "Pas encore au registre", None),
        ("differs", "Diffère du registre", False),
        ("slipped-in", "Ajouté au journal après coup", False),
        ("gone", "Manque au journal", False),
        ("unproved", "Pas sous la racine signée", False),
    ],
)
def test_a_badge_says_what_the_register_says(browser, world, page, standing, says, all_well):
    instead = {"data": {"space_id": "another"}} if standing == "differs" else None
    world.audit.tells[HISTORY]["facts"] = [told(standing, registered=instead)]
    shown = page(browser("aude").get(THE_BOOKING))
    assert says in plain(shown.text)
    assert bool(shown.all("p", **{"class": "said"})) is (all_well is True)
    assert bool(shown.all("p", **{"class": "trouble"})) is (all_well is False)
    assert ("another" in shown.text) is (standing == "differs")


# Words


def test_a_history_is_told_in_words_and_without_names(browser, page):
    shown = page(browser("aude").get(THE_BOOKING))
    text = plain(shown.text)
    assert "Réservation faite bookings.BookingMade" in text
    assert "lundi 8 mars 2027, 14:05:00" in text and "Lise" not in text
    assert "slots / 1 / start 540" in text
    assert shown.all("a", href=f"/audit?quoi={samples.LISE}")
    assert shown.all("a", href="/audit/preuves/bookings/1.tlog-proof")
    assert not shown.all("a", href="/audit/preuves/bookings/2.tlog-proof")  # nothing is signed yet


def test_every_fact_and_every_thing_has_a_word():
    for service in SERVICES:
        import_module(f"services.{service}.domain")
    ours = [each for name, each in modules.items() if name.startswith("services.")]
    things = {thing for module in ours for thing in kinds(Aggregate, module)}
    assert len(things) > 30
    for thing in [each for each in things if each.TOPIC not in PRIVATE_THINGS]:
        assert thing_words(LANGUAGES["fr"], thing.__name__), thing
        for event in kinds(CanMutateAggregate, thing):
            words = fact_words(LANGUAGES["fr"], getattr(event, "TOPIC", None))
            assert words or event.__name__ == "Event", event


def test_somebody_who_looks_for_a_space_types_its_code(browser, world, page):
    world.audit.tells[f"/histories/spaces/{samples.FERME}"] = {
        **{"service": "spaces", "subject": str(samples.FERME)},
        "facts": [told("registered")],
    }
    shown = page(browser("aude").get("/audit?quoi=la-ferme"))
    assert shown.all("a", href=f"/audit/spaces/{samples.FERME}")
    assert shown.all("a", href=f"/audit/changements?espace={samples.FERME}")
    nothing = page(browser("aude").get("/audit?quoi=nulle-part"))
    assert "Aucun journal" in nothing.text


def test_a_space_and_a_booking_lead_auditors_to_their_history(browser, page):
    places = {"/espaces/la-ferme": f"/audit/spaces/{samples.FERME}", samples.ARRIVAL: THE_BOOKING}
    for address, history in places.items():
        assert page(browser("olga").get(address)).all("a", href=history)
        assert not page(browser("hugo").get(address)).all("a", href=history)


# Moments


def test_a_thing_is_shown_as_it_is_now_when_no_moment_is_typed(browser, world):
    assert browser("aude").get(f"{THE_BOOKING}/etat").status_code == 200
    assert world.audit.asked[-1][1]["at"][:10] == str(datetime.now(HERE).date())


def test_a_moment_is_typed_as_it_is_here(browser, world):
    browser("aude").get(f"{THE_BOOKING}/etat?jour=2027-07-01&heure=14:05")
    assert world.audit.asked[-1][1] == {"at": "2027-07-01T14:05:00+02:00"}
    browser("aude").get(f"{THE_BOOKING}/etat?jour=2027-12-31")
    assert world.audit.asked[-1][1] == {"at": "2027-12-31T23:59:59.999999+01:00"}
    browser("aude").get(f"{THE_BOOKING}/etat?a=2027-03-08T13:05:00.123456%2B00:00")
    assert world.audit.asked[-1][1] == {"at": "2027-03-08T13:05:00.123456+00:00"}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("jour=demain", "jour"),
        ("jour=1999-01-01", "jour"),
        ("heure=14:05", "jour"),
        ("jour=2027-03-08&heure=midi", "heure"),
    ],
)
def test_what_is_no_moment_is_said_at_the_field(browser, page, words, field):
    answer = browser("aude").get(f"{THE_BOOKING}/etat?{words}")
    assert answer.status_code == 422
    assert page(answer).all("input", id=field)[0]["aria-invalid"] == "true"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("de=2027-03-02&a=2027-03-01", "a"),
        ("de=x&a=2027-03-01", "de"),
        ("de=2027-03-01&a=2027-03-02&personne=Lise", "personne"),
        ("de=2027-03-01&a=2027-03-02&a_heure=x", "a_heure"),
    ],
)
def test_what_makes_no_sense_of_two_moments_is_said_at_the_field(browser, page, words, field):
    answer = browser("aude").get(f"/audit/changements?journal=bookings&{words}")
    assert answer.status_code == 422
    assert page(answer).all("input", id=field)[0]["aria-invalid"] == "true"
    assert browser("aude").get("/audit/changements?journal=cuisine").status_code == 422


def test_what_changed_is_asked_for_by_space_and_person(browser, world, page):
    answer = browser("aude").get(
        f"/audit/changements?{MOMENTS}&espace=la-ferme&personne={samples.LISE}"
    )
    path, words = world.audit.asked[-1]
    assert (path, words["space"], words["person"]) == (
        "/changes/bookings",
        str(samples.FERME),
        str(samples.LISE),
    )
    assert words["from"] == "2027-03-01T23:59:59.999999+01:00"
    text = plain(page(answer).text)
    assert "slots / 2027-03-08 — [540]" in text
    assert "une seule personne" in text  # so many are not shown
    assert page(answer).value("personne") == str(samples.LISE)


# For everybody


def test_the_register_is_for_everybody_but_its_facts_are_not(browser, world):
    nobody = browser()
    note = nobody.get("/register/checkpoint")
    assert (note.status_code, note.headers["Cache-Control"]) == (200, "public, max-age=1")
    tile = nobody.get("/register/tile/0/000.p/2")
    assert (len(tile.content), tile.headers["Cache-Control"]) == (
        64,
        "public, max-age=31536000, immutable",
    )
    world.audit.asked.clear()
    for path in ("entries/000", "entries/000.p/2", "0/1", "0/000/../../../recent", "0/000?x=1"):
        answer = nobody.get(f"/register/tile/{path}")
        assert answer.status_code in (404, 405), path
    assert all("entries" not in path for path, _ in world.audit.asked)


def test_however_many_ask_the_auditors_process_is_asked_once(browser, world):
    nobody = browser()
    for _ in range(5):
        assert nobody.get("/register/checkpoint").status_code == 200
        assert nobody.get("/register/tile/0/000.p/2").status_code == 200
    assert len(world.audit.asked) == 2


# With the real one


@pytest.fixture(scope="module")
def process(databases):
    with running(databases) as client:
        yield client


@pytest.fixture
def real(world, process):
    """Each request on a connection of its own, as each browser has its own loop."""
    none = httpx.Limits(max_keepalive_connections=0)
    client = httpx.AsyncClient(base_url=process.base_url, timeout=20, limits=none)
    world.audit = Audit(client, client)
    world.register = Register(world.audit)
    yield world
    asyncio.run(client.aclose())


@pytest.fixture(scope="module")
def held(databases):
    """A pass that was issued, extended and registered."""
    log = Log("mobility", databases["MOBILITY_DB"])
    made = Pass.issue(uuid4(), 2027, days=10, sponsor_id=uuid4())
    log.save(made)
    issued = made.modified_on
    made.extend(days=5)
    log.save(made)
    log.close()
    register_all(databases)
    return SimpleNamespace(address=f"/audit/mobility/{made.id}", id=made.id, issued=issued)


def test_what_is_in_the_register_is_shown_so_and_can_be_proved(real, browser, page, held):
    aude = browser("aude")
    shown = page(aude.get(held.address))
    assert len(shown.all("span", **{"class": "tag good"})) == 2
    assert "Pass délivré" in shown.text
    proofs = [a["href"] for a in shown.all("a") if a.get("href", "").endswith(".tlog-proof")]
    for address in proofs:
        proof = aude.get(address)
        assert ".tlog-proof" in proof.headers["Content-Disposition"]
        entry = aude.get(address.replace("preuves", "faits").replace("tlog-proof", "json"))
        head, signed = Proof.parse(proof.content).verify(
            entry.content, LOG.name, [LOG.verifier, WITNESS.verifier]
        )
        assert {each.by.kind for each in signed} == {Kind.ED25519, Kind.ED25519_COSIGNATURE}
        assert head.size >= 2
    checkpoint = browser().get("/register/checkpoint")
    assert checkpoint.text.startswith(LOG.name)


def test_a_thing_is_shown_as_it_was(real, browser, page, held):
    aude = browser("aude")
    now = page(aude.get(f"{held.address}/etat?jour=2099-01-01"))
    assert "days 15" in now.text
    issued = held.issued.isoformat().replace("+", "%2B")
    then = page(aude.get(f"{held.address}/etat?a={issued}"))
    assert "days 10" in then.text
    [later] = then.all("a", rel="next")
    assert "days 15" in page(aude.get(later["href"])).text
    before = page(aude.get(f"{held.address}/etat?jour=2001-01-01"))
    assert "days" not in before.text


def test_what_changed_is_shown_with_the_fact_that_did(real, browser, page, held):
    """Of the API, to the microsecond."""
    until = "2099-01-01T00:00:00Z"
    words = {"since": held.issued.isoformat(), "until": until, "thing_id": str(held.id)}
    answer = browser("aude").get("/v1/changes/mobility", params=words)
    [thing] = answer.json()["items"]
    assert thing["changes"][0] == {"path": ["days"], "before": 10, "after": 15}
    assert [each["type"] for each in thing["facts"]] == ["mobility.PassExtended"]
    shown = page(
        browser("aude").get(
            f"/audit/changements?journal=mobility&de=2020-01-01&a=2099-01-01&chose={held.id}"
        )
    )
    assert "Pass prolongé" in shown.text


def test_the_start_page_says_how_the_register_is(real, browser, page, held):
    text = plain(page(browser("aude").get("/audit")).text)
    assert LOG.name in text and WITNESS.name in text
    assert "signatures non vérifiées" in text  # nobody has said whose count


def test_one_changed_byte_in_a_log_is_shown(real, browser, page, held, databases, tamper):
    tamper(
        databases["MOBILITY_DB"],
        """UPDATE events SET state = replace(state::text, '"days":10', '"days":11')::json
        WHERE originator_id = %s AND originator_version = 1""",
        held.id,
    )
    shown = page(browser("aude").get(held.address))
    assert "Diffère du registre" in shown.text
    assert shown.all("p", role="alert")
    assert "days 11" in shown.text and "days 10" in shown.text
    tamper(databases["MOBILITY_DB"], "DELETE FROM events WHERE originator_id = %s", held.id)
    shown = page(browser("aude").get(held.address))
    assert len(shown.all("span", **{"class": "tag bad"})) == 2
    assert "Manque au journal" in shown.text


def test_nobody_at_the_address_is_away_and_not_a_failure(world, browser):
    client = httpx.AsyncClient(base_url="http://127.0.0.1:1")
    world.audit = Audit(client, client)
    world.register = Register(world.audit)
    for address in (THE_BOOKING, "/register/checkpoint", "/v1/register"):
        answer = browser("aude").get(address, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.headers["Content-Type"] == "application/problem+json"
    asyncio.run(client.aclose())
