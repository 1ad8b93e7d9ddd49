"""How much of what a space offers one person, or one membership, may book."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Quota:
    """At most so much of a kind (desk: half-days; room, machine: hours) in each day, week or month.

    Counted per person or per membership; with a plan, only for those who are on it.
    """

    kind: str
    per: str
    period: str
    most: int
    plan_id: UUID | None
