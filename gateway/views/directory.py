"""The spaces of the network: where they are, what they have, when they open, what they lend."""

from typing import Any, ClassVar

from marshmallow import fields, validate

from gateway.questions import Question
from gateway.records import Row
from gateway.view import View
from gateway.views.calendar import clock


class Directory(View):
    name = "directory"
    follows = ("spaces",)
    tables = """
        CREATE TABLE IF NOT EXISTS spaces (
            space uuid PRIMARY KEY, code text, name text, operator uuid, town text, country text,
            timezone text, lat float8, lon float8, languages jsonb, amenities jsonb, planned bool,
            hours jsonb DEFAULT '[]', cancellation_hours int DEFAULT 24,
            buffer_minutes int DEFAULT 0, midday int DEFAULT 780,
            holidays_observed bool DEFAULT true
        );
        CREATE TABLE IF NOT EXISTS resources (
            resource uuid PRIMARY KEY, space uuid, code text, kind text, name text, units int,
            seats int, training uuid, retired bool DEFAULT false, price_version int,
            hour_cents int, half_day_cents int, day_cents int, month_cents int
        );
        ALTER TABLE resources ADD COLUMN IF NOT EXISTS rules jsonb;
        ALTER TABLE resources ADD COLUMN IF NOT EXISTS parts jsonb DEFAULT '[]';
        ALTER TABLE resources ADD COLUMN IF NOT EXISTS tiers jsonb DEFAULT '[]';
        ALTER TABLE spaces ADD COLUMN IF NOT EXISTS late_fee_percent int;
        ALTER TABLE spaces ADD COLUMN IF NOT EXISTS release_minutes int;
        ALTER TABLE spaces ADD COLUMN IF NOT EXISTS offer_minutes int DEFAULT 120;
        ALTER TABLE spaces ADD COLUMN IF NOT EXISTS quotas jsonb DEFAULT '[]';
        ALTER TABLE spaces ADD COLUMN IF NOT EXISTS reductions jsonb DEFAULT '[]';
        CREATE INDEX IF NOT EXISTS resources_by_space ON resources (space);
        CREATE TABLE IF NOT EXISTS extras (
            space uuid, code text, version int, name text, per text, cents int, stock int,
            kinds jsonb, withdrawn bool DEFAULT false, PRIMARY KEY (space, code)
        );
        ALTER TABLE extras ADD COLUMN IF NOT EXISTS notice_hours int DEFAULT 0;
        CREATE TABLE IF NOT EXISTS days (
            space uuid, day date, open bool, reason text, PRIMARY KEY (space, day)
        );
        CREATE TABLE IF NOT EXISTS loans (
            loan uuid PRIMARY KEY, lender uuid, borrower uuid, kind text, what text, person uuid,
            hours int, start date, "end" date, returned date
        );
        CREATE INDEX IF NOT EXISTS loans_by_lender ON loans (lender);
        CREATE INDEX IF NOT EXISTS loans_by_borrower ON loans (borrower);
        CREATE TABLE IF NOT EXISTS candidates (
            candidate uuid PRIMARY KEY, person uuid, name text, town text, country text,
            premises text, desks int, rooms int, step text DEFAULT 'proposed',
            state text DEFAULT 'open', reason text, space uuid, proposed timestamptz
        );
    """
    effects: ClassVar = {
        "spaces.SpaceOpened": [
            """
            INSERT INTO spaces (space, code, name, operator, town, country, timezone, lat, lon,
                languages, amenities, planned)
            VALUES (%(about)s, %(code)s, %(name)s, %(operator_id)s, %(town)s, %(country)s,
                %(timezone)s, %(lat)s, %(lon)s, %(languages)s, %(amenities)s, %(planned)s)
            """
        ],
        "spaces.SpaceDescribed": [
            """
            UPDATE spaces SET languages = %(languages)s, amenities = %(amenities)s
            WHERE space = %(about)s
            """
        ],
        "spaces.OperationStarted": ["UPDATE spaces SET planned = false WHERE space = %(about)s"],
        "spaces.HoursSet": ["UPDATE spaces SET hours = %(hours)s WHERE space = %(about)s"],
        "spaces.TermsSet": [
            """
            UPDATE spaces SET cancellation_hours = %(cancellation_hours)s,
                buffer_minutes = %(buffer_minutes)s, midday = %(midday)s,
                late_fee_percent = %(late_fee_percent)s, release_minutes = %(release_minutes)s,
                offer_minutes = %(offer_minutes)s
            WHERE space = %(about)s
            """
        ],
        "spaces.QuotasSet": ["UPDATE spaces SET quotas = %(quotas)s WHERE space = %(about)s"],
        "spaces.ReductionsSet": [
            "UPDATE spaces SET reductions = %(reductions)s WHERE space = %(about)s"
        ],
        "spaces.HolidaysObserved": [
            "UPDATE spaces SET holidays_observed = %(observed)s WHERE space = %(about)s"
        ],
        "spaces.DayClosed": [
            """
            INSERT INTO days VALUES (%(about)s, %(day)s, false, %(reason)s)
            ON CONFLICT (space, day) DO UPDATE SET open = false, reason = excluded.reason
            """
        ],
        "spaces.DayOpened": [
            """
            INSERT INTO days VALUES (%(about)s, %(day)s, true, NULL)
            ON CONFLICT (space, day) DO UPDATE SET open = true, reason = NULL
            """
        ],
        "spaces.ResourceAdded": [
            """
            INSERT INTO resources (resource, space, code, kind, name, units, seats, training)
            VALUES (%(resource_id)s, %(about)s, %(code)s, %(kind)s, %(name)s, %(units)s, %(seats)s,
                %(training_id)s)
            """
        ],
        "spaces.ResourceRetired": [
            "UPDATE resources SET retired = true WHERE resource = %(resource_id)s"
        ],
        "spaces.PricesSet": [
            """
            UPDATE resources SET price_version = %(version)s, hour_cents = %(hour_cents)s,
                half_day_cents = %(half_day_cents)s, day_cents = %(day_cents)s,
                month_cents = %(month_cents)s, tiers = %(tiers)s
            WHERE resource = %(resource_id)s
            """
        ],
        "spaces.BookingRulesSet": [
            """
            UPDATE resources SET rules = jsonb_build_object('version', %(version)s::int,
                'shortest_minutes', %(shortest_minutes)s::int,
                'longest_minutes', %(longest_minutes)s::int,
                'notice_minutes', %(notice_minutes)s::int, 'horizon_days', %(horizon_days)s::int,
                'approval', %(approval)s::bool)
            WHERE resource = %(resource_id)s
            """
        ],
        "spaces.PartsSet": [
            "UPDATE resources SET parts = %(parts)s WHERE resource = %(resource_id)s"
        ],
        "spaces.ExtraOffered": [
            """
            INSERT INTO extras VALUES (%(about)s, %(code)s, %(version)s, %(name)s, %(per)s,
                %(cents)s, %(stock)s, %(kinds)s, false, %(notice_hours)s)
            ON CONFLICT (space, code) DO UPDATE SET version = excluded.version,
                name = excluded.name, per = excluded.per, cents = excluded.cents,
                stock = excluded.stock, kinds = excluded.kinds, withdrawn = false,
                notice_hours = excluded.notice_hours
            """
        ],
        "spaces.ExtraWithdrawn": [
            "UPDATE extras SET withdrawn = true WHERE space = %(about)s AND code = %(code)s"
        ],
        "spaces.ResourceLent": [
            """
            INSERT INTO loans VALUES (%(about)s, %(lender_id)s, %(borrower_id)s, %(kind)s, %(what)s,
                %(person_id)s, %(hours)s, %(start)s, %(end)s)
            """
        ],
        "spaces.CandidateProposed": [
            """
            INSERT INTO candidates (candidate, person, name, town, country, premises, desks, rooms,
                proposed)
            VALUES (%(about)s, %(person_id)s, %(name)s, %(town)s, %(country)s, %(premises)s,
                %(desks)s, %(rooms)s, %(time)s)
            """
        ],
        "spaces.StepTaken": ["UPDATE candidates SET step = %(step)s WHERE candidate = %(about)s"],
        "spaces.CandidateDeclined": [
            """
            UPDATE candidates SET state = 'declined', reason = %(reason)s
            WHERE candidate = %(about)s
            """
        ],
        "spaces.CandidateWithdrawn": [
            "UPDATE candidates SET state = 'withdrawn' WHERE candidate = %(about)s"
        ],
        "spaces.CandidateOpened": [
            """
            UPDATE candidates SET state = 'opened', space = %(space_id)s
            WHERE candidate = %(about)s
            """
        ],
        "spaces.LoanReturned": ["UPDATE loans SET returned = %(day)s WHERE loan = %(about)s"],
    }


class ListSpaces(Question):
    """The spaces of the network, by name, with their numbers of desks and rooms."""

    route = "GET /spaces"
    view = Directory
    select = """
        SELECT s.space, s.code, s.name, s.town, s.country, s.timezone, s.lat, s.lon, s.languages,
            s.amenities, s.planned, s.operator,
            coalesce(sum(r.units) FILTER (WHERE r.kind = 'desks'), 0) AS desks,
            count(*) FILTER (WHERE r.kind IN ('room', 'studio')) AS rooms
        FROM directory.spaces s
        LEFT JOIN directory.resources r ON r.space = s.space AND NOT r.retired
        WHERE s.country = coalesce(upper(%(country)s), s.country) GROUP BY s.space
    """
    every = True
    key = ("name", "space")

    country = fields.String(
        load_default=None,
        validate=validate.Regexp("^[A-Za-z]{2}$"),
        metadata={"example": "BE", "description": "ISO 3166 code of a country"},
    )


class SeeSpace(Question):
    """A space: its hours by weekday (1 is Monday), its terms, its resources and their prices, and
    the extras that can be had with a booking. `reductions` say who pays how many percent less.

    Times are wall-clock times in the space's own zone; prices are EUR cents without VAT.
    """

    route = "GET /spaces/{space_id}"
    view = Directory
    select = """
        SELECT s.*, (
            SELECT coalesce(json_agg(to_jsonb(r) - 'space' - 'retired'
                ORDER BY r.kind, r.name, r.resource), '[]')
            FROM directory.resources r WHERE r.space = s.space AND NOT r.retired
        ) AS resources, (
            SELECT coalesce(json_agg(to_jsonb(e) - 'space' - 'withdrawn'
                ORDER BY e.name, e.code), '[]')
            FROM directory.extras e WHERE e.space = s.space AND NOT e.withdrawn
        ) AS extras, (
            SELECT coalesce(json_agg(to_jsonb(d) - 'space' ORDER BY d.day), '[]')
            FROM directory.days d WHERE d.space = s.space AND d.day >= current_date - 1
        ) AS days
        FROM directory.spaces s WHERE s.space = %(space_id)s
    """

    space_id = fields.UUID(required=True)

    @classmethod
    def shape(cls, found: Row, words: Row) -> Any:
        hours = sorted(found["hours"], key=lambda each: (each["weekday"], each["opens"]))
        return found | {
            "midday": clock(found["midday"]),
            "hours": [
                {
                    "weekday": each["weekday"],
                    "opens": clock(each["opens"]),
                    "closes": clock(each["closes"]),
                }
                for each in hours
            ],
        }


class ListLoans(Question):
    """What a space has lent and borrowed: equipment, or hours of a person."""

    route = "GET /spaces/{space_id}/loans"
    view = Directory
    select = """
        SELECT l.*, f.name AS lender_name, t.name AS borrower_name FROM directory.loans l
        LEFT JOIN directory.spaces f ON f.space = l.lender
        LEFT JOIN directory.spaces t ON t.space = l.borrower
        WHERE l.lender = %(space_id)s OR l.borrower = %(space_id)s
    """
    every = True
    key = ("start", "loan")

    space_id = fields.UUID(required=True)
