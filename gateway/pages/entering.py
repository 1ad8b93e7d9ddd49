"""Where somebody goes once we know whose account it is."""

from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.page import onward
from gateway.people import identify
from gateway.signing_in import SECOND_STEP, opened

HOME = "/accueil"


def landing(then: str) -> str:
    """Who asked for no page in particular comes home."""
    return HOME if then == "/" else then


async def go_on(request: Request, account: UUID, then: str) -> Response:
    """To the second step if they have one, to setting one up if their role needs it."""
    credentials, then = request.state.credentials, landing(then)
    if await credentials.second.has(account):
        await credentials.begun.begin(request, SECOND_STEP, account, then=then)
        return onward("/connexion/code")
    await opened(request, account)
    if (await identify(request)).factor_due:
        return onward(f"/mon-compte/double?suite={quote(then, safe='/')}")
    return onward(then)
