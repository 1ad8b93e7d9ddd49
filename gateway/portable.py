"""Everything that the network knows of somebody, for that person to take away. Nothing is kept."""

from typing import Any, LiteralString

from marshmallow import Schema, fields
from starlette.requests import Request
from starlette.responses import Response

from gateway.api import Run, look_up, plain
from gateway.errands import Errand
from gateway.people import Caller
from gateway.permissions import PERMISSIONS
from gateway.questions import Question, Views
from gateway.records import Row
from gateway.views import QUESTIONS
from gateway.views.included import ListIncluded
from gateway.views.mobility import ListWorkDays
from gateway.whose import themselves
from gateway.words import Words

LONGEST_PAGE = 200
FORMAT = "essaim-export-1"
ACCOUNT: LiteralString = """
    SELECT a.email, a.created_at, (
        SELECT coalesce(json_agg(json_build_object('browser', s.browser, 'since', s.created_at,
            'seen', s.seen_at) ORDER BY s.created_at), '[]')
        FROM accounts.session s WHERE s.account = a.id
    ) AS sessions, (
        SELECT coalesce(json_agg(json_build_object('label', t.label, 'since', t.created_at,
            'used', t.last_used_at, 'revoked', t.revoked) ORDER BY t.created_at), '[]')
        FROM accounts.token t WHERE t.account = a.id
    ) AS tokens, (
        SELECT coalesce(json_agg(json_build_object('label', p.label, 'since', p.created_at,
            'used', p.last_used_at) ORDER BY p.created_at), '[]')
        FROM accounts.passkey p WHERE p.account = a.id
    ) AS passkeys, (
        SELECT coalesce(json_agg(json_build_object('issuer', k.issuer, 'subject', k.subject,
            'proposed', k.proposed, 'since', k.created_at) ORDER BY k.created_at), '[]')
        FROM accounts.partner k WHERE k.account = a.id
    ) AS partners, EXISTS (SELECT FROM accounts.totp o WHERE o.account = a.id) AS second_factor, (
        SELECT c.created_at FROM accounts.calendar c WHERE c.account = a.id
    ) AS calendar_since, ARRAY(
        SELECT d.wish FROM accounts.declined d WHERE d.person = a.person ORDER BY d.wish
    ) AS letters_declined
    FROM accounts.account a WHERE a.person = %(person_id)s
"""
YEARS: LiteralString = """
    SELECT ARRAY(
        SELECT year FROM mobility.work_years WHERE person = %(person_id)s ORDER BY year
    ) AS years
"""


class Exported(Schema):
    format = fields.String(required=True)
    person_id = fields.UUID(required=True)
    account = fields.Dict(required=True, allow_none=True)
    answers = fields.Dict(required=True)


class ExportPerson(Errand):
    """Everything that the network knows of a person, to take elsewhere (GDPR, articles 15 and 20):
    for the person alone.

    `answers` has what each question about oneself answers, by its name: who one is, situation,
    roles and consents, bookings, passes, work days, subscriptions, courses, disclosures, and so on.
    `account` says how one signs in, without secrets. Nothing of this answer is kept.
    """

    route = "GET /persons/{person_id}/export"
    answer = Exported

    person_id = fields.UUID(required=True)


async def export_person(request: Request, caller: Caller, words: Words) -> Response:
    person = {"person_id": words["person_id"]}
    views: Views = request.state.views
    account = await views.row(ACCOUNT, person)
    answers = {each.verb(): await answer(request, each, person) for each in ABOUT_ONESELF}
    found = {"format": FORMAT, **person, "account": account, "answers": answers}
    told = plain(found)
    told.headers["Content-Disposition"] = 'attachment; filename="essaim.json"'
    return told


async def answer(request: Request, question: type[Question], person: Row) -> Any:
    """The whole answer, whichever way it is given."""
    if question is ListWorkDays:
        years = (await request.state.views.row(YEARS, person))["years"]
        return [await look_up(request, question, {**person, "year": each}) for each in years]
    if not question.key:
        return await look_up(request, question, person)
    found: list[Any] = []
    after: str | None = ""
    while after is not None:
        page = {"after": after, "limit": LONGEST_PAGE}
        told = await look_up(request, question, person, page)
        found, after = found + told["items"], told["next"]
    return found


def about_oneself() -> list[type[Question]]:
    """Every question about a person that one may ask about oneself. A new one is among them."""
    asked = [each for each in QUESTIONS if "person_id" in each().fields]
    mine = [each for each in asked if themselves in PERMISSIONS[each.verb()].values()]
    return [each for each in mine if each is not ListIncluded]  # which follows from the others


ABOUT_ONESELF = about_oneself()
ERRANDS: dict[type[Errand], Run] = {ExportPerson: export_person}
