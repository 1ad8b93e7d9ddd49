"""When a space is open and what is still free in it: on a day, in a week, in the whole network."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, LiteralString

from marshmallow import ValidationError, fields, validate

from gateway.questions import Question
from gateway.records import Row
from gateway.views.agenda import Agenda
from gateway.views.calendar import Span, clock, clocks, closed, opening, remaining
from gateway.views.directory import Directory
from vocabulary.school import school_holiday

DAY: LiteralString = "(SELECT %(day)s::date AS first, %(day)s::date AS last) asked"
WEEK: LiteralString = "(SELECT %(monday)s::date AS first, %(monday)s::date + 6 AS last) asked"


def calendars(asked: LiteralString) -> LiteralString:
    """One row a space: everything that decides what is free in it on the days asked for."""
    return f"""
        SELECT s.space, s.code, s.name, s.town, s.country, s.timezone, s.planned, s.hours,
            s.midday, s.buffer_minutes, s.holidays_observed, (
                SELECT coalesce(json_object_agg(d.day,
                    json_build_object('open', d.open, 'reason', d.reason)), '{{}}')
                FROM directory.days d
                WHERE d.space = s.space AND d.day BETWEEN asked.first AND asked.last
            ) AS exceptions, (
                SELECT coalesce(json_agg(to_jsonb(r) - 'space' - 'retired'
                    ORDER BY r.kind, r.name, r.resource), '[]')
                FROM directory.resources r WHERE r.space = s.space AND NOT r.retired
            ) AS resources, (
                SELECT coalesce(json_agg(
                    json_build_array(p.resource, p.day, p.start, p."end", p.units)), '[]')
                FROM agenda.promises p
                WHERE p.space = s.space AND p.day BETWEEN asked.first AND asked.last
            ) AS promises, (
                SELECT coalesce(json_agg(
                    json_build_array(o.resource, o.day, o.start, o."end")), '[]')
                FROM agenda.outside o
                WHERE o.space = s.space AND o.day BETWEEN asked.first AND asked.last
            ) AS outside, (
                SELECT coalesce(json_agg(json_build_array(l.resource, l.first, l.last)), '[]')
                FROM agenda.lets l
                WHERE l.space = s.space AND l.first <= asked.last AND l.last >= asked.first
            ) AS lets
        FROM directory.spaces s, {asked}
    """


class Taken:
    """What is taken in a space, resource by resource and day by day."""

    def __init__(self, space: Row) -> None:
        self.spans: dict[tuple[str, str], list[Span]] = defaultdict(list)
        for resource, day, start, end, units in space["promises"]:
            self.spans[resource, day].extend([(start, end)] * units)
        self._outside(space)
        self.lets: list[tuple[str, str, str]] = space["lets"]

    def _outside(self, space: Row) -> None:
        """What is taken outside of the network: all units of it, and one of each of its parts."""
        resources = {each["resource"]: each for each in space["resources"]}
        for resource, day, start, end in space["outside"]:
            whole = resources.get(resource, {"units": 0, "parts": []})
            for each in [resource] * (whole["units"] or 1) + whole["parts"]:
                self.spans[each, day].append((start, end))

    def of(self, resource: Row, day: date) -> list[Span]:
        return self.spans.get((resource["resource"], day.isoformat()), [])

    def is_let(self, resource: Row, day: date) -> bool:
        return any(
            let == resource["resource"] and first <= day.isoformat() <= last
            for let, first, last in self.lets
        )


def calendar(space: Row, days: list[date]) -> Row:
    """The days of a space, and of each resource what is taken and free on each of them."""
    taken, opened = Taken(space), [opening(space, day) for day in days]
    offered = {each["resource"]: each for each in space["resources"]}
    shown = ("space", "code", "name", "town", "country", "timezone", "planned")
    return {word: space[word] for word in shown} | {
        "midday": clock(space["midday"]),
        "days": [
            {
                "day": day,
                "open": clocks(open_),
                "closed": closed(space, day),
                "school_holiday": school_holiday(space["country"], day),
            }
            for day, open_ in zip(days, opened, strict=True)
        ],
        "resources": [
            resource
            | {
                "days": [
                    remaining(
                        resource,
                        space,
                        open_,
                        taken.of(resource, day),
                        taken.is_let(resource, day),
                        [
                            (offered[part], taken.of(offered[part], day))
                            for part in resource["parts"]
                            if part in offered
                        ],
                    )
                    for day, open_ in zip(days, opened, strict=True)
                ]
            }
            for resource in space["resources"]
        ],
    }


def calendar_of_day(space: Row, day: date) -> Row:
    """The same for one day, without a list around what is said of it."""
    shown = calendar(space, [day])
    resources = [resource | resource.pop("days")[0] for resource in shown["resources"]]
    said: Row = shown.pop("days")[0]
    return shown | said | {"resources": resources}


class SeeAvailability(Question):
    """A day of a space: opening hours, and of each resource its prices and what is free.

    Spans are pairs of wall-clock times in the space's own zone. Desks are counted for the
    morning, which ends at `midday`, the afternoon and the whole day; rooms and machines have
    spans that are busy and free (rooms: without the buffer around other bookings); an office is
    let or not. `closed` says why the space does not open: planned, closure, holiday or hours;
    `school_holiday` what it is called when schools are closed there, as far as that is published.
    """

    route = "GET /spaces/{space_id}/days/{day}"
    view = Agenda
    joins = (Directory,)
    select = f"{calendars(DAY)} WHERE s.space = %(space_id)s"

    space_id = fields.UUID(required=True)
    day = fields.Date(required=True)

    @classmethod
    def shape(cls, found: Row, words: Row) -> Any:
        return calendar_of_day(found, words["day"])


def is_monday(day: date) -> None:
    if day.isoweekday() != 1:
        raise ValidationError("A week begins on a Monday.")


class SeeWeek(Question):
    """A week of a space: `days` says when it is open, and each resource what is free on each day.

    The seven entries of a resource's `days` are those of Monday to Sunday, and read like those
    of a single day.
    """

    route = "GET /spaces/{space_id}/weeks/{monday}"
    view = Agenda
    joins = (Directory,)
    select = f"{calendars(WEEK)} WHERE s.space = %(space_id)s"

    space_id = fields.UUID(required=True)
    monday = fields.Date(required=True, validate=is_monday)

    @classmethod
    def shape(cls, found: Row, words: Row) -> Any:
        week = [words["monday"] + timedelta(days=n) for n in range(7)]
        return calendar(found, week)


class FindFree(Question):
    """What is free on a day in every space of the network, or of one country."""

    route = "GET /availability"
    view = Agenda
    joins = (Directory,)
    select = f"""
        {calendars(DAY)} WHERE s.country = coalesce(upper(%(country)s), s.country)
    """
    every = True
    key = ("name", "space")

    day = fields.Date(required=True)
    country = fields.String(
        load_default=None,
        validate=validate.Regexp("^[A-Za-z]{2}$"),
        metadata={"example": "FR", "description": "ISO 3166 code of a country"},
    )

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        return [calendar_of_day(space, words["day"]) for space in found]
