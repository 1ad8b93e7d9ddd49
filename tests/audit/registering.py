"""What a notary does, once and by hand: registers all that lies in the logs, and signs for it."""

from contextlib import closing

from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey
from audit.leaf import entry
from audit.note import Note
from audit.register import Entry, Register
from audit.tree import root
from kernel.recorder import InPostgres

LOG = SigningKey.generate("essaim.example/register", Kind.ED25519)
WITNESS = SigningKey.generate("witness.example", Kind.ED25519_COSIGNATURE)
SERVICES = ("members", "spaces", "bookings", "mobility", "training")


def register_all(databases, services=SERVICES, signed=True, witnessed=True):
    """Returns the size of the register."""
    with Register.connect(databases["REGISTER_DB"]) as register:
        for service in services:
            with closing(InPostgres(databases[f"{service.upper()}_AUDIT_DB"])) as log:
                while found := log.settled(register.place_in(service), 500):
                    entries = [Entry(service, at, entry(service, at, each)) for at, each in found]
                    register.append(register.size(), entries)
        size = register.size()
        if signed:
            sign(register, size, witnessed)
    return size


def sign(register, size, witnessed=True):
    text = str(Checkpoint(LOG.name, size, root(register.tree(size).subtree, size)))
    register.keep(size, Note(text, (LOG.sign(text),)))
    if witnessed:
        register.cosign(size, [WITNESS.sign(text, at=1_800_000_000)])
