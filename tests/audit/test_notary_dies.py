"""Whatever dies, is lost or is restored: the notary never signs two histories."""

import shutil
import signal
import subprocess
import sys

import psycopg
import pytest

from audit.register import Register
from tests.audit.desk import superuser
from tests.conftest import long_but

POINTS = ("notary.before", "notary.appended", "notary.remembered", "notary.signed", "notary.kept")


@pytest.mark.parametrize("time", long_but([1, 2], 1))
@pytest.mark.parametrize("point", long_but(POINTS, "notary.appended", "notary.signed"))
def test_who_dies_anywhere_goes_on_with_one_history(office, point, time):
    office.happen(3)
    office.happen(2, "members")
    office.dies(f"{point}@{time}")
    office.start()
    office.happen(2, "spaces")
    office.wait_until_everything_is_signed()
    office.stop()
    with office.register() as register:
        entries = list(register.entries(0, register.size()))
    assert len({each[:2] for each in entries}) == len(entries) == office.happened


def some_history(office):
    """A backup, and what was signed after it was made."""
    office.happen(3)
    office.start()
    office.wait_until_everything_is_signed()
    office.stop()
    office.backup(name := f"{office.database}_backup")
    office.start()
    office.happen(2)
    office.wait_until_everything_is_signed()
    office.stop()
    return name


def refuses(office, *words):
    """It stands still where everybody sees it, and signs nothing, whatever happens."""
    office.start()
    office.soon(lambda: office.ready()[0] is False)
    before = office.signed()
    office.happen(3)
    assert all(each in office.ready()[1]["register"] for each in words), office.ready()
    assert office.metrics()["essaim_notary_refused"] == 1
    assert all(each in office.said() for each in words)
    assert office.signed() == before


def test_an_older_backup_of_the_register_is_not_signed(office):
    older = some_history(office)
    office.restore(older)
    refuses(office, "3 entries, and 5 were signed", "older backup")
    office.backup(f"{older}_tried")  # which ends its connections as well
    office.restore(f"{older}_before")
    office.happen()
    office.wait_until_everything_is_signed()


@pytest.mark.long
def test_an_older_backup_that_has_grown_as_long_again_is_not_signed(office):
    """The notary that was given back an older memory as well could not know. This one does."""
    office.restore(some_history(office))
    with Register.connect(office.databases["REGISTER_DB"]) as register:
        others = [each._replace(entry=b"another") for each in register.entries(0, 3)]
        register.append(3, [each._replace(position=each.position + 9) for each in others])
    refuses(office, "another history than the one of 5 entries")


@pytest.mark.long
def test_a_lost_memory_is_given_back_from_a_checkpoint(office):
    some_history(office)
    office.state.unlink()
    refuses(office, "no memory of it", "--remember")
    office.stop()
    with office.register() as register:
        copy = office.folder / "copy"
        copy.write_bytes(bytes(register.checkpoint()))
    done = remember(office, copy)
    assert (done.returncode, done.stderr) == (0, "") and "\n5\n" in done.stdout
    office.start()
    office.wait_until_everything_is_signed()


@pytest.mark.long
def test_an_older_memory_is_noticed(office):
    office.happen()
    office.start()
    office.wait_until_everything_is_signed()
    older = shutil.copy(office.state, office.folder / "older")
    office.happen()
    office.wait_until_everything_is_signed()
    office.stop()
    shutil.copy(older, office.state)
    refuses(office, "an older copy", "--remember")


@pytest.mark.long
def test_a_damaged_memory_is_no_memory(office):
    some_history(office)
    office.state.write_text("essaim.example/register\n5")
    refuses(office, "damaged", "--remember")


def remember(office, file):
    command = [sys.executable, "-m", "audit", "notary", "--remember", str(file)]
    return subprocess.run(command, env=office.env, capture_output=True, text=True)


@pytest.mark.long
def test_only_what_it_signed_itself_is_given_back_and_nothing_older_than_it_knows(office):
    office.happen()
    office.start()
    office.wait_until_everything_is_signed()
    with office.register() as register:
        note = register.checkpoint()
    older, forged = office.folder / "older", office.folder / "forged"
    older.write_bytes(bytes(note))
    office.happen()
    office.wait_until_everything_is_signed()
    assert "another notary works" in remember(office, older).stderr
    office.stop()
    assert "knows of 2 entries already" in remember(office, older).stderr
    forged.write_bytes(bytes(note).replace(b"\n1\n", b"\n9\n"))
    done = remember(office, forged)
    assert done.returncode == 2 and "not of this text" in done.stderr


def test_of_two_started_by_mistake_one_stands_by_until_the_other_is_gone(office):
    office.happen(2)
    first = office.start()
    office.wait_until_everything_is_signed()
    second = office.start(OPS="")
    office.soon(lambda: "another notary works" in office.said())
    office.happen(2)
    office.wait_until_everything_is_signed()
    first.kill()
    office.happen(2)
    office.wait_until_everything_is_signed()
    assert second.poll() is None


@pytest.mark.long
def test_another_memory_does_not_make_another_notary(office):
    """Two machines, each with a file of its own: the register's database knows of one notary."""
    office.happen(2)
    office.start()
    office.wait_until_everything_is_signed()
    office.start(NOTARY_STATE=str(office.folder / "elsewhere"), OPS="")
    office.soon(lambda: "another notary works with the register" in office.said())


@pytest.mark.long
def test_a_connection_that_breaks_is_made_again_and_everything_looked_at(office):
    office.happen(2)
    office.start()
    office.wait_until_everything_is_signed()
    for _ in range(3):
        with psycopg.connect(office.postgres.url, autocommit=True) as sql:
            roles = [
                office.database.replace("register", f"%{each}") for each in ("audit", "notary")
            ]
            sql.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE ANY(%s)",
                [roles],
            )
        office.happen(2)
        office.wait_until_everything_is_signed()
    assert office.said().count("goes on after") == 4


@pytest.mark.long
def test_a_log_that_changed_is_shown_where_operators_look_until_it_is_given_back(office):
    office.happen(2)
    office.happen(2, "members")
    office.start()
    office.wait_until_everything_is_signed()

    def change(topic):
        statement = f"UPDATE events SET topic = '{topic}'"
        superuser(office.postgres, office.databases, "bookings", statement)

    change("kernel.Denied")
    office.soon(lambda: office.ready()[0] is False)
    assert "position 2" in office.ready()[1]["bookings"]
    figures = office.metrics()
    assert figures['essaim_register_stopped{source="bookings"}'] == 1
    assert figures['essaim_register_stopped{source="members"}'] == 0
    assert figures["essaim_notary_refused"] == 0
    office.happen(1, "members")
    office.soon(lambda: office.signed() == 5)
    assert office.metrics()['essaim_register_lag_facts{source="members"}'] == 0
    change("kernel.CounterOpened")
    office.soon(lambda: office.ready()[0])


def test_it_leaves_when_it_is_told_to(office):
    office.start()
    office.soon(lambda: office.ready()[0])
    office.stop(signal.SIGTERM)
