"""The sponsor: an organisation of the network that may pay for passes."""

from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Refused, event


class UnknownOrganisation(Refused):
    """No organisation of the network has this id."""


class Sponsor(Aggregate):
    """Known because members said so. Any organisation of the network may sponsor."""

    class SponsorMet(Created):
        organisation_id: UUID

    @staticmethod
    def create_id(organisation_id: UUID) -> UUID:
        return uuid5(organisation_id, "sponsor")

    @event(SponsorMet)
    def __init__(self, organisation_id: UUID) -> None:
        self.organisation_id = organisation_id
