"""What the sheets promise to people's eyes: enough contrast by day and by night (WCAG 2.2 AA), and
names instead of colours."""

import re

import pytest

from gateway.assets import OURS, SHEETS
from gateway.pages import design

TEXTS = {name: (OURS / "sheets" / f"{name}.css").read_text() for name in SHEETS}
MACROS = (OURS.parent / "templates" / "macros.html").read_text()


@pytest.mark.parametrize("pair", design.contrasts(), ids=lambda pair: f"{pair[0]}-on-{pair[1]}")
def test_one_colour_stands_out_from_the_other(pair):
    assert min(pair.day, pair.night) >= pair.least


def test_contrast_is_measured_as_the_standard_says():
    assert design.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert design.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", [name for name in SHEETS if name not in ("tokens", "print")])
def test_a_sheet_has_no_colour_of_its_own(name):
    assert not re.findall(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\(", TEXTS[name])


def test_every_name_that_is_used_is_given_and_the_other_way_round():
    used = set(re.findall(r"var\(--([\w-]+)\)", "".join(TEXTS.values())))
    assert used == set(re.findall(r"--([\w-]+):", TEXTS["tokens"]))


def test_a_colour_that_is_text_somewhere_is_measured():
    """`color: var(--x)` in any sheet: then x is measured on something."""
    written = set(re.findall(r"[ {;](?:color|fill): var\(--([\w-]+)\)", "".join(TEXTS.values())))
    measured = {name for front, behind, _ in design.PAIRS for name in (front, behind)}
    assert written - measured <= {"line"}


def test_the_sheets_ask_nobody_else():
    everything = "".join(TEXTS.values())
    assert "http" not in everything and "@import" not in everything
    assert re.findall(r"url\((.*?)\)", everything) == ["figtree.woff2"]


def test_the_page_shows_what_pages_are_made_of(browser, page):
    """Every macro that has a look of its own."""
    seen = page(browser().get("/design"))
    source = (OURS.parent / "templates" / "design.html").read_text()
    without_look = {"mark", "link", "ours", "once", "named", "marked", "faulty", "after"}
    of_things = {"prices", "beyond", "size", "about", "cancellation", "no_passkey", "party"}
    of_things |= {"with_extras", "reductions"}
    macros = set(re.findall(r"{% macro (\w+)\(", MACROS))
    assert {name for name in macros if f"ui.{name}(" in source} == macros - without_look - of_things
    assert len(seen.all("h1")) == 2 and seen.all("div", lang="en")
    assert "4.5" in seen.text and seen.all("input", id="failing")[0]["aria-invalid"] == "true"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_whoever_chooses_an_appearance_keeps_it(browser, page, name):
    mine = browser()
    told = mine.post("/apparence", data={"appearance": name, "suite": "/connexion"})
    assert (told.status_code, told.headers["Location"]) == (303, "/connexion")
    mine.cookies |= dict(told.cookies)
    seen = page(mine.get("/connexion"))
    assert seen.all("html")[0]["data-theme"] == name
    again = mine.post("/apparence", data={"appearance": ""})
    assert "Max-Age=0" in again.headers["Set-Cookie"]


def test_an_appearance_that_does_not_exist_is_refused_and_never_shown(browser, page):
    mine = browser()
    assert mine.post("/apparence", data={"appearance": "pink"}).status_code == 422
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    told = mine.post("/apparence", data={"appearance": "dark"}, headers=elsewhere)
    assert told.status_code == 403
    mine.cookies["essaim_appearance"] = '"><script>'
    assert "data-theme" not in page(mine.get("/")).all("html")[0]
