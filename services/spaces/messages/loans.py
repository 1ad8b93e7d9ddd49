"""What spaces lend to each other."""

from marshmallow import fields
from marshmallow.validate import OneOf

from kernel.wire import Message
from services.spaces.messages.opening import HOURS_OF_A_YEAR
from vocabulary.fields import Day, Line, Whole


class Lend(Message):
    """Lend equipment, or hours of a person's time, to another space. Done by the lender's host.

    Equipment is named in `what`, which never speaks of a person. Time has `hours`, and may name
    the person by id. `start` and `end` are the first and the last day.
    """

    route = "POST /spaces/{space_id}/loans"

    space_id = fields.UUID(required=True)
    borrower_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=OneOf(["equipment", "time"]))
    what = Line(200, load_default="", metadata={"example": "3D scanner"})
    person_id = fields.UUID(allow_none=True, load_default=None)
    hours = Whole(1, HOURS_OF_A_YEAR, load_default=None)
    start = Day(required=True)
    end = Day(required=True)


class ReturnLoan(Message):
    """Record that a loan was returned, today unless another day is given.

    Done once, by the host of the lender or of the borrower.
    """

    route = "POST /spaces/{space_id}/loans/{loan_id}/return"

    space_id = fields.UUID(required=True)
    loan_id = fields.UUID(required=True)
    day = Day(allow_none=True, load_default=None)
