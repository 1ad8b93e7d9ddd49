"""A Merkle tree as RFC 6962 hashes it, and proofs that it holds a leaf and only ever grew.

All of it rests on complete subtrees: `(level, index)` names the one over the 2**level leaves that
begin at index * 2**level. Whoever keeps a tree, in memory or as tiles, hands out their hashes.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Subtree = Callable[[int, int], bytes]
"""The hash of the complete subtree at a level and an index."""

EMPTY = sha256().digest()
"""The root of the tree without leaves (RFC 6962, 2.1)."""


class Disproved(Exception):
    """A proof does not show what it claims."""


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962, 2.1: no leaf can be taken for a node, because of their first byte."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree in memory: the hash of every complete subtree, two for each leaf."""

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self.levels: list[list[bytes]] = [[]]
        for each in leaf_hashes:
            self.append(each)

    def __len__(self) -> int:
        return len(self.levels[0])

    def append(self, leaf: bytes) -> None:
        level, node = 0, leaf
        self.levels[0].append(node)
        while len(self.levels[level]) % 2 == 0:
            node = node_hash(*self.levels[level][-2:])
            level += 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(node)

    def subtree(self, level: int, index: int) -> bytes:
        return self.levels[level][index]

    def root(self) -> bytes:
        return root(self.subtree, len(self))


def root(subtree: Subtree, size: int) -> bytes:
    """The hash of the first `size` leaves (RFC 6962, 2.1)."""
    return hash_of(subtree, 0, size) if size else EMPTY


def inclusion(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """The proof that the leaf at `index` is in the tree of `size` (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has none at {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(hash_of(subtree, middle, end))
            end = middle
        else:
            path.append(hash_of(subtree, start, middle))
            start = middle
    return path[::-1]


def consistency(subtree: Subtree, old: int, size: int) -> list[bytes]:
    """The proof that the tree of `size` begins with the tree of `old` (RFC 6962, 2.1.2)."""
    if not 0 < old <= size:
        raise ValueError(f"nothing can be proved of trees of {old} and {size} leaves")
    path, start, end = [], 0, size
    while end > old:
        middle = start + split(end - start)
        if old <= middle:
            path.append(hash_of(subtree, middle, end))
            end = middle
        else:
            path.append(hash_of(subtree, start, middle))
            start = middle
    if start:  # else it is the old root, which whoever verifies knows
        path.append(hash_of(subtree, start, end))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """RFC 9162, 2.1.3.2. Raises Disproved."""
    if not 0 <= index < size:
        raise Disproved(f"a tree of {size} leaves has none at {index}")
    _expect_hashes(leaf, root, *proof)
    inner = (index ^ (size - 1)).bit_length()  # so long the last leaf goes another way to the root
    if len(proof) != inner + (index >> inner).bit_count():
        raise Disproved("the proof of inclusion is not of the right length")
    found = leaf
    for level, each in enumerate(proof):
        is_left = level < inner and not index >> level & 1
        found = node_hash(found, each) if is_left else node_hash(each, found)
    if found != root:
        raise Disproved("the proof of inclusion leads to another root")


def verify_consistency(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    """RFC 9162, 2.1.4.2. Raises Disproved, also for an old tree without leaves, of which
    nothing can be proved."""
    if not 0 < old <= size:
        raise Disproved(f"nothing can be proved of trees of {old} and {size} leaves")
    _expect_hashes(old_root, root, *proof)
    if old == size:
        if proof or old_root != root:
            raise Disproved("one size, and two roots or a proof")
        return
    shift = (old & -old).bit_length() - 1  # the old tree ends with a complete subtree of that level
    index, last = old - 1 >> shift, size - 1 >> shift
    path = [old_root, *proof] if index == 0 else list(proof)
    inner = (index ^ last).bit_length()
    if len(path) != 1 + inner + (index >> inner).bit_count():
        raise Disproved("the proof of consistency is not of the right length")
    before = after = path[0]
    for level, each in enumerate(path[1:]):
        if level < inner and not index >> level & 1:
            after = node_hash(after, each)
        else:
            before, after = node_hash(each, before), node_hash(each, after)
    if before != old_root:
        raise Disproved("the proof of consistency leads to another old root")
    if after != root:
        raise Disproved("the proof of consistency leads to another root")


def split(leaves: int) -> int:
    """The largest power of two that is smaller (RFC 6962, 2.1)."""
    return 1 << (leaves - 1).bit_length() - 1


def hash_of(subtree: Subtree, start: int, end: int) -> bytes:
    """The hash of the leaves from `start` to before `end`, where RFC 6962 splits a tree."""
    if (leaves := end - start).bit_count() == 1:
        return subtree(leaves.bit_length() - 1, start // leaves)
    middle = start + split(leaves)
    return node_hash(hash_of(subtree, start, middle), hash_of(subtree, middle, end))


def _expect_hashes(*hashes: bytes) -> None:
    if any(len(each) != 32 for each in hashes):
        raise Disproved("a hash does not have 32 bytes")
