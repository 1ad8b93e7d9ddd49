"""What facts and things are called on auditors' pages. In the logs their names are English."""

from gateway.codes import gettext_noop as _
from gateway.language import Language

HEARD = _("Heard from a neighbouring service")

FACTS = {
    # bookings
    "BookingMade": _("Booking made"),
    "BookingApproved": _("Booking approved"),
    "BookingDeclined": _("Booking declined"),
    "BookingMoved": _("Booking moved"),
    "BookingCancelled": _("Booking cancelled"),
    "CheckedIn": _("Checked in"),
    "ArrivedEarlier": _("Arrived earlier than recorded"),
    "NoShowRecorded": _("Nobody came"),
    "ExtrasChanged": _("Extras changed"),
    "PlacePromised": _("Place promised"),
    "PlaceReturned": _("Place given back"),
    "SpaceDayOpened": _("First booking of this day"),
    "OutsideTimesLearned": _("Times taken outside of the network"),
    "WaitingListJoined": _("Waiting list joined"),
    "WaitingListLeft": _("Waiting list left"),
    "PlaceOffered": _("Place offered to whoever waits"),
    "OfferTaken": _("Offer taken"),
    "OfferLapsed": _("Offer lapsed"),
    "OfficeLetsOpened": _("First let of this office"),
    "OfficeLet": _("Office let"),
    "OfficeReturned": _("Office given back"),
    "SeriesBooked": _("Series booked"),
    "SeriesMoved": _("Series moved"),
    "SeriesCancelled": _("Series cancelled"),
    "UsageOpened": _("Counting begun"),
    "Used": _("Counted"),
    "UsageReturned": _("Not counted any more"),
    "CreditUsed": _("Credit used"),
    "CreditHeld": _("Credit held"),
    "SharedCreditHeld": _("Credit of an organisation held"),
    "CreditReturned": _("Credit given back"),
    "ExtraDayOpened": _("First extras of this day"),
    "ExtraHeld": _("Extra held"),
    "ExtraReturned": _("Extra given back"),
    # members
    "PersonJoined": _("Person joined"),
    "DetailsCorrected": _("Details corrected"),
    "SituationChanged": _("Situation changed"),
    "RoleGranted": _("Role granted"),
    "RoleRevoked": _("Role revoked"),
    "ConsentGiven": _("Consent given"),
    "ConsentWithdrawn": _("Consent withdrawn"),
    "OrganisationRegistered": _("Organisation registered"),
    "PersonJoinedOrganisation": _("Organisation joined"),
    "PersonLeftOrganisation": _("Organisation left"),
    "PlanOffered": _("Plan offered"),
    "PlanWithdrawn": _("Plan withdrawn"),
    "MembershipOpened": _("Membership opened"),
    "Subscribed": _("Subscribed"),
    "PlanChanged": _("Plan changed"),
    "SubscriptionPaused": _("Subscription paused"),
    "SubscriptionResumed": _("Subscription resumed"),
    "SubscriptionEnded": _("Subscription ended"),
    "PackOffered": _("Pack offered"),
    "PackWithdrawn": _("Pack withdrawn"),
    "PackSold": _("Pack sold"),
    "PackSoldToOrganisation": _("Pack sold to an organisation"),
    "CreditRevoked": _("Credit revoked"),
    "DetailsDisclosed": _("Details disclosed"),
    "ProcessingRestricted": _("Processing restricted"),
    "RestrictionLifted": _("Restriction lifted"),
    "DutyToKeepBegan": _("Duty to keep began"),
    "ErasureRequested": _("Erasure requested"),
    "PersonErased": _("Person erased"),
    # mobility
    "PassIssued": _("Pass issued"),
    "PassExtended": _("Pass extended"),
    "PassWithdrawn": _("Pass withdrawn"),
    "VisitRecorded": _("Visit recorded"),
    "VisitNotCovered": _("Visit not covered"),
    "TariffAgreed": _("Tariff agreed"),
    "SettlementOpened": _("Settlement opened"),
    "SettlementLineAdded": _("Line of a settlement added"),
    # spaces
    "CandidateProposed": _("Place proposed"),
    "StepTaken": _("Step towards opening taken"),
    "CandidateDeclined": _("Place declined"),
    "CandidateWithdrawn": _("Place withdrawn"),
    "CandidateOpened": _("Place opened as a space"),
    "SpaceOpened": _("Space opened"),
    "OperationStarted": _("Operation started"),
    "SpaceDescribed": _("Space described"),
    "ResourceAdded": _("Resource added"),
    "ResourceRetired": _("Resource retired"),
    "PricesSet": _("Prices set"),
    "ReductionsSet": _("Reductions set"),
    "BookingRulesSet": _("Booking rules set"),
    "PartsSet": _("Parts set"),
    "QuotasSet": _("Quotas set"),
    "ExtraOffered": _("Extra offered"),
    "ExtraWithdrawn": _("Extra withdrawn"),
    "HoursSet": _("Opening hours set"),
    "TermsSet": _("Terms set"),
    "DayClosed": _("Day closed"),
    "DayOpened": _("Day opened"),
    "HolidaysObserved": _("Public holidays decided on"),
    "ResourceLent": _("Equipment lent"),
    "LoanReturned": _("Equipment returned"),
    # training
    "CourseOffered": _("Course offered"),
    "CourseWithdrawn": _("Course withdrawn"),
    "SessionPlanned": _("Session planned"),
    "SessionCancelled": _("Session cancelled"),
    "Enrolled": _("Enrolled"),
    "Waitlisted": _("Put on the waiting list"),
    "Promoted": _("Moved up from the waiting list"),
    "EnrolmentCancelled": _("Enrolment cancelled"),
    "AttendanceRecorded": _("Attendance recorded"),
    "CourseCompleted": _("Course completed"),
}

THINGS = {
    "Booking": _("Booking"),
    "Candidate": _("Proposed place"),
    "Course": _("Course"),
    "Credit": _("Credit of a pack"),
    "Disclosure": _("Disclosure"),
    "ExtraDay": _("Extras of a day"),
    "Host": _("Host space"),
    "Loan": _("Loan"),
    "Membership": _("Membership"),
    "OfficeLets": _("Lets of an office"),
    "Organisation": _("Organisation"),
    "Pack": _("Pack"),
    "Pass": _("Pass"),
    "Person": _("Person"),
    "Plan": _("Plan"),
    "Series": _("Series of bookings"),
    "Session": _("Session"),
    "Settlement": _("Settlement"),
    "Space": _("Space"),
    "SpaceDay": _("Day of a space"),
    "Sponsor": _("Sponsor"),
    "Traveller": _("Traveller"),
    "Usage": _("Usage"),
}


def fact_words(language: Language, type: str | None) -> str:
    """ "bookings.BookingMade" is "Réservation faite"."""
    name = (type or "").partition(".")[2]
    if name.endswith(("Learned", "Known", "Met", "HomeMoved")) and name not in FACTS:
        return language.gettext(HEARD)
    return language.gettext(FACTS[name]) if name in FACTS else ""


def thing_words(language: Language, kind: str) -> str:
    """What neighbours said of a thing is called as the thing."""
    text = THINGS.get(kind.removeprefix("Known"))
    return language.gettext(text) if text else ""
