"""Mobility: who works on the other side of the border, on whose pass, and what is owed for it."""

from services.mobility.domain.host import Host
from services.mobility.domain.mobility_pass import (
    AllowanceTooLarge,
    NotAnExtension,
    Pass,
    PassAlreadyIssued,
    ValidityOutsideYear,
    VisitAlreadyRecorded,
)
from services.mobility.domain.settlement import Settlement
from services.mobility.domain.sponsor import Sponsor, UnknownOrganisation
from services.mobility.domain.tariff import (
    NO_TARIFF,
    HalfDayDearerThanDay,
    Tariff,
    TariffStartsTooEarly,
)
from services.mobility.domain.traveller import Traveller, UnknownPerson
from services.mobility.domain.visit import (
    AllowanceUsed,
    DayCovered,
    NoPass,
    NotCovered,
    OutsideValidity,
    PassIsWithdrawn,
    Visit,
)
from services.mobility.domain.work_year import DayIsFull, NothingCounted, NotWorkedYet, WorkYear

__all__ = [
    "NO_TARIFF",
    "AllowanceTooLarge",
    "AllowanceUsed",
    "DayCovered",
    "DayIsFull",
    "HalfDayDearerThanDay",
    "Host",
    "NoPass",
    "NotAnExtension",
    "NotCovered",
    "NotWorkedYet",
    "NothingCounted",
    "OutsideValidity",
    "Pass",
    "PassAlreadyIssued",
    "PassIsWithdrawn",
    "Settlement",
    "Sponsor",
    "Tariff",
    "TariffStartsTooEarly",
    "Traveller",
    "UnknownOrganisation",
    "UnknownPerson",
    "ValidityOutsideYear",
    "Visit",
    "VisitAlreadyRecorded",
    "WorkYear",
]
