"""What is left this month of the days that somebody's memberships include."""

from marshmallow import fields

from gateway.questions import Question
from gateway.views.agenda import Agenda
from gateway.views.directory import Directory
from gateway.views.people import People


class ListIncluded(Question):
    """The days that memberships include in the month of a day, and how many of them are booked.

    In half-days (null: as many as there are), for each membership that runs now: those of the
    person, and of organisations they belong to, whose people share them.
    """

    route = "GET /persons/{person_id}/included-days"
    view = Agenda
    joins = (Directory, People)
    select = """
        SELECT m.membership, m.space, s.name AS space_name, s.code AS space_code,
            l.name AS plan_name, 2 * l.included_days AS half_days, (
                SELECT coalesce(sum(u.half_days), 0) FROM agenda.included u
                WHERE u.membership = m.membership
                    AND u.month = date_trunc('month', %(day)s::date)::date
            ) AS half_days_used
        FROM people.memberships m
        JOIN people.plans l USING (plan)
        LEFT JOIN directory.spaces s ON s.space = m.space
        WHERE m.state = 'active' AND m.since <= %(day)s AND (
            m.person = %(person_id)s OR m.organisation IN (
                SELECT organisation FROM people.organisation_persons WHERE person = %(person_id)s
            )
        )
    """
    every = True
    key = ("membership",)

    person_id = fields.UUID(required=True)
    day = fields.Date(required=True)
