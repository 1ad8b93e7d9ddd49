"""Addresses as QR codes: a picture that the camera of a phone opens."""

from io import BytesIO

import segno
from markupsafe import Markup
from starlette.requests import Request

QUIET = 4  # the empty cells around a code that readers need


def address_of(request: Request, path: str) -> str:
    """The whole address of a page of ours, as it is reached from a phone."""
    return str(request.base_url).rstrip("/") + path


def qr_code(address: str) -> Markup:
    """An SVG without styles, as large as the place it stands in: dark on light, also by night."""
    made = segno.make(address, error="m", micro=False)
    file = BytesIO()
    look = {"xmldecl": False, "omitsize": True, "svgclass": "qr", "lineclass": None}
    made.save(file, kind="svg", border=QUIET, light="#fff", **look)
    return Markup(file.getvalue().decode())  # noqa: S704 - cells, nothing that anybody typed
