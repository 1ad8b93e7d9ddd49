"""The spaces of the network, as far as members needs to know them: that they exist."""

from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Refused, event


class UnknownSpace(Refused):
    """No space of the network has this id."""


class KnownSpace(Aggregate):
    """A space that the spaces service has told us about."""

    class SpaceLearned(Created):
        space_id: UUID

    @staticmethod
    def create_id(space_id: UUID) -> UUID:
        return uuid5(space_id, "known")

    @event(SpaceLearned)
    def __init__(self, space_id: UUID) -> None:
        self.space_id = space_id
