"""One file shows that the log holds an entry, and shows it of no other."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint
from audit.keys import Kind, Signed, SigningKey, Untrusted
from audit.note import Malformed, Note, to_base64
from audit.proof import FORMAT, MOST, Proof
from audit.tree import Disproved, Tree, inclusion, leaf_hash

ORIGIN = "example.com/register"
LOG = SigningKey.generate(ORIGIN, Kind.ED25519)
WITNESS = SigningKey.generate("example.com/witness", Kind.ED25519_COSIGNATURE)
TRUSTED = [LOG.verifier, WITNESS.verifier]
ENTRIES = [f"entry {each}".encode() for each in range(13)]
TREE = Tree(map(leaf_hash, ENTRIES))
HEAD = Checkpoint(ORIGIN, len(TREE), TREE.root())
NOTE = Note(str(HEAD), (LOG.sign(str(HEAD)), WITNESS.sign(str(HEAD), 1_700_000_000)))


def proof(index=5, extra=b""):
    return Proof(index, tuple(inclusion(TREE.subtree, index, len(TREE))), NOTE, extra)


def test_a_proof_is_written_to_the_byte():
    hashes = "".join(f"{to_base64(each)}\n" for each in inclusion(TREE.subtree, 5, 13))
    assert bytes(proof()) == f"{FORMAT}\nindex 5\n{hashes}\n".encode() + bytes(NOTE)
    assert bytes(proof(extra=b"more")).startswith(f"{FORMAT}\nextra bW9yZQ==\nindex 5\n".encode())


@pytest.mark.parametrize("index", range(13))
def test_every_entry_has_its_proof(index):
    read = Proof.parse(bytes(proof(index, extra=b"more")))
    assert read == proof(index, extra=b"more")
    signed = [Signed(LOG.verifier, None), Signed(WITNESS.verifier, 1_700_000_000)]
    assert read.verify(ENTRIES[index], ORIGIN, TRUSTED) == (HEAD, signed)


def test_a_log_of_one_entry_needs_no_hash():
    head = str(Checkpoint(ORIGIN, 1, leaf_hash(b"alone")))
    alone = Proof(0, (), Note(head, (LOG.sign(head),)))
    assert Proof.parse(bytes(alone)).verify(b"alone", ORIGIN, TRUSTED)[0].size == 1


def test_of_another_entry_nothing_is_proved():
    with pytest.raises(Disproved):
        proof().verify(b"entry 6", ORIGIN, TRUSTED)
    with pytest.raises(Disproved):
        replace(proof(), index=6).verify(ENTRIES[5], ORIGIN, TRUSTED)


def test_whoever_is_not_trusted_proves_nothing():
    with pytest.raises(Untrusted, match="nobody"):
        proof().verify(ENTRIES[5], ORIGIN, [])
    with pytest.raises(Untrusted, match=f"a checkpoint of {ORIGIN}"):
        proof().verify(ENTRIES[5], "example.com/other", TRUSTED)


GOOD = bytes(proof(extra=b"more")).decode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "begins with"),
        (GOOD.replace("@v1", "@v2", 1), "begins with"),
        (f"\n{GOOD}", "begins with"),
        (GOOD.replace("extra", "extras", 1), "says the index"),
        (GOOD.replace("index 5\n", "", 1), "says the index"),
        (GOOD.replace("index 5", "index", 1), "says the index"),
        (GOOD.replace("index 5", "index 05", 1), "not a number"),
        (GOOD.replace("index 5", "index -5", 1), "not a number"),
        (GOOD.replace("bW9yZQ==", "", 1), "nothing is extra"),
        (GOOD.replace("bW9yZQ==", "bW9yZQ", 1), "not base64"),
        (GOOD.replace("index 5\n", "index 5\n" + "YQ==\n" * MOST, 1), f"at most {MOST}"),
        (GOOD.replace("index 5\n", "index 5\n\n", 1), "not a number"),
        (GOOD.partition("\n\n")[0], "has a checkpoint"),
        (GOOD.partition("\n\n")[0] + "\n\n", "ends with an empty line"),
        (GOOD.replace("index 5", "index 13", 1), "older than the entry"),
        (GOOD.replace("index 5\n", "index 5\nYQ==\n", 1), "32 bytes"),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_what_is_no_proof_is_refused(data, says):
    with pytest.raises(Malformed, match=says):
        Proof.parse(data.encode())


def test_a_proof_is_utf_8():
    with pytest.raises(Malformed, match="UTF-8"):
        Proof.parse(b"\xff" + GOOD.encode())


changes = st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.binary(max_size=3))


@settings(deadline=None, max_examples=400)
@given(st.lists(changes, min_size=1, max_size=3))
def test_a_proof_that_was_tampered_with_is_refused_or_proves_the_same(tampered):
    data = GOOD.encode()
    for at, cut, put in tampered:
        at %= len(data) + 1
        data = data[:at] + put + data[at + cut :]
    try:
        read = Proof.parse(data)
        checkpoint, _ = read.verify(ENTRIES[5], ORIGIN, TRUSTED)
    except (Malformed, Untrusted, Disproved) as refused:
        assert str(refused)
    else:
        assert bytes(read) == data
        assert (read.index, checkpoint) == (5, HEAD)
