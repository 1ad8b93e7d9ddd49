"""A forgotten password: a link that works once, for half an hour. Nobody learns who is known."""

import asyncio
from contextlib import closing
from datetime import UTC, datetime

import pytest
from psycopg.rows import dict_row

from gateway.post.contents import Moot, content
from gateway.post.outbox import Outbox
from tests.accounts.conftest import PASSWORD, later, only
from tests.accounts.test_second_factors import SECOND, app  # noqa: F401

WHO, NOBODY = "lise@example.org", "nobody@example.org"
ASKING = "/mot-de-passe-oublie"
NEW = "dix chats et demi"


@pytest.fixture
def letters(sql, gateway_database):
    """What was to be written: the kind, and what its letter speaks of once it is."""

    def found():
        with closing(Outbox(gateway_database)) as outbox:
            rows = outbox.sql.cursor(row_factory=dict_row)
            rows.execute("SELECT * FROM letters ORDER BY made")
            now = datetime.now(UTC)
            return [(row["kind"], content(outbox.sql, row, now)) for row in rows.fetchall()]

    return found


@pytest.fixture
def link(browser, letters):
    """Asks for a link, and takes it out of the letter."""

    def asked(email=WHO):
        somebody = browser()
        somebody.get(ASKING)
        told = somebody.post(ASKING, email=email)
        assert told.headers["Location"] == f"{ASKING}?fait=lien", told.text
        _, found = letters()[-1]
        return found.words["path"]

    return asked


def sets_anew(browser, link, password=NEW):
    somebody = browser()
    somebody.get(link)
    return somebody.post(link, new_password=password)


def can_sign_in(browser, password):
    return browser().sign_in(WHO, password).status_code == 303


def test_a_link_sets_a_new_password_and_whoever_has_it_signs_in_with_it(lise, browser, link):
    found = link()
    page = browser()
    assert page.get(found).status_code == 200 and page.last.all("input", name="new_password")
    done = sets_anew(browser, found)
    assert done.headers["Location"] == "/connexion?fait=nouveau-mot-de-passe"
    assert "Set-Cookie" not in done.headers or "Max-Age=0" in done.headers["Set-Cookie"]
    assert can_sign_in(browser, NEW) and not can_sign_in(browser, PASSWORD)


def test_everybody_who_was_signed_in_is_signed_out(lise, browser, link):
    thief = browser()
    thief.sign_in(WHO)
    sets_anew(browser, link())
    assert not lise.is_signed_in and not thief.is_signed_in


def test_a_link_works_once_and_takes_the_others_with_it(account, browser, link):
    account()
    first, second = link(), link()
    assert sets_anew(browser, first).status_code == 303
    for spent in (first, second):
        assert browser().get(spent).status_code == 404
        assert sets_anew(browser, spent, PASSWORD).status_code == 404
    assert can_sign_in(browser, NEW)


def test_of_two_at_once_one_is_done(account, credentials, runner, link):
    account()
    secret = link().rpartition("/")[2]

    async def together():
        return await asyncio.gather(*(credentials.forgotten.use(secret) for _ in range(5)))

    assert sum(each is not None for each in runner.run(together())) == 1


def test_a_link_that_was_looked_at_is_still_good(account, browser, link):
    """Mail programs look at what is in letters, before their readers do."""
    account()
    found = link()
    for _ in range(3):
        assert browser().get(found).status_code == 200
    assert sets_anew(browser, found).status_code == 303


@pytest.mark.parametrize(("by", "status"), [("29 minutes", 303), ("31 minutes", 404)])
def test_a_link_ends_after_half_an_hour(account, browser, link, sql, by, status):
    account()
    found = link()
    later(sql, by, "ends_at", table="forgotten")
    assert sets_anew(browser, found).status_code == status


def test_a_letter_that_comes_too_late_has_no_link(account, browser, link, sql, letters):
    account()
    link()
    later(sql, "31 minutes", "ends_at", table="forgotten")
    with pytest.raises(Moot):
        letters()


def test_only_the_hash_of_a_secret_is_kept(account, link, sql):
    account()
    secret = link().rpartition("/")[2]
    kept = str(sql.execute("SELECT * FROM accounts.forgotten, post.letters").fetchall())
    assert len(secret) >= 43 and secret not in kept
    assert len(only(sql.execute("SELECT secret_hashes[1] FROM accounts.forgotten"))[0]) == 32


def test_a_letter_that_is_written_twice_has_two_good_links(account, browser, link, letters):
    account()
    first = link()
    [(_, again)] = letters()
    assert browser().get(first).status_code == 200
    assert sets_anew(browser, again.words["path"]).status_code == 303


# Nobody learns who is known


def test_whoever_asks_is_told_the_same_and_as_much_is_done(account, browser, sql, letters):
    account()
    somebody, told = browser(), []
    for email in (WHO, NOBODY):
        somebody.get(ASKING)
        answer = somebody.post(ASKING, email=email)
        seen = somebody.get(answer.headers["Location"])
        told.append((answer.status_code, dict(answer.headers), answer.text, seen.text))
    assert told[0] == told[1] and "Si" in told[0][3]
    asked, begun = "SELECT count(*) FROM accounts.forgotten", "SELECT count(*) FROM post.letters"
    assert sql.execute(f"SELECT ({asked}), ({begun})").fetchone() == (2, 2)
    assert sql.execute("SELECT count(account) FROM accounts.forgotten").fetchone() == (1,)


def test_a_letter_to_nobody_is_not_written(account, browser, letters):
    account()
    somebody = browser()
    somebody.get(ASKING)
    somebody.post(ASKING, email=NOBODY)
    with pytest.raises(Moot):
        letters()


@pytest.mark.parametrize("email", [WHO, NOBODY])
def test_links_are_asked_for_as_often_as_one_may_fail_to_sign_in(account, browser, email):
    account()
    somebody = browser()
    somebody.get(ASKING)
    told = [somebody.post(ASKING, email=email) for _ in range(6)]
    assert [each.status_code for each in told] == [303] * 5 + [429]
    assert int(told[-1].headers["Retry-After"]) > 800
    assert somebody.last.value("email") == email, "what was typed comes back"


def test_who_has_guessed_too_often_need_not_wait_with_the_new_password(account, browser, link):
    account()
    for _ in range(6):
        last = browser().sign_in(WHO, "wrong wrong wrong")
    assert last.status_code == 429
    sets_anew(browser, link())
    assert can_sign_in(browser, NEW)


# What does not follow


def test_the_second_factor_stays_required(lise, app, browser, link):  # noqa: F811
    sets_anew(browser, link())
    somebody = browser()
    assert somebody.sign_in(WHO, NEW).headers["Location"] == SECOND
    assert not somebody.is_signed_in
    somebody.get(SECOND)
    somebody.post(SECOND, code=app.code())
    assert somebody.is_signed_in


def test_whoever_was_halfway_with_the_old_password_gets_no_further(lise, app, browser, link):  # noqa: F811
    thief = browser()
    assert thief.sign_in(WHO).headers["Location"] == SECOND
    thief.get(SECOND)
    sets_anew(browser, link())
    thief.post(SECOND, code=app.code())
    assert not thief.is_signed_in


@pytest.mark.parametrize("password", ["", "too short", "x" * 201])
def test_what_is_no_password_leaves_the_link_good(account, browser, link, password):
    account()
    found = link()
    somebody = browser()
    somebody.get(found)
    again = somebody.post(found, new_password=password)
    assert again.status_code == 422 and again.headers["Cache-Control"] == "no-store"
    assert somebody.last.all("input", name="new_password")[0]["aria-invalid"] == "true"
    assert sets_anew(browser, found).status_code == 303


def test_forms_come_from_our_own_pages(account, browser, link):
    account()
    found = link()
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    for path, form in ((ASKING, {"email": WHO}), (found, {"new_password": NEW})):
        foreign = browser()
        foreign.client.headers.update(elsewhere)
        assert foreign.post(path, **form).status_code == 403
    assert can_sign_in(browser, PASSWORD)


def test_a_letter_tells_that_a_password_was_changed_however_it_was(
    lise, browser, link, letters, sql
):
    lise.get("/mon-compte")
    lise.post("/mon-compte/mot-de-passe", password=PASSWORD, new_password=NEW)
    [(kind, about)] = letters()
    assert (kind, about.email) == ("password-changed", WHO)
    sets_anew(browser, link(), PASSWORD)
    kinds = sql.execute("SELECT kind FROM post.letters ORDER BY made").fetchall()
    assert [kind for (kind,) in kinds] == ["password-changed", "password-link", "password-changed"]


def test_a_new_password_ends_the_links_that_were_asked_for(lise, browser, link):
    found = link()
    lise.get("/mon-compte")
    lise.post("/mon-compte/mot-de-passe", password=PASSWORD, new_password=NEW)
    assert browser().get(found).status_code == 404
