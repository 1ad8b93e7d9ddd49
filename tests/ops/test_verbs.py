"""What an operator asks and does: python -m kernel status, show, retry, rebuild."""

import json
import time

import psycopg
import pytest

from audit.register import Entry, Register

NOWHERE = "amqp://guest:guest@127.0.0.1:1/"


@pytest.mark.long
def test_status_shows_how_far_everything_is(ring):
    position = ring.ask("health")["position"]
    rows = ring.status()
    assert (
        rows["counting", None].items()
        >= {"position": position, "queue": 0, "consumers": 1, "state": "here"}.items()
    )
    for follower in ("fussy", "tally"):
        assert (
            rows[follower, "counting"].items()
            >= {
                "position": position,
                "behind": 0,
                "queue": 0,
                "consumers": 1,
                "state": "level",
            }.items()
        )
    code, table, _ = ring.kernel("status")
    head, *lines = table.splitlines()
    assert code == 0
    assert head.split() == list(rows["counting", None])
    assert ["tally", "counting", str(position), "0", "0", "1", "level"] in map(str.split, lines)


def test_status_shows_how_far_each_log_is_registered(ring):
    with Register.connect(ring.databases["REGISTER_DB"]) as register:
        register.append(0, [Entry("counting", 1, b"{}")])
    position = ring.ask("health")["position"]
    rows = ring.status(REGISTER_AUDIT_DB=ring.databases["REGISTER_AUDIT_DB"])
    assert rows["register", None]["state"] == "here"
    row = rows["notary", "counting"]
    assert (row["position"], row["behind"], row["queue"]) == (1, position - 1, None)
    assert row["state"] == ("behind" if position > 1 else "level")


@pytest.mark.long
def test_a_follower_that_nobody_runs_is_away_and_says_how_much_it_misses(ring, soon):
    ring.stop("tally")
    ring.count(ring.open(), 1)
    row = soon(lambda: (r := ring.status()["tally", "counting"])["queue"] == 2 and r)
    assert (row["state"], row["behind"], row["consumers"]) == ("away", 2, 0)
    assert ring.kernel("status")[0] == 1
    ring.start("tally")
    soon(ring.is_level)
    assert ring.kernel("status")[0] == 0


def stopped(ring):
    row = ring.status()["fussy", "counting"]
    return row if row["state"] == "stopped" else None


@pytest.mark.long
def test_a_stopped_follower_is_seen_shown_and_goes_on_after_the_fix(ring, soon):
    with ring.stumbling() as place:
        row = soon(lambda: stopped(ring))
        assert row["position"] == place
        assert "no sevens, please" in row["why"]
        code, table, _ = ring.kernel("status")
        assert (code, "no sevens, please" in table) == (1, True)

        code, fact, about = ring.kernel("show", "fussy", "counting")
        assert (code, "no sevens, please" in about) == (0, True)
        assert (
            json.loads(fact).items()
            >= {
                "type": "kernel.Counted",
                "sequence": f"{place + 1:020d}",
                "data": {"steps": 7},
            }.items()
        )

        code, said, _ = ring.kernel("retry", "fussy", "counting")
        assert (code, f"at {place} of counting, stopped" in said) == (1, True)
        ring.fuss.unlink()
        begun = time.monotonic()  # by now it has become patient, and tries every five seconds
        code, said, _ = ring.kernel("retry", "fussy", "counting")
        assert time.monotonic() - begun < 3
        assert (code, f"at {place + 1} of counting, level" in said) == (0, True)
    assert ring.kernel("status")[0] == 0


@pytest.mark.long
def test_a_stopped_view_says_no_more_than_the_kind_of_what_the_database_said(ring, soon):
    with psycopg.connect(ring.env["GATEWAY_DB"], autocommit=True) as sql:
        sql.execute("ALTER TABLE tally.steps ADD CONSTRAINT few CHECK (steps <> 8)")
        position = ring.count(ring.open(), 8)["position"]
        soon(lambda: ring.status()["tally", "counting"]["state"] == "stopped")
        code, fact, about = ring.kernel("show", "tally", "counting")
        assert (code, json.loads(fact)["data"]) == (0, {"steps": 8})
        assert "CheckViolation" in about
        assert "Failing row" not in ring.log("tally").read_text() + about
        sql.execute("ALTER TABLE tally.steps DROP CONSTRAINT few")
    assert ring.kernel("retry", "tally", "counting")[0] == 0
    assert ring.status()["tally", "counting"]["position"] == position


@pytest.mark.long
def test_a_view_that_is_ahead_of_a_restored_source_is_seen_and_can_be_made_anew(ring, soon):
    known = len(tallied(ring))
    ring.count(ring.open(), 3)
    soon(lambda: len(tallied(ring)) == known + 1)
    before = tallied(ring)
    with psycopg.connect(ring.env["GATEWAY_DB"], autocommit=True) as sql:
        sql.execute("UPDATE tally.places SET place = place + 5")
        row = ring.status()["tally", "counting"]
        assert (row["state"], row["behind"]) == ("ahead", -5)
        ring.stop("tally")
        sql.execute("DROP SCHEMA tally CASCADE")
    ring.start("tally")
    soon(ring.is_level)
    assert tallied(ring) == before != []


def tallied(ring):
    with psycopg.connect(ring.env["GATEWAY_DB"]) as sql:
        return sql.execute("SELECT * FROM tally.steps ORDER BY position").fetchall()


def test_nothing_to_show_after_the_last_fact(ring):
    code, said, _ = ring.kernel("show", "tally", "counting")
    assert (code, said) == (1, "nothing happened since\n")


def test_a_view_is_filled_again_while_it_serves(ring, soon):
    known = len(tallied(ring))
    ring.count(ring.open(), 3)
    soon(lambda: len(tallied(ring)) == known + 1)
    before = tallied(ring)
    with psycopg.connect(ring.env["GATEWAY_DB"], autocommit=True) as sql:
        sql.execute("UPDATE tally.steps SET steps = 0")
    code, said, _ = ring.kernel("rebuild", "tests.ops.counters:Tally")
    assert (code, "is rebuilt" in said) == (0, True)
    assert tallied(ring) == before != []
    ring.count(ring.open(), 2)
    soon(lambda: len(tallied(ring)) == len(before) + 1)
    assert {name for name, _ in ring.status()} == {"broker", "views", "counting", "fussy", "tally"}


@pytest.mark.long
@pytest.mark.parametrize(
    "words",
    [[], ["help"], ["show", "tally"]],
    ids=" ".join,
)
def test_whoever_says_it_wrong_is_told_how_to_say_it(ring, words):
    code, _, said = ring.kernel(*words)
    assert (code, "python -m kernel status" in said) == (1, True)


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "env", "told"),
    [
        (["status"], {"BROKER": None}, "BROKER must be set"),
        (["rebuild", "tests.ops.counters:Tally"], {"GATEWAY_DB": None}, "GATEWAY_DB must be set"),
        (["rebuild", "tests.ops.counters:Tally"], {"BROKER": NOWHERE}, "The broker is away"),
        (["rebuild", "tests.ops.counters:Nothing"], {}, "no attribute 'Nothing'"),
        (["rebuild", "nowhere:Nothing"], {}, "No module named 'nowhere'"),
        (["show", "tally", "spaces"], {}, "tally does not follow spaces"),
        (["show", "tally", "counting"], {"BROKER": NOWHERE}, "The broker is away"),
        (["retry", "tally", "counting"], {"BROKER": NOWHERE}, "The broker is away"),
    ],
    ids=str,
)
def test_what_is_missing_is_told_in_clear_words(ring, words, env, told):
    code, _, said = ring.kernel(*words, **env)
    assert (code, told in said) == (1, True), said


@pytest.mark.long
def test_status_tells_what_is_away_and_what_is_there_all_the_same(ring):
    begun = time.monotonic()
    gone = ring.status(GATEWAY_DB="postgresql://nobody@127.0.0.1:1/nothing", NOBODY_DB="x")
    assert gone["views", None]["state"] == "away"
    assert "nobody listens" in gone["nobody", None]["why"]
    assert gone["fussy", "counting"]["state"] == "level"
    gone = ring.status(BROKER=NOWHERE)
    assert gone["broker", None]["state"] == gone["counting", None]["state"] == "away"
    assert gone["tally", "counting"]["position"] > 0
    assert ring.kernel("status", BROKER=NOWHERE)[0] == 1
    assert time.monotonic() - begun < 20
