"""Who pays less, as a host types it: a field for each kind of customer, in percent."""

from gateway.pages.host.typed import number
from gateway.pages.page import Form
from gateway.problems import Problem
from gateway.records import Row
from services.spaces.messages import CUSTOMERS

FIELD = "percent-"


def filled(form: Form) -> list[str]:
    """The kinds of customers for whom something was typed, in the order of the command."""
    return [each for each in CUSTOMERS if form.get(FIELD + each)]


def typed_in(form: Form) -> Row:
    given = [(each, number(form[FIELD + each])) for each in filled(form)]
    return {"reductions": [{"customer": each, "percent": percent} for each, percent in given]}


def as_they_are(space: Row) -> Form:
    return {FIELD + each["customer"]: str(each["percent"]) for each in space["reductions"]}


def wrong_in(problem: Problem | None, form: Form) -> set[str]:
    errors = ((problem.more.get("errors") or {}) if problem else {}).get("reductions")
    known = filled(form)
    return {FIELD + known[n] for n in errors} if isinstance(errors, dict) else set()
