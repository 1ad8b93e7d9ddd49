"""With real processes: from keys in two countries to a checkpoint that an auditor calls settled."""

import subprocess
import sys
from contextlib import ExitStack

from audit.policy import Policy
from audit.witnessing import Witnesses
from tests.audit.small_log import SmallLog, running

VERIFY = [sys.executable, "-I", "-S", "audit/verify.py"]


def tool(*words):
    command = [sys.executable, "-m", "audit", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def verified(*words):
    done = subprocess.run([*VERIFY, *map(str, words)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def test_witnesses_of_both_countries_settle_a_checkpoint(tmp_path):
    log = SmallLog()
    names, lines = {"belgium": "namur.example/witness", "france": "reims.example/witness"}, []
    with ExitStack() as open_:
        processes = {}
        for country, name in names.items():
            key, kinds = tmp_path / f"{country}.key", ("--kind", "witness", "--kind", "mldsa44")
            vkeys = tool("key", name, *kinds, "--out", key).split()
            processes[country], url = open_.enter_context(
                running(key, log.vkeys, tmp_path / country)
            )
            lines += [f"witness {country}-{each} {vkeys[each]} {url}" for each in (0, 1)]
            lines.append(f"group {country} any {country}-0 {country}-1")
        lines = [f"log {log.vkeys[0]}", *lines, "group both all belgium france", "quorum both"]
        (tmp_path / "policy").write_text("".join(f"{line}\n" for line in lines))
        policy = Policy.parse((tmp_path / "policy").read_bytes())
        asking = Witnesses(policy)

        def checkpoint(size):
            """As the register would hand it out: what was gathered, put under it."""
            signatures, problems = asking.cosign(log.note(size), log.subtree)
            note, path = log.note(size, *signatures), tmp_path / f"checkpoint-{size}"
            path.write_bytes(bytes(note))
            return path, policy.settled(policy.signed(note)), problems

        path, settled, problems = checkpoint(13)
        assert (settled, problems) == (True, [])
        status, said = verified(path, "--policy", tmp_path / "policy")
        assert status == 0, said
        assert "It is settled: as many signed as the policy asks for.\n" in said
        for name in names.values():
            assert f"Signed by {name} at 20" in said

        processes["france"].kill()
        processes["france"].wait()  # or the machine may still let us in, and then hang up
        path, settled, problems = checkpoint(20)
        assert (settled, problems) == (
            False,
            ["reims.example/witness cannot be asked (ConnectError)"],
        )
        status, said = verified(path, "--policy", tmp_path / "policy")
        assert (status, "Did not sign: reims.example/witness." in said) == (1, True), said
