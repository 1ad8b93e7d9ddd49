"""A link for a forgotten password, and news of a changed one, through a real mail server."""

from email.headerregistry import Address

import psycopg
import pytest

from gateway.sessions import hashed
from tests.post.conftest import HOME, plain

ACCOUNT = "lise.signs.in@example.org"


@pytest.fixture
def account(world, gateway_database):
    """Lise signs in with another address than that at which she is reached."""
    with psycopg.connect(gateway_database, autocommit=True) as sql:
        sql.execute("TRUNCATE accounts.account, accounts.forgotten CASCADE")
        made = "INSERT INTO accounts.account (email, person) VALUES (%s, %s) RETURNING id"
        yield sql, sql.execute(made, [ACCOUNT, world.lise]).fetchone()[0]


def begin(sql, kind, about):
    letter = """
        INSERT INTO post.letters (letter, kind, about, position, happened, made)
        VALUES (gen_random_uuid(), %s, jsonb_build_array(%s::uuid), 0, %s, now())
    """
    sql.execute(letter, [kind, about, "2027-03-01T08:05:00Z"])


def asked(sql, account, ends="2027-03-01T08:35:00Z"):
    made = "INSERT INTO accounts.forgotten (account, ends_at) VALUES (%s, %s) RETURNING id"
    begin(sql, "password-link", sql.execute(made, [account, ends]).fetchone()[0])


def parts(letter):
    return [plain(letter.get_body([kind]).get_content()) for kind in ("plain", "html")]


def test_a_link_goes_to_the_address_of_the_account_in_the_readers_language(account, sent):
    sql, lise = account
    asked(sql, lise)
    [letter] = sent()
    assert letter["To"].addresses[0] == Address("Lise Lambert", addr_spec=ACCOUNT)
    assert plain(letter["Subject"]) == "Een nieuw wachtwoord voor uw account"
    assert "List-Unsubscribe" not in letter and not list(letter.iter_attachments())
    for text in parts(letter):
        assert "Dag Lise," in text and "één keer, tot 09:35 op 1 maart" in text
        [link] = [word for word in text.replace('"', " ").split() if "nouveau-mot" in word]
        assert link.startswith(f"{HOME}/nouveau-mot-de-passe/")
        kept = "SELECT account FROM accounts.forgotten WHERE %s = ANY(secret_hashes)"
        assert sql.execute(kept, [hashed(link.rpartition("/")[2])]).fetchone() == (lise,)


def test_nothing_of_a_link_stays_in_the_outbox(account, world, sent):
    sql, lise = account
    asked(sql, lise)
    [letter] = sent()
    [link] = [word for word in parts(letter)[0].split() if "nouveau-mot" in word]
    assert link.rpartition("/")[2] not in str(world.outgoing()) and ACCOUNT not in str(
        world.outgoing()
    )


def test_a_link_that_is_over_or_nobodys_is_not_sent(account, world, sent):
    sql, lise = account
    asked(sql, lise, ends="2026-01-01T00:00:00Z")
    asked(sql, None)
    assert sent() == []
    assert {(row["state"], row["reason"]) for row in world.outgoing()} == {("dropped", "over")}


def test_a_change_is_told_whatever_letters_somebody_declined(account, world, sent):
    sql, lise = account
    for wish in ("confirmation", "reminder"):
        sql.execute("INSERT INTO accounts.declined VALUES (%s, %s)", [world.lise, wish])
    begin(sql, "password-changed", lise)
    [letter] = sent()
    assert letter["To"].addresses[0].addr_spec == ACCOUNT
    for text in parts(letter):
        assert "gewijzigd om 09:05 op 1 maart" in text and f"{HOME}/mot-de-passe-oublie" in text


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_in_every_language(account, world, sent, language):
    sql, lise = account
    world.views[1].sql.execute("UPDATE persons SET language = %s", [language])
    asked(sql, lise)
    begin(sql, "password-changed", lise)
    letters = sent()
    assert {letter["Content-Language"] for letter in letters} == {language}
    assert len({letter["Subject"] for letter in letters}) == 2
