"""A log lies in files that never change, and every proof can be read out of them."""

from itertools import chain

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.note import Malformed
from audit.tiles import LONGEST, Tile, TiledTree, bundle, entries, hashes, tiles
from audit.tree import (
    Tree,
    consistency,
    inclusion,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LARGE = 70_000


@pytest.fixture(scope="module")
def large():
    return Tree(leaf_hash(str(each).encode()) for each in range(LARGE))


@pytest.fixture(scope="module")
def served(large):
    """Every file of hashes of that log, by its path."""
    return {
        each.path: hashes(large.subtree, each) for each in tiles(LARGE) if each.level is not None
    }


# Which files there are


def test_the_example_of_the_specification():
    """C2SP tlog-tiles, Partial Tiles."""
    kinds = [(each.level, each.width) for each in tiles(70_000) if each.level is not None]
    assert kinds.count((0, 256)) == 273
    assert [each for each in kinds if each != (0, 256)] == [(0, 112), (1, 256), (1, 17), (2, 1)]
    assert [each for each in tiles(256) if each.level is not None] == [Tile(0, 0), Tile(1, 0, 1)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(3, 999, 17), "tile/3/999.p/17"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
        (Tile(None, 12), "tile/entries/012"),
        (Tile(None, 273, 112), "tile/entries/273.p/112"),
    ],
)
def test_each_has_its_path(tile, path):
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/x001/x067",
        "tile/0/067.p/0",
        "tile/0/067.p/01",
        "tile/0/067.p/256",
        "tile/0/067.p/",
        "tile/0/067\n",
        "tile/0/\u0660\u0666\u0667",
        "/tile/0/067",
        "tile/0/../067",
        "tile/data/000",
    ],
)
def test_what_is_no_path_is_refused(path):
    with pytest.raises(Malformed, match="no path"):
        Tile.parse(path)


TILES = st.builds(Tile, st.none() | st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))


@settings(deadline=None)
@given(TILES)
def test_every_path_leads_back(tile):
    assert Tile.parse(tile.path) == tile


@settings(deadline=None)
@given(st.text() | st.text(alphabet="tile/0123x.p"))
@example("tile/0/067")
def test_whatever_comes_is_a_path_written_in_one_way_or_refused(path):
    try:
        assert Tile.parse(path).path == path
    except Malformed as refused:
        assert str(refused)


@settings(deadline=None)
@given(st.integers(0, 200_000), st.integers(0, 2_000))
@example(0, 0)
@example(255, 1)
@example(256, 0)
def test_a_grown_log_serves_what_it_served_and_what_is_new(old, more):
    size = old + more
    before, after = set(tiles(old)), set(tiles(size))
    new = list(tiles(size, old))
    assert set(new) == after - before
    assert len(new) == len(set(new))
    assert all(each in after for each in before if each.width == 256)


# What they hold


def test_every_hash_stands_where_the_specification_says(served, large):
    assert served["tile/0/000"][:32] == leaf_hash(b"0")
    assert served["tile/0/273.p/112"][-32:] == leaf_hash(b"69999")
    assert served["tile/1/000"][32:64] == root(
        Tree(leaf_hash(str(each).encode()) for each in range(256, 512)).subtree, 256
    )
    assert {len(each) for path, each in served.items() if ".p/" not in path} == {8192}


def asking(large, size):
    """A tree that is read from tiles, and each question for some of them."""
    asked = []

    def fetch(wanted):
        asked.append(wanted)
        return [hashes(large.subtree, each) for each in wanted]

    return TiledTree(size, fetch), asked


@settings(deadline=None, max_examples=200)
@given(st.integers(1, LARGE), st.data())
def test_proofs_are_read_from_tiles_as_they_are_from_memory(large, size, data):
    tree, asked = asking(large, size)
    top = root(large.subtree, size)
    assert root(tree.subtree, size) == top
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(tree.subtree, index, size)
    verify_inclusion(leaf_hash(str(index).encode()), index, size, path, top)
    grown = consistency(tree.subtree, index + 1, size)
    verify_consistency(index + 1, size, grown, root(large.subtree, index + 1), top)
    fetched = list(chain.from_iterable(asked))
    assert len(fetched) == len(set(fetched)) <= 9
    assert set(fetched) <= set(tiles(size))


@settings(deadline=None, max_examples=100)
@given(st.integers(1, LARGE), st.data())
def test_what_a_proof_needs_is_asked_for_once(large, size, data):
    index = data.draw(st.integers(0, size - 1))
    tree, asked = asking(large, size)
    path = tree.read(lambda subtree: inclusion(subtree, index, size))
    verify_inclusion(leaf_hash(str(index).encode()), index, size, path, root(large.subtree, size))
    assert len(asked) == (size > 1)
    assert tree.read(lambda subtree: inclusion(subtree, index, size)) == path
    assert len(asked) == (size > 1)


@pytest.mark.parametrize("width", [0, 1, 255, 257])
def test_a_tile_of_another_length_is_refused(width):
    tree = TiledTree(300, lambda wanted: [b"x" * 32 * width for _ in wanted])
    with pytest.raises(Malformed, match="has not 256 hashes"):
        tree.subtree(0, 5)
    with pytest.raises(Malformed, match="has not 256 hashes"):
        tree.read(lambda subtree: subtree(0, 5))


def test_a_bundle_has_no_hashes(large):
    with pytest.raises(ValueError, match="no hashes"):
        hashes(large.subtree, Tile(None, 0))


# Entries


def test_a_bundle_is_written_to_the_byte():
    assert bundle([b"", b"abc"]) == b"\0\0\0\3abc"
    assert bundle([b"x" * LONGEST])[:2] == b"\xff\xff"


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), min_size=1, max_size=256))
def test_what_is_bundled_is_read(several):
    assert entries(bundle(several)) == several


@pytest.mark.parametrize(
    "wrong", [[], [b""] * 257, [b"x" * (LONGEST + 1)]], ids=["0", "257", "64k"]
)
def test_what_fits_in_no_bundle_is_refused(wrong):
    with pytest.raises(ValueError, match="a bundle has"):
        bundle(wrong)


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\2a", b"\0\1a\0", b"\0\1a\0\1", b"\0\0" * 257])
def test_what_is_no_bundle_is_refused(data):
    with pytest.raises(Malformed, match="cut off, empty or too long"):
        entries(data)


@settings(deadline=None)
@given(st.binary() | st.lists(st.sampled_from([0, 0, 1, 2])).map(bytes))
def test_whatever_comes_is_a_bundle_written_in_one_way_or_refused(data):
    try:
        assert bundle(entries(data)) == data
    except Malformed as refused:
        assert str(refused)
