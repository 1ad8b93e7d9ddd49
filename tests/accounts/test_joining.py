"""Joining by a form and a letter: nobody learns who is known, nobody joins for somebody else."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from gateway.post.contents import Moot, content
from gateway.post.outbox import Outbox
from gateway.post.sender import Post
from tests.accounts.conftest import PASSWORD, later

WHO, NOBODY = "lise@example.org", "zoe@example.org"
FORM = "/inscription"
ABOUT = {"given_name": "Visit evil.example", "family_name": "Zimmer", "residence": "BE"}
ABOUT |= {"home_space_id": str(UUID(int=5)), "status": "student", "agreed": "yes"}


@pytest.fixture
def sql(sql):
    sql.execute("TRUNCATE accounts.joining, people.persons")
    return sql


@pytest.fixture
def letters(sql, gateway_database):
    """What the letters that are to be written speak of."""

    def found():
        with closing(Outbox(gateway_database)) as outbox:
            rows = outbox.sql.cursor(row_factory=dict_row)
            rows.execute("SELECT * FROM letters ORDER BY made")
            now = datetime.now(UTC)
            return [content(outbox.sql, row, now) for row in rows.fetchall()]

    return found


@pytest.fixture
def ask(browser):
    def asked(email=NOBODY, **more):
        somebody = browser()
        somebody.get(FORM)
        return somebody.post(FORM, **ABOUT, email=email, **more)

    return asked


@pytest.fixture
def link(ask, letters):
    def asked(email=NOBODY, **more):
        assert ask(email, **more).headers["Location"] == f"{FORM}?fait=inscription"
        return letters()[-1].words["path"]

    return asked


def joins(browser, link, password=PASSWORD):
    somebody = browser()
    somebody.get(link)
    return somebody, somebody.post(link, password=password)


def verbs(behind):
    return [verb for _, verb, *_ in behind["services"].asked]


def test_a_letter_leads_to_a_password_and_into_the_network(browser, behind, link, sql):
    found = link(suite="/agenda")
    assert behind["services"].asked == [], "nobody has joined before"
    somebody, done = joins(browser, found)
    assert done.headers["Location"] == "/agenda" and somebody.is_signed_in
    ((_, verb, details, call),) = behind["services"].asked
    assert (verb, call["partner"]) == ("join_network", "visitor")
    assert details["email"] == NOBODY and "password" not in details
    assert browser().sign_in(NOBODY).status_code == 303
    kept = sql.execute("SELECT count(*) FROM accounts.joining").fetchone()
    assert kept == (0,), "what was typed is gone"


def test_the_form_asks_for_no_password(browser):
    """Whoever fills it in may be somebody else, and would know it."""
    somebody = browser()
    somebody.get(FORM)
    assert not somebody.last.all("input", type="password")


def test_whoever_asks_is_told_the_same_and_as_much_is_done(account, browser, ask, sql):
    account()
    told = []
    for email in (WHO, NOBODY):
        answer = ask(email)
        seen = browser().get(answer.headers["Location"])
        told.append((answer.status_code, dict(answer.headers), answer.text, seen.text))
    assert told[0] == told[1] and "en route" in told[0][3]
    asked, begun = "SELECT count(*) FROM accounts.joining", "SELECT count(*) FROM post.letters"
    assert sql.execute(f"SELECT ({asked}), ({begun})").fetchone() == (2, 2)


def test_who_has_an_account_is_told_how_to_get_into_it(account, browser, link, letters):
    account()
    assert link(WHO.upper()) == "/connexion"
    [letter] = letters()
    assert letter.words["has_account"] and letter.reader["email"] == WHO.upper()


def test_nothing_that_anybody_may_have_typed_is_in_the_letter(link, letters):
    link()
    [letter] = letters()
    assert (letter.reader["given_name"], letter.reader["family_name"]) == (None, None)
    assert "evil" not in str(letter.words)


def test_a_link_works_once_and_takes_the_others_with_it(browser, link):
    first, second = link(), link()
    assert joins(browser, first)[1].status_code == 303
    for spent in (first, second):
        assert browser().get(spent).status_code == 404
        assert joins(browser, spent)[1].status_code == 404


def test_a_link_that_was_looked_at_is_still_good(browser, behind, link):
    found = link()
    for _ in range(3):
        seen = browser().get(found)
        assert seen.status_code == 200 and seen.headers["Cache-Control"] == "no-store"
    assert behind["services"].asked == []
    assert joins(browser, found)[1].status_code == 303


@pytest.mark.parametrize(("by", "status"), [("23 hours", 303), ("25 hours", 404)])
def test_a_link_ends_after_a_day(browser, link, sql, letters, by, status):
    found = link()
    later(sql, by, "ends_at", table="joining")
    assert joins(browser, found)[1].status_code == status
    with pytest.raises(Moot):
        letters()


def test_only_the_hash_of_a_secret_is_kept(link, sql):
    secret = link().rpartition("/")[2]
    kept = str(sql.execute("SELECT * FROM accounts.joining, post.letters").fetchall())
    assert len(secret) >= 43 and secret not in kept


@pytest.mark.parametrize("password", ["", "too short", "x" * 201])
def test_what_is_no_password_leaves_the_link_good(browser, behind, link, password):
    found = link()
    somebody, again = joins(browser, found, password)
    assert again.status_code == 422 and behind["services"].asked == []
    assert somebody.last.all("input", name="password")[0]["aria-invalid"] == "true"
    assert joins(browser, found)[1].status_code == 303


def test_who_got_an_account_meanwhile_is_told_so_by_then(account, browser, link):
    """Whoever follows the link reads the letters of that address."""
    found = link(WHO)
    account()
    told = joins(browser, found)[1]
    assert told.status_code == 409 and 'role="alert"' in told.text
    assert browser().sign_in(WHO, PASSWORD).status_code == 303, "and theirs stays as it is"


def test_it_is_asked_for_as_often_as_one_may_fail_to_sign_in(account, ask):
    account()
    for email in (WHO, NOBODY):
        told = [ask(email) for _ in range(6)]
        assert [each.status_code for each in told] == [303] * 5 + [429]
        assert int(told[-1].headers["Retry-After"]) > 800


def test_forms_come_from_our_own_pages(browser, link):
    found = link()
    for path in (FORM, found):
        foreign = browser()
        foreign.client.headers["Sec-Fetch-Site"] = "cross-site"
        assert foreign.post(path, password=PASSWORD, email=WHO, **ABOUT).status_code == 403


# Who was there before, without an account


def known(sql, email, role=None):
    person = uuid4()
    sql.execute("INSERT INTO people.persons (person, email) VALUES (%s, %s)", [person, email])
    if role:
        sql.execute("INSERT INTO people.roles VALUES (%s, %s, NULL)", [person, role])
    return person


def test_a_guest_who_joins_is_the_same_person(browser, behind, link, sql):
    person = known(sql, NOBODY.title())
    joins(browser, link())
    assert verbs(behind) == ["correct_details", "change_situation"]
    for _, _, words, call in behind["services"].asked:
        assert words["person_id"] == call["partner"] == str(person)
    assert behind["services"].asked[1][2]["status"] == "student"


def test_nobody_gets_at_a_role_by_an_address(browser, behind, link, sql):
    """A host may correct the address of whoever is at home in the space."""
    known(sql, NOBODY, "operator")
    joins(browser, link())
    assert verbs(behind) == ["join_network"]


def test_the_api_does_the_same(account, browser, behind, letters, runner):
    account()
    words = {name: value for name, value in ABOUT.items() if name != "agreed"}
    somebody = browser()
    told = [
        runner.run(somebody.client.post("/v1/joinings", json={**words, "email": email}))
        for email in (WHO, NOBODY)
    ]
    assert [(each.status_code, each.json()) for each in told] == [(201, {"asked": True})] * 2
    secret = letters()[-1].words["path"].rpartition("/")[2]
    finish = somebody.client.post(f"/v1/joinings/{secret}", json={"password": PASSWORD})
    assert runner.run(finish).status_code == 201
    assert verbs(behind) == ["join_network"]


def test_a_visitor_opens_no_account_at_once(browser, runner):
    words = {name: value for name, value in ABOUT.items() if name != "agreed"}
    words |= {"email": NOBODY, "password": PASSWORD}
    told = browser().client.post("/v1/accounts", json=words)
    assert runner.run(told).status_code == 401


def test_what_was_typed_is_deleted_when_nobody_follows_the_link(link, sql, gateway_database):

    link()
    later(sql, "25 hours", "ends_at", table="joining")
    with closing(Outbox(gateway_database)) as outbox:
        Post(outbox, None, None, timedelta()).sweep()
    with psycopg.connect(gateway_database) as other:
        assert other.execute("SELECT count(*) FROM accounts.joining").fetchone() == (0,)
