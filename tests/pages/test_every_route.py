"""Whatever is asked, by whomever: an answer says what a browser may do with it, and keeps to it."""

import re
from uuid import UUID

import pytest

from gateway.app import routes
from gateway.door import UNSAFE_METHODS
from tests.conftest import long_but
from tests.pages.samples import TODAY

ALLOWED = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
WORDS = {"code": "la-ferme", "day": str(TODAY), "path": "essaim.css", "name": "essaim.css"}
COUNTED = ("essaim_position",)
"""How far something is: no secret, and nobody is signed in by it."""


def addresses():
    """Every method of every route, and an address where there is nothing."""
    for route in routes():
        path = re.sub(r"{(\w+)(:\w+)?}", lambda found: filled(found[1]), route.path)
        methods = getattr(getattr(route, "app", None), "methods", {"GET": None})
        yield from (
            (method, f"{path}/essaim.css" if path == "/static" else path) for method in methods
        )
    yield from (("GET", "/nowhere"), ("GET", "/v1/nowhere"), ("BREW", "/"))


def filled(name):
    return WORDS.get(name, str(UUID(int=7)))


EVERY = sorted(set(addresses()))


def test_there_are_pages_and_orders_and_files():
    paths = {path for _, path in EVERY}
    assert {"/", "/mon-compte", "/v1/desk-bookings", "/healthz", "/static/essaim.css"} <= paths
    assert len(EVERY) > 120


def policy(headers):
    parts = [each.split() for each in headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


def check(answer, https):
    headers = answer.headers
    assert policy(headers) == ALLOWED
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "microphone=()" in headers["Permissions-Policy"]
    strict = headers.get("Strict-Transport-Security")
    assert strict == ("max-age=31536000; includeSubDomains" if https else None)
    assert "Access-Control-Allow-Origin" not in headers and "Server" not in headers
    if answer.content:
        assert "charset" in headers["Content-Type"] or "text/" not in headers["Content-Type"]
    for cookie in headers.get_list("Set-Cookie"):
        check_cookie(cookie, https)


def check_cookie(cookie, https):
    name, *attributes = re.split("; |=", cookie)[0], *cookie.split("; ")[1:]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(attributes), cookie
    assert ("Secure" in attributes) is https, cookie
    assert not any(each.startswith("Domain") for each in attributes)
    assert name in COUNTED or name.startswith("__Host-") is https, cookie


def check_page(page, text):
    seen = page
    assert all(each["src"].startswith("/static/") for each in seen.all("script")), text[:200]
    assert not seen.all("style") and not seen.all("iframe") and not seen.all("base")
    for tag, attributes in seen.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], tag
        for name in ("href", "src", "action", "formaction"):
            address = attributes.get(name) or ""
            assert not address.startswith(("http", "//", "javascript:")), address
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@pytest.mark.parametrize("who", [None, "lise", "hugo", "olga"])
@pytest.mark.parametrize(
    "home", long_but(["http://testserver", "https://testserver"], "https://testserver")
)
def test_every_answer_is_protected(browser, page, who, home):
    somebody, https = browser(who), home.startswith("https")
    somebody.cookies |= {f"__Host-{name}": value for name, value in somebody.cookies.items()}
    shown = 0
    for method, path in EVERY:
        form = {"data": {"csrf": who or "", "language": "nl"}} if method in UNSAFE_METHODS else {}
        answer = somebody.request(method, home + path, **form)
        check(answer, https)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            check_page(page(answer), answer.text)
            shown += 1
    assert shown > 10


def test_a_broken_answer_is_protected_too(browser, world):
    world.views.broken = ValueError("SELECT secret")
    broken = browser("lise").get("https://testserver/")
    assert broken.status_code == 500 and "secret" not in broken.text
    check(broken, https=True)
