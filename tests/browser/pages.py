"""Every page there is, and somebody who may see it: from the route table, as the crawler has it.
And those among them that show each thing pages are made of.
"""

from itertools import islice

from tests.border import PEOPLE, TODAY
from tests.crawl.crawler import about_of, ways
from tests.crawl.rights import Viewer, for_roles, row

BESIDES = (
    ("member", "/reserver/{code}?ressource=desks"),
    ("member", "/reserver/{code}?ressource=room"),
    ("member", "/reserver/{code}?ressource=office"),
    ("visitor", "/?jour=demain"),
    ("visitor", "/nulle-part"),
)
"""Other sides of the same pages: each form there is, a mistake, a problem."""
SOME = (
    ("visitor", "/"),
    ("visitor", "/design"),
    ("visitor", "/espaces/{code}"),
    ("visitor", "/inscription"),
    ("member", "/accueil"),
    ("member", "/reserver/{code}?ressource=room"),
    ("member", "/mes-reservations"),
    ("host abroad", "/espaces/{code}/jour/{day}"),
    ("host abroad", "/espaces/{code}/planning"),
    ("auditor", "/audit"),
    ("operator", "/exploitation"),
)
PAGES_FIRST_SEEN_BY = ("member", "visitor", *(who for who in PEOPLE if who != "member"))


def every_page(border):
    """(who, address) of all that is HTML. Members see more of a page than visitors do."""
    viewers = [Viewer(border, who) for who in PAGES_FIRST_SEEN_BY]
    found = []
    for method, path in for_roles():
        if method == "GET" and not path.startswith("/v1/"):
            words = ways(border, path)[-1]
            needs = row(method, path)
            seen = (each for each in viewers if each.may(needs, about_of(border, words)))
            shown = (each for each in seen if is_page(each, path.format_map(words)))
            found += [(each.who, path.format_map(words)) for each in islice(shown, 1)]
    return found + [(who, path.format(code=border.abroad.code)) for who, path in BESIDES]


def some_pages(border):
    words = {"code": border.abroad.code, "day": TODAY}
    found = [(who, path.format_map(words)) for who, path in SOME]
    assert all(is_page(Viewer(border, who), address) for who, address in found)
    return found


def is_page(viewer, address):
    """Not a file, and not something that leads this viewer on to another page."""
    answer = viewer.browser.get(address)
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    return html and answer.status_code == 200
