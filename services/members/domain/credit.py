"""A credit: what somebody, person or organisation, has got with a pack, from a day to another."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event


class CreditAlreadyRevoked(Refused):
    """This credit has already been taken back."""


class Credit(Aggregate):
    """As it was sold. What has been used of it is known to bookings.

    It is good in one space, or without one in all of them. `sold_at`: the space in which it was
    sold, for so many cents. That of an organisation is used by whoever belongs to it.
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
        kind: str = "desk"
        minutes: int = 0

    class PackSoldToOrganisation(Created):
        pack_id: UUID
        organisation_id: UUID
        space_id: UUID | None
        sold_at: UUID
        name: str
        kind: str
        half_days: int
        minutes: int
        cents: int
        first: date
        last: date

    class CreditRevoked(Event):
        pass

    @staticmethod
    def create_id(credit_id: UUID) -> UUID:
        return credit_id

    @event(PackSold)
    def __init__(self, id: UUID) -> None:
        self.revoked = False

    @classmethod
    def of(cls, person_id: UUID | None, organisation_id: UUID | None, **sold: Any) -> Self:
        """Somebody's: of the one or of the other."""
        if organisation_id:
            return cls._create(cls.PackSoldToOrganisation, organisation_id=organisation_id, **sold)
        return cls._create(cls.PackSold, person_id=person_id, **sold)

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
