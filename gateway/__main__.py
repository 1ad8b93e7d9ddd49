"""python -m gateway invite EMAIL --role ROLE [--space CODE] [--token]

For whoever runs the machine: makes somebody an account with a role, and prints how to sign in.
Asked again for the same address, it adds the role, and makes no second account.
"""

import argparse
import asyncio
import secrets
import sys
from typing import Any
from uuid import UUID, uuid5

from gateway.accounts import join
from gateway.api import Done, outcome
from gateway.ask import Services, services
from gateway.credentials import Credentials
from gateway.problems import Away, Failed, NoAnswer, Problem
from gateway.questions import Views
from gateway.records import pool
from gateway.views import VIEWS
from gateway.words import own_key
from kernel.facts import NETWORK
from kernel.where import broker, database
from services.members.messages import LANGUAGES, ROLES, STATUSES

BY = "operator-cli"
PATIENCE = 30.0


def understood(line: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m gateway", description=__doc__)
    invite = parser.add_subparsers(required=True).add_parser("invite")
    invite.add_argument("email")
    invite.add_argument("--role", choices=ROLES, default="member")
    invite.add_argument("--space", type=space_id, help="where they are at home; a host's own")
    invite.add_argument("--given-name", default="Opératrice")
    invite.add_argument("--family-name", default="Essaim")
    invite.add_argument("--status", choices=STATUSES, default="association-worker")
    invite.add_argument("--residence", default="BE", help="country, ISO 3166")
    invite.add_argument("--language", choices=LANGUAGES, default="fr")
    invite.add_argument("--password", help="otherwise one is made up and printed")
    invite.add_argument("--token", action="store_true", help="print a token for a program as well")
    found = parser.parse_args(line)
    if found.role == "host" and not found.space:
        parser.error("a host is host of a space: say --space")
    return found


def space_id(text: str) -> str:
    """An id, or the code that it is made of."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid5(NETWORK, f"space/{text}"))


async def invite(
    wanted: argparse.Namespace, credentials: Credentials, asked: Services
) -> dict[str, str]:
    """What to print."""
    printed = {"email": wanted.email}
    account = await credentials.account_of(wanted.email)
    if account is None:
        password = wanted.password or secrets.token_urlsafe(15)

        async def joins(key: str) -> Done:
            return await order(asked, "join_network", newcomer(wanted), f"account/{key}")

        made, joined = await join(credentials, wanted.email, password, joins)
        account = {"account": made, "person": joined.id}
        printed["password"] = password
    printed["person"] = str(account["person"])
    if wanted.role != "member":
        host_of = wanted.space if wanted.role == "host" else None
        role = {"person_id": printed["person"], "role": wanted.role, "space_id": host_of}
        try:
            await order(asked, "grant_role", role)
        except Problem as problem:
            if problem.kind != "/problems/AlreadyHasRole":
                raise
    if wanted.token:
        issued = await credentials.issue_token(account["account"], "invited")
        printed["token"] = issued["token"]
    return printed


def newcomer(wanted: argparse.Namespace) -> dict[str, Any]:
    names = ("email", "given_name", "family_name", "status", "residence", "language")
    return {name: getattr(wanted, name) for name in names} | {"home_space_id": wanted.space}


async def order(
    asked: Services, verb: str, words: dict[str, Any], command: str | None = None
) -> Done:
    command = command or f"{BY}/{verb}/{own_key()}"
    answer = await asked.ask("members", verb, words, partner=BY, command=command)
    done = outcome(answer)
    return Done(done["id"], done["facts"], {})


async def run(wanted: argparse.Namespace) -> dict[str, str]:
    """Nothing is printed before the gateway knows of the role: whoever reads it may use it."""
    async with pool(database("gateway")) as opened, services(broker()) as asked:
        printed = await invite(wanted, Credentials(opened), asked)
        reached = {"members": (await asked.ask("members", "health"))["position"]}
        if not await Views(opened, VIEWS).reaches("people", reached, PATIENCE):
            why = "The gateway does not know of it yet: its view `people` is not being filled."
            print(why, file=sys.stderr)
    return printed


def main() -> None:
    try:
        printed = asyncio.run(run(understood()))
    except Problem as problem:
        sys.exit(f"{problem.why} {problem.more or ''}".strip())
    except (Away, Failed, NoAnswer) as trouble:
        sys.exit(str(trouble.__doc__))
    for name, value in printed.items():
        print(f"{name:<9}{value}")


if __name__ == "__main__":
    main()
