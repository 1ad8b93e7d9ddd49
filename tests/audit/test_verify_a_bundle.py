"""Whoever has a bundle and Python checks it without us: what holds, or which record is wrong."""

import json
import re
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit import leaf, multiproof, verify
from audit.bundle.export import Asked
from audit.leaf import canonical
from audit.tree import Tree, leaf_hash
from tests.audit.bundles import (
    LOG,
    NAMUR,
    ORIGIN,
    REIMS,
    InMemory,
    Logs,
    bundle,
    detail,
    signed,
    some_days,
    thing,
)
from tests.audit.test_export import ASKED, files
from tests.audit.test_multiproof import as_ranges, leaves_of

ENTRIES = some_days()
MEMORY = InMemory(ENTRIES)
TOLD = [detail(), detail("marc", "birth_year"), detail(field=None)]
GOOD = bundle(MEMORY, details=TOLD)
KEYS = ("--log", LOG.verifier, "--witness", NAMUR.verifier)


def named(value):
    """Functions are numbered: where they lie in memory is another place in each worker."""
    return None if callable(value) else str(value)


def zipped(found, names=verify.FILES):
    """The same files as a bundle, as the exporter writes it."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in names:
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr, info.create_system = 8, 0o100644 << 16, 3
            with archive.open(info, "w") as file:
                file.write(found[name])
    return out.getvalue()


def altered(*changes, of=GOOD):
    """A bundle with some of its files changed: (name, function of its bytes)."""
    found = files(of)
    for name, change in changes:
        before = found[name]
        found[name] = change(before)
        assert found[name] != before, f"nothing was changed in {name}"
    return zipped(found)


def replaced(name, old, new):
    return name, lambda data: data.replace(old, new, 1)


def said_of(data):
    """What the verifier says without being a process, which is quicker."""
    opened = verify.Bundle(BytesIO(data))
    head, _ = verify.signed_checkpoint(
        opened.whole("checkpoint"), verify.key(str(LOG.verifier)), []
    )
    return list(verify.check_bundle(opened, head))


def refused(data, says):
    with pytest.raises(verify.Refused, match=says):
        said_of(data)


# What holds


def ask(path, *words):
    command = [sys.executable, "-I", "-S", verify.__file__, str(path), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(GOOD)
    return path


def test_what_holds_is_said_in_plain_words(file):
    status, said = ask(file, *KEYS)
    assert status == 0
    assert said.splitlines() == [
        "It holds.",
        f"{ORIGIN} has 41 entries.",
        f"Signed by {ORIGIN}.",
        "Signed by namur.example/witness at 2027-01-15 08:00:00 UTC.",
        "This bundle has 41 of them, each as it was registered.",
        "It has every entry from 0 to 40: nothing between them is left out.",
        "bookings: 16 facts, in order.",
        "members: 2 facts, in order.",
        "mobility: 5 facts, in order.",
        "spaces: 1 facts, in order.",
        "training: 17 facts, in order.",
        "The figures in bundle.json are what the facts say:",
        "  8 bookings of 450.00 EUR",
        "  12 half-days in a space",
        "  4 half-days of training attended",
        "  4 half-days across the border with 1 passes",
        "  2 settled for 18.00 EUR",
        "3 details are disclosed, each as it was when it was recorded.",
        "facts.csv says what the facts say.",
        "Made from the facts as well, and not looked at:"
        " README.txt, facts.parquet, prov.json, index.html, verify.py.",
    ]


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_every_kind_of_bundle_holds(asked):
    assert said_of(bundle(MEMORY, asked))


def test_of_what_is_not_everything_it_says_what_cannot_be_known():
    said = "\n".join(said_of(bundle(MEMORY, ASKED["a service"])))
    assert "of the positions 1 to 17, 1 are not there, and only a bundle of everything" in said
    said = "\n".join(said_of(bundle(MEMORY, ASKED["things"])))
    assert f"It has versions 1 to 17 of {thing('session')}, every one." in said
    assert "Whether there are later ones, only a bundle of everything shows." in said
    said = "\n".join(said_of(bundle(MEMORY, ASKED["a period"])))
    assert "15 of them say that they were recorded from 2027-01-04T13:00:00Z" in said


def test_without_a_key_it_says_that_anybody_could_have_made_it(file):
    status, said = ask(file)
    assert status == 2
    assert "anybody could have made it" in said and "Signed by" not in said
    file.write_bytes(altered(replaced("facts.jsonl", b"1250", b"1251")))
    assert ask(file)[0] == 1


def test_a_policy_says_who_must_have_signed(file, tmp_path):
    policy = tmp_path / "policy"
    lines = [f"log {LOG.verifier}", f"witness n {NAMUR.verifier}", f"witness r {REIMS.verifier}"]
    policy.write_text("\n".join([*lines, "group both all n r", "quorum both", ""]))
    status, said = ask(file, "--policy", policy)
    assert (status, "It is settled" in said) == (0, True)
    assert "Signed by reims.example/witness" in said
    head = str(MEMORY.note.text)
    file.write_bytes(altered(("checkpoint", lambda _: bytes(signed(head)))))
    status, said = ask(file, "--policy", policy)
    assert (status, "Did not sign: reims.example/witness" in said) == (1, True)


def test_what_does_not_hold_is_said_on_the_command_line(file):
    file.write_bytes(altered(replaced("facts.jsonl", b"1250", b"1251")))
    status, said = ask(file, *KEYS)
    assert status == 1
    booking = f"{thing('booking 1')}/1"
    assert said == (
        "It does not hold: line 6 of facts.jsonl, entry 5 of the register,"
        f" which calls itself fact {booking}, is not what was registered.\n"
    )


# Every record is as it was registered


def lines_of(data):
    return data.splitlines(keepends=True)


@pytest.mark.parametrize("number", [1, 6, 41])
def test_the_record_that_was_touched_is_named(number):
    def touch(data):
        lines = lines_of(data)
        lines[number - 1] = lines[number - 1].replace(b'"time":"2027', b'"time":"2028')
        return b"".join(lines)

    refused(altered(("facts.jsonl", touch)), f"line {number} of facts.jsonl, entry {number - 1} ")


def test_the_byte_is_named_where_it_is_no_fact_any_more():
    byte = ENTRIES[5].entry.index(b"1250") + 2  # counted from 1, and a 0 is JSON
    refused(
        altered(replaced("facts.jsonl", b'"price_cents":1250', b'"price_cents":0x1250')),
        f"line 6 .* byte {byte} of it is not JSON",
    )
    refused(
        altered(replaced("facts.jsonl", b'"kind":"desk"', b'"kind": "desk"')),
        "line 6 .* byte [0-9]+ of it could be written otherwise",
    )
    refused(altered(replaced("facts.jsonl", "à".encode(), b"\xe0")), "line 3 .* is not UTF-8")


@settings(max_examples=300)
@given(st.sampled_from(ENTRIES), st.integers(0, 900), st.integers(0, 4), st.binary(max_size=4))
@example(ENTRIES[5], len('{"by":"'), 1, b"\xff")
@example(ENTRIES[5], len('{"by":"'), 1, b"\\u0061")
@example(ENTRIES[5], len('{"by":"'), 1, b"\\n")
def test_a_fact_is_read_from_canonical_json_alone(entry, at, gone, put):
    """Though only its data are read as JSON."""
    line = entry.entry[:at] + put + entry.entry[at + gone :]
    with suppress(verify.Refused):
        fact = verify.fact_in(line)
        try:
            assert verify.parsed(line).get("data", {}) == fact.data
        except verify.Refused as reason:
            raise AssertionError(line) from reason


def without(number):
    return lambda data: b"".join(lines_of(data)[: number - 1] + lines_of(data)[number:])


def twice(number):
    return lambda data: b"".join(lines_of(data)[:number] + lines_of(data)[number - 1 :])


def swapped(number):
    def swap(data):
        lines = lines_of(data)
        lines[number - 1 : number + 1] = lines[number - 1 : number + 1][::-1]
        return b"".join(lines)

    return swap


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (without(7), "line 7 .* is the next entry: one was left out"),
        (without(41), "ends after line 40, and entry 40 is missing"),
        (twice(7), "line 8 .* is not what was registered"),
        (twice(41), "line 42 .* was added"),
        (swapped(7), "line 7 .* change places"),
        (lambda data: data + b"x", "cut off"),
        (lambda data: data[:-1], "cut off"),
        (lambda data: b"", "ends after line 0"),
    ],
    ids=["left out", "the last", "twice", "added", "swapped", "more", "less", "none"],
)
def test_lines_are_the_entries_and_no_others(change, says):
    refused(altered(("facts.jsonl", change)), says)


def test_whoever_alters_a_line_and_its_leaf_does_not_get_to_the_root():
    """Nobody can tell then which one it is: everything that could tell was altered."""
    line = ENTRIES[5].entry.replace(b"1250", b"1251")
    changes = (
        replaced("facts.jsonl", ENTRIES[5].entry, line),
        replaced("leaves", leaf_hash(ENTRIES[5].entry), leaf_hash(line)),
    )
    refused(altered(*changes), "do not lead to the root that was signed")


def test_a_leaf_that_was_altered_alone_is_named_by_its_line():
    refused(altered(replaced("leaves", leaf_hash(ENTRIES[8].entry), b"x" * 32)), "line 9 of")


def test_a_history_that_the_log_did_not_sign_is_refused():
    """Everything fits together, and only the signature is not there."""
    forged = [each._replace(entry=each.entry.replace(b"1250", b"1")) for each in ENTRIES]
    data = zipped({**files(bundle(InMemory(forged))), "checkpoint": bytes(MEMORY.note)})
    refused(data, "do not lead to the root")
    text = str(InMemory(forged).note.text)
    note = bytes(MEMORY.note).replace(MEMORY.note.text.encode(), text.encode())
    refused(zipped({**files(data), "checkpoint": note}), "signature of .* is not of this text")


@settings(deadline=None, max_examples=40)
@given(st.integers(0, len(files(GOOD)["facts.jsonl"]) * 8 - 1))
def test_every_bit_of_every_fact_counts(bit):
    def flip(data):
        found = bytearray(data)
        found[bit // 8] ^= 1 << bit % 8
        return bytes(found)

    number = files(GOOD)["facts.jsonl"][: bit // 8].count(b"\n") + 1
    refused(altered(("facts.jsonl", flip)), f"line {number} of|longer than|cut off")


# One proof for all of them


@settings(deadline=None)
@given(st.integers(1, 200), st.data())
def test_the_proof_of_the_register_leads_to_its_root(size, data):
    shown = data.draw(st.sets(st.integers(0, size - 1), min_size=1))
    tree, leaves, ranges = Tree(leaves_of(size)), leaves_of(size), as_ranges(shown)
    hashes = list(multiproof.hashes(tree.subtree, ranges, size))
    chosen = [leaves[each] for each in sorted(shown)]

    def root(leaves, hashes, ranges=ranges):
        return verify.root_over(ranges, size, iter(leaves), iter(hashes))

    assert root(chosen, hashes) == tree.root()
    for several in (chosen, hashes):
        for change in (several[:-1], [*several, bytes(32)]):
            words = (change, hashes) if several is chosen else (chosen, change)
            if change != several:
                with pytest.raises(verify.Refused, match=r"too short|too long"):
                    root(*words)
    whole = b"".join([*chosen, *hashes])
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    flipped = bytearray(whole)
    flipped[bit // 8] ^= 1 << bit % 8
    again = [bytes(flipped[at : at + 32]) for at in range(0, len(whole), 32)]
    assert root(again[: len(chosen)], again[len(chosen) :]) != tree.root()
    if others := [each for each in range(size) if each not in shown]:
        moved = as_ranges({*shown} - {max(shown)} | {others[-1]})
        with suppress(verify.Refused):  # it may need more hashes, or fewer
            assert root(chosen, hashes, moved) != tree.root()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"@v1", b"@v2", "not of the form"),
        (b"entries 0 40", b"entries 0 41", "not in order"),
        (b"entries 0 40", b"entries 00 40", "not about 1 to"),
        (b"entries 0 40", b"entries 1 40", "leaves has not one hash for each"),
        (b"entries 0 40", b"entries 0 19\nentries 20 40", "not apart"),
        (b"entries 0 40", b"entries 20 40\nentries 0 19", "not in order"),
        (b"entries 0 40", b"entries 40 0", "not in order"),
        (b"entries 0 40", b"", "not about 1 to"),
        (b"entries 0 40", b"entries 0 40\n\n", "a hash does not have 32 bytes"),
        (b"entries 0 40", b"entries 0 40\nYQ==", "32 bytes"),
        (b"entries 0 40", b"entries 0 40\nYQ", "base64"),
        (b"entries 0 40", b"entries 0 40\n" + b"A" * 43 + b"=", "too long"),
    ],
    ids=lambda each: str(each)[:30],
)
def test_a_proof_has_one_form(old, new, says):
    refused(altered(replaced("proof.txt", old, new)), says)


def test_leaves_are_hashes():
    refused(altered(("leaves", lambda data: data[:-1])), "not one hash for each entry")
    refused(altered(("leaves", lambda data: data + bytes(32))), "not one hash for each entry")


# What is left out, and in which order


def claiming(of, names, entries=ENTRIES, asked=Asked()):  # noqa: B008 - it never changes
    data = bundle(InMemory(entries), asked)
    claims = json.loads(files(data)["bundle.json"])
    claims["scope"] = {"of": of, "names": names}
    return zipped({**files(data), "bundle.json": canonical(claims)})


def test_a_bundle_of_everything_leaves_nothing_out():
    only = claiming("everything", [], asked=ASKED["a service"])
    refused(only, "entry [0-9]+ is left out of a bundle of everything")


def test_a_bundle_has_what_it_says_it_is_about():
    refused(claiming("services", ["bookings"]), "line 1 .* not about what bundle.json says")
    names = ["bookings", "members", "mobility", "spaces", "training", "grants"]
    refused(claiming("services", names), "no fact of grants")
    refused(claiming("subjects", [str(thing("lise"))]), "line 2 .* not about what bundle.json")


def test_of_a_thing_no_version_is_left_out():
    logs = Logs()
    for about in ("one", "two", "one", "two", "one"):
        logs.record("spaces.SpaceOpened", thing(about))
    some = [each for n, each in enumerate(logs.entries) if n != 2]
    names = sorted(str(thing(each)) for each in ("one", "two"))
    refused(claiming("subjects", names, some), f"version 2 of {thing('one')} is missing before it")
    refused(
        claiming("subjects", names, logs.entries[1:]), f"version 1 of {thing('one')} is missing"
    )


@pytest.mark.parametrize("positions", [(1, 3, 2), (1, 2, 2)], ids=["turned round", "twice"])
def test_the_facts_of_a_service_are_in_order(positions):
    logs = Logs()
    for each in positions:
        logs.positions = {"spaces": each - 1}
        logs.record("spaces.SpaceOpened", thing(f"space {len(logs.entries)}"))
    refused(bundle(InMemory(logs.entries)), "line 3 .* it is out of order: spaces was at position")


# What is claimed


def paths(value, path=()):
    if isinstance(value, dict):
        for name, each in value.items():
            yield from paths(each, (*path, name))
    else:
        yield path


CLAIMS = json.loads(files(GOOD)["bundle.json"])
FREE = {("period", "from"), ("period", "until"), ("scope", "of"), ("scope", "names")}


@pytest.mark.parametrize("path", sorted({*paths(CLAIMS)} - FREE), ids=".".join)
def test_every_figure_is_recomputed(path):
    def change(data):
        claims = json.loads(data)
        inside = claims
        for name in path[:-1]:
            inside = inside[name]
        was = inside[path[-1]]
        inside[path[-1]] = was + 1 if isinstance(was, int) else f"{was}x"
        return canonical(claims)

    refused(altered(("bundle.json", change)), f"claims as {re.escape('.'.join(path))} ")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda claims: claims["figures"].update(more=None), "claims as figures.more null"),
        (lambda claims: claims["figures"].pop("passes"), "claims as figures.passes nothing"),
        (lambda claims: claims["figures"]["types"].pop("bookings.CheckedIn"), "claims as figures"),
        (lambda claims: claims["figures"]["bookings"].update(made=True), "bookings.made true"),
        (lambda claims: claims.update(more=1), "not of the form"),
        (lambda claims: claims.pop("figures"), "not of the form"),
        (lambda claims: claims.update(facts=True), "not of the form"),
        (lambda claims: claims["period"].update({"from": "2027-01-01"}), "period"),
        (lambda claims: claims["period"].pop("from"), "period"),
        (lambda claims: claims["scope"].update(names=["x"]), "does not say what it is about"),
        (lambda claims: claims["scope"].update(of="services"), "does not say what it is about"),
        (lambda claims: claims["scope"].update(of="all"), "does not say what it is about"),
        (lambda claims: claims["scope"].update(names=[1]), "does not say what it is about"),
        (lambda claims: claims["scope"].update(of=[]), "does not say what it is about"),
    ],
    ids=named,
)
def test_claims_have_one_form(change, says):
    claims = json.loads(files(GOOD)["bundle.json"])
    change(claims)
    refused(altered(("bundle.json", lambda _: canonical(claims))), says)


def test_claims_are_canonical():
    refused(altered(("bundle.json", lambda data: data + b" ")), "bundle.json: byte")
    twice = replaced("bundle.json", b'{"disclosed":3', b'{"disclosed":3,"disclosed":3')
    refused(altered(twice), "bundle.json: byte .* a name stands twice")
    refused(altered(("bundle.json", lambda _: b"[]")), "not of the form")


@pytest.mark.parametrize(
    ("topic", "data", "says"),
    [
        ("bookings.BookingMade", {}, "price_cents is no number"),
        ("bookings.BookingMade", {"price_cents": "1"}, "price_cents is no number"),
        ("bookings.CheckedIn", {"half_days": -1}, "half_days is no number"),
        ("mobility.VisitRecorded", {"half_days": 1.5}, "half_days is no number"),
        ("training.AttendanceRecorded", {"minutes": True}, "minutes is no number"),
    ],
    ids=named,
)
def test_what_is_counted_is_a_number(topic, data, says):
    """A register that says otherwise was given it by a log that was tampered with."""
    logs = Logs()
    logs.record(topic, thing("booking"), person_id="", day="", half="", **data)
    found = files(GOOD)
    made = InMemory(logs.entries)
    fact = verify.fact_in(logs.entries[0].entry)
    found |= {"facts.jsonl": logs.entries[0].entry + b"\n", "checkpoint": bytes(made.note)}
    found |= {"leaves": made.leaves.root(), "proof.txt": b"essaim/entries-proof@v1\nentries 0 0\n"}
    found |= {"disclosed.jsonl": b"", "facts.csv": b"\xef\xbb\xbf" + verify.HEADINGS + b"\n"}
    found["facts.csv"] += verify.row(0, fact) + b"\n"
    refused(zipped(found), says)


def test_too_many_groups_are_refused(monkeypatch):
    monkeypatch.setattr(verify, "MOST_GROUPS", 7)
    refused(GOOD, "more than 7 of something")


# What is disclosed


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({**detail(), "value": "Lise"}, "line 1 .* not what its commitment says"),
        ({**detail(), "salt": "00" * 32}, "line 1 .* not what its commitment says"),
        (detail(value="Lise"), "line 1 of facts.jsonl.*: line 1 .* not what the fact commits to"),
        ({**detail(), "field": "phone"}, "not what the fact commits to"),
        ({**detail(), "field": "x"}, "not what the fact commits to"),
        ({**detail(), "subject": "x"}, "not what the fact commits to"),
        (detail(version=7), "line 1 .* not in the bundle"),
        ({**detail(), "more": 1}, "line 1 .* not as details are disclosed"),
        ({**detail(), "field": 1}, "line 1 .* not as details are disclosed"),
        ({**detail(), "fact": []}, "line 1 .* not as details are disclosed"),
        ({**detail(), "salt": "A" * 64}, "line 1 .* not as details are disclosed"),
        ([], "line 1 .* not as details are disclosed"),
        ({**detail(), "value": 1e400}, "line 1 .*"),
    ],
    ids=lambda each: str(each)[-50:],
)
def test_details_are_what_the_facts_commit_to(told, says):
    line = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    refused(altered(("disclosed.jsonl", lambda _: line + b"\n")), says)


def test_a_thing_that_commits_to_nothing_discloses_nothing():
    told = {**detail(), "subject": str(thing("space")), "fact": f"{thing('space')}/1"}
    refused(altered(("disclosed.jsonl", lambda _: canonical(told) + b"\n")), "commits to")


# The table


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"1250", b"9250", "line 7 of facts.csv"),
        (b"entry", b"Entry", "line 1 of facts.csv"),
        (b"\xef\xbb\xbf", b"", "line 1 of facts.csv"),
        (b'"0","members"', b'0,"members"', "line 2 of facts.csv"),
    ],
    ids=named,
)
def test_the_table_says_what_the_facts_say(old, new, says):
    refused(altered(replaced("facts.csv", old, new)), says)


def test_the_table_has_no_other_lines():
    refused(altered(("facts.csv", lambda data: data + b'"x"\r\n')), "facts.csv has more lines")
    refused(
        altered(("facts.csv", lambda data: data[: data.rindex(b'"40"')])), "line 42 of facts.csv"
    )


def test_a_formula_is_a_text_in_it():
    logs = Logs()
    for who in ("=1", "+1", "-1", "@1", "x"):
        logs.record("spaces.SpaceOpened", thing(who), by=who)
    assert said_of(bundle(InMemory(logs.entries)))


# The zip


def directory(name, at, value, form="<H"):
    """Something else at a place of a file's entry in the directory of the zip."""

    def change(data):
        place = data.rindex(b"PK\1\2", 0, data.rindex(name.encode()))
        struct.pack_into(form, found := bytearray(data), place + at, value)
        return bytes(found)

    return change


LAST = "verify.py"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data + b"x",
        lambda data: b"x" + data,
        lambda data: b"",
        lambda data: b"PK\5\6" + bytes(18),
        lambda data: data[:-18] + b"\1" + data[-17:],  # another disk
        lambda data: data[:-14] + b"\1" + data[-13:],  # fewer files
        lambda data: data[:-2] + b"\1\0",  # a comment
        lambda data: data.replace(b"PK\3\4", b"PK\3\5", 1),
        lambda data: data.replace(b"leaves", b"/leave"),
        lambda data: data.replace(b"leaves", b"../lea"),
        lambda data: data.replace(b"proof.txt", b"verify.py"),
        lambda data: data.replace(b"leaves", b"LEAVES", 1),
        directory(LAST, 4, 20),  # made by MS-DOS
        directory(LAST, 8, 1),  # encrypted
        directory(LAST, 10, 0),  # not deflated
        directory(LAST, 10, 99),
        directory(LAST, 14, 1234),  # another day
        directory(LAST, 20, 2**32 - 1, "<I"),  # as long as can be
        directory(LAST, 24, 2**32 - 1, "<I"),
        directory(LAST, 30, 4),  # extra
        directory(LAST, 32, 4),  # a comment
        directory(LAST, 34, 1),  # another disk
        directory(LAST, 38, 0o120777 << 16, "<I"),  # a link
        directory(LAST, 42, 0, "<I"),  # the content of another
        directory("facts.jsonl", 20, 2**32 - 1, "<I"),
        directory("README.txt", 42, 1, "<I"),
    ],
    ids=named,
)
def test_a_zip_is_written_in_one_way(change):
    changed = change(GOOD)
    assert changed != GOOD
    refused(changed, "zip|cut off")


def test_a_zip_of_others_is_refused():
    for how in (ZIP_STORED, ZIP_DEFLATED):
        out = BytesIO()
        with ZipFile(out, "w", how) as archive:
            for name, data in files(GOOD).items():
                archive.writestr(name, data)
        refused(out.getvalue(), "the zip is not written as a bundle is, from README.txt on")
    names = verify.FILES
    for other in (names[1:], (*names, "x/y"), (*names[1:], names[0]), (*names[:-1], "x/y")):
        refused(zipped({**files(GOOD), "x/y": b""}, other), "zip")
    with pytest.warns(UserWarning, match="Duplicate name"):
        refused(zipped(files(GOOD), (*names, "verify.py")), "zip")


def test_between_the_files_of_a_zip_is_nothing():
    start = GOOD.rindex(b"PK\1\2README.txt"[:4], 0, GOOD.rindex(b"README.txt"))
    end = GOOD[-22:]
    moved = struct.pack("<I", struct.unpack("<I", end[16:20])[0] + 4)
    refused(GOOD[:start] + b"more" + GOOD[start:-22] + end[:16] + moved + end[20:], "between")


def repacked(name, packed, size=None, crc=None):
    """A bundle in which the packed bytes of one file are others."""
    out, table = b"", b""
    for each, data in files(GOOD).items():
        inside = zlib.compressobj(9, zlib.DEFLATED, -15)
        body, length, check = inside.compress(data) + inside.flush(), len(data), zlib.crc32(data)
        if each == name:
            body, length = packed, length if size is None else size
            check = check if crc is None else crc
        same = (20, 0, 8, 0, 33, check, len(body), length, len(each), 0)
        table += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 788, *same, 0, 0, 0, 0o100644 << 16, len(out)
        )
        table += each.encode()
        out += struct.pack("<4s5H3I2H", b"PK\3\4", *same) + each.encode() + body
    number = len(verify.FILES)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, number, number, len(table), len(out), 0)
    return out + table + end


def deflated(data):
    inside = zlib.compressobj(9, zlib.DEFLATED, -15)
    return inside.compress(data) + inside.flush()


FACTS = files(GOOD)["facts.jsonl"]


def test_what_is_packed_is_what_the_zip_says():
    whole = deflated(FACTS)
    assert said_of(repacked("facts.jsonl", whole))
    refused(repacked("facts.jsonl", whole, size=len(FACTS) - 1), "longer or shorter than the zip")
    refused(repacked("facts.jsonl", whole, size=len(FACTS) + 1), "not what the zip says")
    refused(repacked("facts.jsonl", whole, crc=1), "facts.jsonl is not what the zip says it is")
    refused(repacked("facts.jsonl", whole + b"more"), "facts.jsonl is not what the zip says it is")
    refused(repacked("facts.jsonl", whole[:-1]), "facts.jsonl is longer or shorter")
    refused(repacked("facts.jsonl", b"\xff" * 9), "facts.jsonl cannot be unpacked")
    refused(repacked("facts.jsonl", b""), "facts.jsonl is longer or shorter")
    refused(repacked("leaves", deflated(bytes(10**7))), "leaves is longer or shorter than the zip")


@pytest.mark.parametrize(
    ("name", "byte", "says"),
    [
        ("facts.jsonl", b"x", "line 1 of facts.jsonl is longer than 65535 bytes"),
        ("facts.csv", b"x", "line 1 of facts.csv is longer than"),
        ("proof.txt", b"x", "line 1 of proof.txt is longer than"),
        ("checkpoint", b"\n", "checkpoint is longer than 1000000 bytes"),
        ("bundle.json", b"[", "bundle.json is longer than 16000000 bytes"),
        ("disclosed.jsonl", b"\n", "disclosed.jsonl is longer than 16000000 bytes"),
        ("leaves", b"\0", "leaves has not one hash for each entry"),
        ("facts.jsonl", b"\n", "line 1 of facts.jsonl"),
    ],
)
def test_a_zip_bomb_is_not_unpacked(name, byte, says, tmp_path):
    """Each is a tenth of a megabyte packed. The verifier gets 100 MB of memory, the interpreter's
    own included, and ten seconds of a core."""
    file, content = tmp_path / "bundle.zip", byte * 100_000_000
    file.write_bytes(repacked(name, deflated(content), len(content), zlib.crc32(content)))
    limits = "import resource as r; r.setrlimit(r.RLIMIT_AS, (100_000_000,) * 2);"
    limits += "r.setrlimit(r.RLIMIT_CPU, (10, 10));"
    start = f"{limits} import runpy, sys; sys.argv[:] = sys.argv[1:];"
    start += "runpy.run_path(sys.argv[0], run_name='__main__')"
    command = [sys.executable, "-I", "-S", "-c", start, verify.__file__, str(file)]
    done = subprocess.run([*command, *map(str, KEYS)], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (1, ""), done.stderr[-500:]
    assert re.search(says, done.stdout)


def test_a_proof_of_too_many_ranges_is_refused(monkeypatch):
    monkeypatch.setattr(verify, "MOST_RANGES", 1)
    refused(bundle(MEMORY, ASKED["a service"]), "too many")
    monkeypatch.setattr(verify, "MOST_FACTS", 40)
    refused(GOOD, "not about 1 to 40 entries")


def test_a_thousand_signatures_are_refused():
    many = bytes(MEMORY.note) + b"".join(
        "\u2014 x{} {}\n".format(n, "A" * 96).encode() for n in range(1000)
    )
    refused(altered(("checkpoint", lambda _: many)), "more than 64 signatures")


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(verify, "LARGEST_BUNDLE", 1_000)
    refused(GOOD, "at most 1000 bytes")


# Parsers, with whatever comes


changes = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=8)),
    min_size=1,
    max_size=3,
)


def tampered(data, changed):
    for at, cut, put in changed:
        at %= len(data) + 1
        data = data[:at] + put + data[at + cut :]
    return data


def holds_or_is_refused(data):
    try:
        assert said_of(data)
    except verify.Refused as reason:
        assert str(reason)


SMALL = bundle(InMemory(ENTRIES[:6]), details=TOLD)
CHECKED = [name for name in verify.FILES if name not in verify.NOT_CHECKED]


@settings(deadline=None, max_examples=150)
@given(changes | st.binary(max_size=2_000))
def test_whatever_is_given_there_is_a_verdict(changed):
    holds_or_is_refused(changed if isinstance(changed, bytes) else tampered(SMALL, changed))


@settings(deadline=None, max_examples=250)
@given(st.sampled_from(CHECKED), changes | st.binary(max_size=300))
def test_whatever_is_in_a_file_there_is_a_verdict(name, changed):
    """No file that is checked can be altered and still hold, but for signatures of others."""
    found = files(SMALL)
    before = found[name]
    found[name] = changed if isinstance(changed, bytes) else tampered(before, changed)
    if name == "checkpoint":
        holds_or_is_refused(zipped(found))
    elif found[name] != before:
        with pytest.raises(verify.Refused):
            said_of(zipped(found))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inside, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(json_values)
@example({"\ue000": 1, "\U0001f600": 2, "a": 1e21, "b": 1e-7, "c": -0.0, "d": 1e20, "e": 123e-9})
def test_canonical_json_is_written_as_the_register_writes_it(value):
    line = leaf.canonical(value)
    assert verify.canonical(verify.parsed(line)).encode() == line


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60) | changes.map(lambda c: tampered(b'{"a":[1,-2.5,"\xc3\xa9"]}', c)))
@example(b'{"a":1,"a":1}')
@example(b'{"b":1,"a":1}')
@example(b"1.0")
@example(b"-0")
@example(b"1E400")
@example(b"1e5")
@example(b"1e-05")
@example(b"9007199254740993")
@example(b'"\\u0041"')
@example(b'"\\ud800"')
@example(b'"\\/"')
@example(b"NaN")
@example(b"1" * 5_000)
@example(b"[" * 50_000)
@example(b"\xef\xbb\xbf1")
def test_what_is_not_canonical_is_refused(line):
    try:
        value = verify.parsed(line)
    except verify.Refused:
        return
    assert leaf.canonical(value) == line


def test_a_fact_has_one_form():
    line = ENTRIES[0].entry
    assert verify.fact_in(line)
    for old, new in (
        (b'"specversion":"1.0"', b'"specversion":"1.1"'),
        (b'"sequence":"0', b'"sequence":"'),
        (b'"source":"/members"', b'"source":"/spaces"'),
        (b'"type":"members.', b'"type":"spaces.'),
        (b"Z", b"+00:00"),
        (b'/1"', b'/01"'),
        (b'"by":"system"', b'"by":""'),
        (b'{"by"', b'{"also":1,"by"'),
        (b'"subject":"', b'"subject":"0'),
        (b',"sequence"', b',"more":1,"sequence"'),
    ):
        changed = line.replace(old, new, 1)
        assert changed != line
        with pytest.raises(verify.Refused):
            verify.fact_in(changed)
    value = json.loads(line)
    hashed = {**value, "datasha256": "0" * 64}
    with pytest.raises(verify.Refused, match="no data, or data and their hash"):
        verify.fact_in(canonical(hashed))
    del hashed["data"]
    assert verify.fact_in(canonical(hashed)).text == "0" * 64
    with pytest.raises(verify.Refused, match="no data"):
        verify.fact_in(canonical({k: v for k, v in value.items() if k != "data"}))


def test_data_that_are_too_long_are_there_by_their_hash():
    logs = Logs()
    logs.record("spaces.SpaceOpened", thing("space"), name="x" * 70_000)
    logs.record("spaces.SpaceDescribed", thing("space"), name="x" * 60_000)
    assert said_of(bundle(InMemory(logs.entries)))
