"""Whom training knows: the people, organisations and spaces of which its neighbours told it."""

from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Refused, event


class UnknownPerson(Refused):
    """Nobody with this id has joined the network."""


class UnknownOrganisation(Refused):
    """No organisation with this id is registered in the network."""


class UnknownSpace(Refused):
    """The network has no space with this id."""


class KnownPerson(Aggregate):
    """Somebody who has joined the network: may teach and may learn."""

    class PersonMet(Created):
        person_id: UUID

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        return uuid5(person_id, "person")

    @event(PersonMet)
    def __init__(self, person_id: UUID) -> None:
        pass


class KnownOrganisation(Aggregate):
    """An organisation of the network: may offer courses."""

    class OrganisationMet(Created):
        organisation_id: UUID

    @staticmethod
    def create_id(organisation_id: UUID) -> UUID:
        return uuid5(organisation_id, "organisation")

    @event(OrganisationMet)
    def __init__(self, organisation_id: UUID) -> None:
        pass


class KnownSpace(Aggregate):
    """A space of the network. "Today", for a session there, is today in its time zone."""

    class SpaceMet(Created):
        space_id: UUID
        timezone: str

    @staticmethod
    def create_id(space_id: UUID) -> UUID:
        return uuid5(space_id, "space")

    @event(SpaceMet)
    def __init__(self, space_id: UUID, timezone: str) -> None:
        self.timezone = timezone
