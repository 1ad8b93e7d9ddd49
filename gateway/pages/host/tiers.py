"""Prices from a length on, as a host types them: rows of a form, in the words of the command."""

from gateway.language import Language
from gateway.pages.host.typed import cents, euros, number
from gateway.pages.page import Form
from gateway.problems import Problem
from gateway.records import Row

MOST = 10
FIELDS = ("above", "each_cents")
UNIT = {"desks": "day", "office": "month"}
"""By whose number the price may change; anything else is booked by the hour."""


def name(field: str, n: int) -> str:
    return f"{field}-{n}"


def names(n: int) -> list[str]:
    return [name(each, n) for each in FIELDS]


def filled(form: Form) -> list[int]:
    """The rows in which something was typed, in the order in which the command has them."""
    return [n for n in range(MOST) if any(form.get(each) for each in names(n))]


def tiers_of(form: Form) -> Row:
    """Nothing when nothing was typed: then there are none."""
    rows = filled(form)
    typed = [(form.get(name("above", n), ""), form.get(name("each_cents", n), "")) for n in rows]
    tiers = [{"above": number(above), "each_cents": cents(each)} for above, each in typed]
    return {"tiers": tiers} if tiers else {}


def as_they_are(language: Language, resource: Row) -> Form:
    form = {}
    for n, each in enumerate(resource["tiers"]):
        form[name("above", n)] = str(each["above"])
        form[name("each_cents", n)] = euros(language, each["each_cents"])
    return form


def rows_for(resource: Row, form: Form) -> int:
    """One more than there are, so that another can be typed."""
    return min(MOST, max(len(resource["tiers"]), *(n + 1 for n in filled(form)), 1) + 1)


def wrong_in(problem: Problem | None, form: Form) -> set[str]:
    """The fields not understood; all lengths where only their order was wrong."""
    errors = ((problem.more.get("errors") or {}) if problem else {}).get("tiers")
    rows = filled(form)
    if isinstance(errors, dict):
        return {name(each, rows[n]) for n, found in errors.items() for each in found}
    return {name("above", n) for n in rows} if errors else set()
