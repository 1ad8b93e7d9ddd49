"""docker-compose.yml starts what there is, and gives each process what it needs and no more."""

import re
from importlib.util import find_spec

import pytest
import yaml

from deploy import databases
from deploy.local.where import CLONE
from gateway.post.outbox import Outbox
from gateway.views import VIEWS
from kernel.where import named
from tests.packages import PACKAGES

COMPOSE = yaml.safe_load((CLONE / "docker-compose.yml").read_text())
CONTAINERS = COMPOSE["services"]
OURS = {name: each for name, each in CONTAINERS.items() if each.get("image") == "essaim"}
AUDITED = {name for name in databases.variables() if name.endswith("_AUDIT_DB")}
RUNNING = {name: each for name, each in OURS.items() if name != "databases"}


def names_in(module):
    """The services or views that all containers of `python -m module` run, and in which."""
    return {
        path: name
        for name, each in OURS.items()
        if each["command"][:3] == ["python", "-m", module]
        for path in each["command"][3:]
    }


def test_every_service_is_served_and_follows_in_a_process_of_its_own():
    expected = {f"services.{name}.service:{name.title()}" for name in databases.SERVICES}
    served, following = names_in("kernel.serve"), names_in("kernel.follow")
    assert set(served) == expected and len(set(served.values())) == len(expected)
    assert expected <= set(following)
    for path in expected:
        named(path)


def test_every_view_is_filled_by_exactly_one_process():
    views = [path for path in names_in("kernel.follow") if path.startswith("gateway.")]
    assert [named(path) for path in views] == [*VIEWS, Outbox]


@pytest.mark.parametrize("name", OURS)
def test_every_command_starts_something_that_exists(name):
    command = OURS[name]["command"]
    module = command[2] if command[0] == "python" else command[1].partition(":")[0]
    assert find_spec(module)


@pytest.mark.parametrize("name", OURS)
def test_a_container_knows_the_addresses_it_needs_and_no_other(name):
    prepared = CONTAINERS["databases"]["environment"]
    told = OURS[name]["environment"]
    needed = {
        "databases": {"ESSAIM_POSTGRES", *databases.variables()},
        "gateway": {"BROKER", "GATEWAY_DB", "AUDIT", "NOTARY", "MAP_TILES", "MAP_CREDIT"},
        "audit": {"POLICY", *AUDITED},
        "views": {"BROKER", "GATEWAY_DB"},
        "post": {"GATEWAY_DB", "GATEWAY", "SMTP", "MAIL_FROM", "REMIND"},
        "notary": {"REGISTER_DB", "NOTARY_KEY", "NOTARY_STATE", "POLICY", *AUDITED},
    }
    service, everywhere = (
        name.removesuffix("-follower").upper(),
        {"OPS"} if name in RUNNING else set(),
    )
    assert set(told) == needed.get(name, {"BROKER", f"{service}_DB"}) | everywhere
    assert all(prepared[each] == told[each] for each in told if each.endswith("_DB"))


def test_the_databases_are_the_ones_that_make_up_would_choose():
    def without_password(address):
        return re.sub(r":[^:@]+@[^/]+", "", address)

    chosen = databases.addresses("postgresql://essaim:secret@postgres/postgres")
    prepared = CONTAINERS["databases"]["environment"]
    assert {k: without_password(prepared[k]) for k in chosen} == {
        k: without_password(v) for k, v in chosen.items()
    }


def test_every_password_is_asked_for_in_the_example():
    asked = set(re.findall(r"\$\{(\w+)", (CLONE / "docker-compose.yml").read_text()))
    example = (CLONE / ".env.example").read_text()
    assert asked == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_only_the_gateway_can_be_reached_and_only_from_this_machine():
    published = {name: each["ports"] for name, each in CONTAINERS.items() if "ports" in each}
    assert set(published) == {"gateway"}
    assert all(port.startswith("127.0.0.1:") for port in published["gateway"])


def test_nothing_starts_before_what_it_needs():
    for name, each in RUNNING.items():
        assert each["depends_on"] == {
            "databases": {"condition": "service_completed_successfully"},
            "rabbitmq": {"condition": "service_healthy"},
        }, name
    assert all("healthcheck" in CONTAINERS[name] for name in ("postgres", "rabbitmq", "gateway"))


def test_the_image_holds_every_package_of_ours_and_runs_without_privileges():
    dockerfile = (CLONE / "deploy" / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY (\w+) ", dockerfile, re.MULTILINE))
    assert copied == set(PACKAGES)
    assert re.search(r"^USER (?!root)\w+", dockerfile, re.MULTILINE)
    assert all(each["cap_drop"] == ["ALL"] and each["read_only"] for each in OURS.values())


def test_the_notary_keeps_its_key_and_its_memory_in_a_volume_of_its_own():
    told = OURS["notary"]["environment"]
    [volume] = [each for each in OURS["notary"]["volumes"] if not each.endswith(":ro")]
    name, folder = volume.split(":")
    assert {told[each].rpartition("/")[0] for each in ("NOTARY_KEY", "NOTARY_STATE")} == {folder}
    assert name in COMPOSE["volumes"]
    assert [each for each in CONTAINERS.values() if f"{volume}" in each.get("volumes", ())] == [
        OURS["notary"]
    ]
    dockerfile = (CLONE / "deploy" / "Dockerfile").read_text()
    assert re.search(rf"--owner=essaim --mode=700 {folder}$", dockerfile, re.MULTILINE)
