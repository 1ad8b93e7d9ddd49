"""Who waits for a place that is taken, and is offered one when it becomes free."""

from marshmallow import fields

from kernel.wire import Message
from services.bookings.messages.parts import PartOrTimes, Party, WithExtras
from vocabulary.fields import Day


class JoinWaitingList(PartOrTimes, Party, WithExtras, Message):
    """Wait for a place that is taken: a desk for a part of the day, a room or a machine for a time.

    When one becomes free, or as many desks as there are `people`, it is offered to the first in the
    line whom it suits, and held for them as long as the space says. Refused while there is a place
    left (PlaceLeft), and to whoever has one (AlreadyBooked) or waits already (AlreadyWaiting). Of
    the `extras`, those that there are by then are booked with it; the offer says which are not.
    """

    route = "POST /spaces/{space_id}/days/{day}/waiting-list"

    space_id = fields.UUID(required=True)
    day = Day(required=True)
    resource_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)


class LeaveWaitingList(Message):
    """Wait no longer, also for what has been offered: it goes to the next."""

    route = "DELETE /spaces/{space_id}/days/{day}/waiting-list/{entry_id}"

    space_id = fields.UUID(required=True)
    day = Day(required=True)
    entry_id = fields.UUID(required=True)


class TakeOffer(Message):
    """Book the place that is offered to somebody who waited, at today's price, with those of the
    extras they wanted that there are.

    Refused when nothing is offered any more (NothingOffered, NotWaiting).
    """

    route = "POST /spaces/{space_id}/days/{day}/waiting-list/{entry_id}/booking"

    space_id = fields.UUID(required=True)
    day = Day(required=True)
    entry_id = fields.UUID(required=True)


class OfferPlaces(Message):
    """Offer what is free on a day to those who wait for it, also what nobody took in time.

    Happens by itself when something is given back. Given by the clock of the network, or by the
    host.
    """

    route = "POST /spaces/{space_id}/days/{day}/offers"

    space_id = fields.UUID(required=True)
    day = Day(required=True)
