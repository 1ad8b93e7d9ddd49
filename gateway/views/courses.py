"""Courses, their sessions, who has a seat, who waits for one, who was there."""

from typing import Any, ClassVar

from marshmallow import fields

from gateway.questions import Question
from gateway.records import Row
from gateway.view import View
from gateway.views.directory import Directory
from gateway.views.people import People


class Courses(View):
    name = "courses"
    follows = ("training",)
    tables = """
        CREATE TABLE IF NOT EXISTS courses (
            course uuid PRIMARY KEY, code text, name text, provider uuid, modules jsonb,
            required_hours int, withdrawn bool DEFAULT false
        );
        CREATE TABLE IF NOT EXISTS sessions (
            session uuid PRIMARY KEY, course uuid, space uuid, place text, capacity int,
            required_minutes int, slots jsonb, first date, last date, state text
        );
        ALTER TABLE sessions ADD COLUMN IF NOT EXISTS planned timestamptz;
        CREATE INDEX IF NOT EXISTS sessions_by_course ON sessions (course);
        CREATE TABLE IF NOT EXISTS trainers (
            session uuid, trainer uuid, PRIMARY KEY (session, trainer)
        );
        CREATE TABLE IF NOT EXISTS participants (
            session uuid, person uuid, state text, since bigint, certificate text,
            PRIMARY KEY (session, person)
        );
        CREATE INDEX IF NOT EXISTS participants_by_person ON participants (person);
        CREATE TABLE IF NOT EXISTS attendance (
            session uuid, person uuid, day date, half text, minutes int,
            PRIMARY KEY (session, person, day, half)
        );
    """
    effects: ClassVar = {
        "training.CourseOffered": [
            """
            INSERT INTO courses VALUES (%(about)s, %(code)s, %(name)s, %(provider_id)s, %(modules)s,
                %(required_hours)s)
            """
        ],
        "training.CourseWithdrawn": [
            "UPDATE courses SET withdrawn = true WHERE course = %(about)s"
        ],
        "training.SessionPlanned": [
            """
            INSERT INTO sessions
            SELECT %(about)s::uuid, %(course_id)s::uuid, %(space_id)s::uuid, %(place)s,
                %(capacity)s, %(required_minutes)s, %(slots)s, min(day), max(day), 'planned',
                %(time)s
            FROM jsonb_to_recordset(%(slots)s) AS slot(day date)
            """,
            """
            INSERT INTO trainers
            SELECT DISTINCT %(about)s::uuid, trainer::uuid
            FROM jsonb_array_elements_text(%(trainers)s) AS trainer
            """,
        ],
        "training.SessionCancelled": [
            "UPDATE sessions SET state = 'cancelled' WHERE session = %(about)s"
        ],
        "training.Enrolled": [
            """
            INSERT INTO participants VALUES (%(about)s, %(person_id)s, 'enrolled', %(position)s)
            ON CONFLICT (session, person) DO UPDATE
                SET state = excluded.state, since = excluded.since
            """
        ],
        "training.Waitlisted": [
            """
            INSERT INTO participants VALUES (%(about)s, %(person_id)s, 'waiting', %(position)s)
            ON CONFLICT (session, person) DO UPDATE
                SET state = excluded.state, since = excluded.since
            """
        ],
        "training.Promoted": [
            """
            UPDATE participants SET state = 'enrolled', since = %(position)s
            WHERE session = %(about)s AND person = %(person_id)s
            """
        ],
        "training.EnrolmentCancelled": [
            """
            UPDATE participants SET state = 'cancelled', since = %(position)s
            WHERE session = %(about)s AND person = %(person_id)s
            """
        ],
        "training.AttendanceRecorded": [
            """
            INSERT INTO attendance
            VALUES (%(about)s, %(person_id)s, %(day)s, %(half)s, %(minutes)s)
            ON CONFLICT (session, person, day, half) DO UPDATE SET minutes = excluded.minutes
            """
        ],
        "training.CourseCompleted": [
            """
            UPDATE participants SET state = 'completed', certificate = %(certificate)s
            WHERE session = %(about)s AND person = %(person_id)s
            """
        ],
    }


class ListCourses(Question):
    """The courses that are offered, with their modules in order and the hours required."""

    route = "GET /courses"
    view = Courses
    joins = (People,)
    select = """
        SELECT c.course, c.code, c.name, c.provider, o.name AS provider_name, c.modules,
            c.required_hours
        FROM courses.courses c LEFT JOIN people.organisations o ON o.organisation = c.provider
        WHERE NOT c.withdrawn
    """
    every = True
    key = ("name", "course")


class SeeCourse(Question):
    """A course, also when it is no longer offered."""

    route = "GET /courses/{course_id}"
    view = Courses
    joins = (People,)
    select = """
        SELECT c.*, o.name AS provider_name
        FROM courses.courses c LEFT JOIN people.organisations o ON o.organisation = c.provider
        WHERE c.course = %(course_id)s
    """

    course_id = fields.UUID(required=True)


SESSION = """
    SELECT s.session, s.course, c.name AS course_name, s.space, d.name AS space_name, s.place,
        s.state, s.first, s.last, s.capacity, s.capacity - n.seated AS seats_left, n.waiting,
        s.required_minutes, s.slots
    FROM courses.sessions s
    LEFT JOIN courses.courses c USING (course)
    LEFT JOIN directory.spaces d ON d.space = s.space,
    LATERAL (
        SELECT count(*) FILTER (WHERE state IN ('enrolled', 'completed')) AS seated,
            count(*) FILTER (WHERE state = 'waiting') AS waiting
        FROM courses.participants WHERE session = s.session
    ) n
"""


class ListSessions(Question):
    """Sessions by first day, with seats left and the number of people waiting for one.

    `since` leaves out what ended before that day.
    """

    route = "GET /sessions"
    view = Courses
    joins = (Directory,)
    select = f"""
        {SESSION} WHERE s.course = coalesce(%(course_id)s, s.course)
            AND s.last >= coalesce(%(since)s::date, '-infinity')
    """
    every = True
    key = ("first", "session")

    course_id = fields.UUID(load_default=None)
    since = fields.Date(load_default=None)


class SeeSession(Question):
    """A session: its half days, place, seats left, and the number of people waiting for one."""

    route = "GET /sessions/{session_id}"
    view = Courses
    joins = (Directory,)
    select = f"{SESSION} WHERE s.session = %(session_id)s"

    session_id = fields.UUID(required=True)


class ListParticipants(Question):
    """Who takes part in a session, who waits and in which order, and who was there when."""

    route = "GET /sessions/{session_id}/participants"
    view = Courses
    joins = (People,)
    select = """
        SELECT p.since, p.person, n.given_name, n.family_name, p.state, p.certificate,
            CASE WHEN p.state = 'waiting' THEN rank() OVER (PARTITION BY p.state ORDER BY p.since)
            END AS place_in_line, a.minutes, a.attendance
        FROM courses.participants p LEFT JOIN people.persons n USING (person),
        LATERAL (
            SELECT coalesce(sum(minutes), 0) AS minutes, coalesce(json_agg(json_build_object(
                'day', day, 'half', half, 'minutes', minutes) ORDER BY day, half), '[]')
                AS attendance
            FROM courses.attendance WHERE session = p.session AND person = p.person
        ) a
        WHERE p.session = %(session_id)s
    """
    every = True
    key = ("since", "person")

    session_id = fields.UUID(required=True)

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        """The place of a fact in its log orders the list; it says nothing to people."""
        return [{k: v for k, v in row.items() if k != "since"} for row in found]


class ListEnrolments(Question):
    """The sessions that a person takes part in, or waits for, with what was attended and earned."""

    route = "GET /persons/{person_id}/enrolments"
    view = Courses
    select = """
        SELECT p.session, s.course, c.name AS course_name, s.first, s.last,
            s.state AS session_state, p.state, p.certificate, (
            SELECT coalesce(json_agg(json_build_object('day', a.day, 'half', a.half,
                'minutes', a.minutes) ORDER BY a.day, a.half), '[]')
            FROM courses.attendance a WHERE a.session = p.session AND a.person = p.person
        ) AS attendance
        FROM courses.participants p JOIN courses.sessions s USING (session)
        JOIN courses.courses c USING (course)
        WHERE p.person = %(person_id)s
    """
    every = True
    key = ("first", "session")

    person_id = fields.UUID(required=True)
