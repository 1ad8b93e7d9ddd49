"""Somebody who may do everything with the databases changes the past. Who notices?

`check`, which compares the logs with the register and the register with what was signed; the
verifier, with an earlier checkpoint; or a witness. Each test names the one that does.
"""

import re
from http import HTTPStatus

import psycopg
import pytest

from audit import tree, verify
from audit.__main__ import main
from audit.checkpoint import Checkpoint
from audit.keys import Kind
from audit.notary.memory import Memory
from audit.notary.notary import Notary, Refused, signed
from audit.register import Register
from audit.verbs import SERVICES
from audit.witness import memory, rules
from audit.witness.request import Growth
from tests.audit.desk import ORIGIN, key, superuser

FACTS = 20
ALL_TABLES = "entries, hashes, checkpoints, cosignatures"


@pytest.fixture
def signed_past(desk, tmp_path, monkeypatch):
    """Twenty facts and more, entered and signed, as an auditor will find them."""
    for name in SERVICES:
        monkeypatch.setenv(f"{name}_AUDIT_DB".upper(), desk.databases[f"{name}_AUDIT_DB".upper()])
    monkeypatch.setenv("REGISTER_AUDIT_DB", desk.databases["REGISTER_AUDIT_DB"])
    policy = tmp_path / "policy"
    policy.write_text("".join(f"log {k.verifier}\n" for k in desk.keys) + "quorum none\n")
    monkeypatch.setenv("POLICY", str(policy))
    desk.happen(*[None] * FACTS)
    with psycopg.connect(desk.databases["BOOKINGS_DB"]) as sql:
        sql.execute("SELECT nextval('events_position_seq')")  # somebody's transaction failed
    desk.happen(*[None] * 3, service="members")
    desk.happen(None, None)
    while desk.by_name["bookings"].place < FACTS + 3:
        desk.enter()
    desk.enter()
    return desk


@pytest.fixture
def attacker(signed_past, postgres):
    def attack(service, *statements):
        superuser(postgres, signed_past.databases, service, *statements)

    return attack


@pytest.fixture
def check(signed_past, capsys):
    """What `python -m audit check` says, and how it ends."""

    def asked(*words):
        capsys.readouterr()
        status = main("check", *map(str, words))
        return status, capsys.readouterr().out

    return asked


def test_where_nobody_changed_anything_all_is_well(check):
    status, said = check()
    assert (status, said.splitlines()[-1]) == (
        0,
        "All is well: the logs are what is registered, and as it was signed.",
    )
    assert "25 entries" in said


# A log is changed: `check` says what, where, and that it was the log


def of_the_log(answer, *says):
    status, said = answer
    assert status == 1
    assert said.endswith("The register is as it was signed: it is the logs that were changed.\n")
    for each in says:
        assert re.search(each, said), f"{each} is not in:\n{said}"
    return said


def test_one_byte_of_a_fact(attacker, check):
    change = "state = replace(state::text, 'ada', 'adb')::json"
    attacker("bookings", f"UPDATE events SET {change} WHERE position = 3")
    said = of_the_log(check(), r"bookings, position 3 \(index 2 .*: byte 9 of the entry differs")
    assert '"by":"ada"' in said and '"by":"adb"' in said and said.count("log:") == 1


@pytest.mark.parametrize(
    "change",
    [
        "originator_id = gen_random_uuid()",
        "originator_version = 2",
        "topic = 'x.Denied'",
        "state = '[]'",
        """state = '{"by":"ada","timestamp":"2027-03-31T18:00:00.120001Z"}'""",
        """state = '{"by":"ada","by":"ada","timestamp":"2027-03-31T18:00:00.120000Z"}'""",
    ],
)
def test_anything_else_of_a_fact(attacker, check, change):
    attacker("bookings", f"UPDATE events SET {change} WHERE position = 7")
    of_the_log(check(), "bookings, position 7")


def test_a_fact_is_deleted(attacker, check):
    attacker("bookings", "DELETE FROM events WHERE position = 5")
    of_the_log(check(), r"bookings, position 5 .*x\.Happened .* is not in the log any more")


@pytest.mark.parametrize("position", [0, FACTS + 1])
def test_a_fact_is_inserted_where_nothing_was(attacker, check, position):
    """In the hole that a failed transaction left, or before all others."""
    attacker(
        "bookings",
        "INSERT INTO events SELECT "
        f"{position}, gen_random_uuid(), 1, topic, state FROM events WHERE position = 1",
    )
    of_the_log(check(), f"bookings, position {position}: .* which is not registered")


def test_two_facts_are_exchanged(attacker, check):
    attacker(
        "bookings",
        "UPDATE events SET position = -1 WHERE position = 4",
        "UPDATE events SET position = 4 WHERE position = 9",
        "UPDATE events SET position = 9 WHERE position = -1",
    )
    of_the_log(check(), "position 4 .* now stands at position 9", "position 9 .* at position 4")


def test_the_end_of_a_log_is_cut_off(attacker, check, signed_past):
    attacker("bookings", "DELETE FROM events WHERE position > 15")
    of_the_log(check(), "bookings, positions 16 to 23: 7 facts that are registered are not in")
    signed_past.notary.round()  # and the notary sees it as well
    assert "something else at position 23" in signed_past.by_name["bookings"].stopped


def test_a_log_is_emptied(attacker, check):
    attacker("members", "TRUNCATE events")
    of_the_log(check(), "members, positions 1 to 3")


# The register is changed as well: `check` compares it with what was signed


def of_the_register(answer, *says):
    status, said = answer
    assert status == 1
    assert said.endswith("The register itself is not what was signed, or is damaged.\n")
    for each in says:
        assert re.search(each, said), f"{each} is not in:\n{said}"


def test_an_entry_is_changed_in_the_register(attacker, check):
    change = "entry = replace(convert_from(entry, 'UTF8'), 'ada', 'eve')::bytea"
    attacker("register", f"UPDATE entries SET {change} WHERE index = 6")
    of_the_register(
        check(),
        r"bookings, position 7 \(index 6 of the register\): the entry or its hash was changed",
        "the first 25 entries are not those that were signed",
    )


def test_a_fact_is_changed_in_the_log_and_everywhere_in_the_register(attacker, check):
    attacker("bookings", "UPDATE events SET state = replace(state::text, 'ada', 'eve')::json")
    attacker(
        "register",
        "UPDATE entries SET entry = replace(convert_from(entry, 'UTF8'), 'ada', 'eve')::bytea"
        " WHERE source = 'bookings'",
        r"UPDATE hashes SET hash = sha256('\x00'::bytea || entry) FROM entries"
        " WHERE level = 0 AND hashes.index = entries.index",
    )
    of_the_register(check(), "the first 25 entries are not those that were signed")


def test_the_end_of_everything_is_cut_off(attacker, check):
    attacker("bookings", "DELETE FROM events WHERE position > 18")
    attacker("members", "DELETE FROM events")
    attacker(
        "register", *[f"DELETE FROM {each} WHERE index > 17" for each in ("entries", "hashes")]
    )
    of_the_register(check(), "a checkpoint of 25 entries was signed, and the register has 18")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("DELETE FROM entries WHERE index = 6", "no entry at index 6"),
        ("UPDATE entries SET index = index + 1 WHERE index = 24", "no entry at index 24"),
        ("UPDATE hashes SET hash = sha256('') WHERE index = 6", "index 6 of the register"),
        ("DELETE FROM hashes WHERE index = 24", "1 hashes are missing"),
        ("UPDATE entries SET source = 'kitchen' WHERE index = 24", "kitchen, which is no service"),
        ("UPDATE checkpoints SET note = replace(note, E'\\n25\\n', E'\\n24\\n')", "does not hold"),
        ("UPDATE checkpoints SET note = ''", "does not hold"),
        (
            "UPDATE checkpoints SET note = replace(note, '\u2014 essaim', '\u2014 eve')",
            "does not hold",
        ),
    ],
)
def test_anything_else_of_the_register(attacker, check, change, says):
    attacker("register", change)
    of_the_register(check(), says)


def test_two_entries_are_exchanged_in_the_register(attacker, check):
    attacker(
        "register",
        "UPDATE entries SET index = -1 WHERE index = 4",
        "UPDATE entries SET index = 4 WHERE index = 9",
        "UPDATE entries SET index = 9 WHERE index = -1",
    )
    of_the_register(check(), "comes after position", "index 4 of the register.*was changed")


# The whole past is written anew and signed with the stolen key: only others can notice


@pytest.fixture
def earlier(signed_past, tmp_path):
    """What a partner has kept: a checkpoint as it was shown."""
    file = tmp_path / "earlier"
    file.write_bytes(bytes(signed_past.register.checkpoint()))
    return file


@pytest.fixture
def forged(earlier, signed_past, attacker, tmp_path):
    """Eve's past: one byte of the third fact, all hashes, all signatures. And it grows."""
    signed_past.close()
    attacker("register", f"TRUNCATE {ALL_TABLES}")
    change = "state = replace(state::text, 'ada', 'eve')::json"
    attacker("bookings", f"UPDATE events SET {change} WHERE position = 3")
    signed_past.happen(service="members")
    where = signed_past.databases["REGISTER_DB"]
    with Memory(tmp_path / "forgetful") as blank, Register.connect(where) as register:
        notary = Notary(register, blank, signed_past.keys, signed_past.sources)
        while notary.size < 26:
            notary.round()
        if notary.kept < 26:
            notary.sign()
        yield register
    signed_past.take()


def test_the_comparison_alone_is_deceived(forged, check):
    """Everything fits: this is why somebody else has to remember."""
    status, said = check()
    assert status == 0, said


def test_the_comparison_with_an_earlier_checkpoint_notices(forged, check, earlier):
    answer = check("--checkpoint", earlier)
    of_the_register(answer, "the first 25 entries are not those that were signed")


def test_the_comparison_with_the_memory_of_the_notary_notices(
    forged, check, signed_past, monkeypatch
):
    monkeypatch.setenv("NOTARY_STATE", str(signed_past.memory.path))
    of_the_register(check(), "the first 25 entries are not those that were signed")


def test_the_notary_that_remembers_does_not_sign_it(forged, signed_past):
    with signed_past.memory as true, pytest.raises(Refused, match="an older copy"):
        Notary(forged, true, signed_past.keys, signed_past.sources)


def growth(register, old):
    note = register.checkpoint()
    size = Checkpoint.parse(note.text).size
    return Growth(old, tuple(tree.consistency(register.tree(size).subtree, old, size)), note)


def test_the_verifier_notices(forged, signed_past, earlier, tmp_path, capsys):
    file = tmp_path / "growth"
    file.write_bytes(bytes(growth(forged, 25)))
    log = str(signed_past.keys[0].verifier)
    assert verify.main(str(file), "--since", str(earlier), "--log", log) == 1
    assert "the history was rewritten" in capsys.readouterr().out


@pytest.fixture
def witness(signed_past, earlier, tmp_path):
    """A partner's, who has seen the true past."""
    with memory.Memory(tmp_path / "witness") as seen:
        keys = [key(Kind.ED25519_COSIGNATURE, "namur.example/witness")]
        made = rules.Witness(keys, [each.verifier for each in signed_past.keys], seen)
        made.sign(Growth(0, (), signed_past.register.checkpoint()))
        yield made


def refusal(witness, asked):
    with pytest.raises(rules.Refused) as refused:
        witness.sign(asked)
    return refused.value.status


def test_a_witness_notices_that_it_does_not_grow_from_what_it_saw(witness, forged):
    assert refusal(witness, growth(forged, 25)) == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_witness_notices_two_histories_of_one_length(witness, forged, signed_past):
    """The stolen key signs whatever it is asked to."""
    head = Checkpoint(ORIGIN, 25, tree.root(forged.tree(25).subtree, 25))
    note = signed(head, signed_past.keys, 1_800_000_000)
    assert refusal(witness, Growth(25, (), note)) == HTTPStatus.CONFLICT


def test_a_witness_notices_that_the_end_was_cut_off(witness, signed_past):
    head = Checkpoint(ORIGIN, 18, tree.root(signed_past.register.tree(18).subtree, 18))
    note = signed(head, signed_past.keys, 1_800_000_000)
    assert refusal(witness, Growth(0, (), note)) == HTTPStatus.CONFLICT
    assert refusal(witness, Growth(25, (), note)) == HTTPStatus.BAD_REQUEST


# What it takes to change anything at all


@pytest.mark.parametrize(
    "change",
    ["UPDATE events SET topic = 'x.Denied'", "DELETE FROM events", "TRUNCATE events"],
)
def test_not_even_the_owner_of_a_log_changes_it_unless_a_superuser_disables_a_trigger(
    signed_past, postgres, change
):
    name = signed_past.databases["BOOKINGS_DB"].rpartition("/")[2].partition("?")[0]
    with psycopg.connect(postgres.url, dbname=name, autocommit=True) as sql:
        sql.execute(f"SET ROLE {name}_owner")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            sql.execute(change)
        sql.execute("RESET ROLE")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            sql.execute(change)
        sql.execute("ALTER TABLE events DISABLE TRIGGER append_only")
        try:
            sql.execute("BEGIN")
            assert sql.execute(change).rowcount != 0
            sql.execute("ROLLBACK")
        finally:
            sql.execute("ALTER TABLE events ENABLE TRIGGER append_only")
