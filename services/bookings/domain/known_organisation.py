"""What bookings knows of an organisation: what it has got with packs, for who belongs to it."""

from datetime import date
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, event


class KnownOrganisation(Aggregate):
    """Known from the first pack that it gets."""

    class OrganisationKnown(Created):
        organisation_id: UUID

    class SharedCreditHeld(Event):
        credit_id: UUID
        last: date

    @staticmethod
    def create_id(organisation_id: UUID) -> UUID:
        return uuid5(organisation_id, "known-organisation")

    @event(OrganisationKnown)
    def __init__(self, organisation_id: UUID) -> None:
        self.organisation_id = organisation_id
        self.credits: dict[UUID, date] = {}

    @event(SharedCreditHeld)
    def hold_credit(self, credit_id: UUID, last: date) -> None:
        """It is theirs until its last day."""
        self.credits[credit_id] = last

    def credits_on(self, day: date) -> list[UUID]:
        """Those that have not ended by then."""
        return [credit_id for credit_id, last in self.credits.items() if day <= last]
