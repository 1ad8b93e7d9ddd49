"""What the facts of a bundle make together. Whoever gets the bundle recomputes it.

`audit/verify.py` has code of its own for it, on purpose.
"""

from collections import Counter
from typing import Any

Data = dict[str, Any]


class Figures:
    """Counts and sums, as facts come in the order of the register."""

    def __init__(self) -> None:
        self.services: dict[str, dict[str, int]] = {}
        self.types: Counter[str] = Counter()
        self.sums: Counter[tuple[str, str]] = Counter()
        self.passes: Counter[str] = Counter()
        self.minutes: dict[tuple[str, str, str, str], int] = {}

    def take(self, fact: Data) -> None:
        service, position = fact["source"][1:], int(fact["sequence"])
        known = self.services.setdefault(service, {"facts": 0, "first": position})
        known["facts"] += 1
        known["last"] = position
        self.types[fact["type"]] += 1
        match fact:
            case {"type": "bookings.BookingMade", "data": {"price_cents": cents}}:
                self.sums["bookings", "cents"] += cents
            case {"type": "bookings.CheckedIn", "data": {"half_days": half_days}}:
                self.sums["check_ins", "half_days"] += half_days
            case {"type": "mobility.VisitRecorded", "data": {"half_days": half_days}}:
                self.passes[fact["subject"]] += half_days
            case {"type": "mobility.SettlementLineAdded", "data": {"amount_cents": cents}}:
                self.sums["settlements", "cents"] += cents
            case {"type": "training.AttendanceRecorded", "data": data}:
                about = (fact["subject"], data["person_id"], data["day"], data["half"])
                self.minutes[about] = data["minutes"]  # again, where it was corrected

    def claims(self) -> Data:
        """As bundle.json has them. Cents of EUR; half-days are half-days of a space or a course."""
        types, sums, minutes = self.types, self.sums, self.minutes.values()
        return {
            "services": self.services,
            "types": dict(types),
            "bookings": {
                "made": types["bookings.BookingMade"],
                "cents": sums["bookings", "cents"],
            },
            "check_ins": {
                "number": types["bookings.CheckedIn"],
                "half_days": sums["check_ins", "half_days"],
            },
            "attendance": {
                "half_days": sum(each > 0 for each in minutes),
                "minutes": sum(minutes),
            },
            "passes": dict(self.passes),
            "settlements": {
                "lines": types["mobility.SettlementLineAdded"],
                "cents": sums["settlements", "cents"],
            },
        }
