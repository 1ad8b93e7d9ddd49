"""Which letters there are, and which of them somebody may decline."""

from typing import NamedTuple


class Kind(NamedTuple):
    """`wish`: which of the letters that people may decline it is; `state`: that of its bookings."""

    wish: str
    state: str = "booked"
    method: str = "PUBLISH"


KINDS = {
    "booked": Kind("confirmation"),
    "moved": Kind("confirmation"),
    "cancelled": Kind("confirmation", "cancelled", "CANCEL"),
    "reminder": Kind("reminder"),
}
WISHES = ("confirmation", "reminder")
