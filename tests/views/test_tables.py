"""Views are made of facts alone: the same facts, the same tables."""

import re
from importlib import import_module

import pytest
from eventsourcing.utils import resolve_topic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gateway.views import VIEWS
from gateway.views.people import DETAILS
from kernel.wire import ENVELOPE
from tests.views.ring import tables

SERVICES = ("members", "spaces", "bookings", "mobility", "training")
NAMES = [kind.name for kind in VIEWS]


@pytest.mark.parametrize("name", NAMES)
def test_a_view_rebuilt_from_nothing_is_the_live_one(name, views, ring, gateway_database):
    live = tables(gateway_database, name)
    assert sum(map(len, live.values())) > len(live), "something has happened"
    views[name].rebuild(ring.facts)
    assert tables(gateway_database, name) == live


@pytest.mark.parametrize("kind", VIEWS, ids=NAMES)
def test_what_a_view_writes_down_is_what_services_really_say(kind):
    for service in SERVICES:
        import_module(f"services.{service}.domain")
    for name, effects in kind.effects.items():
        assert name.split(".")[0] in kind.follows
        event = resolve_topic(name)
        said = {*event.__dataclass_fields__, "about", "position", "time"} - {*ENVELOPE}
        said |= {"people": {*DETAILS}, "rights": {"fact", "by", "ran"}}.get(kind.name, set())
        assert set(re.findall(r"%\((\w+)\)s", " ".join(effects))) <= said, name


def without_numbers(tables):
    """The feed numbers what it hears in the order in which it hears it."""
    return {name: sorted(row.partition(", ")[2] for row in rows) for name, rows in tables.items()}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=some.data())
def test_facts_of_several_sources_may_come_in_any_order(name, views, ring, gateway_database, data):
    """Also one at a time, or all at once; only each source must tell its own in order."""
    view = views[name]
    same = without_numbers if name == "feed" else dict
    live = same(tables(gateway_database, name))
    view.forget()
    behind = set(view.follows)
    while behind:
        source = data.draw(some.sampled_from(sorted(behind)))
        facts = ring.facts(source, view.place_in(source))
        if not facts:
            behind.remove(source)
            continue
        few = data.draw(some.integers(1, len(facts)))
        view.take_in(source, view.place_in(source), facts[:few])
    assert same(tables(gateway_database, name)) == live
