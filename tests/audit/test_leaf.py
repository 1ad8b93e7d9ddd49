"""What the register keeps of a fact is the same bytes for everybody, for ever."""

import json
import re
from hashlib import sha256
from uuid import UUID, uuid4

import msgspec
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import leaf
from audit.leaf import EXACT, canonical, entry, parsed
from audit.register import SUBJECT
from audit.tiles import LONGEST
from kernel.wire import Fact, Stored
from services.mobility.domain import Pass

ABOUT = UUID(int=7)
WHEN = "2027-03-31T18:00:00.120000Z"


def stored(state, topic="mobility.PassWithdrawn"):
    return Stored(ABOUT, 2, topic, state if isinstance(state, str) else json.dumps(state))


def told(**said):
    return stored({"timestamp": WHEN, "by": "ada", **said})


def events():
    held = Pass.issue(uuid4(), 2027, days=10, sponsor_id=uuid4())
    held.withdraw()
    return held.pending_events


# An entry


def test_an_entry_is_written_to_the_byte():
    assert entry("mobility", 12, told(ends="2027-04-01", days=3)) == (
        b'{"by":"ada","data":{"days":3,"ends":"2027-04-01"},"datacontenttype":"application/json",'
        b'"id":"00000000-0000-0000-0000-000000000007/2","sequence":"00000000000000000012",'
        b'"source":"/mobility","specversion":"1.0",'
        b'"subject":"00000000-0000-0000-0000-000000000007","time":"2027-03-31T18:00:00.120000Z",'
        b'"type":"mobility.PassWithdrawn"}'
    )


@pytest.mark.parametrize("event", events(), ids=lambda each: type(each).__name__)
def test_an_entry_says_what_everybody_reads_and_what_only_the_log_knows(event):
    kept = json.loads(entry("mobility", 12, Stored.of(event)))
    only_here = {name: kept.pop(name) for name in kept.keys() & {"subjecttype", "dataversion"}}
    fact = Fact.of("mobility", 12, event)
    assert kept == msgspec.json.decode(msgspec.json.encode(fact))
    first = event.originator_version == 1
    assert only_here == ({"subjecttype": "mobility.Pass"} if first else {})


def test_versions_and_traces_are_kept():
    kept = json.loads(entry("mobility", 1, told(v=3, traceparent="00-1-2-00", days=1)))
    assert (kept["dataversion"], kept["traceparent"], kept["data"]) == (3, "00-1-2-00", {"days": 1})


@pytest.mark.parametrize(
    "other",
    [
        ("spaces", 1, told(days=1)),
        ("mobility", 2, told(days=1)),
        ("mobility", 1, told(days=1)._replace(about=UUID(int=8))),
        ("mobility", 1, told(days=1)._replace(version=3)),
        ("mobility", 1, told(days=1)._replace(topic="mobility.PassIssued")),
        ("mobility", 1, told(days=2)),
        ("mobility", 1, told(days="1")),
        ("mobility", 1, told(days=1, v=2)),
        ("mobility", 1, told(days=1, originator_topic="mobility.Visit")),
        ("mobility", 1, told(days=1, by="bep")),
        ("mobility", 1, told(days=1, timestamp="2027-03-31T18:00:01Z")),
    ],
)
def test_whatever_is_touched_in_a_log_makes_another_entry(other):
    assert entry(*other) != entry("mobility", 1, told(days=1))


def test_how_a_database_sets_out_json_makes_no_other_entry():
    spaced = stored(f'{{ "days": 1,\n "by": "ada", "timestamp": "{WHEN}" }}')
    assert entry("mobility", 1, spaced) == entry("mobility", 1, told(days=1))


def test_data_too_long_for_a_bundle_are_there_by_their_hash():
    data = {"slots": ["2027-04-01"] * 6_000}
    short, long = told(), told(**data)
    kept = entry("mobility", 1, long)
    assert len(kept) <= LONGEST
    said = json.loads(kept)
    assert said.pop("datasha256") == sha256(canonical(data)).hexdigest()
    assert said | {"data": {}} == json.loads(entry("mobility", 1, short))


def test_an_entry_may_be_as_long_as_a_bundle_can_say_and_no_longer():
    room = LONGEST - len(entry("mobility", 1, told(text="")))
    whole = entry("mobility", 1, told(text="x" * room))
    assert (len(whole), "data" in json.loads(whole)) == (LONGEST, True)
    assert "data" not in json.loads(entry("mobility", 1, told(text="x" * (room + 1))))


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ('{"by":"ada","timestamp":"x","days":1,"days":1}', "stands twice"),
        ('{"by":"ada","timestamp":"x","slot":{"a":1,"a":2}}', "stands twice"),
        ('{"by":"ada","timestamp":"x","days":NaN}', "not a number"),
        ('{"by":"ada","timestamp":"x","days":-Infinity}', "not a number"),
        ('{"by":"ada","timestamp":"x","days":9007199254740992}', "exceeds|domain"),
        ('{"by":"ada","timestamp":"x","days":1e400}', "not representable"),
        ('{"by":"ada","timestamp":"x","name":"\\ud800"}', "surrogates"),
        ('{"by":"ada","timestamp":"x"', "Expecting"),
        ('{"by":"ada"}', "an object with"),
        ("[]", "an object with"),
        ('{"timestamp":"x","by":"' + "a" * 70_000 + '"}', "even without its data"),
    ],
)
def test_what_is_not_the_same_everywhere_is_refused(state, says):
    with pytest.raises(ValueError, match=says):
        entry("mobility", 1, stored(state))


def test_the_longest_words_leave_the_subject_where_it_is_looked_for():
    longest = max(number for number in range(400) if leaf._short("x" * number))
    word = "x" * longest
    long = told(timestamp=word, traceparent=word, originator_topic=word)._replace(topic=word)
    [looked_at] = re.findall(r"octet_length\(entry\) - (\d+)", SUBJECT)
    assert b'"subject":"' in entry("mobility", 1, long)[-int(looked_at) :]


@pytest.mark.parametrize(
    "wrong",
    [
        told(traceparent="0" * 400),
        told(traceparent={"subject": "something else"}),
        told(originator_topic='"subject":"something else"'),
        told(timestamp=["x"]),
        stored({"timestamp": WHEN, "by": "ada"}, topic="t" * 400),
    ],
)
def test_nobody_hides_behind_long_words_what_a_fact_is_about(wrong):
    """The subject is found from the end of an entry, in the register's database."""
    with pytest.raises(ValueError, match="is a short word"):
        entry("mobility", 1, wrong)


def outcome(state):
    try:
        return entry("mobility", 1, stored(state))
    except ValueError:
        return None


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.deferred(lambda: jsons(st.floats())), max_size=4), st.data())
def test_a_quick_look_at_an_event_finds_what_a_closer_look_finds(said, data):
    """However it is written, and also where it is wrong: two names alike, or a byte changed."""
    state = {"timestamp": WHEN, "by": "ada", **said}
    text = data.draw(
        st.sampled_from(
            [
                json.dumps(state, separators=(",", ":"), ensure_ascii=False),
                json.dumps(state),
                json.dumps(state, separators=(",", ":"))[:-1] + ',"by":"eve"}',
            ]
        )
    )
    at, byte = data.draw(st.integers(0, len(text) - 1)), data.draw(st.sampled_from(' "0,-.e\\{[1é'))
    for each in (text, text[:at] + byte + text[at + 1 :]):
        with pytest.MonkeyPatch.context() as patched:
            quick = outcome(each)
            patched.setattr(leaf, "_quickly", lambda _: None)
            assert outcome(each) == quick


def test_nearly_every_event_is_looked_at_quickly():
    for each in events():
        assert leaf._quickly(Stored.of(each).state)


# Canonical JSON, by the examples of RFC 8785


def test_the_sample_of_the_rfc():
    """3.2.2 and 3.2.4."""
    sample = r"""{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"""
    assert (
        canonical(parsed(sample))
        == (
            '{"literals":[null,true,false],'
            '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_names_are_in_the_order_of_the_rfc():
    """3.2.3: by UTF-16 code units, so the smiley comes before the letter dalet with dagesh."""
    sample = r"""{"\u20ac": "Euro Sign", "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "\ud83d\ude00": "Emoji",
        "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"""
    ordered = list(json.loads(canonical(parsed(sample))).values())
    assert [each.split()[0] for each in ordered] == [
        *("Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew")
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (999999999999999900000.0, "999999999999999900000"),
        (1e21, "1e+21"),
        (0.000001, "0.000001"),
        (9.5367431640625e-7, "9.5367431640625e-7"),
        (333333333.33333325, "333333333.33333325"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (50.0, "50"),
        (49.7606, "49.7606"),
        (2**53 - 1, "9007199254740991"),
        (-(2**53) + 1, "-9007199254740991"),
    ],
)
def test_numbers_are_written_as_the_rfc_writes_them(number, text):
    """Appendix B."""
    assert canonical(number) == text.encode()
    assert canonical({"at": [number]}) == f'{{"at":[{text}]}}'.encode()


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), -float("inf"), 2**53, -(2**53), "\ud800", {1: 2}, {None: 1}, b""],
    ids=repr,
)
def test_what_i_json_does_not_know_is_refused(value):
    with pytest.raises(ValueError):
        canonical(value)
    with pytest.raises(ValueError):
        canonical({"inside": [value]})


def jsons(floats):
    return st.recursive(
        st.none() | st.booleans() | st.integers(-EXACT, EXACT) | st.text() | floats,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )


@settings(deadline=None)
@given(jsons(st.floats(allow_nan=False, allow_infinity=False)))
def test_the_quick_way_and_the_long_way_write_the_same_bytes(value):
    assert canonical(value) == rfc8785.dumps(value)


@settings(deadline=None)
@given(jsons(st.floats(-EXACT, EXACT)))
def test_what_was_written_is_read_back_and_written_alike(value):
    written = canonical(value)
    assert canonical(parsed(written.decode())) == written
