"""Details of people that go into a bundle: those alone that members disclosed, and that hold."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from audit.leaf import canonical, parsed

FIELDS = {"subject", "fact", "field", "value", "salt", "commitment"}


class NotDisclosed(Exception):
    """A line is none that members disclosed, or not about a fact of the bundle. Says which."""


class Disclosed:
    """What members disclosed: one detail a line, with the salt of its commitment."""

    def __init__(self, lines: Iterable[bytes] = ()) -> None:
        self.lines: list[bytes] = []
        self.told: list[dict[str, Any]] = []
        self.missing: dict[str, list[int]] = {}
        for number, line in enumerate(lines, 1):
            try:
                told = parsed(line.decode())
                if not isinstance(told, dict) or told.keys() != FIELDS:
                    raise ValueError("it has other fields")
                value = bytes.fromhex(told["salt"]) + canonical(told["value"])
                if sha256(value).hexdigest() != told["commitment"]:
                    raise ValueError("its commitment is not of this value")
            except (ValueError, TypeError) as wrong:
                raise NotDisclosed(f"line {number} of the details: {wrong}") from None
            self.lines.append(canonical(told))
            self.told.append(told)
            self.missing.setdefault(told["fact"], []).append(number)

    def take(self, fact: dict[str, Any]) -> None:
        """Raises NotDisclosed where a fact of the bundle does not commit to what is told of it."""
        for number in self.missing.pop(fact["id"], ()):
            told, data = self.told[number - 1], fact.get("data", {})
            whole = told["field"] is None
            known = data.get("commitment") if whole else _several(data).get(told["field"])
            if (known, fact["subject"]) != (told["commitment"], told["subject"]):
                raise NotDisclosed(f"line {number} of the details is not what the fact commits to")

    def check_all_taken(self) -> None:
        for fact, numbers in self.missing.items():
            line = f"line {numbers[0]} of the details"
            raise NotDisclosed(f"{line} is about the fact {fact}, which the bundle has not")


def _several(data: dict[str, Any]) -> dict[str, Any]:
    found = data.get("commitments")
    return found if isinstance(found, dict) else {}
