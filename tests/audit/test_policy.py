"""Who has to sign is written down in one way, and counted as it is written."""

from contextlib import suppress
from functools import partial
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit import verify
from audit.checkpoint import Checkpoint
from audit.keys import Kind, Signed, SigningKey, Untrusted
from audit.note import LONGEST, Malformed, Note
from audit.policy import LINES, Policy

ORIGIN = "example.com/register"
AT = 1_700_000_000


def witness(name, kind=Kind.ED25519_COSIGNATURE):
    return SigningKey.generate(f"example.com/{name}", kind)


LOG, QUANTUM = (SigningKey.generate(ORIGIN, kind) for kind in (Kind.ED25519, Kind(6)))
NAMUR, REIMS, SEDAN, MONS, LIEGE = map(witness, ("namur", "reims", "sedan", "mons", "liege"))
ALL = [NAMUR, REIMS, SEDAN, MONS, LIEGE]
BOTH = f"""
# Both countries.
log {LOG.verifier} https://example.com/register
  log\t{QUANTUM.verifier}
witness namur {NAMUR.verifier} https://namur.example.com
witness mons {MONS.verifier}
witness reims {REIMS.verifier}
witness sedan {SEDAN.verifier}  \t
group belgium any namur mons
group france 2 reims sedan
group both all belgium france
\t# That is all.
quorum both
"""


def policy(text):
    return Policy.parse(text.encode())


def signed(*keys):
    return [Signed(each.verifier, AT) for each in keys]


def test_a_policy_is_read():
    read = policy(BOTH)
    assert [(each.key, each.url) for each in read.logs] == [
        (LOG.verifier, "https://example.com/register"),
        (QUANTUM.verifier, None),
    ]
    assert [(each.name, each.key, each.url) for each in read.witnesses] == [
        ("namur", NAMUR.verifier, "https://namur.example.com"),
        ("mons", MONS.verifier, None),
        ("reims", REIMS.verifier, None),
        ("sedan", SEDAN.verifier, None),
    ]


@pytest.mark.parametrize(
    ("keys", "enough"),
    [
        ([], False),
        ([NAMUR, MONS], False),
        ([REIMS, SEDAN], False),
        ([NAMUR, REIMS], False),
        ([NAMUR, REIMS, SEDAN], True),
        ([MONS, REIMS, SEDAN], True),
        ([NAMUR, REIMS, REIMS], False),
        ([NAMUR, REIMS, LIEGE], False),
        ([LOG, NAMUR, REIMS], False),
        ([*ALL, LOG], True),
    ],
    ids=lambda each: str(each) if isinstance(each, bool) else "-".join(k.name[12:] for k in each),
)
def test_a_checkpoint_is_settled_when_both_countries_signed(keys, enough):
    assert policy(BOTH).settled(signed(*keys)) is enough


def test_a_quorum_may_be_one_witness_or_nobody():
    one = policy(f"witness w {NAMUR.verifier}\nquorum w\n")
    assert (one.settled(signed(NAMUR)), one.settled(signed(REIMS))) == (True, False)
    assert policy("quorum none\n").settled([])


def test_names_are_bytes():
    kelvin = f"witness K {NAMUR.verifier}\nwitness \u212a {REIMS.verifier}\n"
    assert policy(f"{kelvin}quorum \u212a\n").settled(signed(REIMS))
    assert not policy(f"{kelvin}quorum K\n").settled(signed(REIMS))
    latin = kelvin.encode().replace("\u212a".encode(), b"\xe9\x85\xa0")
    assert Policy.parse(latin + b"quorum \xe9\x85\xa0\n").settled(signed(REIMS))
    for space in ("\u00a0", "\u2003", "\u0085"):  # not what a policy calls whitespace
        assert policy(f"witness a{space}b {NAMUR.verifier}\nquorum a{space}b\n")


N, R = NAMUR.verifier, REIMS.verifier
TWO = f"witness a {N}\nwitness b {R}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "says the quorum"),
        ("log\nquorum none\n", "line 1: a line is"),
        (f"{TWO}group g all\nquorum g\n", "line 3: a line is"),
        (f"{TWO}quorum a b\n", "line 3: a line is"),
        (f"{TWO}quorum a # note\n", "line 3: a line is"),
        (f"witness a {N} url url\nquorum a\n", "line 1: a line is"),
        ("Quorum none\n", "line 1: a line is"),
        ("quorum none\r\n", "line 1: .*control"),
        ("quorum none\n#\x7f\n", "line 2: .*control"),
        ("quorum none", "ends with a newline"),
        ("quorum none\nquorum none\n", "line 2: the quorum was said"),
        (f"quorum a\n{TWO}", "line 1: no line before"),
        (f"{TWO}quorum c\n", "line 3: no line before"),
        (f"{TWO}group g any a c\nquorum g\n", "line 3: no line before this one says who 'c'"),
        (f"{TWO}group g any g\nquorum g\n", "line 3: no line before"),
        (f"{TWO}group g any h\ngroup h any g\nquorum g\n", "line 3: no line before"),
        (f"{TWO}group g any a none\nquorum g\n", "line 3: no line before"),
        (f"{TWO}group g any a a\nquorum g\n", "line 3: 'a' is a member already"),
        (f"{TWO}group g any a\ngroup h any a b\nquorum h\n", "line 4: 'a' is a member already"),
        (f"{TWO}group a any b\nquorum a\n", "line 3: the name 'a' is taken"),
        (f"{TWO}group none any b\nquorum a\n", "line 3: the name 'none' is taken"),
        (f"witness none {N}\nquorum none\n", "line 1: the name 'none' is taken"),
        (f"witness a {N}\nwitness a {R}\nquorum a\n", "line 2: the name 'a' is taken"),
        (f"witness a {N}\nwitness b {N}\nquorum a\n", "line 2: this key is there already"),
        (f"{TWO}group g 0 a b\nquorum g\n", "line 3: of 2 members there cannot be 0"),
        (f"{TWO}group g 3 a b\nquorum g\n", "line 3: of 2 members there cannot be 3"),
        (f"{TWO}group g 01 a b\nquorum g\n", "line 3: this is not a number"),
        (f"{TWO}group g ALL a b\nquorum g\n", "line 3: this is not a number"),
        (f"{TWO}group g {'9' * 5000} a b\nquorum g\n", "line 3: this is not a number"),
        (f"witness a {LOG.verifier}\nquorum a\n", "line 1: logs and witnesses have keys"),
        (f"log {N}\nquorum none\n", "line 1: logs and witnesses have keys"),
        (f"log {QUANTUM.verifier}\nwitness a {QUANTUM.verifier}\nquorum a\n", "line 2: this key"),
        ("log key\nquorum none\n", "line 1: this is not a key"),
        ("#\n" * LINES + "quorum none\n", "fewer than"),
        ("#" * LONGEST + "\nquorum none\n", "at most"),
    ],
    ids=count(),
)
def test_what_is_no_policy_is_refused_and_the_line_is_said(text, says):
    with pytest.raises(Malformed, match=says):
        policy(text)


def test_one_key_under_two_names_counts_once():
    again = SigningKey("example.com/other", Kind.ED25519_COSIGNATURE, NAMUR._private)
    with pytest.raises(Malformed, match="line 2: this key is there already"):
        policy(f"witness a {N}\nwitness b {again.verifier}\ngroup g all a b\nquorum g\n")


# Who signed


HEAD = str(Checkpoint(ORIGIN, 3, b"r" * 32))


def note(*keys, head=HEAD):
    return Note(head, tuple(each.sign(head, AT if each.kind.tells_time else None) for each in keys))


def test_a_log_of_the_policy_signed_and_witnesses_did():
    read = policy(BOTH)
    assert read.signed(note(LOG, LIEGE, NAMUR)) == [Signed(LOG.verifier, None), *signed(NAMUR)]
    assert read.signed(note(QUANTUM))
    for nobody in (note(NAMUR, REIMS), note(SigningKey.generate(ORIGIN, Kind.ED25519), NAMUR)):
        with pytest.raises(Untrusted, match="no log of the policy"):
            read.signed(nobody)


def test_a_log_signs_for_itself_alone():
    other = SigningKey.generate("example.com/other", Kind.ED25519)
    read = policy(f"log {LOG.verifier}\nlog {other.verifier}\nquorum none\n")
    assert read.signed(note(LOG))
    with pytest.raises(Untrusted, match="no log of the policy signed"):
        read.signed(note(other))


def test_while_a_log_changes_its_key_both_are_good():
    new = SigningKey.generate(ORIGIN, Kind.ED25519)
    before, after = f"log {LOG.verifier}\n", f"log {new.verifier}\n"
    during = policy(f"{before}{after}quorum none\n")
    for keys in ([LOG], [new], [LOG, new]):
        assert len(during.signed(note(*keys))) == len(keys)
    with pytest.raises(Untrusted):
        policy(f"{after}quorum none\n").signed(note(LOG))


# Groups of groups


def reached(rules, needed, keys):
    return sum(each(keys) for each in rules) >= needed


@st.composite
def policies(draw):
    """A policy as text, with the rule as a function of the names of those who signed."""
    pool = ALL[: draw(st.integers(1, len(ALL)))]
    lines = [f"log {LOG.verifier}"]
    rules = {}
    for number, each in enumerate(pool):
        lines.append(f"witness w{number} {each.verifier}")
        rules[f"w{number}"] = lambda keys, each=each: each in keys
    free = list(rules)
    for number in range(draw(st.integers(0, 5))):
        if not free:
            break
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        least = draw(st.sampled_from(["any", "all", *range(1, len(members) + 1)]))
        lines.append(f"group g{number} {least} {' '.join(members)}")
        of = [rules[each] for each in members]
        needed = {"any": 1, "all": len(of)}.get(least, least)
        rules[f"g{number}"] = partial(reached, of, needed)
        free = [each for each in [*free, f"g{number}"] if each not in members]
    quorum = draw(st.sampled_from(list(rules)))
    return "".join(f"{line}\n" for line in [*lines, f"quorum {quorum}"]), rules[quorum]


chosen = st.sets(st.sampled_from(range(len(ALL)))).map(lambda some: [ALL[each] for each in some])


@settings(deadline=None)
@given(policies(), chosen, chosen)
def test_groups_count_as_they_are_written(drawn, keys, more):
    text, rule = drawn
    read = policy(text)
    assert read.settled(signed(*keys)) == rule(keys)
    assert not read.settled(signed(*keys)) or read.settled(signed(*keys, *more))
    rules = verify.policy_in(text.encode())
    with suppress(verify.Refused):
        assert verify.log_of(rules, bytes(note(LOG, *keys))).name == ORIGIN
        verify.settlement(rules, bytes(note(LOG, *keys)))
        assert rule(keys)
        return
    assert not rule(keys)


def test_a_chain_of_groups_may_be_long():
    chain = "".join(f"group g{each} all {f'g{each - 1}' if each else 'a'}\n" for each in range(900))
    read = policy(f"witness a {N}\n{chain}quorum g899\n")
    assert (read.settled(signed(NAMUR)), read.settled([])) == (True, False)


changes = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 12),
        st.sampled_from([b"\n", b" ", b"\t", b"#", b"none", b"all", b"2", b"a", b"group ", b"\x85"])
        | st.binary(max_size=3),
    ),
    max_size=3,
)
SHORT = f"log {LOG.verifier}\n{TWO}group g 2 a b\nquorum g\n".encode()


@settings(deadline=None, max_examples=150)
@given(
    changes | st.binary() | st.text(alphabet="log witnessgroupquorumnone any2#\n\t").map(str.encode)
)
@example([])
def test_whatever_comes_is_a_policy_or_refused_and_the_verifier_agrees(changed):
    data = changed
    if isinstance(changed, list):
        data = SHORT
        for at, cut, put in changed:
            at %= len(data) + 1
            data = data[:at] + put + data[at + cut :]
    read = checked = None
    try:
        read = Policy.parse(data)
    except Malformed as wrong:
        assert repr(str(wrong)).isprintable()
    with suppress(verify.Refused):
        checked = verify.policy_in(data)
    assert (read is None) == (checked is None)
    if read:
        assert [each.key.public for each in read.logs] == [each.public for each in checked.logs]
        assert len(read.groups) == len(checked.groups)
        assert read.settled(signed(NAMUR, REIMS)) or read.quorum not in ("a", "b", "g", "none")
