"""What takes a place and was not booked here: the busy times of an outside calendar."""

from typing import Any
from uuid import UUID

from kernel.service import handles
from services.bookings.domain import Interval, SpaceDay, must_not_be_past
from services.bookings.messages import BlockTimes
from services.bookings.service.promises import Promises


class OutsideTimes(Promises):
    @handles(BlockTimes)
    def block_times(
        self, space_id: UUID, resource_id: UUID, calendar_id: UUID, days: list[dict[str, Any]]
    ) -> tuple[SpaceDay, ...]:
        space = self.space(space_id)
        space.on_a_day(resource_id)
        changed = []
        for said in sorted(days, key=lambda each: each["day"]):
            must_not_be_past(space.timezone, said["day"], self.now())
            found = self.space_day(space, said["day"])
            times = [Interval(**each) for each in said["times"]]
            found.learn_outside_times(calendar_id, resource_id, times)
            self.hand_on(space, found)
            changed.append(found)
        return tuple(changed)
