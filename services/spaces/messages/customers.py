"""How much anybody may book, and who pays less."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf

from kernel.wire import Message
from vocabulary.fields import Whole


class Quota(Schema):
    """At most so much of a kind in each period: half-days of desks, hours of rooms and machines.

    Counted for each person, or for each membership: then all the people of an organisation that is
    subscribed are counted together. With a plan, only for those who are on it.
    """

    kind = fields.String(required=True, validate=OneOf(["desk", "room", "machine"]))
    per = fields.String(required=True, validate=OneOf(["person", "membership"]))
    period = fields.String(required=True, validate=OneOf(["day", "week", "month"]))
    most = Whole(1, 1000, required=True)
    plan_id = fields.UUID(load_default=None, allow_none=True)


class SetQuotas(Message):
    """Say how much of its desks, rooms and machines one person, or one membership, may book.

    Done by the host. Replaces all quotas of the space and counts a new version; what was booked
    while there was no such quota is not counted.
    """

    route = "PUT /spaces/{space_id}/quotas"

    space_id = fields.UUID(required=True)
    quotas = fields.List(fields.Nested(Quota), required=True, validate=Length(max=20))

    @validates_schema
    def _be_different(self, words: dict[str, Any], **_: Any) -> None:
        about = [(q["kind"], q["per"], q["period"], q["plan_id"]) for q in words["quotas"]]
        if len(set(about)) < len(about):
            raise ValidationError("Two quotas say how much of the same.", "quotas")


CUSTOMERS = (
    *("subscriber", "organisation"),
    *("independent", "employee", "start-up", "student", "job-seeker", "association-worker"),
)
"""Whoever subscribes to the space, or belongs to an organisation; and the situations of people."""


class Reduction(Schema):
    """So many percent less than the list price, for one kind of customer."""

    customer = fields.String(
        required=True, validate=OneOf(CUSTOMERS), metadata={"example": "student"}
    )
    percent = Whole(1, 100, required=True, metadata={"example": 20})


class SetReductions(Message):
    """Say who pays less than the list price of a place: students, those who look for a job,
    whoever subscribes to the space or belongs to an organisation.

    Done by the host. Replaces all reductions of the space and counts a new version. Of several that
    fit somebody the largest holds, for the place alone and not for extras or guests; it is a line
    of the price. Bookings already made keep their price.
    """

    route = "PUT /spaces/{space_id}/reductions"

    space_id = fields.UUID(required=True)
    reductions = fields.List(
        fields.Nested(Reduction), required=True, validate=Length(max=len(CUSTOMERS))
    )

    @validates_schema
    def _name_each_once(self, words: dict[str, Any], **_: Any) -> None:
        said = [each["customer"] for each in words["reductions"]]
        if len(set(said)) < len(said):
            raise ValidationError("Each kind of customer may stand here once.", "reductions")
