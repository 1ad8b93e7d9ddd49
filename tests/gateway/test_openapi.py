"""The contract says everything that can be asked, and what it says is what is understood."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.app import COMMANDS, CONTRACT, ERRANDS, QUESTIONS
from gateway.permissions import PERMISSIONS
from gateway.positions import PATTERN, merged, read, written
from tests.gateway.samples import words_for

MESSAGES = {message.verb(): message for message in [*COMMANDS, *QUESTIONS, *ERRANDS]}
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in CONTRACT["paths"].items()
    for method, operation in methods.items()
    if not path.endswith("/preview")
}


def test_everything_that_can_be_asked_is_described():
    assert OPERATIONS.keys() == MESSAGES.keys()
    for verb, message in MESSAGES.items():
        method, path, operation = OPERATIONS[verb]
        assert f"{method.upper()} {path}" == message.route.replace(" /", " /v1/")
        assert operation["summary"] and operation["description"]


def test_what_can_be_previewed_is_described_as_what_can_be_done():
    for command in COMMANDS:
        _, path, done = OPERATIONS[command.verb()]
        previewed = CONTRACT["paths"].get(f"{path}/preview", {}).get("post")
        assert (previewed is not None) == command.has_preview
        if previewed:
            assert previewed.get("requestBody") == done.get("requestBody")
            assert previewed["security"] == done["security"]
            assert "Idempotency-Key" not in str(previewed["parameters"])
            schema = previewed["responses"]["200"]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Preview"}


def test_every_reference_leads_somewhere():
    for reference in set(re.findall(rb'"\$ref":"#/([^"]+)"', msgspec.json.encode(CONTRACT))):
        part = CONTRACT
        for name in reference.decode().split("/"):
            part = part[name]


@pytest.mark.parametrize("verb", sorted(MESSAGES))
def test_names_in_an_address_are_described_and_nothing_is_said_twice(verb):
    _, path, operation = OPERATIONS[verb]
    parameters = [each for each in operation["parameters"] if "$ref" not in each]
    assert {each["name"] for each in parameters if each["in"] == "path"} == set(
        re.findall(r"{(\w+)}", path)
    )
    fields = [each["name"] for each in parameters] + list(body(operation).get("properties", {}))
    known = set(MESSAGES[verb]().fields) | ({"after", "limit"} & set(fields))
    assert sorted(fields) == sorted(known)


def body(operation):
    content = operation.get("requestBody", {"content": {}})["content"]
    return content.get("application/json", {}).get("schema", {})


@pytest.mark.parametrize("verb", sorted(MESSAGES))
def test_what_is_understood_is_allowed(verb):
    words, schema = words_for(MESSAGES[verb]), body(OPERATIONS[verb][2])
    said = {name: value for name, value in words.items() if name in schema.get("properties", {})}
    assert set(schema.get("required", [])) <= said.keys()
    for name, value in said.items():
        described = schema["properties"][name]
        if "pattern" in described:
            assert re.search(described["pattern"], value)
        assert value in described.get("enum", [value])
        assert described.get("type") != "null"
    if schema:
        assert schema["additionalProperties"] is False


def test_who_must_say_who_they_are_is_told_so():
    for verb, (_, _, operation) in OPERATIONS.items():
        public = "visitor" in PERMISSIONS[verb]
        assert bool(operation["security"]) is not public
        assert "401" in operation["responses"]


def test_every_problem_has_the_same_shape():
    for status, response in CONTRACT["components"]["responses"].items():
        assert 400 <= int(status) <= 599
        assert list(response["content"]) == ["application/problem+json"]


def test_people_can_read_it_all_without_asking_anybody_else(partner):
    page = partner.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    for verb, (_, path, _) in OPERATIONS.items():
        assert f'id="{verb}"' in page.text and path in page.text
    assert "times[].start" in page.text
    assert "//" not in re.sub(r"<p>.*?</p>", "", page.text), "nothing from elsewhere"
    assert "<script" not in page.text and "style=" not in page.text


def test_programs_can_read_it(partner):
    answer = partner.get("/openapi.json")
    assert answer.json()["openapi"] == "3.1.0" and answer.headers["ETag"]


POSITIONS = st.dictionaries(
    st.sampled_from(["members", "spaces", "bookings", "mobility", "training"]),
    st.integers(0, 10**18 - 1),
)


@given(POSITIONS)
def test_a_position_is_read_as_it_was_written(positions):
    assert read(written(positions)) == positions
    assert re.fullmatch(PATTERN, written(positions))


@given(POSITIONS, POSITIONS)
def test_positions_only_grow(some, others):
    both = merged(some, others)
    assert both.keys() == some.keys() | others.keys()
    assert all(both[each] == max(some.get(each, 0), others.get(each, 0)) for each in both)
