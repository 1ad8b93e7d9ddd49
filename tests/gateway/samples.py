"""Words that a message understands, made from its fields: what is required, and no more."""

from marshmallow import fields
from marshmallow.validate import OneOf, Range

from tests.gateway.fakes import ELSEWHERE, SOMEBODY
from vocabulary.fields import WallTime

# What no single field can tell.
TOGETHER = {
    "subscribe": {"person_id": str(SOMEBODY)},
    "offer_pack": {"half_days": 20},
    "sell_pack": {"person_id": str(SOMEBODY)},
    "move_booking": {"days": ["2031-03-03"], "part": "day"},
    "move_series": {"part": "day"},
    "join_waiting_list": {"part": "day"},
    "ask_for_place": {"start": "09:00", "end": "10:00"},
    "plan_session": {"place": "École de Couvin"},
    "add_outside_calendar": {"address": "https://calendar.example/private.ics"},
    "sign_in": {"password": "the right one"},
}


def words_for(message):
    known = message().fields
    found = {name: sample(name, field) for name, field in known.items() if field.required}
    return found | TOGETHER.get(message.verb(), {})


def sample(name, field):
    if (example := field.metadata.get("example")) is not None:
        return example
    for rule in field.validators:
        if isinstance(rule, OneOf):
            return rule.choices[0]
    match field:
        case fields.UUID():
            return str(ELSEWHERE if "space" in name else SOMEBODY)
        case fields.Date():
            return "2031-03-03"
        case WallTime():
            return "09:00"
        case fields.Boolean():
            return True
        case fields.Integer() | fields.Float():
            return next((rule.min for rule in field.validators if isinstance(rule, Range)), 1)
        case fields.List():
            return [sample(name, field.inner)]
        case fields.Nested():
            return {n: sample(n, f) for n, f in field.schema.fields.items() if f.required}
        case fields.Email():
            return "lise@example.org"
        case fields.String() if name in ("month", "first_month"):
            return "2031-03"
    return "a word or two"
