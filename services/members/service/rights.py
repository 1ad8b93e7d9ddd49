"""What somebody may ask about their own data, what others are told, and what has to be kept."""

import logging
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid4

from kernel.facts import Aggregate, Refused
from kernel.log import Log
from kernel.ops.failpoint import failpoint
from kernel.recorder import Away
from kernel.service import Answer, Fact, Service, Words, follows, handles, tells
from services.members.domain import (
    ACCOUNTING,
    PUBLIC_MONEY,
    Disclosure,
    Duty,
    EntryDisclosed,
    NothingToDisclose,
    Person,
    UnknownPerson,
    needed,
)
from services.members.messages import (
    PURPOSES,
    DiscloseDetails,
    ErasePerson,
    LiftRestriction,
    RequestErasure,
    RestrictProcessing,
)
from services.members.vault import InMemory, Vault

logger = logging.getLogger(__name__)

A = TypeVar("A", bound=Aggregate)
ERASING = {ErasePerson.verb(), RequestErasure.verb()}


class Rights(Service):
    def __init__(self, log: Log, vault: Vault | None = None, **settings: Any) -> None:
        super().__init__(log, **settings)
        self.vault = vault or InMemory()

    # Restricted, and erased

    @handles(RestrictProcessing)
    def restrict_processing(self, person_id: UUID) -> Person:
        person = self.person(person_id)
        person.restrict()
        return person

    @handles(LiftRestriction)
    def lift_restriction(self, person_id: UUID) -> Person:
        person = self.person(person_id)
        person.lift_restriction()
        return person

    @handles(RequestErasure)
    def request_erasure(self, person_id: UUID) -> Person:
        person = self.person(person_id)
        if person.certificate:
            return person
        details, duties = self._details_of(person), person.running_duties(self.today())
        if duties:
            rest = {field: details[field] for field in details.keys() & needed(duties)}
            person.correct_details(*self.vault.keep(person_id, rest, self.now()))
        person.request_erasure(uuid4(), self.today())
        if not duties:
            person.erase(uuid4(), sorted(details), self.today())
        return person

    @handles(ErasePerson)
    def erase_person(self, person_id: UUID) -> Person:
        person = self.person(person_id)
        person.erase(uuid4(), sorted(self._details_of(person)), self.today())
        return person

    def answer(self, verb: str, words: Words, *about: Any, **more: Any) -> Answer:
        """First it is recorded that somebody is erased, then it is done. Whoever dies between, or
        is away, leaves it to whoever is asked again, and to the sweep."""
        answer = super().answer(verb, words, *about, **more)
        if verb in ERASING and "done" in answer:
            failpoint("erase.recorded")
            try:
                self._forget(UUID(answer["done"]["id"]))
            except Away:
                logger.warning("the vault will be swept later")
                return {"away": "Our records cannot be reached right now."}
        return answer

    def _forget(self, person_id: UUID) -> None:
        """What the log does not need any more of somebody: everything, or all entries but one."""
        person = self.log.find(Person, person_id)
        if person and person.erased:
            self.vault.forget(person_id)
        elif person and person.certificate:
            self.vault.forget(person_id, but=person.details)

    # Told to others

    @handles(DiscloseDetails)
    def disclose_details(self, person_ids: list[UUID], purpose: str, recipient: str) -> Disclosure:
        people = [self.known(Person, each, UnknownPerson) for each in sorted(set(person_ids))]
        there = self.vault.open(each.details for each in people if not each.erased)
        entries = [
            EntryDisclosed(each.id, each.details) for each in people if each.details in there
        ]
        if not entries:
            raise NothingToDisclose
        return Disclosure(uuid4(), purpose, recipient, list(PURPOSES[purpose]), entries)

    @tells
    def disclosed(self, disclosure_id: str) -> list[dict[str, Any]]:
        """What was disclosed, field by field, as far as it still exists.

        subject: the person. fact: the event that committed to it, "<originator_id>/<version>".
        field, value. salt and commitment, in hex: SHA-256(salt || canonical JSON of the value) is
        the commitment, and stands in that event under `commitments`.
        """
        found = self.log.find(Disclosure, UUID(disclosure_id))
        if found is None:
            return []
        there = self.vault.open(each.details for each in found.entries)
        told = []
        for stored in self.log.recorder.streams(*(each.person_id for each in found.entries)):
            event = stored.event()
            entry = there.get(event.details) if hasattr(event, "details") else None
            for field in found.fields if entry else ():
                if entry and field in event.commitments:
                    about = {
                        "subject": str(stored.about),
                        "fact": f"{stored.about}/{stored.version}",
                    }
                    value = {"field": field, "value": entry.details[field]}
                    salt = {"salt": entry.salt_of(field).hex()}
                    told.append({**about, **value, **salt, "commitment": event.commitments[field]})
        return told

    # What has to be kept

    @follows("bookings")
    def learn_from_bookings(self, fact: Fact) -> Person | None:
        """Until invoices are written, a booking with a price is taken for what leads to one."""
        match fact:
            case Fact(type="bookings.BookingMade", data=said) if said["price_cents"]:
                days = [said["last"], *(slot["day"] for slot in said["slots"])]
                last = max(date.fromisoformat(day) for day in days if day)
                return self._keep(UUID(said["person_id"]), ACCOUNTING, last, UUID(fact.subject))
        return None

    @follows("mobility")
    def learn_from_mobility(self, fact: Fact) -> Person | None:
        match fact:
            case Fact(type="mobility.PassIssued", data=said):
                last = date(said["year"], 12, 31)
                return self._keep(UUID(said["person_id"]), PUBLIC_MONEY, last, UUID(fact.subject))
        return None

    def _keep(self, person_id: UUID, duty: Duty, day: date, cause: UUID) -> Person | None:
        """Whoever was erased a moment before stays erased: nothing is left that could be kept."""
        person = self.log.find(Person, person_id)
        if person is None or person.erased:
            return None
        person.begin_duty(duty, day, cause)
        return person

    # What is looked up

    def today(self) -> date:
        """In universal time: a duty of years does not depend on the hour."""
        return self.now().date()

    def person(self, person_id: UUID) -> Person:
        """The person an address names. Refuses AlreadyErased."""
        person = self.log.load(Person, person_id)
        person.must_be_there()
        return person

    def known(self, kind: type[A], about: UUID | None, otherwise: type[Refused]) -> A:
        """What the body of a message names: not knowing it is a refusal, not a wrong address."""
        found = self.log.find(kind, about)
        if found is None:
            raise otherwise
        return found

    def _details_of(self, person: Person) -> dict[str, Any]:
        return self.vault.reveal([person.details]).get(person.details, {})
