"""Who may it be that stands at the counter? As little of as few people as a host needs."""

from typing import LiteralString

from marshmallow import fields, validate

from gateway.questions import Question
from gateway.views.agenda import Agenda
from gateway.views.directory import Directory
from gateway.views.people import People
from vocabulary.fields import Line


def plain(text: LiteralString) -> LiteralString:
    """A name without capitals and accents."""
    return f"regexp_replace(normalize(lower({text}), NFD), '[\\u0300-\\u036f]', '', 'g')"


ASKED: LiteralString = plain("%(name)s")


class FindMembers(Question):
    """People by name, for a host: their names and where they are at home, and nothing else.

    Whoever is at home in the space, or has booked there before, is found by a part of the name.
    Others of the network are found by their whole name only, which they said at the counter: so
    nobody can leaf through the people of the network.
    """

    route = "GET /spaces/{space_id}/members"
    view = People
    joins = (Agenda, Directory)
    select = f"""
        SELECT p.person, p.given_name, p.family_name, s.name AS home_space_name,
            s.country AS home_country
        FROM people.persons p
        CROSS JOIN LATERAL (
            SELECT {plain("p.given_name || ' ' || p.family_name")} AS straight,
                {plain("p.family_name || ' ' || p.given_name")} AS turned
        ) called
        LEFT JOIN directory.spaces s ON s.space = p.home_space
        WHERE {ASKED} IN (straight, turned) OR (
            (position({ASKED} IN straight) > 0 OR position({ASKED} IN turned) > 0)
            AND (p.home_space = %(space_id)s OR EXISTS (
                SELECT FROM agenda.bookings b
                WHERE b.person = p.person AND b.space = %(space_id)s
            ))
        )
    """
    every = True
    key = ("family_name", "given_name", "person")

    space_id = fields.UUID(required=True)
    name = fields.String(
        required=True,
        validate=[validate.Length(3, 200), Line.shape],
        metadata={"example": "lambert"},
    )
