"""Every page there is, and somebody who may see it: from the route table, as the crawler has it."""

from tests.border import PEOPLE
from tests.crawl.crawler import about_of, ways
from tests.crawl.rights import PAGES, Viewer, row

BESIDES = (
    ("member", "/reserver/{code}?ressource=desks"),
    ("member", "/reserver/{code}?ressource=room"),
    ("member", "/reserver/{code}?ressource=office"),
    ("visitor", "/?jour=demain"),
    ("visitor", "/nulle-part"),
)
"""Other sides of the same pages: each form there is, a mistake, a problem."""
PAGES_FIRST_SEEN_BY = ("member", "visitor", *(who for who in PEOPLE if who != "member"))


def every_page(border):
    """(who, address) of all that is HTML. Members see more of a page than visitors do."""
    viewers = [Viewer(border, who) for who in PAGES_FIRST_SEEN_BY]
    found = []
    for method, path in PAGES:
        if method == "GET":
            words = ways(border, path)[-1]
            needs = row(method, path)
            seen = (each for each in viewers if each.may(needs, about_of(border, words)))
            found += [shown(each, path.format_map(words)) for each in seen]
    besides = [(who, path.format(code=border.abroad.code)) for who, path in BESIDES]
    return [*first_of_each(filter(None, found)), *besides]


def shown(viewer, address):
    """None for what is no page, or leads this viewer on to another one."""
    answer = viewer.browser.get(address)
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    return (viewer.who, address) if html and answer.status_code == 200 else None


def first_of_each(pages):
    return [(who, address) for address, who in {a: w for w, a in reversed([*pages])}.items()]
