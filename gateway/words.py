"""What somebody says, from a request to the words of a message: strictly, and nothing twice."""

import json
import re
from functools import cache
from typing import Any
from uuid import uuid4

import msgspec
from marshmallow import Schema, ValidationError, fields
from starlette.requests import Request

from gateway.problems import Problem, makes_no_sense

KEY = re.compile(r"[!-~]{1,255}")
INTEGER = re.compile(r"-?[0-9]{1,18}")
LARGEST = 2**53

Words = dict[str, Any]


@cache
def _schema(message: type[Schema]) -> Schema:
    return message()


def understood(message: type[Schema], words: Words) -> Words:
    try:
        return dict(_schema(message).load(words))
    except ValidationError as mistake:
        raise makes_no_sense(mistake.messages) from mistake


def key_of(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise Problem(400, "An Idempotency-Key has 1 to 255 visible ASCII characters.")
    return key


def own_key() -> str:
    """For an order that came without a key. No client's key has a space in it."""
    return f"once {uuid4()}"


async def words_of(request: Request) -> Words:
    """The body and the address together. Nothing is said twice, and nothing beside them."""
    if strange := {name: ["Not here: put it in the body."] for name in request.query_params}:
        raise makes_no_sense(strange)
    raw = await request.body()
    if raw and request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != (
        "application/json"
    ):
        raise Problem(415, "A body is application/json.", headers={"Accept": "application/json"})
    body = decoded(raw) if raw else {}
    if twice := {name: ["Already in the address."] for name in body.keys() & request.path_params}:
        raise makes_no_sense(twice)
    return {**body, **request.path_params}


def decoded(raw: bytes) -> Words:
    """Strict: UTF-8, one object, no name twice, no number or half character JSON does not know."""
    try:
        msgspec.json.decode(raw, type=dict[str, Any])
        body: Words = json.loads(raw, object_pairs_hook=_once, parse_float=_number)
    except (msgspec.DecodeError, ValueError, RecursionError) as mistake:
        raise Problem(400, "The body is not a JSON object with each name once.") from mistake
    return body


def _once(pairs: list[tuple[str, Any]]) -> Words:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _number(text: str) -> float:
    """To JSON 30.0 is an integer."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < LARGEST else value


def asked_of(request: Request) -> Words:
    pairs = request.query_params.multi_items()
    words = {**dict(pairs), **request.path_params}
    if len(words) < len(pairs) + len(request.path_params):
        names = [name for name, _ in pairs]
        twice = {name for name in names if names.count(name) > 1 or name in request.path_params}
        raise makes_no_sense({name: ["Said twice."] for name in twice})
    return words


def numbered(question: type[Schema], words: Words) -> Words:
    """In an address a number is text: 2026 is meant by "2026", and by nothing else."""
    known = _schema(question).fields
    numbers = {name for name in words if isinstance(known.get(name), fields.Integer)}
    if strange := {name for name in numbers if not INTEGER.fullmatch(str(words[name]))}:
        raise makes_no_sense({name: ["Not a valid integer."] for name in strange})
    return words | {name: int(words[name]) for name in numbers}
