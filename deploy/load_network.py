"""python -m deploy.load_network http://127.0.0.1:8000 essaim_...

Puts the network of deploy/network.yaml into Essaim, through its API, as any partner would.

Doing so again changes nothing: each command carries a key made from what it says, and what is
already there under its code is left alone, so nobody's later change is undone.
"""

import re
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import httpx
import msgspec
import yaml

from kernel.facts import NETWORK

NETWORK_FILE = Path(__file__).with_name("network.yaml")
PATIENCE = 60.0
ALREADY_THERE = {
    "CodeAlreadyRegistered",
    "SpaceAlreadyOpen",
    "ResourceCodeTaken",
    "PlanCodeTaken",
    "CodeTaken",
    "AlreadyHasRole",
    "PassAlreadyIssued",
    "HasAccount",
    "EmailInUse",
}

Say = Callable[[str], None]


class Command(NamedTuple):
    method: str
    path: str
    body: dict[str, Any]


class Refused(Exception):
    """The network did not accept what the file says."""


class Partner:
    """Somebody with a token, who remembers how far each service has answered.

    Saying so with the next command lets the other services catch up with it first.
    """

    def __init__(self, http: httpx.Client, token: str) -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}"}
        self.reached: dict[str, int] = {}

    def tell(self, command: Command) -> dict[str, Any]:
        """The answer; {} for what was already there. Services that are starting are waited for."""
        method, path, body = command
        key = sha256(msgspec.json.encode(command, order="deterministic")).hexdigest()
        headers = {**self.headers, "Idempotency-Key": key, "Position": self.position()}
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.http.request(method, f"/v1{path}", json=body, headers=headers)
            if answer.status_code not in (412, 502, 503, 504) or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        return self._understood(command, answer)

    def ask(self, path: str) -> Any:
        headers = {**self.headers, "Position": self.position()}
        return self.http.get(f"/v1{path}", headers=headers).raise_for_status().json()

    def position(self) -> str:
        return ", ".join(f"{service}={place}" for service, place in self.reached.items())

    def _understood(self, command: Command, answer: httpx.Response) -> dict[str, Any]:
        if answer.is_success:
            for service, place in re.findall(r"(\w+)=(\d+)", answer.headers.get("Position", "")):
                self.reached[service] = max(self.reached.get(service, 0), int(place))
            return answer.json() if answer.content else {}
        kind = answer.json().get("type", "").rpartition("/")[2]
        if answer.status_code == 409 and kind in ALREADY_THERE:
            return {}
        raise Refused(f"{command.method} {command.path} {command.body}: {answer.text}")


def load(partner: Partner, say: Say, file: Path = NETWORK_FILE) -> None:
    network = yaml.safe_load(file.read_text())
    steps = {
        "organisations": organisations(network),
        "courses": courses(network),
        "spaces, with what they offer": spaces(network),
    }
    for name, commands in steps.items():
        told = [partner.tell(command) for command in commands]
        say(f"Loaded the {name} ({len(told)} commands)")


def organisations(network: dict[str, Any]) -> Iterator[Command]:
    for each in network["organisations"]:
        body = {"code": each["id"], **pick(each, "name", "country", "kind")}
        yield Command("POST", "/organisations", body)


def courses(network: dict[str, Any]) -> Iterator[Command]:
    hours = network["assumed"]["module_hours"]
    for each in network["training"]:
        count = each.get("modules", 1)
        modules = [
            {"code": f"module-{n}", "title": f"Module {n}", "hours": hours}
            for n in range(1, count + 1)
        ]
        provider = identity("organisation", each["provider"])
        body = {"code": each["id"], "name": each["name"], "provider_id": provider}
        yield Command("POST", "/courses", {**body, "modules": modules})


def spaces(network: dict[str, Any]) -> Iterator[Command]:
    for each in network["spaces"]:
        yield from opening(each)
        yield from terms(each, network["assumed"])
        for resource in each["resources"]:
            yield from offering(each, resource)
        yield from plans(each)


def opening(space: dict[str, Any]) -> Iterator[Command]:
    body = {
        "code": space["id"],
        "operator_id": identity("organisation", space["operator"]),
        "planned": space.get("opens") == "planned",
        **pick(space, "name", "town", "country", "timezone", "lat", "lon"),
    }
    yield Command("POST", "/spaces", body)


def terms(space: dict[str, Any], assumed: dict[str, Any]) -> Iterator[Command]:
    """No document names opening hours or terms: the same for everybody, until a host says so."""
    path = f"/spaces/{identity('space', space['id'])}"
    times = pick(assumed["hours"], "opens", "closes")
    week = [{"weekday": weekday, **times} for weekday in assumed["hours"]["weekdays"]]
    yield Command("PUT", f"{path}/hours", {"hours": week})
    yield Command("PUT", f"{path}/terms", assumed["terms"])
    for desks in space["resources"]:
        if desks["kind"] == "desks":  # a visitor of another space costs its home what a desk costs
            day, half_day = cents(desks["day"]), cents(desks["half_day"])
            price = {"day_cents": day, "half_day_cents": half_day}
            start = assumed["tariffs_from"].isoformat()
            yield Command("POST", f"{path}/tariffs", {"valid_from": start, **price})


def offering(space: dict[str, Any], resource: dict[str, Any]) -> Iterator[Command]:
    space_id = identity("space", space["id"])
    body = {"code": resource["id"], **pick(resource, "kind", "name", "units", "seats")}
    if needed := resource.get("training"):
        body["training_id"] = identity("course", needed)
    yield Command("POST", f"/spaces/{space_id}/resources", body)
    lengths = ("hour", "half_day", "day", "month")
    prices = {f"{each}_cents": cents(resource[each]) for each in lengths if each in resource}
    if prices:
        resource_id = uuid5(UUID(space_id), resource["id"])
        yield Command("PUT", f"/spaces/{space_id}/resources/{resource_id}/prices", prices)


def plans(space: dict[str, Any]) -> Iterator[Command]:
    for each in space.get("plans", {}).get("offered", []):
        body = {
            "code": each["id"],
            "month_cents": cents(each["month"]),
            **pick(each, "name", "included_days", "access_hours"),
        }
        yield Command("POST", f"/spaces/{identity('space', space['id'])}/plans", body)


def identity(kind: str, code: str) -> str:
    """Whatever has a code in the network has its id from it."""
    return str(uuid5(NETWORK, f"{kind}/{code}"))


def cents(euros: str) -> int:
    whole, _, part = euros.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def pick(described: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: described[name] for name in names if name in described}


def main(address: str, token: str) -> None:
    with httpx.Client(base_url=address, timeout=10) as http:
        load(Partner(http, token), print)


if __name__ == "__main__":
    main(*sys.argv[1:])
