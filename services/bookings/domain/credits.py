"""Credits: half-days that somebody has got with a pack, and what bookings have used of them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, event
from services.bookings.domain.pricing import PriceLine
from services.bookings.domain.slots import Slot


class Credit(Aggregate):
    """So many half-days at desks on days from `first` to `last`; without a space, in all of them.

    Each use says what is left afterwards. What is given back after the last day cannot be used
    any more: a credit lasts as long as it was sold for.
    """

    class CreditLearned(Created):
        person_id: UUID
        space_id: UUID | None
        name: str
        half_days: int
        first: date
        last: date

    class CreditUsed(Event):
        booking_id: UUID
        half_days: int
        left: int

    class CreditReturned(Event):
        booking_id: UUID
        left: int

    class RevocationLearned(Event):
        pass

    @staticmethod
    def create_id(credit_id: UUID) -> UUID:
        return credit_id

    @event(CreditLearned)
    def __init__(
        self,
        id: UUID,
        person_id: UUID,
        space_id: UUID | None,
        name: str,
        half_days: int,
        first: date,
        last: date,
    ) -> None:
        self.space_id = space_id
        self.name = name
        self.half_days = half_days
        self.first, self.last = first, last
        self.revoked = False
        self.held: dict[UUID, int] = {}

    def left(self, but: UUID | None = None) -> int:
        """Half-days that nobody holds, `but` for what that booking holds."""
        return self.half_days - sum(n for booking, n in self.held.items() if booking != but)

    def is_good(self, space_id: UUID, day: date) -> bool:
        """Whether it can pay for a desk there on that day, while something is left."""
        here = self.space_id in (None, space_id)
        return here and not self.revoked and self.first <= day <= self.last

    def use(self, booking_id: UUID, half_days: int) -> None:
        self._used(booking_id, half_days, self.left() - half_days)

    def give_back(self, booking_id: UUID) -> None:
        """What that booking holds of it, if anything."""
        if booking_id in self.held:
            self._returned(booking_id, self.left(but=booking_id))

    @event(CreditUsed)
    def _used(self, booking_id: UUID, half_days: int, left: int) -> None:
        self.held[booking_id] = half_days

    @event(CreditReturned)
    def _returned(self, booking_id: UUID, left: int) -> None:
        del self.held[booking_id]

    @event(RevocationLearned)
    def learn_revocation(self) -> None:
        """Nothing more is used of it; what is held stays held."""
        self.revoked = True


class Spending:
    """What a booking takes of credits, the one that ends soonest first: looked at first, and used
    once it is made.

    `paid`: for each slot, how many of its half-days are paid by a membership or by a credit.
    """

    def __init__(
        self,
        credits: Iterable[Credit],
        space_id: UUID,
        slots: Iterable[Slot],
        included: Iterable[int],
        but: UUID | None = None,
    ) -> None:
        """`included`: for each slot, what a membership pays for; `but` for what a booking that is
        moved holds until now."""
        self.credits = sorted(credits, key=lambda each: (each.last, each.first, each.id))
        self.left = {each.id: each.left(but) for each in self.credits}
        self.taken: dict[UUID, int] = {}
        self.paid = [
            free + self._take(space_id, slot.day, slot.half_days - free)
            for slot, free in zip(slots, included, strict=False)  # a room has nothing included
        ]

    @property
    def used(self) -> list[Credit]:
        return [each for each in self.credits if each.id in self.taken]

    @property
    def lines(self) -> list[PriceLine]:
        return [
            PriceLine("credit half-day", self.taken[each.id], 0, 0, each.name) for each in self.used
        ]

    def use(self, booking_id: UUID) -> list[Credit]:
        """Now it is made."""
        for each in self.used:
            each.use(booking_id, self.taken[each.id])
        return self.used

    def _take(self, space_id: UUID, day: date, owed: int) -> int:
        before = owed
        for each in self.credits:
            amount = min(owed, self.left[each.id])
            if amount > 0 and each.is_good(space_id, day):
                self.left[each.id] -= amount
                self.taken[each.id] = self.taken.get(each.id, 0) + amount
                owed -= amount
        return before - owed
