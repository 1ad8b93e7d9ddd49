"""From "Forgotten password?" to a letter in a mailbox, and back in with another password."""

from uuid import uuid4

import pytest

from tests.crawl.html import Page
from tests.network import PASSWORD
from tests.post.conftest import MailServer, Process

NEW = "another horse battery staple"


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory, soon):
    running = MailServer(tmp_path_factory.mktemp("mails")).start(soon)
    yield running
    running.stop()


@pytest.fixture(scope="module", autouse=True)
def process(network, mail_server):
    """Whoever sends letters, beside the network."""
    made = Process(network.databases["GATEWAY_DB"], mail_server.address)
    made.start(GATEWAY=network.url, REMIND="0")
    yield made
    made.leave()


@pytest.fixture
def letters(mail_server, soon):
    """Waits for so many letters to somebody."""

    def wait(email, count):
        def theirs():
            found = [each for each in mail_server.letters() if email in each["To"]]
            return found if len(found) >= count else None

        return soon(theirs, within=20)

    return wait


def signs_in(network, email, password):
    browser = network.client()
    told = browser.post("/v1/sessions", {"email": email, "password": password})
    return browser, told.status_code


def send(browser, path, **form):
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    return browser.request("POST", path, data={"csrf": "", **form}, headers=headers)


def test_she_gets_back_in_and_everybody_else_is_out(network, somebody, letters):
    email = f"{uuid4().hex}@example.org"
    somebody(email=email)
    elsewhere, _ = signs_in(network, email, PASSWORD)
    assert elsewhere.get("/v1/me").status_code == 200

    browser = network.client()
    assert send(browser, "/mot-de-passe-oublie", email=email).status_code == 303
    [letter] = letters(email, 1)
    text = letter.get_body(["plain"]).get_content()
    link = next(word for word in text.split() if "/nouveau-mot-de-passe/" in word)
    assert link.startswith(network.url)
    path = link.removeprefix(network.url)
    shown = browser.get(path, headers={"Accept": "text/html"})
    [form] = [each for each in Page(shown.text).forms if each.action == path]
    assert set(form.visible()) == {"new_password"}
    assert send(browser, path, new_password=NEW).headers["Location"].startswith("/connexion")

    assert elsewhere.get("/v1/me").status_code == 401
    assert signs_in(network, email, PASSWORD)[1] == 401
    back, status = signs_in(network, email, NEW)
    assert status == 201 and back.get("/v1/me").json()["email"] == email
    assert send(browser, path, new_password="once more, please").status_code == 404
    assert len(letters(email, 2)) == 2, "the second one tells that it was changed"


def test_whoever_nobody_knows_is_told_the_same_and_nobody_is_written_to(
    network, mail_server, letters, somebody
):
    email, nobody = (f"{uuid4().hex}@example.org" for _ in range(2))
    somebody(email=email)
    told = [send(network.client(), "/mot-de-passe-oublie", email=each) for each in (nobody, email)]
    assert told[0].headers["Location"] == told[1].headers["Location"]
    letters(email, 1)
    assert not [each for each in mail_server.letters() if nobody in each["To"]]
