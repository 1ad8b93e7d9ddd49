"""What somebody may ask about their own data: restricted, erased, and what has to be kept."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from kernel.log import Log
from kernel.recorder import Away
from kernel.testing import given
from services.members.domain import (
    ACCOUNTING,
    DUTIES,
    PUBLIC_MONEY,
    AlreadyErased,
    ErasureIsAwaited,
    MustBeKept,
    Person,
    StillSubscribed,
)
from services.members.domain.duties import read
from services.members.messages import PURPOSES
from services.members.service import Members
from services.members.vault import InMemory, commitment
from tests.members.test_rules import JOINED
from tests.members.test_service import (  # noqa: F401
    BEP,
    DETAILS,
    FERME,
    LISE,
    NOON,
    TEN_DAYS,
    announced,
    done,
    lise,
    members,
    opened,
    refusal,
    ten_days,
    vault,
)

TODAY = date(2026, 3, 2)
NUMBER, ANOTHER, BOOKING = uuid4(), uuid4(), uuid4()
FIELDS = ["email", "given_name"]


def kept(until, duty="accounting", cause=BOOKING):
    return partial(Person.DutyToKeepBegan, duty=duty, version=1, until=until, cause=cause)


def erased(**duties):
    return partial(Person.PersonErased, certificate=NUMBER, fields=FIELDS, duties=duties)


RESTRICTED, LIFTED = partial(Person.ProcessingRestricted), partial(Person.RestrictionLifted)
REQUESTED = partial(Person.ErasureRequested, certificate=NUMBER, until=date(2036, 12, 31))


# Restricted


def test_restricting_and_lifting_are_recorded_once():
    given(Person, JOINED).when(Person.restrict).then(RESTRICTED)
    given(Person, JOINED, RESTRICTED).when(Person.restrict).then()
    (given(Person, JOINED, RESTRICTED).when(Person.lift_restriction).then(LIFTED))
    given(Person, JOINED).when(Person.lift_restriction).then()


def test_lifting_takes_back_that_somebody_asked_to_be_erased():
    entry = uuid4()
    (
        given(Person, JOINED, kept(date(2036, 12, 31)), REQUESTED, LIFTED)
        .when(Person.correct_details, entry, "ff")
        .then(partial(Person.DetailsCorrected, details=entry))
    )


# What has to be kept


def test_a_duty_lasts_ten_years_from_the_end_of_the_year():
    assert ACCOUNTING.until(date(2026, 1, 1)) == ACCOUNTING.until(date(2026, 12, 31))
    assert ACCOUNTING.until(date(2026, 3, 2)) == date(2036, 12, 31)


def test_each_duty_says_why_how_long_what_and_where_that_stands():
    for code, duty in DUTIES.items():
        assert (duty.code, duty.version) == (code, 1)
        assert duty.years > 0
        assert set(duty.details) < set(DETAILS), "what is not needed is erased before"


def test_the_rules_are_data():
    text = 'version = 7\n[tax]\nyears = 2\ndetails = ["email"]\n'
    assert read(text)["tax"].until(date(2026, 3, 2)) == date(2028, 12, 31)
    assert read(text)["tax"].version == 7


def test_a_duty_is_recorded_when_it_lasts_longer_than_what_is_known():
    (
        given(Person, JOINED)
        .when(Person.begin_duty, ACCOUNTING, TODAY, BOOKING)
        .then(kept(date(2036, 12, 31)))
    )
    known = given(Person, JOINED, kept(date(2036, 12, 31)))
    known.when(Person.begin_duty, ACCOUNTING, date(2026, 11, 5), ANOTHER).then()
    known = given(Person, JOINED, kept(date(2036, 12, 31)))
    known.when(Person.begin_duty, ACCOUNTING, date(2027, 1, 1), ANOTHER).then(
        kept(date(2037, 12, 31), cause=ANOTHER)
    )
    known = given(Person, JOINED, kept(date(2036, 12, 31)))
    known.when(Person.begin_duty, PUBLIC_MONEY, TODAY, ANOTHER).then(
        kept(date(2036, 12, 31), "public-money", ANOTHER)
    )


def test_what_goes_on_has_no_last_day_until_it_ends():
    running = kept(None)
    given(Person, JOINED).when(Person.begin_duty, ACCOUNTING, None, BOOKING).then(running)
    given(Person, JOINED, running).when(Person.begin_duty, ACCOUNTING, None, BOOKING).then()
    (
        given(Person, JOINED, kept(date(2036, 12, 31), cause=ANOTHER), running)
        .when(Person.begin_duty, ACCOUNTING, TODAY, BOOKING)
        .then(kept(date(2036, 12, 31)))
    )


def test_nobody_is_erased_while_a_subscription_runs():
    for ask in (
        partial(Person.request_erasure, certificate=NUMBER, today=TODAY),
        partial(Person.erase, certificate=NUMBER, fields=FIELDS, today=TODAY),
    ):
        given(Person, JOINED, kept(None)).when(ask).then_refused(StillSubscribed)


@whatever(
    st.lists(
        st.tuples(st.sampled_from(sorted(DUTIES)), st.dates(date(2000, 1, 1), date(2060, 1, 1))),
        max_size=6,
    ),
    st.dates(date(2000, 1, 1), date(2080, 1, 1)),
)
def test_whoever_is_erased_has_no_duty_left_and_whoever_is_not_is_told_the_last_day(began, today):
    person = Person(uuid4(), None, "student", "BE", uuid4(), "00", {})
    for duty, day in began:
        person.begin_duty(DUTIES[duty], day, uuid4())
    ends = [DUTIES[duty].until(day) for duty, day in began]
    last = max(ends, default=date.min)
    try:
        person.erase(NUMBER, [], today)
    except MustBeKept as must:
        assert today <= last
        assert must.values["until"] == last.isoformat()
    else:
        assert last < today


# Erased


def test_whoever_owes_nothing_is_erased():
    (
        given(Person, JOINED)
        .when(Person.erase, NUMBER, FIELDS, TODAY)
        .then(partial(Person.PersonErased, certificate=NUMBER, fields=FIELDS, duties={}))
    )


def test_a_duty_refuses_until_its_last_day_and_not_a_day_longer():
    last = date(2036, 12, 31)
    story = (JOINED, kept(last))
    given(Person, *story).when(Person.erase, NUMBER, FIELDS, last).then_refused(MustBeKept)
    (
        given(Person, *story)
        .when(Person.erase, NUMBER, FIELDS, last + timedelta(days=1))
        .then(erased(accounting=last))
    )


def test_the_refusal_names_the_longest_duty():
    person = Person(uuid4(), None, "student", "BE", uuid4(), "00", {})
    person.begin_duty(PUBLIC_MONEY, date(2030, 1, 1), uuid4())
    person.begin_duty(ACCOUNTING, TODAY, uuid4())
    with pytest.raises(MustBeKept, match=r"until 2040-12-31 \(public-money\)"):
        person.erase(NUMBER, FIELDS, TODAY)


def test_asked_for_while_a_duty_runs_it_waits_for_its_end_under_the_same_number():
    last = date(2036, 12, 31)
    (
        given(Person, JOINED, kept(last))
        .when(Person.request_erasure, NUMBER, TODAY)
        .then(partial(Person.ErasureRequested, certificate=NUMBER, until=last))
    )
    (
        given(Person, JOINED, kept(last), REQUESTED)
        .when(Person.erase, ANOTHER, FIELDS, date(2037, 1, 1))
        .then(erased(accounting=last))
    )


def test_nothing_is_added_about_whoever_waits_to_be_erased():
    (
        given(Person, JOINED, kept(date(2036, 12, 31)), REQUESTED)
        .when(Person.correct_details, uuid4(), "ff")
        .then_refused(ErasureIsAwaited)
    )


def test_nothing_is_recorded_about_whoever_was_erased():
    given(Person, JOINED, erased()).when(Person.must_be_there).then_refused(AlreadyErased)


# The service


@pytest.fixture
def booked(members, fact):  # noqa: F811
    """Bookings tells of a booking of somebody, with a price."""

    def tell(person, day="2026-03-05", cents=1200, position=1):
        slot = {"day": day, "start": 540, "end": 720, "half_days": 1}
        said = {"person_id": person, "price_cents": cents, "slots": [slot], "last": None}
        made = fact("bookings.BookingMade", position, **said)
        members.take_in("bookings", position - 1, [made])

    return tell


def test_a_booking_for_money_is_an_accounting_matter_and_one_without_is_none(members, booked, lise):  # noqa: F811
    booked(lise, cents=0)
    assert members.log.load(Person, UUID(lise)).duties == {}
    booked(lise, "2026-12-31", position=2)
    assert members.log.load(Person, UUID(lise)).duties == {"accounting": date(2036, 12, 31)}


def test_an_office_is_accounted_for_by_its_last_day(members, fact, lise):  # noqa: F811
    said = {"person_id": lise, "price_cents": 30000, "slots": [], "last": "2027-01-31"}
    members.take_in("bookings", 0, [fact("bookings.BookingMade", 1, **said)])
    assert members.log.load(Person, UUID(lise)).duties == {"accounting": date(2037, 12, 31)}


def test_a_pass_is_paid_with_public_money(members, fact, lise):  # noqa: F811
    issued = fact("mobility.PassIssued", 1, person_id=lise, year=2026, days=10)
    members.take_in("mobility", 0, [issued])
    assert members.log.load(Person, UUID(lise)).duties == {"public-money": date(2036, 12, 31)}


def test_what_is_said_of_nobody_known_and_of_the_erased_is_passed_over(members, booked, lise, done):  # noqa: F811
    booked(str(uuid4()))
    done("erase_person", person_id=lise)
    booked(lise, position=2)
    assert members.place_in("bookings") == 2
    assert members.log.load(Person, UUID(lise)).duties == {}


def test_a_paid_subscription_holds_its_subscriber_until_it_has_ended(members, done, lise, ten_days):  # noqa: F811
    about = {"space_id": FERME, "plan_id": ten_days, "start": "2026-03-02"}
    membership = done("subscribe", **about, person_id=lise)
    assert refusal(members.answer("erase_person", {"person_id": lise})) == "StillSubscribed"
    assert refusal(members.answer("request_erasure", {"person_id": lise})) == "StillSubscribed"
    done("end_subscription", membership_id=membership, end="2026-08-31")
    answer = members.answer("erase_person", {"person_id": lise})
    assert refusal(answer) == "MustBeKept"
    assert answer["values"] == {"until": "2036-12-31", "why": "accounting"}


def test_a_subscription_without_a_price_holds_nobody(members, done, lise):  # noqa: F811
    free = done("offer_plan", **{**TEN_DAYS, "code": "free", "month_cents": 0})
    about = {"space_id": FERME, "plan_id": free, "start": "2026-03-02", "person_id": lise}
    membership = done("subscribe", **about)
    done("end_subscription", membership_id=membership, end="2026-08-31")
    done("erase_person", person_id=lise)


def test_whoever_changes_to_a_plan_with_a_price_pays_from_then_on(members, done, lise, ten_days):  # noqa: F811
    free = done("offer_plan", **{**TEN_DAYS, "code": "free", "month_cents": 0})
    about = {"space_id": FERME, "plan_id": free, "start": "2026-03-02", "person_id": lise}
    membership = done("subscribe", **about)
    done("change_plan", membership_id=membership, plan_id=ten_days, start="2026-04-01")
    assert refusal(members.answer("erase_person", {"person_id": lise})) == "StillSubscribed"


def test_whoever_is_erased_is_not_in_the_vault_any_more(members, announced, vault, done, lise):  # noqa: F811
    bob = done("join_network", **{**LISE, "given_name": "Bob"})
    done("correct_details", person_id=lise, **DETAILS)
    assert done("erase_person", person_id=lise) == lise
    assert {each.details["given_name"] for each in vault.entries.values()} == {"Bob"}
    assert list(members.details_of([lise, bob])) == [bob]
    assert announced[-1].type == "members.PersonErased"
    assert announced[-1].data["fields"] == sorted(DETAILS)


def test_nothing_can_be_recorded_about_the_erased(members, done, lise, ten_days):  # noqa: F811
    bep = done("register_organisation", **BEP)
    pack = {"space_id": FERME, "code": "ten", "name": "Ten", "half_days": 1, "cents": 1}
    pack = done("offer_pack", **pack, valid_months=1)
    done("erase_person", person_id=lise)
    situation = {"home_space_id": FERME, "status": "student", "residence": "BE"}
    start = {"space_id": FERME, "start": "2026-03-02"}
    consent = {"consent": "surveys"}
    for verb, words in {
        "correct_details": DETAILS,
        "change_situation": situation,
        "grant_role": {"role": "trainer"},
        "revoke_role": {"role": "trainer"},
        "give_consent": {**consent, "version": 1},
        "withdraw_consent": consent,
        "join_organisation": {"organisation_id": bep},
        "subscribe": {**start, "plan_id": ten_days},
        "sell_pack": {**start, "pack_id": pack},
        "restrict_processing": {},
        "lift_restriction": {},
        "request_erasure": {},
        "erase_person": {},
    }.items():
        answer = members.answer(verb, {"person_id": lise, **words})
        assert refusal(answer) == "AlreadyErased", verb
    assert members.vault.entries == {}


def test_until_the_last_duty_only_what_it_needs_is_kept(members, vault, booked, done, lise):  # noqa: F811
    booked(lise)
    assert refusal(members.answer("erase_person", {"person_id": lise})) == "MustBeKept"
    done("request_erasure", person_id=lise)
    [entry] = vault.entries.values()
    assert entry.details == {"given_name": "Lise", "family_name": "Lambertmont"}
    assert done("request_erasure", person_id=lise) == lise, "asked again, nothing changes"
    assert list(vault.entries) == [entry.entry]
    members.now = lambda: datetime(2036, 12, 31, 23, tzinfo=UTC)
    assert refusal(members.answer("erase_person", {"person_id": lise})) == "MustBeKept"
    members.now = lambda: datetime(2037, 1, 1, tzinfo=UTC)
    done("erase_person", person_id=lise)
    assert vault.entries == {}


def test_asked_for_without_a_duty_it_is_done_at_once_under_one_number(members, announced, lise):  # noqa: F811
    asked = members.answer("request_erasure", {"person_id": lise})
    requested, gone = announced[-2:]
    assert (requested.type, gone.type) == ("members.ErasureRequested", "members.PersonErased")
    assert requested.data["certificate"] == gone.data["certificate"]
    assert members.vault.entries == {}
    assert asked["done"]["id"] == lise


def test_a_preview_erases_nobody(members, vault, lise):  # noqa: F811
    assert "done" in members.answer("erase_person", {"person_id": lise}, preview=True)
    assert len(vault.entries) == 1


def test_a_vault_that_is_away_is_cleared_when_the_same_is_asked_again(members, vault, lise):  # noqa: F811
    forget, words = vault.forget, {"person_id": lise}

    def away(*_, **__):
        raise Away("gone")

    vault.forget = away
    assert "away" in members.answer("erase_person", words, command="once")
    assert len(vault.entries) == 1
    vault.forget = forget
    assert "done" in members.answer("erase_person", words, command="once")
    assert vault.entries == {}


# Told to others

CONTROL = {"purpose": "grant-control", "recipient": "Autorité de gestion"}


def test_each_field_is_proved_alone(members, announced, done, lise):  # noqa: F811
    joined = announced[-1]
    disclosure = done("disclose_details", person_ids=[lise], **CONTROL)
    told = members.disclosed(disclosure)
    assert {each["field"]: each["value"] for each in told} == {
        field: DETAILS[field] for field in PURPOSES["grant-control"]
    }
    for each in told:
        assert (each["subject"], each["fact"]) == (lise, joined.id)
        value = json.dumps(each["value"], ensure_ascii=False).encode()
        proof = sha256(bytes.fromhex(each["salt"]) + value).hexdigest()
        assert proof == each["commitment"] == joined.data["commitments"][each["field"]]


def test_what_is_told_of_one_field_says_nothing_of_the_others(vault):  # noqa: F811
    vault.keep(uuid4(), DETAILS, NOON)
    [entry] = vault.entries.values()
    salts = {entry.salt_of(field) for field in DETAILS}
    assert len(salts) == len(DETAILS)
    assert entry.salt not in salts
    assert commitment(entry.salt, DETAILS) not in entry.kept().commitments.values()


def test_a_disclosure_is_a_fact_with_whoever_asked_and_nothing_personal(members, announced, lise):  # noqa: F811
    answer = members.answer("disclose_details", {"person_ids": [lise], **CONTROL}, by="auditor")
    disclosed = announced[-1]
    assert (disclosed.type, disclosed.by) == ("members.DetailsDisclosed", "auditor")
    assert disclosed.data["fields"] == ["given_name", "family_name", "birth_year"]
    [entry] = disclosed.data["entries"]
    assert entry["person_id"] == lise
    said = json.dumps([disclosed.data, answer]).replace("[", " ")  # ids may hold any four digits
    assert not [value for value in DETAILS.values() if f" {json.dumps(value)}" in said]


def test_what_was_corrected_since_is_told_as_long_as_it_is_there(members, vault, done, lise):  # noqa: F811
    disclosure = done("disclose_details", person_ids=[lise], **CONTROL)
    done("correct_details", person_id=lise, **{**DETAILS, "given_name": "Élise"})
    names = {each["value"] for each in members.disclosed(disclosure)}
    assert "Lise" in names, "what was told then is what can be proved now"
    assert "Élise" not in names
    [old] = [each for each in vault.entries.values() if each.details["given_name"] == "Lise"]
    del vault.entries[old.entry]
    assert members.disclosed(disclosure) == []


def test_the_erased_are_left_out_of_what_is_told(members, done, lise):  # noqa: F811
    bob = done("join_network", **{**LISE, "given_name": "Bob"})
    before = done("disclose_details", person_ids=[lise, bob], **CONTROL)
    done("erase_person", person_id=lise)
    assert {each["subject"] for each in members.disclosed(before)} == {bob}
    after = done("disclose_details", person_ids=[bob, lise], **CONTROL)
    assert {each["subject"] for each in members.disclosed(after)} == {bob}
    alone = {"person_ids": [lise], **CONTROL}
    assert refusal(members.answer("disclose_details", alone)) == "NothingToDisclose"


def test_a_disclosure_has_a_purpose_of_the_list_and_people_who_are_known(members, lise):  # noqa: F811
    wrong = [{"purpose": "curiosity"}, {"person_ids": []}, {"recipient": ""}]
    wrong += [{"recipient": "lise@example.org"}, {"recipient": "Lise <lise@example.org>"}]
    for words in wrong:
        answer = members.answer("disclose_details", {"person_ids": [lise], **CONTROL, **words})
        assert list(answer["invalid"]) == list(words)
    nobody = {"person_ids": [str(uuid4())], **CONTROL}
    assert refusal(members.answer("disclose_details", nobody)) == "UnknownPerson"
    assert members.disclosed(str(uuid4())) == []


def test_facts_of_before_commitments_stood_in_them_are_read(fact):
    log = Log("members")
    joined = Members(log, InMemory(), now=lambda: NOON)
    person = joined.answer("join_network", {**LISE, "home_space_id": None})["done"]["id"]
    [stored] = log.recorder.events
    state = json.loads(stored.state)
    del state["commitments"]
    log.recorder.events[0] = stored._replace(state=json.dumps(state))
    old = Members(Log("members"), joined.vault, now=lambda: NOON)
    old.log.recorder.events += log.recorder.events
    told = old.answer("disclose_details", {"person_ids": [person], **CONTROL})
    assert old.disclosed(told["done"]["id"]) == [], "there is no proof of a single field"
