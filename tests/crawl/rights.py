"""Who may do what, as it was blessed: never what the code says now.

tests/gateway/permissions.txt says it of the messages; pages.txt says of each page who may see it,
or which message it stands for.
"""

from pathlib import Path

from gateway.app import COMMANDS, ERRANDS, QUESTIONS, app
from tests.border import Thing
from tests.gateway.test_permissions import blessed

TABLE = blessed()
PAGES = {
    (method, path): needs
    for method, path, needs in (
        line.split(maxsplit=2)
        for line in Path(__file__).with_name("pages.txt").read_text().splitlines()
    )
}
MESSAGES = {message.verb(): message for message in [*COMMANDS, *QUESTIONS, *ERRANDS]}
VERBS = {tuple(m.route.replace(" /", " /v1/", 1).split()): v for v, m in MESSAGES.items()}
PREVIEWS = {
    ("POST", f"{path}/preview"): verb
    for (_, path), verb in VERBS.items()
    if getattr(MESSAGES[verb], "has_preview", False)
}
VERBS |= PREVIEWS
NOBODYS = Thing()
BESIDES = {
    "everybody": {"visitor": "anyone"},
    "signed in": {"member": "anyone"},
    "runs a space": dict.fromkeys(("host", "coordinator", "auditor", "operator"), "anyone"),
}
"""Who may see pages that no message stands for. What stands in brackets is no role: whoever has
something to show may, and tests of that thing say so."""


def routes():
    """Each (method, path) of the gateway, as its own table has it."""
    served = [route for route in app.routes if hasattr(route, "endpoint")]
    return [(method, each.path) for each in served for method in each.app.methods]


def for_roles():
    """Those that are a matter of roles."""
    return [route for route in routes() if not PAGES.get(route, "").startswith("(")]


def row(method, path):
    """role -> whose. A route that nobody has thought of has no row: KeyError."""
    if (method, path) in VERBS:
        return TABLE[VERBS[method, path]]
    needs = PAGES[method, path]
    return BESIDES.get(needs) or TABLE[needs]


class Viewer:
    """Somebody who looks, and what of the things at the border is theirs."""

    def __init__(self, border, who):
        self.border, self.who, self.browser = border, who, border.sessions[who]
        person = border.people.get(who)
        self.id, self.space = (person.id, person.of_space) if person else (None, None)
        self.roles = {"visitor", *(["member", person.role] if person else [])}

    def may(self, row, about):
        """`about`: the words of what they want to see or do."""
        return any(self._owns(row[role], about) for role in self.roles & row.keys())

    def _owns(self, whose, about):
        thing = self._thing(about)
        match whose.split():
            case ["anyone"]:
                return True
            case ["themselves"]:
                return self.id is not None and about.get("person_id") == self.id
            case ["own", "space"]:
                return self._mine(about.get("space_id"))
            case ["own", "home", "space"]:
                return self._mine(about.get("home_space_id"))
            case ["either", "own", "space"]:
                return any(self._mine(about.get(f"{side}_space_id")) for side in ("home", "host"))
            case ["at", "home", "in", "own", "space"] | ["newcomer", "in", "own", "space"]:
                return self._mine(self.border.things[about["person_id"]].space)
            case ["no", "operator"]:
                return about["person_id"] != self.border.people["operator"].id
            case ["lesser", "role"]:
                return about["role"] != "operator"
            case ["with", "themselves"]:
                return self.id in about.get("trainers", [])
            case ["own", "session"]:
                return self.id in thing.trainers
            case ["own", "plan" | "pack"] | [_, "of", "own", "space"] | [_, "in", "own", "space"]:
                return self._mine(thing.space)
            case ["own", "booking", "now"]:
                return about.get("at") is None and self._owns("own booking", about)
            case ["own", _]:
                return self.id is not None and thing.person == self.id
        raise NotImplementedError(f"nobody has said here what {whose!r} means")

    def _mine(self, space):
        return space is not None and space == self.space

    def _thing(self, about):
        """That which the words are about first of all."""
        names = ("booking_id", "series_id", "membership_id", "plan_id", "session_id", "entry_id")
        names += ("candidate_id", "pack_id", "credit_id", "disclosure_id")
        found = [self.border.thing(name, about[name]) for name in names if name in about]
        return next(filter(None, found), NOBODYS)

    # Whose details they may know

    def may_know(self):
        """person -> the details of theirs that some row of the table opens to this viewer."""
        people = self.border.people.values()
        known = {each.id: set() for each in people}
        for each in people:
            if self.may(TABLE["see_person"], {"person_id": each.id}):
                known[each.id] |= {*each.details}
        by_name = (
            ("see_visitors", "space_id", self.border.visitors),
            ("see_planning", "space_id", self.border.booked),
            ("find_members", "space_id", self.border.booked),
            ("list_memberships", "space_id", self.border.subscribers),
            ("list_sold_packs", "space_id", self.border.subscribers),
            ("list_participants", "session_id", self.border.participants),
            ("see_disclosure", "disclosure_id", self.border.disclosed),
        )
        for verb, name, groups in by_name:
            for id, persons in groups.items():
                if self.may(TABLE[verb], {name: id}):
                    for person in persons:
                        known[person] |= {"given_name", "family_name"}
        return known
