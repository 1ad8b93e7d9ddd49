"""Why a booking cannot be changed, and why nobody can arrive with it or be missed."""

from kernel.facts import Refused


class AlreadyCancelled(Refused):
    """This booking has been cancelled."""


class AlreadyUsed(Refused):
    """Somebody has checked in with this booking, or was missed: it can no longer be changed."""


class AlreadyBegun(Refused):
    """This booking has begun: it can no longer be cancelled or moved."""


class TooLateToCancel(Refused):
    """A booking in this space can be cancelled or moved until {hours} hours before it begins."""


class NotApprovedYet(Refused):
    """The host has not approved this booking yet."""


class NothingToApprove(Refused):
    """This booking does not wait for an answer of the host."""


class HeldAllDay(Refused):
    """In this space a place is held all day, also when nobody has come."""


class NotReleasedYet(Refused):
    """A place is released {minutes} minutes after its booking began: somebody may still come."""


class OfficesStay(Refused):
    """An office let cannot be moved: cancel it and let another."""


class DesksMoveByPart(Refused):
    """A desk is moved to days and a part of the day, not to times."""


class RoomsMoveByTimes(Refused):
    """A room or a machine is moved to times, not to parts of the day."""


class NotThatDay(Refused):
    """This booking is not for {day}."""


class PlaceGivenAway(Refused):
    """The arrival was noted in time, but the place was released and somebody else has it by now."""


class AlreadyCheckedIn(Refused):
    """Somebody has already checked in with this booking on {day}."""


class AlreadyMissed(Refused):
    """It is already recorded that nobody came with this booking on {day}."""


class NotBegunYet(Refused):
    """The booking of {day} has not begun: somebody may still come."""


class TenantsComeAndGo(Refused):
    """An office is let by the month: its tenant need not come, and is never missed."""
