"""Wrong addresses, wrong headers, wrong people: the right 4xx, as a problem, nothing recorded."""

import re

import pytest

from tests.journeys.problems import DESK, INSIDE, names, nothing_recorded, problem
from tests.journeys.story import Story
from tests.place import in_days


@pytest.fixture(scope="module")
def story(network):
    return Story(network)


@pytest.fixture(scope="module")
def stranger(network):
    """A member who has nothing to do with the rest."""
    somebody = network.invite("member")
    client = network.client(somebody["token"])
    client.person = somebody["person"]
    return client


@pytest.fixture(autouse=True)
def nothing_is_recorded(story, stranger):
    with nothing_recorded(story):
        yield


@pytest.fixture
def desk(story):
    return story.place.desk_for(story.person, 300)


# Addresses


@pytest.mark.parametrize(
    "path",
    ["/v1/desks", "/v1/desk-bookings/", "/v2/spaces", "/v1//spaces", "/v1/spaces/%2e%2e/%2e%2e"],
)
def test_an_address_where_there_is_nothing(story, path):
    for method in ("GET", "POST"):
        problem(story.client.request(method, path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", DESK, "POST"),
        ("DELETE", "/v1/spaces", "GET, HEAD, POST"),
        ("PATCH", "/v1/bookings/7", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("TRACE", "/v1/events", "GET, HEAD"),
        ("OPTIONS", "/v1/events", "GET, HEAD"),
    ],
)
def test_a_method_that_means_nothing(story, method, path, allowed):
    answer = story.client.request(method, path)
    problem(answer, 405)
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/bookings/nonsense", "booking_id"),
        ("/v1/bookings/%00", "booking_id"),
        ("/v1/bookings/%ff%fe", "booking_id"),
        ("/v1/spaces/{space_id}/days/2026-02-30", "day"),
        ("/v1/spaces/{space_id}/weeks/2026-03-03", "monday"),
        ("/v1/spaces/{space_id}?colour=red", "colour"),
        ("/v1/spaces?country=BE&country=FR", "country"),
        ("/v1/spaces?country=%00", "country"),
        ("/v1/availability", "day"),
        ("/v1/events?after=nonsense", "after"),
        ("/v1/events?after=99999999999999999999", "after"),
        ("/v1/events?after=-", "after"),
        ("/v1/events?after=%00", "after"),
        ("/v1/events?after=1,2,3", "after"),
        ("/v1/spaces?after=17", "after"),
        ("/v1/spaces?after=a,b", "after"),
        ("/v1/events?after=" + "x" * 600, "after"),
        ("/v1/events?limit=0", "limit"),
        ("/v1/events?limit=201", "limit"),
        ("/v1/events?limit=many", "limit"),
        ("/v1/events?limit=" + "9" * 5000, "limit"),
        ("/v1/persons/{person_id}/work-days?year=1e3", "year"),
    ],
)
def test_an_address_that_makes_no_sense(story, path, field):
    names(story.client.get(path.format_map(story.words)), field)


def test_words_belong_in_the_body_and_nowhere_else(story, desk):
    names(story.operator.post(f"{DESK}?part=morning", desk), "part")
    path = f"/v1/bookings/{story.words['booking_id']}/cancellation"
    names(story.client.post(path, {"booking_id": story.words["booking_id"]}), "booking_id")


@pytest.mark.parametrize("after", ["5000000", "9223372036854775807"])
def test_a_cursor_past_the_end_finds_nothing_yet(story, after):
    page = story.operator.read("/v1/events", after=after)
    assert page == {"items": [], "next": after}


# Headers


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Position", "bookings"),
        ("Position", "weather=3"),
        ("Position", "bookings=-1"),
        ("Position", "bookings=" + "9" * 40),
        ("Idempotency-Key", ""),
        ("Idempotency-Key", "two words"),
        ("Idempotency-Key", "x" * 256),
    ],
)
def test_a_header_that_makes_no_sense(story, desk, header, value):
    problem(story.client.post(DESK, desk, headers={header: value}), 400)


def test_a_position_that_nobody_has_reached(story):
    answer = story.client.get("/v1/spaces", headers={"Position": "spaces=900000000"})
    assert problem(answer, 412)["type"] == "/problems/not-yet"
    assert answer.headers["Retry-After"]


# People


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer essaim_forged", "Bearer", "Bearer essaim_a b", "Basic b3BlcmF0b3I6", "x"],
)
def test_whoever_has_no_good_token_must_sign_in(network, story, desk, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    visitor = network.client()
    for answer in (
        visitor.post(DESK, desk, headers=headers),
        visitor.get("/v1/events", headers=headers),
    ):
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_is_worth_nothing(network, story, desk):
    issued = story.client.done("/v1/tokens", {"label": "for a moment"})
    partner = network.client(issued["token"])
    names(partner.post(DESK), "days")
    story.client.done(f"/v1/tokens/{issued['token_id']}", method="DELETE")
    problem(partner.post(DESK, desk), 401)


def test_somebody_elses_things_are_not_ours(story, stranger, desk):
    booking = f"/v1/bookings/{story.words['booking_id']}"
    forbidden = [
        stranger.post(DESK, desk),
        stranger.get(booking),
        stranger.post(f"{booking}/cancellation"),
        stranger.post(f"{booking}/check-in"),
        stranger.post(f"{booking}/no-show", {"day": in_days(10)}),
        stranger.post(f"{booking}/move", {"days": [in_days(11)], "part": "day"}),
        stranger.get(f"/v1/persons/{story.person}"),
        stranger.get(f"/v1/persons/{story.person}/bookings"),
        stranger.get(f"/v1/persons/{story.person}/work-days?year=2026"),
        stranger.post(f"/v1/persons/{stranger.person}/roles", {"role": "operator"}),
        stranger.request(
            "PUT", f"/v1/spaces/{story.place.space}/holidays", json={"observed": True}
        ),
        stranger.get("/v1/events"),
    ]
    for answer in forbidden:
        assert problem(answer, 403)["type"] == "/problems/not-allowed", answer.url


def test_things_that_do_not_exist(story):
    nothing = "00000000-0000-4000-8000-000000000000"
    for answer in (
        story.client.get(f"/v1/spaces/{nothing}"),
        story.operator.post(f"/v1/bookings/{nothing}/cancellation"),
        story.operator.post(f"/v1/plans/{nothing}/withdrawal"),
        story.client.get("/espaces/no-such-place"),
        story.client.get("/espaces/%00"),
    ):
        problem(answer, 404)


def test_a_page_says_it_in_words_for_people(story):
    answer = story.browser.get("/espaces/no-such-place", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert not INSIDE.search(re.sub(r"<[^>]+>", "", answer.text))
