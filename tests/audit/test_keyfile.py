"""Private keys lie in files that nobody else may read, and are never overwritten."""

import os
import subprocess
import sys

import pytest

from audit.keyfile import read, write
from audit.keys import Kind, SigningKey, VerifierKey
from audit.note import Malformed

NAME = "example.com/register"


def ask(*words, cwd="."):
    command = [sys.executable, "-m", "audit", "key", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def file(tmp_path):
    return tmp_path / "register.key"


def test_a_file_of_keys_is_made_and_the_public_ones_are_printed(file):
    kinds = ("--kind", "ed25519", "--kind", "mldsa44", "--kind", "witness", "--kind", "ed25519")
    status, said, _ = ask(NAME, *kinds, "--out", file)
    keys = read(file)
    assert status == 0
    assert [VerifierKey.parse(each) for each in said.split()] == [each.verifier for each in keys]
    assert [each.kind for each in keys] == [Kind(1), Kind(6), Kind(4)]
    assert {each.name for each in keys} == {NAME}
    assert file.stat().st_mode & 0o777 == 0o600
    assert not any(each.secret() in said for each in keys)


def test_a_key_is_never_overwritten(file, tmp_path):
    (tmp_path / "link.key").symlink_to(file)
    assert ask(NAME, "--kind", "witness", "--out", file)[0] == 0
    before = file.read_bytes()
    for out in (file, tmp_path / "link.key"):
        status, said, why = ask(NAME, "--kind", "witness", "--out", out)
        assert (status, said, why) == (2, "", f"{out}: File exists. No key was made.\n")
    assert file.read_bytes() == before
    with pytest.raises(FileExistsError):
        write(file, [])


def test_a_file_that_anybody_may_read_is_refused(file):
    write(file, [SigningKey.generate(NAME, Kind.ED25519)])
    for mode, good in ((0o400, True), (0o440, True), (0o444, False), (0o602, False)):
        file.chmod(mode)
        if good:
            assert read(file)
        else:
            with pytest.raises(Malformed, match="chmod o-rwx"):
                read(file)


def test_what_is_no_file_of_keys_is_refused_without_a_word_of_what_is_secret(file):
    key = SigningKey.generate(NAME, Kind.ED25519)
    secret = key.secret()
    for content, says in (
        ("", "has no key"),
        (f"{secret}\n\n", "line 2: this is not a key"),
        (f"{secret}\n{key.verifier}\n", "line 2: the id of the key"),
        (f"{secret[:-8]}\n", "line 1"),
        (f"{secret} \n", "line 1"),
    ):
        file.write_text(content)
        os.chmod(file, 0o600)
        with pytest.raises(Malformed, match=says) as wrong:
            read(file)
        assert secret[-20:] not in str(wrong.value)
    file.write_bytes(b"\xff\xfe\n")
    with pytest.raises(Malformed):
        read(file)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "required"),
        ([NAME, "--kind", "witness"], "--out"),
        ([NAME, "--out", "x.key"], "--kind"),
        ([NAME, "--kind", "rsa", "--out", "x.key"], "choose from"),
        (["two words", "--kind", "witness", "--out", "x.key"], "a space or a plus"),
        (["", "--kind", "witness", "--out", "x.key"], "empty"),
        ([NAME, "--kind", "witness", "--out", "nowhere/x.key"], "No such file"),
    ],
    ids=lambda each: " ".join(each)[:30] if isinstance(each, list) else "",
)
def test_what_makes_no_sense_is_said(words, says):
    status, _, why = ask(*words)
    assert (status, says in why) == (2, True), why
