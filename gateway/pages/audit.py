"""For auditors: what happened to anything, what it was at any moment, and that nobody rewrote it.

They see ids, and nobody's name.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from gateway import auditing
from gateway.auditing import Asked
from gateway.language import HERE, Language
from gateway.pages.fact_words import fact_words, thing_words
from gateway.pages.page import CENTURY, page, signed_in
from gateway.permissions import admit
from gateway.positions import SERVICES
from gateway.problems import Problem
from gateway.records import Row
from gateway.words import INTEGER
from kernel.facts import NETWORK

GOOD, SOON = {"registered"}, {"unsigned", "unregistered"}
RECENT = 25
NOT_KNOWN = 404


async def ask(request: Request, message: type[Asked], **words: Any) -> Row:
    """The answer to an errand of the API, if the caller may ask it."""
    admit(message.verb(), await signed_in(request))
    return await auditing.answer(request, message, words)


async def see(request: Request) -> Response:
    """How the register is, what was recorded last, and a search."""
    register = await ask(request, auditing.SeeRegister)
    before = request.query_params.get("avant", "")
    upto = {"before": int(before)} if INTEGER.fullmatch(before) else {}
    recent = await ask(request, auditing.ListRegistered, limit=RECENT, **upto)
    wanted = request.query_params.get("quoi", "").strip()
    return await page(
        request,
        "audit/start.html",
        register=register,
        recent=recent,
        **SHOWN,
        typed={"quoi": wanted},
        found=await found(request, wanted) if wanted else None,
        wanted=id_of(wanted),
    )


async def found(request: Request, wanted: str) -> list[Row]:
    """In which logs there is something about an id, or about the space with a code."""

    async def one(log: str) -> Row | None:
        try:
            return await ask(request, auditing.SeeHistory, log=log, thing_id=id_of(wanted))
        except Problem as problem:
            if problem.status != NOT_KNOWN:
                raise
            return None

    return [each for each in await asyncio.gather(*map(one, SERVICES)) if each]


def id_of(text: str) -> str:
    """An id, or the code of a space, which its id is made of."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid5(NETWORK, f"space/{text.lower()}"))


async def see_history(request: Request) -> Response:
    history = await ask(request, auditing.SeeHistory, **request.path_params)
    return await page(
        request,
        "audit/history.html",
        **SHOWN,
        **about(history),
        history=history,
        verdict=verdict({each["standing"] for each in history["facts"]}),
    )


def verdict(standings: set[str]) -> str:
    """Of all facts together: no bad one is outweighed by good ones."""
    if standings <= GOOD:
        return "good"
    return "soon" if standings <= GOOD | SOON else "bad"


async def see_state(request: Request) -> Response:
    """As it was at a moment that was typed, or in that of a fact (`a`); else as it is."""
    asked = request.query_params
    history = await ask(request, auditing.SeeHistory, **request.path_params)
    words: Row = {**SHOWN, **about(history), "history": history}
    try:
        at = exactly(asked.get("a", "")) or (
            moment(asked, "jour", "heure") if any(asked.values()) else datetime.now(HERE)
        )
    except Mistaken as mistake:
        return await page(
            request,
            "audit/state.html",
            422,
            **words,
            typed=dict(asked),
            wrong=mistake.fields,
            state=None,
            at=None,
        )
    there = at.astimezone(HERE)
    typed = {"jour": there.date().isoformat(), "heure": there.strftime("%H:%M:%S")}
    state = await state_at(request, at)
    return await page(
        request,
        "audit/state.html",
        **words,
        typed=typed,
        state=state,
        at=at,
        **beside(history["facts"], state["version"] if state else 0),
    )


def beside(facts: list[Row], version: int) -> Row:
    """What a state is made of, and the moments of the fact before its latest and of the next."""
    made_of = [each for each in facts if each["version"] <= version]
    later = [each for each in facts if each["version"] > version]
    return {
        "standings": sorted({each["standing"] for each in made_of}),
        "before": made_of[-2]["fact"].get("time") if len(made_of) > 1 else None,
        "following": later[0]["fact"].get("time") if later else None,
    }


async def state_at(request: Request, at: datetime) -> Row | None:
    try:
        return await ask(request, auditing.SeeState, **request.path_params, at=at.isoformat())
    except Problem as problem:
        if problem.status != NOT_KNOWN:
            raise
        return None


async def see_changes(request: Request) -> Response:
    """What changed between two moments: of a thing, of a space, of a person, of everything."""
    asked = request.query_params
    words: Row = {**SHOWN, "typed": dict(asked), "changes": None}
    when = any(map(asked.get, ("de", "de_heure", "a", "a_heure")))
    if not when and asked.get("journal", "") in ("", *SERVICES):  # nothing is asked yet
        admit(auditing.ListChanges.verb(), await signed_in(request))
        return await page(request, "audit/changes.html", **words)
    said, wrong = wish(asked)
    if wrong:
        admit(auditing.ListChanges.verb(), await signed_in(request))
        return await page(request, "audit/changes.html", 422, **words, wrong=wrong)
    words["changes"] = await ask(request, auditing.ListChanges, **said)
    return await page(request, "audit/changes.html", **words)


def wish(asked: QueryParams) -> tuple[Row, set[str]]:
    """The words of ListChanges, and the fields that make no sense."""
    said: Row = {"log": asked["journal"]}
    wrong = set() if asked["journal"] in SERVICES else {"journal"}
    for name, ends in (("since", ("de", "de_heure")), ("until", ("a", "a_heure"))):
        try:
            said[name] = moment(asked, *ends).isoformat()
        except Mistaken as mistake:
            wrong |= mistake.fields
    if not wrong and said["until"] < said["since"]:
        wrong.add("a")
    for name, field in (("chose", "thing_id"), ("personne", "person_id")):
        try:
            said |= {field: str(UUID(asked[name].strip()))} if asked.get(name) else {}
        except ValueError:
            wrong.add(name)
    if asked.get("espace"):
        said["space_id"] = id_of(asked["espace"].strip())
    return said, wrong


async def send_proof(request: Request) -> Response:
    return await sent(request, "proof", "tlog-proof")


async def send_fact(request: Request) -> Response:
    return await sent(request, "entry", "json")


async def sent(request: Request, what: str, kind: str) -> Response:
    proved = await ask(request, auditing.SeeProof, **request.path_params)
    name = f"{request.path_params['log']}-{request.path_params['position']}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(proved[what], headers=headers, media_type="application/octet-stream")


# Moments, as they are typed


class Mistaken(Exception):
    """What was typed is no moment. `fields` are those that are wrong."""

    def __init__(self, *fields: str) -> None:
        self.fields = set(fields)


def moment(asked: QueryParams, day: str, clock: str) -> datetime:
    """A day and a time here. Without a time its last moment is meant. Raises Mistaken."""
    try:
        there = date.fromisoformat(asked.get(day, ""))
    except ValueError:
        raise Mistaken(day) from None
    if not CENTURY[0] <= there <= CENTURY[1]:
        raise Mistaken(day)
    try:
        at = time.fromisoformat(asked[clock]) if asked.get(clock) else time.max
    except ValueError:
        raise Mistaken(clock) from None
    return datetime.combine(there, at.replace(tzinfo=None), HERE)


def exactly(text: str) -> datetime | None:
    """The moment of a fact, as an address has it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


# What templates show


def about(history: Row) -> Row:
    """What it is, as its first fact says: its kind of thing, and from where the facts are."""
    kinds = [each["fact"].get("subjecttype") for each in history["facts"]]
    return {
        "log": history["service"],
        "thing": history["subject"],
        "kind": next(filter(None, kinds), "").partition(".")[2],
    }


def place(log: str, thing: str, below: str = "", **query: str) -> str:
    """The address of a thing, or of something about it."""
    return f"/audit/{log}/{thing}{below}" + (f"?{urlencode(query)}" if query else "")


def rows(value: Any, *path: str) -> Iterator[tuple[str, str]]:
    """Data as lines of a table: a path of names, and what stands there."""
    match value:
        case dict() if value:
            for name, each in value.items():
                yield from rows(each, *path, name.replace("_", " "))
        case list() if any(isinstance(each, dict | list) for each in value):
            for n, each in enumerate(value, 1):
                yield from rows(each, *path, str(n))
        case list():
            yield " / ".join(path), ", ".join(map(_text, value)) or "—"
        case _:
            yield " / ".join(path), _text(value)


def _text(value: Any) -> str:
    if value is None or value == {}:
        return "—"
    return str(value).lower() if isinstance(value, bool) else str(value)


def exact(language: Language, text: str) -> str:
    """ "lundi 8 mars 2027, 14:05:09", in Brussels and Paris."""
    try:
        there = datetime.fromisoformat(text).astimezone(HERE)
    except ValueError:
        return text
    return f"{language.long_day(there.date())}, {there:%H:%M:%S}"


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def shortly(value: Any) -> str:
    return "—" if value is None else msgspec.json.encode(value).decode()


SHOWN: Row = {
    "services": SERVICES,
    "place": place,
    "rows": rows,
    "exact": exact,
    "iso": iso,
    "shortly": shortly,
    "fact_words": fact_words,
    "thing_words": thing_words,
}
"""What the templates make words and addresses with."""

PAGES = [
    ("GET /audit", see),
    ("GET /audit/changements", see_changes),
    ("GET /audit/preuves/{log}/{position}.tlog-proof", send_proof),
    ("GET /audit/faits/{log}/{position}.json", send_fact),
    ("GET /audit/{log}/{thing_id}", see_history),
    ("GET /audit/{log}/{thing_id}/etat", see_state),
]
