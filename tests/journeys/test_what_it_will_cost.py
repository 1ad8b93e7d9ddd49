"""Before they book, people see the price and how it comes about; it is what they then pay."""

from datetime import timedelta
from uuid import uuid4

import pytest

HOUR, HALF_DAY, DAY = 1250, 3000, 5000
PRICED = ("price_cents", "price_rule", "price_lines", "price_version", "rules_version", "slots")


@pytest.fixture(scope="module")
def space(a_space):
    prices = {"hour_cents": HOUR, "half_day_cents": HALF_DAY, "day_cents": DAY}
    return a_space("Forge", room={"seats": 8, **prices})


@pytest.fixture(scope="module")
def member(somebody, space):
    return somebody(home=space)


@pytest.fixture(scope="module")
def room(space, operator):
    where = f"/v1/spaces/{space.id}/resources/{space.offers['room']}"
    operator.done(f"{where}/booking-rules", {"longest_minutes": 480}, "PUT")
    return {"space_id": space.id, "resource_id": space.offers["room"]}


def at(space, *spans):
    day = str(space.today() + timedelta(days=8))
    return {"times": [{"day": day, "start": start, "end": end} for start, end in spans]}


def test_the_price_is_seen_before_it_is_paid(member, space, room):
    asked = {**room, "person_id": member.id, **at(space, ("08:00", "08:30"), ("09:00", "12:00"))}
    previewed = member.patiently("POST", "/v1/room-bookings/preview", json=asked)
    assert previewed.status_code == 200, previewed.text
    seen = previewed.json()["facts"][0]["data"]
    assert (seen["price_cents"], seen["price_rule"]) == (3625, "hour x 30 min + half-day x 1")
    listed = member.read(f"/v1/persons/{member.id}/bookings")["items"]
    assert listed == [], "what was only looked at was booked"
    booked = member.done("/v1/room-bookings", asked)
    made = booked["facts"][0]["data"]
    assert {name: made[name] for name in PRICED} == {name: seen[name] for name in PRICED}
    shown = member.read(f"/v1/bookings/{booked['id']}")
    assert shown["price_lines"] == seen["price_lines"]
    taken = member.patiently("POST", "/v1/room-bookings/preview", json=asked)
    assert taken.json()["type"] == "/problems/AlreadyBooked"


def test_the_rules_of_the_place_are_shown_and_kept(member, space, room):
    asked = {**room, "person_id": member.id, **at(space, ("13:00", "21:15"))}
    refused = member.patiently("POST", "/v1/room-bookings/preview", json=asked)
    assert refused.json()["type"] == "/problems/TooLong"
    [shown] = [
        each
        for each in member.read(f"/v1/spaces/{space.id}")["resources"]
        if each["resource"] == space.offers["room"]
    ]
    assert shown["rules"] == {
        "version": 1,
        "shortest_minutes": None,
        "longest_minutes": 480,
        "notice_minutes": 0,
        "horizon_days": 366,
        "approval": False,
    }


# Everything that a tariff may have, to the cent


@pytest.fixture(scope="module")
def tariff(a_space, operator, somebody):
    """A desk, a room that costs less from its fourth hour on, coffee, and two screens."""
    desks = {"units": 4, "half_day_cents": 1200, "day_cents": 2000}
    space = a_space("Halle", desks=desks, room={"seats": 12, "hour_cents": 2000})
    here = f"/v1/spaces/{space.id}"
    prices = {"hour_cents": 2000, "tiers": [{"above": 3, "each_cents": 1500}]}
    operator.done(f"{here}/resources/{space.offers['room']}/prices", prices, "PUT")
    coffee = {"name": "Coffee", "per": "person", "cents": 250, "kinds": ["room", "desks"]}
    screen = {"name": "Screen", "per": "hour", "cents": 400, "stock": 2, "kinds": ["room", "desks"]}
    host = somebody(host_of=space)
    host.done(f"{here}/extras/coffee", coffee, "PUT")
    host.done(f"{here}/extras/screen", screen, "PUT")
    operator.done(f"{here}/terms", {"cancellation_hours": 24, "buffer_minutes": 0}, "PUT")
    return space, host, somebody(home=space)


def paid(member, path, asked):
    """The id of what is booked, and what it costs: (cents, rule)."""
    booked = member.done(path, asked)
    shown = member.read(f"/v1/bookings/{booked['id']}")
    assert shown["price_lines"] == booked["facts"][0]["data"]["price_lines"]
    assert shown["price_cents"] == sum(line["cents"] for line in shown["price_lines"])
    return booked["id"], (shown["price_cents"], shown["price_rule"])


def seen_and_paid(member, path, asked):
    """The same, and a preview has said so."""
    previewed = member.patiently("POST", f"{path}/preview", json=asked)
    assert previewed.status_code == 200, previewed.text
    seen = previewed.json()["facts"][0]["data"]
    booked, told = paid(member, path, asked)
    assert told == (seen["price_cents"], seen["price_rule"])
    return booked, told


def test_a_long_meeting_with_coffee_and_a_screen(tariff):
    space, _, member = tariff
    asked = {"space_id": space.id, "resource_id": space.offers["room"], "person_id": member.id}
    asked |= at(space, ("09:00", "14:00")) | {"people": 8}
    asked["extras"] = [{"code": "coffee", "quantity": 8}, {"code": "screen", "quantity": 2}]
    booking, told = seen_and_paid(member, "/v1/room-bookings", asked)
    hours, coffee, screens = 3 * 2000 + 2 * 1500, 8 * 250, 2 * 5 * 400
    rule = "hour x 180 min + hour x 120 min + extra person x 8 + extra hour x 600 min"
    assert told == (hours + coffee + screens, rule)
    desk = {"space_id": space.id, "resource_id": space.offers["desks"], "person_id": member.id}
    day = asked["times"][0]["day"]
    desk |= {"days": [day], "part": "day", "extras": [{"code": "screen", "quantity": 1}]}
    taken = member.patiently("POST", "/v1/desk-bookings", json=desk)
    assert taken.json()["type"] == "/problems/ExtraTaken"
    member.done(f"/v1/bookings/{booking}/cancellation")
    _, told = seen_and_paid(member, "/v1/desk-bookings", desk)
    assert told == (2000 + 24 * 400, "day x 1 + extra hour x 1440 min")


def test_a_pack_is_sold_at_the_counter_and_pays_until_it_is_used_up(tariff, operator):
    space, host, member = tariff
    first = space.today() + timedelta(days=20)
    pack = {"space_id": space.id, "code": "three", "name": "Three halves", "half_days": 3}
    offered = host.done("/v1/packs", {**pack, "cents": 3000, "valid_months": 1})["id"]
    assert member.patiently("POST", "/v1/packs", json=pack).status_code in (403, 422)
    sale = {"pack_id": offered, "person_id": member.id, "start": str(first)}
    sold = host.done(f"/v1/spaces/{space.id}/pack-sales", sale)
    refused = member.patiently("POST", f"/v1/spaces/{space.id}/pack-sales", json=sale)
    assert refused.status_code == 403

    def left():
        [credit] = member.read(f"/v1/persons/{member.id}/credits")["items"]
        return credit["left"], len(credit["uses"])

    desk = {"space_id": space.id, "resource_id": space.offers["desks"], "person_id": member.id}
    days = [{"days": [str(first + timedelta(days=n))], "part": "day"} for n in range(3)]
    path = "/v1/desk-bookings"
    begun, told = seen_and_paid(member, path, desk | days[0])
    assert (told, left()) == ((0, "credit half-day x 2"), (1, 1))
    _, told = seen_and_paid(member, path, desk | days[1])
    assert (told, left()) == ((1200, "credit half-day x 1 + half-day x 1"), (0, 2))
    _, told = seen_and_paid(member, path, desk | days[2])
    assert told == (2000, "day x 1")
    member.done(f"/v1/bookings/{begun}/cancellation")
    assert left() == (2, 1)
    host.done(f"/v1/credits/{sold['id']}/revocation")
    [seen] = host.read(f"/v1/spaces/{space.id}/pack-sales")["items"]
    assert (seen["left"], seen["revoked"], seen["holder"]) == (0, True, "Lise Lambert")
    _, told = seen_and_paid(member, path, desk | days[0])
    assert told == (2000, "day x 1")
    booked = operator.read(f"/v1/persons/{member.id}/bookings")["items"]
    held = [b for b in booked if b["state"] == "booked" and b["first"] >= str(first)]
    assert sum(each["price_cents"] for each in held) == 1200 + 2000 + 2000


@pytest.fixture(scope="module")
def firm(tariff, operator):
    """An organisation to which the member belongs, with two hours in rooms."""
    space, host, member = tariff
    about = {"code": f"firm-{uuid4().hex[:8]}", "name": "Firm", "country": "BE"}
    firm = operator.done("/v1/organisations", {**about, "kind": "company"})["id"]
    operator.done(f"/v1/organisations/{firm}/persons", {"person_id": member.id})
    pack = {"space_id": space.id, "code": "two-hours", "name": "Two hours", "kind": "room"}
    pack |= {"hours": 2, "cents": 3000, "valid_months": 2}
    offered = host.done("/v1/packs", pack)["id"]
    sale = {"pack_id": offered, "organisation_id": firm, "start": str(space.today())}
    host.done(f"/v1/spaces/{space.id}/pack-sales", sale)
    return firm


def test_hours_of_an_organisation_are_used_to_the_minute_then_a_reduction_holds(tariff, firm):
    space, host, member = tariff
    less = [{"customer": "organisation", "percent": 10}, {"customer": "student", "percent": 50}]
    host.done(f"/v1/spaces/{space.id}/reductions", {"reductions": less}, "PUT")
    day = str(space.today() + timedelta(days=12))
    asked = {"space_id": space.id, "resource_id": space.offers["room"], "person_id": member.id}
    asked |= {"times": [{"day": day, "start": "09:00", "end": "12:00"}]}
    booking, told = seen_and_paid(member, "/v1/room-bookings", asked)
    assert told == (1800, "credit hour x 120 min + hour x 60 min + reduction x 10")

    def left():
        found = member.read(f"/v1/persons/{member.id}/credits")["items"]
        return [each["left"] for each in found if each["organisation"] == firm]

    assert left() == [0]
    path = f"/v1/bookings/{booking}/extras"
    wanted = {"extras": [{"code": "screen", "quantity": 1}]}
    seen = member.patiently("POST", f"{path}/preview", json=wanted).json()["facts"][0]["data"]
    member.done(path, wanted)
    shown = member.read(f"/v1/bookings/{booking}")
    assert shown["price_cents"] == seen["price_cents"] == 1800 + 3 * 400
    assert shown["price_lines"] == seen["price_lines"]
    assert [(each["name"], each["quantity"]) for each in shown["extras"]] == [("Screen", 1)]
    member.done(f"/v1/bookings/{booking}/cancellation")
    assert left() == [120]
    host.done(f"/v1/spaces/{space.id}/reductions", {"reductions": []}, "PUT")
