"""Published names and fields change only on purpose: run with --bless, and explain in review.

One file a service for its events, one for all routes. A blessed file is a promise to partners,
to auditors, and to every process of another version that is still running.
"""

import json
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from gateway.app import COMMANDS
from gateway.views import QUESTIONS
from kernel.facts import Aggregate, Event
from kernel.wire import ENVELOPE, kinds

HERE = Path(__file__).parent
SERVICES = ["bookings", "members", "mobility", "spaces", "training"]


def name(kind):
    """UUID, date | None, list[Slot]"""
    if kind is type(None):
        return "None"
    if not get_args(kind):
        return getattr(kind, "__name__", repr(kind))
    inner = [name(each) for each in get_args(kind)]
    if hasattr(kind, "__origin__"):
        return f"{kind.__origin__.__name__}[{', '.join(inner)}]"
    return " | ".join(inner)


def parts(kind):
    """The dataclasses a field is made of."""
    found = {kind} if is_dataclass(kind) else set()
    return found.union(*map(parts, get_args(kind)))


def shape(kind, without=()):
    types = get_type_hints(kind)
    return {f.name: name(types[f.name]) for f in fields(kind) if f.name not in without}


def events(service):
    domain = import_module(f"services.{service}.domain")
    found = [e for kind in kinds(Aggregate, domain) for e in kinds(Event, kind)]
    return [e for e in found if e.__name__ != "Event"]


def promised(service):
    promise = {}
    for event in events(service):
        version = getattr(event, "class_version", 1)
        promise[event.TOPIC] = {"version": version, **shape(event, without=ENVELOPE)}
        for part in set().union(*map(parts, get_type_hints(event).values())):
            promise[f"{service}.{part.__name__} (part)"] = shape(part)
    return promise


def routes():
    return {
        message.route: {
            "verb": message.verb(),
            **{n: type(f).__name__ for n, f in message().fields.items()},
        }
        for message in [*COMMANDS, *QUESTIONS]
    }


@pytest.mark.parametrize("contract", [*SERVICES, "routes"])
def test_contract_is_the_blessed_one(contract, request):
    golden = HERE / f"{contract}.json"
    promise = routes() if contract == "routes" else promised(contract)
    now = json.dumps(promise, indent=2, sort_keys=True) + "\n"
    if request.config.getoption("--bless"):
        golden.write_text(now)
    assert now == golden.read_text()


PERSONAL = ("name", "mail", "phone", "birth", "street", "address", "iban", "photo", "note")
NOT_OF_A_PERSON = {
    "bookings.CreditLearned": {"name"},
    "bookings.SharedCreditLearned": {"name"},
    "members.OrganisationRegistered": {"name"},
    "members.PackOffered": {"name"},
    "members.PackSold": {"name"},
    "members.PackSoldToOrganisation": {"name"},
    "members.PlanOffered": {"name"},
    "spaces.CandidateProposed": {"name"},
    "spaces.ExtraOffered": {"name"},
    "spaces.SpaceOpened": {"name"},
    "spaces.ResourceAdded": {"name"},
    "training.CourseOffered": {"name"},
}


@pytest.mark.parametrize("service", SERVICES)
def test_no_event_has_a_place_for_what_is_personal(service):
    for event in events(service):
        suspects = {f.name for f in fields(event) if any(word in f.name for word in PERSONAL)}
        assert suspects <= NOT_OF_A_PERSON.get(event.TOPIC, set()), event.TOPIC


@pytest.mark.parametrize("service", SERVICES)
def test_every_aggregate_and_event_is_seen_from_the_domain(service):
    """What the contract cannot see, nobody has promised."""
    folder = Path("services") / service
    modules = [p.with_suffix("") for p in [*folder.glob("domain.py"), *folder.glob("domain/*.py")]]
    everything = {
        aggregate
        for module in modules
        for aggregate in kinds(Aggregate, import_module(".".join(module.parts)))
    }
    assert everything == set(kinds(Aggregate, import_module(f"services.{service}.domain")))
