"""Forms become commands, once; what was typed is kept when they do not."""

from datetime import timedelta

import pytest

from gateway.language import LANGUAGES
from gateway.problems import NoAnswer
from services.bookings.domain.resource import TooManyPeople
from services.bookings.domain.series import SeriesClashes
from services.bookings.domain.space_day import NoDeskLeft, PlaceLeft
from tests.pages.samples import DESKS, FERME, HUGO, LISE, TODAY, plain, previewed

DESK = {"resource": "open-space", "day": str(TODAY), "part": "morning", "csrf": "lise"}
ROOM = {"resource": "salle", "day": str(TODAY), "start": "09:00", "end": "10:30", "csrf": "lise"}
OFFICE = {"resource": "bureau", "first_month": "2027-03", "months": "3", "csrf": "lise"}
KEY = "5f0c1d2e-0000-4000-8000-000000000001"
JOINING = {
    **{"given_name": "Zoé", "family_name": "Thiry", "email": "zoe@example.org"},
    **{"home_space_id": str(FERME), "status": "student", "residence": "FR", "agreed": "yes"},
}


def answer(refusal):
    """What a service says instead of doing something."""
    said = {"reason": str(refusal), "values": refusal.values}
    return {"refused": type(refusal).__name__, **said, "position": 0}


def book(client, **form):
    return client.post("/reserver/la-ferme", data=form)


def test_a_form_becomes_the_command_of_the_api(browser, world):
    done = book(browser("lise"), **DESK, key=KEY)
    assert done.status_code == 303 and done.headers["Location"].startswith("/mes-reservations")
    assert "bookings=17" in done.headers["Set-Cookie"]
    [(service, verb, words, call)] = world.services.asked
    assert (service, verb) == ("bookings", "book_desk")
    about = {"space_id": str(FERME), "resource_id": str(DESKS), "person_id": str(LISE)}
    assert words == {**about, "days": [str(TODAY)], "part": "morning"}
    assert call["partner"] == str(LISE) and KEY in call["command"]


def test_rooms_and_offices_are_booked_in_their_own_words(browser, world):
    book(browser("lise"), **ROOM)
    book(browser("lise"), **OFFICE)
    (_, room, times, _), (_, office, months, _) = world.services.asked
    assert room == "book_room"
    assert times["times"] == [{"day": str(TODAY), "start": "09:00", "end": "10:30"}]
    assert office == "book_office"
    assert (months["first_month"], months["months"]) == ("2027-03", 3)


def test_the_price_is_seen_before_and_nothing_is_booked_yet(browser, page, world):
    world.services.answer = previewed(TODAY)
    seen = page(book(browser("lise"), **DESK, key=KEY, step="preview"))
    assert "1 jour à 15 €" in plain(seen.text) and "Total hors TVA" in plain(seen.text)
    assert seen.value("key") == KEY and seen.value("day") == str(TODAY)
    [(_, verb, words, call)] = world.services.asked
    assert (verb, call["preview"], "command" in call) == ("book_desk", "yes", False)
    assert words["days"] == [str(TODAY)]


def test_what_cannot_be_booked_is_said_when_its_price_is_asked_for(browser, page, world):
    world.services.answer = answer(NoDeskLeft(day=TODAY, start="08:00", end="13:00"))
    refused = book(browser("lise"), **DESK, step="preview")
    assert refused.status_code == 409
    assert "Tous les postes sont déjà pris" in page(refused).text


WEEKS = [TODAY + timedelta(weeks=n) for n in range(3)]
WEEKLY = {**DESK, "repeat": "week", "until": str(WEEKS[2])}


def test_a_series_is_shown_date_by_date_and_booked_without_those_that_clash(browser, page, world):
    world.services.answer = previewed(*WEEKS[:2], left_out=[(WEEKS[2], "HolidayClosed")])
    seen = page(book(browser("lise"), **WEEKLY, step="preview"))
    [(_, verb, words, _)] = world.services.asked
    assert (verb, words["skip_clashes"]) == ("book_desk_series", True)
    assert (words["every"], words["first"], words["until"]) == ("week", str(TODAY), str(WEEKS[2]))
    text = plain(seen.text)
    assert "2 réservations, ces jours-ci" in text and "est pas possible" in text
    assert "jour férié" in text and "30 €" in text
    assert seen.value("skip") == str(WEEKS[2])
    assert "Réserver sans ces jours" in text
    world.services.asked.clear()
    world.services.answer = previewed(*WEEKS[:2]) | {"position": 17}
    done = book(browser("lise"), **WEEKLY, skip=seen.value("skip"), key=KEY)
    assert done.status_code == 303
    [(_, verb, words, call)] = world.services.asked
    assert (verb, words["skip"]) == ("book_desk_series", [str(WEEKS[2])])
    assert "skip_clashes" not in words and KEY in call["command"]


MONDAYS = ["2027-10-18", "2027-10-25", "2027-11-01", "2027-11-08"]
AUTUMN = DESK | {"day": MONDAYS[0], "repeat": "week", "until": MONDAYS[3], "no_school": "yes"}


def test_days_without_school_are_shown_by_name_and_kept_one_by_one(browser, page, world):
    closed = [(day, "SchoolHoliday") for day in MONDAYS[1:3]]
    world.services.answer = previewed(MONDAYS[0], MONDAYS[3], left_out=closed)
    seen = page(book(browser("lise"), **AUTUMN, step="preview"))
    [(_, _, words, _)] = world.services.asked
    assert (words["skip_school_holidays"], words["keep"]) == (True, [])
    text = plain(seen.text)
    assert "lundi 25 octobre 2027: vacances d" in text.lower()
    assert "est pas possible" not in text and not seen.all("input", name="skip")
    boxes = [f"keep-{day}" for day in MONDAYS[1:3]]
    assert [a["name"] for a in seen.all("input", type="checkbox") if "keep" in a["name"]] == boxes

    holiday = [(MONDAYS[2], "HolidayClosed")]
    world.services.answer = previewed(MONDAYS[0], MONDAYS[1], MONDAYS[3], left_out=holiday)
    keep = dict.fromkeys(boxes, "yes")
    again = page(book(browser("lise"), **AUTUMN, **keep, step="preview"))
    words = world.services.asked[-1][2]
    assert words["keep"] == MONDAYS[1:3]
    assert [a["name"] for a in again.all("input", checked=None) if "keep" in a["name"]] == boxes[:1]
    assert again.value("skip") == MONDAYS[2], "closed all the same"


def test_what_is_not_published_is_said(browser, world):
    world.services.answer = previewed(TODAY)
    series = AUTUMN | {"until": "2028-10-09"}
    assert "27 août 2028" in plain(book(browser("lise"), **series, step="preview").text)
    assert "27 août 2028" not in plain(book(browser("lise"), **AUTUMN, step="preview").text)


def test_a_series_that_clashes_is_shown_at_once_with_what_can_be_done(browser, page, world):
    clash = answer(SeriesClashes(days=f"{WEEKS[1]}, {WEEKS[2]}"))
    left_out = [(day, "NoDeskLeft") for day in WEEKS[1:]]
    world.services.answers = [clash, previewed(TODAY, left_out=left_out)]
    refused = book(browser("lise"), **WEEKLY)
    assert refused.status_code == 409
    seen = page(refused)
    assert "plus aucun poste libre" in seen.text
    both = f"{LANGUAGES['fr'].long_day(WEEKS[1])}, {LANGUAGES['fr'].long_day(WEEKS[2])}"
    assert f"Impossible le {plain(both)}" in plain(seen.text)
    assert seen.value("skip") == f"{WEEKS[1]} {WEEKS[2]}"


def test_a_room_is_repeated_from_one_time_to_another(browser, world):
    world.services.answer = previewed(*WEEKS)
    book(browser("lise"), **ROOM, repeat="fortnight", until=str(WEEKS[2]), step="preview")
    [(_, verb, words, _)] = world.services.asked
    assert (verb, words["every"]) == ("book_room_series", "fortnight")
    assert (words["start"], words["end"]) == ("09:00", "10:30")


@pytest.mark.parametrize(
    ("wrong", "field"), [({"until": ""}, "until"), ({"repeat": "never"}, "repeat")]
)
def test_a_mistake_in_a_series_is_said_at_its_field(browser, page, world, wrong, field):
    for step in ("preview", ""):
        answered = book(browser("lise"), **{**WEEKLY, **wrong, "step": step})
        assert answered.status_code == 422 and world.services.asked == []
        seen = page(answered)
        found = seen.all("input", name=field) + seen.all("select", name=field)
        assert found[0]["aria-invalid"] == "true"


@pytest.mark.parametrize("word", [None, "", "hugo", "LISE"])
def test_a_form_without_the_right_word_does_nothing(browser, world, word):
    form = {name: value for name, value in DESK.items() if name != "csrf"}
    refused = book(browser("lise"), **form, **({} if word is None else {"csrf": word}))
    assert refused.status_code == 403 and world.services.asked == []


def test_what_is_no_form_of_ours_is_a_request_nobody_understands(browser, world):
    lise = browser("lise")
    json = lise.post("/reserver/la-ferme", json=DESK)
    file = lise.post("/reserver/la-ferme", data=DESK, files={"day": b"x"})
    many = book(lise, **DESK, **{f"more-{n}": "x" for n in range(100)})
    nothing = lise.post("/reserver/la-ferme", content=b"csrf=lise&%ff%00=%ff&resource=%00")
    assert [each.status_code for each in (json, file, many, nothing)] == [415, 415, 400, 415]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    odd = lise.post(
        "/reserver/la-ferme", content=b"csrf=lise&%ff%00=%ff&resource=%00", headers=form
    )
    assert odd.status_code == 404 and world.services.asked == []


def test_a_refusal_is_said_in_french_and_keeps_what_was_typed(browser, page, world):
    world.services.answer = answer(NoDeskLeft(day=TODAY, start="08:00", end="13:00"))
    refused = book(browser("lise"), **DESK, key=KEY)
    assert refused.status_code == 409
    seen = page(refused)
    assert "Tous les postes sont déjà pris" in seen.text
    assert seen.value("day") == str(TODAY)
    assert seen.all("input", name="part", value="morning", checked=None)
    assert seen.value("key") != KEY


def test_a_mistake_is_said_at_its_field(browser, page, world):
    wrong = book(browser("lise"), **{**ROOM, "end": "08:00"})
    assert wrong.status_code == 422 and world.services.asked == []
    seen = page(wrong)
    assert seen.all("input", name="end")[0]["aria-invalid"] == "true"
    assert "aria-invalid" not in seen.all("input", name="start")[0]
    assert seen.value("end") == "08:00"


@pytest.mark.parametrize("months", ["", "0", "99", "three", "-1", "9" * 30])
def test_months_that_are_none_are_a_mistake(browser, page, months):
    wrong = book(browser("lise"), **{**OFFICE, "months": months})
    assert wrong.status_code == 422
    assert page(wrong).all("input", name="months")[0]["aria-invalid"] == "true"


def test_without_an_answer_the_same_form_is_sent_again(browser, page, world):
    world.services.answer = NoAnswer()
    silent = book(browser("lise"), **DESK, key=KEY)
    assert silent.status_code == 504
    assert page(silent).value("key") == KEY


def test_an_unknown_place_cannot_be_booked(browser, world):
    assert book(browser("lise"), **{**DESK, "resource": "cuisine"}).status_code == 404
    assert world.services.asked == []


def test_somebody_elses_booking_cannot_be_cancelled(browser, world):
    booking = "00000000-0000-0000-0000-000000000007"
    address = f"/mes-reservations/{booking}/annulation"
    world.credentials.roles = {HUGO: [], LISE: []}
    assert browser("hugo").post(address, data={"csrf": "hugo"}).status_code == 403
    assert world.services.asked == []
    assert browser("lise").post(address, data={"csrf": "lise"}).status_code == 303
    asked = [(verb, call.get("preview")) for _, verb, _, call in world.services.asked]
    assert asked == [("cancel_booking", "yes"), ("cancel_booking", None)]


def test_a_late_cancellation_says_its_price_before_it_costs_it(browser, page, world):
    address = "/mes-reservations/00000000-0000-0000-0000-000000000007/annulation"
    fact = {"type": "bookings.BookingCancelled", "data": {"fee_cents": 750}}
    world.services.answer = {"done": {"id": "7", "facts": [fact]}, "position": 17}
    asked = browser("lise").post(address, data={"csrf": "lise"})
    assert asked.status_code == 200 and "7,50" in page(asked).text
    assert [call["preview"] for _, _, _, call in world.services.asked] == ["yes"]
    agreed = browser("lise").post(address, data={"csrf": "lise", "agreed": "1"})
    assert agreed.status_code == 303
    assert "preview" not in world.services.asked[-1][3]


FULL = NoDeskLeft(day=TODAY, start="08:00", end="13:00")


def test_who_comes_too_late_may_wait(browser, page, world):
    world.services.answer = answer(FULL)
    told = page(browser("lise").post("/reserver/la-ferme", data=DESK))
    assert told.all("form", action="/reserver/la-ferme/attente")
    world.services.answer = {"done": {"id": "7", "facts": []}, "position": 17}
    joined = browser("lise").post("/reserver/la-ferme/attente", data=DESK)
    assert joined.headers["Location"] == "/liste-d-attente?fait=attend"
    verb, words = world.services.asked[-1][1:3]
    assert verb == "join_waiting_list"
    assert (words["day"], words["part"]) == (str(TODAY), "morning")
    assert "start" not in words


def test_a_refusal_to_wait_is_said_at_the_form(browser, page, world):
    world.services.answer = answer(PlaceLeft(day=TODAY, start="08:00", end="13:00"))
    told = browser("lise").post("/reserver/la-ferme/attente", data=DESK)
    assert told.status_code == 409 and "Il reste une place" in page(told).text
    assert not page(told).all("form", action="/reserver/la-ferme/attente")


def test_what_waits_for_the_host_is_not_said_to_be_booked(browser, world):
    fact = {"type": "bookings.BookingMade", "data": {"awaits_approval": True}}
    world.services.answer = {"done": {"id": "7", "facts": [fact]}, "position": 17}
    sent = browser("lise").post("/reserver/la-ferme", data=DESK)
    assert sent.headers["Location"] == "/mes-reservations?fait=demande"


def test_a_host_answers_a_request(browser, page, world):
    shown = page(browser("hugo").get("/espaces/la-ferme/demandes"))
    assert "Lise" in shown.text
    form = {"csrf": "hugo", "booking": "00000000-0000-0000-0000-000000000007"}
    for what in ("accord", "refus"):
        sent = browser("hugo").post(f"/espaces/la-ferme/demandes/{what}", data=form)
        assert sent.headers["Location"] == f"/espaces/la-ferme/demandes?fait={what}"
    verbs = [asked[1] for asked in world.services.asked]
    assert verbs == ["approve_booking", "decline_booking"]


def test_a_place_that_is_offered_is_taken_or_left(browser, page, world):
    shown = page(browser("lise").get("/liste-d-attente"))
    assert "proposée à vous" in shown.text
    entry, form = "00000000-0000-0000-0000-00000000000e", {"csrf": "lise", "space_id": str(FERME)}
    form["day"] = str(TODAY)
    for what, verb in (("reservation", "take_offer"), ("depart", "leave_waiting_list")):
        sent = browser("lise").post(f"/liste-d-attente/{entry}/{what}", data=form)
        assert sent.status_code == 303
        assert world.services.asked[-1][1] == verb


def test_a_host_notes_who_came_and_who_did_not(browser, world):
    day = f"/espaces/la-ferme/jour/{TODAY}"
    form = {"csrf": "hugo", "booking": "00000000-0000-0000-0000-000000000007"}
    for what in ("arrivee", "absence"):
        done = browser("hugo").post(f"{day}/{what}", data=form)
        assert done.headers["Location"] == f"{day}?fait={what}"
    assert [asked[1] for asked in world.services.asked] == ["check_in", "record_no_show"]
    assert {asked[2]["day"] for asked in world.services.asked} == {str(TODAY)}


# Signing in and up


def sign_in(client, password="good password", suite="/mon-pass"):
    words = {"email": "lise@example.org", "password": password, "suite": suite}
    return client.post("/connexion", data=words)


def test_signing_in_leads_to_where_somebody_was(browser):
    done = sign_in(browser())
    assert done.status_code == 303 and done.headers["Location"] == "/mon-pass"
    assert "essaim_session=lise" in done.headers["Set-Cookie"]


@pytest.mark.parametrize("suite", ["https://elsewhere.example", "//elsewhere", "/\\x", "x"])
def test_signing_in_never_leads_elsewhere(browser, suite):
    assert sign_in(browser(), suite=suite).headers["Location"] == "/accueil"


def test_a_wrong_password_keeps_the_address_and_not_the_password(browser, page):
    wrong = sign_in(browser(), password="guess number 1")
    assert wrong.status_code == 401 and "guess number 1" not in wrong.text
    seen = page(wrong)
    assert "ne vont pas ensemble" in seen.text
    assert seen.value("email") == "lise@example.org" and seen.value("suite") == "/mon-pass"


def test_too_many_failures_have_to_wait(browser, page):
    client = browser()
    for _ in range(5):
        sign_in(client, password="guess")
    late = sign_in(client)
    assert late.status_code == 429 and late.headers["Retry-After"]
    assert "essais manqués" in page(late).text


def test_signing_in_from_another_site_is_refused(browser):
    elsewhere = browser()
    elsewhere.headers["Sec-Fetch-Site"] = "cross-site"
    assert sign_in(elsewhere).status_code == 403


def test_signing_up_says_all_mistakes_at_once_and_keeps_the_rest(browser, page, world):
    form = {**JOINING, "agreed": "", "residence": ""}
    wrong = browser().post("/inscription", data=form)
    assert wrong.status_code == 422 and world.services.asked == []
    seen = page(wrong)
    marked = {each["name"] for tag, each in seen.elements if each.get("aria-invalid")}
    assert marked == {"agreed", "residence"}
    assert seen.value("given_name") == "Zoé" and world.credentials.joining.asked == []


def test_who_signs_up_is_told_to_look_into_the_mailbox(browser, world):
    done = browser().post("/inscription", data=JOINING | {"suite": "//elsewhere.example"})
    assert done.headers["Location"] == "/inscription?fait=inscription"
    [(details, suite)] = world.credentials.joining.asked
    assert (details["given_name"], details["language"], suite) == ("Zoé", "fr", "/")
    assert world.services.asked == [] and "Set-Cookie" not in done.headers
    assert "boîte aux lettres" in browser().get(done.headers["Location"]).text


def test_signing_out_needs_the_word_too(browser):
    assert browser("lise").post("/deconnexion", data={"csrf": "x"}).status_code == 403
    out = browser("lise").post("/deconnexion", data={"csrf": "lise"})
    assert out.status_code == 303 and 'essaim_session=""' in out.headers["Set-Cookie"]


def test_a_private_address_for_ones_calendar_is_shown_once(browser, page):
    lise = browser("lise")
    assert "secret-of" not in lise.get("/mes-reservations").text
    seen = page(lise.post("/mes-reservations/agenda", data={"csrf": "lise"}))
    [field] = seen.all("input", readonly=None)
    assert field["value"].endswith(f"/calendars/secret-of-{LISE}.ics")
    assert lise.post("/mes-reservations/agenda", data={"csrf": "hugo"}).status_code == 403
    assert browser().post("/mes-reservations/agenda", data={"csrf": ""}).status_code in (303, 403)


def test_how_many_come_is_asked_where_people_may_bring_guests(browser, page, world):
    two = DESK | {"people": "2"}
    browser("lise").post("/reserver/la-ferme", data=two)
    assert world.services.asked[-1][2]["people"] == 2
    shown = page(browser("lise").get("/reserver/la-ferme?ressource=open-space&combien=2"))
    assert shown.value("people") == "2"
    for typed in ("0", "beaucoup", "1.5"):
        back = browser("lise").post("/reserver/la-ferme", data=DESK | {"people": typed})
        assert back.status_code == 422 and page(back).value("people") == typed
    world.services.answer = answer(FULL)
    told = page(browser("lise").post("/reserver/la-ferme", data=two))
    assert told.value("people") == "2"
    world.services.answer = {"done": {"id": "7", "facts": []}, "position": 17}
    browser("lise").post("/reserver/la-ferme/attente", data=two)
    assert world.services.asked[-1][2]["people"] == 2


def test_more_than_there_are_seats_is_said_in_ones_own_language(browser, page, world):
    world.services.answer = answer(TooManyPeople(seats=6, people=8))
    told = page(browser("lise").post("/reserver/la-ferme", data=DESK | {"people": "8"}))
    assert "6 places ici, et 8 personnes" in plain(told.text)
