"""Everybody reads pages in the language they chose, or that their browser asks for."""

import asyncio
import re
from types import SimpleNamespace

import psycopg
import pytest
from starlette.requests import Request

from gateway.language import LANGUAGES
from gateway.pages.page import BY_READER
from gateway.pages.reader import COOKIE, language_of, preferred
from tests.pages.samples import plain

TITLES = {
    "fr": "Votre bureau, des deux côtés de la frontière",
    "nl": "Uw kantoor, aan beide kanten van de grens",
    "de": "Ihr Büro, auf beiden Seiten der Grenze",
    "en": "Your office, on both sides of the border",
}


@pytest.mark.parametrize(
    "header, code",
    [
        ("", "fr"),
        ("nl", "nl"),
        ("nl-BE", "nl"),
        ("DE-be", "de"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("en;q=0.5, nl;q=0.9", "nl"),
        ("fr;q=0.1,de;q=0.2", "de"),
        ("de; q=0.7 , en ;q=0.6", "de"),
        ("de,nl", "de"),  # of two that are as good, the one named first
        ("lb,de;q=0.5", "de"),
        ("it,es;q=0.8", "fr"),
        ("it,*;q=0.5", "fr"),
        ("*", "fr"),
        ("*;q=0.1,nl;q=0.5", "nl"),
        ("fr;q=0,*", "nl"),
        ("fr;q=0", "fr"),
        ("nl;q=0,en;q=0.1", "en"),
        ("nl;q=0.000,en;q=0.001", "en"),
        ("nl-BE;q=0.2,nl;q=0.9,en;q=0.5", "nl"),
        ("nl;q=2,en;q=0.1", "en"),
        ("nl;q=-1,en;q=0.1", "en"),
        ("nl;q=,en;q=0.1", "en"),
        ("nl;q=0.1234,en;q=0.1", "en"),
        ("nl;q=\u0661,en;q=0.1", "en"),
        ("nl;level=1,en;q=0.1", "en"),
        (",,;;q=1,=,", "fr"),
        ("../../etc/passwd", "fr"),
        ("nl;" * 1000, "fr"),
        ("x," * 5000 + "de", "de"),
    ],
)
def test_the_language_a_browser_asks_for(header, code):
    assert preferred(header).code == code


@pytest.mark.parametrize(
    "headers, code",
    [
        ([("accept-language", "it"), ("accept-language", "de;q=0.1")], "de"),
        ([("accept-language", "nl"), ("cookie", f"{COOKIE}=de")], "de"),
        ([("accept-language", "nl"), ("cookie", f"{COOKIE}=")], "nl"),
        ([("accept-language", "nl"), ("cookie", f"{COOKIE}=xx")], "nl"),
        ([("accept-language", "nl"), ("cookie", f"{COOKIE}=FR")], "nl"),
        ([("accept-language", "nl"), ("cookie", f"{COOKIE}=../fr")], "nl"),
        ([("accept-language", "nl"), ("cookie", "\xe9;;=")], "nl"),
        ([], "fr"),
    ],
)
def test_a_choice_goes_before_what_the_browser_asks_for(headers, code):
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    assert language_of(Request({"type": "http", "headers": raw})).code == code


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_says_which_language_it_is_in(browser, page, code):
    shown = browser().get("/", headers={"Accept-Language": code})
    seen = page(shown)
    assert TITLES[code] in seen.text and seen.all("html", lang=code)
    assert shown.headers["Content-Language"] == code
    assert shown.headers["Vary"] == BY_READER
    here = [each["value"] for each in seen.all("button", name="language") if "aria-current" in each]
    assert here == [code]


def test_a_language_is_offered_under_its_own_name(browser, page):
    seen = page(browser().get("/"))
    assert [each["lang"] for each in seen.all("button", name="language")] == list(LANGUAGES)
    assert "Français Nederlands Deutsch English" in seen.text


@pytest.mark.parametrize("code, missing", [("fr", "Page introuvable"), ("de", "nicht gefunden")])
def test_a_problem_is_said_in_the_language_too(browser, page, code, missing):
    shown = browser("lise").get("/nulle-part", headers={"Accept-Language": code})
    assert shown.status_code == 404 and missing in page(shown).text
    assert shown.headers["Content-Language"] == code
    assert shown.headers["Vary"] == BY_READER


def test_who_reads_that_the_database_is_away_reads_it_in_their_language(
    browser, page, database_away
):
    away = browser("lise").get("/", headers={"Accept-Language": "nl"})
    assert away.status_code == 503 and "Tijdelijk niet beschikbaar" in page(away).text


# Choosing


def choose(client, language="nl", suite="/", **more):
    return client.post("/langue", data={"language": language, "suite": suite}, **more)


@pytest.mark.parametrize("who", [None, "lise"])
def test_choosing_keeps_the_language_and_comes_back(browser, who):
    done = choose(browser(who), "de", "/espaces/la-ferme?semaine=2027-W10")
    assert done.status_code == 303
    assert done.headers["Location"] == "/espaces/la-ferme?semaine=2027-W10"
    kept = done.headers["Set-Cookie"]
    assert kept.startswith(f"{COOKIE}=de;") and "HttpOnly" in kept and "SameSite=lax" in kept
    assert "Max-Age=31536000" in kept and "Secure" not in kept
    client = browser(who)
    client.cookies[COOKIE] = "de"
    assert client.get("/").headers["Content-Language"] == "de"


def test_a_page_knows_the_way_back_to_itself(browser, page):
    def back(shown):
        forms = re.findall(r"<form[^>]*action=\"/langue\".*?</form>", shown.text, re.S)
        return page(SimpleNamespace(text=forms[0])).value("suite")

    lise, before = browser("lise"), "/reserver/la-ferme?ressource=salle"
    assert back(lise.get(before)) == before
    assert back(browser().get("/nulle-part")) == "/nulle-part"
    wrong = {"csrf": "lise", "resource": "salle"}
    for headers, address in (
        ({"Referer": f"http://testserver{before}"}, before),
        ({"Referer": "http://elsewhere.example/x"}, "/"),
        ({"Referer": "http://[broken"}, "/"),
        ({}, "/"),
    ):
        sent = lise.post("/reserver/la-ferme", data=wrong, headers=headers)
        assert sent.status_code == 422 and back(sent) == address


@pytest.mark.parametrize("suite", ["https://elsewhere.example", "//elsewhere", "/\\x", "x", ""])
def test_choosing_never_leads_elsewhere(browser, suite):
    assert choose(browser(), suite=suite).headers["Location"] == "/"


@pytest.mark.parametrize("language", ["", "xx", "FR", "fr-FR", "*", "fr;Domain=x"])
def test_what_is_no_language_of_ours_cannot_be_chosen(browser, language):
    refused = choose(browser(), language)
    assert refused.status_code == 422 and "Set-Cookie" not in refused.headers


def test_another_site_cannot_choose_for_somebody(browser):
    refused = choose(browser("lise"), headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403 and "Set-Cookie" not in refused.headers


def test_choosing_works_while_nobody_can_be_asked_who_it_is(browser, world, monkeypatch):
    async def away(name):
        raise psycopg.OperationalError("away")

    monkeypatch.setattr(world.credentials, "find", away)
    assert choose(browser("lise")).status_code == 303


# Nothing is ever mixed


def test_many_readers_at_once_each_read_their_language(browser, world):
    client, wanted, rows = browser(), [*LANGUAGES] * 8, world.views.rows

    async def slowly(select, words):
        await asyncio.sleep(0)
        return await rows(select, words)

    async def all_at_once():
        asked = [client._request("GET", "/", {"Accept-Language": code}) for code in wanted]
        return await asyncio.gather(*asked)

    world.views.rows = slowly
    shown = client.runner.run(all_at_once())
    assert [each.headers["Content-Language"] for each in shown] == wanted
    for code, each in zip(wanted, shown, strict=True):
        assert [other for other in LANGUAGES if TITLES[other] in plain(each.text)] == [code]


def test_what_programs_keep_is_the_same_in_every_language(browser):
    client = browser()
    for address in ("/v1/spaces", "/openapi.json", "/docs"):
        told = [client.get(address, headers={"Accept-Language": code}) for code in LANGUAGES]
        assert {each.status_code for each in told} == {200}
        assert len({each.content for each in told}) == 1
        assert len({each.headers.get("ETag") for each in told}) == 1


def test_a_program_is_told_problems_in_english(browser):
    headers = {"Accept": "application/json", "Accept-Language": "nl"}
    told = browser().get("/nulle-part", headers=headers)
    assert told.json()["detail"] == "There is nothing at this address."
    assert "Content-Language" not in told.headers
