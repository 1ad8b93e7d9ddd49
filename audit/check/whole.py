"""The whole register, stretch by stretch, on every core; the tree is computed from the entries."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Self

from audit.check.finding import REGISTER, Finding
from audit.check.stretch import LENGTH, LEVEL, Desk, Seen
from audit.checkpoint import Checkpoint
from audit.policy import Policy
from audit.tiles import HEIGHT
from audit.tree import EMPTY, node_hash

LOWEST = -(2**62)
"""A position before all that a log can have."""

Subtree = tuple[int, bytes]
"""The level and the hash of a complete subtree."""


@dataclass
class Result:
    """`size` entries, of which those from `start` were looked at; `unregistered` facts of each log
    are not entered yet, which is no mistake. `is_as_signed`: of the register itself nothing is
    wrong, so what is wrong with a log happened there."""

    start: int
    size: int
    checkpoints: int = 0
    unregistered: int = 0
    is_as_signed: bool = True


@dataclass
class Edge:
    """The complete subtrees of what was looked at so far, the largest first."""

    subtrees: list[Subtree] = field(default_factory=list)

    def add(self, subtree: Subtree) -> None:
        self.subtrees = joined(self.subtrees, subtree)

    def root_with(self, more: Sequence[Subtree]) -> bytes:
        """Of all entries up to some place in the stretch that follows."""
        subtrees = self.subtrees
        for each in more:
            subtrees = joined(subtrees, each)
        root: bytes | None = None
        for _, left in reversed(subtrees):
            root = left if root is None else node_hash(left, root)
        return root or EMPTY


def joined(subtrees: Sequence[Subtree], subtree: Subtree) -> list[Subtree]:
    found = list(subtrees)
    level, hashed = subtree
    while found and found[-1][0] == level:
        level, hashed = level + 1, node_hash(found.pop()[1], hashed)
    return [*found, (level, hashed)]


class Check:
    """`known`: checkpoints that others have, which the register must have as well."""

    def __init__(
        self,
        register: str,
        logs: Mapping[str, str],
        policy: Policy | None = None,
        known: Sequence[Checkpoint] = (),
    ) -> None:
        self.addresses = register, dict(logs), policy
        self.known = known
        self.desk = Desk(*self.addresses)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.__exit__()

    def run(self, tell: Callable[[Finding], None], since: int = 0) -> Result:
        """Tell whatever is wrong from that size on; before it nothing but the stored hashes that
        its root is computed from is looked at."""
        register = self.desk.register
        signed = register.signed()
        size = register.size()  # which grows meanwhile, so what was signed is asked first
        start = min(since, size) // LENGTH * LENGTH
        result = Result(start, size)

        def note(finding: Finding) -> None:
            result.is_as_signed &= finding.where != REGISTER
            tell(finding)

        for longer in {each for each in (signed, *(k.size for k in self.known)) if each > size}:
            note(Finding(REGISTER, _shorter(size, longer)))
        edge = Edge(self._subtrees(start))
        last = {each: register.place_in(each, start) or LOWEST for each in self.desk.logs}
        for begin, seen in self._stretches(start, size):
            for each in seen.findings:
                note(each)
            for head, more in seen.heads:
                result.checkpoints += 1
                if edge.root_with(more) != head.root:
                    note(Finding(REGISTER, _another_root(head.size)))
            self._go_on(edge, begin, seen, note)
            for source, (low, high) in seen.span.items():
                if source in last:
                    self._between(source, last[source], low, note)
                    last[source] = max(last[source], high)
        result.unregistered = sum(self.desk.count(each, place) for each, place in last.items())
        return result

    def _stretches(self, start: int, size: int) -> Iterator[tuple[int, Seen]]:
        begins = range(start, size, LENGTH)
        if len(begins) < 2:
            for begin in begins:
                yield begin, self.desk.look(begin, size, self.known)
            return
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(os.cpu_count(), spawn, take_place, self.addresses) as pool:
            stretches = [(each, min(each + LENGTH, size), self.known) for each in begins]
            yield from zip(begins, pool.map(look, *zip(*stretches, strict=True)), strict=True)

    def _subtrees(self, start: int) -> list[Subtree]:
        """Of the entries before, as they are stored. The next checkpoint shows if they hold."""
        subtree, found, begun = self.desk.register.tree(start).subtree, [], 0
        for level in range(start.bit_length() - 1, -1, -1):
            if start >> level & 1:
                found.append((level, subtree(level, begun >> level)))
                begun += 1 << level
        return found

    def _go_on(self, edge: Edge, begin: int, seen: Seen, note: Callable[[Finding], None]) -> None:
        """Let the edge grow. Levels above a stretch are compared here with what is stored."""
        for each in seen.subtrees:
            edge.add(each)
        level, hashed = edge.subtrees[-1] if edge.subtrees else (0, EMPTY)
        end = begin + LENGTH
        for stored in range(LEVEL - LEVEL % HEIGHT + HEIGHT, level + 1, HEIGHT):
            if stored == level and end % (1 << level) == 0:
                index = (end >> level) - 1
                if self.desk.register.hashes(level, index, index + 1) != [hashed]:
                    first = index << level
                    what = f"the entries {first} to {end - 1}"
                    says = f"the hash that is stored of {what} is not theirs"
                    note(Finding(REGISTER, says))

    def _between(self, source: str, last: int, first: int, note: Callable[[Finding], None]) -> None:
        """From one stretch to the next a log has nothing that is not registered."""
        if first <= last:
            note(Finding(REGISTER, f"{source}: position {first} comes after position {last}"))
        elif first > last + 1:
            for each in self.desk.unregistered(source, last + 1, first - 1):
                note(each)


def _shorter(size: int, signed: int) -> str:
    return f"a checkpoint of {signed} entries was signed, and the register has {size}"


def _another_root(size: int) -> str:
    return f"the first {size} entries are not those that were signed: their root is another one"


desk: Desk | None = None
"""Of a process that looks at stretches."""


def take_place(register: str, logs: Mapping[str, str], policy: Policy | None) -> None:
    global desk
    desk = Desk(register, logs, policy)


def look(start: int, end: int, others: Sequence[Checkpoint]) -> Seen:
    assert desk, "this process has taken its place"
    return desk.look(start, end, others)
