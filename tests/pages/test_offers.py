"""What suits a wish, told on spaces as the availability view shows them."""

from datetime import date
from uuid import UUID

import pytest

from gateway.pages.offers import Wish, search, towns
from tests.pages.samples import resource

MONDAY = date(2027, 3, 8)
CHIMAY, NAMUR = (50.048, 4.317), (50.467, 4.867)
DESKS = {"morning": 3, "afternoon": 0, "day": 0}
WISH = Wish(MONDAY)


def place(name, *things, town="Chimay", at=CHIMAY, amenities=()):
    """A space and what is free in it, from 8 to 18."""
    about = {"space": UUID(int=abs(hash(name)) % 2**64), "name": name, "town": town}
    where = {"lat": at[0], "lon": at[1], "amenities": list(amenities)}
    free = {"midday": "13:00", "open": [["08:00", "18:00"]], "resources": list(things)}
    return about | where, about | free


def desks(**more):
    prices = {"day_cents": 1500, "half_day_cents": 900}
    return resource("d", "desks", "desks", "Desks", units=5, free_desks=DESKS, **prices) | more


def room(*free, **more):
    spans = [list(span.split("-")) for span in free]
    return resource("r", "room", "room", "Room", seats=8, hour_cents=1500, free=spans) | more


def offers(wish, *places):
    """(space, resource, when, cents) of everything found."""
    spaces, free = zip(*places, strict=True)
    return [
        (each.space["name"], o.resource["code"], o.part or f"{o.start}-{o.end}", o.cents)
        for each in search(list(spaces), list(free), wish)
        for o in each.offers
    ]


def when(wish, thing):
    return [found[2] for found in offers(wish, place("La Ferme", thing))]


def test_a_desk_goes_by_parts_of_a_day_and_costs_what_the_part_costs():
    ferme = place("La Ferme", desks())
    assert offers(WISH._replace(part="morning"), ferme) == [("La Ferme", "desks", "morning", 900)]
    assert offers(WISH._replace(part="afternoon"), ferme) == []
    assert offers(WISH, ferme) == []


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [("09:00", "13:00", ["morning"]), ("13:00", "15:00", []), ("12:00", "13:15", [])],
)
def test_exact_times_ask_for_the_smallest_part_that_has_them(start, end, part):
    assert when(WISH._replace(part="times", start=start, end=end), desks()) == part


def test_so_many_people_sit_together_or_nowhere():
    morning = WISH._replace(part="morning")
    assert when(morning._replace(people=3), desks()) == ["morning"]
    assert when(morning._replace(people=4), desks()) == []
    big = Wish(MONDAY, kind="room", people=8)
    assert when(big, room("08:00-18:00")) and not when(big._replace(people=9), room("08:00-18:00"))
    assert not when(big._replace(people=2), room("08:00-18:00", seats=None))


def test_a_room_shows_the_longest_time_of_the_part_that_was_asked_for():
    busy = room("08:00-10:00", "11:00-14:30", "15:00-15:30")
    assert when(Wish(MONDAY, kind="room"), busy) == ["11:00-14:30"]
    assert when(Wish(MONDAY, "morning", kind="room"), busy) == ["08:00-10:00"]
    assert when(Wish(MONDAY, "afternoon", kind="room"), busy) == ["13:00-14:30"]


def test_a_gap_is_no_offer_unless_it_is_exactly_what_was_asked_for():
    gap = room("15:00-15:30")
    assert when(Wish(MONDAY, kind="room"), gap) == []
    assert when(Wish(MONDAY, "times", "15:00", "15:30", "room"), gap) == ["15:00-15:30"]


def test_exact_times_are_free_from_beginning_to_end():
    asked = Wish(MONDAY, "times", "09:00", "11:00", "room")
    assert when(asked, room("08:00-12:00")) == ["09:00-11:00"]
    assert when(asked, room("08:00-10:30")) == []


def test_what_is_over_today_is_not_offered():
    late = Wish(MONDAY, "morning", now="13:00")
    assert when(late, desks()) == []
    assert when(late._replace(now="12:45"), desks()) == ["morning"]
    rooms = Wish(MONDAY, kind="room", now="15:15")
    assert when(rooms, room("08:00-18:00")) == ["15:15-18:00"]
    assert when(rooms._replace(part="times", start="15:00", end="16:00"), room("08:00-18:00")) == []


def test_what_has_no_price_for_this_cannot_be_booked():
    assert when(WISH._replace(part="morning"), desks(half_day_cents=None)) == []
    assert when(Wish(MONDAY, kind="room"), room("08:00-18:00", hour_cents=None)) == []


def test_an_office_is_let_or_not():
    office = resource("o", "office", "office", "Office", seats=2, month_cents=24000)
    assert offers(Wish(MONDAY, kind="office"), place("A", office | {"let": False}))
    assert not offers(Wish(MONDAY, kind="office"), place("A", office | {"let": True}))


def test_the_nearest_comes_first_and_amenities_are_all_there():
    near = place("Z", room("08:00-18:00"), amenities=["coffee", "parking"])
    far = place("A", room("08:00-18:00"), town="Namur", at=NAMUR, amenities=["coffee"])
    rooms = Wish(MONDAY, kind="room")
    assert [each[0] for each in offers(rooms, near, far)] == ["A", "Z"]
    assert [each[0] for each in offers(rooms._replace(town="Chimay"), near, far)] == ["Z", "A"]
    with_both = rooms._replace(amenities=frozenset({"coffee", "parking"}))
    assert [each[0] for each in offers(with_both, near, far)] == ["Z"]


def test_distances_are_those_of_a_map():
    near, far = place("A", desks()), place("B", room("08:00-18:00"), town="Namur", at=NAMUR)
    [found] = search([near[0], far[0]], [far[1]], Wish(MONDAY, kind="room", town="Chimay"))
    assert found.km == pytest.approx(61, abs=1)
    assert towns([near[0], far[0], near[0]]) == ["Chimay", "Namur"]
