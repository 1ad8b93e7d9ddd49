"""Packs of hours in rooms and on machines, and packs of an organisation for its people."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import partial
from uuid import UUID, uuid4

import pytest
from hypothesis import given as whatever
from hypothesis import settings
from hypothesis import strategies as st

from kernel.testing import given
from services.bookings.domain import Credit, Prices, by_the_hour
from tests.bookings.test_credits import FERME, FIRST, LAST, desk, price
from tests.bookings.test_properties import bookings, obey, orders, said_of
from tests.bookings.test_service import MONDAY, TUESDAY, times

ORGANISATION = str(UUID(int=77))


def room(ferme, *spans, day=MONDAY, person=None, name="room", ask=None, **more):
    asked = {"times": times(*(spans or [("09:00", "11:00")]), day=day), **more}
    return (ask or ferme.ask)("book_room", name, person, **asked)


def ten_hours(ferme, holder=None, kind="room", minutes=600, **more):
    return ferme.buys(holder or ferme.ada, kind=kind, minutes=minutes, **more)


# Minutes


def test_each_use_of_minutes_says_what_is_left():
    about = {"person_id": uuid4(), "space_id": FERME, "name": "x", "half_days": 0}
    about |= {"kind": "room", "minutes": 600, "first": FIRST, "last": LAST}
    booking = uuid4()
    given(Credit, partial(Credit.CreditLearned, **about)).when(Credit.use, booking, 90).then(
        partial(Credit.CreditUsed, booking_id=booking, half_days=0, minutes=90, left=510)
    )


def test_what_is_left_of_a_time_costs_what_so_many_minutes_cost():
    prices = Prices(hour_cents=1000, half_day_cents=3000)
    whole = by_the_hour(prices, [240, 60], [240, 15])
    assert (whole.cents, whole.rule) == (750, "hour x 45 min")
    assert by_the_hour(prices, [240], [40]).rule == "half-day x 1"


def test_a_room_is_paid_with_hours_of_a_pack_and_then_with_money(ferme):
    pack = ten_hours(ferme, minutes=150, name="Two and a half")
    asked = {"name": "studio", "people": 4}
    spans = [("09:00", "11:00"), ("13:00", "14:00")]
    seen = room(ferme, *spans, ask=ferme.preview, **asked)
    assert price(seen) == (1250, "credit hour x 150 min + hour x 30 min")
    [line, _] = seen["done"]["facts"][0]["data"]["price_lines"]
    assert (line["quantity"], line["cents"], line["name"]) == (150, 0, "Two and a half")
    assert ferme.left(pack) == 150, "nothing is used by looking"
    assert price(room(ferme, *spans, **asked)) == price(seen)
    assert ferme.left(pack) == 0


def test_hours_of_rooms_pay_for_no_desk_and_no_machine_and_the_other_way_round(ferme):
    hours, days = ten_hours(ferme), ferme.buys(ferme.ada, 4)
    lasers = ten_hours(ferme, kind="machine", minutes=60)
    assert price(desk(ferme, MONDAY))[1] == "credit half-day x 2"
    assert price(room(ferme))[1] == "credit hour x 120 min"
    span = {"times": times(("09:00", "10:30"))}
    assert price(ferme.ask("book_machine", "lasers", **span))[1] == (
        "credit hour x 60 min + hour x 30 min"
    )
    assert [ferme.left(each) for each in (hours, days, lasers)] == [480, 2, 0]


def test_hours_come_back_with_a_move_and_a_cancellation_in_time(ferme):
    pack = ten_hours(ferme)
    booking = room(ferme)["done"]["id"]
    to = {"booking_id": booking, "times": times(("09:00", "09:30"), day=TUESDAY)}
    assert price(ferme.ask("move_booking", **to)) == (0, "credit hour x 30 min")
    assert ferme.left(pack) == 570
    ferme.done("cancel_booking", booking_id=booking)
    assert ferme.left(pack) == 600


def test_a_room_that_is_free_of_charge_takes_no_hours(ferme):
    pack = ten_hours(ferme)
    prices = dict.fromkeys(("half_day_cents", "day_cents", "month_cents")) | {"hour_cents": 0}
    about = {"resource_id": ferme.resource("room"), "version": 2}
    ferme.neighbours.say("spaces.PricesSet", **about, **prices)
    assert price(room(ferme))[0] == 0 and ferme.left(pack) == 600


def test_minutes_are_those_that_pass_also_when_the_clocks_change(ferme):
    hours = [{"weekday": 7, "opens": 0, "closes": 1440}]
    ferme.neighbours.say("spaces.HoursSet", hours=hours)
    pack = ten_hours(ferme)
    room(ferme, ("01:30", "03:30"), day="2026-03-29")
    assert ferme.left(pack) == 540


# Of an organisation


@pytest.fixture
def firm(ferme):
    """Ada and Bob belong to it, Cam does not; it has a day at a desk, and two hours in rooms."""
    for person in (ferme.ada, ferme.bob):
        about = {"person_id": person}
        ferme.neighbours.say("members.PersonJoinedOrganisation", ORGANISATION, **about)
    ferme.days = ferme.buys(ORGANISATION, 2)
    ferme.hours = ten_hours(ferme, ORGANISATION, minutes=120)
    return ferme


def test_whoever_belongs_to_an_organisation_uses_its_packs(firm):
    assert price(desk(firm, MONDAY, part="morning", person=firm.bob))[1] == "credit half-day x 1"
    assert price(desk(firm, MONDAY))[1] == "credit half-day x 1 + half-day x 1"
    assert price(desk(firm, TUESDAY, person=firm.cam))[1] == "day x 1"
    assert price(room(firm, person=firm.bob))[1] == "credit hour x 120 min"
    assert (firm.left(firm.days), firm.left(firm.hours)) == (0, 0)


def test_whoever_has_left_uses_them_no_more_and_what_was_booked_stays(firm):
    booked = desk(firm, MONDAY)["done"]["id"]
    firm.neighbours.say("members.PersonLeftOrganisation", ORGANISATION, person_id=firm.ada)
    assert firm.left(firm.days) == 0
    to = {"booking_id": booked, "days": [TUESDAY], "part": "day"}
    assert price(firm.ask("move_booking", **to))[1] == "day x 1"
    assert firm.left(firm.days) == 2, "it went back to those who belong to it"


def test_of_ones_own_and_the_organisations_the_one_that_ends_soonest_is_used_first(firm):
    soon = firm.buys(firm.ada, 1, last="2026-04-30", name="Own")
    told = desk(firm, MONDAY)["done"]["facts"][0]["data"]["price_lines"]
    assert [line["name"] for line in told] == ["Own", "Pack"]
    assert (firm.left(soon), firm.left(firm.days)) == (0, 1)


def test_a_pack_of_an_organisation_that_was_taken_back_pays_no_more(firm):
    firm.neighbours.say("members.CreditRevoked", firm.days)
    assert price(desk(firm, MONDAY))[1] == "day x 1"


def test_two_of_an_organisation_at_once_never_use_more_than_there_is(firm):
    days = [f"2026-03-{n:02d}" for n in (2, 3, 4, 5)]
    asked = [(day, person) for day in days for person in (firm.ada, firm.bob)]
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda a: room(firm, day=a[0], person=a[1]), asked))
    done = [each for each in answers if "done" in each]
    assert len(done) == 4
    assert sorted(price(each)[0] for each in done) == [0, 2500, 2500, 2500]
    assert firm.left(firm.hours) == 0


# Whatever people ask

HOURLY = {"room": 1250, "studio": 2500, "lasers": 1200, "printers": 800}


def with_packs(ferme, minutes):
    """Ada has hours of her own, and shares others with Bob; she learned her trade."""
    for person in (ferme.ada, ferme.bob):
        about = {"person_id": person}
        ferme.neighbours.say("members.PersonJoinedOrganisation", ORGANISATION, **about)
    sold = [
        ("own", ferme.ada, "room", minutes[0]),
        ("shared", ORGANISATION, "room", minutes[1]),
        ("machines", ORGANISATION, "machine", minutes[2]),
    ]
    return {
        name: (ten_hours(ferme, holder, kind, many, name=name), many)
        for name, holder, kind, many in sold
    }


some = st.lists(st.integers(1, 40).map(lambda n: 15 * n), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@whatever(orders, some)
def test_balances_are_what_bookings_hold_and_every_minute_is_paid_once(new_ferme, orders, minutes):
    ferme = new_ferme()
    packs = with_packs(ferme, minutes)
    obey(ferme, orders)
    held = dict.fromkeys(packs, 0)
    code = {ferme.resource(each): each for each in HOURLY}
    for data in said_of(ferme).values():
        if data["kind"] == "desk":
            continue
        by_pack = [each for each in data["price_lines"] if each["unit"] == "credit hour"]
        by_money = [each for each in data["price_lines"] if each["unit"] == "hour"]
        for line in by_pack:
            assert line["cents"] == 0 and data["person_id"] != ferme.cam
            assert data["person_id"] == ferme.ada or line["name"] != "own"
            held[line["name"]] += line["quantity"]
        asked = sum(slot["end"] - slot["start"] for slot in data["slots"])
        assert sum(line["quantity"] for line in by_pack + by_money) == asked
        hourly = HOURLY[code[data["resource_id"]]]
        exact = [Fraction(hourly * line["quantity"], 60) for line in by_money]
        assert data["price_cents"] == sum(int(each + Fraction(1, 2)) for each in exact)
    for name, (credit, many) in packs.items():
        assert ferme.left(credit) == many - held[name] >= 0


@settings(max_examples=60, deadline=None)
@whatever(orders, bookings, some)
def test_what_is_previewed_with_hours_is_what_is_then_paid(new_ferme, orders, next_, minutes):
    ferme = new_ferme()
    with_packs(ferme, minutes)
    obey(ferme, orders)
    verb, resource, who, words = next_
    asked = verb, resource, getattr(ferme, who)
    previewed, happened = ferme.preview(*asked, **words), ferme.ask(*asked, **words)
    assert previewed.get("refused") == happened.get("refused")
    if "done" in happened:
        told = [
            [(each["type"], each["data"].get("left")) for each in answer["done"]["facts"]]
            for answer in (previewed, happened)
        ]
        assert told[0] == told[1] and price(previewed) == price(happened)
