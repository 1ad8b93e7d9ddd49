"""Whose checkpoints count, and who must have signed them as well: a policy, as text.

    # Witnesses from both countries have to sign.
    log essaim.example/register+0123abcd+AQ... https://essaim.example/register
    witness namur namur.example/witness+4567abcd+BA... https://namur.example/witness
    witness reims reims.example/witness+89abcdef+BA...
    witness sedan sedan.example/witness+cdef0123+BA...
    group france any reims sedan
    group both all namur france
    quorum both

The form is that of C2SP tlog-policy. Names are bytes to it and mean something in this file alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from audit.checkpoint import Checkpoint, from_decimal
from audit.keys import Kind, Signed, Untrusted, VerifierKey, signers
from audit.note import LONGEST, Malformed, Note

LINES = 1_000
NOBODY = "none"
"""The quorum that is always there."""
BLANK = "[ \t]+"
OF_LOGS = (Kind.ED25519, Kind.MLDSA44_COSIGNATURE)
OF_WITNESSES = (Kind.ED25519_COSIGNATURE, Kind.MLDSA44_COSIGNATURE)


@dataclass(frozen=True)
class Log:
    """Its key, whose name is the origin of its checkpoints, and perhaps where it is served."""

    key: VerifierKey
    url: str | None


@dataclass(frozen=True)
class Witness:
    """Who is to sign. Somebody with keys of two kinds is there twice, under two names."""

    name: str
    key: VerifierKey
    url: str | None


@dataclass(frozen=True)
class Group:
    """It is reached when at least so many of its members are: witnesses, or groups before it."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Any one of the logs must have signed a checkpoint, and the quorum: a witness or a group."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """C2SP tlog-policy. Raises Malformed, which names the line.

        In one thing it is stricter: a log cannot be a witness of its own.
        """
        draft = _Draft()
        for number, line in enumerate(_lines(data), 1):
            try:
                draft.take(line)
            except Malformed as wrong:
                raise Malformed(f"line {number}: {wrong}") from None
        if draft.quorum is None:
            raise Malformed("a policy has a line that says the quorum")
        return cls(tuple(draft.logs), tuple(draft.witnesses), tuple(draft.groups), draft.quorum)

    def signed(self, note: Note) -> list[Signed]:
        """Who of the policy signed a checkpoint, a log of that name among them.

        Raises Untrusted, Malformed.
        """
        logs = [each.key for each in self.logs]
        found = signers(note, [*logs, *(each.key for each in self.witnesses)])
        origin = Checkpoint.parse(note.text).origin
        if not any(each.by in logs and each.by.name == origin for each in found):
            raise Untrusted(f"no log of the policy signed this as {origin}")
        return found

    def settled(self, signed: Iterable[Signed]) -> bool:
        """Whether those who signed are enough. That a log did as well is for `signed` to say."""
        keys = {each.by for each in signed}
        reached = {NOBODY, *(each.name for each in self.witnesses if each.key in keys)}
        for group in self.groups:  # in this order, as each has only what comes before it
            if len(reached.intersection(group.members)) >= group.least:
                reached.add(group.name)
        return self.quorum in reached


@dataclass
class _Draft:
    """A policy of which only some lines are read."""

    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    names: set[str] = field(default_factory=set)
    grouped: set[str] = field(default_factory=set)
    publics: set[bytes] = field(default_factory=set)

    def take(self, line: str) -> None:
        match re.split(BLANK, line.strip(" \t")):
            case [""]:
                pass
            case [word, *_] if word.startswith("#"):
                pass
            case ["log", key, *url] if len(url) <= 1:
                self.logs.append(Log(self._key(key, OF_LOGS), *(url or [None])))
            case ["witness", name, key, *url] if len(url) <= 1:
                self._define(name)
                self.witnesses.append(Witness(name, self._key(key, OF_WITNESSES), *(url or [None])))
            case ["group", name, least, *members] if members:
                self._group(name, least, tuple(members))
            case ["quorum", name]:
                if self.quorum is not None:
                    raise Malformed("the quorum was said before")
                if name != NOBODY:
                    self._check_known(name)
                self.quorum = name
            case _:
                raise Malformed(
                    "a line is: log <key> [<url>], witness <name> <key> [<url>],"
                    " group <name> all|any|<number> <member>..., or quorum <name>"
                )

    def _key(self, text: str, kinds: tuple[Kind, ...]) -> VerifierKey:
        key = VerifierKey.parse(text)
        if key.kind not in kinds:
            raise Malformed("logs and witnesses have keys of different kinds, and this is another")
        if key.public in self.publics:
            raise Malformed("this key is there already, perhaps under another name")
        self.publics.add(key.public)
        return key

    def _group(self, name: str, least: str, members: tuple[str, ...]) -> None:
        for each in members:
            self._check_known(each)
            if each in self.grouped:
                raise Malformed(f"{each!r} is a member already, and counts once only")
            self.grouped.add(each)
        number = {"any": 1, "all": len(members)}.get(least) or from_decimal(least)
        if not 0 < number <= len(members):
            raise Malformed(f"of {len(members)} members there cannot be {number}")
        self._define(name)
        self.groups.append(Group(name, number, members))

    def _define(self, name: str) -> None:
        if name == NOBODY or name in self.names:
            raise Malformed(f"the name {name!r} is taken")
        self.names.add(name)

    def _check_known(self, name: str) -> None:
        if name not in self.names:
            raise Malformed(f"no line before this one says who {name!r} is")


def _lines(data: bytes) -> Iterator[str]:
    """C2SP tlog-policy, Character set."""
    if len(data) > LONGEST:
        raise Malformed(f"a policy has at most {LONGEST} bytes")
    *lines, rest = data.split(b"\n")
    if len(lines) >= LINES:
        raise Malformed(f"a policy has fewer than {LINES} lines")
    for number, line in enumerate(lines, 1):
        if re.search(rb"[^\t\x20-\x7e\x80-\xff]", line):
            raise Malformed(f"line {number}: a policy has no control characters but tabs")
        yield line.decode(
            errors="surrogateescape"
        )  # other bytes are another name, whatever they are
    if rest:
        raise Malformed("the last line of a policy ends with a newline as well")
