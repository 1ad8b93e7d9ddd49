"""Whatever happens, in whatever order: no pass is overdrawn, no cent and no day is lost."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernel.facts import Refused
from kernel.log import Log
from kernel.wire import Fact
from services.mobility.domain import Pass, Settlement, Visit, WorkYear
from services.mobility.service import Mobility

NOBODY = UUID(int=0)
ADA, BEP = UUID(int=1), UUID(int=2)
CHIMAY, NAMUR, RIMBAUD, VENCE = SPACES = [UUID(int=n) for n in range(10, 14)]
COUNTRY = {CHIMAY: "BE", NAMUR: "BE", RIMBAUD: "FR", VENCE: "FR"}
MONDAY = date(2026, 3, 30)  # a few days later it is another month
BOOKING = UUID(int=20)
NOW = datetime(2026, 12, 31, tzinfo=UTC)

days = st.integers(0, 6).map(lambda n: MONDAY + timedelta(days=n))
halves = st.sampled_from([1, 2])
bookings = st.integers(0, 9).map(lambda n: uuid5(NOBODY, str(n)))


# The allowance, on the pass alone


def a_visit(number, half_days, booking=BOOKING):
    day = MONDAY + timedelta(days=number)
    return "record_visit", {"visit": Visit(booking, CHIMAY, RIMBAUD, "FR", day, half_days)}


visits = st.builds(a_visit, st.integers(0, 6), halves, bookings)
extensions = st.builds(
    lambda added, last: ("extend", {"days": added, "valid_until": last}),
    *(st.integers(-2, 3), st.none() | days),
)
withdrawals = st.just(("withdraw", {}))


last_days = st.sampled_from([MONDAY + timedelta(days=n) for n in (6, 5, 3)])
asked_of_a_pass = st.one_of(*[visits] * 8, extensions, withdrawals)


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 2), last_days, st.lists(asked_of_a_pass, min_size=4, max_size=20))
@example(1, MONDAY + timedelta(days=6), [a_visit(0, 1), a_visit(1, 2)])
def test_the_allowance_is_never_exceeded_whatever_is_asked(allowance, last, asked):
    held = Pass.issue(ADA, 2026, days=allowance, sponsor_id=BEP, valid_until=last)
    for command, words in asked:
        was_withdrawn = held.withdrawn
        before = len(held.pending_events)
        try:
            getattr(held, command)(**words)
        except Refused:
            assert len(held.pending_events) == before
        assert not (was_withdrawn and len(held.pending_events) > before)
    recorded = [each for each in held.pending_events if isinstance(each, Pass.VisitRecorded)]
    added = [each.days for each in held.pending_events if isinstance(each, Pass.PassExtended)]
    on = Counter()
    for each in recorded:
        on[each.day] += each.half_days
    assert sum(on.values()) <= 2 * (allowance + sum(added))
    assert max(on.values(), default=0) <= 2
    assert len({(each.booking_id, each.day) for each in recorded}) == len(recorded)
    assert max(on, default=MONDAY) <= held.valid_until


# The whole service: visits, settlements and work days


class Network:
    """Mobility, its neighbours and its log, in one."""

    def __init__(self, allowance):
        self.announced = []
        self.mobility = Mobility(Log("mobility", announce=self.announced.extend), now=lambda: NOW)
        for space, country in COUNTRY.items():
            self.say("spaces.SpaceOpened", space, country=country, timezone="Europe/Paris")
        self.say("members.PersonJoined", ADA, home_space_id=str(CHIMAY))
        self.say("members.OrganisationRegistered", BEP)
        self.ask("issue_pass", person_id=ADA, year=2026, days=allowance, sponsor_id=BEP)

    def say(self, kind, subject, **data):
        source = kind.split(".")[0]
        place = self.mobility.place_in(source)
        fact = Fact(
            source=f"/{source}",
            id=f"{subject}/{place + 1}",
            type=kind,
            subject=str(subject),
            time=NOW,
            sequence=str(place + 1),
            by="system",
            data=data,
        )
        self.mobility.take_in(source, place, [fact])

    def ask(self, verb, **words):
        plain = {name: n if isinstance(n, int) else str(n) for name, n in words.items()}
        answer = self.mobility.answer(verb, plain)
        assert answer.keys() & {"done", "refused"}, answer
        return "done" in answer

    def told(self, kind):
        return [fact.data for fact in self.announced if fact.type == f"mobility.{kind}"]


check_ins = st.tuples(st.just("check in"), st.sampled_from(SPACES), days, halves)
moves = st.tuples(st.just("move"), st.sampled_from(SPACES))
agreements = st.tuples(
    *(st.just("agree"), st.sampled_from(SPACES), days, st.integers(0, 900), st.integers(0, 900))
)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 3),
    st.lists(st.one_of(*[check_ins] * 4, moves, agreements), min_size=1, max_size=25),
)
def test_every_visit_is_owed_once_at_the_tariff_of_its_day(allowance, story):
    network, agreed, owed, visited = Network(allowance), [], Counter(), Counter()
    home = CHIMAY
    for number, (what, space, *rest) in enumerate(story):
        match what, *rest:
            case "move", *_:
                home = space
                network.say("members.SituationChanged", ADA, home_space_id=str(space))
            case "agree", day, half_day, whole:
                terms = {"half_day_cents": half_day, "day_cents": whole}
                if network.ask("agree_tariff", space_id=space, valid_from=day, **terms):
                    agreed.append((space, day, {1: half_day, 2: whole}))
            case "check in", day, half_days:
                words = {"person_id": str(ADA), "day": day.isoformat(), "half_days": half_days}
                booking = uuid5(NOBODY, f"booking {number}")
                network.say("bookings.CheckedIn", booking, space_id=str(space), **words)
                fits = visited[day] + half_days <= 2
                enough = visited.total() + half_days <= 2 * allowance
                if COUNTRY[home] != COUNTRY[space] and fits and enough:
                    visited[day] += half_days
                    prices = [p for s, start, p in agreed if s == space and start <= day]
                    owed[home, space, f"{day:%Y-%m}"] += prices[-1][half_days] if prices else 0
    recorded = network.told("VisitRecorded")
    assert sum(each["half_days"] for each in recorded) == visited.total() <= 2 * allowance
    lines = network.told("SettlementLineAdded")
    assert [line["booking_id"] for line in lines] == [each["booking_id"] for each in recorded]
    assert sum(line["amount_cents"] for line in lines) == owed.total()
    load = network.mobility.log.load
    assert {key: load(Settlement, *key).owed_cents for key in owed} == owed


declarations = st.tuples(st.just("declare"), st.sampled_from(["BE", "FR", "LU"]), days, halves)
contests = st.tuples(st.just("contest"), st.sampled_from(["BE", "FR", "LU"]), days)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(check_ins, declarations, contests), max_size=25))
def test_work_days_add_up_by_country(story):
    network, worked = Network(allowance=366), {}  # each half-day of each day, and its country
    for number, (what, where, day, *half_days) in enumerate(story):
        half_days = sum(half_days)
        done = worked.setdefault(day, [])
        match what:
            case "check in":
                words = {"person_id": str(ADA), "day": day.isoformat(), "half_days": half_days}
                booking = uuid5(NOBODY, f"booking {number}")
                network.say("bookings.CheckedIn", booking, space_id=str(where), **words)
                worked[day] = [*done, *[COUNTRY[where]] * half_days][:2]
            case "declare":
                words = {"day": day, "country": where, "place_kind": "home"}
                said = network.ask("declare_work_day", person_id=ADA, half_days=half_days, **words)
                assert said == (len(done) + half_days <= 2)
                worked[day] += [where] * half_days * said
            case "contest":
                said = network.ask("contest_work_day", person_id=ADA, day=day, country=where)
                assert said == (where in done)
                worked[day] = [country for country in done if country != where]
    expected = Counter(country for halves in worked.values() for country in halves)
    year = network.mobility.log.find(WorkYear, ADA, 2026)
    assert (year.half_days_by_country if year else {}) == expected
