"""From the form to a letter, a password and the network; and to another letter for who is there."""

import re
from uuid import uuid4

import psycopg
import pytest

from tests import plain
from tests.network import PASSWORD
from tests.place import Place
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
def window(network):
    with plain.Client(base_url=network.url, headers={"Accept": "text/html"}) as opened:
        opened.headers["Sec-Fetch-Site"] = "same-origin"
        yield opened


def test_who_joins_is_known_and_signed_in_once_the_link_is_followed(
    network, place, window, mail_server, soon
):
    email = f"{uuid4().hex}@example.org"
    form = {"given_name": "Zoé", "family_name": "Zimmer", "email": email, "residence": "BE"}
    form |= {"home_space_id": place.space, "status": "student", "agreed": "yes"}

    def asks(count):
        told = window.post("/inscription", data=form)
        assert told.headers["Location"] == "/inscription?fait=inscription", told.text
        return soon(lambda: letters(count), within=30)[-1]

    def letters(count):
        found = [each for each in mail_server.letters() if email in each["To"]]
        return found if len(found) >= count else None

    def said(letter):
        return letter.get_body(["plain"]).get_content()

    link = re.search(r"/inscription/[\w-]+", said(asks(1)))[0]
    assert window.get(link).status_code == 200
    assert window.get("/mon-compte").status_code == 303, "nobody is signed in by looking"
    done = window.post(link, data={"password": PASSWORD})
    assert done.status_code == 303, done.text
    assert window.get("/mon-compte").status_code == 200
    again = {"email": email, "password": PASSWORD}
    person = window.post("/v1/sessions", json=again).json()["person_id"]
    known = soon(lambda: network.operator.get(f"/v1/persons/{person}").json(), within=10)
    assert known["email"] == email
    window.cookies.clear()

    second = said(asks(2))
    assert "/inscription/" not in second and f"{network.url}/connexion" in second
