"""Failures to sign in are counted for all gateways together, and forgotten in time."""

import pytest
from prometheus_client import REGISTRY

from gateway import guesses as limits
from gateway.guesses import Guesses
from tests.accounts.conftest import PASSWORD

WHO = "lise@example.org", "192.0.2.1"


@pytest.fixture
def guess(credentials, runner):
    def make(email=WHO[0], address=WHO[1]):
        return runner.run(credentials.guesses.wait(email, address))

    return make


def kept(sql):
    return sql.execute("SELECT count(*) FROM accounts.guess").fetchone()[0]


def pass_by(sql, by):
    sql.execute(
        "UPDATE accounts.guess SET made = ARRAY(SELECT at - %s::interval FROM unnest(made) at)",
        [by],
    )


def test_five_from_one_address_then_one_waits(guess):
    assert [guess() for _ in range(5)] == [0] * 5
    assert 895 < guess() <= 900


def test_every_gateway_knows_of_the_failures_at_the_others(guess, credentials, runner):
    other = Guesses(credentials.pool)
    for _ in range(5):
        assert runner.run(other.wait(*WHO)) == 0
    assert guess() > 0


def test_waiting_is_not_made_longer_by_trying(guess, sql):
    for _ in range(5):
        guess()
    pass_by(sql, "14 minutes")
    assert 0 < guess() <= 60
    pass_by(sql, "1 minute")
    assert guess() == 0


def test_an_account_is_not_guessed_from_many_addresses(guess):
    tried = [guess(address=f"198.51.100.{n}") for n in range(25)]
    assert tried[:20] == [0] * 20 and all(tried[20:])


def test_a_network_does_not_guess_at_many_accounts(guess, monkeypatch):
    monkeypatch.setattr(limits, "FOR_NETWORK", 7)
    tried = [guess(email=f"{n}@example.org") for n in range(9)]
    assert tried[:7] == [0] * 7 and all(tried[7:])
    assert guess(email="x@example.org", address="203.0.113.9") == 0


def test_an_ipv6_network_is_one(guess):
    tried = [guess(address=f"2001:db8::{n}") for n in range(6)]
    assert tried[:5] == [0] * 5 and tried[5]
    assert guess(address="2001:db8:0:1::1") == 0


def test_who_is_kept_waiting_there_is_not_kept_waiting_elsewhere(guess):
    for _ in range(40):
        guess()
    assert guess(address="203.0.113.9") == 0, "guesses that were not made do not count"


def test_a_whole_space_can_sign_in_on_monday_morning(guess, credentials, runner, monkeypatch):
    monkeypatch.setattr(limits, "FOR_NETWORK", 3)
    for n in range(12):
        assert guess(email=f"{n}@example.org") == 0
        runner.run(credentials.guesses.forget(f"{n}@example.org", WHO[1]))


def test_failures_are_deleted_when_they_are_old(guess, sql):
    guess()
    guess(email="hugo@example.org")
    assert kept(sql) == 5
    pass_by(sql, "16 minutes")
    guess(email="olga@example.org", address="203.0.113.9")
    assert kept(sql) == 3


def test_nobody_can_be_read_out_of_what_is_kept(guess, sql):
    guess()
    rows = str(sql.execute("SELECT * FROM accounts.guess").fetchall())
    assert "lise" not in rows and "192.0.2.1" not in rows


def test_the_form_says_how_long_to_wait(browser, account):
    account()
    lise = browser()
    statuses = [lise.sign_in(WHO[0], "a guess").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    late = lise.sign_in(WHO[0], PASSWORD)
    assert late.status_code == 429 and 0 < int(late.headers["Retry-After"]) <= 900
    elsewhere = browser(address="203.0.113.9")
    assert elsewhere.sign_in(WHO[0]).status_code == 303


def counted(step, outcome):
    labels = {"step": step, "outcome": outcome}
    return REGISTRY.get_sample_value("essaim_sign_ins_total", labels) or 0.0


def test_each_step_of_signing_in_is_counted_and_logged_without_a_name(browser, account, caplog):
    account()
    before = {each: counted("password", each) for each in ("right", "wrong", "waiting")}
    caplog.set_level("INFO", "gateway.meters")
    for password in ("a guess", PASSWORD, *["a guess"] * 6):
        browser().sign_in(WHO[0], password)
    grown = {each: counted("password", each) - was for each, was in before.items()}
    assert grown == {"right": 1, "wrong": 6, "waiting": 1}
    assert caplog.text.count("signing in: the password was wrong") == 6
    assert "lise" not in caplog.text and WHO[1] not in caplog.text
