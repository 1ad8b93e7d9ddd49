"""School holidays, as both ministries have published them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabulary.school import KNOWN, Break, breaks, known_until, school_holiday

# enseignement.be/calendrier-scolaire, through the sources that the package names
BELGIUM = """
2026-09-27 2026-09-27 Fête de la Communauté française
2026-10-19 2026-11-01 Vacances d'automne
2026-11-02 2026-11-02 Fête des morts
2026-11-11 2026-11-11 Jour de l'Armistice
2026-12-21 2027-01-03 Vacances d'hiver
2027-02-09 2027-02-09 Mardi gras
2027-02-22 2027-03-07 Vacances de carnaval
2027-03-29 2027-03-29 Lundi de Pâques
2027-04-26 2027-05-09 Vacances de printemps
2027-05-17 2027-05-17 Lundi de Pentecôte
2027-07-03 2027-08-29 Vacances d'été
2027-09-27 2027-09-27 Fête de la Communauté française
2027-10-25 2027-11-07 Vacances d'automne
2027-11-11 2027-11-11 Jour de l'Armistice
2027-12-27 2028-01-09 Vacances d'hiver
2028-02-28 2028-03-12 Vacances de carnaval
2028-04-17 2028-04-17 Lundi de Pâques
2028-05-01 2028-05-14 Vacances de printemps
2028-05-25 2028-05-25 Ascension
2028-06-05 2028-06-05 Lundi de Pentecôte
2028-07-08 2028-08-27 Vacances d'été
"""
# Zone B in the arrêtés of 22 October 2025 and 21 July 2026, through the sources that it names
FRANCE = """
2026-10-17 2026-11-01 Vacances de la Toussaint
2026-12-19 2027-01-03 Vacances de Noël
2027-02-20 2027-03-07 Vacances d'hiver
2027-04-17 2027-05-02 Vacances de printemps
2027-05-06 2027-05-09 Pont de l'Ascension
2027-07-03 2027-09-01 Vacances d'été
2027-10-23 2027-11-07 Vacances de la Toussaint
2027-12-18 2028-01-02 Vacances de Noël
2028-02-05 2028-02-20 Vacances d'hiver
2028-04-08 2028-04-23 Vacances de printemps
2028-05-25 2028-05-28 Pont de l'Ascension
"""
CENTURY = st.dates(date(2020, 1, 1), date(2035, 12, 31))
COUNTRIES = st.sampled_from(["BE", "FR"])


def published(text):
    lines = (line.split(maxsplit=2) for line in text.strip().splitlines())
    return [Break(date.fromisoformat(a), date.fromisoformat(b), name) for a, b, name in lines]


@pytest.mark.parametrize(("country", "text"), [("BE", BELGIUM), ("FR", FRANCE)])
def test_they_are_those_that_were_published(country, text):
    assert breaks(country, *KNOWN[country]) == published(text)


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("BE", date(2027, 2, 24), "Vacances de carnaval"),
        ("FR", date(2027, 2, 24), "Vacances d'hiver"),
        ("BE", date(2027, 4, 20), None),
        ("FR", date(2027, 4, 20), "Vacances de printemps"),
        ("BE", date(2027, 5, 6), "Vacances de printemps"),
        ("LU", date(2027, 5, 6), None),
    ],
)
def test_each_country_has_its_own(country, day, name):
    assert school_holiday(country, day) == name


@given(COUNTRIES, CENTURY)
def test_nothing_is_told_of_years_that_nobody_has_published(country, day):
    first, last = KNOWN[country]
    if not first <= day <= last:
        assert school_holiday(country, day) is None
    assert known_until(country) == last and known_until("LU") is None


@given(COUNTRIES, CENTURY, st.integers(0, 400))
def test_the_holidays_are_their_days(country, first, days):
    last = first + timedelta(days)
    found = breaks(country, first, last)
    inside = {
        day: each.name
        for each in found
        for day in (each.first + timedelta(n) for n in range((each.last - each.first).days + 1))
        if first <= day <= last
    }
    every = (first + timedelta(n) for n in range(days + 1))
    assert inside == {d: name for d in every if (name := school_holiday(country, d))}
    assert found == sorted(found)
