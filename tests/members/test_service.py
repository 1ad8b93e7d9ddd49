"""Members as its neighbours see it: messages and facts in, answers and facts out."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from kernel.log import Log
from services.members.domain import Membership, Organisation, Person, Plan
from services.members.messages import CONSENTS
from services.members.service import Members
from services.members.vault import InMemory, commitment

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FERME, E420, NOWHERE = (str(uuid4()) for _ in range(3))
LISE = {
    "home_space_id": FERME,
    "status": "independent",
    "residence": "BE",
    "given_name": "Lise",
    "family_name": "Lambertmont",
    "email": "lise@example.org",
    "phone": "+32 60 12 34 56",
    "birth_year": 1987,
    "language": "nl",
}
DETAILS = {name: LISE[name] for name in list(LISE)[3:]}
BEP = {"code": "bep", "name": "BEP", "country": "BE", "kind": "public"}
TEN_DAYS = {"space_id": FERME, "code": "ten-days", "name": "Dix jours", "month_cents": 18000}


@pytest.fixture
def announced():
    return []


@pytest.fixture
def vault():
    return InMemory()


@pytest.fixture
def opened(fact):
    def make(space, position):
        data = {"code": "la-ferme", "name": "La Ferme", "country": "BE"}
        return fact("spaces.SpaceOpened", position, space, by="coordinator", **data)

    return make


@pytest.fixture
def members(announced, vault, opened):
    service = Members(Log("members", announce=announced.extend), vault, now=lambda: NOON)
    service.take_in("spaces", 0, [opened(FERME, 1), opened(E420, 2)])
    announced.clear()
    return service


@pytest.fixture
def done(members):
    """Ask for something that nothing speaks against: the id of the thing."""

    def ask(verb, **words):
        answer = members.answer(verb, words)
        assert "done" in answer, answer
        return answer["done"]["id"]

    return ask


@pytest.fixture
def lise(done):
    return done("join_network", **LISE)


@pytest.fixture
def bep(done):
    return done("register_organisation", **BEP)


@pytest.fixture
def ten_days(done):
    return done("offer_plan", **TEN_DAYS)


def refusal(answer):
    assert "refused" in answer, answer
    return answer["refused"]


def test_a_space_becomes_a_fact_of_ours_signed_by_whoever_opened_it(opened):
    announced = []
    service = Members(Log("members", announce=announced.extend))
    service.take_in("spaces", 0, [opened(FERME, 7)])
    assert [(fact.type, fact.by) for fact in announced] == [("members.SpaceLearned", "coordinator")]
    assert service.place_in("spaces") == 7


# People


def test_somebody_joins_and_only_the_vault_knows_who(members, announced, vault):
    answer = members.answer("join_network", LISE, by="host")
    person = answer["done"]["id"]
    [joined] = announced
    [entry] = vault.entries.values()
    assert (joined.type, joined.subject, joined.by) == ("members.PersonJoined", person, "host")
    assert joined.data == {
        "home_space_id": FERME,
        "status": "independent",
        "residence": "BE",
        "details": str(entry.entry),
        "commitment": commitment(entry.salt, entry.details),
        "commitments": entry.kept().commitments,
    }
    assert (str(entry.person_id), entry.details, entry.recorded_at) == (person, DETAILS, NOON)


def test_no_detail_is_in_any_event_or_answer(members, announced, lise):
    answers = [
        members.answer(
            "correct_details", {"person_id": lise, **DETAILS, "given_name": "Elisabeth"}
        ),
        members.answer("correct_details", {"person_id": lise, **DETAILS, "language": "xx"}),
    ]
    seen = repr(announced) + repr(answers)
    assert lise in seen
    for planted in ("Lise", "Elisabeth", "Lambertmont", "example.org", "12 34", "1987"):
        assert planted not in seen


def test_the_details_of_people_are_told_as_they_are_now(members, done, lise):
    bob = done("join_network", **{**LISE, "given_name": "Bob", "phone": None})
    done("correct_details", person_id=lise, **{**DETAILS, "given_name": "Elisabeth"})
    assert members.details_of([lise, bob, NOWHERE]) == {
        lise: {**DETAILS, "given_name": "Elisabeth"},
        bob: {**DETAILS, "given_name": "Bob", "phone": None},
    }


def test_a_correction_that_was_never_recorded_is_never_told(members, vault, lise):
    vault.keep(UUID(lise), {**DETAILS, "given_name": "Nobody"}, NOON)
    assert members.details_of([lise]) == {lise: DETAILS}


def test_of_a_forgotten_person_nothing_is_told(members, vault, lise):
    vault.forget(UUID(lise))
    assert members.details_of([lise]) == {}


def test_what_is_left_out_is_kept_as_nothing(done, members):
    words = {name: LISE[name] for name in LISE if name not in ("phone", "birth_year", "language")}
    person = done("join_network", **words)
    told = members.details_of([person])[person]
    assert (told["phone"], told["birth_year"], told["language"]) == (None, None, "fr")


def test_a_home_is_a_space_of_the_network(members, lise):
    homeless = {**LISE, "home_space_id": NOWHERE}
    assert refusal(members.answer("join_network", homeless)) == "UnknownSpace"
    move = {"person_id": lise, "home_space_id": NOWHERE, "status": "student", "residence": "FR"}
    assert refusal(members.answer("change_situation", move)) == "UnknownSpace"


def test_a_person_moves_once(members, lise):
    move = {"person_id": lise, "home_space_id": E420, "status": "student", "residence": "FR"}
    first, second = (members.answer("change_situation", move) for _ in range(2))
    [moved] = first["done"]["facts"]
    assert (moved["type"], moved["data"]) == (
        "members.SituationChanged",
        {"home_space_id": E420, "status": "student", "residence": "FR"},
    )
    assert second["done"] == {"id": lise, "facts": []}


def test_a_role_is_granted_and_revoked(members, announced, lise):
    host = {"person_id": lise, "role": "host", "space_id": FERME}
    for verb in ("grant_role", "revoke_role"):
        assert "done" in members.answer(verb, host)
    assert [fact.type for fact in announced[-2:]] == ["members.RoleGranted", "members.RoleRevoked"]
    assert refusal(members.answer("revoke_role", host)) == "RoleNotHeld"


def test_one_hosts_a_space_of_the_network(members, lise):
    host = {"person_id": lise, "role": "host", "space_id": NOWHERE}
    assert refusal(members.answer("grant_role", host)) == "UnknownSpace"


@pytest.mark.parametrize("role", [{"role": "host"}, {"role": "trainer", "space_id": FERME}])
def test_a_host_has_a_space_and_nobody_else_has(members, lise, role):
    for verb in ("grant_role", "revoke_role"):
        assert members.answer(verb, {"person_id": lise, **role})["invalid"].keys() == {"space_id"}


@pytest.mark.parametrize(
    ("field", "nonsense"),
    [
        ("home_space_id", "Chimay"),
        ("status", "king"),
        ("residence", "be"),
        ("residence", "BEL"),
        ("given_name", " "),
        ("given_name", "Li\nse"),
        ("given_name", "\ud800"),
        ("given_name", "x" * 101),
        ("family_name", None),
        ("email", "lise"),
        ("email", f"{'x' * 250}@example.org"),
        ("phone", "060 12 34 56"),
        ("birth_year", "1987"),
        ("birth_year", 1887),
        ("language", "la"),
        ("nickname", "Lili"),
    ],
)
def test_a_detail_that_makes_no_sense_is_sent_back(members, announced, vault, field, nonsense):
    answer = members.answer("join_network", {**LISE, field: nonsense})
    assert answer["invalid"].keys() == {field}
    assert not announced
    assert not vault.entries


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("correct_details", DETAILS),
        ("change_situation", {name: LISE[name] for name in list(LISE)[:3]}),
        ("grant_role", {"role": "trainer"}),
        ("revoke_role", {"role": "trainer"}),
    ],
)
def test_a_person_nobody_knows_and_an_organisation_are_no_person(members, vault, bep, verb, words):
    for stranger in (NOWHERE, bep):
        assert "unknown" in members.answer(verb, {"person_id": stranger, **words})
    assert not vault.entries


# Consents


def test_a_consent_leaves_which_one_and_which_text_and_nothing_else(members, announced, lise):
    about = {"person_id": lise, "consent": "surveys"}
    members.answer("give_consent", {**about, "version": CONSENTS["surveys"]})
    members.answer("withdraw_consent", about)
    given, withdrawn = announced[-2:]
    assert (given.type, given.data) == (
        "members.ConsentGiven",
        {"consent": "surveys", "version": 1},
    )
    assert (withdrawn.type, withdrawn.data) == ("members.ConsentWithdrawn", {"consent": "surveys"})
    assert given.subject == withdrawn.subject == lise


def test_nobody_agrees_to_a_text_that_is_not_in_force_or_to_something_unknown(members, lise):
    about = {"person_id": lise, "consent": "surveys", "version": CONSENTS["surveys"] + 1}
    assert refusal(members.answer("give_consent", about)) == "ConsentTextChanged"
    assert "invalid" in members.answer("give_consent", {**about, "consent": "everything"})


# Organisations


def test_the_code_of_an_organisation_is_its_id_everywhere(members, announced, bep):
    assert bep == str(Organisation.id_of("bep"))
    assert announced[-1].data == BEP


def test_a_code_is_registered_once(members, announced, bep):
    answer = members.answer("register_organisation", {**BEP, "name": "Another"})
    assert refusal(answer) == "CodeAlreadyRegistered"
    assert answer["values"] == {"code": "bep"}
    assert "bep" in answer["reason"]
    assert len(announced) == 1


def test_a_person_joins_and_leaves_an_organisation(members, announced, lise, bep):
    words = {"organisation_id": bep, "person_id": lise}
    for verb in ("join_organisation", "leave_organisation"):
        assert "done" in members.answer(verb, words)
    assert [(fact.type, fact.subject, fact.data) for fact in announced[-2:]] == [
        ("members.PersonJoinedOrganisation", bep, {"person_id": lise}),
        ("members.PersonLeftOrganisation", bep, {"person_id": lise}),
    ]
    assert refusal(members.answer("leave_organisation", words)) == "NotInOrganisation"


def test_only_people_of_the_network_join_an_organisation(members, lise, bep):
    for nobody in (NOWHERE, bep):
        words = {"organisation_id": bep, "person_id": nobody}
        assert refusal(members.answer("join_organisation", words)) == "UnknownPerson"
    for verb in ("join_organisation", "leave_organisation"):
        words = {"organisation_id": NOWHERE, "person_id": lise}
        assert "unknown" in members.answer(verb, words)


# Plans


def test_a_plan_without_limits_says_so(members, announced, ten_days):
    assert ten_days == str(Plan.id_of(UUID(FERME), "ten-days"))
    assert announced[-1].data == {**TEN_DAYS, "included_days": None, "access_hours": None}


def test_a_code_is_used_once_in_a_space_also_after_it_was_withdrawn(members, done, ten_days):
    done("withdraw_plan", plan_id=ten_days)
    assert refusal(members.answer("offer_plan", TEN_DAYS)) == "PlanCodeTaken"
    done("offer_plan", **{**TEN_DAYS, "space_id": E420})


def test_what_is_not_there_is_neither_a_space_nor_a_plan(members):
    assert "unknown" in members.answer("offer_plan", {**TEN_DAYS, "space_id": NOWHERE})
    assert "unknown" in members.answer("withdraw_plan", {"plan_id": NOWHERE})


@pytest.mark.parametrize(
    ("field", "nonsense"),
    [
        ("code", "Ten Days"),
        ("month_cents", -1),
        ("month_cents", 10_000_001),
        ("month_cents", "180.00"),
        ("month_cents", 180.5),
        ("included_days", 32),
        ("access_hours", 0),
        ("access_hours", 745),
    ],
)
def test_a_plan_that_makes_no_sense_is_sent_back(members, field, nonsense):
    answer = members.answer("offer_plan", {**TEN_DAYS, field: nonsense})
    assert answer["invalid"].keys() == {field}


# Subscriptions


def asks(plan, start="2026-03-02", **who):
    return {"space_id": FERME, "plan_id": plan, "start": start, **who}


def test_people_and_organisations_subscribe(members, lise, bep, ten_days):
    for who in ({"person_id": lise}, {"organisation_id": bep}):
        done = members.answer("subscribe", asks(ten_days, **who))["done"]
        [subscriber] = who.values()
        assert done["id"] == str(Membership.id_of(UUID(FERME), UUID(subscriber)))
        assert [(fact["type"], fact["data"]) for fact in done["facts"][:2]] == [
            (
                "members.MembershipOpened",
                {"space_id": FERME, "person_id": None, "organisation_id": None, **who},
            ),
            ("members.Subscribed", {"plan_id": ten_days, "start": "2026-03-02"}),
        ]


def test_a_subscription_lives_through_the_year(members, done, announced, lise, ten_days):
    unlimited = done("offer_plan", **{**TEN_DAYS, "code": "unlimited", "month_cents": 30000})
    membership = done("subscribe", **asks(ten_days, person_id=lise))
    told = len(announced)
    about = {"membership_id": membership}
    done("change_plan", **about, plan_id=unlimited, start="2026-04-01")
    done("pause_subscription", **about, start="2026-07-01")
    done("resume_subscription", **about, start="2026-09-01")
    done("end_subscription", **about, end="2026-10-31")
    assert refusal(members.answer("end_subscription", {**about, "end": "2026-11-30"}))
    assert done("subscribe", **asks(ten_days, "2027-01-01", person_id=lise)) == membership
    assert [fact.type.removeprefix("members.") for fact in announced[told:]] == [
        "PlanChanged",
        "SubscriptionPaused",
        "SubscriptionResumed",
        "SubscriptionEnded",
        "DutyToKeepBegan",
        "Subscribed",
        "DutyToKeepBegan",
    ]


def test_a_refused_subscription_opens_nothing(members, done, announced, lise, ten_days):
    done("withdraw_plan", plan_id=ten_days)
    told = len(announced)
    answer = members.answer("subscribe", asks(ten_days, person_id=lise))
    assert refusal(answer) == "PlanNoLongerOffered"
    assert len(announced) == told


def test_who_subscribes_to_what_must_be_known(members, done, lise, bep, ten_days):
    def why(plan, **who):
        return refusal(members.answer("subscribe", asks(plan, **who)))

    assert why(ten_days, person_id=NOWHERE) == "UnknownPerson"
    assert why(ten_days, person_id=bep) == "UnknownPerson"
    assert why(ten_days, organisation_id=lise) == "UnknownOrganisation"
    assert why(NOWHERE, person_id=lise) == "UnknownPlan"
    nowhere = {**asks(ten_days, person_id=lise), "space_id": NOWHERE}
    assert "unknown" in members.answer("subscribe", nowhere)
    membership = done("subscribe", **asks(ten_days, person_id=lise))
    change = {"membership_id": membership, "plan_id": NOWHERE, "start": "2026-04-01"}
    assert refusal(members.answer("change_plan", change)) == "UnknownPlan"


def test_either_a_person_or_an_organisation_subscribes(members, lise, bep, ten_days):
    for who in ({}, {"person_id": lise, "organisation_id": bep}):
        answer = members.answer("subscribe", asks(ten_days, **who))
        assert answer["invalid"].keys() == {"person_id", "organisation_id"}


def test_a_day_of_another_century_is_sent_back(members, lise, ten_days):
    answer = members.answer("subscribe", asks(ten_days, "0026-03-02", person_id=lise))
    assert answer["invalid"].keys() == {"start"}


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("change_plan", {"plan_id": NOWHERE, "start": "2026-04-01"}),
        ("pause_subscription", {"start": "2026-04-01"}),
        ("resume_subscription", {"start": "2026-04-01"}),
        ("end_subscription", {"end": "2026-04-01"}),
    ],
)
def test_a_membership_nobody_opened_is_unknown(members, verb, words):
    assert "unknown" in members.answer(verb, {"membership_id": NOWHERE, **words})


# Whatever is asked


def test_a_command_sent_twice_is_done_once(members, announced, vault):
    first, second = (members.answer("join_network", LISE, command="k1") for _ in range(2))
    assert first == second
    assert (len(announced), len(vault.entries)) == (1, 1)


def test_the_log_alone_tells_it_all_again(members, done, lise, ten_days):
    membership = UUID(done("subscribe", **asks(ten_days, person_id=lise)))
    done("grant_role", person_id=lise, role="host", space_id=E420)
    person = members.log.load(Person, UUID(lise))
    assert person.roles == {("host", UUID(E420))}
    assert members.log.load(Membership, membership).plan_id == UUID(ten_days)


def test_somebody_of_the_network_itself_is_at_home_in_no_space(members):
    assert "done" in members.answer("join_network", {**LISE, "home_space_id": None})
    missing = {name: value for name, value in LISE.items() if name != "home_space_id"}
    assert members.answer("join_network", missing)["invalid"].keys() == {"home_space_id"}
