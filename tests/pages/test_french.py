"""Figures, days and times as they are written in French."""

from datetime import date

import pytest

from gateway.pages import french


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2060", "")


@pytest.mark.parametrize(
    "cents, said",
    [(0, "gratuit"), (700, "7 €"), (6250, "62,50 €"), (1234550, "12 345,50 €"), (-105, "-1,05 €")],
)
def test_euros(cents, said):
    assert plain(french.euros(cents)) == said


@pytest.mark.parametrize(
    "half_days, said", [(0, "0 jour"), (1, "0,5 jour"), (3, "1,5 jour"), (4, "2 jours")]
)
def test_days(half_days, said):
    assert plain(french.days(half_days)) == said


def test_days_of_the_calendar():
    assert plain(french.long_day(date(2027, 3, 1))) == "lundi 1er mars 2027"
    assert plain(french.long_day("2027-08-15")) == "dimanche 15 août 2027"
    assert plain(french.period(date(2027, 3, 8), date(2027, 3, 14))) == "du 8 au 14 mars 2027"
    assert plain(french.period(date(2027, 3, 29), date(2027, 4, 4))) == "du 29 mars au 4 avril 2027"
    assert plain(french.period(date(2026, 12, 28), date(2027, 1, 3))) == (
        "du 28 décembre 2026 au 3 janvier 2027"
    )


def test_times_of_day():
    assert plain(french.clock("09:30")) == "9 h 30"
    assert plain(french.span(["08:00", "24:00"])) == "8 h \u2013 minuit"


def test_opening_hours_are_told_once_for_days_that_are_alike():
    hours = [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in (1, 2, 3, 4, 6)]
    said = [(days, plain(times)) for days, times in french.opening_hours(hours)]
    open_ = "8 h \u2013 18 h"
    assert said == [
        ("du lundi au jeudi", open_),
        ("vendredi", "fermé"),
        ("samedi", open_),
        ("dimanche", "fermé"),
    ]
