"""Passes and visits across the border, what spaces owe each other for them, days worked."""

from collections import Counter
from typing import Any, ClassVar

from marshmallow import fields, validate

from gateway.questions import Question
from gateway.records import Row
from gateway.view import View
from gateway.views.directory import Directory
from gateway.views.people import People

IS_MONTH = validate.Regexp(r"^\d{4}-(0[1-9]|1[0-2])$")


class Mobility(View):
    name = "mobility"
    follows = ("mobility",)
    tables = """
        CREATE TABLE IF NOT EXISTS passes (
            pass uuid PRIMARY KEY, person uuid, year int, valid_from date, valid_until date,
            days int, sponsor uuid, withdrawn bool DEFAULT false
        );
        CREATE INDEX IF NOT EXISTS passes_by_person ON passes (person);
        CREATE TABLE IF NOT EXISTS visits (
            pass uuid, booking uuid, home_space uuid, host_space uuid, country text, day date,
            half_days int, PRIMARY KEY (pass, booking, day)
        );
        CREATE TABLE IF NOT EXISTS travellers (traveller uuid PRIMARY KEY, person uuid);
        CREATE TABLE IF NOT EXISTS uncovered (
            person uuid, booking uuid, host_space uuid, day date, half_days int, reason text,
            PRIMARY KEY (person, day, booking)
        );
        CREATE TABLE IF NOT EXISTS tariffs (
            host_space uuid, version int, valid_from date, half_day_cents int, day_cents int,
            PRIMARY KEY (host_space, version)
        );
        CREATE TABLE IF NOT EXISTS settlements (
            settlement uuid PRIMARY KEY, home_space uuid, host_space uuid, month text
        );
        CREATE INDEX IF NOT EXISTS settlements_by_month ON settlements (month);
        CREATE INDEX IF NOT EXISTS settlements_by_pair
            ON settlements (home_space, host_space, month);
        CREATE TABLE IF NOT EXISTS settlement_lines (
            settlement uuid, pass uuid, booking uuid, day date, half_days int, amount_cents int,
            tariff_version int, PRIMARY KEY (settlement, booking, day)
        );
        CREATE TABLE IF NOT EXISTS work_years (work_year uuid PRIMARY KEY, person uuid, year int);
        CREATE INDEX IF NOT EXISTS work_years_by_person ON work_years (person, year);
        CREATE TABLE IF NOT EXISTS work_days (
            counted bigint PRIMARY KEY, work_year uuid, day date, country text, place_kind text,
            half_days int, source text, contested bool DEFAULT false
        );
        CREATE INDEX IF NOT EXISTS work_days_by_year ON work_days (work_year, day);
    """
    effects: ClassVar = {
        "mobility.PassIssued": [
            """
            INSERT INTO passes VALUES (%(about)s, %(person_id)s, %(year)s, %(valid_from)s,
                %(valid_until)s, %(days)s, %(sponsor_id)s)
            """
        ],
        "mobility.PassExtended": [
            """
            UPDATE passes SET days = days + %(days)s, valid_until = %(valid_until)s
            WHERE pass = %(about)s
            """
        ],
        "mobility.PassWithdrawn": ["UPDATE passes SET withdrawn = true WHERE pass = %(about)s"],
        "mobility.VisitRecorded": [
            """
            INSERT INTO visits VALUES (%(about)s, %(booking_id)s, %(home_space_id)s,
                %(host_space_id)s, %(country)s, %(day)s, %(half_days)s)
            """
        ],
        "mobility.TravellerMet": ["INSERT INTO travellers VALUES (%(about)s, %(person_id)s)"],
        "mobility.VisitNotCovered": [
            """
            INSERT INTO uncovered
            SELECT person, %(booking_id)s::uuid, %(host_space_id)s::uuid, %(day)s::date,
                %(half_days)s, %(reason)s
            FROM travellers WHERE traveller = %(about)s
            """
        ],
        "mobility.TariffAgreed": [
            """
            INSERT INTO tariffs VALUES (%(host_space_id)s, %(version)s, %(valid_from)s,
                %(half_day_cents)s, %(day_cents)s)
            """
        ],
        "mobility.SettlementOpened": [
            """
            INSERT INTO settlements
            VALUES (%(about)s, %(home_space_id)s, %(host_space_id)s, %(month)s)
            """
        ],
        "mobility.SettlementLineAdded": [
            """
            INSERT INTO settlement_lines VALUES (%(about)s, %(pass_id)s, %(booking_id)s, %(day)s,
                %(half_days)s, %(amount_cents)s, %(tariff_version)s)
            """
        ],
        "mobility.WorkYearOpened": [
            "INSERT INTO work_years VALUES (%(about)s, %(person_id)s, %(year)s)"
        ],
        "mobility.WorkDayCounted": [
            """
            INSERT INTO work_days VALUES (%(position)s, %(about)s, %(day)s, %(country)s,
                %(place_kind)s, %(half_days)s, %(source)s)
            """
        ],
        "mobility.WorkDayContested": [
            """
            UPDATE work_days SET contested = true
            WHERE work_year = %(about)s AND day = %(day)s AND country = %(country)s
            """
        ],
    }


class ListPasses(Question):
    """A person's cross-border passes, the half days left on each, and the visits they covered.

    `uncovered` are visits of that year which no pass covered, with the reason.
    """

    route = "GET /persons/{person_id}/passes"
    view = Mobility
    joins = (Directory, People)
    select = """
        SELECT p.*, o.name AS sponsor_name, v.half_days_used,
            2 * p.days - v.half_days_used AS half_days_left, v.visits, (
                SELECT coalesce(json_agg(to_jsonb(u) - 'person' || jsonb_build_object(
                    'host_space_name', s.name) ORDER BY u.day, u.booking), '[]')
                FROM mobility.uncovered u LEFT JOIN directory.spaces s ON s.space = u.host_space
                WHERE u.person = p.person AND extract(year FROM u.day) = p.year
            ) AS uncovered
        FROM mobility.passes p LEFT JOIN people.organisations o ON o.organisation = p.sponsor,
        LATERAL (
            SELECT coalesce(sum(i.half_days), 0) AS half_days_used, coalesce(json_agg(
                to_jsonb(i) - 'pass' || jsonb_build_object('host_space_name', s.name)
                ORDER BY i.day, i.booking), '[]') AS visits
            FROM mobility.visits i LEFT JOIN directory.spaces s ON s.space = i.host_space
            WHERE i.pass = p.pass
        ) v
        WHERE p.person = %(person_id)s
    """
    every = True
    key = ("year", "pass")

    person_id = fields.UUID(required=True)


class ListTariffs(Question):
    """What a space asks of others for a visit of their members, version by version, in cents."""

    route = "GET /spaces/{space_id}/tariffs"
    view = Mobility
    select = """
        SELECT version, valid_from, half_day_cents, day_cents FROM mobility.tariffs
        WHERE host_space = %(space_id)s
    """
    every = True
    key = ("version",)

    space_id = fields.UUID(required=True)


class ListSettlements(Question):
    """What each home space owes each host space, month by month. `space_id` is either of them."""

    route = "GET /settlements"
    view = Mobility
    joins = (Directory,)
    select = """
        SELECT s.month, s.home_space, h.name AS home_space_name, s.host_space,
            t.name AS host_space_name, l.visits, l.half_days, l.amount_cents
        FROM mobility.settlements s
        LEFT JOIN directory.spaces h ON h.space = s.home_space
        LEFT JOIN directory.spaces t ON t.space = s.host_space,
        LATERAL (
            SELECT count(*) AS visits, coalesce(sum(half_days), 0) AS half_days,
                coalesce(sum(amount_cents), 0) AS amount_cents
            FROM mobility.settlement_lines WHERE settlement = s.settlement
        ) l
        WHERE s.month = coalesce(%(month)s, s.month)
            AND coalesce(%(space_id)s, s.home_space) IN (s.home_space, s.host_space)
    """
    every = True
    key = ("month", "home_space", "host_space")

    month = fields.String(load_default=None, validate=IS_MONTH, metadata={"example": "2026-10"})
    space_id = fields.UUID(load_default=None)


class ListSettlementLines(Question):
    """Visit by visit, what a home space owes a host space for a month, and by which tariff.

    Tariff version 0: no tariff was agreed, so the visit is free on both sides.
    """

    route = "GET /settlements/{home_space_id}/{host_space_id}/{month}"
    view = Mobility
    select = """
        SELECT l.day, l.booking, l.pass, l.half_days, l.amount_cents, l.tariff_version
        FROM mobility.settlements s JOIN mobility.settlement_lines l USING (settlement)
        WHERE s.home_space = %(home_space_id)s AND s.host_space = %(host_space_id)s
            AND s.month = %(month)s
    """
    every = True
    key = ("day", "booking")

    home_space_id = fields.UUID(required=True)
    host_space_id = fields.UUID(required=True)
    month = fields.String(required=True, validate=IS_MONTH)


class ListWorkDays(Question):
    """How many half days somebody worked in each country in a year, and on which days.

    A day that the person contests is listed, and not counted.
    """

    route = "GET /persons/{person_id}/work-days"
    view = Mobility
    select = """
        SELECT coalesce(json_agg(json_build_object('day', d.day, 'country', d.country,
            'place_kind', d.place_kind, 'half_days', d.half_days, 'source', d.source,
            'contested', d.contested) ORDER BY d.day, d.counted), '[]') AS days
        FROM mobility.work_years y JOIN mobility.work_days d USING (work_year)
        WHERE y.person = %(person_id)s AND y.year = %(year)s
    """

    person_id = fields.UUID(required=True)
    year = fields.Integer(
        required=True, validate=validate.Range(2000, 2100), metadata={"example": 2026}
    )

    @classmethod
    def shape(cls, found: Row, words: Row) -> Any:
        half_days: Counter[str] = Counter()
        for day in found["days"]:
            if not day["contested"]:
                half_days[day["country"]] += day["half_days"]
        countries = [{"country": c, "half_days": n} for c, n in sorted(half_days.items())]
        return {"year": words["year"], "countries": countries, **found}
