"""Details that were disclosed, told to whoever asked for it, as far as they still exist."""

from uuid import UUID

from marshmallow import Schema, fields
from starlette.requests import Request
from starlette.responses import Response

from gateway.api import Run, plain
from gateway.errands import Errand
from gateway.people import Caller
from gateway.words import Words


class FieldDisclosed(Schema):
    subject = fields.UUID(required=True)
    fact = fields.String(required=True)
    field = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    salt = fields.String(required=True)
    commitment = fields.String(required=True)


class Disclosed(Schema):
    disclosure_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(FieldDisclosed), required=True)


class SeeDisclosure(Errand):
    """What a disclosure tells, field by field: to whoever asked for it, and only what still exists.

    SHA-256 of the `salt` (hex) followed by the canonical JSON of the `value` is the `commitment`,
    which stands in the `fact` ("<originator_id>/<version>") under the name of the `field`.
    """

    route = "GET /disclosures/{disclosure_id}"
    answer = Disclosed
    tag = "members"

    disclosure_id = fields.UUID(required=True)


async def see_disclosure(request: Request, caller: Caller, words: Words) -> Response:
    """Asked of members each time: the gateway keeps nothing of it."""
    asked = str(UUID(words["disclosure_id"]))
    told = await request.state.services.ask("members", "disclosed", asked)
    return plain({"disclosure_id": asked, "items": told})


ERRANDS: dict[type[Errand], Run] = {SeeDisclosure: see_disclosure}
