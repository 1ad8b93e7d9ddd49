"""What is counted: the days that a membership includes, and how much anybody may book."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.bookings.domain.known_membership import KnownPlan
from services.bookings.domain.slots import Slot


class TooManyHalfDays(Refused):
    """At most {most} half-days at a desk can be booked per {period} here: from {first} on, {used}
    are booked already."""


class TooManyHours(Refused):
    """At most {most} hours can be booked per {period} here: from {first} on, {used} minutes are
    booked already."""


class Usage(Aggregate):
    """How much of something somebody holds in a space within a day, a week or a month."""

    class UsageOpened(Created):
        space_id: UUID
        holder_id: UUID
        counted: str
        first: date

    class Used(Event):
        booking_id: UUID
        amount: int

    class UsageReturned(Event):
        booking_id: UUID

    @staticmethod
    def create_id(usage_id: UUID) -> UUID:
        return usage_id

    @staticmethod
    def id_of(space_id: UUID, holder_id: UUID, counted: str, first: date) -> UUID:
        """One id for each thing that is counted: two bookings at once meet in one stream."""
        return uuid5(space_id, f"usage/{holder_id}/{counted}/{first}")

    @event(UsageOpened)
    def __init__(
        self, id: UUID, space_id: UUID, holder_id: UUID, counted: str, first: date
    ) -> None:
        self.held: dict[UUID, int] = {}

    def used(self, but: UUID | None = None) -> int:
        """By all, `but` for what that booking holds."""
        return sum(amount for booking, amount in self.held.items() if booking != but)

    def use(self, booking_id: UUID, amount: int) -> None:
        self._used(booking_id, amount)

    def give_back(self, booking_id: UUID) -> None:
        """What that booking holds, if it holds anything here."""
        if booking_id in self.held:
            self._returned(booking_id)

    @event(Used)
    def _used(self, booking_id: UUID, amount: int) -> None:
        self.held[booking_id] = self.held.get(booking_id, 0) + amount

    @event(UsageReturned)
    def _returned(self, booking_id: UUID) -> None:
        del self.held[booking_id]


def first_of(period: str, day: date) -> date:
    """The day on which the day, week (from Monday) or calendar month of that day begins."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


@dataclass(frozen=True)
class Quota:
    """At most so much of a kind (desk: half-days; room, machine: hours) in each period.

    `per` person, or per membership: then all people of an organisation are counted together.
    `plan_id`: only for those who are on that plan.
    """

    kind: str
    per: str
    period: str
    most: int
    plan_id: UUID | None = None

    @property
    def counted(self) -> str:
        """Each quota is counted by itself."""
        return "/".join((self.kind, self.period, *([str(self.plan_id)] if self.plan_id else [])))

    def must_allow(self, used: int, wanted: int, first: date) -> None:
        """Refuses TooManyHalfDays, TooManyHours."""
        if self.kind == "desk":
            if used + wanted > self.most:
                raise TooManyHalfDays(most=self.most, period=self.period, first=first, used=used)
        elif used + wanted > 60 * self.most:
            raise TooManyHours(most=self.most, period=self.period, first=first, used=used)


class Subscription(NamedTuple):
    """The membership by which somebody is subscribed on a day, and its plan."""

    membership_id: UUID
    plan: KnownPlan


UsageOf = Callable[[UUID, str, date], Usage]


class Count:
    """What a booking would use of all that is counted: looked at first, and used once it is made.

    `included`: for each slot, how many of its half-days the membership pays for.
    """

    def __init__(
        self,
        kind: str,
        person_id: UUID,
        slots: Iterable[tuple[Slot, int]],
        quotas: Iterable[Quota],
        subscribed: Callable[[date], Subscription | None],
        usage: UsageOf,
        but: UUID | None = None,
        units: int = 1,
    ) -> None:
        """Each slot with the minutes that really pass in it; `but` for what a booking that is moved
        holds until now; `units`: how many desks. A membership pays for the member's own, and a
        quota counts all of them.

        Refuses TooManyHalfDays, TooManyHours.
        """
        self.kind, self.person_id = kind, person_id
        self.subscribed, self.usage, self.but, self.units = subscribed, usage, but, units
        self.uses: dict[UUID, tuple[Usage, int]] = {}
        timed = list(slots)
        for quota in quotas:
            if quota.kind == kind:
                self._keep_within(quota, timed)
        self.included = self._of_plan([slot for slot, _ in timed]) if kind == "desk" else []

    @property
    def usages(self) -> list[UUID]:
        return list(self.uses)

    def use(self, booking_id: UUID) -> list[Usage]:
        """Now it is made."""
        for usage, amount in self.uses.values():
            usage.use(booking_id, amount)
        return [usage for usage, _ in self.uses.values()]

    def _keep_within(self, quota: Quota, timed: list[tuple[Slot, int]]) -> None:
        def first(each: tuple[Slot, int]) -> date:
            return first_of(quota.period, each[0].day)

        for begin, those in groupby(timed, key=first):
            counted = [each for each in those if self._concerns(quota, each[0].day)]
            each = (slot.half_days if self.kind == "desk" else took for slot, took in counted)
            wanted = self.units * sum(each)
            if wanted:
                holder = self._holder(quota, counted[0][0].day)
                usage = self.usage(holder, quota.counted, begin)
                quota.must_allow(usage.used(self.but), wanted, begin)
                self._will_use(usage, wanted)

    def _concerns(self, quota: Quota, day: date) -> bool:
        """A quota of memberships, or of a plan, says nothing of who is not subscribed."""
        if quota.per == "person" and quota.plan_id is None:
            return True
        found = self.subscribed(day)
        return found is not None and quota.plan_id in (None, found.plan.plan_id)

    def _holder(self, quota: Quota, day: date) -> UUID:
        found = self.subscribed(day)
        return found.membership_id if quota.per == "membership" and found else self.person_id

    def _of_plan(self, slots: list[Slot]) -> list[int]:
        included = []
        for slot in slots:
            taken = 0
            if found := self.subscribed(slot.day):
                usage = self.usage(found.membership_id, "included", first_of("month", slot.day))
                most, held = found.plan.half_days, usage.used(self.but) + self._of_this(usage)
                left = slot.half_days if most is None else most - held
                if taken := max(0, min(slot.half_days, left)):
                    self._will_use(usage, taken)
            included.append(taken)
        return included

    def _will_use(self, usage: Usage, amount: int) -> None:
        self.uses[usage.id] = usage, self._of_this(usage) + amount

    def _of_this(self, usage: Usage) -> int:
        """What this booking itself will use of it already."""
        return self.uses[usage.id][1] if usage.id in self.uses else 0
