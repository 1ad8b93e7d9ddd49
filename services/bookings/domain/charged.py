"""What a booking costs: its place, and whatever is had with it."""

from collections.abc import Iterable
from typing import NamedTuple, Self

from services.bookings.domain.extras import BookedExtra
from services.bookings.domain.pricing import PriceLine

Had = tuple[BookedExtra, PriceLine]
"""What is had, and what is paid for it."""


class Charged(NamedTuple):
    """What the place costs, and why; and of each extra, by its short name, what it costs."""

    place_cents: int
    place_rule: str
    place_lines: list[PriceLine]
    had: dict[str, Had]

    @classmethod
    def of(cls, cents: int, rule: str, lines: list[PriceLine], extras: list[BookedExtra]) -> Self:
        """As events say it: the lines of the extras are the last ones. What was booked long ago
        has a rule, and no lines."""
        many = len(lines) - len(extras)
        place, of_extras = lines[:many], lines[many:]
        place_rule = " + ".join(line.rule() for line in place) or rule
        bare = cls(cents - sum(line.cents for line in of_extras), place_rule, place, {})
        return bare.having(zip(extras, of_extras, strict=True))

    def having(self, had: Iterable[Had]) -> Self:
        """These extras instead of others, with the place as it was."""
        return self._replace(had={extra.code: (extra, line) for extra, line in had})

    @property
    def extras(self) -> list[BookedExtra]:
        return [extra for extra, _ in self.had.values()]

    @property
    def lines(self) -> list[PriceLine]:
        return [*self.place_lines, *(line for _, line in self.had.values())]

    @property
    def cents(self) -> int:
        return self.place_cents + sum(line.cents for _, line in self.had.values())

    @property
    def rule(self) -> str:
        return " + ".join((self.place_rule, *(line.rule() for _, line in self.had.values())))
