"""The same booking again and again: shown before, and each date on its own afterwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.bookings.domain import days_of

MONDAY = date(2026, 3, 2)
EASTER_MONDAY, LABOUR_DAY = date(2026, 4, 6), date(2026, 5, 1)


def weeks(first, number, every=1):
    return [str(first + timedelta(weeks=every * n)) for n in range(number)]


def book(ferme, first=MONDAY, number=4, part="morning", every="week", preview=False, **words):
    until = words.pop("until", first + timedelta(weeks=number - 1))
    asked = {"every": every, "first": str(first), "until": str(until), "part": part, **words}
    return ferme.ask("book_desk_series", "desks", preview=preview, **asked)


def told(answer, kind):
    assert "done" in answer, answer
    return [f["data"] for f in answer["done"]["facts"] if f["type"] == f"bookings.{kind}"]


def days(answer):
    return [each["slots"][0]["day"] for each in told(answer, "BookingMade")]


def left_out(answer):
    return [(each["day"], each["why"]) for each in told(answer, "SeriesBooked")[0]["left_out"]]


# School holidays


def in_autumn(ferme, **words):
    """Mondays at a Belgian space; schools are closed on the second and the third."""
    ferme.now = datetime(2027, 10, 1, 9, tzinfo=UTC)
    return book(ferme, date(2027, 10, 18), 4, skip_school_holidays=True, **words)


def test_days_without_school_are_left_out_and_say_why(ferme):
    closed = ["2027-10-25", "2027-11-01"]
    for preview in (True, False):
        answer = in_autumn(ferme, preview=preview)
        assert days(answer) == ["2027-10-18", "2027-11-08"]
        assert left_out(answer) == [(day, "SchoolHoliday") for day in closed]


def test_some_of_them_are_kept(ferme):
    answer = in_autumn(ferme, keep=["2027-10-25"])
    assert days(answer) == ["2027-10-18", "2027-10-25", "2027-11-08"]
    clashes = in_autumn(ferme, keep=["2027-11-01"])
    assert clashes["refused"] == "SeriesClashes", "that is All Saints' Day"


# The dates


@pytest.mark.parametrize(
    ("first", "every", "until", "expected"),
    [
        (MONDAY, "week", date(2026, 3, 16), ["2026-03-02", "2026-03-09", "2026-03-16"]),
        (MONDAY, "fortnight", date(2026, 3, 29), ["2026-03-02", "2026-03-16"]),
        # The second Tuesday
        (date(2026, 3, 10), "month", date(2026, 5, 31), ["2026-03-10", "2026-04-14", "2026-05-12"]),
        # The fifth Monday is the last one
        (date(2026, 3, 30), "month", date(2026, 6, 30), [
            "2026-03-30", "2026-04-27", "2026-05-25", "2026-06-29",
        ]),
        (date(2026, 12, 7), "month", date(2027, 2, 1), ["2026-12-07", "2027-01-04", "2027-02-01"]),
        (MONDAY, "month", MONDAY, ["2026-03-02"]),
    ],
)  # fmt: skip
def test_the_dates_of_a_series(first, every, until, expected):
    assert [str(day) for day in days_of(first, every, until)] == expected


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(["week", "fortnight", "month"])
)
def test_a_series_begins_with_its_first_day_and_keeps_its_weekday(first, every):
    found = list(days_of(first, every, first + timedelta(days=800)))
    assert found[0] == first
    assert found == sorted(set(found))
    assert {day.weekday() for day in found} == {first.weekday()}
    if every == "month":
        months = [day.year * 12 + day.month for day in found]
        assert months == list(range(months[0], months[0] + len(months)))


# Booking


def test_each_date_is_a_booking_of_its_own(ferme):
    answer = book(ferme)
    [series] = told(answer, "SeriesBooked")
    assert days(answer) == weeks(MONDAY, 4)
    made = told(answer, "BookingMade")
    assert {each["series_id"] for each in made} == {answer["done"]["id"]}
    assert [each["price_cents"] for each in made] == [900] * 4
    assert [each["day"] for each in series["occurrences"]] == weeks(MONDAY, 4)
    assert series["left_out"] == []


def test_dates_that_clash_are_named_and_nothing_is_booked(ferme):
    for person in (ferme.bob, ferme.cam):
        ferme.done(
            "book_desk", "desks", person, days=[str(MONDAY + timedelta(weeks=1))], part="day"
        )
    first = EASTER_MONDAY - timedelta(weeks=5)
    assert first == MONDAY
    before = len(ferme.announced)
    refused = book(ferme, number=6)
    assert (refused["refused"], refused["values"]) == (
        "SeriesClashes",
        {"days": "2026-03-09, 2026-04-06"},
    )
    assert len(ferme.announced) == before


def test_what_clashes_is_shown_before_and_may_be_left_out_date_by_date(ferme):
    ferme.neighbours.say("spaces.DayClosed", day="2026-03-16", reason="Works")
    seen = book(ferme, number=6, skip=["2026-03-09"], skip_clashes=True, preview=True)
    without = [
        ("2026-03-09", "asked"),
        ("2026-03-16", "SpaceClosed"),
        (str(EASTER_MONDAY), "HolidayClosed"),
    ]
    assert left_out(seen) == without
    confirmed = book(ferme, number=6, skip=[day for day, _ in without])
    assert days(confirmed) == days(seen) == ["2026-03-02", "2026-03-23", "2026-03-30"]


def test_a_series_of_which_nothing_is_left_is_none(ferme):
    assert book(ferme, first=LABOUR_DAY, number=1, skip_clashes=True)["refused"] == "NothingLeft"


def test_what_is_wrong_with_all_of_it_is_said_of_all_of_it(ferme):
    assert book(ferme, until=MONDAY + timedelta(days=400))["refused"] == "TooFarAhead"
    assert book(ferme, first=date(2026, 2, 23))["refused"] == "InThePast"
    assert book(ferme, until=date(2026, 3, 1))["invalid"].keys() == {"until"}
    dates = {"every": "week", "first": str(MONDAY), "until": str(MONDAY)}
    attic = ferme.ask("book_desk_series", "attic", part="day", **dates)
    assert attic["refused"] == "NoPriceSet"
    room = ferme.ask("book_desk_series", "room", part="day", **dates)
    assert room["refused"] == "NotADesk"


def test_times_stay_those_on_the_wall_when_the_clocks_change(ferme):
    times = {"start": "09:00", "end": "10:30"}
    dates = {"every": "week", "first": "2026-03-23", "until": "2026-03-30"}  # changes on the 29th
    answer = ferme.ask("book_room_series", "room", **dates, **times)
    made = told(answer, "BookingMade")
    assert [(each["slots"][0]["start"], each["price_cents"]) for each in made] == [(540, 1875)] * 2


# Afterwards


def test_a_date_that_was_cancelled_never_comes_back(ferme):
    answer = book(ferme)
    series, second = answer["done"]["id"], told(answer, "SeriesBooked")[0]["occurrences"][1]
    ferme.ask("cancel_booking", booking_id=second["booking_id"])
    moved = ferme.ask("move_series", series_id=series, part="afternoon")
    assert second["booking_id"] not in told(moved, "SeriesMoved")[0]["moved"]
    held = [day for day, bookings in ferme.promised().items() if bookings]
    assert held == [day for day in weeks(MONDAY, 4) if day != second["day"]]
    assert ferme.ask("cancel_series", series_id=series)["done"]
    assert not any(ferme.promised().values())
    again = ferme.ask("cancel_series", series_id=series)
    assert again["refused"] == "NothingLeft"


def test_this_one_and_the_following_are_moved_or_cancelled(ferme):
    series = book(ferme)["done"]["id"]
    moved = ferme.ask("move_series", series_id=series, since="2026-03-16", part="day")
    assert len(told(moved, "BookingMoved")) == 2
    assert {each["price_cents"] for each in told(moved, "BookingMoved")} == {1500}
    cancelled = ferme.ask("cancel_series", series_id=series, since="2026-03-23")
    assert len(told(cancelled, "BookingCancelled")) == 1
    held = [
        (day, place["end"])
        for day, bookings in ferme.promised().items()
        for [place] in bookings.values()
    ]
    assert held == [
        ("2026-03-02", 780),
        ("2026-03-09", 780),
        ("2026-03-16", 1080),
    ]


def test_what_is_over_or_used_stays_as_it_is(ferme):
    answer = book(ferme)
    ferme.now = datetime(2026, 3, 9, 8, tzinfo=UTC)
    coming = [each["booking_id"] for each in told(answer, "SeriesBooked")[0]["occurrences"][2:]]
    cancelled = ferme.ask("cancel_series", series_id=answer["done"]["id"])
    assert told(cancelled, "SeriesCancelled")[0]["cancelled"] == coming


def test_a_move_that_clashes_is_refused_or_leaves_that_date_as_it_is(ferme):
    series = book(ferme)["done"]["id"]
    for person in (ferme.bob, ferme.cam):
        ferme.done("book_desk", "desks", person, days=["2026-03-16"], part="afternoon")
    before = ferme.promised()
    refused = ferme.ask("move_series", series_id=series, part="afternoon")
    assert (refused["refused"], refused["values"]) == ("SeriesClashes", {"days": "2026-03-16"})
    assert ferme.promised() == before
    moved = ferme.ask("move_series", series_id=series, part="afternoon", skip_clashes=True)
    assert told(moved, "SeriesMoved")[0]["kept"] == [{"day": "2026-03-16", "why": "NoDeskLeft"}]
    assert len(told(moved, "BookingMoved")) == 3
    whole = ferme.ask("move_series", series_id=series, part="day", skip_clashes=True)
    assert len(told(whole, "BookingMoved")) == 3, "its own half of the day does not clash"


def test_a_date_that_was_moved_by_itself_moves_on_from_there_or_stays(ferme):
    answer = book(ferme)
    first, second, *_ = (
        each["booking_id"] for each in told(answer, "SeriesBooked")[0]["occurrences"]
    )
    ferme.ask("move_booking", booking_id=first, days=["2026-03-03"], part="morning")
    several = ["2026-03-10", "2026-03-11"]
    ferme.ask("move_booking", booking_id=second, days=several, part="morning")
    moved = ferme.ask("move_series", series_id=answer["done"]["id"], part="afternoon")
    assert second not in told(moved, "SeriesMoved")[0]["moved"], "it is no longer one date"
    held = [
        (day, place["start"]) for day, each in ferme.promised().items() for [place] in each.values()
    ]
    assert sorted(held) == [
        ("2026-03-03", 780),
        ("2026-03-10", 540),
        ("2026-03-11", 540),
        ("2026-03-16", 780),
        ("2026-03-23", 780),
    ]


def test_desks_move_by_part_and_rooms_by_times(ferme):
    series = book(ferme)["done"]["id"]
    times = {"start": "09:00", "end": "10:00"}
    assert ferme.ask("move_series", series_id=series, **times)["refused"] == "DesksMoveByPart"
    assert "invalid" in ferme.ask("move_series", series_id=series)
    assert "invalid" in ferme.ask("move_series", series_id=series, part="day", **times)


changes = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(["morning", "afternoon", "day"])),
        st.tuples(st.just("cancel one"), st.integers(0, 5)),
        st.tuples(st.just("cancel since"), st.integers(0, 5)),
        st.tuples(st.just("other"), st.integers(0, 5)),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(changes)
def test_whatever_happens_to_a_series_what_is_promised_is_what_its_bookings_say(new_ferme, changes):
    ferme = new_ferme()
    answer = book(ferme, number=5)
    series = answer["done"]["id"]
    booked = [each["booking_id"] for each in told(answer, "SeriesBooked")[0]["occurrences"]]
    gone = set()
    for what, how in changes:
        if what == "move":
            ferme.ask("move_series", series_id=series, part=how, skip_clashes=True)
        elif what == "cancel one" and how < len(booked):
            ferme.ask("cancel_booking", booking_id=booked[how])
            gone.add(booked[how])
        elif what == "cancel since":
            since = str(MONDAY + timedelta(weeks=how))
            ferme.ask("cancel_series", series_id=series, since=since)
            gone |= set(booked[how:])
        else:
            day = str(MONDAY + timedelta(weeks=how))
            for person in (ferme.bob, ferme.cam):
                ferme.ask("book_desk", "desks", person, days=[day], part="morning")
    slots = {}
    for fact in ferme.since():
        if fact.type in ("bookings.BookingMade", "bookings.BookingMoved"):
            slots[fact.subject] = fact.data["slots"]
        elif fact.type == "bookings.BookingCancelled":
            del slots[fact.subject]
    held = {
        booking: [(day, each["start"], each["end"]) for each in places]
        for day, bookings in ferme.promised().items()
        for booking, places in bookings.items()
    }
    assert held == {
        booking: [(each["day"], each["start"], each["end"]) for each in said]
        for booking, said in slots.items()
    }
    assert not gone & held.keys(), "what was cancelled came back"


def test_a_series_lasts_as_long_as_its_space_looks_ahead(ferme):
    ferme.rules("desks", horizon_days=2 * 366)
    answer = book(ferme, number=104, skip_clashes=True)
    closed = len(left_out(answer))
    assert len(days(answer)) == 104 - closed > 90
    assert {why for _, why in left_out(answer)} == {"HolidayClosed"}
    series = answer["done"]["id"]
    moved = ferme.ask("move_series", series_id=series, part="day")
    assert len(told(moved, "BookingMoved")) == 104 - closed
    assert "done" in ferme.ask("cancel_series", series_id=series)
    assert not any(ferme.promised().values())
