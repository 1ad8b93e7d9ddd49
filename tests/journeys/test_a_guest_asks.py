"""Somebody without an account asks for a desk, and has it in the end."""

import re
from uuid import uuid4

import psycopg
import pytest

from tests import plain
from tests.network import PASSWORD
from tests.place import Place, in_days
from tests.post.conftest import MailServer, Process


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory, soon):
    running = MailServer(tmp_path_factory.mktemp("mails")).start(soon)
    yield running
    running.stop()


@pytest.fixture(scope="module", autouse=True)
def process(network, mail_server):
    """Whoever sends letters, beside the network; nobody waits for those of other tests."""
    with psycopg.connect(network.databases["GATEWAY_DB"]) as sql:
        sql.execute("DELETE FROM post.letters WHERE state = 'waiting'")
    made = Process(network.databases["GATEWAY_DB"], mail_server.address)
    made.start(GATEWAY=network.url)
    yield made
    made.leave()


@pytest.fixture(scope="module")
def place(network):
    return Place(network.operator)


@pytest.fixture
def visitor(network):
    with plain.Client(base_url=network.url, headers={"Accept": "text/html"}) as opened:
        opened.headers["Sec-Fetch-Site"] = "same-origin"
        yield opened


@pytest.fixture
def asks(visitor, place, soon):
    page = f"/demander/{place.code}"

    def ask(email, day=3, **more):
        soon(lambda: "ressource=desks" in visitor.get(page).text, within=20)  # it is quite new
        form = {"given_name": "Zoé", "family_name": f"Zimmer-{email[:8]}", "email": email}
        form |= {"residence": "BE", "phone": "", "people": "1", "part": "day"}
        form |= {"resource": "desks", "day": in_days(day), **more}
        told = visitor.post(page, data=form)
        assert told.headers.get("Location") == f"{page}?fait=lettre", told.text

    return ask


@pytest.fixture
def letters(mail_server, soon):
    def of(email, count):
        def theirs():
            found = [each for each in mail_server.letters() if email in each["To"]]
            return found if len(found) >= count else None

        return soon(theirs, within=30)

    return of


@pytest.fixture
def to_be_confirmed(letters, soon):
    def of(email, count):
        def theirs():
            found = [each for each in letters(email, 1) if "confirmer" in each["Subject"]]
            return found if len(found) >= count else None

        return soon(theirs, within=30)

    return of


def link_in(letter):
    return re.search(r"/demande/[\w-]+", said(letter))[0]


def said(letter):
    return letter.get_body(["plain"]).get_content()


def vault(network):
    with psycopg.connect(network.databases["MEMBERS_DB"]) as sql:
        return str(sql.execute("SELECT details FROM vault").fetchall())


def somebody_new():
    return f"{uuid4().hex}@example.org"


def test_from_the_form_to_the_hosts_yes_and_back_again(
    network, place, visitor, asks, letters, soon
):
    operator, email = network.operator, somebody_new()
    requests = f"/v1/spaces/{place.space}/requests"
    asks(email)
    [first] = letters(email, 1)
    assert "Zimmer" not in str(first)
    link = link_in(first)
    for _ in range(3):  # mail programs look at what is in letters
        seen = visitor.get(link)
        assert seen.status_code == 200 and "Zimmer" not in seen.text
    assert email not in vault(network), "nobody is known yet"
    assert operator.items(requests) == [], "and nothing is booked"

    sent = visitor.post(link, data={"csrf": ""})
    assert sent.headers["Location"] == f"{link}?fait=demande", sent.text
    assert visitor.post(link, data={"csrf": ""}).headers["Location"] == link, "once"
    assert email in vault(network)
    [waits] = soon(lambda: operator.items(requests), within=10)
    assert (waits["state"], waits["guest"], waits["email"]) == ("requested", True, email)
    with psycopg.connect(network.databases["GATEWAY_DB"]) as sql:
        kept = sql.execute("SELECT count(*) FROM accounts.asked WHERE email = %s", [email])
        assert kept.fetchone() == (0,), "what was typed is gone"

    [_, asked] = letters(email, 2)
    operator.done(f"/v1/bookings/{waits['booking']}/approval")
    approved = letters(email, 3)[-1]
    private = {link_in(each) for each in (asked, approved)}
    assert len({link, *private}) == 3, "each letter has a secret of its own"
    for each in (link, *private):
        assert soon(lambda each=each: "annulation" in visitor.get(each).text, within=10)
    done = visitor.post(f"{private.pop()}/annulation", data={"csrf": ""})
    assert done.status_code == 303, done.text
    booking = f"/v1/bookings/{waits['booking']}"
    assert soon(lambda: operator.read(booking)["state"] == "cancelled", within=10)


def test_whoever_comes_again_is_the_same_person_and_no_account_is_made(
    network, place, visitor, asks, to_be_confirmed, soon
):
    operator, email = network.operator, somebody_new()
    persons = set()

    def requested(n):
        found = operator.items(f"/v1/spaces/{place.space}/requests")
        theirs = [each for each in found if each["email"] == email]
        return theirs if len(theirs) >= n else None

    for n in (1, 2):
        asks(email, day=3 + n)
        link = link_in(to_be_confirmed(email, n)[-1])
        assert visitor.post(link, data={"csrf": ""}).status_code == 303
        persons |= {each["person"] for each in soon(lambda n=n: requested(n), within=10)}
    assert len(persons) == 1
    signing_in = {"email": email, "password": PASSWORD}
    assert visitor.post("/v1/sessions", json=signing_in).status_code == 401


def test_a_member_who_asks_as_a_guest_is_recognised(
    network, place, visitor, asks, to_be_confirmed, letters, soon
):
    """And finds it among their bookings: no private link is given away."""
    operator, email = network.operator, somebody_new()
    account = {"given_name": "Lise", "family_name": "Lambert", "email": email}
    account |= {"home_space_id": place.space, "status": "employee", "residence": "BE"}
    person = operator.done("/v1/accounts", {**account, "password": PASSWORD})["person_id"]
    asks(email, day=6)
    sent = visitor.post(link_in(to_be_confirmed(email, 1)[0]), data={"csrf": ""})
    assert sent.status_code == 303, sent.text
    [booked] = soon(lambda: operator.items(f"/v1/persons/{person}/bookings"), within=10)
    assert booked["state"] == "requested"
    told = said(letters(email, 2)[-1])
    assert "Bonjour Lise" in told and "/mes-reservations" in told and "/demande/" not in told
