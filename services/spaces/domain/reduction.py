"""What some pay less for, by the kind of customer that they are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reduction:
    """So many percent less than the list price of a place. `customer`: whoever subscribes there,
    belongs to an organisation, or is in a situation, such as student."""

    customer: str
    percent: int
