"""Members: who belongs to the network, in which situation, with which roles and on which plan.

Nothing here knows a name, an e-mail address or a telephone number: those are in the vault.
"""

from services.members.domain.credit import Credit, CreditAlreadyRevoked
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
from services.members.domain.pack import (
    Pack,
    PackAlreadyWithdrawn,
    PackCodeTaken,
    PackNoLongerOffered,
    PackOfAnotherSpace,
    UnknownPack,
)
from services.members.domain.person import (
    AlreadyHasRole,
    ConsentTextChanged,
    Person,
    RoleNotHeld,
    UnknownPerson,
)
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
    "ConsentTextChanged",
    "Credit",
    "CreditAlreadyRevoked",
    "DateGoesBackwards",
    "KnownSpace",
    "Membership",
    "NoRunningSubscription",
    "NotInOrganisation",
    "Organisation",
    "Pack",
    "PackAlreadyWithdrawn",
    "PackCodeTaken",
    "PackNoLongerOffered",
    "PackOfAnotherSpace",
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
    "UnknownPack",
    "UnknownPerson",
    "UnknownPlan",
    "UnknownSpace",
]
