"""One proof for any set of entries: what is needed to get from them to the root of a tree.

The tree is walked as RFC 6962 (2.1) splits it, from the left. Where a subtree holds none of the
entries, its hash is in the proof, and the walk goes round it. So entries that lie side by side need
few hashes, however many they are, and a proof has one form only.
"""

from collections.abc import Iterator, Sequence

from audit.note import to_base64
from audit.tree import Subtree, hash_of, split

FORM = "essaim/entries-proof@v1"

Range = tuple[int, int]
"""The indexes from the first to before the second."""


def hashes(subtree: Subtree, ranges: Sequence[Range], size: int) -> Iterator[bytes]:
    """Of the largest subtrees without an entry, in the order of the walk.

    The ranges are in order, and there is something between any two. ValueError where they are not.
    """
    edges = [edge for each in ranges for edge in each]
    if not edges or edges[0] < 0 or edges[-1] > size or edges != sorted(set(edges)):
        raise ValueError("ranges of entries lie in the tree, in order and apart")
    left = list(ranges[::-1])

    def walk(start: int, end: int) -> Iterator[bytes]:
        while left and left[-1][1] <= start:
            left.pop()
        if not left or left[-1][0] >= end:
            yield hash_of(subtree, start, end)
        elif left[-1][0] > start or left[-1][1] < end:
            middle = start + split(end - start)
            yield from walk(start, middle)
            yield from walk(middle, end)

    return walk(0, size)


def text(ranges: Sequence[Range], proof: Iterator[bytes]) -> Iterator[str]:
    """A proof as lines: its form, the first and last index of each range, and the hashes."""
    yield f"{FORM}\n"
    for start, end in ranges:
        yield f"entries {start} {end - 1}\n"
    for each in proof:
        yield f"{to_base64(each)}\n"
