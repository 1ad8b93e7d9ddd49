"""Details of people, told to somebody outside for a purpose: by whom, to whom and why is recorded.

Whoever audits may name things instead of people: then it is about whoever the facts of these name.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.auditing import ListRegistered, SeeHistory
from gateway.pages.audit import found
from gateway.pages.bundles import MOST, id_in
from gateway.pages.page import (
    Form,
    at_the_form,
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
from gateway.permissions import admit, may
from gateway.problems import Problem, makes_no_sense
from gateway.records import Row
from gateway.words import understood
from services.members.messages import PURPOSES, DiscloseDetails

MOST_THINGS = 20
"""So many are looked up, each in every log."""
HERE, BUNDLE = "/audit/communication", "/audit/dossier"


class NamesNobody(Exception):
    """Some of what was typed is no id, or the facts about it name nobody."""


async def see(request: Request) -> Response:
    admit(DiscloseDetails.verb(), await signed_in(request))
    return await shown(request, {})


async def disclose(request: Request) -> Response:
    form = await form_of(request)
    caller = await signed_in(request)
    admit(DiscloseDetails.verb(), caller)
    words: Row = {name: form.get(name, "") for name in ("purpose", "recipient")}
    words["person_ids"] = form.get("person_ids", "").split()
    things = form.get("objets", "").split()
    try:
        words["person_ids"] += await named_by(request, things)
    except NamesNobody:
        wrong = {"objets": ["Names nobody."], **mistakes(words)}
        return await shown(request, form, makes_no_sense(wrong))
    except Problem as problem:
        return await shown(request, form, at_the_form(problem))
    done = await attempt(request, DiscloseDetails, words, form)
    if isinstance(done, Problem):
        return await shown(request, form, done)
    told = {"fait": "communique", "communication": done.id}
    if not may(ListRegistered.verb(), caller):
        return onward(f"{HERE}?{urlencode(told)}", done)
    about = list(dict.fromkeys([*things, *words["person_ids"]]))
    if len(about) <= MOST:  # else in a bundle of everything
        told["objets"] = "\n".join(about)
    return onward(f"{BUNDLE}?{urlencode(told)}", done)


async def shown(request: Request, typed: Form, problem: Problem | None = None) -> Response:
    caller = await signed_in(request)
    return await page(
        request,
        "audit/disclosure.html",
        problem.status if problem else 200,
        typed={**typed, "key": next_key(typed, problem) if problem else new_key()},
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        said=done_before(request),
        number=id_in(request.query_params.get("communication", "")),
        purposes=PURPOSES,
        audits=may(SeeHistory.verb(), caller),
        most=MOST_THINGS,
    )


async def named_by(request: Request, things: list[str]) -> list[str]:
    """Everybody whom facts about these things name, once each. Raises NamesNobody, and Problem
    where the caller may not ask, or nobody answers."""
    if len(things) > MOST_THINGS:
        raise NamesNobody
    people: dict[str, None] = {}
    for thing in things:
        histories = await found(request, thing) if id_in(thing) else []
        facts = [each["fact"] for history in histories for each in history["facts"]]
        named = list(persons([fact.get("data") for fact in facts]))
        if not named:
            raise NamesNobody
        people |= dict.fromkeys(named)
    return list(people)


def persons(data: Any) -> Iterator[str]:
    """The ids of people in what a fact says."""
    match data:
        case dict():
            if id_in(person := str(data.get("person_id") or "")):
                yield str(UUID(person))
            for each in data.values():
                yield from persons(each)
        case list():
            for each in data:
                yield from persons(each)


def mistakes(words: Row) -> Row:
    """What else is wrong with an order that may still come to be about somebody."""
    try:
        understood(DiscloseDetails, words)
    except Problem as problem:
        wrong: Row = problem.more["errors"]
        return {name: why for name, why in wrong.items() if name != "person_ids" or words[name]}
    return {}


PAGES = [(f"GET {HERE}", see), (f"POST {HERE}", disclose)]
