"""How a form of a host is sent, and comes back: in one way on all pages of a space."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host.frame import run_by_caller
from gateway.pages.page import Form, attempt, form_of, next_key, onward
from gateway.problems import Problem
from gateway.records import Row
from kernel.wire import Message

Again = Callable[[Request, Row, Form, Problem], Awaitable[Response]]
"""The page once more: with what was typed, and what was wrong with it."""


async def asked(request: Request, verb: str) -> tuple[Row, Form]:
    """The space of the address and what was typed, by those who may do this to it."""
    space = await run_by_caller(request, verb)
    return space, await form_of(request)


async def sent(
    request: Request,
    space: Row,
    message: type[Message],
    words: Row,
    form: Form,
    again: Again,
    onwards: str,
) -> Response:
    """What was done is said on the page of the space to which it leads; what was not, at the form,
    with a key of its own unless nobody knows whether it was done."""
    done = await attempt(request, message, words, form)
    if isinstance(done, Problem):
        return await again(request, space, form | {"key": next_key(form, done)}, done)
    return onward(f"/espaces/{space['code']}/{onwards}", done)
