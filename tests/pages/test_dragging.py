"""Dragging in a real browser, with scripts, under the policy that every page has."""

from datetime import timedelta
from uuid import UUID

import pytest

from gateway.views.agenda import SeeBooking
from gateway.views.planning import SeePlanning
from services.bookings.domain.space_day import RoomTaken
from tests.pages.lively import address, until, window
from tests.pages.samples import BOOKED, PLANNED, ROOM, TODAY
from tests.pages.test_forms import answer
from tests.pages.test_moving import told

__all__ = ["address", "window"]

MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())
PLANNING = f"/espaces/la-ferme/planning?semaine={MONDAY.strftime('%G-W%V')}"
SLOT = {"day": str(MONDAY), "start": 540, "end": 600, "half_days": 1, "state": "booked"}
MEETING = BOOKED | {"kind": "room", "resource": ROOM, "slots": [SLOT | {"noted": None}]}
LINE = {"unit": "hour", "quantity": 60, "each_cents": 1800, "cents": 1800}
MOVED = told(("BookingMoved", {"price_lines": [LINE], "price_cents": 1800}))
EVENT, OPEN = "document.querySelector('.ec-event')", "document.querySelector('dialog').open"


@pytest.fixture
def planning(world, address, window):
    """The week of a room that is booked on Monday from nine to ten, on a wide screen."""
    row = PLANNED | {"resource": ROOM, "kind": "room", "start": 540, "end": 600}
    world.views.found[SeePlanning.select] = lambda words: [row | {"day": words["monday"]}]
    world.views.found[SeeBooking.select] = lambda _: [MEETING]
    world.services.answer = MOVED
    window.sign_in("hugo", address)
    window.go(address + PLANNING)
    until(lambda: window.see(f"{EVENT} !== null"))
    return window


def drag(window, selector, by):
    """With the mouse, so many pixels to the right."""
    box = f"document.querySelector('{selector}').getBoundingClientRect()"
    window.see(f"document.querySelector('{selector}').scrollIntoView({{block: 'center'}})")
    x, y = window.see(f"{box}.x + {box}.width / 2"), window.see(f"{box}.y + {box}.height / 2")
    at = {"button": "left", "buttons": 1, "clickCount": 1, "y": y}
    window.do("Input.dispatchMouseEvent", type="mousePressed", x=x, **at)
    for part in (0.3, 0.7, 1, 1):
        window.do("Input.dispatchMouseEvent", type="mouseMoved", x=x + by * part, **at)
    window.do("Input.dispatchMouseEvent", type="mouseReleased", x=x + by, **at)


def an_hour(window):
    """How wide an hour is drawn."""
    return window.see(f"{EVENT}.getBoundingClientRect().width + 1")


def test_the_calendar_keeps_to_the_policy(planning):
    assert "Lise Lambert" in planning.see(f"{EVENT}.textContent")
    assert planning.see("document.querySelectorAll('.ec-event').length") == 1
    assert planning.see("complaints.join()") == ""


def test_a_drag_shows_the_price_first_and_moves_when_that_is_wanted(planning, world):
    drag(planning, ".ec-event", 2 * an_hour(planning))
    until(lambda: planning.see(OPEN))
    assert "18" in planning.see("document.querySelector('dialog .outlook').textContent")
    [(_, verb, words, call)] = world.services.asked
    assert (verb, call.get("preview")) == ("move_booking", "yes")
    assert words["times"] == [{"day": str(MONDAY), "start": "11:00", "end": "12:00"}]
    with planning.page.expect_navigation():
        planning.see("document.querySelector('dialog form.card button').click()")
    _, (_, verb, words, call) = world.services.asked
    assert (verb, "command" in call) == ("move_booking", True)
    assert words["times"] == [{"day": str(MONDAY), "start": "11:00", "end": "12:00"}]
    assert "fait=deplace" in planning.see("location.search")
    assert planning.see("complaints.join()") == ""


def test_a_drag_that_is_refused_or_not_wanted_goes_back(planning, world):
    was = planning.see(f"{EVENT}.getBoundingClientRect().x")
    world.services.answer = answer(RoomTaken(day=MONDAY, start="11:00", end="12:00"))
    drag(planning, ".ec-event", 2 * an_hour(planning))
    until(lambda: planning.see(OPEN))
    assert planning.see("document.querySelector('dialog .trouble').textContent.trim() !== ''")
    assert planning.see("document.querySelector('dialog form.card')") is None
    planning.see("document.querySelector('dialog form[method=dialog] button').click()")
    back = f"!({OPEN}) && Math.abs({EVENT}.getBoundingClientRect().x - {was}) < 3"
    until(lambda: planning.see(back))
    assert len(world.services.asked) == 1


def test_a_booking_is_made_longer_at_its_end(planning, world):
    drag(planning, ".ec-event .ec-resizer", an_hour(planning))
    until(lambda: planning.see(OPEN))
    [(_, _, words, _)] = world.services.asked
    assert words["times"] == [{"day": str(MONDAY), "start": "09:00", "end": "11:00"}]
    assert UUID(words["booking_id"]) == MEETING["booking"]


def test_a_phone_has_the_table(planning, address):
    phone = {"width": 360, "height": 780, "deviceScaleFactor": 1, "mobile": True}
    planning.do("Emulation.setDeviceMetricsOverride", **phone)
    planning.go(address + PLANNING)
    assert planning.see(EVENT) is None
    assert planning.see("document.querySelectorAll('.planning a[data-at]').length") == 1
