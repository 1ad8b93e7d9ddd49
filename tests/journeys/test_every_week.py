"""Somebody comes every week, in a world with other people, closed days and changes of plan."""

from datetime import timedelta

import pytest


@pytest.fixture(scope="module")
def space(a_space):
    return a_space("Tannerie", desks={"units": 1, "half_day_cents": 900, "day_cents": 1500})


@pytest.fixture(scope="module")
def member(somebody, space):
    return somebody(home=space)


@pytest.fixture(scope="module")
def weeks(space):
    """Eight of them, from next week on."""
    first = space.today() + timedelta(days=7)
    return [first + timedelta(weeks=n) for n in range(8)]


def test_a_series_is_seen_booked_moved_and_cancelled(member, somebody, operator, space, weeks):
    somebody(home=space).books_a_desk(space, str(weeks[2]), part="morning")
    operator.done(f"/v1/spaces/{space.id}/closures", {"day": str(weeks[4]), "reason": "Works"})
    asked = {
        "space_id": space.id,
        "resource_id": space.offers["desks"],
        "person_id": member.id,
        "part": "morning",
        "every": "week",
        "first": str(weeks[0]),
        "until": str(weeks[7]),
    }
    refused = member.patiently("POST", "/v1/desk-series", json=asked)
    assert refused.json()["type"] == "/problems/SeriesClashes"
    assert refused.json()["values"] == {"days": f"{weeks[2]}, {weeks[4]}"}

    would = {**asked, "skip_clashes": True}
    seen = member.patiently("POST", "/v1/desk-series/preview", json=would).json()["facts"]
    clashes = seen[0]["data"]["left_out"]
    assert clashes == [
        {"day": str(weeks[2]), "why": "NoDeskLeft"},
        {"day": str(weeks[4]), "why": "SpaceClosed"},
    ]
    series = member.done("/v1/desk-series", {**asked, "skip": [each["day"] for each in clashes]})
    shown = member.read(f"/v1/series/{series['id']}")
    kept = [str(day) for day in weeks if day not in (weeks[2], weeks[4])]
    assert [(each["day"], each["state"]) for each in shown["bookings"]] == [
        (day, "booked") for day in kept
    ]
    assert [each["why"] for each in shown["left_out"]] == ["asked", "asked"]

    second = shown["bookings"][1]["booking"]
    member.done(f"/v1/bookings/{second}/cancellation")
    member.done(f"/v1/series/{series['id']}/move", {"since": kept[3], "part": "day"})
    member.done(f"/v1/series/{series['id']}/cancellation", {"since": kept[5]})
    after = member.read(f"/v1/series/{series['id']}")["bookings"]
    assert [(each["state"], each["price_cents"]) for each in after] == [
        ("booked", 900),
        ("cancelled", 900),
        ("booked", 900),
        ("booked", 1500),
        ("booked", 1500),
        ("cancelled", 1500),
    ]


def test_a_series_is_nobody_elses_business(member, somebody, visitor, space, weeks):
    asked = {
        "space_id": space.id,
        "resource_id": space.offers["desks"],
        "person_id": member.id,
        "part": "afternoon",
        "every": "fortnight",
        "first": str(weeks[0]),
        "until": str(weeks[0]),
    }
    series = member.done("/v1/desk-series", asked)["id"]
    stranger = somebody()
    for what, words in (("cancellation", {}), ("move", {"part": "day"})):
        answer = stranger.patiently("POST", f"/v1/series/{series}/{what}", json=words)
        assert answer.status_code == 403
    assert stranger.get(f"/v1/series/{series}").status_code == 403
    assert visitor.get(f"/v1/series/{series}").status_code == 401
