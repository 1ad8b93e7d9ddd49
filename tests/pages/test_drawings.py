"""The map is to scale; the bar of a day and the comb of a pass show what they say."""

from itertools import combinations
from math import hypot

import pytest
import yaml

from gateway.pages import map as drawing
from gateway.pages.my_pass import comb
from gateway.pages.space import bar


@pytest.fixture(scope="module")
def network(pytestconfig):
    places = yaml.safe_load((pytestconfig.rootpath / "deploy" / "network.yaml").read_text())
    return [space | {"code": space["id"]} for space in places["spaces"]]


def test_distances_on_the_map_are_those_on_the_ground(network):
    at = {marker.space["code"]: marker for marker in drawing.draw(network).markers}
    namur, arlon = at["namur"], at["arlon"]
    drawn = hypot(namur.x - arlon.x, namur.y - arlon.y) / drawing.SCALE
    assert drawn == pytest.approx(110, rel=0.03)  # kilometres from Namur to Arlon
    assert namur.y < arlon.y and namur.x < arlon.x


def test_every_space_is_on_the_map_and_none_covers_another(network):
    map_ = drawing.draw(network)
    assert sorted(m.space["code"] for m in map_.markers) == sorted(s["code"] for s in network)
    for one, other in combinations(map_.markers, 2):
        assert hypot(one.x - other.x, one.y - other.y) > 1.5 * drawing.CELL
    for marker in map_.markers:
        assert 0 < marker.x < map_.width and 0 < marker.y < map_.height


def test_each_town_is_named_once(network):
    labels = [label.text for label in drawing.draw(network).labels]
    assert sorted(labels) == sorted({space["town"] for space in network})


def test_one_space_is_a_map_too(network):
    assert len(drawing.draw(network[:1]).markers) == 1


def test_a_bar_lies_between_opening_and_closing():
    open_ = [["08:00", "12:00"], ["13:00", "18:00"]]
    assert bar(open_, [["07:00", "09:00"], ["17:00", "18:00"]]) == ("M0 0h10v8h-10zM90 0h10v8h-10z")
    assert bar(open_, [["19:00", "20:00"]]) == ""


def test_a_comb_has_a_cell_for_each_day():
    cells = comb({"days": 30, "half_days_used": 5}).cells
    assert [cell.used for cell in cells] == [2, 2, 1] + [0] * 27
    assert comb({"days": 366, "half_days_used": 0}) is None
