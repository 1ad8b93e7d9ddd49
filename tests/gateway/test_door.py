"""The door, without anything behind it: what comes in wrong goes out as a problem, and nobody is
asked."""

import json

import pytest
from prometheus_client import REGISTRY, generate_latest

from gateway import app, door
from gateway.door import LONGEST_BODY
from gateway.problems import Away, Failed, NoAnswer
from kernel.ops.trace import is_valid

ORGANISATION = {"code": "bep", "name": "BEP", "country": "BE", "kind": "public"}
JSON = {"Content-Type": "application/json"}


def register(partner, token="operator", **more):
    return partner.post("/v1/organisations", token, **({"json": ORGANISATION} | more))


def is_problem(answer):
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status"} <= body.keys()
    assert body["status"] == answer.status_code
    return body


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"{} {}",
        b"\xff",
        b'{"code": "\xff"}',
        b'{"code": "a", "code": "b"}',
        b'{"code": {"a": 1, "a": 2}}',
        b'{"code": "\\ud800"}',
        b'{"code": NaN}',
        b'{"code": 1e999}',
        b"[" * 100_000,
        b'{"a":' * 20_000,
    ],
)
def test_what_is_not_one_json_object_is_400(partner, services, body):
    answer = register(partner, json=None, content=body, headers=JSON)
    assert answer.status_code == is_problem(answer)["status"] == 400
    assert not services.asked


def test_to_json_an_integer_may_have_a_point(partner, services):
    words = {"code": "ten", "name": "Dix jours", "month_cents": 1}
    raw = json.dumps(words).replace("1}", "18000.0}")
    path = "/v1/spaces/00000000-0000-0000-0000-000000000001/plans"
    assert partner.post(path, "operator", content=raw, headers=JSON).status_code == 201
    assert services.asked[0][2]["month_cents"] == 18000


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "x/json"])
def test_a_body_that_is_not_json_is_415(partner, services, kind):
    answer = register(partner, json=None, content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == is_problem(answer)["status"] == 415
    assert not services.asked


def test_json_may_say_in_which_characters(partner):
    kind = {"Content-Type": "Application/JSON; charset=utf-8"}
    raw = json.dumps(ORGANISATION)
    assert register(partner, json=None, content=raw, headers=kind).status_code == 201


def test_a_long_body_is_413_before_it_is_read(partner, services):
    answer = register(partner, json=None, content=b" " * (LONGEST_BODY + 1), headers=JSON)
    assert answer.status_code == is_problem(answer)["status"] == 413
    assert not services.asked


def test_a_body_of_unknown_length_is_read_no_further_than_it_may_be(partner):
    sent = []

    async def flood():
        for _ in range(1000):
            sent.append(1)
            yield b" " * 10_000

    answer = register(partner, json=None, content=flood(), headers=JSON)
    assert answer.status_code == is_problem(answer)["status"] == 413
    assert len(sent) * 10_000 < LONGEST_BODY + 20_000


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"country": "be"}, "country"),
        ({"kind": "sect"}, "kind"),
        ({"code": "Not A Code"}, "code"),
        ({"name": "a\0b"}, "name"),
        ({"surprise": 1}, "surprise"),
        ({"name": None}, "name"),
    ],
)
def test_words_that_make_no_sense_are_422_and_named(partner, services, words, named):
    answer = register(partner, json=ORGANISATION | words)
    assert answer.status_code == 422
    assert list(is_problem(answer)["errors"]) == [named]
    assert not services.asked


def test_what_stands_in_the_address_is_not_said_again_in_the_body(partner, services):
    answer = partner.post(f"/v1/spaces/{'1' * 32}/operation", "operator", json={"space_id": "x"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["space_id"])
    assert not services.asked


@pytest.mark.parametrize("query", ["day=2031-03-03", "Idempotency-Key=1", "person_id"])
def test_an_order_has_no_query(partner, services, query):
    answer = register(partner, params=query)
    assert answer.status_code == 422 and not services.asked


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/v1/spaces?country=%00", "country"),
        ("/v1/spaces?country=BE&country=FR", "country"),
        ("/v1/spaces?limit=0", "limit"),
        ("/v1/spaces?limit=1_0", "limit"),
        ("/v1/spaces?surprise=1", "surprise"),
        ("/v1/spaces/%00", "space_id"),
        ("/v1/spaces/none", "space_id"),
    ],
)
def test_a_question_that_makes_no_sense_is_422_and_named(partner, views, path, named):
    answer = partner.get(path)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [named])
    assert not views.asked


def test_an_unknown_address_is_404_and_a_wrong_method_405(partner):
    assert is_problem(partner.get("/v1/nowhere"))["status"] == 404
    assert is_problem(partner.get("/v1/spaces/"))["status"] == 404
    wrong = partner.request("PUT", "/v1/organisations")
    assert is_problem(wrong)["status"] == 405
    assert wrong.headers["Allow"] == "GET, HEAD, POST"
    assert partner.request("HEAD", "/v1/spaces").status_code == 200


@pytest.mark.parametrize("authorization", ["Bearer forged", "Bearer", "Basic dTpw", "forged", ""])
def test_a_token_that_is_not_good_is_401_everywhere(partner, services, authorization):
    for path in ("/v1/organisations", "/v1/spaces", "/v1/me"):
        answer = partner.get(path, headers={"Authorization": authorization})
        assert is_problem(answer)["status"] == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert not services.asked


@pytest.mark.parametrize("key", ["", "a b", "é".encode(), "x" * 256, "\t"])
def test_a_key_is_visible_ascii(partner, services, key):
    answer = register(partner, headers={"Idempotency-Key": key})
    assert is_problem(answer)["status"] == 400 and not services.asked


@pytest.mark.parametrize(
    "position", ["bookings", "bookings=-1", "grants=1", "bookings=1;members=2"]
)
def test_a_position_is_read_strictly(partner, services, position):
    headers = {"Position": position}
    for answer in (register(partner, headers=headers), partner.get("/v1/spaces", headers=headers)):
        assert is_problem(answer)["status"] == 400
    assert not services.asked


@pytest.mark.parametrize(
    ("answer", "status", "kind"),
    [
        ({"refused": "NoDeskLeft", "reason": "Full.", "values": {"day": "x"}}, 409, "NoDeskLeft"),
        ({"invalid": {"code": ["Why."]}}, 422, "invalid-words"),
        ({"reused": "a/b/c"}, 422, "idempotency-key-reused"),
        ({"behind": "Not there yet."}, 412, "not-yet"),
        ({"away": "No database."}, 503, "away"),
        ({"unknown": {}}, 404, None),
        (Away(), 503, "away"),
        (NoAnswer(), 504, "no-answer"),
        (Failed("OperationalError"), 500, "failure"),
        (ValueError("SELECT secret FROM somewhere"), 500, "failure"),
        ({"surprise": 1}, 500, "failure"),
    ],
)
def test_what_a_service_says_has_a_status(partner, services, answer, status, kind, caplog):
    services.answer = answer
    problem = is_problem(register(partner))
    assert problem["status"] == status
    assert problem["type"] == (f"/problems/{kind}" if kind else "about:blank")
    assert "secret" not in str(problem)
    if status == 500:
        assert problem["trace"] in caplog.text


def test_a_refusal_says_why_and_with_what(partner, services):
    services.answer = {"refused": "TooLate", "reason": "24 h before.", "values": {"hours": "24"}}
    problem = is_problem(register(partner))
    assert (problem["title"], problem["values"]) == ("24 h before.", {"hours": "24"})


def test_those_who_may_try_again_are_told_when(partner, services):
    for answer in (Away(), NoAnswer(), {"away": ""}):
        services.answer = answer
        assert register(partner).headers["Retry-After"] == "1"


def test_every_answer_is_protected(partner):
    for path in ("/v1/spaces", "/v1/nowhere", "/docs", "/openapi.json", "/healthz"):
        headers = partner.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Server" not in headers


# Traces

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def test_a_trace_goes_on_with_what_is_asked(partner, services):
    register(partner, headers={"traceparent": PARENT})
    assert services.traces == [PARENT]


@pytest.mark.parametrize("told", [None, "", "x", f"00-{'0' * 32}-b7ad6b7169203331-01", PARENT * 2])
def test_without_a_trace_one_begins(partner, services, told):
    headers = {} if told is None else {"traceparent": told}
    for _ in range(2):
        register(partner, headers=headers)
    first, second = services.traces
    assert is_valid(first) and is_valid(second) and first != second


@pytest.mark.parametrize("path", ["/v1/spaces/none", "/v1/nowhere", "/v1/me"])
def test_every_problem_says_under_which_trace_it_stands(partner, path):
    told = partner.get(path, headers={"traceparent": PARENT})
    assert is_problem(told)["trace"] == TRACE
    assert partner.get("/v1/nowhere").json()["trace"] != TRACE


# What operators see of it


def counted(**labels):
    return REGISTRY.get_sample_value("essaim_http_request_seconds_count", labels) or 0.0


def test_a_request_is_counted_by_its_pattern(partner):
    see = {"route": "/v1/spaces/{space_id}", "method": "GET", "status": "422"}
    nowhere = {"route": "", "method": "other", "status": "404"}
    before = counted(**see), counted(**nowhere)
    partner.get("/v1/spaces/a-name-of-somebody")
    partner.request("BREW", "/v1/a-name-of-somebody")
    assert (counted(**see), counted(**nowhere)) == (before[0] + 1, before[1] + 1)
    assert b"a-name-of-somebody" not in generate_latest()


def test_no_two_things_happen_at_one_address():
    with pytest.raises(AssertionError):
        door.resources([("GET /a", app.openapi), ("GET /a", app.openapi)])
