"""Who has booked what, and which places of which day are taken by it."""

from typing import Any, ClassVar, LiteralString

from marshmallow import fields

from gateway.questions import Question
from gateway.records import Row
from gateway.view import View
from gateway.views.calendar import clock
from gateway.views.directory import Directory
from gateway.views.people import People

NO_LONGER_WAITS: list[LiteralString] = [
    "DELETE FROM promises WHERE space_day = %(about)s AND booking = %(entry_id)s",
    "DELETE FROM waiting WHERE entry = %(entry_id)s",
]


class Agenda(View):
    """A booking's slots are what somebody asked for; the places taken are what was promised."""

    name = "agenda"
    follows = ("bookings",)
    tables = """
        CREATE TABLE IF NOT EXISTS bookings (
            booking uuid PRIMARY KEY, person uuid, space uuid, resource uuid, kind text, state text,
            first date, last date, price_cents int, price_version int, price_rule text,
            made timestamptz
        );
        ALTER TABLE bookings ADD COLUMN IF NOT EXISTS price_lines jsonb;
        ALTER TABLE bookings ADD COLUMN IF NOT EXISTS series uuid;
        ALTER TABLE bookings ADD COLUMN IF NOT EXISTS changes int DEFAULT 0;
        ALTER TABLE bookings ADD COLUMN IF NOT EXISTS changed timestamptz;
        ALTER TABLE bookings ADD COLUMN IF NOT EXISTS fee_cents int DEFAULT 0;
        ALTER TABLE bookings ADD COLUMN IF NOT EXISTS people int DEFAULT 1;
        ALTER TABLE bookings ADD COLUMN IF NOT EXISTS extras jsonb DEFAULT '[]';
        CREATE INDEX IF NOT EXISTS requests_by_space ON bookings (space, first)
            WHERE state = 'requested';
        CREATE INDEX IF NOT EXISTS bookings_by_series ON bookings (series)
            WHERE series IS NOT NULL;
        CREATE TABLE IF NOT EXISTS series (
            series uuid PRIMARY KEY, person uuid, space uuid, resource uuid, every text,
            first date, until date, left_out jsonb
        );
        CREATE INDEX IF NOT EXISTS bookings_by_person ON bookings (person, last);
        CREATE INDEX IF NOT EXISTS offices_by_space ON bookings (space, last) WHERE kind = 'office';
        CREATE TABLE IF NOT EXISTS slots (
            booking uuid, space uuid, day date, start int, "end" int, half_days int, state text,
            PRIMARY KEY (booking, day, start)
        );
        ALTER TABLE slots ADD COLUMN IF NOT EXISTS noted timestamptz;
        CREATE INDEX IF NOT EXISTS slots_by_day ON slots (space, day);
        CREATE TABLE IF NOT EXISTS space_days (space_day uuid PRIMARY KEY, space uuid, day date);
        CREATE TABLE IF NOT EXISTS promises (
            space_day uuid, booking uuid, space uuid, day date, resource uuid, start int, "end" int
        );
        ALTER TABLE promises DROP CONSTRAINT IF EXISTS promises_pkey;
        ALTER TABLE promises ADD COLUMN IF NOT EXISTS units int DEFAULT 1;
        CREATE UNIQUE INDEX IF NOT EXISTS promises_by_booking
            ON promises (space_day, booking, resource, start);
        CREATE INDEX IF NOT EXISTS promises_by_day ON promises (space, day);
        CREATE TABLE IF NOT EXISTS outside (
            space_day uuid, calendar uuid, space uuid, day date, resource uuid, start int, "end" int
        );
        CREATE INDEX IF NOT EXISTS outside_by_day ON outside (space, day);
        CREATE INDEX IF NOT EXISTS outside_by_calendar ON outside (calendar, day);
        CREATE TABLE IF NOT EXISTS waiting (
            entry uuid PRIMARY KEY, joined bigint, person uuid, space uuid, day date, resource uuid,
            start int, "end" int, half_days int, until timestamptz
        );
        ALTER TABLE waiting ADD COLUMN IF NOT EXISTS people int DEFAULT 1;
        ALTER TABLE waiting ADD COLUMN IF NOT EXISTS extras jsonb DEFAULT '[]';
        ALTER TABLE waiting ADD COLUMN IF NOT EXISTS lacking jsonb DEFAULT '[]';
        CREATE INDEX IF NOT EXISTS waiting_by_person ON waiting (person);
        CREATE INDEX IF NOT EXISTS waiting_by_day ON waiting (space, day);
        CREATE TABLE IF NOT EXISTS offices (office uuid PRIMARY KEY, space uuid, resource uuid);
        CREATE TABLE IF NOT EXISTS lets (
            booking uuid PRIMARY KEY, space uuid, resource uuid, first date, last date
        );
        CREATE INDEX IF NOT EXISTS lets_by_space ON lets (space, last);
        CREATE TABLE IF NOT EXISTS usages (usage uuid PRIMARY KEY, holder uuid, first date);
        CREATE TABLE IF NOT EXISTS included (
            usage uuid, booking uuid, membership uuid, month date, half_days int,
            PRIMARY KEY (usage, booking)
        );
        CREATE INDEX IF NOT EXISTS included_by_membership ON included (membership, month);
    """
    effects: ClassVar = {
        "bookings.BookingMade": [
            """
            WITH slot AS (
                SELECT * FROM jsonb_to_recordset(%(slots)s)
                    AS slot(day date, start int, "end" int, half_days int)
            ), made AS (
                INSERT INTO bookings
                SELECT %(about)s::uuid, %(person_id)s::uuid, %(space_id)s::uuid,
                    %(resource_id)s::uuid, %(kind)s,
                    CASE WHEN %(awaits_approval)s THEN 'requested' ELSE 'booked' END,
                    coalesce(%(first)s::date, min(day)),
                    coalesce(%(last)s::date, max(day)), %(price_cents)s, %(price_version)s,
                    %(price_rule)s, %(time)s, %(price_lines)s, %(series_id)s::uuid, 0,
                    %(time)s, 0, %(people)s, %(extras)s
                FROM slot
            )
            INSERT INTO slots
            SELECT %(about)s::uuid, %(space_id)s::uuid, day, start, "end", half_days, 'booked'
            FROM slot
            """,
        ],
        "bookings.SeriesBooked": [
            """
            INSERT INTO series VALUES (%(about)s, %(person_id)s, %(space_id)s, %(resource_id)s,
                %(every)s, %(first)s, %(until)s, %(left_out)s)
            """
        ],
        "bookings.BookingMoved": [
            "DELETE FROM slots WHERE booking = %(about)s AND state = 'booked'",
            """
            INSERT INTO slots
            SELECT b.booking, b.space, slot.*, 'booked'
            FROM bookings b, jsonb_to_recordset(%(slots)s)
                AS slot(day date, start int, "end" int, half_days int)
            WHERE b.booking = %(about)s ON CONFLICT DO NOTHING
            """,
            """
            UPDATE bookings b SET first = s.first, last = s.last, price_cents = %(price_cents)s,
                state = CASE WHEN %(awaits_approval)s THEN 'requested' ELSE 'booked' END,
                price_version = %(price_version)s, price_rule = %(price_rule)s,
                price_lines = %(price_lines)s, people = %(people)s, extras = %(extras)s,
                resource = coalesce(%(resource_id)s::uuid, resource), changes = changes + 1,
                changed = %(time)s
            FROM (SELECT min(day) AS first, max(day) AS last FROM slots
                WHERE booking = %(about)s) s
            WHERE b.booking = %(about)s
            """,
        ],
        "bookings.ExtrasChanged": [
            """
            UPDATE bookings SET extras = %(extras)s, price_cents = %(price_cents)s,
                price_rule = %(price_rule)s, price_lines = %(price_lines)s, changes = changes + 1,
                changed = %(time)s
            WHERE booking = %(about)s
            """
        ],
        "bookings.BookingCancelled": [
            """
            UPDATE bookings SET state = 'cancelled', fee_cents = %(fee_cents)s,
                changes = changes + 1, changed = %(time)s
            WHERE booking = %(about)s
            """
        ],
        "bookings.BookingApproved": [
            """
            UPDATE bookings SET state = 'booked', changes = changes + 1, changed = %(time)s
            WHERE booking = %(about)s
            """
        ],
        "bookings.BookingDeclined": [
            """
            UPDATE bookings SET state = 'declined', changes = changes + 1, changed = %(time)s
            WHERE booking = %(about)s
            """
        ],
        "bookings.CheckedIn": [
            """
            UPDATE slots SET state = 'checked-in', noted = coalesce(%(at)s, %(time)s)::timestamptz
            WHERE booking = %(about)s AND day = %(day)s
            """,
            # An office is let by the month, without slots: the day on which somebody comes is one.
            """
            INSERT INTO slots
            SELECT booking, space, %(day)s::date, 0, 1440, %(half_days)s, 'checked-in',
                coalesce(%(at)s, %(time)s)::timestamptz
            FROM bookings b WHERE booking = %(about)s AND NOT EXISTS (
                SELECT FROM slots s WHERE s.booking = b.booking AND s.day = %(day)s::date
            )
            """,
        ],
        "bookings.ArrivedEarlier": [
            "UPDATE slots SET noted = %(at)s WHERE booking = %(about)s AND day = %(day)s"
        ],
        "bookings.NoShowRecorded": [
            """
            UPDATE slots SET state = 'no-show', noted = coalesce(%(at)s, %(time)s)::timestamptz
            WHERE booking = %(about)s AND day = %(day)s
            """
        ],
        "bookings.SpaceDayOpened": [
            "INSERT INTO space_days VALUES (%(about)s, %(space_id)s, %(day)s)"
        ],
        "bookings.PlacePromised": [
            """
            INSERT INTO promises
            SELECT space_day, %(booking_id)s::uuid, space, day, %(resource_id)s::uuid, %(start)s,
                %(end)s, %(units)s
            FROM space_days WHERE space_day = %(about)s
            """
        ],
        "bookings.PlaceReturned": [
            "DELETE FROM promises WHERE space_day = %(about)s AND booking = %(booking_id)s"
        ],
        "bookings.WaitingListJoined": [
            """
            INSERT INTO waiting
            SELECT %(entry_id)s::uuid, %(position)s, %(person_id)s::uuid, space, day,
                %(resource_id)s::uuid, %(start)s, %(end)s, %(half_days)s, NULL, %(people)s,
                %(extras)s
            FROM space_days WHERE space_day = %(about)s
            """
        ],
        "bookings.PlaceOffered": [
            """
            UPDATE waiting SET until = %(until)s, lacking = %(lacking)s WHERE entry = %(entry_id)s
            """,
            """
            INSERT INTO promises
            SELECT %(about)s::uuid, entry, space, day, held.resource::uuid, start, "end", %(units)s
            FROM waiting, jsonb_array_elements_text(%(resources)s) AS held(resource)
            WHERE entry = %(entry_id)s
            """,
        ],
        "bookings.WaitingListLeft": NO_LONGER_WAITS,
        "bookings.OfferLapsed": NO_LONGER_WAITS,
        "bookings.OfferTaken": NO_LONGER_WAITS,
        "bookings.OutsideTimesLearned": [
            """
            DELETE FROM outside WHERE space_day = %(about)s AND calendar = %(calendar_id)s
                AND resource = %(resource_id)s
            """,
            """
            INSERT INTO outside
            SELECT space_day, %(calendar_id)s::uuid, space, day, %(resource_id)s::uuid, taken.*
            FROM space_days, jsonb_to_recordset(%(times)s) AS taken(start int, "end" int)
            WHERE space_day = %(about)s
            """,
        ],
        "bookings.OfficeLetsOpened": [
            "INSERT INTO offices VALUES (%(about)s, %(space_id)s, %(resource_id)s)"
        ],
        "bookings.OfficeLet": [
            """
            INSERT INTO lets
            SELECT %(booking_id)s::uuid, space, resource, %(first)s::date, %(last)s::date
            FROM offices WHERE office = %(about)s
            """
        ],
        "bookings.OfficeReturned": ["DELETE FROM lets WHERE booking = %(booking_id)s"],
        # Of all that is counted, the days that memberships include.
        "bookings.UsageOpened": [
            """
            INSERT INTO usages
            SELECT %(about)s::uuid, %(holder_id)s::uuid, %(first)s::date
            WHERE %(counted)s = 'included'
            """
        ],
        "bookings.Used": [
            """
            INSERT INTO included AS i
            SELECT usage, %(booking_id)s::uuid, holder, first, %(amount)s
            FROM usages WHERE usage = %(about)s
            ON CONFLICT (usage, booking) DO UPDATE SET half_days = i.half_days + excluded.half_days
            """
        ],
        "bookings.UsageReturned": [
            "DELETE FROM included WHERE usage = %(about)s AND booking = %(booking_id)s"
        ],
    }


BOOKING = """
    SELECT b.*, s.name AS space_name, s.code AS space_code, s.timezone,
        r.name AS resource_name, r.code AS resource_code, EXISTS (
        SELECT FROM directory.extras e WHERE e.space = b.space AND NOT e.withdrawn
            AND jsonb_exists(e.kinds, r.kind)
    ) AS extras_offered, (
        SELECT coalesce(json_agg(to_jsonb(t) - 'booking' - 'space' ORDER BY t.day, t.start), '[]')
        FROM agenda.slots t WHERE t.booking = b.booking
    ) AS slots
    FROM agenda.bookings b
    LEFT JOIN directory.spaces s ON s.space = b.space
    LEFT JOIN directory.resources r ON r.resource = b.resource
"""


def timed(row: Row) -> Row:
    """Times of day as people write them."""
    return row | {"start": clock(row["start"]), "end": clock(row["end"])}


def booking(row: Row) -> Row:
    return row | {"slots": [timed(slot) for slot in row["slots"]]}


class SeeBooking(Question):
    """A booking: where, what, when, its price in cents and the rule that made it."""

    route = "GET /bookings/{booking_id}"
    view = Agenda
    joins = (Directory,)
    select = f"{BOOKING} WHERE b.booking = %(booking_id)s"

    booking_id = fields.UUID(required=True)

    @classmethod
    def shape(cls, found: Row, words: Row) -> Any:
        return booking(found)


class ListBookings(Question):
    """What a person has booked, by first day; `since` leaves out what ended before that day."""

    route = "GET /persons/{person_id}/bookings"
    view = Agenda
    joins = (Directory,)
    select = f"""
        {BOOKING} WHERE b.person = %(person_id)s
            AND b.last >= coalesce(%(since)s::date, '-infinity')
    """
    every = True
    key = ("first", "booking")

    person_id = fields.UUID(required=True)
    since = fields.Date(load_default=None)

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        return [booking(row) for row in found]


class SeeSeries(Question):
    """A series: how often, from when until when, its bookings, and the dates that were left out."""

    route = "GET /series/{series_id}"
    view = Agenda
    select = """
        SELECT s.*, (
            SELECT json_agg(json_build_object('booking', b.booking, 'day', b.first,
                'state', b.state, 'price_cents', b.price_cents) ORDER BY b.first, b.booking)
            FROM agenda.bookings b WHERE b.series = s.series
        ) AS bookings
        FROM agenda.series s WHERE s.series = %(series_id)s
    """

    series_id = fields.UUID(required=True)


class SeeVisitors(Question):
    """Who comes to a space on a day, from when to when, and who is there already.

    `noted` is the moment of the arrival, or of the absence being recorded.
    """

    route = "GET /spaces/{space_id}/days/{day}/visitors"
    view = Agenda
    joins = (Directory, People)
    select = """
        SELECT b.booking, b.person, p.given_name, p.family_name, p.home_space,
            h.name AS home_space_name, h.country AS home_country, b.kind, r.name AS resource_name,
            b.price_cents, b.people, b.extras, t.start, t."end", t.half_days, t.state, t.noted
        FROM (
            SELECT booking, start, "end", half_days, state, noted FROM agenda.slots
            WHERE space = %(space_id)s AND day = %(day)s
            UNION ALL
            SELECT booking, 0, 1440, 2, 'booked', NULL FROM agenda.bookings o
            WHERE kind = 'office' AND space = %(space_id)s
                AND first <= %(day)s AND last >= %(day)s AND NOT EXISTS (
                    SELECT FROM agenda.slots s WHERE s.booking = o.booking AND s.day = %(day)s
                )
        ) t
        JOIN agenda.bookings b USING (booking)
        LEFT JOIN people.persons p ON p.person = b.person
        LEFT JOIN directory.spaces h ON h.space = p.home_space
        LEFT JOIN directory.resources r ON r.resource = b.resource
        WHERE b.state = 'booked'
    """
    every = True
    key = ("start", "booking")

    space_id = fields.UUID(required=True)
    day = fields.Date(required=True)

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        return [timed(row) for row in found]
