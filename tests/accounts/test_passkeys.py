"""Passkeys take the place of password and code: here, now, and shown by who is there."""

import asyncio
import json
import re

import pytest

from tests.accounts.authenticator import PRESENT, Authenticator
from tests.accounts.conftest import PASSWORD, later
from tests.accounts.test_second_factors import ORGANISATION, enrol, overdue, register

WHO = "lise@example.org"
MAKE, SHOW = "/mon-compte/cles", "/connexion/cle"


def options(browser, page):
    """What the page asks of the browser, with a challenge that is new each time."""
    browser.get(page)
    (form,) = (each for each in browser.last.all("form") if "data-options" in each)
    return json.loads(form["data-options"])


def make(browser, key, password=PASSWORD):
    credential = key.make(options(browser, MAKE))
    return browser.post(MAKE, credential=credential, password=password)


def show(browser, key):
    return browser.post(SHOW, credential=key.show(options(browser, SHOW)))


@pytest.fixture
def key(lise):
    found = Authenticator()
    made = make(lise, found)
    assert made.status_code == 200, "the codes to recover with are shown"
    found.codes = re.findall(r"<code>([A-Z2-7-]{29})</code>", made.text)
    return found


def test_whoever_has_a_passkey_signs_in_with_it_alone(key, browser):
    phone = browser()
    assert show(phone, key).headers["Location"] == "/accueil"
    assert phone.is_signed_in
    again = browser()
    assert show(again, key).status_code == 303 and again.is_signed_in


def test_it_leads_to_where_somebody_was_and_never_elsewhere(key, browser):
    for then, there in (("/mon-pass", "/mon-pass"), ("https://elsewhere.example", "/accueil")):
        phone = browser()
        asked = options(phone, f"{SHOW}?suite={then}")
        assert phone.post(SHOW, credential=key.show(asked)).headers["Location"] == there


def test_what_is_asked_of_the_browser_names_nobody(key, browser):
    asked = options(browser(), SHOW)
    assert asked["userVerification"] == "required" and not asked.get("allowCredentials")


def test_a_passkey_is_both_factors(browser, account, sql):
    account("olga@example.org", role="operator")
    olga, key = browser(), Authenticator()
    olga.sign_in("olga@example.org")
    overdue(sql)
    assert make(olga, key).status_code == 200
    olga.get("/mon-compte")
    assert register(olga).status_code == 201
    other = browser()
    show(other, key)
    other.get("/mon-compte")
    assert register(other).status_code == 201
    assert ORGANISATION["code"] == "bep"


def test_with_a_passkey_the_password_alone_is_not_enough(key, browser):
    phone = browser()
    assert phone.sign_in(WHO).headers["Location"] == "/connexion/code"
    phone.get("/connexion/code")
    assert phone.last.all("a", href=f"{SHOW}?suite=/accueil")
    assert not phone.last.all("input", name="code")
    assert not phone.is_signed_in
    phone.get("/connexion/code")
    assert phone.post("/connexion/code", recovery=key.codes[0]).status_code == 303
    assert phone.is_signed_in


def test_a_passkey_is_made_by_who_knows_the_password(lise, browser):
    key = Authenticator()
    assert make(lise, key, "wrong").status_code == 422
    assert show(browser(), key).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://essaim.example.evil.example"},
        {"origin": "http://essaim.example"},
        {"flags": PRESENT},
        {"flags": 0},
    ],
)
def test_a_passkey_that_was_lured_out_or_that_nobody_confirmed_is_not_kept(lise, sql, wrong):
    assert make(lise, Authenticator(**wrong)).status_code == 422
    assert sql.execute("SELECT count(*) FROM accounts.passkey").fetchone() == (0,)


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"origin": "http://essaim.example"}, {"flags": PRESENT}],
)
def test_a_passkey_that_was_lured_out_or_that_nobody_confirmed_is_not_taken(key, browser, wrong):
    phone = browser()
    for name, value in wrong.items():
        setattr(key, name, value)
    refused = show(phone, key)
    assert refused.status_code == 401 and "pas connue ici" in phone.last.text
    assert not phone.is_signed_in


def test_an_answer_is_good_once(key, browser):
    phone = browser()
    answer = key.show(options(phone, SHOW))
    begun = phone.client.cookies["__Host-essaim_begun"]
    assert phone.post(SHOW, credential=answer).status_code == 303
    thief = browser()
    thief.client.cookies.set("__Host-essaim_begun", begun, domain="essaim.example")
    assert thief.post(SHOW, credential=answer).status_code == 401


def test_an_answer_belongs_to_the_browser_that_was_asked(key, browser):
    phone, thief = browser(), browser()
    answer = key.show(options(phone, SHOW))
    options(thief, SHOW)
    assert thief.post(SHOW, credential=answer).status_code == 401
    assert browser().post(SHOW, credential=answer).status_code == 401


def test_an_answer_that_comes_too_late_is_not_taken(key, browser, sql):
    phone = browser()
    answer = key.show(options(phone, SHOW))
    later(sql, "11 minutes", "expires_at", table="begun")
    assert phone.post(SHOW, credential=answer).status_code == 401


def test_a_key_that_was_copied_is_noticed_by_its_count(key, browser):
    assert show(browser(), key).status_code == 303
    key.uses -= 1  # the copy has not counted
    assert show(browser(), key).status_code == 401


def test_a_passkey_that_nobody_knows_is_nobodys(key, browser):
    stranger = Authenticator()
    stranger.owner = key.owner
    assert show(browser(), stranger).status_code == 401
    stranger.id = key.id  # but not its secret
    assert show(browser(), stranger).status_code == 401


HOSTILE = ["", "x", "[]", "null", "{}", '{"id": 1}', '{"id":"é","rawId":"é"}', "{" * 5000, "\0"]


@pytest.mark.parametrize("credential", HOSTILE)
def test_what_makes_no_sense_is_told_as_such(lise, browser, credential):
    phone = browser()
    options(phone, SHOW)
    assert phone.post(SHOW, credential=credential).status_code == 401
    options(lise, MAKE)
    assert lise.post(MAKE, credential=credential, password=PASSWORD).status_code == 422


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
@pytest.mark.parametrize("other", ["", "AAAA", "oA", "_____w", 7, None])
def test_an_answer_with_a_broken_part_is_told_as_such(key, browser, part, other):
    phone = browser()
    answer = json.loads(key.show(options(phone, SHOW)))
    answer["response"][part] = other
    assert phone.post(SHOW, credential=json.dumps(answer)).status_code == 401


def test_making_one_ends_the_other_sessions(lise, browser):
    phone, before = browser(), lise.cookie
    phone.sign_in(WHO)
    make(lise, Authenticator())
    assert lise.is_signed_in and lise.cookie != before and not phone.is_signed_in


def test_a_second_one_leaves_the_recovery_codes_as_they_are(key, lise, browser):
    assert make(lise, Authenticator()).headers["Location"] == "/mon-compte?fait=cle"
    phone = browser()
    phone.sign_in(WHO)
    phone.get("/connexion/code")
    assert phone.post("/connexion/code", recovery=key.codes[0]).status_code == 303


def forget(lise, password=PASSWORD):
    lise.get(MAKE)
    (form, *_) = (e["action"] for e in lise.last.all("form") if e["action"].endswith("/fin"))
    return lise.post(form, password=password)


def test_it_is_removed_with_the_password_and_the_last_takes_the_codes_along(
    key, lise, browser, sql
):
    assert forget(lise, "wrong").status_code == 422
    assert forget(lise).headers["Location"] == "/mon-compte?fait=sans-cle"
    assert lise.is_signed_in and show(browser(), key).status_code == 401
    assert browser().sign_in(WHO).headers["Location"] == "/accueil"
    assert sql.execute("SELECT count(*) FROM accounts.recovery").fetchone() == (0,)


def test_whoever_keeps_an_app_keeps_the_codes(key, lise, sql):
    enrol(lise)
    forget(lise)
    assert sql.execute("SELECT count(*) FROM accounts.recovery").fetchone() == (10,)
    lise.get("/mon-compte/double")
    lise.post("/mon-compte/double/fin", password=PASSWORD)
    assert sql.execute("SELECT count(*) FROM accounts.recovery").fetchone() == (0,)


def test_nobody_removes_that_of_somebody_else(key, browser, account, sql):
    account("eve@example.org")
    eve = browser()
    eve.sign_in("eve@example.org")
    (hers,) = sql.execute("SELECT id FROM accounts.passkey").fetchone()
    eve.get(MAKE)
    assert eve.post(f"{MAKE}/{hers}/fin", password=PASSWORD).status_code == 404
    assert eve.post(f"{MAKE}/x/fin", password=PASSWORD).status_code == 404
    assert show(browser(), key).status_code == 303


def test_a_challenge_of_somebody_else_is_not_met(lise, browser, account):
    account("eve@example.org")
    eve, key = browser(), Authenticator()
    eve.sign_in("eve@example.org")
    eve.get("/mon-compte")
    credential = key.make(options(lise, MAKE))
    begun = lise.client.cookies["__Host-essaim_begun"]
    eve.client.cookies.set("__Host-essaim_begun", begun, domain="essaim.example")
    assert eve.post(MAKE, credential=credential, password=PASSWORD).status_code == 422


def test_of_the_same_answer_at_once_one_is_taken(key, browser):
    phone = browser()
    answer = key.show(options(phone, SHOW))
    words = {"credential": answer, "csrf": ""}

    async def four():
        sent = (phone.client.post(SHOW, data=words) for _ in range(4))
        return await asyncio.gather(*sent)

    statuses = [each.status_code for each in phone.runner.run(four())]
    assert sorted(statuses) == [303, 401, 401, 401]


@pytest.mark.parametrize("home", ["http://127.0.0.1:8000", "http://[::1]:8000"])
def test_where_the_site_has_no_name_nobody_is_asked_for_one(browser, home):
    page = browser(home=home).get(SHOW)
    assert page.status_code == 200 and "data-options" not in page.text
