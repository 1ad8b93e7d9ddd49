"""A password and a code: for whoever wants it, and for staff after a grace."""

import asyncio
import re
import time
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from gateway.credentials import Credentials
from gateway.trust import staff_needs_second_factor
from tests.accounts.conftest import PASSWORD, QUICK, later

WHO = "lise@example.org"
SECOND = "/connexion/code"
SIGNED_IN = {"email": WHO, "password": PASSWORD}
OF_SPACE = "/v1/organisations"
ORGANISATION = {"code": "bep", "name": "BEP", "country": "BE", "kind": "public"}


class App:
    """An authenticator app on somebody's phone, which never shows a code that was used."""

    def __init__(self, secret):
        self.totp, self.last = pyotp.TOTP(secret), 0

    def code(self):
        """A new one: that of now, or of the next half minute."""
        step = max(int(time.time()) // 30, self.last + 1)
        self.last = step
        return self.totp.at(step * 30)


def enrol(browser):
    """Sets up an app, from the page: the app, and the codes to recover with."""
    browser.get("/mon-compte/double")
    (address,) = (a["href"] for a in browser.last.all("a") if a["href"].startswith("otpauth"))
    app = App(parse_qs(urlsplit(address).query)["secret"][0])
    done = browser.post("/mon-compte/double", code=app.code(), password=PASSWORD)
    assert done.status_code == 200, browser.last.text
    return app, re.findall(r"<code>([A-Z2-7-]{29})</code>", done.text)


def pass_by(sql):
    """Half an hour goes by for the codes that were used."""
    sql.execute("UPDATE accounts.totp SET last_step = last_step - 60")


@pytest.fixture
def app(lise, sql):
    found, codes = enrol(lise)
    found.codes, found.last = codes, 0
    pass_by(sql)
    return found


def halfway(browser):
    assert browser.sign_in(WHO).headers["Location"] == SECOND
    browser.get(SECOND)
    return browser


def test_with_an_app_a_password_is_not_enough(app, browser):
    phone = halfway(browser())
    assert not phone.cookie and not phone.is_signed_in
    phone.get(SECOND)
    assert phone.post(SECOND, code=app.code()).headers["Location"] == "/accueil"
    assert phone.is_signed_in


def test_the_second_step_leads_to_where_somebody_was(app, browser):
    phone = browser()
    phone.sign_in(WHO, suite="/mon-pass")
    assert phone.post(SECOND, code=app.code()).headers["Location"] == "/mon-pass"


@pytest.mark.parametrize("typed", ["123 456", "12345", "", "x", "A" * 16])
def test_a_code_that_is_not_right_is_told_at_the_form(app, browser, typed):
    phone = halfway(browser())
    wrong = phone.post(SECOND, code=typed)
    assert wrong.status_code == 401
    assert [e["name"] for e in phone.last.all("input") if e.get("aria-invalid")] == ["code"]
    assert not phone.is_signed_in


def test_a_code_is_good_once(app, browser, sql):
    code = app.code()
    assert halfway(browser()).post(SECOND, code=code).status_code == 303
    assert halfway(browser()).post(SECOND, code=code).status_code == 401


def test_a_code_is_good_once_also_at_once(app, credentials, runner, sql):
    account = sql.execute("SELECT account FROM accounts.totp").fetchone()[0]
    code = app.code()

    async def eight():
        return await asyncio.gather(*(credentials.second.accept(account, code) for _ in range(8)))

    assert sorted(runner.run(eight())) == [False] * 7 + [True]


def test_an_older_code_is_not_good_after_a_newer_one(app, browser):
    now, following = app.code(), app.code()
    assert halfway(browser()).post(SECOND, code=following).status_code == 303
    assert halfway(browser()).post(SECOND, code=now).status_code == 401


def test_codes_are_not_guessed(app, browser):
    phone = halfway(browser())
    statuses = [phone.post(SECOND, code=f"{n:06}").status_code for n in range(6)]
    assert statuses == [401] * 5 + [429]
    late = phone.post(SECOND, code=app.code())
    assert late.status_code == 429 and int(late.headers["Retry-After"]) > 0
    assert halfway(browser()).post(SECOND, code=app.code()).status_code == 429, "nor begun anew"


def test_nobody_gets_to_the_second_step_without_the_first(app, browser):
    stranger = browser()
    assert stranger.get(SECOND).headers["Location"] == "/connexion"
    stranger.get("/connexion")
    assert stranger.post(SECOND, code=app.code()).headers["Location"] == "/connexion"
    assert not stranger.is_signed_in


def test_the_first_step_is_good_for_ten_minutes_and_once(app, browser, sql):
    phone = halfway(browser())
    later(sql, "11 minutes", "expires_at", table="begun")
    assert phone.post(SECOND, code=app.code()).headers["Location"] == "/connexion"
    phone = halfway(browser())
    begun = phone.client.cookies["__Host-essaim_begun"]
    assert phone.post(SECOND, code=app.code()).status_code == 303
    other = browser()
    other.client.cookies.set("__Host-essaim_begun", begun, domain="essaim.example")
    assert other.get(SECOND).headers["Location"] == "/connexion"


def test_a_recovery_code_is_good_once(app, browser):
    phone = halfway(browser())
    assert phone.post(SECOND, recovery=app.codes[0].lower()).status_code == 303
    phone.get("/mon-compte/double")
    assert "9 codes de secours" in phone.last.text
    assert halfway(browser()).post(SECOND, recovery=app.codes[0]).status_code == 401
    assert halfway(browser()).post(SECOND, recovery=app.codes[1]).status_code == 303


def test_recovery_codes_are_shown_once_and_kept_as_hashes(app, lise, sql):
    assert len(set(app.codes)) == 10
    rows = str(sql.execute("SELECT * FROM accounts.recovery").fetchall())
    page = lise.get("/mon-compte/double").text
    for code in app.codes:
        assert code not in page and code.replace("-", "") not in rows


def test_new_recovery_codes_make_the_old_ones_void(app, lise, browser):
    lise.get("/mon-compte/double")
    assert lise.post("/mon-compte/double/codes", password="wrong").status_code == 422
    fresh = lise.post("/mon-compte/double/codes", password=PASSWORD).text
    (code, *_) = re.findall(r"<code>([A-Z2-7-]{29})</code>", fresh)
    assert halfway(browser()).post(SECOND, recovery=app.codes[0]).status_code == 401
    assert halfway(browser()).post(SECOND, recovery=code).status_code == 303


def test_setting_up_an_app_takes_the_password_and_a_code(lise, browser):
    lise.get("/mon-compte/double")
    for words in ({"code": "000000", "password": PASSWORD}, {"code": "x", "password": "wrong"}):
        assert lise.post("/mon-compte/double", **words).status_code == 422
    phone = browser()
    assert phone.sign_in(WHO).headers["Location"] == "/accueil"


def test_a_secret_that_somebody_saw_before_is_not_the_one_that_is_set_up(lise):
    def secret():
        return re.search(
            r"otpauth://[^\"]*secret=([A-Z2-7]+)", lise.get("/mon-compte/double").text
        )[1]

    assert secret() != secret()


def test_setting_up_an_app_turns_the_session_and_ends_the_others(lise, browser):
    phone, before = browser(), lise.cookie
    phone.sign_in(WHO)
    enrol(lise)
    assert lise.is_signed_in and lise.cookie != before and not phone.is_signed_in
    old = browser()
    old.cookie = before
    assert not old.is_signed_in


def test_an_app_is_set_up_by_whoever_began(lise, browser, account):
    account("eve@example.org")
    eve = browser()
    eve.sign_in("eve@example.org")
    lise.get("/mon-compte/double")
    eve.get("/mon-compte")
    begun = lise.client.cookies["__Host-essaim_begun"]
    eve.client.cookies.set("__Host-essaim_begun", begun, domain="essaim.example")
    sent = eve.post("/mon-compte/double", code="123456", password=PASSWORD)
    assert sent.headers["Location"] == "/mon-compte/double"


def test_the_app_is_given_up_with_the_password(app, lise, browser):
    lise.get("/mon-compte/double")
    assert lise.post("/mon-compte/double/fin", password="wrong").status_code == 422
    assert lise.post("/mon-compte/double/fin", password=PASSWORD).status_code == 303
    assert lise.is_signed_in
    assert browser().sign_in(WHO).headers["Location"] == "/accueil"


def test_the_page_with_a_secret_is_kept_nowhere(lise):
    assert lise.get("/mon-compte/double").headers["Cache-Control"] == "no-store"


def test_a_program_signs_in_with_a_code_too(app, browser):
    program = browser()
    program.client.headers["Accept"] = "application/json"
    post = program.client.post

    def sign_in(**more):
        return program.runner.run(post("/v1/sessions", json={**SIGNED_IN, **more}))

    needed, wrong = sign_in(), sign_in(code="000000")
    assert (needed.status_code, needed.json()["type"]) == (401, "/problems/code-needed")
    assert (wrong.status_code, wrong.json()["type"]) == (401, "/problems/wrong-code")
    assert sign_in(code=app.code()).status_code == 201
    unknown = sign_in(password="wrong", code=app.code())
    assert unknown.json()["type"] == "/problems/wrong-password"


# Staff


def register(browser):
    headers = {"X-CSRF-Token": browser.word, "Accept": "application/json"}
    return browser.runner.run(browser.client.post(OF_SPACE, json=ORGANISATION, headers=headers))


@pytest.fixture
def olga(browser, account):
    account("olga@example.org", role="operator")
    found = browser()
    found.answer = found.sign_in("olga@example.org", suite="/exploitation")
    return found


def overdue(sql):
    sql.execute("UPDATE accounts.account SET second_factor_due = now() - interval '1 hour'")


def test_staff_is_led_to_set_it_up_and_may_do_it_later(olga, sql):
    setup = olga.answer.headers["Location"]
    assert setup == "/mon-compte/double?suite=/exploitation"
    olga.get(setup)
    assert olga.last.all("a", href="/exploitation") and "Plus tard" in olga.last.text
    assert register(olga).status_code == 201
    (days,) = sql.execute("SELECT second_factor_due - now() FROM accounts.account").fetchone()
    assert 6.9 < days.total_seconds() / 86400 <= 7


def test_after_the_grace_staff_can_do_what_members_can(olga, sql):
    overdue(sql)
    olga.get("/mon-compte")
    assert olga.last.all("a", href="/mon-compte/double")
    refused = register(olga)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/second-factor-needed")
    page = olga.get("/exploitation")
    assert page.headers["Location"] == "/mon-compte/double?suite=/exploitation"
    assert olga.get(page.headers["Location"]).status_code == 200
    assert "Plus tard" not in olga.last.text


def test_no_program_gets_the_role_that_its_owner_does_not_have_now(olga, sql):
    olga.get("/mon-compte")
    overdue(sql)
    assert olga.post("/mon-compte/jetons", label="way round").status_code == 303
    headers = {"X-CSRF-Token": olga.word}
    words = {"label": "way round"}
    asked = olga.runner.run(olga.client.post("/v1/tokens", json=words, headers=headers))
    assert asked.status_code == 403 or "double" in asked.headers["Location"]
    assert sql.execute("SELECT count(*) FROM accounts.token").fetchone() == (0,)


def test_with_an_app_staff_has_the_role_again(olga, sql):
    overdue(sql)
    enrol(olga)
    olga.get("/mon-compte")
    assert register(olga).status_code == 201


def test_the_grace_is_not_begun_again(olga, sql, browser):
    overdue(sql)
    again = browser()
    again.sign_in("olga@example.org")
    again.get("/mon-compte")
    assert register(again).status_code == 403


def test_staff_without_an_app_again_is_overdue_at_once(olga, sql):
    overdue(sql)
    enrol(olga)
    olga.get("/mon-compte/double")
    olga.post("/mon-compte/double/fin", password=PASSWORD)
    olga.get("/mon-compte")
    assert register(olga).status_code == 403


def test_who_becomes_staff_while_signed_in_has_the_same_grace(lise, sql):
    person = sql.execute("SELECT person FROM accounts.account").fetchone()[0]
    sql.execute("INSERT INTO people.roles VALUES (%s, 'operator', NULL)", [person])
    lise.get("/mon-compte")
    assert register(lise).status_code == 201
    overdue(sql)
    assert register(lise).status_code == 403


def test_tokens_of_programs_stay_as_they_are(olga, sql, browser):
    olga.get("/mon-compte")
    olga.post("/mon-compte/jetons", label="a partner")
    (token,) = (each["value"] for each in olga.last.all("input", type="text", readonly=None))
    overdue(sql)
    program = browser()
    program.client.headers.update(
        {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    )
    assert register(program).status_code == 201


def test_where_it_is_only_offered_nobody_is_asked(behind, browser, account, sql):
    credentials = Credentials(behind["credentials"].pool, QUICK, staff_needs_second=False)
    behind["credentials"] = credentials
    account("olga@example.org", role="operator")
    olga = browser()
    assert olga.sign_in("olga@example.org").headers["Location"] == "/accueil"
    assert sql.execute("SELECT second_factor_due FROM accounts.account").fetchone() == (None,)


@pytest.mark.parametrize(("said", "needed"), [(None, True), ("required", True), ("offered", False)])
def test_it_is_needed_unless_somebody_says_otherwise(monkeypatch, said, needed):
    monkeypatch.delenv("SECOND_FACTOR", raising=False)
    if said:
        monkeypatch.setenv("SECOND_FACTOR", said)
    assert staff_needs_second_factor() is needed


def test_a_slip_of_the_pen_is_not_taken_for_offered(monkeypatch):
    monkeypatch.setenv("SECOND_FACTOR", "ofered")
    with pytest.raises(ValueError, match="ofered"):
        staff_needs_second_factor()
