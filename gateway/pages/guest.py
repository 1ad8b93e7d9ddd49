"""Ask for a place without an account, and see what became of it: by a private link in a letter."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import asking, positions, problems
from gateway.api import Done, asked, look_up, order, outcome
from gateway.asking import guests_of, is_for_guests
from gateway.guests import request_over
from gateway.pages.book import number
from gateway.pages.mine import dated
from gateway.pages.page import (
    Form,
    at_the_form,
    done_before,
    form_of,
    key_in,
    mistaken,
    onward,
    page,
    rendered,
    space_of,
    today,
)
from gateway.pages.reader import language_of
from gateway.pages.sign_up import residences
from gateway.pages.space import resource_of
from gateway.people import identify
from gateway.problems import Away, NoAnswer, Problem, nothing_known
from gateway.records import Row
from gateway.views.agenda import SeeBooking
from gateway.views.directory import SeeSpace
from gateway.words import Words
from services.bookings.messages import CancelBooking

NAMES = {"day": "jour", "part": "partie", "start": "debut", "end": "fin", "people": "combien"}
"""What the address says is filled in already, as for members (book.py)."""
WHO = ("given_name", "family_name", "email", "phone", "residence")
AT_THE_FORM = 429


# The form


async def see(request: Request) -> Response:
    """Which place, then when and who. Whoever is signed in need not be asked who they are."""
    query = f"?{request.url.query}" if request.url.query else ""
    if (await identify(request)).signed_in:
        return onward(f"/reserver/{request.path_params['code']}{query}")
    space = await space_of(request)
    if said := done_before(request):
        return await page(request, "asked.html", space=space, said=said)
    request_for = request.query_params
    places = [each for each in space["resources"] if is_for_guests(each)]
    resource = resource_of(space, request_for.get("ressource", ""))
    if resource is None or not is_for_guests(resource):
        day = request_for.get("jour", "")
        words = {"space": space, "places": places, "day": day, "way": "demander"}
        return await page(request, "choose.html", 200, **words)
    typed = {n: request_for[word] for n, word in NAMES.items() if request_for.get(word)}
    return await form_for(request, space, resource, {"residence": space["country"]} | typed)


async def ask(request: Request) -> Response:
    form = await form_of(request)
    space = await space_of(request)
    resource = resource_of(space, form.get("resource", ""))
    if resource is None:
        raise nothing_known()
    try:
        await asking.ask(request, words_of(request, space, resource, form))
    except Problem as problem:
        if problem.status != AT_THE_FORM:
            at_the_form(problem)
        return await form_for(request, space, resource, form, problem)
    return onward(f"/demander/{space['code']}?fait=lettre")


def words_of(request: Request, space: Row, resource: Row, form: Form) -> Words:
    """What was typed, in the words of the errand."""
    when = ("day", "part") if resource["kind"] == "desks" else ("day", "start", "end")
    words: Words = {name: form.get(name, "") for name in (*when, *WHO)}
    if not words["phone"]:
        del words["phone"]
    if "people" in form:
        words["people"] = number(form, "people")
    words |= {"space_id": str(space["space"]), "resource_id": resource["resource"]}
    return words | {"language": language_of(request).code}


async def form_for(
    request: Request, space: Row, resource: Row, typed: Form, problem: Problem | None = None
) -> Response:
    now = today(space["timezone"]).isoformat()
    answer = await page(
        request,
        "ask.html",
        problem.status if problem else 200,
        space=space,
        resource=resource,
        typed={"day": now} | typed,
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        today=now,
        residences=residences(language_of(request)),
    )
    answer.headers.update(problem.headers if problem else {})
    return answer


# The link: first to the request, then to the booking


async def see_link(request: Request) -> Response:
    return await shown(request, done_before(request))


async def send(request: Request) -> Response:
    """The request, to the host. Only this does something: mail programs look at links as well."""
    await form_of(request)
    secret = request.path_params["secret"]
    if await guests_of(request).booked(secret):  # it was sent already
        return onward(f"/demande/{secret}")
    try:
        done = await asking.place(request, secret)
    except (Problem, Away, NoAnswer) as what:
        return await shown(request, problem=of_link(problems.of(what)))
    return onward(f"/demande/{secret}?fait=demande", done)


async def cancel(request: Request) -> Response:
    """In the name of whoever has booked. What it costs when it is late is said first, and asked."""
    form = await form_of(request)
    secret = request.path_params["secret"]
    if (booking := await booked(request, secret)) is None:
        return await shown(request)
    try:
        done = await cancelled(request, booking, form)
    except (Problem, Away, NoAnswer) as what:
        return await shown(request, problem=of_link(problems.of(what)))
    if isinstance(done, int):
        return await shown(request, fee_cents=done)
    return onward(f"/demande/{secret}?fait=annule", done)


async def cancelled(request: Request, booking: Row, form: Form) -> Done | int:
    """What was done; or the fee in cents, if nobody has agreed to it yet."""
    words, by = {"booking_id": str(booking["booking"])}, str(booking["person"])
    if not form.get("agreed"):
        would = outcome(await asked(request, CancelBooking, words, by, preview="yes"))["facts"]
        if fee := sum(each["data"].get("fee_cents", 0) for each in would):
            return int(fee)
    return await order(request, CancelBooking, words, by, key_in(form))


def of_link(problem: Problem) -> Problem:
    return problem if problem.kind == request_over().kind else at_the_form(problem)


async def booked(request: Request, secret: str) -> Row | None:
    """The booking that a link leads to."""
    if (booking := await guests_of(request).booked(secret)) is None:
        return None
    views = request.state.views
    await views.keep_up("agenda", positions.of(request))
    found: Row | None = await views.find(SeeBooking, {"booking_id": booking})
    return found


async def shown(
    request: Request,
    said: str | None = None,
    problem: Problem | None = None,
    fee_cents: int | None = None,
) -> Response:
    """Kept by no browser: the secret stands in its address."""
    await identify(request)
    secret = request.path_params["secret"]
    booking, wanted = await booked(request, secret), None
    if booking is None:
        wanted = await wanted_by(request, secret)
    if booking is None and wanted is None:
        problem = request_over()
    answer = rendered(
        request,
        "request.html",
        problem.status if problem else 200,
        secret=secret,
        booking=booking and dated(booking),
        wanted=wanted,
        said=said,
        problem=problem,
        fee_cents=fee_cents,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def wanted_by(request: Request, secret: str) -> Row | None:
    """What is to be sent to the host still, with the names that things have now."""
    if (found := await guests_of(request).asked(secret)) is None:
        return None
    wanted: Row = found["wanted"]
    space = await look_up(request, SeeSpace, {"space_id": wanted["space_id"]})
    here = (each for each in space["resources"] if each["resource"] == wanted["resource_id"])
    resource = next(here, None)
    return resource and {**wanted, "space": space, "resource": resource}
