"""The choice of a language, and its longest words on the smallest screen."""

import pytest

from gateway.language import LANGUAGES
from tests.conftest import long_but

NARROWEST = {"width": 320, "height": 640}
"""What WCAG 2.2 asks for (1.4.10): as if 1280 pixels were seen four times as large."""


def language(page):
    return page.locator("html").get_attribute("lang")


@pytest.mark.parametrize("javascript", long_but([True, False], False))
def test_a_language_is_chosen_and_stays(window, border, javascript):
    page, week = window(javascript=javascript, language="de-BE"), "?semaine=2027-W10"
    page.goto(f"/espaces/{border.abroad.code}{week}")
    assert language(page) == "de"  # as the browser asks
    page.get_by_role("button", name="Nederlands").click()
    assert language(page) == "nl" and page.url.endswith(f"{border.abroad.code}{week}")
    page.goto("/connexion")
    assert language(page) == "nl"


@pytest.mark.long
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_page_is_wider_than_a_phone(window, pages, code):
    wide, opened = [], {}
    for who, address in pages:
        page = opened.get(who) or window("phone", who, language=code)
        opened[who] = page
        page.set_viewport_size(NARROWEST)
        page.goto(address)
        assert language(page) == code or address == "/docs"
        width = page.evaluate("Math.max(innerWidth, document.documentElement.scrollWidth)")
        if width > NARROWEST["width"]:
            wide.append((address, width))
    assert wide == []
