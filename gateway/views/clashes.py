"""What is booked here and taken elsewhere at the same time: for people to put right."""

from typing import Any

from marshmallow import fields

from gateway.questions import Question
from gateway.records import Row
from gateway.views.agenda import Agenda, timed
from gateway.views.directory import Directory
from gateway.views.people import People


class SeeClashes(Question):
    """Bookings of a resource, or of a part of it, at times when it is taken outside of the network.

    From today on. Neither gives way by itself: a booking stays until somebody moves or cancels it.
    """

    route = "GET /spaces/{space_id}/resources/{resource_id}/clashes"
    view = Agenda
    joins = (Directory, People)
    select = """
        SELECT DISTINCT p.day, p.start, p."end", b.booking, n.given_name, n.family_name
        FROM agenda.outside o
        JOIN directory.resources r ON r.resource = o.resource
        JOIN agenda.promises p ON p.space = o.space AND p.day = o.day
            AND p.start < o."end" AND o.start < p."end"
            AND (p.resource = o.resource OR r.parts ? p.resource::text)
        JOIN agenda.bookings b ON b.booking = p.booking
        LEFT JOIN people.persons n ON n.person = b.person
        WHERE o.space = %(space_id)s AND o.resource = %(resource_id)s
            AND o.day >= current_date - 1
    """
    every = True
    key = ("day", "start", "booking")

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        return [timed(row) for row in found]
