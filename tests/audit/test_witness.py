"""A witness signs one history of a log, whoever asks, and however often."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from http import HTTPStatus
from itertools import count
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint
from audit.keys import Kind, Signed, SigningKey, signers
from audit.note import Malformed, Note, Signature
from audit.tree import EMPTY
from audit.witness.memory import Memory, Unusable
from audit.witness.request import LONGEST, MOST, Growth
from audit.witness.rules import Refused, Witness
from tests.audit.small_log import AT, ORIGIN, SmallLog

LOG = SmallLog()
KEYS = [
    SigningKey.generate("example.com/witness", kind)
    for kind in (Kind.ED25519_COSIGNATURE, Kind.MLDSA44_COSIGNATURE)
]
TRUSTED = [each.verifier for each in KEYS]


@pytest.fixture
def memory(tmp_path):
    with Memory(tmp_path / "signed") as memory:
        yield memory


@pytest.fixture
def witness(memory):
    return Witness(KEYS, LOG.vkeys, memory, clock=lambda: AT + 0.9)


def refused(witness, asked, status, says="", size=None):
    with pytest.raises(Refused, match=says or None) as refusal:
        witness.sign(asked)
    assert (refusal.value.status, refusal.value.size) == (status, size)


def seen(witness, origin=ORIGIN):
    last = witness.memory.last(origin)
    return Checkpoint.parse(last.text).size if last else 0


# When it signs


def test_it_signs_what_is_new_with_all_its_keys_and_says_when(witness):
    signed = witness.sign(LOG.growth(0, 7))
    note = LOG.note(7, *signed)
    assert signers(note, TRUSTED) == [Signed(each, AT) for each in TRUSTED]
    assert seen(witness) == 7


def test_it_signs_what_grew_and_what_did_not(witness):
    for old, size in ((0, 7), (7, 13), (13, 13), (13, 32), (32, 40)):
        assert witness.sign(LOG.growth(old, size))
        assert seen(witness) == size


def test_an_empty_log_may_be_signed(witness):
    assert witness.sign(LOG.growth(0, 0))
    assert witness.sign(LOG.growth(0, 0))
    assert witness.sign(LOG.growth(0, 3))
    with pytest.raises(Refused):
        witness.sign(LOG.growth(0, 0))


def test_what_it_keeps_is_a_checkpoint_that_anybody_can_check(witness):
    stranger = SigningKey.generate(ORIGIN, Kind.ED25519)
    asked = LOG.growth(0, 7)
    other = stranger.sign(asked.note.text)
    witness.sign(replace(asked, note=LOG.note(7, other)))
    last = witness.memory.last(ORIGIN)
    assert [each.by for each in signers(last, [*LOG.vkeys, *TRUSTED])] == [*LOG.vkeys, *TRUSTED]
    assert other not in last.signatures


# When it does not


def test_it_signs_for_the_logs_it_knows_alone(witness):
    other = SmallLog(origin="example.com/other")
    refused(witness, other.growth(0, 7), HTTPStatus.NOT_FOUND, "no log that we witness")


def test_it_signs_what_the_log_signed_alone(witness):
    stranger = SmallLog()  # with a key of its own, of the same name
    refused(witness, stranger.growth(0, 7), HTTPStatus.FORBIDDEN, "nobody whom we trust")
    asked, key = LOG.growth(0, 7), LOG.vkeys[0]
    forged = Signature(key.name, key.id, b"x" * 64)
    for lines in ((forged,), (*asked.note.signatures, forged)):
        wrong = replace(asked, note=Note(asked.note.text, lines))
        refused(witness, wrong, HTTPStatus.FORBIDDEN, "not of this text")
    assert seen(witness) == 0


def test_it_says_which_size_it_saw(witness):
    witness.sign(LOG.growth(0, 13))
    for old, size in ((0, 20), (7, 20), (12, 13), (0, 5), (14, 20), (0, 0)):
        refused(witness, LOG.growth(old, size), HTTPStatus.CONFLICT, "13 entries", 13)
    refused(witness, LOG.growth(20, 13), HTTPStatus.BAD_REQUEST, "larger")


def test_it_never_signs_another_root_of_the_same_size(witness, caplog):
    witness.sign(LOG.growth(0, 13))
    twin = LOG.twin(5)
    with caplog.at_level(logging.ERROR):
        refused(witness, twin.growth(13, 13), HTTPStatus.CONFLICT, "another root")
    for story in (LOG, twin):  # both, as the log signed them
        assert str(story.note(13).signatures[0]) in caplog.text
    assert witness.sign(LOG.growth(13, 13))


def test_it_never_signs_another_history(witness):
    witness.sign(LOG.growth(0, 13))
    for asked in (
        LOG.twin(5).growth(13, 20),
        LOG.growth(13, 20, proof=[]),
        LOG.growth(13, 20, proof=[b"x" * 32]),
        replace(LOG.growth(13, 20), proof=(*LOG.growth(13, 20).proof, b"x" * 32)),
        LOG.growth(13, 13, proof=[b"x" * 32]),
    ):
        refused(witness, asked, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert seen(witness) == 13


def test_of_nothing_nothing_is_proved(witness):
    first = LOG.growth(0, 7, proof=[b"x" * 32])
    refused(witness, first, HTTPStatus.UNPROCESSABLE_ENTITY, "of no entries nothing is proved")
    head = str(Checkpoint(ORIGIN, 0, b"x" * 32))
    full = Growth(0, (), Note(head, (LOG.keys[0].sign(head),)))
    refused(witness, full, HTTPStatus.CONFLICT, "another root")


def test_what_is_signed_and_is_no_checkpoint_is_refused(witness):
    with pytest.raises(Malformed):
        witness.sign(Growth(0, (), Note("text\n", (LOG.keys[0].sign("text\n"),))))


# One log does not know of the other


def test_each_log_has_its_own_history(memory):
    other = SmallLog(other_from=0, origin="example.com/other")
    witness = Witness(KEYS, [*LOG.vkeys, *other.vkeys], memory)
    for log in (LOG, other):
        assert witness.sign(log.growth(0, 7))
    for log in (LOG, other):
        assert witness.sign(log.growth(7, 13))
    mixed = replace(other.growth(13, 20), note=LOG.note(20))
    refused(witness, mixed, HTTPStatus.UNPROCESSABLE_ENTITY)


def test_while_a_log_changes_its_key_both_are_good_and_there_is_one_history(memory):
    new = SmallLog()
    witness = Witness(KEYS, [*LOG.vkeys, *new.vkeys], memory)
    witness.sign(LOG.growth(0, 7))
    assert witness.sign(new.growth(7, 13))
    refused(witness, LOG.growth(7, 13), HTTPStatus.CONFLICT, size=13)
    refused(witness, SmallLog(other_from=3, keys=new.keys).growth(13, 20), 422)
    after = Witness(KEYS, new.vkeys, memory)
    assert after.sign(new.growth(13, 20))
    refused(after, LOG.growth(20, 30), HTTPStatus.FORBIDDEN)


def test_while_a_witness_changes_its_key_it_signs_with_both(memory):
    new = SigningKey.generate("example.com/witness", Kind.ED25519_COSIGNATURE)
    Witness(KEYS, LOG.vkeys, memory).sign(LOG.growth(0, 7))
    signed = Witness([*KEYS, new], LOG.vkeys, memory).sign(LOG.growth(7, 13))
    assert [each.by for each in signers(LOG.note(13, *signed), [*TRUSTED, new.verifier])] == [
        *TRUSTED,
        new.verifier,
    ]


def test_a_log_may_sign_with_ml_dsa(memory):
    log = SmallLog(keys=[SigningKey.generate(ORIGIN, Kind.MLDSA44_COSIGNATURE)])
    assert Witness(KEYS, log.vkeys, memory).sign(log.growth(0, 7))


@pytest.mark.parametrize(
    ("keys", "logs", "says"),
    [
        ([], LOG.vkeys, "of the kind witness"),
        (KEYS[1:], LOG.vkeys, "of the kind witness"),
        ([*KEYS, LOG.keys[0]], LOG.vkeys, "no key of a witness"),
        (KEYS, TRUSTED[:1], "of no log"),
        (KEYS, TRUSTED[1:], "is our own"),
    ],
    ids=count(),
)
def test_keys_are_used_for_what_they_are_made(memory, keys, logs, says):
    with pytest.raises(Malformed, match=says):
        Witness(keys, logs, memory)


# In turns


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.booleans()), max_size=12))
@example([(0, 7, False), (7, 7, True), (7, 13, True), (7, 13, False)])
def test_whatever_is_asked_one_history_is_signed(tmp_path_factory, asked):
    stories = (LOG, LOG.twin(5))
    roots = {}
    with Memory(tmp_path_factory.mktemp("signed")) as memory:
        witness = Witness(KEYS[:1], LOG.vkeys, memory)
        for old, size, other in asked:
            before = seen(witness)
            try:
                witness.sign(stories[other].growth(min(old, size), size))
            except Refused:
                assert seen(witness) == before
            else:
                assert seen(witness) == size >= before
                head = Checkpoint.parse(stories[other].head(size))
                assert roots.setdefault(size, head.root) == head.root
    told = [
        all(roots[each] == Checkpoint.parse(s.head(each)).root for each in roots) for s in stories
    ]
    assert any(told)


def test_of_many_at_once_one_history_is_signed(witness):
    """Whatever the order, both stories are never signed beyond the entry where they part."""
    stories = (LOG, LOG.twin(5))
    asked = [(each, old, size) for each in (0, 1) for old in (0, 5, 9) for size in (9, 20)] * 4
    signed = set()

    def ask(one):
        story, old, size = one
        try:
            witness.sign(stories[story].growth(old, size))
        except Refused:
            return
        signed.add(story)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(ask, asked))
    assert len(signed) == 1


def test_whoever_comes_while_another_is_signed_waits(memory):
    """Else both would have looked before either was kept."""
    both = Barrier(2)

    def clock():
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.5)
        return AT

    witness = Witness(KEYS, LOG.vkeys, memory, clock)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(witness.sign, each.growth(0, 9)) for each in (LOG, LOG.twin(5))]
    assert sorted(isinstance(each.exception(), Refused) for each in asked) == [False, True]


# What it remembers


def test_another_witness_cannot_have_the_same_folder(tmp_path, memory):
    with pytest.raises(Unusable, match="in use by another witness"):
        Memory(tmp_path / "signed")


def test_the_folder_is_free_again_afterwards(tmp_path):
    for size in (7, 13):
        with Memory(tmp_path) as memory:
            witness = Witness(KEYS, LOG.vkeys, memory)
            witness.sign(LOG.growth(seen(witness), size))


def test_it_is_written_down_before_anybody_hears_of_it(witness, monkeypatch):
    steps = []
    for where, name in ((os, "fsync"), (Path, "replace"), (os, "close")):
        real = getattr(where, name)
        monkeypatch.setattr(
            where, name, lambda *a, real=real, name=name: (steps.append(name), real(*a))[1]
        )
    witness.sign(LOG.growth(0, 7))
    assert steps == ["fsync", "replace", "fsync", "close"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_what_cannot_be_written_down_is_not_signed(witness, monkeypatch, failing):
    witness.sign(LOG.growth(0, 7))

    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os if failing == "fsync" else Path, failing, fail)
        with pytest.raises(OSError, match="No space"):
            witness.sign(LOG.growth(7, 13))
    assert seen(witness) == 7
    assert witness.sign(LOG.growth(7, 13))


@pytest.mark.parametrize(
    "damage", [b"", b"text\n", bytes(SmallLog(origin="example.com/x").note(3))], ids=count()
)
def test_what_is_damaged_is_said_and_nothing_signed(witness, damage):
    witness.sign(LOG.growth(0, 7))
    (path,) = witness.memory.folder.glob("*.checkpoint")
    path.write_bytes(damage)
    for ask in (
        lambda: witness.sign(LOG.growth(0, 7)),
        lambda: Witness(KEYS, LOG.vkeys, witness.memory),
    ):
        with pytest.raises(Unusable, match="damaged"):
            ask()


def test_what_was_left_half_written_does_no_harm(witness):
    witness.sign(LOG.growth(0, 7))
    (path,) = witness.memory.folder.glob("*.checkpoint")
    path.with_suffix(".new").write_bytes(b"example.com/reg")
    assert witness.sign(LOG.growth(7, 13))


# What it is sent


def test_what_is_sent_is_read_as_it_is_written():
    for old, size in ((0, 7), (7, 13), (13, 13)):
        asked = LOG.growth(old, size)
        assert Growth.parse(bytes(asked)) == asked


BODY = bytes(LOG.growth(7, 13))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty line"),
        (BODY.partition(b"\n\n")[2], "first line"),
        (BODY.replace(b"old 7", b"old  7"), "not a number"),
        (BODY.replace(b"old 7", b"old 07"), "not a number"),
        (BODY.replace(b"old 7", b"old -7"), "not a number"),
        (BODY.replace(b"old 7", b"old " + b"9" * 5000), "not a number"),
        (BODY.replace(b"old 7", b"Old 7"), "first line"),
        (BODY.replace(b"old 7", b"old 7\r"), "not a number"),
        (BODY.replace(b"old 7\n", b"old 7\nAAAA\n"), "32 bytes"),
        (BODY.replace(b"old 7\n", b"old 7\nhash\n\xff"), "UTF-8"),
        (BODY.replace(b"old 7\n", b"old 7\nno hash\n"), "base64"),
        (BODY.replace(b"old 7\n", b"old 7\n" + b"A" * 43 + b"=\n" * (MOST + 1)), "at most"),
        (BODY.replace(b"old 7\n", b"old 7\n" + (b"A" * 43 + b"=\n") * (MOST + 1)), "at most"),
        (BODY[:-1], "empty line"),
        (BODY + b"x" * LONGEST, "at most"),
    ],
    ids=count(),
)
def test_what_is_no_request_is_refused(data, says):
    with pytest.raises(Malformed, match=says):
        Growth.parse(data)


def test_a_proof_is_never_longer_than_a_witness_reads():
    with pytest.raises(Malformed):
        Growth(7, (b"x" * 32,) * (MOST + 1), LOG.note(7))
    assert Growth.parse(bytes(Growth(7, (b"x" * 32,) * MOST, LOG.note(7))))


def test_a_thousand_signatures_are_refused():
    line = str(LOG.note(3).signatures[0])
    with pytest.raises(Malformed, match="1 to 64"):
        Growth.parse(f"old 0\n\n{LOG.head(3)}\n{line * 64}{line}".encode())
    with pytest.raises(Malformed, match=f"at most {LONGEST} bytes"):
        Growth.parse(f"old 0\n\n{LOG.head(3)}\n{line * 1000}".encode())


changes = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 3),
        st.sampled_from([b"\n", b"\n\n", b" ", b"=", b"old ", b"0", "\u2014 ".encode()])
        | st.binary(max_size=3),
    ),
    max_size=3,
)


@settings(deadline=None, max_examples=150)
@given(changes | st.binary())
@example([])
def test_whatever_comes_is_refused_or_says_what_it_said(tmp_path_factory, changed):
    data = changed
    if isinstance(changed, list):
        data = BODY
        for at, cut, put in changed:
            at %= len(data) + 1
            data = data[:at] + put + data[at + cut :]
    with Memory(tmp_path_factory.getbasetemp() / "fuzzed") as memory:
        witness = Witness(KEYS[:1], LOG.vkeys, memory)
        if not seen(witness):
            witness.sign(LOG.growth(0, 7))
        try:
            asked = Growth.parse(data)
            assert bytes(asked) == data
            witness.sign(asked)
        except (Malformed, Refused) as wrong:
            assert str(wrong)
        else:
            assert asked.note.text in (LOG.head(13), LOG.head(7))


def test_an_empty_tree_has_one_root():
    assert Checkpoint.parse(LOG.head(0)).root == EMPTY


def test_a_folder_that_cannot_be_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        Memory(tmp_path / "nowhere" / "signed")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError):
        Memory(tmp_path / "file")
    with closing(os.scandir(tmp_path)) as found:
        assert [each.name for each in found] == ["file"]
