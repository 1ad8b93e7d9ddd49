"""The languages of pages: their texts, and how they write days, times and figures.

CLDR, by Babel, says how days, months, figures, countries and languages are written. What it does
not say is a text of the catalogues in `locales/`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import Translations

from gateway.codes import CODES

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "essaim"

HERE = ZoneInfo("Europe/Brussels")
HARD, THIN = "\u00a0", "\u202f"  # spaces at which no line breaks
JOINER = "\u2060"
UNTIL = f"{THIN}\u2013{JOINER}{THIN}"  # the dash between two times, which stay on one line

M = TypeVar("M", bound=Callable[..., str])


def remembered(write: M) -> M:
    """Pages write the same days and amounts over and over, and CLDR's patterns are slow."""
    return lru_cache(5_000)(write)  # type: ignore[return-value]


def path(code: str) -> Path:
    return LOCALES / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(code: str) -> Catalog:
    """What translators wrote for a language."""
    with path(code).open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


class Language:
    """A language, as a place writes it: `Language("nl_BE", catalogue("nl"))`."""

    def __init__(self, locale: str, texts: Catalog) -> None:
        self.locale, self.code = Locale.parse(locale), locale[:2]
        compiled = BytesIO()
        write_mo(compiled, texts)
        compiled.seek(0)
        translations = Translations(compiled, DOMAIN)
        self.gettext, self.ngettext = translations.gettext, translations.ngettext
        self.refusals: dict[str, dict[str, str]] = {}
        for text in texts:
            if text.context:
                self.refusals.setdefault(text.context, {})[str(text.id)] = str(text.string)

    @cached_property
    def name(self) -> str:
        """ "Nederlands": what people look for who read no other language."""
        return capital(self.locale.get_language_name() or self.code)

    # Figures

    @remembered
    def number(self, number: float) -> str:
        """ "1 234,5"."""
        return format_decimal(number, locale=self.locale)

    @remembered
    def euros(self, cents: int) -> str:
        """1234550 is "12 345,50 €", whole euros go without cents, and 0 is "gratuit"."""
        if cents == 0:
            return self.gettext("free of charge")
        pattern = self.locale.currency_formats["standard"].pattern
        whole = cents % 100 == 0
        return format_currency(
            cents / 100,
            "EUR",
            pattern.replace(".00", "") if whole else pattern,
            self.locale,
            currency_digits=not whole,
        )

    def days(self, half_days: int) -> str:
        """57 half days are "28,5 jours"."""
        days = half_days / 2
        grammar = 1 if self.locale.plural_form(days) == "one" else 2
        text = self.ngettext("%(days)s day", "%(days)s days", grammar)
        return text % {"days": self.number(days)}

    def hours(self, minutes: int) -> str:
        """90 minutes are "1,5 heure"."""
        hours = minutes / 60
        grammar = 1 if self.locale.plural_form(hours) == "one" else 2
        text = self.ngettext("%(hours)s hour", "%(hours)s hours", grammar)
        return text % {"hours": self.number(hours)}

    # Days

    @remembered
    def long_day(self, value: date | str) -> str:
        """ "lundi 8 mars 2027"."""
        return _whole(format_date(_day(value), "full", self.locale))

    @remembered
    def short_day(self, value: date | str) -> str:
        """ "8 mars"."""
        return _whole(format_skeleton("MMMMd", _day(value), locale=self.locale))

    def weekday(self, value: date | str) -> str:
        return self._weekdays[_day(value).weekday()]

    @remembered
    def month(self, value: date | str) -> str:
        """ "mars 2027"."""
        return format_skeleton("yMMMM", _day(value), locale=self.locale)

    def period(self, first: date, last: date) -> str:
        """ "du 8 au 14 mars 2027", naming month and year once where they are the same."""
        start, end = self.short_day(first), f"{self.short_day(last)} {last.year}"
        if first.year != last.year:
            start = f"{start} {first.year}"
        elif first.month == last.month:
            start = start.split(HARD)[0]
        return self.gettext("from %(first)s to %(last)s") % {"first": start, "last": end}

    def moment(self, time: str) -> str:
        """ "14 h 05 le 8 mars", in Brussels and Paris. ISO 8601, with its zone."""
        there = datetime.fromisoformat(time).astimezone(HERE)
        words = {"time": self.clock(there.strftime("%H:%M")), "day": self.short_day(there.date())}
        return self.gettext("%(time)s on %(day)s") % words

    @cached_property
    def _weekdays(self) -> Sequence[str]:
        names = self.locale.days["stand-alone"]["wide"]
        return [names[n] for n in range(7)]

    # Times

    def clock(self, time: str) -> str:
        """ "09:30" stays as it is, "24:00" is midnight."""
        return self.gettext("midnight") if time == "24:00" else time

    def span(self, times: Sequence[str]) -> str:
        """ "08:00 - 18:00"."""
        return f"{self.clock(times[0])}{UNTIL}{self.clock(times[1])}"

    def short_span(self, times: Sequence[str]) -> str:
        """The same in plain spaces: fewer bytes, where a sheet keeps it on one line."""
        return self.span(times).replace(THIN, " ").replace(JOINER, "")

    def spans(self, times: Iterable[Sequence[str]]) -> str:
        return ", ".join(self.span(each) for each in times)

    def opening_hours(self, hours: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """Days with the same hours in a row are one line: ("lundi et mardi", "8 h - 18 h")."""
        week = [
            self.spans((each["opens"], each["closes"]) for each in hours if each["weekday"] == n)
            for n in range(1, 8)
        ]
        lines = []
        for said, group in groupby(zip(self._weekdays, week, strict=True), key=lambda day: day[1]):
            names = [name for name, _ in group]
            ends = {"first": names[0], "last": names[-1]}
            match len(names):
                case 1:
                    name = names[0]
                case 2:
                    name = self.gettext("%(first)s and %(last)s") % ends
                case _:
                    name = self.gettext("%(first)s to %(last)s") % ends
            lines.append((name, said or self.gettext("closed")))
        return lines

    def closed(self, reason: dict[str, str | None]) -> str:
        """Why a space does not open on a day."""
        match reason:
            case {"why": "holiday", "name": str(name)}:
                return self.gettext("Public holiday: %(name)s") % {"name": self.holiday(name)}
            case {"why": "closure", "name": name}:
                return self.gettext("Closed: %(name)s") % {"name": name}
            case {"why": "planned"}:
                return self.gettext("Opening planned")
        return self.gettext("Closed")

    # Words

    def word(self, kind: str, code: str) -> str:
        """The word for a code; what is not in `codes.py` stays as it is."""
        text = CODES[kind].get(code)
        return self.gettext(text) if text else code

    def holiday(self, name: str) -> str:
        """Facts name holidays in French, two of one day as "Ascension; Fête du Travail"."""
        return "; ".join(self.word("holiday", each) for each in name.split("; "))

    def country(self, code: str) -> str:
        return str(self.locale.territories.get(code, code))

    def language(self, code: str) -> str:
        return str(self.locale.languages.get(code, code))


class French(Language):
    """French, with the typography that CLDR leaves to others."""

    @remembered
    def long_day(self, value: date | str) -> str:
        """ "lundi 1er mars 2027"."""
        return _first(super().long_day(value))

    @remembered
    def short_day(self, value: date | str) -> str:
        """ "1er mars"."""
        return _first(super().short_day(value))

    def clock(self, time: str) -> str:
        """ "09:30" is "9 h 30"."""
        if time == "24:00":
            return super().clock(time)
        hours, minutes = time.split(":")
        return f"{int(hours)}{THIN}h" + (f"{THIN}{minutes}" if minutes != "00" else "")


LANGUAGES: dict[str, Language] = {
    "fr": French("fr", catalogue("fr")),
    "nl": Language("nl_BE", catalogue("nl")),
    "de": Language("de_BE", catalogue("de")),
    "en": Language("en_GB", catalogue("en")),
}
DEFAULT = "fr"


def capital(text: str) -> str:
    """The same with a capital in front. Those inside stay, as German has them."""
    return text[:1].upper() + text[1:]


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _whole(day: str) -> str:
    """No line ends between a day and its month."""
    return re.sub(r"(?<=\d) (?=[^\W\d])|(?<=\d\.) ", HARD, day)


def _first(day: str) -> str:
    return re.sub(rf"\b1{HARD}", f"1er{HARD}", day)
