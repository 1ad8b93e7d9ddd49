"""A person of the network: at home where, in which situation, trusted with what."""

from dataclasses import field
from datetime import date
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.members.domain.duties import Duty


class UnknownPerson(Refused):
    """Nobody in the network has this id."""


class AlreadyHasRole(Refused):
    """This person already has that role."""


class RoleNotHeld(Refused):
    """This person does not have that role."""


class ConsentTextChanged(Refused):
    """The text of this consent is another one now: read it again before you agree."""


class AlreadyErased(Refused):
    """This person has been erased: nothing can be recorded about them any more."""


class ErasureIsAwaited(Refused):
    """This person has asked to be erased: nothing more is kept about who they are."""


class MustBeKept(Refused):
    """Some of these details have to be kept until {until} ({why})."""


class StillSubscribed(Refused):
    """A subscription of this person is still running: it has to be ended first."""


class Person(Aggregate):
    """Somebody known by an id only. `details` is the entry of the vault that says who it is,
    `commitment` proves that the entry has not been altered since, and `commitments` the same of
    each field alone.

    Once erased, the person is an id and no more: nobody can tell whose it was.
    """

    class PersonJoined(Created):
        home_space_id: UUID | None
        status: str
        residence: str
        details: UUID
        commitment: str
        commitments: dict[str, str] = field(default_factory=dict)

    class DetailsCorrected(Event):
        details: UUID
        commitment: str
        commitments: dict[str, str] = field(default_factory=dict)

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

    class ProcessingRestricted(Event):
        pass

    class RestrictionLifted(Event):
        pass

    class DutyToKeepBegan(Event):
        """`until`: the last day; None as long as its `cause` goes on."""

        duty: str
        version: int
        until: date | None
        cause: UUID

    class ErasureRequested(Event):
        """To be erased on the day after `until`, under the number of a `certificate`."""

        certificate: UUID
        until: date

    class PersonErased(Event):
        """`fields`: of the details, those that there were. `duties`: all that ever ran, each with
        its last day."""

        certificate: UUID
        fields: list[str]
        duties: dict[str, date]

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
        commitments: dict[str, str],
    ) -> None:
        self.situation = (home_space_id, status, residence)
        self.details = details
        self.commitment = commitment
        self.roles: set[tuple[str, UUID | None]] = set()
        self.consents: dict[str, int] = {}
        self.restricted = self.erased = False
        self.goes_on: dict[UUID, str] = {}
        self.duties: dict[str, date] = {}
        self.certificate: UUID | None = None

    def must_be_there(self) -> None:
        """Refuses AlreadyErased."""
        if self.erased:
            raise AlreadyErased

    def correct_details(
        self, details: UUID, commitment: str, commitments: dict[str, str] | None = None
    ) -> None:
        """From now on another entry of the vault says who this is. Refuses ErasureIsAwaited."""
        if self.certificate:
            raise ErasureIsAwaited
        self._details_corrected(details, commitment, commitments or {})

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

    # What somebody may ask about their own data

    def restrict(self) -> None:
        """From now on their details are kept, and shown to nobody else."""
        if not self.restricted:
            self._restricted()

    def lift_restriction(self) -> None:
        """Their details are shown again where they were. Who asked to be erased takes that back."""
        if self.restricted:
            self._lifted()

    def begin_duty(self, duty: Duty, day: date | None, cause: UUID) -> None:
        """Their details have to be kept because of something of that `day`; without a day, because
        of something that goes on until it is said otherwise. What changes nothing is not recorded.
        """
        until = duty.until(day) if day else None
        known = self.goes_on if until is None else self.duties
        if until is None and cause in known:
            return
        if until and cause not in self.goes_on and until <= self.duties.get(duty.code, date.min):
            return
        self._duty_began(duty.code, duty.version, until, cause)

    def running_duties(self, today: date) -> dict[str, date]:
        """Those that are not over on that day, each with its last day."""
        return {duty: until for duty, until in self.duties.items() if today <= until}

    def request_erasure(self, certificate: UUID, today: date) -> None:
        """To be erased as soon as nothing has to be kept any more; until then restricted. Refuses
        StillSubscribed."""
        self._must_not_be_subscribed()
        until = max(self.running_duties(today).values(), default=today)
        self._erasure_requested(certificate, until)

    def erase(self, certificate: UUID, fields: list[str], today: date) -> None:
        """`fields`: the names of the details that go with this. A certificate that was given when
        it was asked for keeps its number. Refuses StillSubscribed, MustBeKept."""
        self._must_not_be_subscribed()
        if running := self.running_duties(today):
            why, until = max(running.items(), key=lambda duty: duty[1])
            raise MustBeKept(until=until, why=why)
        self._erased(self.certificate or certificate, fields, dict(self.duties))

    def _must_not_be_subscribed(self) -> None:
        if self.goes_on:
            raise StillSubscribed

    @event(DetailsCorrected)
    def _details_corrected(
        self, details: UUID, commitment: str, commitments: dict[str, str]
    ) -> None:
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

    @event(ProcessingRestricted)
    def _restricted(self) -> None:
        self.restricted = True

    @event(RestrictionLifted)
    def _lifted(self) -> None:
        self.restricted, self.certificate = False, None

    @event(DutyToKeepBegan)
    def _duty_began(self, duty: str, version: int, until: date | None, cause: UUID) -> None:
        if until is None:
            self.goes_on[cause] = duty
            return
        self.goes_on.pop(cause, None)
        self.duties[duty] = max(until, self.duties.get(duty, until))

    @event(ErasureRequested)
    def _erasure_requested(self, certificate: UUID, until: date) -> None:
        self.restricted, self.certificate = True, certificate

    @event(PersonErased)
    def _erased(self, certificate: UUID, fields: list[str], duties: dict[str, date]) -> None:
        self.erased, self.restricted, self.certificate = True, True, certificate
        self.roles, self.consents = set(), {}
