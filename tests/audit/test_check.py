"""The comparison of logs and register is the same in one process and in several, whole or not."""

import json
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import tree
from audit.check.finding import LOG, differing
from audit.check.stretch import LENGTH, complete, differences, folded
from audit.check.whole import Check, Edge
from audit.checkpoint import Checkpoint
from audit.leaf import entry
from audit.register import Entry
from kernel.wire import Stored
from tests.audit.desk import SERVICES, WHEN, superuser


def leaves(number):
    return [tree.leaf_hash(str(each).encode()) for each in range(number)]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 70), min_size=1, max_size=5), st.data())
def test_the_tree_that_is_put_together_is_that_of_rfc_6962(lengths, data):
    """Stretches of 16 here, the last one shorter."""
    whole = leaves(sum(lengths))
    expected, edge = tree.Tree(whole), Edge()
    for start in range(0, len(whole), 16):
        levels = folded(whole[start : start + 16])
        for size in range(1, len(levels[0]) + 1):
            found = edge.root_with(complete(levels, size))
            assert found == tree.root(expected.subtree, start + size)
        for each in complete(levels, len(levels[0])):
            edge.add(each)
    assert edge.root_with([]) == expected.root()
    assert Edge().root_with([]) == tree.EMPTY


def fact(position, about=None, by="ada"):
    state = json.dumps({"timestamp": WHEN, "by": by})
    return position, Stored(UUID(int=about or position), 1, "x.Happened", state)


def registered(facts):
    entries = (Entry("x", n, entry("x", n, stored)) for n, stored in facts)
    return [(index, each) for index, each in enumerate(entries, 100)]


@settings(deadline=None)
@given(st.dictionaries(st.integers(1, 12), st.sampled_from(["ada", "eve"]), max_size=12), st.data())
def test_whatever_differs_is_said_once_and_nothing_else(positions, data):
    """Both ways: of each position, whether and what the log has and the register has."""
    held = [fact(n, by=by) for n, by in sorted(positions.items())]
    kept = [each for each in map(fact, range(1, 13)) if data.draw(st.booleans())]
    found = list(differences("x", registered(kept), iter(held), lambda fact: None))
    ours = {n: by for n, by in positions.items()}
    theirs = {n for n, _ in kept}
    changed = [n for n in theirs & ours.keys() if ours[n] != "ada"]
    inserted = ours.keys() - theirs
    said = " ".join(each.says for each in found)
    assert all(each.where == LOG for each in found)
    assert said.count("differs") == len(changed)
    assert said.count("which is not registered") == len(inserted)
    singles = said.count("is not in the log any more")
    runs = [
        int(each.says.split(": ")[1].split()[0]) for each in found if " positions " in each.says
    ]
    assert singles + sum(runs) == len(theirs - ours.keys())


@given(st.binary(max_size=90), st.binary(max_size=90))
def test_the_first_byte_that_differs_is_named(one, other):
    at = int(differing(one, other).split()[1])
    assert one[:at] == other[:at]
    assert one[at : at + 1] != other[at : at + 1] or one == other


@pytest.fixture
def long_past(desk):
    """More than two stretches, of two logs in turns."""
    for _ in range(5):
        desk.happen(*[None] * 1000)
        desk.happen(*[None] * 700, service="members")
        desk.enter()
    desk.happen(service="members")  # and nobody has entered this yet
    return desk


def checked(desk, since=0, known=()):
    found = []
    logs = {each: desk.databases[f"{each.upper()}_AUDIT_DB"] for each in SERVICES}
    with Check(desk.databases["REGISTER_AUDIT_DB"], logs, known=known) as check:
        return check.run(lambda each: found.append(each.says), since), found


def test_a_long_past_is_looked_at_in_stretches(long_past, postgres):
    result, found = checked(long_past)
    assert found == [] and (result.size, result.unregistered) == (8500, 1)
    assert result.checkpoints >= 5 and result.is_as_signed
    result, found = checked(long_past, since=5000)
    assert found == [] and result.start == LENGTH

    def attack(service, *statements):
        superuser(postgres, long_past.databases, service, *statements)

    boundary = list(long_past.register.entries(LENGTH - 1, LENGTH + 1))
    where = " OR ".join(f"position = {each.position}" for each in boundary)
    attack(boundary[0].source, f"DELETE FROM events WHERE {where}")
    attack("members", "UPDATE events SET topic = 'x.Denied' WHERE position = 3400")
    result, found = checked(long_past)
    assert len(found) == 3 and result.is_as_signed
    result, found = checked(long_past, since=2 * LENGTH)
    assert len(found) == 1 and "position 3400" in found[0]  # the others lie before
    attack("register", "UPDATE hashes SET hash = sha256('') WHERE level = 8 AND index = 3")
    assert "the entries 768 to 1023" in " ".join(checked(long_past)[1])


def test_what_others_have_seen_must_be_there_still(long_past):
    size = long_past.notary.size
    last = Checkpoint.parse(long_past.register.checkpoint().text)
    other = Checkpoint(last.origin, 4500, bytes(32))
    longer = Checkpoint(last.origin, size + 1, bytes(32))
    assert checked(long_past, known=[last])[1] == []
    _, found = checked(long_past, known=[other, longer])
    assert len(found) == 2
    assert "signed, and the register has 8500" in found[0] and "first 4500 entries" in found[1]


def test_a_register_without_entries_is_well(desk):
    result, found = checked(desk)
    assert (found, result.size, result.checkpoints) == ([], 0, 0)
