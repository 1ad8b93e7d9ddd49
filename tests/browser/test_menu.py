"""The menu, where there is little room for it."""

import pytest

from gateway.language import LANGUAGES

pytestmark = pytest.mark.long

ROWS = "[...document.querySelectorAll('.top li')].map(each => each.getBoundingClientRect().top)"
SPILLS = "document.documentElement.scrollWidth > window.innerWidth"
ENDS = """
[...document.querySelectorAll('.top li')].map(each => each.getBoundingClientRect().right)
    .every(right => right <= window.innerWidth)
"""


@pytest.mark.parametrize("who", ["member", "host", "coordinator", "operator"])
def test_on_a_phone_the_menu_of_whoever_is_signed_in_is_one_line(window, who):
    page = window("phone", who, javascript=False)
    page.goto("/accueil")
    page.emulate_media(reduced_motion="reduce")
    assert len({round(top) for top in page.evaluate(ROWS)}) == 1
    assert not page.evaluate(SPILLS), "the page itself stays where it is"
    last = page.locator(".top button")
    last.focus()
    box = last.bounding_box()
    assert box["x"] + box["width"] <= page.viewport_size["width"], (
        "the keyboard brings it into view"
    )


@pytest.mark.parametrize("width", [320, 375])
@pytest.mark.parametrize("code", LANGUAGES)
def test_on_a_phone_a_visitor_sees_all_of_it_on_one_line_below_the_name(window, keep, code, width):
    page = window("phone", language=code)
    page.set_viewport_size({"width": width, "height": 667})
    page.goto("/")
    keep(page, "menu")
    assert page.evaluate(ENDS) and not page.evaluate(SPILLS)
    first, second, third, enter, join = page.evaluate(ROWS)
    assert first == second == third > enter == join
    brand = page.locator(".brand").bounding_box()
    assert brand["x"] + brand["width"] < page.locator(".enter").bounding_box()["x"]
    assert brand["y"] == pytest.approx(enter, abs=10), "to enter is beside the name"
