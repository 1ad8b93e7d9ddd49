"""A security key in software: makes passkeys and shows them, as a browser would pass them on."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from os import urandom

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def text(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    def __init__(self, origin="https://essaim.example", flags=PRESENT | VERIFIED):
        self.origin, self.flags = origin, flags
        self.key, self.id = ec.generate_private_key(ec.SECP256R1()), urandom(32)
        self.uses, self.owner = 0, None

    def make(self, options):
        """The answer to what a page asks to make a passkey."""
        self.owner = raw(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        known = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        seen = self.seen(options["rp"]["id"], ATTESTED) + known
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": seen})
        client = self.client("webauthn.create", options)
        return self.credential(client, attestationObject=text(attested))

    def show(self, options):
        """The answer to what a page asks to show one."""
        self.uses += 1
        seen = self.seen(options["rpId"])
        client = self.client("webauthn.get", options)
        signed = self.key.sign(seen + sha256(client).digest(), ec.ECDSA(SHA256()))
        more = {"authenticatorData": text(seen), "signature": text(signed)}
        return self.credential(client, **more, userHandle=text(self.owner))

    def seen(self, site, more=0):
        flags = bytes([self.flags | more])
        return sha256(site.encode()).digest() + flags + self.uses.to_bytes(4, "big")

    def client(self, kind, options):
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(told).encode()

    def credential(self, client, **response):
        response = {"clientDataJSON": text(client), **response}
        found = {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
        return json.dumps({**found, "response": response, "clientExtensionResults": {}})
