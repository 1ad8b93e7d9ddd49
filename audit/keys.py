"""The keys of logs and witnesses: what they sign, and whether they did.

A log signs the text of a note with Ed25519 (C2SP signed-note). Whoever cosigns a checkpoint states
a time as well (C2SP tlog-cosignature): a witness with either of two algorithms, a log with
ML-DSA-44, which quantum computers do not break.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from audit.checkpoint import LARGEST, Checkpoint
from audit.note import Malformed, Note, Signature, check_name, from_base64, to_base64

PRIVATE = "PRIVATE+KEY+"


class Untrusted(Exception):
    """Nobody whom we trust signed this, or somebody whom we trust did not sign it so."""


class Kind(IntEnum):
    """The type of a signature (C2SP signed-note, Signature types; tlog-cosignature, Format)."""

    ED25519 = 0x01
    ED25519_COSIGNATURE = 0x04
    MLDSA44_COSIGNATURE = 0x06

    @property
    def tells_time(self) -> bool:
        return self is not Kind.ED25519


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name of its owner. As text it is `name+id+base64`."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != (1312 if self.kind is Kind.MLDSA44_COSIGNATURE else 32):
            raise Malformed("the key has not the length of its kind")

    @classmethod
    def parse(cls, text: str) -> Self:
        """C2SP signed-note, verifier keys. Raises Malformed."""
        if str(key := cls(*_parts(text))) != text:
            raise Malformed("the id of the key is another")
        return key

    @property
    def id(self) -> bytes:
        """C2SP signed-note, Signatures."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    def verify(self, text: str, signature: Signature) -> int | None:
        """The POSIX time that a cosignature states, 0 where it states none. Raises Untrusted."""
        value, at = signature.value, None
        try:
            if self.kind.tells_time:
                at, value = int.from_bytes(value[:8]), value[8:]
            signed = _signed(self.kind, self.name, text, at)
            if self.kind is Kind.MLDSA44_COSIGNATURE:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(value, signed)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(value, signed)
        except (InvalidSignature, ValueError):
            raise Untrusted(f"the signature of {self.name} is not of this text") from None
        return at


@dataclass(frozen=True)
class SigningKey:
    """A private key: 32 secret bytes. They are never shown, but where they are asked for."""

    name: str
    kind: Kind
    _private: Ed25519PrivateKey | MLDSA44PrivateKey

    @classmethod
    def generate(cls, name: str, kind: Kind) -> Self:
        check_name(name)
        if kind is Kind.MLDSA44_COSIGNATURE:
            return cls(name, kind, MLDSA44PrivateKey.generate())
        return cls(name, kind, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> Self:
        """What secret() gave. Raises Malformed, without a word of what is secret."""
        name, kind, seed = _parts(text.removeprefix(PRIVATE))
        if len(seed) != 32:
            raise Malformed("this is not a private key")
        if kind is Kind.MLDSA44_COSIGNATURE:
            key = cls(name, kind, MLDSA44PrivateKey.from_seed_bytes(seed))
        else:
            key = cls(name, kind, Ed25519PrivateKey.from_private_bytes(seed))
        if key.secret() != text:
            raise Malformed("the id of the key is another, or this is not a private key")
        return key

    def secret(self) -> str:
        """The key as text, in the form that Go's notes have for it."""
        seed = bytes([self.kind]) + self._private.private_bytes_raw()
        return f"{PRIVATE}{self.name}+{self.verifier.id.hex()}+{to_base64(seed)}"

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.kind, self._private.public_key().public_bytes_raw())

    def sign(self, text: str, at: int | None = None) -> Signature:
        """Sign the text of a note; a cosignature states a POSIX time. Raises Malformed."""
        signed = _signed(self.kind, self.name, text, at)
        stated = at.to_bytes(8) if at is not None else b""
        return Signature(self.name, self.verifier.id, stated + self._private.sign(signed))


class Signed(NamedTuple):
    """Who signed, and when they say they did."""

    by: VerifierKey
    at: int | None


def signers(note: Note, trusted: Iterable[VerifierKey]) -> list[Signed]:
    """Those of the trusted who signed a note, in the order of its lines.

    Keys that we do not know are passed over, though they share a name or an id with one that we
    know. One wrong signature of a key that we know makes the whole note worthless (C2SP
    signed-note, Signatures). Raises Untrusted, also where nobody is left.
    """
    keys = {(each.name, each.id): each for each in trusted}
    found = [
        Signed(key, key.verify(note.text, each))
        for each in note.signatures
        if (key := keys.get((each.name, each.key_id)))
    ]
    if not found:
        raise Untrusted("nobody whom we trust signed this")
    return found


def _signed(kind: Kind, name: str, text: str, at: int | None) -> bytes:
    """The very bytes that a key signs (C2SP signed-note, Ed25519 signatures; tlog-cosignature,
    Ed25519 signed message and ML-DSA-44 signed message)."""
    if not kind.tells_time:
        if at is not None:
            raise Malformed("a signature that is no cosignature states no time")
        return text.encode()
    checkpoint = Checkpoint.parse(text)
    if at is None or not 0 <= at <= LARGEST:
        raise Malformed("a cosignature states a POSIX time")
    if kind is Kind.ED25519_COSIGNATURE:
        return f"cosignature/v1\ntime {at}\n{text}".encode()
    return b"".join(
        (
            b"subtree/v1\n\0",
            _prefixed(name),
            at.to_bytes(8),
            _prefixed(checkpoint.origin),
            (0).to_bytes(8),
            checkpoint.size.to_bytes(8),
            checkpoint.root,
        )
    )


def _prefixed(name: str) -> bytes:
    """opaque name<1..2^8-1> (RFC 8446, 3.4)."""
    if len(encoded := name.encode()) > 255:
        raise Malformed("a name of a log or cosigner has at most 255 bytes")
    return bytes([len(encoded)]) + encoded


def _parts(text: str) -> tuple[str, Kind, bytes]:
    """Name, kind and key out of name+id+base64, whatever the id."""
    try:
        name, _, encoded = text.split("+", 2)
        value = from_base64(encoded)
        return name, Kind(value[0]), value[1:]
    except (ValueError, IndexError):
        raise Malformed("this is not a key as notes have it") from None
