"""Witnesses are asked beside the work, and what they sign is shown with the checkpoint."""

import subprocess
import sys

import pytest

from audit import keyfile
from audit.keys import Kind, SigningKey
from audit.policy import Policy
from deploy.local.where import free_ports


class Neighbour:
    """A witness, as a partner runs it."""

    def __init__(self, office, name):
        self.office, self.name, self.process = office, name, None
        self.key, self.port = office.folder / f"{name}.key", free_ports()
        self.keys = [SigningKey.generate(f"{name}.example", kind) for kind in (Kind(4), Kind(6))]
        keyfile.write(self.key, self.keys)

    def start(self):
        where = ["--key", self.key, "--state", self.office.folder / self.name]
        logs = [word for each in self.office.keys for word in ("--log", str(each.verifier))]
        command = [sys.executable, "-m", "audit", "witness", *where, *logs]
        command += ["--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=20)

    def lines(self):
        url = f"http://127.0.0.1:{self.port}"
        return [f"witness {self.name}-{n} {k.verifier} {url}" for n, k in enumerate(self.keys)]


@pytest.fixture
def neighbours(office):
    made = [Neighbour(office, name) for name in ("namur", "sedan")]
    logs = [f"log {each.verifier}" for each in office.keys]
    witnesses = [line for each in made for line in each.lines()]
    groups = ["group both all namur-0 sedan-0", "quorum both"]
    policy = office.folder / "policy"
    policy.write_text("".join(f"{line}\n" for line in [*logs, *witnesses, *groups]))
    office.env["POLICY"] = str(policy)
    for each in made:
        each.start()
    yield made
    for each in made:
        each.stop()


def settled(office):
    return office.metrics().get("essaim_register_settled")


def test_a_checkpoint_is_settled_when_both_sides_signed_and_nothing_waits_for_them(
    office, neighbours
):
    office.happen(3)
    office.start()
    office.wait_until_everything_is_signed()
    office.soon(lambda: settled(office) == 3)
    with office.register() as register:
        note = register.checkpoint()
    policy = Policy.parse((office.folder / "policy").read_bytes())
    assert len(policy.signed(note)) == 6  # two keys of the log, and of each of the two
    neighbours[1].stop()
    office.happen(2)
    office.wait_until_everything_is_signed()
    office.soon(lambda: "not cosigned: sedan.example" in office.said())
    assert settled(office) == 3
    office.stop()
    neighbours[1].start()
    office.start()
    office.soon(lambda: office.ready()[0] and settled(office) == 5)
    with office.register() as register:
        assert len(policy.signed(register.checkpoint())) == 6


def test_a_policy_of_somebody_else_is_no_policy(office, neighbours):
    policy = office.folder / "policy"
    log = SigningKey.generate("other.example", Kind.ED25519)
    lines = policy.read_text().splitlines()[len(office.keys) :]
    policy.write_text("".join(f"{line}\n" for line in [f"log {log.verifier}", *lines]))
    assert office.start().wait(timeout=60) == 2
    assert "none of the keys that we sign with" in office.said()
