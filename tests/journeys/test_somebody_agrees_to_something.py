"""What somebody agrees to, and what is known of her, said on her own page."""

from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.crawl.html import Page
from tests.network import PASSWORD

HERE = "/mon-profil"


@pytest.fixture(scope="module")
def home(a_space):
    return a_space("La Ferme")


@pytest.fixture
def lise(somebody, home):
    """Her program, and the address with which she signs in."""
    email = f"{uuid4().hex}@example.org"
    person = somebody(home=home, email=email)
    person.email = email
    return person


class Window:
    """Her browser, which sends forms as they stand on her page."""

    def __init__(self, network, email):
        self.client = network.client()
        self.client.headers.update({"Accept": "text/html", "Sec-Fetch-Site": "same-origin"})
        words = {"email": email, "password": PASSWORD}
        assert self.client.post("/v1/sessions", words).status_code == 201
        self.page = self.look()

    def look(self):
        told = self.client.get(HERE)
        assert told.status_code == 200, told.text
        return Page(told.text)

    def send(self, action, **typed):
        [form] = [each for each in self.page.forms if each.action == f"{HERE}/{action}"]
        filled = {name: each.value for name, each in form.visible().items()}
        words = {**form.hidden(), **filled, **typed}
        told = self.client.request("POST", form.action, data=words)
        assert told.status_code == 303, told.text
        self.client.headers["Position"] = told.headers.get("Position", "")
        self.page = self.look()

    def value(self, name):
        [found] = {f.value for each in self.page.forms for f in each.fields if f.name == name}
        return found


def consents(person):
    told = person.read(f"/v1/persons/{person.id}")["consents"]
    return {each["consent"]: each["version"] for each in told}


def test_she_agrees_and_withdraws(network, lise):
    assert consents(lise) == {}
    window = Window(network, lise.email)
    window.send("consentements/training-letters")
    assert consents(lise) == {"training-letters": 1}
    window.send("consentements/training-letters/retrait")
    assert consents(lise) == {"training-letters": None}


def test_what_she_corrects_is_known_at_once_and_what_she_empties_is_gone(network, lise):
    window = Window(network, lise.email)
    letters = f"{uuid4().hex}@letters.example"
    window.send("coordonnees", email=letters, phone="+32 60 12 34 56", birth_year="1987")
    details = lise.read(f"/v1/persons/{lise.id}/details")
    assert (details["email"], details["birth_year"]) == (letters, 1987)
    window.send("coordonnees", phone="", birth_year="")
    details = lise.read(f"/v1/persons/{lise.id}/details")
    assert (details["phone"], details["birth_year"]) == (None, None)
    assert details["email"] == letters, "what she did not touch stays"
    assert lise.read("/v1/me")["email"] == lise.email, "with which she signs in, as before"


def test_her_situation_is_changed(network, lise):
    Window(network, lise.email).send("situation", status="student", residence="FR")
    told = lise.read(f"/v1/persons/{lise.id}")
    assert (told["status"], told["residence"]) == ("student", "FR")


def test_nobody_agrees_or_looks_in_her_place_but_a_coordinator_may_withdraw(
    lise, somebody, home, operator
):
    host, coordinator = somebody(host_of=home), somebody(role="coordinator")
    consent = f"/v1/persons/{lise.id}/consents/surveys"
    lise.done(consent, {"version": 1}, "PUT")
    for other in (host, coordinator, operator):
        assert other.request("PUT", consent, json={"version": 1}).status_code == 403
        assert other.get(f"/v1/persons/{lise.id}/details").status_code == 403
    assert host.request("DELETE", consent).status_code == 403
    coordinator.done(consent, method="DELETE")
    assert consents(lise) == {"surveys": None}


def test_one_click_in_a_letter_withdraws_it_without_signing_in(network, visitor, lise):
    """The letter is in the outbox already: how it got there, tests/post/test_training.py shows."""
    lise.done(f"/v1/persons/{lise.id}/consents/training-letters", {"version": 1}, "PUT")
    letter = "INSERT INTO post.letters (letter, kind, about, position, happened, made, next_try)"
    told = "SELECT gen_random_uuid(), 'training', %s, 0, now(), now(), 'infinity' RETURNING token"
    with psycopg.connect(network.databases["GATEWAY_DB"], autocommit=True) as sql:
        about = Jsonb([str(uuid4()), lise.id])
        [token] = sql.execute(f"{letter} {told}", [about]).fetchone()
    window = {"Accept": "text/html"}
    assert visitor.request("GET", f"/courriels/{token}", headers=window).status_code == 200
    assert consents(lise) == {"training-letters": 1}, "looking is not clicking"
    one_click = {"data": {"List-Unsubscribe": "One-Click"}, "headers": {"Accept": "*/*"}}
    assert visitor.request("POST", f"/courriels/{token}", **one_click).status_code == 200
    assert consents(lise) == {"training-letters": None}
