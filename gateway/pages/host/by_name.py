"""Somebody of the network, looked for by name: wherever a host needs to say who, or for whom."""

from starlette.requests import Request

from gateway.pages.host.day import plain
from gateway.pages.host.frame import may
from gateway.pages.page import Form, all_of, mistaken
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.people import ListOrganisations
from gateway.views.reception import FindMembers

SHORTEST, LONGEST = 3, 200


async def people_called(request: Request, space: Row, asked: str) -> list[Row]:
    """Nobody under a name that is too short, or longer than any name is."""
    if not SHORTEST <= len(asked) <= LONGEST or not await may(request, "find_members", space):
        return []
    return await all_of(request, FindMembers, {"space_id": str(space["space"]), "name": asked})


async def organisations_called(request: Request, asked: str) -> list[Row]:
    if len(asked) < SHORTEST:
        return []
    known = await all_of(request, ListOrganisations, {})
    return [each for each in known if plain(asked) in plain(each["name"])]


def holder(form: Form) -> Row:
    """Who was chosen, a person or an organisation, in the words of commands."""
    kind, _, id = form.get("holder", "").partition(" ")
    return {f"{kind}_id": id} if kind in ("person", "organisation") else {}


def wrong_in(problem: Problem | None, form: Form) -> set[str]:
    """The fields to look at; who it is for, while nobody was chosen."""
    if problem is None:
        return set()
    return mistaken(problem) | (set() if form.get("holder") else {"holder"})
