"""What bookings knows of plans and of who is subscribed to them: which days are paid already."""

from datetime import date, timedelta
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, event


class KnownPlan(Aggregate):
    """How many days of each calendar month a plan includes; None is as many as there are."""

    class PlanLearned(Created):
        plan_id: UUID
        included_days: int | None

    @staticmethod
    def create_id(plan_id: UUID) -> UUID:
        return uuid5(plan_id, "known-plan")

    @event(PlanLearned)
    def __init__(self, plan_id: UUID, included_days: int | None) -> None:
        self.plan_id = plan_id
        self.half_days = None if included_days is None else 2 * included_days


class KnownMembership(Aggregate):
    """On which plan somebody, person or organisation, is subscribed to a space, and since when."""

    class MembershipLearned(Created):
        membership_id: UUID

    class PlanInForceLearned(Event):
        start: date
        plan_id: UUID | None

    @staticmethod
    def create_id(membership_id: UUID) -> UUID:
        return uuid5(membership_id, "known-membership")

    @event(MembershipLearned)
    def __init__(self, membership_id: UUID) -> None:
        self.membership_id = membership_id
        self.plans: list[tuple[date, UUID | None]] = []

    def plan_on(self, day: date) -> UUID | None:
        """None while the subscription is paused, before it begins, and once it has ended."""
        for start, plan_id in reversed(self.plans):
            if start <= day:
                return plan_id
        return None

    @event(PlanInForceLearned)
    def learn_plan(self, start: date, plan_id: UUID | None) -> None:
        self.plans.append((start, plan_id))

    def learn_pause(self, start: date) -> None:
        self.learn_plan(start, None)

    def learn_resumption(self, start: date) -> None:
        """The plan is the one that was put to rest."""
        self.learn_plan(start, next(plan for _, plan in reversed(self.plans) if plan))

    def learn_end(self, last: date) -> None:
        self.learn_plan(last + timedelta(days=1), None)
