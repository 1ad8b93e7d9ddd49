"""Figures, days and times as they are written in each language."""

from datetime import date

import pytest

from gateway.language import LANGUAGES, capital
from gateway.pages.sign_up import residences
from tests.pages.samples import plain
from vocabulary import calendar

MARCH = (date(2027, 3, 8), date(2027, 3, 14))
OVER_EASTER = (date(2027, 3, 29), date(2027, 4, 4))
NEW_YEAR = (date(2026, 12, 28), date(2027, 1, 3))
AFTERNOON = "2027-03-08T13:05:00+00:00"

SAID = {
    "fr": [
        ("euros", 0, "gratuit"),
        ("euros", 700, "7 €"),
        ("euros", 6250, "62,50 €"),
        ("euros", 1234550, "12 345,50 €"),
        ("euros", -105, "-1,05 €"),
        ("number", 1234.5, "1 234,5"),
        ("days", 0, "0 jour"),
        ("days", 1, "0,5 jour"),
        ("days", 3, "1,5 jour"),
        ("days", 4, "2 jours"),
        ("long_day", date(2027, 3, 1), "lundi 1er mars 2027"),
        ("long_day", "2027-08-15", "dimanche 15 août 2027"),
        ("short_day", "2027-03-08", "8 mars"),
        ("short_day", "2027-03-01", "1er mars"),
        ("short_day", "2027-03-11", "11 mars"),
        ("weekday", "2027-03-08", "lundi"),
        ("month", "2027-03-08", "mars 2027"),
        ("period", MARCH, "du 8 au 14 mars 2027"),
        ("period", OVER_EASTER, "du 29 mars au 4 avril 2027"),
        ("period", NEW_YEAR, "du 28 décembre 2026 au 3 janvier 2027"),
        ("moment", AFTERNOON, "14 h 05 le 8 mars"),
        ("clock", "09:30", "9 h 30"),
        ("span", ["08:00", "24:00"], "8 h - minuit"),
        ("country", "CZ", "Tchéquie"),
        ("language", "nl", "néerlandais"),
    ],
    "nl": [
        ("euros", 0, "gratis"),
        ("euros", 700, "€ 7"),
        ("euros", 6250, "€ 62,50"),
        ("euros", 1234550, "€ 12.345,50"),
        ("euros", -105, "€ -1,05"),
        ("number", 1234.5, "1.234,5"),
        ("days", 0, "0 dagen"),
        ("days", 1, "0,5 dagen"),
        ("days", 2, "1 dag"),
        ("days", 3, "1,5 dagen"),
        ("long_day", "2027-03-01", "maandag 1 maart 2027"),
        ("short_day", "2027-03-08", "8 maart"),
        ("weekday", "2027-03-08", "maandag"),
        ("month", "2027-03-08", "maart 2027"),
        ("period", MARCH, "van 8 tot en met 14 maart 2027"),
        ("period", OVER_EASTER, "van 29 maart tot en met 4 april 2027"),
        ("period", NEW_YEAR, "van 28 december 2026 tot en met 3 januari 2027"),
        ("moment", AFTERNOON, "14:05 op 8 maart"),
        ("clock", "09:30", "09:30"),
        ("span", ["08:00", "24:00"], "08:00 - middernacht"),
        ("country", "CZ", "Tsjechië"),
        ("language", "fr", "Frans"),
    ],
    "de": [
        ("euros", 0, "kostenlos"),
        ("euros", 700, "7 €"),
        ("euros", 6250, "62,50 €"),
        ("euros", 1234550, "12.345,50 €"),
        ("euros", -105, "-1,05 €"),
        ("number", 1234.5, "1.234,5"),
        ("days", 1, "0,5 Tage"),
        ("days", 2, "1 Tag"),
        ("days", 57, "28,5 Tage"),
        ("long_day", "2027-03-01", "Montag, 1. März 2027"),
        ("short_day", "2027-03-08", "8. März"),
        ("weekday", "2027-03-08", "Montag"),
        ("month", "2027-03-08", "März 2027"),
        ("period", MARCH, "vom 8. bis 14. März 2027"),
        ("period", OVER_EASTER, "vom 29. März bis 4. April 2027"),
        ("period", NEW_YEAR, "vom 28. Dezember 2026 bis 3. Januar 2027"),
        ("moment", AFTERNOON, "14:05 Uhr am 8. März"),
        ("clock", "09:30", "09:30"),
        ("span", ["08:00", "24:00"], "08:00 - Mitternacht"),
        ("country", "CZ", "Tschechien"),
        ("language", "fr", "Französisch"),
    ],
    "en": [
        ("euros", 0, "free of charge"),
        ("euros", 700, "€7"),
        ("euros", 6250, "€62.50"),
        ("euros", 1234550, "€12,345.50"),
        ("euros", -105, "-€1.05"),
        ("number", 1234.5, "1,234.5"),
        ("days", 1, "0.5 days"),
        ("days", 2, "1 day"),
        ("days", 3, "1.5 days"),
        ("long_day", "2027-03-01", "Monday, 1 March 2027"),
        ("short_day", "2027-03-08", "8 March"),
        ("weekday", "2027-03-08", "Monday"),
        ("month", "2027-03-08", "March 2027"),
        ("period", MARCH, "from 8 to 14 March 2027"),
        ("period", OVER_EASTER, "from 29 March to 4 April 2027"),
        ("period", NEW_YEAR, "from 28 December 2026 to 3 January 2027"),
        ("moment", AFTERNOON, "14:05 on 8 March"),
        ("clock", "09:30", "09:30"),
        ("span", ["08:00", "24:00"], "08:00 - midnight"),
        ("country", "CZ", "Czechia"),
        ("language", "fr", "French"),
    ],
}


@pytest.mark.parametrize(
    "code, what, value, said",
    [(code, *line) for code, lines in SAID.items() for line in lines],
)
def test_how_it_is_written(code, what, value, said):
    values = value if what == "period" else (value,)
    assert plain(getattr(LANGUAGES[code], what)(*values)) == said


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_line_ends_inside_a_figure_a_day_or_a_time(code):
    language = LANGUAGES[code]
    for text in (
        language.euros(1234550),
        language.days(57),
        language.short_day("2027-03-01"),
        language.span(["09:30", "18:00"]),
    ):
        assert " " not in text


WEEK = {
    "fr": ["du lundi au mercredi", "jeudi et vendredi", "samedi", "dimanche", "fermé"],
    "nl": [
        "maandag tot en met woensdag",
        "donderdag en vrijdag",
        "zaterdag",
        "zondag",
        "gesloten",
    ],
    "de": ["Montag bis Mittwoch", "Donnerstag und Freitag", "Samstag", "Sonntag", "geschlossen"],
    "en": ["Monday to Wednesday", "Thursday and Friday", "Saturday", "Sunday", "closed"],
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_opening_hours_are_told_once_for_days_that_are_alike(code):
    week = {1: "18:00", 2: "18:00", 3: "18:00", 4: "20:00", 5: "20:00", 7: "12:00"}
    hours = [{"weekday": day, "opens": "08:00", "closes": end} for day, end in week.items()]
    language = LANGUAGES[code]
    first, second, third, fourth, closed = WEEK[code]
    assert language.opening_hours(hours) == [
        (first, language.span(["08:00", "18:00"])),
        (second, language.span(["08:00", "20:00"])),
        (third, closed),
        (fourth, language.span(["08:00", "12:00"])),
    ]


@pytest.mark.parametrize(
    "code, holiday, closure, planned, hours",
    [
        ("fr", "Jour férié : Lundi de Pâques", "Fermé : Travaux", "Ouverture prévue", "Fermé"),
        ("nl", "Feestdag: Paasmaandag", "Gesloten: Travaux", "Opening gepland", "Gesloten"),
        ("de", "Feiertag: Ostermontag", "Geschlossen: Travaux", "Eröffnung geplant", "Geschlossen"),
        ("en", "Public holiday: Easter Monday", "Closed: Travaux", "Opening planned", "Closed"),
    ],
)
def test_why_a_space_is_closed(code, holiday, closure, planned, hours):
    closed = LANGUAGES[code].closed
    assert plain(closed({"why": "holiday", "name": "Lundi de Pâques"})) == holiday
    assert plain(closed({"why": "closure", "name": "Travaux"})) == closure
    assert closed({"why": "planned", "name": None}) == planned
    assert closed({"why": "hours", "name": None}) == hours


@pytest.mark.parametrize("country", ["BE", "FR"])
def test_every_holiday_of_the_network_has_a_name_in_each_language(country):
    found = {name for year in range(2020, 2040) for name in calendar._year(country, year).values()}
    assert len(found) >= 10
    known = {LANGUAGES["en"].holiday(name) for name in found}
    assert known.isdisjoint(found)  # in English, none has the name that it has in facts
    assert LANGUAGES["nl"].holiday("Ascension; Fête du Travail") == (
        "Hemelvaartsdag; Dag van de Arbeid"
    )


def test_what_has_no_name_of_ours_stays_as_it_is():
    for language in LANGUAGES.values():
        assert language.word("amenity", "sauna") == "sauna"
        assert language.holiday("Fête de la Wallonie") == "Fête de la Wallonie"
        assert language.country("XX") == "XX"


def test_a_capital_in_front_leaves_those_inside():
    assert capital("montag, 1. März") == "Montag, 1. März"
    assert capital("") == ""


def test_countries_are_in_order_of_the_alphabet_behind_those_that_are_near():
    names = [name for _, name in residences(LANGUAGES["de"])]
    assert names[:3] == ["Belgien", "Frankreich", "Luxemburg"]
    at = names.index("Österreich")
    assert names[at - 1 : at + 2] == ["Norwegen", "Österreich", "Polen"]
    assert len(names) == 30
