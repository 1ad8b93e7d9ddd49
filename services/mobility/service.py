"""Mobility at work: each message, each neighbour, and what changes."""

from datetime import date
from uuid import UUID

from kernel.facts import Aggregate
from kernel.service import Fact, Service, follows, handles
from services.mobility.domain import (
    Host,
    NoPass,
    NotCovered,
    Pass,
    PassAlreadyIssued,
    Settlement,
    Sponsor,
    Traveller,
    UnknownOrganisation,
    UnknownPerson,
    Visit,
    VisitAlreadyRecorded,
    WorkYear,
)
from services.mobility.messages import (
    AgreeTariff,
    ContestWorkDay,
    DeclareWorkDay,
    ExtendPass,
    IssuePass,
    WithdrawPass,
)


class Mobility(Service):
    name = "mobility"

    # Messages

    @handles(IssuePass)
    def issue_pass(
        self,
        person_id: UUID,
        year: int,
        days: int,
        sponsor_id: UUID,
        valid_from: date | None,
        valid_until: date | None,
    ) -> Pass:
        if not self.log.find(Traveller, person_id):
            raise UnknownPerson
        if not self.log.find(Sponsor, sponsor_id):
            raise UnknownOrganisation
        if self.log.find(Pass, Pass.id_of(person_id, year)):
            raise PassAlreadyIssued
        return Pass.issue(
            person_id,
            year,
            days=days,
            sponsor_id=sponsor_id,
            valid_from=valid_from,
            valid_until=valid_until,
        )

    @handles(ExtendPass)
    def extend_pass(self, pass_id: UUID, days: int, valid_until: date | None) -> Pass:
        found = self.log.load(Pass, pass_id)
        found.extend(days=days, valid_until=valid_until)
        return found

    @handles(WithdrawPass)
    def withdraw_pass(self, pass_id: UUID) -> Pass:
        found = self.log.load(Pass, pass_id)
        found.withdraw()
        return found

    @handles(AgreeTariff)
    def agree_tariff(
        self, space_id: UUID, valid_from: date, half_day_cents: int, day_cents: int
    ) -> Host:
        host = self.log.load(Host, space_id)
        host.agree_tariff(valid_from, half_day_cents=half_day_cents, day_cents=day_cents)
        return host

    @handles(DeclareWorkDay)
    def declare_work_day(
        self, person_id: UUID, day: date, country: str, place_kind: str, half_days: int
    ) -> WorkYear:
        self.log.load(Traveller, person_id)
        work_year = self.work_year(person_id, day.year)
        work_year.declare(day, country, place_kind, half_days, today=self.now().date())
        return work_year

    @handles(ContestWorkDay)
    def contest_work_day(self, person_id: UUID, day: date, country: str) -> WorkYear:
        self.log.load(Traveller, person_id)
        work_year = self.work_year(person_id, day.year)
        work_year.contest(day, country)
        return work_year

    # Facts

    @follows("members")
    def learn_from_members(self, fact: Fact) -> Traveller | Sponsor | None:
        match fact:
            case Fact(type="members.PersonJoined", subject=person, data={"home_space_id": home}):
                return Traveller(UUID(person), home and UUID(home))
            case Fact(
                type="members.SituationChanged", subject=person, data={"home_space_id": home}
            ):
                traveller = self.log.load(Traveller, UUID(person))
                traveller.move_home(home and UUID(home))
                return traveller
            case Fact(type="members.OrganisationRegistered", subject=organisation):
                return Sponsor(UUID(organisation))
        return None

    @follows("spaces")
    def learn_from_spaces(self, fact: Fact) -> Host | None:
        match fact:
            case Fact(
                type="spaces.SpaceOpened",
                subject=space,
                data={"country": country, "timezone": timezone},
            ):
                return Host(UUID(space), country, timezone)
        return None

    @follows("bookings")
    def record_visit_when_someone_checks_in(self, fact: Fact) -> tuple[Aggregate, ...] | None:
        match fact:
            case Fact(
                type="bookings.CheckedIn",
                subject=booking,
                data={"person_id": person, "space_id": space, "day": day, "half_days": half_days},
            ):
                traveller = self.log.load(Traveller, UUID(person))
                home = self.log.load(Host, traveller.home_space_id or UUID(space))
                host = self.log.load(Host, UUID(space))
                visit = Visit(
                    UUID(booking),
                    home.space_id,
                    host.space_id,
                    host.country,
                    date.fromisoformat(day),
                    half_days,
                )
                try:
                    abroad = home.country != host.country
                    settled = self.settle(visit, traveller, host) if abroad else ()
                except VisitAlreadyRecorded:
                    return None
                return (*settled, self.work_day(traveller, visit))
        return None

    # How both come about

    def settle(self, visit: Visit, traveller: Traveller, host: Host) -> tuple[Aggregate, ...]:
        """A visit uses the pass and is owed to the host, or both hosts can see why not."""
        try:
            used = self.log.find(Pass, Pass.id_of(traveller.person_id, visit.day.year))
            if used is None:
                raise NoPass
            used.record_visit(visit)
        except NotCovered as why:
            traveller.go_uncovered(visit, why)
            return (traveller,)
        month = f"{visit.day:%Y-%m}"
        between = visit.home_space_id, visit.host_space_id, month
        settlement = self.log.find(Settlement, *between) or Settlement(*between)
        settlement.add_visit(used.id, visit, host.tariff_on(visit.day))
        return used, settlement

    def work_day(self, traveller: Traveller, visit: Visit) -> WorkYear:
        work_year = self.work_year(traveller.person_id, visit.day.year)
        work_year.count_check_in(visit.day, visit.country, visit.half_days)
        return work_year

    def work_year(self, person_id: UUID, year: int) -> WorkYear:
        return self.log.find(WorkYear, person_id, year) or WorkYear(person_id, year)
