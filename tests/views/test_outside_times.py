"""What is taken outside of the network is shown as taken, and is refused just then."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gateway.views import agenda, directory, people
from gateway.views.availability import SeeAvailability
from gateway.views.planning import SeePlanning
from tests.views.ring import Refusal, Ring, ask
from tests.views.story import story

DAY, MONDAY = "2026-03-10", "2026-03-09"
TOWN, OUTLOOK = "00000000-0000-0000-0000-0000000000c1", "00000000-0000-0000-0000-0000000000c2"
QUARTERS = some.integers(30, 74)


@pytest.fixture(scope="module")
def taken():
    return story(Ring())


@pytest.fixture(scope="module")
def shown(fresh_databases, taken):
    """A question to views that have heard everything."""
    database = fresh_databases()["GATEWAY_DB"]
    views = [kind(database) for kind in (directory.Directory, agenda.Agenda, people.People)]

    def answer(question, **words):
        for view in views:
            taken.show(view)
        return ask(database, question, space_id=taken.it.ferme, **words)

    yield answer
    for view in views:
        view.close()


def wall(quarters):
    return f"{quarters // 4:02d}:{15 * (quarters % 4):02d}"


def said(ring, resource, calendar, *times):
    days = [{"day": DAY, "times": [{"start": start, "end": end} for start, end in times]}]
    about = {"space_id": ring.it.ferme, "resource_id": resource, "calendar_id": calendar}
    ring.do("bookings", "block_times", days=days, **about)


def of(day, resource):
    return next(each for each in day["resources"] if each["resource"] == resource)


def test_all_desks_are_taken_for_a_while_and_free_again(taken, shown):
    it = taken.it
    said(taken, it.desks, TOWN, ("09:00", "10:00"))
    day = shown(SeeAvailability, day=DAY)
    assert of(day, it.desks)["free_desks"] == {"morning": 0, "afternoon": 3, "day": 0}
    said(taken, it.desks, TOWN)
    day = shown(SeeAvailability, day=DAY)
    assert of(day, it.desks)["free_desks"] == {"morning": 3, "afternoon": 3, "day": 3}


def test_a_part_of_what_is_taken_is_taken_too(taken, shown):
    it = taken.it
    hall = taken.add(it.ferme, "room", "salle", hour_cents=1500)
    taken.do("spaces", "set_parts", space_id=it.ferme, resource_id=hall, parts=[it.room])
    said(taken, hall, TOWN, ("09:00", "10:00"))
    assert of(shown(SeeAvailability, day=DAY), it.room)["busy"] == [["09:00", "10:00"]]
    said(taken, hall, TOWN)
    assert of(shown(SeeAvailability, day=DAY), it.room)["busy"] == []


def test_the_host_plans_around_it(taken, shown):
    it = taken.it
    said(taken, it.room, TOWN, ("09:00", "10:00"))
    planned = {
        each["resource"]: each["days"] for each in shown(SeePlanning, monday=MONDAY)["resources"]
    }
    [tuesday] = [planned[key][1] for key in planned if str(key) == it.room]
    assert tuesday == [
        {"booking": None, "kind": "outside", "who": None, "people": None}
        | {"start": "09:00", "end": "10:00", "state": "booked"}
    ]
    said(taken, it.room, TOWN)


@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(
    some.lists(some.tuples(QUARTERS, some.integers(1, 6)), max_size=2),
    some.sampled_from([TOWN, OUTLOOK]),
    QUARTERS,
    some.integers(1, 6),
    some.sampled_from(["room", "fablab"]),
)
def test_it_can_be_booked_just_when_it_is_shown_free(
    taken, shown, times, calendar, start, quarters, kind
):
    it, resource = taken.it, getattr(taken.it, kind)
    said(taken, resource, calendar, *((wall(a), wall(min(a + n, 96))) for a, n in times))
    at = {"start": wall(start), "end": wall(start + quarters)}
    free = of(shown(SeeAvailability, day=DAY), resource)["free"]
    is_free = any(a <= at["start"] and at["end"] <= b for a, b in free)
    verb = "book_room" if kind == "room" else "book_machine"
    words = {"space_id": it.ferme, "resource_id": resource, "person_id": it.hugo}
    try:
        booking = taken.do("bookings", verb, times=[{"day": DAY, **at}], **words)
    except Refusal:
        assert not is_free
    else:
        assert is_free
        taken.do("bookings", "cancel_booking", booking_id=booking)
