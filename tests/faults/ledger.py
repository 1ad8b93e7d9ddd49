"""Two followers of `counting` that forgive nothing: lost, twice or out of order, it shows.

Nothing here is unique, or done by key. Only their place keeps them from doing a thing again.
"""

from uuid import UUID, uuid4

from gateway.view import View
from kernel.facts import Aggregate, Created, event
from kernel.service import Fact, Service, follows


class Line(Aggregate):
    """Of what was counted."""

    class Entered(Created):
        position: int
        fact: str
        amount: int

    @staticmethod
    def create_id(position: int, fact: str, amount: int) -> UUID:
        return uuid4()

    @event(Entered)
    def __init__(self, position: int, fact: str, amount: int) -> None:
        pass


class Ledger(Service):
    """A service that follows: its log has a line for each fact."""

    name = "ledger"

    @follows("counting")
    def enter_what_was_counted(self, fact: Fact):
        line = fact.position, fact.id, amount(fact)
        self.log.find(Line, *line)  # as most reactions look before they write
        return Line(*line)


class Tally(View):
    """A view that follows: rows with a number each, and a total."""

    name = "tally"
    follows = ("counting",)
    tables = """
        CREATE TABLE IF NOT EXISTS entries (
            serial bigserial, position bigint, fact text, amount bigint
        );
        CREATE TABLE IF NOT EXISTS total (total bigint);
        INSERT INTO total SELECT 0 WHERE NOT EXISTS (SELECT FROM total);
    """

    def fill(self, sql, fact):
        words = {"position": fact.position, "fact": fact.id, "amount": amount(fact)}
        sql.execute(
            "INSERT INTO entries (position, fact, amount)"
            " VALUES (%(position)s, %(fact)s, %(amount)s)",
            words,
        )
        sql.execute("UPDATE total SET total = total + %(amount)s", words)


def amount(fact: Fact) -> int:
    return fact.data.get("steps", 0)
