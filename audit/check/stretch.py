"""One stretch of the register, compared with what lies in the logs: in a process of its own."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, LiteralString, NamedTuple, Self

import psycopg

from audit.check.finding import LOG, REGISTER, Finding, differing, identity, name, where
from audit.checkpoint import Checkpoint
from audit.keys import Untrusted
from audit.leaf import entry
from audit.note import Malformed, Note
from audit.policy import Policy
from audit.register import Entry, Register
from audit.tiles import HEIGHT
from audit.tree import leaf_hash, node_hash
from kernel.wire import Stored

LEVEL = 12
LENGTH = 1 << LEVEL
"""Entries of a stretch: a complete subtree, but for the last one."""
PAGE = LENGTH + 1
MOVED = 20
"""So many facts of a stretch that stand elsewhere are looked for."""

COLUMNS = "position, originator_id, originator_version, topic, state::text"
BETWEEN: LiteralString = (
    f"SELECT {COLUMNS} FROM events WHERE position >= %s AND position <= %s"
    " ORDER BY position LIMIT %s"
)
WHEREABOUTS: LiteralString = (
    "SELECT position FROM events WHERE originator_id::text || '/' || originator_version = %s"
)

Numbered = tuple[int, Entry]


class Seen(NamedTuple):
    """What a stretch is like. `subtrees`: the hashes of its complete subtrees, the largest first;
    `heads`: of each checkpoint that ends in it, what was signed, and those of the entries before.
    `span`: of each source, the first and the last position."""

    findings: list[Finding]
    subtrees: list[tuple[int, bytes]]
    heads: list[tuple[Checkpoint, list[tuple[int, bytes]]]]
    span: dict[str, tuple[int, int]]


class Desk:
    """The connections of a process, to the register and to every log."""

    def __init__(self, register: str, logs: Mapping[str, str], policy: Policy | None) -> None:
        self.register = Register.connect(register)
        self.logs = {source: connected(url) for source, url in logs.items()}
        self.policy = policy

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self.register.sql, *self.logs.values()):
            each.close()

    def look(self, start: int, end: int, others: Sequence[Checkpoint] = ()) -> Seen:
        """At the entries from `start`, a multiple of LENGTH, to before `end`."""
        findings: list[Finding] = []
        entries = list(self.register.entries(start, end))
        indexes: Sequence[int] = range(start, end)
        if len(entries) != end - start:
            gone = self.register.missing(start, end)
            findings += [Finding(REGISTER, f"there is no entry at index {each}") for each in gone]
            indexes = sorted(set(indexes).difference(gone))
        found = list(zip(indexes, entries, strict=True))
        levels = folded([leaf_hash(each.entry) for _, each in found])
        findings += self._stored_otherwise(start, levels, found)
        notes = self.register.notes(start, end)
        signed = [self._signed(size, note, findings) for size, note in notes]
        heads = [each for each in (*signed, *others) if each and start < each.size <= end]
        span = {}
        for source in sorted({each.source for _, each in found}):
            rows = [row for row in found if row[1].source == source]
            span[source] = rows[0][1].position, rows[-1][1].position
            findings += self._compared(source, rows)
        whole = [(each, complete(levels, min(each.size - start, len(found)))) for each in heads]
        return Seen(findings, complete(levels, len(found)), whole, span)

    def unregistered(self, source: str, first: int, last: int) -> list[Finding]:
        """What a log holds from one position to another, where nothing is registered."""
        return [inserted(source, *each) for each in rows(self.logs[source], first, last)]

    def count(self, source: str, place: int) -> int:
        """How many facts of a log come after a place."""
        asked = "SELECT count(*) FROM events WHERE position > %s"
        found = self.logs[source].execute(asked, [place]).fetchone()
        return int(found[0]) if found else 0

    # The register

    def _stored_otherwise(
        self, start: int, levels: Sequence[Sequence[bytes]], found: Sequence[Numbered]
    ) -> Iterator[Finding]:
        """Hashes that are stored and not those of the entries."""
        for level in range(0, LEVEL + 1, HEIGHT):
            made = levels[level] if level < len(levels) else []
            first = start >> level
            kept = self.register.hashes(level, first, first + len(made))
            for number, (a, b) in enumerate(zip(kept, made, strict=False)):
                if a != b and level:
                    low = (first + number) << level
                    what = f"of the entries {low} to {low + (1 << level) - 1}"
                    yield Finding(REGISTER, f"the hash that is stored {what} is not theirs")
                elif a != b:
                    index, each = found[number]
                    yield Finding(
                        REGISTER,
                        f"{where(each, index)}: the entry or its hash was changed in the register,"
                        " as they do not belong together",
                    )
            if len(kept) < len(made):
                says = f"{len(made) - len(kept)} hashes are missing at level {level} from {first}"
                yield Finding(REGISTER, says)

    def _signed(self, size: int, text: str, findings: list[Finding]) -> Checkpoint | None:
        try:
            note = Note.parse(text.encode())
            head = Checkpoint.parse(note.text)
            if head.size != size:
                raise Malformed(f"it says that it is of {head.size}")
            if self.policy:
                self.policy.signed(note)
        except (Malformed, Untrusted) as wrong:
            says = f"the checkpoint of {size} entries does not hold: {wrong}"
            findings.append(Finding(REGISTER, says))
            return None
        return head

    # The logs

    def _compared(self, source: str, registered: Sequence[Numbered]) -> Iterator[Finding]:
        """Both ways: what only one of them has, and what they have otherwise."""
        for (_, before), (index, after) in pairwise(registered):
            if after.position <= before.position:
                says = f"{where(after, index)} comes after position {before.position}"
                yield Finding(REGISTER, says)
        if source not in self.logs:
            yield Finding(REGISTER, f"it has entries of {source}, which is no service")
            return
        in_order = sorted(registered, key=lambda each: each[1].position)
        first, last = in_order[0][1].position, in_order[-1][1].position
        held = rows(self.logs[source], first, last)
        yield from differences(source, in_order, held, partial(self._whereabouts, source))

    def _whereabouts(self, source: str, fact: str | None) -> int | None:
        found = self.logs[source].execute(WHEREABOUTS, [fact]).fetchone()
        return int(found[0]) if found else None


def connected(url: str) -> psycopg.Connection:
    sql = psycopg.connect(url, autocommit=True, connect_timeout=2)
    sql.read_only = True
    return sql


def rows(sql: psycopg.Connection, first: int, last: int) -> Iterator[tuple[int, Stored]]:
    """What a log holds from one position to another, however much it is."""
    cursor = sql.cursor(binary=True)
    while page := cursor.execute(BETWEEN, [first, last, PAGE]).fetchall():
        for position, *stored in page:
            yield position, Stored(*stored)
        if len(page) < PAGE:
            return
        first = page[-1][0] + 1


def differences(
    source: str,
    registered: Sequence[Numbered],
    held: Iterator[tuple[int, Stored]],
    whereabouts: Any,
) -> Iterator[Finding]:
    """Of two rows in the order of positions, which end with the same one if all is well."""
    gone: list[Numbered] = []
    looked_for = 0
    row = next(held, None)
    for index, kept in registered:
        while row and row[0] < kept.position:
            yield inserted(source, *row)
            row = next(held, None)
        if row is None or row[0] > kept.position:
            gone.append((index, kept))
            continue
        if gone:
            yield from missing(gone)
            gone = []
        if changed := difference(index, kept, row[1]):
            fact = identity(kept.entry)
            if fact != f"{row[1].about}/{row[1].version}" and looked_for < MOVED:
                looked_for += 1
                now = whereabouts(fact)
                there = f"now stands at position {now}" if now else "is nowhere in the log any more"
                changed = changed._replace(says=f"{changed.says}; {name(kept.entry)} {there}")
            yield changed
        row = next(held, None)
    yield from missing(gone)
    while row:
        yield inserted(source, *row)
        row = next(held, None)


def difference(index: int, kept: Entry, stored: Stored) -> Finding | None:
    try:
        made = entry(kept.source, kept.position, stored)
    except (ValueError, RecursionError) as wrong:
        return Finding(LOG, f"{where(kept, index)}: the log holds what can be no entry: {wrong}")
    if made == kept.entry:
        return None
    return Finding(LOG, f"{where(kept, index)}: {differing(kept.entry, made)}")


def missing(gone: Sequence[Numbered]) -> Iterator[Finding]:
    if len(gone) == 1:
        [(index, kept)] = gone
        yield Finding(LOG, f"{where(kept, index)}: {name(kept.entry)} is not in the log any more")
    elif gone:
        (_, first), (_, last) = gone[0], gone[-1]
        yield Finding(
            LOG,
            f"{first.source}, positions {first.position} to {last.position}: {len(gone)} facts that"
            " are registered are not in the log any more",
        )


def inserted(source: str, position: int, stored: Stored) -> Finding:
    return Finding(
        LOG,
        f"{source}, position {position}: the log holds {stored.topic} {stored.about}/"
        f"{stored.version}, which is not registered, though what came later is",
    )


# The tree


def folded(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The hashes of all complete subtrees, level by level."""
    levels = [list(leaves)]
    while len(below := levels[-1]) > 1:
        pairs = zip(below[::2], below[1::2], strict=False)
        levels.append([node_hash(*each) for each in pairs])
    return levels


def complete(levels: Sequence[Sequence[bytes]], size: int) -> list[tuple[int, bytes]]:
    """The complete subtrees that the first so many leaves fall into, the largest first."""
    found, begun = [], 0
    for level in range(len(levels) - 1, -1, -1):
        if size >> level & 1:
            found.append((level, levels[level][begun >> level]))
            begun += 1 << level
    return found
