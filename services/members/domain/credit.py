"""A credit: the half-days that somebody has got with a pack, from a first day to a last."""

from datetime import date
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event


class CreditAlreadyRevoked(Refused):
    """This credit has already been taken back."""


class Credit(Aggregate):
    """As it was sold. What has been used of it is known to bookings.

    It is good in one space, or without one in all of them. `sold_at`: the space in which it was
    sold, for so many cents.
    """

    class PackSold(Created):
        pack_id: UUID
        person_id: UUID
        space_id: UUID | None
        sold_at: UUID
        name: str
        half_days: int
        cents: int
        first: date
        last: date

    class CreditRevoked(Event):
        pass

    @staticmethod
    def create_id(credit_id: UUID) -> UUID:
        return credit_id

    @event(PackSold)
    def __init__(
        self,
        id: UUID,
        pack_id: UUID,
        person_id: UUID,
        space_id: UUID | None,
        sold_at: UUID,
        name: str,
        half_days: int,
        cents: int,
        first: date,
        last: date,
    ) -> None:
        self.revoked = False

    def revoke(self) -> None:
        """What is left of it cannot be used any more: sold by mistake, or paid back.

        What was booked with it stays. Refuses CreditAlreadyRevoked.
        """
        if self.revoked:
            raise CreditAlreadyRevoked
        self._revoked()

    @event(CreditRevoked)
    def _revoked(self) -> None:
        self.revoked = True
