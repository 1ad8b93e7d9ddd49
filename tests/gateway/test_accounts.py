"""Accounts in a real database: nobody joins twice, nobody signs in with what is kept."""

import asyncio
from contextlib import closing
from uuid import UUID, uuid4

import psycopg
import pytest
from argon2 import PasswordHasher

from gateway.__main__ import invite, understood
from gateway.credentials import Credentials
from gateway.people import VISITOR, Caller
from gateway.problems import NoAnswer
from gateway.records import pool
from gateway.sessions import hashed
from gateway.views.people import People
from gateway.whose import PERSON, ROLES
from tests.gateway.fakes import ELSEWHERE, Partner, Services, Views

LISE = {
    "given_name": "Lise",
    "family_name": "Lambert",
    "email": "lise@example.org",
    "home_space_id": str(ELSEWHERE),
    "status": "independent",
    "residence": "BE",
    "password": "neuf et demi",
}
ACCOUNT = ("email", "password")
STAFF, CARLA = "essaim_of-carla", UUID(int=40)
HERS = "email <> 'staff@example.org'"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Members(Services):
    """Everybody who joins is somebody new; the same command joins once."""

    def __init__(self):
        super().__init__()
        self.joined = {}

    async def ask(self, service, verb, *args, **call):
        await super().ask(service, verb, *args, **call)
        if isinstance(self.answer, dict) and "done" in self.answer:
            known, person = self.joined.setdefault(call["command"], (args, str(uuid4())))
            if known != args:
                return {"reused": call["command"]}
            return {"done": {"id": person, "facts": []}, "position": len(self.joined)}
        return self.answer


@pytest.fixture(scope="module")
def gateway_database(databases):
    with closing(People(databases["GATEWAY_DB"])) as view:
        assert view.sql, "its tables are there now"
    return databases["GATEWAY_DB"]


@pytest.fixture
def sql(gateway_database):
    with psycopg.connect(gateway_database, autocommit=True) as opened:
        opened.execute("TRUNCATE accounts.account, accounts.guess, people.roles CASCADE")
        staff = "INSERT INTO accounts.account (email, person) VALUES (%s, %s) RETURNING id"
        [account] = opened.execute(staff, ["staff@example.org", CARLA]).fetchone()
        token = "INSERT INTO accounts.token (token_hash, account, label) VALUES (%s, %s, 'staff')"
        opened.execute(token, [hashed(STAFF), account])
        opened.execute("INSERT INTO people.roles VALUES (%s, 'coordinator', NULL)", [CARLA])
        yield opened


@pytest.fixture
def services():
    return Members()


@pytest.fixture
def partner(gateway_database, sql, services):
    opened = pool(gateway_database)
    behind = {"services": services, "views": Views(), "credentials": Credentials(opened, QUICK)}
    found = Partner(behind)
    found.runner.run(opened.open())
    yield found
    found.runner.run(opened.close())
    found.close()


def sign_up(partner, **other):
    """By somebody who runs the network, whose account is there already."""
    return partner.post("/v1/accounts", STAFF, json=LISE | other)


def sign_in(partner, **other):
    return partner.post("/v1/sessions", json={name: LISE[name] for name in ACCOUNT} | other)


def test_who_signs_up_joins_the_network_and_can_sign_in(partner, services):
    answer = sign_up(partner)
    assert (answer.status_code, answer.headers["Position"]) == (201, "members=1")
    signed_in = sign_in(partner, email="LISE@example.org")
    assert signed_in.json()["person_id"] == answer.json()["person_id"]
    ((_, verb, details, _),) = services.asked
    assert verb == "join_network" and "password" not in details


def test_an_address_has_one_account_and_nobody_joins_for_a_second_one(partner, services):
    sign_up(partner)
    again = sign_up(partner, email="Lise@Example.org")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/EmailInUse")
    assert len(services.asked) == 1


def test_who_was_refused_can_try_again(partner, services, sql):
    services.answer = {"refused": "UnknownSpace", "reason": "No such space.", "values": {}}
    assert sign_up(partner).status_code == 409
    assert sql.execute(f"SELECT count(*) FROM accounts.account WHERE {HERS}").fetchone() == (0,)
    services.answer = Services().answer
    assert sign_up(partner).status_code == 201


def test_who_got_no_answer_joins_once_however_often_they_try(partner, services):
    services.answer = NoAnswer()
    assert sign_up(partner).status_code == 504
    services.answer = Services().answer
    assert sign_up(partner).status_code == 201
    commands = {call["command"] for *_, call in services.asked}
    assert len(services.asked) == 2 and len(commands) == 1


def test_nobody_finishes_what_somebody_else_began(partner, services, sql):
    services.answer = NoAnswer()
    sign_up(partner)
    services.answer = Services().answer
    services.joined = {services.asked[0][-1]["command"]: ("the details of the first", "x")}
    other = sign_up(partner, given_name="Eve", password="a password of eve's")
    assert (other.status_code, other.json()["type"]) == (409, "/problems/EmailInUse")
    assert sign_in(partner, password="a password of eve's").status_code == 401


def test_what_was_given_up_a_minute_ago_is_begun_anew(partner, services, sql):
    services.answer = NoAnswer()
    sign_up(partner)
    services.answer = Services().answer
    sql.execute("UPDATE accounts.account SET created_at = now() - interval '2 minutes'")
    assert sign_up(partner, given_name="Élise").status_code == 201
    assert len({call["command"] for *_, call in services.asked}) == 2


def test_nobody_can_sign_in_with_what_is_kept(partner, sql):
    sign_up(partner)
    session = sign_in(partner).cookies["essaim_session"]
    cookie = {"Cookie": f"essaim_session={session}", "Sec-Fetch-Site": "none"}
    token = partner.post("/v1/tokens", json={"label": "door"}, headers=cookie).json()["token"]
    for table in ("account", "session", "token"):
        rows = str(sql.execute(f"SELECT * FROM accounts.{table}").fetchall())
        assert not any(secret in rows for secret in (LISE["password"], session, token))
    (hashed,) = sql.execute(f"SELECT password_hash FROM accounts.account WHERE {HERS}").fetchone()
    assert hashed.startswith("$argon2id$")


def test_a_session_ends_when_its_owner_says_so_or_time_does(partner, sql):
    sign_up(partner)
    first, second = sign_in(partner), sign_in(partner)
    cookies = [
        {"Cookie": f"essaim_session={each.cookies['essaim_session']}"} for each in (first, second)
    ]
    assert [partner.get("/v1/me", headers=each).status_code for each in cookies] == [200, 200]
    word = {"X-CSRF-Token": first.json()["csrf_token"]}
    out = partner.request("DELETE", "/v1/sessions/current", headers=cookies[0] | word)
    assert out.json() == {"signed_out": True}
    assert [partner.get("/v1/me", headers=each).status_code for each in cookies] == [401, 200]
    sql.execute("UPDATE accounts.session SET expires_at = now()")
    assert partner.get("/v1/me", headers=cookies[1]).status_code == 401


def test_the_cookie_of_a_session_is_kept_from_scripts_and_other_sites(partner):
    sign_up(partner)
    cookie = sign_in(partner).headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    safe = partner.post(
        "https://essaim.example/v1/sessions", json={name: LISE[name] for name in ACCOUNT}
    )
    assert "Secure" in safe.headers["Set-Cookie"].split("; ")


def test_a_token_works_until_it_is_revoked_and_only_its_owner_can(partner, sql):
    sign_up(partner)
    sign_up(partner, email="eve@example.org")
    tokens = {}
    for email in ("lise@example.org", "eve@example.org"):
        session = sign_in(partner, email=email)
        cookie = {
            "Cookie": f"essaim_session={session.cookies['essaim_session']}",
            "Origin": "http://essaim.example",
        }
        tokens[email] = partner.post("/v1/tokens", json={"label": "door"}, headers=cookie).json()
    lise, eve = tokens.values()
    path = f"/v1/tokens/{lise['token_id']}"
    assert partner.request("DELETE", path, eve["token"]).status_code == 404
    (item,) = partner.get("/v1/tokens", lise["token"]).json()["items"]
    assert item["token_id"] == lise["token_id"] and item["last_used_at"] and "token" not in item
    assert partner.request("DELETE", path, lise["token"]).status_code == 200
    assert partner.get("/v1/me", lise["token"]).status_code == 401
    assert partner.get("/v1/me", eve["token"]).status_code == 200


def test_roles_are_those_that_members_says(partner, sql):
    person = sign_up(partner).json()["person_id"]
    session = sign_in(partner).cookies["essaim_session"]
    roles = [(person, "host", ELSEWHERE), (person, "trainer", None), (uuid4(), "operator", None)]
    sql.cursor().executemany("INSERT INTO people.roles VALUES (%s, %s, %s)", roles)
    me = partner.get("/v1/me", headers={"Cookie": f"essaim_session={session}"}).json()
    assert me["roles"] == [
        {"role": "host", "space_id": str(ELSEWHERE)},
        {"role": "member", "space_id": None},
        {"role": "trainer", "space_id": None},
    ]


def test_who_is_unknown_waits_as_long_as_who_forgot_the_password(partner):
    credentials, verified = partner.behind["credentials"], []
    verify = credentials._verify
    credentials._verify = lambda *words: verified.append(words[0]) or verify(*words)
    sign_up(partner)
    wrong, unknown = sign_in(partner, password="wrong"), sign_in(partner, email="x@example.org")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() | {"trace": ""} == unknown.json() | {"trace": ""}
    assert len(verified) == 2, "the password is checked both times"


def test_a_password_costs_whoever_guesses_it_64_mib():
    hashed = Credentials(None).nobody
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_who_guesses_has_to_wait_and_nobody_else(partner):
    sign_up(partner)
    statuses = [sign_in(partner, password=f"guess {n}").status_code for n in range(6)]
    assert statuses == [401] * 5 + [429]
    right = sign_in(partner)
    assert right.status_code == 429, "also when the guess is right"
    assert 0 < int(right.headers["Retry-After"]) <= 15 * 60 + 1
    assert sign_in(partner, email="another@example.org").status_code == 401


def test_guesses_at_once_count_too(partner):
    sign_up(partner)

    async def at_once():
        post = partner.client.post
        words = {"email": LISE["email"], "password": "guess"}
        return await asyncio.gather(*(post("/v1/sessions", json=words) for _ in range(12)))

    statuses = [answer.status_code for answer in partner.runner.run(at_once())]
    assert sorted(statuses) == [401] * 5 + [429] * 7


def test_an_account_for_somebody_who_is_in_the_network(partner, sql):
    sql.execute("INSERT INTO people.roles VALUES (%s, 'operator', NULL)", [operator(partner)])
    token = partner.behind["token"]
    body = {"email": "hugo@example.org", "password": "dix et demi"}
    person, views = uuid4(), partner.behind["views"]
    assert partner.post(f"/v1/persons/{person}/account", token, json=body).status_code == 404
    views.rows = {kind: {"home_space": ELSEWHERE, "roles": []} for kind in (PERSON, ROLES)}
    assert partner.post(f"/v1/persons/{person}/account", token, json=body).status_code == 201
    assert sign_in(partner, **body).json()["person_id"] == str(person)
    twice = partner.post(f"/v1/persons/{person}/account", token, json=body | {"email": "h@x.org"})
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/HasAccount")
    taken = partner.post(f"/v1/persons/{uuid4()}/account", token, json=body)
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/EmailInUse")


def operator(partner):
    """Somebody with a token."""
    credentials = partner.behind["credentials"]
    words = understood(["invite", "op@example.org", "--space", str(ELSEWHERE), "--token"])
    printed = partner.runner.run(invite(words, credentials, partner.behind["services"]))
    partner.behind["token"] = printed["token"]
    return UUID(printed["person"])


def test_an_invitation_can_be_repeated(partner, services):
    credentials = partner.behind["credentials"]
    line = ["invite", "op@example.org", "--role", "host", "--space", "la-ferme"]
    words = understood(line)
    printed = partner.runner.run(invite(words, credentials, services))
    assert sign_in(partner, email="op@example.org", password=printed["password"]).is_success
    (_, joined, details, _), (_, granted, role, _) = services.asked
    assert (joined, granted) == ("join_network", "grant_role")
    assert details["home_space_id"] == role["space_id"] != "la-ferme"
    again = partner.runner.run(invite(words, credentials, services))
    assert "password" not in again and again["person"] == printed["person"]


def test_a_host_is_invited_to_a_space(capsys):
    with pytest.raises(SystemExit):
        understood(["invite", "op@example.org", "--role", "host"])
    assert "--space" in capsys.readouterr().err


def test_a_visitor_is_nobody_in_the_facts():
    person = uuid4()
    assert (VISITOR.by, Caller(person=person).by) == ("visitor", str(person))
