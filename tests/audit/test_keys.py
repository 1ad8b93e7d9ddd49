"""Whoever signed is known, and nobody else is believed."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.checkpoint import LARGEST, Checkpoint
from audit.keys import Kind, Signed, SigningKey, Untrusted, VerifierKey, signers
from audit.note import Malformed, Note, Signature, to_base64
from tests.audit.outside import text

NOTE, VKEY = Note.parse(text("note.txt").encode()), VerifierKey.parse(text("note.vkey").strip())
HEAD = str(Checkpoint("example.com/log", 3, b"r" * 32))
AT = 1_679_315_147
KINDS = list(Kind)


def key(kind=Kind.ED25519, name="example.com/log"):
    return SigningKey.generate(name, kind)


def sign(key, head=HEAD):
    return key.sign(head, AT if key.kind.tells_time else None)


def note(*keys, head=HEAD):
    return Note(head, tuple(sign(each, head) for each in keys))


# What others signed


def test_the_signature_of_others_is_verified():
    assert signers(NOTE, [VKEY]) == [Signed(VKEY, None)]
    assert (VKEY.name, VKEY.kind, VKEY.id.hex()) == ("example.com/foo", Kind.ED25519, "530d903a")
    assert str(VKEY) == text("note.vkey").strip()


def test_no_letter_of_what_others_signed_can_be_another():
    with pytest.raises(Untrusted):
        signers(replace(NOTE, text=NOTE.text.replace("example", "exemple")), [VKEY])


# What is signed, to the byte: the key verifies what the test itself has put together


@pytest.mark.parametrize("kind", KINDS)
def test_the_id_of_a_key_is_that_of_its_name_its_kind_and_itself(kind):
    public = key(kind).verifier
    whole = b"example.com/log\n" + bytes([kind]) + public.public
    assert public.id == sha256(whole).digest()[:4]


def raw(signature, skip):
    return signature.value[skip:]


def test_a_log_signs_the_text():
    log = key()
    log._private.public_key().verify(raw(sign(log), 0), HEAD.encode())


def test_a_witness_signs_a_time_and_the_text():
    witness = key(Kind.ED25519_COSIGNATURE, "example.com/witness")
    signature = sign(witness)
    assert signature.value[:8] == AT.to_bytes(8, "big")
    whole = b"cosignature/v1\ntime 1679315147\n" + HEAD.encode()
    witness._private.public_key().verify(raw(signature, 8), whole)


def test_with_ml_dsa_the_names_a_time_and_the_tree_are_signed():
    witness = key(Kind.MLDSA44_COSIGNATURE, "example.com/witness")
    signature = sign(witness)
    assert signature.value[:8] == AT.to_bytes(8, "big")
    assert len(signature.value) == 8 + 2420
    whole = (
        b"subtree/v1\n\0"
        + b"\x13example.com/witness"
        + AT.to_bytes(8, "big")
        + b"\x0fexample.com/log"
        + bytes(8)
        + bytes(7)
        + b"\x03"
        + b"r" * 32
    )
    witness._private.public_key().verify(raw(signature, 8), whole)


# Who is believed


def test_several_sign_in_their_own_ways():
    keys = [key(kind) for kind in KINDS]
    trusted = [each.verifier for each in keys]
    found = signers(Note.parse(bytes(note(*keys))), trusted)
    assert found == [Signed(trusted[0], None), Signed(trusted[1], AT), Signed(trusted[2], AT)]


def test_those_we_do_not_know_are_passed_over():
    known, unknown = key(), key()
    assert signers(note(unknown, known), [known.verifier]) == [Signed(known.verifier, None)]
    with pytest.raises(Untrusted, match="nobody"):
        signers(note(unknown), [known.verifier])
    with pytest.raises(Untrusted, match="nobody"):
        signers(note(known), [])


def test_a_shared_name_or_id_alone_makes_nobody_known():
    known = key()
    line = sign(known)
    for other in (replace(line, name="example.com/other"), replace(line, key_id=b"\0\0\0\0")):
        forged = Note(HEAD, (replace(other, value=b"x" * 64), line))
        assert signers(forged, [known.verifier]) == [Signed(known.verifier, None)]
        with pytest.raises(Untrusted, match="nobody"):
            signers(Note(HEAD, (other,)), [known.verifier])


@pytest.mark.parametrize("kind", KINDS)
def test_one_wrong_signature_of_a_key_we_know_makes_a_note_worthless(kind):
    good, bad = key(), key(kind)
    forged = replace(sign(bad), value=b"x" * len(sign(bad).value))
    for lines in ((sign(good), forged), (forged, sign(good)), (sign(good), sign(bad), forged)):
        with pytest.raises(Untrusted, match="not of this text"):
            signers(Note(HEAD, lines), [good.verifier, bad.verifier])


@pytest.mark.parametrize("end", [1, 7, 8, 9, -1])
@pytest.mark.parametrize("kind", KINDS)
def test_signatures_of_other_lengths_are_refused(kind, end):
    known = key(kind)
    line = sign(known)
    for value in (line.value[:end], line.value + line.value[:end]):
        with pytest.raises(Untrusted):
            signers(Note(HEAD, (replace(line, value=value),)), [known.verifier])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_bit_that_was_signed_can_be_another(kind, data):
    known = key(kind)
    line = sign(known)
    value = bytearray(line.value)
    bit = data.draw(st.integers(0, 8 * len(value) - 1))
    value[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Untrusted):
        signers(Note(HEAD, (replace(line, value=bytes(value)),)), [known.verifier])
    for other in (
        Checkpoint("example.com/log", 4, b"r" * 32),
        Checkpoint("example.com/lof", 3, b"r" * 32),
        Checkpoint("example.com/log", 3, b"s" * 32),
    ):
        with pytest.raises(Untrusted):
            signers(Note(str(other), (line,)), [known.verifier])


def test_ml_dsa_signs_its_own_name():
    one = key(Kind.MLDSA44_COSIGNATURE, "example.com/one")
    other = replace(one, name="example.com/other")
    line = replace(sign(one), name=other.name, key_id=other.verifier.id)
    with pytest.raises(Untrusted):
        signers(Note(HEAD, (line,)), [other.verifier])


def test_a_signature_of_one_kind_is_none_of_another():
    log = key()
    witness = replace(log, kind=Kind.ED25519_COSIGNATURE)  # the same secret
    line = replace(sign(log), key_id=witness.verifier.id)
    with pytest.raises(Untrusted):
        signers(Note(HEAD, (line,)), [witness.verifier])


def test_lines_that_follow_are_not_signed_with_ml_dsa_and_with_ed25519_they_are():
    """C2SP tlog-cosignature, ML-DSA-44 signed message: no statement is made about them."""
    for kind in KINDS:
        known = key(kind)
        longer = Note(f"{HEAD}more\n", (sign(known),))
        if kind is Kind.MLDSA44_COSIGNATURE:
            assert signers(longer, [known.verifier])
        else:
            with pytest.raises(Untrusted):
                signers(longer, [known.verifier])


# What cannot be signed


@pytest.mark.parametrize("kind", KINDS[1:])
def test_only_checkpoints_are_cosigned_and_at_a_time(kind):
    witness = key(kind)
    for head, at in (("text\n", AT), (HEAD, None), (HEAD, -1), (HEAD, LARGEST + 1)):
        with pytest.raises(Malformed):
            witness.sign(head, at)


def test_a_log_states_no_time():
    with pytest.raises(Malformed, match="states no time"):
        key().sign(HEAD, AT)


def test_names_too_long_to_be_signed_are_refused():
    witness = key(Kind.MLDSA44_COSIGNATURE, "w" * 256)
    with pytest.raises(Malformed, match="255"):
        sign(witness)
    long = str(Checkpoint("o" * 256, 3, b"r" * 32))
    with pytest.raises(Malformed, match="255"):
        sign(key(Kind.MLDSA44_COSIGNATURE), long)
    assert sign(key(Kind.MLDSA44_COSIGNATURE, "w" * 255))


# Keys as text


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_read_as_they_are_written(kind):
    made = key(kind)
    assert VerifierKey.parse(str(made.verifier)) == made.verifier
    again = SigningKey.parse(made.secret())
    assert again.secret() == made.secret()
    assert signers(note(again), [made.verifier])


def test_a_private_key_does_not_show_itself():
    made = key()
    hidden = made.secret().split("+", 4)[4]  # base64 may have a plus in it
    assert hidden not in f"{made!r} {made}"
    with pytest.raises(Malformed) as refused:
        SigningKey.parse(made.secret()[:-4] + "AAA=")
    shown = f"{refused.value!r} {refused.value.__cause__!r}"
    assert hidden[:12] not in shown


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903a+",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
        "PRIVATE+KEY+example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_what_is_no_key_is_refused(wrong):
    with pytest.raises(Malformed):
        VerifierKey.parse(wrong)
    with pytest.raises(Malformed):
        SigningKey.parse(wrong)


def test_a_key_has_the_length_of_its_kind():
    for kind, length in ((Kind.ED25519, 31), (Kind.MLDSA44_COSIGNATURE, 32)):
        with pytest.raises(Malformed, match="length"):
            VerifierKey("example.com/log", kind, b"k" * length)


# Bounded, whatever comes


changes = st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.binary(max_size=3))
WITNESSED = [key(), key(Kind.ED25519_COSIGNATURE)]
WHOLE = bytes(note(*WITNESSED))


@settings(deadline=None, max_examples=300)
@given(st.lists(changes, min_size=1, max_size=4))
def test_a_note_that_was_tampered_with_is_refused_or_says_what_it_said(tampered):
    data = WHOLE
    for at, cut, put in tampered:
        at %= len(data) + 1
        data = data[:at] + put + data[at + cut :]
    try:
        read = Note.parse(data)
        found = signers(read, [each.verifier for each in WITNESSED])
    except (Malformed, Untrusted) as refused:
        assert str(refused)
    else:
        assert found
        assert read.text == HEAD


@settings(deadline=None)
@given(st.text() | st.text(alphabet="PRIVATE+KEY01af/=\n"))
def test_whatever_comes_is_a_key_or_refused(text):
    for kind in (VerifierKey, SigningKey):
        with pytest.raises(Malformed):
            kind.parse(text)


def test_a_signature_needs_a_name_that_a_note_can_hold():
    with pytest.raises(Malformed):
        Signature("two words", b"abcd", b"x")
    assert str(Signature("a", b"abcd", b"x")) == f"\u2014 a {to_base64(b'abcdx')}\n"
