"""Which letters there are, and which of them somebody may decline."""

from typing import NamedTuple


class Kind(NamedTuple):
    """`wish`: which of the letters that people may decline it is. `state`: that of the bookings it
    is about; others of them need no letter any more. `method`: what calendars do with it
    (RFC 5546); None when it is about no booking. `consent`: what whoever gets it has agreed to.
    Nobody declines what keeps their account safe.
    """

    wish: str | None
    state: str = "booked"
    method: str | None = "PUBLISH"
    consent: str | None = None


KINDS = {
    "requested": Kind("confirmation", "requested"),
    "booked": Kind("confirmation"),
    "moved": Kind("confirmation"),
    "cancelled": Kind("confirmation", "cancelled", "CANCEL"),
    "declined": Kind("confirmation", "declined", "CANCEL"),
    "reminder": Kind("reminder"),
    "offered": Kind(None, method=None),
    "training": Kind(None, method=None, consent="training-letters"),
    "password-link": Kind(None, method=None),
    "guest-link": Kind(None, method=None),
    "joining": Kind(None, method=None),
    "password-changed": Kind(None, method=None),
}
WISHES = ("confirmation", "reminder")
