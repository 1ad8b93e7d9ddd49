"""What is shown as free can be booked, and what is shown as taken is refused."""

import json
import time
from datetime import date, timedelta

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from marshmallow import ValidationError

from gateway.views import agenda, directory
from gateway.views.availability import FindFree, SeeAvailability, SeeWeek
from tests.views.ring import Refusal, Ring, ask
from tests.views.story import MONDAY, story


@pytest.fixture
def see(gateway_database, views):
    def answer(question, **words):
        return json.loads(msgspec.json.encode(ask(gateway_database, question, **words)))

    return answer


def of(shown, resource):
    (found,) = [each for each in shown["resources"] if each["resource"] == resource]
    return found


def test_a_day_of_a_space(see, ring):
    it = ring.it
    tuesday = see(SeeAvailability, space_id=it.ferme, day="2026-03-03")
    assert (tuesday["day"], tuesday["closed"]) == ("2026-03-03", None)
    assert tuesday["open"] == [["08:00", "12:30"], ["14:00", "18:00"]]
    assert of(tuesday, it.desks)["free_desks"] == {"morning": 2, "afternoon": 2, "day": 2}
    assert of(tuesday, it.desks)["half_day_cents"] == 900
    room = of(tuesday, it.room)
    assert room["busy"] == [["09:00", "10:30"]]
    assert room["free"] == [["08:00", "08:45"], ["10:45", "12:30"], ["14:00", "18:00"]]


def test_a_week_of_a_space_says_the_same_of_each_day(see, ring):
    it = ring.it
    week = see(SeeWeek, space_id=it.ferme, monday=MONDAY)
    assert [each["open"] != [] for each in week["days"]] == [True] * 3 + [False, True, False, False]
    assert week["days"][3]["closed"] == {"why": "closure", "name": "Works"}
    for n in range(7):
        day = date.fromisoformat(MONDAY) + timedelta(days=n)
        shown = see(SeeAvailability, space_id=it.ferme, day=str(day))
        for each in week["resources"]:
            assert each["days"][n].items() <= of(shown, each["resource"]).items()


def test_what_was_cancelled_or_moved_away_is_free_again(see, ring):
    wednesday = see(SeeAvailability, space_id=ring.it.ferme, day="2026-03-04")
    assert of(wednesday, ring.it.desks)["free_desks"] == {"morning": 3, "afternoon": 2, "day": 2}
    assert of(wednesday, ring.it.fablab)["busy"] == [], "the other machine is free"


def test_an_office_is_let_from_the_first_day_to_the_last(see, ring):
    it = ring.it
    days = ["2026-03-31", "2026-04-01", "2026-05-31", "2026-06-01"]
    shown = [see(SeeAvailability, space_id=it.ferme, day=day) for day in days]
    assert [of(each, it.office)["let"] for each in shown] == [False, True, True, False]


def test_each_country_has_its_own_holidays(see, ring):
    armistice, easter = "2026-05-08", "2026-04-06"
    in_may = {each["name"]: each["closed"] for each in see(FindFree, day=armistice)}
    assert in_may["La Ferme"] is None
    assert in_may["Rimbaud'Tech"]["why"] == "holiday"
    at_easter = {each["name"]: bool(each["open"]) for each in see(FindFree, day=easter)}
    assert at_easter == {"Arlon": False, "La Ferme": True, "Rimbaud'Tech": False}


def test_the_free_places_of_one_country(see, ring):
    (rimbaud,) = see(FindFree, day="2026-03-03", country="FR")
    assert of(rimbaud, ring.it.abroad)["free_desks"] == {"morning": 1, "afternoon": 1, "day": 1}


def test_a_week_begins_on_a_monday(see, ring):
    with pytest.raises(ValidationError, match="Monday"):
        see(SeeWeek, space_id=ring.it.ferme, monday="2026-03-03")


# The view and the service that decides


@pytest.fixture(scope="module")
def busy():
    """A network of its own, in which more and more is booked."""
    return story(Ring())


@pytest.fixture(scope="module")
def busy_views(fresh_databases, busy):
    database = fresh_databases()["GATEWAY_DB"]
    shown = [directory.Directory(database), agenda.Agenda(database)]
    yield database, shown
    for view in shown:
        view.close()


DAY = "2026-03-10"
QUARTERS = some.integers(30, 74).map(lambda n: 15 * n)


def wall(minutes):
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(QUARTERS, some.integers(1, 10), some.sampled_from(["room", "fablab"]))
def test_a_room_or_machine_can_be_booked_just_when_it_is_shown_free(
    busy, busy_views, start, quarters, kind
):
    end, it = start + 15 * quarters, busy.it
    database, views = busy_views
    for view in views:
        busy.show(view)
    shown = ask(database, SeeAvailability, space_id=it.ferme, day=DAY)
    resource = getattr(it, kind)
    free = any(a <= wall(start) and wall(end) <= b for a, b in of(shown, resource)["free"])
    at = [{"day": DAY, "start": wall(start), "end": wall(end)}]
    assert free is booked(
        busy, "book_room" if kind == "room" else "book_machine", resource, times=at
    )


def test_a_room_is_shown_free_when_all_that_is_booked_with_it_is(busy, busy_views):
    database, views = busy_views
    it, do = busy.it, busy.do
    hall = busy.add(it.ferme, "studio", "hall", hour_cents=3000)
    do("spaces", "set_parts", space_id=it.ferme, resource_id=hall, parts=[it.room, it.fablab])
    day = "2026-03-18"
    for start, end in (("09:00", "10:00"), ("14:00", "15:00")):
        at = {"day": day, "start": start, "end": end}
        assert booked(busy, "book_room", it.room, times=[at])
    for view in views:
        busy.show(view)
    shown = of(ask(database, SeeAvailability, space_id=it.ferme, day=day), hall)
    room = of(ask(database, SeeAvailability, space_id=it.ferme, day=day), it.room)
    assert (shown["busy"], shown["free"]) == (room["busy"], room["free"])
    for start, end in shown["busy"]:
        assert not booked(busy, "book_room", hall, times=[{"day": day, "start": start, "end": end}])


@settings(max_examples=20, deadline=None, suppress_health_check=[*HealthCheck])
@given(
    some.sampled_from(["morning", "afternoon", "day"]), some.integers(11, 13), some.integers(1, 3)
)
def test_desks_can_be_booked_just_as_long_as_so_many_are_shown_free(
    busy, busy_views, part, day, people
):
    database, views = busy_views
    for view in views:
        busy.show(view)
    day = f"2026-03-{day}"
    shown = ask(database, SeeAvailability, space_id=busy.it.ferme, day=day)
    free = of(shown, busy.it.desks)["free_desks"][part] >= people
    wanted = {"days": [day], "part": part, "people": people}
    assert free is booked(busy, "book_desk", busy.it.desks, **wanted)


def booked(ring, verb, resource, **words):
    """By somebody new, who holds nothing else that day."""
    newcomer = ring.do(
        "members",
        "join_network",
        home_space_id=ring.it.ferme,
        status="student",
        residence="BE",
        given_name="N",
        family_name="N",
        email="n@example.org",
    )
    try:
        ring.do(
            "bookings",
            verb,
            space_id=ring.it.ferme,
            resource_id=resource,
            person_id=newcomer,
            **words,
        )
    except Refusal:
        return False
    return True


# A busy week


ROOMS = """
    INSERT INTO directory.resources (resource, space, code, kind, name, units, seats)
    SELECT gen_random_uuid(), %(space)s, 'room-' || n, 'room', 'Salle de réunion ' || n, 1, 10
    FROM generate_series(1, 9) n
"""
PROMISES = """
    INSERT INTO agenda.promises
    SELECT gen_random_uuid(), gen_random_uuid(), %(space)s, date '2020-01-01' + (n / 40), resource,
        480 + 60 * (n %% 4), 520 + 60 * (n %% 4)
    FROM generate_series(1, 10000) n, (
        SELECT resource FROM directory.resources WHERE space = %(space)s AND kind = 'room'
    ) r
"""
WEEK = """
    INSERT INTO agenda.promises
    SELECT gen_random_uuid(), gen_random_uuid(), %(space)s, date '2026-06-01' + d, resource,
        480 + 60 * n, 530 + 60 * n
    FROM generate_series(0, 4) d, generate_series(0, 8) n, (
        SELECT resource FROM directory.resources WHERE space = %(space)s AND kind = 'room'
    ) r
"""


def test_a_full_week_of_ten_rooms_is_small_and_found_by_its_days(busy, busy_views):
    """100,000 promises stand in the space; the week is read through an index on its days."""
    database, views = busy_views
    for view in views:
        busy.show(view)
    about = {"space": busy.it.ferme}
    with psycopg.connect(database) as sql:
        for statement in (ROOMS, PROMISES, WEEK):
            sql.execute(statement, about)
        sql.execute("ANALYZE agenda.promises")
    answers, began = [], time.perf_counter()
    for _ in range(3):
        answers.append(ask(database, SeeWeek, space_id=busy.it.ferme, monday="2026-06-01"))
    each = (time.perf_counter() - began) / 3
    rooms = [r for r in answers[0]["resources"] if r["kind"] == "room"]
    assert len(rooms) == 10
    assert all(len(room["days"][0]["busy"]) == 9 for room in rooms)
    assert len(msgspec.json.encode(answers[0])) <= 50_000
    assert each < 0.5, "an index was not used"
    with psycopg.connect(database) as sql:
        words = {"space_id": busy.it.ferme, "monday": date(2026, 6, 1)}
        plan = sql.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {SeeWeek.select}", words)
        (promises,) = scans(plan.fetchone()[0], "promises")
    assert promises["Actual Rows"] == 450
    assert promises.get("Rows Removed by Filter", 0) == 0


def scans(plan, table):
    """Where a plan reads a table, at any depth."""
    if isinstance(plan, list):
        return [found for each in plan for found in scans(each, table)]
    if not isinstance(plan, dict):
        return []
    here = [plan] if plan.get("Relation Name") == table else []
    return here + [found for each in plan.values() for found in scans(each, table)]
