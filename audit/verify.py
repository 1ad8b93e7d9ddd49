"""Check, with nothing but Python, what a register has signed: python verify.py --help

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
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, NoReturn

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


# Asked on the command line


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{message}\nAsk with --help what may be given.\n")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="verify.py",
        description="Check a checkpoint of a register; that it holds an entry; or that it has only"
        " grown since an earlier checkpoint. The exit status is 0 where all holds, 1 where"
        " something does not, 2 where the question makes no sense.",
    )
    parser.add_argument(
        "file", type=Path, help="a checkpoint, a .tlog-proof, or what a witness is sent"
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
    if not (asked.log or asked.policy):
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
    if policy:
        others, settled = settlement(rules, data)
        found += [each for each in others if each not in found]
        said += settled
    names = "".join(f"Signed by {each.key.name}{when(each.at)}.\n" for each in found)
    return f"{head.origin} has {head.size} entries.\n{said}{names}"


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
        print("It holds.", verdict(**vars(asked)), sep="\n", end="")
    except Refused as reason:
        print(f"It does not hold: {reason}.")
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
