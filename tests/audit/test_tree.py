"""A tree can prove what it holds and that it only grew, and nothing else can be proved with it."""

from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.tree import (
    EMPTY,
    Disproved,
    Tree,
    consistency,
    inclusion,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from tests.audit.outside import cases, hashes

ROOTS = cases("roots.json")
SIZES = range(len(ROOTS["roots_hex_by_size"]))


def tree(size):
    return Tree(leaf_hash(str(each).encode()) for each in range(size))


# As others computed it


@pytest.mark.parametrize("size", SIZES)
def test_roots_are_those_of_others(size):
    grown = Tree(leaf_hash(bytes.fromhex(each)) for each in ROOTS["leaves_hex"][:size])
    expected = bytes.fromhex(ROOTS["roots_hex_by_size"][size])
    assert grown.root() == expected
    whole = Tree(leaf_hash(bytes.fromhex(each)) for each in ROOTS["leaves_hex"])
    assert root(whole.subtree, size) == expected


@pytest.mark.parametrize("case", cases("inclusion.json"), ids=lambda each: each["name"])
def test_inclusion_is_judged_as_others_judge_it(case):
    def judge():
        verify_inclusion(
            b64decode(case["leafHash"]),
            case["leafIdx"],
            case["treeSize"],
            hashes(case["proof"]),
            b64decode(case["root"]),
        )

    judged(judge, case["wantErr"])


@pytest.mark.parametrize("case", cases("consistency.json"), ids=lambda each: each["name"])
def test_consistency_is_judged_as_others_judge_it(case):
    def judge():
        verify_consistency(
            case["size1"],
            case["size2"],
            hashes(case["proof"]),
            b64decode(case["root1"]),
            b64decode(case["root2"]),
        )

    judged(judge, case["wantErr"])


def judged(judge, refused):
    if refused:
        with pytest.raises(Disproved):
            judge()
    else:
        judge()


# Whatever the tree


def by_the_book(leaves):
    """RFC 6962, 2.1, word by word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(by_the_book(leaves[:k]), by_the_book(leaves[k:]))


SIZE = st.integers(1, 600)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=70))
def test_a_tree_grown_leaf_by_leaf_is_the_one_of_the_book(entries):
    leaves = [leaf_hash(each) for each in entries]
    assert Tree(leaves).root() == by_the_book(leaves)


@settings(deadline=None)
@given(SIZE, st.data())
def test_every_leaf_can_be_proved_in_every_tree_that_holds_it(size, data):
    grown = tree(size)
    then = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, then - 1))
    proof = inclusion(grown.subtree, index, then)
    leaf = grown.subtree(0, index)
    verify_inclusion(leaf, index, then, proof, root(grown.subtree, then))
    level = (index ^ (then - 1)).bit_length()
    assert len(proof) == level + (index >> level).bit_count()


@settings(deadline=None)
@given(SIZE, st.data())
def test_every_tree_can_be_proved_to_be_the_beginning_of_every_later_one(size, data):
    grown = tree(size)
    old = data.draw(st.integers(1, size))
    proof = consistency(grown.subtree, old, size)
    verify_consistency(old, size, proof, tree(old).root(), grown.root())


def altered(data, blobs):
    """One bit of one of them is another."""
    which = data.draw(st.integers(0, len(blobs) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = bytearray(blobs[which])
    changed[bit // 8] ^= 1 << bit % 8
    return [bytes(changed) if each == which else blob for each, blob in enumerate(blobs)]


@settings(deadline=None)
@given(SIZE, st.data())
def test_no_bit_of_a_proof_of_inclusion_can_be_another(size, data):
    grown = tree(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(grown.subtree, index, size)
    leaf, top, *changed = altered(data, [grown.subtree(0, index), grown.root(), *proof])
    with pytest.raises(Disproved):
        verify_inclusion(leaf, index, size, changed, top)


@settings(deadline=None)
@given(SIZE, st.data())
def test_no_other_place_can_be_claimed_for_a_leaf(size, data):
    grown = tree(size)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, 2 * size).filter(lambda each: each != index))
    proof = inclusion(grown.subtree, index, size)
    with pytest.raises(Disproved):
        verify_inclusion(grown.subtree(0, index), other, size, proof, grown.root())


@settings(deadline=None)
@given(st.integers(2, 600), st.data())
def test_no_bit_of_a_proof_of_consistency_can_be_another(size, data):
    grown = tree(size)
    old = data.draw(st.integers(1, size))
    proof = consistency(grown.subtree, old, size)
    before, after, *changed = altered(data, [tree(old).root(), grown.root(), *proof])
    with pytest.raises(Disproved):
        verify_consistency(old, size, changed, before, after)


@settings(deadline=None)
@given(st.integers(2, 600), st.data())
def test_proofs_are_not_longer_and_not_shorter(size, data):
    grown = tree(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    held = inclusion(grown.subtree, index, size)
    grew = consistency(grown.subtree, old, size)
    before = tree(old).root()
    for held_now, grew_now in ((held[:-1], grew[:-1]), ([*held, EMPTY], [*grew, EMPTY])):
        with pytest.raises(Disproved):
            verify_inclusion(grown.subtree(0, index), index, size, held_now, grown.root())
        with pytest.raises(Disproved):
            verify_consistency(old, size, grew_now, before, grown.root())


@settings(deadline=None)
@given(st.integers(2, 300), st.data())
def test_a_tree_that_was_rewritten_cannot_be_proved_to_have_grown(size, data):
    """Whoever changes one leaf of the past has to show the proof of another tree."""
    old = data.draw(st.integers(1, size))
    touched = data.draw(st.integers(0, old - 1))
    honest = tree(size)
    rewritten = Tree(
        leaf_hash(b"other") if each == touched else honest.subtree(0, each) for each in range(size)
    )
    proof = consistency(rewritten.subtree, old, size)
    with pytest.raises(Disproved):
        verify_consistency(old, size, proof, tree(old).root(), rewritten.root())


# What cannot be asked


@pytest.mark.parametrize("old", [0, -1, 4])
def test_of_nothing_nothing_is_proved(old):
    with pytest.raises(ValueError, match="nothing can be proved"):
        consistency(tree(3).subtree, old, 3)
    with pytest.raises(Disproved, match="nothing can be proved"):
        verify_consistency(old, 3, [], EMPTY, tree(3).root())


def test_two_trees_without_leaves_are_not_consistent():
    with pytest.raises(Disproved):
        verify_consistency(0, 0, [], EMPTY, EMPTY)


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_proof(index):
    with pytest.raises(ValueError, match="has none at"):
        inclusion(tree(3).subtree, index, 3)
