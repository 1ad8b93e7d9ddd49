"""The choice of light or dark, at the foot of every page. Who chooses nothing has what their device
says."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.page import local, onward, typed_in
from gateway.pages.reader import APPEARANCES, keep_appearance
from gateway.people import require_no_other_site
from gateway.problems import makes_no_sense


async def choose(request: Request) -> Response:
    """Works for everybody, also while nobody can be asked who it is."""
    require_no_other_site(request)
    form = await typed_in(request)
    chosen = form.get("appearance", "")
    if chosen not in APPEARANCES:
        raise makes_no_sense({"appearance": ["Must be light, dark or nothing."]})
    keep_appearance(request, chosen)
    return onward(local(form.get("suite", "/")))
