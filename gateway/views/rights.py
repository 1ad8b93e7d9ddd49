"""What became of people's own data: to whom it was told, what has to be kept, and who was erased.

Whoever is erased, or has asked for it, has no account any more: it is deleted here, in the
transaction in which the view learns of it.
"""

from typing import Any, ClassVar, LiteralString

from marshmallow import fields

from gateway.questions import Question
from gateway.records import Row
from gateway.view import View
from gateway.views.people import People
from kernel.wire import Fact

# An account that was opened afterwards, as somebody took back what they had asked for, stays when
# the view is filled again.
CLOSE: LiteralString = """
    WITH account AS (
        DELETE FROM accounts.account WHERE person = %(about)s AND created_at < %(time)s
        RETURNING id
    ), links AS (
        DELETE FROM accounts.forgotten f USING account a WHERE f.account = a.id
    ), wishes AS (
        DELETE FROM accounts.declined WHERE person = %(about)s
    )
"""

COMMITS: list[LiteralString] = [
    "INSERT INTO commitments VALUES (%(about)s, %(fact)s, %(commitment)s, %(time)s)"
]


class Rights(View):
    """A row of `erasures` is also what the gateway has to clean up after: `cleaning.py`."""

    name = "rights"
    follows = ("members",)
    tables = """
        CREATE TABLE IF NOT EXISTS commitments (
            person uuid, fact text, commitment text, since timestamptz, PRIMARY KEY (person, fact)
        );
        CREATE TABLE IF NOT EXISTS duties (
            person uuid, duty text, until date, PRIMARY KEY (person, duty)
        );
        CREATE TABLE IF NOT EXISTS erasures (
            certificate uuid PRIMARY KEY, person uuid, account uuid, requested timestamptz,
            until date, erased timestamptz, fields jsonb, duties jsonb, position bigint,
            gone xid8, cleaned timestamptz
        );
        CREATE INDEX IF NOT EXISTS erasures_by_person ON erasures (person);
        CREATE TABLE IF NOT EXISTS disclosures (
            disclosure uuid, person uuid, told timestamptz, purpose text, recipient text,
            fields jsonb, asker text, PRIMARY KEY (disclosure, person)
        );
        CREATE INDEX IF NOT EXISTS disclosures_by_person ON disclosures (person, told);
    """
    effects: ClassVar = {
        "members.PersonJoined": COMMITS,
        "members.DetailsCorrected": COMMITS,
        "members.DutyToKeepBegan": [
            """
            INSERT INTO duties SELECT %(about)s::uuid, %(duty)s::text, %(until)s::date
            WHERE %(until)s::date IS NOT NULL
            ON CONFLICT (person, duty) DO UPDATE SET until = greatest(duties.until, excluded.until)
            """
        ],
        "members.ErasureRequested": [
            CLOSE
            + """
            INSERT INTO erasures (certificate, person, account, requested, until, position)
            SELECT %(certificate)s::uuid, %(about)s::uuid, (SELECT id FROM account), %(time)s,
                %(until)s::date, %(position)s
            """
        ],
        "members.RestrictionLifted": [
            "DELETE FROM erasures WHERE person = %(about)s AND erased IS NULL"
        ],
        "members.PersonErased": [
            CLOSE
            + """
            INSERT INTO erasures (certificate, person, account, erased, fields, duties, position)
            SELECT %(certificate)s::uuid, %(about)s::uuid, (SELECT id FROM account), %(time)s,
                %(fields)s, %(ran)s::jsonb, %(position)s
            ON CONFLICT (certificate) DO UPDATE SET erased = excluded.erased,
                fields = excluded.fields, duties = excluded.duties, position = excluded.position,
                account = coalesce(erasures.account, excluded.account), gone = NULL, cleaned = NULL
            """
        ],
        "members.DetailsDisclosed": [
            """
            INSERT INTO disclosures
            SELECT %(about)s::uuid, person_id, %(time)s, %(purpose)s, %(recipient)s, %(fields)s,
                %(by)s
            FROM jsonb_to_recordset(%(entries)s) AS entry (person_id uuid)
            """
        ],
    }

    def words(self, fact: Fact) -> Row:
        """Also the name of the fact, and who made it."""
        ran = [
            {"duty": duty, "until": until}
            for duty, until in sorted(fact.data.get("duties", {}).items())
        ]
        return {**super().words(fact), "fact": fact.id, "by": fact.by, "ran": ran}


TO_ERASE: LiteralString = """
    SELECT e.person FROM rights.erasures e
    WHERE e.erased IS NULL AND e.until < (now() AT TIME ZONE 'UTC')::date AND NOT EXISTS (
        SELECT FROM rights.duties d
        WHERE d.person = e.person AND d.until >= (now() AT TIME ZONE 'UTC')::date
    )
"""
"""Who asked to be erased, and need not wait any longer."""


class SeeRights(Question):
    """How a person's data is treated: whether it is `restricted`; the number of the certificate
    under which it was asked that it be erased, if it was; and the duties to keep some of it, each
    with its last day."""

    route = "GET /persons/{person_id}/rights"
    view = Rights
    joins = (People,)
    select = """
        SELECT p.restricted, (
            SELECT e.certificate FROM rights.erasures e WHERE e.person = p.person
        ) AS certificate, (
            SELECT coalesce(json_agg(json_build_object('duty', d.duty, 'until', d.until)
                ORDER BY d.until, d.duty), '[]')
            FROM rights.duties d WHERE d.person = p.person
                AND d.until >= (now() AT TIME ZONE 'UTC')::date
        ) AS duties
        FROM people.persons p WHERE p.person = %(person_id)s AND NOT p.erased
    """

    person_id = fields.UUID(required=True)


class ListDisclosures(Question):
    """What was told of a person to others: which fields, when, to whom and for what."""

    route = "GET /persons/{person_id}/disclosures"
    view = Rights
    select = """
        SELECT disclosure, told, purpose, recipient, fields FROM rights.disclosures
        WHERE person = %(person_id)s
    """
    every = True
    key = ("told", "disclosure")

    person_id = fields.UUID(required=True)


class SeeErasure(Question):
    """A certificate of erasure: for whoever knows its number, as the account is gone as well.

    `requested` and `until`: when it was asked for, and the last day on which the law makes us keep
    some of it. `erased`: when it was done, with the names of the fields, and the `duties` that had
    run. `cleaned`: when nothing of it was left in the files of our database either. What stays are
    `commitments`, each with the fact in which it stands: without what was erased they tell nothing.
    """

    route = "GET /erasures/{certificate}"
    view = Rights
    select = """
        SELECT e.certificate, e.person, e.requested, e.until, e.erased, e.fields,
            coalesce(e.duties, '[]') AS duties, e.cleaned, (
            SELECT coalesce(json_agg(json_build_object('fact', c.fact, 'commitment', c.commitment,
                'since', c.since) ORDER BY c.since, c.fact), '[]')
            FROM rights.commitments c WHERE c.person = e.person
        ) AS commitments
        FROM rights.erasures e WHERE e.certificate = %(certificate)s
    """

    certificate = fields.UUID(required=True)

    @classmethod
    def shape(cls, found: Row, words: Row) -> Any:
        """While some of it is still to be erased, only the last cleaning counts."""
        return found if found["erased"] else found | {"cleaned": None}
