"""My profile: what members knows of me, put right where it is wrong; and what I agree to."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.book import number
from gateway.pages.consents import TEXTS
from gateway.pages.page import (
    Form,
    all_of,
    attempt,
    done_before,
    form_of,
    mistaken,
    new_key,
    next_key,
    onward,
    page,
    signed_in,
)
from gateway.pages.reader import language_of
from gateway.pages.sign_up import residences
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.directory import ListSpaces
from gateway.views.people import SeeDetails, SeePerson
from gateway.views.rights import ListDisclosures, SeeRights
from kernel.wire import Message
from services.members.messages import (
    CONSENTS,
    LANGUAGES,
    STATUSES,
    ChangeSituation,
    CorrectDetails,
    GiveConsent,
    LiftRestriction,
    RestrictProcessing,
    WithdrawConsent,
)

HERE = "/mon-profil"
DETAILS = ("given_name", "family_name", "email", "language")
NOWHERE = "aucun"
"""At home in no space, as people of the network itself are."""


async def see(request: Request) -> Response:
    return await shown(request)


async def correct(request: Request) -> Response:
    """A detail that is left empty is gone."""
    form = await form_of(request)
    words: Row = {name: form.get(name, "") for name in DETAILS}
    if form.get("phone"):
        words["phone"] = form["phone"]
    if form.get("birth_year"):
        words["birth_year"] = number(form, "birth_year")
    return await change(request, CorrectDetails, words, form, "coordonnees")


async def change_situation(request: Request) -> Response:
    form = await form_of(request)
    words: Row = {name: form.get(name, "") for name in ("home_space_id", "status", "residence")}
    if words["home_space_id"] == NOWHERE:
        words["home_space_id"] = None
    return await change(request, ChangeSituation, words, form, "situation")


async def consent(request: Request) -> Response:
    form = await form_of(request)
    words = {"consent": request.path_params["consent"], "version": number(form, "version")}
    return await change(request, GiveConsent, words, form, "consenti")


async def withdraw(request: Request) -> Response:
    form = await form_of(request)
    words = {"consent": request.path_params["consent"]}
    return await change(request, WithdrawConsent, words, form, "plus-consenti")


async def restrict(request: Request) -> Response:
    return await change(request, RestrictProcessing, {}, await form_of(request), "restreint")


async def lift(request: Request) -> Response:
    return await change(request, LiftRestriction, {}, await form_of(request), "plus-restreint")


async def change(
    request: Request, message: type[Message], words: Row, form: Form, what: str
) -> Response:
    caller = await signed_in(request)
    done = await attempt(request, message, {"person_id": str(caller.person), **words}, form)
    if isinstance(done, Problem):
        return await shown(request, done, form | {"key": next_key(form, done)})
    return onward(f"{HERE}?fait={what}", done)


async def shown(
    request: Request, problem: Problem | None = None, typed: Form | None = None
) -> Response:
    """Each form is filled in with what is known; the one that was sent, with what was typed."""
    caller = await signed_in(request)
    me = {"person_id": str(caller.person)}
    person, details = await look_up(request, SeePerson, me), await look_up(request, SeeDetails, me)
    known = {"home_space_id": NOWHERE if person["home_space"] is None else person["home_space"]}
    known |= {**details, "status": person["status"], "residence": person["residence"]}
    filled = {name: "" if value is None else str(value) for name, value in known.items()}
    return await page(
        request,
        "profile.html",
        problem.status if problem else 200,
        typed={"key": new_key(), **filled, **(typed or {})},
        person=person,
        spaces=await all_of(request, ListSpaces, {}),
        statuses=STATUSES,
        languages_of_letters=LANGUAGES,
        residences=residences(language_of(request)),
        consents=consents(person["consents"]),
        restricted=(await look_up(request, SeeRights, me))["restricted"],
        disclosures=await all_of(request, ListDisclosures, me),
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        said=done_before(request),
    )


def consents(told: list[dict[str, Any]]) -> list[Row]:
    """All there are, in the text that is in force; an agreement to another text is none."""
    known = {each["consent"]: each for each in told}
    found = []
    for name, version in CONSENTS.items():
        state = known.get(name, {"version": None, "since": None})
        text = TEXTS[name, version]
        given, before = state["version"] == version, state["version"] is not None
        about = {"consent": name, "version": version, "since": state["since"], **text._asdict()}
        found.append(about | {"given": given, "asked_again": before and not given})
    return found
