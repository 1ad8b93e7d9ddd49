"""What partners may ask of spaces."""

from services.spaces.messages.candidates import (
    LATER_STEPS,
    PREMISES,
    REASONS,
    DeclineCandidate,
    OpenCandidate,
    ProposeSpace,
    TakeStep,
    WithdrawCandidate,
)
from services.spaces.messages.customers import CUSTOMERS, SetQuotas, SetReductions
from services.spaces.messages.description import DescribeSpace, OpenSpace, StartOperation
from services.spaces.messages.loans import Lend, ReturnLoan
from services.spaces.messages.offer import (
    PER,
    WITH_EXTRAS,
    AddResource,
    OfferExtra,
    RetireResource,
    SetBookingRules,
    SetParts,
    SetPrices,
    WithdrawExtra,
)
from services.spaces.messages.opening import CloseDay, ObserveHolidays, OpenDay, SetHours, SetTerms

__all__ = [
    "CUSTOMERS",
    "LATER_STEPS",
    "PER",
    "PREMISES",
    "REASONS",
    "WITH_EXTRAS",
    "AddResource",
    "CloseDay",
    "DeclineCandidate",
    "DescribeSpace",
    "Lend",
    "ObserveHolidays",
    "OfferExtra",
    "OpenCandidate",
    "OpenDay",
    "OpenSpace",
    "ProposeSpace",
    "RetireResource",
    "ReturnLoan",
    "SetBookingRules",
    "SetHours",
    "SetParts",
    "SetPrices",
    "SetQuotas",
    "SetReductions",
    "SetTerms",
    "StartOperation",
    "TakeStep",
    "WithdrawCandidate",
    "WithdrawExtra",
]
