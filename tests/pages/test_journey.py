"""Somebody joins, books, sees it, and gives it back: with nothing but forms, on the real stack."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest

from tests import plain
from tests.mailbox import link_to_join

DAY = str(datetime.now(UTC).date() + timedelta(days=7))


@pytest.fixture(scope="module")
def space(network):
    """A space that is open every day and has one desk."""
    do, code = network.operator.done, f"atelier-{uuid4().hex[:8]}"
    body = {"code": code, "name": "Atelier", "country": "BE", "kind": "nonprofit"}
    operator = do("/v1/organisations", body)["id"]
    where = {"town": "Chimay", "country": "BE", "timezone": "Europe/Brussels"}
    about = {"lat": 50.05, "lon": 4.32, "languages": ["fr"], "amenities": [], "planned": False}
    named = {"code": code, "name": "L'Atelier", "operator_id": operator}
    space = f"/v1/spaces/{do('/v1/spaces', named | where | about)['id']}"
    hours = [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(1, 8)]
    do(f"{space}/hours", {"hours": hours}, "PUT")
    do(f"{space}/holidays", {"observed": False}, "PUT")
    desk = {"code": "open-space", "kind": "desks", "name": "Open space", "units": 1}
    added = do(f"{space}/resources", desk)["facts"][0]["data"]["resource_id"]
    prices = {"day_cents": 1500, "half_day_cents": 900}
    do(f"{space}/resources/{added}/prices", prices, "PUT")
    network.operator.read(space)
    return code


@pytest.fixture
def browser(network):
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    opened = [plain.Client(base_url=network.url, headers=headers, timeout=15) for _ in range(2)]
    yield opened
    for client in opened:
        client.close()


def send(client, address, to, **typed):
    """Fill in the form of a page that leads somewhere, and send it."""
    html = client.get(address).text
    forms = re.findall(r"<form[^>]*action=\"([^\"]*)\".*?</form>", html, re.S)
    bodies = re.findall(r"<form.*?</form>", html, re.S)
    action, body = next(pair for pair in zip(forms, bodies, strict=True) if to in pair[0])
    hidden = dict(re.findall(r"type=\"hidden\" name=\"(\w+)\" value=\"([^\"]*)\"", body))
    return client.post(action, data={**hidden, **typed})


def join(network, client, name):
    email = f"{name}-{uuid4().hex[:8]}@example.org".lower()
    homes = re.findall(r"<option value=\"([0-9a-f-]{36})\">", client.get("/inscription").text)
    asked = send(
        client,
        "/inscription",
        "/inscription",
        given_name=name,
        family_name="Thiry",
        email=email,
        home_space_id=homes[0],
        status="independent",
        residence="BE",
        agreed="yes",
    )
    assert asked.headers["Location"] == "/inscription?fait=inscription"
    link = link_to_join(network, email)
    return send(client, link, "/inscription", password="a long enough password")


def test_joining_booking_and_cancelling(network, browser, space):
    zoe, max_ = browser
    book = f"/reserver/{space}?ressource=open-space"
    assert zoe.get(book).headers["Location"].startswith("/connexion?suite=")
    assert join(network, zoe, "Zoe").status_code == 303

    booked = send(zoe, book, "/reserver", day=DAY, part="day")
    assert booked.status_code == 303
    mine = unescape(zoe.get(booked.headers["Location"]).text)
    assert "est réservé." in mine and "L'Atelier" in mine and "15\u00a0€" in mine

    # the one desk is taken, and nobody else sees by whom
    assert join(network, max_, "Max").status_code == 303
    refused = send(max_, book, "/reserver", day=DAY, part="morning")
    assert refused.status_code == 409 and "Tous les postes sont déjà pris" in refused.text
    assert "L'Atelier" not in unescape(max_.get("/mes-reservations").text)
    assert max_.get(f"/espaces/{space}/jour/{DAY}").status_code == 403

    cancelled = send(zoe, "/mes-reservations", "/annulation")
    assert cancelled.headers["Location"] == "/mes-reservations?fait=annule"
    after = zoe.get("/mes-reservations").text
    assert "Rien de prévu" in after and "annulée" in after
    assert send(max_, book, "/reserver", day=DAY, part="morning").status_code == 303


def test_the_same_form_twice_books_once(network, browser, space):
    zoe, _ = browser
    join(network, zoe, "Zoe")
    html = zoe.get(f"/reserver/{space}?ressource=open-space").text
    form = dict(re.findall(r"type=\"hidden\" name=\"(\w+)\" value=\"([^\"]*)\"", html))
    day = str(datetime.now(UTC).date() + timedelta(days=8))
    for _ in range(2):
        sent = zoe.post(f"/reserver/{space}", data={**form, "day": day, "part": "day"})
        assert sent.status_code == 303
    assert zoe.get("/mes-reservations").text.count("<h3>Open space</h3>") == 1
