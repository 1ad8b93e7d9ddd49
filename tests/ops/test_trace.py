"""Spans go to a collector that speaks OTLP over HTTP; without one they cost nothing."""

import gzip
import os
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from kernel.ops import trace

CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.got.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def collector():
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        server.got = []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def spans(collector):
    """Name -> span, and the names of the services."""
    resources = [each for _, got in collector.got for each in got.resource_spans]
    names = {
        each.value.string_value
        for resource in resources
        for each in resource.resource.attributes
        if each.key == "service.name"
    }
    found = [span for each in resources for scope in each.scope_spans for span in scope.spans]
    return {span.name: span for span in found}, names


def run(program, endpoint, **env):
    env = {**os.environ, "OTEL_SERVICE_NAME": "bookings", **env}
    if endpoint:
        env["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, time.monotonic() - begun


GREEN = """
import warnings
warnings.filterwarnings("ignore")
import eventlet
eventlet.monkey_patch()
"""
REQUEST = """
import sys
from kernel.ops import trace

header = "%s" or trace.begun()
trace.traceparent.set(header)
with trace.span("POST /v1/bookings"):
    sent = trace.traceparent.get()                  # in the header of the question
    print(sent)

trace.traceparent.set(sent)                         # the service
with trace.span("bookings.book_desk", attempt=2):
    stored = trace.traceparent.get()                # in the fact
    print(stored)

trace.traceparent.set(stored)                       # a follower, later
try:
    with trace.span("mobility takes in", position=7):
        raise ValueError("Lise Lambert")
except ValueError:
    pass
assert trace.traceparent.get() == stored
"""
# What is done in the last half second before the end may stay untold.
AFTERWARDS = "import time; time.sleep(1.5)"


@pytest.mark.parametrize(("green", "caller"), [("", CALLER), ("", ""), (GREEN, "")])
def test_one_request_is_one_trace_from_the_door_to_the_last_effect(collector, caller, green):
    endpoint = f"http://127.0.0.1:{collector.server_port}"
    printed, _ = run(green + REQUEST % caller + AFTERWARDS, endpoint)
    found, services = spans(collector)
    door, service, follower = (
        found[name] for name in ("POST /v1/bookings", "bookings.book_desk", "mobility takes in")
    )
    assert services == {"bookings"}
    assert {path for path, _ in collector.got} == {"/v1/traces"}
    assert len({each.trace_id for each in (door, service, follower)}) == 1
    assert service.parent_span_id == door.span_id
    assert follower.parent_span_id == service.span_id
    if caller:
        assert f"00-{door.trace_id.hex()}-{door.parent_span_id.hex()}-01" == caller
    else:
        assert door.parent_span_id == b"", "it is the first: no span is missing before it"
    for header, each in zip(printed.split(), (door, service), strict=True):
        assert trace.is_valid(header)
        assert header.startswith(f"00-{each.trace_id.hex()}-{each.span_id.hex()}-")
    assert {each.key: each.value.int_value for each in service.attributes} == {"attempt": 2}
    assert (follower.status.code, follower.status.message) == (2, "ValueError")
    assert "Lise" not in str(collector.got)


def test_a_caller_who_does_not_want_to_be_traced_is_not_but_his_id_is_kept(collector):
    endpoint = f"http://127.0.0.1:{collector.server_port}"
    unwanted = CALLER.removesuffix("01") + "00"
    printed, _ = run(REQUEST % unwanted + AFTERWARDS, endpoint)
    assert spans(collector)[0] == {}
    assert {each.split("-")[1] for each in printed.split()} == {CALLER.split("-")[1]}


MANY = """
import time
from kernel.ops import trace
begun = time.monotonic()
for _ in range(3000):
    with trace.span("work"):
        pass
print(time.monotonic() - begun)
"""


@contextmanager
def silent():
    """A collector that takes what is said and never answers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize("green", ["", GREEN], ids=["plain", "green"])
def test_a_collector_that_is_away_or_silent_delays_nobody(green):
    for place in (nullcontext("http://127.0.0.1:1"), silent()):
        with place as endpoint:
            worked, lasted = run(green + MANY, endpoint)
        assert float(worked) < 2
        assert lasted < 5, "and leaving takes no time either"


def test_without_a_collector_nothing_of_it_is_even_imported():
    program = REQUEST + "print([name for name in sys.modules if 'opentelemetry' in name])"
    printed, _ = run(program % CALLER, None, OTEL_EXPORTER_OTLP_ENDPOINT="")
    assert printed.split() == [CALLER, CALLER, "[]"]


def test_a_trace_that_begins_here_is_one_that_others_can_take_over():
    assert trace.is_valid(trace.begun()) and trace.begun() != trace.begun()
    assert not trace.is_valid(CALLER[:-1]) and not trace.is_valid("ff" + CALLER[2:])
    assert not trace.is_valid(CALLER.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32))
