"""Ids that more than one part can work out for itself, from what a thing belongs to."""

from uuid import UUID, uuid5


def membership_of(space_id: UUID, subscriber_id: UUID) -> UUID:
    """The one membership that a subscriber, person or organisation, can have in a space."""
    return uuid5(space_id, f"member/{subscriber_id}")
