"""Two who follow those who count, and can be made to stumble: a service and a view."""

import os
from pathlib import Path
from typing import ClassVar

from gateway.view import View
from kernel.service import Fact, Service, follows

UNLUCKY = 7


class Fussy(Service):
    """Takes in no seven as long as the file FUSS lies there."""

    name = "fussy"

    @follows("counting")
    def frown_at_sevens(self, fact: Fact):
        if fact.data.get("steps") == UNLUCKY and Path(os.environ["FUSS"]).exists():
            raise ValueError("no sevens, please")


class Tally(View):
    """Adds up what was counted."""

    name = "tally"
    follows = ("counting",)
    tables = "CREATE TABLE IF NOT EXISTS steps (position bigint, steps int);"
    effects: ClassVar = {"kernel.Counted": ["INSERT INTO steps VALUES (%(position)s, %(steps)s)"]}
