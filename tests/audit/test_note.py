"""A signed note has one form, and whatever has another is refused, with a word on why."""

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.checkpoint import LARGEST, Checkpoint, from_decimal
from audit.note import LONGEST, MOST, Malformed, Note, Signature, from_base64, to_base64
from tests.audit.outside import text

OUTSIDE = text("note.txt").encode()
LINE = Signature("example.com/foo", b"abcd", b"e" * 64)
LOG = Checkpoint("example.com/log", 20852163, bytes(range(32)))


def written(text, lines=str(LINE)):
    return f"{text}\n{lines}".encode()


# Their form


def test_a_note_of_others_is_read():
    note = Note.parse(OUTSIDE)
    assert note.text == "This is an example message.\n"
    (line,) = note.signatures
    assert (line.name, line.key_id.hex(), len(line.value)) == ("example.com/foo", "530d903a", 64)
    assert bytes(note) == OUTSIDE


def test_the_last_empty_line_ends_the_text():
    assert Note.parse(written("one\n\ntwo\n\n\n")).text == "one\n\ntwo\n\n\n"
    assert Note.parse(written("\u2014 no signature\n")).text == "\u2014 no signature\n"
    assert Note.parse(written("\n")).text == "\n"


@pytest.mark.parametrize("number", [1, 16, MOST])
def test_several_may_sign(number):
    whole = written("text\n", str(LINE) * number)
    assert Note.parse(whole).signatures == (LINE,) * number


FOO = "\u2014 example.com/foo "
GOOD = to_base64(b"abcdefgh")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "ends with an empty line"),
        (b"text\n", "ends with an empty line"),
        (b"text\n\n", "ends with an empty line"),
        (written("text"), "ends with an empty line"),
        (written("text\n")[:-1], "ends with an empty line"),
        (written("text\n").replace(b"\n", b"\r\n"), "control"),
        (written("a\ttab\n"), "control"),
        (written("a\0nul\n"), "control"),
        (b"\xff" + written("text\n"), "UTF-8"),
        (b"\xed\xa0\x80" + written("half of a pair\n"), "UTF-8"),
        (written("text\n", f"- example.com/foo {GOOD}\n"), "does not begin"),
        (written("text\n", f"\u2014example.com/foo {GOOD}\n"), "does not begin"),
        (written("text\n", f"{LINE}text\n"), "does not begin"),
        (written("text\n", f"\u2014 {GOOD}\n"), "no name or no value"),
        (written("text\n", f"\u2014  {GOOD}\n"), "name of a key"),
        (written("text\n", f"\u2014 a+b {GOOD}\n"), "name of a key"),
        (written("text\n", f"\u2014 a\u00a0b {GOOD}\n"), "name of a key"),
        (written("text\n", f"\u2014 a\u2003b {GOOD}\n"), "name of a key"),
        (written("text\n", f"{FOO} {GOOD}\n"), "not base64"),
        (written("text\n", f"{FOO}{GOOD} \n"), "not base64"),
        (written("text\n", f"{FOO}{GOOD[:-1]}\n"), "not base64"),
        (written("text\n", f"{FOO}\u00e9{GOOD}\n"), "not base64"),
        (written("text\n", f"{FOO}YWJjZGV=\n"), "otherwise"),
        (written("text\n", f"{FOO}YWJj\n"), "four bytes, and more"),
        (written("text\n", f"{FOO}YWJjZA==\n"), "four bytes, and more"),
        (written("text\n", f"{FOO}\n"), "four bytes, and more"),
        (written("text\n", str(LINE) * (MOST + 1)), f"1 to {MOST}"),
        (written("x" * LONGEST + "\n"), f"at most {LONGEST} bytes"),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_what_is_no_note_is_refused(data, says):
    with pytest.raises(Malformed, match=says):
        Note.parse(data)


@pytest.mark.parametrize("text", ["", "text", "a\ttab\n", "\ud800\n"], ids=repr)
def test_no_note_can_be_made_that_could_not_be_read(text):
    with pytest.raises(Malformed):
        Note(text, (LINE,))


def test_nobody_makes_a_note_that_nobody_signs():
    for signatures in ((), (LINE,) * (MOST + 1)):
        with pytest.raises(Malformed):
            Note("text\n", signatures)


texts = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]))
names = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1
).filter(lambda name: "+" not in name)
signatures = st.builds(
    Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)


@settings(deadline=None)
@given(st.lists(texts, min_size=1).map("\n".join), st.lists(signatures, min_size=1, max_size=5))
def test_what_is_written_is_read(text, under):
    note = Note(f"{text}\n", tuple(under))
    assert Note.parse(bytes(note)) == note


pieces = st.lists(
    st.sampled_from([OUTSIDE, b"\n", b"\n\n", "\u2014 ".encode(), b" ", b"+", b"=", b"YWJjZGU="])
    | st.binary(max_size=6),
    max_size=12,
).map(b"".join)


@settings(deadline=None)
@given(st.binary() | pieces)
@example(OUTSIDE)
def test_whatever_comes_is_a_note_written_in_one_way_or_refused(data):
    try:
        note = Note.parse(data)
    except Malformed as refused:
        assert str(refused)
    else:
        assert bytes(note) == data


# Checkpoints


def test_a_checkpoint_is_written_to_the_byte():
    """C2SP tlog-checkpoint has this one."""
    head = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    checkpoint = Checkpoint.parse(head)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a9186")
    assert str(checkpoint) == head
    assert Checkpoint.parse(f"{head}more\n").extensions == ("more",)


ROOT = to_base64(LOG.root)


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("", "an origin, a size and a root"),
        ("example.com/log\n1\n", "an origin, a size and a root"),
        (f"example.com/log\n1\n{ROOT}", "an origin, a size and a root"),
        (f"\n1\n{ROOT}\n", "says something"),
        (f"example.com/log\n1\n{ROOT}\n\n", "says something"),
        (f"example.com/log\n1\n{ROOT}\n\nmore\n", "says something"),
        (f"example\t.com/log\n1\n{ROOT}\n", "control"),
        (f"example.com/log\n01\n{ROOT}\n", "not a number"),
        (f"example.com/log\n+1\n{ROOT}\n", "not a number"),
        (f"example.com/log\n-1\n{ROOT}\n", "not a number"),
        (f"example.com/log\n1 \n{ROOT}\n", "not a number"),
        (f"example.com/log\n\u0661\n{ROOT}\n", "not a number"),
        (f"example.com/log\n\n{ROOT}\n", "not a number"),
        (f"example.com/log\n{2**63}\n{ROOT}\n", "not a number"),
        (f"example.com/log\n{'9' * 5000}\n{ROOT}\n", "not a number"),
        (f"example.com/log\n1\n{ROOT[:-1]}\n", "not base64"),
        ("example.com/log\n1\nYWJj\n", "32 bytes"),
        ("example.com/log\n1\n\n", "32 bytes"),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_what_is_no_checkpoint_is_refused(head, says):
    with pytest.raises(Malformed, match=says):
        Checkpoint.parse(head)


@pytest.mark.parametrize(
    "words",
    [
        {"origin": ""},
        {"origin": "two\nlines"},
        {"size": -1},
        {"size": 2**63},
        {"root": b""},
        {"extensions": ("",)},
    ],
    ids=repr,
)
def test_no_checkpoint_can_be_made_that_could_not_be_read(words):
    with pytest.raises(Malformed):
        Checkpoint(**{"origin": "example.com/log", "size": 1, "root": LOG.root, **words})


@settings(deadline=None)
@given(texts.filter(bool), st.integers(0, LARGEST), st.binary(min_size=32, max_size=32))
def test_checkpoints_are_read_as_they_are_written(origin, size, root):
    checkpoint = Checkpoint(origin, size, root)
    assert Checkpoint.parse(str(checkpoint)) == checkpoint


@settings(deadline=None)
@given(st.text(alphabet="exam/1230=\n+A") | st.text())
def test_whatever_comes_is_a_checkpoint_written_in_one_way_or_refused(text):
    try:
        assert str(Checkpoint.parse(text)) == text
    except Malformed as refused:
        assert str(refused)


@settings(deadline=None)
@given(st.text(alphabet="0123456789", max_size=21))
def test_numbers_have_one_way_to_be_written(text):
    try:
        assert str(from_decimal(text)) == text
    except Malformed:
        assert not text or text != str(int(text)) or int(text) > LARGEST


@settings(deadline=None)
@given(st.text(alphabet="AB+/=Yz \n"))
def test_bytes_have_one_way_to_be_written(text):
    with suppress(Malformed):
        assert to_base64(from_base64(text)) == text
