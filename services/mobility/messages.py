"""What partners may ask of mobility."""

from marshmallow import fields, validate

from kernel.wire import Message
from vocabulary.fields import Cents, Country, Day, Whole


class IssuePass(Message):
    """Give a person a pass for one calendar year; the sponsor's coordinator does.

    The validity lies within the year; without dates it is the whole year. Refused when the
    person or the sponsoring organisation is unknown, or when the person has, or had, a pass
    for that year.
    """

    route = "POST /passes"

    person_id = fields.UUID(required=True)
    year = Whole(2020, 2099, required=True, metadata={"example": 2027})
    days = Whole(
        1,
        366,
        required=True,
        metadata={"description": "Allowance of days abroad.", "example": 30},
    )
    sponsor_id = fields.UUID(
        required=True, metadata={"description": "The organisation that pays for the pass."}
    )
    valid_from = Day(
        load_default=None,
        metadata={"description": "First day, inclusive."},
    )
    valid_until = Day(
        load_default=None,
        metadata={"description": "Last day, inclusive."},
    )


class ExtendPass(Message):
    """Add days to a pass, or let it end later within its year, or both; a coordinator does.

    Refused when the pass is withdrawn, when nothing would be added, or past 366 days.
    """

    route = "POST /passes/{pass_id}/extension"

    pass_id = fields.UUID(required=True)
    days = Whole(
        0,
        366,
        load_default=0,
        metadata={"description": "Days to add.", "example": 10},
    )
    valid_until = Day(
        load_default=None,
        metadata={"description": "New last day, inclusive."},
    )


class WithdrawPass(Message):
    """Let a pass cover no further visit; a coordinator does. Visits already recorded stay.

    Refused when the pass is withdrawn already.
    """

    route = "POST /passes/{pass_id}/withdrawal"

    pass_id = fields.UUID(required=True)


class AgreeTariff(Message):
    """Set what a home space owes this space for a visit, from a day on; a coordinator does.

    Each agreement is a new version; on a day the highest version that has started is in
    force. Visits already settled keep their version. Refused when half a day would cost more
    than a day, or when the version before it starts later.
    """

    route = "POST /spaces/{space_id}/tariffs"

    space_id = fields.UUID(required=True, metadata={"description": "The space that receives."})
    valid_from = Day(required=True)
    half_day_cents = Cents(
        required=True,
        metadata={"description": "EUR cents for half a day.", "example": 700},
    )
    day_cents = Cents(
        required=True,
        metadata={"description": "EUR cents for a day.", "example": 1200},
    )


class DeclareWorkDay(Message):
    """Say where one worked on a day outside the spaces of the network; the worker does.

    Refused for a day that has not come yet (in UTC), and when the day would get more than
    two half-days, those counted by check-ins included.
    """

    route = "POST /persons/{person_id}/work-days"

    person_id = fields.UUID(required=True)
    day = Day(required=True)
    country = Country(required=True, metadata={"description": "Where the work was done."})
    place_kind = fields.String(
        required=True, validate=validate.OneOf(["home", "employer", "travel"])
    )
    half_days = Whole(1, 2, required=True)


class ContestWorkDay(Message):
    """Say that the work counted on a day in a country was not done there; the worker does.

    It no longer counts, and stays on record; what is true may then be declared. Refused when
    nothing is counted for that day in that country.
    """

    route = "POST /persons/{person_id}/work-days/contest"

    person_id = fields.UUID(required=True)
    day = Day(required=True)
    country = Country(required=True)
