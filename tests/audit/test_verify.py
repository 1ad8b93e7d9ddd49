"""Whoever has Python and nothing else can check what the register signed."""

import ast
import subprocess
import sys
from base64 import b64decode
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit import verify
from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey
from audit.note import Malformed, Note, Signature, to_base64
from audit.proof import Proof
from audit.tree import Tree, consistency, inclusion, leaf_hash, root
from tests.audit.outside import cases, hashes, text

FILE = Path(verify.__file__)


# The file


def imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name.split(".")[0] for each in node.names)
        if isinstance(node, ast.ImportFrom):
            yield "a neighbour" if node.level else node.module.split(".")[0]


def test_it_needs_the_standard_library_only():
    assert set(imported(FILE.read_text())) <= sys.stdlib_module_names


@pytest.mark.parametrize("line", ["import audit.tree", "from . import tree", "from nacl import x"])
def test_that_look_finds_what_it_looks_for(line):
    assert not set(imported(f"{FILE.read_text()}\n{line}")) <= sys.stdlib_module_names


# As others computed it


def judged(refused, judge, *words):
    if refused:
        with pytest.raises(verify.Refused):
            judge(*words)
    else:
        judge(*words)


@pytest.mark.parametrize("case", cases("inclusion.json"), ids=lambda each: each["name"])
def test_inclusion_is_judged_as_others_judge_it(case):
    judged(
        case["wantErr"],
        verify.check_inclusion,
        b64decode(case["leafHash"]),
        case["leafIdx"],
        case["treeSize"],
        hashes(case["proof"]),
        b64decode(case["root"]),
    )


@pytest.mark.parametrize("case", cases("consistency.json"), ids=lambda each: each["name"])
def test_consistency_is_judged_as_others_judge_it(case):
    judged(
        case["wantErr"],
        verify.check_consistency,
        case["size1"],
        case["size2"],
        hashes(case["proof"]),
        b64decode(case["root1"]),
        b64decode(case["root2"]),
    )


def test_two_trees_without_leaves_are_not_consistent():
    with pytest.raises(verify.Refused, match="no proof leads"):
        verify.check_consistency(0, 0, [], Tree().root(), Tree().root())


def test_the_note_of_others_is_verified():
    known = verify.key(text("note.vkey").strip())
    said, lines = verify.parts(text("note.txt").encode())
    assert said == "This is an example message.\n"
    assert verify.signers(said, lines, [known]) == [verify.Signer(known, None)]
    with pytest.raises(verify.Refused, match="not of this text"):
        verify.signers(f"{said}\n", lines, [known])


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
            "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
            "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
            "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_the_signatures_of_rfc_8032_are_verified(public, message, signature):
    """7.1, TEST 1 to 3."""
    asked = [bytes.fromhex(each) for each in (public, message, signature)]
    assert verify.ed25519(*asked)
    assert not verify.ed25519(asked[0], asked[1] + b"\0", asked[2])


# As the register does it


SIZE = st.integers(1, 300)


@settings(deadline=None)
@given(SIZE, st.data())
def test_what_the_register_proves_is_proved(size, data):
    tree = Tree(leaf_hash(str(each).encode()) for each in range(size))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    path, grown = inclusion(tree.subtree, index, size), consistency(tree.subtree, old, size)
    leaf = verify.leaf_hash(str(index).encode())
    before = root(tree.subtree, old)
    verify.check_inclusion(leaf, index, size, path, tree.root())
    verify.check_consistency(old, size, grown, before, tree.root())
    wrong = [*path[:-1], b"x" * 32], [*grown[:-1], b"x" * 32]
    for altered in (wrong[0], path[:-1] or [b"x" * 32], [*path, b"x" * 32]):
        with pytest.raises(verify.Refused):
            verify.check_inclusion(leaf, index, size, altered, tree.root())
    for altered in (wrong[1], grown[:-1] or [b"x" * 32], [*grown, b"x" * 32]):
        with pytest.raises(verify.Refused):
            verify.check_consistency(old, size, altered, before, tree.root())


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.none() | st.integers(0, 767))
def test_signatures_are_judged_as_openssl_judges_them(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    whole = bytearray(private.public_key().public_bytes_raw() + private.sign(message))
    if bit is not None:
        whole[bit // 8] ^= 1 << bit % 8
    public, signature = bytes(whole[:32]), bytes(whole[32:])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        assert not verify.ed25519(public, message, signature)
    else:
        assert verify.ed25519(public, message, signature)
    assert bit is not None or verify.ed25519(public, message, signature)


def test_a_signature_cannot_be_written_in_a_second_way():
    """RFC 8032, 5.1.7 and 8.4: the second half is smaller than the order of the group."""
    private = Ed25519PrivateKey.generate()
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"text")
    again = int.from_bytes(signature[32:], "little") + verify.L
    assert verify.ed25519(public, b"text", signature)
    assert not verify.ed25519(public, b"text", signature[:32] + again.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "point",
    [
        verify.P.to_bytes(32, "little"),
        (verify.P + 1).to_bytes(32, "little"),
        (1 | 1 << 255).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
    ],
    ids=["y = p", "y = p + 1", "x = -0", "not on the curve"],
)
def test_what_is_no_point_is_refused(point):
    """RFC 8032, 5.1.3."""
    with pytest.raises(verify.Refused, match="no point"):
        verify.unpacked(point)
    assert not verify.ed25519(point, b"text", bytes(64))


ORIGIN = "example.com/register"
LOG = SigningKey.generate(ORIGIN, Kind.ED25519)
QUANTUM = SigningKey.generate(ORIGIN, Kind.MLDSA44_COSIGNATURE)
NAMUR = SigningKey.generate("example.com/namur", Kind.ED25519_COSIGNATURE)
REIMS = SigningKey.generate("example.com/reims", Kind.ED25519_COSIGNATURE)
ENTRIES = [f"entry {each}".encode() for each in range(13)]
TREE = Tree(map(leaf_hash, ENTRIES))
HEAD = str(Checkpoint(ORIGIN, len(TREE), TREE.root()))
AT = 1_700_000_000
NAMES = ("namur", "reims")


def note(head=HEAD, *others):
    return Note(head, (LOG.sign(head), QUANTUM.sign(head, AT), NAMUR.sign(head, AT), *others))


PROOF = Proof(5, tuple(inclusion(TREE.subtree, 5, 13)), note(), extra=b"more")


def alike(ours, theirs, data):
    """The register and the verifier take the same for what it is."""
    found = refused = None
    with suppress(Malformed):
        found = ours(data)
    with suppress(verify.Refused):
        refused = theirs(data)
    return found, refused


changes = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 3),
        st.sampled_from([b"\n", b" ", b"=", b"+", b"0", "\u2014 ".encode(), b"\xc2\xa0", b"\x85"])
        | st.binary(max_size=2),
    ),
    max_size=3,
)


def tampered(data, changed):
    for at, cut, put in changed:
        at %= len(data) + 1
        data = data[:at] + put + data[at + cut :]
    return data


SHORT = bytes(Note(HEAD, (LOG.sign(HEAD), NAMUR.sign(HEAD, AT))))


@settings(deadline=None, max_examples=300)
@given(changes | st.binary())
@example([])
def test_notes_are_read_as_the_register_reads_them(changed):
    data = changed if isinstance(changed, bytes) else tampered(SHORT, changed)
    read, checked = alike(Note.parse, verify.parts, data)
    assert (read is None) == (checked is None)
    if read:
        lines = [(each.name, each.key_id + each.value) for each in read.signatures]
        assert checked == (read.text, lines)


@settings(deadline=None, max_examples=300)
@given(changes)
@example([])
def test_checkpoints_are_read_as_the_register_reads_them(changed):
    head = tampered(HEAD.encode(), changed).decode(errors="replace")
    printable = "".join(each for each in head if each >= " " or each == "\n")  # as in every note
    read, checked = alike(Checkpoint.parse, verify.checkpoint, printable)
    assert (read and (read.origin, read.size, read.root)) == (checked and tuple(checked))


def judge(data):
    index, path, under = verify.proof(data)
    head, _ = verify.signed_checkpoint(under, verify.key(str(LOG.verifier)), [])
    verify.check_inclusion(leaf_hash(ENTRIES[5]), index, head.size, path, head.root)
    return index


def test_what_is_extra_has_one_form_as_well():
    for wrong in (b"=bW9yZQ==", b"bW9yZQ", b""):
        with pytest.raises(verify.Refused):
            judge(bytes(PROOF).replace(b"bW9yZQ==", wrong))


@settings(max_examples=200, deadline=None)
@given(changes)
@example([])
def test_a_proof_that_was_tampered_with_is_refused_or_proves_the_same(changed):
    data = tampered(bytes(replace(PROOF, note=Note(HEAD, (LOG.sign(HEAD),)))), changed)
    try:
        index = judge(data)
    except verify.Refused as refused:
        assert str(refused)
    else:
        assert index == Proof.parse(data).index == 5


# On the command line, without any package


def ask(*words):
    command = [sys.executable, "-I", "-S", str(FILE), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def grown(old, *others):
    """What a witness is sent."""
    path = "".join(f"{to_base64(each)}\n" for each in consistency(TREE.subtree, old, 13))
    return f"old {old}\n{path}\n".encode() + bytes(note(HEAD, *others))


def head_of(size, tree=TREE):
    return str(Checkpoint(ORIGIN, size, root(tree.subtree, size)))


@pytest.fixture
def files(tmp_path):
    (tmp_path / "checkpoint").write_bytes(bytes(note()))
    (tmp_path / "5.tlog-proof").write_bytes(bytes(PROOF))
    (tmp_path / "grown").write_bytes(grown(7))
    (tmp_path / "earlier").write_bytes(bytes(note(head_of(7))))
    for index in (5, 6):
        (tmp_path / f"{index}.json").write_bytes(ENTRIES[index])
    return tmp_path


FILES = ("checkpoint", "5.tlog-proof", "missing", "earlier", "policy")
LOG_KEY = ("--log", LOG.verifier)
KEYS = (*LOG_KEY, "--witness", NAMUR.verifier)


def test_what_holds_is_said(files):
    signed = f"Signed by {ORIGIN}.\nSigned by example.com/namur at 2023-11-14 22:13:20 UTC.\n"
    whole = f"It holds.\n{ORIGIN} has 13 entries.\n"
    assert ask(files / "checkpoint", *KEYS) == (0, whole + signed)
    entry = files / "5.json"
    said = f"{entry} is its entry at index 5.\n"
    assert ask(files / "5.tlog-proof", "--entry", entry, *KEYS) == (0, whole + said + signed)
    earlier = files / "earlier"
    said = f"The first 7 of them are those of {earlier}.\n"
    assert ask(files / "grown", "--since", earlier, *KEYS) == (0, whole + said + signed)


def holds_not(says, *words):
    status, said = ask(*words)
    assert (status, said.startswith("It does not hold: ")) == (1, True), said
    assert says in said


def test_an_entry_that_is_not_there_is_told(files):
    proof, entry = files / "5.tlog-proof", files / "5.json"
    holds_not("not what the log holds", proof, "--entry", files / "6.json", *KEYS)
    holds_not("not of the form", files / "checkpoint", "--entry", entry, *KEYS)
    holds_not("no checkpoint", proof, *KEYS)
    proof.write_bytes(bytes(PROOF).replace(b"index 5", b"index 4"))
    holds_not("not what the log holds", proof, "--entry", entry, *KEYS)


def test_a_history_that_was_rewritten_is_told(files):
    """Also when the log's own key signed it."""
    sent, earlier = files / "grown", files / "earlier"
    leaves = [leaf_hash(b"other" if each == 3 else ENTRIES[each]) for each in range(13)]
    earlier.write_bytes(bytes(note(head_of(7, Tree(leaves)))))
    holds_not("the history was rewritten", sent, "--since", earlier, *KEYS)
    earlier.write_bytes(bytes(note(head_of(6))))
    holds_not("since 7 entries, and", sent, "--since", earlier, *KEYS)
    sent.write_bytes(grown(6))
    assert ask(sent, "--since", earlier, *KEYS)[0] == 0
    holds_not("not of the form", files / "checkpoint", "--since", earlier, *KEYS)


def test_what_was_signed_otherwise_is_told(files):
    checkpoint = files / "checkpoint"
    reims = ("--witness", REIMS.verifier)
    holds_not("example.com/reims did not sign", checkpoint, *KEYS, *reims)
    checkpoint.write_bytes(bytes(note()).replace(b"\n13\n", b"\n12\n"))
    holds_not(f"the signature of {ORIGIN} is not of this text", checkpoint, *KEYS)
    other = HEAD.replace(ORIGIN, "example.com/other")
    checkpoint.write_bytes(bytes(note(other)))
    holds_not(f"a checkpoint of another log than {ORIGIN}", checkpoint, *KEYS)
    checkpoint.write_bytes(bytes(note(HEAD, Signature(ORIGIN, LOG.verifier.id, b"x" * 64))))
    holds_not(f"the signature of {ORIGIN} is not of this text", checkpoint, *KEYS)
    checkpoint.write_bytes(bytes(Note("text\n", (LOG.sign("text\n"),))))
    holds_not("no checkpoint", checkpoint, *LOG_KEY)
    checkpoint.write_bytes(b"x" * 1_000_001)
    holds_not("longer than 1000000 bytes", checkpoint, *KEYS)
    stranger = SigningKey.generate(ORIGIN, Kind.ED25519)
    checkpoint.write_bytes(bytes(note()))
    holds_not(f"{ORIGIN} did not sign", checkpoint, "--log", stranger.verifier)


# With a policy


OURS = SigningKey.generate("example.com/mons", Kind.MLDSA44_COSIGNATURE)
POLICY = f"""log {QUANTUM.verifier}
log {LOG.verifier}
witness namur {NAMUR.verifier}
witness reims {REIMS.verifier}
witness mons {OURS.verifier}
group both all namur reims
"""


def test_whether_a_checkpoint_is_settled_is_said(files):
    checkpoint, policy = files / "checkpoint", files / "policy"
    policy.write_text(f"{POLICY}quorum both\n")
    settled = (
        "It is settled: as many signed as the policy asks for.\n"
        "Passed over, as their keys are of ML-DSA-44: example.com/mons.\n"
    )
    namur, reims = (f"Signed by example.com/{each} at 2023-11-14 22:13:20 UTC.\n" for each in NAMES)
    whole = f"It holds.\n{ORIGIN} has 13 entries.\n"
    holds_not(
        "too few witnesses signed for the checkpoint to be settled. Signed: example.com/namur."
        " Did not sign: example.com/reims. Passed over, as their keys are of ML-DSA-44:"
        " example.com/mons.\n",
        checkpoint,
        *("--policy", policy),
    )
    checkpoint.write_bytes(bytes(note(HEAD, REIMS.sign(HEAD, AT))))
    said = f"{whole}{settled}Signed by {ORIGIN}.\n{namur}{reims}"
    assert ask(checkpoint, "--policy", policy) == (0, said)
    assert ask(checkpoint, "--policy", policy, *KEYS) == (0, said)
    policy.write_text(f"{POLICY}quorum namur\n")
    for words in (
        ("5.tlog-proof", "--entry", files / "5.json"),
        ("grown", "--since", files / "earlier"),
    ):
        status, said = ask(files / words[0], *words[1:], "--policy", policy)
        assert (status, settled in said, namur in said) == (0, True, True)


def test_a_policy_does_not_make_a_wrong_signature_right(files):
    checkpoint, policy = files / "checkpoint", ("--policy", files / "policy")
    policy[1].write_text(f"{POLICY}quorum namur\n")
    forged = Signature(REIMS.name, REIMS.verifier.id, b"x" * 72)
    checkpoint.write_bytes(bytes(note(HEAD, forged)))
    holds_not("the signature of example.com/reims is not of this text", checkpoint, *policy)
    checkpoint.write_bytes(bytes(Note(HEAD, (QUANTUM.sign(HEAD, AT), NAMUR.sign(HEAD, AT)))))
    holds_not(f"no log of the policy signed this as {ORIGIN} with Ed25519", checkpoint, *policy)
    other = HEAD.replace(ORIGIN, "example.com/other")
    checkpoint.write_bytes(bytes(note(other)))
    holds_not("no log of the policy signed this as example.com/other", checkpoint, *policy)
    policy[1].write_text(f"{POLICY}quorum bruges\n")
    holds_not("line 7 of the policy: it is no log, witness, group or quorum", checkpoint, *policy)


def test_a_log_that_changed_its_key_is_followed_over_the_change(files):
    """The earlier checkpoint is signed with the old key, the later one with the new."""
    old, earlier = SigningKey.generate(ORIGIN, Kind.ED25519), head_of(7)
    (files / "earlier").write_bytes(bytes(Note(earlier, (old.sign(earlier),))))
    (files / "policy").write_text(f"log {old.verifier}\nlog {LOG.verifier}\nquorum none\n")
    asked = files / "grown", "--since", files / "earlier"
    assert ask(*asked, "--policy", files / "policy")[0] == 0
    holds_not(f"{ORIGIN} did not sign", *asked, *KEYS)


def test_the_log_cannot_be_its_own_witness(files):
    """Whoever signs twice under one name has still to have the witness's key."""
    namesake = SigningKey.generate(ORIGIN, Kind.ED25519_COSIGNATURE)
    holds_not("did not sign", files / "checkpoint", *KEYS, "--witness", namesake.verifier)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "required"),
        (["checkpoint"], "required"),
        (["missing", *KEYS], "No such file"),
        (["checkpoint", "--log", "register"], "a key looks like"),
        (["checkpoint", "--log", f"x{LOG.verifier}"], "has another id"),
        (["checkpoint", "--log", QUANTUM.verifier], "is not of Ed25519"),
        (["checkpoint", *KEYS, "--witness", "namur"], "a key looks like"),
        (["checkpoint", "--policy", "missing"], "No such file"),
        (["checkpoint", *KEYS, "--entry", "earlier", "--since", "earlier"], "not allowed"),
    ],
    ids=lambda each: each if isinstance(each, str) else str(len(each)),  # keys differ each time
)
def test_what_makes_no_sense_is_said(files, words, says):
    status, said = ask(*[files / each if str(each) in FILES else each for each in words])
    assert (status, says in said) == (2, True), said
