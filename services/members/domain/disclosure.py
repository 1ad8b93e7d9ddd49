"""A disclosure: details of people were told to somebody outside, for a purpose."""

from dataclasses import dataclass
from uuid import UUID

from kernel.facts import Aggregate, Created, Refused, event


class NothingToDisclose(Refused):
    """Nothing is known any more about any of these people."""


@dataclass(frozen=True)
class EntryDisclosed:
    """The entry of the vault that said who a person is, in the moment in which it was told."""

    person_id: UUID
    details: UUID


class Disclosure(Aggregate):
    """Which fields of which entries were told, to which recipient and why. Not what they say."""

    class DetailsDisclosed(Created):
        purpose: str
        recipient: str
        fields: list[str]
        entries: list[EntryDisclosed]

    @staticmethod
    def create_id(disclosure_id: UUID) -> UUID:
        return disclosure_id

    @event(DetailsDisclosed)
    def __init__(
        self,
        id: UUID,
        purpose: str,
        recipient: str,
        fields: list[str],
        entries: list[EntryDisclosed],
    ) -> None:
        self.fields = fields
        self.entries = entries
