"""How a page is made, and how a form of ours becomes a command."""

import gzip
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit
from uuid import UUID, uuid4, uuid5

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import InternationalizationExtension
from psycopg import OperationalError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway import positions, problems
from gateway.api import Done, look_up, perform, preview
from gateway.assets import asset
from gateway.codes import CODES
from gateway.language import LANGUAGES, Language, capital
from gateway.pages import problem as regret
from gateway.pages.reader import appearance_of, language_of
from gateway.people import VISITOR, Caller, csrf_of, identify, require_csrf
from gateway.permissions import refusal
from gateway.problems import Away, NoAnswer, Problem, nothing_known
from gateway.questions import Question
from gateway.records import Row
from gateway.views.directory import SeeSpace
from kernel.facts import NETWORK
from kernel.wire import Message
from vocabulary import calendar

Form = dict[str, str]

# What a form can do something about: refused, late, misunderstood, nobody there, no answer.
SAID_AT_THE_FORM = {409, 412, 422, 503, 504}
NOT_KNOWN_WHETHER_DONE = {412, 503, 504}
CENTURY = date(2000, 1, 1), date(2099, 12, 31)
LONGEST_PAGE = 200
SECRETS = {"password", "new_password"}
"""Nothing of them is taken away."""
QUICKLY = 4
"""How hard to pack, of 9: a week of ten rooms from 61 to 5 kB in half a millisecond."""
FORM, MOST_FIELDS = "application/x-www-form-urlencoded", 50
WITH_FILE = "multipart/form-data"

TEMPLATES = Path(__file__).parent.parent / "templates"
BY_READER = "Accept-Language, Cookie, Accept-Encoding"
"""What of a request decides which page it is answered with."""


def new_key() -> str:
    """Each form has one, so that sending it twice does nothing twice."""
    return str(uuid4())


class Templates(Environment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        """Rows are dicts: to look for an attribute of theirs first is a tenth of a page's cost."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def templates(language: Language) -> Environment:
    """Those of a language never meet those of another: no page can be of two."""
    found = Templates(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=[InternationalizationExtension],
    )
    found.policies["ext.i18n.trimmed"] = True
    found.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext, language.ngettext, newstyle=True
    )
    found.filters["capital"] = capital
    found.globals.update(
        language=language,
        languages=LANGUAGES,
        title=partial(regret.title, language),
        sentence=partial(regret.sentence, language),
        new_key=new_key,
        asset=asset,
    )
    return found


async def page(request: Request, template: str, status: int = 200, **words: Any) -> Response:
    await identify(request)
    return rendered(request, template, status, **words)


def rendered(request: Request, template: str, status: int = 200, **words: Any) -> Response:
    """Asks nobody anything, so it also works when everything is away.

    Only what everybody may read travels packed: how well a page packs would tell, try by try, the
    secret of a form on it (BREACH).
    """
    caller: Caller = getattr(request.state, "caller", VISITOR)
    csrf = csrf_of(request) if caller.signed_in else ""
    typed = defaultdict(str, words.pop("typed", {}))
    always = {"caller": caller, "csrf": csrf, "path": request.url.path, "typed": typed}
    always["appearance"] = appearance_of(request)
    words = {"wrong": set(), "here": asked_for(request), **always, **words}
    language = language_of(request)
    html = templates(language).get_template(template).render(words)
    kept = {"Cache-Control": "private, no-cache", "Vary": BY_READER}
    headers = {"Content-Language": language.code, **kept}
    if caller.signed_in or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HTMLResponse(html, status, headers)
    packed = gzip.compress(html.encode(), QUICKLY)
    return HTMLResponse(packed, status, headers | {"Content-Encoding": "gzip"})


async def show(request: Request, problem: Problem) -> Response:
    """A problem, for programs as JSON, and for people as a page. Who must sign in, may."""
    if request.url.path.startswith("/v1/") or not _is_browser(request):
        return problem.response()
    if problem.status == 401:
        return onward(f"/connexion?suite={quote(asked_for(request), safe='/')}")
    if problem.kind == "/problems/second-factor-needed":
        return onward(f"/mon-compte/double?suite={quote(asked_for(request), safe='/')}")
    if problem.status < regret.BROKEN:  # otherwise whoever could tell may be what is away
        with suppress(Problem, OperationalError):
            await identify(request)
    words = {"problem": problem, "trace": problems.trace_id()}
    response = rendered(request, "problem.html", problem.status, **words)
    response.headers.update(problem.headers)
    return response


def onward(address: str, done: Done | None = None) -> Response:
    """To another page, which shows already what was done."""
    response = RedirectResponse(address, 303)
    if done and done.positions:
        positions.keep(response, done.positions)
    return response


def signed_out(address: str) -> Response:
    """To another page; what the browser keeps for whoever was signed in goes (counter.js)."""
    response = onward(address)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def done_before(request: Request) -> str | None:
    """What the form did that led to this page."""
    text = CODES["done"].get(request.query_params.get("fait", ""))
    return language_of(request).gettext(text) if text else None


def local(address: str) -> str:
    """An address of ours to go on to. Anything else is the first page."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and address.isprintable() else "/"


# Who asks, and what for


async def signed_in(request: Request) -> Caller:
    caller = await identify(request)
    if not caller.signed_in:
        raise refusal(caller)
    return caller


async def form_of(request: Request) -> Form:
    """What was typed, if it was typed in a form of ours by whoever is signed in."""
    await identify(request)
    typed = await typed_in(request)
    require_csrf(request, typed)
    return typed


async def typed_in(request: Request) -> Form:
    """What was typed in a form, wherever that was."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != FORM:
        raise Problem(415, f"A form of ours is {FORM}.")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        typed = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as mistake:
        raise Problem(400, "No form of ours has as many fields.") from mistake
    return {name: v if name in SECRETS else v.strip() for name, v in typed.items()}


async def form_with_file(request: Request, name: str) -> tuple[Form, bytes]:
    """What was typed in a form of ours, and what is in the file that was chosen."""
    await identify(request)
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != WITH_FILE:
        raise Problem(415, f"A form of ours with a file is {WITH_FILE}.")
    try:
        async with request.form(max_files=1, max_fields=MOST_FIELDS) as sent:
            typed = {field: v.strip() for field, v in sent.items() if isinstance(v, str)}
            chosen = sent.get(name)
            text = await chosen.read() if isinstance(chosen, UploadFile) else b""
    except (MultiPartException, UnicodeDecodeError) as mistake:
        raise Problem(400, "This is no form with a file.") from mistake
    require_csrf(request, typed)
    return typed, text


async def attempt(
    request: Request, message: type[Message], words: Row, form: Form
) -> Done | Problem:
    """A command of the API, given by a form; or the problem that people can do something about.

    The form's key makes it safe to send the same form twice.
    """
    try:
        return await perform(request, message, words, key_in(form))
    except (Problem, Away, NoAnswer) as what:
        return at_the_form(problems.of(what))


async def previewed(request: Request, message: type[Message], words: Row) -> list[Row] | Problem:
    """The facts that a command would record; or the problem that it would meet."""
    try:
        facts: list[Row] = (await preview(request, message, words))["facts"]
        return facts
    except (Problem, Away, NoAnswer) as what:
        return at_the_form(problems.of(what))


def at_the_form(problem: Problem) -> Problem:
    if problem.status not in SAID_AT_THE_FORM:
        raise problem
    return problem


def key_in(form: Form) -> str:
    try:
        return str(UUID(form.get("key", "")))
    except ValueError:
        return new_key()


def next_key(form: Form, problem: Problem) -> str:
    """The same one again while nobody knows whether it was done: then it is done once."""
    return key_in(form) if problem.status in NOT_KNOWN_WHETHER_DONE else new_key()


def mistaken(problem: Problem) -> set[str]:
    """The names of the fields that were not understood, also of those inside of others."""

    def names(errors: Any) -> set[str]:
        if not isinstance(errors, dict):
            return set()
        inside = [names(each) for each in errors.values()]
        return {name for name in errors if isinstance(name, str)}.union(*inside)

    return names(problem.more.get("errors"))


# What pages look up


async def all_of(request: Request, question: type[Question], words: Row) -> list[Row]:
    """A long list, to its end."""
    found: list[Row] = []
    after: str | None = ""
    while after is not None:
        answer = await look_up(request, question, words, {"after": after, "limit": LONGEST_PAGE})
        found, after = found + answer["items"], answer["next"]
    return found


async def space_of(request: Request) -> Row:
    """The space whose code stands in the address."""
    space_id = uuid5(NETWORK, f"space/{request.path_params['code']}")
    found: Row = await look_up(request, SeeSpace, {"space_id": str(space_id)})
    return found


def today(zone: str) -> date:
    return calendar.today(zone, datetime.now(UTC))


def day_in(text: str) -> date:
    """A day as addresses name it. 404 for what is not one, or not of this century."""
    try:
        day = date.fromisoformat(text)
    except ValueError as mistake:
        raise nothing_known() from mistake
    if not CENTURY[0] <= day <= CENTURY[1]:
        raise nothing_known()
    return day


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def asked_for(request: Request) -> str:
    """The page somebody is on, to come back to it. A form that was sent is filled in again."""
    if request.method in ("GET", "HEAD"):
        asked = request.url
        return f"{asked.path}?{asked.query}" if asked.query else asked.path
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    here = before.netloc == request.headers.get("Host")
    return local(f"{before.path}?{before.query}" if before.query else before.path) if here else "/"
