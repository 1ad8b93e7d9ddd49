"""Somebody brings guests: a desk for each of them, a room for all, as many as there are seats."""

from tests.bookings.test_service import MONDAY, times

HALF = {"days": [MONDAY], "part": "morning"}


def test_each_has_a_desk_and_pays_for_it(ferme):
    booking = ferme.done("book_desk", "desks", **HALF, people=2)
    made = ferme.since()[0].data
    assert (made["people"], made["price_cents"], made["price_rule"]) == (2, 1800, "half-day x 2")
    [[held]] = ferme.promised()[MONDAY].values()
    assert held["units"] == 2
    assert ferme.ask("book_desk", "desks", ferme.bob, **HALF)["refused"] == "NoDeskLeft"
    ferme.done("cancel_booking", booking_id=booking)
    ferme.done("book_desk", "desks", ferme.bob, **HALF)
    assert ferme.ask("book_desk", "desks", **HALF, people=2)["refused"] == "NoDeskLeft"


def test_never_for_more_than_there_are_desks(ferme):
    assert ferme.ask("book_desk", "desks", **HALF, people=3)["refused"] == "TooManyPeople"
    wrong = ferme.ask("book_desk", "desks", **HALF, people=0)
    assert wrong["invalid"].keys() == {"people"}


def test_a_membership_pays_for_its_member_and_not_for_guests(ferme):
    ferme.subscribes(ferme.ada, included_days=1)
    ferme.done("book_desk", "desks", days=[MONDAY], part="day", people=2)
    made = next(each.data for each in ferme.since() if each.type == "bookings.BookingMade")
    lines = [(line["unit"], line["quantity"], line["cents"]) for line in made["price_lines"]]
    assert lines == [("included half-day", 2, 0), ("day", 1, 1500)]


def test_a_quota_counts_all_of_them(ferme):
    ferme.quotas({"kind": "desk", "per": "person", "period": "day", "most": 3, "plan_id": None})
    day = {"days": [MONDAY], "part": "day"}
    assert ferme.ask("book_desk", "desks", **day, people=2)["refused"] == "TooManyHalfDays"
    ferme.done("book_desk", "desks", **HALF, people=2)


def test_a_room_holds_as_many_as_it_has_seats(ferme):
    room = {"resource_id": ferme.resource("loft"), "kind": "room", "units": 1, "seats": 6}
    about = {"resource_id": ferme.resource("loft"), "version": 1}
    ferme.neighbours.say("spaces.ResourceAdded", **room, training_id=None)
    ferme.neighbours.say("spaces.PricesSet", **about, **NO_PRICES | {"hour_cents": 2000})
    hour = {"times": times(("09:00", "10:00"))}
    refused = ferme.ask("book_room", "loft", **hour, people=7)
    assert refused["refused"] == "TooManyPeople"
    booking = ferme.done("book_room", "loft", **hour, people=6)
    [[held]] = ferme.promised()[MONDAY].values()
    assert held["units"] == 1, "a room is one for all of them"
    made = next(each.data for each in ferme.since() if each.type == "bookings.BookingMade")
    assert (made["people"], made["price_cents"]) == (6, 2000)
    again = ferme.ask("move_booking", booking_id=booking, **hour, people=7)
    assert again["refused"] == "TooManyPeople"


def test_a_machine_is_for_one(ferme):
    hour = {"day": MONDAY, "start": "09:00", "end": "10:00"}
    ferme.done("book_machine", "printers", ferme.bob, times=[hour])
    ferme.done("book_machine", "printers", ferme.cam, times=[hour])
    wanted = ferme.ask("join_waiting_list", "printers", **hour, people=2)
    assert wanted["refused"] == "TooManyPeople"


def test_one_more_comes_along(ferme):
    booking = ferme.done("book_desk", "desks", **HALF)
    ferme.done("move_booking", booking_id=booking, **HALF, people=2)
    moved = next(each.data for each in ferme.since() if each.type == "bookings.BookingMoved")
    assert (moved["people"], moved["price_cents"]) == (2, 1800)
    ferme.done("move_booking", booking_id=booking, days=[MONDAY], part="afternoon")
    moved = [each.data for each in ferme.since() if each.type == "bookings.BookingMoved"][-1]
    assert (moved["people"], moved["price_cents"]) == (2, 1800), "as many as before"


def test_who_waits_for_two_desks_is_offered_two(ferme):
    held = ferme.done("book_desk", "desks", **HALF, people=2)
    wanted = {"day": MONDAY, "part": "morning", "people": 2}
    ferme.done("join_waiting_list", "desks", ferme.bob, **wanted)
    ferme.done("cancel_booking", booking_id=held)
    offer = next(each for each in ferme.since() if each.type == "bookings.PlaceOffered")
    assert offer.data["units"] == 2
    about = {"space_id": ferme.space_id, "day": MONDAY, "entry_id": offer.data["entry_id"]}
    assert ferme.ask("book_desk", "desks", ferme.cam, **HALF)["refused"] == "NoDeskLeft"
    ferme.done("take_offer", **about)
    made = [each.data for each in ferme.since() if each.type == "bookings.BookingMade"][-1]
    assert (made["person_id"], made["people"], made["price_cents"]) == (ferme.bob, 2, 1800)


def test_a_series_for_two(ferme):
    dates = {"every": "week", "first": MONDAY, "until": "2026-03-16", "part": "morning"}
    ferme.done("book_desk_series", "desks", **dates, people=2)
    made = [each.data for each in ferme.since() if each.type == "bookings.BookingMade"]
    assert [(each["people"], each["price_cents"]) for each in made] == [(2, 1800)] * 3


def test_all_of_them_have_come(ferme):
    booking = ferme.done("book_desk", "desks", **HALF, people=2)
    ferme.now = ferme.now.replace(month=3, day=2)
    ferme.done("check_in", booking_id=booking)
    assert ferme.since()[-1].data["people"] == 2


NO_PRICES = dict.fromkeys(("hour_cents", "half_day_cents", "day_cents", "month_cents"))
