"""A person of the network: at home where, in which situation, trusted with what."""

from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event


class UnknownPerson(Refused):
    """Nobody in the network has this id."""


class AlreadyHasRole(Refused):
    """This person already has that role."""


class RoleNotHeld(Refused):
    """This person does not have that role."""


class ConsentTextChanged(Refused):
    """The text of this consent is another one now: read it again before you agree."""


class Person(Aggregate):
    """Somebody known by an id only. `details` is the entry of the vault that says who it is,
    `commitment` proves that the entry has not been altered since.
    """

    class PersonJoined(Created):
        home_space_id: UUID | None
        status: str
        residence: str
        details: UUID
        commitment: str

    class DetailsCorrected(Event):
        details: UUID
        commitment: str

    class SituationChanged(Event):
        home_space_id: UUID | None
        status: str
        residence: str

    class RoleGranted(Event):
        role: str
        space_id: UUID | None

    class RoleRevoked(Event):
        role: str
        space_id: UUID | None

    class ConsentGiven(Event):
        consent: str
        version: int

    class ConsentWithdrawn(Event):
        consent: str

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        return person_id

    @event(PersonJoined)
    def __init__(
        self,
        id: UUID,
        home_space_id: UUID | None,
        status: str,
        residence: str,
        details: UUID,
        commitment: str,
    ) -> None:
        self.situation = (home_space_id, status, residence)
        self.details = details
        self.commitment = commitment
        self.roles: set[tuple[str, UUID | None]] = set()
        self.consents: dict[str, int] = {}

    def correct_details(self, details: UUID, commitment: str) -> None:
        """From now on another entry of the vault says who this is."""
        self._details_corrected(details, commitment)

    def change_situation(self, home_space_id: UUID | None, status: str, residence: str) -> None:
        """The home space, the occupation (`status`) and the country of residence (ISO 3166,
        two letters) from now on. Saying again what is already so changes nothing.
        """
        if self.situation != (home_space_id, status, residence):
            self._situation_changed(home_space_id, status, residence)

    def grant_role(self, role: str, space_id: UUID | None) -> None:
        """A host is host of one space; the other roles hold everywhere (`space_id` None)."""
        if (role, space_id) in self.roles:
            raise AlreadyHasRole
        self._role_granted(role, space_id)

    def revoke_role(self, role: str, space_id: UUID | None) -> None:
        if (role, space_id) not in self.roles:
            raise RoleNotHeld
        self._role_revoked(role, space_id)

    def give_consent(self, consent: str, version: int, current: int) -> None:
        """They agree to the text of this `version`, which must be the one that is in force. Saying
        again what is already so changes nothing.
        """
        if version != current:
            raise ConsentTextChanged
        if self.consents.get(consent) != version:
            self._consent_given(consent, version)

    def withdraw_consent(self, consent: str) -> None:
        """From now on they do not agree, to whichever text it was."""
        if consent in self.consents:
            self._consent_withdrawn(consent)

    @event(DetailsCorrected)
    def _details_corrected(self, details: UUID, commitment: str) -> None:
        self.details = details
        self.commitment = commitment

    @event(SituationChanged)
    def _situation_changed(self, home_space_id: UUID | None, status: str, residence: str) -> None:
        self.situation = (home_space_id, status, residence)

    @event(RoleGranted)
    def _role_granted(self, role: str, space_id: UUID | None) -> None:
        self.roles.add((role, space_id))

    @event(RoleRevoked)
    def _role_revoked(self, role: str, space_id: UUID | None) -> None:
        self.roles.discard((role, space_id))

    @event(ConsentGiven)
    def _consent_given(self, consent: str, version: int) -> None:
        self.consents[consent] = version

    @event(ConsentWithdrawn)
    def _consent_withdrawn(self, consent: str) -> None:
        del self.consents[consent]
