"""Visits every address of the gateway as somebody, and whatever the pages lead to."""

import re
from itertools import product
from typing import NamedTuple
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from starlette.routing import Match

from gateway.app import app
from tests.border import TODAY
from tests.crawl import html
from tests.crawl.rights import for_roles, row

ASKED = {"/v1/spaces/{space_id}/days/{day}": {}, "/v1/availability": {"day": TODAY}}
ASKED["/v1/spaces/{space_id}/members"] = {"name": "Vanquishbeck"}
ASKED["/v1/persons/{person_id}/included-days"] = {"day": TODAY}
ASKED["/v1/persons/{person_id}/work-days"] = {"year": TODAY[:4]}
ASKED["/v1/spaces/{space_id}/occupancy"] = {"first": TODAY, "last": TODAY}
ASKED["/v1/changes/{log}"] = {"since": f"{TODAY}T00:00:00Z", "until": f"{TODAY}T23:59:59Z"}
LEAVES = ("/deconnexion",)
SAME = 3
"""So many addresses of one kind that are led to are visited: other weeks look like this one."""


class Visit(NamedTuple):
    method: str
    path: str
    """As the route table has it."""
    about: dict
    address: str
    status: int
    text: str
    kind: str

    @property
    def page(self):
        return html.page(self.text)


def visit(viewer, method, path, about, **more):
    """Ask for an address of a route."""
    names = re.findall(r"{(\w+)}", path)
    query = {name: value for name, value in about.items() if name not in names}
    address = path.format_map(about) + (f"?{urlencode(query)}" if query else "")
    return look(viewer, method, path, about, address, **more)


def look(viewer, method, path, about, address, **more):
    told = viewer.browser.request(method, address, follow_redirects=False, **more)
    heads = "\n".join(f"{name}: {value}" for name, value in told.headers.items())
    kind = told.headers.get("Content-Type", "").partition(";")[0]
    text = told.text if kind == "text/html" else f"{heads}\n{told.text}"
    return Visit(method, path, about, address, told.status_code, text, kind)


def ways(border, path, beside=()):
    """All the words there are for an address: for each of its {names} what the border has.

    And for those `beside` it, where it has any.
    """
    inside = re.findall(r"{(\w+)}", path)
    names = [*inside, *(each for each in beside if each in border.words and each not in inside)]
    values = product(*(border.words[name] for name in names))
    found = [dict(zip(names, each, strict=True)) for each in values]
    return [words for words in found if _belong_together(border, words)]


def _belong_together(border, words):
    """A page of a space, about a membership, is about one of that space."""
    space = about_of(border, words).get("space_id")
    thing = border.things.get(words.get("membership_id"))
    return "code" not in words or thing is None or thing.space == space


def about_of(border, words):
    """The same, as the permission table speaks of it: a page names a space by its code."""
    places = {place.code: place.space for place in (border.home, border.abroad)}
    space = places.get(words.get("code"))
    return words | ({"space_id": space} if space else {})


def questions(viewer):
    """Everything that can be asked with GET, with all the words there are."""
    for method, path in for_roles():
        if method == "GET":
            known = ("space_id", "month") if path == "/v1/settlements" else ()
            for words in ways(viewer.border, path, known):
                yield visit(viewer, method, path, words | ASKED.get(path, {}))


def led_to(viewer, visits):
    """Where the pages lead, by links and by forms that only ask, and on from there."""
    seen, counted = {each.address for each in visits}, {}
    waiting = [(each.address, each.text) for each in visits if each.kind == "text/html"]
    while waiting:
        base, text = waiting.pop()
        for address in addresses(base, text):
            path, words = route_of(address)
            key = (path, *sorted(name for name, _ in parse_qsl(urlsplit(address).query)))
            if address in seen or not is_ours(viewer, words) or counted.get(key, 0) >= SAME:
                continue
            seen.add(address)
            counted[key] = counted.get(key, 0) + 1
            found = look(viewer, "GET", path, words, address)
            yield found
            if found.kind == "text/html" and found.status == 200:
                waiting.append((address, found.text))


def is_ours(viewer, words):
    """About no space, or one of the border: other tests have spaces, too."""
    return words.get("code") in (None, *viewer.border.words["code"])


def addresses(base, text):
    page = html.page(text)
    asking = [form for form in page.forms if form.method == "get"]
    sent = [
        f"{form.action}?{urlencode({n: f.value for n, f in form.visible().items()})}"
        for form in asking
    ]
    for link in [*page.links, *sent]:
        address = urldefrag(urljoin(base, link))[0]
        if address.startswith("/") and not address.startswith(LEAVES):
            yield address


def route_of(address):
    """The path of the table that serves an address, and the words in it."""
    scope = {"type": "http", "method": "GET", "path": urlsplit(address).path, "headers": []}
    for route in app.routes:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return route.path, found.get("path_params", {})
    raise LookupError(f"a page leads to {address}, where there is nothing")


def is_turned_away(viewer, found):
    """401 and 403, or for people who are not signed in the page to sign in."""
    if viewer.id is None and not found.path.startswith("/v1/"):
        return found.status == 303 and "location: /connexion" in found.text.lower()
    return found.status == (401 if viewer.id is None else 403)


def expected(viewer, found):
    return viewer.may(row(found.method, found.path), about_of(viewer.border, found.about))
