"""One day in one space: who has been promised which place, from when until when, and who waits."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, NamedTuple, Protocol
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.bookings.domain.hours import wall


class NoDeskLeft(Refused):
    """Every desk is already taken on {day} between {start} and {end}."""


class RoomTaken(Refused):
    """The room is already taken, or being made ready, on {day} between {start} and {end}."""


class NoMachineLeft(Refused):
    """Every machine is already taken on {day} between {start} and {end}."""


class TakenElsewhere(Refused):
    """This place is taken outside of the network on {day} between {start} and {end}."""


class AlreadyBooked(Refused):
    """This person already holds a {kind} in this space on {day} between {start} and {end}."""


class PlaceLeft(Refused):
    """There is still a place on {day} between {start} and {end}: book it."""


class AlreadyWaiting(Refused):
    """This person already waits for a {kind} in this space on {day} between {start} and {end}."""


class NotWaiting(Refused):
    """This person no longer waits for that place."""


class NothingOffered(Refused):
    """No place is offered here at the moment: it was for a time only, and went to the next."""


FULL = {"desk": NoDeskLeft, "room": RoomTaken, "machine": NoMachineLeft}
TAKEN = (*FULL.values(), TakenElsewhere)
"""What passes with time: whoever finds it so may wait."""


@dataclass(frozen=True)
class Place:
    """A resource as a day sees it.

    `units`: how many may use it at once, of which so many are `wanted`. `alike`: the resources of
    which a person holds one at a time. `buffer_minutes`: kept free between two uses. `wholes`: what
    it is a part of.
    """

    resource_id: UUID
    kind: str
    units: int
    alike: frozenset[UUID]
    buffer_minutes: int = 0
    wholes: frozenset[UUID] = frozenset()
    wanted: int = 1


class Allocation(NamedTuple):
    """A place promised to a person, in minutes after local midnight, `end` excluded.

    `units`: one, or one for each of those who come.
    """

    resource_id: UUID
    person_id: UUID
    start: int
    end: int
    units: int = 1

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


@dataclass(frozen=True, order=True)
class Interval:
    """In minutes after local midnight, `end` excluded."""

    start: int
    end: int
    units: ClassVar[int] = 1

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


@dataclass(frozen=True)
class WantedExtra:
    """So many of what is to be had with the place."""

    code: str
    quantity: int


@dataclass(frozen=True)
class Wait:
    """What somebody waits for: a place with its parts, from start until end, for so many people,
    and what is to be had with it, as far as there is any left by then."""

    resource_id: UUID
    person_id: UUID
    start: int
    end: int
    half_days: int
    people: int = 1
    extras: list[WantedExtra] = field(default_factory=list)


class SpaceDay(Aggregate):
    """Places are promised first come, first served, and never to more than there are units.

    Whoever comes too late may wait. A place that becomes free is offered to the first in the line
    whom it suits, and held for them until a moment; then it goes to the next. What is taken outside
    of the network, all units of it, is promised to nobody; what was promised before stays.
    """

    class SpaceDayOpened(Created):
        space_id: UUID
        day: date

    class PlacePromised(Event):
        booking_id: UUID
        resource_id: UUID
        person_id: UUID
        start: int
        end: int
        units: int = 1

    class PlaceReturned(Event):
        booking_id: UUID

    class WaitingListJoined(Event):
        entry_id: UUID
        resource_id: UUID
        person_id: UUID
        start: int
        end: int
        half_days: int
        people: int = 1
        extras: list[WantedExtra] = field(default_factory=list)

    class WaitingListLeft(Event):
        entry_id: UUID

    class PlaceOffered(Event):
        entry_id: UUID
        person_id: UUID
        resources: list[UUID]
        until: datetime
        units: int = 1
        lacking: list[str] = field(default_factory=list)

    class OfferLapsed(Event):
        entry_id: UUID

    class OfferTaken(Event):
        entry_id: UUID

    class OutsideTimesLearned(Event):
        calendar_id: UUID
        resource_id: UUID
        times: list[Interval]

    @staticmethod
    def create_id(space_id: UUID, day: date) -> UUID:
        """One id per space and day: the log itself cannot hold the same day twice."""
        return uuid5(space_id, day.isoformat())

    @event(SpaceDayOpened)
    def __init__(self, space_id: UUID, day: date) -> None:
        self.day = day
        self.promised: dict[UUID, list[Allocation]] = {}
        self.waiting: dict[UUID, Wait] = {}
        self.offers: dict[UUID, datetime] = {}
        self.outside: dict[tuple[UUID, UUID], list[Interval]] = {}

    def promise(
        self, booking_id: UUID, person_id: UUID, places: Sequence[Place], start: int, end: int
    ) -> None:
        """A place from start until end, and the others that belong to it: all of them, or none.

        Refuses AlreadyBooked, NoDeskLeft, RoomTaken, NoMachineLeft, TakenElsewhere.
        """
        self.must_have_left(person_id, places, start, end)
        for place in places:
            self._promised(booking_id, place.resource_id, person_id, start, end, place.wanted)

    def must_have_left(
        self,
        person_id: UUID,
        places: Sequence[Place],
        start: int,
        end: int,
        but: UUID | None = None,
    ) -> None:
        """Whether it could be promised, `but` for what that booking holds. Refuses as `promise`."""
        when = {"day": self.day, "start": wall(start), "end": wall(end)}
        held = (holds for booking, holds in self.promised.items() if booking != but)
        taken = [each for holds in held for each in holds]
        for each in taken:
            mine = each.person_id == person_id and each.resource_id in places[0].alike
            if mine and each.overlaps(start, end):
                raise AlreadyBooked(kind=places[0].kind, **when)
        for place in places:
            here = [each for each in taken if each.resource_id == place.resource_id]
            wide = start - place.buffer_minutes, end + place.buffer_minutes
            if any(each.overlaps(*wide) for each in self._outside({place.resource_id})):
                raise TakenElsewhere(**when)
            if at_once([*here, *self._outside(place.wholes)], *wide) + place.wanted > place.units:
                raise FULL[place.kind](**when)

    def learn_outside_times(
        self, calendar_id: UUID, resource_id: UUID, times: Iterable[Interval]
    ) -> None:
        """All that an outside calendar says of a resource and this day, instead of what it said
        before. Nothing happens when it says the same again."""
        said = sorted(times)
        if said != self.outside.get((calendar_id, resource_id), []):
            self._learned(calendar_id, resource_id, said)

    def _outside(self, resources: Set[UUID]) -> list[Interval]:
        """When any of them is taken outside of the network."""
        said = (times for (_, about), times in self.outside.items() if about in resources)
        return [each for times in said for each in times]

    def give_back(self, booking_id: UUID) -> None:
        """Everything that the booking holds on this day."""
        self._returned(booking_id)

    # Who waits

    def join(self, entry_id: UUID, wait: Wait, places: Sequence[Place]) -> None:
        """To the end of the line. Refuses PlaceLeft, AlreadyBooked, AlreadyWaiting."""
        when = {"day": self.day, "start": wall(wait.start), "end": wall(wait.end)}
        for each in self.waiting.values():
            same = (each.person_id, each.resource_id) == (wait.person_id, wait.resource_id)
            if same and each.start < wait.end and wait.start < each.end:
                raise AlreadyWaiting(kind=places[0].kind, **when)
        try:
            self.must_have_left(wait.person_id, places, wait.start, wait.end)
        except TAKEN:
            self._joined(entry_id, **vars(wait))
        else:
            raise PlaceLeft(**when)

    def leave(self, entry_id: UUID) -> None:
        """Out of the line, and back with what was offered. Refuses NotWaiting."""
        self._must_wait(entry_id)
        self._left(entry_id)

    def offer(
        self,
        places: Callable[[Wait], Sequence[Place]],
        until: Callable[[Wait], datetime | None],
        lacking: Callable[[Wait], list[str]] = lambda _: [],
    ) -> None:
        """What is free, to those in the line whom it suits, in their order; each until a moment.

        `places`: a resource and its parts, or nothing where it is no longer offered. `until`: None
        when it is too late for that. `lacking`: the short names of the wanted extras that cannot be
        had. Who waits for more than is free is passed over, not forgotten.
        """
        for entry_id, wait in self.waiting.items():
            wanted, end = places(wait), until(wait)
            if entry_id in self.offers or end is None or not wanted:
                continue
            try:
                self.must_have_left(wait.person_id, wanted, wait.start, wait.end)
            except (AlreadyBooked, *TAKEN):
                continue
            resources, units = [each.resource_id for each in wanted], wanted[0].wanted
            self._offered(entry_id, wait.person_id, resources, end, units, lacking(wait))

    def lapse(self, now: datetime) -> bool:
        """Whether an offer was over by now, and its place is free again."""
        over = [entry_id for entry_id, until in self.offers.items() if until <= now]
        for entry_id in over:
            self._lapsed(entry_id)
        return bool(over)

    def take(self, entry_id: UUID) -> Wait:
        """What was offered is no longer held for whoever waited, but to be promised to them.

        Refuses NotWaiting, NothingOffered.
        """
        wait = self._must_wait(entry_id)
        if entry_id not in self.offers:
            raise NothingOffered
        self._taken(entry_id)
        return wait

    def _must_wait(self, entry_id: UUID) -> Wait:
        if entry_id not in self.waiting:
            raise NotWaiting
        return self.waiting[entry_id]

    # What then is true

    @event(PlacePromised)
    def _promised(
        self, booking_id: UUID, resource_id: UUID, person_id: UUID, start: int, end: int, units: int
    ) -> None:
        allocation = Allocation(resource_id, person_id, start, end, units)
        self.promised.setdefault(booking_id, []).append(allocation)

    @event(PlaceReturned)
    def _returned(self, booking_id: UUID) -> None:
        del self.promised[booking_id]

    @event(WaitingListJoined)
    def _joined(
        self,
        entry_id: UUID,
        resource_id: UUID,
        person_id: UUID,
        start: int,
        end: int,
        half_days: int,
        people: int,
        extras: list[WantedExtra],
    ) -> None:
        asked = (resource_id, person_id, start, end, half_days, people, extras)
        self.waiting[entry_id] = Wait(*asked)

    @event(WaitingListLeft)
    def _left(self, entry_id: UUID) -> None:
        self._forget(entry_id)

    @event(PlaceOffered)
    def _offered(
        self,
        entry_id: UUID,
        person_id: UUID,
        resources: list[UUID],
        until: datetime,
        units: int,
        lacking: list[str],
    ) -> None:
        wait = self.waiting[entry_id]
        self.offers[entry_id] = until
        self.promised[entry_id] = [
            Allocation(resource_id, person_id, wait.start, wait.end, units)
            for resource_id in resources
        ]

    @event(OfferLapsed)
    def _lapsed(self, entry_id: UUID) -> None:
        self._forget(entry_id)

    @event(OfferTaken)
    def _taken(self, entry_id: UUID) -> None:
        self._forget(entry_id)

    @event(OutsideTimesLearned)
    def _learned(self, calendar_id: UUID, resource_id: UUID, times: list[Interval]) -> None:
        self.outside[calendar_id, resource_id] = times

    def _forget(self, entry_id: UUID) -> None:
        del self.waiting[entry_id]
        self.offers.pop(entry_id, None)
        self.promised.pop(entry_id, None)


class Spell(Protocol):
    """Something that takes units of something from start until end."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def units(self) -> int: ...
    def overlaps(self, start: int, end: int) -> bool: ...


def at_once(spells: Iterable[Spell], start: int, end: int) -> int:
    """The most units that are taken at one instant between start and end."""
    inside = [each for each in spells if each.overlaps(start, end)]
    # The number only grows where an allocation starts, so no other instant needs a look.
    instants = {max(each.start, start) for each in inside}
    return max(
        (sum(a.units for a in inside if a.start <= now < a.end) for now in instants), default=0
    )
