"""A plan: what a space offers to its subscribers, and for how much a month."""

from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event


class UnknownPlan(Refused):
    """No plan has this id."""


class PlanCodeTaken(Refused):
    """This space already has, or had, a plan with the code {code}."""


class PlanAlreadyWithdrawn(Refused):
    """This plan has already been withdrawn."""


class PlanNoLongerOffered(Refused):
    """This plan has been withdrawn: nobody can take it any more."""


class PlanOfAnotherSpace(Refused):
    """This plan is offered by another space."""


class Plan(Aggregate):
    """Terms for a month. They never change: a new price is a new plan, with a code of its own."""

    class PlanOffered(Created):
        space_id: UUID
        code: str
        name: str
        month_cents: int
        included_days: int | None
        access_hours: int | None

    class PlanWithdrawn(Event):
        pass

    @staticmethod
    def create_id(plan_id: UUID) -> UUID:
        return plan_id

    @staticmethod
    def id_of(space_id: UUID, code: str) -> UUID:
        """One id per space and code: the log itself cannot hold the same plan twice."""
        return uuid5(space_id, f"plan/{code}")

    @event(PlanOffered)
    def __init__(
        self,
        id: UUID,
        space_id: UUID,
        code: str,
        name: str,
        month_cents: int,
        included_days: int | None,
        access_hours: int | None,
    ) -> None:
        self.space_id, self.month_cents = space_id, month_cents
        self.withdrawn = False

    def withdraw(self) -> None:
        """Nobody can take the plan any more; whoever has it keeps it."""
        if self.withdrawn:
            raise PlanAlreadyWithdrawn
        self._withdrawn()

    def check_on_offer(self, space_id: UUID) -> None:
        """Refuses unless somebody could take the plan today, in that space."""
        if self.space_id != space_id:
            raise PlanOfAnotherSpace
        if self.withdrawn:
            raise PlanNoLongerOffered

    @event(PlanWithdrawn)
    def _withdrawn(self) -> None:
        self.withdrawn = True
