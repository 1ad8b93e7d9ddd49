"""Members: who belongs to the network, in which situation, with which roles and on which plan.

Nothing here knows a name, an e-mail address or a telephone number: those are in the vault.
"""

from services.members.domain.credit import Credit, CreditAlreadyRevoked
from services.members.domain.disclosure import Disclosure, EntryDisclosed, NothingToDisclose
from services.members.domain.duties import ACCOUNTING, DUTIES, PUBLIC_MONEY, Duty, needed
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
    AlreadyErased,
    AlreadyHasRole,
    ConsentTextChanged,
    ErasureIsAwaited,
    MustBeKept,
    Person,
    RoleNotHeld,
    StillSubscribed,
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
    "ACCOUNTING",
    "DUTIES",
    "PUBLIC_MONEY",
    "AlreadyErased",
    "AlreadyHasRole",
    "AlreadyInOrganisation",
    "AlreadyOnPlan",
    "AlreadySubscribed",
    "CodeAlreadyRegistered",
    "ConsentTextChanged",
    "Credit",
    "CreditAlreadyRevoked",
    "DateGoesBackwards",
    "Disclosure",
    "Duty",
    "EntryDisclosed",
    "ErasureIsAwaited",
    "KnownSpace",
    "Membership",
    "MustBeKept",
    "NoRunningSubscription",
    "NotInOrganisation",
    "NothingToDisclose",
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
    "StillSubscribed",
    "SubscriptionIsNotPaused",
    "SubscriptionIsPaused",
    "UnknownOrganisation",
    "UnknownPack",
    "UnknownPerson",
    "UnknownPlan",
    "UnknownSpace",
    "needed",
]
