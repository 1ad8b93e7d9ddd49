"""The gateway as a process: what it says of itself, to its operators and in its log."""

import json
import os
import socket
import subprocess
import sys

import httpx
import psycopg
import pytest

from gateway.views import VIEWS
from tests import plain

TRACE = "0af7651916cd43dd8448eb211c80319c"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Gateway:
    def __init__(self, databases, broker, log):
        self.log, door, ops = log, free_port(), free_port()
        self.url, self.ops = (f"http://127.0.0.1:{port}" for port in (door, ops))
        env = {**os.environ, **databases, "BROKER": broker, "OPS": f"127.0.0.1:{ops}"}
        command = [sys.executable, "-m", "uvicorn", "gateway.app:app", "--port", str(door)]
        self.process = subprocess.Popen(
            command, env=env | {"LOG_FORMAT": "json"}, stdout=log, stderr=log
        )

    def lines(self):
        """What it logs from the moment on at which it works."""
        self.log.seek(0)
        return [json.loads(line) for line in self.log if line.startswith("{")]

    def is_ready(self):
        try:
            return plain.get(f"{self.ops}/readyz").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def at_work(databases, broker, tmp_path_factory, soon):
    for view in VIEWS:
        opened = view(databases["GATEWAY_DB"])
        assert opened.sql
        opened.close()
    with (tmp_path_factory.mktemp("gateway") / "log").open("w+") as log:
        gateway = Gateway(databases, broker, log)
        try:
            soon(gateway.is_ready)
            yield gateway
        finally:
            gateway.process.terminate()
            gateway.process.wait(timeout=10)


def test_operators_have_a_door_of_their_own(at_work):
    assert plain.get(f"{at_work.ops}/healthz").status_code == 200
    assert plain.get(f"{at_work.ops}/readyz").json() == {"database": "here", "broker": "here"}
    plain.get(f"{at_work.url}/v1/spaces")
    told = plain.get(f"{at_work.ops}/metrics").text
    counted = 'essaim_http_request_seconds_count{method="GET",route="/v1/spaces",status="200"} 1.0'
    assert counted in told
    assert 'essaim_view_lag_facts{source="bookings",view="agenda"} 0.0' in told
    assert 'essaim_pool_connections{database="gateway",state="idle"}' in told


def test_what_broke_stands_in_the_log_under_its_trace(at_work, databases, soon):
    with psycopg.connect(databases["GATEWAY_DB"], autocommit=True) as sql:
        sql.execute("ALTER TABLE accounts.token RENAME COLUMN revoked TO gone")
        headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "Authorization": "Bearer x"}
        told = plain.get(f"{at_work.url}/v1/me", headers=headers)
        sql.execute("ALTER TABLE accounts.token RENAME COLUMN gone TO revoked")
    assert (told.status_code, told.json()["trace"]) == (500, TRACE)

    [line] = soon(lambda: [each for each in at_work.lines() if each.get("trace") == TRACE])
    assert line["level"] == "error" and line["error"]["type"].endswith("UndefinedColumn")
    assert "uvicorn.access" not in {each["logger"] for each in at_work.lines()}
