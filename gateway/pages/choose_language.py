"""The choice of a language, at the foot of every page."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.language import LANGUAGES
from gateway.pages.page import local, onward, typed_in
from gateway.pages.reader import remember
from gateway.people import require_no_other_site
from gateway.problems import makes_no_sense


async def choose(request: Request) -> Response:
    """Works for everybody, also while nobody can be asked who it is."""
    require_no_other_site(request)
    form = await typed_in(request)
    language = LANGUAGES.get(form.get("language", ""))
    if language is None:
        raise makes_no_sense({"language": [f"Must be one of: {', '.join(LANGUAGES)}."]})
    remember(request, language)
    return onward(local(form.get("suite", "/")))
