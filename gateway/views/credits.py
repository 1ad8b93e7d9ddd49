"""Packs: what spaces offer, who has got what, and what is left of it."""

from typing import ClassVar, LiteralString

from marshmallow import fields

from gateway.questions import Question
from gateway.view import View
from gateway.views.directory import Directory
from gateway.views.people import People


class Credits(View):
    """Members says what was sold, bookings what is used of it."""

    name = "credits"
    follows = ("members", "bookings")
    tables = """
        CREATE TABLE IF NOT EXISTS packs (
            pack uuid PRIMARY KEY, space uuid, code text, name text, half_days int, cents int,
            valid_months int, withdrawn bool DEFAULT false
        );
        CREATE INDEX IF NOT EXISTS packs_by_space ON packs (space);
        CREATE TABLE IF NOT EXISTS credits (
            credit uuid PRIMARY KEY, pack uuid, person uuid, space uuid, sold_at uuid, name text,
            half_days int, cents int, first date, last date, sold timestamptz,
            revoked bool DEFAULT false
        );
        CREATE INDEX IF NOT EXISTS credits_by_person ON credits (person, last);
        CREATE INDEX IF NOT EXISTS credits_by_space ON credits (sold_at, last);
        CREATE TABLE IF NOT EXISTS uses (
            credit uuid, booking uuid, half_days int, PRIMARY KEY (credit, booking)
        );
        ALTER TABLE packs ADD COLUMN IF NOT EXISTS kind text DEFAULT 'desk';
        ALTER TABLE packs ADD COLUMN IF NOT EXISTS minutes int DEFAULT 0;
        ALTER TABLE credits ADD COLUMN IF NOT EXISTS kind text DEFAULT 'desk';
        ALTER TABLE credits ADD COLUMN IF NOT EXISTS minutes int DEFAULT 0;
        ALTER TABLE credits ADD COLUMN IF NOT EXISTS organisation uuid;
        ALTER TABLE uses ADD COLUMN IF NOT EXISTS minutes int DEFAULT 0;
        CREATE INDEX IF NOT EXISTS credits_by_organisation ON credits (organisation, last);
    """
    effects: ClassVar = {
        "members.PackOffered": [
            """
            INSERT INTO packs VALUES (%(about)s, %(space_id)s, %(code)s, %(name)s, %(half_days)s,
                %(cents)s, %(valid_months)s, false, %(kind)s, %(minutes)s)
            """
        ],
        "members.PackWithdrawn": ["UPDATE packs SET withdrawn = true WHERE pack = %(about)s"],
        "members.PackSold": [
            """
            INSERT INTO credits VALUES (%(about)s, %(pack_id)s, %(person_id)s, %(space_id)s,
                %(sold_at)s, %(name)s, %(half_days)s, %(cents)s, %(first)s, %(last)s, %(time)s,
                false, %(kind)s, %(minutes)s)
            """
        ],
        "members.PackSoldToOrganisation": [
            """
            INSERT INTO credits VALUES (%(about)s, %(pack_id)s, NULL, %(space_id)s,
                %(sold_at)s, %(name)s, %(half_days)s, %(cents)s, %(first)s, %(last)s, %(time)s,
                false, %(kind)s, %(minutes)s, %(organisation_id)s)
            """
        ],
        "members.CreditRevoked": ["UPDATE credits SET revoked = true WHERE credit = %(about)s"],
        "bookings.CreditUsed": [
            "INSERT INTO uses VALUES (%(about)s, %(booking_id)s, %(half_days)s, %(minutes)s)"
        ],
        "bookings.CreditReturned": [
            "DELETE FROM uses WHERE credit = %(about)s AND booking = %(booking_id)s"
        ],
    }


CREDIT: LiteralString = """
    SELECT c.credit, c.person, c.organisation, o.name AS organisation_name, c.name, c.space,
        c.sold_at, c.kind, c.half_days, c.minutes, c.cents, c.first, c.last,
        c.sold, c.revoked, s.name AS space_name, s.code AS space_code,
        CASE WHEN c.revoked THEN 0 ELSE c.half_days + c.minutes - used.amount END AS "left",
        CASE WHEN c.person IS NULL THEN '[]' ELSE used.uses END AS uses
    FROM credits.credits c
    LEFT JOIN directory.spaces s ON s.space = c.space
    LEFT JOIN people.organisations o ON o.organisation = c.organisation
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(u.half_days + u.minutes), 0)::int AS amount,
            coalesce(json_agg(json_build_object('booking', u.booking, 'half_days', u.half_days,
                'minutes', u.minutes) ORDER BY u.booking), '[]') AS uses
        FROM credits.uses u WHERE u.credit = c.credit
    ) used
"""


class ListPacks(Question):
    """The packs that can be got in a space, for so many cents and months: half-days at desks, or
    minutes in rooms or on machines. Those without a space are good in every space of the
    network."""

    route = "GET /spaces/{space_id}/packs"
    view = Credits
    select = """
        SELECT pack, space, code, name, kind, half_days, minutes, cents, valid_months
        FROM credits.packs
        WHERE (space = %(space_id)s OR space IS NULL) AND NOT withdrawn
    """
    every = True
    key = ("name", "pack")

    space_id = fields.UUID(required=True)


class ListCredits(Question):
    """What a person has got with packs, what is left of it in half-days at desks, or in minutes in
    rooms or on machines, and which bookings use it.

    Also what organisations have got to which she belongs, but for which bookings of others use it.
    By last day; `since` leaves out what ended before that day. Without a space it is good in all.
    """

    route = "GET /persons/{person_id}/credits"
    view = Credits
    joins = (Directory, People)
    select = f"""
        {CREDIT} WHERE c.credit IN (
                SELECT credit FROM credits.credits WHERE person = %(person_id)s
                UNION ALL
                SELECT o.credit FROM people.organisation_persons b
                JOIN credits.credits o USING (organisation) WHERE b.person = %(person_id)s
            ) AND c.last >= coalesce(%(since)s::date, '-infinity')
    """
    every = True
    key = ("last", "credit")

    person_id = fields.UUID(required=True)
    since = fields.Date(load_default=None)


class ListSoldPacks(Question):
    """The packs that a space has sold: to whom, when, for how much, and what is left of each."""

    route = "GET /spaces/{space_id}/pack-sales"
    view = Credits
    joins = (Directory, People)
    select = f"""
        SELECT q.credit, q.person, q.organisation, q.name, q.space, q.space_name, q.kind,
            q.half_days, q.minutes, q.cents, q.first, q.last, q.sold, q.revoked, q."left",
            coalesce(q.organisation_name, p.given_name || ' ' || p.family_name, '') AS holder
        FROM ({CREDIT} WHERE c.sold_at = %(space_id)s) q
        LEFT JOIN people.persons p ON p.person = q.person
    """
    every = True
    key = ("last", "credit")

    space_id = fields.UUID(required=True)
