"""Half-days of packs: used after those of a membership and before money, and never below zero."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from uuid import UUID, uuid4

import pytest
from hypothesis import given as whatever
from hypothesis import settings
from hypothesis import strategies as st

from kernel.testing import ANY, given
from services.bookings.domain import Credit, Spending
from tests.bookings.test_properties import bookings, obey, orders, said_of
from tests.bookings.test_service import MONDAY, TUESDAY, WEDNESDAY, times

ADA, FERME, ABROAD, BOOKING = (uuid4() for _ in range(4))
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def learned(half_days=4, space_id=FERME, first=FIRST, last=LAST, name="Pack"):
    about = {"person_id": ADA, "space_id": space_id, "name": name, "half_days": half_days}
    return partial(Credit.CreditLearned, **about, first=first, last=last)


def used(half_days, left, booking=BOOKING):
    return partial(Credit.CreditUsed, booking_id=booking, half_days=half_days, left=left)


def test_each_use_says_what_is_left():
    given(Credit, learned(4)).when(Credit.use, BOOKING, 3).then(used(3, 1))


def test_what_is_given_back_is_there_again():
    returned = partial(Credit.CreditReturned, booking_id=BOOKING, left=4)
    given(Credit, learned(4), used(3, 1)).when(Credit.give_back, BOOKING).then(returned)
    given(Credit, learned(4)).when(Credit.give_back, BOOKING).then()


def test_it_is_good_from_its_first_day_to_its_last_in_its_space():
    credit = given(Credit, learned()).aggregate
    days = (date(2025, 12, 31), FIRST, LAST, date(2027, 1, 1))
    assert [credit.is_good(FERME, day) for day in days] == [False, True, True, False]
    assert not credit.is_good(ABROAD, FIRST)
    assert given(Credit, learned(space_id=None)).aggregate.is_good(ABROAD, FIRST)
    credit.learn_revocation()
    assert not credit.is_good(FERME, FIRST)


def several(*facts):
    found = [given(Credit, *each).aggregate for each in facts]
    for n, each in enumerate(found, 1):
        each._id = UUID(int=n)
    return found


def needed(*half_days):
    return [(date(2026, 3, n), each) for n, each in enumerate(half_days, 2)]


def test_the_credit_that_ends_soonest_is_used_first():
    late, soon = several([learned(4, name="late")], [learned(3, last=date(2026, 3, 31), name="s")])
    spending = Spending([late, soon], FERME, needed(2, 2, 1), [0, 0, 0])
    assert spending.paid == [2, 2, 1]
    assert [(line.name, line.quantity, line.cents) for line in spending.lines] == [
        ("s", 3, 0),
        ("late", 2, 0),
    ]


def test_a_membership_pays_before_a_credit_does():
    [credit] = several([learned(4)])
    spending = Spending([credit], FERME, needed(2, 2), [2, 1])
    assert spending.paid == [2, 2] and spending.taken == {credit.id: 1}


def test_no_more_is_taken_than_is_left_and_only_on_its_days():
    [credit] = several([learned(4, last=date(2026, 3, 3)), used(1, 3, uuid4())])
    assert Spending([credit], FERME, needed(2, 2, 2), [0, 0, 0]).paid == [2, 1, 0]
    assert Spending([credit], FERME, needed(1, 1, 2), [0, 0, 0]).paid == [1, 1, 0]
    assert credit.left() == 3, "nothing is used by looking"


def test_what_a_booking_holds_itself_counts_as_free_when_it_moves():
    [credit] = several([learned(2), used(2, 0)])
    assert Spending([credit], FERME, needed(2), [0]).paid == [0]
    assert Spending([credit], FERME, needed(2), [0], but=BOOKING).paid == [2]


# At work


def price(answer):
    said = answer["done"]["facts"][0]["data"]
    return said["price_cents"], said["price_rule"]


def desk(ferme, *days, part="day", ask=None, person=None):
    return (ask or ferme.ask)("book_desk", "desks", person, days=list(days), part=part)


def test_a_booking_uses_the_membership_then_the_pack_then_money_line_by_line(ferme):
    ferme.subscribes(ferme.ada, included_days=1)
    pack = ferme.buys(ferme.ada, 3, name="Three halves")
    days = [f"2026-03-{n:02d}" for n in (2, 3, 4, 5)]
    seen = desk(ferme, *days, ask=ferme.preview)
    assert price(seen) == (
        900 + 1500,
        "included half-day x 2 + credit half-day x 3 + day x 1 + half-day x 1",
    )
    [_, by_pack, *_] = seen["done"]["facts"][0]["data"]["price_lines"]
    assert by_pack == {
        **{"unit": "credit half-day", "quantity": 3, "each_cents": 0, "cents": 0},
        "name": "Three halves",
    }
    told = [each["data"] for each in seen["done"]["facts"] if "CreditUsed" in each["type"]]
    assert [(each["half_days"], each["left"]) for each in told] == [(3, 0)]
    assert price(desk(ferme, *days)) == price(seen)
    assert ferme.left(pack) == 0
    assert price(desk(ferme, "2026-03-06"))[1] == "day x 1"


def test_a_cancellation_in_time_gives_the_credit_back_and_a_late_one_does_not(ferme):
    ferme.terms(late_fee_percent=50)
    pack = ferme.buys(ferme.ada, 4)
    in_time, late = (desk(ferme, day)["done"]["id"] for day in (TUESDAY, MONDAY))
    ferme.now = ferme.now.replace(month=3, day=2, hour=6)  # Monday, 07:00 in Chimay
    ferme.done("cancel_booking", booking_id=late)
    assert ferme.left(pack) == 0
    ferme.now = ferme.now.replace(month=2, day=28)
    ferme.done("cancel_booking", booking_id=in_time)
    assert ferme.left(pack) == 2


def test_what_comes_back_after_the_last_day_is_lost(ferme):
    pack = ferme.buys(ferme.ada, 2, last=MONDAY)
    booking = desk(ferme, MONDAY)["done"]["id"]
    ferme.done("move_booking", booking_id=booking, days=[TUESDAY], part="day")
    assert ferme.left(pack) == 2 and ferme.since()[-1].type == "bookings.CreditReturned"
    assert price(desk(ferme, WEDNESDAY)) == (1500, "day x 1")


def test_a_move_takes_the_credit_along(ferme):
    pack = ferme.buys(ferme.ada, 2)
    booking = desk(ferme, MONDAY)["done"]["id"]
    moved = ferme.ask("move_booking", booking_id=booking, days=[TUESDAY], part="morning")
    assert price(moved) == (0, "credit half-day x 1") and ferme.left(pack) == 1
    ferme.done("cancel_booking", booking_id=booking)
    assert ferme.left(pack) == 2


def test_a_series_uses_a_pack_date_by_date_until_none_is_left(ferme):
    pack = ferme.buys(ferme.ada, 3)
    weekly = {"every": "week", "first": MONDAY, "until": "2026-03-23", "part": "day"}
    answer = ferme.ask("book_desk_series", "desks", **weekly)
    made = [each["data"] for each in answer["done"]["facts"] if "BookingMade" in each["type"]]
    assert [each["price_cents"] for each in made] == [0, 900, 1500, 1500]
    assert ferme.left(pack) == 0
    ferme.done("cancel_series", series_id=answer["done"]["id"], since=None)
    assert ferme.left(pack) == 3


def test_a_request_that_is_declined_gives_the_credit_back(ferme):
    pack = ferme.buys(ferme.ada, 2)
    ferme.rules("desks", approval=True)
    booking = desk(ferme, MONDAY)["done"]["id"]
    assert ferme.left(pack) == 0
    ferme.done("decline_booking", booking_id=booking)
    assert ferme.left(pack) == 2


def test_what_is_free_rooms_and_other_people_take_nothing_of_it(ferme):
    pack = ferme.buys(ferme.ada, 4)
    ferme.done("book_desk", "annex", days=[MONDAY], part="day")
    ferme.done("book_room", "room", times=times(("09:00", "10:00")))
    assert price(desk(ferme, MONDAY, person=ferme.bob)) == (1500, "day x 1")
    assert ferme.left(pack) == 4


def test_guests_pay_the_list_price(ferme):
    pack = ferme.buys(ferme.ada, 4)
    words = {"days": [MONDAY], "part": "day", "people": 2}
    booked = ferme.ask("book_desk", "desks", **words)
    assert price(booked) == (1500, "credit half-day x 2 + day x 1") and ferme.left(pack) == 2


def test_a_credit_that_was_taken_back_pays_no_more(ferme):
    pack = ferme.buys(ferme.ada, 4)
    desk(ferme, MONDAY)
    ferme.neighbours.say("members.CreditRevoked", pack)
    assert price(desk(ferme, TUESDAY)) == (1500, "day x 1")
    assert ferme.left(pack) == 2, "what was booked with it stays"


def test_a_pack_of_the_network_is_good_here_and_one_of_another_space_is_not(ferme):
    everywhere = ferme.buys(ferme.ada, 1, here=False)
    elsewhere = str(uuid4())
    about = {"pack_id": str(ANY), "person_id": ferme.ada, "space_id": str(ABROAD), "name": "x"}
    about |= {"half_days": 9, "first": MONDAY, "last": TUESDAY, "cents": 0, "sold_at": str(ABROAD)}
    ferme.neighbours.say("members.PackSold", elsewhere, **about)
    assert price(desk(ferme, MONDAY)) == (900, "credit half-day x 1 + half-day x 1")
    assert (ferme.left(everywhere), ferme.left(elsewhere)) == (0, 9)


# Whatever people ask


@settings(max_examples=60, deadline=None)
@whatever(orders, st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_a_balance_is_never_below_zero_and_says_what_bookings_hold(new_ferme, orders, packs):
    ferme = new_ferme()
    ferme.subscribes(ferme.ada, 1)
    last = [f"2026-{month:02d}-28" for month in (9, 6, 4)]
    bought = [ferme.buys(ferme.ada, n, last[at], name=str(at)) for at, n in enumerate(packs)]
    obey(ferme, orders)
    held = dict.fromkeys(map(str, range(len(packs))), 0)
    for data in said_of(ferme).values():
        for line in data["price_lines"]:
            if line["unit"] == "credit half-day":
                assert data["person_id"] == ferme.ada and line["cents"] == 0
                held[line["name"]] += line["quantity"]
        assert data["price_cents"] == sum(line["cents"] for line in data["price_lines"])
    for at, (credit, n) in enumerate(zip(bought, packs, strict=True)):
        assert ferme.left(credit) == n - held[str(at)]


@settings(max_examples=60, deadline=None)
@whatever(orders, bookings)
def test_what_is_previewed_with_a_pack_is_what_is_then_paid(new_ferme, orders, next_):
    ferme = new_ferme()
    ferme.buys(ferme.ada, 3)
    obey(ferme, orders)
    verb, resource, who, words = next_
    asked = verb, resource, getattr(ferme, who)
    previewed, happened = ferme.preview(*asked, **words), ferme.ask(*asked, **words)
    assert previewed.get("refused") == happened.get("refused")
    if "done" in happened:
        facts = [
            [(each["type"], each["data"].get("left")) for each in answer["done"]["facts"]]
            for answer in (previewed, happened)
        ]
        assert facts[0] == facts[1] and price(previewed) == price(happened)


@pytest.mark.parametrize("included", [0, 1])
def test_the_half_days_paid_are_those_of_the_booking_or_money_is_due(ferme, included):
    ferme.subscribes(ferme.ada, included)
    ferme.buys(ferme.ada, 2)
    booked = desk(ferme, MONDAY, TUESDAY)["done"]["facts"][0]["data"]
    halves = {"included half-day": 1, "credit half-day": 1, "half-day": 1, "day": 2}
    assert sum(halves[line["unit"]] * line["quantity"] for line in booked["price_lines"]) == 4


def test_eight_at_once_never_use_more_than_there_is(ferme):
    pack = ferme.buys(ferme.ada, 3)
    days = [f"2026-03-{n:02d}" for n in (2, 3, 4, 5, 6, 9, 10, 11)]
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda day: desk(ferme, day, part="morning"), days))
    assert sorted(price(each)[0] for each in answers) == 3 * [0] + 5 * [900]
    assert ferme.left(pack) == 0
