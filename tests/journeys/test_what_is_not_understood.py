"""Whatever is sent: the right 4xx, as a problem that says what is wrong, and nothing recorded."""

import json
import re

import pytest

from tests.journeys.story import Story
from tests.place import in_days

JSON = {"Content-Type": "application/json"}
INSIDE = re.compile(
    r'Traceback|File "|psycopg|SELECT |INSERT |sqlstate|postgres|amqp|nameko|kombu|marshmallow'
    r"|starlette|msgspec|eventsourcing|Exception|Error\b|object at 0x",
    re.IGNORECASE,
)
DESK = "/v1/desk-bookings"


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
    before = recorded(story)
    yield
    assert recorded(story) == before


def recorded(story):
    """How far each log has come, and where the feed ends."""
    states = story.operator.read("/readyz")
    logs = {name: state["position"] for name, state in states.items() if "position" in state}
    assert len(logs) == 5
    end = story.end = feed_from(story, getattr(story, "end", ""))
    return logs, end


def feed_from(story, after):
    while (page := story.operator.read("/v1/events", after=after, limit=200))["items"]:
        after = page["next"]
    return after


def problem(answer, status):
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:300]}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not INSIDE.search(answer.text), answer.text
    told = answer.json()
    assert told["status"] == status and told["type"] and told["title"]
    return told


def names(answer, field):
    """Words that make no sense: the problem says which ones, and why."""
    told = problem(answer, 422)
    assert told["type"] == "/problems/invalid-words"
    assert told["errors"].get(field), told["errors"]


@pytest.fixture
def desk(story):
    return story.place.desk_for(story.person, 300)


# Words


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "red"),
        ("price_cents", 0),
        ("BookingMade", {"price_cents": 0}),
        ("type", "bookings.NoSuchEvent"),
        ("space_id", 7),
        ("space_id", None),
        ("resource_id", "the one at the window"),
        ("person_id", ["a", "b"]),
        ("part", 1),
        ("part", True),
        ("part", "evening"),
        ("part", {"from": "morning"}),
        ("days", "tomorrow"),
        ("days", 20260302),
        ("days", []),
        ("days", [None]),
        ("days", ["2027-02-29"]),
        ("days", ["2026-03-02T09:00:00Z"]),
        ("days", ["2027-01-01"] * 2),
        ("days", [f"2027-01-{n:02d}" for n in range(1, 32)] + ["2027-02-01"]),
        ("days", [[[["2027-01-01"]]]]),
        ("part", "morning\0"),
        ("pa\0rt", "morning"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(story, desk, field, value):
    names(story.operator.post(DESK, {**desk, field: value}), field)


@pytest.mark.parametrize("field", ["space_id", "resource_id", "person_id", "days", "part"])
def test_a_field_that_is_missing_is_named(story, desk, field):
    del desk[field]
    names(story.operator.post(DESK, desk), field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lat", "50.1"),
        ("lat", True),
        ("lat", 90.5),
        ("planned", "yes"),
        ("planned", 1),
        ("code", "Not A Code"),
        ("code", "a\n"),
        ("timezone", "Europe/Chimay"),
        ("name", 5),
        ("name", "x" * 201),
        ("name", "a\0b"),
        ("languages", "fr"),
        ("languages", ["french"]),
        ("country", "Belgium"),
    ],
)
def test_what_is_nearly_right_is_not_bent_into_shape(story, field, value):
    space = {
        "code": "never-opened",
        "name": "Never opened",
        "operator_id": story.place.organisation,
        "town": "Chimay",
        "country": "BE",
        "timezone": "Europe/Brussels",
        "lat": 50.048,
        "lon": 4.317,
    }
    names(story.operator.post("/v1/spaces", {**space, field: value}), field)


@pytest.mark.parametrize("value", [10**30, -(10**30), -1, 0, 25, 1.5, "3", True, None])
def test_numbers_have_limits(story, value):
    office = {
        "space_id": story.place.space,
        "resource_id": story.place.offers["office"],
        "person_id": story.person,
        "first_month": in_days(300)[:7],
        "months": value,
    }
    names(story.operator.post("/v1/office-bookings", office), "months")


@pytest.mark.parametrize(
    "times",
    [
        {"start": "9:00"},
        {"start": "25:00"},
        {"end": 600},
        {"start": "09:07"},
        {"end": "08:00"},
        {"seats": 4},
    ],
)
def test_fields_inside_of_fields_are_named_too(story, times):
    room = story.place.room_for(story.person, 300)
    room["times"][0] |= times
    answer = story.operator.post("/v1/room-bookings", room)
    names(answer, "times")
    assert answer.json()["errors"]["times"]["0"].keys() == times.keys()


# Bodies


@pytest.mark.parametrize(
    "body",
    [
        b'{"part": "morning"',
        b'{"part": morning}',
        b"{'part': 'morning'}",
        b"[]",
        b'"morning"',
        b"null",
        b"7",
        b'{"part": "morning", "part": "afternoon"}',
        b'{"times": [{"day": "2027-01-01", "day": "2027-01-02"}]}',
        b'{"part": "\\ud800"}',
        b'{"part": "\xe9"}',
        b'\xef\xbb\xbf{"part": "morning"}',
        b'{"months": NaN}',
        b'{"months": Infinity}',
        b'{"months": 1e400}',
        b'{"months": ' + b"9" * 5000 + b"}",
        b'{"days": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"a": ' * 20_000 + b"1" + b"}" * 20_000,
        b"\0",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_not_json_is_not_guessed(story, body):
    problem(story.client.request("POST", DESK, content=body, headers=JSON), 400)


def test_deep_nesting_is_understood_to_be_nonsense(story, desk):
    deep = b'{"days": ' + b"[" * 200 + b"]" * 200 + b"}"
    names(story.client.request("POST", DESK, content=deep, headers=JSON), "days")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "json", ""]
)
def test_only_json_is_json(story, desk, kind):
    headers = {"Content-Type": kind}
    answer = story.client.request("POST", DESK, content=json.dumps(desk), headers=headers)
    problem(answer, 415)
    assert answer.headers["Accept"] == "application/json"


def test_a_flood_is_stopped(network, story):
    """Announced, and in chunks. On a connection of its own, which does not survive it."""
    flood = b'{"part": "' + b"x" * 10_000_000 + b'"}'
    pieces = (flood[at : at + 65536] for at in range(0, len(flood), 65536))
    for body in (flood, pieces):
        client = network.client(story.token)
        problem(client.request("POST", DESK, content=body, headers=JSON), 413)
    names(story.client.post(DESK), "days")


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
