import os
import socket

import pytest

from deploy.local import where
from deploy.local.network import for_processes


@pytest.fixture
def clone(tmp_path, monkeypatch):
    monkeypatch.setattr(where, "RUN", tmp_path / "clone" / ".run")
    monkeypatch.setattr(where, "MARK", f"test{os.getpid()}")
    (tmp_path / "clone").mkdir()
    return tmp_path / "clone"


def test_a_taken_port_is_not_free():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not where.is_free(port)
        assert where.free_ports(wanted=port) != port


def test_the_wanted_port_is_kept_while_it_is_free():
    port = where.free_ports(3)
    assert where.free_ports(3, wanted=port) == port


def test_a_secret_is_never_readable_by_others(tmp_path):
    where.keep_secret(tmp_path / "secret", "first")
    where.keep_secret(tmp_path / "secret", "second")
    assert (tmp_path / "secret").read_text() == "second"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not where.root(), reason="only root starts servers as somebody else")
def test_servers_of_root_live_where_their_own_users_can_go(clone, tmp_path):
    tmp_path.chmod(0o700)
    room = where.room("servers")
    assert all(above.stat().st_mode & 0o001 for above in room.parents)
    assert (clone / ".run" / "servers").resolve() == room
    assert where.room("servers") == room
    room.rmdir()
    room.parent.rmdir()


def test_who_tries_it_here_needs_no_second_factor_unless_it_is_asked_for(monkeypatch):
    monkeypatch.delenv("SECOND_FACTOR", raising=False)
    assert for_processes({})["SECOND_FACTOR"] == "offered"
    monkeypatch.setenv("SECOND_FACTOR", "required")
    assert for_processes({})["SECOND_FACTOR"] == "required"
