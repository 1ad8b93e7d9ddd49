"""What a space offers: resources, with their parts, prices and rules of booking, and extras."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf

from kernel.wire import Message
from vocabulary.fields import Cents, Code, Line, Whole, YesOrNo


class AddResource(Message):
    """Offer something more in a space: desks, a room, an office, machines, a studio, an amenity.

    Done by the host. Desks and machines are counted in `units`; a room, an office and a studio
    say how many people they seat. `training_id` names the course to complete before using it.
    Refused when the space has, or had, a resource with this code.
    """

    route = "POST /spaces/{space_id}/resources"

    space_id = fields.UUID(required=True)
    code = Code(required=True, metadata={"example": "open-space"})
    kind = fields.String(
        required=True,
        validate=OneOf(["desks", "room", "office", "machines", "studio", "amenity"]),
    )
    name = Line(200, required=True, metadata={"example": "Open space"})
    units = Whole(1, 10_000, load_default=None)
    seats = Whole(1, 10_000, load_default=None)
    training_id = fields.UUID(allow_none=True, load_default=None)


class RetireResource(Message):
    """Stop offering a resource, for good. Done by the host. Its code stays taken."""

    route = "POST /spaces/{space_id}/resources/{resource_id}/retirement"

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)


class Tier(Schema):
    """What goes above so many units of a booking costs so much each."""

    above = Whole(1, 1000, required=True, metadata={"example": 3})
    each_cents = Cents(required=True, metadata={"example": 1500})


class SetPrices(Message):
    """Say what a resource costs from now on, in euro cents without VAT. Done by the host.

    Replaces all its prices and counts a new version; a length of time without a price is not
    offered. Bookings already made keep their price. With `tiers` the price changes with length:
    what goes `above` so many hours of one time (a room, a studio, machines), days of a booking
    (desks) or months (an office) costs `each_cents`. Refused for a retired resource, and for tiers
    of a price that is not there (TierWithoutPrice).
    """

    route = "PUT /spaces/{space_id}/resources/{resource_id}/prices"

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    hour_cents = Cents(load_default=None)
    half_day_cents = Cents(load_default=None, metadata={"example": 900})
    day_cents = Cents(load_default=None, metadata={"example": 1500})
    month_cents = Cents(load_default=None)
    tiers = fields.List(fields.Nested(Tier), load_default=list, validate=Length(max=10))

    @validates_schema
    def _rise(self, words: dict[str, Any], **_: Any) -> None:
        lengths = [each["above"] for each in words["tiers"]]
        if lengths != sorted(set(lengths)):
            raise ValidationError("Each tier begins above the one before it.", "tiers")


class SetParts(Message):
    """Say what belongs to a room, a studio or a machine, and is booked with it: a projector, or the
    neighbouring rooms of which it is made. Done by the host.

    Replaces all its parts; bookings already made stay. Whoever books it holds one of each part too,
    at the price of the whole; a part that is taken makes it taken. Refused for what is booked by
    the day or the month (BookedByTheDay), and when a part has parts itself, or is the resource
    itself (PartOfItself).
    """

    route = "PUT /spaces/{space_id}/resources/{resource_id}/parts"

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    parts = fields.List(fields.UUID(), required=True, validate=Length(max=10))


class SetBookingRules(Message):
    """Say when and for how long a resource may be booked, from now on. Done by the host.

    Replaces all its rules and counts a new version; bookings already made stay. A room, a studio or
    a machine may have a shortest and a longest time; anything may have a notice before it starts
    and a number of days ahead, and may wait for the host's `approval`. Refused for a retired
    resource, and for the shortest or longest time of what is booked by the day or the month
    (BookedByTheDay).
    """

    route = "PUT /spaces/{space_id}/resources/{resource_id}/booking-rules"

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    shortest_minutes = Whole(15, 1440, load_default=None, allow_none=True)
    longest_minutes = Whole(15, 1440, load_default=None, allow_none=True)
    notice_minutes = Whole(0, 60 * 24 * 30, load_default=0, metadata={"example": 60})
    horizon_days = Whole(0, 2 * 366, load_default=366, metadata={"example": 90})
    approval = YesOrNo(load_default=False)

    @validates_schema
    def _be_in_order(self, rules: dict[str, int | None], **_: Any) -> None:
        shortest, longest = rules["shortest_minutes"], rules["longest_minutes"]
        if shortest and longest and shortest > longest:
            raise ValidationError("Must not be shorter than the shortest.", "longest_minutes")


WITH_EXTRAS = ("desks", "room", "studio", "machines", "office")
PER = ("booking", "person", "hour", "half-day", "month")


class OfferExtra(Message):
    """Offer something that can be had with a booking: coffee, lunch, a screen. Done by the host.

    It costs `cents` each, in euro cents without VAT: once `per` booking; or for each person each
    time; or for each hour or half-day. With offices, and nothing else, it is had by the month.
    `stock` is how many there are at the same time, if they are counted; `kinds` with which
    resources it can be had; `notice_hours` how long before a booking begins it must be known how
    many are wanted. Said again of the same `extra` it replaces what was said, and counts a new
    version; bookings already made keep theirs. Never write about a person.
    """

    route = "PUT /spaces/{space_id}/extras/{extra}"

    space_id = fields.UUID(required=True)
    extra = Code(required=True, metadata={"example": "screen"})
    name = Line(200, required=True, metadata={"example": "Écran mobile"})
    per = fields.String(required=True, validate=OneOf(PER))
    cents = Cents(required=True, metadata={"example": 500})
    stock = Whole(1, 10_000, load_default=None, allow_none=True, metadata={"example": 3})
    kinds = fields.List(
        fields.String(validate=OneOf(WITH_EXTRAS)),
        required=True,
        validate=Length(min=1, max=len(WITH_EXTRAS)),
        metadata={"example": ["room", "studio"]},
    )
    notice_hours = Whole(0, 24 * 30, load_default=0, metadata={"example": 24})

    @validates_schema
    def _have_offices_by_the_month(self, words: dict[str, Any], **_: Any) -> None:
        kinds = set(words["kinds"])
        if (words["per"] == "month") != ("office" in kinds) or kinds > {"office"}:
            raise ValidationError("With offices, and nothing else, by the month.", "kinds")


class WithdrawExtra(Message):
    """Let an extra be had no more. Done by the host. Bookings already made keep it."""

    route = "POST /spaces/{space_id}/extras/{extra}/withdrawal"

    space_id = fields.UUID(required=True)
    extra = Code(required=True, metadata={"example": "screen"})
