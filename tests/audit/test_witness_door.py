"""The door of a witness: what it answers over HTTP, and that nobody outside can stretch it."""

import re
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from itertools import count
from threading import Thread, active_count

import pytest

from audit.keyfile import write
from audit.keys import Kind, SigningKey, signers
from audit.note import Signature
from audit.witness.door import Door
from audit.witness.memory import Memory
from audit.witness.request import LONGEST
from audit.witness.rules import Witness
from tests.audit.small_log import ORIGIN, SmallLog, command, post, read, running

LOG = SmallLog()
KEYS = [
    SigningKey.generate("example.com/witness", kind)
    for kind in (Kind.ED25519_COSIGNATURE, Kind.MLDSA44_COSIGNATURE)
]
TRUSTED = [each.verifier for each in KEYS]


@pytest.fixture
def door(tmp_path):
    with (
        Memory(tmp_path / "signed") as memory,
        Door(("127.0.0.1", 0), Witness(KEYS, LOG.vkeys, memory)) as door,
    ):
        serving = Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        yield door
        door.shutdown()
        serving.join()


@pytest.fixture
def url(door):
    return f"http://127.0.0.1:{door.server_address[1]}"


def test_it_answers_with_signatures(url):
    status, _, body = post(url, LOG.growth(0, 7))
    assert status == 200
    assert [each.by for each in signers(LOG.note(7, *read(body)), TRUSTED)] == TRUSTED
    assert re.fullmatch(r"(\u2014 example\.com/witness [A-Za-z0-9+/]+=*\n){2}", body)


def test_each_refusal_has_its_number(url):
    assert post(url, LOG.growth(0, 13))[0] == 200
    assert post(url, LOG.growth(7, 20)) == (409, "text/x.tlog.size", "13\n")
    bad = LOG.note(20).signatures[0]
    forged = Signature(bad.name, bad.key_id, b"x" * 64)
    head = f"old 13\n\n{LOG.head(20)}\n"
    for body, wanted, says in (
        (LOG.growth(20, 13), 400, "Refused: the old size is larger"),
        (b"old 13\n", 400, "Malformed: an empty line"),
        (f"{head}{forged}".encode(), 403, "Refused: the signature of"),
        (SmallLog().growth(13, 20), 403, "Refused: nobody whom we trust"),
        (SmallLog(origin="example.com/other").growth(13, 20), 404, "is no log that we witness"),
        (LOG.twin(5).growth(13, 13), 409, "Refused: another root"),
        (LOG.twin(5).growth(13, 20), 422, "Refused: the proof of consistency"),
        (b"x" * (LONGEST + 1), 413, "at most"),
    ):
        status, kind, said = post(url, body)
        assert (status, kind, says in said) == (wanted, "text/plain; charset=utf-8", True), said
    assert post(url, LOG.growth(13, 20))[0] == 200


def talk(door, data):
    """All that comes back, until the line is closed."""
    with closing(socket.create_connection(door.server_address, timeout=20)) as line:
        line.sendall(data)
        answer = b""
        while part := line.recv(65536):
            answer += part
        return answer


POST = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\n\r\n", 404),
        (POST + b"\r\n", 411),
        (POST + b"Content-Length: -1\r\n\r\n", 411),
        (POST + b"Content-Length: 1e3\r\n\r\n", 411),
        (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nold 0\n", 411),
        (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (POST + b"Content-Length: 99999999\r\n\r\n", 413),
        (POST + b"X: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (POST + b"X: x\r\n" * 200 + b"\r\n", 431),
        (b"POST /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"<script>\r\n\r\n", 400),
    ],
    ids=count(),
)
def test_what_is_no_request_is_refused_and_the_line_closed(door, asked, status):
    answer = talk(door, asked)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert int((head or body).split()[1] if head.startswith(b"HTTP") else status) == status
    assert b"Python" not in answer
    assert b"Traceback" not in answer
    assert b"<html" not in answer.lower()


def test_one_connection_may_ask_several_times(door):
    with closing(HTTPConnection(*door.server_address, timeout=20)) as line:
        line.auto_open = False
        line.connect()
        for old, size, status in ((0, 7, 200), (0, 13, 409), (7, 13, 200)):
            line.request("POST", "/add-checkpoint", bytes(LOG.growth(old, size)))
            answer = line.getresponse()
            assert (answer.status, bool(answer.read())) == (status, True)


# Nobody outside can stretch it


@pytest.fixture
def hurried(door):
    door.patience = 1.0
    return door


def test_whoever_is_slow_is_sent_away(hurried):
    """A byte now and then does not help: it is the time of the whole visit that counts."""
    since = time.monotonic()
    with closing(socket.create_connection(hurried.server_address, timeout=20)) as line:
        with pytest.raises(OSError, match=r"reset|pipe"):
            for _ in range(100):
                line.sendall(b"P")
                time.sleep(0.1)
        assert time.monotonic() - since < 5


def test_whoever_says_nothing_is_sent_away(hurried):
    body = bytes(LOG.growth(0, 7))
    for said in (b"", POST, POST + b"Content-Length: 500\r\n\r\nold", POST + body):
        since = time.monotonic()
        assert not talk(hurried, said).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - since < 5


def test_slow_ones_take_the_places_of_nobody_for_long(hurried, url):
    before = active_count()
    with ExitStack() as lines:
        for _ in range(3 * hurried.visitors):
            lines.enter_context(closing(socket.create_connection(hurried.server_address)))
        time.sleep(0.3)
        assert active_count() - before <= hurried.visitors
        assert post(url, LOG.growth(0, 7))[0] == 200


def test_whoever_says_too_much_is_sent_away(door):
    door.most = 10_000
    with pytest.raises(OSError, match=r"reset|pipe"):
        talk(door, (POST + b"Content-Length: 0\r\n\r\n") * 100_000)


# As a process


@pytest.fixture
def key(tmp_path):
    write(tmp_path / "witness.key", KEYS)
    return tmp_path / "witness.key"


def test_it_goes_on_where_it_was(key, tmp_path):
    for old, size in ((0, 7), (7, 13)):
        with running(key, LOG.vkeys, tmp_path / "signed") as (_, url):
            assert post(url, LOG.growth(old, size))[0] == 200
            assert post(url, LOG.twin(5).growth(size, size))[0] == 409


def test_it_leaves_when_it_is_told_to(key, tmp_path):
    for number in (signal.SIGTERM, signal.SIGINT):
        with running(key, LOG.vkeys, tmp_path / "signed") as (process, url):
            post(url, LOG.growth(0, 7))
            process.send_signal(number)
            _, said = process.communicate(timeout=20)
            assert process.returncode == 0
            assert "Traceback" not in said


def test_a_second_one_does_not_start_on_the_same_folder(key, tmp_path):
    with running(key, LOG.vkeys, tmp_path / "signed") as (_, url):
        second = subprocess.run(
            command(key, LOG.vkeys, tmp_path / "signed"), capture_output=True, text=True, timeout=20
        )
        assert second.returncode == 2
        assert second.stderr.endswith("is in use by another witness that runs.\n")
        assert post(url, LOG.growth(0, 7))[0] == 200


def test_why_it_does_not_start_is_said(key, tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        for words, says in (
            ((key, LOG.vkeys, tmp_path / "signed", f"127.0.0.1:{port}"), "Address already in use"),
            ((key, LOG.vkeys, tmp_path / "signed", "8077"), "an address looks like"),
            ((key, ["register"], tmp_path / "signed"), "not a key"),
            ((key, TRUSTED[:1], tmp_path / "signed"), "of no log"),
            ((key, LOG.vkeys, tmp_path / "no" / "folder"), "No such file"),
            ((tmp_path / "no.key", LOG.vkeys, tmp_path / "signed"), "no.key: No such file"),
        ):
            done = subprocess.run(command(*words), capture_output=True, text=True, timeout=20)
            assert (done.returncode, says in done.stderr) == (2, True), done.stderr
            assert "Traceback" not in done.stderr


POINTS = ["witness.checked", "witness.written", "witness.renamed", "witness.kept"]


@pytest.mark.parametrize("point", POINTS)
def test_it_never_signs_two_histories_wherever_it_dies(key, tmp_path, point):
    """What it answered, in both lives, is of one history; and it can go on with that one."""
    stories = (LOG, LOG.twin(5))
    told = set()

    def ask(url, story, old, size):
        answer = post(url, stories[story].growth(old, size))
        if answer[0] == 200:
            told.add(story)
        return answer

    with running(key, LOG.vkeys, tmp_path / "signed", failpoint=f"{point}@2") as (process, url):
        assert ask(url, 0, 0, 3)[0] == 200  # where the two stories are the same
        told.clear()
        with pytest.raises(OSError, match=r"closed|reset"):
            ask(url, 0, 3, 13)
        process.wait(timeout=20)
        assert process.returncode == -signal.SIGKILL
    with running(key, LOG.vkeys, tmp_path / "signed") as (_, url):
        status, kind, body = ask(url, 1, 0, 13)
        assert (status, kind) == (409, "text/x.tlog.size")
        kept = int(body)
        assert kept == (3 if point in POINTS[:2] else 13)
        for story in (1, 0):
            ask(url, story, kept, 13)
        assert len(told) == 1
        (story,) = told
        assert ask(url, story, 13, 20)[0] == 200
        assert ask(url, 1 - story, 13, 20)[0] == 409
        assert ask(url, 1 - story, 20, 30)[0] == 422
    assert len(told) == 1


def test_it_needs_neither_a_database_nor_a_broker(key, tmp_path):
    """So that a partner installs one package: docs/witness.md."""
    asked = command(key, LOG.vkeys, tmp_path / "signed")[3:]
    loaded = subprocess.run(
        [
            command(key, LOG.vkeys, tmp_path)[0],
            "-c",
            "import sys, audit.__main__ as tools; tools.arguments(sys.argv[1:]);"
            "print({each.partition('.')[0] for each in sys.modules})",
            *asked,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(re.findall(r"'(\w+)'", loaded.stdout))
    assert {"audit", "kernel", "cryptography"} <= modules
    assert not modules & {"psycopg", "eventsourcing", "nameko", "kombu", "msgspec", "httpx"}


def test_the_origin_is_no_path(key, tmp_path):
    log = SmallLog(origin=f"../../{ORIGIN}")
    with running(key, log.vkeys, tmp_path / "signed") as (_, url):
        assert post(url, log.growth(0, 7))[0] == 200
    names = {each.name for each in tmp_path.iterdir()}
    assert names == {"signed", "witness.key"}
