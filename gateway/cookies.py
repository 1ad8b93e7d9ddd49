"""What browsers keep for us: kept from scripts and from other sites, and one of each name.

Over https a name begins with `__Host-`: then no neighbouring host can have put it there. What is
to be kept is told to the door, which adds it to whatever answer is given (door.py).
"""

from starlette.requests import Request
from starlette.responses import Response

OURS_ALONE = "__Host-"


def shown(request: Request, name: str) -> str:
    """ "" when the browser has none."""
    return request.cookies.get(_full(request, name), "")


def keep(request: Request, name: str, value: str, seconds: int) -> None:
    answer = Response()
    name = _full(request, name)
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax")
    _tell(request, name, answer)


def forget(request: Request, name: str) -> None:
    answer = Response()
    name = _full(request, name)
    answer.delete_cookie(name, httponly=True, samesite="lax")
    _tell(request, name, answer)


def told(state: dict[str, dict[str, bytes]]) -> list[bytes]:
    """What the door has to add."""
    return list(state.get("cookies", {}).values())


def _tell(request: Request, name: str, answer: Response) -> None:
    state = request.scope.setdefault("state", {})
    state.setdefault("cookies", {})[name] = answer.headers["Set-Cookie"].encode("latin-1")


def _full(request: Request, name: str) -> str:
    return f"{OURS_ALONE}{name}" if request.scope.get("scheme") == "https" else name
