"""How much of what a space offers is used: figures without names."""

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from gateway.questions import Question
from gateway.records import Row
from gateway.views.agenda import Agenda
from gateway.views.calendar import opening
from gateway.views.directory import Directory

LONGEST = 400
GROUPS = {"desks": ("desks",), "rooms": ("room", "studio")}


class SeeOccupancy(Question):
    """What was offered and used in a space on each day from `first` to `last`, at most 400 days.

    Offered minutes are those of all desks (or rooms and studios) that the space offers today,
    during its hours of today, on days on which it was not closed. Booked minutes are those promised
    to somebody and not given back. Visits are the people, guests included, of a day's bookings,
    offices aside; they end as checked in, as no-shows, or as neither.
    """

    route = "GET /spaces/{space_id}/occupancy"
    view = Agenda
    joins = (Directory,)
    select = """
        SELECT s.planned, s.country, s.hours, s.holidays_observed, (
            SELECT coalesce(json_object_agg(d.day,
                json_build_object('open', d.open, 'reason', d.reason)), '{}')
            FROM directory.days d
            WHERE d.space = s.space AND d.day BETWEEN %(first)s AND %(last)s
        ) AS exceptions, (
            SELECT coalesce(json_object_agg(kind, units), '{}') FROM (
                SELECT r.kind, sum(r.units) AS units FROM directory.resources r
                WHERE r.space = s.space AND NOT r.retired GROUP BY r.kind
            ) offered
        ) AS units, (
            SELECT coalesce(json_agg(booked), '[]') FROM (
                SELECT p.day, r.kind, sum((p."end" - p.start) * p.units) AS minutes
                FROM agenda.promises p JOIN directory.resources r USING (resource)
                WHERE p.space = s.space AND p.day BETWEEN %(first)s AND %(last)s
                GROUP BY p.day, r.kind
            ) booked
        ) AS booked, (
            SELECT coalesce(json_agg(visited), '[]') FROM (
                SELECT v.day, sum(v.people) AS visits,
                    coalesce(sum(v.people) FILTER (WHERE v.came), 0) AS checked_in,
                    coalesce(sum(v.people) FILTER (WHERE v.missed AND NOT v.came), 0) AS no_shows
                FROM (
                    SELECT t.booking, t.day, b.people, bool_or(t.state = 'checked-in') AS came,
                        bool_or(t.state = 'no-show') AS missed
                    FROM agenda.slots t JOIN agenda.bookings b USING (booking)
                    WHERE t.space = s.space AND t.day BETWEEN %(first)s AND %(last)s
                        AND b.state = 'booked' AND b.kind <> 'office'
                    GROUP BY t.booking, t.day, b.people
                ) v GROUP BY v.day
            ) visited
        ) AS visits
        FROM directory.spaces s WHERE s.space = %(space_id)s
    """

    space_id = fields.UUID(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)

    @validates_schema
    def _be_some_days(self, words: Row, **_: Any) -> None:
        if not timedelta() <= words["last"] - words["first"] < timedelta(days=LONGEST):
            raise ValidationError(f"1 to {LONGEST} days, the first one first.", "last")

    @classmethod
    def shape(cls, found: Row, words: Row) -> Any:
        booked = {(each["day"], each["kind"]): each["minutes"] for each in found["booked"]}
        visits = {each.pop("day"): each for each in found["visits"]}
        none = {"visits": 0, "checked_in": 0, "no_shows": 0}
        days = []
        for n in range((words["last"] - words["first"]).days + 1):
            day = words["first"] + timedelta(days=n)
            open_ = sum(end - start for start, end in opening(found, day))
            figures = {"day": day, **visits.get(day.isoformat(), none)}
            for group, kinds in GROUPS.items():
                units = sum(found["units"].get(kind, 0) for kind in kinds)
                used = sum(booked.get((day.isoformat(), kind), 0) for kind in kinds)
                figures |= {f"{group}_offered": units * open_, f"{group}_booked": used}
            days.append(figures)
        return {"days": days}
