"""Join the network: a form, and what a link in the letter is for: a password, and an account.

Whether an address has an account already is told to nobody but whoever reads its letters.
"""

from typing import Any
from unicodedata import normalize

from marshmallow import Schema, fields
from starlette.requests import Request
from starlette.responses import Response

from gateway import problems
from gateway.accounts import asked_to_join, joined
from gateway.codes import FAR, NEAR
from gateway.errands import PASSWORD, AskToJoin
from gateway.joining import joining_over
from gateway.language import Language
from gateway.pages.entering import HOME, landing
from gateway.pages.page import (
    Form,
    all_of,
    at_the_form,
    done_before,
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

ASKED = ("given_name", "family_name", "email", "home_space_id", "status", "residence")
TOO_OFTEN = 429


class Password(Schema):
    password = fields.String(required=True, validate=PASSWORD)


async def see(request: Request) -> Response:
    if (await identify(request)).signed_in:
        return onward(HOME)
    if said := done_before(request):
        return await page(request, "asked_to_join.html", said=said)
    return await shown(request, {"suite": local(request.query_params.get("suite", "/"))})


async def ask(request: Request) -> Response:
    form = await form_of(request)
    admit(AskToJoin.verb(), await identify(request))
    try:
        words = agreed(form) | {"language": language_of(request).code}
        await asked_to_join(request, words, local(form.get("suite", "/")))
    except Problem as problem:
        if problem.status != TOO_OFTEN:
            at_the_form(problem)
        return await shown(request, form, problem)
    return onward("/inscription?fait=inscription")


async def see_link(request: Request) -> Response:
    return await form_for(request)


async def join(request: Request) -> Response:
    form, secret = await form_of(request), request.path_params["secret"]
    try:
        words = understood(Password, {"password": form.get("password", "")})
        account, done, then = await joined(request, secret, words["password"])
    except (Problem, Away, NoAnswer) as what:
        problem = problems.of(what)
        return await form_for(request, problem if is_over(problem) else at_the_form(problem))
    await opened(request, account)
    return onward(landing(local(then)), done)


async def form_for(request: Request, problem: Problem | None = None) -> Response:
    """Kept by no browser: the secret stands in its address."""
    found = await request.state.credentials.joining.find(request.path_params["secret"])
    problem = problem if found else joining_over()
    answer = await page(
        request,
        "join.html",
        problem.status if problem else 200,
        joining=found,
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def is_over(problem: Problem) -> bool:
    return problem.kind == joining_over().kind


def agreed(form: Form) -> Words:
    """What was typed, once it makes sense and somebody has agreed to what we keep of them."""
    words: dict[str, Any] = {name: form.get(name, "") for name in ASKED}
    mistakes = {} if form.get("agreed") == "yes" else {"agreed": ["Missing."]}
    try:
        understood(AskToJoin, words)
    except Problem as problem:
        mistakes |= problem.more["errors"]
    if mistakes:
        raise makes_no_sense(mistakes)
    return words


async def shown(request: Request, typed: Form, problem: Problem | None = None) -> Response:
    answer = await page(
        request,
        "sign_up.html",
        problem.status if problem else 200,
        typed=typed,
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        spaces=await all_of(request, ListSpaces, {}),
        statuses=STATUSES,
        residences=residences(language_of(request)),
    )
    answer.headers.update(problem.headers if problem else {})
    return answer


def residences(language: Language) -> list[tuple[str, str]]:
    """Countries with their names: those that are near, then the others in order of the alphabet."""
    names = [(code, language.country(code)) for code in FAR]
    names.sort(key=lambda each: normalize("NFD", each[1]))  # an accent comes after its letter
    return [*((code, language.country(code)) for code in NEAR), *names]
