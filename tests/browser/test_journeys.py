"""Three stories, on a phone and at a desk, with JavaScript and without.

A visitor, a member and a host. All read French, and do what people do: read, choose, type, press.
"""

import re
from itertools import count
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.border import TODAY
from tests.conftest import long_but
from tests.mailbox import link_to_join
from tests.network import PASSWORD
from tests.place import in_days

WAYS = [(size, javascript) for size in ("phone", "desktop") for javascript in (True, False)]
pytestmark = pytest.mark.parametrize(
    ("size", "javascript"), long_but(WAYS, ("phone", False), ("desktop", True))
)
TURN = count()
"""Each story has days of its own, so that nobody takes the room of another."""


def named(text):
    """Whatever kinds of spaces and apostrophes there are."""
    return re.compile(re.sub(r"[ ']", ".", text))


def button(page, text):
    return page.get_by_role("button", name=named(text)).first


def link(page, text):
    return page.get_by_role("link", name=named(text)).first


def says(page, text):
    expect(page.get_by_role("main").get_by_text(named(text)).first).to_be_visible()


@pytest.fixture
def account(border):
    """The address of somebody new, at home on the Belgian side."""
    details = {"given_name": "Zoé", "family_name": "Thiry", "email": f"{uuid4().hex}@example.org"}
    about = {"status": "student", "residence": "BE", "home_space_id": border.home.space}
    border.operator.done("/v1/accounts", {**details, **about, "password": PASSWORD})
    return details["email"]


def sign_in(page, email):
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


def test_a_visitor_joins_and_books_across_the_border(border, window, keep, size, javascript):
    page, wish = window(size, javascript=javascript), in_days(2)
    page.goto("/")
    keep(page, "network")
    page.get_by_label("Quand").fill(wish)
    page.get_by_label("Près de").select_option("Charleville-Mézières")
    button(page, "Voir ce qui est libre").click()
    says(page, "L'Atelier")
    keep(page, "free")
    page.locator(f'a[href^="/reserver/{border.abroad.code}?"]').first.click()
    page.get_by_role("main").get_by_role("link", name="Rejoindre le réseau").click()
    page.get_by_label("Prénom").fill("Zoé")
    page.get_by_label("Nom", exact=True).fill("Thiry")
    email = f"{uuid4().hex}@example.org"
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label(named("Espace d'attache")).select_option(border.home.space)
    page.get_by_label("Situation").select_option("student")
    page.get_by_label("Pays de résidence").select_option("BE")
    page.get_by_label(named("J'ai compris")).check()
    keep(page, "sign-up")
    button(page, "M'envoyer").click()
    says(page, "est en route vers vous")
    page.goto(link_to_join(border.network, email))
    page.get_by_label("Mot de passe").fill(PASSWORD)
    keep(page, "join")
    button(page, "Rejoindre le réseau").click()
    expect(page.get_by_label("Jour", exact=True)).to_have_value(wish)  # as it was asked for
    button(page, "Voir le prix").click()
    says(page, "Ce que cela coûtera")
    keep(page, "price")
    button(page, "Réserver").click()
    says(page, "C'est réservé")
    says(page, "L'Atelier")
    keep(page, "booked")


def test_a_member_repeats_moves_cancels_and_subscribes(
    border, account, window, keep, size, javascript
):
    first, last = 30 + next(TURN), 58 + next(TURN)
    page = window(size, javascript=javascript)
    page.goto(f"/reserver/{border.home.code}?ressource=room")
    sign_in(page, account)
    page.get_by_label("Jour", exact=True).fill(in_days(first))
    page.get_by_label("De", exact=True).fill("09:00")
    page.get_by_label("À", exact=True).fill("10:30")
    page.get_by_label("Répéter").select_option("week")
    page.get_by_label(named("Jusqu'au")).fill(in_days(last))
    button(page, "Voir le prix").click()
    says(page, "réservations, ces jours-ci")
    keep(page, "series")
    button(page, "Réserver").click()
    says(page, "C'est réservé")
    keep(page, "booked")
    link(page, "Déplacer…").click()
    page.get_by_label("De", exact=True).fill("13:00")
    page.get_by_label("À", exact=True).fill("14:30")
    button(page, "Voir le prix").click()
    says(page, "Le prix reste le même")
    keep(page, "to-move")
    button(page, "Déplacer").click()
    says(page, "La réservation est déplacée")
    says(page, "13 h.*14 h 30")
    cancel = page.get_by_text(named("^Annuler…")).first
    before = page.get_by_text(named("^Annuler…")).count()
    cancel.click()
    button(page, "Oui, annuler").click()
    says(page, "La réservation est annulée")
    assert page.get_by_text(named("^Annuler…")).count() == before - 1 >= 3
    button(page, "Obtenir une nouvelle adresse").click()
    address = page.get_by_label(named("Adresse privée"))
    expect(address).to_have_value(re.compile(r"^http.*\.ics$"))
    keep(page, "calendar")
    assert "BEGIN:VEVENT" in page.request.get(address.input_value()).text()


def test_a_host_checks_in_whoever_comes(border, window, keep, size, javascript):
    guest, place = f"Guest{uuid4().hex[:6]}", border.abroad
    about = {"status": "student", "residence": "BE", "home_space_id": border.home.space}
    who = {"given_name": guest, "family_name": "Thiry", "email": f"{guest}@example.org"}
    person = border.operator.done("/v1/persons", {**who, **about})["id"]
    border.operator.done("/v1/desk-bookings", place.desk_for(person, 0, "day"))
    page = window(size, javascript=javascript)
    page.goto("/connexion")
    sign_in(page, border.people["host abroad"].details["email"])
    page.goto(f"/espaces/{place.code}")
    link(page, "Qui vient aujourd'hui").click()
    expect(page).to_have_url(re.compile(f"/{TODAY}$"))
    says(page, guest)
    keep(page, "expected")
    page.get_by_role("button", name=re.compile(guest)).first.click()
    says(page, "L'arrivée est notée")
    coming = page.get_by_role("listitem").filter(has_text=guest)
    expect(coming).to_contain_text(named("là depuis"))
    keep(page, "arrived")
