"""Whatever is said: the right 4xx, as a problem that says what is wrong, and nothing recorded."""

import json

import pytest

from tests.journeys.problems import DESK, names, nothing_recorded, problem
from tests.journeys.story import Story
from tests.place import in_days

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def story(network):
    return Story(network)


@pytest.fixture(autouse=True)
def nothing_is_recorded(story):
    with nothing_recorded(story):
        yield


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
