"""Extras in the form of a booking: how many of each, in the words of the command."""

from typing import Any

from gateway.pages.page import Form
from gateway.problems import Problem
from gateway.records import Row

FIELD = "extra-"


def offered(space: Row, resource: Row) -> list[Row]:
    """What can be had with that place."""
    return [each for each in space["extras"] if resource["kind"] in each["kinds"]]


def wanted(form: Form) -> list[str]:
    """The short names of those of which some are wanted, in the order of the form."""
    typed = [(name, text) for name, text in form.items() if name.startswith(FIELD)]
    return [name.removeprefix(FIELD) for name, text in typed if text.strip("0")]


def chosen(form: Form) -> Row:
    """Nothing when nothing is wanted."""
    many = {code: form[FIELD + code] for code in wanted(form)}
    extras = [{"code": code, "quantity": number(text)} for code, text in many.items()]
    return {"extras": extras} if extras else {}


def number(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else text


def wrong_in(problem: Problem | None, form: Form) -> set[str]:
    """The fields not understood, or of what is not left."""
    if problem is None:
        return set()
    errors = (problem.more.get("errors") or {}).get("extras")
    codes = wanted(form)
    if isinstance(errors, dict):
        return {FIELD + codes[n] for n in errors}
    return set()
