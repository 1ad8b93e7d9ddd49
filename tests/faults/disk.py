"""The data of a PostgreSQL on a small disk of its own, which can be filled up."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest

SPARE = 96 * 1024 * 1024
"""Bytes. The server may take some of it before the disk is filled, a segment of 16 MB at a time,
and needs room for another one to start again."""


class Disk:
    def __init__(self, folder):
        self.ballast = folder / "ballast"

    def fill(self):
        """Until there is not a byte left."""
        with self.ballast.open("ab", buffering=0) as file:
            for size in (1024 * 1024, 4096):
                while True:
                    try:
                        file.write(b"\0" * size)
                    except OSError:
                        break

    def free(self):
        self.ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(postgres):
    """Its data moves there, and comes back. Skips the test where nothing may be mounted."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    data, aside = postgres.data, postgres.data.with_name("aside")
    postgres.stop()
    data.rename(aside)
    data.mkdir()
    used = sum(each.stat().st_blocks * 512 for each in aside.rglob("*"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={used + SPARE}", "essaim-test", data]
    mounted = subprocess.run(command, capture_output=True, text=True)
    try:
        if mounted.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr}")
        copy(aside, data)
        shutil.rmtree(aside)
        try:
            postgres.start()
            yield Disk(data)
        finally:
            postgres.stop()
            copy(data, aside)
            subprocess.run(["umount", data], check=True)
    finally:
        data.rmdir()
        aside.rename(data)
        postgres.start()


def copy(source, target):
    """With owners and modes, those of the folder itself included."""
    subprocess.run(["cp", "-a", "-T", source, target], check=True)
