"""Places that may become a space."""

from marshmallow import fields
from marshmallow.validate import OneOf

from kernel.wire import Message
from services.spaces.messages.description import Degrees, is_zone
from vocabulary.fields import Code, Country, Line, Whole

PREMISES = ("company", "public-building", "farm", "school", "shop", "house", "other")
LATER_STEPS = ("visited", "planned", "equipped")
REASONS = ("too-near", "not-suitable", "no-host", "no-answer", "other")


class ProposeSpace(Message):
    """Propose a place that could become a space of the network. Done by whoever would carry it.

    Says what the place is, and nothing about people. Refused when the same person has proposed a
    place of this name already.
    """

    route = "POST /candidates"

    person_id = fields.UUID(required=True)
    name = Line(200, required=True, metadata={"example": "La Grange"})
    town = Line(200, required=True, metadata={"example": "Couvin"})
    country = Country(required=True, metadata={"description": "ISO 3166."})
    premises = fields.String(required=True, validate=OneOf(PREMISES))
    desks = Whole(0, 10_000, required=True, metadata={"example": 8})
    rooms = Whole(0, 10_000, required=True, metadata={"example": 1})


class TakeStep(Message):
    """Record how far a candidate has come: visited, planned, then equipped. Done by a coordinator.

    Steps may be skipped; none is taken back. Refused: StepsGoForward, CandidateClosed.
    """

    route = "POST /candidates/{candidate_id}/steps"

    candidate_id = fields.UUID(required=True)
    step = fields.String(required=True, validate=OneOf(LATER_STEPS))


class DeclineCandidate(Message):
    """Say that a place will not become a space, and why. Done by a coordinator, for good."""

    route = "POST /candidates/{candidate_id}/refusal"

    candidate_id = fields.UUID(required=True)
    reason = fields.String(required=True, validate=OneOf(REASONS))


class WithdrawCandidate(Message):
    """Take an application back, for good. Done by whoever made it, or by a coordinator."""

    route = "POST /candidates/{candidate_id}/withdrawal"

    candidate_id = fields.UUID(required=True)


class OpenCandidate(Message):
    """Make a planned space of a candidate that is equipped, under a code of its own.

    Done by a coordinator, for an operator already registered as an organisation. Name, town and
    country are those of the candidate; the space is then furnished and starts operating as any
    other. Refused: NotReadyToOpen, CandidateClosed, SpaceAlreadyOpen, UnknownOperator.
    """

    route = "POST /candidates/{candidate_id}/opening"

    candidate_id = fields.UUID(required=True)
    code = Code(required=True, metadata={"example": "la-grange"})
    operator_id = fields.UUID(required=True)
    timezone = fields.String(
        required=True, validate=is_zone, metadata={"example": "Europe/Brussels"}
    )
    lat = Degrees(90, required=True, metadata={"example": 50.048})
    lon = Degrees(180, required=True, metadata={"example": 4.317})
