"""Sessions turn, end, and can be ended from elsewhere."""

import pytest

from gateway.sessions import kind_of
from tests.accounts.conftest import PASSWORD, later

NEW = "dix chats et demi"
TURNING = ("turned_at", "taken_at")


def test_a_session_turns_after_a_quarter_of_an_hour_and_goes_on(lise, sql):
    first = lise.cookie
    assert lise.is_signed_in and lise.cookie == first
    later(sql, "16 minutes", *TURNING)
    word = lise.word
    assert lise.is_signed_in
    assert lise.cookie != first and lise.word == word, "forms that are open stay good"
    assert sql.execute("SELECT count(*) FROM accounts.session").fetchone() == (1,)


def test_what_a_thief_copied_is_worth_nothing_after_the_next_turn(lise, sql, browser):
    thief = browser()
    thief.cookie = lise.cookie
    later(sql, "16 minutes", *TURNING)
    assert lise.is_signed_in and lise.is_signed_in
    assert thief.is_signed_in, "for a moment, as requests may have been on their way together"
    later(sql, "31 seconds", *TURNING)
    assert not thief.is_signed_in and lise.is_signed_in


def test_of_requests_at_once_one_turns_and_all_are_answered(lise, sql):
    later(sql, "16 minutes", *TURNING)
    answers = lise.at_once(*["/mon-compte"] * 6)
    assert {each.status_code for each in answers} == {200}
    assert sum("set-cookie" in each.headers for each in answers) == 1
    assert lise.is_signed_in


def test_an_answer_that_was_lost_on_the_way_signs_nobody_out(lise, sql):
    held = lise.cookie
    later(sql, "16 minutes", *TURNING)
    lise.get("/mon-compte")
    lise.cookie = held  # the new one never arrived
    later(sql, "10 minutes", "turned_at")
    assert lise.is_signed_in and lise.cookie != held
    renewed = lise.cookie
    assert lise.is_signed_in and lise.cookie == renewed


def test_whoever_signs_in_gets_another_session_and_the_one_before_ends(lise, browser):
    before = lise.cookie
    lise.get("/")
    lise.post("/connexion", email="lise@example.org", password=PASSWORD)
    assert lise.is_signed_in and lise.cookie != before
    old = browser()
    old.cookie = before
    assert not old.is_signed_in


def test_nobody_can_choose_the_session_of_somebody_else(browser, account):
    account()
    victim = browser()
    victim.cookie = "chosen-by-somebody-else"
    victim.sign_in("lise@example.org")
    assert victim.is_signed_in and victim.cookie != "chosen-by-somebody-else"


@pytest.mark.parametrize(
    ("role", "unused", "lives"),
    [
        (None, "71 hours", True),
        (None, "73 hours", False),
        ("host", "3 hours", True),
        ("host", "5 hours", False),
    ],
)
def test_a_session_that_nobody_uses_ends(browser, account, sql, role, unused, lives):
    account(role=role)
    somebody = browser()
    somebody.sign_in("lise@example.org")
    assert somebody.is_signed_in
    later(sql, unused, "seen_at")
    assert somebody.is_signed_in is lives


@pytest.mark.parametrize(("role", "days"), [(None, 14), ("operator", 0.5)])
def test_a_session_ends_however_much_it_is_used(browser, account, sql, role, days):
    account(role=role)
    somebody = browser()
    somebody.sign_in("lise@example.org")
    ((longest,),) = sql.execute("SELECT expires_at - created_at FROM accounts.session").fetchall()
    assert longest.total_seconds() == days * 24 * 60 * 60
    later(sql, f"{days * 24} hours", "expires_at")
    assert not somebody.is_signed_in


def test_using_a_session_is_written_down_once_a_minute(lise, sql):
    seen = "SELECT seen_at FROM accounts.session"
    before = sql.execute(seen).fetchone()
    assert lise.is_signed_in and sql.execute(seen).fetchone() == before
    later(sql, "2 minutes", "seen_at")
    assert lise.is_signed_in and sql.execute(seen).fetchone() > before


def test_sessions_are_listed_and_ended_one_by_one(lise, browser):
    phone = browser()
    phone.sign_in("lise@example.org")
    lise.get("/mon-compte")
    assert lise.last.text.count("Firefox, Android") == 2
    (form,) = [
        each["action"]
        for each in lise.last.all("form", method="post")
        if each["action"].endswith("/fin") and each["action"] != "/mon-compte/sessions/fin"
    ]
    assert lise.post(form).status_code == 303
    assert not phone.is_signed_in and lise.is_signed_in


def test_nobody_ends_the_session_of_somebody_else(lise, browser, account, sql):
    account("eve@example.org")
    eve = browser()
    eve.sign_in("eve@example.org")
    ((hers,),) = sql.execute(
        "SELECT s.id FROM accounts.session s JOIN accounts.account a ON a.id = s.account"
        " WHERE a.email = 'lise@example.org'"
    ).fetchall()
    eve.get("/mon-compte")
    assert str(hers) not in eve.get("/mon-compte").text
    assert eve.post(f"/mon-compte/sessions/{hers}/fin").status_code == 404
    assert eve.post("/mon-compte/sessions/x/fin").status_code == 404
    assert lise.is_signed_in


def test_somebody_signs_out_everywhere(lise, browser):
    phone = browser()
    phone.sign_in("lise@example.org")
    out = lise.post("/mon-compte/sessions/fin").headers
    assert (out["Location"], out["Clear-Site-Data"]) == ("/connexion", '"storage"')
    assert not lise.cookie and not lise.is_signed_in and not phone.is_signed_in


def test_a_new_password_ends_every_other_session(lise, browser):
    phone, before = browser(), lise.cookie
    phone.sign_in("lise@example.org")
    changed = lise.post("/mon-compte/mot-de-passe", password=PASSWORD, new_password=NEW)
    assert changed.status_code == 303
    assert lise.is_signed_in and lise.cookie != before and not phone.is_signed_in
    assert phone.sign_in("lise@example.org").status_code == 401
    assert phone.sign_in("lise@example.org", NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong", NEW, "password"), (PASSWORD, "short", "new_password"), ("", NEW, "password")],
)
def test_a_password_is_changed_by_who_knows_it(lise, old, new, field):
    refused = lise.post("/mon-compte/mot-de-passe", password=old, new_password=new)
    assert refused.status_code == 422 and NEW not in refused.text
    marked = {each["name"] for each in lise.last.all("input") if each.get("aria-invalid")}
    assert marked == {field}
    lise.get("/")
    assert lise.sign_in("lise@example.org").status_code == 303


def test_a_password_is_not_guessed_at_that_form_either(lise):
    wrong = {"password": "a guess", "new_password": NEW}
    statuses = [lise.post("/mon-compte/mot-de-passe", **wrong).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_a_token_is_shown_once_and_revoked(lise):
    shown = lise.post("/mon-compte/jetons", label="our door <1>")
    assert shown.status_code == 200 and "our door &lt;1&gt;" in shown.text
    (token,) = (each["value"] for each in lise.last.all("input", type="text", readonly=None))
    assert token.startswith("essaim_") and token not in lise.get("/mon-compte").text
    program = {"Authorization": f"Bearer {token}"}
    assert lise.get("/v1/me", headers=program).status_code == 200
    (form,) = {each["action"] for each in lise.last.all("form") if "jetons/" in each["action"]}
    assert lise.post(form).status_code == 303
    assert lise.get("/v1/me", headers=program).status_code == 401


def test_a_program_may_not_change_how_somebody_signs_in(lise, browser):
    lise.post("/mon-compte/jetons", label="door")
    (token,) = (each["value"] for each in lise.last.all("input", type="text", readonly=None))
    program = browser()
    program.client.headers["Authorization"] = f"Bearer {token}"
    assert program.get("/mon-compte").status_code == 403
    words = {"password": PASSWORD, "new_password": NEW}
    assert program.post("/mon-compte/mot-de-passe", **words).status_code == 403
    assert program.post("/mon-compte/sessions/fin").status_code == 403
    assert lise.is_signed_in


@pytest.mark.parametrize(
    "path", ["mot-de-passe", "sessions/fin", "jetons", "sessions/x/fin", "jetons/x/fin"]
)
def test_forms_of_the_account_need_the_word(lise, path):
    assert lise.post(f"/mon-compte/{path}", csrf="x").status_code == 403


def test_cookies_are_ours_alone_over_https(browser, account):
    account()
    safe, local = browser(), browser(home="http://essaim.example")
    cookie = safe.sign_in("lise@example.org").headers["Set-Cookie"]
    assert cookie.startswith("__Host-essaim_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    cookie = local.sign_in("lise@example.org").headers["Set-Cookie"]
    assert cookie.startswith("essaim_session=") and "Secure" not in cookie
    neighbour = browser()
    neighbour.client.cookies.set("essaim_session", local.client.cookies["essaim_session"])
    assert not neighbour.is_signed_in, "whoever has a neighbouring host could have put it there"


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iOS",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0.0.0 Safari/537.36",
            "Chrome, macOS",
        ),
        ("curl/8.5", ""),
    ],
)
def test_of_a_browser_only_its_kind_is_kept(agent, kind):
    assert kind_of(agent) == kind
