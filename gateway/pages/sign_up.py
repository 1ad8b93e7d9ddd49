"""Join the network, with an account to sign in."""

from typing import Any
from unicodedata import normalize

from starlette.requests import Request
from starlette.responses import Response

from gateway import problems
from gateway.accounts import signed_up
from gateway.errands import SignUp
from gateway.pages.codes import FAR, NEAR
from gateway.pages.entering import HOME, landing
from gateway.pages.language import Language
from gateway.pages.page import (
    Form,
    all_of,
    at_the_form,
    form_of,
    local,
    mistaken,
    onward,
    page,
)
from gateway.pages.reader import language_of
from gateway.people import identify
from gateway.permissions import admit
from gateway.problems import Away, NoAnswer, Problem, makes_no_sense
from gateway.signing_in import opened
from gateway.views.directory import ListSpaces
from gateway.words import Words, understood
from services.members.messages import STATUSES

ASKED = ("given_name", "family_name", "email", "password", "home_space_id", "status", "residence")


async def see(request: Request) -> Response:
    if (await identify(request)).signed_in:
        return onward(HOME)
    return await shown(request, {"suite": local(request.query_params.get("suite", "/"))})


async def sign_up(request: Request) -> Response:
    form = await form_of(request)
    caller = await identify(request)
    admit(SignUp.verb(), caller)
    try:
        account, done = await signed_up(request, caller, agreed(form))
    except (Problem, Away, NoAnswer) as what:
        return await shown(request, form, at_the_form(problems.of(what)))
    await opened(request, account)
    return onward(landing(local(form.get("suite", "/"))), done)


def agreed(form: Form) -> Words:
    """What was typed, once it makes sense and somebody has agreed to what we keep of them."""
    words: dict[str, Any] = {name: form.get(name, "") for name in ASKED}
    mistakes = {} if form.get("agreed") == "yes" else {"agreed": ["Missing."]}
    try:
        understood(SignUp, words)
    except Problem as problem:
        mistakes |= problem.more["errors"]
    if mistakes:
        raise makes_no_sense(mistakes)
    return words


async def shown(request: Request, typed: Form, problem: Problem | None = None) -> Response:
    """The form; the password is typed again each time, so that no page ever holds it."""
    return await page(
        request,
        "sign_up.html",
        problem.status if problem else 200,
        typed={name: value for name, value in typed.items() if name != "password"},
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        spaces=await all_of(request, ListSpaces, {}),
        statuses=STATUSES,
        residences=residences(language_of(request)),
    )


def residences(language: Language) -> list[tuple[str, str]]:
    """Countries with their names: those that are near, then the others in order of the alphabet."""
    names = [(code, language.country(code)) for code in FAR]
    names.sort(key=lambda each: normalize("NFD", each[1]))  # an accent comes after its letter
    return [*((code, language.country(code)) for code in NEAR), *names]
