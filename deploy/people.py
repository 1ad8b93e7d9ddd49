"""Somebody for each role, to try Essaim with. They are invented; their passwords are made here."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from deploy.load_network import Command, Partner, identity
from deploy.local.where import keep_secret

SPONSOR = "coworking-wallonia"
DAYS_ABROAD = 30


class Somebody(NamedTuple):
    who: str
    role: str
    given_name: str
    family_name: str
    home: str
    country: str = "BE"
    status: str = "employee"

    @property
    def email(self) -> str:
        return f"{self.given_name}.{self.family_name}@example.org".lower()


PEOPLE = (
    Somebody("member of La Ferme, with a pass", "member", "Lise", "Lambert", "la-ferme"),
    Somebody("host of La Ferme", "host", "Hugo", "Henrard", "la-ferme"),
    Somebody("host of Rimbaud'Tech", "host", "Rose", "Renard", "rimbaud-tech", "FR"),
    Somebody("coordinator of the network", "coordinator", "Colette", "Collard", "namur"),
    Somebody("trainer", "trainer", "Thomas", "Thiry", "la-ferme", status="independent"),
    Somebody("auditor", "auditor", "Aude", "Arnould", "namur"),
)


class SignIns:
    """Who can sign in with which password, in a file that only its owner can read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        lines = file.read_text().splitlines() if file.exists() else []
        self.kept = {line.split()[0]: line for line in lines}

    def keep(self, email: str, password: str, who: str) -> None:
        self.kept[email] = f"{email:<32} {password:<24} {who}"
        keep_secret(self.file, "".join(f"{line}\n" for line in self.kept.values()))

    def __contains__(self, email: str) -> bool:
        return email in self.kept

    def __str__(self) -> str:
        return "\n".join(self.kept.values())


def welcome(partner: Partner, sign_ins: SignIns) -> None:
    """They join, get their role and their pass once, and an account when they have none here."""
    for somebody in PEOPLE:
        person_id = partner.tell(joining(somebody))["id"]
        for command in trust(somebody, person_id, datetime.now(UTC).year):
            partner.tell(command)
        if somebody.email not in sign_ins:
            password = secrets.token_urlsafe(12)
            body = {"email": somebody.email, "password": password}
            if partner.tell(Command("POST", f"/persons/{person_id}/account", body)):
                sign_ins.keep(somebody.email, password, somebody.who)


def joining(somebody: Somebody) -> Command:
    body = {
        "home_space_id": identity("space", somebody.home),
        "status": somebody.status,
        "residence": somebody.country,
        "given_name": somebody.given_name,
        "family_name": somebody.family_name,
        "email": somebody.email,
    }
    return Command("POST", "/persons", body)


def trust(somebody: Somebody, person_id: str, year: int) -> Iterator[Command]:
    """A member has a pass for the year; everybody else has a role."""
    if somebody.role == "member":
        sponsor = identity("organisation", SPONSOR)
        body = {"person_id": person_id, "year": year, "days": DAYS_ABROAD, "sponsor_id": sponsor}
        yield Command("POST", "/passes", body)
    else:
        role: dict[str, Any] = {"role": somebody.role}
        if somebody.role == "host":
            role["space_id"] = identity("space", somebody.home)
        yield Command("POST", f"/persons/{person_id}/roles", role)
