"""Members at work: each message, the one neighbour, and what changes."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any, Self
from uuid import UUID, uuid4

from kernel.facts import Aggregate
from kernel.service import Fact, follows, handles, tells
from kernel.where import database
from services.members.domain import (
    ACCOUNTING,
    CodeAlreadyRegistered,
    Credit,
    KnownSpace,
    Membership,
    Organisation,
    Pack,
    PackCodeTaken,
    Person,
    Plan,
    PlanCodeTaken,
    UnknownOrganisation,
    UnknownPack,
    UnknownPerson,
    UnknownPlan,
    UnknownSpace,
)
from services.members.messages import (
    CONSENTS,
    ChangePlan,
    ChangeSituation,
    CorrectDetails,
    EndSubscription,
    GiveConsent,
    GrantRole,
    JoinNetwork,
    JoinOrganisation,
    LeaveOrganisation,
    OfferPack,
    OfferPlan,
    PauseSubscription,
    RegisterOrganisation,
    ResumeSubscription,
    RevokeCredit,
    RevokeRole,
    SellPack,
    Subscribe,
    WithdrawConsent,
    WithdrawPack,
    WithdrawPlan,
)
from services.members.service.rights import Rights
from services.members.vault import Details, InPostgres, swept


class Members(Rights):
    name = "members"
    looks_first = True  # an entry in the vault

    @classmethod
    @contextmanager
    def at_work(cls) -> Iterator[Self]:
        with super().at_work() as members, closing(InPostgres(database(cls.name))) as vault:
            members.vault = vault
            with swept(vault, members.now):
                yield members

    # People

    @handles(JoinNetwork)
    def join_network(
        self, home_space_id: UUID | None, status: str, residence: str, **details: Any
    ) -> Person:
        if home_space_id:
            self.known(KnownSpace, home_space_id, UnknownSpace)
        person_id = uuid4()
        kept = self.vault.keep(person_id, details, self.now())
        return Person(person_id, home_space_id, status, residence, *kept)

    @handles(CorrectDetails)
    def correct_details(self, person_id: UUID, **details: Any) -> Person:
        person = self.person(person_id)
        person.correct_details(*self.vault.keep(person_id, details, self.now()))
        return person

    @handles(ChangeSituation)
    def change_situation(
        self, person_id: UUID, home_space_id: UUID | None, status: str, residence: str
    ) -> Person:
        person = self.person(person_id)
        if home_space_id:
            self.known(KnownSpace, home_space_id, UnknownSpace)
        person.change_situation(home_space_id, status, residence)
        return person

    @handles(GrantRole)
    def grant_role(self, person_id: UUID, role: str, space_id: UUID | None) -> Person:
        person = self.person(person_id)
        if space_id:
            self.known(KnownSpace, space_id, UnknownSpace)
        person.grant_role(role, space_id)
        return person

    @handles(RevokeRole)
    def revoke_role(self, person_id: UUID, role: str, space_id: UUID | None) -> Person:
        person = self.person(person_id)
        person.revoke_role(role, space_id)
        return person

    @handles(GiveConsent)
    def give_consent(self, person_id: UUID, consent: str, version: int) -> Person:
        person = self.person(person_id)
        person.give_consent(consent, version, CONSENTS[consent])
        return person

    @handles(WithdrawConsent)
    def withdraw_consent(self, person_id: UUID, consent: str) -> Person:
        person = self.person(person_id)
        person.withdraw_consent(consent)
        return person

    # Organisations

    @handles(RegisterOrganisation)
    def register_organisation(self, code: str, name: str, country: str, kind: str) -> Organisation:
        organisation_id = Organisation.id_of(code)
        if self.log.find(Organisation, organisation_id):
            raise CodeAlreadyRegistered(code=code)
        return Organisation(organisation_id, code, name, country, kind)

    @handles(JoinOrganisation)
    def join_organisation(self, organisation_id: UUID, person_id: UUID) -> Organisation:
        organisation = self.log.load(Organisation, organisation_id)
        self.known(Person, person_id, UnknownPerson).must_be_there()
        organisation.join(person_id)
        return organisation

    @handles(LeaveOrganisation)
    def leave_organisation(self, organisation_id: UUID, person_id: UUID) -> Organisation:
        organisation = self.log.load(Organisation, organisation_id)
        organisation.leave(person_id)
        return organisation

    # Plans

    @handles(OfferPlan)
    def offer_plan(self, space_id: UUID, code: str, **terms: Any) -> Plan:
        self.log.load(KnownSpace, space_id)
        plan_id = Plan.id_of(space_id, code)
        if self.log.find(Plan, plan_id):
            raise PlanCodeTaken(code=code)
        return Plan(plan_id, space_id, code, **terms)

    @handles(WithdrawPlan)
    def withdraw_plan(self, plan_id: UUID) -> Plan:
        plan = self.log.load(Plan, plan_id)
        plan.withdraw()
        return plan

    # Subscriptions

    @handles(Subscribe)
    def subscribe(
        self,
        space_id: UUID,
        plan_id: UUID,
        start: date,
        person_id: UUID | None,
        organisation_id: UUID | None,
    ) -> tuple[Aggregate, ...]:
        self.log.load(KnownSpace, space_id)
        if person_id:
            person = self.known(Person, person_id, UnknownPerson)
            person.must_be_there()
            subscriber = person.id
        else:
            subscriber = self.known(Organisation, organisation_id, UnknownOrganisation).id
        plan = self.known(Plan, plan_id, UnknownPlan)
        membership_id = Membership.id_of(space_id, subscriber)
        membership = self.log.find(Membership, membership_id) or Membership(
            membership_id, space_id, person_id, organisation_id
        )
        membership.subscribe(plan, start)
        return membership, *self._pays(membership, plan)

    @handles(ChangePlan)
    def change_plan(self, membership_id: UUID, plan_id: UUID, start: date) -> tuple[Aggregate, ...]:
        membership = self.log.load(Membership, membership_id)
        plan = self.known(Plan, plan_id, UnknownPlan)
        membership.change_plan(plan, start)
        return membership, *self._pays(membership, plan)

    @handles(PauseSubscription)
    def pause_subscription(self, membership_id: UUID, start: date) -> Membership:
        membership = self.log.load(Membership, membership_id)
        membership.pause(start)
        return membership

    @handles(ResumeSubscription)
    def resume_subscription(self, membership_id: UUID, start: date) -> Membership:
        membership = self.log.load(Membership, membership_id)
        membership.resume(start)
        return membership

    @handles(EndSubscription)
    def end_subscription(self, membership_id: UUID, end: date) -> tuple[Aggregate, ...]:
        membership = self.log.load(Membership, membership_id)
        membership.end(end)
        person = self.log.find(Person, membership.person_id) if membership.person_id else None
        if person is None or membership_id not in person.goes_on:
            return (membership,)
        person.begin_duty(ACCOUNTING, end, membership_id)
        return membership, person

    def _pays(self, membership: Membership, plan: Plan) -> tuple[Person, ...]:
        """Who pays for a plan from now on, if that is a person."""
        person = self.log.find(Person, membership.person_id) if membership.person_id else None
        if person is None or not plan.month_cents:
            return ()
        person.begin_duty(ACCOUNTING, None, membership.id)
        return (person,)

    # Packs

    @handles(OfferPack)
    def offer_pack(
        self,
        space_id: UUID | None,
        code: str,
        half_days: int | None,
        hours: int | None,
        **terms: Any,
    ) -> Pack:
        if space_id:
            self.known(KnownSpace, space_id, UnknownSpace)
        pack_id = Pack.id_of(space_id, code)
        if self.log.find(Pack, pack_id):
            raise PackCodeTaken(code=code)
        terms |= {"half_days": half_days or 0, "minutes": 60 * (hours or 0)}
        return Pack(pack_id, space_id, code, **terms)

    @handles(WithdrawPack)
    def withdraw_pack(self, pack_id: UUID) -> Pack:
        pack = self.log.load(Pack, pack_id)
        pack.withdraw()
        return pack

    @handles(SellPack)
    def sell_pack(
        self,
        space_id: UUID,
        pack_id: UUID,
        start: date,
        person_id: UUID | None,
        organisation_id: UUID | None,
    ) -> tuple[Aggregate, ...]:
        self.log.load(KnownSpace, space_id)
        person = self.known(Person, person_id, UnknownPerson) if person_id else None
        if person:
            person.must_be_there()
        else:
            self.known(Organisation, organisation_id, UnknownOrganisation)
        pack = self.known(Pack, pack_id, UnknownPack)
        pack.check_on_offer(space_id)
        credit = Credit.of(
            person_id,
            organisation_id,
            id=uuid4(),
            pack_id=pack_id,
            space_id=pack.space_id,
            sold_at=space_id,
            name=pack.name,
            kind=pack.kind,
            half_days=pack.half_days,
            minutes=pack.minutes,
            cents=pack.cents,
            first=start,
            last=pack.last_day(start),
        )
        if person is None or not pack.cents:
            return (credit,)
        person.begin_duty(ACCOUNTING, max(start, self.today()), credit.id)
        return credit, person

    @handles(RevokeCredit)
    def revoke_credit(self, credit_id: UUID) -> Credit:
        credit = self.log.load(Credit, credit_id)
        credit.revoke()
        return credit

    # The neighbour, and the one question

    @follows("spaces")
    def learn_from_spaces(self, fact: Fact) -> KnownSpace | None:
        match fact:
            case Fact(type="spaces.SpaceOpened", subject=space):
                return KnownSpace(UUID(space))
        return None

    @tells
    def details_of(self, person_ids: list[str]) -> dict[str, Details]:
        """Who these people are now: given_name, family_name, email, phone, birth_year, language.

        Whoever is not known, or was forgotten, is left out.
        """
        found = self.log.all_of(map(UUID, person_ids)).values()
        entries = {each.details: str(each.id) for each in found if isinstance(each, Person)}
        revealed = self.vault.reveal(entries)
        return {entries[entry]: details for entry, details in revealed.items()}
