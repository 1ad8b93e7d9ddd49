"""Mobility as its neighbours see it: messages and facts in, answers and facts out."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from kernel.log import Log, Unknown
from kernel.recorder import Conflict
from kernel.wire import Fact
from services.mobility.domain import Host, Pass, Settlement, Traveller, WorkYear
from services.mobility.service import Mobility

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = "2026-03-02"
CHIMAY, NAMUR, RIMBAUD, ADA, BEP = (str(uuid4()) for _ in range(5))
TOWNS = {CHIMAY: "BE", NAMUR: "BE", RIMBAUD: "FR"}


class Neighbours:
    """Tells mobility what happened elsewhere."""

    def __init__(self, mobility):
        self.mobility = mobility

    def say(self, *said):
        """Each is (type, subject, data). All of one source are taken in at once."""
        source = said[0][0].split(".")[0]
        place = self.mobility.place_in(source)
        facts = [
            Fact(
                source=f"/{source}",
                id=f"{subject}/{position}",
                type=kind,
                subject=subject,
                time=NOON,
                sequence=str(position),
                by="host-of-chimay",
                data=data,
            )
            for position, (kind, subject, data) in enumerate(said, start=place + 1)
        ]
        self.mobility.take_in(source, place, facts)

    def check_in(self, space=RIMBAUD, half_days=2, day=DAY, booking=None):
        self.say(checked_in(space, half_days, day, booking))


def checked_in(space=RIMBAUD, half_days=2, day=DAY, booking=None):
    words = {"person_id": ADA, "space_id": space, "day": day, "half_days": half_days}
    return "bookings.CheckedIn", booking or str(uuid4()), words


def space_opened(space):
    return "spaces.SpaceOpened", space, {"country": TOWNS[space], "timezone": "Europe/Paris"}


@pytest.fixture
def announced():
    return []


@pytest.fixture
def mobility(announced):
    return Mobility(Log("mobility", announce=announced.extend), now=lambda: NOON)


@pytest.fixture
def neighbours(mobility, announced):
    told = Neighbours(mobility)
    told.say(*map(space_opened, TOWNS))
    told.say(
        ("members.PersonJoined", ADA, {"home_space_id": CHIMAY, "status": "independent"}),
        ("members.OrganisationRegistered", BEP, {"code": "bep", "country": "BE"}),
    )
    announced.clear()
    return told


def pass_for(days=10, **words):
    return {"person_id": ADA, "year": 2026, "days": days, "sponsor_id": BEP, **words}


@pytest.fixture
def issued(mobility, neighbours, announced):
    answer = mobility.answer("issue_pass", pass_for())
    announced.clear()
    return answer["done"]["id"]


def agree(mobility, valid_from="2026-01-01", half_day=700, day=1200):
    words = {"half_day_cents": half_day, "day_cents": day}
    return mobility.answer("agree_tariff", {"space_id": RIMBAUD, "valid_from": valid_from, **words})


def happened(announced):
    return [fact.type.removeprefix("mobility.") for fact in announced]


def said(announced, kind):
    return [fact.data for fact in announced if fact.type == f"mobility.{kind}"]


def reasons(announced):
    return [each["reason"] for each in said(announced, "VisitNotCovered")]


# What neighbours say becomes ours


def test_spaces_persons_and_organisations_are_met(mobility, announced):
    told = Neighbours(mobility)
    told.say(space_opened(RIMBAUD))
    told.say(
        ("members.PersonJoined", ADA, {"home_space_id": CHIMAY, "status": "independent"}),
        ("members.OrganisationRegistered", BEP, {"code": "bep", "country": "BE"}),
        ("members.RoleGranted", ADA, {"role": "member", "space_id": None}),
    )
    assert happened(announced) == ["HostMet", "TravellerMet", "SponsorMet"]
    assert {fact.by for fact in announced} == {"host-of-chimay"}
    assert mobility.place_in("members") == 3


def test_a_new_situation_may_move_the_home(neighbours, announced):
    situation = {"status": "employee", "residence": "FR"}
    neighbours.say(("members.SituationChanged", ADA, {**situation, "home_space_id": CHIMAY}))
    neighbours.say(("members.SituationChanged", ADA, {**situation, "home_space_id": RIMBAUD}))
    assert said(announced, "HomeMoved") == [{"home_space_id": RIMBAUD}]


# Passes


def test_a_pass_is_issued_for_the_whole_year(mobility, neighbours, announced):
    answer = mobility.answer("issue_pass", pass_for())
    assert answer["done"]["id"] == str(Pass.id_of(UUID(ADA), 2026))
    assert said(announced, "PassIssued") == [
        {
            **pass_for(),
            "valid_from": "2026-01-01",
            "valid_until": "2026-12-31",
        }
    ]


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"person_id": str(uuid4())}, "UnknownPerson"),
        ({"sponsor_id": str(uuid4())}, "UnknownOrganisation"),
        ({"valid_from": "2025-01-01"}, "ValidityOutsideYear"),
    ],
)
def test_a_pass_is_refused(mobility, neighbours, announced, words, refusal):
    assert mobility.answer("issue_pass", {**pass_for(), **words})["refused"] == refusal
    assert announced == []


def test_a_year_has_one_pass(mobility, issued):
    assert mobility.answer("issue_pass", pass_for())["refused"] == "PassAlreadyIssued"
    assert "done" in mobility.answer("issue_pass", pass_for(year=2027))


def test_a_pass_is_extended_and_withdrawn(mobility, issued, announced):
    assert "done" in mobility.answer("extend_pass", {"pass_id": issued, "days": 5})
    assert "done" in mobility.answer("withdraw_pass", {"pass_id": issued})
    assert mobility.answer("withdraw_pass", {"pass_id": issued})["refused"] == "PassIsWithdrawn"
    assert said(announced, "PassExtended") == [{"days": 5, "valid_until": "2026-12-31"}]


@pytest.mark.parametrize("verb", ["extend_pass", "withdraw_pass"])
def test_only_a_pass_is_a_pass(mobility, issued, verb):
    host = str(Host.create_id(UUID(CHIMAY)))
    for unknown in str(uuid4()), host:
        assert "unknown" in mobility.answer(verb, {"pass_id": unknown})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("days", 0),
        ("days", 367),
        ("days", "10"),
        ("days", True),
        ("year", 1),
        ("year", None),
        ("person_id", "ada"),
        ("valid_from", "soon"),
        ("colour", "red"),
    ],
)
def test_a_message_that_makes_no_sense_is_sent_back(mobility, neighbours, field, value):
    answer = mobility.answer("issue_pass", pass_for(**{field: value}))
    assert answer["invalid"].keys() == {field}


# A check-in abroad


def test_a_visit_uses_the_pass_is_settled_and_counted_in_one_append(
    mobility, neighbours, issued, announced
):
    agree(mobility)
    announced.clear()
    booking = str(uuid4())
    neighbours.check_in(booking=booking)
    assert happened(announced) == [
        "VisitRecorded",
        "SettlementOpened",
        "SettlementLineAdded",
        "WorkYearOpened",
        "WorkDayCounted",
    ]
    visit = {"booking_id": booking, "day": DAY, "half_days": 2}
    between = {"home_space_id": CHIMAY, "host_space_id": RIMBAUD}
    assert said(announced, "VisitRecorded") == [{**visit, **between, "country": "FR"}]
    assert said(announced, "SettlementOpened") == [{**between, "month": "2026-03"}]
    assert said(announced, "SettlementLineAdded") == [
        {**visit, "pass_id": issued, "amount_cents": 1200, "tariff_version": 1}
    ]
    assert said(announced, "WorkDayCounted") == [
        {
            "day": DAY,
            "country": "FR",
            "place_kind": "space",
            "half_days": 2,
            "source": "check-in",
        }
    ]


def test_when_a_command_was_faster_nothing_of_the_check_in_is_kept(
    mobility, neighbours, issued, announced
):
    """The pass, the settlement, the work year and our place: all, or nothing and once more."""
    save = mobility.log.save

    def be_overtaken(*changed, **kept):
        mobility.log.save = save
        mobility.answer("withdraw_pass", {"pass_id": issued})
        return save(*changed, **kept)

    mobility.log.save = be_overtaken
    with pytest.raises(Conflict):
        neighbours.check_in()
    assert happened(announced) == ["PassWithdrawn"]
    assert mobility.place_in("bookings") == 0
    neighbours.check_in()
    assert reasons(announced) == ["pass-withdrawn"]


def test_without_a_tariff_hosts_receive_for_nothing(neighbours, issued, announced):
    neighbours.check_in()
    (line,) = said(announced, "SettlementLineAdded")
    assert (line["amount_cents"], line["tariff_version"]) == (0, 0)


def test_a_visit_costs_what_was_agreed_for_its_day(mobility, neighbours, issued, announced):
    agree(mobility, "2026-03-01", 700, 1200)
    agree(mobility, "2026-03-10", 800, 1400)
    for day in DAY, "2026-03-10", "2026-02-28":
        neighbours.check_in(day=day, half_days=1)
    lines = said(announced, "SettlementLineAdded")
    assert [(line["tariff_version"], line["amount_cents"]) for line in lines] == [
        (1, 700),
        (2, 800),
        (0, 0),
    ]


def test_each_month_has_its_settlement(neighbours, issued, announced):
    for day in DAY, "2026-03-03", "2026-04-01":
        neighbours.check_in(day=day)
    months = [each["month"] for each in said(announced, "SettlementOpened")]
    assert months == ["2026-03", "2026-04"]


def test_at_home_or_elsewhere_in_the_country_needs_no_pass(neighbours, issued, announced):
    neighbours.check_in(CHIMAY, half_days=1)
    neighbours.check_in(NAMUR, half_days=1)
    assert happened(announced) == ["WorkYearOpened", "WorkDayCounted", "WorkDayCounted"]
    assert {day["country"] for day in said(announced, "WorkDayCounted")} == {"BE"}


def test_a_visit_starts_from_where_home_is_now(neighbours, issued, announced):
    neighbours.say(("members.SituationChanged", ADA, {"home_space_id": RIMBAUD}))
    neighbours.check_in(RIMBAUD)
    neighbours.check_in(NAMUR, day="2026-03-03")
    (visit,) = said(announced, "VisitRecorded")
    assert (visit["home_space_id"], visit["host_space_id"]) == (RIMBAUD, NAMUR)


def test_who_has_no_home_space_is_at_home_wherever_they_work(neighbours, issued, announced):
    neighbours.say(("members.SituationChanged", ADA, {"home_space_id": None}))
    neighbours.check_in()
    assert happened(announced)[-2:] == ["WorkYearOpened", "WorkDayCounted"]


def test_without_a_pass_a_visit_is_counted_and_not_covered(neighbours, announced):
    booking = str(uuid4())
    neighbours.check_in(booking=booking)
    assert happened(announced) == ["VisitNotCovered", "WorkYearOpened", "WorkDayCounted"]
    assert said(announced, "VisitNotCovered") == [
        {
            "booking_id": booking,
            "host_space_id": RIMBAUD,
            "day": DAY,
            "half_days": 2,
            "reason": "no-pass",
        }
    ]


def test_last_years_pass_does_not_cover(neighbours, issued, announced):
    neighbours.check_in(day="2027-01-04")
    assert reasons(announced) == ["no-pass"]


def test_a_withdrawn_pass_does_not_cover(mobility, neighbours, issued, announced):
    mobility.answer("withdraw_pass", {"pass_id": issued})
    neighbours.check_in()
    assert reasons(announced) == ["pass-withdrawn"]


def test_a_pass_does_not_cover_outside_its_validity(mobility, neighbours, announced):
    mobility.answer("issue_pass", pass_for(valid_from="2026-03-03"))
    neighbours.check_in()
    assert reasons(announced) == ["outside-validity"]


def test_two_check_ins_at_once_do_not_exceed_the_allowance(mobility, neighbours, announced):
    mobility.answer("issue_pass", pass_for(days=1))
    neighbours.say(checked_in(day=DAY), checked_in(day="2026-03-03"))
    assert len(said(announced, "VisitRecorded")) == 1
    assert len(said(announced, "SettlementLineAdded")) == 1
    assert reasons(announced) == ["allowance-used"]


def test_a_third_half_of_a_day_is_not_covered_and_not_counted(neighbours, issued, announced):
    neighbours.say(*[checked_in(half_days=1) for _ in range(3)])
    assert len(said(announced, "VisitRecorded")) == 2
    assert reasons(announced) == ["day-covered"]
    assert sum(day["half_days"] for day in said(announced, "WorkDayCounted")) == 2


def test_a_booking_told_twice_for_a_day_is_taken_in_once(mobility, neighbours, issued, announced):
    booking = str(uuid4())
    neighbours.check_in(half_days=1, booking=booking)
    announced.clear()
    neighbours.check_in(half_days=1, booking=booking)
    assert announced == []
    assert mobility.place_in("bookings") == 2


@pytest.mark.parametrize("missing", ["person", "space", "home"])
def test_a_check_in_waits_until_person_and_spaces_are_known(mobility, missing):
    """Members and spaces may be heard later than bookings. The follower asks again."""
    told = Neighbours(mobility)
    if missing != "person":
        told.say(("members.PersonJoined", ADA, {"home_space_id": CHIMAY}))
    told.say(space_opened(NAMUR if missing == "space" else RIMBAUD))
    if missing != "home":
        told.say(space_opened(CHIMAY))
    with pytest.raises(Unknown):
        told.check_in()
    assert mobility.place_in("bookings") == 0


# Tariffs


def test_tariffs_are_agreed_one_after_the_other(mobility, neighbours, announced):
    agree(mobility, "2026-01-01")
    agree(mobility, "2026-07-01")
    assert [each["version"] for each in said(announced, "TariffAgreed")] == [1, 2]
    refused = agree(mobility, "2026-06-30")
    assert refused["refused"] == "TariffStartsTooEarly"
    assert "2026-07-01" in refused["reason"]


def test_a_space_nobody_told_us_about_has_no_tariff(mobility):
    assert "unknown" in agree(mobility)


@pytest.mark.parametrize("cents", [-1, 10_000_001, 7.5, "700"])
def test_amounts_are_cents(mobility, neighbours, cents):
    assert agree(mobility, half_day=cents)["invalid"].keys() == {"half_day_cents"}


# Work days


def worked(day=DAY, country="BE", place_kind="home", half_days=2):
    where = {"country": country, "place_kind": place_kind}
    return {"person_id": ADA, "day": day, "half_days": half_days, **where}


def totals(mobility):
    return mobility.log.load(WorkYear, UUID(ADA), 2026).half_days_by_country


def test_days_are_counted_by_country_checked_in_or_declared(mobility, neighbours):
    neighbours.check_in(half_days=1)
    mobility.answer("declare_work_day", worked(half_days=1))
    mobility.answer("declare_work_day", worked("2026-03-01", "LU", "employer"))
    assert totals(mobility) == {"FR": 1, "BE": 1, "LU": 2}


def test_a_declaration_is_refused(mobility, neighbours, announced):
    neighbours.check_in(half_days=1)
    announced.clear()
    tomorrow = mobility.answer("declare_work_day", worked("2026-03-03"))
    too_much = mobility.answer("declare_work_day", worked())
    assert (tomorrow["refused"], too_much["refused"]) == ("NotWorkedYet", "DayIsFull")
    assert announced == []


def test_a_contested_day_no_longer_counts(mobility, neighbours):
    neighbours.check_in()
    contest = {"person_id": ADA, "day": DAY, "country": "FR"}
    assert "done" in mobility.answer("contest_work_day", contest)
    assert mobility.answer("contest_work_day", contest)["refused"] == "NothingCounted"
    assert totals(mobility) == {}
    mobility.answer("declare_work_day", worked())
    assert totals(mobility) == {"BE": 2}


def test_the_work_days_of_somebody_unknown_are_unknown(mobility):
    assert "unknown" in mobility.answer("declare_work_day", worked())
    contest = {"person_id": ADA, "day": DAY, "country": "FR"}
    assert "unknown" in mobility.answer("contest_work_day", contest)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "be"),
        ("country", "BEL"),
        ("country", "BE\n"),
        ("place_kind", "space"),
        ("half_days", 3),
        ("day", "2026-02-30"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_sent_back(mobility, neighbours, field, value):
    answer = mobility.answer("declare_work_day", {**worked(), field: value})
    assert answer["invalid"].keys() == {field}


def test_everything_can_be_replayed_from_our_own_log_alone(mobility, neighbours, issued):
    agree(mobility)
    neighbours.say(checked_in(), checked_in(), checked_in(CHIMAY, day="2026-03-03"))
    ada, chimay, rimbaud = map(UUID, (ADA, CHIMAY, RIMBAUD))
    load = mobility.log.load
    assert load(Pass, Pass.id_of(ada, 2026)).half_days_left == 18
    assert load(Settlement, chimay, rimbaud, "2026-03").owed_cents == 1200
    assert [*load(Traveller, ada).not_covered.values()] == ["day-covered"]
    assert totals(mobility) == {"FR": 2, "BE": 2}
