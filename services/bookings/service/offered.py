"""What is offered, to whom, when and on which terms: looked up before anything is decided."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kernel.service import Service
from services.bookings.domain import (
    KnownPerson,
    KnownSpace,
    Resource,
    Slot,
    UnknownPerson,
    UnknownSpace,
)

Times = Sequence[dict[str, Any]]
"""Each with a day, and a start and an end in minutes after midnight."""


class Offered(Service):
    def offered(
        self, kind: str, space_id: UUID, resource_id: UUID, person_id: UUID
    ) -> tuple[KnownSpace, Resource]:
        """What is offered to a person. Refuses what is unknown, unfit, or needs a training."""
        space = self.space(space_id)
        resource = space.offered(resource_id, kind)
        self.person(person_id).must_have_completed(resource.training_id)
        return space, resource

    def space(self, space_id: UUID) -> KnownSpace:
        if (space := self.log.find(KnownSpace, space_id)) is None:
            raise UnknownSpace
        return space

    def person(self, person_id: UUID) -> KnownPerson:
        if (person := self.log.find(KnownPerson, person_id)) is None:
            raise UnknownPerson
        return person

    def desk_slots(self, space: KnownSpace, days: Sequence[date], part: str) -> list[Slot]:
        return [space.desk_slot(day, part, now=self.now()) for day in sorted(days)]

    def timed_slots(self, space: KnownSpace, times: Times) -> list[Slot]:
        return sorted(space.timed_slot(**each, now=self.now()) for each in times)

    def terms(self, space: KnownSpace) -> dict[str, Any]:
        """Until when something can be changed there, and what time it is."""
        hours = space.terms.cancellation_hours
        return {"zone": space.timezone, "hours": hours, "now": self.now()}
