"""Wall clocks, on the days they change as well."""

from datetime import UTC, date, datetime

import pytest

from vocabulary.calendar import NoSuchTime, elapsed, holiday, moment, today

SPRING, AUTUMN, ANY = date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 1)
PARIS, BRUSSELS = "Europe/Paris", "Europe/Brussels"


@pytest.mark.parametrize(("day", "minutes"), [(SPRING, 60), (AUTUMN, 180), (ANY, 120)])
def test_from_half_past_one_to_half_past_three(day, minutes):
    assert elapsed(PARIS, day, 90, 210) == minutes


@pytest.mark.parametrize("day", [SPRING, AUTUMN, ANY])
def test_a_morning_has_three_hours_on_any_day(day):
    assert elapsed(BRUSSELS, day, 540, 720) == 180


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (ANY, 24)])
def test_a_day_from_midnight_to_midnight(day, hours):
    assert elapsed(PARIS, day, 0, 1440) == hours * 60


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_half_past_two_does_not_happen_or_happens_twice(day):
    with pytest.raises(NoSuchTime):
        moment(PARIS, day, 150)


def test_today_is_today_there():
    assert today(PARIS, datetime(2027, 6, 1, 22, 30, tzinfo=UTC)) == date(2027, 6, 2)


def test_each_country_has_its_own_holidays():
    national = date(2027, 7, 21)
    assert holiday("BE", national) == "Fête nationale"
    assert holiday("FR", national) is None
    assert holiday("FR", date(2027, 7, 14)) == "Fête nationale"
    assert holiday("XX", national) is None
