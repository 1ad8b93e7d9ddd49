"""Checking what an auditor got from us, in the browser of whoever has it: /verify.

The file never comes here. `static/verify.js` does what `audit/verify.py` does, and that one is here
to be taken, for those who trust a script that they have read more than a page.
"""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from gateway.codes import gettext_noop as _
from gateway.pages.page import page
from gateway.pages.reader import language_of
from gateway.problems import Problem

VERIFIER = Path(__file__).parents[2] / "audit" / "verify.py"

SENTENCES = (
    _("It is being checked …"),
    _("It holds."),
    _("It does not hold."),
    _("This could not be checked here. Use verify.py."),
    _("{origin} has {size} entries."),
    _("It is settled: as many signed as the policy asks for."),
    _("Signed by {name}{when}."),
    _(" at {moment}"),
    _("This bundle has {facts} of them, each as it was registered."),
    _("It has every entry from {first} to {last}: nothing between them is left out."),
    _("It has versions 1 to {version} of {name}, every one."),
    _("Whether there are later ones, only a bundle of everything shows."),
    _("{service}: {facts} facts, in order."),
    _("{service}: {facts} facts, in order, and every one between positions {first} and {last}."),
    _(
        "{service}: {facts} facts, in order; of the positions {first} to {last}, {skipped} are not"
        " there, and only a bundle of everything shows why."
    ),
    _("{inside} of them say that they were recorded from {from} until {until}."),
    _("the beginning"),
    _("the last"),
    _("The figures in bundle.json are what the facts say:"),
    _("  {number} bookings of {euros} EUR"),
    _("  {number} half-days in a space"),
    _("  {number} half-days of training attended"),
    _("  {number} half-days across the border with {passes} passes"),
    _("  {number} settled for {euros} EUR"),
    _("{number} details are disclosed, each as it was when it was recorded."),
    _("facts.csv says what the facts say."),
    _("Made from the facts as well, and not looked at: {names}."),
    _("the zip is cut off, or is not written as a bundle is"),
    _("the signature of {name} is not of this text"),
    _("no log of the policy signed this as {origin} with Ed25519"),
    _("line {number} of facts.jsonl, entry {entry} of the register"),
    _(", which calls itself fact {fact}"),
    _("{where}, is not what was registered"),
    _("{where}, is not what was registered: {reason}"),
    _("{where}, is the next entry: one was left out, or they change places"),
    _("facts.jsonl ends after line {number}, and entry {entry} is missing"),
    _("line {number} of facts.jsonl is none of these entries: it was added"),
    _("bundle.json claims as {name} {said}, and it is {says}"),
    _("line {number} of facts.csv is not what the facts say"),
)
"""What the script says to people. What it does not find here it says in English, as verify.py."""


async def see(request: Request) -> Response:
    told = language_of(request).gettext
    words = {sentence: told(sentence) for sentence in SENTENCES}
    return await page(request, "verify.html", words=words, policy=await policy_of(request))


async def policy_of(request: Request) -> str:
    """Whose signatures count, where it is known here; else it is left to be filled in."""
    try:
        text: bytes = await request.state.register.latest("/register/policy")
        return text.decode()
    except (Problem, UnicodeDecodeError):
        return ""


async def take(request: Request) -> Response:
    """The verifier, to the byte."""
    headers = {"Content-Disposition": 'attachment; filename="verify.py"'}
    return Response(VERIFIER.read_bytes(), headers=headers, media_type="text/x-python")
