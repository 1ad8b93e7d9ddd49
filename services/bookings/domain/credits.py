"""Credits: what somebody has got with a pack, and what bookings have used of it."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import repeat
from typing import Any, Self
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, event
from services.bookings.domain.pricing import PriceLine

UNIT = {"desk": "half-day", "room": "hour", "machine": "hour"}
"""In what a price line says it. Hours come in minutes, as everywhere."""


class Credit(Aggregate):
    """So many half-days at desks, or minutes in rooms or on machines, on days from `first` to
    `last`; without a space, in all of them. It is a person's, or of all who belong to an
    organisation when they book.

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
        kind: str = "desk"
        minutes: int = 0

    class SharedCreditLearned(Created):
        organisation_id: UUID
        space_id: UUID | None
        name: str
        kind: str
        half_days: int
        minutes: int
        first: date
        last: date

    class CreditUsed(Event):
        booking_id: UUID
        half_days: int
        left: int
        minutes: int = 0

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
        space_id: UUID | None,
        name: str,
        half_days: int,
        first: date,
        last: date,
        kind: str,
        minutes: int,
    ) -> None:
        self.space_id = space_id
        self.name = name
        self.kind = kind
        self.amount = half_days if kind == "desk" else minutes
        self.first, self.last = first, last
        self.revoked = False
        self.held: dict[UUID, int] = {}

    @classmethod
    def of_person(cls, person_id: UUID, **sold: Any) -> Self:
        return cls._create(cls.CreditLearned, person_id=person_id, **sold)

    @classmethod
    def of_organisation(cls, organisation_id: UUID, **sold: Any) -> Self:
        return cls._create(cls.SharedCreditLearned, organisation_id=organisation_id, **sold)

    def left(self, but: UUID | None = None) -> int:
        """Half-days or minutes that nobody holds, `but` for what that booking holds."""
        return self.amount - sum(n for booking, n in self.held.items() if booking != but)

    def is_good(self, space_id: UUID, day: date) -> bool:
        """Whether it can pay for a place there on that day, while something is left."""
        here = self.space_id in (None, space_id)
        return here and not self.revoked and self.first <= day <= self.last

    def use(self, booking_id: UUID, amount: int) -> None:
        half_days, minutes = (amount, 0) if self.kind == "desk" else (0, amount)
        self._used(booking_id, half_days, self.left() - amount, minutes)

    def give_back(self, booking_id: UUID) -> None:
        """What that booking holds of it, if anything."""
        if booking_id in self.held:
            self._returned(booking_id, self.left(but=booking_id))

    @event(CreditUsed)
    def _used(self, booking_id: UUID, half_days: int, left: int, minutes: int) -> None:
        self.held[booking_id] = half_days or minutes

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

    `paid`: of each slot, how much is paid by a membership or by a credit: half-days at a desk,
    minutes elsewhere.
    """

    def __init__(
        self,
        credits: Iterable[Credit],
        space_id: UUID,
        needed: Iterable[tuple[date, int]],
        included: Sequence[int],
        but: UUID | None = None,
    ) -> None:
        """`needed`: the day of each slot and how much it takes; `included`: what of each a
        membership pays for, if it pays for any; `but` for what a booking that is moved holds until
        now."""
        self.credits = sorted(credits, key=lambda each: (each.last, each.first, each.id))
        self.left = {each.id: each.left(but) for each in self.credits}
        self.taken: dict[UUID, int] = {}
        self.paid = [
            free + self._take(space_id, day, amount - free)
            for (day, amount), free in zip(needed, included or repeat(0), strict=False)
        ]

    @property
    def used(self) -> list[Credit]:
        return [each for each in self.credits if each.id in self.taken]

    @property
    def lines(self) -> list[PriceLine]:
        return [
            PriceLine(f"credit {UNIT[each.kind]}", self.taken[each.id], 0, 0, each.name)
            for each in self.used
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
