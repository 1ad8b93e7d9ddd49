"""Nobody forgets to mark a text: what pages say all comes out of the catalogues."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import gateway
from deploy.texts import texts
from gateway.codes import CODES
from gateway.language import LANGUAGES, Language
from gateway.pages.page import templates
from gateway.pages.sign_up import residences
from gateway.positions import SERVICES
from gateway.problems import Away, Failed
from gateway.views import VIEWS
from gateway.views.agenda import ListBookings, SeeVisitors
from gateway.views.mobility import ListPasses
from services.bookings.domain.space_day import NoDeskLeft
from tests.pages.samples import (
    ALL,
    BOOKED,
    CREDIT,
    FERME,
    PASS,
    SPACE,
    TODAY,
    VISITOR,
    previewed,
    resource,
)
from tests.pages.test_forms import DESK, JOINING, answer

READ = ("aria-label", "title", "alt", "placeholder")
TEMPLATES = Path(gateway.__file__).parent / "templates"
NAMES = """Essaim API km RabbitMQ python m kernel serve follow show retry views service gateway La
    Ferme Coworking Chimay Open space Salle de réunion Bureau Atelier bois Lise Lambert Dix
    jours Carnet de dix Café Écran Rimbaud Tech BEP post Initiation au fablab La Grange Couvin
    lise example org inventaire UTC ValueError no such zone Firefox Linux Mairie mairie"""

WRITTEN = sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")])
FOR_PROGRAMS = {
    "macros.html": {"id", "name", "aria", "invalid", "true", "describedby", "aide", "faux"},
    "operation.html": {"gateway", "views", "services", "service"},
    "bookings.txt": {"mes", "reservations"},
    "offer.txt": {"liste", "d", "attente"},
    "verify.html": {"python", "verify", "py", "bundle", "zip", "policy", "txt"},
    "training.txt": {"agenda", "mon", "profil"},
}
"""Attributes and addresses that a template puts together."""


class Text(HTMLParser):
    """What of a page is read or read aloud."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name in READ and value]

    def handle_data(self, data):
        self.found.append(data)


def letters(html):
    return set(re.findall(r"[^\W\d_]+", " ".join(Text(html).found)))


# As readers see it: every text comes in brackets, and nothing else is said


def bracketed(text):
    if isinstance(text.id, tuple):
        return tuple(f"⟦{each}⟧" for each in text.id)
    return f"⟦{text.id}⟧"


@pytest.fixture(scope="module")
def in_brackets():
    """A language that nobody speaks, with the days and countries of English."""
    catalogue = Catalog("en")
    for text in texts():
        if text.id:
            catalogue.add(text.id, bracketed(text), context=text.context)
    return Language("en_GB", catalogue)


@pytest.fixture
def brackets(in_brackets, monkeypatch):
    """What people read who have not said what they read."""
    monkeypatch.setitem(LANGUAGES, "fr", in_brackets)
    return in_brackets


@pytest.fixture
def names(brackets):
    """Words that are data, or that CLDR knows."""
    written = [*(language.name for language in LANGUAGES.values()), *SERVICES]
    written += [view.name for view in VIEWS] + [f"{view.name}".capitalize() for view in VIEWS]
    written += [service.capitalize() for service in SERVICES]
    written += [brackets.language(code) for code in LANGUAGES]
    written += [name for _, name in residences(brackets)]
    written += [brackets.long_day(TODAY + timedelta(days=28 * n)) for n in range(-1, 14)]
    written += [brackets.weekday(TODAY + timedelta(days=n)) for n in range(7)]
    written += [brackets.long_day(day) for day in ("2026-03-02", "2027-03-08")]
    return set(re.findall(r"[^\W\d_]+", " ".join([NAMES, *written])))


def outside(html):
    """The words that stand in no brackets, with values inside of texts."""
    plain = re.sub(r"<(script|code)[^>]*>.*?</\1>", "", html, flags=re.S)
    while plain != (less := re.sub(r"⟦[^⟦⟧]*⟧", "", plain)):
        plain = less
    assert "⟦" not in plain
    return letters(plain)


def test_the_look_finds_what_it_looks_for():
    page = '<p aria-label="Fermer">⟦Book⟧ ⟦a <b>⟦desk⟧</b>⟧ libre</p><code>x</code>'
    assert outside(page) == {"Fermer", "libre"}


@pytest.mark.parametrize("who, address", ALL)
def test_a_page_says_nothing_of_its_own(browser, names, who, address):
    shown = browser(who).get(address)
    assert shown.status_code == 200 and shown.text.count("⟦") > 10
    assert outside(shown.text) - names == set()


def test_pages_of_a_space_say_nothing_of_their_own(browser, world, names):
    """Each kind of thing, closed and planned, dear and free, booked and let."""
    prices = {"hour_cents": 0, "half_day_cents": 900, "day_cents": None, "month_cents": None}
    lengths = {"shortest_minutes": 60, "longest_minutes": 90}
    prices["rules"] = {**lengths, "notice_minutes": 30, "horizon_days": 2}
    kinds = ("desks", "room", "studio", "machines", "office", "amenity")
    things = [
        resource(FERME, kind, kind, "Atelier bois", units=2, training=str(FERME), **prices)
        for kind in kinds
    ]
    closed = {str(TODAY): {"open": False, "reason": "inventaire"}}
    for change in (
        {"resources": things, "cancellation_hours": 0, "holidays_observed": True},
        {"resources": [], "amenities": ["wifi", "accessible"], "exceptions": closed},
        {"planned": True},
        {"hours": []},
    ):
        for select in list(world.views.found)[:5]:
            world.views.found[select] = lambda _, change=change: [SPACE | change]
        room = "/reserver/la-ferme?ressource=room"
        for address in ("/", "/espaces/la-ferme", "/reserver/la-ferme", room):
            assert outside(browser("lise").get(address).text) - names == set(), (change, address)


def test_what_was_done_and_what_was_refused_say_nothing_of_their_own(browser, world, names):
    lise, hugo = browser("lise"), browser("hugo")
    world.services.answer = answer(NoDeskLeft(day=TODAY, start="08:00", end="13:00"))
    pages = [
        lise.get("/mes-reservations?fait=reserve&depuis=toujours"),
        lise.post("/mes-reservations/agenda", data={"csrf": "lise"}),
        lise.post("/reserver/la-ferme", data=DESK),
        lise.post("/reserver/la-ferme", data=DESK | {"day": "", "part": ""}),
        browser().post("/inscription", data=JOINING | {"email": "lise"}),
        browser().post("/connexion", data={"email": "x", "password": ""}),
        lise.get("/nulle-part"),
        lise.get("/exploitation"),
        hugo.get("/mes-reservations"),
        hugo.get("/mon-pass"),
    ]
    assert [each.status_code for each in pages] == [
        200,
        200,
        409,
        422,
        422,
        422,
        404,
        403,
        200,
        200,
    ]
    for each in pages:
        assert outside(each.text) - names == set()


def test_what_a_booking_will_cost_says_nothing_of_its_own(browser, world, names):
    units = ("hour", "half-day", "day", "month", "included half-day", "credit half-day")
    line = {"quantity": 2, "each_cents": 7, "cents": 14, "name": CREDIT["name"]}
    lines = [{"unit": unit, **line} for unit in units]
    left_out = [(TODAY, why) for why in CODES["why"]]
    world.services.answer = previewed(TODAY, TODAY, left_out=left_out, lines=lines)
    asked = DESK | {"repeat": "week", "until": str(TODAY), "step": "preview"}
    shown = browser("lise").post("/reserver/la-ferme", data=asked)
    assert shown.status_code == 200 and outside(shown.text) - names == set()


def test_states_say_nothing_of_their_own(browser, world, names):
    for state in ("booked", "cancelled", "checked-in", "no-show"):
        slots = [BOOKED["slots"][0] | {"state": state}]
        mine = BOOKED | {"state": state, "slots": slots, "resource_name": None}
        office = mine | {"kind": "office"}
        nameless = VISITOR | {"state": state, "given_name": None, "kind": "office"}
        uncovered = [{"day": str(TODAY), "host_space_name": "La Ferme", "reason": "no-pass"}]
        card = PASS | {"uncovered": uncovered, "withdrawn": True, "sponsor_name": None}
        world.views.found |= {
            ListBookings.select: lambda _, rows=(mine, office): rows,
            SeeVisitors.select: lambda _, row=nameless: [row],
            ListPasses.select: lambda _, card=card: [card, card | {"year": TODAY.year - 1}],
        }
        for who, address in (
            ("lise", "/mes-reservations"),
            ("lise", "/mon-pass"),
            ("hugo", f"/espaces/la-ferme/jour/{TODAY}"),
            ("hugo", f"/espaces/la-ferme/jour/{TODAY - timedelta(days=1)}"),
        ):
            assert outside(browser(who).get(address).text) - names == set(), (state, address)


def test_troubles_say_nothing_of_their_own(browser, world, names):
    stopped = {"since": "2027-03-08T13:05:00+00:00", "reason": "ValueError: no such zone"}
    world.services.health["mobility"] |= {"places": {"spaces": 5}, "stopped": {"spaces": stopped}}
    world.services.health |= {"training": Away(), "members": Failed("OperationalError")}
    world.services.missing = {"agenda.follows.bookings", "dead-letters"}
    row = {"source": "bookings", "place": 3, "stopped": stopped}
    world.views.found["people.places"] = lambda _: [row | {"source": "members"}]
    assert outside(browser("olga").get("/exploitation").text) - names == set()
    world.services.missing = None
    assert outside(browser("olga").get("/exploitation").text) - names == set()


# As templates are written: also what no page of these tests shows


def said_by(template):
    """What stands in a template outside of its marked texts."""
    source = re.sub(
        r"{%-? *trans .*?{%-? *endtrans *-?%}|{%-? *trans *-?%}.*?{%-? *endtrans *-?%}",
        "",
        template,
        flags=re.S,
    )
    tokens = templates(LANGUAGES["en"]).lex(source)
    return letters("".join(text if kind == "data" else "" for _, kind, text in tokens))


def test_the_other_look_finds_what_it_looks_for():
    template = """<p title="Fermer">{{ _("Book") }} {# note #}{% if x %}libre{% endif %}
        {% trans n=x %}a desk{% pluralize %}desks{% endtrans %}{% trans %}b{% endtrans %}</p>"""
    assert said_by(template) == {"Fermer", "libre"}


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_a_template_says_nothing_of_its_own(file):
    if file.name not in ("docs.html", "design.html"):  # for programmers, and English
        said = said_by(file.read_text())
        assert said - FOR_PROGRAMS.get(file.name, set()) <= {"Essaim", "km", "RabbitMQ"}
