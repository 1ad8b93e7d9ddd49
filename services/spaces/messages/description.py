"""What a space is, where, and since when it operates."""

from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, Range, Regexp

from kernel.wire import Message
from vocabulary.fields import Code, Country, Line, YesOrNo

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
