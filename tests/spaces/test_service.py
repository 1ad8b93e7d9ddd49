"""Spaces as its neighbours see it: messages and facts in, answers and facts out."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import pytest
import yaml

from kernel.facts import NETWORK
from kernel.log import Log
from kernel.wire import Fact
from services.spaces.domain import Loan, Opening, Quota, Space
from services.spaces.service import Spaces

NEW_YEARS_EVE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # 1 January already, in Chimay
FERME, COURSE = (str(uuid5(NETWORK, path)) for path in ("organisation/ferme", "course/drones"))
LA_FERME = {
    "code": "la-ferme",
    "name": "La Ferme Coworking",
    "operator_id": FERME,
    "town": "Chimay",
    "country": "BE",
    "timezone": "Europe/Brussels",
    "lat": 50.048,
    "lon": 4.317,
}
SPACE = str(uuid5(NETWORK, "space/la-ferme"))
OTHER = str(uuid5(NETWORK, "space/e420"))
DESKS = str(uuid5(UUID(SPACE), "open-space"))
OPEN_SPACE = {
    "space_id": SPACE,
    "code": "open-space",
    "kind": "desks",
    "name": "Open space",
    "units": 12,
}


def told(source, kind, subject, position=1, **data):
    return Fact(
        source=f"/{source}",
        id=f"{subject}/1",
        type=f"{source}.{kind}",
        subject=subject,
        time=NEW_YEARS_EVE,
        sequence=str(position),
        by="a-coordinator",
        data=data,
    )


@pytest.fixture
def announced():
    return []


@pytest.fixture
def spaces(announced):
    service = Spaces(Log("spaces", announce=announced.extend), now=lambda: NEW_YEARS_EVE)
    registered = told("members", "OrganisationRegistered", FERME, code="ferme")
    service.take_in("members", 0, [registered])
    return service


@pytest.fixture
def la_ferme(spaces):
    done(spaces.answer("open_space", LA_FERME))
    done(spaces.answer("add_resource", OPEN_SPACE))
    return spaces


def done(answer):
    assert "done" in answer, answer
    return answer["done"]


def only(answer):
    (fact,) = done(answer)["facts"]
    return fact["type"], fact["data"]


# The space


def test_a_space_opens_under_an_id_that_follows_from_its_code(spaces):
    answer = done(spaces.answer("open_space", LA_FERME))
    assert answer["id"] == SPACE
    assert answer["facts"] == [
        {
            "type": "spaces.SpaceOpened",
            "subject": SPACE,
            "data": {**LA_FERME, "languages": [], "amenities": [], "planned": False},
        }
    ]


def test_a_code_is_used_once_in_the_network(la_ferme):
    answer = la_ferme.answer("open_space", {**LA_FERME, "name": "Another farm"})
    assert answer["refused"] == "SpaceAlreadyOpen"
    assert answer["reason"] == "A space of the network already has the code la-ferme."


def test_only_an_organisation_of_the_network_operates_a_space(spaces):
    answer = spaces.answer("open_space", {**LA_FERME, "operator_id": str(uuid4())})
    assert answer["refused"] == "UnknownOperator"


def test_what_neighbours_say_becomes_a_fact_of_ours_signed_by_the_same_person(spaces, announced):
    spaces.take_in("training", 0, [told("training", "CourseOffered", COURSE)])
    assert [(fact.type, fact.data, fact.by) for fact in announced] == [
        ("spaces.OrganisationLearned", {"organisation_id": FERME}, "a-coordinator"),
        ("spaces.CourseLearned", {"course_id": COURSE}, "a-coordinator"),
    ]


def test_what_neighbours_say_besides_changes_nothing(spaces, announced):
    spaces.take_in("members", 1, [told("members", "PersonJoined", str(uuid4()), 2)])
    spaces.take_in("training", 0, [told("training", "SessionCancelled", str(uuid4()))])
    assert len(announced) == 1
    assert (spaces.place_in("members"), spaces.place_in("training")) == (2, 1)


@pytest.mark.parametrize(
    "field, nonsense",
    [
        ("code", "La Ferme"),
        ("name", " "),
        ("timezone", "Europe/Chimay"),
        ("timezone", "../../etc/passwd"),
        ("timezone", "localtime"),
        ("country", "be"),
        ("country", "BEL"),
        ("country", "BE\n"),
        ("lat", 90.1),
        ("lat", "NaN"),
        ("lon", -180.1),
        ("languages", ["French"]),
        ("amenities", ["A kitchen"]),
        ("colour", "blue"),
    ],
)
def test_a_space_that_makes_no_sense_is_sent_back(spaces, field, nonsense):
    answer = spaces.answer("open_space", {**LA_FERME, field: nonsense})
    assert answer["invalid"].keys() == {field}


@pytest.mark.parametrize(
    "verb, words",
    [
        ("start_operation", {}),
        ("add_resource", {**OPEN_SPACE}),
        ("retire_resource", {"resource_id": DESKS}),
        ("set_prices", {"resource_id": DESKS, "day_cents": 1500}),
        ("set_hours", {"hours": []}),
        ("set_terms", {"cancellation_hours": 48, "buffer_minutes": 15}),
        ("close_day", {"day": "2027-05-01", "reason": "Works"}),
        ("open_day", {"day": "2027-05-01"}),
        ("observe_holidays", {"observed": False}),
        (
            "lend",
            {
                "borrower_id": SPACE,
                "kind": "time",
                "hours": 2,
                "start": "2027-01-04",
                "end": "2027-01-04",
            },
        ),
        ("return_loan", {"loan_id": str(uuid4())}),
    ],
)
def test_nothing_is_asked_of_a_space_that_never_opened(spaces, verb, words):
    assert "unknown" in spaces.answer(verb, {**words, "space_id": SPACE})


def test_a_planned_space_starts_operating_once(spaces):
    done(spaces.answer("open_space", {**LA_FERME, "planned": True}))
    done(spaces.answer("add_resource", OPEN_SPACE))
    assert only(spaces.answer("start_operation", {"space_id": SPACE})) == (
        "spaces.OperationStarted",
        {},
    )
    again = spaces.answer("start_operation", {"space_id": SPACE})
    assert again["refused"] == "AlreadyOperating"


# Resources and prices


def test_a_resource_asks_only_for_a_course_of_the_network(la_ferme):
    machine = {
        "space_id": SPACE,
        "code": "fablab",
        "kind": "machines",
        "name": "Fablab",
        "units": 6,
        "training_id": COURSE,
    }
    assert la_ferme.answer("add_resource", machine)["refused"] == "UnknownCourse"
    la_ferme.take_in("training", 0, [told("training", "CourseOffered", COURSE)])
    kind, data = only(la_ferme.answer("add_resource", machine))
    assert (kind, data["training_id"]) == ("spaces.ResourceAdded", COURSE)
    assert data["resource_id"] == str(uuid5(UUID(SPACE), "fablab"))


def test_prices_are_set_and_set_again(la_ferme):
    desks = {"space_id": SPACE, "resource_id": DESKS}
    cents = {"hour_cents": None, "half_day_cents": 900, "day_cents": 1500, "month_cents": None}
    assert only(la_ferme.answer("set_prices", {**desks, **cents})) == (
        "spaces.PricesSet",
        {"resource_id": DESKS, "version": 1, **cents, "tiers": []},
    )
    tiers = [{"above": 2, "each_cents": 1200}, {"above": 5, "each_cents": 1000}]
    again = {**desks, **cents}
    _, data = only(la_ferme.answer("set_prices", {**again, "tiers": tiers}))
    assert (data["version"], data["tiers"]) == (2, tiers)
    assert la_ferme.answer("set_prices", {**again, "tiers": tiers[::-1]})["invalid"].keys() == {
        "tiers"
    }
    _, data = only(la_ferme.answer("set_prices", {**desks, "day_cents": 1600}))
    assert (data["version"], data["day_cents"], data["half_day_cents"]) == (3, 1600, None)
    assert data["tiers"] == []
    assert la_ferme.answer("set_prices", desks)["refused"] == "PricesMissing"


def test_a_room_has_parts_that_are_booked_with_it(la_ferme):
    def added(code, kind, **about):
        words = {"space_id": SPACE, "code": code, "kind": kind, "name": code, **about}
        return only(la_ferme.answer("add_resource", words))[1]["resource_id"]

    big, left, right, small = (added(f"room-{n}", "room", seats=8) for n in range(4))
    beamer = added("beamer", "machines", units=2)

    def parts(whole, *parts):
        words = {"space_id": SPACE, "resource_id": whole, "parts": list(parts)}
        return la_ferme.answer("set_parts", words)

    assert only(parts(big, left, right)) == (
        "spaces.PartsSet",
        {"resource_id": big, "parts": sorted([left, right])},
    )
    assert only(parts(small, beamer, beamer))[1]["parts"] == [beamer]
    assert parts(beamer, big)["refused"] == "PartOfItself", "big has parts"
    assert parts(beamer, beamer)["refused"] == "PartOfItself"
    assert parts(beamer, right)["refused"] == "PartOfItself", "beamer is a part itself"
    assert parts(big, DESKS)["refused"] == "BookedByTheDay"
    assert parts(big, OTHER)["refused"] == "UnknownPart"
    assert parts(left, beamer)["refused"] == "PartOfItself", "left is a part itself"
    assert only(parts(small))[1]["parts"] == []


def test_reductions_are_set_and_set_again(la_ferme):
    def ask(*reductions):
        words = {"space_id": SPACE, "reductions": list(reductions)}
        return la_ferme.answer("set_reductions", words)

    student = {"customer": "student", "percent": 20}
    assert only(ask(student)) == (
        "spaces.ReductionsSet",
        {"version": 1, "reductions": [student]},
    )
    assert only(ask())[1] == {"version": 2, "reductions": []}
    assert list(ask(student, {**student, "percent": 5})["invalid"]) == ["reductions"]
    for wrong in ({**student, "percent": 0}, {**student, "customer": "king"}):
        assert list(ask(wrong)["invalid"]) == ["reductions"]


def test_quotas_are_set_and_set_again(la_ferme):
    def ask(*quotas):
        return la_ferme.answer("set_quotas", {"space_id": SPACE, "quotas": list(quotas)})

    four = {"kind": "desk", "per": "person", "period": "week", "most": 4}
    assert only(ask(four)) == (
        "spaces.QuotasSet",
        {"version": 1, "quotas": [{**four, "plan_id": None}]},
    )
    assert only(ask())[1] == {"version": 2, "quotas": []}
    assert list(ask(four, {**four, "most": 5})["invalid"]) == ["quotas"]
    assert "invalid" in ask({**four, "per": "organisation"})
    assert "invalid" in ask({**four, "most": 0})


def test_rules_of_booking_are_set_and_set_again(la_ferme):
    desks = {"space_id": SPACE, "resource_id": DESKS}
    assert only(la_ferme.answer("set_booking_rules", {**desks, "notice_minutes": 60})) == (
        "spaces.BookingRulesSet",
        {
            "resource_id": DESKS,
            "version": 1,
            "shortest_minutes": None,
            "longest_minutes": None,
            "notice_minutes": 60,
            "horizon_days": 366,
            "approval": False,
        },
    )
    _, data = only(la_ferme.answer("set_booking_rules", {**desks, "horizon_days": 30}))
    assert (data["version"], data["notice_minutes"], data["horizon_days"]) == (2, 0, 30)
    refused = la_ferme.answer("set_booking_rules", {**desks, "longest_minutes": 60})
    assert refused["refused"] == "BookedByTheDay"
    turned = {**desks, "shortest_minutes": 120, "longest_minutes": 60}
    assert list(la_ferme.answer("set_booking_rules", turned)["invalid"]) == ["longest_minutes"]
    elsewhere = {"space_id": OTHER, "resource_id": DESKS}
    assert "unknown" in la_ferme.answer("set_booking_rules", elsewhere)


def test_a_resource_of_another_space_is_unknown_here(la_ferme):
    done(la_ferme.answer("open_space", {**LA_FERME, "code": "e420"}))
    elsewhere = {"space_id": OTHER, "resource_id": DESKS}
    assert "unknown" in la_ferme.answer("set_prices", {**elsewhere, "day_cents": 1500})
    assert "unknown" in la_ferme.answer("retire_resource", elsewhere)


def test_a_retired_resource_stays_retired(la_ferme):
    desks = {"space_id": SPACE, "resource_id": DESKS}
    assert only(la_ferme.answer("retire_resource", desks))[0] == "spaces.ResourceRetired"
    assert la_ferme.answer("retire_resource", desks)["refused"] == "NoLongerOffered"
    assert la_ferme.answer("add_resource", OPEN_SPACE)["refused"] == "ResourceCodeTaken"


@pytest.mark.parametrize(
    "field, nonsense", [("kind", "hammock"), ("units", 0), ("units", 1.5), ("seats", -1)]
)
def test_a_resource_that_makes_no_sense_is_sent_back(la_ferme, field, nonsense):
    answer = la_ferme.answer("add_resource", {**OPEN_SPACE, "code": "new", field: nonsense})
    assert answer["invalid"].keys() == {field}


@pytest.mark.parametrize("cents", [-1, 15.5, "15.00", 10_000_001])
def test_a_price_is_a_whole_number_of_cents(la_ferme, cents):
    words = {"space_id": SPACE, "resource_id": DESKS, "day_cents": cents}
    assert la_ferme.answer("set_prices", words)["invalid"].keys() == {"day_cents"}


# Hours and days


def test_hours_come_as_times_on_the_wall_and_are_kept_as_minutes(la_ferme):
    hours = [
        {"weekday": 5, "opens": "13:00", "closes": "24:00"},
        {"weekday": 5, "opens": "08:30", "closes": "12:00"},
    ]
    assert only(la_ferme.answer("set_hours", {"space_id": SPACE, "hours": hours})) == (
        "spaces.HoursSet",
        {
            "hours": [
                {"weekday": 5, "opens": 510, "closes": 720},
                {"weekday": 5, "opens": 780, "closes": 1440},
            ]
        },
    )
    kept = la_ferme.log.load(Space, UUID(SPACE)).hours
    assert kept == [Opening(5, 510, 720), Opening(5, 780, 1440)]


def test_hours_that_overlap_are_refused_by_name(la_ferme):
    hours = [
        {"weekday": 5, "opens": "08:30", "closes": "12:01"},
        {"weekday": 5, "opens": "12:00", "closes": "18:00"},
    ]
    answer = la_ferme.answer("set_hours", {"space_id": SPACE, "hours": hours})
    assert (answer["refused"], answer["values"]) == ("HoursOverlap", {"weekday": "5"})


@pytest.mark.parametrize(
    "field, nonsense",
    [("weekday", 0), ("weekday", 8), ("opens", "8h30"), ("closes", "24:01"), ("note", "maybe")],
)
def test_hours_that_make_no_sense_are_sent_back(la_ferme, field, nonsense):
    span = {"weekday": 5, "opens": "08:30", "closes": "12:00", field: nonsense}
    answer = la_ferme.answer("set_hours", {"space_id": SPACE, "hours": [span]})
    assert answer["invalid"]["hours"][0].keys() == {field}


def test_terms_have_midday_at_one_unless_told_otherwise(la_ferme):
    terms = {"cancellation_hours": 48, "buffer_minutes": 15}
    answer = la_ferme.answer("set_terms", {"space_id": SPACE, **terms})
    more = {"late_fee_percent": None, "release_minutes": None, "offer_minutes": 120}
    assert only(answer) == ("spaces.TermsSet", {**terms, **more, "midday": 780})
    answer = la_ferme.answer("set_terms", {"space_id": SPACE, **terms, "midday": "12:30"})
    assert only(answer) == ("spaces.TermsSet", {**terms, **more, "midday": 750})


@pytest.mark.parametrize("midday", ["00:00", "24:00", "noon"])
def test_midday_lies_within_the_day(la_ferme, midday):
    words = {"space_id": SPACE, "cancellation_hours": 0, "buffer_minutes": 0, "midday": midday}
    assert la_ferme.answer("set_terms", words)["invalid"].keys() == {"midday"}


def test_today_is_today_where_the_space_is(la_ferme):
    """At this moment it is 31 December in London, and 1 January in Chimay."""
    done(la_ferme.answer("open_space", {**LA_FERME, "code": "e420", "timezone": "Europe/London"}))
    closure = {"day": "2026-12-31", "reason": "Works"}
    here = la_ferme.answer("close_day", {**closure, "space_id": SPACE})
    assert (here["refused"], here["values"]) == ("DayIsPast", {"today": "2027-01-01"})
    there = la_ferme.answer("close_day", {**closure, "space_id": OTHER})
    assert only(there) == ("spaces.DayClosed", closure)


def test_a_closed_day_opens_again(la_ferme):
    day = {"space_id": SPACE, "day": "2027-05-01"}
    done(la_ferme.answer("close_day", {**day, "reason": "Works"}))
    again = la_ferme.answer("close_day", {**day, "reason": "Snow"})
    assert again["refused"] == "DayAlreadyClosed"
    assert only(la_ferme.answer("open_day", day)) == ("spaces.DayOpened", {"day": "2027-05-01"})
    assert la_ferme.answer("open_day", day)["refused"] == "DayAlreadyOpen"


def test_a_space_is_described_anew(la_ferme):
    now = {"languages": ["fr", "nl"], "amenities": ["garden"]}
    answer = la_ferme.answer("describe_space", {"space_id": SPACE, **now})
    assert only(answer) == ("spaces.SpaceDescribed", now)
    answer = la_ferme.answer("describe_space", {"space_id": SPACE, "languages": ["de"]})
    assert only(answer) == ("spaces.SpaceDescribed", {"languages": ["de"], "amenities": []})


def test_a_space_may_work_on_holidays(la_ferme):
    answer = la_ferme.answer("observe_holidays", {"space_id": SPACE, "observed": False})
    assert only(answer) == ("spaces.HolidaysObserved", {"observed": False})


# Loans

SCANNER = {
    "space_id": SPACE,
    "borrower_id": OTHER,
    "kind": "equipment",
    "what": "3D scanner",
    "start": "2027-01-01",
    "end": "2027-01-31",
}


def test_a_scanner_is_lent_and_comes_back(la_ferme):
    done(la_ferme.answer("open_space", {**LA_FERME, "code": "e420"}))
    loan = done(la_ferme.answer("lend", SCANNER))["id"]
    back = {"space_id": OTHER, "loan_id": loan}
    assert only(la_ferme.answer("return_loan", back)) == (
        "spaces.LoanReturned",
        {"day": "2027-01-01"},
    )
    again = la_ferme.answer("return_loan", {**back, "space_id": SPACE})
    assert (again["refused"], again["values"]) == ("AlreadyReturned", {"day": "2027-01-01"})


def test_the_same_thing_may_be_lent_again_on_the_same_days(la_ferme):
    done(la_ferme.answer("open_space", {**LA_FERME, "code": "e420"}))
    loans = {done(la_ferme.answer("lend", SCANNER))["id"] for _ in range(2)}
    assert len(loans) == 2


def test_a_loan_is_no_space(la_ferme):
    done(la_ferme.answer("open_space", {**LA_FERME, "code": "e420"}))
    loan = done(la_ferme.answer("lend", SCANNER))["id"]
    assert "unknown" in la_ferme.answer("start_operation", {"space_id": loan})
    assert la_ferme.answer("lend", {**SCANNER, "borrower_id": loan})["refused"] == "UnknownBorrower"


def test_nothing_is_lent_to_a_space_nobody_knows(la_ferme):
    assert la_ferme.answer("lend", SCANNER)["refused"] == "UnknownBorrower"


def test_a_loan_nobody_agreed_on_is_unknown(la_ferme):
    words = {"space_id": SPACE, "loan_id": str(uuid4())}
    assert "unknown" in la_ferme.answer("return_loan", words)


# All of it

ABOUT_E420 = {
    "code": "e420",
    "name": "Coworking E420",
    "operator_id": UUID(FERME),
    "town": "Mariembourg",
    "country": "BE",
    "timezone": "Europe/Brussels",
    "lat": 50.096,
    "lon": 4.521,
    "languages": ["fr"],
    "amenities": ["kitchen"],
}
TWO_HOURS = {
    "kind": "time",
    "what": "Welcome",
    "person_id": UUID(FERME),
    "hours": 2,
    "start": date(2026, 3, 2),
    "end": date(2026, 3, 2),
}


def test_the_real_network_can_be_told(spaces):
    network = yaml.safe_load(Path("deploy/network.yaml").read_text())
    for position, each in enumerate(network["organisations"], start=2):
        organisation = str(uuid5(NETWORK, f"organisation/{each['id']}"))
        registered = told("members", "OrganisationRegistered", organisation, position)
        spaces.take_in("members", position - 1, [registered])
    for space in network["spaces"]:
        opened = done(spaces.answer("open_space", in_our_words(space)))
        for resource in space["resources"]:
            tell_of(spaces, opened["id"], resource)
    known = {fact.subject for fact in spaces.log.after(0) if fact.type == "spaces.SpaceOpened"}
    assert known == {str(Space.id_of(space["id"])) for space in network["spaces"]}
    arlon = spaces.log.load(Space, Space.id_of("arlon"))
    assert not arlon.operating
    assert [each.prices.day_cents for each in arlon.resources.values()] == [1400]


def in_our_words(space):
    named = {key: space[key] for key in ("name", "town", "country", "timezone", "lat", "lon")}
    return {
        **named,
        "code": space["id"],
        "operator_id": str(uuid5(NETWORK, f"organisation/{space['operator']}")),
        "planned": space.get("opens") == "planned",
    }


def tell_of(spaces, space_id, resource):
    counted = {key: resource[key] for key in ("kind", "name", "units", "seats") if key in resource}
    words = {"space_id": space_id, "code": resource["id"], **counted}
    _, added = only(spaces.answer("add_resource", words))
    cents = {
        f"{length}_cents": round(float(resource[length]) * 100)
        for length in ("hour", "half_day", "day", "month")
        if length in resource
    }
    if cents:
        identity = {"space_id": space_id, "resource_id": added["resource_id"]}
        done(spaces.answer("set_prices", {**identity, **cents}))


def test_what_was_lived_is_what_is_remembered():
    log, today = Log("spaces"), date(2026, 3, 2)
    space = Space(Space.id_of("e420"), **{**ABOUT_E420, "planned": True})
    space.start_operation()
    space.add_resource("fablab", "machines", "Fablab", units=6, training_id=UUID(COURSE))
    space.add_resource("salle", "room", "Salle", seats=24)
    (fablab, salle) = space.resources
    space.set_prices(fablab, hour_cents=1200)
    space.retire_resource(salle)
    space.set_hours([Opening(1, 480, 1440)])
    space.set_terms(48, 15, 750, 50, 60, 120)
    space.set_quotas([Quota("desk", "person", "week", 4, None)])
    space.observe_holidays(False)
    space.close_day(date(2026, 5, 1), "Works", today=today)
    space.close_day(date(2026, 5, 2), "Works", today=today)
    space.open_day(date(2026, 5, 1), today=today)
    loan = Loan.between(uuid4(), UUID(SPACE), space.id, **TWO_HOURS)
    loan.give_back(space.id, today, today=today)
    log.save(space, loan)
    assert log.load(Space, space.id) == space
    assert log.load(Loan, loan.id) == loan


# A place that may become a space

GRANGE = {
    **{"person_id": str(uuid4()), "name": "La Grange", "town": "Couvin", "country": "BE"},
    **{"premises": "farm", "desks": 8, "rooms": 1},
}
OPENING = {
    **{"code": "la-grange", "operator_id": FERME, "timezone": "Europe/Brussels"},
    **{"lat": 50.05, "lon": 4.49},
}


@pytest.fixture
def grange(spaces):
    """Proposed and equipped."""
    candidate = {"candidate_id": done(spaces.answer("propose_space", GRANGE))["id"]}
    done(spaces.answer("take_step", {**candidate, "step": "equipped"}))
    return candidate


def test_a_candidate_becomes_a_planned_space_at_one_stroke(spaces, grange):
    opened, ended = done(spaces.answer("open_candidate", grange | OPENING))["facts"]
    assert (opened["type"], ended["type"]) == ("spaces.SpaceOpened", "spaces.CandidateOpened")
    assert ended["data"] == {"space_id": opened["subject"]}
    told = {"name": "La Grange", "town": "Couvin", "country": "BE", "planned": True}
    assert told.items() <= opened["data"].items()
    done(spaces.answer("start_operation", {"space_id": opened["subject"]}))


def test_what_prevents_the_space_leaves_the_candidate_as_it_was(spaces, la_ferme, grange):
    taken = grange | OPENING | {"code": "la-ferme"}
    assert spaces.answer("open_candidate", taken)["refused"] == "SpaceAlreadyOpen"
    unknown = grange | OPENING | {"operator_id": str(uuid4())}
    assert spaces.answer("open_candidate", unknown)["refused"] == "UnknownOperator"
    done(spaces.answer("open_candidate", grange | OPENING))


def test_the_same_place_is_proposed_once_by_one_person(spaces, grange):
    again = GRANGE | {"name": "LA GRANGE"}
    assert spaces.answer("propose_space", again)["refused"] == "AlreadyProposed"
    done(spaces.answer("propose_space", GRANGE | {"person_id": str(uuid4())}))


@pytest.mark.parametrize("verb", ["withdraw_candidate", "decline_candidate"])
def test_a_candidate_that_is_over_opens_no_space(spaces, grange, verb):
    reason = {"reason": "no-host"} if verb == "decline_candidate" else {}
    done(spaces.answer(verb, grange | reason))
    assert spaces.answer("open_candidate", grange | OPENING)["refused"] == "CandidateClosed"
