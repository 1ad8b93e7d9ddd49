"""A poster for the door: whoever has booked scans it, and says to be here."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.qr import address_of, qr_code


async def see(request: Request) -> Response:
    space = await run_by_caller(request, "describe_space")
    address = address_of(request, f"/espaces/{space['code']}/arrivee")
    return await shown(request, "host/poster.html", space, address=address, code=qr_code(address))
