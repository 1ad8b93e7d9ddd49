"""What waits: people for a place, bookings for the host, and both for the time to pass."""

from typing import Any, LiteralString

from marshmallow import fields

from gateway.questions import Question
from gateway.records import Row
from gateway.views.agenda import BOOKING, Agenda, booking, timed
from gateway.views.directory import Directory
from gateway.views.people import People

EXTRAS: LiteralString = """(
    SELECT coalesce(json_agg(json_build_object('code', x.code, 'quantity', x.quantity,
        'name', coalesce(e.name, x.code), 'lacking', jsonb_exists(w.lacking, x.code))), '[]')
    FROM jsonb_to_recordset(w.extras) AS x(code text, quantity int)
    LEFT JOIN directory.extras e ON e.space = w.space AND e.code = x.code
) AS extras"""


class ListWaiting(Question):
    """For which places a person waits, with which extras, and until when one is offered to them.

    `ahead` is how many waited for something of that place, at that time, before them; an extra is
    `lacking` if there was not as much of it left when the place was offered.
    """

    route = "GET /persons/{person_id}/waiting-list"
    view = Agenda
    joins = (Directory,)
    select = f"""
        SELECT w.entry, w.space, s.code AS space_code, s.name AS space_name, s.timezone,
            w.resource, r.kind, r.name AS resource_name, w.day, w.start, w."end", w.half_days,
            w.people, w.until, {EXTRAS}, (
                SELECT count(*) FROM agenda.waiting a
                WHERE a.space = w.space AND a.day = w.day AND a.resource = w.resource
                    AND a.start < w."end" AND w.start < a."end" AND a.joined < w.joined
            ) AS ahead
        FROM agenda.waiting w
        LEFT JOIN directory.spaces s ON s.space = w.space
        LEFT JOIN directory.resources r ON r.resource = w.resource
        WHERE w.person = %(person_id)s AND w.day >= current_date - 1
    """
    every = True
    key = ("day", "start", "entry")

    person_id = fields.UUID(required=True)

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        return [timed(row) for row in found]


class SeeWaitingList(Question):
    """Who waits for a place on a day, in the order of the line."""

    route = "GET /spaces/{space_id}/days/{day}/waiting-list"
    view = Agenda
    joins = (Directory, People)
    select = f"""
        SELECT w.joined, w.entry, w.person, p.given_name, p.family_name, w.resource,
            r.name AS resource_name, w.start, w."end", w.people, w.until, {EXTRAS}
        FROM agenda.waiting w
        LEFT JOIN people.persons p ON p.person = w.person
        LEFT JOIN directory.resources r ON r.resource = w.resource
        WHERE w.space = %(space_id)s AND w.day = %(day)s
    """
    every = True
    key = ("joined", "entry")

    space_id = fields.UUID(required=True)
    day = fields.Date(required=True)

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        return [timed(row) for row in found]


class ListRequests(Question):
    """Bookings of a space that wait for the host to approve them, by first day.

    `guest`: whoever asks has not joined. Where they are reached is told of those at home here.
    """

    route = "GET /spaces/{space_id}/requests"
    view = Agenda
    joins = (Directory, People)
    select = f"""
        SELECT b.*, p.given_name, p.family_name, coalesce(p.status = 'guest', false) AS guest,
            CASE WHEN p.home_space = b.space THEN p.email END AS email,
            CASE WHEN p.home_space = b.space THEN p.phone END AS phone
        FROM ({BOOKING}) b
        LEFT JOIN people.persons p ON p.person = b.person
        WHERE b.space = %(space_id)s AND b.state = 'requested' AND b.last >= current_date - 1
    """
    every = True
    key = ("first", "booking")

    space_id = fields.UUID(required=True)

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        return [booking(row) for row in found]


# What time asks for, see clock.py

TO_RELEASE = """
    SELECT t.booking, t.day FROM directory.spaces s
    JOIN agenda.slots t ON t.space = s.space AND t.state = 'booked'
        AND t.day BETWEEN current_date - 1 AND current_date + 1
    JOIN agenda.bookings b ON b.booking = t.booking AND b.state = 'booked'
    WHERE s.release_minutes IS NOT NULL
    GROUP BY t.booking, t.day, s.timezone, s.release_minutes
    HAVING now() >= (t.day + max(t.start) * interval '1 minute') AT TIME ZONE s.timezone
        + s.release_minutes * interval '1 minute'
"""
TO_OFFER = """
    SELECT DISTINCT space, day FROM agenda.waiting
    WHERE day >= current_date - 1 AND until <= now()
"""
