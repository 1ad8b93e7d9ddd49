"""A week's planning across resources: small, for the host only, and in rows."""

import json
from datetime import timedelta
from uuid import uuid4

from gateway.views.availability import SeeWeek
from gateway.views.directory import SeeSpace
from gateway.views.planning import SeePlanning
from tests.pages.samples import FERME, HUGO, PLANNED, SPACE, TODAY, resource

PLANNING = "/espaces/la-ferme/planning"
MOST, MOST_OF_A_PAGE = 50_000, 40_000
"""Bytes, as they travel: what somebody sees who is signed in is never packed."""
MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())


def test_resources_are_rows_and_days_are_columns(browser, page):
    seen = page(browser("hugo").get(PLANNING))
    rows = [each["data-resource"] for each in seen.all("tr") if "data-resource" in each]
    assert rows == ["open-space", "salle", "bureau"]
    assert len(seen.all("th", scope="col")) == 8
    assert "Lise Lambert" in seen.text


def test_what_is_still_to_come_leads_to_where_it_is_moved(browser, page, world):
    week = f"{MONDAY.isocalendar().year}-W{MONDAY.isocalendar().week:02d}"
    move = f"planning/{PLANNED['booking'].hex}"
    seen = page(browser("hugo").get(f"{PLANNING}?semaine={week}"))
    [_] = seen.all("a", href=move)
    assert [each["data-at"] for each in seen.all("td") if "data-at" in each] == ["480-1080"]
    there = browser("hugo").get(f"/espaces/la-ferme/{move}")
    assert f'action="/reservations/{PLANNED["booking"]}/deplacement"' in there.text
    here = PLANNED | {"state": "checked-in"}
    world.views.found[SeePlanning.select] = lambda words: [here | {"day": words["monday"]}]
    assert not page(browser("hugo").get(f"{PLANNING}?semaine={week}")).all("a", href=move)
    past = page(browser("hugo").get(f"{PLANNING}?semaine=2024-W10"))
    assert not past.all("a", href=move)


def test_nobody_else_sees_the_planning(browser, world):
    for address in (PLANNING, f"/v1/spaces/{FERME}/weeks/2027-03-08/bookings"):
        refused = browser("lise").get(address)
        assert refused.status_code == 403 and "Lambert" not in refused.text
    world.credentials.roles = {HUGO: []}
    assert browser("hugo").get(PLANNING).status_code == 403


def test_a_full_week_of_ten_rooms_is_small(browser, world):
    """Five bookings a day in each room, on five days: as a page and as an answer of the API."""
    rooms = [
        resource(uuid4(), f"salle-{n}", "room", f"Salle {n}", seats=8, hour_cents=1550)
        for n in range(10)
    ]
    full = [
        {
            **{"booking": uuid4(), "resource": room["resource"], "kind": "room"},
            **{"day": MONDAY + timedelta(days=day), "start": hour * 60, "end": hour * 60 + 90},
            **{"state": "booked", "who": "Marie-Claire Vandenbroucke"},
            "people": 4 if hour == 12 else 1,
        }
        for room in rooms
        for day in range(5)
        for hour in (8, 10, 12, 14, 16)
    ]
    for select in (SeeSpace.select, SeeWeek.select):
        world.views.found[select] = lambda _: [SPACE | {"resources": rooms}]
    world.views.found[SeePlanning.select] = lambda _: full
    packed = {"Accept-Encoding": "gzip"}
    week = f"{PLANNING}?semaine={MONDAY.strftime('%G-W%V')}"
    shown = browser("hugo").get(week, headers=packed)
    assert shown.text.count("Vandenbroucke") == 250 and "Content-Encoding" not in shown.headers
    assert len(shown.content) < MOST_OF_A_PAGE
    told = browser("hugo").get(f"/v1/spaces/{FERME}/weeks/{MONDAY}/bookings")
    assert len(json.loads(told.content)["resources"]) == 10 and len(told.content) < MOST


def test_a_week_that_is_none_is_not_found(browser):
    assert browser("hugo").get(f"{PLANNING}?semaine=2027-W60").status_code == 404
