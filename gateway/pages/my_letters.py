"""Which e-mails somebody wants: chosen when signed in, or with the secret in one of them.

Mail programs decline by themselves when their users ask them to (RFC 8058), with a form of their
own, which comes without cookies from anywhere. Letters to which somebody has agreed are declined by
withdrawing that, as they would on the page of their profile.
"""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import order
from gateway.pages.page import form_of, page, signed_in, typed_in
from gateway.post.kinds import WISHES
from gateway.post.wishes import Wishes
from gateway.problems import nothing_known
from gateway.records import Row
from services.members.messages import WithdrawConsent

ONE_CLICK = b"List-Unsubscribe"


async def see(request: Request) -> Response:
    caller = await signed_in(request)
    return await shown(request, caller.person)


async def choose(request: Request) -> Response:
    caller = await signed_in(request)
    form = await form_of(request)
    return await chosen(request, caller.person, [wish for wish in WISHES if wish in form])


async def see_by_letter(request: Request) -> Response:
    reader = await reader_of(request)
    if reader["consent"]:
        return await page(request, "agreed.html", withdrawn=False)
    return await shown(request, reader["person"])


async def choose_by_letter(request: Request) -> Response:
    reader = await reader_of(request)
    if reader["consent"]:
        return await withdrawn(request, reader)
    if ONE_CLICK in await request.body():
        wanted = await wishes_of(request).of(reader["person"])
        wanted = [wish for wish in wanted if wish != reader["wish"]]
    else:
        form = await typed_in(request)
        wanted = [wish for wish in WISHES if wish in form]
    return await chosen(request, reader["person"], wanted)


async def withdrawn(request: Request, reader: Row) -> Response:
    """In the name of whoever got the letter; they may agree again, and withdraw with it again."""
    person = str(reader["person"])
    words = {"person_id": person, "consent": reader["consent"]}
    await order(request, WithdrawConsent, words, person)
    return await page(request, "agreed.html", withdrawn=True)


async def chosen(request: Request, person: UUID | None, wanted: list[str]) -> Response:
    assert person is not None
    await wishes_of(request).choose(person, wanted)
    return await shown(request, person, saved=True)


async def shown(request: Request, person: UUID | None, saved: bool = False) -> Response:
    assert person is not None
    wanted = await wishes_of(request).of(person)
    return await page(request, "letters.html", wanted=wanted, saved=saved)


async def reader_of(request: Request) -> Row:
    """Whoever got the letter that the address is from. 404 when there is none."""
    try:
        token = UUID(request.path_params["letter"])
    except ValueError:
        raise nothing_known() from None
    if (found := await wishes_of(request).by_token(token)) is None:
        raise nothing_known()
    return found


def wishes_of(request: Request) -> Wishes:
    wishes: Wishes = request.state.wishes
    return wishes
