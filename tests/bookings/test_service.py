"""Bookings as its neighbours see it: messages and facts in, answers and facts out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from kernel.log import Log
from services.bookings.service import Bookings

MONDAY, TUESDAY, WEDNESDAY, SATURDAY = (f"2026-03-{n:02d}" for n in (2, 3, 4, 7))

BASIS = {"awaits_approval": False, "plan_id": None, "quotas_version": 0, "counted_in": []}
BASIS |= {"people": 1, "credits": [], "extras": []}


def times(*spans, day=MONDAY):
    return [{"day": day, "start": start, "end": end} for start, end in spans]


def slot(start, end, half_days, day=MONDAY):
    return {"day": day, "start": start, "end": end, "half_days": half_days}


def line(unit, quantity, each, cents=None):
    cents = quantity * each if cents is None else cents
    return {"unit": unit, "quantity": quantity, "each_cents": each, "cents": cents, "name": None}


def kinds(facts):
    return [fact.type.removeprefix("bookings.") for fact in facts]


def test_what_a_neighbour_says_becomes_a_fact_of_ours_signed_by_the_same_person(ferme):
    said = ferme.announced[: ferme.learned]
    assert kinds(said)[:4] == ["SpaceLearned", "HoursLearned", "TermsLearned", "ResourceLearned"]
    of_people = 3 * ["PersonLearned", "SituationLearned"]
    assert kinds(said)[-7:] == [*of_people, "TrainingLearned"]
    assert {fact.by for fact in said} == {"la-ferme"}


def test_a_desk_is_booked_recorded_and_announced(ferme):
    answer = ferme.ask("book_desk", "desks", ferme.bob, days=[TUESDAY, MONDAY], part="morning")
    made, *promised = ferme.since()
    assert answer["done"]["id"] == made.subject
    assert [fact["type"] for fact in answer["done"]["facts"]] == [f.type for f in ferme.since()]
    assert made.type == "bookings.BookingMade"
    assert made.data == {
        "person_id": ferme.bob,
        "space_id": ferme.space_id,
        "resource_id": ferme.resource("desks"),
        "kind": "desk",
        "slots": [slot(540, 780, 1), slot(540, 780, 1, TUESDAY)],
        "first": None,
        "last": None,
        "price_cents": 1800,
        "price_version": 1,
        "price_rule": "half-day x 2",
        "price_lines": [line("half-day", 2, 900)],
        "rules_version": 0,
        "series_id": None,
        **BASIS,
    }
    assert kinds(promised) == 2 * ["SpaceDayOpened", "PlacePromised"]
    assert {fact.by for fact in ferme.since()} == {ferme.bob}


def test_a_room_is_booked_by_the_minutes_and_a_machine_by_those_who_were_trained(ferme):
    ferme.done("book_room", "room", times=times(("09:00", "11:30"), ("14:00", "14:15")))
    made = ferme.since()[0].data
    assert (made["price_cents"], made["price_rule"]) == (
        3125 + 313,
        "hour x 150 min + hour x 15 min",
    )
    assert made["price_lines"] == [line("hour", 150, 1250, 3125), line("hour", 15, 1250, 313)]
    assert made["slots"] == [slot(540, 690, 1), slot(840, 855, 1)]
    ferme.done("book_machine", "lasers", ferme.ada, times=times(("09:00", "10:00")))
    bob = "book_machine", "lasers", ferme.bob
    assert ferme.ask(*bob, times=times(("09:00", "10:00")))["refused"] == "TrainingNeeded"
    ferme.completes_the_laser_course(ferme.bob)
    ferme.done(*bob, times=times(("09:00", "10:00")))


def test_times_and_days_are_kept_in_order_however_they_were_asked_for(ferme):
    spans = times(("14:00", "14:15"), day=TUESDAY) + times(("15:00", "16:00"), ("09:00", "11:30"))
    ferme.done("book_room", "room", times=spans)
    slots = ferme.since()[0].data["slots"]
    assert [(each["day"], each["start"]) for each in slots] == [
        (MONDAY, 540),
        (MONDAY, 900),
        (TUESDAY, 840),
    ]
    days = [f"2026-03-{n:02d}" for n in (13, 9, 12, 10, 11)]
    ferme.done("book_desk", "desks", days=days, part="day")
    opened = [f.data["day"] for f in ferme.since() if f.type == "bookings.SpaceDayOpened"]
    assert opened == [MONDAY, TUESDAY, *sorted(days)], "else two writers may starve each other"


def test_a_studio_is_booked_like_a_room(ferme):
    booking = ferme.done("book_room", "studio", times=times(("09:00", "10:00")))
    answer = ferme.ask("book_room", "room", times=times(("09:30", "10:30")))
    assert answer["refused"] == "AlreadyBooked", "nobody is in two rooms at once"
    ferme.done("cancel_booking", booking_id=booking)
    ferme.done("book_room", "room", times=times(("09:30", "10:30")))


def test_an_office_is_let_by_the_month(ferme):
    booking = ferme.done("book_office", "office", first_month="2026-03", months=6)
    made, opened, let = ferme.since()
    assert kinds([made, opened, let]) == ["BookingMade", "OfficeLetsOpened", "OfficeLet"]
    assert (made.data["first"], made.data["last"]) == ("2026-03-01", "2026-08-31")
    assert (made.data["price_cents"], made.data["price_rule"]) == (144000, "month x 6")
    august = {"first_month": "2026-08", "months": 1}
    assert ferme.ask("book_office", "office", ferme.bob, **august)["refused"] == "OfficeTaken"
    ferme.done("cancel_booking", booking_id=booking)
    ferme.done("book_office", "office", ferme.bob, **august)


def test_several_days_are_all_booked_or_none(ferme):
    for person in (ferme.bob, ferme.cam):
        ferme.done("book_desk", "desks", person, days=[TUESDAY], part="day")
    before = len(ferme.announced)
    answer = ferme.ask("book_desk", "desks", days=[MONDAY, TUESDAY, WEDNESDAY], part="afternoon")
    assert answer["refused"] == "NoDeskLeft"
    assert answer["reason"] == (
        "Every desk is already taken on 2026-03-03 between 13:00 and 18:00."
    )
    assert answer["values"] == {"day": TUESDAY, "start": "13:00", "end": "18:00"}
    assert len(ferme.announced) == before
    assert MONDAY not in ferme.promised()


def test_a_cancelled_booking_gives_all_its_places_back(ferme):
    booking = ferme.done("book_desk", "annex", days=[MONDAY, TUESDAY], part="day")
    ferme.done("cancel_booking", booking_id=booking)
    assert kinds(ferme.since())[-3:] == ["BookingCancelled", "PlaceReturned", "PlaceReturned"]
    ferme.done("book_desk", "annex", ferme.bob, days=[MONDAY, TUESDAY], part="day")
    assert ferme.ask("cancel_booking", booking_id=booking)["refused"] == "AlreadyCancelled"


def test_a_booking_moves_as_if_its_places_had_been_given_back_first(ferme):
    booking = ferme.done("book_desk", "annex", days=[MONDAY, TUESDAY], part="morning")
    ferme.neighbours.say(
        "spaces.PricesSet",
        resource_id=ferme.resource("annex"),
        version=2,
        **{"hour_cents": None, "half_day_cents": 100, "day_cents": 150, "month_cents": None},
    )
    days = [TUESDAY, WEDNESDAY]
    answer = ferme.ask("move_booking", booking_id=booking, days=days, part="day")
    moved = ferme.since()[-6:]
    assert answer["done"]["id"] == booking
    assert kinds(moved)[0] == "BookingMoved"
    assert moved[0].data == {
        "slots": [slot(540, 1080, 2, TUESDAY), slot(540, 1080, 2, WEDNESDAY)],
        "price_cents": 300,
        "price_version": 2,
        "price_rule": "day x 2",
        "price_lines": [line("day", 2, 150)],
        "rules_version": 0,
        "resource_id": ferme.resource("annex"),
        **BASIS,
    }
    held = {day: list(bookings) for day, bookings in ferme.promised().items() if bookings}
    assert held == {TUESDAY: [booking], WEDNESDAY: [booking]}


def test_what_would_happen_is_told_and_does_not_happen(ferme):
    asked = {"days": [MONDAY, TUESDAY], "part": "day"}
    before = ferme.announced.copy()
    previewed = ferme.preview("book_desk", "desks", **asked)
    assert previewed["done"]["facts"][0]["data"]["price_lines"] == [line("day", 2, 1500)]
    assert ferme.announced == before
    booked = ferme.ask("book_desk", "desks", **asked)
    told = [each["done"]["facts"][0]["data"] for each in (previewed, booked)]
    assert told[0] == told[1]
    assert ferme.preview("book_desk", "desks", **asked)["refused"] == "AlreadyBooked"


def test_a_resource_is_booked_by_the_rules_its_space_sets(ferme):
    lengths = {"shortest_minutes": 60, "longest_minutes": 120}
    ferme.rules("room", **lengths, notice_minutes=90, horizon_days=7)

    def ask(start, end, day=MONDAY, verb="book_room", **words):
        return ferme.ask(verb, "room", times=times((start, end), day=day), **words)

    assert ask("09:00", "09:45")["refused"] == "TooShort"
    assert ask("09:00", "11:15")["refused"] == "TooLong"
    assert ask("09:00", "10:00", "2026-03-09")["refused"] == "TooFarAhead"
    [made, *_] = ask("09:00", "10:00", "2026-03-06")["done"]["facts"]
    assert made["data"]["rules_version"] == 1
    ferme.now = datetime(2026, 3, 2, 8, 31, tzinfo=UTC)  # 09:31 in Chimay
    refused = ask("11:00", "12:00")
    assert (refused["refused"], refused["values"]) == (
        "TooSoon",
        {"minutes": "90", "day": MONDAY},
    )
    assert "done" in ask("11:15", "12:15")


def test_a_booking_moves_by_the_rules_of_today(ferme):
    booking = ferme.done("book_room", "room", times=times(("09:00", "09:30"), day=WEDNESDAY))
    ferme.rules("room", shortest_minutes=60)

    def move(start, end):
        to = times((start, end), day=TUESDAY)
        return ferme.ask("move_booking", booking_id=booking, times=to)

    assert move("09:00", "09:30")["refused"] == "TooShort"
    assert move("09:00", "10:00")["done"]["facts"][0]["data"]["rules_version"] == 1


def test_desks_and_offices_have_a_notice_and_a_horizon_too(ferme):
    ferme.rules("desks", notice_minutes=24 * 60, horizon_days=10)
    ferme.rules("office", notice_minutes=10 * 24 * 60)
    ferme.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    desk = "book_desk", "desks"
    assert ferme.ask(*desk, days=[TUESDAY], part="morning")["refused"] == "TooSoon"
    assert "done" in ferme.ask(*desk, days=[TUESDAY], part="afternoon")
    assert ferme.ask(*desk, days=["2026-03-13"], part="day")["refused"] == "TooFarAhead"
    ferme.now = datetime(2026, 3, 25, tzinfo=UTC)
    office = ferme.ask("book_office", "office", first_month="2026-04", months=1)
    assert office["refused"] == "TooSoon"


def test_a_move_that_does_not_fit_changes_nothing(ferme):
    ferme.done("book_room", "room", ferme.bob, times=times(("14:00", "15:00")))
    booking = ferme.done("book_room", "room", times=times(("09:00", "10:00")))
    before, held = len(ferme.announced), ferme.promised()
    answer = ferme.ask(
        "move_booking", booking_id=booking, times=times(("09:30", "10:30"), ("13:00", "14:00"))
    )
    assert answer["refused"] == "RoomTaken"
    assert (len(ferme.announced), ferme.promised()) == (before, held)
    ferme.done("move_booking", booking_id=booking, times=times(("09:30", "13:45")))


def test_each_kind_of_booking_says_how_it_moves(ferme):
    desk = ferme.done("book_desk", "desks", days=[MONDAY], part="day")
    room = ferme.done("book_room", "room", times=times(("09:00", "10:00")))
    office = ferme.done("book_office", "office", first_month="2026-04", months=1)
    to_times, to_days = {"times": times(("11:00", "12:00"))}, {"days": [TUESDAY], "part": "day"}
    for booking, words, why in [
        (desk, to_times, "DesksMoveByPart"),
        (room, to_days, "RoomsMoveByTimes"),
        (office, to_days, "OfficesStay"),
    ]:
        assert ferme.ask("move_booking", booking_id=booking, **words)["refused"] == why


def test_a_booking_moves_to_another_place_of_its_kind(ferme):
    hour = {"times": times(("09:00", "10:00"))}
    room = ferme.done("book_room", "room", **hour)
    ferme.done("book_room", "room", ferme.bob, times=times(("11:00", "12:00")))
    to = {"booking_id": room, **hour, "resource_id": ferme.resource("studio")}
    ferme.done("move_booking", **to)
    moved = [each.data for each in ferme.since() if each.type == "bookings.BookingMoved"][-1]
    assert (moved["resource_id"], moved["price_cents"]) == (ferme.resource("studio"), 2500)
    [held] = ferme.promised()[MONDAY][room]
    assert held["resource_id"] == ferme.resource("studio")
    again = ferme.preview("move_booking", booking_id=room, times=times(("13:00", "14:00")))
    [moved] = [e["data"] for e in again["done"]["facts"] if e["type"] == "bookings.BookingMoved"]
    assert moved["resource_id"] == ferme.resource("studio"), "it stays where it was moved to"
    back = {"booking_id": room, "times": times(("11:00", "12:00"))}
    refused = ferme.ask("move_booking", **back, resource_id=ferme.resource("room"))
    assert refused["refused"] == "RoomTaken"
    desk = ferme.resource("desks")
    assert ferme.ask("move_booking", **back, resource_id=desk)["refused"] == "NotARoom"


def test_a_member_checks_in_on_the_day_which_is_the_day_at_the_space(ferme):
    booking = ferme.done("book_desk", "desks", days=[MONDAY], part="day")
    assert ferme.ask("check_in", booking_id=booking)["refused"] == "NotThatDay"
    assert ferme.ask("check_in", booking_id=booking, day=MONDAY)["refused"] == "NotToday"
    ferme.now = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # half past midnight in Chimay
    ferme.done("check_in", booking_id=booking)
    here = ferme.since()[-1]
    assert here.type == "bookings.CheckedIn"
    assert here.data == {
        "person_id": ferme.ada,
        "space_id": ferme.space_id,
        "day": MONDAY,
        "half_days": 2,
        "people": 1,
        "at": "2026-03-01T23:30:00Z",
    }
    again = ferme.ask("check_in", booking_id=booking, day=MONDAY)
    assert again["refused"] == "AlreadyCheckedIn"


def test_a_host_records_that_nobody_came(ferme):
    booking = ferme.done("book_room", "room", times=times(("09:00", "10:00")))
    no_show = {"booking_id": booking, "day": MONDAY}
    assert ferme.ask("record_no_show", **no_show)["refused"] == "NotBegunYet"
    ferme.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    ferme.done("record_no_show", **no_show)
    assert ferme.ask("check_in", booking_id=booking)["refused"] == "AlreadyMissed"


def test_deadlines_and_the_past_are_those_of_the_space(ferme):
    booking = ferme.done("book_desk", "desks", days=[MONDAY], part="afternoon")
    ferme.now = datetime(2026, 3, 1, 12, 1, tzinfo=UTC)  # 13:01 on the day before, in Chimay
    late = ferme.ask("cancel_booking", booking_id=booking)
    assert (late["refused"], late["values"]) == ("TooLateToCancel", {"hours": "24"})
    past = ferme.ask("book_desk", "desks", days=["2026-02-27"], part="day")
    assert past["refused"] == "InThePast"
    far = ferme.ask("book_desk", "desks", days=["2099-12-31"], part="day")
    assert (far["refused"], far["values"]) == ("TooFarAhead", {"days": "366"})


@pytest.mark.parametrize(
    ("verb", "resource", "why"),
    [
        ("book_room", "desks", "NotARoom"),
        ("book_machine", "room", "NotAMachine"),
        ("book_room", "kitchen", "SharedByAll"),
        ("book_room", "nothing", "UnknownResource"),
    ],
)
def test_a_place_is_booked_as_what_it_is(ferme, verb, resource, why):
    assert ferme.ask(verb, resource, times=times(("09:00", "10:00")))["refused"] == why


def test_refusals_name_what_is_missing(ferme):
    day = {"days": [MONDAY], "part": "day"}
    assert ferme.ask("book_desk", "attic", **day)["refused"] == "NoPriceSet"
    assert ferme.ask("book_desk", "room", **day)["refused"] == "NotADesk"
    assert ferme.ask("book_desk", "desks", str(uuid4()), **day)["refused"] == "UnknownPerson"
    elsewhere = ferme.ask("book_desk", "desks", space_id=str(uuid4()), **day)
    assert elsewhere["refused"] == "UnknownSpace"
    assert "unknown" in ferme.ask("cancel_booking", booking_id=str(uuid4()))
    saturday = ferme.ask("book_desk", "desks", days=[SATURDAY], part="day")
    assert saturday["refused"] == "NoOpeningHours"
    assert not ferme.since()


def test_what_spaces_say_later_counts_from_then_on(ferme):
    def book(day=MONDAY, resource="desks"):
        answer = ferme.ask("book_desk", resource, days=[day], part="day")
        return answer.get("refused", "done")

    say = ferme.neighbours.say
    say("spaces.DayClosed", day=MONDAY, reason="Snow")
    assert book() == "SpaceClosed"
    say("spaces.DayOpened", day=MONDAY)
    assert book() == "done"
    easter_monday = "2026-04-06"
    assert book(easter_monday) == "HolidayClosed"
    say("spaces.HolidaysObserved", observed=False)
    assert book(easter_monday) == "done"
    say("spaces.ResourceRetired", resource_id=ferme.resource("desks"))
    assert book(TUESDAY) == "NoLongerOffered"


def test_a_planned_space_takes_bookings_once_it_operates(ferme):
    arlon, desks = str(uuid4()), str(uuid4())
    say = ferme.neighbours.say
    opened = {"country": "BE", "timezone": "Europe/Brussels", "planned": True}
    say("spaces.SpaceOpened", arlon, **opened)
    added = {"resource_id": desks, "kind": "desks", "units": 10, "seats": None, "training_id": None}
    say("spaces.ResourceAdded", arlon, **added)
    there = {"space_id": arlon, "resource_id": desks, "days": [MONDAY], "part": "day"}
    assert ferme.ask("book_desk", "desks", **there)["refused"] == "NotOperatingYet"
    say("spaces.OperationStarted", arlon)
    assert ferme.ask("book_desk", "desks", **there)["refused"] == "NoOpeningHours"


def test_training_may_be_heard_before_members(ferme):
    dee = str(uuid4())
    ferme.completes_the_laser_course(dee)
    ferme.neighbours.say("members.PersonJoined", dee, status="employee")
    ferme.done("book_machine", "lasers", dee, times=times(("09:00", "10:00")))


def test_what_does_not_concern_bookings_passes_by(ferme):
    loan = {"lender_id": ferme.space_id, "kind": "equipment", "what": "Projector"}
    ferme.neighbours.say("spaces.ResourceLent", uuid4(), **loan)
    ferme.neighbours.say("members.DetailsCorrected", ferme.ada)
    ferme.neighbours.say("training.CourseWithdrawn", uuid4())
    assert not ferme.since()


def test_what_cannot_be_understood_is_never_skipped(ferme):
    with pytest.raises(KeyError):
        ferme.neighbours.say("spaces.PricesSet", resource_id=ferme.resource("desks"), version=2)
    assert not ferme.since()


DESK = {"days": [MONDAY], "part": "day"}


@pytest.mark.parametrize(
    ("verb", "words", "field"),
    [
        ("book_desk", {**DESK, "days": []}, "days"),
        ("book_desk", {**DESK, "days": [MONDAY, MONDAY]}, "days"),
        (
            "book_desk",
            {**DESK, "days": [f"2026-03-{n:02d}" for n in range(1, 32)] + [MONDAY]},
            "days",
        ),
        ("book_desk", {**DESK, "part": "evening"}, "part"),
        ("book_desk", {**DESK, "colour": "blue"}, "colour"),
        ("book_room", {"times": times(("09:10", "10:00"))}, "times"),
        ("book_room", {"times": times(("10:00", "10:00"))}, "times"),
        ("book_room", {"times": times(("10:00", "25:00"))}, "times"),
        ("book_machine", {"times": []}, "times"),
        ("book_office", {"first_month": "2026-13", "months": 1}, "first_month"),
        ("book_office", {"first_month": "2026-03", "months": 25}, "months"),
        ("book_office", {"first_month": "2026-03", "months": "6"}, "months"),
    ],
)
def test_a_message_that_makes_no_sense_is_sent_back_naming_the_field(ferme, verb, words, field):
    assert list(ferme.ask(verb, "desks", **words)["invalid"]) == [field]


@pytest.mark.parametrize(
    "words",
    [{}, {"days": [MONDAY]}, {"part": "day"}, {**DESK, "times": times(("09:00", "10:00"))}],
)
def test_a_booking_moves_either_to_times_or_to_parts_of_days(ferme, words):
    assert ferme.ask("move_booking", booking_id=str(uuid4()), **words)["invalid"].keys()


def test_a_command_sent_twice_is_done_once(ferme):
    words = {
        "space_id": ferme.space_id,
        "resource_id": ferme.resource("desks"),
        "person_id": ferme.ada,
        **DESK,
    }
    first = ferme.service.answer("book_desk", words, command="k1")
    assert ferme.service.answer("book_desk", words, command="k1") == first
    assert len(ferme.since()) == 3


def stored(log):
    return [each for _, each in log.recorder.settled(0, 10_000)]


def test_the_log_alone_tells_everything_again(ferme):
    """A service that starts on our log, having heard nobody, decides as we do."""
    ferme.done("book_desk", "annex", days=[MONDAY], part="day")
    moved = ferme.done("book_room", "room", times=times(("09:00", "10:00")))
    ferme.done("move_booking", booking_id=moved, times=times(("10:00", "11:00")))
    copy = Log("bookings")
    copy.recorder.append(stored(ferme.service.log), None, None)
    ferme.service = Bookings(copy, now=lambda: ferme.now)
    annex = ferme.ask("book_desk", "annex", ferme.bob, days=[MONDAY], part="day")
    assert annex["refused"] == "NoDeskLeft"
    room = ferme.ask("book_room", "room", ferme.bob, times=times(("10:30", "11:30")))
    assert room["refused"] == "RoomTaken"
    ferme.done("book_room", "room", ferme.bob, times=times(("09:00", "09:45")))


def test_eight_at_once_for_the_last_desk(ferme):
    people = [str(uuid4()) for _ in range(8)]
    for person in people:
        ferme.neighbours.say("members.PersonJoined", person, status="employee")

    def book(person):
        return ferme.ask("book_desk", "annex", person, days=[MONDAY], part="day")

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(book, people))
    assert sorted(answer.get("refused", "done") for answer in answers) == 7 * ["NoDeskLeft"] + [
        "done"
    ]
