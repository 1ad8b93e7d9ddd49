"""Pictures come from us, and from the tile server that was chosen."""

import pytest

from gateway.door import _pictures
from gateway.tiles import tiles


def test_without_a_choice_there_are_no_tiles(monkeypatch):
    monkeypatch.delenv("MAP_TILES", raising=False)
    assert tiles() is None and _pictures() == b""


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://tiles.example.org:8443/a/{z}/{x}/{y}.png", b" https://tiles.example.org:8443"),
        ("/tiles/{z}/{x}/{y}.png", b""),
    ],
)
def test_the_policy_allows_the_server_and_no_other(monkeypatch, address, allowed):
    monkeypatch.setenv("MAP_TILES", address)
    assert _pictures() == allowed
