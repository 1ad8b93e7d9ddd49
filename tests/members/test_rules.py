"""The rules of belonging to the network. Read these first."""

from datetime import date
from functools import partial
from uuid import uuid4

import pytest

from kernel.testing import given
from services.members.domain import (
    AlreadyHasRole,
    AlreadyInOrganisation,
    AlreadyOnPlan,
    AlreadySubscribed,
    ConsentTextChanged,
    DateGoesBackwards,
    Membership,
    NoRunningSubscription,
    NotInOrganisation,
    Organisation,
    Person,
    Plan,
    PlanAlreadyWithdrawn,
    PlanNoLongerOffered,
    PlanOfAnotherSpace,
    PreviousNotOver,
    RoleNotHeld,
    SubscriptionIsNotPaused,
    SubscriptionIsPaused,
)

FERME, E420, ADA = uuid4(), uuid4(), uuid4()
MARCH, APRIL, MAY = (date(2026, month, 1) for month in (3, 4, 5))
LAST_OF_MARCH = date(2026, 3, 31)


# A person

JOINED = partial(
    Person.PersonJoined,
    home_space_id=FERME,
    status="independent",
    residence="BE",
    details=uuid4(),
    commitment="00",
)


def granted(role, space_id=None):
    return partial(Person.RoleGranted, role=role, space_id=space_id)


def revoked(role, space_id=None):
    return partial(Person.RoleRevoked, role=role, space_id=space_id)


def test_a_corrected_detail_is_another_entry_of_the_vault():
    entry = uuid4()
    (
        given(Person, JOINED)
        .when(Person.correct_details, entry, "ff")
        .then(partial(Person.DetailsCorrected, details=entry, commitment="ff"))
    )


def test_a_person_moves_across_the_border():
    (
        given(Person, JOINED)
        .when(Person.change_situation, E420, "employee", "FR")
        .then(
            partial(Person.SituationChanged, home_space_id=E420, status="employee", residence="FR")
        )
    )


def test_saying_again_what_is_already_so_changes_nothing():
    given(Person, JOINED).when(Person.change_situation, FERME, "independent", "BE").then()


def test_a_role_is_granted_once():
    given(Person, JOINED).when(Person.grant_role, "trainer", None).then(granted("trainer"))
    (
        given(Person, JOINED, granted("trainer"))
        .when(Person.grant_role, "trainer", None)
        .then_refused(AlreadyHasRole)
    )


def test_a_host_can_be_host_of_two_spaces():
    (
        given(Person, JOINED, granted("host", FERME))
        .when(Person.grant_role, "host", E420)
        .then(granted("host", E420))
    )


def test_only_a_role_that_is_held_can_be_revoked():
    (
        given(Person, JOINED, granted("host", FERME))
        .when(Person.revoke_role, "host", E420)
        .then_refused(RoleNotHeld)
    )


# Consents

LETTERS = "training-letters"


def agreed(version, consent=LETTERS):
    return partial(Person.ConsentGiven, consent=consent, version=version)


WITHDRAWN = partial(Person.ConsentWithdrawn, consent=LETTERS)


def test_a_consent_is_given_to_the_text_that_is_in_force():
    given(Person, JOINED).when(Person.give_consent, LETTERS, 2, 2).then(agreed(2))
    for other in (1, 3):
        (
            given(Person, JOINED)
            .when(Person.give_consent, LETTERS, other, 2)
            .then_refused(ConsentTextChanged)
        )


def test_agreeing_twice_is_agreeing_and_to_another_text_is_agreeing_anew():
    given(Person, JOINED, agreed(1)).when(Person.give_consent, LETTERS, 1, 1).then()
    given(Person, JOINED, agreed(1)).when(Person.give_consent, LETTERS, 2, 2).then(agreed(2))


def test_a_consent_is_withdrawn_and_given_again():
    given(Person, JOINED, agreed(1)).when(Person.withdraw_consent, LETTERS).then(WITHDRAWN)
    given(Person, JOINED).when(Person.withdraw_consent, LETTERS).then()
    given(Person, JOINED, agreed(1), WITHDRAWN).when(Person.withdraw_consent, LETTERS).then()
    (
        given(Person, JOINED, agreed(1), WITHDRAWN)
        .when(Person.give_consent, LETTERS, 1, 1)
        .then(agreed(1))
    )


def test_each_consent_is_for_itself():
    given(Person, JOINED, agreed(1)).when(Person.withdraw_consent, "surveys").then()


def test_a_revoked_role_can_be_granted_again():
    (
        given(Person, JOINED, granted("auditor"), revoked("auditor"))
        .when(Person.grant_role, "auditor", None)
        .then(granted("auditor"))
    )


# An organisation

REGISTERED = partial(
    Organisation.OrganisationRegistered, code="bep", name="BEP", country="BE", kind="public"
)
ADA_JOINED = partial(Organisation.PersonJoinedOrganisation, person_id=ADA)
ADA_LEFT = partial(Organisation.PersonLeftOrganisation, person_id=ADA)


def test_a_person_joins_an_organisation_once():
    given(Organisation, REGISTERED).when(Organisation.join, ADA).then(ADA_JOINED)
    (
        given(Organisation, REGISTERED, ADA_JOINED)
        .when(Organisation.join, ADA)
        .then_refused(AlreadyInOrganisation)
    )


def test_whoever_leaves_an_organisation_was_in_it():
    given(Organisation, REGISTERED, ADA_JOINED).when(Organisation.leave, ADA).then(ADA_LEFT)
    (
        given(Organisation, REGISTERED, ADA_JOINED, ADA_LEFT)
        .when(Organisation.leave, ADA)
        .then_refused(NotInOrganisation)
    )


# A plan


def plan(code, space_id=FERME):
    terms = {"name": code, "month_cents": 18000, "included_days": 10, "access_hours": None}
    return Plan(Plan.id_of(space_id, code), space_id, code, **terms)


def withdrawn(code):
    old = plan(code)
    old.withdraw()
    return old


def test_a_plan_is_withdrawn_once():
    offered = partial(
        Plan.PlanOffered,
        space_id=FERME,
        code="ten-days",
        name="Dix jours",
        month_cents=18000,
        included_days=10,
        access_hours=None,
    )
    given(Plan, offered).when(Plan.withdraw).then(partial(Plan.PlanWithdrawn))
    (
        given(Plan, offered, partial(Plan.PlanWithdrawn))
        .when(Plan.withdraw)
        .then_refused(PlanAlreadyWithdrawn)
    )


# A membership

TEN_DAYS, UNLIMITED = plan("ten-days"), plan("unlimited")
OPENED = partial(Membership.MembershipOpened, space_id=FERME, person_id=ADA, organisation_id=None)


def subscribed(plan=TEN_DAYS, start=MARCH):
    return partial(Membership.Subscribed, plan_id=plan.id, start=start)


def changed(plan=UNLIMITED, start=APRIL):
    return partial(Membership.PlanChanged, plan_id=plan.id, start=start)


def paused(start=APRIL):
    return partial(Membership.SubscriptionPaused, start=start)


def resumed(start=MAY):
    return partial(Membership.SubscriptionResumed, start=start)


def ended(end=LAST_OF_MARCH):
    return partial(Membership.SubscriptionEnded, end=end)


def test_one_subscribes_to_a_plan_of_the_space():
    given(Membership, OPENED).when(Membership.subscribe, TEN_DAYS, MARCH).then(subscribed())


@pytest.mark.parametrize(
    ("history", "command"),
    [([], Membership.subscribe), ([subscribed()], Membership.change_plan)],
    ids=["subscribe", "change plan"],
)
def test_a_plan_must_be_offered_and_by_this_space(history, command):
    (
        given(Membership, OPENED, *history)
        .when(command, withdrawn("old"), APRIL)
        .then_refused(PlanNoLongerOffered)
    )
    (
        given(Membership, OPENED, *history)
        .when(command, plan("ten-days", E420), APRIL)
        .then_refused(PlanOfAnotherSpace)
    )


@pytest.mark.parametrize("history", [[], [paused()], [paused(), resumed()]], ids=len)
def test_one_subscription_runs_at_a_time(history):
    (
        given(Membership, OPENED, subscribed(), *history)
        .when(Membership.subscribe, UNLIMITED, MAY)
        .then_refused(AlreadySubscribed)
    )


def test_after_the_last_day_one_can_subscribe_again():
    history = (OPENED, subscribed(), ended(LAST_OF_MARCH))
    (
        given(Membership, *history)
        .when(Membership.subscribe, TEN_DAYS, LAST_OF_MARCH)
        .then_refused(PreviousNotOver)
    )
    (
        given(Membership, *history)
        .when(Membership.subscribe, TEN_DAYS, APRIL)
        .then(subscribed(start=APRIL))
    )


def test_a_plan_is_changed_for_another_one():
    (
        given(Membership, OPENED, subscribed())
        .when(Membership.change_plan, UNLIMITED, APRIL)
        .then(changed())
    )
    (
        given(Membership, OPENED, subscribed(), changed())
        .when(Membership.change_plan, UNLIMITED, MAY)
        .then_refused(AlreadyOnPlan)
    )


def test_a_subscription_is_paused_and_resumed():
    given(Membership, OPENED, subscribed()).when(Membership.pause, APRIL).then(paused())
    given(Membership, OPENED, subscribed(), paused()).when(Membership.resume, MAY).then(resumed())


def test_a_paused_subscription_is_neither_changed_nor_paused_again():
    history = (OPENED, subscribed(), paused())
    (
        given(Membership, *history)
        .when(Membership.change_plan, UNLIMITED, MAY)
        .then_refused(SubscriptionIsPaused)
    )
    given(Membership, *history).when(Membership.pause, MAY).then_refused(SubscriptionIsPaused)


def test_only_a_paused_subscription_is_resumed():
    (
        given(Membership, OPENED, subscribed())
        .when(Membership.resume, APRIL)
        .then_refused(SubscriptionIsNotPaused)
    )


@pytest.mark.parametrize("history", [[], [paused()]], ids=["running", "paused"])
def test_a_subscription_ends_running_or_paused(history):
    given(Membership, OPENED, subscribed(), *history).when(Membership.end, MAY).then(ended(MAY))


@pytest.mark.parametrize(
    ("command", "values"),
    [
        (Membership.change_plan, (UNLIMITED, MAY)),
        (Membership.pause, (MAY,)),
        (Membership.resume, (MAY,)),
        (Membership.end, (MAY,)),
    ],
    ids=["change plan", "pause", "resume", "end"],
)
def test_what_has_ended_is_over(command, values):
    (
        given(Membership, OPENED, subscribed(), ended())
        .when(command, *values)
        .then_refused(NoRunningSubscription)
    )


@pytest.mark.parametrize(
    ("history", "command", "values"),
    [
        ([], Membership.change_plan, (UNLIMITED, MARCH)),
        ([], Membership.pause, (MARCH,)),
        ([paused(MAY)], Membership.resume, (MARCH,)),
        ([], Membership.end, (MARCH,)),
    ],
    ids=["change plan", "pause", "resume", "end"],
)
def test_nothing_is_dated_before_the_latest_change(history, command, values):
    (
        given(Membership, OPENED, subscribed(start=APRIL), *history)
        .when(command, *values)
        .then_refused(DateGoesBackwards)
    )


def test_a_refused_date_says_which_one_was_the_latest():
    asked = given(Membership, OPENED, subscribed(start=APRIL)).when(Membership.end, MARCH)
    assert "2026-04-01" in str(asked.refusal)
