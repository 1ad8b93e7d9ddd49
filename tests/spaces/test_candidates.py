"""From an idea to a space: what a candidate may become, and when."""

from functools import partial
from uuid import uuid4

import pytest

from kernel.testing import given
from services.spaces.domain import (
    STEPS,
    Candidate,
    CandidateClosed,
    NotReadyToOpen,
    StepsGoForward,
)
from services.spaces.messages import LATER_STEPS

ZOE, SPACE = uuid4(), uuid4()


def proposed():
    return partial(
        Candidate.CandidateProposed,
        person_id=ZOE,
        name="La Grange",
        town="Couvin",
        country="BE",
        premises="farm",
        desks=8,
        rooms=1,
    )


def came_to(step):
    return partial(Candidate.StepTaken, step=step)


OVER = {
    "declined": partial(Candidate.CandidateDeclined, reason="too-near"),
    "withdrawn": partial(Candidate.CandidateWithdrawn),
    "opened": partial(Candidate.CandidateOpened, space_id=SPACE),
}


def test_a_candidate_goes_from_step_to_step_and_may_skip_some():
    given(Candidate, proposed()).when(lambda c: c.take_step("visited")).then(came_to("visited"))
    given(Candidate, proposed()).when(lambda c: c.take_step("equipped")).then(came_to("equipped"))


@pytest.mark.parametrize("step", ["visited", "planned"])
def test_no_step_is_taken_twice_or_back(step):
    candidate = given(Candidate, proposed(), came_to("planned"))
    candidate.when(lambda c: c.take_step(step)).then_refused(StepsGoForward)


def test_what_is_equipped_opens():
    candidate = given(Candidate, proposed(), came_to("equipped"))
    candidate.when(lambda c: c.open(SPACE)).then(OVER["opened"])


@pytest.mark.parametrize("steps", [[], ["visited"], ["visited", "planned"]])
def test_what_is_not_equipped_does_not(steps):
    candidate = given(Candidate, proposed(), *map(came_to, steps))
    candidate.when(lambda c: c.open(SPACE)).then_refused(NotReadyToOpen)


def test_it_is_declined_for_a_reason_or_withdrawn():
    given(Candidate, proposed()).when(lambda c: c.decline("too-near")).then(OVER["declined"])
    given(Candidate, proposed()).when(lambda c: c.withdraw()).then(OVER["withdrawn"])


@pytest.mark.parametrize("end", OVER)
@pytest.mark.parametrize(
    "wish",
    [
        lambda c: c.take_step("visited"),
        lambda c: c.decline("other"),
        lambda c: c.withdraw(),
        lambda c: c.open(SPACE),
    ],
)
def test_what_is_over_stays_so(end, wish):
    candidate = given(Candidate, proposed(), OVER[end])
    candidate.when(wish).then_refused(CandidateClosed)


def test_whoever_writes_the_name_another_way_means_the_same_place():
    assert Candidate.id_of(ZOE, "La Grange") == Candidate.id_of(ZOE, "la grange")
    assert Candidate.id_of(ZOE, "La Grange") != Candidate.id_of(uuid4(), "La Grange")


def test_the_steps_that_can_be_asked_for_are_those_after_the_first():
    assert STEPS[1:] == LATER_STEPS
