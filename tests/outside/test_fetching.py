"""What a host can make the gateway ask for: a small file, from the internet, by https. No more."""

import asyncio
import gzip
import logging
import ssl
import time
import zlib

import httpx
import pytest
import trustme

from gateway.outside import addresses
from gateway.outside.addresses import checked, is_public
from gateway.outside.fetching import LONGEST, Fetcher, Known
from gateway.outside.troubles import Trouble
from tests.outside.calendar_server import Answer, CalendarServer

INSIDE = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("100.64.0.1", "169.254.169.254", "169.254.0.1", "192.0.0.192", "198.18.0.1", "192.0.2.1"),
    *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("100.100.100.200", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("::ffff:8.8.8.8", "64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1", "fe80::1"),
    *("fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "100::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2001:0:5ef5:79fd::1", "3fff::1"),
]
OUTSIDE = ["8.8.8.8", "193.190.198.10", "2606:4700::1111", "2a01:690:7::1"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_of_the_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is(address):
    assert is_public(address)


def look(url, *found, everywhere=False):
    async def lookup(host, port):
        assert host == "a.example" or host == "xn--mller-kva.example"
        return list(found)

    return asyncio.run(checked(httpx.URL(url), lookup, everywhere))


def test_one_private_address_among_others_is_enough_to_refuse():
    assert look("https://a.example/", *OUTSIDE) == OUTSIDE
    assert look("https://m\u00fcller.example/", *OUTSIDE) == OUTSIDE
    with pytest.raises(Trouble, match="not-public"):
        look("https://a.example/", "8.8.8.8", "10.0.0.1")
    with pytest.raises(Trouble, match="no-server"):
        look("https://a.example/")
    with pytest.raises(Trouble, match="not-https"):
        look("http://a.example/", "8.8.8.8")


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:7f00:1]"])
def test_an_address_written_in_another_way_is_the_same(host):
    with pytest.raises(Trouble, match=r"not-public|no-server"):
        asyncio.run(Fetcher().fetch(f"https://{host}/"))


def test_anywhere_is_said_and_not_meant_by_mistake(monkeypatch):
    assert not addresses.anywhere()
    monkeypatch.setenv("OUTSIDE_CALENDARS", "anywhere")
    assert addresses.anywhere()
    monkeypatch.setenv("OUTSIDE_CALENDARS", "everywhere")
    with pytest.raises(ValueError, match="OUTSIDE_CALENDARS"):
        addresses.anywhere()


# By https, to whom it should be


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


class Town:
    """calendar.example at 127.0.0.2, which counts as public here; the inside is at 127.0.0.1."""

    def __init__(self, authority, monkeypatch):
        monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.2")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("calendar.example", "inside.example").configure_cert(tls)
        self.public = CalendarServer("127.0.0.2", tls=tls)
        self.inside = CalendarServer("127.0.0.1", self.public.port, tls=tls)
        self.looked_up, self.names = [], {"inside.example": ["127.0.0.1"]}
        self.names |= {"calendar.example": ["127.0.0.2"], "other.example": ["127.0.0.2"]}
        self.public.says["/a.ics"] = Answer(b"published")
        self.inside.says["/a.ics"] = Answer(b"secret")
        self.trust = ssl.create_default_context()
        authority.configure_trust(self.trust)

    async def lookup(self, host, port):
        self.looked_up.append(host)
        return self.names[host]

    def fetch(self, path="/a.ics", host="calendar.example", trust=None):
        fetcher = Fetcher(lookup=self.lookup, trust=trust or self.trust)
        return asyncio.run(fetcher.fetch(self.public.at(path, host)))


@pytest.fixture
def town(authority, monkeypatch):
    found = Town(authority, monkeypatch)
    yield found
    found.public.stop()
    found.inside.stop()


def test_it_is_spoken_to_by_the_address_that_was_checked_and_the_name_it_has(town):
    assert town.fetch().body == b"published"
    [(_, headers)] = town.public.asked
    assert headers["Host"] == f"calendar.example:{town.public.port}"
    assert headers["Accept-Encoding"] == "identity"


def test_what_the_name_means_a_moment_later_does_not_matter(town):
    async def lookup(host, port):
        meant, town.names[host] = town.names[host], ["127.0.0.1"]
        return meant

    town.lookup = lookup
    assert town.fetch().body == b"published"
    assert not town.inside.asked


def test_another_server_that_answers_there_is_not_believed(town):
    with pytest.raises(Trouble, match="certificate"):
        town.fetch(host="other.example")
    with pytest.raises(Trouble, match="certificate"):
        town.fetch(trust=ssl.create_default_context())
    assert not town.public.asked


def test_a_redirect_is_followed_when_it_stays_outside(town):
    town.public.says["/old"] = Answer(status=301, headers={"Location": "/a.ics"})
    assert town.fetch("/old").body == b"published"
    assert town.looked_up == ["calendar.example"] * 2


@pytest.mark.parametrize(
    ("location", "trouble"),
    [
        ("https://inside.example:{port}/a.ics", "not-public"),
        ("https://127.0.0.1:{port}/a.ics", "not-public"),
        ("http://calendar.example:{port}/a.ics", "not-https"),
        ("file:///etc/passwd", "not-https"),
        ("/again", "redirects"),
    ],
)
def test_a_redirect_to_elsewhere_is_not(town, location, trouble):
    town.names["127.0.0.1"] = ["127.0.0.1"]
    headers = {"Location": location.format(port=town.public.port)}
    town.public.says["/again"] = Answer(status=302, headers=headers)
    with pytest.raises(Trouble, match=trouble):
        town.fetch("/again")
    assert not town.inside.asked
    assert len(town.public.asked) == (4 if trouble == "redirects" else 1)


def test_a_proxy_of_the_machine_is_not_asked(town, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", town.inside.at())
    monkeypatch.setenv("ALL_PROXY", town.inside.at())
    assert town.fetch().body == b"published"
    assert not town.inside.asked


# Not for long, and not much


def test_no_log_names_the_address(server, caplog):
    server.says["/secret.ics"] = Answer(b"published")
    with caplog.at_level(logging.INFO):
        fetch(server, "/secret.ics")
        with pytest.raises(Trouble):
            fetch(server, "/secret-too.ics")
    assert "secret" not in caplog.text


def fetch(server, path="/a.ics", known=Known(), patience=10.0):  # noqa: B008
    fetcher = Fetcher(everywhere=True, patience=patience)
    return asyncio.run(fetcher.fetch(server.at(path), known))


def test_what_has_not_changed_is_not_sent_again(server):
    said = {"ETag": '"7"', "Last-Modified": "Mon, 01 Mar 2027 08:00:00 GMT"}
    server.says["/a.ics"] = Answer(b"published", headers=said)
    first = fetch(server)
    assert first == (b"published", ('"7"', "Mon, 01 Mar 2027 08:00:00 GMT"))
    again = fetch(server, known=first.known)
    assert again == (None, first.known)
    assert server.asked[-1][1]["If-Modified-Since"] == "Mon, 01 Mar 2027 08:00:00 GMT"


@pytest.mark.parametrize("packed", ["gzip", "deflate"])
def test_who_packs_it_all_the_same_is_understood(server, packed):
    body = gzip.compress(b"published") if packed == "gzip" else zlib.compress(b"published")
    server.says["/a.ics"] = Answer(body, headers={"Content-Encoding": packed})
    assert fetch(server).body == b"published"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"x" * (LONGEST + 1)),
        Answer(gzip.compress(b"x" * (LONGEST + 1)), headers={"Content-Encoding": "gzip"}),
        Answer(gzip.compress(b"x" * 200_000_000, 1), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["plain", "packed", "a bomb"],
)
def test_too_much_is_not_read_to_its_end(server, answer):
    server.says["/a.ics"] = answer
    with pytest.raises(Trouble, match="too-large"):
        fetch(server)


def test_as_much_as_is_allowed_is_read(server):
    server.says["/a.ics"] = Answer(b"x" * LONGEST)
    assert len(fetch(server).body) == LONGEST


def test_who_is_slow_is_not_waited_for(server):
    server.says["/a.ics"] = Answer(b"x" * 10_000_000, pause=0.1)
    began = time.monotonic()
    with pytest.raises(Trouble, match="too-slow"):
        fetch(server, patience=1.0)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(404, "not-there"), (410, "not-there"), (401, "not-there"), (500, "out-of-order")],
)
def test_a_server_that_has_none(server, status, trouble):
    server.says["/a.ics"] = Answer(b"x", status=status)
    with pytest.raises(Trouble, match=trouble):
        fetch(server)


def test_nobody_there_and_what_nobody_unpacks(server):
    server.says["/a.ics"] = Answer(b"x", headers={"Content-Encoding": "br"})
    with pytest.raises(Trouble, match="no-calendar"):
        fetch(server)
    server.says["/a.ics"] = Answer(b"x", headers={"Content-Encoding": "gzip"})
    with pytest.raises(Trouble, match="no-calendar"):
        fetch(server)
    server.stop()
    with pytest.raises(Trouble, match="no-answer"):
        fetch(server)
    with pytest.raises(Trouble, match="no-server"):
        asyncio.run(Fetcher().fetch("https://nobody.invalid/"))
