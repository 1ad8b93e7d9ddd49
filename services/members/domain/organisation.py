"""An organisation of the network: a company, an association, a public body."""

from uuid import UUID, uuid5

from kernel.facts import NETWORK, Aggregate, Created, Event, Refused, event


class UnknownOrganisation(Refused):
    """No organisation of the network has this id."""


class CodeAlreadyRegistered(Refused):
    """An organisation is already registered under the code {code}."""


class AlreadyInOrganisation(Refused):
    """This person already belongs to the organisation."""


class NotInOrganisation(Refused):
    """This person does not belong to the organisation."""


class Organisation(Aggregate):
    """It runs spaces, sponsors passes, gives courses or subscribes, and people belong to it."""

    class OrganisationRegistered(Created):
        code: str
        name: str
        country: str
        kind: str

    class PersonJoinedOrganisation(Event):
        person_id: UUID

    class PersonLeftOrganisation(Event):
        person_id: UUID

    @staticmethod
    def create_id(organisation_id: UUID) -> UUID:
        return organisation_id

    @staticmethod
    def id_of(code: str) -> UUID:
        """One id per code: the log itself cannot hold the same organisation twice."""
        return uuid5(NETWORK, f"organisation/{code}")

    @event(OrganisationRegistered)
    def __init__(self, id: UUID, code: str, name: str, country: str, kind: str) -> None:
        self.code = code
        self.people: set[UUID] = set()

    def join(self, person_id: UUID) -> None:
        if person_id in self.people:
            raise AlreadyInOrganisation
        self._joined(person_id)

    def leave(self, person_id: UUID) -> None:
        if person_id not in self.people:
            raise NotInOrganisation
        self._left(person_id)

    @event(PersonJoinedOrganisation)
    def _joined(self, person_id: UUID) -> None:
        self.people.add(person_id)

    @event(PersonLeftOrganisation)
    def _left(self, person_id: UUID) -> None:
        self.people.discard(person_id)
