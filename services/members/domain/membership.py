"""A membership: what binds a subscriber, person or organisation, to one space."""

from datetime import date
from typing import Literal
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.members.domain.plan import Plan
from vocabulary.identity import membership_of


class AlreadySubscribed(Refused):
    """A subscription to this space is already running: change its plan, or end it first."""


class NoRunningSubscription(Refused):
    """No subscription is running here: it has ended."""


class SubscriptionIsPaused(Refused):
    """The subscription is paused: resume it first."""


class SubscriptionIsNotPaused(Refused):
    """The subscription is not paused."""


class AlreadyOnPlan(Refused):
    """The subscription is already on this plan."""


class PreviousNotOver(Refused):
    """The previous subscription lasts until {end}: the next one can start the day after."""


class DateGoesBackwards(Refused):
    """The latest change of this subscription is of {latest}: nothing can be dated before it."""


class Membership(Aggregate):
    """Subscribed, perhaps paused and resumed, ended, perhaps subscribed again later on.

    At most one subscription runs at a time. `since` is the day of the latest change; the day on
    which a subscription ends is its last one, so the next can start the day after.
    """

    class MembershipOpened(Created):
        space_id: UUID
        person_id: UUID | None
        organisation_id: UUID | None

    class Subscribed(Event):
        plan_id: UUID
        start: date

    class PlanChanged(Event):
        plan_id: UUID
        start: date

    class SubscriptionPaused(Event):
        start: date

    class SubscriptionResumed(Event):
        start: date

    class SubscriptionEnded(Event):
        end: date

    @staticmethod
    def create_id(membership_id: UUID) -> UUID:
        return membership_id

    @staticmethod
    def id_of(space_id: UUID, subscriber_id: UUID) -> UUID:
        """One id per space and subscriber: two subscriptions at once meet in one stream."""
        return membership_of(space_id, subscriber_id)

    @event(MembershipOpened)
    def __init__(
        self, id: UUID, space_id: UUID, person_id: UUID | None, organisation_id: UUID | None
    ) -> None:
        self.space_id, self.person_id = space_id, person_id
        self.state: Literal["idle", "running", "paused"] = "idle"
        self.plan_id: UUID | None = None
        self.since = date.min

    def subscribe(self, plan: Plan, start: date) -> None:
        """`start` is the first day."""
        if self.state != "idle":
            raise AlreadySubscribed
        plan.check_on_offer(self.space_id)
        if start <= self.since:
            raise PreviousNotOver(end=self.since)
        self._subscribed(plan.id, start)

    def change_plan(self, plan: Plan, start: date) -> None:
        """`start` is the first day on the other plan."""
        self._check_running()
        if plan.id == self.plan_id:
            raise AlreadyOnPlan
        plan.check_on_offer(self.space_id)
        self._check_order(start)
        self._plan_changed(plan.id, start)

    def pause(self, start: date) -> None:
        """`start` is the first day without."""
        self._check_running()
        self._check_order(start)
        self._paused(start)

    def resume(self, start: date) -> None:
        """`start` is the first day with it again."""
        if self.state == "idle":
            raise NoRunningSubscription
        if self.state != "paused":
            raise SubscriptionIsNotPaused
        self._check_order(start)
        self._resumed(start)

    def end(self, last: date) -> None:
        """`last` is the last day, paused or not."""
        if self.state == "idle":
            raise NoRunningSubscription
        self._check_order(last)
        self._ended(last)

    def _check_running(self) -> None:
        if self.state == "idle":
            raise NoRunningSubscription
        if self.state == "paused":
            raise SubscriptionIsPaused

    def _check_order(self, day: date) -> None:
        if day < self.since:
            raise DateGoesBackwards(latest=self.since)

    @event(Subscribed)
    def _subscribed(self, plan_id: UUID, start: date) -> None:
        self.state, self.plan_id, self.since = "running", plan_id, start

    @event(PlanChanged)
    def _plan_changed(self, plan_id: UUID, start: date) -> None:
        self.plan_id, self.since = plan_id, start

    @event(SubscriptionPaused)
    def _paused(self, start: date) -> None:
        self.state, self.since = "paused", start

    @event(SubscriptionResumed)
    def _resumed(self, start: date) -> None:
        self.state, self.since = "running", start

    @event(SubscriptionEnded)
    def _ended(self, end: date) -> None:
        self.state, self.plan_id, self.since = "idle", None, end
