"""Duties to keep somebody's details, whatever they wish: the rules of `retention.toml`."""

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parents[1] / "retention.toml"


class Duty(NamedTuple):
    """`years`: counted from the end of the year in which the reason arose. `details`: what has to
    be kept for it. `version`: of the rules as they were read."""

    code: str
    years: int
    details: tuple[str, ...]
    version: int

    def until(self, day: date) -> date:
        """The last day on which the details must be there, when the reason arose on `day`."""
        return date(day.year + self.years, 12, 31)


def read(text: str) -> dict[str, Duty]:
    """The duties by their codes, from a text such as that of `retention.toml`."""
    found = tomllib.loads(text)
    version = found.pop("version")
    return {
        code: Duty(code, said["years"], tuple(said["details"]), version)
        for code, said in found.items()
    }


DUTIES = read(FILE.read_text())
ACCOUNTING, PUBLIC_MONEY = DUTIES["accounting"], DUTIES["public-money"]


def needed(duties: Iterable[str]) -> set[str]:
    """The names of the details that have to be kept for these duties."""
    return {detail for duty in duties for detail in DUTIES[duty].details}
