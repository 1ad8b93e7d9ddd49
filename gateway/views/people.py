"""Who belongs to the network: people, what they may do, organisations, plans and memberships.

Facts name nobody. The details of a person are fetched from members when a fact says that they
changed, and live only here and there. Those of whoever restricted their processing are withheld:
no list can show them by mistake, as they are not where lists look.
"""

from typing import ClassVar, LiteralString

from marshmallow import fields

from gateway.questions import Question
from gateway.records import Row
from gateway.view import View
from gateway.views.directory import Directory
from kernel.wire import Fact

TELLING = {"members.PersonJoined", "members.DetailsCorrected"}
DETAILS = ("given_name", "family_name", "email", "phone", "language", "birth_year")
SAID: LiteralString = """
    given_name = %(given_name)s, family_name = %(family_name)s, email = %(email)s,
    phone = %(phone)s, language = %(language)s, birth_year = %(birth_year)s
"""
UNSAID: LiteralString = """
    given_name = NULL, family_name = NULL, email = NULL, phone = NULL, language = NULL,
    birth_year = NULL
"""
WITHHOLD: list[LiteralString] = [
    """
    INSERT INTO withheld
    SELECT person, given_name, family_name, email, phone, language, birth_year FROM persons
    WHERE person = %(about)s AND NOT restricted
    """,
    f"UPDATE persons SET {UNSAID}, restricted = true WHERE person = %(about)s",
]


class People(View):
    name = "people"
    follows = ("members",)
    tables = """
        CREATE TABLE IF NOT EXISTS persons (
            person uuid PRIMARY KEY, home_space uuid, status text, residence text,
            given_name text, family_name text, email text, phone text, language text
        );
        ALTER TABLE persons ADD COLUMN IF NOT EXISTS birth_year int;
        ALTER TABLE persons ADD COLUMN IF NOT EXISTS restricted bool NOT NULL DEFAULT false;
        ALTER TABLE persons ADD COLUMN IF NOT EXISTS erased bool NOT NULL DEFAULT false;
        ALTER TABLE persons ALTER given_name SET STATISTICS 0, ALTER family_name SET STATISTICS 0,
            ALTER email SET STATISTICS 0, ALTER phone SET STATISTICS 0;  -- which would quote them
        CREATE TABLE IF NOT EXISTS withheld (
            person uuid PRIMARY KEY, given_name text, family_name text, email text, phone text,
            language text, birth_year int
        );
        ALTER TABLE withheld ALTER given_name SET STATISTICS 0,
            ALTER family_name SET STATISTICS 0, ALTER email SET STATISTICS 0,
            ALTER phone SET STATISTICS 0;
        CREATE INDEX IF NOT EXISTS persons_by_home ON persons (home_space);
        CREATE INDEX IF NOT EXISTS persons_by_email ON persons (lower(email));
        ALTER INDEX persons_by_email ALTER COLUMN 1 SET STATISTICS 0;
        CREATE TABLE IF NOT EXISTS consents (
            person uuid, consent text, version int, since timestamptz,
            PRIMARY KEY (person, consent)
        );
        CREATE TABLE IF NOT EXISTS roles (
            person uuid, role text, space uuid, UNIQUE NULLS NOT DISTINCT (person, role, space)
        );
        CREATE TABLE IF NOT EXISTS organisations (
            organisation uuid PRIMARY KEY, code text, name text, country text, kind text
        );
        CREATE TABLE IF NOT EXISTS organisation_persons (
            organisation uuid, person uuid, PRIMARY KEY (organisation, person)
        );
        CREATE INDEX IF NOT EXISTS organisations_by_person ON organisation_persons (person);
        CREATE TABLE IF NOT EXISTS plans (
            plan uuid PRIMARY KEY, space uuid, code text, name text, month_cents int,
            included_days int, access_hours int, withdrawn bool DEFAULT false
        );
        CREATE INDEX IF NOT EXISTS plans_by_space ON plans (space);
        CREATE TABLE IF NOT EXISTS memberships (
            membership uuid PRIMARY KEY, space uuid, person uuid, organisation uuid, plan uuid,
            state text DEFAULT 'open', since date
        );
        CREATE INDEX IF NOT EXISTS memberships_by_space ON memberships (space);
        CREATE INDEX IF NOT EXISTS memberships_by_person ON memberships (person);
    """
    effects: ClassVar = {
        "members.PersonJoined": [
            """
            INSERT INTO persons VALUES (%(about)s, %(home_space_id)s, %(status)s, %(residence)s,
                %(given_name)s, %(family_name)s, %(email)s, %(phone)s, %(language)s,
                %(birth_year)s)
            """
        ],
        "members.DetailsCorrected": [
            f"UPDATE persons SET {SAID} WHERE person = %(about)s AND NOT restricted",
            f"UPDATE withheld SET {SAID} WHERE person = %(about)s",
        ],
        "members.ProcessingRestricted": WITHHOLD,
        "members.ErasureRequested": WITHHOLD,
        "members.RestrictionLifted": [
            """
            UPDATE persons p SET restricted = false, given_name = w.given_name,
                family_name = w.family_name, email = w.email, phone = w.phone,
                language = w.language, birth_year = w.birth_year
            FROM withheld w WHERE p.person = %(about)s AND w.person = p.person
            """,
            "DELETE FROM withheld WHERE person = %(about)s",
        ],
        "members.PersonErased": [
            f"""
            UPDATE persons SET {UNSAID}, restricted = true, erased = true, home_space = NULL,
                status = NULL, residence = NULL
            WHERE person = %(about)s
            """,
            "DELETE FROM withheld WHERE person = %(about)s",
            "DELETE FROM roles WHERE person = %(about)s",
            "DELETE FROM consents WHERE person = %(about)s",
        ],
        "members.SituationChanged": [
            """
            UPDATE persons SET home_space = %(home_space_id)s, status = %(status)s,
                residence = %(residence)s
            WHERE person = %(about)s
            """
        ],
        "members.ConsentGiven": [
            """
            INSERT INTO consents VALUES (%(about)s, %(consent)s, %(version)s, %(time)s)
            ON CONFLICT (person, consent) DO UPDATE SET version = %(version)s, since = %(time)s
            """
        ],
        "members.ConsentWithdrawn": [
            """
            UPDATE consents SET version = NULL, since = %(time)s
            WHERE person = %(about)s AND consent = %(consent)s
            """
        ],
        "members.RoleGranted": [
            "INSERT INTO roles VALUES (%(about)s, %(role)s, %(space_id)s) ON CONFLICT DO NOTHING"
        ],
        "members.RoleRevoked": [
            """
            DELETE FROM roles WHERE person = %(about)s AND role = %(role)s
                AND space IS NOT DISTINCT FROM %(space_id)s
            """
        ],
        "members.OrganisationRegistered": [
            """
            INSERT INTO organisations
            VALUES (%(about)s, %(code)s, %(name)s, %(country)s, %(kind)s)
            """
        ],
        "members.PersonJoinedOrganisation": [
            """
            INSERT INTO organisation_persons VALUES (%(about)s, %(person_id)s)
            ON CONFLICT DO NOTHING
            """
        ],
        "members.PersonLeftOrganisation": [
            """
            DELETE FROM organisation_persons
            WHERE organisation = %(about)s AND person = %(person_id)s
            """
        ],
        "members.PlanOffered": [
            """
            INSERT INTO plans VALUES (%(about)s, %(space_id)s, %(code)s, %(name)s, %(month_cents)s,
                %(included_days)s, %(access_hours)s)
            """
        ],
        "members.PlanWithdrawn": ["UPDATE plans SET withdrawn = true WHERE plan = %(about)s"],
        "members.MembershipOpened": [
            """
            INSERT INTO memberships (membership, space, person, organisation)
            VALUES (%(about)s, %(space_id)s, %(person_id)s, %(organisation_id)s)
            """
        ],
        "members.Subscribed": [
            """
            UPDATE memberships SET state = 'active', plan = %(plan_id)s, since = %(start)s
            WHERE membership = %(about)s
            """
        ],
        "members.PlanChanged": [
            """
            UPDATE memberships SET plan = %(plan_id)s, since = %(start)s
            WHERE membership = %(about)s
            """
        ],
        "members.SubscriptionPaused": [
            """
            UPDATE memberships SET state = 'paused', since = %(start)s
            WHERE membership = %(about)s
            """
        ],
        "members.SubscriptionResumed": [
            """
            UPDATE memberships SET state = 'active', since = %(start)s
            WHERE membership = %(about)s
            """
        ],
        "members.SubscriptionEnded": [
            "UPDATE memberships SET state = 'ended', since = %(end)s WHERE membership = %(about)s"
        ],
    }
    details: dict[str, Row]

    def enrich(self, facts: list[Fact]) -> None:
        """One question for all people of a batch. While members is silent, the facts wait."""
        asked = sorted({fact.subject for fact in facts if fact.type in TELLING})
        if asked:
            self.details = self.tell("members", "details_of", asked)

    def words(self, fact: Fact) -> Row:
        """Somebody whom members no longer knows has no details here either."""
        words = super().words(fact)
        if fact.type in TELLING:
            known = self.details.get(fact.subject, {})
            words |= {detail: known.get(detail) for detail in DETAILS}
        return words


class SeePerson(Question):
    """A person: who it is, the home space, the situation, roles, organisations and consents.

    A consent is to a `version` of its text, or withdrawn (null), `since` a moment; those that are
    not named were never given.
    """

    route = "GET /persons/{person_id}"
    view = People
    joins = (Directory,)
    select = """
        SELECT p.person, p.home_space, p.status, p.residence, p.given_name, p.family_name,
            p.email, p.phone, p.language, s.name AS home_space_name, (
            SELECT coalesce(json_agg(json_build_object('consent', c.consent, 'version', c.version,
                'since', c.since) ORDER BY c.consent), '[]')
            FROM people.consents c WHERE c.person = p.person
        ) AS consents, (
            SELECT coalesce(json_agg(json_build_object('role', r.role, 'space', r.space)
                ORDER BY r.role, r.space), '[]')
            FROM people.roles r WHERE r.person = p.person
        ) AS roles, (
            SELECT coalesce(json_agg(json_build_object('organisation', o.organisation,
                'name', o.name) ORDER BY o.name), '[]')
            FROM people.organisation_persons m JOIN people.organisations o USING (organisation)
            WHERE m.person = p.person
        ) AS organisations
        FROM people.persons p LEFT JOIN directory.spaces s ON s.space = p.home_space
        WHERE p.person = %(person_id)s AND NOT p.erased
    """

    person_id = fields.UUID(required=True)


class SeeDetails(Question):
    """Everything that the vault of members says of a person: to the person, and to nobody else.

    Also while its processing is restricted.
    """

    route = "GET /persons/{person_id}/details"
    view = People
    select = """
        SELECT given_name, family_name, email, phone, birth_year, language
        FROM people.persons WHERE person = %(person_id)s AND NOT restricted
        UNION ALL
        SELECT given_name, family_name, email, phone, birth_year, language
        FROM people.withheld WHERE person = %(person_id)s
    """

    person_id = fields.UUID(required=True)


class ListOrganisations(Question):
    """The organisations of the network, by name."""

    route = "GET /organisations"
    view = People
    select = "SELECT * FROM people.organisations"
    every = True
    key = ("name", "organisation")


class ListPlans(Question):
    """What a space offers to subscribe to: cents a month, included days (null: unlimited)."""

    route = "GET /spaces/{space_id}/plans"
    view = People
    select = """
        SELECT plan, code, name, month_cents, included_days, access_hours FROM people.plans
        WHERE space = %(space_id)s AND NOT withdrawn
    """
    every = True
    key = ("month_cents", "plan")

    space_id = fields.UUID(required=True)


class ListMemberships(Question):
    """Who subscribes to what at a space. `since` is the day from which the state holds."""

    route = "GET /spaces/{space_id}/memberships"
    view = People
    select = """
        SELECT m.membership, m.person, m.organisation, m.state, m.since, m.plan,
            l.name AS plan_name, l.month_cents,
            coalesce(o.name, p.given_name || ' ' || p.family_name, '') AS subscriber
        FROM people.memberships m
        LEFT JOIN people.plans l USING (plan)
        LEFT JOIN people.persons p ON p.person = m.person
        LEFT JOIN people.organisations o ON o.organisation = m.organisation
        WHERE m.space = %(space_id)s
    """
    every = True
    key = ("subscriber", "membership")

    space_id = fields.UUID(required=True)


class ListSubscriptions(Question):
    """What a person subscribes to, or did. `since` is the day from which the state holds."""

    route = "GET /persons/{person_id}/subscriptions"
    view = People
    select = """
        SELECT m.membership, m.space, m.plan, l.name AS plan_name, l.month_cents, m.state, m.since
        FROM people.memberships m LEFT JOIN people.plans l USING (plan)
        WHERE m.person = %(person_id)s
    """
    every = True
    key = ("membership",)

    person_id = fields.UUID(required=True)
