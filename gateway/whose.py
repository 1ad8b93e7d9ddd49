"""Whose is it? The words of the permission table, each with at most one SELECT on a view.

Each takes the caller and the words of a message, understood already, and may `look` for the row
that decides. A thing that no view knows is a 404.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from gateway.people import Caller
from gateway.questions import Lookup
from gateway.records import Row

Words = dict[str, Any]
Look = Callable[[Lookup], Awaitable[Row]]
"""Finds the row for the words at hand, as new as what the caller has seen."""
Whose = Callable[[Caller, Words, Look], Awaitable[bool]]

PERSON = Lookup(
    "people", "SELECT home_space FROM people.persons WHERE person = %(person_id)s AND NOT erased"
)
ROLES = Lookup(
    "people",
    """
    SELECT p.home_space, ARRAY(SELECT role FROM people.roles r WHERE r.person = p.person) AS roles
    FROM people.persons p WHERE p.person = %(person_id)s AND NOT p.erased
    """,
)
DISCLOSURE = Lookup(
    "rights", "SELECT asker FROM rights.disclosures WHERE disclosure = %(disclosure_id)s"
)
PLAN = Lookup("people", "SELECT space FROM people.plans WHERE plan = %(plan_id)s")
PACK = Lookup("credits", "SELECT space FROM credits.packs WHERE pack = %(pack_id)s")
CREDIT = Lookup("credits", "SELECT sold_at FROM credits.credits WHERE credit = %(credit_id)s")
MEMBERSHIP = Lookup(
    "people",
    "SELECT space, person FROM people.memberships WHERE membership = %(membership_id)s",
)
BOOKING = Lookup(
    "agenda", "SELECT person, space FROM agenda.bookings WHERE booking = %(booking_id)s"
)
SERIES = Lookup("agenda", "SELECT person, space FROM agenda.series WHERE series = %(series_id)s")
WAIT = Lookup("agenda", "SELECT person FROM agenda.waiting WHERE entry = %(entry_id)s")
CANDIDATE = Lookup(
    "directory", "SELECT person FROM directory.candidates WHERE candidate = %(candidate_id)s"
)
SESSION = Lookup(
    "courses",
    """
    SELECT ARRAY(SELECT trainer FROM courses.trainers t WHERE t.session = s.session) AS trainers
    FROM courses.sessions s WHERE s.session = %(session_id)s
    """,
)


async def anyone(caller: Caller, words: Words, look: Look) -> bool:
    return True


async def themselves(caller: Caller, words: Words, look: Look) -> bool:
    """The person the words speak of is the caller."""
    return caller.person is not None and words.get("person_id") == caller.person


async def own_space(caller: Caller, words: Words, look: Look) -> bool:
    return words.get("space_id") in caller.spaces


async def own_home_space(caller: Caller, words: Words, look: Look) -> bool:
    """Somebody comes to be at home in a space of the caller's."""
    return words.get("home_space_id") in caller.spaces


async def either_own_space(caller: Caller, words: Words, look: Look) -> bool:
    """One side of a settlement."""
    return bool({words.get("home_space_id"), words.get("host_space_id")} & caller.spaces)


async def at_home_in_own_space(caller: Caller, words: Words, look: Look) -> bool:
    return (await look(PERSON))["home_space"] in caller.spaces


async def newcomer_in_own_space(caller: Caller, words: Words, look: Look) -> bool:
    """At home in the caller's space and trusted with nothing: nobody else's powers are at stake."""
    found = await look(ROLES)
    return found["home_space"] in caller.spaces and set(found["roles"]) <= {"member"}


async def no_operator(caller: Caller, words: Words, look: Look) -> bool:
    return "operator" not in (await look(ROLES))["roles"]


async def lesser_role(caller: Caller, words: Words, look: Look) -> bool:
    """Any role but operator."""
    return words.get("role") != "operator"


async def own_plan(caller: Caller, words: Words, look: Look) -> bool:
    return (await look(PLAN))["space"] in caller.spaces


async def own_pack(caller: Caller, words: Words, look: Look) -> bool:
    """Of the caller's space; never one of the whole network."""
    return (await look(PACK))["space"] in caller.spaces


async def credit_of_own_space(caller: Caller, words: Words, look: Look) -> bool:
    """Sold there."""
    return (await look(CREDIT))["sold_at"] in caller.spaces


async def own_membership(caller: Caller, words: Words, look: Look) -> bool:
    return _is(caller.person, (await look(MEMBERSHIP))["person"])


async def membership_of_own_space(caller: Caller, words: Words, look: Look) -> bool:
    return (await look(MEMBERSHIP))["space"] in caller.spaces


async def own_booking(caller: Caller, words: Words, look: Look) -> bool:
    return _is(caller.person, (await look(BOOKING))["person"])


async def own_booking_now(caller: Caller, words: Words, look: Look) -> bool:
    """The caller has booked it, and tells of no other moment: no host was there to see."""
    return words.get("at") is None and await own_booking(caller, words, look)


async def booking_in_own_space(caller: Caller, words: Words, look: Look) -> bool:
    return (await look(BOOKING))["space"] in caller.spaces


async def own_series(caller: Caller, words: Words, look: Look) -> bool:
    return _is(caller.person, (await look(SERIES))["person"])


async def series_in_own_space(caller: Caller, words: Words, look: Look) -> bool:
    return (await look(SERIES))["space"] in caller.spaces


async def own_wait(caller: Caller, words: Words, look: Look) -> bool:
    """The caller waits for a place, with this entry of a waiting list."""
    return _is(caller.person, (await look(WAIT))["person"])


async def own_disclosure(caller: Caller, words: Words, look: Look) -> bool:
    """The caller has asked for it."""
    asker: str = (await look(DISCLOSURE))["asker"]
    return asker == caller.by


async def own_candidate(caller: Caller, words: Words, look: Look) -> bool:
    """The caller has proposed it."""
    return _is(caller.person, (await look(CANDIDATE))["person"])


async def own_session(caller: Caller, words: Words, look: Look) -> bool:
    """The caller is one of its trainers."""
    return caller.person in (await look(SESSION))["trainers"]


async def with_themselves(caller: Caller, words: Words, look: Look) -> bool:
    """The caller is one of the trainers of a session to come."""
    return caller.person in words.get("trainers", [])


def _is(person: UUID | None, owner: UUID | None) -> bool:
    return person is not None and person == owner
