"""From a booking made at the door to a letter in somebody's mailbox, and to no letter at all."""

import subprocess
import sys

import psycopg
import pytest

from tests import plain
from tests.place import Place, in_days
from tests.post.conftest import MailServer, Process, read


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
    made.start(GATEWAY=network.url, REMIND="72")
    yield made
    made.leave()


@pytest.fixture(scope="module")
def place(network):
    return Place(network.operator)


@pytest.fixture
def somebody(network, place, mail_server, soon):
    """Her id, and how to wait for her letters."""
    person = place.newcomer()
    email = network.operator.read(f"/v1/persons/{person}")["email"]

    def letters(count):
        def hers():
            found = [each for each in mail_server.letters() if email in each["To"]]
            return found if len(found) >= count else None

        return soon(hers, within=20)

    return person, letters


def test_a_booking_its_move_and_its_cancellation(network, place, somebody):
    person, letters = somebody
    booked = network.operator.done("/v1/room-bookings", place.room_for(person, day=5))["id"]
    [first] = letters(1)
    assert "confirmée" in read(first).text and str(network.url) in read(first).text
    times = {"times": [{"day": in_days(6), "start": "14:00", "end": "15:00"}]}
    network.operator.done(f"/v1/bookings/{booked}/move", times)
    letters(2)
    network.operator.done(f"/v1/bookings/{booked}/cancellation")
    events = [event for letter in letters(3) for event in read(letter).events]
    assert [int(event["sequence"]) for event in events] == [0, 1, 2]
    assert str(events[-1]["status"]) == "CANCELLED"


def test_who_declines_with_one_click_is_not_written_to_any_more(network, place, somebody):
    person, letters = somebody
    network.operator.done("/v1/desk-bookings", place.desk_for(person, day=4))
    [letter] = letters(1)
    address = next(word for word in read(letter).text.split() if "/courriels/" in word)
    assert address.startswith(network.url)
    page = {"Accept": "text/html"}
    assert plain.get(address, headers=page).text.count("checked") == 2
    assert plain.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert plain.get(address, headers=page).text.count("checked") == 1
    plain.post(address, data={"confirmation": "on"})
    network.operator.done("/v1/desk-bookings", place.desk_for(person, day=5))
    assert len(letters(2)) == 2


def test_operators_see_what_waits(network, soon):
    def nothing_waits():
        seen = network.operator.read("/v1/operation")
        return seen["post"]["state"] == "here" and seen["post"]["waiting"] == 0 and seen

    seen = soon(nothing_waits, within=20)
    [follower] = [each for each in seen["followers"] if each["follower"] == "post"]
    assert (follower["source"], follower["state"]) == ("bookings", "level")


@pytest.mark.long
def test_what_was_given_up_is_told_and_tried_again(network, place, somebody, mail_server, soon):
    person, letters = somebody
    mail_server.says("RCPT 550 5.1.1 no such user")
    try:
        network.operator.done("/v1/desk-bookings", place.desk_for(person, day=6))

        def given_up():
            return network.operator.read("/v1/operation")["post"]["given_up"]

        assert soon(given_up, within=20) == [{"kind": "booked", "reason": "550 5.1.1", "count": 1}]
    finally:
        mail_server.says("")
    again = [sys.executable, "-m", "gateway.post", "retry"]
    done = subprocess.run(again, env=network.env, capture_output=True, text=True, check=True)
    assert done.stdout == "to be tried again: 1\n"
    letters(1)
    assert network.operator.read("/v1/operation")["post"]["given_up"] == []
