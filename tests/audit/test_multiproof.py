"""One proof for any set of entries, as the definition of the tree has it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import multiproof
from audit.note import to_base64
from audit.tree import Tree, leaf_hash, node_hash

SIZES = st.integers(1, 200)


def leaves_of(size):
    return [leaf_hash(str(each).encode()) for each in range(size)]


def as_ranges(indexes):
    """Sorted indexes as ranges that do not touch."""
    ranges = []
    for each in sorted(indexes):
        if ranges and ranges[-1][1] == each:
            ranges[-1] = (ranges[-1][0], each + 1)
        else:
            ranges.append((each, each + 1))
    return ranges


def root(leaves):
    """RFC 6962, 2.1, to the letter."""
    if len(leaves) == 1:
        return leaves[0]
    k = max(1 << n for n in range(len(leaves).bit_length()) if 1 << n < len(leaves))
    return node_hash(root(leaves[:k]), root(leaves[k:]))


def missing(leaves, shown, first=0):
    """The roots of the largest subtrees in which nothing is shown, from the left."""
    if not shown & set(range(first, first + len(leaves))):
        return [root(leaves)]
    if len(leaves) == 1:
        return []
    k = max(1 << n for n in range(len(leaves).bit_length()) if 1 << n < len(leaves))
    return missing(leaves[:k], shown, first) + missing(leaves[k:], shown, first + k)


def proof_of(shown, size):
    return list(multiproof.hashes(Tree(leaves_of(size)).subtree, as_ranges(shown), size))


@settings(deadline=None)
@given(SIZES, st.data())
def test_it_has_the_hashes_of_the_largest_subtrees_without_an_entry(size, data):
    shown = data.draw(st.sets(st.integers(0, size - 1), min_size=1))
    assert proof_of(shown, size) == missing(leaves_of(size), shown)


def test_all_entries_need_no_hash():
    assert proof_of(range(13), 13) == []


def test_a_range_needs_few():
    assert len(proof_of(range(1_000, 90_000), 100_000)) <= 2 * 17


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [(0, 0)],
        [(3, 2)],
        [(0, 14)],
        [(-1, 2)],
        [(0, 2), (2, 4)],
        [(4, 5), (1, 2)],
        [(1, 3), (2, 4)],
    ],
    ids=str,
)
def test_ranges_are_in_the_tree_in_order_and_apart(ranges):
    with pytest.raises(ValueError, match="in order and apart"):
        list(multiproof.hashes(Tree(leaves_of(13)).subtree, ranges, 13))


def test_it_is_written_to_the_byte():
    text = "".join(multiproof.text([(0, 2), (5, 6)], iter([b"x" * 32])))
    hashed = to_base64(b"x" * 32)
    assert text == f"essaim/entries-proof@v1\nentries 0 1\nentries 5 5\n{hashed}\n"
