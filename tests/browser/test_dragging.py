"""A host drags bookings of a week, with the mouse, under the policy that every page has."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.place import in_days

pytestmark = pytest.mark.long

DAY = date.fromisoformat(in_days(21))
WATCH = """
    window.refused = []; document.addEventListener("securitypolicyviolation", (it) =>
        window.refused.push(`${it.violatedDirective} ${it.blockedURI} ${it.sample}`));
"""


@pytest.fixture
def meeting(border):
    """A room booked from nine to ten by somebody whom nobody can mistake."""
    name, do = f"Quibblesnatch{uuid4().hex[:6]}", border.operator.done
    about = {"status": "independent", "residence": "BE", "home_space_id": border.home.space}
    named = {"given_name": "Lise", "family_name": name, "email": f"{name}@planted.example"}
    person = do("/v1/persons", {**named, **about})["id"]
    room = border.home.offer("room", code=name.lower(), seats=4)
    other = border.home.offer("room", code=f"{name.lower()}-b", seats=4)

    def book(start, end):
        where = {"space_id": border.home.space, "resource_id": room, "person_id": person}
        times = [{"day": str(DAY), "start": start, "end": end}]
        return do("/v1/room-bookings", {**where, "times": times})["id"]

    booking = book("09:00", "10:00")
    return SimpleNamespace(name=name, booking=booking, book=book, other=other)


@pytest.fixture
def planning(border, window, meeting):
    """The week of it on the screen of the host, and the booking as it is drawn there."""
    page = window("desktop", who="host")
    page.add_init_script(WATCH)
    page.goto(f"/espaces/{border.home.code}/planning?semaine={DAY.strftime('%G-W%V')}")
    page.drawn = page.locator(".ec-event", has_text=meeting.name).first
    page.drawn.scroll_into_view_if_needed()
    return page


def drag(page, what, hours, hour, down=0):
    """So many hours to the right, each so many pixels wide; and so many pixels down."""
    box = what.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + hours * hour / 2, y, steps=4)
    page.mouse.move(x + hours * hour, y + down, steps=4)
    page.mouse.up()


def an_hour(page):
    return page.drawn.bounding_box()["width"]


def slots(border, meeting):
    found = border.operator.read(f"/v1/bookings/{meeting.booking}")["slots"]
    return [(each["day"], each["start"], each["end"]) for each in found]


def test_a_drag_shows_the_price_and_moves_only_then(border, planning, meeting, keep):
    drag(planning, planning.drawn, 2, an_hour(planning))
    dialog = planning.locator("dialog")
    expect(dialog.locator(".outlook")).to_contain_text("9\u00a0€")
    keep(planning, "price")
    assert slots(border, meeting) == [(str(DAY), "09:00", "10:00")]
    dialog.locator("form.card button").click()
    expect(planning.locator(".said")).to_be_visible()
    assert slots(border, meeting) == [(str(DAY), "11:00", "12:00")]
    assert planning.evaluate("window.refused") == []


def test_a_drag_to_where_it_cannot_be_goes_back(border, planning, meeting, keep):
    meeting.book("11:00", "12:00")  # meanwhile
    was = planning.drawn.bounding_box()["x"]
    drag(planning, planning.drawn, 2, an_hour(planning))
    dialog = planning.locator("dialog")
    expect(dialog.locator(".trouble")).not_to_be_empty()
    expect(dialog.locator("form.card")).to_have_count(0)
    keep(planning, "refused")
    dialog.locator("form[method=dialog] button").click()
    expect(dialog).not_to_be_visible()
    assert abs(planning.drawn.bounding_box()["x"] - was) < 3
    assert slots(border, meeting) == [(str(DAY), "09:00", "10:00")]


def test_a_drag_to_another_room_moves_it_there(border, planning, meeting):
    def row(code):
        return planning.locator("#semaine").get_by_text(code, exact=True).bounding_box()["y"]

    code = meeting.name.lower()
    drag(planning, planning.drawn, 0, 0, down=row(f"{code}-b") - row(code))
    planning.locator("dialog form.card button").first.click()
    expect(planning.locator(".said")).to_be_visible()
    found = border.operator.read(f"/v1/bookings/{meeting.booking}")
    assert found["resource"] == meeting.other
    assert slots(border, meeting) == [(str(DAY), "09:00", "10:00")]


def test_a_booking_is_made_longer_at_its_end(border, planning, meeting):
    drag(planning, planning.drawn.locator(".ec-resizer"), 1, an_hour(planning))
    planning.locator("dialog form.card button").click()
    expect(planning.locator(".said")).to_be_visible()
    assert slots(border, meeting) == [(str(DAY), "09:00", "11:00")]


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desktop", False)])
def test_without_the_calendar_there_is_a_form(border, window, meeting, keep, size, javascript):
    page = window(size, who="host", javascript=javascript)
    page.goto(f"/espaces/{border.home.code}/planning?semaine={DAY.strftime('%G-W%V')}")
    expect(page.locator(".ec-event")).to_have_count(0)
    page.locator("li", has_text=meeting.name).locator("a").click()
    page.locator("input[name=start-0]").fill("13:00")
    page.locator("input[name=end-0]").fill("14:30")
    page.locator("button[value=preview]").click()
    expect(page.locator(".outlook")).to_be_visible()
    keep(page, "preview")
    page.locator("form.card button").first.click()
    expect(page.locator(".said")).to_be_visible()
    assert slots(border, meeting) == [(str(DAY), "13:00", "14:30")]
