"""At the counter: who comes, who is here, and who comes without a booking."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from gateway.views.agenda import ListBookings, SeeBooking, SeeVisitors
from gateway.views.reception import FindMembers
from gateway.whose import BOOKING
from services.bookings.domain import AlreadyCheckedIn, PlaceGivenAway
from services.bookings.domain.space_day import NoDeskLeft
from tests.pages.samples import (
    ARRIVAL,
    BOOKED,
    FERME,
    HOST,
    HOSTS,
    HUGO,
    LISE,
    TODAY,
    VISITOR,
    ZONE,
    plain,
)
from tests.pages.test_forms import KEY, answer

WALK_IN = "/espaces/la-ferme/sans-reservation"
SEVEN = str(UUID(int=7))
NEW = {
    **{"given_name": "Zoé", "family_name": "Thiry", "email": "zoe@example.org", "told": "yes"},
    **{"status": "student", "residence": "FR", "resource": "open-space", "part": "day"},
    **{"csrf": "hugo", "key": KEY},
}
AT_NINE = datetime.combine(TODAY, time(9, 12), ZoneInfo(ZONE))


def done(id, position=17):
    return {"done": {"id": str(id), "facts": []}, "position": position}


@pytest.mark.parametrize("who", [None, "lise"])
def test_nobody_but_the_host_sees_a_page_of_the_host(browser, who):
    for address in HOSTS:
        refused = browser(who).get(address)
        assert refused.status_code == (403 if who else 303), address
        assert "Lambert" not in refused.text


def test_a_host_of_another_space_is_nobody_here(browser, world):
    world.credentials.roles = {HUGO: [f"host {UUID(int=99)}"]}
    for address in HOSTS:
        assert browser("hugo").get(address).status_code == 403, address
    refused = browser("hugo").post(WALK_IN, data=NEW)
    assert refused.status_code == 403 and world.services.asked == []


def test_the_way_to_the_counter(browser):
    hugo = browser("hugo")
    assert hugo.get("/mes-espaces").headers["Location"] == "/espaces/la-ferme/jour"
    assert hugo.get("/espaces/la-ferme/jour").headers["Location"] == HOST
    assert browser("lise").get("/mes-espaces").status_code == 403


def test_a_name_is_found_without_its_accents(browser, page, world):
    zoe = VISITOR | {"booking": UUID(int=8), "given_name": "Zoé", "family_name": "Thiry"}
    world.views.found[SeeVisitors.select] = lambda _: [VISITOR, zoe]
    everybody = page(browser("hugo").get(HOST)).text
    assert "Lise Lambert" in everybody and "Zoé Thiry" in everybody
    found = page(browser("hugo").get(f"{HOST}?nom=zoe+TH")).text
    assert "Zoé Thiry" in found and "Lise Lambert" not in found
    assert "2 réservations" in found  # of the day, whoever was looked for
    assert "Personne de ce nom" in page(browser("hugo").get(f"{HOST}?nom=personne")).text


def test_who_is_checked_in_twice_is_here_since_the_first_time(browser, page, world):
    world.services.answer = answer(AlreadyCheckedIn(day=TODAY))
    here = VISITOR | {"state": "checked-in", "noted": AT_NINE}
    world.views.found[SeeVisitors.select] = lambda _: [here]
    form = {"csrf": "hugo", "booking": SEVEN}
    again = browser("hugo").post(f"{HOST}/arrivee", data=form)
    assert again.status_code == 200
    assert "Lise Lambert est déjà là depuis 9 h 12" in plain(page(again).text)


def test_what_could_not_be_sent_is_told_with_its_moment(browser, world):
    """By the script of the page (tests/browser/test_without_a_network.py)."""
    form = {"csrf": "hugo", "key": KEY, "booking": SEVEN, "at": AT_NINE.isoformat()}
    sent = browser("hugo").post(f"{HOST}/arrivee", data=form)
    assert sent.headers["Location"] == f"{HOST}?fait=arrivee"
    [(_, verb, words, about)] = world.services.asked
    assert (verb, words["at"]) == ("check_in", AT_NINE.isoformat())
    assert KEY in about["command"], "sent twice, it is done once"


def test_without_a_script_the_moment_is_that_of_the_sending(browser, page, world):
    seen = page(browser("hugo").get(HOST))
    assert seen.all("form", action=f"{HOST}/arrivee") and not seen.all("input", name="at")
    browser("hugo").post(f"{HOST}/arrivee", data={"csrf": "hugo", "key": KEY, "booking": SEVEN})
    [(_, _, words, _)] = world.services.asked
    assert words == {"booking_id": SEVEN, "day": str(TODAY)}


def test_a_moment_without_sense_is_no_arrival(browser, world):
    form = {"csrf": "hugo", "key": KEY, "booking": SEVEN, "at": "this morning"}
    assert browser("hugo").post(f"{HOST}/arrivee", data=form).status_code == 422
    assert world.services.asked == []


def test_a_place_that_was_given_away_is_said_on_the_page(browser, page, world):
    world.services.answer = answer(PlaceGivenAway())
    form = {"csrf": "hugo", "booking": SEVEN, "at": AT_NINE.isoformat()}
    refused = browser("hugo").post(f"{HOST}/arrivee", data=form)
    assert refused.status_code == 409
    assert "la place avait été libérée" in plain(page(refused).text)


def test_whoever_signs_out_leaves_nothing_in_the_browser(browser):
    out = browser("hugo").post("/deconnexion", data={"csrf": "hugo"})
    assert (out.status_code, out.headers["Clear-Site-Data"]) == (303, '"storage"')


def test_a_code_is_shown_to_its_holder_and_scanned_by_the_host(browser, page, world):
    lise = browser("lise").get(ARRIVAL)
    assert 'class="qr"' in lise.text and "Je suis là" in page(lise).text
    hugo = browser("hugo").get(ARRIVAL)
    assert 'class="qr"' not in hugo.text and "Lise Lambert" in page(hugo).text
    sent = browser("hugo").post(ARRIVAL, data={"csrf": "hugo", "key": KEY})
    assert sent.headers["Location"] == f"{ARRIVAL}?fait=arrivee"
    [(_, verb, words, _)] = world.services.asked
    assert (verb, words) == ("check_in", {"booking_id": SEVEN})


def test_looking_at_a_code_checks_nobody_in(browser, world):
    browser("hugo").get(ARRIVAL)
    browser("lise").get(ARRIVAL)
    assert world.services.asked == []


def test_a_code_opens_nothing_for_others(browser, world):
    world.views.found[BOOKING.select] = lambda _: [{"person": HUGO, "space": UUID(int=99)}]
    refused = browser("lise").get(ARRIVAL)
    assert refused.status_code == 403 and "Open space" not in refused.text
    assert browser("lise").post(ARRIVAL, data={"csrf": "lise"}).status_code == 403
    assert browser().get(ARRIVAL).headers["Location"].startswith("/connexion?suite=/arrivee")
    assert world.services.asked == []


def test_a_code_scanned_twice_says_since_when(browser, page, world):
    world.services.answer = answer(AlreadyCheckedIn(day=TODAY))
    slot = BOOKED["slots"][0] | {"state": "checked-in", "noted": AT_NINE.isoformat()}
    world.views.found[SeeBooking.select] = lambda _: [BOOKED | {"slots": [slot]}]
    again = browser("hugo").post(ARRIVAL, data={"csrf": "hugo"})
    assert again.status_code == 200 and "déjà là depuis 9 h 12" in plain(page(again).text)


def test_a_code_as_a_picture_leads_to_its_own_address(browser):
    picture = browser("lise").get(f"{ARRIVAL}/code.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.text.startswith("<svg xmlns") and "style=" not in picture.text
    assert picture.text != browser("lise").get(f"/arrivee/{UUID(int=8)}/code.svg").text
    assert browser().get(f"{ARRIVAL}/code.svg").status_code in (303, 401)


def test_each_booking_to_come_has_its_code(browser, page):
    seen = page(browser("lise").get("/mes-reservations"))
    assert seen.all("img", src=f"{ARRIVAL}/code.svg", loading="lazy")


def test_the_poster_leads_to_what_is_ones_own(browser, page, world):
    poster = browser("hugo").get("/espaces/la-ferme/affiche")
    assert "http://testserver/espaces/la-ferme/arrivee" in poster.text
    seen = page(browser("lise").get("/espaces/la-ferme/arrivee"))
    assert "Open space" in seen.text and seen.all("form", action=ARRIVAL)
    world.views.found[ListBookings.select] = lambda _: [BOOKED | {"space": UUID(int=99)}]
    nothing = page(browser("lise").get("/espaces/la-ferme/arrivee"))
    assert not nothing.all("form", action=ARRIVAL)
    assert nothing.all("a", href=f"/reserver/la-ferme?jour={TODAY}")


def test_somebody_known_gets_a_desk_now(browser, world):
    form = {"csrf": "hugo", "key": KEY, "person": str(LISE), "resource": "open-space"}
    world.services.answers = [done(SEVEN), done(SEVEN, 18)]
    sent = browser("hugo").post(WALK_IN, data=form | {"part": "afternoon"})
    assert sent.headers["Location"] == f"{HOST}?fait=accueil"
    (_, book, words, booked), (_, check_in, whom, _) = world.services.asked
    assert (book, words["person_id"], words["part"]) == ("book_desk", str(LISE), "afternoon")
    assert words["days"] == [str(TODAY)] and KEY in booked["command"]
    assert (check_in, whom) == ("check_in", {"booking_id": SEVEN, "day": str(TODAY)})


def test_somebody_new_joins_and_gets_a_desk_in_one_step(browser, world):
    world.services.answers = [done(LISE, 5), done(SEVEN, 17), done(SEVEN, 18)]
    assert browser("hugo").post(WALK_IN, data=NEW).status_code == 303
    (_, join, about, _), (_, _, booked, after), (_, check_in, _, _) = world.services.asked
    assert (join, check_in) == ("join_network", "check_in")
    assert (about["home_space_id"], about["language"]) == (str(FERME), "fr")
    assert booked["person_id"] == str(LISE)
    assert '"members":5' in after["after"], "bookings learns first who has joined"


def test_who_has_joined_does_not_join_again_when_no_desk_is_left(browser, page, world):
    refused = answer(NoDeskLeft(day=TODAY, start="08:00", end="18:00"))
    world.services.answers = [done(LISE, 5), refused]
    full = browser("hugo").post(WALK_IN, data=NEW)
    assert full.status_code == 409 and "déjà pris" in page(full).text
    assert page(full).value("person") == str(LISE)
    world.services.asked.clear()
    world.services.answers = [done(SEVEN), done(SEVEN)]
    again = {"csrf": "hugo", "person": str(LISE), "resource": "open-space", "part": "morning"}
    assert browser("hugo").post(WALK_IN, data=again).status_code == 303
    assert [asked[1] for asked in world.services.asked] == ["book_desk", "check_in"]


def test_nobody_joins_by_mistake(browser, page, world):
    wrong = browser("hugo").post(WALK_IN, data=NEW | {"email": "zoe", "told": ""})
    assert wrong.status_code == 422 and world.services.asked == []
    seen = page(wrong)
    marked = {each["name"] for _, each in seen.elements if each.get("aria-invalid")}
    assert marked == {"email", "told"} and seen.value("given_name") == "Zoé"


def test_two_letters_are_too_few_to_look_for(browser, world):
    browser("hugo").get(f"{WALK_IN}?nom=la")
    assert not any("name" in words for words in world.views.asked)
    browser("hugo").get(f"{WALK_IN}?nom=lam")
    assert any(words.get("name") == "lam" for words in world.views.asked)
    assert browser("hugo").get(f"{WALK_IN}?nom=%00%00%00").status_code == 422
    assert FindMembers.verb() == "find_members"
