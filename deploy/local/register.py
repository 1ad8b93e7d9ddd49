"""What the register of this clone needs: keys, whose witnesses there are, and who must have signed.

A real witness belongs to somebody else, on the other side of the border. Here both are processes of
this machine, one for each country, so that everything can be tried.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from audit import keyfile
from audit.keys import Kind, SigningKey
from deploy.local.where import free_ports, keep_secret

ORIGIN = "essaim.localhost/register"
WITNESSES = {"witness-be": "belgium", "witness-fr": "france"}
"""Process -> how the policy calls whom it works for."""
OF_LOG = (Kind.ED25519, Kind.MLDSA44_COSIGNATURE)
OF_WITNESS = (Kind.ED25519_COSIGNATURE, Kind.MLDSA44_COSIGNATURE)


def provide(folder: Path, known: dict[str, str], runs: Callable[[str], bool]) -> dict[str, str]:
    """What the processes have to know. Keys are made once; an address stays what it was while its
    process runs, and afterwards where it is still free."""
    env = {}
    for part in ("audit", "notary", *WITNESSES):
        name = address_of(part)
        port = urlsplit(known.get(name, "")).port or 0
        env[name] = f"http://127.0.0.1:{port if runs(part) else free_ports(wanted=port)}"
    env["NOTARY_KEY"], env["NOTARY_STATE"] = str(folder / "register.key"), str(folder / "signed")
    env["POLICY"] = str(folder / "policy")
    log = keys(folder / "register.key", ORIGIN, OF_LOG)
    lines = [f"log {log[0].verifier} {env['AUDIT']}", *(f"log {each.verifier}" for each in log[1:])]
    for part, name in WITNESSES.items():
        made = keys(folder / f"{part}.key", f"{part}.localhost", OF_WITNESS)
        url, members = env[address_of(part)], [f"{name}-{n}" for n in range(1, len(made) + 1)]
        for member, each in zip(members, made, strict=True):
            lines += [f"witness {member} {each.verifier} {url}"]
        lines += [f"group {name} any {' '.join(members)}"]
    lines += [f"group both all {' '.join(WITNESSES.values())}", "quorum both"]
    keep_secret(folder / "policy", "".join(f"{line}\n" for line in lines))
    return env


def address_of(part: str) -> str:
    """The variable that has it."""
    return part.upper().replace("-", "_")


def keys(path: Path, name: str, kinds: tuple[Kind, ...]) -> list[SigningKey]:
    if not path.exists():
        keyfile.write(path, [SigningKey.generate(name, kind) for kind in kinds])
    return keyfile.read(path)


def commands(folder: Path, env: dict[str, str]) -> dict[str, list[str]]:
    """What Python runs as each of the processes."""
    logs = [str(each.verifier) for each in keyfile.read(folder / "register.key")]
    lines = {"notary": ["audit", "notary"]}
    for part in WITNESSES:
        where = ["--key", f"{folder / part}.key", "--state", str(folder / part)]
        for each in logs:
            where += ["--log", each]
        listen = env[address_of(part)].removeprefix("http://")
        lines[part] = ["audit", "witness", *where, "--listen", listen]
    return lines
