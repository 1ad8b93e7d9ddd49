"""From the first page to a desk booked and given back, with Tab, Enter, Space and arrows only."""

import re

import pytest
from playwright.sync_api import expect

from tests.place import in_days

pytestmark = pytest.mark.long

MOST = 120
"""So often somebody presses Tab before giving up."""


class Hands:
    """What they do, with an eye on what has the focus."""

    def __init__(self, page):
        self.page = page

    @property
    def focused(self):
        return self.page.locator(":focus")

    def find(self, name):
        """Tab on to what has this name, and see that everything on the way can be seen."""
        wanted = re.compile(name)
        for _ in range(MOST):
            self.page.keyboard.press("Tab")
            if self.focused.count() and self._is(wanted):
                return self._can_be_seen()
        raise AssertionError(f"no way to {name} with the keyboard")

    def _is(self, wanted):
        return bool(wanted.search(self.focused.evaluate(NAME)))

    def _can_be_seen(self):
        outline, inside = self.focused.evaluate(OUTLINE)
        assert outline, f"nobody sees that {self.focused.evaluate(NAME)} has the focus"
        assert inside, f"{self.focused.evaluate(NAME)} has the focus out of sight"

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, name):
        """Follow a link or press a button."""
        self.find(name)
        with self.page.expect_navigation():
            self.press("Enter")


NAME = """element => [element.getAttribute("aria-label"), element.labels?.[0]?.textContent,
    element.textContent, element.value].filter(Boolean).join(" ").replace(/\\s+/g, " ").trim()"""
OUTLINE = """element => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return [drawn, at === null || element.contains(at) || at.contains(element)];
}"""


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
def test_a_desk_is_booked_and_given_back_without_a_mouse(border, window, keep, javascript):
    page = window(who="coordinator", javascript=javascript)
    hands = Hands(page)
    page.goto(f"/espaces/{border.home.code}")
    hands.find("Aller au contenu")
    hands.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()
    hands.go("^Réserver$")
    hands.go("desks")
    day = in_days(20 if javascript else 21)
    hands.find("^Jour")
    hands.press(*typed(page, day))
    hands.find("Journée|Matin|midi")
    hands.press("ArrowDown")
    keep(page, "part")
    hands.go("^Voir le prix")
    expect(page.get_by_label("Jour", exact=True)).to_have_value(day)
    hands.go("^Réserver$")
    expect(page.get_by_role("status")).to_contain_text("réservé")
    hands.find("^Annuler…")
    hands.press("Space")
    hands.go("^Oui, annuler")
    expect(page.get_by_role("status")).to_contain_text("annulée")


def typed(page, day):
    """The digits of a day, in the order in which a browser that speaks English asks for them."""
    year, month, date = day.split("-")
    return [*month, *date, *year]
