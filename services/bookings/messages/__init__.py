"""What partners may ask of bookings."""

from services.bookings.messages.outside import BlockTimes
from services.bookings.messages.parts import PART
from services.bookings.messages.series import (
    BookDeskSeries,
    BookMachineSeries,
    BookRoomSeries,
    CancelSeries,
    MoveSeries,
)
from services.bookings.messages.single import (
    ApproveBooking,
    BookDesk,
    BookMachine,
    BookOffice,
    BookRoom,
    CancelBooking,
    ChangeExtras,
    CheckIn,
    DeclineBooking,
    MoveBooking,
    RecordNoShow,
    ReleasePlace,
)
from services.bookings.messages.waiting import (
    JoinWaitingList,
    LeaveWaitingList,
    OfferPlaces,
    TakeOffer,
)

__all__ = [
    "PART",
    "ApproveBooking",
    "BlockTimes",
    "BookDesk",
    "BookDeskSeries",
    "BookMachine",
    "BookMachineSeries",
    "BookOffice",
    "BookRoom",
    "BookRoomSeries",
    "CancelBooking",
    "CancelSeries",
    "ChangeExtras",
    "CheckIn",
    "DeclineBooking",
    "JoinWaitingList",
    "LeaveWaitingList",
    "MoveBooking",
    "MoveSeries",
    "OfferPlaces",
    "RecordNoShow",
    "ReleasePlace",
    "TakeOffer",
]
