"""A log gathers the signatures of its witnesses, and no witness can harm it."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.keys import Kind, Signed, SigningKey, signers
from audit.note import Malformed, Note, Signature, to_base64
from audit.outside import LONGEST, Silent
from audit.policy import Policy
from audit.witness.door import Door
from audit.witness.memory import Memory
from audit.witness.rules import Witness
from audit.witnessing import Witnesses, signed
from tests.audit.small_log import AT, SmallLog

LOG = SmallLog()


def key(name, kind=Kind.ED25519_COSIGNATURE):
    return SigningKey.generate(f"example.com/{name}", kind)


NAMUR, REIMS, SEDAN = [key("namur"), key("namur", Kind(6))], [key("reims")], [key("sedan")]


@contextmanager
def served(door):
    with door:
        serving = Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        try:
            yield f"http://127.0.0.1:{door.server_address[1]}"
        finally:
            door.shutdown()
            serving.join()


@pytest.fixture
def house():
    with ExitStack() as open_:
        yield open_


@pytest.fixture
def witness(house, tmp_path):
    """Starts one, and says where it is."""

    def start(keys, folder=None):
        memory = house.enter_context(Memory(tmp_path / (folder or keys[0].name[12:])))
        door = Door(("127.0.0.1", 0), Witness(keys, LOG.vkeys, memory))
        return house.enter_context(served(door))

    return start


@pytest.fixture
def stranger(house):
    """Starts somebody who answers as it likes, and says where and what it was asked."""

    def start(answer):
        asked = []

        class Visit(BaseHTTPRequestHandler):
            def do_POST(self):
                asked.append(self.rfile.read(int(self.headers["Content-Length"])))
                answer(self)

            def log_message(self, *_):
                pass

        door = ThreadingHTTPServer(("127.0.0.1", 0), Visit)
        return house.enter_context(served(door)), asked

    return start


def says(status, body, kind="text/plain"):
    def answer(visit):
        visit.send_response(status)
        visit.send_header("Content-Type", kind)
        visit.end_headers()
        visit.wfile.write(body)

    return answer


def witnesses(*doors, patience=5.0):
    """Of some keys each, at some address each."""
    lines = [f"log {LOG.vkeys[0]}"]
    names = []
    for number, (keys, url) in enumerate(doors):
        for each in keys:
            names.append(f"w{number}-{each.kind.value}")
            lines.append(f"witness {names[-1]} {each.verifier} {url or ''}")
    lines += [f"group all all {' '.join(names)}", "quorum all"]
    policy = Policy.parse("".join(f"{each}\n" for each in lines).encode())
    return Witnesses(policy, patience), policy


def vkeys(*groups):
    return [each.verifier for keys in groups for each in keys]


def gather(asking, size, log=LOG):
    return asking.cosign(log.note(size), log.subtree)


def test_all_witnesses_are_asked_and_sign(witness):
    asking, policy = witnesses(*((each, witness(each)) for each in (NAMUR, REIMS, SEDAN)))
    for size in (7, 7, 13, 40):
        signatures, problems = gather(asking, size)
        assert problems == []
        found = signers(LOG.note(size, *signatures), vkeys(NAMUR, REIMS, SEDAN))
        assert [each.by for each in found] == vkeys(NAMUR, REIMS, SEDAN)
        assert policy.settled(policy.signed(LOG.note(size, *signatures)))


def test_it_learns_what_a_witness_saw_and_remembers(witness, stranger):
    url = witness(REIMS)
    gather(witnesses((REIMS, url))[0], 7)
    asking, _ = witnesses((REIMS, url))  # after a restart
    assert len(gather(asking, 13).signatures) == 1
    assert asking._seen == {(url, LOG.origin): 13}
    line = str(REIMS[0].sign(LOG.head(7), AT)).encode()
    url, asked = stranger(says(200, line))
    asking, _ = witnesses((REIMS, f"{url}/"))
    assert gather(asking, 7).problems == []
    gather(asking, 13)
    assert [each.partition(b"\n")[0] for each in asked] == [b"old 0", b"old 7"]


def test_whoever_has_no_address_is_not_asked(witness):
    asking, _ = witnesses((NAMUR, None), (REIMS, witness(REIMS)))
    assert [each.name for each in gather(asking, 7).signatures] == ["example.com/reims"]
    assert witnesses((NAMUR, None))[0].cosign(LOG.note(7), LOG.subtree) == ([], [])


def test_one_that_shows_another_history_gets_nothing_and_is_told(witness):
    url = witness(REIMS)
    gather(witnesses((REIMS, url))[0], 13)
    twin = LOG.twin(5)
    for size, problem in (
        (13, "example.com/reims does not sign, as it saw another history: Refused: another root"),
        (20, "example.com/reims does not sign: 422 Refused: the proof of consistency"),
        (7, "example.com/reims saw 13 entries of this log already, and here it has 7"),
    ):
        signatures, (said,) = gather(witnesses((REIMS, url))[0], size, twin)
        assert (signatures, said.startswith(problem)) == ([], True), said


def nobody_there():
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}"


def drip(visit):
    """One byte of an answer at a time, without an end."""
    visit.send_response(200)
    visit.end_headers()
    for _ in range(200):
        try:
            visit.wfile.write(b"x")
        except OSError:
            return
        time.sleep(0.05)


def test_the_dead_the_slow_and_the_lying_harm_nobody(witness, stranger, house):
    silent = house.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
    other = LOG.twin(5).head(13)
    lying = [key("lying")]
    doors = [
        ([key("dead")], nobody_there()),
        ([key("silent")], f"http://127.0.0.1:{silent.getsockname()[1]}"),
        ([key("slow")], stranger(drip)[0]),
        (lying, stranger(says(200, str(lying[0].sign(other, AT)).encode()))[0]),
        ([key("forging")], stranger(says(200, str(REIMS[0].sign(LOG.head(13), AT)).encode()))[0]),
        ([key("odd")], stranger(says(409, b"many\n", "text/x.tlog.size"))[0]),
        ([key("ahead")], stranger(says(409, b"99\n", "text/x.tlog.size"))[0]),
        ([key("turning")], stranger(says(409, b"7\n", "text/x.tlog.size"))[0]),
        ([key("broken")], stranger(says(500, b"\x1b[2Jno\r\nway" + b"x" * 9000))[0]),
        ([key("chatty")], stranger(says(200, b"x" * (LONGEST + 1)))[0]),
        ([key("mute")], stranger(says(200, b""))[0]),
        ([key("elsewhere")], stranger(says(302, b""))[0]),
        ([key("lost")], "http://reims.invalid"),
        ([key("nowhere")], "nowhere"),
        ([key("port")], "http://127.0.0.1:99999"),
        (REIMS, witness(REIMS)),
    ]
    asking, policy = witnesses(*doors, patience=1.5)
    since = time.monotonic()
    signatures, problems = gather(asking, 13)
    assert time.monotonic() - since < 6
    assert [each.name for each in signatures] == ["example.com/reims"]
    said = {each.partition(" ")[0][12:]: each.partition(" ")[2] for each in problems}
    assert said == {
        "dead": "cannot be asked (ConnectError)",
        "silent": "does not answer in time",
        "slow": "does not answer in time",
        "lying": "signed something else than this checkpoint",
        "forging": f"did not sign with its key {doors[4][0][0].verifier.id.hex()}",
        "odd": "says that it saw another size, and not which",
        "ahead": "saw 99 entries of this log already, and here it has 13",
        "turning": "says each time that it saw another size",
        "broken": "does not sign: 500 [2Jno  way" + "x" * (200 - 11),
        "chatty": f"answers with more than {LONGEST} bytes",
        "mute": f"did not sign with its key {doors[10][0][0].verifier.id.hex()}",
        "elsewhere": "does not sign: 302",
        "lost": said["lost"],
        "nowhere": "cannot be asked (UnsupportedProtocol)",
        "port": said["port"],
    }
    assert not policy.settled(policy.signed(LOG.note(13, *signatures)))


def test_what_the_caller_cannot_prove_is_the_callers_trouble(witness):
    url = witness(REIMS)
    gather(witnesses((REIMS, url))[0], 7)

    def away(*_):
        raise LookupError("the register is away")

    with pytest.raises(LookupError, match="the register is away"):
        witnesses((REIMS, url))[0].cosign(LOG.note(13), away)


def test_two_notaries_at_once_get_one_history(witness):
    """A second one, started by mistake: both may be signed for, and only for what is consistent."""
    url = witness(REIMS)

    def ask(size):
        return size, gather(witnesses((REIMS, url))[0], size)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, [7, 13, 20, 40] * 2))
    assert all(bool(each.signatures) != bool(each.problems) for _, each in answers)
    assert gather(witnesses((REIMS, url))[0], 40).problems == []


# What an answer holds


LINE = REIMS[0].sign(LOG.head(13), AT)


@pytest.mark.parametrize("at", [0, AT])
def test_a_witness_says_when(at):
    line = REIMS[0].sign(LOG.head(13), at)
    signatures, problems = signed(str(line).encode(), LOG.head(13), vkeys(REIMS))
    assert (signatures, problems) == (
        ([line], []) if at else ([], ["example.com/reims states no time"])
    )


def test_what_is_good_is_taken_though_the_rest_is_not():
    forged = replace(LINE, value=b"x" * 72)
    unknown = Signature("example.com/else", b"abcd", b"x" * 72)
    body = "".join(map(str, (unknown, forged, LINE, LINE))).encode()
    signatures, problems = signed(body, LOG.head(13), vkeys(REIMS, SEDAN))
    assert signatures == [LINE]
    assert problems == [
        "example.com/reims signed something else than this checkpoint",
        f"example.com/sedan did not sign with its key {SEDAN[0].verifier.id.hex()}",
    ]


@settings(deadline=None)
@given(
    st.binary()
    | st.lists(st.sampled_from([str(LINE), "\u2014 a ", "\n", to_base64(b"x" * 9)])).map(
        lambda parts: "".join(parts).encode()
    )
)
def test_whatever_a_witness_answers_only_good_signatures_are_taken(body):
    try:
        signatures, _ = signed(body, LOG.head(13), vkeys(REIMS))
    except Silent as why:
        assert str(why)
    else:
        assert signatures in ([], [LINE])


def test_a_thousand_lines_are_refused():
    with pytest.raises(Silent):
        signed(str(LINE).encode() * 1000, LOG.head(13), vkeys(REIMS))
    with pytest.raises(Malformed):
        Note.parse(f"{LOG.head(13)}\n{str(LINE) * 1000}".encode())


def test_signatures_that_came_back_are_those_of_the_checkpoint(witness):
    asking, _ = witnesses((NAMUR, witness(NAMUR)))
    before = time.time()
    signatures, _ = gather(asking, 13)
    found = signers(LOG.note(13, *signatures), vkeys(NAMUR))
    assert found == [Signed(each.by, each.at) for each in found]
    assert all(int(before) <= each.at <= time.time() for each in found)
