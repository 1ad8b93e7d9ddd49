"""The visit: working in a space that is not one's own. And why a pass may not cover it."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from kernel.facts import Refused


@dataclass(frozen=True)
class Visit:
    """One check-in of one day, local to the host. `country` is the host's, `half_days` 1 or 2."""

    booking_id: UUID
    home_space_id: UUID
    host_space_id: UUID
    country: str
    day: date
    half_days: int


class NotCovered(Refused):
    """No pass covers this visit."""

    code: ClassVar[str]
    """How the log names the reason. Public for ever."""


class NoPass(NotCovered):
    """This person has no pass for that year."""

    code = "no-pass"


class PassIsWithdrawn(NotCovered):
    """This pass has been withdrawn."""

    code = "pass-withdrawn"


class OutsideValidity(NotCovered):
    """The pass is not valid on that day."""

    code = "outside-validity"


class DayCovered(NotCovered):
    """A pass covers two half-days a day, and this visit would be more."""

    code = "day-covered"


class AllowanceUsed(NotCovered):
    """What is left of the allowance is not enough for the whole visit."""

    code = "allowance-used"
