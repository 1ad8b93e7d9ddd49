"""Files of private keys: one key a line, which nobody but their owner may read."""

import os
from collections.abc import Sequence
from pathlib import Path

from audit.keys import SigningKey
from audit.note import LONGEST, Malformed

STRANGERS = 0o007


def write(path: Path, keys: Sequence[SigningKey]) -> None:
    """Raises FileExistsError: a key that is overwritten is lost for ever."""
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(made, "w") as file:
        file.writelines(f"{each.secret()}\n" for each in keys)
        file.flush()
        os.fsync(made)


def read(path: Path) -> list[SigningKey]:
    """Raises OSError, and Malformed without a word of what is secret."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & STRANGERS:
            raise Malformed(f"anybody may read {path}: chmod o-rwx {path}")
        data = file.read(LONGEST)
    keys = []
    for number, line in enumerate(data.decode(errors="replace").splitlines(), 1):
        try:
            keys.append(SigningKey.parse(line))
        except Malformed as wrong:
            raise Malformed(f"{path}, line {number}: {wrong}") from None
    if not keys:
        raise Malformed(f"{path} has no key")
    return keys
