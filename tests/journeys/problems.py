"""What a problem must be like, and that nothing was recorded because of it."""

import re
from contextlib import contextmanager

DESK = "/v1/desk-bookings"
INSIDE = re.compile(
    r'Traceback|File "|psycopg|SELECT |INSERT |sqlstate|postgres|amqp|nameko|kombu|marshmallow'
    r"|starlette|msgspec|eventsourcing|Exception|Error\b|object at 0x",
    re.IGNORECASE,
)


def problem(answer, status):
    """The right one, told as a problem, and without a word of what is inside."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:300]}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not INSIDE.search(answer.text), answer.text
    told = answer.json()
    assert told["status"] == status and told["type"] and told["title"]
    return told


def names(answer, field):
    """Words that make no sense: the problem says which ones, and why."""
    told = problem(answer, 422)
    assert told["type"] == "/problems/invalid-words"
    assert told["errors"].get(field), told["errors"]


@contextmanager
def nothing_recorded(story):
    before = recorded(story)
    yield
    assert recorded(story) == before


def recorded(story):
    """How far each log has come, and where the feed ends."""
    states = story.operator.read("/readyz")
    logs = {name: state["position"] for name, state in states.items() if "position" in state}
    assert len(logs) == 5
    story.end = getattr(story, "end", "")
    while (page := story.operator.read("/v1/events", after=story.end, limit=200))["items"]:
        story.end = page["next"]
    return logs, story.end
