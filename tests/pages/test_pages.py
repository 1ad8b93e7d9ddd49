"""What pages show, to whom, and what they never do."""

import re
from datetime import timedelta

import psycopg
import pytest

from gateway.views.availability import FindFree, SeeWeek
from gateway.views.directory import SeeSpace
from tests.pages.samples import ALL, HOST, HOSTS, LISE, OWN, SPACE, TODAY, plain


@pytest.mark.parametrize("who, address", ALL)
def test_a_page_is_whole_for_everybody(browser, page, who, address):
    shown = browser(who).get(address)
    assert shown.status_code == 200
    seen = page(shown)
    assert seen.all("html", lang="fr") and len(seen.all("h1")) == 1
    assert seen.all("a", href="#contenu") and seen.all("main", id="contenu")
    labelled = {each["for"] for each in seen.all("label") if "for" in each}
    for field in [*seen.all("input"), *seen.all("select")]:
        by_itself = field.get("type") in ("hidden", "radio")
        assert by_itself or field["id"] in labelled, field


@pytest.mark.parametrize("who, address", ALL)
def test_a_page_obeys_the_strictest_policy(browser, page, who, address):
    seen = page(browser(who).get(address))
    assert all(each["src"].startswith("/static/") for each in seen.all("script"))
    assert not seen.all("style")
    for _, attributes in seen.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for name in ("href", "src", "action"):
            assert not attributes.get(name, "").startswith(("http", "//"))


@pytest.mark.parametrize("who, address", ALL)
def test_every_form_that_changes_something_knows_the_word(browser, page, who, address):
    html = browser(who).get(address).text
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.S):
        if 'action="/langue"' in form or 'action="/apparence"' in form:
            continue  # whoever cannot be asked who they are may still choose how to read
        assert f'name="csrf" value="{who or ""}"' in form


def test_what_people_wrote_is_text(browser):
    assert "La Ferme &lt;Coworking&gt;" in browser().get("/").text


def test_the_first_page_counts_what_is_free_on_a_day(browser, page, world):
    seen = page(browser().get(f"/?jour={TODAY}"))
    assert "12 postes libres aujourd" in seen.text
    assert seen.all("a", href="/espaces/la-ferme")
    wrong = browser().get("/?jour=demain")
    [typed] = page(wrong).all("input", id="libres")
    assert (wrong.status_code, typed["value"], typed["aria-invalid"]) == (422, "demain", "true")


def test_when_all_are_closed_the_first_page_shows_the_next_day_somebody_opens(browser, page, world):
    in_two_days = TODAY + timedelta(days=2)
    hours = [{"weekday": in_two_days.isoweekday(), "opens": 480, "closes": 1080}]
    world.views.found[FindFree.select] = lambda _: [SPACE | {"hours": hours}]
    assert f'value="{in_two_days}"' in browser().get("/").text
    assert f'value="{TODAY}"' in browser().get(f"/?jour={TODAY}").text
    world.views.found[FindFree.select] = lambda _: [SPACE | {"hours": []}]
    assert f'value="{TODAY + timedelta(days=7)}"' in browser().get("/").text


def test_a_network_without_spaces_has_a_page(browser, page, world):
    world.views.found = {select: lambda _: [] for select in world.views.found}
    assert "Aucun espace" in page(browser().get("/")).text


def test_a_week_says_why_a_space_is_closed(browser, page, world):
    for question in (SeeSpace, SeeWeek):
        world.views.found[question.select] = lambda _: [SPACE | {"holidays_observed": True}]
    seen = page(browser().get("/espaces/la-ferme?semaine=2027-W20"))
    assert "La semaine du 17 au 23 mai 2027" in seen.text
    assert "Jour férié : Lundi de Pentecôte" in seen.text
    assert seen.all("a", rel="next", href="?semaine=2027-W21#semaine")
    assert seen.all("a", rel="prev", href="?semaine=2027-W19#semaine")


@pytest.mark.parametrize("week", ["2027", "2027-W60", "2027-W0٣", "1999-W01", "x"])
def test_what_is_no_week_is_no_page(browser, week):
    assert browser().get("/espaces/la-ferme", params={"semaine": week}).status_code == 404


@pytest.mark.parametrize("address", [*OWN, *HOSTS])
def test_who_is_not_signed_in_signs_in_first(browser, page, address):
    nobody = browser()
    sent = nobody.get(address)
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/connexion?suite=")
    assert page(nobody.get(sent.headers["Location"])).value("suite") == address


def test_a_form_of_somebody_signed_out_meanwhile_is_filled_in_again(browser, page, world):
    before = "http://testserver/reserver/la-ferme?ressource=salle"
    sent = browser().post("/reserver/la-ferme", headers={"Referer": before})
    assert sent.headers["Location"] == "/connexion?suite=/reserver/la-ferme%3Fressource%3Dsalle"
    assert world.services.asked == []


def test_bookings_are_asked_for_oneself_only(browser, page, world):
    assert "Open space" in page(browser("lise").get("/mes-reservations")).text
    assert {words["person_id"] for words in world.views.asked if "person_id" in words} == {LISE}
    assert "Rien de prévu" in page(browser("hugo").get("/mes-reservations")).text


def test_a_pass_shows_what_is_left_as_cells(browser, page):
    seen = page(browser("lise").get("/mon-pass"))
    assert "28,5 jours restants sur 30" in seen.text
    comb = [each for each in seen.all("polygon") if each.get("class") == "used"]
    assert len(comb) == 2  # a day, and half of the next one
    assert "France 1,5 jour" in seen.text


def test_who_comes_is_for_the_host(browser, page):
    assert "Lise Lambert" in page(browser("hugo").get(HOST)).text
    refused = browser("lise").get(HOST)
    assert refused.status_code == 403 and "Lise Lambert" not in refused.text


def test_a_problem_is_a_page_for_people_and_json_for_programs(browser, page):
    missing = browser().get("/espaces/nulle-part")
    assert missing.status_code == 404 and "Page introuvable" in page(missing).text
    for address in ("/espaces/nulle-part", "/v1/nowhere"):
        told = browser().get(address, headers={"Accept": "application/json"})
        assert told.headers["Content-Type"] == "application/problem+json"
    told = browser().get("/v1/nowhere")
    assert told.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("who, shown", [("lise", "/mes-reservations"), (None, "/connexion")])
def test_a_problem_has_the_menu_of_whoever_reads_it(browser, page, who, shown):
    for address in ("/nulle-part", "/espaces/nulle-part", "/?jour=demain"):
        menu = {each["href"] for each in page(browser(who).get(address)).all("a") if "href" in each}
        assert shown in menu and len(menu & {"/mes-reservations", "/connexion"}) == 1


def test_a_problem_is_shown_though_nobody_can_be_asked_who_reads_it(browser, world, monkeypatch):
    async def away(*names):
        raise psycopg.OperationalError("away")

    monkeypatch.setattr(world.credentials.sessions, "find", away)
    assert browser("lise").get("/nulle-part").status_code == 404


def test_a_database_that_is_away_is_said_in_french(browser, page, database_away):
    away = browser("lise").get("/")
    assert away.status_code == 503 and away.headers["Retry-After"]
    assert "Momentanément indisponible" in page(away).text


def test_what_broke_is_not_shown(browser, page, world):
    world.views.broken = RuntimeError("a secret of ours")
    broken = browser().get("/")
    assert broken.status_code == 500 and "secret" not in broken.text


def test_a_problem_has_a_reference_to_quote(browser, page):
    trace = "0af7651916cd43dd8448eb211c80319c"
    told = browser().get("/nulle-part", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert f"citez cette référence : {trace}" in page(told).text


def test_the_rules_of_a_place_are_said_before_they_refuse(browser, page, world):
    rules = {"shortest_minutes": 60, "longest_minutes": None, "notice_minutes": 90}
    room = next(each for each in SPACE["resources"] if each["code"] == "salle")
    asked = room | {"rules": {**rules, "horizon_days": 30}}
    for select in list(world.views.found)[:5]:
        world.views.found[select] = lambda _: [SPACE | {"resources": [asked]}]
    seen = plain(page(browser("lise").get("/reserver/la-ferme?ressource=salle")).text)
    assert "Au moins 60 minutes. À réserver 90 minutes avant le début." in seen
    assert "Au plus" not in seen and "30 jours" in seen
