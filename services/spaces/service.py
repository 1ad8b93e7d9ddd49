"""Spaces at work: each message, each neighbour, and what changes."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from kernel.service import Fact, Service, Unknown, follows, handles
from services.spaces.domain import (
    AlreadyProposed,
    Candidate,
    KnownCourse,
    KnownOrganisation,
    Loan,
    Opening,
    Quota,
    Reduction,
    Space,
    SpaceAlreadyOpen,
    Tier,
    UnknownBorrower,
    UnknownCourse,
    UnknownOperator,
    UnknownPart,
)
from services.spaces.messages import (
    AddResource,
    CloseDay,
    DeclineCandidate,
    DescribeSpace,
    Lend,
    ObserveHolidays,
    OfferExtra,
    OpenCandidate,
    OpenDay,
    OpenSpace,
    ProposeSpace,
    RetireResource,
    ReturnLoan,
    SetBookingRules,
    SetHours,
    SetParts,
    SetPrices,
    SetQuotas,
    SetReductions,
    SetTerms,
    StartOperation,
    TakeStep,
    WithdrawCandidate,
    WithdrawExtra,
)
from vocabulary.calendar import today


class Spaces(Service):
    name = "spaces"

    @handles(ProposeSpace)
    def propose_space(self, person_id: UUID, name: str, **described: Any) -> Candidate:
        candidate_id = Candidate.id_of(person_id, name)
        if self.log.find(Candidate, candidate_id):
            raise AlreadyProposed
        return Candidate(candidate_id, person_id=person_id, name=name, **described)

    @handles(TakeStep)
    def take_step(self, candidate_id: UUID, step: str) -> Candidate:
        candidate = self.log.load(Candidate, candidate_id)
        candidate.take_step(step)
        return candidate

    @handles(DeclineCandidate)
    def decline_candidate(self, candidate_id: UUID, reason: str) -> Candidate:
        candidate = self.log.load(Candidate, candidate_id)
        candidate.decline(reason)
        return candidate

    @handles(WithdrawCandidate)
    def withdraw_candidate(self, candidate_id: UUID) -> Candidate:
        candidate = self.log.load(Candidate, candidate_id)
        candidate.withdraw()
        return candidate

    @handles(OpenCandidate)
    def open_candidate(
        self, candidate_id: UUID, code: str, **described: Any
    ) -> tuple[Space, Candidate]:
        candidate = self.log.load(Candidate, candidate_id)
        candidate.open(Space.id_of(code))
        place: dict[str, Any] = {"town": candidate.town, "country": candidate.country}
        place |= {"name": candidate.name, "planned": True, "languages": [], "amenities": []}
        return self.open_space(code, **described, **place), candidate

    @handles(OpenSpace)
    def open_space(self, code: str, operator_id: UUID, **described: Any) -> Space:
        space_id = Space.id_of(code)
        if self.log.find(Space, space_id):
            raise SpaceAlreadyOpen(code=code)
        if not self.log.find(KnownOrganisation, operator_id):
            raise UnknownOperator
        return Space(space_id, code=code, operator_id=operator_id, **described)

    @handles(DescribeSpace)
    def describe_space(self, space_id: UUID, **described: list[str]) -> Space:
        space = self.log.load(Space, space_id)
        space.describe(**described)
        return space

    @handles(StartOperation)
    def start_operation(self, space_id: UUID) -> Space:
        space = self.log.load(Space, space_id)
        space.start_operation()
        return space

    @handles(AddResource)
    def add_resource(self, space_id: UUID, training_id: UUID | None, **described: Any) -> Space:
        space = self.log.load(Space, space_id)
        if training_id and not self.log.find(KnownCourse, training_id):
            raise UnknownCourse
        space.add_resource(training_id=training_id, **described)
        return space

    @handles(RetireResource)
    def retire_resource(self, space_id: UUID, resource_id: UUID) -> Space:
        space = self.space_with(resource_id, space_id)
        space.retire_resource(resource_id)
        return space

    @handles(SetPrices)
    def set_prices(
        self, space_id: UUID, resource_id: UUID, tiers: list[dict[str, int]], **cents: int | None
    ) -> Space:
        space = self.space_with(resource_id, space_id)
        space.set_prices(resource_id, **cents, tiers=[Tier(**each) for each in tiers])
        return space

    @handles(SetBookingRules)
    def set_booking_rules(self, space_id: UUID, resource_id: UUID, **rules: Any) -> Space:
        space = self.space_with(resource_id, space_id)
        space.set_booking_rules(resource_id, **rules)
        return space

    @handles(SetParts)
    def set_parts(self, space_id: UUID, resource_id: UUID, parts: list[UUID]) -> Space:
        space = self.space_with(resource_id, space_id)
        if not space.resources.keys() >= set(parts):
            raise UnknownPart
        space.set_parts(resource_id, parts)
        return space

    @handles(SetQuotas)
    def set_quotas(self, space_id: UUID, quotas: list[dict[str, Any]]) -> Space:
        space = self.log.load(Space, space_id)
        space.set_quotas([Quota(**each) for each in quotas])
        return space

    @handles(SetReductions)
    def set_reductions(self, space_id: UUID, reductions: list[dict[str, Any]]) -> Space:
        space = self.log.load(Space, space_id)
        space.set_reductions([Reduction(**each) for each in reductions])
        return space

    @handles(OfferExtra)
    def offer_extra(self, space_id: UUID, extra: str, **described: Any) -> Space:
        space = self.log.load(Space, space_id)
        space.offer_extra(extra, **described)
        return space

    @handles(WithdrawExtra)
    def withdraw_extra(self, space_id: UUID, extra: str) -> Space:
        space = self.log.load(Space, space_id)
        if extra not in space.extras:
            raise Unknown(extra)
        space.withdraw_extra(extra)
        return space

    @handles(SetHours)
    def set_hours(self, space_id: UUID, hours: list[dict[str, int]]) -> Space:
        space = self.log.load(Space, space_id)
        space.set_hours(Opening(**span) for span in hours)
        return space

    @handles(SetTerms)
    def set_terms(self, space_id: UUID, **terms: Any) -> Space:
        space = self.log.load(Space, space_id)
        space.set_terms(**terms)
        return space

    @handles(CloseDay)
    def close_day(self, space_id: UUID, day: date, reason: str) -> Space:
        space = self.log.load(Space, space_id)
        space.close_day(day, reason, today=self.today_in(space))
        return space

    @handles(OpenDay)
    def open_day(self, space_id: UUID, day: date) -> Space:
        space = self.log.load(Space, space_id)
        space.open_day(day, today=self.today_in(space))
        return space

    @handles(ObserveHolidays)
    def observe_holidays(self, space_id: UUID, observed: bool) -> Space:
        space = self.log.load(Space, space_id)
        space.observe_holidays(observed)
        return space

    @handles(Lend)
    def lend(self, space_id: UUID, borrower_id: UUID, **agreed: Any) -> Loan:
        lender = self.log.load(Space, space_id)
        if not self.log.find(Space, borrower_id):
            raise UnknownBorrower
        return Loan.between(uuid4(), lender.id, borrower_id, **agreed)

    @handles(ReturnLoan)
    def return_loan(self, space_id: UUID, loan_id: UUID, day: date | None) -> Loan:
        now_there = self.today_in(self.log.load(Space, space_id))
        loan = self.log.load(Loan, loan_id)
        loan.give_back(space_id, day or now_there, today=now_there)
        return loan

    @follows("members")
    def learn_from_members(self, fact: Fact) -> KnownOrganisation | None:
        match fact:
            case Fact(type="members.OrganisationRegistered", subject=organisation):
                return KnownOrganisation(UUID(organisation))
        return None

    @follows("training")
    def learn_from_training(self, fact: Fact) -> KnownCourse | None:
        match fact:
            case Fact(type="training.CourseOffered", subject=course):
                return KnownCourse(UUID(course))
        return None

    def space_with(self, resource_id: UUID, space_id: UUID) -> Space:
        """The space, if it has or had this resource. Raises Unknown."""
        space = self.log.load(Space, space_id)
        if resource_id not in space.resources:
            raise Unknown(resource_id)
        return space

    def today_in(self, space: Space) -> date:
        return today(space.timezone, self.now())
