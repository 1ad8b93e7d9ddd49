"""Figures of a space, and the drawing made of them."""

import csv
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise

import pytest

from gateway.pages.host import occupancy
from gateway.pages.host.plot import HEIGHT, bars, round_up
from tests.pages.samples import FERME, TODAY, plain

PAGE = "/espaces/la-ferme/frequentation"


def test_the_figures_are_drawn_and_written_down(browser, page):
    seen = page(browser("hugo").get(PAGE))
    assert len(seen.all("svg", role="img")) == 2
    # 12 desks, ten hours each day of this week so far; 60 hours booked
    offered = 12 * 10 * (TODAY.weekday() + 1)
    assert f"{round(100 * 60 / offered)} % 60 / {offered}" in plain(seen.text)
    assert len(seen.all("th", scope="row")) == occupancy.WEEKS
    assert "Heures proposées" in seen.text and "Visites" in seen.text
    assert len(page(browser("hugo").get(f"{PAGE}?par=mois")).all("th", scope="row")) == 12
    assert browser("hugo").get(f"{PAGE}?par=siecle").status_code == 404


def test_the_same_figures_come_as_csv(browser):
    told = browser("hugo").get(f"{PAGE}.csv?par=semaine")
    assert told.headers["Content-Type"].startswith("text/csv")
    *_, last = csv.DictReader(StringIO(told.text), delimiter=";")
    assert last["first"] == str(TODAY - timedelta(days=TODAY.weekday()))
    assert (last["desks_booked_minutes"], last["visits"]) == ("3600", "6")
    assert (last["checked_in"], last["no_shows"]) == ("3", "1")


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}.csv"])
def test_figures_are_for_whoever_runs_the_space(browser, address):
    assert browser("lise").get(address).status_code == 403
    assert browser("carla").get(address).status_code == 200


def test_figures_name_nobody(browser):
    told = browser("hugo").get(
        f"/v1/spaces/{FERME}/occupancy?first={TODAY - timedelta(days=3)}&last={TODAY}"
    )
    assert len(told.json()["days"]) == 4 and "Lambert" not in told.text
    for first in (TODAY - timedelta(days=400), TODAY + timedelta(days=1)):
        address = f"/v1/spaces/{FERME}/occupancy?first={first}&last={TODAY}"
        assert browser("hugo").get(address).status_code == 422


def test_weeks_and_months_follow_each_other_without_a_gap():
    now = date(2027, 1, 13)
    for periods in (list(occupancy.weeks(now)), list(occupancy.months(now))):
        assert periods[-1].last == now
        for one, next_ in pairwise(periods):
            assert next_.first == one.last + timedelta(days=1)
    assert next(occupancy.months(now)).first == date(2026, 2, 1)


def test_what_offered_nothing_has_no_share():
    assert occupancy.share({"desks_offered": 0, "desks_booked": 0}, "desks") is None
    assert occupancy.share({"desks_offered": 600, "desks_booked": 200}, "desks") == 33


def test_bars_stand_side_by_side_or_on_top_of_each_other():
    beside = bars([[50, 100], [0, 25]], most=100)
    assert [bar.height for bar in beside.bars] == [HEIGHT / 2, HEIGHT, HEIGHT / 4]
    assert all(bar.y + bar.height == HEIGHT for bar in beside.bars)
    one, two = bars([[1, 3]], stacked=True).bars
    assert one.y + one.height == HEIGHT and two.y + two.height == one.y
    assert bars([]).bars == [] and bars([[0]]).bars == []


def test_no_bar_leaves_the_drawing():
    for values in ([[137, 0]], [[3, 4, 90]], [[1]]):
        plot = bars(values, stacked=True)
        assert all(bar.y >= 0 for bar in plot.bars)
    assert [round_up(n) for n in (1, 2, 3, 7, 100, 101)] == [2, 2, 4, 10, 100, 200]
