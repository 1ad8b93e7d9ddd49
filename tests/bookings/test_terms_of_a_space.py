"""What a space says about its bookings, and what follows: as its neighbours see it."""

from datetime import UTC, datetime, timedelta

import pytest

MONDAY, TUESDAY, WEDNESDAY = "2026-03-02", "2026-03-03", "2026-03-04"
DAY = {"days": [MONDAY], "part": "day"}
MORNING = {"times": [{"day": MONDAY, "start": "09:00", "end": "12:00"}]}
ON_MONDAY = {"desk": ("desks", DAY), "room": ("room", MORNING), "machine": ("printers", MORNING)}


def types(answer):
    assert "done" in answer, answer
    return [each["type"].removeprefix("bookings.") for each in answer["done"]["facts"]]


def first(answer):
    assert "done" in answer, answer
    return answer["done"]["facts"][0]["data"]


# Included days


def test_the_days_of_a_membership_pay_first(ferme):
    _, plan = ferme.subscribes(ferme.ada)
    made = first(ferme.ask("book_desk", "desks", days=[MONDAY, TUESDAY], part="day"))
    assert (made["price_cents"], made["plan_id"]) == (1500, plan)
    assert made["price_rule"] == "included half-day x 2 + day x 1"
    assert first(ferme.ask("book_desk", "annex", days=[WEDNESDAY], part="day"))["counted_in"] == []


def test_the_preview_counts_as_the_booking_does_and_uses_nothing(ferme):
    ferme.subscribes(ferme.ada)
    told = [first(ferme.preview("book_desk", "desks", **DAY)) for _ in range(2)]
    done = first(ferme.ask("book_desk", "desks", **DAY))
    assert told[0] == told[1] == done
    assert done["price_cents"] == 0


def test_what_is_cancelled_in_time_can_be_used_again(ferme):
    ferme.subscribes(ferme.ada)
    booking = ferme.done("book_desk", "desks", **DAY)
    ferme.done("cancel_booking", booking_id=booking)
    assert first(ferme.ask("book_desk", "desks", days=[TUESDAY], part="day"))["price_cents"] == 0


def test_a_move_takes_its_days_along(ferme):
    ferme.subscribes(ferme.ada)
    booking = ferme.done("book_desk", "desks", **DAY)
    moved = first(ferme.ask("move_booking", booking_id=booking, days=[TUESDAY], part="day"))
    assert moved["price_cents"] == 0
    assert first(ferme.ask("book_desk", "desks", **DAY))["price_cents"] == 1500


def test_an_organisation_pays_for_its_people_together(ferme):
    company = "00000000-0000-0000-0000-0000000000c0"
    ferme.subscribes(company)
    for person in (ferme.ada, ferme.bob):
        ferme.neighbours.say("members.PersonJoinedOrganisation", company, person_id=person)
    assert first(ferme.ask("book_desk", "desks", ferme.ada, **DAY))["price_cents"] == 0
    assert first(ferme.ask("book_desk", "desks", ferme.bob, **DAY))["price_cents"] == 1500
    ferme.neighbours.say("members.PersonLeftOrganisation", company, person_id=ferme.ada)
    april = {"days": ["2026-04-01"], "part": "day"}
    assert first(ferme.ask("book_desk", "desks", ferme.ada, **april))["price_cents"] == 1500


def test_a_series_uses_the_days_of_each_month(ferme):
    ferme.subscribes(ferme.ada)
    words = {"every": "week", "first": MONDAY, "until": "2026-04-20", "part": "day"}
    answer = ferme.ask("book_desk_series", "desks", **words, skip_clashes=True)
    made = [each["data"] for each in answer["done"]["facts"] if "BookingMade" in each["type"]]
    prices = [(each["slots"][0]["day"][:7], each["price_cents"]) for each in made]
    march = [price for month, price in prices if month == "2026-03"]
    assert march == [0, 1500, 1500, 1500, 1500]
    assert [price for month, price in prices if month == "2026-04"] == [0, 1500]


# Quotas

TWO_A_WEEK = {"kind": "desk", "per": "person", "period": "week", "most": 4, "plan_id": None}


def test_nobody_books_more_than_the_space_allows(ferme):
    ferme.quotas(TWO_A_WEEK)
    booking = ferme.done("book_desk", "desks", days=[MONDAY, TUESDAY], part="day")
    again = {"days": [WEDNESDAY], "part": "morning"}
    refused = ferme.ask("book_desk", "desks", **again)
    assert refused["refused"] == "TooManyHalfDays"
    assert "At most 4 half-days" in refused["reason"]
    ferme.done("book_desk", "desks", ferme.bob, **again)
    ferme.done("move_booking", booking_id=booking, days=[TUESDAY], part="day")
    ferme.done("book_desk", "desks", **again)


def test_a_series_leaves_out_the_weeks_that_are_used_up(ferme):
    ferme.quotas(TWO_A_WEEK)
    ferme.done("book_desk", "desks", days=[MONDAY, TUESDAY], part="day")
    words = {"every": "week", "first": WEDNESDAY, "until": "2026-03-11", "part": "day"}
    answer = ferme.ask("book_desk_series", "desks", **words, skip_clashes=True)
    assert first(answer)["left_out"] == [{"day": WEDNESDAY, "why": "TooManyHalfDays"}]


# Fees


@pytest.mark.parametrize(("percent", "fee"), [(0, 0), (50, 750), (33, 495), (100, 1500)])
def test_late_a_booking_is_cancelled_for_a_fee(ferme, percent, fee):
    ferme.terms(late_fee_percent=percent)
    booking = ferme.done("book_desk", "desks", **DAY)
    assert first(ferme.preview("cancel_booking", booking_id=booking)) == {"fee_cents": 0}
    ferme.now = datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert first(ferme.preview("cancel_booking", booking_id=booking)) == {"fee_cents": fee}
    assert first(ferme.ask("cancel_booking", booking_id=booking)) == {"fee_cents": fee}
    ferme.done("book_desk", "desks", ferme.bob, **DAY)


def test_late_the_days_of_a_membership_stay_used(ferme):
    ferme.terms(late_fee_percent=0)
    ferme.subscribes(ferme.ada)
    booking = ferme.done("book_desk", "desks", **DAY)
    ferme.now = datetime(2026, 3, 1, 20, tzinfo=UTC)
    ferme.done("cancel_booking", booking_id=booking)
    assert first(ferme.ask("book_desk", "desks", days=[TUESDAY], part="day"))["price_cents"] == 1500


# Approval


def test_a_booking_waits_for_the_host_and_holds_its_place_meanwhile(ferme):
    ferme.rules("room", approval=True)
    times = [{"day": MONDAY, "start": "09:00", "end": "12:00"}]
    answer = ferme.ask("book_room", "room", times=times)
    assert first(answer)["awaits_approval"]
    booking = answer["done"]["id"]
    assert ferme.ask("book_room", "room", ferme.bob, times=times)["refused"] == "RoomTaken"
    ferme.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert ferme.ask("check_in", booking_id=booking)["refused"] == "NotApprovedYet"
    ferme.done("approve_booking", booking_id=booking)
    assert ferme.ask("approve_booking", booking_id=booking)["refused"] == "NothingToApprove"
    assert ferme.ask("decline_booking", booking_id=booking)["refused"] == "NothingToApprove"
    ferme.done("check_in", booking_id=booking)


def test_what_is_declined_is_free_again(ferme):
    ferme.rules("room", approval=True)
    times = [{"day": MONDAY, "start": "09:00", "end": "12:00"}]
    booking = ferme.done("book_room", "room", times=times)
    declined = ferme.ask("decline_booking", booking_id=booking)
    assert types(declined) == ["BookingDeclined", "PlaceReturned"]
    ferme.done("book_room", "room", ferme.bob, times=times)
    assert ferme.ask("approve_booking", booking_id=booking)["refused"] == "AlreadyCancelled"


@pytest.mark.parametrize("kind", ["desk", "room", "machine"])
def test_whoever_books_may_ask_the_host_where_nothing_needs_approval(ferme, kind):
    resource, when = ON_MONDAY[kind]
    answer = ferme.ask(f"book_{kind}", resource, **when, on_request=True)
    assert first(answer)["awaits_approval"]
    ferme.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    booking = answer["done"]["id"]
    assert ferme.ask("check_in", booking_id=booking)["refused"] == "NotApprovedYet"
    ferme.done("approve_booking", booking_id=booking)
    ferme.done("check_in", booking_id=booking)


def test_what_waits_for_an_answer_still_does_after_it_is_moved(ferme):
    booking = ferme.done("book_desk", "desks", **DAY, on_request=True)
    moved = ferme.ask("move_booking", booking_id=booking, days=[TUESDAY], part="day")
    assert first(moved)["awaits_approval"]
    ferme.done("approve_booking", booking_id=booking)
    again = ferme.ask("move_booking", booking_id=booking, days=[MONDAY], part="day")
    assert not first(again)["awaits_approval"], "the host has said yes to it"


def test_a_request_can_be_withdrawn_late(ferme):
    ferme.rules("room", approval=True)
    times = [{"day": MONDAY, "start": "09:00", "end": "12:00"}]
    booking = ferme.done("book_room", "room", times=times)
    ferme.now = datetime(2026, 3, 2, 7, tzinfo=UTC)
    ferme.done("cancel_booking", booking_id=booking)


# Parts


def test_a_room_is_booked_with_its_parts_at_its_own_price(ferme):
    ferme.parts("studio", "room", "printers")
    times = [{"day": MONDAY, "start": "09:00", "end": "12:00"}]
    answer = ferme.ask("book_room", "studio", times=times)
    assert types(answer) == ["BookingMade", "SpaceDayOpened", *3 * ["PlacePromised"]]
    assert first(answer)["price_cents"] == 7500
    assert ferme.ask("book_room", "room", ferme.bob, times=times)["refused"] == "RoomTaken"
    ferme.done("book_machine", "printers", ferme.bob, times=times)
    assert ferme.ask("book_machine", "printers", ferme.cam, times=times)["refused"] == (
        "NoMachineLeft"
    )
    ferme.done("cancel_booking", booking_id=answer["done"]["id"])
    ferme.done("book_room", "room", ferme.bob, times=times)


# Released


def test_a_place_is_released_after_the_time_of_the_space(ferme):
    booking = ferme.done("book_desk", "annex", **DAY)
    release = {"booking_id": booking, "day": MONDAY}
    assert ferme.ask("release_place", **release)["refused"] == "HeldAllDay"
    ferme.terms(release_minutes=60)
    ferme.now = datetime(2026, 3, 2, 8, 59, tzinfo=UTC)
    assert ferme.ask("release_place", **release)["refused"] == "NotReleasedYet"
    ferme.now += timedelta(minutes=1)
    answer = ferme.ask("release_place", **release)
    assert types(answer) == ["NoShowRecorded", "PlaceReturned"]
    assert ferme.ask("release_place", **release)["refused"] == "AlreadyMissed"
    assert ferme.ask("check_in", booking_id=booking)["refused"] == "AlreadyMissed"
    ferme.done("book_desk", "annex", ferme.bob, **DAY)


def test_who_has_come_keeps_the_place(ferme):
    ferme.terms(release_minutes=0)
    booking = ferme.done("book_desk", "annex", **DAY)
    ferme.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    ferme.done("check_in", booking_id=booking)
    release = {"booking_id": booking, "day": MONDAY}
    assert ferme.ask("release_place", **release)["refused"] == "AlreadyCheckedIn"


# The waiting list

ANNEX = {"day": MONDAY, "part": "day"}


def entry_of(answer):
    return first(answer)["entry_id"]


@pytest.fixture
def line(ferme):
    """Ada has the only desk of the annex; Bob and Cam wait."""
    booking = ferme.done("book_desk", "annex", **DAY)
    waiting = [
        entry_of(ferme.ask("join_waiting_list", "annex", person, **ANNEX))
        for person in (ferme.bob, ferme.cam)
    ]
    return booking, *waiting


def here(ferme, entry, verb):
    return ferme.ask(verb, space_id=ferme.space_id, day=MONDAY, entry_id=entry)


def test_a_place_given_back_is_offered_in_the_same_moment(ferme, line):
    booking, bob, _ = line
    given_back = ferme.ask("cancel_booking", booking_id=booking)
    assert types(given_back) == ["BookingCancelled", "PlaceReturned", "PlaceOffered"]
    offer = given_back["done"]["facts"][-1]["data"]
    assert offer["entry_id"] == bob
    assert datetime.fromisoformat(offer["until"]) == ferme.now + timedelta(hours=2)
    assert ferme.ask("book_desk", "annex", **DAY)["refused"] == "NoDeskLeft"
    taken = here(ferme, bob, "take_offer")
    assert types(taken) == ["BookingMade", "OfferTaken", "PlacePromised"]
    assert first(taken)["person_id"] == ferme.bob


def test_what_nobody_takes_goes_down_the_line(ferme, line):
    booking, bob, cam = line
    ferme.done("cancel_booking", booking_id=booking)
    ferme.now += timedelta(hours=2)
    assert ferme.ask("book_desk", "annex", **DAY)["refused"] == "NoDeskLeft", "it is Cam's turn"
    assert here(ferme, bob, "take_offer")["refused"] == "NotWaiting"
    offers = ferme.ask("offer_places", space_id=ferme.space_id, day=MONDAY)
    assert types(offers) == ["OfferLapsed", "PlaceOffered"]
    assert types(ferme.ask("offer_places", space_id=ferme.space_id, day=MONDAY)) == []
    here(ferme, cam, "leave_waiting_list")
    ferme.done("book_desk", "annex", **DAY)


def test_a_released_place_is_offered_too(ferme, line):
    booking, *_ = line
    ferme.terms(release_minutes=60)
    ferme.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    released = ferme.ask("release_place", booking_id=booking, day=MONDAY)
    assert types(released) == ["NoShowRecorded", "PlaceReturned"], "the day has begun: no offer"


def test_who_waits_follows_the_rules_of_the_place(ferme):
    ferme.done("book_desk", "annex", **DAY)
    ferme.rules("annex", horizon_days=1)
    assert ferme.ask("join_waiting_list", "annex", ferme.bob, **ANNEX)["refused"] == "TooFarAhead"
    both = {"day": MONDAY, "part": "day", "start": "09:00", "end": "10:00"}
    assert "invalid" in ferme.ask("join_waiting_list", "annex", ferme.bob, **both)
    times = {"day": MONDAY, "start": "09:00", "end": "10:00"}
    refused = ferme.ask("join_waiting_list", "room", ferme.bob, **times)
    assert refused["refused"] == "PlaceLeft"
    refused = ferme.ask("join_waiting_list", "lasers", ferme.bob, **times)
    assert refused["refused"] == "TrainingNeeded"


def test_nothing_is_known_of_a_day_on_which_nothing_was_booked(ferme):
    assert "unknown" in ferme.ask("offer_places", space_id=ferme.space_id, day=TUESDAY)
