"""What an auditor receives is what the register holds, for people and for programs."""

import csv
import hashlib
import json
import re
from base64 import b64encode
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO, StringIO
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest

from audit import __main__ as audit
from audit.bundle.archive import Archive
from audit.bundle.disclosed import Disclosed, NotDisclosed
from audit.bundle.export import VERIFIER, Asked, NothingThere
from audit.register import Register
from audit.verify import FILES
from tests.audit.bundles import (
    BEGIN,
    InMemory,
    Logs,
    bundle,
    detail,
    some_days,
    thing,
)

ENTRIES = some_days()
MEMORY = InMemory(ENTRIES)


@pytest.fixture(scope="module")
def kept(databases):
    """The same entries in the real register, with what was signed of them."""
    with Register.connect(databases["REGISTER_DB"]) as register:
        register.append(0, ENTRIES)
        register.keep(len(ENTRIES), MEMORY.note)
    return databases["REGISTER_AUDIT_DB"]


@pytest.fixture
def register(kept):
    with Register.connect(kept) as opened:
        yield opened


def files(data):
    with ZipFile(BytesIO(data)) as found:
        return {each: found.read(each) for each in found.namelist()}


def lines(data, name="facts.jsonl"):
    return files(data)[name].splitlines()


def hours(number):
    return BEGIN + timedelta(hours=number)


ASKED = {
    "everything": Asked(),
    "a period": Asked(hours(5), hours(20)),
    "since": Asked(hours(30)),
    "until": Asked(None, hours(3)),
    "a service": Asked(services=["bookings"]),
    "services in a period": Asked(hours(5), hours(20), ["bookings", "training"]),
    "things": Asked(subjects=[thing("session"), thing("lise")]),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_from_the_database_comes_what_comes_from_memory(register, asked):
    """To the byte, and each time the same: so the other tests need no database."""
    assert bundle(register, asked) == bundle(register, asked) == bundle(MEMORY, asked)


def test_it_has_the_entries_of_the_register_to_the_byte():
    found = files(bundle(MEMORY))
    assert tuple(found) == FILES
    assert found["facts.jsonl"] == b"".join(each.entry + b"\n" for each in ENTRIES)
    leaves = [hashlib.sha256(b"\0" + each.entry).digest() for each in ENTRIES]
    assert found["leaves"] == b"".join(leaves)
    assert found["checkpoint"] == bytes(MEMORY.note)
    assert found["verify.py"] == VERIFIER.read_bytes()


def test_a_period_is_whole_between_its_ends():
    """Also what somebody recorded at another time, when it stands between."""
    logs = Logs()
    for hour in (1, 5, 2, 9, 6, 12):
        logs.hours = iter([hour])
        logs.record("spaces.SpaceOpened", thing(f"space {hour}"))
    found = bundle(InMemory(logs.entries), Asked(hours(5), hours(7)))
    assert [json.loads(each)["time"][11:13] for each in lines(found)] == ["13", "10", "17", "14"]
    claims = json.loads(files(found)["bundle.json"])
    assert (claims["facts"], claims["period"]["facts"]) == (4, 2)


def test_the_end_of_a_period_is_not_of_it():
    found = lines(bundle(MEMORY, Asked(hours(5), hours(7))))
    assert found == [each.entry for each in ENTRIES[5:7]]


def test_what_is_about_something_is_there_from_its_beginning():
    found = [json.loads(each) for each in lines(bundle(MEMORY, ASKED["things"]))]
    about = [each["id"] for each in found if each["subject"] == str(thing("session"))]
    assert about == [f"{thing('session')}/{version}" for version in range(1, 18)]
    assert {each["subject"] for each in found} == {str(thing("session")), str(thing("lise"))}


def test_what_was_registered_after_the_last_checkpoint_is_not_there(fresh_databases):
    with Register.connect(fresh_databases()["REGISTER_DB"]) as register:
        with pytest.raises(NothingThere, match="signed"):
            bundle(register)
        register.append(0, ENTRIES[:7])
        register.keep(7, InMemory(ENTRIES[:7]).note)
        register.append(7, ENTRIES[7:])
        assert len(lines(bundle(register))) == 7


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Asked(hours(900)), "no fact of this kind"),
        (Asked(until=BEGIN), "no fact of this kind"),
        (Asked(services=["members", "grants"]), "no fact of grants"),
        (Asked(subjects=[thing("lise"), thing("nobody")]), f"no fact about {thing('nobody')}"),
    ],
    ids=["later", "before", "service", "thing"],
)
def test_of_nothing_there_is_no_bundle(asked, says):
    with pytest.raises(NothingThere, match=says):
        bundle(MEMORY, asked)


# What is claimed


def test_figures_are_what_a_person_would_count():
    figures = json.loads(files(bundle(MEMORY))["bundle.json"])["figures"]
    assert figures["bookings"] == {"made": 8, "cents": 1250 * 36}
    assert figures["check_ins"] == {"number": 8, "half_days": 12}
    # Recorded twice each day, and the second, which counts, says 0 minutes every second day.
    assert figures["attendance"] == {"half_days": 4, "minutes": 4 * 210}
    assert figures["passes"] == {str(thing("pass")): 4}
    assert figures["settlements"] == {"lines": 2, "cents": 1800}
    assert figures["services"]["bookings"] == {"facts": 16, "first": 1, "last": 17}


# Details


def test_details_go_with_the_facts_that_commit_to_them():
    told = [detail(), detail("marc", "birth_year"), detail(field=None)]
    found = [json.loads(each) for each in lines(bundle(MEMORY, details=told), "disclosed.jsonl")]
    assert found == told


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({**detail(), "value": "Lise"}, "line 2 .* not of this value"),
        (detail(value="Lise"), "line 2 .* not what the fact commits to"),
        ({**detail(), "field": "family_name"}, "line 2 .* not what the fact commits to"),
        ({**detail(), "subject": str(thing("marc"))}, "line 2 .* not what the fact commits to"),
        (detail(version=2), "line 2 .* which the bundle has not"),
        ({"value": 1}, "line 2 .* other fields"),
        ({**detail(), "salt": 5}, "line 2"),
        ([], "line 2"),
    ],
    ids=str,
)
def test_what_the_facts_do_not_commit_to_is_not_told(told, says):
    with pytest.raises(NotDisclosed, match=says):
        bundle(MEMORY, details=[detail("marc"), told])
    with pytest.raises(NotDisclosed, match="line 1"):
        Disclosed([b"{"])


# For spreadsheets, programs and people


def test_a_spreadsheet_reads_it_and_computes_nothing():
    logs = Logs()
    for who in ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "lise"):
        logs.record("spaces.SpaceOpened", thing(who), by=who, name='Le "Cube", à 5 €')
    text = files(bundle(InMemory(logs.entries)))["facts.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text, newline="")))
    assert [each["by"][:2] for each in rows] == ["'=", "'+", "'-", "'@", "li"]
    assert json.loads(rows[0]["data"]) == {"name": 'Le "Cube", à 5 €'}


def test_a_program_reads_it():
    table = pq.read_table(BytesIO(files(bundle(MEMORY))["facts.parquet"]))
    assert table.num_rows == len(ENTRIES)
    assert table.column("entry").to_pylist() == list(range(len(ENTRIES)))
    assert table.column("time")[0].as_py() == BEGIN
    booked = [each for each in table.to_pylist() if each["type"] == "bookings.BookingMade"]
    assert sum(json.loads(each["data"])["price_cents"] for each in booked) == 45_000


def test_it_says_who_did_what():
    """W3C PROV-JSON: 2.3 (identifiers), 3 (structures)."""
    told = json.loads(files(bundle(MEMORY))["prov.json"])
    booking = f"{thing('booking 1')}/1"
    assert told["activity"][f"fact:{booking}"]["prov:label"] == "bookings.BookingMade"
    assert told["wasAssociatedWith"][f"_:by-{booking}"]["prov:agent"] == f"who:{thing('marc')}"
    assert told["wasGeneratedBy"][f"_:made-{booking}"]["prov:entity"] == f"version:{booking}"
    later = told["wasDerivedFrom"][f"_:after-{thing('booking 1')}/2"]
    assert later["prov:usedEntity"] == f"version:{booking}"
    assert told["agent"]["who:system"]["prov:type"]["$"] == "prov:SoftwareAgent"
    known = {kind: told[kind].keys() for kind in ("entity", "activity", "agent")}
    for relation in ("wasGeneratedBy", "wasAssociatedWith", "wasDerivedFrom"):
        for about in told[relation].values():
            for end, kind in (("entity", "entity"), ("activity", "activity"), ("agent", "agent")):
                if f"prov:{end}" in about:
                    assert about[f"prov:{end}"] in known[kind]


class Seen(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_a_person_reads_it_offline_and_nothing_in_it_runs():
    logs = Logs()
    worst = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    logs.record("spaces.SpaceOpened", thing("space"), by=worst, name=worst)
    page = files(bundle(InMemory(logs.entries)))["index.html"].decode()
    seen = Seen(page)
    assert worst in seen.text
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in seen.tags}
    assert not any(name.startswith("on") for _, given in seen.tags for name in given)
    style = re.search("<style>(.*)</style>", page, re.DOTALL)[1]
    hashed = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = [a["content"] for _, a in seen.tags if a.get("http-equiv")]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{hashed}'")
    assert not re.search(r"https?://", page)


def test_a_long_page_says_where_the_rest_is(monkeypatch):
    monkeypatch.setattr("audit.bundle.reading.MOST", 5)
    page = files(bundle(MEMORY))["index.html"].decode()
    assert page.count("<li>") == 5
    assert "The first 5; all of them are in <code>facts.csv</code>" in page
    days = files(bundle(InMemory(ENTRIES[:2]), details=[detail()]))["index.html"].decode()
    assert "Élise" in days and "2027-01-04" in days and "The first" not in days


def test_the_zip_knows_no_clock_and_no_owner():
    with ZipFile(BytesIO(bundle(MEMORY))) as found:
        assert {(each.date_time, each.external_attr, each.extra) for each in found.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644 << 16, b"")
        }


def test_it_is_written_in_pieces():
    out, piece = BytesIO(), b"x" * 1000
    with Archive.written(out) as archive:
        archive.add("many", (piece for _ in range(1_000)))
    assert files(out.getvalue()) == {"many": piece * 1_000}


# On the command line


def test_it_is_asked_for_on_the_command_line(kept, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("REGISTER_AUDIT_DB", kept)
    out, details = tmp_path / "bundle.zip", tmp_path / "disclosed.jsonl"
    details.write_text(json.dumps(detail(), ensure_ascii=False) + "\n")
    period = ("--from", "2027-01-04T08:00:00Z", "--until", "2027-01-05T09:00:00+01:00")
    words = ("export", *period, "--details", str(details), "--out", str(out))
    assert audit.main(*words) == 0
    assert capsys.readouterr().out == f"{out} has 24 facts.\n"
    assert out.read_bytes() == bundle(MEMORY, Asked(hours(0), hours(24)), [detail()])
    assert audit.main("export", "--subject", str(thing("lise")), "--out", str(out)) == 0
    assert audit.main("export", "--service", "bookings", "--out", str(out)) == 0


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--service", "bookings", "--from", "2099-01-01T00:00Z"], 1, "no fact of this kind"),
        (["--subject", str(thing("lise")), "--service", "members"], 2, "from its beginning"),
        (["--details", "nowhere.jsonl"], 2, "nowhere.jsonl"),
    ],
    ids=["nothing", "both", "file"],
)
def test_what_cannot_be_had_is_said(kept, monkeypatch, tmp_path, capsys, words, status, says):
    monkeypatch.setenv("REGISTER_AUDIT_DB", kept)
    out = tmp_path / "bundle.zip"
    assert audit.main("export", *words, "--out", str(out)) == status
    assert says in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("words", [["--from", "2027-01-01"], ["--from", "soon"], []], ids=str)
def test_a_moment_says_where(words, capsys, tmp_path):
    out = ["--out", str(tmp_path / "bundle.zip")] if words else []
    with pytest.raises(SystemExit):
        audit.main("export", *words, *out)


def test_whoever_cannot_reach_the_register_is_told(monkeypatch, tmp_path, capsys):
    out = tmp_path / "bundle.zip"
    monkeypatch.delenv("REGISTER_AUDIT_DB", raising=False)
    assert audit.main("export", "--out", str(out)) == 2
    monkeypatch.setenv("REGISTER_AUDIT_DB", "postgresql://127.0.0.1:1/nothing")
    assert audit.main("export", "--out", str(out)) == 1
    assert "cannot be reached" in capsys.readouterr().err
