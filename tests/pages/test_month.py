"""My bookings as a calendar: each on its day, with its time and state, month by month."""

import re
from datetime import date
from uuid import UUID

import pytest

from gateway.pages.month import by_day
from gateway.views.agenda import ListBookings
from gateway.views.people import SeePerson
from tests.pages import samples
from tests.pages.samples import BOOKED, plain

HERE = "/mes-reservations/calendrier"


def on(day, start=540, end=600, n=1, slot="booked", **more):
    times = {"day": day, "start": start, "end": end, "half_days": 1, "state": slot, "noted": None}
    first = date.fromisoformat(day)
    about = {"booking": UUID(int=100 + n), "first": first, "last": first, "slots": [times]}
    return BOOKED | about | more


@pytest.fixture
def seen(world, browser, page):
    """Lise's March 2027, or another month, when she has booked this."""

    def look(*bookings, month="2027-03"):
        world.views.found[ListBookings.select] = lambda _: list(bookings)
        told = browser("lise").get(f"{HERE}?mois={month}")
        assert told.status_code == 200
        found = page(told)
        found.cells = [
            plain(" ".join(re.sub("<[^>]+>", " ", cell).split()))
            for cell in re.findall("<td.*?</td>", told.text, re.S)
        ]
        return found

    return look


def cell(seen, number):
    """What stands in the cell of a day of March 2027, which begins on a Monday."""
    return seen.cells[number - 1]


def test_a_month_is_whole_weeks_with_a_cell_for_each_day(seen):
    assert len(seen().cells) == 35 and "1er mars" in cell(seen(), 1)
    assert len(seen(month="2027-02").cells) == 28, "from a Monday to a Sunday"
    assert len(seen().all("th", scope="col")) == 7


def test_a_booking_stands_on_its_day_and_leads_to_the_list(seen):
    found = seen(on("2027-03-09"))
    assert "9 h - 10 h" in cell(found, 9) and "Open space" in cell(found, 9)
    assert [n for n, each in enumerate(found.cells, 1) if "Open space" in each] == [9]
    assert found.all("a", href=f"/mes-reservations#{UUID(int=101)}")


def test_what_is_older_than_the_list_leads_to_the_whole_list(seen):
    found = seen(on("2020-03-09"), month="2020-03")
    assert found.all("a", href=f"/mes-reservations?depuis=toujours#{UUID(int=101)}")


def test_of_a_day_the_earliest_comes_first(seen):
    found = seen(on("2027-03-09", 840, 900, 1), on("2027-03-09", 480, 540, 2))
    assert cell(found, 9).index("8 h - 9 h") < cell(found, 9).index("14 h - 15 h")


def test_a_booking_of_several_days_is_on_each_of_them():
    slots = [on(day)["slots"][0] for day in ("2027-03-09", "2027-03-11")]
    found = by_day([on("2027-03-09") | {"slots": slots}])
    assert sorted(found) == [date(2027, 3, 9), date(2027, 3, 11)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "cancelled"}, "annulée"),
        ({"state": "declined"}, "refusée"),
        ({"state": "requested"}, "en attente de"),
        ({"slot": "checked-in"}, "arrivée notée"),
        ({"slot": "no-show"}, "absence"),
    ],
)
def test_its_state_is_a_word_and_not_a_colour_only(seen, change, said):
    assert said in cell(seen(on("2027-03-09", **change)), 9)


def test_an_office_is_said_once_for_its_months(seen):
    let = {"kind": "office", "first": date(2027, 2, 1), "last": date(2027, 4, 30), "slots": []}
    found = seen(on("2027-03-09", resource_name="Bureau", **let))
    assert found.text.count("Bureau") == 1 and not any("Bureau" in each for each in found.cells)


def test_what_is_of_another_month_is_not_here(seen):
    assert "Open space" not in seen(on("2027-04-01")).text


@pytest.mark.parametrize(
    ("country", "called"),
    [("BE", "carnaval"), ("FR", "hiver"), ("LU", None)],
)
def test_days_without_school_are_those_of_where_the_member_lives(seen, world, country, called):
    lives = samples.KNOWN | {"residence": country}
    world.views.found[SeePerson.select] = lambda _: [lives]
    found = seen()
    named = [n for n, each in enumerate(found.cells, 1) if "Vacances" in each]
    assert named == ([1, 2, 3, 4, 5, 6, 7] if called else [])
    assert not called or called in cell(found, 7)
    assert ("Lundi de Pâques" in cell(found, 29)) == (country == "BE")


def test_whoever_has_just_joined_sees_a_month_all_the_same(seen, world):
    world.views.found[SeePerson.select] = lambda _: []
    assert "Vacances" not in seen().text


def test_months_lead_on_and_end_with_the_century(seen):
    found = seen()
    for month in ("2027-02", "2027-04"):
        assert found.all("a", href=f"?mois={month}")
    assert found.all("a", href=HERE)
    assert not seen(month="2000-01").all("a", href="?mois=1999-12")
    assert not seen(month="2099-12").all("a", href="?mois=2100-01")


@pytest.mark.parametrize("month", ["2027-13", "x", "1999-12", "2027-3", "2027-03-01"])
def test_what_is_no_month_is_nowhere(browser, month):
    assert browser("lise").get(f"{HERE}?mois={month}").status_code == 404


def test_list_and_calendar_lead_to_each_other_and_to_ones_own_calendar(browser, page):
    for here in ("/mes-reservations", HERE):
        seen = page(browser("lise").get(here))
        tabs = [a for a in seen.all("a") if a["href"] in ("/mes-reservations", HERE)]
        assert {a["href"] for a in tabs if a.get("aria-current") == "page"} == {here}
    assert seen.all("a", href="/mes-reservations#agenda")
