"""Everybody visits everything, and sees of others what the permission table opens to them: no more.

Who sees whose details is not written down here: it follows from the blessed table
(tests/gateway/permissions.txt) and from who is host, trainer or at home where (tests/border.py).
"""

import re
from html import unescape

import pytest

from tests.border import PEOPLE, TODAY
from tests.crawl.crawler import (
    about_of,
    addresses,
    expected,
    is_ours,
    is_turned_away,
    look,
    route_of,
    ways,
)
from tests.crawl.rights import MESSAGES, PAGES, VERBS, for_roles, routes, row
from tests.gateway.samples import words_for

EVERYBODY = ("visitor", *PEOPLE)


def name_of(border, person):
    return next(who for who, each in border.people.items() if each.id == person)


def test_somebody_has_thought_of_every_route():
    ours = {route for route in routes() if not route[1].startswith("/v1/")}
    assert ours == PAGES.keys()
    assert {route for route in routes() if route[1].startswith("/v1/")} == VERBS.keys()


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_see_a_page_or_an_answer_sees_it_and_nobody_else(viewers, visits, who):
    viewer = viewers[who]
    for each in visits[who]:
        said = f"{who}: {each.address} answers {each.status}"
        if expected(viewer, each):
            assert each.status in (200, 303) and not is_turned_away(viewer, each), said
        else:
            assert is_turned_away(viewer, each), said


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_page_leads_only_to_where_one_may_go(viewers, visits, who):
    viewer = viewers[who]
    shown = [each for each in visits[who] if each.kind == "text/html" and each.status == 200]
    for each in shown:
        for address in addresses(each.address, each.text):
            path, words = route_of(address)
            about, ours = about_of(viewer.border, words), is_ours(viewer, words)
            if ours and viewer.id:  # others are asked to sign in
                assert viewer.may(row("GET", path), about), f"{each.address} leads to {address}"
        for form in each.page.forms:
            if form.method == "post":
                assert ("POST", path_of(form.action)) in PAGES, f"{each.address}: {form.action}"
    assert len(shown) > 5


def path_of(action):
    fits = (path for method, path in PAGES if method == "POST" and matches(path, action))
    return next(fits, action)


def matches(path, address):
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), address)


# Whose details


def details_in(visit, people):
    """(person, detail) for every detail of somebody that stands in an answer."""
    text = unescape(visit.text)
    lower = text.lower()
    return {
        (person.id, name)
        for person in people
        for name, value in person.details.items()
        if value.lower() in lower or (name == "phone" and value.replace(" ", "") in text)
    }


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_reads_details_that_the_table_does_not_open_to_them(viewers, visits, border, who):
    known = viewers[who].may_know()
    leaks = [
        (each.address, name_of(border, person), detail)
        for each in visits[who]
        for person, detail in details_in(each, border.people.values())
        if detail not in known[person]
    ]
    assert leaks == []


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_details_that_the_table_opens_are_really_found(viewers, visits, border, who):
    """Otherwise the test above would prove nothing."""
    people = border.people.values()
    found = {seen for each in visits[who] for seen in details_in(each, people)}
    asked = border.words["person_id"]
    known = viewers[who].may_know().items()
    assert found >= {(person, each) for person, names in known if person in asked for each in names}


# What nobody may do, they cannot


def orders():
    return [route for route in for_roles() if route[0] != "GET"]


@pytest.mark.parametrize("who", EVERYBODY)
def test_what_the_table_does_not_allow_is_refused(viewers, who):
    viewer, refused = viewers[who], 0
    for method, path in orders():
        sample = sample_of(method, path)
        for about in ways(viewer.border, path, [each for each in OWNING if each in sample]):
            words = sample | about
            if viewer.may(row(method, path), about_of(viewer.border, words)):
                continue  # that it is done then, other tests show
            sent = send(viewer, method, path, about, words)
            assert is_turned_away(viewer, sent), f"{who}: {method} {sent.address} {sent.status}"
            refused += 1
    assert refused, "even operators may not know where somebody works"


OWNING = ("person_id", "space_id", "home_space_id", "host_space_id", "role", "booking_id")
"""Words that say whose something is, though they may not stand in the address."""


SOMEBODYS_BOOKING = ("check_in", "record_no_show", "approve_booking", "decline_booking")


def sample_of(method, path):
    """What a message understands; a form says which booking it is about, or where."""
    if path.startswith("/v1/"):
        return words_for(MESSAGES[VERBS[method, path]])
    if "{entry_id}" in path:
        return {"space_id": ""}
    return {"booking_id": ""} if PAGES[method, path].endswith(SOMEBODYS_BOOKING) else {}


def send(viewer, method, path, about, words):
    inside = re.findall(r"{(\w+)}", path)
    address = path.format_map(about)
    if path.startswith("/v1/"):
        beside = {name: value for name, value in words.items() if name not in inside}
        return look(viewer, method, path, about, address, **({"json": beside} if beside else {}))
    form = {"csrf": viewer.browser.csrf, "booking": words.get("booking_id", "")}
    form |= {"space_id": words.get("space_id", ""), "day": TODAY}
    return look(viewer, method, path, about, address, data=form)
