"""The register in its database: only ever appended to, and always the tree that others compute."""

import json
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import tree
from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey
from audit.leaf import entry
from audit.note import Note
from audit.register import Entry, Overtaken, Register
from audit.tiles import Tile, entries, tiles
from kernel.wire import Stored


def some(number, start=1, source="bookings"):
    return [Entry(source, start + n, f"entry {start + n}".encode()) for n in range(number)]


def in_memory(kept):
    return tree.Tree(tree.leaf_hash(each.entry) for each in kept)


@pytest.fixture
def database(fresh_databases):
    return fresh_databases()


@pytest.fixture
def register(database):
    with Register.connect(database["REGISTER_DB"]) as ours:
        yield ours


@pytest.fixture(scope="module")
def shared(databases):
    """One register for many examples: each begins where the one before ended."""
    with Register.connect(databases["REGISTER_DB"]) as ours:
        yield ours, []


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from([1, 2, 3, 100, 255, 256, 257, 700]), min_size=1, max_size=4))
def test_however_it_grows_it_is_the_tree_of_rfc_6962(shared, batches):
    register, kept = shared
    for number in batches:
        more = some(number, start=len(kept) + 1)
        assert register.append(len(kept), more) == len(kept) + number
        kept += more
    expected = in_memory(kept)
    found = register.tree(len(kept))
    assert tree.root(found.subtree, len(kept)) == expected.root()
    for index in {0, len(kept) // 2, len(kept) - 1}:
        assert tree.inclusion(found.subtree, index, len(kept)) == tree.inclusion(
            expected.subtree, index, len(kept)
        )


def test_it_is_read_as_tiles_and_bundles(register):
    kept = some(300)
    register.append(0, kept)
    expected = in_memory(kept)
    for tile in tiles(300):
        if tile.level is None:
            first = 256 * tile.index
            assert entries(register.tile(tile)) == [
                each.entry for each in kept[first : first + tile.width]
            ]
        else:
            assert len(register.tile(tile)) == 32 * tile.width
    assert register.tile(Tile(1, 0, 1)) == expected.subtree(8, 0)
    assert register.tile(Tile(0, 9, 1)) == b""
    several = [Tile(1, 0, 1), Tile(0, 9), Tile(0, 1, 44), Tile(0, 0), Tile(1, 0, 1)]
    assert register.hash_tiles(several) == [register.tile(each) for each in several]
    assert [len(each) for each in register.hash_tiles(several)] == [32, 0, 1408, 8192, 32]


# What it is about

ONE, OTHER = UUID(int=1), UUID(int=2)
LIKE_THE_OWN = (
    f'"subject":"{OTHER}"',
    f'","subject":"{OTHER}","x":"',
    f'\\"subject\\":\\"{OTHER}\\"',
    f'\\\\"subject":"{OTHER}',
    "é\u2028\U0001f41d\\",
    "subject",
    str(OTHER),
)
SAID = st.recursive(
    st.sampled_from(LIKE_THE_OWN) | st.integers(-9, 9) | st.none(),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["subject", "id", "data", *LIKE_THE_OWN]), inside)
    ),
)
LAST = st.fixed_dictionaries(
    {},
    optional={
        "originator_topic": st.just("bookings.Booking"),
        "traceparent": st.just(f"00-{'a' * 32}-{'b' * 16}-01"),
        "v": st.just(2),
        "long": st.just("x" * 70_000),  # an entry has only the hash of such data
    },
)


@pytest.fixture(scope="module")
def about_things(fresh_databases):
    with Register.connect(fresh_databases()["REGISTER_DB"]) as ours:
        yield ours, []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from([ONE, OTHER]), SAID, SAID, LAST)
def test_what_an_entry_is_about_is_what_its_json_says(about_things, about, by, said, last):
    """Whatever its data say, before or after, and however that looks like a subject."""
    register, kept = about_things
    state = {"timestamp": "2027-03-31T18:00:00Z", "by": by, "said": said, **last}
    stored = Stored(about, len(kept) + 1, "bookings.SomethingLongHappened", json.dumps(state))
    made = Entry("bookings", len(kept) + 1, entry("bookings", len(kept) + 1, stored))
    kept.append(made.entry)
    register.append(len(kept) - 1, [made])
    for thing in (str(ONE), str(OTHER)):
        expected = [
            (n, each) for n, each in enumerate(kept) if json.loads(each)["subject"] == thing
        ]
        assert list(register.about(0, len(kept), (), [thing])) == expected
        assert list(register.about(0, len(kept), ["bookings"], [thing])) == expected
        found = register.registered_about("bookings", thing)
        assert [found[n].index for n in sorted(found)] == [n for n, _ in expected]


def test_everything_about_one_thing_is_found_by_the_index(postgres, database):
    """Whoever asks reads a few entries, and not all."""
    name = psycopg.conninfo.conninfo_to_dict(database["REGISTER_DB"])["dbname"]
    with psycopg.connect(postgres.url, dbname=name, autocommit=True) as sql:
        register, plans = Register(sql), []
        state = json.dumps({"timestamp": "2027-03-31T18:00:00Z", "by": "ada"})
        facts = [Stored(UUID(int=n // 5), n % 5 + 1, "x.Happened", state) for n in range(20_000)]
        made = [Entry("x", n, entry("x", n, each)) for n, each in enumerate(facts, 1)]
        register.append(0, made)
        sql.execute("ANALYZE entries")
        sql.execute("LOAD 'auto_explain'")  # PostgreSQL says by which way it really went
        sql.execute("SET auto_explain.log_min_duration = 0; SET auto_explain.log_level = notice")
        sql.add_notice_handler(lambda each: plans.append(each.message_primary))
        assert len(list(register.about(0, 20_000, (), [str(UUID(int=7))]))) == 5
        assert len(register.registered_about("x", str(UUID(int=7)))) == 5
    assert len(plans) == 2
    assert all("Scan on subjects" in each or "using subjects" in each for each in plans), plans
    assert not any("Seq Scan" in each or "entries_pkey" in each for each in plans), plans


def test_it_knows_how_far_each_source_is_registered(register):
    register.append(0, [*some(3), *some(2, start=7, source="members")])
    assert (register.place_in("bookings"), register.place_in("members")) == (3, 8)
    assert register.place_in("spaces") == 0
    assert (register.index_of("members", 7), register.index_of("members", 9)) == (3, None)
    assert [each.position for each in register.entries(2, 4)] == [3, 7]


def test_two_who_append_at_once_are_not_both_right(register, database):
    register.append(0, some(2))
    with Register.connect(database["REGISTER_DB"]) as twin, pytest.raises(Overtaken):
        twin.append(0, some(1, start=9))
    with pytest.raises(Overtaken):
        register.append(2, some(2, start=2))  # one of them is there already
    assert register.size() == 2


@pytest.mark.parametrize("table", ["entries", "hashes", "checkpoints", "cosignatures"])
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_not_even_its_owner_changes_it(postgres, databases, table, change):
    name = databases["REGISTER_DB"].rpartition("/")[2].partition("?")[0]
    column = {"entries": "index", "hashes": "index"}.get(table, "size")
    with psycopg.connect(postgres.url, dbname=name) as sql:
        sql.execute(f"SET ROLE {name}_owner")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            sql.execute(change.format(table, column, column))


def test_the_auditor_only_reads_it(register, database):
    register.append(0, some(1))
    with Register.connect(database["REGISTER_AUDIT_DB"]) as auditor:
        assert auditor.size() == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            auditor.append(1, some(1, start=2))


def test_a_size_is_signed_once_and_shown_with_whoever_cosigned_it(register):
    log = SigningKey.generate("essaim.example/register", Kind.ED25519)
    witness = SigningKey.generate("witness.example", Kind.ED25519_COSIGNATURE)
    assert register.checkpoint() is None
    text = str(Checkpoint(log.name, 2, bytes(32)))
    register.keep(2, Note(text, (log.sign(text),)))
    with pytest.raises(Overtaken):
        register.keep(2, Note(text, (log.sign(text),)))
    register.cosign(2, [cosigned := witness.sign(text, at=1_800_000_000)])
    register.cosign(2, [witness.sign(text, at=1_800_000_009)])  # asked again, and shown once
    quantum = SigningKey.generate("witness.example", Kind.MLDSA44_COSIGNATURE)
    register.cosign(2, [longest := quantum.sign(text, at=1_800_000_000)])
    assert register.checkpoint().signatures == (log.sign(text), cosigned, longest)
    assert register.checkpoint(upto=1) is None
