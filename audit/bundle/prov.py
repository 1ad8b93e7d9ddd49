"""Who did what, as others' tools for provenance read it: W3C PROV-JSON.

Each fact is an activity that somebody was associated with, and it made a new version of its
subject, which was derived from the version before.
"""

from collections.abc import Callable, Iterator
from typing import Any

from audit.leaf import canonical

Fact = dict[str, Any]
Facts = Callable[[], Iterator[Fact]]
"""The facts from the beginning, as often as it is asked."""

PREFIXES = {"version": "urn:essaim:version:", "fact": "urn:essaim:fact:", "who": "urn:essaim:who:"}


def prov_json(facts: Facts) -> Iterator[bytes]:
    yield b'{"prefix":' + canonical(PREFIXES)
    people = sorted({fact["by"] for fact in facts()})
    yield from _section("agent", ((f"who:{each}", _agent(each)) for each in people))
    yield from _section("entity", ((f"version:{f['id']}", {}) for f in facts()))
    yield from _section("activity", ((f"fact:{f['id']}", _activity(f)) for f in facts()))
    yield from _section("wasGeneratedBy", ((f"_:made-{f['id']}", _made(f)) for f in facts()))
    yield from _section("wasAssociatedWith", ((f"_:by-{f['id']}", _by(f)) for f in facts()))
    yield from _section("wasDerivedFrom", _derivations(facts()))
    yield b"}\n"


def _section(name: str, members: Iterator[tuple[str, Fact]]) -> Iterator[bytes]:
    yield b',"%s":{' % name.encode()
    for number, (id, about) in enumerate(members):
        yield b"%s%s:%s" % (b"," if number else b"", canonical(id), canonical(about))
    yield b"}"


def _agent(who: str) -> Fact:
    return {
        "prov:type": {
            "$": "prov:SoftwareAgent" if who == "system" else "prov:Person",
            "type": "prov:QUALIFIED_NAME",
        }
    }


def _activity(fact: Fact) -> Fact:
    moment = {"prov:startTime": fact["time"], "prov:endTime": fact["time"]}
    return {"prov:label": fact["type"], **moment}


def _made(fact: Fact) -> Fact:
    made = {"prov:entity": f"version:{fact['id']}", "prov:activity": f"fact:{fact['id']}"}
    return {**made, "prov:time": fact["time"]}


def _by(fact: Fact) -> Fact:
    return {"prov:activity": f"fact:{fact['id']}", "prov:agent": f"who:{fact['by']}"}


def _derivations(facts: Iterator[Fact]) -> Iterator[tuple[str, Fact]]:
    """The version before may be outside of the bundle; its name says which one it is."""
    for fact in facts:
        subject, _, version = fact["id"].rpartition("/")
        if int(version) > 1:
            before = f"version:{subject}/{int(version) - 1}"
            after = f"version:{fact['id']}"
            about = {"prov:generatedEntity": after, "prov:usedEntity": before}
            yield f"_:after-{fact['id']}", about
