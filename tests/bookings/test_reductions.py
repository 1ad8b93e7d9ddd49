"""What some kinds of customers pay less: of their own place alone, and as a line of the price."""

from fractions import Fraction

import pytest
from hypothesis import given as whatever
from hypothesis import settings
from hypothesis import strategies as st

from services.bookings.domain import Reduction, reduced
from tests.bookings.test_credits import desk, price
from tests.bookings.test_extras import offer, room, wants
from tests.bookings.test_properties import bookings, obey, orders, said_of
from tests.bookings.test_service import MONDAY, TUESDAY

COMPANY = "00000000-0000-0000-0000-00000000004d"


def reduce(ferme, **percents):
    said = [{"customer": c.replace("_", "-"), "percent": n} for c, n in percents.items()]
    ferme.neighbours.say("spaces.ReductionsSet", version=1, reductions=said)


def is_now(ferme, person, status):
    ferme.neighbours.say("members.SituationChanged", person, status=status)


@pytest.fixture
def ada(ferme):
    is_now(ferme, ferme.ada, "student")
    return ferme.ada


# The rule


def test_the_largest_that_fits_holds_and_half_a_cent_goes_up():
    said = [Reduction("student", 20), Reduction("organisation", 30), Reduction("employee", 50)]
    [line] = reduced(1005, said, {"student", "organisation"})
    assert (line.unit, line.quantity, line.cents, line.name) == (
        "reduction",
        30,
        -302,
        "organisation",
    )
    assert line.rule() == "reduction x 30"


def test_nobody_pays_less_who_is_not_meant_and_nothing_of_nothing():
    said = [Reduction("student", 20)]
    assert reduced(1000, said, {"employee"}) == reduced(0, said, {"student"}) == []


# At work


def test_a_student_pays_less_and_the_preview_says_so_line_by_line(ferme, ada):
    reduce(ferme, student=20)
    seen = desk(ferme, MONDAY, ask=ferme.preview)
    assert price(seen) == (1200, "day x 1 + reduction x 20")
    *_, line = seen["done"]["facts"][0]["data"]["price_lines"]
    assert (line["cents"], line["name"]) == (-300, "student")
    assert price(desk(ferme, MONDAY)) == price(seen)
    assert price(desk(ferme, MONDAY, person=ferme.bob)) == (1500, "day x 1")
    is_now(ferme, ada, "employee")
    assert price(desk(ferme, TUESDAY)) == (1500, "day x 1")


def test_rooms_machines_and_offices_cost_less_too_and_extras_do_not(ferme, ada):
    reduce(ferme, student=10)
    offer(ferme)
    booked = room(ferme, extras=wants(screen=1))
    assert price(booked) == (2250 + 500, "hour x 120 min + reduction x 10 + extra x 1")
    let = ferme.ask("book_office", "office", first_month="2026-03", months=2)
    assert price(let) == (43200, "month x 2 + reduction x 10")
    changed = ferme.ask("change_extras", booking_id=booked["done"]["id"], extras=[])
    assert price(changed) == (2250, "hour x 120 min + reduction x 10")


def test_guests_pay_the_list_price(ferme, ada):
    reduce(ferme, student=20)
    asked = {"days": [MONDAY], "part": "day", "people": 2}
    assert price(ferme.ask("book_desk", "desks", **asked))[0] == 2 * 1500 - 300


def test_who_subscribes_pays_less_from_the_day_on_which_she_does(ferme):
    reduce(ferme, subscriber=50)
    ferme.subscribes(ferme.ada, included_days=0, start=TUESDAY)
    assert price(desk(ferme, MONDAY)) == (1500, "day x 1")
    assert price(desk(ferme, TUESDAY)) == (750, "day x 1 + reduction x 50")


def test_who_belongs_to_an_organisation_pays_less_until_she_leaves(ferme):
    reduce(ferme, organisation=10, independent=5)
    ferme.neighbours.say("members.PersonJoinedOrganisation", COMPANY, person_id=ferme.ada)
    assert price(desk(ferme, MONDAY))[0] == 1350
    ferme.neighbours.say("members.PersonLeftOrganisation", COMPANY, person_id=ferme.ada)
    assert price(desk(ferme, TUESDAY))[0] == 1425


def test_what_a_pack_pays_is_not_reduced_again(ferme, ada):
    reduce(ferme, student=20)
    ferme.buys(ada, 3)
    assert price(desk(ferme, MONDAY, TUESDAY)) == (
        720,
        "credit half-day x 3 + half-day x 1 + reduction x 20",
    )


def test_what_is_booked_keeps_its_price_until_it_is_moved(ferme, ada):
    booked = desk(ferme, MONDAY)["done"]["id"]
    reduce(ferme, student=20)
    moved = ferme.ask("move_booking", booking_id=booked, days=[TUESDAY], part="day")
    assert price(moved)[0] == 1200
    reduce(ferme)
    assert price(desk(ferme, MONDAY)) == (1500, "day x 1")


# Whatever people ask


@settings(max_examples=60, deadline=None)
@whatever(orders, bookings, st.integers(1, 100))
def test_a_price_is_its_lines_never_below_nothing_and_as_previewed(
    new_ferme, orders, next_, percent
):
    ferme = new_ferme()
    is_now(ferme, ferme.ada, "student")
    reduce(ferme, student=percent)
    ferme.buys(ferme.ada, 2)
    obey(ferme, orders)
    for data in said_of(ferme).values():
        lines = data["price_lines"]
        assert data["price_cents"] == sum(line["cents"] for line in lines) >= 0
        less = [line for line in lines if line["unit"] == "reduction"]
        assert len(less) <= (data["person_id"] == ferme.ada)
        whole = sum(line["cents"] for line in lines if line not in less)
        if less and data["people"] == 1:
            assert -less[0]["cents"] == int(Fraction(percent * whole, 100) + Fraction(1, 2))
    verb, resource, who, words = next_
    asked = verb, resource, getattr(ferme, who)
    previewed, happened = ferme.preview(*asked, **words), ferme.ask(*asked, **words)
    assert previewed.get("refused") == happened.get("refused")
    if "done" in happened:
        assert price(previewed) == price(happened)
