"""Where a host begins: at the counter of the space; whoever runs several chooses one."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host.frame import MENU, may
from gateway.pages.page import all_of, onward, page, signed_in
from gateway.permissions import refusal
from gateway.views.directory import ListSpaces


async def see(request: Request) -> Response:
    caller = await signed_in(request)
    own = []
    for space in await all_of(request, ListSpaces, {}):
        if entries := [entry for entry in MENU if await may(request, entry.verb, space)]:
            own.append((space, entries[0].path))
    match own:
        case []:
            raise refusal(caller)
        case [(space, path)]:
            return onward(f"/espaces/{space['code']}/{path}")
    return await page(request, "host/own_spaces.html", own=own)
