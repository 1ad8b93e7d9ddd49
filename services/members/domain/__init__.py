"""Members: who belongs to the network, in which situation, with which roles and on which plan.

Nothing here knows a name, an e-mail address or a telephone number: those are in the vault.
"""

from services.members.domain.membership import (
    AlreadyOnPlan,
    AlreadySubscribed,
    DateGoesBackwards,
    Membership,
    NoRunningSubscription,
    PreviousNotOver,
    SubscriptionIsNotPaused,
    SubscriptionIsPaused,
)
from services.members.domain.organisation import (
    AlreadyInOrganisation,
    CodeAlreadyRegistered,
    NotInOrganisation,
    Organisation,
    UnknownOrganisation,
)
from services.members.domain.person import AlreadyHasRole, Person, RoleNotHeld, UnknownPerson
from services.members.domain.plan import (
    Plan,
    PlanAlreadyWithdrawn,
    PlanCodeTaken,
    PlanNoLongerOffered,
    PlanOfAnotherSpace,
    UnknownPlan,
)
from services.members.domain.space import KnownSpace, UnknownSpace

__all__ = [
    "AlreadyHasRole",
    "AlreadyInOrganisation",
    "AlreadyOnPlan",
    "AlreadySubscribed",
    "CodeAlreadyRegistered",
    "DateGoesBackwards",
    "KnownSpace",
    "Membership",
    "NoRunningSubscription",
    "NotInOrganisation",
    "Organisation",
    "Person",
    "Plan",
    "PlanAlreadyWithdrawn",
    "PlanCodeTaken",
    "PlanNoLongerOffered",
    "PlanOfAnotherSpace",
    "PreviousNotOver",
    "RoleNotHeld",
    "SubscriptionIsNotPaused",
    "SubscriptionIsPaused",
    "UnknownOrganisation",
    "UnknownPerson",
    "UnknownPlan",
    "UnknownSpace",
]
