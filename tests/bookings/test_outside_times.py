"""What is taken outside of the network is promised to nobody, and what was promised stays."""

from datetime import UTC, date, datetime
from functools import partial
from uuid import UUID, uuid4

from hypothesis import given as draw
from hypothesis import strategies as st

from kernel.testing import given
from services.bookings.domain import Interval, Place, RoomTaken, SpaceDay, TakenElsewhere, Wait

MONDAY, TUESDAY = "2026-03-02", "2026-03-03"
FERME, ADA, BOB, HALL, TOWN, BOOKING = (uuid4() for _ in range(6))
ROOM, BEAMER = uuid4(), uuid4()
OPENED = partial(SpaceDay.SpaceDayOpened, space_id=FERME, day=date(2026, 3, 2))
CALENDAR = str(UUID(int=70))


def room(buffer=0, wholes=frozenset()):
    return [Place(ROOM, "room", 1, frozenset({ROOM}), buffer, wholes)]


def said(*times, calendar=TOWN, resource=ROOM):
    about = {"calendar_id": calendar, "resource_id": resource}
    times = [Interval(*each) for each in times]
    return partial(SpaceDay.OutsideTimesLearned, **about, times=times)


def promised(start, end, resource=ROOM):
    about = {"booking_id": BOOKING, "resource_id": resource, "person_id": ADA}
    return partial(SpaceDay.PlacePromised, **about, start=start, end=end)


def learn(*times, calendar=TOWN):
    return SpaceDay.learn_outside_times, calendar, ROOM, [Interval(*each) for each in times]


def test_what_is_taken_outside_is_promised_to_nobody():
    asked = (SpaceDay.promise, BOOKING, ADA, room())
    day = (OPENED, said((600, 660)))
    given(SpaceDay, *day).when(*asked, 630, 690).then_refused(TakenElsewhere)
    given(SpaceDay, *day).when(*asked, 660, 690).then(promised(660, 690))


def test_a_room_is_made_ready_after_it_as_after_any_other_use():
    asked = (SpaceDay.promise, BOOKING, ADA, room(buffer=15))
    day = (OPENED, said((600, 660)))
    given(SpaceDay, *day).when(*asked, 660, 690).then_refused(TakenElsewhere)
    given(SpaceDay, *day).when(*asked, 675, 690).then(promised(675, 690))


def test_all_units_are_taken():
    desks = [Place(ROOM, "desk", 12, frozenset({ROOM}))]
    asked = (SpaceDay.promise, BOOKING, ADA, desks, 540, 1080)
    given(SpaceDay, OPENED, said((600, 660))).when(*asked).then_refused(TakenElsewhere)


def test_it_takes_one_of_each_part_and_a_part_that_is_taken_takes_the_whole():
    taken = (OPENED, said((600, 660), resource=HALL))
    part = (SpaceDay.promise, BOOKING, ADA, room(wholes=frozenset({HALL})), 600, 660)
    given(SpaceDay, *taken).when(*part).then_refused(RoomTaken)
    whole = [Place(HALL, "room", 1, frozenset({HALL})), *room(wholes=frozenset({HALL}))]
    asked = (SpaceDay.promise, BOOKING, ADA, whole, 600, 660)
    given(SpaceDay, OPENED, said((600, 660))).when(*asked).then_refused(TakenElsewhere)


def test_the_same_said_again_is_no_news():
    day = (OPENED, said((600, 660), (700, 760)))
    given(SpaceDay, *day).when(*learn((700, 760), (600, 660))).then()
    given(SpaceDay, OPENED).when(*learn()).then()
    given(SpaceDay, *day).when(*learn((600, 660))).then(said((600, 660)))


def test_what_was_promised_before_stays():
    day = (OPENED, promised(600, 660))
    given(SpaceDay, *day).when(*learn((600, 720))).then(said((600, 720)))


def test_each_calendar_speaks_for_itself():
    day = (OPENED, said((600, 660)), said((600, 660), calendar=HALL), said())
    asked = (SpaceDay.promise, BOOKING, ADA, room(), 600, 660)
    given(SpaceDay, *day).when(*asked).then_refused(TakenElsewhere)
    given(SpaceDay, *day, said(calendar=HALL)).when(*asked).then(promised(600, 660))


def test_who_waits_is_offered_what_the_outside_gives_back():
    entry, noon = uuid4(), datetime(2026, 3, 1, 12, tzinfo=UTC)
    wait = Wait(ROOM, BOB, 600, 660, 1)
    day = given(SpaceDay, OPENED, said((600, 660))).aggregate
    day.join(entry, wait, room())
    day.offer(lambda _: room(), lambda _: noon)
    assert entry not in day.offers
    day.learn_outside_times(TOWN, ROOM, [])
    day.offer(lambda _: room(), lambda _: noon)
    assert day.offers == {entry: noon}


TIMES = st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda t: t[0] < t[1])
QUARTERS = st.lists(TIMES.map(lambda t: (15 * t[0], 15 * t[1])), max_size=4)


@draw(st.lists(st.tuples(st.sampled_from([TOWN, HALL]), QUARTERS), max_size=6), TIMES)
def test_a_time_is_free_when_no_calendar_says_otherwise_in_its_last_word(words, wanted):
    day = SpaceDay(FERME, date(2026, 3, 2))
    for calendar, times in words:
        day.learn_outside_times(calendar, ROOM, [Interval(*each) for each in times])
    start, end = 15 * wanted[0], 15 * wanted[1]
    last = dict(words)
    free = not any(a < end and start < b for times in last.values() for a, b in times)
    try:
        day.must_have_left(ADA, room(), start, end)
    except TakenElsewhere:
        assert not free
    else:
        assert free


# As its neighbours see it


def blocked(ferme, day, *times, resource="room", calendar=CALENDAR):
    spans = [each.split("-") for each in times]
    days = [{"day": day, "times": [{"start": start, "end": end} for start, end in spans]}]
    about = {"space_id": ferme.space_id, "resource_id": ferme.resource(resource)}
    return ferme.ask("block_times", calendar_id=calendar, days=days, **about)


def meeting(ferme, start="10:00", end="11:00", day=MONDAY):
    return ferme.ask("book_room", "room", times=[{"day": day, "start": start, "end": end}])


def test_a_room_that_the_town_hall_has_is_free_again_when_it_gives_it_back(ferme):
    assert "done" in blocked(ferme, MONDAY, "10:00-12:00")
    told = meeting(ferme)
    assert told["refused"] == "TakenElsewhere"
    assert told["values"] == {"day": MONDAY, "start": "10:00", "end": "11:00"}
    blocked(ferme, MONDAY)
    assert "done" in meeting(ferme)


def test_a_booking_is_not_broken_but_cannot_be_moved_into_it(ferme):
    booking = meeting(ferme)["done"]["id"]
    assert "done" in blocked(ferme, MONDAY, "10:00-12:00")
    times = [{"day": MONDAY, "start": "11:00", "end": "12:00"}]
    told = ferme.ask("move_booking", booking_id=booking, times=times)
    assert told["refused"] == "TakenElsewhere"
    assert "done" in ferme.ask("cancel_booking", booking_id=booking)


def test_a_series_leaves_it_out(ferme):
    blocked(ferme, "2026-03-09", "09:00-18:00")
    weekly = {"every": "week", "first": MONDAY, "until": "2026-03-16", "start": "10:00"}
    weekly |= {"end": "11:00", "skip_clashes": True, "skip": []}
    made = ferme.ask("book_room_series", "room", **weekly)["done"]["facts"]
    [series] = [each["data"] for each in made if each["type"] == "bookings.SeriesBooked"]
    assert series["left_out"] == [{"day": "2026-03-09", "why": "TakenElsewhere"}]
    assert len(series["occurrences"]) == 2


def test_who_waits_for_it_gets_it(ferme):
    blocked(ferme, MONDAY, "10:00-12:00")
    wait = {"day": MONDAY, "start": "10:00", "end": "11:00"}
    ferme.done("join_waiting_list", "room", **wait)
    facts = blocked(ferme, MONDAY)["done"]["facts"]
    assert [each["type"] for each in facts][-1] == "bookings.PlaceOffered"


def test_what_can_be_blocked(ferme):
    assert blocked(ferme, "2026-02-26", "10:00-12:00")["refused"] == "InThePast"
    assert blocked(ferme, MONDAY, "10:00-12:00", resource="office")["refused"] == "NotByTheDay"
    assert blocked(ferme, MONDAY, "10:00-12:00", resource="kitchen")["refused"] == "SharedByAll"
    assert blocked(ferme, MONDAY, "10:00-12:00", resource="x")["refused"] == "UnknownResource"
    assert "invalid" in blocked(ferme, MONDAY, "10:05-12:00")
    ferme.neighbours.say("spaces.ResourceRetired", resource_id=ferme.resource("room"))
    assert "done" in blocked(ferme, MONDAY), "what it blocked is given back"
