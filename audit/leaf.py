"""A fact as the register keeps it: canonical JSON, the same bytes today and in ten years.

An entry is made from what lies in a log and not from what a fact says in its newest version, so
that whoever compares a log with the register needs no code of the services, old or new. Logs hold
no personal data (DESIGN 6), so neither does the register; members' details cannot get here.
"""

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Any

import msgspec
import rfc8785

from audit.tiles import LONGEST
from kernel.wire import Stored

EXACT = 2**53 - 1
"""Larger integers are not the same everywhere (RFC 7493, 2.2; RFC 8785, 3.2.2.3)."""

AFTER_SUBJECT = {"subjecttype", "time", "traceparent", "type"}
"""What stands behind the subject in an entry, in the order of its names."""
_short = re.compile(r"[\w.:+-]{1,64}", re.ASCII).fullmatch

_Plain = None | bool | str | Annotated[int, msgspec.Meta(ge=-EXACT, le=EXACT)]
_Row = _Plain | list[_Plain] | dict[str, _Plain]
_Table = _Plain | list[_Row] | dict[str, _Row]
_plain = msgspec.json.Decoder(dict[str, _Plain | list[_Table] | dict[str, _Table]]).decode
_written = msgspec.json.Encoder().encode
_sorted = msgspec.json.Encoder(order="sorted").encode


def entry(source: str, position: int, stored: Stored) -> bytes:
    """What the log of a service holds at a position, as the entry of a leaf.

    It is the CloudEvent that everybody reads, with what only the log knows: `subjecttype`, the kind
    of thing that a first event makes, and `dataversion`, where its data are not of version 1. Data
    too long for an entry are there by `datasha256`, the hash of their canonical JSON, in hex.
    Raises ValueError for what is not one JSON object with unique names and exact numbers, or fits
    in no entry; and where what follows the subject is not short, as the subject is found from the
    end (`audit.register.SUBJECT`): whoever writes into a log must not hide what a fact is about.
    """
    state, write = _quickly(stored.state), _sorted
    if state is None:
        state, write = parsed(stored.state), canonical
    if not isinstance(state, dict) or not {"timestamp", "by"} <= state.keys():
        raise ValueError("an event is an object with a timestamp and somebody by whom")
    subject = str(stored.about)
    fact = {
        "specversion": "1.0",
        "source": f"/{source}",
        "id": f"{subject}/{stored.version}",
        "type": stored.topic,
        "subject": subject,
        "time": state.pop("timestamp"),
        "datacontenttype": "application/json",
        "sequence": f"{position:020d}",
        "by": state.pop("by"),
        "data": state,
    }
    for name, attribute in (
        ("traceparent", "traceparent"),
        ("originator_topic", "subjecttype"),
        ("v", "dataversion"),
    ):
        if name in state:
            fact[attribute] = state.pop(name)
    for name in AFTER_SUBJECT & fact.keys():
        if not isinstance(fact[name], str) or not _short(fact[name]):
            raise ValueError(f"the {name} of an event is a short word")
    if len(whole := write(fact)) <= LONGEST:
        return whole
    del fact["data"]
    short = canonical({**fact, "datasha256": sha256(canonical(state)).hexdigest()})
    if len(short) > LONGEST:
        raise ValueError("it is too long for an entry even without its data")
    return short


def canonical(value: Any) -> bytes:
    """RFC 8785. Raises ValueError for what I-JSON (RFC 7493) does not know: integers beyond
    2**53 - 1, numbers that are none, half of a surrogate pair, names that are not texts."""
    if _is_plain(value):
        return _sorted(value)  # the same bytes, ten times as fast
    return rfc8785.dumps(value)


def _quickly(text: str) -> dict[str, Any] | None:
    """The object that nearly every event is: plain in the sense of _is_plain, ASCII throughout,
    and written just as we would write it, so no name stands twice. None: look more closely."""
    if not text.isascii():
        return None
    try:
        state = _plain(text)
    except (ValueError, RecursionError):
        return None
    return state if _written(state) == text.encode() else None


def parsed(text: str) -> Any:
    """JSON in which each name stands once, as RFC 8785 (3.1) asks. Raises ValueError."""
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)


def _is_plain(value: Any) -> bool:
    """Whether a quicker encoder writes it as RFC 8785 does: the two disagree about fractions
    (3.2.2.3) and about the order of names outside of ASCII (3.2.3)."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-EXACT <= value <= EXACT)
    if kind is dict:
        return all(type(each) is str and each.isascii() for each in value) and all(
            map(_is_plain, value.values())
        )
    return kind is list and all(map(_is_plain, value))


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len(known := dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return known


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number of JSON")
