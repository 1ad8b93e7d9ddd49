"""Commands, questions and positions, between a partner and what is behind the door."""

import json
from uuid import UUID

import pytest

from gateway.questions import Page
from gateway.views.agenda import ListBookings
from gateway.views.directory import SeeSpace
from tests.gateway.fakes import ELSEWHERE, ME

DESK = {
    "space_id": str(ELSEWHERE),
    "resource_id": str(UUID(int=3)),
    "person_id": str(ME),
    "days": ["2031-03-03"],
    "part": "day",
}


def book(partner, **headers):
    return partner.post("/v1/desk-bookings", "member", json=DESK, headers=headers)


def test_a_command_goes_to_its_service_in_the_name_of_the_caller(partner, services):
    answer = book(partner)
    assert answer.status_code == 201
    assert answer.json() == {"id": str(UUID(int=99)), "facts": []}
    ((service, verb, words, call),) = services.asked
    assert (service, verb, words) == ("bookings", "book_desk", DESK)
    assert (call["partner"], call["after"]) == (str(ME), None)


def test_what_would_happen_is_asked_by_the_same_rules_and_without_a_name(partner, services):
    services.answer = {"done": {"id": "x", "facts": [{"type": "bookings.BookingMade"}]}}
    answer = partner.post("/v1/desk-bookings/preview", "member", json=DESK)
    assert (answer.status_code, answer.json()) == (
        200,
        {"facts": [{"type": "bookings.BookingMade"}]},
    )
    assert "Position" not in answer.headers
    ((service, verb, words, call),) = services.asked
    assert (service, verb, words) == ("bookings", "book_desk", DESK)
    assert (call["preview"], "command" in call) == ("yes", False)
    others = DESK | {"person_id": str(ELSEWHERE)}
    assert partner.post("/v1/desk-bookings/preview", "member", json=others).status_code == 403
    assert partner.post("/v1/persons/preview", "member", json={}).status_code in (404, 405)


def test_only_what_is_new_is_created(partner):
    assert (
        partner.request(
            "PUT", f"/v1/spaces/{ELSEWHERE}/hours", "operator", json={"hours": []}
        ).status_code
        == 200
    )


def test_a_key_is_the_callers_own_and_the_messages_own(partner, services):
    book(partner, **{"Idempotency-Key": "k1"})
    assert services.asked[0][-1]["command"] == f"{ME}/book_desk/k1"


def test_every_command_has_a_name_of_its_own_that_is_no_clients_key(partner, services):
    """So what a broker delivers twice, as its service died too early, is done once."""
    book(partner)
    book(partner)
    first, second = (each[-1]["command"] for each in services.asked)
    assert first != second
    for command in (first, second):
        by, verb, key = command.split("/")
        assert (by, verb) == (str(ME), "book_desk")
        assert book(partner, **{"Idempotency-Key": key}).status_code == 400


def test_positions_add_up_so_that_the_latest_one_says_it_all(partner, services, views):
    answer = book(partner, Position="members=4, bookings=3")
    assert answer.headers["Position"] == "bookings=17, members=4"
    assert json.loads(services.asked[0][-1]["after"]) == {"members": 4, "bookings": 3}
    assert views.heard == {"bookings": 17}


def test_an_order_that_recorded_nothing_reaches_no_further(partner, services):
    services.answer = {"done": {"id": "x", "facts": []}, "position": None}
    assert "Position" not in book(partner).headers
    assert book(partner, Position="members=4").headers["Position"] == "members=4"


def test_a_read_waits_for_what_its_reader_has_seen(partner, views):
    assert partner.get("/v1/spaces", headers={"Position": "spaces=7"}).status_code == 200
    assert views.seen == {"spaces": 7}


def test_a_view_that_is_late_gives_no_old_answer(partner, views):
    views.level = False
    answer = partner.get("/v1/spaces", headers={"Position": "spaces=7"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (412, "1")
    assert not views.asked


def test_a_person_with_a_browser_is_shown_what_is_there(partner, views):
    views.level = False
    cookie = {"Cookie": "essaim_position=bookings=17+members=4"}
    assert partner.get("/v1/spaces", headers=cookie).status_code == 200
    assert views.seen == {"bookings": 17, "members": 4}


def test_words_of_a_question_arrive_understood(partner, views):
    path = f"/v1/persons/{ME}/work-days"
    assert partner.get(path, "member", params={"year": "2026"}).status_code == 200
    (_, words, _) = views.asked[0]
    assert words == {"person_id": ME, "year": 2026}


def test_a_page_is_asked_for_beside_the_words(partner, views):
    views.found = {"items": [], "next": None}
    partner.get(f"/v1/persons/{ME}/bookings", "member", params={"after": "x", "limit": "2"})
    ((question, words, page),) = views.asked
    assert question is ListBookings
    assert page == {"after": "x", "limit": 2} and not words.keys() & page.keys()
    assert page.keys() == Page().fields.keys()


def test_a_question_without_an_answer_is_404(partner, views):
    views.found = None
    assert partner.get(f"/v1/spaces/{ELSEWHERE}").status_code == 404
    assert views.asked[0][0] is SeeSpace


def test_who_has_the_answer_is_not_sent_it_again(partner, views):
    first = partner.get("/v1/spaces")
    for known in (first.headers["ETag"], f'W/{first.headers["ETag"]}, "other"', "*"):
        again = partner.get("/v1/spaces", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    views.found = {"name": "another"}
    changed = partner.get("/v1/spaces", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200 and changed.headers["ETag"] != first.headers["ETag"]


def test_what_only_some_may_read_is_kept_by_nobody_on_the_way(partner, views):
    assert partner.get("/v1/spaces").headers["Cache-Control"] == "no-cache"
    private = partner.get(f"/v1/persons/{ME}", "member")
    assert private.headers["Cache-Control"] == "private, no-cache"
    assert book(partner).headers["Cache-Control"] == "no-store"


# Browsers


COOKIE = {"Cookie": "essaim_session=browser"}


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "X-CSRF-Token": "word"}, False),
        ({"Origin": "http://essaim.example"}, True),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "null"}, False),
        ({"X-CSRF-Token": "word"}, True),
        ({"X-CSRF-Token": "another"}, False),
        ({}, False),
    ],
)
def test_another_site_cannot_give_orders_with_somebodys_cookie(partner, services, headers, ours):
    answer = partner.post("/v1/desk-bookings", json=DESK, headers=COOKIE | headers)
    assert answer.status_code == (201 if ours else 403)
    assert bool(services.asked) is ours


def test_reading_with_a_cookie_needs_no_word_and_an_old_cookie_is_a_visitor(partner):
    assert partner.get("/v1/me", headers=COOKIE).status_code == 200
    old = {"Cookie": "essaim_session=over"}
    assert partner.get("/v1/me", headers=old).status_code == 401
    assert partner.get("/v1/spaces", headers=old).status_code == 200


# Health


def test_a_process_lives_whatever_is_away(partner, services):
    services.answer = TimeoutError()
    assert partner.get("/healthz").status_code == 200


def test_ready_is_when_every_service_says_how_far_it_is(partner, services):
    answer = partner.get("/readyz")
    assert (answer.status_code, answer.json()["bookings"]["position"]) == (200, 3)
    assert {verb for _, verb, *_ in services.asked} == {"health"}
    services.answer = TimeoutError()
    missing = partner.get("/readyz")
    assert (missing.status_code, missing.json()["bookings"]) == (503, "away")
    assert missing.headers["Retry-After"]
