"""Signing in at a partner's door, which is a process of its own."""

import json
import socket
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest

from gateway.credentials import Credentials
from gateway.partners import Door, Partner, doors
from tests import plain
from tests.accounts.conftest import PASSWORD, QUICK
from tests.accounts.provider import CLIENT, SECRET
from tests.accounts.test_second_factors import enrol, pass_by
from tests.conftest import eventually

WHO = "lise@example.org"
LEAVE, BACK = "/connexion/partenaire/bep", "/connexion/partenaire/bep/retour"
LISE = {"sub": "4711", "email": WHO, "email_verified": True, "groups": ["hosts", "others"]}


@pytest.fixture(scope="module")
def provider():
    """Its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["uvicorn", "tests.accounts.provider:app", "--port", str(port)]
    running = subprocess.Popen([sys.executable, "-m", *command, "--log-level", "warning"])
    address = f"http://127.0.0.1:{port}"

    def answers():
        try:
            return plain.get(f"{address}/keys").is_success
        except httpx.TransportError:
            return False

    eventually(answers, within=30)
    yield address
    running.terminate()
    running.wait(timeout=15)


@pytest.fixture
def say(provider):
    def told(claims=LISE, **more):
        plain.post(f"{provider}/say", json={"claims": claims, **more})

    told()
    return told


@pytest.fixture
def bep(provider):
    roles = {"hosts": "host"}
    return Door(Partner("bep", "Le BEP", provider, CLIENT, SECRET, roles=roles))


@pytest.fixture
def credentials(credentials, bep):
    return Credentials(credentials.pool, QUICK, staff_needs_second=True, partners={"bep": bep})


def go(browser, address=LEAVE):
    """To the partner and back again: the answer at our door."""
    sent = browser.get(address)
    back = plain.get(sent.headers["Location"]).headers["Location"]
    return browser.get(back)


@pytest.fixture
def linked(say, account, browser):
    account()
    found = browser()
    assert go(found).headers["Location"] == "/connexion/lien"
    found.get("/connexion/lien")
    assert found.post("/connexion/lien", password=PASSWORD).headers["Location"] == "/accueil"
    return found


def test_the_sign_in_page_names_the_partner(say, browser):
    page = browser()
    page.get("/connexion?suite=/mon-pass")
    assert page.last.all("a", href=f"{LEAVE}?suite=/mon-pass") and "Le BEP" in page.last.text


def test_whoever_is_linked_signs_in_without_a_password(linked, browser):
    phone = browser()
    assert go(phone, f"{LEAVE}?suite=/mon-pass").headers["Location"] == "/mon-pass"
    assert phone.is_signed_in and linked.is_signed_in


def test_the_first_time_the_password_says_that_the_account_is_theirs(say, account, browser, sql):
    account()
    somebody = browser()
    go(somebody)
    assert not somebody.is_signed_in
    somebody.get("/connexion/lien")
    assert WHO in somebody.last.text
    assert somebody.post("/connexion/lien", password="a guess").status_code == 401
    assert sql.execute("SELECT count(*) FROM accounts.partner").fetchone() == (0,)
    assert not somebody.is_signed_in and go(browser()).headers["Location"] == "/connexion/lien"


def test_a_password_is_not_guessed_at_that_form_either(say, account, browser):
    account()
    somebody = browser()
    go(somebody)
    somebody.get("/connexion/lien")
    statuses = [somebody.post("/connexion/lien", password="x").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize(
    "claims",
    [
        LISE | {"email_verified": False},
        LISE | {"email_verified": "true"},
        {"sub": "4711", "email": WHO},
        {"sub": "4711"},
        LISE | {"email": "nobody@example.org"},
    ],
)
def test_without_a_verified_address_that_we_know_one_signs_up(say, account, browser, claims):
    account()
    say(claims)
    stranger = browser()
    shown = go(stranger)
    assert shown.status_code == 404 and stranger.last.all("a", href="/inscription")
    assert stranger.get("/connexion/lien").headers["Location"] == "/connexion"
    assert not stranger.is_signed_in


def test_a_linked_account_stays_theirs_when_the_address_changes(say, linked, browser):
    say(LISE | {"email": "elsewhere@example.org", "email_verified": False})
    phone = browser()
    go(phone)
    assert phone.is_signed_in


def test_another_person_of_the_partner_is_another_person(say, linked, browser):
    say(LISE | {"sub": "4712"})
    eve = browser()
    assert go(eve).headers["Location"] == "/connexion/lien" and not eve.is_signed_in


def test_a_partner_is_one_factor_only(say, linked, browser, sql):
    app, _ = enrol(linked)
    pass_by(sql)
    app.last = 0
    phone = browser()
    assert go(phone).headers["Location"] == "/connexion/code" and not phone.is_signed_in
    phone.get("/connexion/code")
    assert phone.sign_in(WHO).headers["Location"] == "/connexion/code"
    go(phone)
    phone.get("/connexion/code")
    assert phone.post("/connexion/code", code=app.code()).status_code == 303 and phone.is_signed_in


def test_groups_propose_a_role_and_give_none(linked):
    linked.get("/mon-compte")
    assert "Le BEP" in linked.last.text and "hôte" in linked.last.text
    roles = {each["role"] for each in linked.get("/v1/me").json()["roles"]}
    assert roles == {"member"}


def test_what_a_partner_proposes_is_what_it_says_today(say, linked, browser):
    say(LISE | {"groups": "hosts"})
    go(browser())
    linked.get("/mon-compte")
    assert "hôte" not in linked.last.text


def test_somebody_ends_it(linked, browser, say):
    linked.get("/mon-compte")
    assert linked.post("/mon-compte/partenaires/bep/fin").status_code == 303
    assert go(browser()).headers["Location"] == "/connexion/lien"
    linked.get("/mon-compte")
    assert linked.post("/mon-compte/partenaires/bep/fin").status_code == 404


@pytest.mark.parametrize(
    "broken",
    [
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"aud": "another"}},
        {"claims": {"aud": None}},
        {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"exp": 946684800}},
        {"claims": {"exp": None}},
        {"claims": {"sub": None}},
        {"claims": {"iat": None}},
        {"unsigned": True},
        {"back": {"state": "another"}},
        {"back": {"state": ""}},
        {"back": {"code": "another"}},
        {"back": {"code": ""}},
        {"back": {"iss": "https://elsewhere.example"}},
        {"back": {"error": "access_denied", "code": ""}},
    ],
    ids=json.dumps,
)
def test_what_is_not_right_signs_nobody_in(say, linked, browser, broken):
    say(broken=broken)
    phone = browser()
    refused = go(phone)
    assert refused.status_code == 401 and "pas confirmé" in phone.last.text
    assert not phone.is_signed_in
    say()
    go(phone)
    assert phone.is_signed_in, "the next time it works"


def test_a_key_of_somebody_else_is_not_the_partners(say, linked, browser):
    for words in ({"key": "foreign"}, {"key": "foreign", "broken": {"kid": "one"}}):
        say(**words)
        assert go(browser()).status_code == 401


def test_a_partner_may_have_a_new_key(say, linked, browser):
    say(key="two")
    phone = browser()
    go(phone)
    assert phone.is_signed_in


def test_a_way_back_is_good_once_and_in_this_browser(say, linked, browser):
    phone, thief = browser(), browser()
    back = plain.get(phone.get(LEAVE).headers["Location"]).headers["Location"]
    assert thief.get(back).status_code == 401
    thief.get(LEAVE)
    assert thief.get(back).status_code == 401, "another has begun there"
    assert phone.get(back).status_code == 303
    assert phone.get(back).status_code == 401


def test_every_time_something_else_is_asked(say, browser):
    phone = browser()
    asked = [parse_qs(urlsplit(phone.get(LEAVE).headers["Location"]).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert "code_verifier" not in asked[0]


def test_a_partner_that_nobody_knows_is_nowhere(browser):
    assert browser().get("/connexion/partenaire/x").status_code == 404
    assert browser().get("/connexion/partenaire/x/retour").status_code == 404


def test_a_partner_that_is_away_is_told_as_such(browser, credentials, bep):
    gone = msgspec.structs.replace(bep.partner, issuer="http://127.0.0.1:9")
    credentials.partners["bep"] = Door(gone)
    assert browser().get(LEAVE).status_code == 503


def test_a_door_that_says_it_is_another_is_not_gone_through(browser, credentials, bep):
    other = bep.partner.issuer.replace("127.0.0.1", "localhost")
    credentials.partners["bep"] = Door(msgspec.structs.replace(bep.partner, issuer=other + "/"))
    assert browser().get(LEAVE).headers["Location"].startswith("/connexion?suite=")


# The file


def test_partners_stand_in_a_file(tmp_path, monkeypatch):
    monkeypatch.delenv("PARTNERS", raising=False)
    assert doors() == {}
    file = tmp_path / "partners.json"
    words = {"code": "bep", "name": "BEP", "issuer": "https://login.bep.example"}
    words |= {"client_id": "essaim", "client_secret": "x", "roles": {"hosts": "host"}}
    file.write_text(json.dumps([words]))
    monkeypatch.setenv("PARTNERS", str(file))
    assert doors()["bep"].partner.roles == {"hosts": "host"}
    for wrong in ({"issuer": "http://login.bep.example"}, {"roles": {"a": "king"}}, {"role": 1}):
        file.write_text(json.dumps([words | wrong]))
        with pytest.raises(ValueError):
            doors()
