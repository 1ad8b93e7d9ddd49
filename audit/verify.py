"""Check, with nothing but Python, what a register has signed: python3 verify.py --help

This file needs no other and no package, so that it can be read whole and run anywhere, offline.
On purpose it shares no line with the register that it checks: a mistake there is not repeated here.

What it rests on: RFC 6962 (how the tree is hashed), RFC 8032 (Ed25519), and of C2SP the forms of
signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-witness and tlog-policy. ML-DSA-44
is beyond the standard library: such signatures are passed over, like those of anybody whose key is
not given.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

LARGEST_FILE = 1_000_000
MOST_SIGNATURES = 64


class Refused(Exception):
    """It does not hold, and this is why."""


# The tree (RFC 6962, 2.1). The definitions there are turned round: from a leaf, or from an old
# root, and a path back to the roots they lead to.


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def largest_power_below(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """That the leaf is at this index of the tree with this root (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise Refused(f"the log has {size} entries, so none at {index}")
    check_hashes(leaf, root, *path)
    if root_above(leaf, index, size, list(path)) != root:
        raise Refused("the entry is not what the log holds at this index")


def root_above(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    if size == 1:
        if path:
            raise Refused("the proof is too long")
        return leaf
    if not path:
        raise Refused("the proof is too short")
    middle, last = largest_power_below(size), path[-1]
    if index < middle:
        return node_hash(root_above(leaf, index, middle, path[:-1]), last)
    return node_hash(last, root_above(leaf, index - middle, size - middle, path[:-1]))


def check_consistency(
    old: int, size: int, path: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    """That the larger tree begins with the smaller one (RFC 6962, 2.1.2). Of a tree without
    entries nothing can be proved."""
    if not 0 < old <= size:
        raise Refused(f"no proof leads from {old} to {size} entries")
    check_hashes(old_root, root, *path)
    if roots_above(old, size, list(path), old_root) != (old_root, root):
        raise Refused("the history was rewritten: the larger log does not begin with the smaller")


def roots_above(
    old: int, size: int, path: list[bytes], old_root: bytes | None
) -> tuple[bytes, bytes]:
    if old == size and old_root is not None:  # the old tree is a whole subtree of the new one
        if path:
            raise Refused("the proof is too long")
        return old_root, old_root
    if not path:
        raise Refused("the proof is too short")
    *path, last = path
    if old == size:
        if path:
            raise Refused("the proof is too long")
        return last, last
    middle = largest_power_below(size)
    if old <= middle:
        before, after = roots_above(old, middle, path, old_root)
        return before, node_hash(after, last)
    before, after = roots_above(old - middle, size - middle, path, None)
    return node_hash(last, before), node_hash(last, after)


def check_hashes(*hashes: bytes) -> None:
    if any(len(each) != 32 for each in hashes):
        raise Refused("a hash does not have 32 bytes")


# Ed25519 (RFC 8032, 5.1). A point is (X, Y, Z, T) with x = X/Z, y = Y/Z and x*y = T/Z (5.1.4).

Point = tuple[int, int, int, int]

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a: Point, b: Point) -> Point:
    """5.1.4; it doubles as well."""
    r = (a[1] - a[0]) * (b[1] - b[0]) % P
    s = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * a[3] * b[3] * D % P
    u = 2 * a[2] * b[2] % P
    e, f, g, h = s - r, u - t, u + t, s + r
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def packed(point: Point) -> bytes:
    """5.1.2."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def unpacked(data: bytes) -> Point:
    """5.1.3."""
    number = int.from_bytes(data, "little")
    odd, y = number >> 255, number & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and odd):
        raise Refused("a key or signature is no point of the curve")
    if x & 1 != odd:
        x = P - x
    return x, y, 1, x * y % P


BASE = unpacked((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the owner of the key signed the message (5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
    try:
        x, y, z, t = unpacked(public)
    except Refused:
        return False
    return packed(add(times(s, BASE), times(h, (-x % P, y, z, -t % P)))) == r


# Keys and signed notes (C2SP signed-note)

SIGNS_TEXT, SIGNS_TIME, SIGNS_BEYOND_US = 0x01, 0x04, 0x06
LENGTHS = {SIGNS_TEXT: 32, SIGNS_TIME: 32, SIGNS_BEYOND_US: 1312}


class Key(NamedTuple):
    name: str
    kind: int
    public: bytes
    id: bytes


class Signer(NamedTuple):
    key: Key
    at: int | None
    """POSIX time, 0 or None where none is stated."""


def key(text: str) -> Key:
    """name+id+base64, of Ed25519"""
    found = any_key(text)
    if found.kind == SIGNS_BEYOND_US:
        raise Refused(f"the key of {found.name} is not of Ed25519")
    return found


def any_key(text: str) -> Key:
    if not (found := re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)", text)):
        raise Refused("a key looks like name+0123abcd+base64")
    name, material = found[1], unbase64(found[3])
    if not material or len(material) - 1 != LENGTHS.get(material[0]):
        raise Refused(f"the key of {name} is of no kind that is known here")
    id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    if id.hex() != found[2]:
        raise Refused(f"the key of {name} has another id, so a letter of it is wrong")
    return Key(name, material[0], material[1:], id)


def signers(text: str, lines: Sequence[tuple[str, bytes]], trusted: Sequence[Key]) -> list[Signer]:
    """Those of the trusted who signed. One wrong signature of one of them is enough to refuse."""
    found = []
    for name, value in lines:
        for known in trusted:
            if (name, value[:4]) != (known.name, known.id):
                continue
            at, signature, signed = None, value[4:], text
            if known.kind == SIGNS_TIME:
                at, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                signed = f"cosignature/v1\ntime {at}\n{text}"
            if not ed25519(known.public, signed.encode(), signature):
                raise Refused(f"the signature of {name} is not of this text")
            found.append(Signer(known, at))
    return found


def parts(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """The text, and of each signature the name, and the key's id with the value."""
    whole = decoded(note)
    if any(each < " " and each != "\n" for each in whole):
        raise Refused("there is a control character in the note")
    text, blank, under = whole.rpartition("\n\n")
    if not (blank and under.endswith("\n")):
        raise Refused("the note does not end with signatures")
    lines = under.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Refused(f"the note has more than {MOST_SIGNATURES} signatures")
    found = [re.fullmatch(r"\u2014 ([^\s+]+) (\S+)", line) for line in lines]
    values = [(each[1], unbase64(each[2])) for each in found if each]
    if len(values) < len(lines) or any(len(value) < 5 for _, value in values):
        raise Refused("a line under the note is no signature")
    return text + "\n", values


def unbase64(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("something is not base64") from None
    if base64.b64encode(value).decode() != text:
        raise Refused("base64 could be written otherwise")
    return value


def decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refused("the file is not UTF-8") from None


# Checkpoints and proofs (C2SP tlog-checkpoint, tlog-proof)

NUMBER = "(0|[1-9][0-9]{0,18})"
PROOF = "c2sp.org/tlog-proof@v1\n"


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes


def checkpoint(text: str) -> Checkpoint:
    found = re.fullmatch(rf"([^\n]+)\n{NUMBER}\n([^\n]+)\n(?:[^\n]+\n)*", text)
    if not found or int(found[2]) >= 2**63:
        raise Refused("the note is no checkpoint: origin, size and root, one a line")
    root = unbase64(found[3])
    check_hashes(root)
    return Checkpoint(found[1], int(found[2]), root)


def signed_checkpoint(
    note: bytes, log: Key, witnesses: Sequence[Key]
) -> tuple[Checkpoint, list[Signer]]:
    """A checkpoint that the log and every one of the witnesses signed."""
    text, lines = parts(note)
    head = checkpoint(text)
    if head.origin != log.name:
        raise Refused(f"this is a checkpoint of another log than {log.name}")
    found = signers(text, lines, [log, *witnesses])
    for each in (log, *witnesses):
        if each not in [signer.key for signer in found]:
            raise Refused(f"{each.name} did not sign this checkpoint")
    return head, found


def proof(data: bytes) -> tuple[int, list[bytes], bytes]:
    """The index, the path and the note of a .tlog-proof file."""
    return parted(data, rf"{PROOF}(?:extra (?P<extra>\S+)\n)?index", "c2sp.org/tlog-proof@v1")


def growth(data: bytes) -> tuple[int, list[bytes], bytes]:
    """The old size, the path and the note of what a witness is sent (C2SP tlog-witness,
    add-checkpoint)."""
    return parted(data, "old", "that a witness is sent")


def parted(data: bytes, opening: str, form: str) -> tuple[int, list[bytes], bytes]:
    head, _, note = data.partition(b"\n\n")
    line = rf"{opening} (?P<number>{NUMBER})(?P<path>(?:\n\S+){{0,63}})"
    found = re.fullmatch(line, decoded(head))
    if not found:
        raise Refused(f"the file is not of the form {form}")
    unbase64(found.groupdict().get("extra") or "")  # nobody vouches for it, but it has one form
    return int(found["number"]), [unbase64(each) for each in found["path"].split()], note


# Policies: whose checkpoints count, and who must have signed them as well (C2SP tlog-policy)

MOST_LINES = 1_000


class Policy(NamedTuple):
    """Names are bytes, which mean something within the file alone."""

    logs: list[Key]
    witnesses: dict[bytes, Key]
    groups: dict[bytes, tuple[int, list[bytes]]]
    quorum: list[bytes]


def policy_in(data: bytes) -> Policy:
    rules = Policy([], {}, {}, [])
    if re.search(rb"[^\t\n -~\x80-\xff]", data) or not data.endswith(b"\n"):
        raise Refused("the policy has a control character, or its last line has no end")
    lines = data.split(b"\n")
    if len(lines) > MOST_LINES:
        raise Refused(f"the policy has more than {MOST_LINES} lines")
    for number, line in enumerate(lines, 1):
        words = [each for each in line.replace(b"\t", b" ").split(b" ") if each]
        if words and not words[0].startswith(b"#"):
            try:
                take_rule(rules, words[0], words[1:])
            except Refused as reason:
                raise Refused(f"line {number} of the policy: {reason}") from None
    if len(rules.quorum) != 1:
        raise Refused("a policy says one quorum")
    return rules


def take_rule(rules: Policy, what: bytes, words: list[bytes]) -> None:
    named = {b"none", *rules.witnesses, *rules.groups}
    if what == b"log" and len(words) in (1, 2):
        rules.logs.append(new_key(rules, words[0], SIGNS_TEXT))
    elif what == b"witness" and len(words) in (2, 3):
        if words[0] in named:
            raise Refused("the name is taken")
        rules.witnesses[words[0]] = new_key(rules, words[1], SIGNS_TIME)
    elif what == b"group" and len(words) > 2:
        name, least, *members = words
        before = [each for _, several in rules.groups.values() for each in several]
        if name in named or not named.issuperset(members) or b"none" in members:
            raise Refused("the name is taken, or a member is not defined before")
        if len({*before, *members}) < len(before) + len(members):
            raise Refused("somebody is a member twice")
        if not re.fullmatch(rb"all|any|[1-9][0-9]{0,5}", least):
            raise Refused("how many of a group are needed is all, any or a number")
        needed = {b"all": len(members), b"any": 1}.get(least) or int(least)
        if needed > len(members):
            raise Refused("more of a group are needed than there are")
        rules.groups[name] = needed, members
    elif what == b"quorum" and len(words) == 1 and words[0] in named:
        rules.quorum.append(words[0])
    else:
        raise Refused("it is no log, witness, group or quorum of what stands before")


def new_key(rules: Policy, text: bytes, kind: int) -> Key:
    found = any_key(decoded(text))
    if found.kind not in (kind, SIGNS_BEYOND_US):
        raise Refused("logs and witnesses sign in other ways than this key")
    if found.public in [each.public for each in (*rules.logs, *rules.witnesses.values())]:
        raise Refused("the key is there already")
    return found


def log_of(rules: Policy, note: bytes) -> Key:
    """The one that signed, by its own words."""
    text, lines = parts(note)
    origin, signed = checkpoint(text).origin, [(name, value[:4]) for name, value in lines]
    for each in rules.logs:
        if each.kind == SIGNS_TEXT and each.name == origin and (each.name, each.id) in signed:
            return each
    raise Refused(f"no log of the policy signed this as {origin} with Ed25519")


def settlement(rules: Policy, note: bytes) -> tuple[list[Signer], str]:
    """The witnesses that signed, and that they are enough."""
    able = [each for each in rules.witnesses.values() if each.kind == SIGNS_TIME]
    unable = [each.name for each in rules.witnesses.values() if each.kind != SIGNS_TIME]
    found = signers(*parts(note), able)
    keys = [each.key for each in found]
    reached = {b"none", *(name for name, each in rules.witnesses.items() if each in keys)}
    for name, (needed, members) in rules.groups.items():
        if sum(each in reached for each in members) >= needed:
            reached.add(name)
    over = f"Passed over, as their keys are of ML-DSA-44: {', '.join(unable)}.\n" if unable else ""
    if rules.quorum[0] not in reached:
        silent = ", ".join(each.name for each in able if each not in keys) or "nobody else"
        names = ", ".join(each.name for each in keys) or "no witness"
        raise Refused(
            "too few witnesses signed for the checkpoint to be settled."
            f" Signed: {names}. Did not sign: {silent}. {over}".rstrip(" .\n")
        )
    return found, f"It is settled: as many signed as the policy asks for.\n{over}"


# Canonical JSON (RFC 8785): one value is written in one way only

EXACT = 2**53 - 1
PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parsed(line: bytes) -> Any:
    """What canonical JSON says. Nothing else comes through, so no name stands twice in it."""
    try:
        text = line.decode()
        value = READER.decode(text)
    except UnicodeDecodeError as error:
        raise Refused(f"byte {error.start + 1} of it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Refused(f"byte {len(text[: error.pos].encode()) + 1} of it is not JSON") from None
    except (ValueError, RecursionError):
        raise Refused("a number in it could be written otherwise, or it is nested deeply") from None
    if text != PLAIN.encode(value) and text != (other := canonical(value)):
        at = next((n for n, (a, b) in enumerate(zip(text, other)) if a != b), len(other))  # noqa: B905
        at = len(text[:at].encode()) + 1
        raise Refused(f"byte {at} of it could be written otherwise, or a name stands twice")
    return value


def canonical(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        pairs = (f"{PLAIN.encode(name)}:{canonical(value[name])}" for name in names)
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(canonical, value))}]"
    return number(value) if isinstance(value, float) else PLAIN.encode(value)


def number(value: float) -> str:
    """3.2.2.3: as ECMAScript writes it."""
    sign, digits, power = Decimal(repr(value)).normalize().as_tuple()
    text, minus, power = "".join(map(str, digits)), "-" if sign and value else "", int(power)
    point = len(text) + power
    if 0 < point <= 21:
        text = text + "0" * power if power >= 0 else f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{text}"
    else:
        text = f"{text[0]}{'.' if text[1:] else ''}{text[1:]}e{point - 1:+d}"
    return minus + text


def fraction(text: str) -> float:
    value = float(text)
    if abs(value) == float("inf") or number(value) != text:
        raise ValueError
    return value


def whole(text: str) -> float:
    return value if -EXACT <= (value := int(text)) <= EXACT else fraction(text)


def no_number(text: str) -> NoReturn:
    raise ValueError


READER = json.JSONDecoder(parse_int=whole, parse_float=fraction, parse_constant=no_number)


# Bundles. A bundle is a zip that is written in one way only: these files, in this order, with
# nothing between, before or after them, and nothing of what zip files may have and nobody needs
# (PKWARE's APPNOTE, 4.3). So there is no second file of a name, no link, no folder, no way out of
# one, and no two programs can see different things in it.

FILES = (
    "README.txt",
    "bundle.json",
    "checkpoint",
    "proof.txt",
    "leaves",
    "facts.jsonl",
    "disclosed.jsonl",
    "facts.csv",
    "facts.parquet",
    "prov.json",
    "index.html",
    "verify.py",
)
NOT_CHECKED = ("README.txt", "facts.parquet", "prov.json", "index.html", "verify.py")
LARGEST_BUNDLE = 2**32 - 1
LARGEST_CLAIMS = 16_000_000
LARGEST_DISCLOSED = 16_000_000
LONGEST_LINE = 65_535
"""Bytes of an entry of the register (C2SP tlog-tiles, Log entries)."""
MOST_FACTS = 10_000_000
MOST_RANGES = 500_000
MOST_GROUPS = 250_000
"""Passes, half-days attended: what is counted for each of them."""
CHUNK = 1 << 16

LOCAL, CENTRAL, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), "<4s4H2IH"
DEFLATED, FIRST_OF_1980, PLAIN_FILE = 8, 33, 0o100644 << 16


class Packed(NamedTuple):
    """A file in the zip: where its bytes are, and what they should become."""

    name: str
    at: int
    packed: int
    size: int
    crc: int


class Bundle:
    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.length = file.seek(0, 2)
        if self.length > LARGEST_BUNDLE:
            raise Refused(f"a bundle has at most {LARGEST_BUNDLE} bytes")
        self.files = {each.name: each for each in self._directory()}

    def _directory(self) -> Iterator[Packed]:
        size = struct.calcsize(END)
        table = sum(CENTRAL.size + len(name) for name in FILES)
        start = self.length - size - table
        number = len(FILES)
        expected = struct.pack(END, b"PK\5\6", 0, 0, number, number, table, max(start, 0), 0)
        if start < 0 or self._read(self.length - size, size) != expected:
            raise Refused("the zip is cut off, or is not written as a bundle is")
        at = 0
        for name in FILES:
            entry = self._read(start, CENTRAL.size + len(name))
            crc, packed, unpacked = CENTRAL.unpack_from(entry)[7:10]
            same = (20, 0, DEFLATED, 0, FIRST_OF_1980, crc, packed, unpacked, len(name), 0)
            central = (b"PK\1\2", 3 << 8 | 20, *same, 0, 0, 0, PLAIN_FILE, at)
            local = LOCAL.pack(b"PK\3\4", *same) + name.encode()
            expected = CENTRAL.pack(*central) + name.encode()
            if entry != expected or self._read(at, len(local)) != local:
                raise Refused(f"the zip is not written as a bundle is, from {name} on")
            yield Packed(name, at + len(local), packed, unpacked, crc)
            start, at = start + len(entry), at + len(local) + packed
            if at > self.length:
                raise Refused(f"{name} is cut off")
        if at != self.length - size - table:
            raise Refused("something is between the files of the zip")

    def _read(self, at: int, size: int) -> bytes:
        self.file.seek(at)
        return self.file.read(size)

    def content(self, name: str) -> Iterator[bytes]:
        """A file piece by piece, and never more of it than the zip says."""
        _, at, packed, size, crc = self.files[name]
        end, found, read, inflate = at + packed, 0, 0, zlib.decompressobj(-zlib.MAX_WBITS)
        while not inflate.eof:
            piece = inflate.unconsumed_tail or self._read(at, min(CHUNK, end - at))
            at += 0 if inflate.unconsumed_tail else len(piece)
            try:
                data = inflate.decompress(piece, CHUNK)
            except zlib.error:
                raise Refused(f"{name} cannot be unpacked") from None
            read, found = read + len(data), zlib.crc32(data, found)
            if read > size or not (piece or data):
                raise Refused(f"{name} is longer or shorter than the zip says")
            yield data
        if (at, read, found) != (end, size, crc) or inflate.unused_data:
            raise Refused(f"{name} is not what the zip says it is")

    def whole(self, name: str, largest: int = LARGEST_FILE) -> bytes:
        if self.files[name].size > largest:
            raise Refused(f"{name} is longer than {largest} bytes")
        return b"".join(self.content(name))

    def lines(self, name: str, longest: int = LONGEST_LINE) -> Iterator[bytes]:
        rest, number = b"", 0
        for data in self.content(name):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                number += 1
                if len(line) > longest:
                    raise Refused(f"line {number} of {name} is longer than {longest} bytes")
                yield line
            if len(rest) > longest:
                raise Refused(f"line {number + 1} of {name} is longer than {longest} bytes")
        if rest:
            raise Refused(f"the last line of {name} is cut off")

    def leaves(self) -> Iterator[bytes]:
        rest = b""
        for data in self.content("leaves"):
            rest += data
            whole = len(rest) // 32 * 32
            yield from (rest[at : at + 32] for at in range(0, whole, 32))
            rest = rest[whole:]
        if rest:
            raise Refused("leaves is no list of hashes")


# One proof for all entries of a bundle. The tree is walked as RFC 6962 (2.1) splits it; where a
# subtree holds none of them, its hash is the next of the proof.

PROOF_OF_ENTRIES = b"essaim/entries-proof@v1"

Ranges = list[tuple[int, int]]
"""Each from the first index to before the second."""


def proof_of_entries(lines: Iterator[bytes], size: int) -> tuple[Ranges, Iterator[bytes]]:
    """Which entries they are, and the hashes that lead from them to the root."""
    ranges: Ranges = []
    if next(lines, None) != PROOF_OF_ENTRIES:
        raise Refused(f"proof.txt is not of the form {PROOF_OF_ENTRIES.decode()}")
    line, before = next(lines, b""), -1
    while found := re.fullmatch(rf"entries {NUMBER} {NUMBER}".encode(), line):
        start, end = int(found[1]), int(found[2]) + 1
        if not before < start < end <= size or len(ranges) == MOST_RANGES:
            raise Refused("the ranges of proof.txt are not in order, not apart or too many")
        ranges.append((start, end))
        line, before = next(lines, b""), end
    if not ranges or sum(end - start for start, end in ranges) > MOST_FACTS:
        raise Refused(f"proof.txt is not about 1 to {MOST_FACTS} entries")
    return ranges, map(hash_in, chain([line] if line else [], lines))


def hash_in(line: bytes) -> bytes:
    value = unbase64(decoded(line))
    check_hashes(value)
    return value


def root_over(ranges: Ranges, size: int, leaves: Iterator[bytes], hashes: Iterator[bytes]) -> bytes:
    """The root that these leaves and the hashes of all other subtrees lead to."""
    left = ranges[::-1]

    def walk(start: int, end: int) -> bytes:
        while left and left[-1][1] <= start:
            left.pop()
        if not left or left[-1][0] >= end:
            return next(hashes)
        if end - start == 1:
            return next(leaves)
        middle = start + largest_power_below(end - start)
        return node_hash(walk(start, middle), walk(middle, end))

    try:
        root = walk(0, size)
    except StopIteration:
        raise Refused("proof.txt or leaves is too short") from None
    if next(hashes, None) is not None or next(leaves, None) is not None:
        raise Refused("proof.txt or leaves is too long")
    return root


# Facts (CloudEvents 1.0), and what is claimed of them

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z"
ENVELOPE = re.compile(
    r'\{"by":"(?P<by>[^"\\\x00-\x1f]{1,200})",'
    r'(?:"data":(?P<data>\{.*\}),)?'
    r'"datacontenttype":"application/json",'
    r'(?:"datasha256":"(?P<datasha256>[0-9a-f]{64})",)?'
    r'(?:"dataversion":[1-9]\d{0,5},)?'
    r'"id":"(?P<subject>[0-9a-f-]{36})/(?P<version>[1-9]\d{0,9})",'
    r'"sequence":"(?P<position>\d{20})",'
    r'"source":"/(?P<service>[a-z_]{1,40})",'
    r'"specversion":"1\.0",'
    r'"subject":"(?P=subject)",'
    r'(?:"subjecttype":"[^"\\\x00-\x1f]{1,200}",)?'
    rf'"time":"(?P<time>{TIME})",'
    r'(?:"traceparent":"[^"\\\x00-\x1f]{1,100}",)?'
    r'"type":"(?P<type>(?P=service)\.[A-Za-z]{1,100})"\}',
    re.ASCII,
)
"""A line of facts.jsonl. It is canonical JSON if its data are: names in one order, no escapes."""


class Fact(NamedTuple):
    service: str
    position: int
    time: str
    type: str
    subject: str
    version: int
    by: str
    text: str
    """Of the data, as in the line; or the hash of data that are too long for the register."""
    data: dict[str, Any]


def fact_in(line: bytes) -> Fact:
    """Around its data a line that fits can be written in one way only, so these alone are read."""
    try:
        found = ENVELOPE.fullmatch(line.decode())
    except UnicodeDecodeError:
        found = None
    if not found:
        parsed(line)  # which says which byte is wrong, where that is why
        raise Refused("it is not written as facts are")
    service, position, at, kind, subject, version, by, text, hashed = found.group(
        *("service", "position", "time", "type", "subject", "version", "by", "data", "datasha256")
    )
    if (text is None) == (hashed is None):
        raise Refused("it has no data, or data and their hash")
    try:
        data = parsed(text.encode()) if text else {}
    except Refused:
        parsed(line)
        raise
    about = (service, int(position), at, kind, subject, int(version), by)
    return Fact(*about, text or hashed, data)


HEADINGS = b'"entry","service","position","time","type","subject","version","by","data"\r'
FORMULAS = ("=", "+", "-", "@")
LONGEST_ROW = 2 * LONGEST_LINE + 1_000


def row(index: int, fact: Fact) -> bytes:
    """A fact as facts.csv has it (RFC 4180), without the last byte of its line. What a spreadsheet
    would take for a formula is made a text by an apostrophe; only `by` could begin like one."""
    by = f"'{fact.by}" if fact.by.startswith(FORMULAS) else fact.by
    place = f'"{index}","{fact.service}","{fact.position}","{fact.time}","{fact.type}"'
    data = fact.text.replace('"', '""')
    return f'{place},"{fact.subject}","{fact.version}","{by}","{data}"\r'.encode()


class Tally:
    """What the facts of a bundle say together, recomputed from nothing but them."""

    def __init__(self) -> None:
        self.facts = 0
        self.services: dict[str, dict[str, int]] = {}
        self.types: dict[str, int] = {}
        self.bookings = {"made": 0, "cents": 0}
        self.check_ins = {"number": 0, "half_days": 0}
        self.passes: dict[str, int] = {}
        self.settlements = {"lines": 0, "cents": 0}
        self.attended: dict[bytes, int] = {}

    def take(self, fact: Fact) -> None:
        self.facts += 1
        self._take_place(fact.service, fact.position)
        kind, data = fact.type, fact.data
        self.types[kind] = self.types.get(kind, 0) + 1
        if kind == "bookings.BookingMade":
            self.bookings["made"] += 1
            self.bookings["cents"] += amount(data, "price_cents")
        elif kind == "bookings.CheckedIn":
            self.check_ins["number"] += 1
            self.check_ins["half_days"] += amount(data, "half_days")
        elif kind == "mobility.VisitRecorded":
            used = self.passes.get(fact.subject, 0)
            self.passes[fact.subject] = used + amount(data, "half_days")
        elif kind == "mobility.SettlementLineAdded":
            self.settlements["lines"] += 1
            self.settlements["cents"] += amount(data, "amount_cents")
        elif kind == "training.AttendanceRecorded":  # what is recorded again replaces the earlier
            names = ("person_id", "day", "half")
            about = canonical([fact.subject, *(data.get(name) for name in names)])
            self.attended[hashlib.sha256(about.encode()).digest()] = amount(data, "minutes")
        if max(len(self.types), len(self.passes), len(self.attended)) > MOST_GROUPS:
            raise Refused(f"there are more than {MOST_GROUPS} of something that is counted apart")

    def _take_place(self, service: str, position: int) -> None:
        place = self.services.setdefault(service, {"facts": 0, "first": position, "last": 0})
        if position <= place["last"]:
            raise Refused(f"it is out of order: {service} was at position {place['last']} already")
        place["facts"] += 1
        place["last"] = position

    def figures(self) -> dict[str, Any]:
        minutes = self.attended.values()
        attendance = {"half_days": sum(map(bool, minutes)), "minutes": sum(minutes)}
        return {
            "services": self.services,
            "types": self.types,
            "bookings": self.bookings,
            "check_ins": self.check_ins,
            "attendance": attendance,
            "passes": self.passes,
            "settlements": self.settlements,
        }


def amount(data: dict[str, Any], name: str) -> int:
    if type(value := data.get(name)) is not int or value < 0:
        raise Refused(f"its {name} is no number")
    return value


CLAIMS = "essaim/bundle@v1"
NOTHING = object()
MOMENT = re.compile(TIME, re.ASCII)


def claims_in(data: bytes) -> dict[str, Any]:
    try:
        claims = parsed(data)
    except Refused as reason:
        raise Refused(f"bundle.json: {reason}") from None
    shape = {"form": str, "origin": str, "size": int, "facts": int, "disclosed": int}
    shape |= {"period": dict, "scope": dict, "figures": dict}
    if not isinstance(claims, dict) or {name: type(each) for name, each in claims.items()} != shape:
        raise Refused(f"bundle.json is not of the form {CLAIMS}")
    scope, period = claims["scope"], claims["period"]
    names = scope.get("names")
    if (
        scope.keys() != {"of", "names"}
        or scope["of"] not in ("everything", "services", "subjects")
        or not isinstance(names, list)
        or any(not isinstance(each, str) for each in names)
        or bool(names) != (scope["of"] != "everything")
    ):
        raise Refused("bundle.json does not say what it is about")
    ends = (period.get("from", ""), period.get("until", ""))
    if period.keys() != {"from", "until", "facts"} or not all(map(is_moment, ends)):
        raise Refused("the period in bundle.json is none")
    return claims


def is_moment(value: Any) -> bool:
    return value is None or (isinstance(value, str) and MOMENT.fullmatch(value) is not None)


def compare(claimed: Any, found: Any, name: str = "") -> None:
    """Nothing stands for what is not there."""
    if isinstance(claimed, dict) and isinstance(found, dict):
        for each in sorted(claimed.keys() | found.keys()):
            both = claimed.get(each, NOTHING), found.get(each, NOTHING)
            compare(*both, f"{name}.{each}" if name else each)
    elif type(claimed) is not type(found) or claimed != found:
        said, says = (
            "nothing" if each is NOTHING else PLAIN.encode(each)[:200] for each in (claimed, found)
        )
        raise Refused(f"bundle.json claims as {name} {said}, and it is {says}")


class Scope:
    """That the facts are those that the bundle says it is about, and which are left out."""

    def __init__(self, of: str, names: Sequence[str]) -> None:
        self.of, self.names = of, names
        self.versions = dict.fromkeys(names, 0)

    def take(self, fact: Fact) -> None:
        about = fact.service if self.of == "services" else fact.subject
        if self.of == "everything":
            return
        if about not in self.versions:
            raise Refused("it is not about what bundle.json says")
        if self.of == "subjects" and fact.version != self.versions[about] + 1:
            raise Refused(f"version {self.versions[about] + 1} of {about} is missing before it")
        self.versions[about] = fact.version

    def said(self, ranges: Ranges, services: dict[str, dict[str, int]]) -> Iterator[str]:
        """What is complete, and what no bundle of this scope can show."""
        if missing := [name for name, version in self.versions.items() if not version]:
            raise Refused(f"there is no fact of {missing[0]}, which bundle.json is about")
        first, last = ranges[0][0], ranges[-1][1] - 1
        if self.of == "everything":
            if len(ranges) > 1:
                raise Refused(f"entry {ranges[0][1]} is left out of a bundle of everything")
            yield f"It has every entry from {first} to {last}: nothing between them is left out."
        elif self.of == "subjects":
            for name, version in self.versions.items():
                yield f"It has versions 1 to {version} of {name}, every one."
            yield "Whether there are later ones, only a bundle of everything shows."
        for name, place in sorted(services.items()):
            skipped = place["last"] - place["first"] + 1 - place["facts"]
            about = f"{name}: {place['facts']} facts, in order"
            if self.of == "services" and skipped:
                about += (
                    f"; of the positions {place['first']} to {place['last']}, {skipped} are not"
                )
                about += " there, and only a bundle of everything shows why"
            elif self.of == "services":
                about += f", and every one between positions {place['first']} and {place['last']}"
            yield f"{about}."


DISCLOSED = {"subject", "fact", "field", "value", "salt", "commitment"}
HASH = re.compile("[0-9a-f]{64}")


class Disclosed:
    """Details that the facts commit to. A field that is null stands for all of an entry."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.number = 0
        self.left: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for line in lines:
            self.number += 1
            try:
                told = parsed(line)
                self._check_form(told)
            except Refused as reason:
                raise Refused(f"line {self.number} of disclosed.jsonl: {reason}") from None
            self.left.setdefault(told["fact"], []).append((self.number, told))

    def _check_form(self, told: Any) -> None:
        if not isinstance(told, dict) or told.keys() != DISCLOSED:
            raise Refused("it is not as details are disclosed")
        texts = [told[name] for name in ("subject", "fact", "salt", "commitment")]
        if any(not isinstance(each, str) for each in texts) or not all(
            map(HASH.fullmatch, texts[2:])
        ):
            raise Refused("it is not as details are disclosed")
        if not (told["field"] is None or isinstance(told["field"], str)):
            raise Refused("it is not as details are disclosed")
        value = bytes.fromhex(told["salt"]) + canonical(told["value"]).encode()
        if hashlib.sha256(value).hexdigest() != told["commitment"]:
            raise Refused("its value and its salt are not what its commitment says")

    def take(self, fact: Fact) -> None:
        for number, told in self.left.pop(f"{fact.subject}/{fact.version}", ()):
            data, field = fact.data, told["field"]
            several = data.get("commitments")
            known = several.get(field) if isinstance(several, dict) else None
            known = data.get("commitment") if field is None else known
            if (known, fact.subject) != (told["commitment"], told["subject"]):
                raise Refused(f"line {number} of disclosed.jsonl is not what the fact commits to")

    def check_all_taken(self) -> None:
        for number, told in chain(*self.left.values()):
            about = f"about a fact that is not in the bundle, {told['fact']}"
            raise Refused(f"line {number} of disclosed.jsonl is {about}")


def lines_of_entries(bundle: Bundle, ranges: Ranges) -> Iterator[tuple[int, bytes, str]]:
    """Each line of facts.jsonl, of which entry it is, and where that is, in words. They are what
    the leaves say."""
    lines, number = bundle.lines("facts.jsonl"), 0
    leaves = pairwise(chain(bundle.leaves(), [b""]))
    for index in chain.from_iterable(range(*each) for each in ranges):
        leaf, after = next(leaves)
        if (line := next(lines, None)) is None:
            raise Refused(f"facts.jsonl ends after line {number}, and entry {index} is missing")
        number += 1
        where = f"line {number} of facts.jsonl, entry {index} of the register"
        if (hashed := leaf_hash(line)) != leaf:
            if known := re.search(rb'"id":"([0-9a-f-]{36}/[0-9]{1,10})"', line):
                where += f", which calls itself fact {known[1].decode()}"
            if hashed == after:
                raise Refused(
                    f"{where}, is the next entry: one was left out, or they change places"
                )
            try:
                parsed(line)
            except Refused as reason:
                raise Refused(f"{where}, is not what was registered: {reason}") from None
            raise Refused(f"{where}, is not what was registered")
        yield index, line, where
    if next(lines, None) is not None:
        raise Refused(f"line {number + 1} of facts.jsonl is none of these entries: it was added")


def check_bundle(bundle: Bundle, head: Checkpoint) -> Iterator[str]:
    """What holds of it, in words."""
    claims = claims_in(bundle.whole("bundle.json", LARGEST_CLAIMS))
    ranges, hashes = proof_of_entries(bundle.lines("proof.txt"), head.size)
    if bundle.files["leaves"].size != 32 * sum(end - start for start, end in ranges):
        raise Refused("leaves has not one hash for each entry of proof.txt")
    leads_up = root_over(ranges, head.size, bundle.leaves(), hashes) == head.root
    entries = lines_of_entries(bundle, ranges)
    if not leads_up:
        deque(entries, maxlen=0)  # perhaps it can be told which one it is
        raise Refused(
            "leaves and proof.txt do not lead to the root that was signed. One of the three was"
            " altered, or a line together with its leaf, and then nobody can tell which"
        )
    if bundle.files["disclosed.jsonl"].size > LARGEST_DISCLOSED:
        raise Refused(f"disclosed.jsonl is longer than {LARGEST_DISCLOSED} bytes")
    disclosed = Disclosed(bundle.lines("disclosed.jsonl"))
    scope, tally = Scope(claims["scope"]["of"], claims["scope"]["names"]), Tally()
    first, until, inside = claims["period"]["from"], claims["period"]["until"], 0
    table = bundle.lines("facts.csv", LONGEST_ROW)
    check_row(next(table, b""), b"\xef\xbb\xbf" + HEADINGS, 1)
    for index, line, where in entries:
        try:
            fact = fact_in(line)
            tally.take(fact)
            scope.take(fact)
            disclosed.take(fact)
        except Refused as reason:
            raise Refused(f"{where}: {reason}") from None
        at = fact.time[:-1]
        inside += (not first or at >= first[:-1]) and (not until or at < until[:-1])
        check_row(next(table, b""), row(index, fact), tally.facts + 1)
    if next(table, None) is not None:
        raise Refused("facts.csv has more lines than there are facts")
    disclosed.check_all_taken()
    found = {"form": CLAIMS, "origin": head.origin, "size": head.size, "facts": tally.facts}
    found |= {"period": {**claims["period"], "facts": inside}, "scope": claims["scope"]}
    found |= {"disclosed": disclosed.number, "figures": tally.figures()}
    compare(claims, found)
    yield f"This bundle has {tally.facts} of them, each as it was registered."
    yield from scope.said(ranges, tally.services)
    if first or until:
        of = f"from {first or 'the beginning'} until {until or 'the last'}"
        yield f"{inside} of them say that they were recorded {of}."
    yield "The figures in bundle.json are what the facts say:"
    yield from told(tally.figures())
    if disclosed.number:
        yield f"{disclosed.number} details are disclosed, each as it was when it was recorded."
    yield "facts.csv says what the facts say."
    yield f"Made from the facts as well, and not looked at: {', '.join(NOT_CHECKED)}."


def check_row(found: bytes, expected: bytes, number: int) -> None:
    if found != expected:
        raise Refused(f"line {number} of facts.csv is not what the facts say")


def told(figures: dict[str, Any]) -> Iterator[str]:
    passes = figures["passes"]
    for number, what in (
        (figures["bookings"]["made"], f"bookings of {euros(figures['bookings']['cents'])}"),
        (figures["check_ins"]["half_days"], "half-days in a space"),
        (figures["attendance"]["half_days"], "half-days of training attended"),
        (sum(passes.values()), f"half-days across the border with {len(passes)} passes"),
        (figures["settlements"]["lines"], f"settled for {euros(figures['settlements']['cents'])}"),
    ):
        yield f"  {number} {what}"


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d} EUR"


# Asked on the command line


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{message}\nAsk with --help what may be given.\n")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="verify.py",
        description="Check a bundle of facts; a checkpoint of a register; that it holds an entry;"
        " or that it has only grown since an earlier checkpoint. The exit status is 0 where all"
        " holds, 1 where something does not, 2 where the question makes no sense or stays open.",
    )
    parser.add_argument(
        "file", type=Path, help="a .zip, a checkpoint, a .tlog-proof, or what a witness is sent"
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--entry", type=Path, help="of the .tlog-proof, to the byte")
    either.add_argument("--since", type=Path, help="the earlier checkpoint")
    parser.add_argument("--log", type=given_key, help="who keeps the register")
    parser.add_argument(
        "--witness", type=given_key, action="append", default=[], help="must have signed as well"
    )
    parser.add_argument("--policy", type=Path, help="whose checkpoints count, once who has signed")
    asked = parser.parse_args(given)
    if not (asked.log or asked.policy or asked.file.suffix == ".zip"):
        parser.error("--log or --policy is required")
    return asked


def given_key(text: str) -> Key:
    try:
        return key(text)
    except Refused as reason:
        raise argparse.ArgumentTypeError(str(reason)) from None


def read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Refused(f"{path} is longer than {LARGEST_FILE} bytes")
    return data


def verdict(
    file: Path,
    entry: Path | None,
    since: Path | None,
    log: Key | None,
    witness: Sequence[Key],
    policy: Path | None,
) -> str:
    rules = policy_in(read(policy) if policy else b"quorum none\n")
    if file.suffix == ".zip":
        with file.open("rb") as opened:
            bundle = Bundle(opened)
            note, signed = bundle.whole("checkpoint"), ""
            if log or policy:
                head, found = signed_checkpoint(note, log or log_of(rules, note), witness)
                signed = names(found, rules, note, bool(policy))
            else:
                head = checkpoint(parts(note)[0])
            said = "".join(f"{line}\n" for line in check_bundle(bundle, head))
        return f"{head.origin} has {head.size} entries.\n{signed}{said}"
    data, said = read(file), ""
    if entry:
        index, path, data = proof(data)
    elif since:
        old, path, data = growth(data)
    head, found = signed_checkpoint(data, log or log_of(rules, data), witness)
    if entry:
        check_inclusion(leaf_hash(read(entry)), index, head.size, path, head.root)
        said = f"{entry} is its entry at index {index}.\n"
    elif since:
        earlier = read(since)
        before, _ = signed_checkpoint(earlier, log or log_of(rules, earlier), [])
        if before.size != old:
            raise Refused(f"the proof is since {old} entries, and {since} has {before.size}")
        check_consistency(old, head.size, path, before.root, head.root)
        said = f"The first {old} of them are those of {since}.\n"
    signed = names(found, rules, data, bool(policy))
    return f"{head.origin} has {head.size} entries.\n{said}{signed}"


def names(found: list[Signer], rules: Policy, note: bytes, has_policy: bool) -> str:
    """Who signed, in words; where there is a policy, that those are enough."""
    settled = ""
    if has_policy:
        others, settled = settlement(rules, note)
        found = found + [each for each in others if each not in found]
    return settled + "".join(f"Signed by {each.key.name}{when(each.at)}.\n" for each in found)


def when(at: int | None) -> str:
    if not at:
        return ""
    try:
        return f" at {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, OSError, ValueError):
        return f" at {at}"


def main(*given: str) -> int:
    asked = arguments(given)
    try:
        said = verdict(**vars(asked))
    except Refused as reason:
        print(f"It does not hold: {reason}.")
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return 2
    if not (asked.log or asked.policy):
        print("Nothing in it is against the rest, but anybody could have made it: whose it is, was")
        print("not checked. Give --log or --policy.", said, sep="\n", end="")
        return 2
    print("It holds.", said, sep="\n", end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
