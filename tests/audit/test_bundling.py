"""A bundle over HTTP, from the auditor's process to whoever may ask it."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

from audit import bundling, verify
from audit.register import Register
from tests.audit.bundles import LOG, detail, thing
from tests.audit.process import running
from tests.audit.test_export import ENTRIES, MEMORY, files


@pytest.fixture(scope="module")
def client(databases):
    with Register.connect(databases["REGISTER_DB"]) as register:
        register.append(0, ENTRIES)
        register.keep(len(ENTRIES), MEMORY.note)
    with running(databases) as found:
        yield found


def said_of(answer):
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    opened = verify.Bundle(BytesIO(answer.content))
    key = verify.key(str(LOG.verifier))
    head, _ = verify.signed_checkpoint(opened.whole("checkpoint"), key, [])
    return "\n".join(verify.check_bundle(opened, head))


def test_everything_is_sent(client):
    assert "every entry from 0 to 40" in said_of(client.post("/bundles", json={}))


def test_a_part_is_sent_with_details(client):
    wish = {"subjects": [str(thing("lise"))], "details": [detail()]}
    said = said_of(client.post("/bundles", json=wish))
    assert f"versions 1 to 1 of {thing('lise')}" in said and "1 details are disclosed" in said
    wish = {"since": "2027-01-04T09:00:00+01:00", "until": "2027-01-05T00:00:00Z"}
    assert "from 2027-01-04T08:00:00Z until" in said_of(client.post("/bundles", json=wish))


def test_what_somebody_may_not_see_is_not_there_and_it_does_not_say_everything(client):
    answer = client.post("/bundles", json={"without": ["bookings.CheckedIn"]})
    said = said_of(answer)
    assert b"bookings.CheckedIn" not in files(answer.content)["facts.jsonl"]
    assert "nothing between them is left out" not in said
    assert "bookings: 8 facts, in order; of the positions 1 to 16, 8 are not there" in said


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"since": "2027-01-01T00:00:00"}, 422),
        ({"since": "soon"}, 422),
        ({"more": 1}, 422),
        ({"subjects": ["lise"]}, 422),
        ([], 422),
        ({"details": [detail(value="Lise")]}, 422),
        ({"details": [{}]}, 422),
        ({"subjects": [str(thing("nobody"))]}, 404),
        ({"since": "2099-01-01T00:00:00Z"}, 404),
    ],
    ids=str,
)
def test_what_cannot_be_made_is_said(client, wish, status):
    answer = client.post("/bundles", json=wish)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_no_more_than_one_is_made_at_once(client):
    with ThreadPoolExecutor(6) as several:
        found = list(several.map(lambda _: client.post("/bundles", json={}), range(12)))
    assert {each.status_code for each in found} <= {200, 503}
    assert all("Retry-After" in each.headers for each in found if each.status_code == 503)
    assert client.post("/bundles", json={}).status_code == 200  # and the next has its turn


def test_whoever_comes_meanwhile_is_told_to_come_again():
    with bundling.making:
        answer = bundling.made(None, bundling.Wish())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
