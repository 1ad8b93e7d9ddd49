"""Who waits for a place is offered one in turn, for a time, and nobody is promised twice."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import given as draw
from hypothesis import strategies as st

from kernel.testing import given
from services.bookings.domain import (
    AlreadyBooked,
    AlreadyWaiting,
    NothingOffered,
    NotWaiting,
    Place,
    PlaceLeft,
    SpaceDay,
    Wait,
    at_once,
)

MONDAY = date(2026, 3, 2)
FERME, ADA, BOB, CAM = (uuid4() for _ in range(4))
DESKS, POND_ROOM, BEAMER = (uuid4() for _ in range(3))
MORNING, AFTERNOON, DAY = (540, 780), (780, 1080), (540, 1080)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPENED = partial(SpaceDay.SpaceDayOpened, space_id=FERME, day=MONDAY)


def desks(units=1, wanted=1):
    return [Place(DESKS, "desk", units, frozenset({DESKS}), wanted=wanted)]


def room_with_beamer():
    room = Place(POND_ROOM, "room", 1, frozenset({POND_ROOM}))
    return [room, Place(BEAMER, "machine", 1, frozenset({BEAMER}))]


def promised(who, booking, start=540, end=1080, resource=DESKS):
    about = {"booking_id": booking, "resource_id": resource, "person_id": who}
    return partial(SpaceDay.PlacePromised, **about, start=start, end=end)


def joined(who, entry, start=540, end=1080, half_days=2, **some):
    about = {"entry_id": entry, "resource_id": DESKS, "person_id": who, "half_days": half_days}
    return partial(SpaceDay.WaitingListJoined, **about, start=start, end=end, **some)


def offered(who, entry, until=NOON, **some):
    about = {"entry_id": entry, "person_id": who, "resources": [DESKS]}
    return partial(SpaceDay.PlaceOffered, **about, until=until, **some)


def until_noon(wait):
    return NOON


def places(wait):
    return desks()


FIRST, SECOND, HELD = uuid4(), uuid4(), uuid4()
FULL = (OPENED, promised(ADA, HELD))
A_LINE = (*FULL, joined(BOB, FIRST), joined(CAM, SECOND))
RETURNED = partial(SpaceDay.PlaceReturned, booking_id=HELD)


def test_who_comes_too_late_may_wait():
    wait = Wait(DESKS, BOB, *DAY, 2)
    given(SpaceDay, *FULL).when(SpaceDay.join, FIRST, wait, desks()).then(joined(BOB, FIRST))


def test_nobody_waits_while_there_is_a_place():
    wait = Wait(DESKS, BOB, *DAY, 2)
    (given(SpaceDay, OPENED).when(SpaceDay.join, FIRST, wait, desks()).then_refused(PlaceLeft))


def test_nobody_waits_for_what_they_have_or_twice():
    (
        given(SpaceDay, *FULL)
        .when(SpaceDay.join, FIRST, Wait(DESKS, ADA, *MORNING, 1), desks())
        .then_refused(AlreadyBooked)
    )
    (
        given(SpaceDay, *A_LINE)
        .when(SpaceDay.join, uuid4(), Wait(DESKS, BOB, *MORNING, 1), desks())
        .then_refused(AlreadyWaiting)
    )


def test_what_becomes_free_is_offered_to_the_first():
    (
        given(SpaceDay, *A_LINE, RETURNED)
        .when(SpaceDay.offer, places, until_noon)
        .then(offered(BOB, FIRST))
    )


def test_or_to_the_next_whom_it_suits():
    line = (joined(BOB, FIRST), joined(CAM, SECOND, *AFTERNOON, 1))
    morning, afternoon = promised(ADA, uuid4(), *MORNING), promised(ADA, HELD, *AFTERNOON)
    (
        given(SpaceDay, OPENED, morning, afternoon, *line, RETURNED)
        .when(SpaceDay.offer, places, until_noon)
        .then(offered(CAM, SECOND))
    )


def test_who_waits_for_several_is_passed_over_until_there_are_as_many():
    line = (joined(BOB, FIRST, people=2), joined(CAM, SECOND))
    both = promised(ADA, HELD), promised(uuid4(), uuid4())

    def two(wait):
        return desks(2, wait.people)

    (
        given(SpaceDay, OPENED, *both, *line, RETURNED)
        .when(SpaceDay.offer, two, until_noon)
        .then(offered(CAM, SECOND))
    )
    (
        given(SpaceDay, OPENED, both[0], *line, RETURNED)
        .when(SpaceDay.offer, two, until_noon)
        .then(offered(BOB, FIRST, units=2))
    )


def test_it_is_held_for_them_and_nobody_else_gets_it():
    day = given(SpaceDay, *A_LINE, RETURNED, offered(BOB, FIRST)).aggregate
    day.offer(places, until_noon)
    assert not day.pending_events
    with pytest.raises(Exception, match="Every desk is already taken"):
        day.promise(uuid4(), ADA, desks(), *DAY)


def test_too_late_nothing_is_offered_nor_what_is_offered_no_longer():
    day = given(SpaceDay, *A_LINE, RETURNED)
    day.when(SpaceDay.offer, places, lambda wait: None).then()
    day.when(SpaceDay.offer, lambda wait: [], until_noon).then()


def test_an_offer_that_is_not_taken_goes_to_the_next():
    day = given(SpaceDay, *A_LINE, RETURNED, offered(BOB, FIRST)).aggregate
    assert not day.lapse(NOON - timedelta(seconds=1))
    assert day.lapse(NOON)
    day.offer(places, until_noon)
    happened = [type(each) for each in day.pending_events]
    assert happened == [SpaceDay.OfferLapsed, SpaceDay.PlaceOffered]
    assert list(day.offers) == [SECOND]


def test_what_is_taken_can_be_promised():
    day = given(SpaceDay, *A_LINE, RETURNED, offered(BOB, FIRST)).aggregate
    wait = day.take(FIRST)
    day.promise(uuid4(), wait.person_id, desks(), wait.start, wait.end)
    with pytest.raises(NotWaiting):
        day.take(FIRST)
    with pytest.raises(NothingOffered):
        day.take(SECOND)


def test_who_leaves_gives_back_what_was_offered():
    day = given(SpaceDay, *A_LINE, RETURNED, offered(BOB, FIRST))
    day.when(SpaceDay.leave, FIRST).then(partial(SpaceDay.WaitingListLeft, entry_id=FIRST))
    day.aggregate.offer(places, until_noon)
    assert list(day.aggregate.offers) == [SECOND]
    given(SpaceDay, *FULL).when(SpaceDay.leave, FIRST).then_refused(NotWaiting)


# A room and what belongs to it


def test_a_room_is_promised_with_all_that_belongs_to_it_or_not_at_all():
    booking = uuid4()
    parts = [promised(ADA, booking, *DAY, resource=each) for each in (POND_ROOM, BEAMER)]
    ask = partial(given(SpaceDay, OPENED).when, SpaceDay.promise, booking, ADA)
    ask(room_with_beamer(), *DAY).then(*parts)
    lent = given(SpaceDay, OPENED, promised(BOB, uuid4(), *MORNING, resource=BEAMER))
    lent.when(SpaceDay.promise, booking, ADA, room_with_beamer(), *DAY)
    assert lent.refusal is not None
    assert not lent.aggregate.collect_events()


def test_the_beamer_of_a_room_is_no_second_machine_of_hers():
    lent = given(SpaceDay, OPENED, promised(ADA, uuid4(), *DAY, resource=POND_ROOM))
    other = Place(uuid4(), "machine", 1, frozenset({BEAMER}))
    lent.when(SpaceDay.promise, uuid4(), ADA, [other], *DAY)
    assert lent.refusal is None


# Whatever happens

PEOPLE = [uuid4() for _ in range(5)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["book", "join", "leave", "cancel", "take", "lapse"]),
        st.integers(0, 4),
        st.sampled_from([MORNING, AFTERNOON, DAY]),
        st.integers(1, 2),
    ),
    max_size=40,
)


@draw(STEPS, st.integers(1, 2))
def test_never_are_more_promised_or_offered_than_there_are(steps, units):
    day, now = SpaceDay(FERME, MONDAY), NOON
    bookings, entries, order = {}, {}, []
    for step, number, span, many in steps:
        person, made = PEOPLE[number], uuid4()
        try:
            match step:
                case "book":
                    day.promise(made, person, desks(units, many), *span)
                    bookings[made] = person
                case "join":
                    day.join(made, Wait(DESKS, person, *span, 1, many), desks(units, many))
                    entries[made] = person
                    order.append(made)
                case "leave":
                    day.leave(next((e for e, who in entries.items() if who == person), made))
                case "cancel":
                    held = next((b for b, who in bookings.items() if who == person), None)
                    if held:
                        del bookings[held]
                        day.give_back(held)
                case "take":
                    entry = next((e for e in day.offers if entries[e] == person), made)
                    wait = day.take(entry)
                    some = desks(units, wait.people)
                    day.promise(made, person, some, wait.start, wait.end)
                    bookings[made] = person
                case "lapse":
                    now += timedelta(hours=1)
                    day.lapse(now)
        except (AlreadyBooked, AlreadyWaiting, NotWaiting, PlaceLeft, NothingOffered):
            pass
        except Exception as full:
            assert type(full).__name__ == "NoDeskLeft"
        later = now + timedelta(hours=2)
        day.offer(lambda wait: desks(units, wait.people), lambda wait, end=later: end)
        held = [each for holds in day.promised.values() for each in holds]
        assert at_once(held, 0, 1440) <= units
        for person in PEOPLE:
            hers = (each._replace(units=1) for each in held if each.person_id == person)
            assert at_once(hers, 0, 1440) <= 1
        # Nobody waits for what is free and suits them.
        for entry, wait in day.waiting.items():
            if entry not in day.offers:
                with pytest.raises(Exception, match="already"):
                    wanted = desks(units, wait.people)
                    day.must_have_left(wait.person_id, wanted, wait.start, wait.end)
