"""At the counter while the network is away: what is pressed is kept, and sent once it is back."""

import re
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.border import TODAY
from tests.conftest import eventually

pytestmark = pytest.mark.long

KEPT = "Object.keys(localStorage).length"
MARGIN = timedelta(seconds=2)
"""A moment of the server is told in whole seconds."""


@pytest.fixture
def coming(border):
    """Somebody whom nobody can mistake, who has a desk today: as every page knows by then."""

    def book():
        name = f"Wobblethwaite{uuid4().hex[:6]}"
        about = {"status": "student", "residence": "BE", "home_space_id": border.home.space}
        who = {"given_name": "Zoé", "family_name": name, "email": f"{name}@planted.example"}
        person = border.operator.done("/v1/persons", {**who, **about})["id"]
        desk = border.home.desk_for(person, 0, "day")
        booking = border.operator.done("/v1/desk-bookings", desk)["id"]
        who = SimpleNamespace(name=name, booking=booking)
        assert noted(border, who) is None  # whoever reads what they did has waited for the views
        return who

    return book


@pytest.fixture
def counter(border, window):
    def open_(size="desktop"):
        page = window(size, who="host")
        page.goto(f"/espaces/{border.home.code}/jour/{TODAY}")
        return page

    return open_


def row(page, who):
    return page.get_by_role("listitem").filter(has_text=who.name)


def press(page, who):
    row(page, who).get_by_role("button", name=re.compile("arriv", re.IGNORECASE)).click()
    return datetime.now(UTC)


def arrivals(border, who):
    """What the log holds of it: each recorded moment, in their order."""
    found, after = [], ""
    while after is not None:
        page = border.operator.read("/v1/events", **({"after": after} if after else {}))
        found += [each for each in page["items"] if each["subject"] == who.booking]
        after = page["next"] if page["items"] else None
    kinds = ("bookings.CheckedIn", "bookings.ArrivedEarlier")
    return [(each["type"], each["data"]["at"]) for each in found if each["type"] in kinds]


def noted(border, who):
    path = f"/v1/spaces/{border.home.space}/days/{TODAY}/visitors"
    found = next(e for e in border.operator.items(path) if e["booking"] == who.booking)
    return found["noted"] and datetime.fromisoformat(found["noted"])


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_what_is_pressed_without_a_network_is_done_once_with_its_moment(
    border, coming, counter, keep, size
):
    first, second = coming(), coming()
    page = counter(size)
    page.context.set_offline(True)
    pressed = press(page, first)
    expect(row(page, first)).to_contain_text("gardée, sera envoyée")
    expect(row(page, first).get_by_role("button")).to_have_count(0)
    expect(page.locator("#hors-ligne")).to_be_visible()
    press(page, second)
    expect(row(page, second)).to_contain_text("gardée, sera envoyée")
    keep(page, "kept")
    assert page.evaluate(KEPT) == 2 and noted(border, first) is None
    stored = page.evaluate("Object.entries(localStorage).flat().join(' ')")
    assert first.booking in stored and first.name not in stored
    time.sleep(MARGIN.total_seconds() + 1)
    page.context.set_offline(False)
    for who in (first, second):
        expect(row(page, who)).to_contain_text("là depuis")
    expect(page.locator("#hors-ligne")).not_to_be_visible()
    keep(page, "sent")
    assert page.evaluate(KEPT) == 0
    [(kind, at)] = arrivals(border, first)
    assert kind == "bookings.CheckedIn"
    assert abs(datetime.fromisoformat(at) - pressed) < MARGIN
    assert noted(border, first) == datetime.fromisoformat(at)


def test_an_answer_that_is_lost_does_nothing_twice(border, coming, counter):
    who, page = coming(), counter()
    lost = []

    def lose(route):
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    page.route("**/arrivee", lose)
    press(page, who)
    expect(page.locator("#hors-ligne")).to_be_visible()
    assert len(lost) == 1 and page.evaluate(KEPT) == 1
    page.unroute("**/arrivee")
    with page.expect_request("**/arrivee") as again:
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#hors-ligne")).not_to_be_visible()
    same = {each for each in lost[0].split("&") if not each.startswith("csrf")}
    assert same <= set(again.value.post_data.split("&")), "the same words, with the same key"
    expect(page.locator("#dit .said")).to_be_visible()
    assert len(arrivals(border, who)) == 1 and page.evaluate(KEPT) == 0


@pytest.mark.parametrize("status", [200, 403, 503])
def test_an_answer_of_somebody_else_is_none(border, coming, counter, status):
    """Of the owner of a network, who wants to be agreed with first, or of a proxy."""
    who, page = coming(), counter()
    strange = {"status": status, "content_type": "text/html", "body": "<h1>Free wifi!</h1>"}
    page.route("**/arrivee", lambda route: route.fulfill(**strange))
    press(page, who)
    expect(page.locator("#hors-ligne")).to_be_visible()
    expect(row(page, who)).to_contain_text("gardée, sera envoyée")
    page.unroute("**/arrivee")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(row(page, who)).to_contain_text("là depuis")
    assert len(arrivals(border, who)) == 1


def test_who_is_here_already_is_said_to_be_and_the_earlier_moment_stays(border, coming, counter):
    before, after = coming(), coming()
    page = counter()
    page.context.set_offline(True)
    border.operator.done(f"/v1/bookings/{before.booking}/check-in")
    time.sleep(MARGIN.total_seconds())
    for who in (before, after):
        press(page, who)
    time.sleep(MARGIN.total_seconds())
    border.operator.done(f"/v1/bookings/{after.booking}/check-in")
    page.context.set_offline(False)
    expect(page.locator("#dit")).to_contain_text(f"{before.name} est déjà là depuis")
    expect(page.locator(".trouble")).to_have_count(0)
    assert [kind for kind, _ in arrivals(border, before)] == ["bookings.CheckedIn"]
    (_, told), (kind, pressed) = arrivals(border, after)
    assert kind == "bookings.ArrivedEarlier" and pressed < told
    eventually(lambda: noted(border, after) == datetime.fromisoformat(pressed))


def test_what_is_refused_is_said_beside_the_person(border, coming, counter, keep):
    who, page = coming(), counter()
    page.context.set_offline(True)
    border.operator.done(f"/v1/bookings/{who.booking}/no-show", {"day": TODAY})
    time.sleep(MARGIN.total_seconds())
    press(page, who)
    page.context.set_offline(False)
    expect(row(page, who).get_by_role("alert")).to_contain_text("est déjà notée")
    keep(page, "refused")
    assert page.evaluate(KEPT) == 0 and arrivals(border, who) == []


def test_whoever_signs_out_leaves_nothing_behind(coming, counter):
    who, page = coming(), counter()
    page.route("**/arrivee", lambda route: route.abort())
    press(page, who)
    expect(page.locator("#hors-ligne")).to_be_visible()
    assert page.evaluate(KEPT) == 1
    page.locator(".top button").click()
    page.wait_for_url("**/")
    assert page.evaluate(KEPT) == 0


def test_what_somebody_else_pressed_is_not_sent_in_ones_own_name(border, coming, counter):
    who, page = coming(), counter()
    address = f"/espaces/{border.home.code}/jour/{TODAY}/arrivee"
    press_of = {"to": address, "booking": who.booking, "key": str(uuid4()), "pressed": 0}
    name = f"arrivee {uuid4()} {address} {who.booking}"
    set_ = "([name, press]) => localStorage.setItem(name, JSON.stringify(press))"
    page.evaluate(set_, [name, press_of])
    other = coming()
    page.reload()
    press(page, other)
    expect(row(page, other)).to_contain_text("là depuis")
    assert page.evaluate(KEPT) == 1 and arrivals(border, who) == []
