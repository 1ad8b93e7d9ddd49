"""For operators: how everything is, what stands still, and what to type."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import operation
from gateway.pages.page import page, signed_in
from gateway.permissions import admit

AGAIN = "10"
"""Seconds after which a browser asks again by itself."""


async def see(request: Request) -> Response:
    admit(operation.SeeOperation.verb(), await signed_in(request))
    response = await page(request, "operation.html", **await operation.look(request))
    response.headers["Refresh"] = AGAIN
    return response
