"""What the notary enters and signs, and how it shows what it cannot enter."""

import time

import psycopg
import pytest

from audit import tree, verbs
from audit.checkpoint import Checkpoint
from audit.keys import Kind, Untrusted, signers
from audit.leaf import entry
from audit.notary import notary as rules
from audit.notary.memory import Memory
from audit.notary.notary import Refused, origin
from audit.notary.source import BATCH
from audit.note import Malformed
from audit.register import Register
from deploy.databases import SERVICES as DATABASES
from tests.audit.desk import ORIGIN, SERVICES, key, superuser


def test_every_fact_of_every_log_becomes_an_entry_in_its_order(desk):
    facts = desk.happen(*[None] * 5)
    more = desk.happen(None, None, service="members")
    desk.notary.round()
    expected = {
        "bookings": [entry("bookings", n, each) for n, each in enumerate(facts, 1)],
        "members": [entry("members", n, each) for n, each in enumerate(more, 1)],
    }
    found = list(desk.register.entries(0, 9))
    assert {s: [e.entry for e in found if e.source == s] for s in SERVICES} == expected


def test_no_service_is_forgotten():
    assert sorted(DATABASES) == verbs.SERVICES


def test_what_is_signed_is_the_tree_of_the_entries_by_every_key(desk):
    desk.happen(*[None] * 300)
    desk.notary.round()
    note = desk.register.checkpoint()
    signed = signers(note, [each.verifier for each in desk.keys])
    assert [each.by.kind for each in signed] == [Kind.ED25519, Kind.MLDSA44_COSIGNATURE]
    assert abs(signed[1].at - time.time()) < 60
    leaves = [tree.leaf_hash(each.entry) for each in desk.register.entries(0, 300)]
    assert Checkpoint.parse(note.text) == Checkpoint(ORIGIN, 300, tree.Tree(leaves).root())
    assert desk.memory.last() == Checkpoint.parse(note.text)


def test_nothing_is_signed_while_nothing_is_new_and_nothing_twice_within_a_second(desk):
    desk.notary.round()
    assert desk.register.checkpoint() is None and desk.memory.last() is None
    desk.happen()
    desk.notary.round()
    desk.happen()
    desk.notary.round()
    assert (desk.notary.size, desk.notary.kept) == (2, 1)
    time.sleep(rules.BETWEEN)
    desk.notary.round()
    desk.notary.round()
    assert desk.notary.kept == 2


def test_a_log_with_much_to_enter_does_not_hold_up_the_others(desk):
    desk.happen(*[None] * (BATCH + 1))
    desk.happen(service="members")
    assert desk.notary.round()
    assert [each.place for each in desk.sources] == [BATCH, 1]
    assert desk.by_name["bookings"].behind_since and not desk.by_name["members"].behind_since
    assert not desk.notary.round()
    assert not desk.by_name["bookings"].behind_since


@pytest.mark.parametrize(
    "state",
    [
        '{"timestamp": "x", "by": "ada", "by": "eve"}',
        '{"timestamp": "x", "by": "ada", "cents": 9007199254740993}',
        '{"timestamp": "x", "by": "ada", "deep": ' + 3000 * "[" + 3000 * "]" + "}",
        '{"timestamp": "x", "by": "' + 70_000 * "a" + '"}',
        '{"by": "ada"}',
        "[]",
    ],
)
def test_what_can_be_no_entry_stops_its_source_and_nobody_else(desk, state):
    desk.happen(None, state, None)
    for _ in range(2):
        desk.happen(service="members")
        desk.notary.round()
    bookings, members = (desk.by_name[each] for each in SERVICES)
    assert "position 2" in bookings.stopped and not members.stopped
    assert (bookings.place, members.place) == (1, 2)
    assert bookings.behind_since


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET state = replace(state::text, 'ada', 'eve')::json",
        "DELETE FROM events WHERE position = 3",
        "DELETE FROM events",
        "UPDATE events SET position = position + 100",
        "UPDATE events SET state = '[]'",
    ],
)
def test_a_log_that_changed_under_it_stops_that_log(desk, postgres, change):
    desk.happen(None, None, None)
    desk.notary.round()
    superuser(postgres, desk.databases, "bookings", change)
    desk.happen()
    desk.happen(service="members")
    desk.notary.round()
    bookings, members = (desk.by_name[each] for each in SERVICES)
    assert "position 3" in bookings.stopped and "changed" in bookings.stopped
    assert (bookings.place, members.place) == (3, 1)


def test_a_hole_that_nobody_fills_any_more_is_passed(desk, soon):
    desk.happen()
    with psycopg.connect(desk.databases["BOOKINGS_DB"]) as sql:
        sql.execute("SELECT nextval('events_position_seq')")
    desk.happen()
    soon(lambda: desk.notary.round() or desk.by_name["bookings"].place == 3)
    assert desk.notary.size == 2


def test_a_log_that_is_away_stops_nothing_else(desk):
    desk.by_name["bookings"].log.close()
    desk.happen(service="members")
    desk.notary.round()
    assert desk.by_name["bookings"].away and not desk.by_name["bookings"].stopped
    assert desk.notary.kept == 1


def test_stored_hashes_that_were_changed_are_never_signed(desk, postgres):
    desk.happen(None, None)
    desk.notary.round()
    superuser(
        postgres, desk.databases, "register", "UPDATE hashes SET hash = sha256('x') WHERE index = 0"
    )
    desk.happen()
    time.sleep(rules.BETWEEN)
    with pytest.raises(Refused, match="another history"):
        desk.notary.round()
    assert Checkpoint.parse(desk.register.checkpoint().text).size == 2
    assert desk.memory.last().size == 2


def test_a_checkpoint_that_was_changed_is_not_gone_on_from(desk, postgres):
    desk.happen()
    desk.notary.round()
    desk.close()
    superuser(postgres, desk.databases, "register", "UPDATE checkpoints SET note = 'nothing'")
    with pytest.raises(Refused, match="kept is damaged"):
        desk.open()


def test_a_new_key_signs_the_same_log(desk):
    desk.happen()
    desk.notary.round()
    desk.close()
    old, new = desk.keys[0], key()
    for keys in ([old, new], [new]):
        desk.keys = keys
        desk.open()
        desk.happen()
        desk.notary.round()
        desk.close()
        with Register.connect(desk.databases["REGISTER_AUDIT_DB"]) as register:
            note = register.checkpoint()
        assert signers(note, [new.verifier])
    with pytest.raises(Untrusted):
        signers(note, [old.verifier])
    desk.open()


def test_a_register_keeps_its_name(desk):
    desk.happen()
    desk.notary.round()
    desk.close()
    desk.keys = [key(name="other.example")]
    with pytest.raises(Refused, match=r"other\.example"):
        desk.open()


def test_keys_are_those_of_one_log():
    witness, quantum = Kind.ED25519_COSIGNATURE, Kind.MLDSA44_COSIGNATURE
    assert origin([key(), key(quantum)]) == ORIGIN
    for wrong in ([], [key(quantum)], [key(), key(witness)], [key(), key(name="other.example")]):
        with pytest.raises(Malformed):
            origin(wrong)


def test_a_memory_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "signed"
    with Memory(path) as memory:
        memory.keep(first := Checkpoint(ORIGIN, 1, bytes(32)))
        monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            memory.keep(Checkpoint(ORIGIN, 2, bytes(32)))
        assert memory.last() == first
    assert path.stat().st_mode & 0o077 == 0
