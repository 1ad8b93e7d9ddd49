"""make schemathesis: attacks the API with what its description allows and forbids.

Once as an operator, who may do nearly everything, and once as a visitor. Most ids that it makes
up are replaced by those of things that exist (tests/fuzz/ids.py): else nothing would ever happen.
Words given after it are options of schemathesis: make schemathesis ARGS="--seed 7".
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from uuid import uuid4

from deploy.local.servers import servers
from tests.experiment import network
from tests.fuzz import ids
from tests.place import Place, in_days

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
PATIENCE = 240
BROKEN = re.compile("failed: |a service failed|stopped after|Traceback")


def main(*options):
    with tempfile.TemporaryFile("w+") as log:
        with servers() as ours, network(ours, log) as running:
            known = things(running.operator)
            before = last_fact(running.operator)
            token = running.invite("operator")["token"]
            codes = [
                attack(running, "an operator", token, known, 40, *options),
                attack(running, "a visitor", None, known, 5, *options),
            ]
            recorded = last_fact(running.operator) - before
        log.seek(0)
        broken = Counter(line.split(" ", 2)[-1].strip() for line in log if BROKEN.search(line))
    print(
        f"\n{recorded} facts were recorded. What processes wrote down: {dict(broken) or 'nothing'}"
    )
    assert recorded, "nothing was ever understood: this attack shows nothing"
    return 1 if any(codes) or broken else 0


def attack(running, who, token, known, examples, *options):
    print(f"\nAs {who}, up to {examples} examples an operation", flush=True)
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{running.url}/openapi.json"]
    command += ["--checks", ",".join(CHECKS), "--mode", "all", "--workers", "1"]
    command += ["--max-examples", str(examples), "--request-timeout", "8", "--no-color"]
    command += ["--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--no-shrink"]
    command += ["--generation-database", "none", "--warnings", "off", *options]
    command += ["--header", f"Authorization: Bearer {token}"] if token else []
    env = {**os.environ, "SCHEMATHESIS_HOOKS": ids.__name__, ids.KNOWN: json.dumps(known)}
    return subprocess.run(command, env=env, timeout=PATIENCE).returncode


def things(operator):
    """Names of ids -> ids of things that exist."""
    place, other = Place(operator), Place(operator)
    people = [place.newcomer() for _ in range(3)]
    plan = {"code": "full", "name": "Full", "month_cents": 20_000}
    plan = operator.done(f"/v1/spaces/{place.space}/plans", plan)["id"]
    subscription = {"plan_id": plan, "person_id": people[0], "start": in_days(0)}
    membership = operator.done(f"/v1/spaces/{place.space}/subscriptions", subscription)["id"]
    bookings = [
        operator.done("/v1/desk-bookings", place.desk_for(people[0]))["id"],
        operator.done("/v1/room-bookings", place.room_for(people[1]))["id"],
    ]
    course = {
        "code": f"course-{uuid4().hex[:8]}",
        "name": "Course",
        "provider_id": place.organisation,
        "modules": [{"code": "all", "title": "All", "hours": 1}],
    }
    course = operator.done("/v1/courses", course)["id"]
    session = {
        "space_id": place.space,
        "trainers": [people[2]],
        "capacity": 2,
        "slots": [{"day": in_days(3), "half": "am", "module": "all", "minutes": 60}],
    }
    session = operator.done(f"/v1/courses/{course}/sessions", session)["id"]
    allowance = {"person_id": people[0], "year": 2030, "days": 30, "sponsor_id": place.organisation}
    mobility_pass = operator.done("/v1/passes", allowance)["id"]
    spaces, owners = [place.space, other.space], [place.organisation]
    return {
        **dict.fromkeys(("space_id", "home_space_id", "host_space_id", "borrower_id"), spaces),
        **dict.fromkeys(("organisation_id", "operator_id", "provider_id", "sponsor_id"), owners),
        "resource_id": list(place.offers.values()),
        "person_id": people,
        "trainers": people,
        "plan_id": [plan],
        "membership_id": [membership],
        "booking_id": bookings,
        "course_id": [course],
        "training_id": [course],
        "session_id": [session],
        "pass_id": [mobility_pass],
    }


def last_fact(operator):
    """How many facts there are."""
    seen, after = 0, ""
    while page := operator.read("/v1/events", after=after, limit=200):
        if not page["items"]:
            return seen
        seen, after = seen + len(page["items"]), page["next"]
    return seen


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
