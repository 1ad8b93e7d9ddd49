"""What neighbours say becomes ours, before anything is decided on it."""

from dataclasses import fields
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from kernel.service import Fact, Service, follows
from services.bookings.domain import (
    Credit,
    Extra,
    KnownMembership,
    KnownOrganisation,
    KnownPerson,
    KnownPlan,
    KnownSpace,
    Opening,
    Prices,
    Quota,
    Reduction,
    Rules,
    Terms,
)

T = TypeVar("T", Extra, Opening, Prices, Quota, Reduction, Rules, Terms)
Learned = KnownPerson | KnownOrganisation | KnownPlan | KnownMembership | Credit
SAID_LATER = {
    *("approval", "late_fee_percent", "release_minutes", "offer_minutes", "tiers", "notice_hours")
}
"""What spaces did not say in the beginning: until then it was as if these were not there."""


class Neighbours(Service):
    @follows("members")
    def learn_from_members(self, fact: Fact) -> Learned | tuple[Learned, ...] | None:
        said, about = fact.data, UUID(fact.subject)
        match fact.type:
            case "members.PersonJoined" | "members.SituationChanged":
                person = self.known_person(about)
                person.learn_situation(said["status"])
                return person
            case "members.PersonJoinedOrganisation":
                person = self.known_person(UUID(said["person_id"]))
                person.learn_organisation(about)
                return person
            case "members.PersonLeftOrganisation":
                person = self.known_person(UUID(said["person_id"]))
                person.learn_departure(about)
                return person
            case "members.PackSold":
                person = self.known_person(UUID(said["person_id"]))
                person.hold_credit(about, day_in(said["last"]))
                return Credit.of_person(person.person_id, id=about, **sold(said)), person
            case "members.PackSoldToOrganisation":
                its = UUID(said["organisation_id"])
                known = self.log.find(KnownOrganisation, its) or KnownOrganisation(its)
                known.hold_credit(about, day_in(said["last"]))
                return Credit.of_organisation(its, id=about, **sold(said)), known
            case "members.CreditRevoked":
                credit = self.log.load(Credit, about)
                credit.learn_revocation()
                return credit
            case "members.PlanOffered":
                return KnownPlan(about, said["included_days"])
            case "members.MembershipOpened":
                if said["person_id"] is None:
                    return KnownMembership(about)
                person = self.known_person(UUID(said["person_id"]))
                person.learn_subscription(UUID(said["space_id"]))
                return KnownMembership(about), person
        if (membership := self.log.find(KnownMembership, about)) is None:
            return None  # it is about who somebody is
        match fact.type:
            case "members.Subscribed" | "members.PlanChanged":
                membership.learn_plan(day_in(said["start"]), UUID(said["plan_id"]))
            case "members.SubscriptionPaused":
                membership.learn_pause(day_in(said["start"]))
            case "members.SubscriptionResumed":
                membership.learn_resumption(day_in(said["start"]))
            case "members.SubscriptionEnded":
                membership.learn_end(day_in(said["end"]))
        return membership

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
                about_it = UUID(said["resource_id"]), said["kind"], said["units"], course
                space.learn_resource(*about_it, said["seats"])
            case "spaces.ResourceRetired":
                space.learn_resource_retirement(UUID(said["resource_id"]))
            case "spaces.PricesSet":
                space.learn_prices(UUID(said["resource_id"]), understood(Prices, said))
            case "spaces.BookingRulesSet":
                space.learn_rules(UUID(said["resource_id"]), understood(Rules, said))
            case "spaces.PartsSet":
                space.learn_parts(UUID(said["resource_id"]), [UUID(each) for each in said["parts"]])
            case "spaces.QuotasSet":
                quotas = [understood(Quota, each) for each in said["quotas"]]
                space.learn_quotas(said["version"], quotas)
            case "spaces.ReductionsSet":
                reductions = [understood(Reduction, each) for each in said["reductions"]]
                space.learn_reductions(said["version"], reductions)
            case "spaces.ExtraOffered":
                space.learn_extra(understood(Extra, said))
            case "spaces.ExtraWithdrawn":
                space.learn_extra_withdrawal(said["code"])
            case "spaces.HoursSet":
                space.learn_hours([understood(Opening, each) for each in said["hours"]])
            case "spaces.TermsSet":
                space.learn_terms(understood(Terms, said))
            case "spaces.DayClosed":
                space.learn_closure(day_in(said["day"]), said["reason"])
            case "spaces.DayOpened":
                space.learn_opening(day_in(said["day"]))
            case "spaces.HolidaysObserved":
                space.learn_holiday_rule(said["observed"])
        return space

    def known_person(self, person_id: UUID) -> KnownPerson:
        """Training may be heard before members: who has completed a course is somebody."""
        return self.log.find(KnownPerson, person_id) or KnownPerson(person_id)


def understood(kind: type[T], said: dict[str, Any]) -> T:
    """What we know how to read of what was said: it may say more, but not less."""
    if missing := {each.name for each in fields(kind)} - said.keys() - SAID_LATER:
        raise KeyError(*missing)
    return msgspec.convert(said, kind)


def sold(said: dict[str, Any]) -> dict[str, Any]:
    """What a pack was when it was sold: in the beginning they were all for desks."""
    return {
        "space_id": UUID(said["space_id"]) if said["space_id"] else None,
        "name": said["name"],
        "kind": said.get("kind", "desk"),
        "half_days": said["half_days"],
        "minutes": said.get("minutes", 0),
        "first": day_in(said["first"]),
        "last": day_in(said["last"]),
    }


def day_in(text: str) -> date:
    return date.fromisoformat(text)
