"""What an authority said about the time is believed if it said it about this text, to us."""

import subprocess
import sys
from datetime import UTC, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response

from audit.__main__ import main
from audit.keys import Untrusted
from audit.note import Malformed, Note
from audit.timestamp import ask as ask_authority
from audit.timestamp import certificates, check
from tests.audit.small_log import SmallLog

FOLDER = Path(__file__).with_name("timestamps")
CHECKPOINT, CA, OTHER_CA, GOOD, ASKED = (
    FOLDER / name for name in ("checkpoint", "ca.pem", "other-ca.pem", "good.tsr", "asked.tsq")
)
TEXT = Note.parse(CHECKPOINT.read_bytes()).text
ROOTS, OTHERS = (certificates(each.read_bytes()) for each in (CA, OTHER_CA))
STATED = decode_timestamp_response(GOOD.read_bytes()).tst_info
AT = STATED.gen_time.astimezone(UTC) + timedelta(seconds=1)


def refused(says, reply, text=TEXT, roots=ROOTS, nonce=None):
    data = reply if isinstance(reply, bytes) else (FOLDER / reply).read_bytes()
    with pytest.raises(Untrusted, match=says):
        check(data, text, roots, nonce)


def test_a_recorded_time_stamp_holds_with_its_error():
    assert check(GOOD.read_bytes(), TEXT, ROOTS) == AT
    assert check(GOOD.read_bytes(), TEXT, [*OTHERS, *ROOTS], STATED.nonce) == AT


def test_what_does_not_hold_is_refused_and_why_is_said():
    refused("the time stamp is of another text", "good.tsr", text=SmallLog().head(12))
    refused("no authority for time that is certified here", "good.tsr", roots=OTHERS)
    refused("no authority for time that is certified here", "no-authority.tsr")
    refused("no authority for time that is certified here", "without-certificate.tsr")
    refused("the time stamp answers another question", "good.tsr", nonce=STATED.nonce + 1)
    refused("gave no time stamp: 'Message digest algorithm is not supported.'", "rejected.tsr")
    for junk in (b"", b"text", CHECKPOINT.read_bytes(), ASKED.read_bytes()):
        refused("no time stamp that can be verified", junk)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 8 * len(GOOD.read_bytes()) - 1) | st.binary(max_size=200))
def test_what_was_tampered_with_is_refused_or_says_what_it_said(change):
    """Some bits name the ways of signing a second time, and nobody reads them."""
    data = bytearray(GOOD.read_bytes())
    if isinstance(change, bytes):
        data = bytearray(change)
    else:
        data[change // 8] ^= 1 << change % 8
    try:
        assert check(bytes(data), TEXT, ROOTS, STATED.nonce) == AT
    except Untrusted as why:
        assert "Error" not in str(why)


# Asking


@pytest.fixture
def authority():
    """Starts somebody who answers so, and says where."""
    doors = []

    def start(status, kind, body):
        class Visit(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                assert len(asked) >= len(ASKED.read_bytes()) - 2
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        door = HTTPServer(("127.0.0.1", 0), Visit)
        serving = Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        doors.append((door, serving))
        return f"http://127.0.0.1:{door.server_address[1]}/tsr"

    yield start
    for door, serving in doors:
        door.shutdown()
        serving.join()
        door.server_close()


REPLY = "application/timestamp-reply"


def ask(*words):
    done = subprocess.run(
        [sys.executable, "-m", "audit", "timestamp", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_an_authority_is_asked_and_its_answer_kept(authority, tmp_path, monkeypatch, capsys):
    """The answer is a recorded one, so the question has to be the recorded one as well."""

    class Asked:
        nonce = STATED.nonce
        as_bytes = ASKED.read_bytes

    monkeypatch.setattr(TimestampRequestBuilder, "build", lambda _: Asked)
    url, out = authority(200, f"{REPLY}; charset=binary", GOOD.read_bytes()), tmp_path / "kept.tsr"
    words = ["timestamp", str(CHECKPOINT), "--ca", str(CA), "--tsa", url, "--out", str(out)]
    assert main(*words) == 0
    said = f"{CHECKPOINT} was there on {AT:%Y-%m-%d at %H:%M:%S} UTC at the latest.\n"
    assert capsys.readouterr().out == said
    assert out.read_bytes() == GOOD.read_bytes()
    assert ask(CHECKPOINT, "--ca", CA, "--token", out) == (0, said, "")
    assert main(*words) == 2
    assert "is there already" in capsys.readouterr().err


def test_an_answer_to_somebody_else_is_not_kept(authority, tmp_path):
    url, out = authority(200, REPLY, GOOD.read_bytes()), tmp_path / "kept.tsr"
    status, said, why = ask(CHECKPOINT, "--ca", CA, "--tsa", url, "--out", out)
    assert (status, said) == (1, "")
    assert why == "It does not hold: the time stamp answers another question.\n"
    assert not out.exists()


def test_what_is_no_answer_is_said(authority, tmp_path):
    out = tmp_path / "kept.tsr"
    for url, says in (
        (authority(500, REPLY, b""), "The authority answers 500 and no time stamp."),
        (authority(200, "text/html", b"<p>"), "The authority answers 200 and no time stamp."),
        (authority(200, REPLY, b"x" * 70_000), "The authority answers with more than"),
        (authority(200, REPLY, b"<p>"), "It does not hold: this is no time stamp"),
        ("http://127.0.0.1:1", "The authority cannot be asked"),
        ("tsa", "The authority cannot be asked"),
    ):
        status, _, why = ask(CHECKPOINT, "--ca", CA, "--tsa", url, "--out", out)
        assert (status, why.startswith(says)) == (1, True), why
        assert not out.exists()


def test_each_question_has_a_number_of_its_own(authority):
    url = authority(200, REPLY, GOOD.read_bytes())
    for _ in range(3):
        with pytest.raises(Untrusted, match="another question"):
            ask_authority(url, TEXT, ROOTS)


def test_what_makes_no_sense_is_said(tmp_path):
    (tmp_path / "text").write_text("text\n")
    note = tmp_path / "note"
    note.write_bytes(bytes(Note("text\n", (SmallLog().keys[0].sign("text\n"),))))
    for words, status, says in (
        ([CHECKPOINT], 2, "--ca"),
        ([CHECKPOINT, "--ca", CA], 2, "one of the arguments"),
        ([CHECKPOINT, "--ca", CA, "--tsa", "http://x"], 2, "go together"),
        ([CHECKPOINT, "--ca", CA, "--token", GOOD, "--out", tmp_path / "x"], 2, "go together"),
        ([CHECKPOINT, "--ca", CA, "--token", tmp_path / "no"], 2, "no: No such file"),
        ([tmp_path / "no", "--ca", CA, "--token", GOOD], 2, "no: No such file"),
        ([CHECKPOINT, "--ca", CHECKPOINT, "--token", GOOD], 1, "holds no certificate"),
        ([tmp_path / "text", "--ca", CA, "--token", GOOD], 1, "a note ends with"),
        ([note, "--ca", CA, "--token", GOOD], 1, "a checkpoint has an origin"),
        ([CHECKPOINT, "--ca", OTHER_CA, "--token", GOOD], 1, "no authority for time"),
    ):
        answer = ask(*words)
        assert (answer[0], answer[1], says in answer[2]) == (status, "", True), answer


def test_a_file_of_certificates_is_needed():
    with pytest.raises(Malformed):
        certificates(CHECKPOINT.read_bytes())
    assert len(ROOTS) == 1
