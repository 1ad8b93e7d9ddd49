"""What neighbours say becomes ours, before anything is decided on it."""

from dataclasses import fields
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from kernel.service import Fact, Service, follows
from services.bookings.domain import KnownPerson, KnownSpace, Opening, Prices, Rules, Terms

T = TypeVar("T", Opening, Prices, Rules, Terms)


class Neighbours(Service):
    @follows("members")
    def learn_from_members(self, fact: Fact) -> KnownPerson | None:
        if fact.type == "members.PersonJoined":
            return self.known_person(UUID(fact.subject))
        return None

    @follows("training")
    def learn_from_training(self, fact: Fact) -> KnownPerson | None:
        if fact.type == "training.CourseCompleted":
            person = self.known_person(UUID(fact.data["person_id"]))
            person.learn_training(UUID(fact.data["course_id"]))
            return person
        return None

    @follows("spaces")
    def learn_from_spaces(self, fact: Fact) -> KnownSpace | None:
        said, about = fact.data, UUID(fact.subject)
        if fact.type == "spaces.SpaceOpened":
            return KnownSpace(about, said["country"], said["timezone"], said["planned"])
        if (space := self.log.find(KnownSpace, about)) is None:
            return None  # it is about a loan
        match fact.type:
            case "spaces.OperationStarted":
                space.learn_operation()
            case "spaces.ResourceAdded":
                course = UUID(said["training_id"]) if said["training_id"] else None
                space.learn_resource(UUID(said["resource_id"]), said["kind"], said["units"], course)
            case "spaces.ResourceRetired":
                space.learn_resource_retirement(UUID(said["resource_id"]))
            case "spaces.PricesSet":
                space.learn_prices(UUID(said["resource_id"]), understood(Prices, said))
            case "spaces.BookingRulesSet":
                space.learn_rules(UUID(said["resource_id"]), understood(Rules, said))
            case "spaces.HoursSet":
                space.learn_hours([understood(Opening, each) for each in said["hours"]])
            case "spaces.TermsSet":
                space.learn_terms(understood(Terms, said))
            case "spaces.DayClosed":
                space.learn_closure(date.fromisoformat(said["day"]), said["reason"])
            case "spaces.DayOpened":
                space.learn_opening(date.fromisoformat(said["day"]))
            case "spaces.HolidaysObserved":
                space.learn_holiday_rule(said["observed"])
        return space

    def known_person(self, person_id: UUID) -> KnownPerson:
        """Training may be heard before members: who has completed a course is somebody."""
        return self.log.find(KnownPerson, person_id) or KnownPerson(person_id)


def understood(kind: type[T], said: dict[str, Any]) -> T:
    """What we know how to read of what was said: it may say more, but not less."""
    return kind(**{each.name: said[each.name] for each in fields(kind)})
