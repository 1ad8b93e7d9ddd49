"""Somebody of the network, looked for by name: wherever a host needs to say who."""

from starlette.requests import Request

from gateway.pages.host.frame import may
from gateway.pages.page import all_of
from gateway.records import Row
from gateway.views.reception import FindMembers

SHORTEST, LONGEST = 3, 200


async def people_called(request: Request, space: Row, asked: str) -> list[Row]:
    """Nobody under a name that is too short, or longer than any name is."""
    if not SHORTEST <= len(asked) <= LONGEST or not await may(request, "find_members", space):
        return []
    return await all_of(request, FindMembers, {"space_id": str(space["space"]), "name": asked})
