"""A place without an account: the form, the link that sends it, and what the link is then."""

from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from gateway.views.availability import SeeAvailability
from tests.pages.samples import BOOKED, DESKS, FERME, GUEST, LISE, ROOM, SPACE, TODAY, WANTED

FORM = "/demander/la-ferme"
ME = {"given_name": "Zoé", "family_name": "Zimmer", "email": "zoe@example.org"}
ME |= {"residence": "BE", "phone": ""}
DESK = {"resource": "open-space", "day": str(TODAY), "part": "day", "people": "2", **ME}
SENT = {"csrf": ""}
TIMES = {"day": str(TODAY), "start": "09:00", "end": "10:30"}
HALL = {"resource": "salle", "people": "4", **TIMES, **ME}


@pytest.fixture
def guests(world):
    return world.credentials.guests


@pytest.fixture
def orders(world):
    """What services were asked to do, and in whose name."""
    return lambda: [
        (verb, words, call["partner"], call.get("command"))
        for _, verb, words, call in world.services.asked
        if "preview" not in call
    ]


def test_a_visitor_is_led_to_what_can_be_asked_for(browser, page):
    visitor = browser()
    assert page(visitor.get("/espaces/la-ferme")).all("a", href=FORM)
    shown = page(visitor.get(FORM))
    links = [a["href"] for a in shown.all("a") if a["href"].startswith(FORM)]
    assert links == [f"{FORM}?ressource=open-space", f"{FORM}?ressource=salle"], "no office"
    asked = f"{FORM}?ressource=salle&jour={TODAY}&debut=09:00&fin=10:30&combien=4"
    filled = page(visitor.get(asked))
    assert [filled.value(name) for name in ("day", "start", "end", "people")] == [
        *(str(TODAY), "09:00", "10:30", "4")
    ]
    assert filled.all("input", name="email")[0]["value"] == "", "nothing else is known"


def test_a_visitor_who_would_have_to_sign_in_is_told_of_it(browser, page):
    booking = f"/reserver/la-ferme?ressource=open-space&jour={TODAY}"
    visitor = browser()
    seen = page(visitor.get("/connexion", params={"suite": booking}))
    assert seen.all("a", href=booking.replace("reserver", "demander"))
    assert not [a for a in page(visitor.get("/connexion")).all("a") if FORM in a["href"]]


def test_what_is_free_can_be_asked_for_in_the_search(browser, page):
    later = TODAY + timedelta(days=1)
    seen = page(browser().get(f"/trouver?jour={later}"))
    ways = [a["href"] for a in seen.all("a") if a["href"].startswith(FORM)]
    assert ways == [f"{FORM}?ressource=open-space&jour={later}&partie=day"]
    member = page(browser("lise").get(f"/trouver?jour={later}"))
    assert not [a for a in member.all("a") if a["href"].startswith(FORM)]


def test_members_book_as_members(browser):
    led = browser("lise").get(f"{FORM}?ressource=open-space")
    assert led.headers["Location"] == "/reserver/la-ferme?ressource=open-space"


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        (DESK, WANTED),
        (HALL, {"space_id": str(FERME), "resource_id": str(ROOM), "people": 4, **TIMES}),
    ],
)
def test_what_is_asked_for_lies_here_and_no_service_hears_of_it(
    browser, guests, orders, form, wanted
):
    done = browser().post(FORM, data=form)
    assert done.headers["Location"] == f"{FORM}?fait=lettre", done.text
    assert guests.asked_for == [("zoe@example.org", "fr", GUEST, wanted)]
    assert orders() == []
    assert "courriel est en route" in browser().get(done.headers["Location"]).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "zoe"}, "email"),
        ({"given_name": ""}, "given_name"),
        ({"phone": "yes"}, "phone"),
        ({"residence": ""}, "residence"),
        ({"people": "0"}, "people"),
        ({"part": "night"}, "part"),
    ],
)
def test_a_mistake_brings_the_form_back(browser, page, guests, wrong, field):
    again = browser().post(FORM, data=DESK | wrong)
    seen = page(again)
    assert again.status_code == 422 and guests.asked_for == []
    marked = {a["id"] for _, a in seen.elements if a.get("aria-invalid")}
    assert marked == {field}
    assert seen.value("family_name") == "Zimmer"


@pytest.mark.parametrize(
    "full",
    [
        DESK | {"people": "13"},
        DESK | {"day": str(TODAY - timedelta(days=1))},
        HALL | {"start": "07:00"},
        HALL | {"people": "11"},
    ],
)
def test_what_is_not_free_is_told_at_once(browser, guests, full):
    told = browser().post(FORM, data=full)
    assert told.status_code == 409 and "est libre à ce moment" in told.text
    assert guests.asked_for == []


def test_an_office_needs_an_account(browser, guests):
    told = browser().post(FORM, data=DESK | {"resource": "bureau", **TIMES})
    assert told.status_code == 409 and "sans compte" in told.text
    assert guests.asked_for == []
    assert browser().post(FORM, data=DESK | {"resource": "nothing"}).status_code == 404


def test_who_asks_too_often_waits(browser, guests):
    visitor = browser()
    told = [visitor.post(FORM, data=DESK) for _ in range(6)]
    assert [each.status_code for each in told] == [303] * 5 + [429]
    assert len(guests.asked_for) == 5 and told[-1].headers["Retry-After"] == "900"


def test_the_api_takes_the_same(browser, world, guests):
    me = {name: value for name, value in ME.items() if value}
    asked = browser().post("/v1/guest-requests", json={**WANTED, **me})
    assert (asked.status_code, asked.json()) == (201, {"asked": True})
    assert guests.asked_for == [("zoe@example.org", "fr", GUEST, WANTED)]


# The link


def test_looking_at_a_link_does_nothing(browser, page, guests, orders):
    for _ in range(3):
        seen = browser().get("/demande/good")
    assert seen.status_code == 200 and seen.headers["Cache-Control"] == "no-store"
    assert "Open space" in seen.text and "Zoé" not in seen.text
    assert page(seen).all("form", action="/demande/good", method="post")
    assert orders() == [] and guests.sent == []


def test_following_it_makes_somebody_known_and_asks_the_host(browser, world, guests, orders):
    person, booking = str(UUID(int=501)), str(UUID(int=502))
    world.services.answers = [
        {"done": {"id": each, "facts": []}, "position": 17} for each in (person, booking)
    ]
    done = browser().post("/demande/good", data=SENT)
    assert done.headers["Location"] == "/demande/good?fait=demande"
    key = str(UUID(int=77))
    place = {"space_id": str(FERME), "resource_id": str(DESKS), "person_id": person}
    desk = {**place, "days": [str(TODAY)], "part": "day", "people": 2, "on_request": True}
    assert orders() == [
        ("join_network", GUEST, "visitor", f"visitor/join_network/{key}"),
        ("book_desk", desk, person, f"{person}/book_desk/{key}"),
    ]
    assert guests.sent == [(UUID(key), booking, str(TODAY))]


def test_whoever_has_the_address_is_recognised(browser, guests, orders):
    guests.person = LISE
    browser().post("/demande/good", data=SENT)
    [(verb, words, by, _)] = orders()
    assert (verb, words["person_id"], by) == ("book_desk", str(LISE), str(LISE))


def test_nobody_becomes_known_when_nothing_is_free_any_more(browser, world, guests, orders):
    taken = [[str(DESKS), str(TODAY), 480, 1080, 11]]
    world.views.found[SeeAvailability.select] = lambda _: [SPACE | {"promises": taken}]
    told = browser().post("/demande/good", data=SENT)
    assert told.status_code == 409 and "est libre à ce moment" in told.text
    assert orders() == [] and guests.sent == []


def test_what_the_service_refuses_is_told_at_the_link(browser, world, guests):
    guests.person = LISE
    reason = "Every desk is already taken on 2027-03-02 between 08:00 and 18:00."
    values = {"day": "2027-03-02", "start": "08:00", "end": "18:00"}
    world.services.answer = {"refused": "NoDeskLeft", "reason": reason, "values": values}
    told = browser().post("/demande/good", data=SENT)
    assert told.status_code == 409 and "poste" in told.text and guests.sent == []


def test_who_holds_too_much_already_waits_for_the_hosts(browser, guests, orders):
    guests.person, guests.full = LISE, True
    told = browser().post("/demande/good", data=SENT)
    assert told.status_code == 409 and "attendent déjà" in told.text and orders() == []


def test_a_link_that_was_used_leads_to_the_booking(browser, page, orders):
    assert browser().post("/demande/sent", data=SENT).headers["Location"] == "/demande/sent"
    seen = browser().get("/demande/sent")
    assert "Open space" in seen.text and "Lise" not in seen.text
    assert page(seen).all("form", action="/demande/sent/annulation")
    assert orders() == []


@pytest.mark.parametrize("path", ["", "/annulation"])
def test_a_link_that_is_over_does_nothing(browser, orders, path):
    told = browser().post(f"/demande/nothing{path}", data=SENT)
    assert told.status_code == 404 and "trop ancien" in told.text and orders() == []
    assert browser().get("/demande/nothing").status_code == 404


def test_a_booking_is_cancelled_in_the_name_of_whoever_booked(browser, world, orders):
    done = browser().post("/demande/sent/annulation", data={"key": str(UUID(int=9))})
    assert done.headers["Location"] == "/demande/sent?fait=annule"
    [(verb, words, by, command)] = orders()
    assert (verb, by) == ("cancel_booking", str(BOOKED["person"]))
    assert words == {"booking_id": str(BOOKED["booking"])}
    assert command.endswith(str(UUID(int=9)))


def test_what_it_costs_is_said_first(browser, world, page, orders):
    fact = {"type": "bookings.BookingCancelled", "data": {"fee_cents": 700}}
    world.services.answer = {"done": {"id": str(uuid5(FERME, "x")), "facts": [fact]}}
    world.services.answer["position"] = 17
    asked = page(browser().post("/demande/sent/annulation", data=SENT))
    assert "coûte 7" in asked.text and asked.value("agreed") == "1" and orders() == []
    browser().post("/demande/sent/annulation", data={"agreed": "1"})
    assert [verb for verb, *_ in orders()] == ["cancel_booking"]


@pytest.mark.parametrize("path", [FORM, "/demande/good", "/demande/sent/annulation"])
def test_forms_come_from_our_own_pages(browser, guests, orders, path):
    visitor = browser()
    visitor.headers["Sec-Fetch-Site"] = "cross-site"
    assert visitor.post(path, data=DESK).status_code == 403
    assert orders() == [] and guests.asked_for == []


def test_a_host_sees_that_it_is_a_guest_and_where_they_are_reached(browser, page):
    seen = page(browser("hugo").get("/espaces/la-ferme/demandes"))
    assert "de passage" in seen.text and seen.all("a", href="mailto:lise@example.org")
