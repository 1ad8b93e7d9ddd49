"""What partners may ask of spaces."""

from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from kernel.wire import Message
from vocabulary.fields import Cents, Code, Country, Day, Line, WallTime, Whole, YesOrNo

HOURS_OF_A_YEAR = 366 * 24
MINUTES_OF_A_DAY = 24 * 60

ZONES = available_timezones() - {"localtime"}  # that one is another zone on every machine


def is_zone(name: str) -> None:
    if name not in ZONES:
        raise ValidationError('Expected a time zone of the IANA database, like "Europe/Brussels".')


class Degrees(fields.Float):
    """A number, and not a text that looks like one."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(validate=Range(-most, most), **options)

    def _deserialize(self, value: Any, *args: Any, **known: Any) -> float:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        return float(super()._deserialize(value, *args, **known))


class Description(Schema):
    """What somebody who comes for the first time would like to know."""

    languages = fields.List(
        fields.String(
            validate=[
                Length(equal=2),
                Regexp(r"[a-z]{2}\Z", error="Expected two letters, like fr."),
            ]
        ),
        load_default=list,
        validate=Length(max=20),
        metadata={"example": ["fr", "nl"], "description": "Spoken at the desk, ISO 639."},
    )
    amenities = fields.List(
        Code(),
        load_default=list,
        validate=Length(max=50),
        metadata={"example": ["kitchen", "parking"]},
    )


class OpenSpace(Description, Message):
    """Bring a space into the network, under a code that no other space ever had.

    Done by a coordinator, for an operator already registered as an organisation. A planned space
    can be furnished now and starts operating later.
    """

    route = "POST /spaces"

    code = Code(required=True, metadata={"example": "la-ferme"})
    name = Line(200, required=True, metadata={"example": "La Ferme Coworking"})
    operator_id = fields.UUID(required=True)
    town = Line(200, required=True, metadata={"example": "Chimay"})
    country = Country(
        required=True, metadata={"description": "ISO 3166. Its public holidays are observed."}
    )
    timezone = fields.String(
        required=True, validate=is_zone, metadata={"example": "Europe/Brussels"}
    )
    lat = Degrees(90, required=True, metadata={"example": 50.048})
    lon = Degrees(180, required=True, metadata={"example": 4.317})
    planned = YesOrNo(load_default=False)


class DescribeSpace(Description, Message):
    """Say anew which languages are spoken in a space, and what everybody finds there.

    Done by the host. Replaces what was said before: what is left out is gone.
    """

    route = "PUT /spaces/{space_id}/description"

    space_id = fields.UUID(required=True)


class StartOperation(Message):
    """A planned space opens its doors, once. Done by its host or a coordinator."""

    route = "POST /spaces/{space_id}/operation"

    space_id = fields.UUID(required=True)


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


class OpeningHours(Schema):
    """One span of one weekday: 1 is Monday, 7 is Sunday."""

    weekday = Whole(1, 7, required=True)
    opens = WallTime(required=True, metadata={"example": "08:30"})
    closes = WallTime(required=True, metadata={"example": "18:00"})


class SetHours(Message):
    """Say when a space is open in an ordinary week, by the clock on its own wall.

    Done by the host. Replaces all hours. A weekday may have several spans that do not overlap;
    one without a span is closed, and so is a space that never said its hours.
    """

    route = "PUT /spaces/{space_id}/hours"

    space_id = fields.UUID(required=True)
    hours = fields.List(fields.Nested(OpeningHours), required=True, validate=Length(max=70))


class SetTerms(Message):
    """Say how bookings are handled: until when to cancel, the pause between two, midday.

    Done by the host. Until `cancellation_hours` before its start a booking can be cancelled free of
    charge, and later not at all, or for `late_fee_percent` of its price. `buffer_minutes` stay free
    between two bookings of a room; `midday` parts the half-days. A booking to which nobody came is
    released `release_minutes` after it began, if at all; and whoever waits for a place that becomes
    free has `offer_minutes` to take it.
    """

    route = "PUT /spaces/{space_id}/terms"

    space_id = fields.UUID(required=True)
    cancellation_hours = Whole(0, HOURS_OF_A_YEAR, required=True, metadata={"example": 24})
    buffer_minutes = Whole(0, MINUTES_OF_A_DAY, required=True, metadata={"example": 15})
    midday = WallTime(
        load_default=13 * 60,
        validate=Range(1, MINUTES_OF_A_DAY - 1, error="Expected a time within the day."),
        metadata={"example": "13:00"},
    )
    late_fee_percent = Whole(0, 100, load_default=None, allow_none=True, metadata={"example": 50})
    release_minutes = Whole(
        0, MINUTES_OF_A_DAY, load_default=None, allow_none=True, metadata={"example": 60}
    )
    offer_minutes = Whole(5, MINUTES_OF_A_DAY, load_default=120, metadata={"example": 120})


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


class CloseDay(Message):
    """Close a space for a whole day, today at the earliest. Done by the host.

    The reason is for everybody to read, for ever: never write about a person.
    """

    route = "POST /spaces/{space_id}/closures"

    space_id = fields.UUID(required=True)
    day = Day(required=True)
    reason = Line(200, required=True, metadata={"example": "Works"})


class OpenDay(Message):
    """Open a space on a day that it had closed, or on a public holiday. Done by the host.

    It is then open during the hours of that weekday.
    """

    route = "POST /spaces/{space_id}/openings"

    space_id = fields.UUID(required=True)
    day = Day(required=True)


class ObserveHolidays(Message):
    """Say whether the public holidays of its own country close a space. Done by the host.

    They do unless it says otherwise; a single holiday is opened with an opening.
    """

    route = "PUT /spaces/{space_id}/holidays"

    space_id = fields.UUID(required=True)
    observed = YesOrNo(required=True)


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
