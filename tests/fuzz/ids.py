"""Hooks of schemathesis, so that more of what it makes up is about something.

Two of three ids become ids of things that exist. Keys of orders become new ones, as each order is
another one. Positions become the first one: nobody would ever reach what it makes up, and each
question would wait for it in vain.
"""

import json
import os
import re
from uuid import UUID, uuid4

import schemathesis

from gateway import positions
from gateway.words import KEY

KNOWN = "ESSAIM_KNOWN_IDS"
known = json.loads(os.environ.get(KNOWN, "{}"))


@schemathesis.hook
def before_call(context, case, kwargs):
    for part in ("path_parameters", "query", "body"):
        words = getattr(case, part)
        if (found := existing(words)) != words:
            setattr(case, part, found)
    headers = case.headers or {}
    if KEY.fullmatch(headers.get("Idempotency-Key") or ""):
        headers["Idempotency-Key"] = uuid4().hex
    if re.fullmatch(positions.PATTERN, position := headers.get("Position") or ""):
        headers["Position"] = re.sub("[0-9]+", "1", position)


def existing(words, name=None):
    match words:
        case dict():
            return {name: existing(each, name) for name, each in words.items()}
        case list():
            return [existing(each, name) for each in words]
        case str() if name in known and (number := number_of(words)) is not None:
            return ([words] + 2 * known[name])[number % (1 + 2 * len(known[name]))]
    return words


def number_of(text):
    """Of an id as we write them: other ways to write one are not allowed, and stay."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found.int if str(found) == text else None
