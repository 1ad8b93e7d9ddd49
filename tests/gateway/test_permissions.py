"""Who may do what, tested in full: each message, for each role, with each way to own something.

The table as people read it is permissions.txt; `pytest --bless` accepts a new one.
"""

from pathlib import Path

import pytest

from gateway import whose
from gateway.app import COMMANDS, ERRANDS, QUESTIONS
from gateway.permissions import PERMISSIONS
from tests.gateway.fakes import ELSEWHERE, ME, MINE, SOMEBODY
from tests.gateway.samples import words_for

MESSAGES = {message.verb(): message for message in [*COMMANDS, *QUESTIONS, *ERRANDS]}
ROLES = ("visitor", "member", "host", "trainer", "coordinator", "auditor", "operator")
BLESSED = Path(__file__).with_name("permissions.txt")


def as_people_read_it():
    lines = []
    for verb, row in PERMISSIONS.items():
        cells = [f"{role}: {row[role].__name__.replace('_', ' ')}" for role in ROLES if role in row]
        lines.append(f"{verb:<22} {'; '.join(cells)}\n")
    return "".join(lines)


def blessed():
    """verb -> role -> whose, as it was blessed: never what the code says now."""
    table = {}
    for line in BLESSED.read_text().splitlines():
        verb, cells = line.split(maxsplit=1)
        table[verb] = dict(cell.split(": ") for cell in cells.split("; "))
    return table


def test_the_table_is_the_one_that_was_blessed(request):
    if request.config.getoption("--bless"):
        BLESSED.write_text(as_people_read_it())
    assert as_people_read_it() == BLESSED.read_text()


def test_everything_that_can_be_asked_has_a_row_and_every_row_can_be_asked():
    assert PERMISSIONS.keys() == MESSAGES.keys()


def test_every_role_is_one_that_somebody_can_have():
    assert {role for row in PERMISSIONS.values() for role in row} <= set(ROLES)


# Worlds. In "nothing" everything belongs to others; each of the others owns in one way only.

NOTHING_OWNED = {
    whose.PERSON: {"home_space": ELSEWHERE},
    whose.ROLES: {"home_space": ELSEWHERE, "roles": ["operator"]},
    whose.PLAN: {"space": ELSEWHERE},
    whose.PACK: {"space": ELSEWHERE},
    whose.CREDIT: {"sold_at": ELSEWHERE},
    whose.MEMBERSHIP: {"space": ELSEWHERE, "person": SOMEBODY},
    whose.BOOKING: {"space": ELSEWHERE, "person": SOMEBODY},
    whose.SERIES: {"space": ELSEWHERE, "person": SOMEBODY},
    whose.WAIT: {"person": SOMEBODY},
    whose.CANDIDATE: {"person": SOMEBODY},
    whose.DISCLOSURE: {"asker": str(SOMEBODY)},
    whose.SESSION: {"trainers": [SOMEBODY]},
}
NOTHING_SAID = {"role": "operator"}
OWNED = {
    "nothing": ({}, {}),
    "themselves": ({"person_id": ME}, {}),
    "own space": ({"space_id": MINE}, {}),
    "own home space": ({"home_space_id": MINE}, {}),
    "either own space": ({"host_space_id": MINE}, {}),
    "with themselves": ({"trainers": [ME]}, {}),
    "lesser role": ({"role": "coordinator"}, {}),
    "at home in own space": ({}, {whose.PERSON: {"home_space": MINE}}),
    "newcomer in own space": ({}, {whose.ROLES: {"home_space": MINE, "roles": ["member"]}}),
    "no operator": ({}, {whose.ROLES: {"home_space": ELSEWHERE, "roles": ["host"]}}),
    "own plan": ({}, {whose.PLAN: {"space": MINE}}),
    "own pack": ({}, {whose.PACK: {"space": MINE}}),
    "credit of own space": ({}, {whose.CREDIT: {"sold_at": MINE}}),
    "own membership": ({}, {whose.MEMBERSHIP: {"space": ELSEWHERE, "person": ME}}),
    "membership of own space": ({}, {whose.MEMBERSHIP: {"space": MINE, "person": SOMEBODY}}),
    "own booking": ({}, {whose.BOOKING: {"space": ELSEWHERE, "person": ME}}),
    "own booking now": ({}, {whose.BOOKING: {"space": ELSEWHERE, "person": ME}}),
    "booking in own space": ({}, {whose.BOOKING: {"space": MINE, "person": SOMEBODY}}),
    "own series": ({}, {whose.SERIES: {"space": ELSEWHERE, "person": ME}}),
    "series in own space": ({}, {whose.SERIES: {"space": MINE, "person": SOMEBODY}}),
    "own wait": ({}, {whose.WAIT: {"person": ME}}),
    "own candidate": ({}, {whose.CANDIDATE: {"person": ME}}),
    "own disclosure": ({}, {whose.DISCLOSURE: {"asker": str(ME)}}),
    "own session": ({}, {whose.SESSION: {"trainers": [SOMEBODY, ME]}}),
}
IMPLIED = {"newcomer in own space": {"no operator"}}


def test_every_way_to_own_something_is_tried():
    tried = OWNED.keys() - {"nothing"} | {"anyone"}
    assert {cell for row in blessed().values() for cell in row.values()} == tried


def may(row, role, owned):
    """What the blessed table says: everybody is a visitor, everybody signed in a member."""
    held = {"visitor", role} | ({"member"} if role != "visitor" else set())
    ways = {"anyone", owned} | IMPLIED.get(owned, set())
    return bool({row[each] for each in held & row.keys()} & ways)


def text(value):
    return [str(each) for each in value] if isinstance(value, list) else str(value)


def ask(partner, message, role, owned):
    """Everything that is understood as belonging to nobody here, but for what is owned."""
    method, path = message.route.split()
    known = message().fields
    said = {n: text(v) for n, v in (NOTHING_SAID | OWNED[owned][0]).items() if n in known}
    words = words_for(message) | said
    for name in [name for name in words if f"{{{name}}}" in path]:
        path = path.replace(f"{{{name}}}", str(words.pop(name)))
    token = None if role == "visitor" else f"host:{MINE}" if role == "host" else role
    if method == "GET":
        return partner.get(f"/v1{path}", token, params=words)
    return partner.request(method, f"/v1{path}", token, **({"json": words} if words else {}))


@pytest.mark.parametrize("verb", sorted(MESSAGES))
def test_who_may(verb, partner, services, views, credentials):
    message, row = MESSAGES[verb], blessed()[verb]
    for owned in {"nothing", *row.values()} - {"anyone"}:
        views.rows = NOTHING_OWNED | OWNED[owned][1]
        for role in ROLES:
            services.asked, views.asked, credentials.done = [], [], []
            credentials.accounts, credentials.guesses.made = {}, {}
            status = ask(partner, message, role, owned).status_code
            done = services.asked or views.asked or credentials.done or verb == "see_me"
            if may(row, role, owned):
                assert status in (200, 201), f"{role} may {verb} ({owned}): {status}"
                assert done
            else:
                assert status == (401 if role == "visitor" else 403), f"{role} {verb} ({owned})"
                assert verb == "see_me" or not done, "nobody is asked what somebody may not do"


def test_a_thing_that_nobody_knows_is_404_and_no_service_is_asked(partner, services, views):
    views.rows = {}
    unknown = partner.post(f"/v1/bookings/{SOMEBODY}/cancellation", "member")
    assert (unknown.status_code, services.asked) == (404, [])


def test_a_host_without_a_space_is_host_of_nothing(partner, services):
    answer = partner.post(f"/v1/spaces/{MINE}/operation", "host")
    assert (answer.status_code, services.asked) == (403, [])


def test_nobody_may_do_what_has_no_row(partner, monkeypatch):
    monkeypatch.delitem(PERMISSIONS, "open_space")
    words = words_for(MESSAGES["open_space"])
    assert partner.post("/v1/spaces", "operator", json=words).status_code == 403


def test_only_a_host_tells_of_an_earlier_arrival(partner, services, views):
    told = {"at": "2031-03-03T09:12:00+01:00"}
    path = f"/v1/bookings/{SOMEBODY}/check-in"
    views.rows = {whose.BOOKING: {"space": ELSEWHERE, "person": ME}}
    for token in ("member", f"host:{MINE}"):
        assert partner.post(path, token, json=told).status_code == 403
    assert services.asked == []
    assert partner.post(path, "operator", json=told).status_code == 201
    views.rows = {whose.BOOKING: {"space": MINE, "person": SOMEBODY}}
    assert partner.post(path, f"host:{MINE}", json=told).status_code == 201
