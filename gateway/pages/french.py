"""Figures, days, times and refusals, the way they are written in French."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gateway.problems import Problem

LOCALE = Path(__file__).parent.parent / "locales" / "fr"
REFUSALS: dict[str, str] = tomllib.loads((LOCALE / "refusals.toml").read_text())
PROBLEMS: dict[str, Any] = tomllib.loads((LOCALE / "problems.toml").read_text())
WORDS: dict[str, dict[str, str]] = tomllib.loads((LOCALE / "words.toml").read_text())

HERE = ZoneInfo("Europe/Brussels")
HARD, THIN = "\u00a0", "\u202f"  # spaces at which no line breaks
UNTIL = f"{THIN}\u2013\u2060{THIN}"  # the dash between two times, which stay on one line
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)


def euros(cents: int) -> str:
    """1234550 is "12 345,50 €", whole euros go without cents, and 0 is "gratuit"."""
    if cents == 0:
        return "gratuit"
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    decimals = f",{rest:02d}" if rest else ""
    return f"{sign}{whole:,}".replace(",", THIN) + f"{decimals}{HARD}€"


def days(half_days: int) -> str:
    """57 half days are "28,5 jours". In French the plural begins at two."""
    whole, half = divmod(half_days, 2)
    return f"{whole}{',5' if half else ''}{HARD}jour{'s' if half_days >= 4 else ''}"


def many(number: int, one: str, more: str = "") -> str:
    """ "1 poste", "2 postes", "0 poste"."""
    return f"{number}{HARD}{(more or one + 's') if number >= 2 else one}"


def day_of(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def long_day(value: date | str) -> str:
    """ "lundi 1er mars 2027"."""
    day = day_of(value)
    return f"{WEEKDAYS[day.weekday()]} {short_day(day)} {day.year}"


def short_day(value: date | str) -> str:
    """ "8 mars"."""
    day = day_of(value)
    return f"{'1er' if day.day == 1 else day.day}{HARD}{MONTHS[day.month - 1]}"


def weekday(value: date | str) -> str:
    return WEEKDAYS[day_of(value).weekday()]


def month(value: date | str) -> str:
    """ "mars 2027"."""
    day = day_of(value)
    return f"{MONTHS[day.month - 1]} {day.year}"


def period(first: date, last: date) -> str:
    """ "du 8 au 14 mars 2027", naming month and year once where they are the same."""
    if first.year != last.year:
        start = f"{short_day(first)} {first.year}"
    else:
        start = short_day(first) if first.month != last.month else short_day(first).split(HARD)[0]
    return f"du {start} au {short_day(last)} {last.year}"


def moment(time: str) -> str:
    """ "14 h 05 le 8 mars", in Brussels and Paris. ISO 8601, with its zone."""
    there = datetime.fromisoformat(time).astimezone(HERE)
    return f"{clock(there.strftime('%H:%M'))} le{HARD}{short_day(there.date())}"


def clock(time: str) -> str:
    """ "09:30" is "9 h 30", "24:00" is "minuit"."""
    hours, minutes = time.split(":")
    if time == "24:00":
        return "minuit"
    return f"{int(hours)}{THIN}h" + (f"{THIN}{minutes}" if minutes != "00" else "")


def span(times: Sequence[str]) -> str:
    """ "8 h - 18 h"."""
    return f"{clock(times[0])}{UNTIL}{clock(times[1])}"


def spans(times: Iterable[Sequence[str]]) -> str:
    return ", ".join(span(each) for each in times)


def opening_hours(hours: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Days with the same hours in a row are one line: ("du lundi au vendredi", "8 h - 18 h")."""
    week = [
        spans((each["opens"], each["closes"]) for each in hours if each["weekday"] == number)
        for number in range(1, 8)
    ]
    lines = []
    for said, group in groupby(zip(WEEKDAYS, week, strict=True), key=lambda pair: pair[1]):
        names = [name for name, _ in group]
        name = names[0] if len(names) == 1 else f"du {names[0]} au {names[-1]}"
        lines.append((name if len(names) != 2 else " et ".join(names), said or "fermé"))
    return lines


def closed(reason: dict[str, str | None]) -> str:
    """Why a space does not open on a day."""
    match reason:
        case {"why": "holiday", "name": name}:
            return f"Jour férié{HARD}: {name}"
        case {"why": "closure", "name": name}:
            return f"Fermé{HARD}: {name}"
        case {"why": "planned"}:
            return "Ouverture prévue"
    return "Fermé"


def word(kind: str, code: str) -> str:
    """The word of a list in `words.toml`; what is not in it stays as it is."""
    return WORDS[kind].get(code, code)


def sentence(problem: Problem) -> str:
    """What a person reads instead of what they asked for."""
    kind = problem.kind.rpartition("/")[2]
    if refused := REFUSALS.get(kind):
        values = problem.more.get("values", {})
        return refused.format(**{name: _value(name, str(v)) for name, v in values.items()})
    known: str | None = PROBLEMS["kinds"].get(kind) or PROBLEMS["status"].get(str(problem.status))
    return known or PROBLEMS["status"]["500"]


def title(problem: Problem) -> str:
    known: str | None = PROBLEMS["titles"].get(str(problem.status))
    return known or PROBLEMS["titles"]["500"]


def _value(name: str, value: str) -> str:
    """A refusal speaks of days, times and words of ours."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return long_day(value)
    if name == "weekday":
        return WEEKDAYS[int(value) - 1]
    if re.match(r"\d\d:\d\d", value):
        return spans_in(value)
    return WORDS["refusals"].get(value, value)


def spans_in(text: str) -> str:
    """ "08:00-12:00, 13:00-18:00", and single times."""
    return re.sub(r"\d\d:\d\d", lambda found: clock(found[0]), text).replace("-", UNTIL)
