"""A week of a space as its host plans it: who has which place, day by day."""

from collections import defaultdict
from typing import Any, LiteralString

from marshmallow import fields

from gateway.questions import Question
from gateway.records import Row
from gateway.views.agenda import Agenda
from gateway.views.availability import is_monday
from gateway.views.calendar import clock
from gateway.views.directory import Directory
from gateway.views.people import People

WEEK: LiteralString = "BETWEEN %(monday)s::date AND %(monday)s::date + 6"


class SeePlanning(Question):
    """The bookings of a week, for each resource that has some: `days` are Monday to Sunday.

    What is taken outside of the network is there too, as of the kind `outside` and without booking.
    Times are wall-clock times of the space. An office that is let is there on each day, all day.
    It says no more than a plan needs, so that a full week of ten rooms stays small.
    """

    route = "GET /spaces/{space_id}/weeks/{monday}/bookings"
    view = Agenda
    joins = (Directory, People)
    select = f"""
        SELECT b.booking, b.resource, t.day, t.start, t."end", b.kind, b.people,
            CASE b.state WHEN 'requested' THEN b.state ELSE t.state END AS state,
            p.given_name || ' ' || p.family_name AS who
        FROM (
            SELECT s.booking, s.day, s.start, s."end", s.state FROM agenda.slots s
            WHERE s.space = %(space_id)s AND s.day {WEEK}
            UNION ALL
            SELECT o.booking, d::date, 0, 1440, 'booked'
            FROM agenda.bookings o, generate_series(%(monday)s::date, %(monday)s::date + 6,
                interval '1 day') d
            WHERE o.kind = 'office' AND o.space = %(space_id)s
                AND d::date BETWEEN o.first AND o.last
                AND NOT EXISTS (
                    SELECT FROM agenda.slots s WHERE s.booking = o.booking AND s.day = d::date
                )
        ) t
        JOIN agenda.bookings b USING (booking)
        LEFT JOIN people.persons p ON p.person = b.person
        WHERE b.state IN ('booked', 'requested')
        UNION ALL
        SELECT NULL, o.resource, o.day, o.start, o."end", 'outside', NULL, 'booked', NULL
        FROM agenda.outside o WHERE o.space = %(space_id)s AND o.day {WEEK}
        ORDER BY resource, day, start, who, booking
    """
    every = True

    space_id = fields.UUID(required=True)
    monday = fields.Date(required=True, validate=is_monday)

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        weeks: dict[Any, list[list[Row]]] = defaultdict(lambda: [[] for _ in range(7)])
        for row in found:
            told = {"start": clock(row["start"]), "end": clock(row["end"]), "state": row["state"]}
            by = {"kind": row["kind"], "who": row["who"], "people": row["people"]}
            said = {"booking": row["booking"], **by, **told}
            weeks[row["resource"]][(row["day"] - words["monday"]).days].append(said)
        resources = [{"resource": each, "days": days} for each, days in weeks.items()]
        return {"monday": words["monday"], "resources": resources}
